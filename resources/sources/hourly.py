"""An hourly source as its file has it: columns, clock, places; values loaded by pieces, in the file's units.

Also the arithmetic between the file's clock and our hours. UTC hours are numbered from 1970-01-01T00 ('hour
number'); our hour h of a year is the hour that begins at h, UTC+8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from resources.hours import GEOMETRY_YEAR, HOURS, MONTH_DAYS
from resources.sources.contract import Finding, Grid, Question
from resources.weather_solar import sun_year

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]
Numbers = NDArray[np.int64]
Stamp = Literal["beginning", "centre", "end", "instant"]

OUR_OFFSET_H = 8
TYPICAL_YEAR = 0
"""Stands for the year of a typical file; its stamps are put into `GEOMETRY_YEAR`."""
_EDGE_HOURS = 12
_FEBRUARY_29 = 24 * MONTH_DAYS[2].start


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the file that we use."""

    name: str
    role: str
    unit: str
    """As declared; '' where it is not."""
    stamp: Stamp
    height_m: float | None = None
    running: bool = False
    """Accumulates from 00 UTC through the day (ERA5-Land) instead of over each hour."""


class HourlyRaw(Protocol):
    """An open source. All arrays over places are in one fixed order."""

    @property
    def paths(self) -> tuple[Path, ...]: ...

    @property
    def typical(self) -> bool: ...

    @property
    def calendar(self) -> str: ...

    @property
    def utc_offset_h(self) -> float | None:
        """Of the stamps as the file says; None where it does not."""

    @property
    def lon_deg(self) -> Array: ...

    @property
    def lat_deg(self) -> Array: ...

    @property
    def elevation_m(self) -> Array:
        """NaN where unknown."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def grid(self) -> Grid | None: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found on opening."""

    @property
    def questions(self) -> tuple[Question, ...]: ...

    @property
    def sample_places(self) -> NDArray[np.int64]:
        """Places spread over all, to look at first."""

    def stamps(self, column: Column) -> Numbers:
        """(step,) increasing minutes from 1970-01-01T00 on the file's clock."""

    def load(self, column: Column, steps: slice, places: slice) -> Hourly:
        """(place, step) values in the file's unit, NaN where missing."""

    def sample(self, column: Column, steps: slice) -> Hourly:
        """(sample place, step) as `load`."""


def hour_numbers(stamps_min: Numbers, stamp: Stamp, utc_offset_h: float) -> Numbers:
    """(step,) UTC hour each value stands for; an instant belongs to the hour it lies in or begins."""
    utc = stamps_min - round(60 * utc_offset_h)
    return (utc - (60 if stamp == "end" else 0)) // 60


def year_hours(year: int) -> Numbers:
    """(8760,) UTC hour numbers of our hours of a year; 29 February is left out."""
    first = _hours_since_1970(year) - OUR_OFFSET_H
    hours = first + np.arange(_hours_since_1970(year + 1) - first - OUR_OFFSET_H)
    if len(hours) > HOURS:
        hours = np.delete(hours, slice(_FEBRUARY_29, _FEBRUARY_29 + 24))
    return np.asarray(hours)


def civil_year(year: int) -> int:
    """The calendar year whose stamps a year of ours has."""
    return year or GEOMETRY_YEAR


def years_within(numbers: Numbers) -> range:
    """Years (UTC+8) that any of the sorted hours lies in."""
    first, last = ((numbers[[0, -1]] + OUR_OFFSET_H).astype("datetime64[h]")).astype("datetime64[Y]")
    return range(int(first.astype(int)) + 1970, int(last.astype(int)) + 1971)


def hour_of_year(numbers: Numbers) -> Numbers:
    """(step,) our hour 0..8759 of UTC hour numbers; those of 29 February count as 28 February."""
    local = (numbers + OUR_OFFSET_H).astype("datetime64[h]")
    start = local.astype("datetime64[Y]")
    hour = (local - start.astype("datetime64[h]")).astype(np.int64)
    year = start.astype(np.int64) + 1970
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return np.asarray(np.where(leap & (hour >= _FEBRUARY_29), hour - 24, hour))


def locate(there: Numbers, wanted: Numbers) -> Numbers:
    """(wanted,) index into the sorted `there`, -1 where it is not."""
    if not len(there):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(there, wanted), len(there) - 1)
    return np.where(there[at] == wanted, at, -1)


def wrap_edges(there: Numbers, year: int) -> Numbers:
    """(8760,) hour numbers to read for a year: hours the file lacks at an end come from its other end.

    A year of UTC lacks 8 hours of ours at one end and has 8 too many at the other; at most 12 are exchanged.
    """
    hours = year_hours(civil_year(year))
    length = _hours_since_1970(civil_year(year) + 1) - _hours_since_1970(civil_year(year))
    absent = locate(there, hours) < 0
    for edge, shift in ((slice(0, _EDGE_HOURS), length), (slice(HOURS - _EDGE_HOURS, HOURS), -length)):
        other = hours[edge] + shift
        use = absent[edge] & (locate(there, other) >= 0)
        hours[edge] = np.where(use, other, hours[edge])
    return hours


def cosine(lat_deg: Array, lon_deg: Array, hour: Numbers, later_h: float = 0.0) -> Array:
    """(place, hour) cosine of the sun's zenith at the centres of our hours (0..8759), `later_h` after them."""
    sun = sun_year()
    declination = sun.declination_rad[hour][None, :]
    clock = hour % 24 + 0.5 + later_h + sun.equation_of_time_h[hour]
    angle = np.pi / 12 * (clock[None, :] + (lon_deg[:, None] - 120) / 15 - 12)
    lat = np.radians(lat_deg)[:, None]
    return np.asarray(np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(angle))


def take(
    load: Callable[[Column, slice, slice], Hourly], column: Column, index: Numbers, places: slice
) -> Hourly:
    """(place, index) values of a column at steps, NaN where the index is -1; near steps are read together."""
    count = places.stop - places.start
    out = np.full((count, len(index)), np.nan, dtype=np.float32)
    for steps in _runs(np.unique(index[index >= 0])):
        piece = load(column, steps, places)
        here = (index >= steps.start) & (index < steps.stop)
        out[:, here] = piece[:, index[here] - steps.start]
    return out


def _runs(steps: Numbers, apart: int = 200) -> Iterator[slice]:
    """Sorted steps as slices to read; a new one where the next step is far."""
    if not len(steps):
        return
    cuts = np.flatnonzero(np.diff(steps) > apart) + 1
    for part in np.split(steps, cuts):
        yield slice(int(part[0]), int(part[-1]) + 1)


def _hours_since_1970(year: int) -> int:
    return int(np.datetime64(f"{year:04d}-01-01T00", "h").astype(np.int64))
