"""The wind layers: town stations, published sites and the sea as anchors, terrain and roughness between them.

1. Anchors. The stations of GB 50736 (mean of winter and summer, 10 m, most of them sheltered by a town) are
   lifted to open ground at 100 m by `LIFT`, less where the air is dry and the town small, on coasts and on
   summits. Published site means (planning tables' sources) are lifted by a power law and divided by the
   same `site_gain` over their cell that sites are given: next to nothing on a plain, a quarter among
   mountains. At sea the COADS climatology x 1.15 (10-20 m to 100 m).
2. Between them: the logarithm of speed is linear in terrain indices of the 5' elevation (above or below the
   surroundings at 20 and 50 km, basin shelter, gaps between walls in dry land, relief), latitude, elevation
   and rain, fitted by generalised least squares with weak priors; residuals kriged (70 and 350 km).
3. Regions. The provinces' (estimated) order of mean speeds at 70 m as far as the field misses it, kriged from
   the provinces' middles over 250 km: the ridges of the south-west, which town stations do not see.
4. Level. All land speeds times `LEVEL`, so that the fleet of 2019 on developable ground yields the published
   full-load hours of the provinces in the median (docs/atlas.md: speeds published for single sites lie
   above what the published hours of their provinces allow).
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from resources.build_atlas.interpolate import distances_km, spread_residuals
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, Field, block_mean, itur_elevation, itur_rain_mm
from resources.build_atlas.wind_exposure import (
    BARRIER_KM,
    WALL_KM,
    Raster,
    basin_shelter,
    corridor_index,
    highest_along,
    smooth,
)
from resources.stations import Station

Array = NDArray[np.float64]

LIFT, LIFT_COAST, LIFT_SUMMIT = 2.0, 1.5, 1.2
LIFT_DRY_LESS = 0.18
LIFT_VALLEY_MORE = 0.3
SEA_LIFT = 1.15
LEVEL = 0.82
ORDER_WEIGHT = 1.0
"""Of the provinces' order in the regional correction."""
HOURS_WEIGHT = 0.8
"""Of the published hours in the correction of the speed-up."""
RELIEF_GAIN = 0.45
"""Of `site_gain`. Published hours before the correction would have 0.5 (median error 14 % for 15 %; 19 % at 0.3),
but there the Gobi of Hexi falls just below the top fifth of its surroundings."""
PRIOR = np.array([1.7, 0.1, 0.2, 0.1, 0.1, -0.5, 0.8, 0.1, 0.1, -0.05, -0.25])
PRIOR_SD = np.array([3, 0.05, 0.1, 0.05, 0.05, 0.5, 0.5, 0.3, 0.1, 0.05, 0.07])
"""Of: one, below and above the ground at 20 km, the same at 50 km, basin, gap in dry land, latitude,
elevation, rain, relief."""
HIGHEST_COUNTED_M = 2000.0

