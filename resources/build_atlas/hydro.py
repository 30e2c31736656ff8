"""Water: annual runoff, the mean flow of rivers, their theoretical power, and the basins they belong to.

Runoff is Fu's form of the Budyko curve (Zhang et al., Water Resources Research 40, 2004) on the atlas's rain and the
potential evaporation of Oudin et al. (Journal of Hydrology 303, 2005). The rain of each water-resource region is
multiplied by one number, so that the region's runoff is its published surface water. Flow follows the network of
`hydro_network`; power is rho g Q times the fall of the carved valley floors, over rivers of 10 MW and more, as the
national survey counts them.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from gis_layers.raster import cell_area_km2
from resources.build_atlas.hydro_network import (
    SEA,
    Network,
    cell_of,
    drain,
    open_sea,
    river_systems,
    rows_of,
)
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

BASINS = (
    "songhua", "liao", "hai", "yellow", "huai", "yangtze", "southeast", "pearl", "southwest", "tibet", "northwest",
)  # fmt: skip
"""Classes 1..11 of the layer `basin`."""
FU_W = 2.6
"""Zhang et al. (2004), all catchments together."""
VALLEY_DEPTH = 1.9
"""The river runs this many standard deviations of the 3 x 3 cells around it below its cell's mean: the number with
which the tail-water levels of 64 dams are met without bias. Nothing else was fitted by it."""
EVEN_FROM_M3_S = 20.0
EVEN_STEPS = 100
"""Steps of a running mean 1-2-1 along rivers from that flow on: a bell with a standard deviation of 7 cells, 60 km."""
SURVEYED_MW = 10.0
"""The national survey of 2003 counts rivers with this much theoretical power and more."""
BLEND_CELLS = 2.0
"""Width (standard deviation, CLIMATE cells) over which the regions' factors go into each other."""
SECONDS = 365.25 * 86400.0
DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.float64)
LICENCE = "MIT (itur); public domain (Natural Earth); facts of the named publications"


def potential_evaporation_mm(temperature_monthly_c: Array) -> Array:
    """(row, col) CLIMATE, annual potential evaporation from (12, row, col) temperature, Oudin et al. 2005. [mm]"""
    day = np.cumsum(DAYS) - DAYS / 2
    declination = 0.409 * np.sin(2 * np.pi * day / 365 - 1.39)[:, None]
    distance = 1 + 0.033 * np.cos(2 * np.pi * day / 365)[:, None]
    latitude = np.radians(CLIMATE.lat_deg)[None, :]
    sunset = np.arccos(np.clip(-np.tan(latitude) * np.tan(declination), -1, 1))
    above_air_mj = (
        (24 * 60 / np.pi * 0.0820 * distance)
        * (sunset * np.sin(latitude) * np.sin(declination))
        + (24 * 60 / np.pi * 0.0820 * distance) * np.cos(latitude) * np.cos(declination) * np.sin(sunset)
    )  # fmt: skip
    warm = np.maximum(temperature_monthly_c + 5.0, 0.0) / 100.0
    return np.asarray((warm * (above_air_mj / 2.45 * DAYS[:, None])[:, :, None]).sum(axis=0))


def fu_runoff_mm(rain_mm: Array, evaporation_mm: Array) -> Array:
    """Annual runoff of annual rain and potential evaporation. [mm]"""
    dryness = evaporation_mm / np.maximum(rain_mm, 1e-6)
    return np.asarray(np.maximum(rain_mm * ((1 + dryness**FU_W) ** (1 / FU_W) - dryness), 0.0))


def basin_classes(network: Network) -> Ints:
    """(cell,) 1..11 of the end each cell drains to, by the nearest one of `hydro_ends.csv`; 0 at sea."""
    from scipy.spatial import cKDTree

    ends = rows_of("hydro_ends.csv")

    def globe(lon_deg: Array, lat_deg: Array) -> Array:
        lon, lat = np.radians(lon_deg), np.radians(lat_deg)
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)

    outlet = network.outlet()
    land = outlet != SEA
    row, col = np.divmod(outlet[land], TERRAIN.cols)
    tree = cKDTree(
        globe(np.array([float(e["lon"]) for e in ends]), np.array([float(e["lat"]) for e in ends]))
    )
    nearest = tree.query(globe(TERRAIN.lon_deg[col], TERRAIN.lat_deg[row]))[1]
    number = np.array([BASINS.index(e["region"]) + 1 for e in ends])
    classes = np.zeros(outlet.size, dtype=np.int64)
    classes[land] = number[nearest]
    return classes


