"""Time axes of NetCDF files to minutes, without a library for foreign calendars."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from resources.hours import DAYS_OF_MONTH

Numbers = NDArray[np.int64]

STANDARD = ("standard", "gregorian", "proleptic_gregorian")
NO_LEAP = ("noleap", "365_day")
_MINUTES = {"second": 1 / 60, "minute": 1.0, "hour": 60.0, "day": 1440.0}
_SHORT = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day"}
_UNITS = re.compile(
    r"^\s*([A-Za-z]+)\s+since\s+(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::([\d.]+))?)?"
)


def decode_minutes(values: NDArray[np.floating] | Numbers, units: str, calendar: str) -> Numbers:
    """(step,) minutes from 1970-01-01T00 of the stamps of a CF time axis.

    Raises
    ------
    ValueError
        Units or calendar that have no hours of ours; the text says which.
    """
    found = _UNITS.match(units)
    if found is None:
        raise ValueError(f"units '{units[:40]}'")
    word = found[1].lower()
    step = _MINUTES.get(_SHORT.get(word, word.rstrip("s")))
    if step is None:
        raise ValueError(f"units '{units[:40]}'")
    year, month, day = (int(found[at]) for at in (2, 3, 4))
    clock = 60 * int(found[5] or 0) + int(found[6] or 0) + float(found[7] or 0) / 60
    since = np.round(np.asarray(values, dtype=np.float64) * step + clock).astype(np.int64)
    name = calendar.lower() or "standard"
    if name in STANDARD:
        start = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "m").astype(np.int64)
        return np.asarray(start + since)
    if name in NO_LEAP:
        return _no_leap(year, month, day, since)
    raise ValueError(f"calendar '{calendar}'")


def _no_leap(year: int, month: int, day: int, since: Numbers) -> Numbers:
    """Years of 365 days to the stamps they are called by."""
    first = sum(DAYS_OF_MONTH[: month - 1]) + day - 1
    days, minutes = np.divmod(since + first * 1440, 1440)
    years, day_of_year = np.divmod(days, 365)
    ends = np.cumsum(DAYS_OF_MONTH)
    months = np.searchsorted(ends, day_of_year, side="right")
    in_month = day_of_year - np.where(months > 0, ends[np.maximum(months - 1, 0)], 0)
    start = (
        ((year - 1970 + years) * 12 + months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    )
    return np.asarray((start + in_month) * 1440 + minutes)