# Published means at masts and farms: lon, lat, height [m], speed [m/s], log error (tier A/B 0.05, C 0.07).
# The same rows, with sources, are planning/data and docs/atlas.md.
SITES = (
    ("Changma", 97.0, 40.2, 70, 7.89, 0.05),
    ("Dabancheng", 88.2, 43.5, 30, 8.1, 0.07),
    ("Huitengxile", 112.6, 41.1, 40, 8.4, 0.07),
    ("Zhangbei", 114.6, 41.4, 70, 7.5, 0.07),
    ("Damao", 110.4, 41.7, 70, 7.9, 0.07),
    ("Huitengliang", 116.2, 43.6, 70, 8.2, 0.07),
    ("Tongyu", 123.0, 44.8, 65, 7.0, 0.07),
    ("Santanghu", 93.3, 44.1, 80, 7.0, 0.07),
    ("Alashankou", 82.57, 45.17, 50, 8.0, 0.07),
    ("Rudong", 121.2, 32.4, 70, 6.9, 0.07),
    ("Chaka", 99.08, 36.79, 80, 6.2, 0.07),
    ("Guazhou", 95.6, 40.6, 70, 7.2, 0.07),
    ("Pingtan", 119.79, 25.5, 70, 8.4, 0.05),
    ("Nan'ao", 117.05, 23.43, 40, 8.54, 0.07),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Terrain fields on a 1/12 degree raster with a margin around the window."""

    raster: Raster
    fields: dict[str, Array]

    def at(self, lon_deg: Array, lat_deg: Array) -> dict[str, Array]:
        """Every field at points."""
        source = Field(np.stack(list(self.fields.values())), self.raster.lon_deg, self.raster.lat_deg)
        return dict(zip(self.fields, source.at(lon_deg, lat_deg), strict=True))


def ground() -> Ground:
    """The indices of wind_exposure and what else the regression takes, everywhere in the margin."""
    step = 1.0 / 12.0
    lon = np.asarray(69.5 + (np.arange(round(70.0 / step)) + 0.5) * step, dtype=np.float64)
    lat = np.asarray(58.5 - (np.arange(round(47.0 / step)) + 0.5) * step, dtype=np.float64)
    grid_lon, grid_lat = np.meshgrid(lon, lat)
    z = itur_elevation().at(grid_lon, grid_lat)[0]
    raster = Raster(z, lon, lat)
    sea = (z <= 0.0).astype(float)
    mean_30 = smooth(raster, z, 30.0)
    rain = itur_rain_mm().at(grid_lon, grid_lat).sum(axis=0)
    dry = np.clip(1.0 - rain / 500.0, 0.0, 1.0)
    gap = corridor_index(highest_along(raster, smooth(raster, z, 10.0), WALL_KM))
    return Ground(
        raster,
        {
            "z": z,
            "m20": smooth(raster, z, 20.0),
            "m50": smooth(raster, z, 50.0),
            "sd15": np.sqrt(np.maximum(smooth(raster, z * z, 15.0) - smooth(raster, z, 15.0) ** 2, 0.0)),
            "sd30": np.sqrt(np.maximum(smooth(raster, z * z, 30.0) - mean_30**2, 0.0)),
            "basin": basin_shelter(highest_along(raster, smooth(raster, z, 25.0), BARRIER_KM)),
            "gap": gap * dry,
            "dry": dry,
            "sea15": smooth(raster, sea, 15.0),
            "sea60": smooth(raster, sea, 60.0),
            "rain": np.log(np.clip(rain, 50.0, 2000.0) / 600.0),
            "lat": np.broadcast_to(((np.clip(lat, 23.0, 46.0) - 35.0) / 10.0)[:, None], z.shape).copy(),
        },
    )


def _design(f: dict[str, Array], elevation_m: Array) -> Array:
    above_20, above_50 = elevation_m - f["m20"], elevation_m - f["m50"]
    relief = f["sd30"] / (f["sd30"] + 200.0)
    return np.stack(
        [
            np.ones_like(elevation_m),
            np.clip(above_20, -400.0, 0.0) / 300.0,
            np.clip(above_20, 0.0, 300.0) / 300.0,
            np.clip(above_50, -400.0, 0.0) / 300.0,
            np.clip(above_50, 0.0, 450.0) / 300.0,
            f["basin"],
            f["gap"],
            f["lat"],
            np.minimum(elevation_m, HIGHEST_COUNTED_M) / 1000.0,
            f["rain"],
            relief,
        ],
        axis=-1,
    )


def _sea_weight(f: dict[str, Array]) -> Array:
    return np.asarray(0.6 * f["sea15"] + 0.4 * f["sea60"])


def _lifted(stations: list[Station], f: dict[str, Array], elevation_m: Array) -> Array:
    """Station means at 10 m in town to open ground at 100 m. [m/s]"""
    speed = np.array([((s.summer_wind_ms or 0.0) + (s.winter_wind_ms or 0.0)) / 2 for s in stations])
    above = elevation_m - f["m20"]
    coast = np.clip((f["sea15"] - 0.02) / 0.23, 0.0, 1.0) * np.clip((speed - 3.0) / 2.0, 0.0, 1.0)
    summit = np.clip((above - 100.0) / 300.0, 0.0, 1.0)
    lift = LIFT * (1.0 - LIFT_DRY_LESS * f["dry"])
    lift = lift - (lift - LIFT_COAST) * coast
    lift = lift - (lift - LIFT_SUMMIT) * summit
    valley = f["sd30"] / (f["sd30"] + 200.0) * np.clip(1.0 - above / 100.0, 0.0, 1.0) * (1.0 - coast)
    return np.asarray(speed * lift * (1.0 + LIFT_VALLEY_MORE * valley))


def _covariance(distance_km: Array) -> Array:
    return np.asarray(0.03 * np.exp(-distance_km / 70.0) + 0.035 * np.exp(-distance_km / 350.0))


def coads(debian_dir: Path) -> tuple[Array, Array, Array]:
    """(12, point) monthly scalar wind at sea with the points' lon and lat; 10-20 m. [m/s]"""
    import netCDF4

    path = debian_dir / "usr/share/ferret-vis/data/coads_climatology.cdf"
    with netCDF4.Dataset(str(path)) as data:
        speed = np.ma.filled(data["WSPD"][:].astype(float), np.nan)
        lon, lat = np.asarray(data["COADSX"][:], float), np.asarray(data["COADSY"][:], float)
    grid_lon, grid_lat = np.meshgrid(lon, lat)
    near = (grid_lon > 60) & (grid_lon < 150) & (grid_lat > 3) & (grid_lat < 65)
    known = near & np.isfinite(speed).all(axis=0)
    return speed[:, known], grid_lon[known], grid_lat[known]


def _sea_field(values: Array, lon: Array, lat: Array, to_lon: Array, to_lat: Array) -> Array:
    """Gaussian mean over 120 km of sea points, falling to the nearest ones far inland."""
    out = np.empty(to_lon.size)
    for part in np.array_split(np.arange(to_lon.size), 24):
        d = distances_km(to_lon.ravel()[part], to_lat.ravel()[part], lon, lat)
        weight = np.exp(-((d / 120.0) ** 2) / 2.0) + 1e-12 * np.exp(-d / 500.0)
        out[part] = weight @ values / weight.sum(axis=1)
    return out.reshape(to_lon.shape)


def _coarse() -> tuple[Array, Array]:
    return np.arange(72.0, 138.0, 0.5), np.arange(56.0, 13.9, -0.5)


def annual_speed_ms(context: Context, land: Ground) -> tuple[Array, Array]:
    """(row, col) TERRAIN mean speed at 100 m, area mean of the cell; and the weight of the sea in it."""
    stations = [s for s in context.stations if s.summer_wind_ms and s.winter_wind_ms]
    lon = np.array([s.lon_deg for s in stations] + [s[1] for s in SITES])
    lat = np.array([s.lat_deg for s in stations] + [s[2] for s in SITES])
    f = land.at(lon, lat)
    count = len(stations)
    elevation = np.concatenate([np.array([s.elevation_m for s in stations]), f["z"][count:]])
    own = {k: v[:count] for k, v in f.items()}
    at_stations = _lifted(stations, own, elevation[:count])
    height = np.array([s[3] for s in SITES], dtype=float)
    at_sites = np.array([s[4] for s in SITES]) * (100.0 / height) ** np.where(height < 60, 0.12, 0.14)
    at_sites = at_sites / site_gain({k: v[count:] for k, v in f.items()})
    monthly, sea_lon, sea_lat = coads(context.debian_dir)
    grid_lon, grid_lat = np.meshgrid(*_coarse())
    sea = np.clip(
        _sea_field(monthly.mean(axis=0), sea_lon, sea_lat, grid_lon, grid_lat) * SEA_LIFT, 3.0, 12.0
    )
    sea_source = Field(sea[None], *_coarse())
    weight = _sea_weight(f)
    target = np.log(np.concatenate([at_stations, at_sites])) - weight * np.log(sea_source.at(lon, lat)[0])
    inland = 1.0 - weight
    design = _design(f, elevation) * inland[:, None]
    nugget = np.concatenate([np.full(count, 0.025), np.array([s[5] for s in SITES]) ** 2])
    covariance = _covariance(distances_km(lon, lat, lon, lat)) * inland[:, None] * inland[None] + np.diag(
        nugget
    )
    inverse = np.linalg.inv(covariance)
    precision = np.diag(1.0 / PRIOR_SD**2)
    slope = np.linalg.solve(
        design.T @ inverse @ design + precision, design.T @ inverse @ target + precision @ PRIOR
    )
    weights = inverse @ (target - design @ slope) * inland
    d = distances_km(grid_lon.ravel(), grid_lat.ravel(), lon, lat)
    residual = Field((_covariance(d) @ weights).reshape(grid_lon.shape)[None], *_coarse())
    cell_lon, cell_lat = np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg)
    cells = land.at(cell_lon, cell_lat)
    on_land = LEVEL * np.exp(_design(cells, cells["z"]) @ slope + residual.at(cell_lon, cell_lat)[0])
    on_land = on_land * _regional_correction(on_land)
    share = _sea_weight(cells)
    return np.exp((1 - share) * np.log(on_land) + share * np.log(sea_source.at(cell_lon, cell_lat)[0])), share


