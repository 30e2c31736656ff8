"""A year of hourly weather for any places: a seeded generator that keeps what the monthly climate says.

For the PV and wind chains. The same seed gives a place the same year, alone or among others.
Method and measured errors: docs/hourly.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent
from resources import weather_solar as sun
from resources.climate import PlaceClimate
from resources.correlation import FieldModel, draw, values_at
from resources.hours import HOURS, MONTH_HOURS, month_means, smooth_season
from resources.weather_wind import wind_from_latent

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

# Fitted on the daily and hourly correlations of 31 provinces (2020) and on two typical years: docs/hourly.md.
_DRIFT_EAST, _DRIFT_NORTH = 24.0, -20.0
WIND_LARGE = FieldModel(1, 300.0, 1.5, 80.0, _DRIFT_EAST, _DRIFT_NORTH)
WIND_SMALL = FieldModel(2, 90.0, 1.5, 12.0)
CLEARNESS_LARGE = FieldModel(3, 335.0, 1.5, 60.0, 12.0, -5.0)
CLEARNESS_SMALL = FieldModel(4, 60.0, 1.0, 3.0)
TEMPERATURE = FieldModel(5, 800.0, 1.0, 70.0, _DRIFT_EAST, _DRIFT_NORTH, waves=96)

_WIND_SMALL_SHARE = 0.25
_CLEARNESS_SMALL_SHARE = 0.30
_WIND_IN_CLEARNESS = -0.12
"""Correlation of the latent clearness with the large-scale wind: windy days are slightly cloudier."""
_PLACES_AT_ONCE = 48


@dataclass(frozen=True, slots=True)
class HourlyWeather:
    """Weather of `place` places over 8,760 hours, UTC+8, hour-beginning labels; arrays are read-only."""

    lon_deg: Array
    lat_deg: Array
    elevation_m: Array
    ghi_w_per_m2: Hourly
    """(place, hour) global horizontal irradiance, mean of the hour."""
    dni_w_per_m2: Hourly
    """(place, hour) direct normal irradiance; GHI = DNI cos z + DHI with z at the hour's centre."""
    dhi_w_per_m2: Hourly
    """(place, hour) diffuse horizontal irradiance."""
    temperature_c: Hourly
    """(place, hour) air at 2 m."""
    wind_speed_ms: Hourly
    """(place, hour) at 100 m above ground, area mean of the place's cell."""
    air_density_kg_per_m3: Hourly
    """(place, hour) at 100 m above ground."""

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.lon_deg)


def generate(climate: PlaceClimate, seed: int, progress: Progress = silent) -> HourlyWeather:
    """Draw the year `seed` of weather at the places of `climate`.

    Returns
    -------
    HourlyWeather
        Monthly means of GHI, temperature and wind speed are those of the climate (to rounding); values are
        rounded to 0.001, so that they are the same on every platform. A place's series depends on the seed,
        its coordinates and its climate only.

    Raises
    ------
    InputError
        The climate has a missing or impossible value; names place and field.
    """
    _check(climate, seed)
    wind_large, wind_small = draw(WIND_LARGE, seed), draw(WIND_SMALL, seed)
    clear_large, clear_small = draw(CLEARNESS_LARGE, seed), draw(CLEARNESS_SMALL, seed)
    warm = draw(TEMPERATURE, seed)

    count = len(climate)
    ghi, dni, dhi, temperature, speed, density = (
        np.empty((count, HOURS), dtype=np.float32) for _ in range(6)
    )
    for start in range(0, count, _PLACES_AT_ONCE):
        progress(start / count, "hourly weather")
        some = slice(start, min(start + _PLACES_AT_ONCE, count))
        lon, lat = climate.lon_deg[some], climate.lat_deg[some]
        height = climate.elevation_m[some]

        large = values_at(wind_large, lon, lat)
        latent = np.sqrt(1 - _WIND_SMALL_SHARE) * large
        latent += np.sqrt(_WIND_SMALL_SHARE) * values_at(wind_small, lon, lat)
        wind = wind_from_latent(
            latent, lon, height, climate.wind_speed_monthly_ms[some], climate.weibull_shape[some]
        )
        speed[some] = np.round(wind, 3)

        own = 1 - _CLEARNESS_SMALL_SHARE - _WIND_IN_CLEARNESS**2
        latent = _WIND_IN_CLEARNESS * large + np.sqrt(own) * values_at(clear_large, lon, lat)
        latent += np.sqrt(_CLEARNESS_SMALL_SHARE) * values_at(clear_small, lon, lat)
        angle = sun.hour_angle(lon)
        cosine = sun.cos_zenith(lat, angle)
        clear = sun.clear_sky(cosine, height, climate.temperature_monthly_c[some])
        glob = sun.irradiance_from_clearness(latent, clear, cosine, climate.ghi_monthly_kwh_per_m2[some])
        glob = np.round(glob, 3)
        beam, _ = sun.split_beam(glob, cosine, angle, height, climate.beam_share_monthly[some])
        beam = np.round(beam, 3)
        ghi[some], dni[some] = glob, beam
        # From the rounded values, so that the three close.
        dhi[some] = np.maximum(glob - beam * np.maximum(cosine, 0.0), 0.0)

        air = _temperature(
            values_at(warm, lon, lat),
            sun.day_clearness(glob, cosine),
            angle,
            lat,
            climate.temperature_monthly_c[some],
        )
        temperature[some] = np.round(air, 3)
        density[some] = np.round(air_density(climate.air_density_kg_per_m3[some], air), 4)
    progress(1.0, "hourly weather")
    return HourlyWeather(
        lon_deg=climate.lon_deg.copy(),
        lat_deg=climate.lat_deg.copy(),
        elevation_m=climate.elevation_m.copy(),
        ghi_w_per_m2=ghi,
        dni_w_per_m2=dni,
        dhi_w_per_m2=dhi,
        temperature_c=temperature,
        wind_speed_ms=speed,
        air_density_kg_per_m3=density,
    )


