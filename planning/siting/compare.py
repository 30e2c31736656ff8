"""Candidate sites side by side: a row a figure, a column a site, the best of each row told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gis_layers.errors import InputError, Problem
from planning.siting.candidates import Candidate

Better = Literal["less", "more", ""]


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One figure of all sites."""

    key: str
    """Ends with its unit where it has one."""
    zh: str
    en: str
    unit: str
    values: tuple[float | str | None, ...]
    """(site,) None where a site has none."""
    best: tuple[int, ...]
    """Sites with the best value; empty where no value is better than another."""


_ROWS: Final[tuple[tuple[str, str, str, str, Better, Callable[[Candidate], float | str | None]], ...]] = (
    ("lcoe_cny_per_mwh", "度电成本 (含接入)", "LCOE with connection", "CNY/MWh", "less", lambda c: c.lcoe_cny_per_mwh),
    ("lcoe_plant_cny_per_mwh", "度电成本 (电站)", "LCOE at the plant", "CNY/MWh", "less", lambda c: c.lcoe_plant_cny_per_mwh),
    ("suitability", "适宜性", "suitability", "", "more", lambda c: c.suitability),
    ("capacity_mw", "装机容量", "capacity", "MW", "more", lambda c: c.capacity_mw),
    ("wind_mw", "风电装机", "wind capacity", "MW", "", lambda c: _of(c, "wind", "capacity_mw")),
    ("pv_mw", "光伏装机", "PV capacity", "MW", "", lambda c: _of(c, "pv", "capacity_mw")),
    ("csp_mw", "光热装机", "CSP capacity", "MW", "", lambda c: _of(c, "csp", "capacity_mw")),
    ("wind_full_load_hours", "风电利用小时", "wind full-load hours", "h/a", "more", lambda c: _of(c, "wind", "full_load_hours")),
    ("pv_full_load_hours", "光伏利用小时 (交流)", "PV full-load hours (AC)", "h/a", "more", lambda c: _of(c, "pv", "full_load_hours")),
    ("csp_full_load_hours", "光热利用小时", "CSP full-load hours", "h/a", "more", lambda c: _of(c, "csp", "full_load_hours")),
    ("delivered_mwh", "年送出电量", "energy delivered a year", "MWh", "more", lambda c: c.delivered_mwh),
    ("land_km2", "占用可用土地", "eligible land used", "km²", "", lambda c: c.land_km2),
    ("target", "接入点", "connected to", "", "", lambda c: c.connection.target.name_en if c.connection else None),
    ("connection_km", "接入线路长度", "way to the grid", "km", "less", lambda c: c.connection.km if c.connection else None),
    ("connection_kv", "接入电压", "voltage", "kV", "", lambda c: float(c.connection.line.kv) if c.connection else None),
    ("connection_cny", "接入投资", "investment in the connection", "CNY", "less", lambda c: c.connection.line.investment_cny if c.connection else None),
    ("loss_share", "接入线损", "loss on the way", "1", "less", lambda c: c.loss_share if c.connection else None),
    ("correlation", "风光相关系数", "correlation of wind and sun", "", "less", lambda c: c.correlation),
    ("low_share", "低出力小时占比", "share of hours of low output", "1", "less", lambda c: c.low_share),
    ("co2_saved_t", "年减排二氧化碳", "CO2 saved a year", "t", "more", lambda c: c.co2_saved_t),
    ("investment_cny", "总投资", "investment", "CNY", "", lambda c: c.investment_cny),
)  # fmt: skip


def compare_candidates(sites: Sequence[Candidate], ids: Sequence[str] = ()) -> tuple[CompareRow, ...]:
    """Rows of some sites in the order asked for, or of all; rows no site has a value for are left out.

    Raises
    ------
    InputError
        An id that is no site's, or twice the same: all at once.
    """
    by_id = {site.id: site for site in sites}
    problems = [Problem("sites", "id", id, f"one of {', '.join(by_id)}") for id in ids if id not in by_id]
    if len(set(ids)) != len(ids):
        problems.append(Problem("sites", "id", ", ".join(ids), "each site once"))
    if problems:
        raise InputError(problems)
    chosen = [by_id[id] for id in ids] if ids else list(sites)
    rows = []
    for key, zh, en, unit, better, read in _ROWS:
        values = tuple(read(site) for site in chosen)
        if any(value is not None for value in values):
            rows.append(CompareRow(key, zh, en, unit, values, _best(values, better)))
    return tuple(rows)


def _of(site: Candidate, technology: str, field: str) -> float | None:
    share = site.shares.get(technology)
    return None if share is None else float(getattr(share, field))


def _best(values: tuple[float | str | None, ...], better: Better) -> tuple[int, ...]:
    numbers = {i: v for i, v in enumerate(values) if isinstance(v, float)}
    if not better or len(numbers) < 2 or len(set(numbers.values())) < 2:
        return ()
    wanted = min(numbers.values()) if better == "less" else max(numbers.values())
    return tuple(i for i, v in numbers.items() if v == wanted)
