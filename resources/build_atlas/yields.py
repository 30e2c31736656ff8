"""What PV and wind yield, and how well they take turns: the hourly chain at every climate cell of China.

Read from the atlas of the package (so this module comes last, and `--out` elsewhere does not change what it
reads). Weather year `SEED`, the one `energymap point` takes by default, so that the layers have what `point`
says. A place's year depends on the seed and the place alone (resources/correlation.py), so cells are drawn in
chunks without losing their correlation.

Wind differs from 5' cell to 5' cell. Each of them takes the weather year of the centre of its climate cell, its
speeds multiplied by one number: the ratio of mean speeds, times the cube root of that of air densities (equal
power in the wind). Capacity factors over that number are computed once per climate cell and read off.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.stats import rankdata

from gis_layers.boundary import locate
from gis_layers.grid import CLIMATE, TERRAIN
from resources import atlas
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context
from resources.climate import PlaceClimate
from resources.profile import profiles_of_weather, take
from resources.solar import PvSystem, specific_yield_kwh_per_kwp
from resources.weather import generate
from resources.wind import BASE_TURBINE, wind_capacity_factor

Array = NDArray[np.float64]

SEED = 2020
SCALES = np.geomspace(0.35, 4.0, 13)
"""Multiples of the speed at a climate cell's centre at which its capacity factor is computed. [-]"""
_PLACES_AT_ONCE = 256
_WORKERS = 2


def complementarity(pv: NDArray[np.floating], wind: NDArray[np.floating]) -> Array:
    """(place,) how far wind blows when the sun does not: minus Spearman's rank correlation of (place, hour). [-]

    1 where one rises whenever the other falls, 0 where they go their own ways, -1 where they rise and fall
    together. All hours count, nights too (ties share their mean rank). NaN where one of them never changes.

    Notes
    -----
    Correlation as the measure of complementarity over time: Jurasz et al., Solar Energy 195 (2020) 703-724,
    section on metrics; by ranks because neither output is near normal.
    """
    x, y = rankdata(pv, axis=1), rankdata(wind, axis=1)
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(-(x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1)))


@dataclass(frozen=True, slots=True)
class Yields:
    """Of places, over one weather year."""

    pv_kwh_per_kwp: Array
    """(place,)"""
    complementarity: Array
    """(place,) of PV with wind on developable ground. [-]"""
    wind_cf: Array
    """(place, scale) where the wind is `SCALES` times the place's average ground. [-]"""

    def wind_cf_at(self, scale: Array) -> Array:
        """(place, n) capacity factor where the wind is `scale` (place, n) times the average ground's. [-]"""
        at = np.log(np.clip(scale, SCALES[0], SCALES[-1]))
        curves = zip(self.wind_cf, at, strict=True)
        return np.stack([PchipInterpolator(np.log(SCALES), curve)(x) for curve, x in curves])


def yields(climate: PlaceClimate, seed: int = SEED) -> Yields:
    """PV, wind and their complementarity at places, by the chain of `energymap point`."""
    weather = generate(climate, seed)
    system = PvSystem()
    sites = profiles_of_weather(weather, system, BASE_TURBINE, climate.wind_speedup)
    curve = [wind_capacity_factor(weather, BASE_TURBINE, scale).mean(axis=1, dtype=float) for scale in SCALES]
    return Yields(
        pv_kwh_per_kwp=specific_yield_kwh_per_kwp(sites.pv, system),
        complementarity=complementarity(sites.pv, sites.wind),
        wind_cf=np.stack(curve, axis=1),
    )


def inside_china() -> NDArray[np.bool_]:
    """(row, col) TERRAIN cells whose centre lies in a province."""
    lon, lat = (a.ravel() for a in np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg))
    return np.asarray(locate(lon, lat, "province") != "").reshape(TERRAIN.shape)


def _nine(terrain: NDArray[Any]) -> NDArray[Any]:
    """(row, col) TERRAIN to (climate cell, 9): the 5' cells of each."""
    blocks = terrain.reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)
    return np.asarray(blocks.swapaxes(1, 2).reshape(-1, 9))


