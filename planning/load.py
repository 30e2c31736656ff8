"""Hourly load of every node: a made shape of seasons, days and holidays, scaled to its energy and peak.

No free hourly load of provinces exists, so the shape is ours: documented in docs/tables.md, compared in the
tests with a public reconstruction of 2018. Load is all consumption: final use, plants' own use, grid losses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from planning.provinces import LoadClimate, Node
from planning.scenario import Scenario
from planning.tables import Tables

Array = NDArray[np.float64]

HOURS = 8760

# Mean load of the months over the year's, without the Spring Festival: heating and cooling by climate.
_MONTHS: dict[LoadClimate, tuple[float, ...]] = {
    "cold": (1.08, 1.04, 1.00, 0.96, 0.95, 0.95, 0.99, 0.99, 0.94, 0.98, 1.05, 1.10),
    "cold_dry": (1.03, 0.99, 0.96, 0.96, 0.96, 1.00, 1.02, 1.02, 0.97, 1.00, 1.06, 1.07),
    "north": (1.10, 1.00, 0.94, 0.91, 0.91, 0.98, 1.11, 1.11, 0.94, 0.92, 1.01, 1.12),
    "hot_summer": (1.10, 1.00, 0.90, 0.87, 0.90, 0.98, 1.21, 1.21, 1.01, 0.89, 0.93, 1.07),
    "subtropical": (0.98, 0.92, 0.90, 0.93, 1.02, 1.05, 1.13, 1.13, 1.06, 0.97, 0.96, 0.99),
    "mild": (1.10, 1.02, 0.96, 0.94, 0.93, 0.92, 0.97, 0.98, 0.97, 1.01, 1.08, 1.14),
    "plateau": (1.06, 1.02, 0.99, 0.98, 0.96, 0.95, 0.95, 0.95, 0.96, 1.03, 1.08, 1.10),
}
# How far the load falls at the Spring Festival: where migrant workers go home it falls most.
_FESTIVAL: dict[LoadClimate, float] = {
    "cold": 0.10,
    "cold_dry": 0.05,
    "north": 0.15,
    "hot_summer": 0.28,
    "subtropical": 0.40,
    "mild": 0.15,
    "plateau": 0.05,
}
_WEEKEND: dict[LoadClimate, float] = {
    "cold": 0.025,
    "cold_dry": 0.01,
    "north": 0.03,
    "hot_summer": 0.04,
    "subtropical": 0.07,
    "mild": 0.02,
    "plateau": 0.01,
}
"""Drop on Sundays; half of it on Saturdays."""
# A day at 115 E: trough at 4, morning peak at 11, evening peak at 17-20; hour-beginning.
_DAY = (
    *(0.90, 0.87, 0.85, 0.84, 0.83, 0.84, 0.87, 0.92, 0.99, 1.06, 1.10, 1.11),
    *(1.05, 1.05, 1.08, 1.09, 1.10, 1.10, 1.08, 1.08, 1.07, 1.05, 1.00, 0.95),
)
_FESTIVAL_DATES = {
    2018: (2, 16),
    2019: (2, 5),
    2020: (1, 25),
    2021: (2, 12),
    2022: (2, 1),
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}
_QUARTERS = {2020: (-0.065, 0.039, 0.058, 0.081)}
"""Growth of consumption by quarter where it was far from even: CEC, 2020, by quarter
(http://chuanganwang.cn/news/20210203/69968.html); the shape of other years is that of an even one."""
_QUARTER_OF_MONTH = np.repeat(np.arange(4), 3)
_MEAN_FESTIVAL = (2, 4)
"""For years beyond the list."""
_LOAD_FACTOR = (0.50, 0.90)
"""Bounds on mean over peak. Where the dispatched peak lacks self-supplied plants (Inner Mongolia, the
northwest), consumption over peak passes 0.9 and says nothing of the shape."""
_LEAST = 0.25
"""The lowest hour over the mean stays above this."""


def scenario_consumption_mwh(scenario: Scenario, tables: Tables) -> dict[str, float]:
    """Consumption of every node in the scenario's year: the national figure by the shares of a past year."""
    past = {n.node_id: getattr(n, f"consumption_{scenario.load.shares_of_year}_mwh") for n in tables.nodes}
    scale = scenario.load.consumption_twh * 1e6 / sum(past.values())
    return {node_id: mwh * scale for node_id, mwh in past.items()}


def load_factor(node: Node) -> float:
    """Mean over peak load, from the consumption and the dispatched peak of 2024, within bounds. [-]"""
    mean_mw = node.consumption_2024_mwh / HOURS
    return min(max(mean_mw / node.peak_load_2024_mw, _LOAD_FACTOR[0]), _LOAD_FACTOR[1])


def hourly_load_mw(nodes: Sequence[Node], consumption_mwh: Mapping[str, float], year: int) -> Array:
    """Load of every node and hour.

    Parameters
    ----------
    nodes
        Give climate, longitude and load factor.
    consumption_mwh
        Of the year, by node id.
    year
        Places weekends and the Spring Festival; 29 February is dropped.

    Returns
    -------
    (node, 8760)
        UTC+8, hour-beginning; each row sums to its consumption, its peak is consumption over load factor.
        [MW]

    Raises
    ------
    InputError
        A node without consumption, or with one below 0.
    BalanceError
        A row does not sum to its consumption: a fault of ours.
    """
    problems = [
        Problem("load", node.node_id, f"{consumption_mwh.get(node.node_id)}", "consumption in MWh, 0 or more")
        for node in nodes
        if not consumption_mwh.get(node.node_id, -1.0) >= 0
    ]
    if problems:
        raise InputError(problems)
    days = _days(year)
    load = np.empty((len(nodes), HOURS))
    uneven = _uneven_year(year, days)
    for index, node in enumerate(nodes):
        energy = consumption_mwh[node.node_id]
        load[index] = _shape(node, days, _festival_day(year), uneven) * (energy / HOURS)
        if abs(load[index].sum() - energy) > 1e-6 * max(energy, 1.0):
            found = float(load[index].sum())
            raise BalanceError("load_energy", node=node.node_id, found=found, expected=energy)
    load.setflags(write=False)
    return load


def _days(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    every = (first + dt.timedelta(days=i) for i in range(366))
    return [day for day in every if day.year == year and (day.month, day.day) != (2, 29)]


def _uneven_year(year: int, days: list[dt.date]) -> Array:
    """(day,) of mean about 1: how a year's quarters stood to those of an even one."""
    growth = 1.0 + np.array(_QUARTERS.get(year, (0.0, 0.0, 0.0, 0.0)))
    quarter = _QUARTER_OF_MONTH[np.array([day.month - 1 for day in days])]
    return np.asarray(growth[quarter] / growth.mean())


def _festival_day(year: int) -> int:
    """Day of the year, 0-based, of the Spring Festival."""
    month, day = _FESTIVAL_DATES.get(year, _MEAN_FESTIVAL)
    return (dt.date(year, month, day) - dt.date(year, 1, 1)).days


def _shape(node: Node, days: list[dt.date], festival: int, uneven: Array) -> Array:
    """(8760,) of mean 1 and of the node's load factor."""
    number = np.arange(365.0)
    # Months at their middles, joined by straight lines around the year.
    middles = np.array([15, 45, 74, 105, 135, 166, 196, 227, 258, 288, 319, 349], dtype=float)
    season = np.interp(number, middles, _MONTHS[node.load_climate], period=365.0)
    # The festival: three days at the bottom, a fall of ten days before, a rise of three weeks after.
    since = number - festival
    depth = np.interp(since, (-12.0, -1.0, 3.0, 20.0), (0.0, 1.0, 1.0, 0.0), left=0.0, right=0.0)
    # National Day, 1-5 October: a fifth of the Spring Festival.
    october = np.where((number >= 273) & (number <= 277), 0.2, 0.0)
    holiday = 1.0 - _FESTIVAL[node.load_climate] * np.maximum(depth, october)
    drop = {5: 0.5, 6: 1.0}
    week = np.array([1.0 - _WEEKEND[node.load_climate] * drop.get(day.weekday(), 0.0) for day in days])
    # The sun is later in the west: an hour for every 15 degrees.
    clock = np.arange(24.0) + (node.lon_deg - 115.0) / 15.0
    day = np.interp(clock, np.arange(24.0), _DAY, period=24.0)
    shape = ((season * holiday * week * uneven)[:, None] * day[None, :]).ravel()
    shape /= shape.mean()
    # Stretched about its mean until its peak is the node's.
    stretch = (1.0 / load_factor(node) - 1.0) / (shape.max() - 1.0)
    stretch = min(stretch, (1.0 - _LEAST) / (1.0 - shape.min()))
    return np.asarray(1.0 + stretch * (shape - 1.0))
