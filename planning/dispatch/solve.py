"""A year of national dispatch, hour by hour: rolling windows of one linear program.

Answers who generates, stores, sends and curtails in each hour at least cost, for the flow check, the
cash flow and the report. The method and its measured errors are in docs/chain.md.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from gis_layers.progress import Progress, part, silent
from planning.dispatch.case import Array, DispatchCase, Index, hourly
from planning.dispatch.check_case import validate
from planning.dispatch.layout import (
    SCALE_CNY,
    SCALE_MW,
    Group,
    Layout,
    Year,
    make_layout,
    make_year,
)
from planning.dispatch.result import BALANCE_TOLERANCE_MW, DispatchResult, check_balance, residual_mw
from planning.dispatch.season import initial_state, season_targets
from planning.dispatch.window import WarmSolver, window_program


def dispatch(
    case: DispatchCase,
    progress: Progress = silent,
    *,
    window_hours: int = 168,
    lookahead_hours: int = 24,
) -> DispatchResult:
    """Dispatch all hours of a case at least variable cost.

    Each window sees `lookahead_hours` beyond its end and hands its reservoir levels and storage charge
    to the next one. The levels each window must end at come from `season_targets`. The year ends with
    the levels it began with.

    Raises
    ------
    InputError
        From `validate`.
    SolverError
        HiGHS gave no optimum of a window.
    BalanceError
        The result does not add up (from `check_balance`).
    Cancelled
        By the progress callback, between windows.
    """
    began = time.perf_counter()
    validate(case)
    layout = make_layout(case)
    year = make_year(case, layout)
    progress(0.0, "reservoirs over the year")
    ends, levels = season_targets(case, year)
    rolling = part(progress, 0.08, 0.97)

    hours = case.hours
    primal = np.empty((hours, layout.columns))
    duals = np.empty((hours, case.nodes))
    state = initial_state(case)
    final = state.copy()
    solver: WarmSolver | None = None
    loaded, start, windows, iterations = 0, 0, 0, 0
    while start < hours:
        rolling(start / hours, f"hour {start} of {hours}")
        horizon = min(start + window_hours + lookahead_hours, hours)
        # what is left after the last lookahead is solved with it
        stop = hours if horizon == hours else start + window_hours
        kept = stop - start
        target = final if stop == hours else _target_at(stop, ends, levels, len(state))
        slice_ = Year(
            year.lower[start:horizon],
            year.upper[start:horizon],
            year.row_lower[start:horizon],
            year.row_upper[start:horizon],
        )
        if solver is None or horizon - start != loaded:
            iterations += solver.iterations if solver else 0
            solver = WarmSolver(window_program(case, layout, slice_, state, target, kept))
            loaded = horizon - start
        else:
            solver.rebound(layout, slice_, state, target, kept)
        values, row_duals = solver.solve()
        primal[start:stop] = values[: loaded * layout.columns].reshape(loaded, layout.columns)[:kept]
        duals[start:stop] = row_duals.reshape(loaded, layout.rows)[:kept, : case.nodes]
        state = _hand_over(case, layout, primal[start:stop], state, start)
        windows += 1
        start = stop
    iterations += solver.iterations if solver else 0
    progress(0.97, "checking the balance of every node and hour")
    np.clip(primal, year.lower, year.upper, out=primal)
    primal *= SCALE_MW
    del year, solver
    result = _collect(case, layout, primal, duals * SCALE_CNY)
    result = replace(result, windows=windows, iterations=iterations, seconds=time.perf_counter() - began)
    check_balance(case, result)
    progress(1.0, "dispatch")
    return result


def _target_at(hour: int, ends: Array, levels: Array, carried: int) -> Array:
    """(carried,) least level at an hour, between the weeks' ends by straight line; 0 for storages. [MWh]"""
    target = np.zeros(carried)
    for reservoir in range(levels.shape[1]):
        target[reservoir] = np.interp(hour, ends, levels[:, reservoir])
    return target


def _hand_over(case: DispatchCase, layout: Layout, primal: Array, state: Array, start: int) -> Array:
    """The state after the window's kept hours, from what was turbined and charged. [MWh]

    Recomputed rather than read from the LP, which may spill water early at no cost.
    """
    count = len(layout.level.members)
    steps = len(primal)
    level = state[:count].copy()
    size = hourly(case.hydro.reservoir_mwh, case.hours)[layout.level.members, start : start + steps]
    inflow = case.hydro.inflow_mw[layout.level.members, start : start + steps]
    turbined = primal[:, _stored_hydro(layout)] * SCALE_MW
    for hour in range(steps):
        level = np.clip(level + inflow[:, hour] - turbined[hour], 0.0, size[:, hour])
    charges = [primal[-1, group.slice] * SCALE_MW for group in layout.soc]
    return np.concatenate([level, *charges])


def _stored_hydro(layout: Layout) -> Index:
    """Columns of the turbines below reservoirs."""
    return layout.hydro.first + np.searchsorted(layout.hydro.members, layout.level.members)


def _spread(case: DispatchCase, primal: Array, group: Group, size: int | None = None) -> Array:
    """A group's columns as (node or line, hour), 0 where there is no column."""
    out = np.zeros((case.nodes if size is None else size, len(primal)))
    out[group.members] = primal[:, group.slice].T
    return out


def _share(part_: Array, whole: Array) -> Array:
    return np.divide(part_, whole, out=np.zeros_like(whole), where=whole > 0)


