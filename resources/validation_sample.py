"""One weather year at cells spread over every province: what provinces' profiles and yields are compared with.

A province's cells are sampled (at most `CELLS`); yearly means are carried from the sample to all its cells by the
ratio of the atlas's own layers, so that only the hours rest on the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE
from gis_layers.progress import Progress, silent
from resources import atlas
from resources.climate import PlaceClimate
from resources.weather import HourlyWeather, generate

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

CELLS = 48
"""Sampled cells a province."""
SEED = 2020


@dataclass(frozen=True, slots=True)
class Land:
    """All climate cells of China's land, with what the atlas says there."""

    lon_deg: Array
    lat_deg: Array
    province: NDArray[np.str_]
    """(cell,) adcode."""
    area: Array
    """(cell,) up to a factor."""
    pv_kwh_per_kwp: Array
    wind_cf_developable: Array
    wind_cf_area_mean: Array
    """Of the present base machine; mean of the cell's 5' cells. [-]"""
    elevation_m: Array
    desert: NDArray[np.bool_]
    """Cold desert (BWk)."""

    def best(self, own: NDArray[np.bool_], layer: Array, share: float, highest_m: float) -> NDArray[np.bool_]:
        """(cell,) the best part of `own` below a height: cells by falling `layer` up to a share of the area."""
        usable = np.flatnonzero(own & (self.elevation_m <= highest_m))
        ranked = usable[np.argsort(-layer[usable], kind="stable")]
        before = np.cumsum(self.area[ranked]) - self.area[ranked]
        chosen = np.zeros(len(own), dtype=bool)
        chosen[ranked[before < share * self.area[ranked].sum()]] = True
        return chosen


@dataclass(frozen=True, slots=True)
class Sample:
    """Cells sampled, and their weather."""

    cell: NDArray[np.int64]
    """(place,) index into the land's cells."""
    climate: PlaceClimate
    weather: HourlyWeather


def land() -> Land:
    """All cells whose centre lies in a province."""
    from gis_layers.boundary import locate

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    code = locate(lon, lat, "province")

    def coarse(id: str) -> Array:
        fine = atlas.read(id).values[0].reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)
        known = np.isfinite(fine)
        total = np.where(known, fine, 0.0).sum(axis=(1, 3)) / np.maximum(known.sum(axis=(1, 3)), 1)
        return np.asarray(np.where(known.any(axis=(1, 3)), total, np.nan).ravel(), dtype=np.float64)

    pv = atlas.read("pv_yield").values[0].ravel().astype(np.float64)
    developable, mean = coarse("wind_cf"), coarse("wind_cf_area_mean")
    here = (code != "") & np.isfinite(pv) & np.isfinite(developable)
    return Land(
        lon_deg=lon[here],
        lat_deg=lat[here],
        province=code[here],
        area=np.cos(np.radians(lat[here])),
        pv_kwh_per_kwp=pv[here],
        wind_cf_developable=developable[here],
        wind_cf_area_mean=mean[here],
        elevation_m=atlas.elevation_at(lon[here], lat[here]),
        desert=np.asarray(atlas.read("desert_class").values[0].ravel()[here] == 1),
    )


def cells_sampled(of: Land, most: int = CELLS) -> NDArray[np.int64]:
    """At most `most` cells of each province, evenly spaced in the order of the rows; the same each time."""
    chosen = []
    for code in np.unique(of.province):
        own = np.flatnonzero(of.province == code)
        count = min(most, len(own))
        chosen.append(own[((np.arange(count) + 0.5) * len(own) / count).astype(np.int64)])
    return np.concatenate(chosen)


def sample(of: Land, most: int = CELLS, progress: Progress = silent) -> Sample:
    """Weather of the sampled cells."""
    cell = cells_sampled(of, most)
    climate = atlas.climate_at(of.lon_deg[cell], of.lat_deg[cell])
    return Sample(cell, climate, generate(climate, SEED, progress))


def carried(of: Land, some: NDArray[np.int64], values: Array, layer: Array, own: NDArray[np.int64]) -> float:
    """Mean over all cells `own` of what is known at the sampled `some` of them, by the ratio of a layer.

    Parameters
    ----------
    some
        (sampled,) cells of the land.
    values
        (sampled,) known there.
    layer
        (cell,) of all the land, related to `values`.
    own
        (n,) cells to be stood for.
    """
    at = float(of.area[some] @ layer[some] / of.area[some].sum())
    everywhere = float(of.area[own] @ layer[own] / of.area[own].sum())
    known = float(of.area[some] @ values / of.area[some].sum())
    return known * everywhere / at
