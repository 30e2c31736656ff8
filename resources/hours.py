"""The year all hourly series share: 8,760 hours, UTC+8, no 29 February, labels at the hour's beginning."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HOURS: Final = 8760
DAYS: Final = 365
DAYS_OF_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
GEOMETRY_YEAR: Final = 2019
"""Year whose sun geometry is used; any common year differs by less than 0.25 degrees of declination."""

_ends = np.cumsum(DAYS_OF_MONTH)
MONTH_DAYS: Final = tuple(
    slice(int(end - days), int(end)) for end, days in zip(_ends, DAYS_OF_MONTH, strict=True)
)
"""Slice of the 365 days of each month."""
MONTH_HOURS: Final = tuple(slice(24 * days.start, 24 * days.stop) for days in MONTH_DAYS)
"""Slice of the 8,760 hours of each month."""
MONTH_OF_DAY: Final[NDArray[np.int64]] = np.repeat(np.arange(12), DAYS_OF_MONTH)


def month_means(hourly: NDArray[np.floating]) -> NDArray[np.float64]:
    """(place, hour) -> (place, 12) mean of each month, summed in float64."""
    return np.stack([hourly[:, hours].mean(axis=1, dtype=np.float64) for hours in MONTH_HOURS], axis=1)


def smooth_season(monthly: NDArray[np.float64]) -> NDArray[np.float64]:
    """(place, 12) monthly means -> (place, 365) a course without steps that has these monthly means.

    Linear between mid-month values, which are first chosen so that each month's mean comes out (a cyclic
    12 x 12 system, the same for every place).
    """
    return np.asarray(monthly @ np.linalg.inv(_MEANS_OF_NODES).T @ _DAY_WEIGHTS.T)


def _day_weights() -> NDArray[np.float64]:
    """(365, 12) weight of each mid-month value in each day."""
    middle = np.array([(days.start + days.stop) / 2 for days in MONTH_DAYS])
    day = np.arange(DAYS) + 0.5
    after = np.searchsorted(middle, day) % 12
    before = (after - 1) % 12
    span = (middle[after] - middle[before]) % DAYS
    share = ((day - middle[before]) % DAYS) / span
    weights = np.zeros((DAYS, 12))
    weights[np.arange(DAYS), before] = 1 - share
    weights[np.arange(DAYS), after] += share
    return weights


_DAY_WEIGHTS = _day_weights()
_MEANS_OF_NODES = np.stack([_DAY_WEIGHTS[days].mean(axis=0) for days in MONTH_DAYS])
