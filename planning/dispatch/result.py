"""What the dispatch answers, and the proof that it adds up.

`check_balance` forms every node's energy anew from the result's own arrays and the case, so it holds
for what is reported, not for what a solver believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.dispatch.case import Array, DispatchCase, hourly
from planning.dispatch.grid import find_loops

BALANCE_TOLERANCE_MW = 1e-3


@dataclass(frozen=True, slots=True)
class DispatchResult:
    """A dispatched year; arrays are (node, hour) or (line, hour), MW as mean of the hour, float64."""

    wind_mw: Array
    """Taken, net of curtailment; so are all generation arrays."""
    pv_mw: Array
    hydro_mw: Array
    nuclear_mw: Array
    thermal_mw: Mapping[str, Array]
    """By technology of the case's thermals."""
    curtailed_wind_mw: Array
    curtailed_pv_mw: Array
    must_run_cut_mw: Array
    """Must-run output pushed below its minimum, already taken out of the generation arrays."""
    unserved_mw: Array
    charge_mw: Mapping[str, Array]
    """By kind of storage: drawn from the node."""
    discharge_mw: Mapping[str, Array]
    soc_mwh: Mapping[str, Array]
    """At the end of the hour."""
    reservoir_mwh: Array
    """At the end of the hour; spilled only when full."""
    spilled_mw: Array
    """Water past the turbines, as power."""
    forward_mw: Array
    """(line, hour) sent from `from` to `to`."""
    reverse_mw: Array
    """(line, hour) sent from `to` to `from`."""
    price_cny_per_mwh: Array
    """Marginal cost of load in the node, from the duals."""
    contract_missed_mw: Array
    """(line, hour) contracted power not sent."""
    cost_cny: float
    """Fuel and variable operation, line prices, storage use, and unserved energy at its value."""
    objective_cny: float
    """What was minimised: `cost_cny` and the prices of curtailment, cut must-run, missed contracts and schedules,
    ramps and reserve beyond their limits, and yearly energies and end levels that were missed."""
    co2_t: float
    target_missed_mwh: Array
    """(node,) water by which the year ended below its first level."""
    windows: int
    iterations: int
    seconds: float
    line_value_cny_per_mwh: Array | None = None
    """(line, hour) what one more MW of a line would save, from the prices at its ends."""
    curtailment_cause: NDArray[np.int8] | None = None
    """(node, hour) code of `planning.dispatch.cause.CAUSES`; 0 where nothing is curtailed."""
    reserve_areas: tuple[str, ...] = ()
    reserve_short_mw: Array | None = None
    """(area, hour) spinning reserve that is missing, area in the order of `reserve_areas`."""
    target_short_mwh: Mapping[str, float] = field(default_factory=dict)
    """By yearly energy (a line's id, or technology and node): what was not brought."""
    bound_cny: float | None = None
    """No dispatch of the undivided year can have an `objective_cny` below this; None if it was not measured."""
    gap_share: float | None = None
    """(objective - bound) / objective."""
    added_rows: int = 0
    """Rows of ramps and reserve that were broken somewhere and added."""
    restarts: int = 0
    """Windows solved again from nothing or by another method."""

    def generation_mw(self) -> dict[str, Array]:
        """By technology, net of curtailment."""
        return {
            "wind": self.wind_mw,
            "pv": self.pv_mw,
            "hydro": self.hydro_mw,
            "nuclear": self.nuclear_mw,
            **self.thermal_mw,
        }

    def delivered_forward_mw(self, case: DispatchCase) -> Array:
        """(line, hour) what arrives at `to`."""
        return np.asarray(self.forward_mw * (1.0 - case.lines.loss_share[:, None]))

    def delivered_reverse_mw(self, case: DispatchCase) -> Array:
        """(line, hour) what arrives at `from`."""
        return np.asarray(self.reverse_mw * (1.0 - case.lines.loss_share[:, None]))


def imports_mw(case: DispatchCase, result: DispatchResult) -> Array:
    """(node, hour) power that arrives over all lines."""
    total = np.zeros_like(case.load_mw)
    np.add.at(total, case.lines.to_index, result.delivered_forward_mw(case))
    np.add.at(total, case.lines.from_index, result.delivered_reverse_mw(case))
    return total


def exports_mw(case: DispatchCase, result: DispatchResult) -> Array:
    """(node, hour) power sent into all lines."""
    total = np.zeros_like(case.load_mw)
    np.add.at(total, case.lines.from_index, result.forward_mw)
    np.add.at(total, case.lines.to_index, result.reverse_mw)
    return total


def residual_mw(case: DispatchCase, result: DispatchResult) -> Array:
    """(node, hour) generation + discharge + arrivals + unserved - charge - sent - load."""
    total = -case.load_mw + result.unserved_mw
    for generation in result.generation_mw().values():
        total = total + generation
    for kind in result.charge_mw:
        total = total + result.discharge_mw[kind] - result.charge_mw[kind]
    return np.asarray(total + imports_mw(case, result) - exports_mw(case, result))


