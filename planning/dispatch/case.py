"""What the national dispatch is asked: nodes, fleets, hours and lines as plain arrays.

Built by the pipeline from a scenario, its fleet and the hourly profiles; read by `solve` and `check`.
A node is a province's grid or the sending end of a base; a line is a DC corridor, a UHV AC line or an
AC interface between two nodes. Every array is (node,), (node, hour) or (line,).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
    ramp_share_per_h: Array | None = None
    """(node,) most the output changes from one hour to the next, share of capacity; inf (or None): no limit.
    Soft: beyond it a MWh costs `DispatchCase.ramp_cny_per_mwh`, so that an outage makes no year infeasible."""
    unit_min_share: Array | None = None
    """(node,) least load of a running unit, share of its capacity. What runs at all is then at most output over
    this share, and only that gives spinning reserve. None: all capacity counts as running."""
    reserve_reach_share: Array | None = None
    """(node,) share of capacity that can be reached in the time the reserve has. None: all."""
    least_mwh: Array | None = None
    """(node,) energy that must be taken over all hours of the case (must-take contract, heat); 0: none. Soft
    with the price `DispatchCase.target_cny_per_mwh`."""


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
    available_share: Array | None = None
    """(line, hour) share of both capacities in service: not yet built, one pole out, a limit of that time. None: all."""
    min_power_share: Array | None = None
    """(line,) least power of the line's converters, share of `capacity_mw`, where its rule keeps it in service;
    soft and priced as a contract. None or 0: none."""
    ramp_share_per_h: Array | None = None
    """(line,) most the power sent (forward less reverse) changes from hour to hour, share of `capacity_mw`;
    inf (or None): no limit. Soft, `DispatchCase.ramp_cny_per_mwh`."""
    curve_share: Array | None = None
    """(line, hour) scheduled power of a day-curve line, share of `capacity_mw`; the row of a free line is nan.
    Soft both ways: `DispatchCase.curve_cny_per_mwh` on what is sent above, below or against it."""
    reactance_ohm: Array | None = None
    """(line,) series reactance of an AC tie, all on one voltage base (only their ratios matter within a
    synchronous grid); nan: the flow is set by converters (DC, back-to-back), not by Kirchhoff's law. None: all nan."""
    least_sent_mwh: Array | None = None
    """(line,) energy that must be sent forward over all hours of the case; 0: none. Soft with the price
    `DispatchCase.target_cny_per_mwh`; held across windows."""

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
    curve_cny_per_mwh: float = 200.0
    """Price of leaving the schedule of a day-curve line."""
    ramp_cny_per_mwh: float = 300.0
    """Price of a change beyond the ramp of a line or of thermal plant."""
    reserve_cny_per_mwh: float = 1_000.0
    """Price of an hour's missing spinning reserve."""
    target_cny_per_mwh: float = 500.0
    """Price of energy short of a yearly target (`Lines.least_sent_mwh`, `Thermal.least_mwh`)."""
    reservoir_shortfall_cny_per_mwh: float = 2_000.0
    """Price of ending a window below the reservoir level the seasonal plan set."""
    start_hour: int = 0
    """Hour of the year of the first column, for labels only."""
    sync_area: tuple[str, ...] = ()
    """(node,) synchronous grid of every node; empty: not said, and then there is no reserve."""
    reserve_share: Array | None = None
    """(node,) spinning reserve as a share of the node's load; its synchronous grid keeps the sum."""
    reserve_mw: Array | None = None
    """(node,) or (node, hour) spinning reserve beside that share (the largest infeed); its grid keeps the sum."""

    @property
    def nodes(self) -> int:
        return len(self.node_ids)

    @property
    def hours(self) -> int:
        return int(self.load_mw.shape[1])


def hourly(values: Array, hours: int) -> Array:
    """(node,) or (node, hour) as (node, hour), without copying."""
    return np.broadcast_to(values[:, None], (len(values), hours)) if values.ndim == 1 else values


def cut(case: DispatchCase, start: int, stop: int) -> DispatchCase:
    """The same case for hours `start`..`stop` only; yearly targets in proportion to the hours."""
    share = (stop - start) / case.hours

    def part(values: Array) -> Array:
        return values[:, start:stop] if values.ndim == 2 else values

    def maybe(values: Array | None) -> Array | None:
        return None if values is None else part(values)

    def scaled(values: Array | None) -> Array | None:
        return None if values is None else values * share

    lines = case.lines
    return replace(
        case,
        load_mw=part(case.load_mw),
        wind_mw=part(case.wind_mw),
        pv_mw=part(case.pv_mw),
        nuclear_mw=part(case.nuclear_mw),
        thermals=tuple(
            replace(
                t,
                capacity_mw=part(t.capacity_mw),
                min_share=part(t.min_share),
                least_mwh=scaled(t.least_mwh),
            )
            for t in case.thermals
        ),
        hydro=replace(
            case.hydro,
            inflow_mw=part(case.hydro.inflow_mw),
            reservoir_mwh=part(case.hydro.reservoir_mwh),
            min_release_share=part(case.hydro.min_release_share),
        ),
        lines=replace(
            lines,
            min_share=part(lines.min_share),
            available_share=maybe(lines.available_share),
            curve_share=maybe(lines.curve_share),
            least_sent_mwh=scaled(lines.least_sent_mwh),
        ),
        reserve_mw=maybe(case.reserve_mw),
        start_hour=case.start_hour + start,
    )
