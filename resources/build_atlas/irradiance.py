"""Monthly global irradiation and its beam share: a clear sky times a clearness from sunshine.

1. Clear sky: Ineichen and Perez (2002) as in pvlib, mid-month day; the turbidity table counts for 0.3, a
   turbidity from the water vapour column for 0.7 (the table is implausibly low over the Sichuan basin and at
   a floor over much of the west, and carries dust storms into the year at Hami).
2. Sunshine share S: logit of the stations' winter sunshine regressed on the wetness (rain over saturation
   vapour pressure: how long it rains), cloud probability and elevation; residuals kriged over 250 km. Other
   months move with wetness and warmth, and the winter's residual fades to almost
   nothing in summer (basin fog is a thing of winter).
3. Clearness of the clear sky: quadratic in S (Angstrom-Prescott with a bend), less 6.4 % per km of
   elevation, where the clear-sky model runs high.

The seven constants of `FITTED` are a calibration: `irradiance_fit.py` finds them anew from published yearly
sums and prints what each place is off when it is left out; docs/atlas.md has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE
from resources.build_atlas.interpolate import spread_residuals
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import (
    Context,
    itur_cloud_liquid_share,
    itur_water_vapour_kg_per_m2,
    linke_turbidity,
)
from resources.stations import Station

Array = NDArray[np.float64]

MID_MONTH_DAY = np.array([17, 47, 75, 105, 135, 162, 198, 228, 258, 288, 318, 344])
"""Klein (1977): the day whose extraterrestrial irradiation is the month's mean."""
MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
WINTER = [11, 0, 1]
SOLAR_CONSTANT_W_PER_M2 = 1361.1
TABLE_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is fitted: how sunshine moves over the year, and what a sunshine share is worth."""

    wetness_effect: float
    """On the logit of S, per logarithm of wetness above the winter's."""
    warmth_effect: float
    """On the logit of S, per 25 K above the winter's temperature."""
    residual_left: float
    """Share of the winter's residual left in a month 25 K warmer."""
    constant: float
    linear: float
    quadratic: float
    """Clearness = constant + linear S + quadratic S^2."""
    loss_per_km: float
    """Relative, of clearness with elevation."""


FITTED = Calibration(
    wetness_effect=-0.1176,
    warmth_effect=-0.0616,
    residual_left=0.0351,
    constant=0.2968,
    linear=0.6106,
    quadratic=0.3064,
    loss_per_km=0.064,
)


@dataclass(frozen=True, slots=True)
class Sky:
    """Everything of the sky that does not depend on the calibration, by climate cell."""

    clear_kwh_per_m2: Array
    """(12, row, col) clear-sky irradiation of the month, horizontal."""
    outside_kwh_per_m2: Array
    """(12, row, col) the same above the atmosphere."""
    winter_logit: Array
    """(row, col) logit of the winter's sunshine share from the regression alone."""
    residual_logit: Array
    """(row, col) what the stations add to it."""
    wetness_change: Array
    """(12, row, col) logarithm of wetness, less the winter's."""
    warmth: Array
    """(12, row, col) temperature above the winter's, in 25 K, -0.2..1.2."""
    elevation_m: Array

    def at(self, row: NDArray[np.intp], col: NDArray[np.intp]) -> Sky:
        """The sky of some cells: the last two axes become one."""
        return Sky(
            self.clear_kwh_per_m2[:, row, col],
            self.outside_kwh_per_m2[:, row, col],
            self.winter_logit[row, col],
            self.residual_logit[row, col],
            self.wetness_change[:, row, col],
            self.warmth[:, row, col],
            self.elevation_m[row, col],
        )


def sunshine_share(sky: Sky, by: Calibration = FITTED) -> Array:
    """(12, ...) share of possible sunshine. [-]"""
    fading = 1.0 - (1.0 - by.residual_left) * np.clip(sky.warmth, 0.0, 1.0)
    logit = sky.winter_logit + by.wetness_effect * sky.wetness_change + by.warmth_effect * sky.warmth
    return np.asarray(1.0 / (1.0 + np.exp(-(logit + fading * sky.residual_logit))))


def ghi_kwh_per_m2(sky: Sky, by: Calibration = FITTED) -> Array:
    """(12, ...) global horizontal irradiation, sum of the month."""
    s = sunshine_share(sky, by)
    clearness = by.constant + by.linear * s + by.quadratic * s**2
    thin_air = 1.0 - by.loss_per_km * np.clip(sky.elevation_m, 0.0, 5500.0) / 1000.0
    return np.asarray(sky.clear_kwh_per_m2 * clearness * thin_air)


def beam_share(ghi: Array, outside: Array) -> Array:
    """Share of direct horizontal irradiation: 1 - diffuse share, Page (1961): 1 - 1.13 KT."""
    return np.asarray(np.clip(1.13 * ghi / np.maximum(outside, 1e-9), 0.05, 0.9))


def sky_of(context: Context) -> Sky:
    """The sky over the climate grid; about 10 s."""
    cloud = itur_cloud_liquid_share().on(CLIMATE)[0]
    vapour = itur_water_vapour_kg_per_m2().on(CLIMATE)[0]
    elevation = context.elevation_climate_m
    clear, outside = clear_sky_kwh_per_m2(turbidity(linke_turbidity().on(CLIMATE), vapour), elevation)
    temperature = context.temperature_monthly_c
    wetness = log_wetness(temperature, context.rain_monthly_mm)
    winter_wetness = wetness[WINTER].mean(axis=0)
    fields = np.stack([np.ones(CLIMATE.shape), winter_wetness, cloud, elevation / 1000.0])
    winter, residual = winter_sunshine_logit(context.stations, fields)
    floored = np.maximum(temperature, -10.0)
    cold = np.maximum(temperature[WINTER].mean(axis=0), -10.0)
    return Sky(
        clear_kwh_per_m2=clear,
        outside_kwh_per_m2=outside,
        winter_logit=winter,
        residual_logit=residual,
        wetness_change=wetness - winter_wetness,
        warmth=np.clip((floored - cold) / 25.0, -0.2, 1.2),
        elevation_m=elevation,
    )


