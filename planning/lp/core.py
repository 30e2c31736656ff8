"""What is left of the chain once its limits are eliminated: factored as a band or as a sparse matrix.

A base has one or two such rows an hour and a band of 1 to 10: LAPACK's banded Cholesky. A valley, where water
arrives 3 to 20 hours later and plants ramp, has a band of 200 that is nearly empty; there SuperLU in its
symmetric mode, in an order of least degree found once, takes a tenth of the arithmetic.

Demmel, Eisenstat, Gilbert, Li, Liu, A supernodal approach to sparse partial pivoting, SIAM J. Matrix Anal.
Appl. 20 (1999) 720-755; George and Liu, The evolution of the minimum degree ordering algorithm, SIAM Review
31 (1989) 1-19.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.linalg.lapack import dpbtrf, dpbtrs
from scipy.sparse.linalg import splu

from gis_layers.errors import SolverError
from planning.lp.model import FloatArray, IntArray

_WIDEST_BAND = 32
_MOST_FACTOR_FLOPS = 2e10
_SUPERLU = {"SymmetricMode": True, "Equil": False}


def least_degree_order(pattern: Any) -> IntArray:
    """An order of little fill for a symmetric positive definite matrix of this pattern."""
    count = pattern.shape[0]
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    degree = np.diff(pattern.indptr).astype(np.float64)
    sample = sp.csc_array(sp.diags_array(degree + 1.0) - pattern)
    factor = splu(sample, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=_SUPERLU)
    return np.argsort(factor.perm_c).astype(np.int64)


class BandCore:
    """Banded Cholesky; rows and columns (of the lower triangle, row >= column) of the values it is given."""

    def __init__(self, row: IntArray, column: IntArray, count: int) -> None:
        offset = row - column
        self.width = int(offset.max(initial=0))
        self.count = count
        if count * float(self.width) ** 2 > _MOST_FACTOR_FLOPS:
            raise SolverError("lp_structure", rows=count, bandwidth=self.width)
        self._slots = offset + column * (self.width + 1)

    def twin(self) -> BandCore:
        return copy.copy(self)

    def factor(self, values: FloatArray) -> None:
        if not self.count:
            return
        flat = np.zeros((self.width + 1) * self.count)
        flat[self._slots] = values
        band = flat.reshape((self.count, self.width + 1)).T
        self._band, info = dpbtrf(band, lower=1, overwrite_ab=1)
        if info != 0:
            raise SolverError("lp_numerics", row=int(info))

    def solve(self, rhs: FloatArray) -> FloatArray:
        if not self.count:
            return rhs
        answer: FloatArray = dpbtrs(self._band, rhs, lower=1)[0]
        return answer


class SparseCore:
    """SuperLU on both triangles, in the order given; pivots stay on the diagonal."""

    def __init__(self, row: IntArray, column: IntArray, count: int) -> None:
        self.count = count
        self.width = int((row - column).max(initial=0))
        below = np.flatnonzero(row != column)
        number = np.concatenate([np.arange(row.size), below]).astype(np.float64)
        place = np.concatenate([row, column[below]]), np.concatenate([column, row[below]])
        matrix = sp.csc_array((number + 1.0, place), shape=(count, count))
        matrix.sort_indices()
        self._source = (matrix.data - 1.0).astype(np.int64)
        self._matrix = matrix

    def twin(self) -> SparseCore:
        other = copy.copy(self)
        other._matrix = self._matrix.copy()
        return other

    def factor(self, values: FloatArray) -> None:
        self._matrix.data[:] = values[self._source]
        try:
            self._factor = splu(self._matrix, permc_spec="NATURAL", diag_pivot_thresh=0.0, options=_SUPERLU)
        except RuntimeError as error:  # exactly singular
            raise SolverError("lp_numerics", row=-1) from error

    def solve(self, rhs: FloatArray) -> FloatArray:
        answer: FloatArray = self._factor.solve(rhs)
        if not np.isfinite(answer).all():
            raise SolverError("lp_numerics", row=-1)
        return answer


def suits_band(width: int) -> bool:
    return width <= _WIDEST_BAND
