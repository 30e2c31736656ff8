"""Monthly air temperature and rain on the climate grid, and the air density at 100 m.

Temperature is ITU-R P.1510 (0.75 degrees) moved by 6.5 K/km from the elevation its cell stands for to the
mean of our cell, then shifted by the stations' mean residual of the year, smoothed over 300 km.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from resources.build_atlas.interpolate import spread_residuals
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, Field, block_mean
from resources.stations import Station

Array = NDArray[np.float64]

LAPSE_K_PER_M = 0.0065
STANDARD_PRESSURE_PA = 101_325.0
GAS_CONSTANT = 287.05
HUB_M = 100.0


def temperature_monthly_c(source: Field, elevation: Field, stations: tuple[Station, ...]) -> Array:
    """(12, row, col) on CLIMATE, at the cell's mean elevation. [deg C]"""
    # The elevation a 0.75 degree point stands for: the mean within half a cell around it.
    step = abs(float(source.lon_deg[1] - source.lon_deg[0]))
    shifts = np.linspace(-step / 2, step / 2, 7)
    lon, lat = np.meshgrid(source.lon_deg, source.lat_deg)
    smooth = np.mean([elevation.at(lon + dx, lat + dy)[0] for dx in shifts for dy in shifts], axis=0)
    sea_level = Field(source.values + LAPSE_K_PER_M * smooth[None], source.lon_deg, source.lat_deg)
    own = block_mean(elevation.on(TERRAIN)[0])
    months = sea_level.on(CLIMATE) - LAPSE_K_PER_M * own[None]
    known = [s for s in stations if s.annual_temperature_c is not None]
    lon_s, lat_s = np.array([s.lon_deg for s in known]), np.array([s.lat_deg for s in known])
    modelled = sea_level.at(lon_s, lat_s).mean(axis=0) - LAPSE_K_PER_M * np.array(
        [s.elevation_m for s in known]
    )
    residual = np.array([s.annual_temperature_c or 0.0 for s in known]) - modelled
    return np.asarray(months + spread_residuals(lon_s, lat_s, residual, reach_km=300.0)[None])


def air_density_kg_per_m3(elevation_m: Array, annual_mean_c: Array) -> Array:
    """Annual mean density 100 m above ground: barometric pressure, ideal gas (ISO 2533)."""
    kelvin = annual_mean_c + 273.15
    height = elevation_m + HUB_M
    pressure = STANDARD_PRESSURE_PA * np.exp(-9.80665 * height / (GAS_CONSTANT * (kelvin + 0.00325 * height)))
    return np.asarray(pressure / (GAS_CONSTANT * (kelvin - LAPSE_K_PER_M * HUB_M)))


def build(context: Context) -> list[BuiltLayer]:
    """`temperature_monthly`, `rain_monthly`, `air_density`."""
    density = air_density_kg_per_m3(context.elevation_climate_m, context.temperature_monthly_c.mean(axis=0))
    itu = "MIT (package itur); ITU-R recommendation"
    return [
        BuiltLayer(
            "temperature_monthly", "Mean air temperature", "月平均气温", "deg C",
            "ITU-R P.1510-1 (0.75 deg), lapse 6.5 K/km to the cell, shifted to GB 50736-2012 stations",
            itu, "climate mean; stations 1971-2000", "reference", CLIMATE, context.temperature_monthly_c, 0.1,
        ),
        BuiltLayer(
            "rain_monthly", "Rain", "月降水量", "mm/month", "ITU-R P.837-7 (GPCC over land), 0.25 deg", itu,
            "climate mean", "reference", CLIMATE, context.rain_monthly_mm, 0.1,
        ),
        BuiltLayer(
            "air_density", "Air density at 100 m", "100 m 空气密度", "kg/m3",
            "barometric formula (ISO 2533) on elevation and mean temperature", "own work",
            "climate mean", "reference", CLIMATE,
            density[None],
            0.0005,
        ),
    ]  # fmt: skip
