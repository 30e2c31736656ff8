"""All that depends on the pattern of a programme alone, found once for a whole family of programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from planning.lp.core import BandCore, SparseCore, least_degree_order, suits_band
from planning.lp.model import FloatArray, IntArray
from planning.lp.ordering import band_order, border, elimination, pattern


@dataclass(frozen=True, slots=True)
class Level:
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


@dataclass(frozen=True, slots=True)
class Analysis:
    """Order of the rows, border, and where every value of the normal equations comes from and goes."""

    indptr: IntArray
    indices: IntArray
    """The pattern analysed, to be compared with the next programme's."""
    stage: IntArray | None
    rows: IntArray
    """(chain row,) The matrix's rows in elimination order: levels, then the core."""
    border_rows: IntArray
    border_columns: IntArray
    thin: IntArray
    """Columns of the chain."""
    first: IntArray
    second: IntArray
    """(pair,) Positions of two entries of one column in the chain's data (CSC order)."""
    gather: Any
    """(value, column) CSR; `pair` holds, in its data's order, the pair that makes the entry."""
    pair: IntArray
    diagonal: IntArray
    """(chain row,) Where its diagonal is among the values."""
    levels: tuple[Level, ...]
    core: BandCore | SparseCore
    core_start: int
    core_values: IntArray
    """Values of the lower triangle that belong to the core."""

    def fits(self, matrix: Any, stage: IntArray | None) -> bool:
        same_stage = (stage is None) == (self.stage is None) and (
            stage is None or self.stage is None or np.array_equal(stage, self.stage)
        )
        return (
            same_stage
            and np.array_equal(matrix.indptr, self.indptr)
            and np.array_equal(matrix.indices, self.indices)
        )


def analyse(matrix: Any, stage: IntArray | None) -> Analysis:
    """Analyse a CSR matrix with sorted indices.

    Raises
    ------
    SolverError
        'lp_structure': the pattern is not a chain with a small border, so this method would be slow.
    """
    order, border_rows, border_columns = border(matrix, stage)
    inner = order[~np.isin(order, border_rows)]
    in_chain = np.ones(matrix.shape[1], dtype=np.bool_)
    in_chain[border_columns] = False
    thin = np.flatnonzero(in_chain)
    chain = sp.csr_array(matrix[inner][:, thin])
    shared = pattern(chain)
    levels, rest = elimination(shared)
    left = sp.csr_array(shared[rest][:, rest])
    banded, width = band_order(left)
    narrow = suits_band(width)
    position = np.concatenate([*levels, rest[banded if narrow else least_degree_order(left)]])

    count = chain.shape[0]
    by_column = sp.csc_array(chain[position])
    by_column.sort_indices()
    first, second, column = _pairs(by_column.indptr[:-1].astype(np.int64), np.diff(by_column.indptr))
    at = by_column.indices.astype(np.int64)
    key, index = np.unique(at[second] * count + at[first], return_inverse=True)
    # Every diagonal must exist, also of a row that only border columns enter.
    diagonal_key = np.arange(count, dtype=np.int64) * (count + 1)
    keys = np.union1d(key, diagonal_key)
    index = np.searchsorted(keys, key)[index]
    # Two pairs of a column never meet in one value, so the numbers survive the conversion.
    numbered = sp.csr_array((np.arange(1.0, index.size + 1), (index, column)), shape=(keys.size, thin.size))
    pair = numbered.data.astype(np.int64) - 1
    diagonal = np.searchsorted(keys, diagonal_key)
    row_of, column_of = keys // count, keys % count

    done: list[Level] = []
    start = 0
    for members in levels:
        stop = start + members.size
        mine = np.flatnonzero((column_of >= start) & (column_of < stop) & (row_of >= stop))
        done.append(_level(start, stop, mine, row_of, column_of, keys, count, diagonal))
        start = stop
    core_values = np.flatnonzero(column_of >= start)
    kind = BandCore if narrow else SparseCore
    core = kind(row_of[core_values] - start, column_of[core_values] - start, count - start)
    return Analysis(
        matrix.indptr, matrix.indices, stage, inner[position], border_rows, border_columns, thin, first, second,
        numbered, pair, diagonal, tuple(done), core, start, core_values,
    )  # fmt: skip


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


def _level(
    start: int,
    stop: int,
    mine: IntArray,
    row_of: IntArray,
    column_of: IntArray,
    keys: IntArray,
    count: int,
    diagonal: IntArray,
) -> Level:
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
    return Level(start, stop, diagonal[start:stop], mine, owner, couple, high, low, target, gather)


def product_pattern(left: Any, right: Any) -> tuple[IntArray, IntArray, Any]:
    """(row, column, gather): the entries of left @ diag(w) @ right' as gather @ w.

    left : (row, column) CSC; right : (dense row, column) CSC, few rows. gather : (entry, column) CSR.
    """
    counts_left, counts_right = np.diff(left.indptr), np.diff(right.indptr)
    columns = np.flatnonzero((counts_left > 0) & (counts_right > 0))
    pairs = counts_left[columns] * counts_right[columns]
    column = np.repeat(columns, pairs)
    within = np.arange(column.size) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    of_left = left.indptr[column] + within // counts_right[column]
    of_right = right.indptr[column] + within % counts_right[column]
    row, other = left.indices[of_left].astype(np.int64), right.indices[of_right].astype(np.int64)
    value: FloatArray = left.data[of_left] * right.data[of_right]
    key, index = np.unique(row * right.shape[0] + other, return_inverse=True)
    gather = sp.csr_array((value, (index, column)), shape=(key.size, left.shape[1]))
    return key // right.shape[0], key % right.shape[0], gather
