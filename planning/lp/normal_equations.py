"""Factor and solve the linear system of an interior-point step in time linear in the hours.

The system, for a diagonal D > 0 and a small shift r > 0:  A' dy - D dx = f,  A dx + r dy = g.
Columns that span many stages (capacities) and rows that sum over them (annual limits) form a border of
a few dozen unknowns. The rest, A D^-1 A' over the chain of hours, is factored in two steps:
1. rows whose neighbours are all neighbours of one another (w_t <= cf_t W and the like) are eliminated
   level by level, vectorised over all hours; such rows cause no fill-in, so all indices are known;
2. what remains (one to ten rows an hour) goes to the core, a band or a sparse matrix.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from gis_layers.errors import SolverError
from planning.lp.analysis import Analysis, analyse, product_pattern
from planning.lp.core import SparseCore
from planning.lp.model import FloatArray, IntArray

LEAST_SHIFT = 1e-9
_ROUNDING = 1e-15


class NormalEquations:
    """The factorised system; the pattern is analysed once, `factor` is called per iteration.

    Parameters
    ----------
    analysis
        Of an earlier matrix; used again where the pattern is the same.

    Raises
    ------
    SolverError
        'lp_structure': the pattern is not a chain with a small border, so this method would be slow.
    """

    def __init__(self, matrix: Any, stage: IntArray | None, analysis: Analysis | None = None) -> None:
        matrix = sp.csr_array(matrix)
        if analysis is None or not analysis.fits(matrix, stage):
            analysis = analyse(matrix, stage)
        self.analysis = a = analysis
        self._core = a.core.twin()
        self._couples = [_with_own_data(level.couple) for level in a.levels]
        ordered = matrix[a.rows]
        self._chain = sp.csr_array(ordered[:, a.thin])
        by_column = sp.csc_array(self._chain)
        by_column.sort_indices()
        self._chain_transposed = by_column.T
        self._values_of = _with_own_data(a.gather)
        self._values_of.data[:] = (by_column.data[a.first] * by_column.data[a.second])[a.pair]
        dense_rows = matrix[a.border_rows]
        self._sums = sp.csr_array(dense_rows[:, a.thin])
        self._sums_transposed = sp.csc_array(self._sums).T
        self._corner = dense_rows[:, a.border_columns].toarray()
        self._coupling = np.zeros((a.rows.size, self.border), order="F")
        self._coupling[:, a.border_rows.size :] = ordered[:, a.border_columns].toarray()
        sums = sp.csc_array(self._sums)
        self._coupling_row, self._coupling_column, self._coupling_of = product_pattern(by_column, sums)
        self._sum_row, self._sum_column, self._sum_of = product_pattern(sums, sums)
        self._total_rows = matrix.shape[0]

    @property
    def bandwidth(self) -> int:
        return self._core.width

    @property
    def border(self) -> int:
        return int(self.analysis.border_rows.size + self.analysis.border_columns.size)

    @property
    def core_rows(self) -> int:
        return self._core.count

    @property
    def sparse(self) -> bool:
        return isinstance(self._core, SparseCore)

    def factor(self, weight: FloatArray, shift: float) -> None:
        """Factor for D = 1 / weight and the shift r; raises SolverError 'lp_numerics' on breakdown.

        weight : (column,), > 0
        """
        a = self.analysis
        self._weight = weight
        self._shift = shift
        self._thin_weight = weight[a.thin]
        values = self._values_of @ self._thin_weight
        # Beside the shift a relative one, of the size of the rounding that weights of 1e11 bring.
        values[a.diagonal] += shift + _ROUNDING * (shift / LEAST_SHIFT) * values[a.diagonal]
        self._pivots: list[FloatArray] = []
        for level, couple in zip(a.levels, self._couples, strict=True):
            pivot = values[level.diagonal]
            if not pivot.min() > 0:
                raise SolverError("lp_numerics", row=level.start + int(np.argmin(pivot)))
            off = values[level.off]
            scaled = off / pivot[level.owner]
            couple.data[:] = scaled
            values[level.target] -= level.gather @ (off[level.first] * scaled[level.second])
            self._pivots.append(pivot)
        self._core.factor(values[a.core_values])
        if self.border:
            self._factor_border()

    def _factor_border(self) -> None:
        rows = self.analysis.border_rows.size
        self._coupling[self._coupling_row, self._coupling_column] = self._coupling_of @ self._thin_weight
        corner = np.zeros((self.border, self.border))
        corner[self._sum_row, self._sum_column] = self._sum_of @ self._thin_weight
        corner[np.arange(rows), np.arange(rows)] += self._shift
        corner[:rows, rows:] = self._corner
        corner[rows:, :rows] = self._corner.T
        corner[rows:, rows:] = -np.diag(1.0 / self._weight[self.analysis.border_columns])
        self._coupling_solved = self._solve_chain(self._coupling.copy(order="F"))
        schur = corner - self._coupling.T @ self._coupling_solved
        size = np.sqrt(np.maximum(np.abs(np.diag(schur)), 1e-300))
        self._schur_scale = 1.0 / size
        self._schur = scipy.linalg.lu_factor(
            schur * self._schur_scale[:, None] * self._schur_scale, check_finite=False
        )

    def _solve_chain(self, rhs: FloatArray) -> FloatArray:
        """K^-1 rhs over the chain's rows, in elimination order; `rhs` is overwritten."""
        steps = list(zip(self.analysis.levels, self._couples, self._pivots, strict=True))
        for level, couple, pivot in steps:
            own = rhs[level.start : level.stop]
            rhs[level.stop :] -= couple @ own
            own /= pivot if rhs.ndim == 1 else pivot[:, None]
        start = self.analysis.core_start
        rhs[start:] = self._core.solve(rhs[start:])
        for level, couple, _ in reversed(steps):
            rhs[level.start : level.stop] -= couple.T @ rhs[level.stop :]
        return rhs

    def solve(self, f: FloatArray, g: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(dx, dy) of A' dy - D dx = f, A dx + r dy = g, without refinement.

        f, dx : (column,);  g, dy : (row,)
        """
        a = self.analysis
        dy = np.empty(self._total_rows)
        dx = np.empty(f.size)
        moved = self._thin_weight * f[a.thin]
        inner = self._solve_chain(g[a.rows] + self._chain @ moved)
        if self.border:
            rows = a.border_rows.size
            right = np.concatenate([g[a.border_rows] + self._sums @ moved, f[a.border_columns]])
            right -= self._coupling.T @ inner
            outer = self._schur_scale * scipy.linalg.lu_solve(
                self._schur, self._schur_scale * right, check_finite=False
            )
            inner -= self._coupling_solved @ outer
            dy[a.border_rows] = outer[:rows]
            dx[a.border_columns] = outer[rows:]
        dy[a.rows] = inner
        reduced = self._chain_transposed @ inner
        if a.border_rows.size:
            reduced += self._sums_transposed @ dy[a.border_rows]
        dx[a.thin] = self._thin_weight * reduced - moved
        return dx, dy


def _with_own_data(matrix: Any) -> Any:
    """The same CSR pattern with data of its own: what is shared stays as it is."""
    other = copy.copy(matrix)
    other.data = matrix.data.copy()
    return other
