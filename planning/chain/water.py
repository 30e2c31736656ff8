"""The water of every node and base: inflow in electric energy, hour by hour, and what reservoirs can shift.

The stations of the river cascades are run together through the scenario's year of water (`resources.cascade_year`); a
node or a base has those it owns as one plant. The rest of a node's hydropower follows the node's rain, routed
through a linear reservoir. docs/hydro.md tells what energy they are brought to, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planning.provinces import Node
from planning.scenario import Scenario
from planning.tables import Tables
from resources.cascade_year import CascadeYear, cascade_year, water_ask
from resources.hydro import HOURS, hourly_from_monthly, routed_rain_shape
from resources.river_inflow import frequency_factor

Array = NDArray[np.float64]

RECORDED_YEAR = 2020
"""The year whose generation the tables have."""
PONDAGE_H = 10.0
"""Usable storage of plants without a reservoir of their own in the tables, in hours of their capacity:
daily pondage, as most mid-size plants have."""
SPILL_ROOM = 0.97
"""Inflow counted is at most this share of capacity in any hour of a run-of-river year: what the flood
brings beyond the turbines was never in the published generation."""
REST_LEAST_SHARE = 0.3
"""Of the inflow that plants outside the tables must let through: fish and water supply below (assumed)."""
REST_START_SHARE = 0.6
"""Of their pondage that is full at the start of the year."""
REST_CS_OVER_CV = 2.0
"""Skewness over C_v of the years of rivers outside the tables, as that of those inside."""


@dataclass(frozen=True, slots=True)
class Water:
    """One plant of energy: a node's hydropower or a base's."""

    capacity_mw: float
    inflow_mw: Array
    """(8760,)"""
    reservoir_mwh: Array
    """(8760,) most that can be stored at the end of an hour: the flood limit in its months."""
    least_mw: Array
    """(8760,) of the environmental flow; never above the hour's inflow or the turbines."""
    start_share: float
    """Of the first hour's `reservoir_mwh` that is full when the year begins."""


NO_WATER = Water(0.0, np.zeros(HOURS), np.zeros(HOURS), np.zeros(HOURS), 0.0)


@dataclass(frozen=True, slots=True)
class YearOfWater:
    """The hydrological year of a scenario."""

    cascade: CascadeYear
    exceedance_pct: float | None
    """Share of years that are wetter; None: the long-term mean, or what was recorded. [%]"""
    recorded: bool
    """The scenario is of the year whose generation is known: nodes keep it."""

    def factor(self, node: Node, tables: Tables) -> float | None:
        """By which the design energy of a node's stations is multiplied; None: the river's own year says it."""
        if self.exceedance_pct is not None:
            return None
        return wetness_recorded(node, tables) if self.recorded else 1.0

    def rest_factor(self, node: Node, tables: Tables) -> float:
        """The same of plants outside the tables."""
        factor = self.factor(node, tables)
        if factor is not None:
            return factor
        assert self.exceedance_pct is not None
        from resources.years import INTERANNUAL

        spread = INTERANNUAL["hydro"].sigma_share
        return frequency_factor(spread, REST_CS_OVER_CV, self.exceedance_pct / 100.0)


def year_of_water(scenario: Scenario, library: Path | None = None) -> YearOfWater:
    """The year a scenario asks for.

    Raises
    ------
    InputError
        As `cascade_year`.
    """
    choice = scenario.resource
    cascade = cascade_year(water_ask(choice, scenario.year, scenario.seed), library)
    exceedance = choice.water_exceedance_pct
    return YearOfWater(cascade, exceedance, exceedance is None and scenario.year == RECORDED_YEAR)


def recorded_hours(node: Node) -> float:
    """Full-load hours of a node's rivers in the recorded year; 3,000 where it had none. [h/a]"""
    return node.natural_hydro_2020_mwh() / node.hydro_2020_mw if node.hydro_2020_mw > 0 else 3000.0


def wetness_recorded(node: Node, tables: Tables) -> float:
    """Natural generation of a node in the recorded year over a mean year's. [-]

    A mean year is the design energy of the node's stations of the tables, and the node's own hours of the recorded
    year for the rest, of which nothing else is known.
    """
    own = [s for s in tables.hydro_stations if s.node_id == node.node_id and s.year <= RECORDED_YEAR]
    rest_mw = max(node.hydro_2020_mw - sum(s.mw for s in own), 0.0)
    mean = sum(s.design_mwh for s in own) + rest_mw * recorded_hours(node)
    return node.natural_hydro_2020_mwh() / mean if mean > 0 else 1.0


