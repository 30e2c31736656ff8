"""Where people live, for want of a population map: the provinces' censuses spread over towns and farmland.

A reconstruction for what follows people (roofs), not a map of population. Errors by county against a measured
map: docs/pv.md. The user's own map replaces it.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import TERRAIN
from resources import atlas

Array = NDArray[np.float64]

_CENSUS = Path(__file__).parent / "data" / "province_people.csv"
_MOST_IN_TOWNS: Final = 0.7
"""Of a province's people: GeoNames counts some districts twice (Shanghai 60 million)."""
_TOWN_RADIUS_KM: Final = 8.0
"""Of a town of a million; grows with the square root of the people."""
_LIVELY_C: Final = 2.0
_CALM_M: Final = 900.0
_ROUGH_M: Final = 350.0


@functools.cache
def census() -> dict[str, float]:
    """People of each province by adcode, 2020. [persons]"""
    with _CENSUS.open(encoding="utf-8", newline="") as file:
        return {row["adcode"]: float(row["people_million"]) * 1e6 for row in csv.DictReader(file)}


@functools.cache
def people_per_km2() -> Array:
    """(row, col) TERRAIN: people per km2 of the cell, 0 abroad and at sea; read-only. [1/km2]

    Notes
    -----
    In each province towns (GeoNames, 100,000 people and more) have what GeoNames says, at most 70 % of the
    census, spread around their centre; the rest live on the land, by its weight as farmland: less with height,
    ruggedness, cold and drought. The provinces' sums are the census (2020).
    """
    from gis_layers.zonal import zones

    provinces = zones("province", TERRAIN)
    towns, farms = _towns(), farmland_weight()
    density = np.zeros(TERRAIN.rows * TERRAIN.cols)
    for index, code in enumerate(provinces.ids):
        people = census().get(code, 0.0)
        area = provinces.area_km2[[index]].tocoo()
        cell, km2 = area.coords[1], area.data
        in_towns = towns.ravel()[cell] * km2
        on_land = farms.ravel()[cell] * km2
        urban = min(float(in_towns.sum()), _MOST_IN_TOWNS * people)
        if not on_land.sum():
            urban = people if in_towns.sum() else 0.0
        share = np.zeros_like(km2)
        if in_towns.sum():
            share += urban * in_towns / in_towns.sum()
        if on_land.sum():
            share += (people - urban) * on_land / on_land.sum()
        # A cell on the border takes from both sides by area.
        np.add.at(density, cell, share)
    whole = np.asarray(provinces.area_km2.sum(axis=0)).ravel()
    mean: Array = np.divide(density, whole, out=np.zeros_like(density), where=whole > 0)
    out = mean.reshape(TERRAIN.shape)
    out.setflags(write=False)
    return out


def farmland_weight() -> Array:
    """(row, col) TERRAIN: how densely people settle outside towns, any scale; 0 at sea."""

    def on_terrain(values: Array) -> Array:
        return np.repeat(np.repeat(np.nan_to_num(values), 3, axis=0), 3, axis=1)

    height = np.nan_to_num(atlas.read("elevation").values[0])
    land = np.nan_to_num(atlas.read("land_share").values[0])
    if land.shape != TERRAIN.shape:
        land = on_terrain(land)
    warm = on_terrain(atlas.read("temperature_monthly").values.mean(axis=0))
    rain = on_terrain(atlas.read("rain_monthly").values.sum(axis=0))
    return np.asarray(
        land
        * np.exp(-np.maximum(height, 0.0) / _CALM_M)
        * np.exp(-_spread(height) / _ROUGH_M)
        / (1 + np.exp(-(warm - _LIVELY_C) / 2.0))
        * np.clip(rain / 500.0, 0.02, 1.0)
    )


def _spread(height: Array) -> Array:
    """Standard deviation of the 3 x 3 cells around each. [m]"""
    from scipy.ndimage import uniform_filter

    mean = uniform_filter(height, 3, mode="nearest")
    return np.asarray(np.sqrt(np.maximum(uniform_filter(height**2, 3, mode="nearest") - mean**2, 0.0)))


def _towns() -> Array:
    """(row, col) TERRAIN: people per km2 of towns, as GeoNames counts them."""
    from gis_layers.boundary import table

    towns = table("city_point")
    out = np.zeros(TERRAIN.shape)
    lon, lat = TERRAIN.lon_deg, TERRAIN.lat_deg
    columns = towns.columns
    for x, y, people in zip(columns["lon"], columns["lat"], columns["population"], strict=True):
        radius_km = _TOWN_RADIUS_KM * np.sqrt(float(people) / 1e6)
        reach = 4 * max(radius_km, 3.0) / 111.0
        rows = np.flatnonzero(np.abs(lat - y) < reach)
        cols = np.flatnonzero(np.abs(lon - x) < reach / np.cos(np.radians(y)))
        if not (len(rows) and len(cols)):
            continue
        north, east = (lat[rows] - y) * 111.2, (lon[cols] - x) * 111.2 * np.cos(np.radians(y))
        weight = np.exp(-0.5 * (north[:, None] ** 2 + east[None, :] ** 2) / max(radius_km, 3.0) ** 2)
        area_km2 = (111.2 * TERRAIN.step_deg) ** 2 * np.cos(np.radians(y))
        out[np.ix_(rows, cols)] += float(people) * weight / (weight.sum() * area_km2)
    return out