def check_balance(case: DispatchCase, result: DispatchResult) -> float:
    """The largest energy imbalance of any node in any hour. [MW]

    Also proves that what was taken plus what was curtailed is what was available, that storages and
    reservoirs hold what went in, and that nothing is negative or above its limit.

    Raises
    ------
    BalanceError
        Naming the law, the node and the hour, beyond 1e-3 MW (or MWh).
    """
    residual = np.abs(residual_mw(case, result))
    _hold(case, "node_balance", residual)
    _hold(case, "wind_split", np.abs(case.wind_mw - result.wind_mw - result.curtailed_wind_mw))
    _hold(case, "pv_split", np.abs(case.pv_mw - result.pv_mw - result.curtailed_pv_mw))
    for storage in case.storages:
        charge, discharge = result.charge_mw[storage.kind], result.discharge_mw[storage.kind]
        soc = result.soc_mwh[storage.kind]
        start = (storage.energy_mwh * storage.initial_share * (storage.power_mw > 0))[:, None]
        change = np.diff(soc, axis=1, prepend=start)
        into = charge * storage.efficiency_charge[:, None] - discharge / storage.efficiency_discharge[:, None]
        law = f"storage_{storage.kind}"
        _hold(case, law, np.abs(change - into))
        _hold(case, law, np.maximum(-soc, soc - storage.energy_mwh[:, None]))
        _hold(case, law, np.maximum(charge, discharge) - storage.power_mw[:, None])
    hydro = case.hydro
    first = hydro.start_mwh[:, None]
    change = np.diff(result.reservoir_mwh, axis=1, prepend=first)
    inflow = np.where((hydro.capacity_mw > 0)[:, None], hydro.inflow_mw, 0.0)
    _hold(case, "reservoir", np.abs(inflow - result.hydro_mw - result.spilled_mw - change))
    _hold(case, "reservoir", result.reservoir_mwh - hourly(hydro.reservoir_mwh, case.hours))
    _hold(case, "reservoir", -result.spilled_mw)
    _hold(case, "hydro_capacity", result.hydro_mw - hydro.capacity_mw[:, None])
    able = 1.0 if case.lines.available_share is None else case.lines.available_share
    _hold(case, "line_capacity", result.forward_mw - case.lines.capacity_mw[:, None] * able)
    _hold(case, "line_capacity", result.reverse_mw - case.lines.reverse_capacity_mw[:, None] * able)
    _hold_kirchhoff(case, result)
    for name, values in (
        *result.generation_mw().items(),
        ("unserved", result.unserved_mw),
        ("curtailed", np.minimum(result.curtailed_wind_mw, result.curtailed_pv_mw)),
        ("forward", result.forward_mw),
        ("reverse", result.reverse_mw),
        ("reservoir", result.reservoir_mwh),
    ):
        _hold(case, f"sign_{name}", -values)
    return float(residual.max(initial=0.0))


def _hold_kirchhoff(case: DispatchCase, result: DispatchResult) -> None:
    """Around every loop whose ties are in service; told by its first tie."""
    loops = find_loops(case)
    if loops.matrix.shape[0]:
        error = np.abs(loops.error_mw(result.forward_mw - result.reverse_mw))
        error[loops.broken(case)] = 0.0
        of_line = np.zeros((case.lines.count, case.hours))
        for row in range(loops.matrix.shape[0]):
            first = int(loops.matrix[[row]].indices[0])
            of_line[first] = np.maximum(of_line[first], error[row])
        _hold(case, "kirchhoff", of_line)


def _hold(case: DispatchCase, law: str, excess: Array) -> None:
    """Raise where `excess` passes the tolerance (or is not a number)."""
    if excess.size and not float(excess.max()) <= BALANCE_TOLERANCE_MW:
        row, hour = np.unravel_index(int(np.argmax(excess)), excess.shape)
        ids = case.node_ids if excess.shape[0] == case.nodes else case.lines.ids
        raise BalanceError(
            "dispatch_balance",
            law=law,
            where=ids[int(row)],
            hour=case.start_hour + int(hour),
            excess_mw=float(excess[row, hour]),
        )


@dataclass(frozen=True, slots=True)
class Shortage:
    """Load of a node that nobody could serve."""

    node_id: str
    hours: int
    mwh: float
    worst_hour: int
    """Hour of the year."""
    worst_mw: float


def shortages(case: DispatchCase, result: DispatchResult, least_mw: float = 0.1) -> tuple[Shortage, ...]:
    """Nodes with unserved load, the worst first; hours with less than `least_mw` are roundings."""
    rows = []
    for row, node in enumerate(case.node_ids):
        power = result.unserved_mw[row]
        short = power > least_mw
        if short.any():
            worst = int(power.argmax())
            energy = float(power[short].sum())
            rows.append(
                Shortage(node, int(short.sum()), energy, case.start_hour + worst, float(power[worst]))
            )
    return tuple(sorted(rows, key=lambda one: -one.mwh))
