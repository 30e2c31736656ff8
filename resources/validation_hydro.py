"""The nation's theoretical hydro potential, its water, and the flow at gauges beside the published ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import TERRAIN
from gis_layers.raster import cell_area_km2, sample
from resources import atlas
from resources.check import Check, compare, compare_statement
from resources.river_gauges import river_gauges

Array = NDArray[np.float64]

POTENTIAL_GW = 694.0
"""Mean power of the rivers of 10 MW and more, survey finished in 2003."""
POTENTIAL_TOLERANCE = 0.25
WATER_1E8_M3 = 27_500.0
WATER_TOLERANCE = 0.05
BASIN_NAMES = (
    ("松花江", "Songhua"),
    ("辽河", "Liao"),
    ("海河", "Hai"),
    ("黄河", "Yellow"),
    ("淮河", "Huai"),
    ("长江", "Yangtze"),
    ("东南诸河", "south-east coast"),
    ("珠江", "Pearl"),
    ("西南国际河流", "south-west rivers"),
    ("雅鲁藏布江及西藏诸河", "Yarlung Zangbo and Tibet"),
    ("西北诸河", "north-west"),
)
"""Classes 1..11 of the layer `basin`."""
PUBLISHED_GW: dict[int, float] = {4: 40.0, 6: 270.0, 8: 30.0, 10: 160.0}
"""Of the survey before (680 GW in all), by river system, as china.org.cn prints it in tenths of 100 GW."""


def in_china() -> NDArray[np.bool_]:
    """(row, col) TERRAIN cells whose centre lies in a province."""
    from gis_layers.boundary import locate

    lon, lat = np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg)
    return np.asarray((locate(lon.ravel(), lat.ravel(), "province") != "").reshape(TERRAIN.shape))


def potential_gw_by_basin() -> dict[int, float]:
    """Class of the layer `basin` to the theoretical potential of its cells in China. [GW]"""
    power = np.nan_to_num(atlas.read("hydro_potential").values[0])
    basin = np.nan_to_num(atlas.read("basin").values[0]).astype(np.int64)
    total = np.bincount(basin.ravel(), (power * in_china()).ravel(), minlength=len(BASIN_NAMES) + 1)
    return {number: float(total[number]) / 1e3 for number in range(1, len(BASIN_NAMES) + 1)}


def china_water_1e8_m3() -> float:
    """Annual runoff of China's land, Taiwan included. [1e8 m3]"""
    runoff_mm = np.repeat(np.repeat(atlas.read("runoff").values[0], 3, axis=0), 3, axis=1)
    land_km2 = cell_area_km2(TERRAIN) * atlas.read("land_share").values[0] * in_china()
    return float((np.nan_to_num(runoff_mm) * land_km2).sum() * 1e3 / 1e8)


def hydro_checks() -> tuple[Check, ...]:
    """Potential and water of China enforced, shares and gauges reported."""
    by_basin = potential_gw_by_basin()
    total = sum(by_basin.values())
    largest = max(by_basin, key=lambda number: by_basin[number])
    checks = [
        compare(
            "全国水能理论蕴藏量",
            "theoretical hydro potential of China",
            "GW",
            POTENTIAL_GW,
            "national survey of hydropower resources, 2003",
            total,
            POTENTIAL_TOLERANCE,
            enforced=True,
        ),
        compare_statement(
            "蕴藏量最大的流域",
            "basin with the largest hydro potential",
            "GW",
            "Yangtze",
            "national survey of hydropower resources, 2003",
            f"{BASIN_NAMES[largest - 1][1]}, {by_basin[largest]:.0f} of {total:.0f}",
            BASIN_NAMES[largest - 1][1] == "Yangtze",
            enforced=True,
        ),
        compare(
            "全国河川径流量",
            "annual water of China's rivers",
            "1e8 m3",
            WATER_1E8_M3,
            "published water resources; fitted by region to the bulletin of 2021",
            china_water_1e8_m3(),
            WATER_TOLERANCE,
            enforced=True,
        ),
    ]
    for number, published in PUBLISHED_GW.items():
        zh, en = BASIN_NAMES[number - 1]
        checks.append(
            compare(
                f"{zh}水能理论蕴藏量",
                f"theoretical hydro potential of the {en}",
                "GW",
                published,
                "survey before that of 2003, china.org.cn",
                by_basin[number],
                POTENTIAL_TOLERANCE,
                enforced=False,
            )
        )
    flow = atlas.read("river_flow")
    for gauge in river_gauges():
        if gauge.kind != "gauge":
            continue
        here = float(sample(flow, gauge.lon_deg, gauge.lat_deg, "nearest")[0])
        checks.append(
            compare(
                f"{gauge.name_zh}多年平均流量",
                f"mean flow at {gauge.name}",
                "m3/s",
                gauge.mean_flow_m3_s,
                f"tier {gauge.tier}, river_gauges.csv",
                here,
                0.25,
                enforced=False,
            )
        )
    return tuple(checks)
