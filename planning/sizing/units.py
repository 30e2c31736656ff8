"""Quantities with units in a case's file: '800 万千瓦', '8 GW', '0.28 元/千瓦时', '4200 元/千瓦', or a bare number.

A field's unit is the end of its name. Power, energy, prices, land and hours are read by `planning.typed`; costs of capacity,
masses and money, which no form of a scenario has, by the table here.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from planning.scenario_fields import FormField
from planning.typed import Complaint, names_share, parse

_TYPED = (
    ("_cny_per_mwh", "CNY/MWh"),
    ("_mwh", "MWh"),
    ("_mw", "MW"),
    ("km2_max", "km²"),
    ("_km", "km"),
    ("hours_min", "h"),
    ("hours_max", "h"),
    ("_h", "h"),
    ("_deg", "°"),
    ("_cny_per_t_h2", "CNY/t"),
    ("kv", "kV"),
)
_OWN: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("_cny_per_kw", "CNY/kW", {"cny/kw": "1", "元/千瓦": "1", "元/kw": "1", "万元/千瓦": "1e4", "元/瓦": "1e3", "元/w": "1e3",
     "亿元/万千瓦": "1e4", "万元/兆瓦": "10", "万元/mw": "10", "cny/mw": "1e-3"}),
    ("_cny_per_kw_heat", "CNY/kW", {"cny/kw": "1", "元/千瓦": "1", "元/kw": "1", "元/瓦": "1e3", "元/w": "1e3"}),
    ("_cny_per_kwh_heat", "CNY/kWh", {"cny/kwh": "1", "元/千瓦时": "1", "元/kwh": "1"}),
    ("_cny_per_kwh", "CNY/kWh", {"cny/kwh": "1", "元/千瓦时": "1", "元/kwh": "1", "元/瓦时": "1e3", "元/wh": "1e3",
     "万元/兆瓦时": "10", "万元/mwh": "10"}),
    ("_cny_per_kw_year", "CNY/kW/a", {"cny/kw/a": "1", "元/千瓦/年": "1", "元/kw/a": "1", "元/(千瓦·年)": "1", "元/千瓦·年": "1"}),
    ("_km2_per_mw", "km2/MW", {"km2/mw": "1", "平方公里/兆瓦": "1", "km2/gw": "1e-3", "平方公里/万千瓦": "0.1",
     "亩/兆瓦": "0.000666666666666667", "亩/万千瓦": "0.0000666666666666667"}),
    ("_t_per_mwh", "t/MWh", {"t/mwh": "1", "吨/兆瓦时": "1", "kg/kwh": "1", "千克/千瓦时": "1", "g/kwh": "1e-3", "克/千瓦时": "1e-3"}),
    ("_tce_per_mwh", "tce/MWh", {"tce/mwh": "1", "吨标煤/兆瓦时": "1", "gce/kwh": "1e-3", "克标煤/千瓦时": "1e-3", "g/kwh": "1e-3"}),
    ("_cny_per_mw", "CNY/MW", {"cny/mw": "1", "元/兆瓦": "1", "元/mw": "1", "元/千瓦": "1e3", "元/kw": "1e3"}),
    ("_t_per_mw", "t/MW", {"t/mw": "1", "吨/兆瓦": "1"}),
    ("_max_t", "t", {"t": "1", "吨": "1", "万吨": "1e4", "kt": "1e3", "mt": "1e6", "亿吨": "1e8"}),
    ("tonnes_per_year_min", "t", {"t": "1", "吨": "1", "万吨": "1e4", "kt": "1e3", "t/a": "1", "吨/年": "1", "万吨/年": "1e4"}),
    ("_cny", "CNY", {"cny": "1", "元": "1", "万元": "1e4", "亿元": "1e8"}),
    ("_years", "a", {"a": "1", "年": "1", "years": "1"}),
    ("mwh_per_t_h2", "MWh/t", {"mwh/t": "1", "kwh/kg": "1", "千瓦时/千克": "1", "兆瓦时/吨": "1"}),
)  # fmt: skip
_NUMBER = re.compile(r"([+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(.*)", re.IGNORECASE)


def unit_of(key: str) -> str:
    """Unit a field's number is in, '' for a pure one."""
    if names_share(key):
        return ""
    ends = [*_TYPED, *((end, unit) for end, unit, _ in _OWN)]
    # 't/MWh' and not 'MWh' of co2_t_per_mwh: the longest end speaks.
    return max(((len(end), unit) for end, unit in ends if key.endswith(end)), default=(0, ""))[1]


def quantity(text: str, key: str) -> float | str:
    """The number of a quantity as typed, in the field's own unit; or what was expected in its place."""
    for end, unit, factors in sorted(_OWN, key=lambda row: -len(row[0])):
        if key.endswith(end):
            return _own(text, unit, factors)
    unit = unit_of(key)
    own = "" if names_share(key) else unit
    field = FormField(path=key, section="base", key=key, kind="number", value=None, unit=own, optional=False)
    found = parse(text, field, "si") if not _bare(text) else float(text.replace(",", ""))
    if isinstance(found, Complaint) or found is None:
        return f"a number in {unit or ('%' if names_share(key) else 'no unit')}"
    return float(found)


def _bare(text: str) -> bool:
    """A number without a unit is in the field's own unit, shares as shares."""
    match = _NUMBER.fullmatch(text.strip())
    return match is not None and match[2] == ""


def _own(text: str, unit: str, factors: dict[str, str]) -> float | str:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("²", "2").strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return f"a number in {unit}"
    suffix = re.sub(r"\s+", "", match[2]).casefold()
    if suffix and suffix not in factors:
        return f"a number in {unit}"
    try:
        return float(Decimal(match[1].replace(",", "")) * Decimal(factors.get(suffix, "1")))
    except InvalidOperation:
        return f"a number in {unit}"