def scaled_runoff_mm(context: Context, basin: Ints, area_km2: Array) -> Array:
    """(row, col) CLIMATE, runoff whose sum over each region in China is the published one. [mm]

    Parameters
    ----------
    basin, area_km2
        (cell,) TERRAIN: class and land area.
    """
    from scipy.ndimage import gaussian_filter

    from gis_layers.boundary import locate

    lon, lat = np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg)
    province = locate(lon.ravel(), lat.ravel(), "province")
    counted = (province != "") & (province != "710000")  # the bulletin leaves Taiwan out
    water = rows_of("hydro_water.csv")
    region = np.zeros(basin.size, dtype=np.int64)
    for number, row in enumerate(water, start=1):
        region[np.isin(basin, [BASINS.index(name) + 1 for name in row["region"].split("+")])] = number
    published_m3 = np.array([float(row["surface_water_1e8_m3"]) for row in water]) * 1e8
    rain = context.rain_monthly_mm.sum(axis=0)
    evaporation = potential_evaporation_mm(context.temperature_monthly_c)
    # Beyond China nothing is published to scale by: there the rain counts as it is.
    region[province == ""] = 0
    land = gaussian_filter((context.land_share_climate > 0).astype(np.float64), BLEND_CELLS)
    shares = []
    for number in range(1, len(water) + 1):
        inside = (region == number).astype(np.float64).reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)
        shares.append(gaussian_filter(inside.mean(axis=(1, 3)), BLEND_CELLS))
    share = np.stack(shares) / np.maximum(land, 1e-9)
    share /= np.maximum(share.sum(axis=0), 1.0)
    factor = np.ones(len(water))
    for _ in range(200):
        runoff = fu_runoff_mm(rain * (1.0 + np.tensordot(factor - 1.0, share, axes=1)), evaporation)
        amount = on_terrain(runoff) * area_km2 * 1e3 * counted
        ratio = published_m3 / np.bincount(region, amount, minlength=len(water) + 1)[1:]
        factor *= ratio**0.4
        if np.abs(ratio - 1.0).max() < 1e-4:
            break
    else:
        raise RuntimeError(f"runoff does not meet the published water: {ratio}")
    _say("rain times " + ", ".join(f"{r['region']} {f:.2f}" for r, f in zip(water, factor, strict=True)))
    return runoff


def on_terrain(climate: Array) -> Array:
    """(cell,) TERRAIN of a CLIMATE (row, col): each cell has the value of the one it lies in."""
    return np.asarray(np.repeat(np.repeat(climate, 3, axis=0), 3, axis=1).ravel())


def main_upstream(network: Network, flow_m3_s: Array) -> Ints:
    """(cell,) the neighbour that brings each cell most water, -1 where none does."""
    largest = np.full(flow_m3_s.size, -1, dtype=np.int64)
    for cell in network.upstream_first.tolist():
        to = network.downstream[cell]
        if to >= 0 and (largest[to] < 0 or flow_m3_s[cell] > flow_m3_s[largest[to]]):
            largest[to] = cell
    return largest


def valley_floor_m(elevation_m: Array, network: Network, flow_m3_s: Array, above: Ints) -> Array:
    """(cell,) level of the water, which never rises downstream. [m]

    The noise of the terrain is taken out half by carving from above and half by filling from below; what
    is left of it stands as false rapids in the large rivers, which are therefore made even along their course.
    """
    from scipy.ndimage import uniform_filter

    mean = uniform_filter(elevation_m, 3)
    spread = np.sqrt(np.maximum(uniform_filter(elevation_m**2, 3) - mean**2, 0.0))
    floor = np.maximum(elevation_m - VALLEY_DEPTH * spread, np.minimum(elevation_m, 0.0))
    level = (network.carve(floor.ravel()) + network.fill(floor.ravel())) / 2.0
    below = network.downstream
    river = np.flatnonzero((above >= 0) & (below >= 0) & (flow_m3_s >= EVEN_FROM_M3_S))
    for _ in range(EVEN_STEPS):
        level[river] = level[river] / 2.0 + (level[above[river]] + level[below[river]]) / 4.0
    return network.fill(level)  # a tributary does not cut into the river it joins


def river_power_mw(
    network: Network, flow_m3_s: Array, local_m3_s: Array, level_m: Array, above: Ints
) -> Array:
    """(cell,) mean theoretical power of the reach from each cell to the next, of rivers of 10 MW and more. [MW]

    A cell's own water falls half the way. A river is followed from its mouth up the larger flow at every meeting.
    """
    below = network.downstream
    fall = np.where(below >= 0, level_m - level_m[np.maximum(below, 0)], 0.0)
    power = 1000.0 * 9.80665 * (flow_m3_s - local_m3_s / 2) * fall / 1e6
    river = np.arange(below.size)
    for cell in network.upstream_first[::-1].tolist():
        to = below[cell]
        if to >= 0 and above[to] == cell:
            river[cell] = river[to]
    whole = np.bincount(river, power, minlength=below.size)
    _say(f"{(whole >= SURVEYED_MW).sum()} rivers of {SURVEYED_MW:.0f} MW and more in the window")
    return np.asarray(np.where(whole[river] >= SURVEYED_MW, power, 0.0))


