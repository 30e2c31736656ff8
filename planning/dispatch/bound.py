"""How far the windows are from the undivided year: a lower bound of what any dispatch of the year must cost.

What is handed over between windows, and the yearly energies, are taken out of the rows and priced instead
(Lagrangian relaxation: Geoffrion, Lagrangean relaxation for integer programming, Math. Prog. Study 2 (1974)
82-114). The windows then fall apart; each is free to begin and to end with what it likes at that price, and the
sum of their least costs is below the cost of every dispatch of the whole year, whatever the prices are; ramps
over a window's edge are left out, which keeps it so. The prices are those the rolling windows found on both
sides of each edge, so nothing has to be searched for. What is summed are the dual objectives of the windows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from planning.dispatch.case import Array
from planning.dispatch.layout import SCALE_CNY, SCALE_MW
from planning.dispatch.rolling import WINDOW_LIMIT_S, Rolled, Task
from planning.dispatch.season import BANDS, initial_state, year_end
from planning.dispatch.watch import Watch
from planning.dispatch.window import Ends, WarmSolver


@dataclass(frozen=True, slots=True)
class Bound:
    """The lower bound without the constants of the objective."""

    cost_cny: float
    by_window_cny: Array
    """(window,)"""
    mismatch_mwh: Array
    """(window - 1, carried) what one window wants to leave less what the next wants to find."""
    iterations: int


def _await(rolled: Rolled, watch: Watch) -> None:
    """Until the rolling windows are one further."""
    while not rolled.ready.acquire(timeout=0.2):
        watch.check()


def lower_bound(task: Task, rolled: Rolled, watch: Watch) -> Bound:
    """Solve every window by itself at the prices of `rolled`, which may still be growing."""
    case, layout = task.case, task.layout
    count = len(layout.carried)
    wanted = len(task.targets.names)
    windows = len(task.starts) - 1
    need_value = task.plan.need_value
    if windows == 1:
        _await(rolled, watch)
        need_value = rolled.need_value[0]
    need_value = np.clip(need_value, 0.0, case.target_cny_per_mwh)
    priced = replace(layout, cost=layout.cost - task.targets.matrix.T @ need_value) if wanted else layout
    nothing = sparse.csr_array((0, layout.columns))
    bounds = np.zeros(windows)
    left, found = np.zeros((windows, count)), np.zeros((windows, count))
    solver: WarmSolver | None = None
    loaded, iterations = 0, 0
    first = initial_state(case)
    for number, (start, stop) in enumerate(zip(task.starts[:-1], task.starts[1:], strict=True)):
        watch.check()
        # the price at the end of a window is known once the next one is solved
        for _ in range(2 if number == 0 and windows > 1 else 1):
            _await(rolled, watch)
        if start == 0:
            begin = (first, first, np.zeros(count))
        else:
            most = task.year.upper[start - 1, layout.carried] * SCALE_MW
            begin = (np.zeros(count), most, np.maximum(rolled.value[number], 0.0))
        if stop == case.hours:
            end = year_end(case, first)
        else:
            width, value = np.zeros((count, len(BANDS))), np.zeros((count, len(BANDS)))
            width[:, 0] = task.year.upper[stop - 1, layout.carried] * SCALE_MW
            value[:, 0] = np.maximum(rolled.value[number + 1], 0.0)
            end = {"width": width, "value": value}
        ends = Ends(*begin, **end, need=np.zeros(0), need_price=np.zeros(0))
        part = task.slice_of(int(start), int(stop))
        if solver is None or stop - start != loaded:
            iterations += solver.iterations if solver else 0
            solver = WarmSolver(priced, part, ends, nothing, task.cuts, WINDOW_LIMIT_S)
            watch.add(solver)
            loaded = int(stop - start)
        else:
            solver.rebound(part, ends)
        done = solver.solve(int(start))
        bounds[number] = done.bound * SCALE_MW * SCALE_CNY
        found[number] = done.start * SCALE_MW
        left[number] = done.primal[-1, layout.carried] * SCALE_MW
    iterations += solver.iterations if solver else 0
    total = float(bounds.sum()) + float(need_value @ task.targets.need_mwh)
    return Bound(total, bounds, left[:-1] - found[1:], iterations)
