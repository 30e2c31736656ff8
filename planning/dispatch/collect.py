"""From the columns of the windows' programs to the arrays of the result, with what is derived from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planning.dispatch.case import Array, DispatchCase, hourly
from planning.dispatch.cause import curtailment_causes
from planning.dispatch.cuts import ramp_groups
from planning.dispatch.layout import Group, Layout, asked_mw, on_curve
from planning.dispatch.reserve import reserve_short_mw
from planning.dispatch.result import BALANCE_TOLERANCE_MW, DispatchResult, residual_mw
from planning.dispatch.season import Targets, initial_state


def _spread(case: DispatchCase, primal: Array, group: Group, size: int | None = None) -> Array:
    """A group's columns as (node or line, hour), 0 where there is no column."""
    out = np.zeros((case.nodes if size is None else size, len(primal)))
    out[group.members] = primal[:, group.slice].T
    return out


def _share(part_: Array, whole: Array) -> Array:
    return np.divide(part_, whole, out=np.zeros_like(whole), where=whole > 0)


def collect(
    case: DispatchCase, layout: Layout, targets: Targets, primal: Array, price: Array, state: Array
) -> DispatchResult:
    """The arrays of the result from the LP's columns, with curtailment split and tiny residuals placed.

    Parameters
    ----------
    primal : (hour, column)
        [MW]
    price : (hour, node)
        Duals of the balances. [CNY/MWh]
    state : (carried,)
        Level and charge at the end. [MWh]
    """
    lines = case.lines
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
    asked = asked_mw(case)
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
        objective_cny=_objective(case, layout, targets, primal, state, asked),
        co2_t=0.0,
        target_missed_mwh=np.maximum(0.0, _first_level(case) - reservoir[:, -1]),
        windows=0,
        iterations=0,
        seconds=0.0,
        target_short_mwh=_short_of_targets(targets, primal),
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
    names, short = reserve_short_mw(case, result)
    return replace(
        result,
        cost_cny=cost,
        co2_t=co2,
        line_value_cny_per_mwh=line_value(case, price.T),
        reserve_areas=names,
        reserve_short_mw=short,
        curtailment_cause=curtailment_causes(case, result),
    )


def line_value(case: DispatchCase, price: Array) -> Array:
    """(line, hour) what one more MW of capacity would save in the direction that pays: what a MWh is worth where
    it arrives less what it is where it is sent and what sending costs, at least 0. [CNY/MWh]

    For a tie under Kirchhoff's law it is the value of a converter beside it, for the tie itself cannot be steered.
    """
    lines = case.lines
    left = 1.0 - lines.loss_share[:, None]
    cost = lines.cost_cny_per_mwh[:, None]
    there, here = price[lines.to_index], price[lines.from_index]
    forward = np.where(lines.capacity_mw[:, None] > 0, left * there - here - cost, 0.0)
    back = np.where(lines.reverse_capacity_mw[:, None] > 0, left * here - there - cost, 0.0)
    return np.asarray(np.maximum(np.maximum(forward, back), 0.0))


def _short_of_targets(targets: Targets, primal: Array) -> dict[str, float]:
    """By name of the yearly energy: MWh that were not brought."""
    brought = targets.matrix @ primal.sum(axis=0)
    short = np.maximum(0.0, targets.need_mwh - brought)
    return {name: float(mwh) for name, mwh in zip(targets.names, short, strict=True)}


def _objective(
    case: DispatchCase, layout: Layout, targets: Targets, primal: Array, state: Array, asked: Array
) -> float:
    """What the undivided year would minimise. [CNY]"""
    per_line = np.where(on_curve(case), case.curve_cny_per_mwh, case.contract_cny_per_mwh)
    total = float(primal.sum(axis=0) @ layout.cost + asked.sum(axis=1) @ per_line)
    for (columns, weights), most in ramp_groups(case, layout):
        change = np.abs(np.diff(primal[:, columns] @ weights))
        total += float(np.maximum(0.0, change - most[1:]).sum()) * case.ramp_cny_per_mwh
    total += sum(_short_of_targets(targets, primal).values()) * case.target_cny_per_mwh
    owed = np.maximum(0.0, initial_state(case) - state).sum()
    return total + float(owed) * case.reservoir_shortfall_cny_per_mwh


def objective_constant(case: DispatchCase) -> float:
    """What the windows' programs leave out of the objective: missed contracts are priced from nothing sent, missed
    end levels from nothing left. [CNY]"""
    per_line = np.where(on_curve(case), case.curve_cny_per_mwh, case.contract_cny_per_mwh)
    owed = float(initial_state(case).sum()) * case.reservoir_shortfall_cny_per_mwh
    return float(asked_mw(case).sum(axis=1) @ per_line) + owed


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
