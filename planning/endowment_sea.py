"""Wind at sea for the endowment: cells of the sea, the coast each is nearest to, and what they could yield.

Which coast a cell is nearest to is geometry and nothing else: it says nothing of boundaries, of jurisdiction or of
claims at sea, and cells left out are left out of an estimate of energy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from gis_layers.grid import TERRAIN
from gis_layers.progress import Progress, part, silent
from gis_layers.raster import cell_area_km2
from resources import atlas
from resources.foundations import FOUNDATIONS
from resources.offshore import (
    DENSITY_MW_PER_KM2,
    OffshoreSites,
    offshore_grid,
    offshore_turbine,
)
from resources.resource_data import EMBEDDED, ResourceData
from resources.wind import wind_capacity_factor

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_EARTH_KM: Final = 6371.0
_BLOCK: Final = 3
"""Sea cells on a side that share one place of weather: 0.25 degrees, the grid of the wind's months and shape."""
_AT_ONCE: Final = 200
"""Places of weather in memory at once: some 100 MiB."""


class SeaRules(BaseModel):
    """What of the sea is counted. Tier of every default: estimated."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    nearest_km: float = Field(default=10.0, ge=0, le=100)
    """From the coast; the usual rule for siting (10 km or more)."""
    farthest_km: float = Field(default=100.0, gt=0, le=300)
    usable_share: float = Field(default=0.20, gt=0, le=1)
    """Left by shipping lanes, fishing, cables, reserves, defence. [-]"""
    density_mw_per_km2: float = Field(default=DENSITY_MW_PER_KM2, gt=0, le=20)
    year: int = 2020
    """Seed of the generated hours."""


@dataclass(frozen=True, slots=True)
class Sea:
    """Cells that could be built on."""

    lon_deg: Array
    lat_deg: Array
    coast_lon_deg: Array
    """(cell,) the 5' land cell of China's coast it is nearest to."""
    coast_lat_deg: Array
    foundation: Index
    """(cell,) into `offshore.FOUNDATIONS`."""
    usable_km2: Array
    capacity_mw: Array
    energy_mwh: Array
    """(cell,) on shore, a year."""


def assess_sea(
    rules: SeaRules | None = None, data: ResourceData = EMBEDDED, progress: Progress = silent
) -> Sea:
    """Every usable sea cell with its capacity and energy.

    Notes
    -----
    Hours are computed at one place per 0.25 degrees with the machine of `offshore_turbine`; each 5' cell then loses
    what its own depth and distance cost. A cell nearer to other land than to China's is left out.
    """
    rules = rules or SeaRules()
    west, south, east, north = 105.0, TERRAIN.lat_deg[-1], 126.0, 42.0
    sites, flat = offshore_grid(west, float(south), east, north)
    own, foreign = _coasts()
    to_own, nearest = own.query(_sphere(sites.lon_deg, sites.lat_deg))
    to_other, _ = foreign.query(_sphere(sites.lon_deg, sites.lat_deg))
    kept = np.flatnonzero(
        (sites.foundation != "")
        & (sites.distance_km >= rules.nearest_km)
        & (sites.distance_km <= rules.farthest_km)
        & (to_own <= to_other)
    )
    row, col = np.divmod(flat[kept], TERRAIN.cols)
    hours = _gross_hours(sites, kept, row, col, rules.year, data, progress)
    kept_share = (1 - sites.availability_loss_share[kept]) * (1 - sites.electrical_loss_share[kept])
    km2 = cell_area_km2(TERRAIN).ravel()[flat[kept]] * _water_share(flat[kept]) * rules.usable_share
    coast = own.data[nearest[kept]]
    progress(1.0, "endowment: sea")
    return Sea(
        lon_deg=sites.lon_deg[kept],
        lat_deg=sites.lat_deg[kept],
        coast_lon_deg=np.degrees(np.arctan2(coast[:, 1], coast[:, 0])),
        coast_lat_deg=np.degrees(np.arcsin(np.clip(coast[:, 2], -1, 1))),
        foundation=np.array([FOUNDATIONS.index(str(f)) for f in sites.foundation[kept]], dtype=np.int64),
        usable_km2=km2,
        capacity_mw=km2 * rules.density_mw_per_km2,
        energy_mwh=km2 * rules.density_mw_per_km2 * hours * kept_share,
    )


def _gross_hours(
    sites: OffshoreSites,
    kept: NDArray[np.intp],
    row: NDArray[np.intp],
    col: NDArray[np.intp],
    year: int,
    data: ResourceData,
    progress: Progress,
) -> Array:
    """(kept,) full-load hours before the losses that differ by place, wakes included. [h]"""
    block = (row // _BLOCK) * TERRAIN.cols + col // _BLOCK
    _, first, back = np.unique(block, return_index=True, return_inverse=True)
    count = np.bincount(back)
    lon = np.bincount(back, sites.lon_deg[kept]) / count
    lat = np.bincount(back, sites.lat_deg[kept]) / count
    turbine = offshore_turbine()
    hours = np.empty(len(first))
    for start in range(0, len(first), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        within = part(progress, start / len(first), min(1.0, (start + _AT_ONCE) / len(first)))
        within(0.0, "endowment: sea")
        climate = data.climate_at(lon[some], lat[some])
        served = data.weather_at(climate, year)
        hours[some] = wind_capacity_factor(served.weather, turbine).sum(axis=1, dtype=np.float64)
    return hours[back]


def _water_share(flat: NDArray[np.intp]) -> Array:
    land = np.nan_to_num(atlas.read("land_share").values[0]).ravel()[flat]
    return np.asarray(np.clip(1.0 - land, 0.0, 1.0), dtype=np.float64)


def _coasts() -> tuple[Any, Any]:
    """Trees of the centres of 5' cells that are mostly land and touch the sea: China's, and all others'."""
    from scipy.ndimage import binary_dilation
    from scipy.spatial import cKDTree

    from gis_layers.boundary import locate

    land = np.nan_to_num(atlas.read("land_share").values[0]) >= 0.5
    sea = np.isfinite(atlas.read("sea_depth").values[0])
    row, col = np.nonzero(land & binary_dilation(sea, np.ones((3, 3), dtype=np.bool_)))
    lon, lat = TERRAIN.lon_deg[col], TERRAIN.lat_deg[row]
    ours = locate(lon, lat, "province") != ""
    points = _sphere(lon, lat)
    return cKDTree(points[ours]), cKDTree(points[~ours])


def _sphere(lon_deg: Array, lat_deg: Array) -> Array:
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
