"""Factor and solve the linear system of an interior-point step in time linear in the hours.

The system, for a diagonal D > 0 and a small shift r > 0:  A' dy - D dx = f,  A dx + r dy = g.
Columns that span many stages (capacities) and rows that sum over them (annual limits) form a border of
a few dozen unknowns. The rest, A D^-1 A' over the chain of hours, is factored in two steps:
1. rows whose neighbours are all neighbours of one another (w_t <= cf_t W and the like) are eliminated
   level by level, vectorised over all hours; such rows cause no fill-in, so all indices are known;
2. what remains (two or three rows an hour) is banded and goes to LAPACK's banded Cholesky.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from scipy.linalg.lapack import dpbtrf, dpbtrs
from scipy.sparse.csgraph import reverse_cuthill_mckee

from gis_layers.errors import SolverError
from planning.lp.model import FloatArray, IntArray

LEAST_SHIFT = 1e-9
_ROUNDING = 1e-15
_MOST_LEVELS = 12
_MOST_BORDER = 400
_MOST_FACTOR_FLOPS = 2e10


@dataclass(frozen=True, slots=True)
class _Level:
    """Rows eliminated together: indices into the value vector of the lower triangle."""

    start: int
    stop: int
    diagonal: IntArray
    """(row of the level,) Where its diagonal value is."""
    off: IntArray
    """(entry,) Values coupling a later row to a row of the level, in the order of `couple`."""
    owner: IntArray
    """(entry,) The row of the level, counted from `start`."""
    couple: Any
    """(later row, row of the level) CSR; its data are filled per factorisation."""
    first: IntArray
    second: IntArray
    """(product,) Positions in `off` of the two factors of an update."""
    target: IntArray
    """(updated value,)"""
    gather: Any
    """(updated value, product) CSR of ones."""


class NormalEquations:
    """The factorised system; the pattern is analysed once, `factor` is called per iteration.

    Raises
    ------
    SolverError
        'lp_structure': the pattern is not a chain with a small border, so this method would be slow.
    """

    def __init__(self, matrix: Any, stage: IntArray | None) -> None:
        self._matrix = sp.csr_array(matrix)
        rows, _ = self._matrix.shape
        order, border_rows, border_columns = _border(self._matrix, stage)
        inner = np.setdiff1d(order, border_rows, assume_unique=True)
        inner_rows = order[np.isin(order, inner)]
        self._border_rows = border_rows
        self._border_columns = border_columns
        column_mask = np.ones(self._matrix.shape[1], dtype=np.bool_)
        column_mask[border_columns] = False
        self._thin = np.flatnonzero(column_mask)
        chain = self._matrix[inner_rows][:, self._thin]
        self._analyse(chain, inner_rows)
        ordered = self._matrix[self._rows]
        self._chain = sp.csr_array(ordered[:, self._thin])
        self._dense_columns = ordered[:, border_columns].toarray()
        dense_rows = self._matrix[border_rows]
        self._corner = dense_rows[:, border_columns].toarray()
        thin_rows = dense_rows[:, self._thin]
        self._row_support = np.unique(thin_rows.indices)
        self._dense_rows = thin_rows[:, self._row_support].toarray().T
        self._chain_support = sp.csr_array(self._chain[:, self._row_support])
        self._total_rows = rows

    @property
    def bandwidth(self) -> int:
        return int(self._band_width)

    @property
    def border(self) -> int:
        return int(self._border_rows.size + self._border_columns.size)

    @property
    def band_rows(self) -> int:
        return int(self._band_rows)

    def _analyse(self, chain: Any, inner_rows: IntArray) -> None:
        """Elimination order, the index arrays of each level, and the map from columns to values."""
        count = chain.shape[0]
        pattern = _pattern(chain)
        levels, rest = _elimination(pattern)
        band_order = rest[_band_order(pattern[rest][:, rest])]
        position = np.concatenate([*levels, band_order])
        self._rows = inner_rows[position]
        place = np.empty(count, dtype=np.int64)
        place[position] = np.arange(count)

        chain = sp.csc_array(sp.csr_array(chain)[position])
        low, high, column, product = _column_pairs(chain)
        key, index = np.unique(high * count + low, return_inverse=True)
        # Every diagonal must exist, also of a row that only border columns enter.
        diagonal_key = np.arange(count, dtype=np.int64) * (count + 1)
        keys = np.union1d(key, diagonal_key)
        index = np.searchsorted(keys, key)[index]
        self._values_of = sp.csr_array((product, (index, column)), shape=(keys.size, chain.shape[1]))
        self._diagonal = np.searchsorted(keys, diagonal_key)
        row_of, column_of = keys // count, keys % count

        self._levels: list[_Level] = []
        start = 0
        for members in levels:
            stop = start + members.size
            mine = np.flatnonzero((column_of >= start) & (column_of < stop) & (row_of >= stop))
            self._levels.append(_level(start, stop, mine, row_of, column_of, keys, count, self._diagonal))
            start = stop
        self._band_start = start
        self._band_rows = count - start
        self._band_values = np.flatnonzero(column_of >= start)
        offset = row_of[self._band_values] - column_of[self._band_values]
        self._band_width = int(offset.max(initial=0))
        if self._band_rows * float(self._band_width) ** 2 > _MOST_FACTOR_FLOPS:
            raise SolverError("lp_structure", rows=self._band_rows, bandwidth=self._band_width)
        self._band_slots = offset + (column_of[self._band_values] - start) * (self._band_width + 1)

    def factor(self, weight: FloatArray, shift: float) -> None:
        """Factor for D = 1 / weight and the shift r; raises SolverError 'lp_numerics' on breakdown.

        weight : (column,), > 0
        """
        self._weight = weight
        self._shift = shift
        thin_weight = weight[self._thin]
        values = self._values_of @ thin_weight
        # Beside the shift a relative one, of the size of the rounding that weights of 1e11 bring.
        values[self._diagonal] += shift + _ROUNDING * (shift / LEAST_SHIFT) * values[self._diagonal]
        self._pivots: list[FloatArray] = []
        for level in self._levels:
            pivot = values[level.diagonal]
            if not pivot.min() > 0:
                raise SolverError("lp_numerics", row=level.start + int(np.argmin(pivot)))
            off = values[level.off]
            scaled = off / pivot[level.owner]
            level.couple.data[:] = scaled
            values[level.target] -= level.gather @ (off[level.first] * scaled[level.second])
            self._pivots.append(pivot)
        band = np.zeros((self._band_width + 1) * self._band_rows)
        band[self._band_slots] = values[self._band_values]
        band = band.reshape((self._band_rows, self._band_width + 1)).T
        if self._band_rows:
            self._band, info = dpbtrf(band, lower=1, overwrite_ab=1)
            if info != 0:
                raise SolverError("lp_numerics", row=int(info))
        self._factor_border(thin_weight)

    def _factor_border(self, thin_weight: FloatArray) -> None:
        if not self.border:
            return
        weighted = self._dense_rows * thin_weight[self._row_support, None]
        self._coupling = np.hstack([self._chain_support @ weighted, self._dense_columns])
        rows = self._border_rows.size
        corner = np.zeros((self.border, self.border))
        corner[:rows, :rows] = self._dense_rows.T @ weighted + self._shift * np.eye(rows)
        corner[:rows, rows:] = self._corner
        corner[rows:, :rows] = self._corner.T
        corner[rows:, rows:] = -np.diag(1.0 / self._weight[self._border_columns])
        self._coupling_solved = self._solve_chain(self._coupling.copy(order="F"))
        schur = corner - self._coupling.T @ self._coupling_solved
        size = np.sqrt(np.maximum(np.abs(np.diag(schur)), 1e-300))
        self._schur_scale = 1.0 / size
        self._schur = scipy.linalg.lu_factor(
            schur * self._schur_scale[:, None] * self._schur_scale, check_finite=False
        )

    def _solve_chain(self, rhs: FloatArray) -> FloatArray:
        """K^-1 rhs over the chain's rows, in elimination order; `rhs` is overwritten."""
        for level, pivot in zip(self._levels, self._pivots, strict=True):
            own = rhs[level.start : level.stop]
            rhs[level.stop :] -= level.couple @ own
            own /= pivot if rhs.ndim == 1 else pivot[:, None]
        if self._band_rows:
            tail, _ = dpbtrs(self._band, rhs[self._band_start :], lower=1)
            rhs[self._band_start :] = tail
        for level in reversed(self._levels):
            rhs[level.start : level.stop] -= level.couple.T @ rhs[level.stop :]
        return rhs

    def solve(self, f: FloatArray, g: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(dx, dy) of A' dy - D dx = f, A dx + r dy = g, without refinement.

        f, dx : (column,);  g, dy : (row,)
        """
        dy = np.empty(self._total_rows)
        dx = np.empty(f.size)
        thin_weight = self._weight[self._thin]
        moved = thin_weight * f[self._thin]
        inner = self._solve_chain(g[self._rows] + self._chain @ moved)
        if self.border:
            rows = self._border_rows.size
            right = np.concatenate(
                [
                    g[self._border_rows] + moved[self._row_support] @ self._dense_rows,
                    f[self._border_columns],
                ]
            )
            right -= self._coupling.T @ inner
            outer = self._schur_scale * scipy.linalg.lu_solve(
                self._schur, self._schur_scale * right, check_finite=False
            )
            inner -= self._coupling_solved @ outer
            dy[self._border_rows] = outer[:rows]
            dx[self._border_columns] = outer[rows:]
        dy[self._rows] = inner
        reduced = self._chain.T @ inner
        if self._border_rows.size:
            reduced[self._row_support] += self._dense_rows @ dy[self._border_rows]
        dx[self._thin] = thin_weight * reduced - moved
        return dx, dy


def _border(matrix: Any, stage: IntArray | None) -> tuple[IntArray, IntArray, IntArray]:
    """(order of the rows, border rows, border columns): what does not fit between neighbouring stages."""
    rows, columns = matrix.shape
    by_column = sp.csc_array(matrix)
    row_entries = np.diff(matrix.indptr)
    column_entries = np.diff(by_column.indptr)
    if stage is None:
        many = 10 * max(10.0, float(np.mean(column_entries)))
        border_columns = np.flatnonzero(column_entries > many)
        many = 10 * max(10.0, float(np.mean(row_entries)))
        border_rows = np.flatnonzero(row_entries > many)
        return np.arange(rows), border_rows, border_columns
    # A row that gathers from far more columns than a stage has is a sum over the horizon.
    stages = max(int(np.unique(stage).size), 1)
    border_rows = np.flatnonzero((stage < 0) | (row_entries > max(50, 4 * columns // stages)))
    entry_stage = stage[by_column.indices].astype(np.float64)
    outside = np.isin(by_column.indices, border_rows)
    first = np.where(outside, np.inf, entry_stage)
    last = np.where(outside, -np.inf, entry_stage)
    filled = np.flatnonzero(column_entries > 0)
    starts = by_column.indptr[filled]
    span = np.zeros(columns)
    span[filled] = np.maximum.reduceat(last, starts) - np.minimum.reduceat(first, starts)
    border_columns = np.flatnonzero(span > 1)
    if border_columns.size + border_rows.size > _MOST_BORDER:
        raise SolverError("lp_structure", border=int(border_columns.size + border_rows.size))
    return np.argsort(stage, kind="stable"), border_rows, border_columns


def _pattern(chain: Any) -> Any:
    """Which rows share a column: symmetric CSR of ones without diagonal."""
    ones = sp.csr_array((np.ones(chain.nnz), chain.indices, chain.indptr), shape=chain.shape)
    pattern = sp.csr_array(ones @ ones.T)
    pattern.data[:] = 1.0
    return _without_diagonal(pattern)


def _without_diagonal(pattern: Any) -> Any:
    coo = pattern.tocoo()
    keep = coo.row != coo.col
    return sp.csr_array((coo.data[keep], (coo.row[keep], coo.col[keep])), shape=pattern.shape)


def _elimination(pattern: Any) -> tuple[list[IntArray], IntArray]:
    """Independent sets of simplicial rows, level by level, and the rows that remain.

    A row is simplicial where its neighbours are pairwise neighbours; eliminating it fills nothing in.
    Rose, Tarjan, Lueker, Algorithmic aspects of vertex elimination on graphs, SIAM J. Comput. 5 (1976).
    """
    rest = np.arange(pattern.shape[0])
    levels: list[IntArray] = []
    graph = pattern
    while rest.size and len(levels) < _MOST_LEVELS:
        degree = np.diff(graph.indptr)
        common = (graph @ graph).multiply(graph)
        triangles = np.asarray(common.sum(axis=1)).ravel()
        simplicial = triangles == degree * (degree - 1)
        # Of neighbours that are both simplicial the one of least (degree, index) goes.
        rank = np.where(simplicial, degree.astype(np.float64) * rest.size + np.arange(rest.size), np.inf)
        best = np.full(rest.size, np.inf)
        filled = np.flatnonzero(degree > 0)
        best[filled] = np.minimum.reduceat(rank[graph.indices], graph.indptr[filled])
        chosen = simplicial & (rank < best)
        if np.count_nonzero(chosen) < max(1, rest.size // 20):
            break
        levels.append(rest[chosen])
        rest = rest[~chosen]
        keep = np.flatnonzero(~chosen)
        graph = sp.csr_array(graph[keep][:, keep])
    return levels, rest


def _band_order(pattern: Any) -> IntArray:
    """The given order or reverse Cuthill-McKee, whichever has the narrower band."""
    if pattern.shape[0] == 0:
        return np.zeros(0, dtype=np.int64)
    coo = pattern.tocoo()
    given = int(np.abs(coo.row - coo.col).max(initial=0))
    order = reverse_cuthill_mckee(sp.csr_matrix(pattern), symmetric_mode=True).astype(np.int64)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    other = int(np.abs(place[coo.row] - place[coo.col]).max(initial=0))
    return order if other < given else np.arange(order.size)


def _pairs(starts: IntArray, counts: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """All pairs p <= q of positions within each group: (p, q, group)."""
    firsts, seconds, groups = [], [], []
    for count in np.unique(counts[counts > 0]):
        group = np.flatnonzero(counts == count)
        a, b = np.triu_indices(int(count))
        firsts.append((starts[group][:, None] + a).ravel())
        seconds.append((starts[group][:, None] + b).ravel())
        groups.append(np.repeat(group, a.size))
    if not firsts:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(groups)


def _column_pairs(chain: Any) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """(low row, high row, column, product) of every pair of entries of a column, itself included."""
    chain.sort_indices()
    first, second, column = _pairs(chain.indptr[:-1].astype(np.int64), np.diff(chain.indptr))
    rows = chain.indices.astype(np.int64)
    return rows[first], rows[second], column, chain.data[first] * chain.data[second]


def _level(
    start: int,
    stop: int,
    mine: IntArray,
    row_of: IntArray,
    column_of: IntArray,
    keys: IntArray,
    count: int,
    diagonal: IntArray,
) -> _Level:
    later, owner = row_of[mine], column_of[mine] - start
    # Entries in CSR order of (later row, owner): `keys` is sorted by row, then column.
    couple = sp.csr_array(
        (np.ones(mine.size), (later - stop, owner)), shape=(count - stop, stop - start), dtype=np.float64
    )
    by_owner = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=stop - start)
    starts = np.cumsum(counts) - counts
    low, high, _ = _pairs(starts, counts)
    low, high = by_owner[low], by_owner[high]
    wanted = later[high] * count + later[low]
    place = np.searchsorted(keys, wanted)
    target, group = np.unique(place, return_inverse=True)
    gather = sp.csr_array(
        (np.ones(group.size), (group, np.arange(group.size))), shape=(target.size, group.size)
    )
    return _Level(start, stop, diagonal[start:stop], mine, owner, couple, high, low, target, gather)