def _collect(
    case: DispatchCase,
    layout: Layout,
    primal: Array,
    price: Array,
) -> DispatchResult:
    """The arrays of the result from the LP's columns, with curtailment split and tiny residuals placed."""
    hours, lines = case.hours, case.lines
    curtailed = _spread(case, primal, layout.curtailed)
    windy = _share(case.wind_mw, case.wind_mw + case.pv_mw)
    curtailed_wind, curtailed_pv = curtailed * windy, curtailed * (1.0 - windy)
    thermal = {
        t.technology: _spread(case, primal, g) for t, g in zip(case.thermals, layout.thermals, strict=True)
    }
    nuclear = _spread(case, primal, layout.nuclear)
    hydro = _spread(case, primal, layout.hydro)
    reservoir, spilled = _reservoirs(case, hydro)
    cut = _spread(case, primal, layout.pushed)
    left = cut.copy()
    for output in (*thermal.values(), nuclear, hydro):
        taken = np.minimum(left, output)
        output -= taken
        left -= taken
        if output is hydro:
            spilled += taken

    charge, discharge, soc = {}, {}, {}
    for storage, c, d in zip(case.storages, layout.charge, layout.discharge, strict=True):
        kind = storage.kind
        charge[kind], discharge[kind] = _spread(case, primal, c), _spread(case, primal, d)
        into = (
            charge[kind] * storage.efficiency_charge[:, None]
            - discharge[kind] / storage.efficiency_discharge[:, None]
        )
        first = np.where(storage.power_mw > 0, storage.energy_mwh * storage.initial_share, 0.0)
        soc[kind] = first[:, None] + np.cumsum(into, axis=1)
    contract = _spread(case, primal, layout.contract, lines.count)
    asked = hourly(lines.min_share, hours) * lines.capacity_mw[:, None]
    forward = _spread(case, primal, layout.forward, lines.count) + contract
    reverse = _spread(case, primal, layout.reverse, lines.count)
    unserved = _spread(case, primal, layout.unserved)
    result = DispatchResult(
        wind_mw=case.wind_mw - curtailed_wind,
        pv_mw=case.pv_mw - curtailed_pv,
        hydro_mw=hydro,
        nuclear_mw=nuclear,
        thermal_mw=thermal,
        curtailed_wind_mw=curtailed_wind,
        curtailed_pv_mw=curtailed_pv,
        must_run_cut_mw=cut,
        unserved_mw=unserved,
        charge_mw=charge,
        discharge_mw=discharge,
        soc_mwh=soc,
        reservoir_mwh=reservoir,
        spilled_mw=spilled,
        forward_mw=forward,
        reverse_mw=reverse,
        price_cny_per_mwh=price.T,
        contract_missed_mw=np.maximum(0.0, asked - forward),
        cost_cny=0.0,
        objective_cny=float(
            (primal.sum(axis=0) * layout.cost).sum() + asked.sum() * case.contract_cny_per_mwh
        ),
        co2_t=0.0,
        target_missed_mwh=np.maximum(0.0, _first_level(case) - reservoir[:, -1]),
        windows=0,
        iterations=0,
        seconds=0.0,
    )
    _settle(case, result)
    cost = float(unserved.sum() * case.voll_cny_per_mwh)
    cost += float(nuclear.sum(axis=1) @ case.nuclear_cost_cny_per_mwh)
    cost += float((forward + reverse).sum(axis=1) @ lines.cost_cny_per_mwh)
    cost += sum(float(charge[s.kind].sum()) * s.cost_cny_per_mwh for s in case.storages)
    co2 = 0.0
    for one in case.thermals:
        energy = thermal[one.technology].sum(axis=1)
        cost += float(energy @ one.cost_cny_per_mwh)
        co2 += float(energy @ one.co2_t_per_mwh)
    return replace(result, cost_cny=cost, co2_t=co2)


def _first_level(case: DispatchCase) -> Array:
    """(node,) reservoir level the year starts with. [MWh]"""
    return case.hydro.start_mwh


def _reservoirs(case: DispatchCase, hydro_mw: Array) -> tuple[Array, Array]:
    """(node, hour) level at the end of the hour [MWh] and water spilled [MW]; spilled only when full."""
    hydro = case.hydro
    inflow = np.where((hydro.capacity_mw > 0)[:, None], hydro.inflow_mw, 0.0)
    size = hourly(hydro.reservoir_mwh, case.hours)
    level = _first_level(case)
    levels, spilled = np.empty_like(inflow), np.empty_like(inflow)
    for hour in range(case.hours):
        wanted = level + inflow[:, hour] - hydro_mw[:, hour]
        level = np.clip(wanted, 0.0, size[:, hour])
        levels[:, hour] = level
        spilled[:, hour] = wanted - level
    return levels, spilled


def _settle(case: DispatchCase, result: DispatchResult) -> None:
    """Put what the solver's tolerance left of a node's balance on a unit that has room, in place.

    The residuals are of the order of 1e-6 MW; a larger one is left where it is, for `check_balance`.
    """
    left = residual_mw(case, result)
    for thermal in case.thermals:
        capacity = hourly(thermal.capacity_mw, case.hours)
        output = result.thermal_mw[thermal.technology]
        free = result.must_run_cut_mw <= 0
        low = np.minimum(np.where(free, capacity * hourly(thermal.min_share, case.hours), 0.0), output)
        moved = np.clip(output - left, low, np.maximum(capacity, output)) - output
        moved[np.abs(moved) > BALANCE_TOLERANCE_MW] = 0.0
        output += moved
        left += moved
