"""Monthly air temperature at each cell's own elevation, and the air density that follows from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from resources.air import LAPSE_K_PER_M, air_density_kg_per_m3
from resources.build_atlas.interpolate import spread_residuals
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, Field, block_mean
from resources.stations import Station

Array = NDArray[np.float64]

MODEL_TERRAIN_HALF_WIDTH = 6
"""The terrain the source's 0.75 degree model sees: two running means of 2 x 6 + 1 cells of 5'.

Chosen as the width with the least scatter against the annual means of 294 stations (0.66 K; 1.1 K unsmoothed).
"""
RESIDUAL_REACH_KM, RESIDUAL_NUGGET = 200.0, 0.5
"""Of the kriging of the stations' residuals: correlation 1/e at this distance; own noise over the field's."""


def temperature_monthly_c(source: Field, elevation: Field, stations: tuple[Station, ...]) -> Array:
    """(12, row, col) CLIMATE: mean air temperature at the mean elevation of the cell. [deg C]

    The source is taken down to sea level from the smooth terrain its model stood on, interpolated, and taken
    up to the cell's own terrain, both with the standard lapse rate of 6.5 K/km (ISO 2533). What the stations'
    annual means differ from it, less their mean difference, is kriged and added to all months: the mean
    (0.85 K) stays, for the stations stand for 1971-2000 and the source for a later, warmer time.
    """
    sea_level = at_sea_level(source, elevation)
    known = [s for s in stations if s.annual_temperature_c is not None]
    lon = np.array([s.lon_deg for s in known])
    lat = np.array([s.lat_deg for s in known])
    residual = station_residual_k(sea_level, known)
    local = spread_residuals(lon, lat, residual - residual.mean(), RESIDUAL_REACH_KM, nugget=RESIDUAL_NUGGET)
    own = block_mean(elevation.on(TERRAIN)[0])
    return np.asarray(sea_level.on(CLIMATE) - LAPSE_K_PER_M * own + local, dtype=np.float64)


def at_sea_level(source: Field, elevation: Field) -> Field:
    """The source's months taken down to sea level from its model's smooth terrain. [deg C]"""
    smooth = Field(smoothed(elevation.values[0])[None], elevation.lon_deg, elevation.lat_deg)
    lon, lat = np.meshgrid(source.lon_deg, source.lat_deg)
    return Field(source.values + LAPSE_K_PER_M * smooth.at(lon, lat), source.lon_deg, source.lat_deg)


def station_residual_k(sea_level: Field, stations: Sequence[Station]) -> Array:
    """(station,) annual mean as printed less ours at the station's own elevation. [K]"""
    lon = np.array([s.lon_deg for s in stations])
    lat = np.array([s.lat_deg for s in stations])
    elevation_m = np.array([s.elevation_m for s in stations])
    printed = np.array([s.annual_temperature_c for s in stations], dtype=np.float64)
    return np.asarray(printed - sea_level.at(lon, lat).mean(axis=0) + LAPSE_K_PER_M * elevation_m)


def smoothed(elevation_m: Array) -> Array:
    """Two running means over both axes, edges repeated."""
    width = 2 * MODEL_TERRAIN_HALF_WIDTH + 1
    result = elevation_m
    for _ in range(2):
        for axis in (0, 1):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (MODEL_TERRAIN_HALF_WIDTH, MODEL_TERRAIN_HALF_WIDTH)
            windows = np.lib.stride_tricks.sliding_window_view(np.pad(result, pad, mode="edge"), width, axis)
            result = windows.mean(axis=-1)
    return np.asarray(result, dtype=np.float64)


def build(context: Context) -> list[BuiltLayer]:
    """`temperature_monthly` (deg C) and `air_density` (kg/m3 at 100 m above ground), CLIMATE."""
    temperature = context.temperature_monthly_c
    density = air_density_kg_per_m3(context.elevation_climate_m, temperature.mean(axis=0), height_m=100.0)
    return [
        BuiltLayer(
            id="temperature_monthly",
            title_en="Mean air temperature by month",
            title_zh="逐月平均气温",
            unit="deg C",
            source="ITU-R P.1510-1 (package itur 0.4.0), moved to the cell's mean elevation at 6.5 K/km;"
            " local differences of GB 50736-2012 stations kriged on",
            licence="MIT (itur); ITU-R software and data, free use with attribution",
            period="ERA-Interim era, as ITU-R P.1510-1 (2017)",
            grade="reanalysis",
            grid=CLIMATE,
            values=temperature,
            resolution=0.1,
        ),
        BuiltLayer(
            id="air_density",
            title_en="Air density at 100 m above ground, annual mean",
            title_zh="100 m 高度年均空气密度",
            unit="kg/m3",
            source="ISO 2533 pressure at the cell's mean elevation + 100 m, ideal gas at its mean temperature",
            licence="Apache-2.0",
            period="climatology",
            grade="reference",
            grid=CLIMATE,
            values=density[None],
            resolution=0.001,
        ),
    ]
