"""What a run takes wind, sun and water from: the embedded atlas, the user's rasters in place of its layers, the
user's hours in place of generated ones.

For profiles, siting and the assessment of provinces. A raster serves where it has values, the atlas elsewhere;
hours serve the places they cover. What served is told by `origins`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, part, silent
from gis_layers.provenance import Grade
from gis_layers.raster import Raster
from resources import atlas
from resources.choice import PLACE_PARTS, ResourceChoice, find_entries
from resources.climate import PlaceClimate
from resources.hours import HOURS, MONTH_HOURS, month_means
from resources.library import Entry
from resources.raster_layers import WIND_LAYERS, replaced_layers
from resources.sources.house import FIELDS, WeatherFile, open_weather
from resources.weather import HourlyWeather, generate

__all__ = [
    "EMBEDDED",
    "Hours",
    "Origin",
    "PlaceWeather",
    "ResourceChoice",
    "ResourceData",
    "open_resource",
]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

PLACE_REACH_KM = 40.0
"""A station's or mast's hours stand for places within this distance."""
LEVEL_LIMITS = (0.5, 2.0)
"""Hours moved to the level of the climate by more than this are not the climate's hours any more."""
TYPICAL_YEAR = "typical year"
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Origin:
    """One source that served, for inspector and report."""

    serves: tuple[str, ...]
    """Atlas layers it stands in for; ('weather',) for hours."""
    id: str
    source: str
    licence: str
    grade: Grade
    period: str


@dataclass(frozen=True, slots=True)
class Hours:
    """An opened source of hourly weather."""

    entry: Entry
    file: WeatherFile
    year: int
    at_sites: bool
    """Measured where it stands: no speed-up to better ground."""
    reach_km: float


@dataclass(frozen=True, slots=True)
class PlaceWeather:
    """A year of weather at places, and what it is of."""

    weather: HourlyWeather
    speedup: Array
    """(place,) speed of developable sites over the weather's; 1 where it was measured on the site. [-]"""
    source: Index
    """(place,) index into `ResourceData.hours`; -1 is generated."""
    wind_level: Array
    """(place,) what the year's wind speed was multiplied by to reach the climate's; 1 where it was left. [-]"""
    sun_level: Array
    """(place,) the same of the year's irradiation. [-]"""


