"""What a planner types into a field: '8 GW', '800 万千瓦', '35 %', '0.28 元/千瓦时', or a bare number.

A bare number is in the unit shown beside the field. Decimal arithmetic: 35 % is 0.35, not 0.35000000000000003.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from planning.scenario_fields import FormField
from planning.words import Language, UnitSystem

_POWER = {"w": "1e-6", "kw": "1e-3", "mw": "1", "gw": "1e3", "tw": "1e6", "千瓦": "1e-3", "万千瓦": "10",
          "亿千瓦": "1e5", "兆瓦": "1", "吉瓦": "1e3", "mw/unit": "1"}  # fmt: skip
_ENERGY = {"kwh": "1e-3", "mwh": "1", "gwh": "1e3", "twh": "1e6", "千瓦时": "1e-3", "万千瓦时": "10",
           "亿千瓦时": "1e5", "兆瓦时": "1", "吉瓦时": "1e3", "太瓦时": "1e6", "度": "1e-3", "万度": "10",
           "亿度": "1e5"}  # fmt: skip
_PRICE = {"cny/mwh": "1", "cny/kwh": "1e3", "元/兆瓦时": "1", "元/mwh": "1", "元/千瓦时": "1e3", "元/kwh": "1e3",
          "元/度": "1e3", "分/千瓦时": "10", "分/kwh": "10", "分/度": "10"}  # fmt: skip
_DIMENSIONS: tuple[dict[str, str], ...] = (
    _POWER,
    _ENERGY,
    _PRICE,
    {"cny/t": "1", "元/吨": "1", "元/t": "1"},
    {"mt": "1", "t": "1e-6", "吨": "1e-6", "万吨": "0.01", "百万吨": "1", "亿吨": "100"},
    {"m": "1e-3", "km": "1", "公里": "1", "千米": "1", "米": "1e-3"},
    {"km2": "1", "平方公里": "1", "平方千米": "1", "公顷": "0.01", "ha": "0.01"},
    {"h": "1", "小时": "1", "h/a": "1", "小时/年": "1"},
    {"°": "1", "度": "1", "deg": "1", "°e": "1", "°n": "1", "e": "1", "n": "1"},
    {"kv": "1", "千伏": "1"},
    {"m/s": "1", "米/秒": "1"},
    {"mw/km2": "1", "兆瓦/km2": "1", "兆瓦/平方公里": "1"},
    {"d": "1", "天": "1"},
    {"%": "0.01", "‰": "0.001", "1": "1"},
)
"""Factors to the first unit of each whose factor is 1; a unit belongs to the dimension of the field."""

_SHOWN: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    # base unit: ((cn in Chinese, cn in English), (si in Chinese, si in English))
    "MW": (("万千瓦", "万千瓦"), ("GW", "GW")),
    "GW": (("万千瓦", "万千瓦"), ("GW", "GW")),
    "MW/unit": (("兆瓦", "MW"), ("兆瓦", "MW")),
    "MW/km²": (("兆瓦/平方公里", "MW/km²"), ("兆瓦/平方公里", "MW/km²")),
    "d": (("天", "d"), ("天", "d")),
    "MWh": (("万千瓦时", "万千瓦时"), ("GWh", "GWh")),
    "TWh": (("亿千瓦时", "亿千瓦时"), ("TWh", "TWh")),
    "CNY/MWh": (("元/千瓦时", "CNY/kWh"), ("CNY/MWh", "CNY/MWh")),
    "CNY/t": (("元/吨", "CNY/t"), ("元/吨", "CNY/t")),
    "Mt": (("万吨", "Mt"), ("百万吨", "Mt")),
    "km": (("公里", "km"), ("公里", "km")),
    "km²": (("平方公里", "km²"), ("平方公里", "km²")),
    "kV": (("千伏", "kV"), ("千伏", "kV")),
    "h": (("小时", "h"), ("小时", "h")),
    "h/a": (("小时/年", "h/a"), ("小时/年", "h/a")),
}
SHARE = "%"
MOST_DIGITS = 20
"""Before or behind the point; nobody plans in more."""
_NUMBER = re.compile(r"([+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why what was typed cannot be taken; words in the window."""

    code: Literal["not_a_number", "not_whole", "other_unit", "empty", "too_small", "too_large"]
    found: str
    expected: str
    """A unit, or a limit with its unit."""


def is_share(field: FormField) -> bool:
    """Whether a field is a share or a rate, shown in per cent."""
    return field.kind == "number" and field.unit == "" and names_share(field.key)


