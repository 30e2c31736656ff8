"""From a programme as posed to the form the interior-point method works on, and back.

min c.x, A x = b, x >= 0 except the free columns, x <= upper: bounds shifted to 0, columns bounded only
above mirrored, slack columns for inequality rows, fixed columns and empty rows taken out, then scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gis_layers.errors import InfeasibleError, SolverError
from planning.lp.model import FloatArray, IntArray, LinearProgram

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StandardForm:
    """The scaled standard form and all that is needed to undo it."""

    matrix: Any
    """(kept row, structural column + slack column), CSR."""
    cost: FloatArray
    rhs: FloatArray
    upper: FloatArray
    """(column,) inf where there is none."""
    free: BoolArray
    """(column,)"""
    stage: IntArray | None
    """(kept row,)"""
    kept_rows: IntArray
    kept_columns: IntArray
    base: FloatArray
    """(column of the programme,) Value at which the standard variable is 0, or of a fixed column."""
    sign: FloatArray
    """(structural column,) -1 where the column is mirrored."""
    row_scale: FloatArray
    column_scale: FloatArray
    size_x: float
    size_cost: float

    def keeps(self, rows: IntArray, columns: IntArray, slacks: int) -> bool:
        """Whether another programme's form has these rows, columns and number of slacks as well."""
        return (
            self.column_scale.size == columns.size + slacks
            and np.array_equal(self.kept_rows, rows)
            and np.array_equal(self.kept_columns, columns)
        )

    def alike(self, other: StandardForm) -> bool:
        """Whether points of one form are points of the other: same rows, columns and scaling."""
        return (
            self.keeps(other.kept_rows, other.kept_columns, other.column_scale.size - other.kept_columns.size)
            and self.size_x == other.size_x
            and self.size_cost == other.size_cost
            and np.array_equal(np.isfinite(self.upper), np.isfinite(other.upper))
            and np.array_equal(self.row_scale, other.row_scale)
            and np.array_equal(self.column_scale, other.column_scale)
        )

    def recover(self, x: FloatArray, y: FloatArray, program: LinearProgram) -> tuple[FloatArray, FloatArray]:
        """(x, row duals) of the programme as posed; x is put inside its bounds."""
        structural = self.kept_columns.size
        full_x = self.base.copy()
        scaled = self.column_scale[:structural] * x[:structural] * self.size_x
        full_x[self.kept_columns] += self.sign * scaled
        return np.clip(full_x, program.lower, program.upper), self.recover_duals(y, program)

    def recover_duals(self, y: FloatArray, program: LinearProgram) -> FloatArray:
        full_y = np.zeros(program.rows)
        full_y[self.kept_rows] = self.row_scale * y * self.size_cost
        return full_y


