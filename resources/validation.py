"""Published values beside the embedded atlas: what `energymap validate` prints and enforces."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE
from gis_layers.raster import cell_area_km2
from resources import atlas
from resources.check import Check, compare, compare_statement
from resources.validation_hydro import hydro_checks
from resources.validation_wind import wind_checks

Array = NDArray[np.float64]

PLACES = {
    "Golmud": (94.90, 36.42),
    "Beijing": (116.47, 39.80),
    "Shanghai": (121.45, 31.40),
    "Lhasa": (91.13, 29.66),
    "Hami": (93.51, 42.82),
    "Guangzhou": (113.33, 23.13),
    "Chengdu": (104.02, 30.67),
    "Urumqi": (87.65, 43.78),
}
ORDER = ("Lhasa", "Golmud", "Hami", "Beijing", "Guangzhou", "Chengdu")
TYPICAL_YEAR = "CSWD typical year"


def run_checks() -> tuple[Check, ...]:
    """All checks: sun, wind, water."""
    return (*solar_checks(), *wind_checks(), *hydro_checks())


def ghi_kwh_per_m2(name: str) -> float:
    """Yearly irradiation at one of the places."""
    lon, lat = PLACES[name]
    return float(atlas.climate_at([lon], [lat]).ghi_monthly_kwh_per_m2[0].sum())


def china_mean(values: Array) -> float:
    """Mean of a climate layer (row, col) over China's land, by area on the ellipsoid."""
    from gis_layers.boundary import locate

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    inside = (locate(lon, lat, "province") != "") & np.isfinite(values.ravel())
    return float(np.average(values.ravel()[inside], weights=cell_area_km2(CLIMATE).ravel()[inside]))


def solar_checks() -> tuple[Check, ...]:
    """The sums and the order of the sun."""
    mean = china_mean(atlas.read("ghi_monthly").values.sum(axis=0))
    ours = {name: ghi_kwh_per_m2(name) for name in PLACES}
    ordered = [ours[name] for name in ORDER]
    unit = "kWh/m2"
    return (
        compare(
            "全国陆地年均总辐照量",
            "mean GHI of China's land",
            unit,
            (1496.0, 1515.0),
            "CMA bulletins: 2023, and the ten years before",
            mean,
            0.05,
            enforced=True,
        ),
        compare(
            "格尔木总辐照量",
            "GHI of Golmud",
            unit,
            1926.0,
            "typical year",
            ours["Golmud"],
            0.08,
            enforced=True,
        ),
        compare(
            "北京总辐照量", "GHI of Beijing", unit, 1401.0, TYPICAL_YEAR, ours["Beijing"], 0.08, enforced=True
        ),
        compare(
            "上海总辐照量",
            "GHI of Shanghai",
            unit,
            (1242.0, 1271.0),
            TYPICAL_YEAR,
            ours["Shanghai"],
            0.08,
            enforced=True,
        ),
        compare_statement(
            "辐照量次序",
            "order of GHI",
            unit,
            " > ".join(ORDER),
            "typical years",
            ", ".join(f"{v:.0f}" for v in ordered),
            all(a > b for a, b in pairwise(ordered)),
            enforced=True,
        ),
        compare(
            "成都总辐照量", "GHI of Chengdu", unit, 900.0, TYPICAL_YEAR, ours["Chengdu"], 0.08, enforced=False
        ),
        compare(
            "乌鲁木齐总辐照量",
            "GHI of Urumqi",
            unit,
            1371.0,
            TYPICAL_YEAR,
            ours["Urumqi"],
            0.08,
            enforced=False,
        ),
    )
