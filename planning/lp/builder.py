"""Builds a sparse programme from whole blocks of columns and rows; no Python loop over hours."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike

from planning.lp.model import FloatArray, IntArray, LinearProgram


class ProgramBuilder:
    """Collects blocks; `program` assembles them once."""

    def __init__(self) -> None:
        self._columns: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]] = []
        self._rows: list[tuple[FloatArray, FloatArray, IntArray]] = []
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self.column_count = 0
        self.row_count = 0

    def columns(
        self,
        count: int,
        *,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        size: ArrayLike = 1.0,
    ) -> IntArray:
        """Add `count` columns and return their indices; scalars are spread. `size`: what is usual in them."""
        parts = _spread(cost, count), _spread(lower, count), _spread(upper, count), _spread(size, count)
        self._columns.append(parts)
        index = np.arange(self.column_count, self.column_count + count)
        self.column_count += count
        return index

    def rows(self, lower: ArrayLike, upper: ArrayLike, stage: ArrayLike, count: int) -> IntArray:
        """Add `count` rows and return their indices; stage -1 is a row over the whole horizon."""
        stages = np.broadcast_to(np.asarray(stage, dtype=np.int64), (count,))
        self._rows.append((_spread(lower, count), _spread(upper, count), stages))
        index = np.arange(self.row_count, self.row_count + count)
        self.row_count += count
        return index

    def put(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Add entries; the three broadcast against one another, and repeated places add up."""
        row, column, value = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64),
            np.asarray(columns, dtype=np.int64),
            np.asarray(values, np.float64),
        )
        self._entries.append((row.ravel(), column.ravel(), value.ravel()))

    def program(self) -> LinearProgram:
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        cost, lower, upper, size = (np.concatenate(part) for part in zip(*self._columns, strict=True))
        row_lower, row_upper = (np.concatenate([block[k] for block in self._rows]) for k in (0, 1))
        matrix = sp.csc_array((value, (row, column)), shape=(self.row_count, self.column_count))
        matrix.eliminate_zeros()
        stage = np.concatenate([block[2] for block in self._rows])
        sizes = None if (size == 1.0).all() else size
        return LinearProgram(cost, matrix, row_lower, row_upper, lower, upper, stage, sizes)


def _spread(value: ArrayLike, count: int) -> FloatArray:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (count,))
