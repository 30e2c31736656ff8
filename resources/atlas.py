"""The embedded atlas: layers by id, and the monthly climate of any place."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, WEST_DEG
from gis_layers.provenance import Grade
from gis_layers.raster import Raster, read_raster, sample
from resources.climate import PlaceClimate

Array = NDArray[np.float64]

FOLDER = Path(__file__).parent / "data" / "atlas"
LAPSE_K_PER_M = 0.0065
"""Standard atmosphere, ISO 2533."""
DENSITY_SCALE_HEIGHT_M = 9_500.0
"""Of air density near the ground: d ln(rho)/dz of the standard atmosphere between 0 and 4 km."""


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """What a layer is, from its tags."""

    id: str
    title_zh: str
    title_en: str
    unit: str
    source: str
    grade: Grade
    period: str
    path: Path


def layer_ids() -> tuple[str, ...]:
    """Ids of all embedded layers."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.tif")))


@functools.cache
def read(layer_id: str) -> Raster:
    """A layer, kept after the first read; KeyError for an unknown id."""
    path = FOLDER / f"{layer_id}.tif"
    if not path.exists():
        raise KeyError(layer_id)
    return read_raster(path)


def layer(layer_id: str) -> LayerInfo:
    """What stands behind a layer; KeyError for an unknown id."""
    tags = read(layer_id).tags
    grade: Grade = next(g for g in get_args(Grade) if g == tags["GRADE"])
    return LayerInfo(
        id=layer_id,
        title_zh=tags["TITLE_ZH"],
        title_en=tags["TITLE_EN"],
        unit=tags["UNIT"],
        source=tags["SOURCE"],
        grade=grade,
        period=tags["PERIOD"],
        path=FOLDER / f"{layer_id}.tif",
    )


def climate_at(lon_deg: ArrayLike, lat_deg: ArrayLike) -> PlaceClimate:
    """The climate of places.

    Parameters
    ----------
    lon_deg, lat_deg : (place,)
        Anywhere in 73-136 E, 15-55 N.

    Returns
    -------
    PlaceClimate
        Temperature and density at the place's own elevation (5' cell mean), 6.5 K/km from the climate
        cell's; wind is the area mean of the 5' cell, with its speed-up beside it.

    Raises
    ------
    InputError
        A place outside the atlas window.
    """
    lon, lat = np.atleast_1d(np.asarray(lon_deg, float)), np.atleast_1d(np.asarray(lat_deg, float))
    bad = ~((lon >= WEST_DEG) & (lon <= EAST_DEG) & (lat >= SOUTH_DEG) & (lat <= NORTH_DEG))
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise InputError(
            Problem(
                "argument",
                "LON LAT",
                f"{lon[first]:g} {lat[first]:g}",
                f"{WEST_DEG:g} to {EAST_DEG:g} east, {SOUTH_DEG:g} to {NORTH_DEG:g} north",
            )
        )

    def at(layer_id: str) -> Array:
        return sample(read(layer_id), lon, lat).T

    # No elevation is sea, whose surface is at 0.
    elevation = np.nan_to_num(sample(read("elevation"), lon, lat, "nearest")[0])
    cell_elevation = sample(_climate_elevation(), lon, lat)[0]
    above_m = elevation - cell_elevation
    wind_annual = at("wind_speed_100m")
    return PlaceClimate(
        lon_deg=lon,
        lat_deg=lat,
        elevation_m=elevation,
        ghi_monthly_kwh_per_m2=at("ghi_monthly"),
        beam_share_monthly=at("beam_share_monthly"),
        temperature_monthly_c=at("temperature_monthly") - LAPSE_K_PER_M * above_m[:, None],
        rain_monthly_mm=at("rain_monthly"),
        wind_speed_monthly_ms=wind_annual * at("wind_month_ratio"),
        weibull_shape=at("weibull_shape")[:, 0],
        wind_speedup=at("wind_speedup")[:, 0],
        air_density_kg_per_m3=at("air_density")[:, 0] * np.exp(-above_m / DENSITY_SCALE_HEIGHT_M),
    )


@functools.cache
def _climate_elevation() -> Raster:
    """Mean elevation of the climate cells: what the climate layers are valid at."""
    fine = read("elevation")
    rows, cols = fine.shape
    mean = np.nan_to_num(fine.values).reshape(1, rows // 3, 3, cols // 3, 3).mean(axis=(2, 4))
    return Raster(mean, fine.west_deg, fine.north_deg, fine.step_deg * 3, fine.tags)
