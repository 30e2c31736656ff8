"""The wind belts and the still basins: where the embedded wind must be high and low."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from resources import atlas
from resources.build_atlas.interpolate import distances_km
from resources.check import Check, compare, compare_statement

Array = NDArray[np.float64]

AROUND_KM = 300.0
BELTS: tuple[tuple[str, str, float, float], ...] = (
    ("达坂城", "Dabancheng", 88.2, 43.5),
    ("河西 (瓜州-玉门)", "Hexi (Guazhou-Yumen)", 96.4, 40.4),
    ("巴彦淖尔 (乌拉特中旗)", "Bayannur (Urad Middle Banner)", 108.5, 41.7),
    ("乌兰察布", "Ulanqab", 112.6, 41.1),
    ("锡林郭勒", "Xilingol", 116.2, 43.6),
    ("张北", "Zhangbei", 114.7, 41.3),
    ("松嫩平原 (通榆)", "Songnen plain (Tongyu)", 123.0, 44.8),
    ("福建沿海 (平潭)", "Fujian coast (Pingtan)", 119.79, 25.5),
)
BASINS = (("成都", "Chengdu", 104.07, 30.67), ("重庆", "Chongqing", 106.5, 29.56))
SITES = (
    # name, lon, lat, height, speed, source tier
    ("Yumen Changma", 97.0, 40.2, 70.0, 7.89),
    ("Zhangbei", 114.6, 41.4, 70.0, 7.5),
    ("Xilinhot Huitengliang", 116.2, 43.6, 70.0, 8.2),
    ("Tongyu", 123.0, 44.8, 65.0, 7.0),
    ("Pingtan", 119.79, 25.5, 70.0, 8.4),
)


def cell_speed() -> tuple[Array, Array, Array]:
    """Mean speed at 100 m of the best 5' cell in each CLIMATE cell on land in China, with lon and lat."""
    from gis_layers.boundary import locate

    fine = atlas.read("wind_speed_100m").values[0]
    coarse = (
        fine.reshape(CLIMATE.rows, TERRAIN.rows // CLIMATE.rows, CLIMATE.cols, -1).max(axis=(1, 3)).ravel()
    )
    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    inside = locate(lon, lat, "province") != ""
    return coarse[inside], lon[inside], lat[inside]


def rank_around(speed: Array, lon: Array, lat: Array, at_lon: float, at_lat: float) -> float:
    """Share of China's land cells within AROUND_KM that the best cell within 30 km of a place beats."""
    d = distances_km(np.array([at_lon]), np.array([at_lat]), lon, lat)[0]
    best = float(speed[d <= 30.0].max())
    return float((speed[d <= AROUND_KM] < best).mean())


def wind_checks() -> tuple[Check, ...]:
    """Belts in the top fifth of their surroundings, basins in China's lowest tenth; sites reported."""
    speed, lon, lat = cell_speed()
    checks = []
    for zh, en, x, y in BELTS:
        rank = rank_around(speed, lon, lat, x, y)
        checks.append(
            compare_statement(
                f"{zh}风带",
                f"wind belt {en}",
                "rank",
                "top fifth within 300 km",
                "known wind belts",
                f"above {rank:.0%}",
                rank >= 0.8,
                enforced=True,
            )
        )
    area = atlas.read("wind_speed_100m")
    for zh, en, x, y in BASINS:
        from gis_layers.raster import sample

        here = float(sample(area, [x], [y])[0, 0])
        share = float((sample(area, lon, lat)[0] < here).mean())
        checks.append(
            compare_statement(
                f"{zh}静风",
                f"still air of {en}",
                "rank",
                "lowest tenth of China",
                "known calm basins",
                f"above {share:.0%}",
                share <= 0.1,
                enforced=True,
            )
        )
    for name, x, y, height, published in SITES:
        climate = atlas.climate_at([x], [y])
        days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.0
        ours = float(
            climate.wind_speed_monthly_ms[0] @ days * climate.wind_speedup[0] * (height / 100.0) ** 0.14
        )
        checks.append(
            compare(
                f"{name} 风速",
                f"wind of {name} at {height:.0f} m",
                "m/s",
                published,
                "published site mean",
                ours,
                0.15,
                enforced=False,
                digits=1,
            )
        )
    return tuple(checks)