def names_share(key: str) -> bool:
    """Whether a number of this name is a share or a rate."""
    return "share" in key or key.endswith("_rate")


def shown_unit(field: FormField, system: UnitSystem, language: Language) -> str:
    """The unit beside the field."""
    if is_share(field):
        return SHARE
    return unit_beside(field.unit, system, language)


def unit_beside(unit: str, system: UnitSystem, language: Language) -> str:
    """What a unit of the models is shown as: 'MW' is 万千瓦 or GW."""
    pair = _SHOWN.get(unit)
    return unit if pair is None else pair[0 if system == "cn" else 1][0 if language == "zh" else 1]


def with_unit(value: float, unit: str, system: UnitSystem, language: Language) -> str:
    """A figure in a unit of the models, as the form shows it: '800 万千瓦' of 8000 MW."""
    beside = unit_beside(unit, system, language)
    plain = _digits(value, _between(beside, unit) if unit in _SHOWN else Decimal(1))
    return f"{plain} {beside}".strip()


def shown_number(value: float, field: FormField, system: UnitSystem) -> str:
    """A number in the unit beside the field, as one would type it."""
    if field.kind == "integer":
        return str(int(value))
    return _digits(value, _factor(shown_unit(field, system, "zh"), field))


def _digits(value: float, factor: Decimal) -> str:
    plain = f"{round(Decimal(repr(value)) / factor, 9):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def shown_range(field: FormField, system: UnitSystem) -> str:
    """What may be typed: '> 0', '0 to 100', '2000 to 2100'; empty where all goes."""
    low, high = (
        None if limit is None or abs(limit) > 1e15 else shown_number(limit, field, system)
        for limit in (field.low, field.high)
    )
    if low is not None and high is not None:
        return f"{low} – {high}"
    if low is not None:
        return f"{'>' if field.low_open else '≥'} {low}"
    return "" if high is None else f"{'<' if field.high_open else '≤'} {high}"


def parse(typed: str, field: FormField, system: UnitSystem) -> float | int | Complaint | None:
    """The value in the field's own unit; None for an emptied field that may be empty."""
    text = unicodedata.normalize("NFKC", typed).replace("−", "-").replace("±", "").replace("²", "2").strip()
    unit = shown_unit(field, system, "zh")
    if not text:
        return None if field.optional else Complaint("empty", "", unit)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return Complaint("not_a_number", typed.strip(), unit)
    try:
        number = Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        return Complaint("not_a_number", typed.strip(), unit)
    if number and abs(number.adjusted()) > MOST_DIGITS:
        return Complaint("too_large" if number.adjusted() > 0 else "not_a_number", typed.strip(), unit)
    suffix = re.sub(r"\s+", "", match[2])
    try:
        value = number * _factor(suffix or unit, field)
    except KeyError:
        return Complaint("other_unit", match[2], unit)
    if field.kind == "integer":
        if value != value.to_integral_value():
            return Complaint("not_whole", typed.strip(), unit)
        answer: float | int = int(value)
    else:
        answer = float(value)
    return _outside(answer, field, system) or answer


def _outside(value: float, field: FormField, system: UnitSystem) -> Complaint | None:
    unit = shown_unit(field, system, "zh")
    if field.low is not None and (value < field.low or (field.low_open and value == field.low)):
        limit = shown_number(field.low, field, system)
        return Complaint(
            "too_small", f"{value:g}", f"{'>' if field.low_open else '≥'} {limit} {unit}".strip()
        )
    if field.high is not None and (value > field.high or (field.high_open and value == field.high)):
        limit = shown_number(field.high, field, system)
        return Complaint(
            "too_large", f"{value:g}", f"{'<' if field.high_open else '≤'} {limit} {unit}".strip()
        )
    return None


def _factor(unit: str, field: FormField) -> Decimal:
    """From a unit to the field's own; KeyError where it measures something else."""
    own = "1" if is_share(field) else field.unit
    if not own:
        if unit:
            raise KeyError(unit)
        return Decimal(1)
    return _between(unit, own)


def _between(unit: str, own: str) -> Decimal:
    """From a unit to another of its dimension; KeyError where there is none."""
    if _plain(unit) == _plain(own):
        return Decimal(1)
    for units in _DIMENSIONS:
        if _plain(own) in units:
            return Decimal(units[_plain(unit)]) / Decimal(units[_plain(own)])
    raise KeyError(own)


def _plain(unit: str) -> str:
    return unit.replace("²", "2").casefold()
