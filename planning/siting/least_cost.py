"""Cheapest ways over a grid of ground that is dearer here and there: many sources, one sweep.

Dijkstra's shortest paths (Dijkstra 1959, scipy.sparse.csgraph) between cells and their 16 neighbours: 8 around and
8 a knight's move away. On even ground such a way is at most 2.75 % longer than the straight line (1/cos(13.28 deg),
half the angle between a row and a knight's move); with 8 neighbours it would be 8.2 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOST_DETOUR: Final = 1.0 / np.cos(np.arctan(0.5) / 2.0)
"""Of a way over even ground, over the straight line."""
_MOVES: Final = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (1, -2), (2, 1), (2, -1))
"""(row, col) half of the 16; the other half are their inverses."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Cheapest way from every cell to its cheapest source."""

    shape: tuple[int, int]
    dear_m: Array
    """(row, col) length, every metre counted as often as its ground is dear; inf where no way leads."""
    source: Index
    """(row, col) number of the source it ends at; -1 where no way leads."""
    towards: Index
    """(row, col) flat index of the next cell; -1 at sources and where no way leads."""

    def path(self, cell: int) -> Index:
        """(step,) flat indices from a cell to its source, both included."""
        steps = [cell]
        flat = self.towards.ravel()
        while flat[steps[-1]] >= 0:
            steps.append(int(flat[steps[-1]]))
        return np.array(steps, dtype=np.int64)


def cheapest_ways(factor: Array, cell_m: float, sources: Index) -> Ways:
    """Ways from every cell to the nearest source by cost.

    Parameters
    ----------
    factor : (row, col)
        What a metre costs over flat ground, above 0; inf where no way may pass.
    cell_m
        Side of a cell.
    sources : (source,)
        Flat indices of cells that may be passed.

    Raises
    ------
    InputError
        Factors that are none, no source, or a source where nothing passes.

    Notes
    -----
    A move costs its length times the mean factor of the cells it crosses, by the length in each. Two forbidden cells
    that touch by a corner let nothing through between them; a knight's move passes no forbidden cell.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    _check(factor, cell_m, sources)
    rows, cols = factor.shape
    number = np.arange(rows * cols, dtype=np.int32).reshape(rows, cols)
    begins, ends, costs = [], [], []
    for down, right in _MOVES:
        a, b = _pair(number, down, right)
        mean = _mean_factor(factor, down, right)
        free = np.isfinite(mean)
        begins.append(a[free])
        ends.append(b[free])
        costs.append(mean[free] * (np.hypot(down, right) * cell_m))
    begin, end = np.concatenate(begins), np.concatenate(ends)
    cost = np.concatenate(costs)
    graph = coo_array(
        (np.concatenate([cost, cost]), (np.concatenate([begin, end]), np.concatenate([end, begin]))),
        shape=(rows * cols, rows * cols),
    ).tocsr()
    unique, first = np.unique(sources, return_index=True)
    dear, towards, nearest = dijkstra(
        graph, directed=True, indices=unique, return_predecessors=True, min_only=True
    )
    order = np.full(rows * cols, -1, dtype=np.int64)
    order[unique] = first
    reached = nearest >= 0
    source = np.where(reached, order[np.where(reached, nearest, 0)], -1)
    towards = np.where(towards < 0, -1, towards).astype(np.int64)
    return Ways(
        (rows, cols), dear.reshape(factor.shape), source.reshape(factor.shape), towards.reshape(factor.shape)
    )


def _pair(values: NDArray[np.generic], down: int, right: int) -> tuple[NDArray, NDArray]:  # type: ignore[type-arg]
    """(row, col) beginnings and ends of a move, where both lie on the grid."""
    rows, cols = values.shape
    low, high = max(0, -right), cols - max(0, right)
    return values[: rows - down, low:high], values[down:, low + right : high + right]


def _mean_factor(factor: Array, down: int, right: int) -> Array:
    """Mean factor of the cells a move crosses, by the length in each; inf where it may not go."""
    a, b = _pair(factor, down, right)
    if down + abs(right) == 1:
        return np.asarray((a + b) / 2.0)
    side = 1 if right > 0 else -1
    if down == 1 and abs(right) == 1:
        low, high = max(0, -right), factor.shape[1] - max(0, right)
        beside = factor[:-1, low + right : high + right]
        below = factor[1:, low:high]
        return np.asarray(np.where(np.isinf(beside) & np.isinf(below), np.inf, (a + b) / 2.0))
    # A knight's move spends a quarter of its length in each end and in each of the two cells between.
    rows, cols = factor.shape
    low, high = max(0, -right), cols - max(0, right)
    if down == 1:
        first = factor[: rows - 1, low + side : high + side]
        second = factor[1:, low + side : high + side]
    else:
        first = factor[1 : rows - 1, low:high]
        second = factor[1 : rows - 1, low + side : high + side]
    return np.asarray((a + b + first + second) / 4.0)


def _check(factor: Array, cell_m: float, sources: Index) -> None:
    problems = []
    if factor.ndim != 2 or not factor.size or not (factor > 0).all():
        problems.append(
            Problem("cost surface", "factor", f"{factor.shape}", "(row, col) above 0, inf allowed")
        )
    if not cell_m > 0:
        problems.append(Problem("cost surface", "cell_m", f"{cell_m:g}", "a size above 0"))
    if not problems:
        inside = (sources >= 0) & (sources < factor.size)
        if not sources.size or not inside.all():
            problems.append(
                Problem("cost surface", "sources", f"{sources.tolist()}"[:60], "cells of the grid")
            )
        elif not np.isfinite(factor.ravel()[sources]).all():
            problems.append(
                Problem("cost surface", "sources", "a forbidden cell", "cells that may be passed")
            )
    if problems:
        raise InputError(problems)
