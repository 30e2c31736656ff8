"""Made weather with the sun where it belongs, to be written in the formats of services by the tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError
from resources.sources import house
from resources.sources.hourly import cosine, hour_of_year, year_hours
from resources.sources.importing import import_source, inspect_source, read_manifest
from resources.weather import HourlyWeather

Array = NDArray[np.float64]
LON, LAT = 94.9, 36.4


@dataclass
class Made:
    """Truth of each UTC hour: means of the hour."""

    numbers: NDArray[np.int64]
    ghi: Array
    beam: Array
    temperature: Array
    pressure: Array
    speed: Array

    def our_year(self, year: int, values: Array) -> Array:
        """(8760,) the values of our hours; hours outside the file are NaN."""
        hours = year_hours(year)
        at = np.searchsorted(self.numbers, hours)
        inside = (at < len(self.numbers)) & (hours >= self.numbers[0])
        return np.where(inside, values[np.minimum(at, len(values) - 1)], np.nan)


def hours_of(first: str, last: str) -> NDArray[np.int64]:
    """UTC hour numbers from one stamp to another, both in."""
    ends = [int(np.datetime64(each, "h").astype(np.int64)) for each in (first, last)]
    return np.arange(ends[0], ends[1] + 1)


def made(numbers: NDArray[np.int64], lon: float = LON, lat: float = LAT, seed: int = 1) -> Made:
    """Weather of a place: a clear sky dimmed day by day, a temperature with seasons, gusty wind."""
    rng = np.random.default_rng(seed)
    hour = hour_of_year(numbers)
    cos = np.maximum(cosine(np.array([lat]), np.array([lon]), hour)[0], 0.0)
    day = (numbers + 8) // 24
    clear = rng.uniform(0.35, 1.0, int(day.max() - day.min()) + 1)[day - day.min()]
    ghi = 1050.0 * cos**1.15 * clear
    season = -np.cos(2 * np.pi * hour / 8760)
    return Made(
        numbers=numbers,
        ghi=ghi,
        beam=ghi * np.clip(clear - 0.25, 0.0, 0.8),
        temperature=5.0 + 14.0 * season + 6.0 * np.sin(2 * np.pi * ((numbers + 8) % 24 - 9) / 24),
        pressure=70_000.0 + 500.0 * np.sin(numbers / 90.0),
        speed=np.clip(rng.weibull(2.0, len(numbers)) * 7.0, 0.1, 30.0),
    )


def stamp(numbers: NDArray[np.int64], minutes: int = 0) -> NDArray[np.datetime64]:
    """Stamps of the hours' beginnings, moved by minutes. [datetime64[m]]"""
    return numbers.astype("datetime64[h]").astype("datetime64[m]") + minutes


def imported(paths: list[Path], into: Path, **answers: str) -> tuple[house.WeatherFile, dict[str, object]]:
    """Import and open; the manifest's details beside."""
    manifest_path = import_source(
        paths, {key.replace("__", ":"): value for key, value in answers.items()}, into
    )
    manifest = read_manifest(manifest_path, verify=True)
    return house.open_weather(into / manifest.data), dict(manifest.details)


def only_year(file: house.WeatherFile) -> HourlyWeather:
    """The whole of a file's one year."""
    (block,) = file.blocks(file.years[0])
    return block


def codes(paths: list[Path], **answers: str) -> dict[str, str]:
    """Code of each finding -> its weight."""
    report = inspect_source(paths, {key.replace("__", ":"): value for key, value in answers.items()})
    return {found.code: found.weight for found in report.findings}


def refused(paths: list[Path], into: Path, **answers: str) -> str:
    """All problems of a refused import as text, after seeing that nothing was left behind."""
    try:
        imported(paths, into, **answers)
    except InputError as error:
        assert not into.exists() or not list(into.iterdir())
        return "\n".join(str(problem) for problem in error.problems)
    raise AssertionError("imported")
