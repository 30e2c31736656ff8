"""How wind grows with height, from measurements at two heights: by month and hour of day, as farms feel it.

For masts and for reanalysis at two heights; the result goes into `wind_capacity_factor(shear_exponent=...)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.hours import HOURS, MONTH_HOURS

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

LIMITS: Final = (-0.1, 0.6)
"""Exponents beyond are held here: such profiles do not go on to the hub."""
SLOWEST_MS: Final = 3.0
"""Hours with less at the lower height say nothing of the profile and are left out."""
_FEWEST_HOURS: Final = 10


@dataclass(frozen=True, slots=True)
class Shear:
    """Power-law exponents of places."""

    exponent: Array
    """(place,) of the mean speeds of all hours used. [-]"""
    by_month_and_hour: Array
    """(place, 12, 24) the same for each month and hour of day; where fewer than ten hours are there, that of the
    hour of day, and failing that the place's. [-]"""
    hours_used: NDArray[np.int64]
    """(place,)"""

    def __post_init__(self) -> None:
        for values in (self.exponent, self.by_month_and_hour, self.hours_used):
            values.setflags(write=False)


def shear_of_two_heights(low_ms: Array, low_m: float, high_ms: Array, high_m: float) -> Shear:
    """Exponents from a year of speeds at two heights.

    Parameters
    ----------
    low_ms, high_ms : (place, hour)
        8,760 hours, UTC+8; NaN where missing. [m/s]

    Raises
    ------
    InputError
        Heights closer than a factor of 1.2, other shapes, or a place with fewer than 100 usable hours.

    Notes
    -----
    ``ln(mean high / mean low) / ln(high_m / low_m)`` (power law, IEC 61400-1 normal wind profile) of ratios of mean
    speeds, not means of hourly exponents, so that calm hours do not rule.
    """
    low, high = np.atleast_2d(np.asarray(low_ms, float)), np.atleast_2d(np.asarray(high_ms, float))
    problems = []
    if not 0 < 1.2 * low_m <= high_m:
        found = f"{low_m:g} and {high_m:g} m"
        problems.append(Problem("argument", "heights", found, "the higher at least 1.2 times the lower"))
    if low.shape != high.shape or low.shape[1] != HOURS:
        problems.append(Problem("argument", "speeds", f"{low.shape} and {high.shape}", f"(place, {HOURS})"))
    if problems:
        raise InputError(problems)
    with np.errstate(invalid="ignore"):
        used = np.isfinite(low) & np.isfinite(high) & (low >= SLOWEST_MS) & (high > 0)
    count = used.sum(axis=1)
    few = np.flatnonzero(count < 100)
    if len(few):
        raise InputError(
            [Problem(f"place {i + 1}", "hours above 3 m/s", str(count[i]), "at least 100") for i in few[:20]]
        )
    low, high = np.where(used, low, 0.0), np.where(used, high, 0.0)
    span = np.log(high_m / low_m)

    def exponent(over: Array, under: Array, fallback: Array, hours: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.clip(np.log(over / under) / span, *LIMITS)
        return np.asarray(np.where(hours >= _FEWEST_HOURS, found, fallback))

    whole = np.clip(np.log(high.sum(axis=1) / low.sum(axis=1)) / span, *LIMITS)
    over, under, hours = (_by_month_and_hour(values) for values in (high, low, used.astype(np.float64)))
    of_place = np.broadcast_to(whole[:, None], (len(low), 24))
    daily = exponent(over.sum(axis=1), under.sum(axis=1), of_place, hours.sum(axis=1))
    table = exponent(over, under, np.broadcast_to(daily[:, None, :], over.shape), hours)
    return Shear(whole, table, count.astype(np.int64))


def _by_month_and_hour(values: Array) -> Array:
    """(place, hour) -> (place, 12, 24) sums."""
    return np.stack([values[:, m].reshape(len(values), -1, 24).sum(axis=1) for m in MONTH_HOURS], axis=1)


def hourly_factor(exponent: Array, height_ratio: float) -> Hourly:
    """(place, hour) speed at the hub over that below it, from exponents (place, 12, 24). [-]"""
    out = np.empty((len(exponent), HOURS), dtype=np.float32)
    factor = (height_ratio**exponent).astype(np.float32)
    for month, hours in enumerate(MONTH_HOURS):
        days = (hours.stop - hours.start) // 24
        out[:, hours] = np.tile(factor[:, month], (1, days))
    return out
