"""What a new line costs, by voltage, kind and ground; every figure with source and tier in `route_costs.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from gis_layers.errors import Problem
from gis_layers.provenance import Tier
from planning.prices import Price
from planning.table_rows import DATA, figure_problems, raise_if, read_rows, steps_of, weakest

FILE: Final = "route_costs.csv"
PRICE_YEAR: Final = 2024
"""Of the table's costs."""
LineKind = Literal["lcc", "vsc", "hybrid", "ac"]
KINDS: Final[tuple[LineKind, ...]] = ("lcc", "vsc", "hybrid", "ac")
DC_KV: Final = (200, 400, 500, 660, 800, 1100)
AC_KV: Final = (500, 750, 1000)
_SINGLE = (
    "length_factor", "price_rise_share_per_year", "cost_error_share", "factor_desert", "factor_ice",
    "factor_lake", "factor_sea", "ice_coldest_c", "ice_warmest_c", "ice_rain_mm", "river_middle_m3_per_s",
    "river_large_m3_per_s", "river_middle_km", "river_large_km", "forbidden_above_m", "sea_reach_km",
)  # fmt: skip
_SIGNED = ("ice_coldest_c", "ice_warmest_c")


class RouteFigure(Price):
    """One figure of `route_costs.csv`."""


@dataclass(frozen=True, slots=True)
class RouteCosts:
    """All figures of the table."""

    value: Mapping[str, float]
    relief_factors: tuple[tuple[float, float], ...]
    """(from difference of heights in m, cost over flat ground), rising."""
    height_factors: tuple[tuple[float, float], ...]
    """(from elevation in m, cost over low ground), rising."""
    tier: Tier
    """The weakest of the figures."""

    def line_cny_per_km(self, kind: LineKind, kv: float) -> float:
        """One bipole or circuit on flat ground; between the voltages of the table, straight. [CNY/km]"""
        steps, head = (AC_KV, "ac") if kind == "ac" else (DC_KV, "dc")
        return float(np.interp(kv, steps, [self.value[f"{head}_{v}kv_cny_per_km"] for v in steps]))

    def bipole_mw(self, kv: float) -> float:
        """Most power of one bipole. [MW]"""
        return float(np.interp(kv, DC_KV, [self.value[f"dc_{v}kv_mw"] for v in DC_KV]))

    def price_level(self, year: int) -> float:
        """Prices of a year over those of the table. [-]"""
        return float((1.0 + self.value["price_rise_share_per_year"]) ** (year - PRICE_YEAR))


def route_costs(folder: Path | None = None) -> RouteCosts:
    """Read and check the table, by default the program's own.

    Raises
    ------
    InputError
        Every bad row, missing figure and impossible value.
    """
    return _own() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _own() -> RouteCosts:
    return _load(DATA)


def _load(folder: Path) -> RouteCosts:
    problems: list[Problem] = []
    rows = read_rows(folder / FILE, RouteFigure, problems)
    held = {row.id: row.value for row in rows}
    wanted = [f"dc_{kv}kv_{name}" for kv in DC_KV for name in ("cny_per_km", "mw")]
    wanted += [f"ac_{kv}kv_{name}" for kv in AC_KV for name in ("cny_per_km", "end_cny")]
    wanted += [f"stations_{kind}_cny_per_kw" for kind in KINDS if kind != "ac"]
    wanted += _SINGLE
    problems += figure_problems(FILE, held, wanted, _least, lambda name: name not in _SIGNED)
    raise_if(problems)
    return RouteCosts(
        value=MappingProxyType(held),
        relief_factors=steps_of(held, "factor_relief_", "_m"),
        height_factors=steps_of(held, "factor_height_", "_m"),
        tier=weakest(*(row.tier for row in rows)),
    )


def _least(name: str) -> float:
    if name in _SIGNED:
        return -np.inf
    return 1.0 if name.startswith("factor_") or name == "length_factor" else 0.0
