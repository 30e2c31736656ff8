"""Which rows and columns make the border, which rows are eliminated first, and the order of the band.

The chain's rows carry the stage (hour) they belong to. A column that reaches over a few stages, as water on
its way to the next station does, stays in the chain and widens its band; one that reaches over the horizon,
as a capacity does, goes to the border.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import reverse_cuthill_mckee

from gis_layers.errors import SolverError
from planning.lp.model import FloatArray, IntArray

_MOST_LEVELS = 12
_MOST_BORDER = 400
_REACHES = (1, 2, 3, 6, 12, 24, 48, 96, 168)
"""Stages a column of the chain may reach over, of which the cheapest is taken."""


def border(matrix: Any, stage: IntArray | None) -> tuple[IntArray, IntArray, IntArray]:
    """(order of the rows, border rows, border columns): what does not fit between near stages.

    Raises
    ------
    SolverError
        'lp_structure': too much does not fit.
    """
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
    border_columns = np.flatnonzero(span > _reach(span, border_rows.size, rows / stages))
    if border_columns.size + border_rows.size > _MOST_BORDER:
        raise SolverError("lp_structure", border=int(border_columns.size + border_rows.size))
    return np.argsort(stage, kind="stable"), border_rows, border_columns


def _reach(span: FloatArray, border_rows: int, rows_per_stage: float) -> int:
    """The longest span of a chain column, by the flops a row of the chain costs with it."""
    # About half the rows of a stage are limits, which are eliminated and leave the band alone.
    width = max(rows_per_stage / 2, 1.0)
    best, reach = np.inf, _REACHES[-1]
    for candidate in _REACHES:
        outer = int(np.count_nonzero(span > candidate)) + border_rows
        longest = float(span[span <= candidate].max(initial=1.0))
        flops = (longest * width) ** 2 + 4.0 * outer * (longest * width) + 2.0 * outer**2
        if outer <= _MOST_BORDER and flops < best:
            best, reach = flops, candidate
    return reach


def pattern(chain: Any) -> Any:
    """Which rows share a column: symmetric CSR of ones without diagonal."""
    ones = sp.csr_array((np.ones(chain.nnz), chain.indices, chain.indptr), shape=chain.shape)
    coo = sp.csr_array(ones @ ones.T).tocoo()
    keep = coo.row != coo.col
    kept = coo.row[keep], coo.col[keep]
    return sp.csr_array((np.ones(kept[0].size), kept), shape=coo.shape)


def elimination(pattern: Any) -> tuple[list[IntArray], IntArray]:
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


def band_order(pattern: Any) -> tuple[IntArray, int]:
    """The order of narrowest band among as given and reverse Cuthill-McKee, and its width.

    pattern : (row, row) without diagonal.
    """
    count = pattern.shape[0]
    if count == 0:
        return np.zeros(0, dtype=np.int64), 0
    coo = pattern.tocoo()
    best = np.arange(count)
    width = _width(best, coo)
    other = reverse_cuthill_mckee(sp.csr_matrix(pattern), symmetric_mode=True).astype(np.int64)
    if (found := _width(other, coo)) < width:
        best, width = other, found
    return best, width


def _width(order: IntArray, coo: Any) -> int:
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    return int(np.abs(place[coo.row] - place[coo.col]).max(initial=0))
