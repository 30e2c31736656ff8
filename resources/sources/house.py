"""Hourly weather in the house's own form: NetCDF4 of (year, place, hour), written and read by pieces.

Hours are ours (UTC+8, 8,760, no 29 February, labels at the beginning), units and names those of
`HourlyWeather`. A grid's cells are listed row by row, so a place, a station and a reanalysis are read alike.
The year 0 stands for a typical year.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.hours import HOURS
from resources.sources.contract import refuse
from resources.weather import HourlyWeather

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

FIELDS: tuple[str, ...] = (
    "ghi_w_per_m2",
    "dni_w_per_m2",
    "dhi_w_per_m2",
    "temperature_c",
    "wind_speed_ms",
    "air_density_kg_per_m3",
)
UNITS = {
    "ghi_w_per_m2": "W m-2",
    "dni_w_per_m2": "W m-2",
    "dhi_w_per_m2": "W m-2",
    "temperature_c": "degree_Celsius",
    "wind_speed_ms": "m s-1",
    "air_density_kg_per_m3": "kg m-3",
}
SLAB_HOURS = HOURS // 12
"""A twelfth of the year: the piece in which hours are written."""
_CHUNK_PLACES = 64
_VERSION = 1


class WeatherWriter:
    """An open file to put pieces into; what is not put stays missing."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def put(self, field: str, year: int, first_place: int, first_hour: int, values: NDArray[Any]) -> None:
        """Write `values` (place, hour) of one field from a place and an hour on; `year` counts from 0."""
        places, hours = values.shape
        at = (year, slice(first_place, first_place + places), slice(first_hour, first_hour + hours))
        self._file.variables[field][at] = values.astype(np.float32)


@contextlib.contextmanager
def weather_writer(
    path: Path,
    years: Sequence[int],
    lon_deg: Array,
    lat_deg: Array,
    elevation_m: Array,
    fields: Sequence[str] = FIELDS,
) -> Iterator[WeatherWriter]:
    """Begin a file of `years` at places, each argument (place,); to be written whole by the caller."""
    import h5netcdf

    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"year": len(years), "place": len(lon_deg), "hour": HOURS}
        file.attrs["Conventions"] = "CF-1.8"
        file.attrs["energymap_weather"] = _VERSION
        file.attrs["time_note"] = "UTC+8, 8760 h, 29 February dropped, labels at the beginning of the hour"
        for name, values, unit in (
            ("lon_deg", lon_deg, "degrees_east"),
            ("lat_deg", lat_deg, "degrees_north"),
            ("elevation_m", elevation_m, "m"),
        ):
            file.create_variable(name, ("place",), "f8", data=np.asarray(values, dtype=np.float64))
            file.variables[name].attrs["units"] = unit
        file.create_variable("year", ("year",), "i4", data=np.asarray(years, dtype=np.int32))
        for name in fields:
            made = file.create_variable(
                name,
                ("year", "place", "hour"),
                "f4",
                chunks=(1, min(_CHUNK_PLACES, len(lon_deg)), SLAB_HOURS),
                compression="gzip",
                compression_opts=1,
                shuffle=True,
                fillvalue=np.float32(np.nan),
            )
            made.attrs["units"] = UNITS[name]
        yield WeatherWriter(file)


def write_weather(path: Path, weather: HourlyWeather, year: int = 0) -> None:
    """Write one whole year that is in memory."""
    with weather_writer(path, [year], weather.lon_deg, weather.lat_deg, weather.elevation_m) as out:
        for name in FIELDS:
            out.put(name, 0, 0, 0, getattr(weather, name))


@dataclass(frozen=True, slots=True)
class WeatherFile:
    """An imported source of hourly weather; years are read from it place by place."""

    path: Path
    years: tuple[int, ...]
    lon_deg: Array
    lat_deg: Array
    elevation_m: Array
    fields: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lon_deg)

    def pieces(
        self, year: int, fields: Sequence[str], places_at_once: int = 256
    ) -> Iterator[tuple[slice, dict[str, Hourly]]]:
        """Some fields of a year, some places at a time: (which places, field -> (place, hour)).

        Raises
        ------
        InputError
            The source has no such year or field.
        """
        import h5netcdf

        problems = [
            Problem(str(self.path), "field", name, f"one of {', '.join(self.fields)}")
            for name in fields
            if name not in self.fields
        ]
        if year not in self.years:
            there = ", ".join(map(str, self.years))
            problems.append(Problem(str(self.path), "year", str(year), f"one of {there}"))
        if problems:
            raise InputError(problems)
        at = self.years.index(year)
        with h5netcdf.File(self.path, "r") as file:
            for start in range(0, len(self), places_at_once):
                some = slice(start, min(start + places_at_once, len(self)))
                yield some, {name: np.asarray(file.variables[name][at, some, :]) for name in fields}

    def blocks(self, year: int, places_at_once: int = 256) -> Iterator[HourlyWeather]:
        """The weather of a year, `places_at_once` places at a time, in their order; memory is one block.

        Raises
        ------
        InputError
            The source lacks the year or a field, or the year has hours without a value.
        """
        for some, values in self.pieces(year, FIELDS, places_at_once):
            missing = [name for name in FIELDS if not np.isfinite(values[name]).all()]
            if missing:
                raise InputError(
                    Problem(str(self.path), name, f"hours of {year} without a value", "8,760 values a place")
                    for name in missing
                )
            yield HourlyWeather(
                lon_deg=self.lon_deg[some].copy(),
                lat_deg=self.lat_deg[some].copy(),
                elevation_m=self.elevation_m[some].copy(),
                **values,
            )


def open_weather(path: Path) -> WeatherFile:
    """What a file of ours holds; the hours are read when asked for.

    Raises
    ------
    InputError
        Not readable, or not a weather file of ours.
    """
    import h5netcdf

    try:
        with h5netcdf.File(path, "r") as file:
            if int(file.attrs.get("energymap_weather", 0)) != _VERSION:
                raise refuse(path, "file", "another NetCDF", "imported hourly weather")
            there = file.variables
            return WeatherFile(
                path=path,
                years=tuple(int(year) for year in there["year"][:]),
                lon_deg=np.asarray(there["lon_deg"][:], dtype=np.float64),
                lat_deg=np.asarray(there["lat_deg"][:], dtype=np.float64),
                elevation_m=np.asarray(there["elevation_m"][:], dtype=np.float64),
                fields=tuple(name for name in FIELDS if name in there),
            )
    except (OSError, KeyError, ValueError) as error:
        raise refuse(path, "file", str(error)[:80], "imported hourly weather") from error
