"""Spinning reserve: what each plant of a synchronous grid could give more within the reserve's time.

There is no unit commitment, so what runs is bounded, not counted: units run at their least load or above, so the
capacity running is at most output over that load. Hydropower needs its hour of water, a storage its hour of
charge; a storage that charges can stop. Wind, PV and nuclear give none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.dispatch.case import Array, DispatchCase, Index, hourly
from planning.dispatch.layout import SCALE_MW, Layout, areas_of, reserve_asked_mw
from planning.dispatch.result import DispatchResult


@dataclass(frozen=True, slots=True)
class Limit:
    """constant(t) + sum of factor x column, for every plant of a group; in units of the LP."""

    columns: tuple[Index, ...]
    factors: tuple[Array, ...]
    constant: Array
    """(hour, plant)"""

    def value(self, primal: Array, hours: slice) -> Array:
        """(hour, plant)"""
        total = self.constant[hours].copy()
        for column, factor in zip(self.columns, self.factors, strict=True):
            total += primal[:, column] * factor
        return total


@dataclass(frozen=True, slots=True)
class Provider:
    """A group of plants; what each gives is the least of its limits."""

    area: Index
    """(plant,) number of the synchronous grid."""
    limit: tuple[Limit, ...]

    def limits(self, primal: Array, hours: slice) -> Array:
        """(limit, hour, plant)"""
        return np.stack([one.value(primal, hours) for one in self.limit])

    def chosen(self, picks: NDArray[np.int8]) -> tuple[Index, Array, Array]:
        """Columns, factors and (hour,) constant of the sum of one limit a plant; -1 leaves the plant out."""
        columns, factors = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        constant = np.zeros(len(self.limit[0].constant))
        for number, one in enumerate(self.limit):
            plants = np.flatnonzero(picks == number)
            for column, factor in zip(one.columns, one.factors, strict=True):
                columns.append(column[plants])
                factors.append(factor[plants])
            constant += one.constant[:, plants].sum(axis=1)
        return np.concatenate(columns), np.concatenate(factors), constant


def providers(case: DispatchCase, layout: Layout) -> tuple[tuple[str, ...], list[Provider]]:
    """Synchronous grids and the groups of plants that give their reserve; none where none is asked."""
    names, area = areas_of(case)
    if not names:
        return (), []
    hours, hydro = case.hours, case.hydro
    found = []
    for thermal, group in zip(case.thermals, layout.thermals, strict=True):
        nodes = group.members
        if not nodes.size:
            continue
        capacity = hourly(thermal.capacity_mw, hours)[nodes].T / SCALE_MW
        limits = [Limit((group.columns,), (-np.ones(nodes.size),), capacity)]
        if thermal.unit_min_share is not None:
            least = np.maximum(thermal.unit_min_share[nodes], 1e-3)
            limits.append(Limit((group.columns,), (1.0 / least - 1.0,), np.zeros_like(capacity)))
        if thermal.reserve_reach_share is not None:
            limits.append(Limit((), (), capacity * thermal.reserve_reach_share[nodes]))
        found.append(Provider(area[nodes], tuple(limits)))
    if layout.hydro.members.size:
        found += _hydro(case, layout, area, hydro.stores)
    for storage, c, d, s in zip(case.storages, layout.charge, layout.discharge, layout.soc, strict=True):
        nodes = c.members
        if not nodes.size:
            continue
        one = np.ones(nodes.size)
        power = np.broadcast_to(storage.power_mw[nodes] / SCALE_MW, (hours, nodes.size))
        more = Limit((c.columns, d.columns), (one, -one), power)
        held = Limit(
            (c.columns, s.columns), (one, storage.efficiency_discharge[nodes]), np.zeros((hours, nodes.size))
        )
        found.append(Provider(area[nodes], (more, held)))
    return names, found


def _hydro(case: DispatchCase, layout: Layout, area: Index, stores: NDArray[np.bool_]) -> list[Provider]:
    hydro, group = case.hydro, layout.hydro
    found = []
    stored = stores[group.members]
    for mask in (stored, ~stored):
        nodes, columns = group.members[mask], group.columns[mask]
        if not nodes.size:
            continue
        capacity = np.broadcast_to(hydro.capacity_mw[nodes], (case.hours, nodes.size))
        if mask is stored:
            level = layout.level.first + np.searchsorted(layout.level.members, nodes)
            limits: tuple[Limit, ...] = (
                Limit((columns,), (-np.ones(nodes.size),), capacity / SCALE_MW),
                Limit((level,), (np.ones(nodes.size),), np.zeros((case.hours, nodes.size))),
            )
        else:
            able = np.minimum(capacity, hydro.inflow_mw[nodes].T)
            limits = (Limit((columns,), (-np.ones(nodes.size),), able / SCALE_MW),)
        found.append(Provider(area[nodes], limits))
    return found


def room_mw(case: DispatchCase, result: DispatchResult) -> Array:
    """(node, hour) spinning reserve every node could give, from the result's own arrays. [MW]"""
    hydro = case.hydro
    total = np.zeros_like(case.load_mw)
    for thermal in case.thermals:
        capacity, output = hourly(thermal.capacity_mw, case.hours), result.thermal_mw[thermal.technology]
        given = capacity - output
        if thermal.unit_min_share is not None:
            least = np.maximum(thermal.unit_min_share, 1e-3)[:, None]
            given = np.minimum(given, output * (1.0 / least - 1.0))
        if thermal.reserve_reach_share is not None:
            given = np.minimum(given, capacity * thermal.reserve_reach_share[:, None])
        total += np.maximum(given, 0.0)
    capacity = np.broadcast_to(hydro.capacity_mw[:, None], result.hydro_mw.shape)
    water = np.where(
        hydro.stores[:, None],
        np.minimum(capacity - result.hydro_mw, result.reservoir_mwh),
        np.minimum(capacity, hydro.inflow_mw) - result.hydro_mw,
    )
    total += np.maximum(water, 0.0)
    for storage in case.storages:
        into, out = result.charge_mw[storage.kind], result.discharge_mw[storage.kind]
        held = result.soc_mwh[storage.kind] * storage.efficiency_discharge[:, None]
        total += np.maximum(into + np.minimum(storage.power_mw[:, None] - out, held), 0.0)
    return np.asarray(total)


def reserve_short_mw(case: DispatchCase, result: DispatchResult) -> tuple[tuple[str, ...], Array | None]:
    """Synchronous grids, and (area, hour) reserve that is missing in each; none where none is asked."""
    names, area = areas_of(case)
    if not names:
        return (), None
    room = np.zeros((len(names), case.hours))
    np.add.at(room, area, room_mw(case, result))
    return names, np.maximum(0.0, reserve_asked_mw(case) - room)
