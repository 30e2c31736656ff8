"""One window of the dispatch as a linear program, and a HiGHS that stays warm between windows.

From window to window only bounds and right sides change, so the last optimal basis stays dual feasible
and the dual simplex goes on from it; on a nation-sized case this is about four times faster than
solving each window afresh (measured in benchmarks/dispatch.py).
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from gis_layers.errors import InfeasibleError, SolverError
from planning.dispatch.case import Array, DispatchCase
from planning.dispatch.layout import SCALE_CNY, SCALE_MW, Layout, Year
from planning.lp import LinearProgram


def window_program(
    case: DispatchCase,
    layout: Layout,
    year: Year,
    start: Array,
    target: Array,
    kept: int,
    step_hours: Array | None = None,
) -> LinearProgram:
    """The LP of the hours in `year`.

    Parameters
    ----------
    year
        The window's slice, hour by hour (or step by step).
    start, target : (carried,)
        Level and charge before the first hour; least level and charge after `kept` hours. [MWh]
        The target is soft: missing it costs `case.reservoir_shortfall_cny_per_mwh` in one extra column
        per carried quantity, at the end of the columns.
    kept
        Hours the window decides; the ones after it are looked at only.
    step_hours : (step,), optional
        Hours each step stands for; 1 if not given.
    """
    steps = len(year.lower)
    weight = np.ones(steps) if step_hours is None else step_hours
    carried, rows = layout.carried, layout.carried_rows
    chain = (
        sparse.kron(sparse.eye_array(steps), layout.now)
        + sparse.kron(sparse.diags_array(weight), layout.turbined)
        + sparse.kron(sparse.eye_array(steps, k=-1), layout.before)
    )
    last = (kept - 1) * layout.rows + rows
    short = sparse.csr_array(
        (np.full(len(rows), -1.0), (last, np.arange(len(rows)))), shape=(steps * layout.rows, len(rows))
    )
    lower, upper, row_lower, row_upper = _bounds(layout, year, start, target, kept)
    shortfall = case.reservoir_shortfall_cny_per_mwh * np.ones(len(carried))
    return LinearProgram(
        cost=np.concatenate([(weight[:, None] * layout.cost).ravel(), shortfall]) / SCALE_CNY,
        matrix=sparse.hstack([chain, short], format="csc"),
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
        row_stage=np.repeat(np.arange(steps, dtype=np.int64), layout.rows),
    )


def _bounds(
    layout: Layout, year: Year, start: Array, target: Array, kept: int
) -> tuple[Array, Array, Array, Array]:
    lower = year.lower.copy()
    # The coarse plan knows a falling flood limit by its week's mean only.
    target = np.minimum(target, year.upper[kept - 1, layout.carried] * SCALE_MW)
    lower[kept - 1, layout.carried] = target / SCALE_MW
    row_lower, row_upper = year.row_lower.copy(), year.row_upper.copy()
    row_lower[0, layout.carried_rows] += start / SCALE_MW
    row_upper[0, layout.carried_rows] += start / SCALE_MW
    # water that is missing can be owed, but never turbined beyond an empty reservoir
    owed = target / SCALE_MW
    return (
        np.concatenate([lower.ravel(), np.zeros(len(owed))]),
        np.concatenate([year.upper.ravel(), owed]),
        row_lower.ravel(),
        row_upper.ravel(),
    )


class WarmSolver:
    """HiGHS with one window's LP loaded; later windows of the same length start from its last basis."""

    def __init__(self, program: LinearProgram) -> None:
        self.iterations = 0
        self._columns = np.arange(program.columns, dtype=np.int32)
        self._rows = np.arange(program.rows, dtype=np.int32)
        self._solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self._solver.setOptionValue(option, value)
        matrix = program.matrix
        status = self._solver.passModel(
            program.columns,
            program.rows,
            int(matrix.nnz),
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            program.cost,
            program.lower,
            program.upper,
            program.row_lower,
            program.row_upper,
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
            np.zeros(program.columns, dtype=np.int32),
        )
        if status == highspy.HighsStatus.kError:
            raise SolverError("lp_failed", solver="highs", status="model rejected")

    def rebound(self, layout: Layout, year: Year, start: Array, target: Array, kept: int) -> None:
        """Take over another window of the same length and the same `kept`."""
        lower, upper, row_lower, row_upper = _bounds(layout, year, start, target, kept)
        self._solver.changeColsBounds(len(lower), self._columns, lower, upper)
        self._solver.changeRowsBounds(len(row_lower), self._rows, row_lower, row_upper)

    def solve(self) -> tuple[Array, Array]:
        """(column,) optimal values and (row,) duals, in units of the LP.

        Raises
        ------
        InfeasibleError
            'dispatch_infeasible'; cannot come from data that passed `validate`.
        SolverError
            'lp_failed', with the status HiGHS gave.
        """
        self._solver.run()
        status = self._solver.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status not in (kinds.kOptimal, kinds.kInfeasible):
            # a basis carried over can be numerically bad; once more from nothing
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
        if status == kinds.kInfeasible:
            raise InfeasibleError("dispatch_infeasible")
        if status != kinds.kOptimal:
            name = self._solver.modelStatusToString(status)
            raise SolverError("lp_failed", solver="highs", status=name)
        self.iterations += max(0, self._solver.getInfo().simplex_iteration_count)
        answer = self._solver.getSolution()
        return np.array(answer.col_value), np.array(answer.row_dual)
