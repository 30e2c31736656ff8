"""Class limits from values: quantiles and natural breaks; no Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE = 200_000
"""Quantiles are taken of about this many values at most."""
NATURAL_SAMPLE = 512
"""Natural breaks are exact for as many distinct values, else of as many order statistics."""


def quantile_breaks(values: NDArray[Any], classes: int) -> tuple[float, ...]:
    """Inner limits of classes with equally many values; fewer where values repeat.

    Parameters
    ----------
    values
        Finite, any shape.
    """
    if values.size == 0 or classes < 2:
        return ()
    cuts = np.quantile(values, np.linspace(0, 1, classes + 1)[1:-1])
    # Equal quantiles (many zeros) make one class, not several of no width.
    return tuple(np.unique(cuts).tolist())


def natural_breaks(values: NDArray[Any], classes: int) -> tuple[float, ...]:
    """Inner limits with the least sum of squared differences inside classes, each the least value of the
    class above; fewer where there are fewer distinct values.

    Parameters
    ----------
    values
        Finite, any shape.

    Fisher, W. D. (1958), On grouping for maximum homogeneity, J. Am. Stat. Assoc. 53, 789-798: exact by
    dynamic programming. Jenks made it known to cartographers.
    """
    known = np.sort(np.asarray(values, dtype=np.float64).ravel())
    if len(known) > NATURAL_SAMPLE and len(np.unique(known)) > NATURAL_SAMPLE:
        known = known[np.linspace(0, len(known) - 1, NATURAL_SAMPLE).round().astype(np.intp)]
    distinct, weight = np.unique(known, return_counts=True)
    count = min(classes, len(distinct))
    if count < 2:
        return ()
    centred = distinct - distinct.mean()
    n, s, q = (
        np.concatenate([[0.0], np.cumsum(term)])
        for term in (weight.astype(float), weight * centred, weight * centred**2)
    )
    # spread[i, j]: squared differences within distinct[i:j] taken as one class; below the diagonal none is.
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = (q[None] - q[:, None]) - (s[None] - s[:, None]) ** 2 / (n[None] - n[:, None])
    spread[np.tril_indices(len(n))] = np.inf
    best, came_from = spread[0], []
    for _ in range(count - 1):
        total = best[:, None] + spread
        came_from.append(np.argmin(total, axis=0))
        best = np.min(total, axis=0)
    end, cuts = len(distinct), list[float]()
    for starts in reversed(came_from):
        end = int(starts[end])
        cuts.append(float(distinct[end]))
    return tuple(reversed(cuts))
