"""Values of a raster along a line. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.measure import Place, along, legs

Array = NDArray[np.float64]
POINTS = 500
"""Points of a profile; a screen has few pixels more."""


@dataclass(frozen=True)
class ProfileSource:
    """Something that has a value at every place."""

    id: str
    title_zh: str
    title_en: str
    unit: str
    sample: Callable[[Array, Array], Array]
    """(n,) longitudes and latitudes to (n,) values; NaN where there is none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Values along a line."""

    lon_deg: Array
    lat_deg: Array
    distance_km: Array
    values: Array

    @property
    def climb(self) -> tuple[float, float]:
        """Sum of rises and of falls along the line, gaps left out."""
        known = self.values[~np.isnan(self.values)]
        steps = np.diff(known)
        return float(steps[steps > 0].sum()), float(-steps[steps < 0].sum())


def take_profile(places: Sequence[Place], source: ProfileSource, points: int = POINTS) -> Profile:
    """Sample a source along the geodesics between places, every place among the points."""
    step = max(legs(places).total_km / points, 1e-3)
    track = along(places, step)
    values = np.asarray(source.sample(track.lon_deg, track.lat_deg), dtype=np.float64)
    return Profile(track.lon_deg, track.lat_deg, track.distance_km, values)


def atlas_sources() -> tuple[ProfileSource, ...]:
    """The layers of the embedded atlas that make a profile, those that are installed."""
    from resources import atlas

    def source(id: str, year: str) -> ProfileSource:
        def sample(lon: Array, lat: Array) -> Array:
            from gis_layers.raster import sample as at

            bands = at(atlas.read(id), lon, lat)
            return np.asarray(bands.sum(axis=0) if year == "sum" else bands.mean(axis=0))

        zh, en, unit = _TITLES[id]
        return ProfileSource(id, zh, en, unit, sample)

    here = atlas.layer_ids()
    return tuple(source(id, "sum" if id == "ghi_monthly" else "mean") for id in _TITLES if id in here)


_TITLES = {
    "elevation": ("海拔", "Elevation", "m"),
    "ghi_monthly": ("年水平面总辐照量", "GHI of the year", "kWh/m²"),
    "wind_speed_100m": ("100 m 年均风速", "Mean wind at 100 m", "m/s"),
    "pv_yield": ("固定式光伏年发电量", "PV yield, fixed, a year", "kWh/kWp"),
    "wind_cf": ("可开发场址风电容量系数", "Wind capacity factor, good sites", "1"),
    "complementarity": ("风光逐时互补性", "Complementarity of wind and PV", "1"),
    "hydro_potential": ("水能理论蕴藏量 (5′ 单元)", "Hydro potential, 5′ cells", "MW"),
    "temperature_monthly": ("年均气温", "Mean temperature", "°C"),
}
