"""The embedded atlas: its layers, and the monthly climate of any place in the window.

Importing this module is cheap; a raster is read when first asked for, and kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, WEST_DEG
from gis_layers.provenance import Grade
from resources.air import LAPSE_K_PER_M, air_density_kg_per_m3
from resources.atlas_words import WORDS_ZH
from resources.climate import PlaceClimate

if TYPE_CHECKING:
    from gis_layers.raster import Raster

LAYERS: tuple[str, ...] = (
    "elevation",
    "sea_depth",
    "land_share",
    "desert_class",
    "temperature_monthly",
    "rain_monthly",
    "ghi_monthly",
    "beam_share_monthly",
    "air_density",
    "wind_speed_100m",
    "wind_month_ratio",
    "weibull_shape",
    "wind_speedup",
    "terrain_exposure",
    "runoff",
    "hydro_potential",
    "river_flow",
    "basin",
    "pv_yield",
    "wind_cf",
    "wind_cf_area_mean",
    "complementarity",
)
"""Ids of all layers, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """What a reader must be told about a layer, as its file says."""

    id: str
    title_zh: str
    title_en: str
    unit: str
    source: str
    source_zh: str
    licence: str
    grade: Grade
    period: str
    period_zh: str
    bands: int
    path: Path


def layer_ids() -> tuple[str, ...]:
    """Ids of the layers this installation holds, in the order in which they are shown."""
    folder = resources.files("resources").joinpath("data/atlas")
    return tuple(id for id in LAYERS if folder.joinpath(f"{id}.tif").is_file())


@functools.cache
def layer(id: str) -> LayerInfo:
    """Title, unit, source and grade of a layer.

    Raises
    ------
    InputError
        There is no layer of that name.
    EnergyMapError
        `atlas_layer_missing`: the layer's file is not in this installation.
    """
    import rasterio

    path = _path(id)
    with rasterio.open(path) as source:
        tags, bands = source.tags(), source.count
    if tags["GRADE"] not in get_args(Grade):
        raise EnergyMapError("atlas_layer_damaged", layer=id, path=str(path))
    source_zh, period_zh = WORDS_ZH[id]
    return LayerInfo(
        id=id,
        title_zh=tags["TITLE_ZH"],
        title_en=tags["TITLE_EN"],
        unit=tags["UNIT"],
        source=tags["SOURCE"],
        source_zh=source_zh,
        licence=tags["LICENCE"],
        grade=cast(Grade, tags["GRADE"]),
        period=tags["PERIOD"],
        period_zh=period_zh,
        bands=bands,
        path=path,
    )


@functools.cache
def read(id: str) -> Raster:
    """The whole layer, (band, row, col), read once.

    Raises
    ------
    InputError, EnergyMapError
        As `layer`.
    """
    from gis_layers.raster import read_raster

    return read_raster(_path(id))


def check_window(lon_deg: ArrayLike, lat_deg: ArrayLike) -> None:
    """Refuse coordinates beyond the atlas (73-136E, 15-55N); whether they lie in China is not asked here.

    Raises
    ------
    InputError
        With one problem naming the first place that lies outside or is not a number.
    """
    lon, lat = np.broadcast_arrays(np.asarray(lon_deg, dtype=float), np.asarray(lat_deg, dtype=float))
    inside = (lon >= WEST_DEG) & (lon <= EAST_DEG) & (lat >= SOUTH_DEG) & (lat <= NORTH_DEG)
    if inside.all():
        return
    first = int(np.flatnonzero(~inside.ravel())[0])
    found = f"{lon.ravel()[first]:g} {lat.ravel()[first]:g}"
    raise InputError(
        Problem(
            "argument" if lon.size == 1 else f"place {first + 1} of {lon.size}",
            "LON LAT",
            found,
            f"{WEST_DEG:g}..{EAST_DEG:g} degrees east, {SOUTH_DEG:g}..{NORTH_DEG:g} degrees north",
        )
    )


def elevation_at(
    lon_deg: ArrayLike, lat_deg: ArrayLike, read: Callable[[str], Raster] = read
) -> NDArray[np.float64]:
    """Elevation of places, 0 at sea; bilinear between 5' cell means. [m]"""
    from gis_layers.raster import sample

    return np.asarray(
        np.nan_to_num(sample(read("elevation"), lon_deg, lat_deg)[0], nan=0.0), dtype=np.float64
    )


def climate_at(lon_deg: ArrayLike, lat_deg: ArrayLike, read: Callable[[str], Raster] = read) -> PlaceClimate:
    """Monthly climate of places.

    Parameters
    ----------
    lon_deg, lat_deg
        One place or (place,) of them, WGS84.
    read
        Where a layer comes from, the user's own data among them (`resource_data`).

    Returns
    -------
    PlaceClimate
        Fields bilinear between cell centres; temperature moved from the height of the climate cells to the
        place's own at 6.5 K/km, and air density computed at the place's height and temperature.

    Raises
    ------
    InputError
        A place outside the window of the atlas.
    """
    from gis_layers.raster import sample

    check_window(lon_deg, lat_deg)
    lon, lat = (
        np.array(v, dtype=np.float64)
        for v in np.broadcast_arrays(
            np.atleast_1d(np.asarray(lon_deg, dtype=float)), np.atleast_1d(np.asarray(lat_deg, dtype=float))
        )
    )

    def months(id: str) -> NDArray[np.float64]:
        return np.ascontiguousarray(sample(read(id), lon, lat).T)

    elevation = elevation_at(lon, lat, read)
    lift_m = elevation - sample(_climate_elevation(), lon, lat)[0]
    temperature = months("temperature_monthly") - LAPSE_K_PER_M * lift_m[:, None]
    speed = sample(read("wind_speed_100m"), lon, lat)[0]
    return PlaceClimate(
        lon_deg=lon,
        lat_deg=lat,
        elevation_m=elevation,
        ghi_monthly_kwh_per_m2=months("ghi_monthly"),
        beam_share_monthly=months("beam_share_monthly"),
        temperature_monthly_c=temperature,
        rain_monthly_mm=months("rain_monthly"),
        wind_speed_monthly_ms=speed[:, None] * months("wind_month_ratio"),
        weibull_shape=sample(read("weibull_shape"), lon, lat)[0],
        wind_speedup=sample(read("wind_speedup"), lon, lat)[0],
        air_density_kg_per_m3=air_density_kg_per_m3(elevation, temperature.mean(axis=1), height_m=100.0),
    )


@functools.cache
def _climate_elevation() -> Raster:
    """Mean elevation of the climate cells, sea as 0: the height their temperature stands for."""
    from gis_layers.grid import CLIMATE
    from gis_layers.raster import Raster

    fine = read("elevation")
    blocks = np.nan_to_num(fine.values[0], nan=0.0).reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)
    return Raster(values=np.asarray(blocks.mean(axis=(1, 3)))[None], bounds=fine.bounds)


def _path(id: str) -> Path:
    if id not in LAYERS:
        raise InputError(Problem("argument", "layer", id, "one of " + ", ".join(LAYERS)))
    path = _file(id)
    if not path.is_file():
        raise EnergyMapError("atlas_layer_missing", layer=id, path=str(path))
    return path


def _file(id: str) -> Path:
    return Path(str(resources.files("resources").joinpath(f"data/atlas/{id}.tif")))
