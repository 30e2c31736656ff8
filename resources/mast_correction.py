"""A mast record and a reanalysis of the library brought together for the long-term correction of the mast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import distance_km
from gis_layers.errors import InputError, Problem
from resources.hours import HOURS
from resources.library import Entry
from resources.measure_correlate import LongTerm, Series, compare_methods
from resources.sources.house import WeatherFile, open_weather

FARTHEST_KM = 60.0
"""Of the reference's nearest cell from the mast."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The mast over the long term, by each method."""

    mast: str
    reference: str
    apart_km: float
    methods: tuple[LongTerm, ...]


def correct_mast(mast: Entry, reference: Entry) -> Corrected:
    """Long-term wind at a mast, at the 100 m its import lifted it to.

    Raises
    ------
    InputError
        Entries that are no hourly wind, typical years, a reference too far away, or as `long_term`.
    """
    problems = []
    for entry in (mast, reference):
        if entry.manifest.kind not in ("hourly-place", "hourly-grid"):
            problems.append(Problem("library", entry.manifest.id, entry.manifest.kind, "hourly weather"))
    if problems:
        raise InputError(problems)
    short, long = open_weather(mast.data), open_weather(reference.data)
    for entry, file in ((mast, short), (reference, long)):
        if 0 in file.years:
            problems.append(Problem("library", entry.manifest.id, "a typical year", "calendar years"))
        if "wind_speed_ms" not in file.fields:
            problems.append(Problem("library", entry.manifest.id, "no wind", "wind_speed_ms"))
    if len(short) != 1:
        problems.append(Problem("library", mast.manifest.id, f"{len(short)} places", "one mast"))
    if problems:
        raise InputError(problems)
    away = distance_km(short.lon_deg[0], short.lat_deg[0], long.lon_deg, long.lat_deg)
    nearest = int(np.argmin(away))
    if away[nearest] > FARTHEST_KM:
        found = f"{away[nearest]:.0f} km from {mast.manifest.id}"
        raise InputError(
            Problem("library", reference.manifest.id, found, f"a cell within {FARTHEST_KM:g} km")
        )
    return Corrected(
        mast.manifest.id,
        reference.manifest.id,
        float(away[nearest]),
        compare_methods(_series(short, 0), _series(long, nearest)),
    )


def _series(file: WeatherFile, place: int) -> Series:
    """All years of a place, hours without a value left NaN, 29 February absent."""
    times: list[NDArray[np.datetime64]] = []
    speeds: list[NDArray[np.float64]] = []
    for year in sorted(file.years):
        for some, values in file.pieces(year, ["wind_speed_ms"]):
            if some.start <= place < some.stop:
                times.append(_stamps(year))
                speeds.append(values["wind_speed_ms"][place - some.start].astype(np.float64))
                break
    return Series(np.concatenate(times), np.concatenate(speeds))


def _stamps(year: int) -> NDArray[np.datetime64]:
    """(8760,) beginnings of the hours of a year without 29 February."""
    first = np.datetime64(f"{year}-01-01T00", "h")
    every = first + np.arange(366 * 24 if _leap(year) else HOURS)
    if not _leap(year):
        return np.asarray(every)
    day = np.datetime64(f"{year}-02-29T00", "h")
    return np.asarray(every[(every < day) | (every >= day + 24)])


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
