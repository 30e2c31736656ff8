"""The water of every node and base: inflow in electric energy, hour by hour, and what reservoirs can shift.

Rivers with a gauge in `river_flows.csv` give their months' shape to the stations on them; the rest of a
node's hydropower follows the node's rain, routed through a linear reservoir.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.hydro_stations import HydroStation
from planning.provinces import Node
from planning.tables import Tables
from resources.hydro import HOURS, hourly_from_monthly, routed_rain_shape, stored_mwh

Array = NDArray[np.float64]

PONDAGE_H = 10.0
"""Usable storage of plants without a reservoir of their own in the tables, in hours of their capacity:
daily pondage, as most mid-size plants have."""
SPILL_ROOM = 0.97
"""Inflow counted is at most this share of capacity in any hour of a run-of-river year: what the flood
brings beyond the turbines was never in the published generation."""


@dataclass(frozen=True, slots=True)
class Water:
    """One plant of energy: a node's hydropower or a base's."""

    capacity_mw: float
    inflow_mw: Array
    """(8760,)"""
    reservoir_mwh: float


def station_storage_mwh(stations: Sequence[HydroStation]) -> float:
    """Energy the stations' own reservoirs hold through their own heads. [MWh]"""
    return sum(stored_mwh(s.regulating_storage_hm3 * 1e6, s.rated_head_m) for s in stations)


def river_shape(tables: Tables, cascade: str) -> Array:
    """(12,) monthly flow of a river's gauge over its mean. [-]"""
    for flow in tables.river_flows:
        if flow.cascade == cascade:
            months = np.array(flow.monthly_m3_s)
            return np.asarray(months / months.mean(), dtype=np.float64)
    raise KeyError(cascade)


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


def node_water(
    node: Node,
    capacity_mw: float,
    tables: Tables,
    rain_monthly_mm: Array,
    year: int,
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
    Energy keeps the full-load hours of the node's natural generation of 2020; the shape is the mean of
    river gauges weighted by station capacity, and of routed rain for the rest.
    """
    own = [
        s
        for s in tables.hydro_stations
        if s.node_id == node.node_id and s.year <= year and s.id not in of_bases
    ]
    hours = node.natural_hydro_2020_mwh() / node.hydro_2020_mw if node.hydro_2020_mw > 0 else 3000.0
    annual = capacity_mw * hours
    on_rivers = sum(s.mw for s in own)
    rest = max(capacity_mw - on_rivers, 0.0)
    total = on_rivers + rest
    if capacity_mw <= 0 or total <= 0:
        return Water(max(capacity_mw, 0.0), np.zeros(HOURS), 0.0)
    shape = rest / total * routed_rain_shape(rain_monthly_mm)
    for station in own:
        shape = shape + station.mw / total * river_shape(tables, station.cascade)
    scale = min(capacity_mw / total, 1.0)
    reservoir = scale * station_storage_mwh(own) + PONDAGE_H * rest
    return Water(capacity_mw, fitted_inflow(shape, annual, capacity_mw), reservoir)


def base_water(tables: Tables, cascade: str, stations: Sequence[str], node_id: str, year: int) -> Water:
    """The stations of a cascade that serve a base, at their design energy."""
    chosen = [
        s for s in tables.cascade(cascade, year) if (s.id in stations if stations else s.node_id == node_id)
    ]
    capacity = sum(s.mw for s in chosen)
    annual = sum(s.design_mwh for s in chosen)
    return Water(
        capacity,
        fitted_inflow(river_shape(tables, cascade), annual, capacity),
        station_storage_mwh(chosen),
    )


def stations_of_bases(
    tables: Tables, bases: Mapping[str, tuple[str, tuple[str, ...], str]], year: int
) -> list[str]:
    """Ids of all stations that bases use; the mapping is base -> (cascade, stations, node)."""
    taken = []
    for cascade, stations, node_id in bases.values():
        taken += [
            s.id
            for s in tables.cascade(cascade, year)
            if (s.id in stations if stations else s.node_id == node_id)
        ]
    return taken


def node_waters(
    tables: Tables, hydro_mw: Array, rain_monthly_mm: Array, year: int, taken: Sequence[str]
) -> dict[str, Water]:
    """`node_water` of every node; `hydro_mw` (node,), `rain_monthly_mm` (node, 12)."""
    return {
        node.node_id: node_water(node, float(hydro_mw[i]), tables, rain_monthly_mm[i], year, taken)
        for i, node in enumerate(tables.nodes)
    }