@dataclass(frozen=True, slots=True)
class ResourceData:
    """Layers and hours a run works with."""

    layers: Mapping[str, Raster]
    """Atlas layers with the user's values in them; others are the atlas's own."""
    hours: tuple[Hours, ...]
    level: Literal["auto", "climate", "own"]
    origins: tuple[Origin, ...]
    where: Mapping[str, tuple[tuple[str, NDArray[np.bool_]], ...]] = field(default_factory=dict)
    """layer -> (entry, (row, col) where it has values), a later one over an earlier."""
    land_cover: Entry | None = None
    excluded: tuple[Entry, ...] = ()
    rasters: tuple[Entry, ...] = ()
    """The entries behind `layers`, for those who read them at their own resolution."""

    def read(self, id: str) -> Raster:
        """A layer, as `atlas.read`."""
        return self.layers.get(id) or atlas.read(id)

    def climate_at(self, lon_deg: Array, lat_deg: Array) -> PlaceClimate:
        """Monthly climate of places, as `atlas.climate_at`."""
        return atlas.climate_at(lon_deg, lat_deg, self.read)

    def weather_at(self, climate: PlaceClimate, seed: int, progress: Progress = silent) -> PlaceWeather:
        """A year of hours at the places of `climate`: read where a source covers them, else generated.

        Raises
        ------
        InputError
            As `generate`; a source of hours is gone, lacks a field, has hours without a value, or is so far from
            the level of the climate that it cannot be moved to it.
        """
        source, row = self._covered(climate)
        count = len(climate)
        wind_level, sun_level = np.ones(count), np.ones(count)
        if (source < 0).all():
            made = generate(climate, seed, progress)
            return PlaceWeather(made, climate.wind_speedup.copy(), source, wind_level, sun_level)
        arrays = {name: np.empty((count, HOURS), dtype=np.float32) for name in FIELDS}
        own = np.flatnonzero(source < 0)
        if own.size:
            made = generate(_some(climate, own), seed, part(progress, 0.0, 0.8))
            for name in FIELDS:
                arrays[name][own] = getattr(made, name)
        for number, hours in enumerate(self.hours):
            mine = np.flatnonzero(source == number)
            if mine.size:
                progress(0.8 + 0.2 * number / len(self.hours), "hourly weather")
                for name, values in _read(hours, row[mine]).items():
                    arrays[name][mine] = values
                wind_level[mine], sun_level[mine] = self._move_level(arrays, mine, climate, hours)
        speedup = climate.wind_speedup.copy()
        speedup[[self.hours[s].at_sites if s >= 0 else False for s in source]] = 1.0
        weather = HourlyWeather(
            lon_deg=climate.lon_deg.copy(),
            lat_deg=climate.lat_deg.copy(),
            elevation_m=climate.elevation_m.copy(),
            **arrays,
        )
        progress(1.0, "hourly weather")
        return PlaceWeather(weather, speedup, source, wind_level, sun_level)

    def hours_at(self, climate: PlaceClimate) -> tuple[Origin | None, ...]:
        """Of each place, whose hours it takes; None: generated ones. Reads nothing."""
        source, _ = self._covered(climate)
        by_id = {origin.id: origin for origin in self.origins}
        return tuple(by_id[self.hours[s].entry.manifest.id] if s >= 0 else None for s in source)

    def _covered(self, climate: PlaceClimate) -> tuple[Index, Index]:
        """(place,) source of hours, -1 where there is none; (place,) its row there."""
        source = np.full(len(climate), -1, dtype=np.int64)
        row = np.zeros(len(climate), dtype=np.int64)
        for number, hours in enumerate(self.hours):
            open_yet = np.flatnonzero(source < 0)
            if not open_yet.size:
                break
            near, km = _nearest(
                hours.file.lon_deg, hours.file.lat_deg, climate.lon_deg[open_yet], climate.lat_deg[open_yet]
            )
            inside = km <= hours.reach_km
            source[open_yet[inside]] = number
            row[open_yet[inside]] = near[inside]
        return source, row

    def _move_level(
        self, arrays: Mapping[str, NDArray[np.float32]], mine: Index, climate: PlaceClimate, hours: Hours
    ) -> tuple[Array, Array]:
        """Scale sun and wind of the hours to the climate's months and year; by how much each year was moved."""
        wind_level, sun_level = np.ones(len(mine)), np.ones(len(mine))
        if self.level == "own" or hours.at_sites:
            return wind_level, sun_level
        problems: list[Problem] = []
        if self.level == "climate" or any(id in self.layers for id in WIND_LAYERS):
            days = np.array([span.stop - span.start for span in MONTH_HOURS]) / HOURS
            wanted = climate.wind_speed_monthly_ms[mine] @ days
            wind_level = wanted / arrays["wind_speed_ms"][mine].mean(axis=1, dtype=np.float64)
            problems += _beyond(hours, "wind_speed_ms", wind_level)
            arrays["wind_speed_ms"][mine] *= wind_level[:, None].astype(np.float32)
        if self.level == "climate" or "ghi_monthly" in self.layers:
            hours_of_month = np.array([span.stop - span.start for span in MONTH_HOURS])
            got = month_means(arrays["ghi_w_per_m2"][mine]) * hours_of_month / 1e3
            wanted = climate.ghi_monthly_kwh_per_m2[mine]
            with np.errstate(divide="ignore", invalid="ignore"):
                by_month = np.where(got > 0, wanted / got, 1.0)
            problems += _beyond(hours, "ghi_w_per_m2", by_month)
            sun_level = (by_month * got).sum(axis=1) / got.sum(axis=1)
            for month, span in enumerate(MONTH_HOURS):
                for name in ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2"):
                    arrays[name][mine, span] *= by_month[:, month, None].astype(np.float32)
        if problems:
            raise InputError(problems)
        return wind_level, sun_level


EMBEDDED = ResourceData(layers={}, hours=(), level="auto", origins=())
"""The atlas alone, generated hours."""