def standard_form(program: LinearProgram, like: StandardForm | None = None) -> StandardForm:
    """Bring a programme to standard form.

    Parameters
    ----------
    like
        Of another programme of the family: its scaling is taken over where the same rows and columns are
        kept, so that points of one are points of the other.

    Raises
    ------
    InfeasibleError
        'lp_infeasible' where bounds cross or an empty row cannot hold.
    SolverError
        'lp_unbounded' where an empty column falls without end; 'lp_structure' where no row is left.
    """
    lower, upper = program.lower, program.upper
    if (lower > upper).any() or (program.row_lower > program.row_upper).any():
        raise InfeasibleError("lp_infeasible", rows=program.rows, columns=program.columns)
    entries = np.diff(program.matrix.indptr)
    fixed = upper <= lower
    base = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0))
    empty = (entries == 0) & ~fixed
    if empty.any():
        falls = np.where(program.cost > 0, lower, np.where(program.cost < 0, upper, base))
        if not np.isfinite(falls[empty]).all():
            raise SolverError("lp_unbounded", rows=program.rows, columns=program.columns)
        base[empty] = falls[empty]
    kept_columns = np.flatnonzero(~(fixed | empty))
    activity = program.matrix @ base
    matrix = program.matrix[:, kept_columns].tocsr()
    kept_rows = _rows_that_bind(program, matrix, activity)
    if kept_rows.size == 0:
        raise SolverError("lp_structure", rows=0)
    matrix = matrix[kept_rows]
    row_lower = program.row_lower[kept_rows] - activity[kept_rows]
    row_upper = program.row_upper[kept_rows] - activity[kept_rows]

    sign = np.where(np.isfinite(lower[kept_columns]) | ~np.isfinite(upper[kept_columns]), 1.0, -1.0)
    free_structural = ~np.isfinite(lower[kept_columns]) & ~np.isfinite(upper[kept_columns])
    upper_structural = np.where(sign > 0, upper[kept_columns] - base[kept_columns], np.inf)
    matrix = matrix @ sp.diags_array(sign)

    # a.x - s = bound with 0 <= s <= range, or a.x + s = row_upper where only that is finite.
    loose = np.flatnonzero(row_lower < row_upper)
    below = np.isfinite(row_lower[loose])
    rhs = np.where(np.isfinite(row_lower), row_lower, row_upper)
    slack = sp.csr_array(
        (np.where(below, -1.0, 1.0), (loose, np.arange(loose.size))), shape=(kept_rows.size, loose.size)
    )
    slack_upper = np.where(below, row_upper[loose] - row_lower[loose], np.inf)

    like = like if like is not None and like.keeps(kept_rows, kept_columns, loose.size) else None
    if like is None:
        size = np.ones(kept_columns.size)
        if program.column_size is not None:
            size = np.exp2(np.round(np.log2(program.column_size[kept_columns])))
        row_scale, column_scale = _equilibrated(matrix @ sp.diags_array(size))
        column_scale = column_scale * size
        # A slack is scaled with its row, so its coefficient stays +-1.
        column_scale = np.concatenate([column_scale, 1.0 / row_scale[loose]])
    else:
        row_scale, column_scale = like.row_scale, like.column_scale
    matrix = sp.csr_array(
        sp.diags_array(row_scale) @ sp.hstack([matrix, slack]) @ sp.diags_array(column_scale)
    )
    matrix.sort_indices()
    cost = np.concatenate([program.cost[kept_columns] * sign, np.zeros(loose.size)]) * column_scale
    rhs = rhs * row_scale
    bounds = np.concatenate([upper_structural, slack_upper]) / column_scale
    # By the usual hour and price, not by the largest: a sum over the year is thousands of times an hour and a
    # capacity's cost thousands of times an hour's; scaled by these the hours drown in regularisation and
    # rounding (measured: bases and valleys then stall above 1e-6).
    size_x = _usual(np.concatenate([rhs, bounds])) if like is None else like.size_x
    size_cost = _usual(cost) if like is None else like.size_cost
    return StandardForm(
        matrix=matrix,
        cost=cost / size_cost,
        rhs=rhs / size_x,
        upper=bounds / size_x,
        free=np.concatenate([free_structural, np.zeros(loose.size, dtype=np.bool_)]),
        stage=None if program.row_stage is None else program.row_stage[kept_rows],
        kept_rows=kept_rows,
        kept_columns=kept_columns,
        base=base,
        sign=sign,
        row_scale=row_scale,
        column_scale=column_scale,
        size_x=size_x,
        size_cost=size_cost,
    )


def _usual(values: FloatArray) -> float:
    """Median of the sizes that are neither 0 nor infinite; 1 where there is none."""
    sizes = np.abs(values)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(sizes)) if sizes.size else 1.0


def _rows_that_bind(program: LinearProgram, matrix: Any, activity: FloatArray) -> IntArray:
    """Rows with entries and at least one bound; an empty row is checked instead."""
    bounded = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    filled = np.diff(matrix.indptr) > 0
    slack = 1e-9 * np.maximum(1.0, np.abs(activity))
    broken = (activity < program.row_lower - slack) | (activity > program.row_upper + slack)
    if (broken & ~filled).any():
        raise InfeasibleError("lp_infeasible", rows=program.rows, columns=program.columns)
    return np.flatnonzero(bounded & filled)


def _equilibrated(matrix: Any, rounds: int = 4) -> tuple[FloatArray, FloatArray]:
    """Row and column factors (powers of 2) that bring the largest entries near 1.

    Ruiz, A scaling algorithm to equilibrate both rows and columns norms in matrices, RAL-TR-2001-034.
    """
    absolute = abs(matrix).tocsr()
    row_scale = np.ones(absolute.shape[0])
    column_scale = np.ones(absolute.shape[1])
    for _ in range(rounds):
        rows = absolute.max(axis=1).toarray().ravel()
        columns = absolute.max(axis=0).toarray().ravel()
        r = 1.0 / np.sqrt(np.where(rows > 0, rows, 1.0))
        c = 1.0 / np.sqrt(np.where(columns > 0, columns, 1.0))
        row_scale *= r
        column_scale *= c
        absolute = (sp.diags_array(r) @ absolute @ sp.diags_array(c)).tocsr()
    return np.exp2(np.round(np.log2(row_scale))), np.exp2(np.round(np.log2(column_scale)))
