"""Months and hours of a place as the library's own data of that place have them. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.desktop.texts import text
from app.desktop.tools.place_values import Array, PlaceMonths, PlaceYear
from app.messages import Language
from gis_layers.errors import InputError
from gis_layers.measure import Place
from resources.library import Entry

NEAR_DEG = 1e-3
"""A pin this close stands on the station."""


@dataclass(frozen=True, slots=True)
class ImportedPlace:
    """What a station's own hours say; a year that lacks something for power has months only."""

    months: PlaceMonths
    year: PlaceYear | None
    calendar_year: int
    """0 of a typical year."""


def entry_at(place: Place, stations: dict[Place, Entry]) -> Entry | None:
    """The station a pin stands on."""
    for (lon, lat), entry in stations.items():
        if abs(lon - place[0]) < NEAR_DEG and abs(lat - place[1]) < NEAR_DEG:
            return entry
    return None


def read_station(entry: Entry) -> ImportedPlace:
    """Read the last year of a station; half a second.

    Raises
    ------
    InputError
        The copy cannot be read.
    """
    from resources.hours import MONTH_HOURS, month_means
    from resources.sources.house import open_weather

    file = open_weather(entry.data)
    year = file.years[-1]
    ((_, values),) = file.pieces(year, file.fields)

    def monthly(field: str) -> Array:
        if field not in values:
            return np.full(12, np.nan)
        return np.asarray(month_means(values[field].astype(np.float64))[0])

    hours = np.array([span.stop - span.start for span in MONTH_HOURS])
    months = PlaceMonths(
        float(file.elevation_m[0]),
        monthly("ghi_w_per_m2") * hours / 1e3,
        monthly("wind_speed_ms"),
        monthly("temperature_c"),
    )
    try:
        (weather,) = file.blocks(year)
    except InputError:  # hours or fields are missing: there is no power to be told of
        return ImportedPlace(months, None, year)
    from resources.profile import profiles_of_weather
    from resources.solar import PvSystem, specific_yield_kwh_per_kwp
    from resources.wind import BASE_TURBINE

    system = PvSystem()
    # Measured where the turbines would stand: no speed-up to better ground.
    profiles = profiles_of_weather(weather, system, BASE_TURBINE, np.ones(1))
    made = PlaceYear(
        profiles.pv[0].astype(np.float64),
        profiles.wind[0].astype(np.float64),
        float(specific_yield_kwh_per_kwp(profiles.pv, system)[0]),
        BASE_TURBINE.name,
    )
    return ImportedPlace(months, made, year)


def station_words(letter: str, entry: Entry, year: int, language: Language) -> str:
    """Whose hours a pin shows."""
    manifest = entry.manifest
    when = str(year) if year else text("import.source.typical", language)
    grade = text(f"grade.{manifest.grade}", language)
    return text(
        "library.pin_note", language, letter=letter, name=manifest.id, year=when, grade=grade,
        source=manifest.source,
    )  # fmt: skip
