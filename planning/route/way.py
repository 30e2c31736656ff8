"""The cheapest way over the ground between two points, then straightened: no step of the grid is left in it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.route.ground import Ground
from planning.siting.least_cost import cheapest_ways

Array = NDArray[np.float64]

CHORD_STEPS: Final = 60
"""Steps of the way one straight piece may replace."""
SAMPLES_PER_CELL: Final = 2
"""Where the ground under a straight piece is read."""


def cheapest_way(ground: Ground, x_m: Array, y_m: Array) -> tuple[Array, Array] | None:
    """(x, y) of the corners of the cheapest way between two points; None where no way leads.

    Parameters
    ----------
    x_m, y_m : (2,)
        Ends on the Albers map.

    Notes
    -----
    Dijkstra over 16 neighbours (`planning.siting.least_cost`), then the cheapest chain of straight pieces between
    points of that way, a piece costing its length times the mean factor under it: on even ground the straight line
    itself, where the grid's own would be up to 2.75 % longer.
    """
    start, end = (int(cell) for cell in ground.cell_of(x_m, y_m))
    factor = np.asarray(ground.factor + ground.river)
    if start == end:
        return x_m, y_m
    ways = cheapest_ways(factor, ground.cell_m, np.array([end]))
    if not np.isfinite(ways.dear_m.ravel()[start]):
        return None
    x, y = ground.centres(ways.path(start))
    x[[0, -1]], y[[0, -1]] = x_m, y_m
    return _straightened(ground, factor, x, y)


def _straightened(ground: Ground, factor: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """The cheapest chain of straight pieces over some of the points, the first and the last among them."""
    count = len(x)
    least, before = np.full(count, np.inf), np.zeros(count, dtype=np.int64)
    least[0] = 0.0
    flat = factor.ravel()
    for here in range(1, count):
        origins = np.arange(max(0, here - CHORD_STEPS), here)
        length = np.hypot(x[here] - x[origins], y[here] - y[origins])
        samples = max(2, int(np.ceil(length.max() / ground.cell_m * SAMPLES_PER_CELL)))
        at = (np.arange(samples) + 0.5) / samples
        along_x = x[origins, None] + (x[here] - x[origins, None]) * at
        along_y = y[origins, None] + (y[here] - y[origins, None]) * at
        mean = flat[ground.cell_of(along_x, along_y)].mean(axis=1)
        cost = least[origins] + length * mean
        # The step of the grid itself is open, whatever two samples of it say.
        if not np.isfinite(cost[-1]):
            ends = flat[ground.cell_of(x[[here - 1, here]], y[[here - 1, here]])]
            cost[-1] = least[here - 1] + length[-1] * ends.mean()
        # Of pieces that cost the same the longest: no corner on a straight line.
        best = int(np.flatnonzero(cost <= cost.min() * (1.0 + 1e-9))[0])
        least[here], before[here] = cost[best], origins[best]
    kept = [count - 1]
    while kept[-1] > 0:
        kept.append(int(before[kept[-1]]))
    return x[kept[::-1]], y[kept[::-1]]
