"""How much wind and sun can be developed, at what quality: the endowment of provinces, cities and counties.

Eligible area times density is capacity; capacity times the full-load hours of its own cell is energy. Classes of
quality are by full-load hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.grid import TERRAIN
from gis_layers.zonal import Zones
from resources.eligible import Technology
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]

HOURS_PER_YEAR: Final = 8760.0
QUALITY_HOURS: Final[Mapping[Technology, tuple[float, ...]]] = {
    "wind": (1500.0, 2000.0, 2500.0, 3000.0),
    "pv": (1000.0, 1200.0, 1400.0, 1600.0, 1800.0),
}
"""Limits between classes: full-load hours of wind farms; of PV, yearly energy over module capacity. [h/a]"""


@dataclass(frozen=True, slots=True)
class YieldLayers:
    """Full-load hours of every terrain cell, (row, col); NaN where there is no value. [h/a]"""

    wind: Array
    """Of farms on the cell's developable ground, after all losses."""
    pv: Array
    """AC energy over module (DC) capacity, kWh/kWp."""
    complementarity: Array
    """Negative correlation of hourly wind and sun of the cell, -1..1. [-]"""

    def of(self, technology: Technology) -> Array:
        return self.wind if technology == "wind" else self.pv


@dataclass(frozen=True, slots=True)
class Potential:
    """What one technology could become, by region and class of quality."""

    technology: Technology
    ids: tuple[str, ...]
    limits_h: tuple[float, ...]
    area_km2: Array
    """(region, class) eligible; classes from the least hours up, one more than limits."""
    capacity_mw: Array
    """(region, class)"""
    energy_mwh: Array
    """(region, class) a year."""

    @property
    def full_load_hours(self) -> Array:
        """(region,) mean of the eligible land; NaN where there is none. [h/a]"""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.energy_mwh.sum(axis=1) / self.capacity_mw.sum(axis=1))

    def class_titles(self) -> tuple[str, ...]:
        """'below 1,500', '1,500-2,000', ..., '3,000 and more'; the unit stands in the column's head."""
        low = [f"<{self.limits_h[0]:,.0f}"]
        between = [f"{a:,.0f}-{b:,.0f}" for a, b in zip(self.limits_h, self.limits_h[1:], strict=False)]
        return (*low, *between, f"≥{self.limits_h[-1]:,.0f}")


def embedded_yields(data: ResourceData = EMBEDDED) -> YieldLayers:
    """The atlas's own yields, computed by the hourly chain when it was built.

    Raises
    ------
    InputError
        The user's rasters replace layers the yields follow from: then they have to be assessed anew.
    """
    stale = sorted({"wind_speed_100m", "wind_speedup", "weibull_shape", "ghi_monthly"} & set(data.layers))
    if stale or data.hours:
        found = ", ".join(stale) or "imported hours"
        raise InputError(Problem("resource", "yields", found, "an assessment of hours with this data"))
    return YieldLayers(
        wind=data.read("wind_cf").values[0] * HOURS_PER_YEAR,
        pv=_fine(data.read("pv_yield").values[0]),
        complementarity=_fine(data.read("complementarity").values[0]),
    )


def potential(
    technology: Technology, kept: Array, yields: YieldLayers, density_mw_per_km2: float, zones: Zones
) -> Potential:
    """Capacity and energy by region and class.

    Parameters
    ----------
    kept : (row, col)
        Share of each terrain cell that may be built on (`eligible.share_left`). [-]
    density_mw_per_km2
        Of eligible land; of PV in module capacity where `yields.pv` is per module capacity.

    Raises
    ------
    BalanceError
        The classes of a region are not its eligible land (`area`).
    InputError
        A density that is not above 0.

    Notes
    -----
    Eligible land of a cell without hours (a sliver of coast beyond the atlas's cells) takes those of the nearest
    cell that has them.
    """
    if not density_mw_per_km2 > 0:
        raise InputError(
            Problem("argument", "density_mw_per_km2", f"{density_mw_per_km2:g}", "a number above 0")
        )
    if zones.grid != TERRAIN:
        raise InputError(Problem("argument", "zones", f"{zones.grid.shape}", f"zones on {TERRAIN.shape}"))
    hours = _filled(yields.of(technology))
    limits = QUALITY_HOURS[technology]
    quality = np.digitize(hours, limits)
    count = len(limits) + 1
    area = np.stack([zones.total(np.where(quality == k, kept, 0.0)) for k in range(count)], axis=1)
    energy_hours = np.stack(
        [zones.total(np.where(quality == k, kept * hours, 0.0)) for k in range(count)], axis=1
    )
    whole = zones.total(kept)
    gap = np.abs(area.sum(axis=1) - whole)
    worst = int(np.argmax(gap))
    if gap[worst] > 1e-6 * max(whole[worst], 1.0):
        raise BalanceError(
            "area",
            region=zones.ids[worst],
            found_km2=float(area[worst].sum()),
            expected_km2=float(whole[worst]),
        )
    return Potential(
        technology,
        zones.ids,
        limits,
        area,
        area * density_mw_per_km2,
        energy_hours * density_mw_per_km2,
    )


def mean_over(values: Array, kept: Array, zones: Zones) -> Array:
    """(region,) mean of a layer over eligible land; over all land where nothing is eligible."""
    known = np.isfinite(values)
    result = np.full(len(zones.ids), np.nan)
    for weight in (np.where(known, 1.0, 0.0), np.where(known, kept, 0.0)):
        total, area = zones.total(weight * np.nan_to_num(values)), zones.total(weight)
        np.divide(total, area, out=result, where=area > 0)
    return result


def _fine(coarse: Array) -> Array:
    """A climate layer on the terrain grid."""
    return np.asarray(np.repeat(np.repeat(coarse, 3, axis=0), 3, axis=1))


def _filled(hours: Array) -> Array:
    """Cells without a value take the nearest cell's that has one."""
    from scipy.ndimage import distance_transform_edt

    missing = ~np.isfinite(hours)
    if not missing.any():
        return hours
    row, col = distance_transform_edt(missing, return_distances=False, return_indices=True)
    return np.asarray(hours[row, col])
