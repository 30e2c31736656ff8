"""Published lines beside their least-cost routes: length and investment, and the fit the costs rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, silent
from planning.corridors import Corridor
from planning.route.ends import end_of
from planning.route.figures import LineKind, RouteCosts, route_costs
from planning.route.plan import Route, plan_route
from planning.tables import Tables

Array = NDArray[np.float64]

LEAST_KM: Final = 300.0
SEVERAL_LEGS: Final = ("zhangbei", "zangdongnan-guangdong")
"""Grids of four terminals: their published length is that of all legs together."""
FITTED_KV: Final = 800.0


@dataclass(frozen=True, slots=True)
class Beside:
    """One line of the table and its route."""

    id: str
    kind: str
    kv: float
    mw: float
    year: int
    published_km: float
    km: float
    way_km: float
    straight_km: float
    published_cny: float | None
    """Nominal, of all rows of a line with several ends."""
    cny: float
    """Of prices of the year it opened."""
    line_share: float
    """Of `cny` that is line and crossings. [-]"""

    @property
    def length_error(self) -> float:
        return self.km / self.published_km - 1.0

    @property
    def cost_error(self) -> float | None:
        return None if self.published_cny is None else self.cny / self.published_cny - 1.0


def lines_to_compare(tables: Tables) -> tuple[Corridor, ...]:
    """DC lines in service between two places, of published length of 300 km and more.

    AC lines of the table are chains of substations, longer than between their ends.
    """
    return tuple(
        line
        for line in tables.corridors
        if line.kind in ("lcc", "vsc", "hybrid")
        and line.status == "in_service"
        and line.tier in ("official", "published")
        and line.km >= LEAST_KM
        and line.id not in SEVERAL_LEGS
        and line.mw is not None
    )


def beside(
    lines: Iterable[Corridor], tables: Tables, costs: RouteCosts | None = None, progress: Progress = silent
) -> tuple[Beside, ...]:
    """Every line and its route; rows of one line with several ends together, over the longest."""
    grouped: dict[str, tuple[Corridor, ...]] = {}
    for line in lines:
        whole = tuple(row for row in tables.corridors if line.parent and row.parent == line.parent)
        grouped.setdefault(line.parent or line.id, whole or (line,))
    made = []
    for number, rows in enumerate(grouped.values()):
        progress(number / len(grouped), "routes")
        line = max(rows, key=lambda row: row.km)
        power = sum(row.mw or 0.0 for row in rows)
        paid = [row.investment_cny for row in rows if row.investment_cny is not None]
        route = _route(line, power, tables, costs)
        made.append(
            Beside(
                line.id, line.kind, line.kv, power, line.year, line.km, route.km, route.way_km,
                route.straight_km, sum(paid) if len(paid) == len(rows) else None, route.investment_cny,
                (route.line_cny + route.crossings_cny) / route.investment_cny,
            )
        )  # fmt: skip
    progress(1.0, "routes")
    return tuple(made)


def _route(line: Corridor, mw: float, tables: Tables, costs: RouteCosts | None) -> Route:
    kind: LineKind = "hybrid" if line.kind == "hybrid" else "vsc" if line.kind == "vsc" else "lcc"
    return plan_route(
        end_of(line.id, tables), end_of(f"{line.id}/to", tables), kind, line.kv, mw, price_year=line.year,
        costs=costs,
    )  # fmt: skip


def fitted(rows: Sequence[Beside], costs: RouteCosts | None = None) -> Mapping[str, float]:
    """What the ±800 kV LCC lines say of the figures fitted to them, least squares of the relative error.

    Returns
    -------
    'dc_800kv_cny_per_km', 'stations_lcc_cny_per_kw', 'length_factor' (median of all lines), and
    'cost_error_share': the worst error of a line left out of the fit that estimates it.
    """
    table = costs or route_costs()
    own = [row for row in rows if row.kind == "lcc" and row.kv == FITTED_KV and row.published_cny is not None]
    level = np.array([table.price_level(row.year) for row in own])
    paid = np.array([row.published_cny for row in own], dtype=np.float64)
    # Kilometres of flat line each line is worth, and its power, in prices of its year.
    flat_km = np.array([row.cny * row.line_share for row in own]) / (
        table.line_cny_per_km("lcc", FITTED_KV) * level
    )
    kw = np.array([row.mw for row in own]) * 1e3
    of_one = np.column_stack([flat_km * level, kw * level])
    figures = _least_squares(of_one, paid)
    left_out = []
    for number in range(len(own)):
        others = np.arange(len(own)) != number
        estimate = of_one[number] @ _least_squares(of_one[others], paid[others])
        left_out.append(estimate / paid[number] - 1.0)
    return MappingProxyType(
        {
            "dc_800kv_cny_per_km": float(figures[0]),
            "stations_lcc_cny_per_kw": float(figures[1]),
            "length_factor": float(np.median([row.published_km / row.way_km for row in rows])),
            "cost_error_share": float(np.abs(left_out).max()),
            "cost_error_median_share": float(np.median(np.abs(left_out))),
        }
    )


def _least_squares(of_one: Array, paid: Array) -> Array:
    return np.asarray(np.linalg.lstsq(of_one / paid[:, None], np.ones(len(paid)), rcond=None)[0])


__all__ = ["Beside", "beside", "fitted", "lines_to_compare"]
