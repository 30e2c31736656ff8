"""Whether a nation can be supplied: nodes cut off before the dispatch, and what went unserved after it, by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis_layers.errors import InputError, Problem
from planning.chain.nation import Nation
from planning.dispatch.case import DispatchCase, hourly
from planning.dispatch.result import DispatchResult
from planning.results import Shortage

_LEAST_MW = 1e-3
"""Less unserved than that is rounding."""


def capable_mw(case: DispatchCase) -> NDArray[np.float64]:
    """(node, hour) most a node's plants give, storages with power left in them counted whole."""
    most = case.wind_mw + case.pv_mw + case.nuclear_mw
    for thermal in case.thermals:
        most = most + hourly(thermal.capacity_mw, case.hours)
    hydro = case.hydro
    water = np.where(hydro.stores[:, None], np.inf, hydro.inflow_mw)
    most = most + np.minimum(hydro.capacity_mw[:, None], water)
    for storage in case.storages:
        most = most + np.where(storage.energy_mwh > 0, storage.power_mw, 0.0)[:, None]
    return np.asarray(most)


def check_islands(case: DispatchCase) -> None:
    """Nodes that no line of any kind joins to a plant.

    A group of nodes that is short of power is dispatched, and what is missing told (`shortages`); one that has load
    and nothing at all to serve it with is a fault of the scenario.

    Raises
    ------
    InputError
        Every group with load, no plant and no line to one, by its nodes and its load.
    """
    n, lines = case.nodes, case.lines
    open_ = (lines.capacity_mw > 0) | (lines.reverse_capacity_mw > 0)
    ends = lines.from_index[open_], lines.to_index[open_]
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    able, load = capable_mw(case).max(axis=1), case.load_mw.sum(axis=1)
    problems = []
    for group in range(count):
        inside = np.flatnonzero(label == group)
        if load[inside].sum() > 0 and able[inside].max() <= 0:
            who = ", ".join(case.node_ids[i] for i in inside)
            found = f"load of {load[inside].sum() / 1e6:.3g} TWh, no plant and no line to one"
            problems.append(Problem("scenario", f"nodes {who}", found, "a plant or a line"))
    if problems:
        raise InputError(problems)


def shortages(nation: Nation, result: DispatchResult) -> tuple[Shortage, ...]:
    """What went unserved, by node, the most first: energy, hours, first and worst hour."""
    found = []
    for i, node in enumerate(nation.case.node_ids):
        missing = result.unserved_mw[i]
        hours = np.flatnonzero(missing > _LEAST_MW)
        if len(hours):
            worst = int(np.argmax(missing))
            found.append(
                Shortage(
                    node=node,
                    adcode=nation.adcode_of_node[i],
                    mwh=float(missing.sum()),
                    hours=len(hours),
                    first_hour=nation.case.start_hour + int(hours[0]),
                    worst_hour=nation.case.start_hour + worst,
                    worst_mw=float(missing[worst]),
                )
            )
    return tuple(sorted(found, key=lambda s: -s.mwh))
