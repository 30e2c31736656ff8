"""What a linear programme is and what a solution of it must prove, whichever solver gave it.

Sign convention of duals: `row_duals` is the change of the least cost per unit by which a row's binding
bound rises, so it is >= 0 where the lower bound binds and <= 0 where the upper one does;
`reduced_costs` = c - A'y is the same for the bounds of a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import SolverError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LinearProgram:
    """Minimise cost.x subject to row_lower <= A x <= row_upper and lower <= x <= upper.

    An equality row has equal bounds; a missing bound is an infinity. Sizes, NaN and crossed bounds are
    checked on construction (SolverError 'lp_malformed': such a programme is our fault, not the user's).
    """

    cost: FloatArray
    """(column,)"""
    matrix: Any
    """A: (row, column), scipy.sparse, kept as CSC with sorted indices."""
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    """(column,)"""
    upper: FloatArray
    row_stage: IntArray | None = None
    """(row,) Where a row belongs along the chain (its hour), so that A A' is banded in that order apart
    from a few dense columns (capacities) and rows (annual limits; stage -1 where there is none)."""
    column_size: FloatArray | None = None
    """(column,) What is usual in a column, where its maker knows it better than the coefficients tell: a scaling to
    begin with. It changes no answer."""

    def __post_init__(self) -> None:
        matrix = self.matrix.tocsc()
        matrix.sum_duplicates()
        object.__setattr__(self, "matrix", matrix)
        rows, columns = matrix.shape
        for name in ("cost", "lower", "upper", "row_lower", "row_upper"):
            array = np.ascontiguousarray(getattr(self, name), dtype=np.float64)
            object.__setattr__(self, name, array)
            expected = rows if name.startswith("row") else columns
            if array.shape != (expected,) or np.isnan(array).any():
                raise SolverError("lp_malformed", part=name, rows=rows, columns=columns)
        if not (np.isfinite(self.cost).all() and np.isfinite(matrix.data).all()):
            raise SolverError("lp_malformed", part="coefficients", rows=rows, columns=columns)
        if (self.row_lower == np.inf).any() or (self.row_upper == -np.inf).any():
            raise SolverError("lp_malformed", part="row bounds", rows=rows, columns=columns)
        if (self.lower == np.inf).any() or (self.upper == -np.inf).any():
            raise SolverError("lp_malformed", part="column bounds", rows=rows, columns=columns)
        if self.column_size is not None:
            size = np.ascontiguousarray(self.column_size, dtype=np.float64)
            object.__setattr__(self, "column_size", size)
            if size.shape != (columns,) or not (np.isfinite(size) & (size > 0)).all():
                raise SolverError("lp_malformed", part="column_size", rows=rows, columns=columns)
        if self.row_stage is not None:
            stage = np.ascontiguousarray(self.row_stage, dtype=np.int64)
            object.__setattr__(self, "row_stage", stage)
            if stage.shape != (rows,):
                raise SolverError("lp_malformed", part="row_stage", rows=rows, columns=columns)

    @property
    def rows(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def columns(self) -> int:
        return int(self.matrix.shape[1])


@dataclass(frozen=True, slots=True)
class Solution:
    """An optimal point with its proof: residuals and gap are recomputed from x and y, not reported."""

    x: FloatArray
    """(column,)"""
    row_duals: FloatArray
    """(row,) y, see the module's sign convention."""
    reduced_costs: FloatArray
    """(column,) c - A'y"""
    objective: float
    primal_residual: float
    dual_residual: float
    gap: float
    solver: str
    """Who solved it, and, after a fall-back, why: 'banded-ipm', 'highs', 'highs (banded-ipm: stalled)'."""
    iterations: int
    seconds: float
    status: str = "optimal"


class Optimality(NamedTuple):
    """How far (x, y) is from optimal; each figure is relative and 0 at a perfect answer."""

    primal_residual: float
    """Worst violation of a row or column bound over max(1, sum |a_ij x_j|)."""
    dual_residual: float
    """Worst reduced cost of a wrong sign over max(1, |c_j| + sum |a_ij y_i|)."""
    gap: float
    """|primal - dual objective| over 1 + |primal objective|."""

    def within(self, tolerance: float) -> bool:
        return max(self.primal_residual, self.dual_residual, self.gap) <= tolerance


def optimality(program: LinearProgram, x: FloatArray, row_duals: FloatArray) -> Optimality:
    """The optimality conditions of a primal-dual pair, in the units of the programme as posed.

    A dual on a bound that is infinite counts as dual residual; the dual objective is formed with the
    duals on finite bounds. Source: the KKT conditions, e.g. Wright, Primal-Dual Interior-Point Methods
    (1997), chapter 1.
    """
    matrix = program.matrix
    absolute = abs(matrix)
    activity = matrix @ x
    row_size = np.maximum(1.0, absolute @ np.abs(x))
    row_miss = np.maximum(program.row_lower - activity, activity - program.row_upper) / row_size
    column_miss = np.maximum(program.lower - x, x - program.upper) / np.maximum(1.0, np.abs(x))
    primal = max(0.0, float(row_miss.max(initial=0.0)), float(column_miss.max(initial=0.0)))

    reduced = program.cost - matrix.T @ row_duals
    column_size = np.maximum(1.0, np.abs(program.cost) + absolute.T @ np.abs(row_duals))
    dual_objective = 0.0
    dual = 0.0
    for value, low, high, size in (
        (row_duals, program.row_lower, program.row_upper, 1.0),
        (reduced, program.lower, program.upper, column_size),
    ):
        bound = np.where(value > 0, low, high)
        usable = np.isfinite(bound)
        wrong = np.where(usable, 0.0, np.abs(value) / size)
        dual = max(dual, float(wrong.max(initial=0.0)))
        dual_objective += float(value[usable] @ bound[usable])
    objective = float(program.cost @ x)
    return Optimality(primal, dual, abs(objective - dual_objective) / (1.0 + abs(objective)))
