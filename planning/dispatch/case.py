"""What the national dispatch is asked: nodes, fleets, hours and lines as plain arrays.

Built by the pipeline from a scenario, its fleet and the hourly profiles; read by `solve` and `check`.
A node is a province's grid or the sending end of a base; a line is a DC corridor, a UHV AC line or an
AC interface between two nodes. Every array is (node,), (node, hour) or (line,).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]
Index = NDArray[np.int64]

RENEWABLE = ("wind", "pv", "hydro")
"""Technologies whose energy counts as green on a corridor."""


@dataclass(frozen=True, slots=True)
class Thermal:
    """One kind of thermal plant in every node."""

    technology: str
    capacity_mw: Array
    """(node,) or (node, hour): capacity on the grid, net of outages and maintenance."""
    min_share: Array
    """(node,) or (node, hour): must-run share of capacity, 0..1 (heat supply, minimum load of the units
    kept online); no unit commitment, so this share is the whole of it."""
    cost_cny_per_mwh: Array
    """(node,) fuel and variable operation."""
    co2_t_per_mwh: Array
    """(node,)"""


@dataclass(frozen=True, slots=True)
class Hydro:
    """Hydropower of every node as one plant with one reservoir, counted in electric energy."""

    capacity_mw: Array
    """(node,)"""
    inflow_mw: Array
    """(node, hour) energy of the natural inflow if all of it went through the turbines."""
    reservoir_mwh: Array
    """(node,) or (node, hour) usable storage at the end of the hour, a flood limit in its months; 0 throughout is
    run of river."""
    min_release_share: Array
    """(node,) or (node, hour) share of the hour's inflow that must be released through the turbines (up to
    capacity)."""
    initial_share: Array
    """(node,) level at the start and, at least, at the end of the year, share of the first `reservoir_mwh`."""

    @property
    def stores(self) -> NDArray[np.bool_]:
        """(node,) turbines with storage above them."""
        size = self.reservoir_mwh if self.reservoir_mwh.ndim == 1 else self.reservoir_mwh.max(axis=1)
        return np.asarray((self.capacity_mw > 0) & (size > 0))

    @property
    def start_mwh(self) -> Array:
        """(node,) level at the start; 0 without storage."""
        size = self.reservoir_mwh if self.reservoir_mwh.ndim == 1 else self.reservoir_mwh[:, 0]
        return np.asarray(np.where(self.stores, size * self.initial_share, 0.0))


@dataclass(frozen=True, slots=True)
class Storage:
    """One kind of storage (pumped, battery) in every node."""

    kind: str
    power_mw: Array
    """(node,) limit of charging (drawn) and of discharging (given)."""
    energy_mwh: Array
    """(node,)"""
    efficiency_charge: Array
    """(node,) 0..1"""
    efficiency_discharge: Array
    """(node,) 0..1"""
    cost_cny_per_mwh: float = 5.0
    """On energy drawn. Above the curtailment cost, so that no energy is burnt in losses to avoid it."""
    initial_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Lines:
    """Corridors and interfaces. What is sent at one end arrives less `loss_share` at the other."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    """dc, ac or b2b."""
    from_index: Index
    to_index: Index
    capacity_mw: Array
    """(line,) sent from `from` to `to`."""
    reverse_capacity_mw: Array
    """(line,) sent from `to` to `from`; 0 for a one-way corridor."""
    loss_share: Array
    """(line,) settlement loss, share of the power sent."""
    cost_cny_per_mwh: Array
    """(line,) transmission price or hurdle on the power sent; above 0, so that no energy runs in circles."""
    min_share: Array
    """(line,) or (line, hour): share of `capacity_mw` under contract. Soft: missing it costs
    `DispatchCase.contract_cny_per_mwh`, so an empty base makes a shortfall, not an infeasible year."""

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class DispatchCase:
    """A year (or any number of hours) of the national system."""

    node_ids: tuple[str, ...]
    load_mw: Array
    wind_mw: Array
    """(node, hour) available."""
    pv_mw: Array
    """(node, hour) available."""
    nuclear_mw: Array
    """(node, hour) available."""
    nuclear_min_share: Array
    """(node,) share of what is available that must run."""
    nuclear_cost_cny_per_mwh: Array
    """(node,)"""
    thermals: tuple[Thermal, ...]
    hydro: Hydro
    storages: tuple[Storage, ...]
    lines: Lines
    voll_cny_per_mwh: float = 20_000.0
    """Value of lost load."""
    curtailment_cny_per_mwh: float = 1.0
    """Makes curtailment the last of the free choices."""
    must_run_cny_per_mwh: float = 400.0
    """Price of pushing must-run plant below its minimum, when curtailing all wind and PV is not enough."""
    contract_cny_per_mwh: float = 200.0
    reservoir_shortfall_cny_per_mwh: float = 2_000.0
    """Price of ending a window below the reservoir level the seasonal plan set."""
    start_hour: int = 0
    """Hour of the year of the first column, for labels only."""

    @property
    def nodes(self) -> int:
        return len(self.node_ids)

    @property
    def hours(self) -> int:
        return int(self.load_mw.shape[1])


@dataclass(slots=True)
class _Checker:
    case: DispatchCase
    problems: list[Problem] = field(default_factory=list)

    def array(
        self, name: str, values: Array, shapes: tuple[tuple[int, ...], ...], low: float, high: float
    ) -> None:
        if values.shape not in shapes:
            want = " or ".join(str(s) for s in shapes)
            self.problems.append(Problem("dispatch case", name, f"shape {values.shape}", f"shape {want}"))
            return
        if not np.all(np.isfinite(values)):
            self.problems.append(Problem("dispatch case", name, "a missing or infinite value", "numbers"))
            return
        bad = (values < low) | (values > high)
        if bad.any():
            first = tuple(int(i) for i in np.argwhere(bad)[0])
            self.problems.append(
                Problem(
                    "dispatch case",
                    f"{name}[{', '.join(map(str, first))}]",
                    f"{values[first]:g}",
                    f"{low:g} to {high:g}",
                )
            )


def validate(case: DispatchCase) -> DispatchCase:
    """The same case with read-only arrays of float64.

    Raises
    ------
    InputError
        With every array of wrong shape, sign or range, line to nowhere, or price order under which an
        optimum would burn energy.
    """
    check = _Checker(case)
    n, h, count = case.nodes, case.hours, case.lines.count
    node, hourly, inf = (n,), (n, h), np.inf
    for name in ("load_mw", "wind_mw", "pv_mw", "nuclear_mw"):
        check.array(name, getattr(case, name), (hourly,), 0.0, inf)
    check.array("nuclear_min_share", case.nuclear_min_share, (node,), 0.0, 1.0)
    check.array("nuclear_cost_cny_per_mwh", case.nuclear_cost_cny_per_mwh, (node,), 0.0, inf)
    for thermal in case.thermals:
        where = f"thermals[{thermal.technology}]"
        check.array(f"{where}.capacity_mw", thermal.capacity_mw, (node, hourly), 0.0, inf)
        check.array(f"{where}.min_share", thermal.min_share, (node, hourly), 0.0, 1.0)
        check.array(f"{where}.cost_cny_per_mwh", thermal.cost_cny_per_mwh, (node,), 0.0, inf)
        check.array(f"{where}.co2_t_per_mwh", thermal.co2_t_per_mwh, (node,), 0.0, inf)
    hydro = case.hydro
    check.array("hydro.capacity_mw", hydro.capacity_mw, (node,), 0.0, inf)
    check.array("hydro.inflow_mw", hydro.inflow_mw, (hourly,), 0.0, inf)
    check.array("hydro.reservoir_mwh", hydro.reservoir_mwh, (node, hourly), 0.0, inf)
    check.array("hydro.min_release_share", hydro.min_release_share, (node, hourly), 0.0, 1.0)
    check.array("hydro.initial_share", hydro.initial_share, (node,), 0.0, 1.0)
    for storage in case.storages:
        where = f"storages[{storage.kind}]"
        check.array(f"{where}.power_mw", storage.power_mw, (node,), 0.0, inf)
        check.array(f"{where}.energy_mwh", storage.energy_mwh, (node,), 0.0, inf)
        check.array(f"{where}.efficiency_charge", storage.efficiency_charge, (node,), 1e-3, 1.0)
        check.array(f"{where}.efficiency_discharge", storage.efficiency_discharge, (node,), 1e-3, 1.0)
        if storage.cost_cny_per_mwh < case.curtailment_cny_per_mwh:
            check.problems.append(
                Problem(
                    "dispatch case",
                    f"{where}.cost_cny_per_mwh",
                    f"{storage.cost_cny_per_mwh:g}",
                    f"at least the curtailment cost, {case.curtailment_cny_per_mwh:g}",
                )
            )
        if not 0.0 <= storage.initial_share <= 1.0:
            check.problems.append(
                Problem("dispatch case", f"{where}.initial_share", f"{storage.initial_share:g}", "0 to 1")
            )
    lines = case.lines
    line = (count,)
    check.array("lines.capacity_mw", lines.capacity_mw, (line,), 0.0, inf)
    check.array("lines.reverse_capacity_mw", lines.reverse_capacity_mw, (line,), 0.0, inf)
    check.array("lines.loss_share", lines.loss_share, (line,), 0.0, 0.5)
    check.array("lines.cost_cny_per_mwh", lines.cost_cny_per_mwh, (line,), case.curtailment_cny_per_mwh, inf)
    check.array("lines.min_share", lines.min_share, (line, (count, h)), 0.0, 1.0)
    for end in ("from_index", "to_index"):
        index = getattr(lines, end)
        if index.shape != line or (count and (index.min() < 0 or index.max() >= n)):
            check.problems.append(
                Problem("dispatch case", f"lines.{end}", "an end that is no node", f"0 to {n - 1}")
            )
    if lines.from_index.shape == lines.to_index.shape and np.any(lines.from_index == lines.to_index):
        check.problems.append(
            Problem("dispatch case", "lines", "a line from a node to itself", "two different nodes")
        )
    if check.problems:
        raise InputError(check.problems)
    return case


def hourly(values: Array, hours: int) -> Array:
    """(node,) or (node, hour) as (node, hour), without copying."""
    return np.broadcast_to(values[:, None], (len(values), hours)) if values.ndim == 1 else values


def cut(case: DispatchCase, start: int, stop: int) -> DispatchCase:
    """The same case for hours `start`..`stop` only."""

    def part(values: Array) -> Array:
        return values[:, start:stop] if values.ndim == 2 else values

    return replace(
        case,
        load_mw=part(case.load_mw),
        wind_mw=part(case.wind_mw),
        pv_mw=part(case.pv_mw),
        nuclear_mw=part(case.nuclear_mw),
        thermals=tuple(
            replace(t, capacity_mw=part(t.capacity_mw), min_share=part(t.min_share)) for t in case.thermals
        ),
        hydro=replace(
            case.hydro,
            inflow_mw=part(case.hydro.inflow_mw),
            reservoir_mwh=part(case.hydro.reservoir_mwh),
            min_release_share=part(case.hydro.min_release_share),
        ),
        lines=replace(case.lines, min_share=part(case.lines.min_share)),
        start_hour=case.start_hour + start,
    )