def log_wetness(temperature_c: Array, rain_mm: Array) -> Array:
    """Logarithm of rain over saturation vapour pressure (Tetens): warm rain is heavy and soon over."""
    vapour_pressure = 6.11 * np.exp(17.27 * temperature_c / (temperature_c + 237.3))
    return np.asarray(np.log(np.maximum(np.maximum(rain_mm, 0.3) / vapour_pressure, 0.1)))


def winter_sunshine_logit(stations: tuple[Station, ...], fields: Array) -> tuple[Array, Array]:
    """(row, col) each: the regression of winter sunshine on fields (field, row, col), and kriged residuals."""
    known = [s for s in stations if s.winter_sunshine is not None]
    lon = np.array([s.lon_deg for s in known])
    lat = np.array([s.lat_deg for s in known])
    share = np.array([s.winter_sunshine for s in known], dtype=np.float64)
    row, col = cell_of(lon, lat)
    at_stations = fields[:, row, col].T
    logit = np.log(share / (1.0 - share))
    slope = np.linalg.lstsq(at_stations, logit, rcond=None)[0]
    residual = spread_residuals(lon, lat, logit - at_stations @ slope, reach_km=250.0, nugget=0.3)
    return np.asarray(np.tensordot(slope, fields, 1)), residual


def cell_of(lon_deg: Array, lat_deg: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(row, col) of the climate cell places lie in."""
    north, west, step = CLIMATE.lat_deg[0], CLIMATE.lon_deg[0], CLIMATE.step_deg
    return ((north - lat_deg) / step + 0.5).astype(np.intp), ((lon_deg - west) / step + 0.5).astype(np.intp)


def turbidity(table: Array, vapour_kg_per_m2: Array) -> Array:
    """(12, row, col) Linke turbidity used."""
    return TABLE_WEIGHT * table + (1.0 - TABLE_WEIGHT) * (2.2 + 0.05 * vapour_kg_per_m2[None])


def clear_sky_kwh_per_m2(linke: Array, elevation_m: Array) -> tuple[Array, Array]:
    """(12, row, col) clear-sky and extraterrestrial irradiation of the months, horizontal."""
    from pvlib import atmosphere, clearsky

    steps = 24
    lat = np.radians(CLIMATE.lat_deg)
    pressure = atmosphere.alt2pres(elevation_m) / 101_325.0
    clear = np.zeros((12, *CLIMATE.shape))
    outside = np.zeros((12, *CLIMATE.shape))
    for month in range(12):
        day = MID_MONTH_DAY[month]
        declination = np.radians(23.45 * np.sin(2 * np.pi * (284 + day) / 365))
        extra = SOLAR_CONSTANT_W_PER_M2 * (1 + 0.033 * np.cos(2 * np.pi * day / 365))
        sunset = np.arccos(np.clip(-np.tan(lat) * np.tan(declination), -1, 1))
        angle = (np.arange(steps) + 0.5)[:, None] / steps * sunset[None]
        cosine = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(angle)
        zenith = np.degrees(np.arccos(cosine))
        # Both halves of the day; hours a step stands for, times the days of the month, in kWh.
        weight = sunset * 24 / np.pi / steps * MONTH_DAYS[month] / 1000.0
        outside[month] = ((extra * cosine).sum(axis=0) * weight)[:, None]
        air_mass = atmosphere.get_relative_airmass(zenith)
        for step in range(steps):
            sky: Any = clearsky.ineichen(
                np.broadcast_to(zenith[step][:, None], elevation_m.shape),
                air_mass[step][:, None] * pressure,
                linke[month],
                altitude=elevation_m,
                dni_extra=extra,
            )
            clear[month] += np.asarray(sky["ghi"]) * weight[:, None]
    return clear, outside


def build(context: Context) -> list[BuiltLayer]:
    """`ghi_monthly` and `beam_share_monthly`, CLIMATE."""
    sky = sky_of(context)
    ghi = ghi_kwh_per_m2(sky)
    licence = "Apache-2.0; made with pvlib (BSD-3-Clause), itur (MIT) and figures of GB 50736-2012"
    return [
        BuiltLayer(
            id="ghi_monthly",
            title_en="Global horizontal irradiation by month",
            title_zh="逐月水平面总辐照量",
            unit="kWh/m2/month",
            source="clear sky (pvlib, turbidity corrected) x clearness from the sunshine of GB 50736-2012 stations, "
            "ITU-R cloud and rain; calibrated to published yearly sums",
            licence=licence,
            period="long-term mean",
            grade="reference",
            grid=CLIMATE,
            values=ghi,
            resolution=0.05,
        ),
        BuiltLayer(
            id="beam_share_monthly",
            title_en="Beam share of global horizontal irradiation by month",
            title_zh="逐月直射占总辐照比例",
            unit="1",
            source="Page (1961) on the clearness index of ghi_monthly",
            licence=licence,
            period="long-term mean",
            grade="reference",
            grid=CLIMATE,
            values=beam_share(ghi, sky.outside_kwh_per_m2),
            resolution=0.0005,
        ),
    ]