def build(context: Context) -> list[BuiltLayer]:
    """`runoff` (CLIMATE), `river_flow`, `hydro_potential` and `basin` (TERRAIN)."""
    sea = open_sea(context.land_share)
    sinks = {cell_of(float(r["lon"]), float(r["lat"])) for r in rows_of("hydro_ends.csv") if r["closed"]}
    network = drain(context.elevation_m, sea, river_systems(context.debian_dir), sinks)
    area = (cell_area_km2(TERRAIN) * context.land_share).ravel()
    basin = basin_classes(network)
    runoff = scaled_runoff_mm(context, basin, area)
    local = on_terrain(runoff) * area * 1e3 / SECONDS
    flow = network.accumulate(local)
    above = main_upstream(network, flow)
    level = valley_floor_m(context.elevation_m, network, flow, above)
    power = river_power_mw(network, flow, local, level, above)
    report_gauges(network.accumulate(area), flow, level)
    land = basin.reshape(TERRAIN.shape) > 0
    return [
        BuiltLayer(
            id="runoff",
            title_en="Annual runoff",
            title_zh="年径流深",
            unit="mm",
            source="Budyko curve (Fu) on ITU-R P.837 rain and Oudin evaporation; rain of ten regions scaled to "
            "their published surface water (Water Resources Bulletin 2021)",
            licence=LICENCE,
            period="long-term mean",
            grade="reference",
            grid=CLIMATE,
            values=np.where(context.land_share_climate > 0, runoff, np.nan)[None],
            resolution=1.0,
        ),
        BuiltLayer(
            id="river_flow",
            title_en="Mean flow of rivers",
            title_zh="河流多年平均流量",
            unit="m3/s",
            source="runoff gathered along a 5' network: ITU-R P.1511 terrain, Natural Earth 1:10m rivers; "
            "natural, nothing withdrawn or evaporated on the way; none below 1 m3/s",
            licence=LICENCE,
            period="long-term mean",
            grade="reference",
            grid=TERRAIN,
            values=np.where(land & (flow.reshape(TERRAIN.shape) >= 1.0), flow.reshape(TERRAIN.shape), np.nan)[
                None
            ],
            resolution=0.5,
        ),
        BuiltLayer(
            id="hydro_potential",
            title_en="Theoretical hydro potential, mean power in a 5' cell",
            title_zh="水能理论蕴藏量 (5' 单元平均功率)",
            unit="MW",
            source="rho g Q times the fall of carved valley floors along the 5' network, rivers of 10 MW and more",
            licence=LICENCE,
            period="long-term mean",
            grade="reference",
            grid=TERRAIN,
            values=np.where(land, power.reshape(TERRAIN.shape), np.nan)[None],
            resolution=0.1,
        ),
        BuiltLayer(
            id="basin",
            title_en="River basin: " + ", ".join(f"{k} {name}" for k, name in enumerate(BASINS, start=1)),
            title_zh="流域: 1 松花江, 2 辽河, 3 海河, 4 黄河, 5 淮河, 6 长江, 7 东南诸河, 8 珠江, 9 西南国际河流, "
            "10 雅鲁藏布江及西藏诸河, 11 西北诸河",
            unit="class",
            source="ends of a 5' network: ITU-R P.1511 terrain, Natural Earth 1:10m rivers, hand-made ends",
            licence=LICENCE,
            period="2013",
            grade="reference",
            grid=TERRAIN,
            values=np.where(land, basin.reshape(TERRAIN.shape).astype(np.float64), np.nan)[None],
            resolution=1.0,
        ),
    ]


def report_gauges(catchment_km2: Array, flow_m3_s: Array, level_m: Array) -> None:
    """Print ours beside `river_gauges.csv`: catchment, flow, level of the water."""
    from resources.river_gauges import river_gauges

    errors = []
    for gauge in river_gauges():
        cell = cell_of(gauge.lon_deg, gauge.lat_deg)
        text = f"{gauge.name:<28} flow {flow_m3_s[cell]:>6.0f} of {gauge.mean_flow_m3_s:>6.0f} m3/s"
        if gauge.catchment_km2:
            text += f"  catchment {catchment_km2[cell] / gauge.catchment_km2:.2f} of published"
        if gauge.level_m is not None:
            errors.append(level_m[cell] - gauge.level_m)
            text += f"  level {errors[-1]:+.0f} m"
        _say(text)
    _say(f"levels: mean {np.mean(errors):+.0f} m, standard deviation {np.std(errors):.0f} m")


def _say(text: str) -> None:
    print(text, file=sys.stderr)
