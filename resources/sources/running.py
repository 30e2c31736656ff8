"""Totals that run through the day (ERA5-Land) told from totals of each hour, and turned into them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

_FALLING_SHARE = 0.01
"""Packing lets a running total fall by its noise now and then."""


def is_running(values: NDArray[np.floating], numbers: Numbers) -> bool:
    """Whether values (place, step) of UTC hours only grow from each 00 UTC to the next.

    An hour's irradiation falls every afternoon; a total that runs from 00 UTC never does.
    """
    follows = (np.diff(numbers) == 1) & (numbers[1:] % 24 != 0)
    if not follows.any():
        return False
    change = np.diff(values, axis=1)[:, follows]
    change = change[np.isfinite(change)]
    noise = 1e-3 * float(np.nanmax(values, initial=0.0))
    moving = np.abs(change) > noise
    if moving.sum() < 24:
        return False
    return float((change < -noise).sum()) <= _FALLING_SHARE * float(moving.sum())


def to_hours(values: Array, numbers: Numbers) -> Array:
    """(place, step) what each hour adds; NaN where the step before is not there."""
    before = np.full_like(values, np.nan)
    follows = np.diff(numbers) == 1
    before[:, 1:][:, follows] = values[:, :-1][:, follows]
    before[:, numbers % 24 == 0] = 0.0
    return np.asarray(values - before)


def sound_hours(numbers: Numbers) -> Numbers:
    """The hours that can be taken apart: the first of a day, and those whose hour before is there."""
    follows = np.concatenate(([False], np.diff(numbers) == 1))
    return np.asarray(numbers[(numbers % 24 == 0) | follows])
