"""One window of the dispatch as a linear program, and a HiGHS that stays warm between windows.

From window to window only bounds, right sides and the prices at its ends change, so the last optimal basis
stays nearly optimal and the simplex method goes on from it; on a nation-sized case this is about four times
faster than solving each window afresh. Rows that seldom bind (ramps, reserve) are added when they are broken
and kept for the windows after (`planning.dispatch.cuts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy import cb
from scipy import sparse

from gis_layers.errors import InfeasibleError, SolverError
from planning.dispatch.case import Array
from planning.dispatch.cuts import Cut, Cuts
from planning.dispatch.layout import SCALE_CNY, SCALE_MW, Layout, Year
from planning.lp import LinearProgram
from planning.lp.highs import loaded

CUT_ROUNDS = 12
_INTERRUPTS = (cb.HighsCallbackType.kCallbackSimplexInterrupt, cb.HighsCallbackType.kCallbackIpmInterrupt)


@dataclass(frozen=True, slots=True)
class Ends:
    """What is known of the world before and after a window."""

    start_lower: Array
    """(carried,) least and most the window may begin with; the same where it is known. [MWh]"""
    start_upper: Array
    start_price: Array
    """(carried,) what a MWh at the start costs; 0 where it is known. [CNY/MWh]"""
    width: Array
    """(carried, step) steps of the value of what is left at the end. [MWh]"""
    value: Array
    """(carried, step) what a MWh in the step is worth, falling from step to step. [CNY/MWh]"""
    need: Array
    """(target,) yearly energies: what this window should still bring. [MWh]"""
    need_price: Array
    """(target,) what a MWh short of that costs. [CNY/MWh]"""


def window_program(
    layout: Layout, year: Year, ends: Ends, targets: Any, step_hours: Array | None = None
) -> LinearProgram:
    """The LP of the hours in `year`.

    Columns: all of the first hour, all of the second, ..., then level and charge at the start, the steps of
    their value at the end, and what is short of the yearly energies. Rows: hours, then one a carried quantity
    (what is left is at least its steps), one a yearly energy.

    Parameters
    ----------
    year
        The window's slice, hour by hour (or step by step).
    targets : (target, column of the hour) sparse
        Which columns count towards which yearly energy.
    step_hours : (step,), optional
        Hours each step stands for; 1 if not given.
    """
    steps = len(year.lower)
    weight = np.ones(steps) if step_hours is None else step_hours
    carried, rows = layout.carried, layout.carried_rows
    count, wanted = len(carried), targets.shape[0]
    chain = (
        sparse.kron(sparse.eye_array(steps), layout.now)
        + sparse.kron(sparse.diags_array(weight), layout.turbined)
        + sparse.kron(sparse.eye_array(steps, k=-1), layout.before)
    )
    ordinal = np.arange(count)
    begin = sparse.coo_array((np.full(count, -1.0), (rows, ordinal)), shape=(steps * layout.rows, count))
    last = sparse.coo_array(
        (np.ones(count), (ordinal, (steps - 1) * layout.columns + carried)),
        shape=(count, steps * layout.columns),
    )
    of_step = sparse.kron(sparse.eye_array(count), -np.ones((1, ends.width.shape[1])))
    blocks = [
        [chain, begin, None, None],
        [last, None, of_step, None],
        [sparse.kron(weight[None, :], targets), None, None, sparse.eye_array(wanted)],
    ]
    if not wanted:
        blocks = [row[:3] for row in blocks[:2]]
    if not count:
        blocks = [[row[k] for k in (0, 3) if k < len(row)] for n, row in enumerate(blocks) if n != 1]
    lower, upper = _column_bounds(year, ends)
    row_lower, row_upper = _row_bounds(year, ends)
    stages = np.repeat(np.arange(steps, dtype=np.int64), layout.rows)
    beyond = np.full(count + wanted, -1, dtype=np.int64)
    return LinearProgram(
        cost=np.concatenate([(weight[:, None] * layout.cost).ravel() / SCALE_CNY, _end_costs(ends)]),
        matrix=sparse.block_array(blocks, format="csc"),
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
        row_stage=np.concatenate([stages, beyond]),
    )


def _end_costs(ends: Ends) -> Array:
    parts = (ends.start_price, -ends.value.ravel(), ends.need_price)
    return np.asarray(np.concatenate(parts) / SCALE_CNY)


def _column_bounds(year: Year, ends: Ends) -> tuple[Array, Array]:
    zeros = np.zeros(ends.width.size + len(ends.need))
    most = np.concatenate([ends.start_upper, ends.width.ravel(), np.maximum(ends.need, 0.0)])
    return (
        np.concatenate([year.lower.ravel(), ends.start_lower / SCALE_MW, zeros]),
        np.concatenate([year.upper.ravel(), most / SCALE_MW]),
    )


def _row_bounds(year: Year, ends: Ends) -> tuple[Array, Array]:
    count, wanted = len(ends.start_price), len(ends.need)
    # what is still to be brought may already be there
    need = np.where(ends.need > 0, ends.need / SCALE_MW, -np.inf)
    return (
        np.concatenate([year.row_lower.ravel(), np.zeros(count), need]),
        np.concatenate([year.row_upper.ravel(), np.full(count + wanted, np.inf)]),
    )


@dataclass(frozen=True, slots=True)
class Solved:
    """What a window found, in units of the LP."""

    primal: Array
    """(hour, column)"""
    duals: Array
    """(hour, row)"""
    start: Array
    """(carried,)"""
    start_dual: Array
    """(carried,) what one more unit at the start would save."""
    need_dual: Array
    """(target,)"""
    bound: float
    """Dual objective: no answer of the window can cost less."""
    cuts: tuple[tuple[Cut, float], ...]
    """Added rows that bind, with their duals."""


class WarmSolver:
    """HiGHS with one window's LP loaded; later windows of the same length start from its last basis."""

    def __init__(
        self,
        layout: Layout,
        year: Year,
        ends: Ends,
        targets: Any,
        cuts: Cuts | None,
        limit_s: float = np.inf,
        step_hours: Array | None = None,
    ) -> None:
        program = window_program(layout, year, ends, targets, step_hours)
        self.layout, self.hours, self.limit_s = layout, len(year.lower), limit_s
        self.iterations, self.restarts = 0, 0
        self._cuts = cuts
        self._added: list[Cut] = []
        self._known: set[tuple[int, int]] = set()
        self._slack: list[int] = []
        self._program_columns, self._program_rows = program.columns, program.rows
        self._end_columns = np.arange(self.hours * layout.columns, program.columns, dtype=np.int32)
        self._columns = np.arange(program.columns, dtype=np.int32)
        self._solver = loaded(program)
        for option, value in (("threads", 1), ("solver", "simplex"), ("parallel", "off")):
            self._solver.setOptionValue(option, value)
        self._solver.setCallback(_stop, None)
        self._first_hour = 0
        self._before: Array | None = None

    @property
    def added_rows(self) -> int:
        """Seldom rows that were broken somewhere and are kept."""
        return len(self._added)

    def rebound(self, year: Year, ends: Ends) -> None:
        """Take over another window of the same length."""
        lower, upper = _column_bounds(year, ends)
        self._solver.changeColsBounds(len(lower), self._columns, lower, upper)
        self._solver.changeColsCost(len(self._end_columns), self._end_columns, _end_costs(ends))
        row_lower, row_upper = _row_bounds(year, ends)
        if self._added:
            row_lower = np.concatenate([row_lower, np.full(len(self._added), -np.inf)])
            row_upper = np.concatenate([row_upper, np.zeros(len(self._added))])
        rows = np.arange(len(row_lower), dtype=np.int32)
        self._solver.changeRowsBounds(len(rows), rows, row_lower, row_upper)

    def stop(self) -> None:
        """Make a run in another thread end at its next iteration."""
        for kind in _INTERRUPTS:
            self._solver.startCallback(kind)

    def solve(self, first_hour: int = 0, before: Array | None = None) -> Solved:
        """Solve the window, and again until no seldom row is broken.

        Parameters
        ----------
        first_hour
            Of the window, for the right sides of added rows.
        before : (column,), optional
            The hour before the window; None: nothing is asked of the first hour's change.

        Raises
        ------
        InfeasibleError
            'dispatch_infeasible'; cannot come from data that passed `validate`.
        SolverError
            'dispatch_stalled', naming the hours and the status HiGHS gave.
        """
        self._first_hour, self._before = first_hour, before
        self._renew_cuts()
        self._run()
        for _ in range(CUT_ROUNDS):
            primal = self._primal()
            if self._cuts is None or not self._add(self._cuts.broken(primal, first_hour, before)):
                break
            self._run()
        return self._answer()

    def _primal(self) -> Array:
        values = np.array(self._solver.getSolution().col_value)
        return values[: self.hours * self.layout.columns].reshape(self.hours, self.layout.columns)

    def _run(self) -> None:
        kinds = highspy.HighsModelStatus
        solver = self._solver
        for attempt in ("warm", "cold", "ipm"):
            if attempt != "warm":
                # a basis carried over can be numerically bad: once more from nothing, then by another method
                self.restarts += 1
                solver.clearSolver()
            solver.setOptionValue("solver", "ipm" if attempt == "ipm" else "simplex")
            solver.setOptionValue("time_limit", solver.getRunTime() + self.limit_s)
            solver.run()
            status = solver.getModelStatus()
            self.iterations += max(0, solver.getInfo().simplex_iteration_count)
            if status == kinds.kInterrupt:
                raise InterruptedError
            if status == kinds.kInfeasible and attempt != "warm":
                raise InfeasibleError("dispatch_infeasible")
            if status == kinds.kOptimal:
                solver.setOptionValue("solver", "simplex")
                return
        raise SolverError(
            "dispatch_stalled",
            first_hour=self._first_hour,
            last_hour=self._first_hour + self.hours - 1,
            status=solver.modelStatusToString(status),
        )

    def _right(self, cut: Cut) -> float:
        return cut.right(self._first_hour, self._before)

    def _renew_cuts(self) -> None:
        if self._added:
            rows = np.arange(self._program_rows, self._program_rows + len(self._added), dtype=np.int32)
            right = np.array([self._right(c) for c in self._added])
            self._solver.changeRowsBounds(len(rows), rows, np.full(len(rows), -np.inf), right)

    def _add(self, cuts: list[Cut]) -> bool:
        fresh = [c for c in cuts if (id(c.template), c.hour) not in self._known]
        if not fresh:
            return False
        self._known |= {(id(c.template), c.hour) for c in fresh}
        slack = self._program_columns + len(self._slack)
        own = [c for c in fresh if c.template.slack_price > 0]
        none = np.zeros(0, dtype=np.int32)
        self._solver.addCols(
            len(own),
            np.array([c.template.slack_price for c in own]),
            np.zeros(len(own)),
            np.array([c.template.slack_most for c in own]),
            0,
            np.zeros(len(own), dtype=np.int32),
            none,
            np.zeros(0),
        )
        self._slack += [slack + k for k in range(len(own))]
        starts, index, value = [], [], []
        filled = 0
        for cut in fresh:
            columns, values = cut.entries(self.layout.columns)
            if cut.template.slack_price > 0:
                columns, values = np.append(columns, slack), np.append(values, -1.0)
                slack += 1
            starts.append(filled)
            filled += len(columns)
            index.append(columns)
            value.append(values)
        self._solver.addRows(
            len(fresh),
            np.full(len(fresh), -np.inf),
            np.array([self._right(c) for c in fresh]),
            filled,
            np.array(starts, dtype=np.int32),
            np.concatenate(index).astype(np.int32),
            np.concatenate(value),
        )
        self._added += fresh
        return True

    def _answer(self) -> Solved:
        answer = self._solver.getSolution()
        layout, hours = self.layout, self.hours
        values, reduced = np.array(answer.col_value), np.array(answer.col_dual)
        duals = np.array(answer.row_dual)
        count = len(layout.carried)
        first = hours * layout.columns
        rows = hours * layout.rows
        added = duals[self._program_rows :]
        binding = tuple((self._added[k], float(added[k])) for k in np.flatnonzero(np.abs(added) > 1e-9))
        lp = self._solver.getLp()
        return Solved(
            primal=values[:first].reshape(hours, layout.columns),
            duals=duals[:rows].reshape(hours, layout.rows),
            start=values[first : first + count],
            start_dual=-duals[layout.carried_rows] if count else np.zeros(0),
            need_dual=duals[rows + count : self._program_rows],
            bound=_dual_objective(
                reduced, np.array(lp.col_lower_), np.array(lp.col_upper_),
                duals, np.array(lp.row_lower_), np.array(lp.row_upper_),
            ),
            cuts=binding,
        )  # fmt: skip


def _stop(_kind: Any, _message: str, _out: Any, into: Any, _data: Any) -> None:
    into.user_interrupt = True


def _dual_objective(
    reduced: Array, lower: Array, upper: Array, duals: Array, row_lower: Array, row_upper: Array
) -> float:
    """What the duals prove: every column is boxed, so any duals of the right sign bound the optimum from below."""
    total = 0.0
    for price, low, high in ((reduced, lower, upper), (duals, row_lower, row_upper)):
        at = np.where(price > 0, low, high)
        # a dual of the wrong sign is a rounding of 0
        total += float(np.where(np.isfinite(at), price * np.where(np.isfinite(at), at, 0.0), 0.0).sum())
    return total