def fitted_inflow(monthly_shape: Array, annual_mwh: float, capacity_mw: float) -> Array:
    """An hourly inflow of a shape that sums to `annual_mwh` and never exceeds the turbines by much.

    Notes
    -----
    Water-filling: the shape is scaled up and cut at SPILL_ROOM of capacity until the year's energy is met.
    An energy above what the turbines can take in a year is met flat at their limit.
    """
    if capacity_mw <= 0 or annual_mwh <= 0:
        return np.zeros(HOURS)
    shape = hourly_from_monthly(monthly_shape)
    limit = SPILL_ROOM * capacity_mw
    if annual_mwh >= limit * HOURS * 0.999:
        return np.full(HOURS, annual_mwh / HOURS)
    low, high = 0.0, annual_mwh / HOURS * 100.0
    for _ in range(80):
        scale = (low + high) / 2
        if np.minimum(shape * scale, limit).sum() < annual_mwh:
            low = scale
        else:
            high = scale
    inflow = np.minimum(shape * high, limit)
    return np.asarray(inflow * (annual_mwh / inflow.sum()), dtype=np.float64)


def owned_water(year: YearOfWater, stations: Sequence[str], factor: float | None) -> Water:
    """Stations of the cascades as one plant."""
    if not stations:
        return NO_WATER
    plant = year.cascade.plant(stations, factor)
    high = plant.stored_high_mwh
    least = np.minimum(np.minimum(plant.least_mw, plant.inflow_mw), plant.capacity_mw)
    share = min(plant.stored_start_mwh / high[0], 1.0) if high[0] > 0 else 0.0
    return Water(plant.capacity_mw, plant.inflow_mw, high, least, share)


def node_water(
    node: Node,
    capacity_mw: float,
    tables: Tables,
    rain_monthly_mm: Array,
    year: YearOfWater,
    of_bases: Sequence[str] = (),
) -> Water:
    """Hydropower of a node without what its bases took.

    Parameters
    ----------
    capacity_mw
        Of the scenario, bases' stations already moved out.
    rain_monthly_mm : (12,)
        Mean over the node.
    of_bases
        Ids of stations that serve bases.

    Notes
    -----
    A scenario with less hydropower in the node than its stations of the tables has the same share of each.
    """
    if capacity_mw <= 0:
        return NO_WATER
    standing = {station.id for station in year.cascade.stations}
    own = [s.id for s in tables.hydro_stations if s.node_id == node.node_id and s.id in standing]
    rivers = owned_water(year, [id for id in own if id not in of_bases], year.factor(node, tables))
    held = min(capacity_mw / rivers.capacity_mw, 1.0) if rivers.capacity_mw > 0 else 0.0
    rest_mw = max(capacity_mw - rivers.capacity_mw, 0.0)
    rest_mwh = rest_mw * recorded_hours(node) * year.rest_factor(node, tables)
    rest = fitted_inflow(routed_rain_shape(rain_monthly_mm), rest_mwh, rest_mw)
    reservoir = held * rivers.reservoir_mwh + PONDAGE_H * rest_mw
    start = held * rivers.reservoir_mwh[0] * rivers.start_share + REST_START_SHARE * PONDAGE_H * rest_mw
    return Water(
        capacity_mw,
        held * rivers.inflow_mw + rest,
        reservoir,
        held * rivers.least_mw + REST_LEAST_SHARE * np.minimum(rest, rest_mw),
        start / reservoir[0] if reservoir[0] > 0 else 0.0,
    )


def stations_of_base(
    tables: Tables, cascade: str, stations: Sequence[str], node_id: str, year: int
) -> list[str]:
    """Ids of the stations that serve a base: those it names, else all of the river in its node."""
    return [
        s.id
        for s in tables.cascade(cascade, year)
        if (s.id in stations if stations else s.node_id == node_id)
    ]


def base_water(
    tables: Tables, cascade: str, stations: Sequence[str], node_id: str, scenario_year: int, year: YearOfWater
) -> Water:
    """The stations of a cascade that serve a base."""
    chosen = stations_of_base(tables, cascade, stations, node_id, scenario_year)
    return owned_water(year, chosen, year.factor(tables.node(node_id), tables))


def stations_of_bases(
    tables: Tables, bases: Mapping[str, tuple[str, tuple[str, ...], str]], year: int
) -> list[str]:
    """Ids of all stations that bases use; the mapping is base -> (cascade, stations, node)."""
    return [id for users in bases.values() for id in stations_of_base(tables, *users, year)]


def node_waters(
    tables: Tables, hydro_mw: Array, rain_monthly_mm: Array, year: YearOfWater, taken: Sequence[str]
) -> dict[str, Water]:
    """`node_water` of every node; `hydro_mw` (node,), `rain_monthly_mm` (node, 12)."""
    return {
        node.node_id: node_water(node, float(hydro_mw[i]), tables, rain_monthly_mm[i], year, taken)
        for i, node in enumerate(tables.nodes)
    }