def _province_rows() -> list[dict[str, str]]:
    with (files("resources") / "data" / "province_order.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@functools.cache
def _province_middles() -> dict[str, tuple[tuple[float, float], NDArray[np.intp], Array]]:
    """By adcode: the middle (lon, lat), the climate cells and their areas (relative)."""
    from gis_layers.boundary import locate

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    code = locate(lon, lat, "province")
    area = np.cos(np.deg2rad(lat))
    middles = {}
    for adcode in sorted(set(code.tolist()) - {""}):
        own = np.flatnonzero(code == adcode)
        weight = area[own]
        place = (float(np.average(lon[own], weights=weight)), float(np.average(lat[own], weights=weight)))
        middles[adcode] = (place, own, weight)
    return middles


def _hours_correction() -> Array:
    """(row, col) TERRAIN factor on the speed-up, from published hours of 2019 over those of a first pass.

    Hours go with about the 1.8th power of speed in this range; kriged from the provinces' middles, 200 km. The
    first pass is the chain's profiles of the fleet on this atlas built with `HOURS_WEIGHT` 0 (docs/atlas.md): it
    is to be taken anew when anything above changes.
    """
    places, gaps = [], []
    for row in _province_rows():
        if row["wind_hours_2019"] and row["first_pass_hours"]:
            places.append(_province_middles()[row["adcode"]][0])
            gaps.append(
                HOURS_WEIGHT / 1.8 * np.log(float(row["wind_hours_2019"]) / float(row["first_pass_hours"]))
            )
    where = np.array(places)
    field = spread_residuals(where[:, 0], where[:, 1], np.array(gaps), 200.0, TERRAIN, nugget=0.05)
    return np.asarray(np.exp(field))


def _regional_correction(speed_ms: Array) -> Array:
    """(row, col) TERRAIN factor that moves provinces towards their published order, mean 1 over them."""
    published = {row["adcode"]: float(row["wind_70m_ms"]) for row in _province_rows()}
    coarse = block_mean(speed_ms)
    middles = _province_middles()
    places, gaps = [], []
    for adcode, speed in published.items():
        place, own, weight = middles[adcode]
        ours = float(np.average(coarse.ravel()[own], weights=weight)) * 0.7**0.14
        places.append(place)
        gaps.append(np.log(speed / ours))
    gap = np.array(gaps) - np.median(gaps)
    where = np.array(places)
    field = spread_residuals(where[:, 0], where[:, 1], ORDER_WEIGHT * gap, 250.0, TERRAIN, nugget=0.05)
    return np.asarray(np.exp(field))


def site_gain(f: dict[str, Array]) -> Array:
    """Mean speed of a site chosen for wind over its surroundings': relief and coasts offer better ground. [-]

    1.01 on plains, 1.26 with 300 m of spread within 15 km (the reach of a 0.25 degree cell, so that a plain at
    the foot of mountains is not taken for hills), 0.03 more on coasts.
    """
    relief = f["sd15"] / (f["sd15"] + 250.0)
    coast = np.clip(f["sea15"] * (1.0 - f["sea15"]) * 4.0, 0.0, 1.0)
    return np.asarray(1.01 + RELIEF_GAIN * relief + 0.03 * coast)


def speedup(cells: dict[str, Array], sea_weight: Array) -> Array:
    """Developable sites' mean speed over their cell's, >= 1; 1 at sea. [-]

    `site_gain`, moved towards the published hours of the provinces (`_hours_correction`).
    """
    inland = 1.0 - np.clip(sea_weight, 0.0, 1.0)
    corrected = site_gain(cells) * _hours_correction()
    return np.asarray(np.maximum(1.0 + (corrected - 1.0) * inland, 1.0))


def month_ratio(context: Context, sea_weight_climate: Array) -> Array:
    """(12, row, col) CLIMATE month mean over annual mean.

    On land the stations' winter-summer contrast, kriged, and a spring maximum of 8 % in the north (general
    knowledge); at sea COADS.
    """
    stations = [s for s in context.stations if s.summer_wind_ms and s.winter_wind_ms]
    summer = np.array([s.summer_wind_ms or 0.0 for s in stations])
    winter = np.array([s.winter_wind_ms or 0.0 for s in stations])
    contrast = np.clip((winter - summer) / (winter + summer), -0.4, 0.4)
    lon, lat = np.array([s.lon_deg for s in stations]), np.array([s.lat_deg for s in stations])
    field = contrast.mean() + spread_residuals(lon, lat, contrast - contrast.mean(), 300.0, nugget=0.5)
    month = np.arange(12)[:, None, None]
    north = np.clip((CLIMATE.lat_deg - 25.0) / 15.0, 0.0, 1.0)[None, :, None]
    on_land = (
        1.0
        + field[None] * np.cos(2 * np.pi * month / 12)
        + 0.08 * north * np.cos(2 * np.pi * (month - 3) / 12)
    )
    monthly, sea_lon, sea_lat = coads(context.debian_dir)
    grid_lon, grid_lat = np.meshgrid(*_coarse())
    ratio = monthly / monthly.mean(axis=0)
    at_sea = np.stack([_sea_field(r, sea_lon, sea_lat, grid_lon, grid_lat) for r in ratio])
    sea = Field(at_sea, *_coarse()).on(CLIMATE)
    mixed = (1 - sea_weight_climate) * on_land + sea_weight_climate * sea
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.0
    return np.asarray(mixed / np.tensordot(days, mixed, 1)[None])


def weibull_shape(speed_ms: Array) -> Array:
    """Weibull k at 100 m: 0.94 sqrt(U) at 10 m (Justus et al. 1978), held between 1.6 and 2.2."""
    return np.asarray(np.clip(0.94 * np.sqrt(speed_ms / 1.45), 1.6, 2.2))


def build(context: Context) -> list[BuiltLayer]:
    """`terrain_exposure`, `wind_speed_100m`, `wind_month_ratio`, `weibull_shape`, `wind_speedup`."""
    land = ground()
    speed, sea_weight = annual_speed_ms(context, land)
    cells = land.at(*np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg))
    exposure = np.clip(
        (cells["z"] - cells["m20"]) / 300.0 + (cells["z"] - cells["m50"]) / 600.0 + 2.0 * cells["gap"]
        - 2.0 * cells["basin"], -4.0, 4.0,
    )  # fmt: skip
    source = "GB 50736-2012 stations, published sites and COADS as anchors; terrain regression and kriging"
    licence = "own work on itur (MIT), COADS (public domain), GB 50736-2012"
    period = "stations 1971-2000; sea 1946-1989"

    def layer(name: str, en: str, zh: str, unit: str, values: Array, resolution: float) -> BuiltLayer:
        grid = TERRAIN if values.shape[-2:] == TERRAIN.shape else CLIMATE
        return BuiltLayer(name, en, zh, unit, source, licence, period, "reference", grid, values, resolution)

    return [
        layer("terrain_exposure", "Terrain exposure", "地形开敞度", "1", exposure[None], 0.01),
        layer("wind_speed_100m", "Mean wind speed at 100 m", "100 m 平均风速", "m/s", speed[None], 0.01),
        layer("wind_month_ratio", "Wind of the month over the year", "月风速比", "1",
              month_ratio(context, block_mean(sea_weight)), 0.001),
        layer("weibull_shape", "Weibull shape of the wind", "威布尔形状参数", "1",
              weibull_shape(block_mean(speed))[None], 0.01),
        layer("wind_speedup", "Speed-up of developable sites", "可开发场址增速比", "1",
              speedup(cells, sea_weight)[None], 0.001),
    ]  # fmt: skip