def air_density(annual_mean_kg_per_m3: Array, temperature_c: Array) -> Array:
    """(place, hour) air density that follows the temperature at constant pressure around its annual mean."""
    inverse = 1 / (temperature_c + 273.15)
    return np.asarray(annual_mean_kg_per_m3[:, None] * inverse / inverse.mean(axis=1, keepdims=True))


def _temperature(anomaly: Array, clearness: Array, angle: Array, lat_deg: Array, monthly_c: Array) -> Array:
    """(place, hour) season + passing weather + daily swing, shifted so that the months' means are kept. [C]

    The daily range follows the day's clearness, Bristow and Campbell (1984) solved for it
    (A = 0.80, B = 0.005, C = 2.4); its peak is at 15 h solar time.
    """
    season = np.repeat(smooth_season(monthly_c), 24, axis=1)
    cool = np.cos(2 * np.pi * (np.arange(HOURS) / 24 - 15) / 365)[None, :]
    strength = (0.7 + 0.055 * np.asarray(lat_deg))[:, None] * (1 + 0.25 * cool)
    swing = (-np.log1p(-np.clip(clearness, 0.02, 0.75) / 0.80) / 0.005) ** (1 / 2.4)
    daily = np.repeat(swing, 24, axis=1) / 2 * np.cos(angle - np.pi / 4)
    air = season + strength * anomaly + daily
    shift = monthly_c - month_means(air)
    for month, hours in enumerate(MONTH_HOURS):
        air[:, hours] += shift[:, month, None]
    return np.asarray(air)


_LIMITS = {
    "lon_deg": (73.0, 136.0),
    "lat_deg": (3.0, 55.0),
    "elevation_m": (-500.0, 9000.0),
    "ghi_monthly_kwh_per_m2": (0.0, 350.0),
    "beam_share_monthly": (0.0, 1.0),
    "temperature_monthly_c": (-60.0, 50.0),
    "wind_speed_monthly_ms": (0.05, 30.0),
    "weibull_shape": (1.0, 5.0),
    "air_density_kg_per_m3": (0.3, 1.6),
}


def _check(climate: PlaceClimate, seed: int) -> None:
    problems = []
    if seed < 0:
        problems.append(Problem("argument", "seed", str(seed), "a whole number of 0 or more"))
    for name, (low, high) in _LIMITS.items():
        values = np.asarray(getattr(climate, name))
        with np.errstate(invalid="ignore"):
            bad = ~((values >= low) & (values <= high))
        if bad.any():
            first = tuple(int(i[0]) for i in np.nonzero(bad))
            where = f"place {climate.lon_deg[first[0]]:.3f} {climate.lat_deg[first[0]]:.3f}"
            problems.append(Problem(where, name, f"{values[first]:g}", f"{low:g} to {high:g}"))
    if problems:
        raise InputError(problems)
