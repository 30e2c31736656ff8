"""A year of national dispatch, hour by hour: rolling windows of one linear program, and how far they are from it.

Answers who generates, stores, sends and curtails in each hour at least cost, for the flow check, the
cash flow and the report. The method and its measured errors are in docs/dispatch.md.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from gis_layers.progress import Progress, part, silent
from planning.dispatch.bound import Bound, lower_bound
from planning.dispatch.case import DispatchCase
from planning.dispatch.check_case import validate
from planning.dispatch.collect import collect, objective_constant
from planning.dispatch.cuts import Cuts
from planning.dispatch.layout import SCALE_CNY, SCALE_MW, make_layout, make_year
from planning.dispatch.result import DispatchResult, check_balance
from planning.dispatch.rolling import Task, nothing_rolled, roll, window_starts
from planning.dispatch.season import find_targets, make_plan
from planning.dispatch.watch import Watch


def dispatch(
    case: DispatchCase,
    progress: Progress = silent,
    *,
    window_hours: int = 168,
    lookahead_hours: int = 24,
    measure_gap: bool = True,
) -> DispatchResult:
    """Dispatch all hours of a case at least variable cost.

    Each window sees `lookahead_hours` beyond its end and hands its reservoir levels and storage charge
    to the next one. What water is worth at its end comes from a coarse plan of the year (`make_plan`). The year
    ends with the levels it began with.

    Parameters
    ----------
    measure_gap
        Prove with a lower bound how far the windows are from the undivided year (`planning.dispatch.bound`).

    Raises
    ------
    InputError
        From `validate`.
    SolverError
        'dispatch_stalled': HiGHS gave no optimum of a window, warm, from nothing or by its other method.
    BalanceError
        The result does not add up (from `check_balance`).
    Cancelled
        By the progress callback, also within a window.
    """
    began = time.perf_counter()
    validate(case)
    layout = make_layout(case)
    year = make_year(case, layout)
    targets = find_targets(case, layout)
    cuts = Cuts(case, layout)
    watch = Watch()
    progress(0.0, "reservoirs over the year")
    (plan,) = watch.run([lambda: make_plan(case, year, targets)], part(progress, 0.0, 0.08))
    starts = window_starts(case.hours, window_hours, lookahead_hours)
    task = Task(case, layout, year, plan, targets, cuts if cuts.any else None, starts, lookahead_hours)
    rolled = nothing_rolled(task)
    bounds: list[Bound] = []
    chains = [lambda: roll(task, rolled, watch)]
    if measure_gap:
        # beside the windows, one or two behind them, on another core
        chains.append(lambda: bounds.append(lower_bound(task, rolled, watch)))
    watch.run(chains, part(progress, 0.08, 0.97))
    bound = bounds[0] if bounds else None
    progress(0.97, "checking the balance of every node and hour")
    primal = np.clip(rolled.primal, year.lower, year.upper)
    primal *= SCALE_MW
    price = rolled.prices[:, : case.nodes] * SCALE_CNY
    result = collect(case, layout, targets, primal, price, rolled.state)
    if bound is not None:
        least = bound.cost_cny + objective_constant(case)
        cost = result.objective_cny
        result = replace(result, bound_cny=least, gap_share=(cost - least) / cost if cost > 0 else 0.0)
    result = replace(
        result,
        windows=len(starts) - 1,
        iterations=rolled.iterations + (bound.iterations if bound else 0),
        added_rows=rolled.added_rows,
        restarts=rolled.restarts,
        seconds=time.perf_counter() - began,
    )
    check_balance(case, result)
    progress(1.0, "dispatch")
    return result