def open_resource(
    choice: ResourceChoice, library: Path | None = None, progress: Progress = silent
) -> ResourceData:
    """The data a scenario names.

    Parameters
    ----------
    library
        Folder of imported data; None: the user's own.

    Raises
    ------
    InputError
        Entries that are not in the library or not the same data, that are of another kind than asked, that
        lack the year: all at once.
    """
    if choice.empty:
        return EMBEDDED
    found = find_entries(choice, library, PLACE_PARTS)
    problems: list[Problem] = []
    served = replaced_layers(found.rasters, progress)
    hours = tuple(_open_hours(e, choice.weather_year, problems) for e in found.weather)
    if problems:
        raise InputError(problems)
    origins = [_origin(e, tuple(served.by_entry[e.manifest.id])) for e in found.rasters]
    origins += [_origin(h.entry, ("weather",), str(h.year) if h.year else TYPICAL_YEAR) for h in hours]
    if found.land_cover is not None:
        origins.append(_origin(found.land_cover, ("land_cover",)))
    origins += [_origin(e, ("excluded",)) for e in found.excluded]
    return ResourceData(
        served.layers,
        hours,
        choice.level,
        tuple(origins),
        served.where,
        found.land_cover,
        found.excluded,
        found.rasters,
    )


def _origin(entry: Entry, serves: tuple[str, ...], period: str = "") -> Origin:
    manifest = entry.manifest
    said = period or str(manifest.details.get("period", ""))
    return Origin(serves, manifest.id, manifest.source, manifest.licence, manifest.grade, said)


def _open_hours(entry: Entry, year: int | None, problems: list[Problem]) -> Hours:
    file = open_weather(entry.data)
    chosen = file.years[-1] if year is None or file.years == (0,) else year
    if chosen not in file.years:
        there = ", ".join(map(str, file.years))
        problems.append(Problem("resource.weather_year", entry.manifest.id, str(year), f"one of {there}"))
    lacking = [name for name in FIELDS if name not in file.fields]
    problems.extend(
        Problem("resource.weather", entry.manifest.id, f"no {name}", "all six fields") for name in lacking
    )
    at_sites = entry.manifest.kind == "hourly-place"
    return Hours(entry, file, chosen, at_sites, PLACE_REACH_KM if at_sites else _cell_reach_km(file))


def _cell_reach_km(file: WeatherFile) -> float:
    """Half a cell's diagonal of a grid, with a little room: a place in a cell lies no further off its centre."""
    if len(file) == 1:
        return PLACE_REACH_KM
    _, km = _nearest(file.lon_deg, file.lat_deg, file.lon_deg, file.lat_deg, rank=2)
    # Neighbours on a meridian are a full step apart; on a parallel they move together towards the north.
    return float(np.max(km) * 0.75 * np.sqrt(2.0))


def _nearest(
    lon_deg: Array, lat_deg: Array, at_lon_deg: Array, at_lat_deg: Array, rank: int = 1
) -> tuple[Index, Array]:
    """Index of the nearest (second nearest with rank 2 ...) of some points to others, and how far it is. [km]"""
    from scipy.spatial import cKDTree

    chord, found = cKDTree(_on_sphere(lon_deg, lat_deg)).query(_on_sphere(at_lon_deg, at_lat_deg), k=[rank])
    angle = 2 * np.arcsin(np.clip(chord[:, 0] / 2, 0.0, 1.0))
    return np.asarray(found[:, 0], dtype=np.int64), np.asarray(_EARTH_KM * angle)


def _on_sphere(lon_deg: Array, lat_deg: Array) -> Array:
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _read(hours: Hours, rows: Index) -> dict[str, NDArray[np.float32]]:
    """field -> (place, hour) of some rows of a source, each row read once."""
    import h5netcdf

    unique, back = np.unique(rows, return_inverse=True)
    at = hours.file.years.index(hours.year)
    problems: list[Problem] = []
    values: dict[str, NDArray[np.float32]] = {}
    with h5netcdf.File(hours.file.path, "r") as file:
        for name in FIELDS:
            there = np.asarray(file.variables[name][at, unique, :], dtype=np.float32)
            if not np.isfinite(there).all():
                found = f"hours of {hours.year} without a value"
                problems.append(Problem(hours.entry.manifest.id, name, found, "8,760 values a place"))
            values[name] = there[back]
    if problems:
        raise InputError(problems)
    return values


def _beyond(hours: Hours, name: str, factor: Array) -> list[Problem]:
    low, high = LEVEL_LIMITS
    if np.all((factor >= low) & (factor <= high)):
        return []
    found = f"{factor.min():.2f} to {factor.max():.2f} times the climate's level"
    return [Problem("resource.weather", f"{hours.entry.manifest.id} {name}", found, f"{low:g} to {high:g}")]


def _some(climate: PlaceClimate, places: Index) -> PlaceClimate:
    return PlaceClimate(*(getattr(climate, each.name)[places] for each in fields(PlaceClimate)))
