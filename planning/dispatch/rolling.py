"""The windows of the year one after another: each takes over what the one before left."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from planning.dispatch.case import Array, DispatchCase, Index, hourly
from planning.dispatch.cuts import Cuts
from planning.dispatch.layout import SCALE_CNY, SCALE_MW, Layout, Year
from planning.dispatch.season import Plan, Targets, initial_state, known_start, plan_end, year_end
from planning.dispatch.watch import Watch
from planning.dispatch.window import Ends, WarmSolver

WINDOW_LIMIT_S = 600.0
"""Of one run of one window: a hundred times what it takes; then it is tried from nothing, then by another method."""


@dataclass(frozen=True, slots=True)
class Task:
    """All that the windows of a case share."""

    case: DispatchCase
    layout: Layout
    year: Year
    plan: Plan
    targets: Targets
    cuts: Cuts | None
    starts: Index
    """(window,) first hour; the last entry is the number of hours."""
    lookahead_hours: int

    def slice_of(self, start: int, stop: int) -> Year:
        year = self.year
        part = slice(start, stop)
        return Year(year.lower[part], year.upper[part], year.row_lower[part], year.row_upper[part])


def window_starts(hours: int, window_hours: int, lookahead_hours: int) -> Index:
    """First hours of the windows and the end; what is left after the last lookahead is solved with it."""
    starts = [0]
    while starts[-1] + window_hours + lookahead_hours < hours:
        starts.append(starts[-1] + window_hours)
    return np.array([*starts, hours], dtype=np.int64)


@dataclass(slots=True)
class Rolled:
    """What the windows decided, in units of the LP."""

    primal: Array
    """(hour, column)"""
    prices: Array
    """(hour, row)"""
    state: Array
    """(carried,) at the end. [MWh]"""
    brought: Array
    """(target,) [MWh]"""
    value: Array
    """(window + 1, carried) worth of what is handed over at each window's start, by both sides. [CNY/MWh]"""
    need_value: Array
    """(window, target) what a MWh of a yearly energy cost. [CNY/MWh]"""
    iterations: int = 0
    restarts: int = 0
    added_rows: int = 0
    ready: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """One for every entry of `value` and `need_value` that is there: the bound follows the windows."""


def nothing_rolled(task: Task) -> Rolled:
    """Room for what the windows will decide."""
    windows, wanted, state = len(task.starts) - 1, len(task.targets.names), initial_state(task.case)
    hours, layout = task.case.hours, task.layout
    return Rolled(
        np.empty((hours, layout.columns)), np.empty((hours, layout.rows)), state, np.zeros(wanted),
        np.zeros((windows + 1, len(state))), np.zeros((windows, wanted)),
    )  # fmt: skip


def roll(task: Task, out: Rolled, watch: Watch) -> None:
    """All windows, from the first hour to the last, into `out`."""
    case, layout, plan = task.case, task.layout, task.plan
    hours = case.hours
    state = initial_state(case)
    first = state.copy()
    count = len(layout.level.members)
    wanted = len(task.targets.names)
    size = hourly(case.hydro.reservoir_mwh, hours)[layout.level.members]
    solver: WarmSolver | None = None
    loaded = 0
    handed: Array | None = None
    for number, (start, stop) in enumerate(zip(task.starts[:-1], task.starts[1:], strict=True)):
        watch.tell(start / hours, f"hour {start} of {hours}")
        horizon = min(int(stop) + task.lookahead_hours, hours)
        kept = int(stop - start)
        if horizon == hours:
            end, price = year_end(case, first), np.full(wanted, case.target_cny_per_mwh)
        else:
            end = plan_end(plan, horizon, size[:, horizon - 1], len(state))
            # a week may fall behind the plan where it costs clearly more than in others
            price = np.minimum(1.25 * plan.need_value + 5.0, case.target_cny_per_mwh)
        due = np.array([np.interp(horizon, plan.ends, plan.brought[:, k]) for k in range(wanted)])
        if horizon == hours:
            due = task.targets.need_mwh
        ends = Ends(**known_start(state), **end, need=due - out.brought, need_price=price)
        part = task.slice_of(int(start), horizon)
        if solver is None or horizon - start != loaded:
            _tally(out, solver)
            solver = WarmSolver(layout, part, ends, task.targets.matrix, task.cuts, WINDOW_LIMIT_S)
            watch.add(solver)
            loaded = horizon - int(start)
        else:
            solver.rebound(part, ends)
        done = solver.solve(int(start), out.primal[start - 1] if start else None)
        out.primal[start:stop] = done.primal[:kept]
        out.prices[start:stop] = done.duals[:kept]
        out.brought += (task.targets.matrix @ done.primal[:kept].sum(axis=0)) * SCALE_MW
        out.need_value[number] = done.need_dual * SCALE_CNY
        mine = done.start_dual * SCALE_CNY
        out.value[number] = mine if handed is None else 0.5 * (mine + handed)
        # the whole year knows better what water is worth than a week does
        out.value[number, :count] = _plan_water(plan, int(start))
        handed = -done.duals[kept, layout.carried_rows] * SCALE_CNY if kept < loaded else None
        state = _hand_over(case, layout, out.primal[start:stop], state, int(start), count)
        out.ready.release()
    _tally(out, solver)
    out.state = state
    out.ready.release()


def _plan_water(plan: Plan, hour: int) -> Array:
    """(reservoir,) value of water at an hour. [CNY/MWh]"""
    return np.array([np.interp(hour, plan.ends, plan.water[:, one]) for one in range(plan.water.shape[1])])


def _tally(out: Rolled, solver: WarmSolver | None) -> None:
    if solver is not None:
        out.iterations += solver.iterations
        out.restarts += solver.restarts
        out.added_rows += solver.added_rows


def _hand_over(
    case: DispatchCase, layout: Layout, primal: Array, state: Array, start: int, count: int
) -> Array:
    """The state after the window's kept hours, from what was turbined and charged. [MWh]

    Recomputed rather than read from the LP, which may spill water early at no cost.
    """
    level = state[:count].copy()
    steps = len(primal)
    size = hourly(case.hydro.reservoir_mwh, case.hours)[layout.level.members, start : start + steps]
    inflow = case.hydro.inflow_mw[layout.level.members, start : start + steps]
    stored = layout.hydro.first + np.searchsorted(layout.hydro.members, layout.level.members)
    turbined = primal[:, stored] * SCALE_MW
    for hour in range(steps):
        level = np.clip(level + inflow[:, hour] - turbined[hour], 0.0, size[:, hour])
    charges = [primal[-1, group.slice] * SCALE_MW for group in layout.soc]
    return np.concatenate([level, *charges])
