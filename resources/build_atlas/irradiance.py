"""Monthly global irradiation and its beam share: a clear sky times a clearness from sunshine.

1. Clear sky: Ineichen and Perez (2002) as in pvlib, mid-month day; the turbidity table counts for 0.3, a
   turbidity from the water vapour column for 0.7 (the table is implausibly low over the Sichuan basin and at
   a floor over much of the west, and carries dust storms into the year at Hami).
2. Sunshine share S: logit of the stations' winter sunshine regressed on the wetness (rain over saturation
   vapour pressure: how long it rains), cloud probability and elevation; residuals kriged over 250 km. Other
   months move with wetness and warmth, and the winter's residual fades (basin fog is a thing of winter).
3. Clearness of the clear sky: quadratic in S (Angstrom-Prescott with a bend), less 6 % per km of
   elevation, where the clear-sky model runs high.

The constants below were fitted once, by least squares, to: five published yearly sums (Golmud, Beijing,
Shanghai, Chengdu, Urumqi), monthly sums of the typical years of Beijing and Shanghai, sunshine hours of
Chengdu, Lhasa and the Qaidam, the national mean, and loosely (10 %) the provinces' orders of magnitude. It is
a calibration; docs/atlas_climate.md has the leave-one-out errors.
"""

from __future__ import annotations

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
WETNESS_EFFECT = -0.1426
WARMTH_EFFECT = 0.0316
"""On the logit of S, per logarithm of wetness and per 25 K above the winter."""
RESIDUAL_LEFT = 0.1896
"""Of the winter's residual, in a month 25 K warmer."""
CLEARNESS = (0.2982, 0.63, 0.2493)
ELEVATION_LOSS_PER_KM = 0.0621


def turbidity(table: Array, vapour_kg_per_m2: Array) -> Array:
    """(12, row, col) Linke turbidity used."""
    return TABLE_WEIGHT * table + (1.0 - TABLE_WEIGHT) * (2.2 + 0.05 * vapour_kg_per_m2[None])


def clear_sky_kwh_per_m2(linke: Array, elevation_m: Array) -> tuple[Array, Array]:
    """(12, row, col) clear-sky and (12, row) extraterrestrial irradiation of the months, horizontal."""
    from pvlib import atmosphere, clearsky

    steps = 24
    lat = np.radians(CLIMATE.lat_deg)
    pressure = atmosphere.alt2pres(elevation_m) / 101_325.0
    clear = np.zeros((12, *CLIMATE.shape))
    outside = np.zeros((12, CLIMATE.rows))
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
        outside[month] = (extra * cosine).sum(axis=0) * weight
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


def sunshine_share(
    stations: tuple[Station, ...], temperature_c: Array, rain_mm: Array, cloud: Array, elevation_m: Array
) -> Array:
    """(12, row, col) share of possible sunshine. [-]"""
    vapour_pressure = 6.11 * np.exp(17.27 * temperature_c / (temperature_c + 237.3))
    wetness = np.log(np.maximum(np.maximum(rain_mm, 0.3) / vapour_pressure, 0.1))
    winter = wetness[WINTER].mean(axis=0)
    fields = np.stack([np.ones_like(winter), winter, cloud, elevation_m / 1000.0])
    known = [s for s in stations if s.winter_sunshine is not None]
    lon = np.array([s.lon_deg for s in known])
    lat = np.array([s.lat_deg for s in known])
    share = np.array([s.winter_sunshine or 0.0 for s in known])
    row = ((CLIMATE.lat_deg[0] + CLIMATE.step_deg / 2 - lat) / CLIMATE.step_deg).astype(np.intp)
    col = ((lon - CLIMATE.lon_deg[0] + CLIMATE.step_deg / 2) / CLIMATE.step_deg).astype(np.intp)
    at_stations = fields[:, row, col].T
    logit = np.log(share / (1.0 - share))
    slope = np.linalg.lstsq(at_stations, logit, rcond=None)[0]
    residual = spread_residuals(lon, lat, logit - at_stations @ slope, reach_km=250.0, nugget=0.3)
    base = np.tensordot(slope, fields, 1)
    floored = np.maximum(temperature_c, -10.0)
    warmth = (floored - np.maximum(temperature_c[WINTER].mean(axis=0), -10.0)[None]) / 25.0
    warmth = np.clip(warmth, -0.2, 1.2)
    fading = 1.0 - (1.0 - RESIDUAL_LEFT) * np.clip(warmth, 0.0, 1.0)
    total = base[None] + WETNESS_EFFECT * (wetness - winter[None]) + WARMTH_EFFECT * warmth
    return np.asarray(1.0 / (1.0 + np.exp(-(total + fading * residual[None]))))


def clearness(sunshine: Array, elevation_m: Array) -> Array:
    """Irradiation over clear-sky irradiation. [-]"""
    a, b, c = CLEARNESS
    loss = 1.0 - ELEVATION_LOSS_PER_KM * np.clip(elevation_m, 0.0, 5500.0) / 1000.0
    return np.asarray((a + b * sunshine + c * sunshine**2) * loss)


def beam_share(ghi: Array, extraterrestrial: Array) -> Array:
    """Share of direct horizontal irradiation: 1 - diffuse share, Page (1961): 1 - 1.13 KT."""
    index = ghi / np.maximum(extraterrestrial[:, :, None], 1e-9)
    return np.asarray(np.clip(1.13 * index, 0.05, 0.9))


def build(context: Context) -> list[BuiltLayer]:
    """`ghi_monthly` and `beam_share_monthly`."""
    cloud = itur_cloud_liquid_share().on(CLIMATE)[0]
    vapour = itur_water_vapour_kg_per_m2().on(CLIMATE)[0]
    linke = turbidity(linke_turbidity().on(CLIMATE), vapour)
    clear, outside = clear_sky_kwh_per_m2(linke, context.elevation_climate_m)
    sunshine = sunshine_share(
        context.stations,
        context.temperature_monthly_c,
        context.rain_monthly_mm,
        cloud,
        context.elevation_climate_m,
    )
    ghi = clear * clearness(sunshine, context.elevation_climate_m)
    licence = "own work on pvlib (BSD), itur (MIT) and GB 50736-2012"
    return [
        BuiltLayer(
            "ghi_monthly", "Global horizontal irradiation", "水平面总辐照量", "kWh/m2/month",
            "clear sky (pvlib) x clearness from sunshine of GB 50736-2012 stations, ITU-R cloud and rain;"
            " calibrated to published yearly sums",
            licence, "long-term mean", "reference", CLIMATE, ghi, 0.05,
        ),
        BuiltLayer(
            "beam_share_monthly", "Beam share of global irradiation", "直射占总辐照比", "1",
            "Page (1961) on the monthly clearness index", licence, "long-term mean", "reference", CLIMATE,
            beam_share(ghi, outside), 0.0005,
        ),
    ]  # fmt: skip