def _terrain(nine: Array) -> Array:
    """The way back from `_nine`."""
    return np.asarray(nine.reshape(CLIMATE.rows, CLIMATE.cols, 3, 3).swapaxes(1, 2).reshape(TERRAIN.shape))


def build(context: Context) -> list[BuiltLayer]:
    """`pv_yield`, `wind_cf`, `wind_cf_area_mean`, `complementarity`; NaN outside China's land."""
    inside = _nine(inside_china())
    cells = np.flatnonzero(inside.any(axis=1))
    lon, lat = (a.ravel()[cells] for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    climate = atlas.climate_at(lon, lat)
    chunks = np.split(np.arange(len(cells)), np.arange(_PLACES_AT_ONCE, len(cells), _PLACES_AT_ONCE))
    with ThreadPoolExecutor(_WORKERS) as pool:
        parts = list(pool.map(lambda places: yields(take(climate, places)), chunks))
    coarse = Yields(
        np.concatenate([p.pv_kwh_per_kwp for p in parts]),
        np.concatenate([p.complementarity for p in parts]),
        np.concatenate([p.wind_cf for p in parts]),
    )

    fine_lon, fine_lat = (_nine(a)[cells] for a in np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg))
    fine = atlas.climate_at(fine_lon.ravel(), fine_lat.ravel())
    scale = (fine.wind_speed_monthly_ms.mean(axis=1) * np.cbrt(fine.air_density_kg_per_m3)).reshape(-1, 9)
    own = climate.wind_speed_monthly_ms.mean(axis=1) * np.cbrt(climate.air_density_kg_per_m3)
    scale = scale / own[:, None]

    def on_terrain(values: Array) -> Array:
        nine = np.full((CLIMATE.rows * CLIMATE.cols, 9), np.nan)
        nine[cells] = np.where(inside[cells], values, np.nan)
        return _terrain(nine)[None]

    def on_climate(values: Array) -> Array:
        flat = np.full(CLIMATE.rows * CLIMATE.cols, np.nan)
        flat[cells] = values
        return flat.reshape(1, *CLIMATE.shape)

    system = PvSystem()
    lost = 1 - (1 - system.losses.dc_share) * (1 - system.losses.ac_share)
    panel = f"fixed at the latitude's best tilt, DC/AC {system.dc_ac_ratio:g}, {lost:.0%} losses beside the inverter"
    machine = f"{BASE_TURBINE.name}, hub {BASE_TURBINE.hub_m:g} m, wakes and losses included"
    turns = "minus Spearman's correlation of hourly outputs (Jurasz et al., Solar Energy 195, 2020)"
    sites = on_terrain(coarse.wind_cf_at(scale * fine.wind_speedup.reshape(-1, 9)))

    def layer(name: str, en: str, zh: str, unit: str, how: str, values: Array, step: float) -> BuiltLayer:
        source = f"hourly chain on the embedded atlas, generated weather year {SEED}; {how}"
        licence = "Apache-2.0; made with pvlib (BSD-3-Clause) and windpowerlib (MIT; oedb data ODbL)"
        grid = TERRAIN if values.shape[-2:] == TERRAIN.shape else CLIMATE
        return BuiltLayer(
            name, en, zh, unit, source, licence, "long-term mean", "reference", grid, values, step
        )

    return [
        layer("pv_yield", "PV yield of a fixed plant a year", "固定式光伏年发电量", "kWh/kWp", panel,
              on_climate(coarse.pv_kwh_per_kwp), 1.0),
        layer("wind_cf", "Wind capacity factor at developable sites", "可开发场址风电容量系数", "1", machine,
              sites, 0.001),
        layer("wind_cf_area_mean", "Wind capacity factor on the average ground of the cell",
              "单元平均地面风电容量系数", "1", machine, on_terrain(coarse.wind_cf_at(scale)), 0.001),
        layer("complementarity", "Complementarity of wind and PV, hour by hour (minus rank correlation)",
              "风光逐时互补性（负秩相关系数）", "1", turns, on_climate(coarse.complementarity), 0.001),
    ]  # fmt: skip
