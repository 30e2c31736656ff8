"""The hours of all sites in one pass: every 5' cell of their land once, a few at a time, summed into sites.

Wind and PV as a base of the program has them (present machine, trackers); CSP by a tower run alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import from_albers
from gis_layers.grid import NORTH_DEG, TERRAIN, WEST_DEG
from gis_layers.progress import Progress, silent
from planning.siting.eligibility import Eligibility
from resources.hours import HOURS
from resources.profile import profiles_of_weather
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import Served, count_served, merged
from resources.solar import PvSystem
from resources.weather import HourlyWeather
from resources.wind import BASE_TURBINE

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

PLACES_AT_ONCE: Final = 192
"""80 MB of weather."""


@dataclass(frozen=True, slots=True)
class Places:
    """The 5' cells an area's land lies in; weather is that of the middle of its land in each."""

    lon_deg: Array
    lat_deg: Array
    """(place,)"""
    of_cell: NDArray[np.int64]
    """(row, col) place of each cell; -1 where there is no land of the kind asked for."""


@dataclass(frozen=True, slots=True)
class SiteHours:
    """Hours of sites, and the yearly hours of places."""

    hours: Mapping[str, Hourly]
    """Technology -> (site, hour) capacity factor; 0 where a site has none of it. [-]"""
    place_hours: Mapping[str, Array]
    """Technology -> (place,) full-load hours. [h/a]"""
    served: Served


def places_of(land: Eligibility, usable: NDArray[np.bool_]) -> Places:
    """The places of the cells of an area that count."""
    row, col = np.nonzero(usable)
    lon, lat = from_albers(land.x_m[col], land.y_m[row])
    fine_row = np.floor((NORTH_DEG - lat) / TERRAIN.step_deg).astype(np.int64)
    fine_col = np.floor((lon - WEST_DEG) / TERRAIN.step_deg).astype(np.int64)
    _, own = np.unique(fine_row * TERRAIN.cols + fine_col, return_inverse=True)
    count = int(own.max(initial=-1)) + 1
    cells = np.maximum(np.bincount(own, minlength=count), 1)
    of_cell = np.full(land.shape, -1, dtype=np.int64)
    of_cell[row, col] = own
    return Places(
        np.bincount(own, weights=lon, minlength=count) / cells,
        np.bincount(own, weights=lat, minlength=count) / cells,
        of_cell,
    )


def site_hours(
    places: Places,
    label: NDArray[np.int32],
    sites: int,
    capacity_mw: Mapping[str, Array],
    seed: int,
    data: ResourceData = EMBEDDED,
    progress: Progress = silent,
) -> SiteHours:
    """Profiles of sites as means of their places by capacity.

    Parameters
    ----------
    label : (row, col)
        Site of each cell, -1 none.
    capacity_mw
        Technology -> (row, col).

    Raises
    ------
    InputError
        As `ResourceData.weather_at`.
    """
    from scipy.sparse import coo_array

    count = len(places.lon_deg)
    held = (label >= 0) & (places.of_cell >= 0)
    share = {}
    for name, mw in capacity_mw.items():
        matrix = coo_array((mw[held], (label[held], places.of_cell[held])), shape=(sites, count)).tocsr()
        total = np.asarray(matrix.sum(axis=1)).ravel()
        scale = np.divide(1.0, total, out=np.zeros(sites), where=total > 0)
        share[name] = (matrix.multiply(scale[:, None])).tocsc()
    hours = {name: np.zeros((sites, HOURS), dtype=np.float32) for name in capacity_mw}
    yearly = {name: np.zeros(count) for name in capacity_mw}
    served = []
    for start in range(0, count, PLACES_AT_ONCE):
        progress(start / count, "hourly weather")
        some = slice(start, min(start + PLACES_AT_ONCE, count))
        climate = data.climate_at(places.lon_deg[some], places.lat_deg[some])
        year = data.weather_at(climate, seed)
        served.append(count_served(data, climate, year))
        for name, factor in _factors(list(capacity_mw), year.weather, year.speedup).items():
            yearly[name][some] = factor.sum(axis=1, dtype=np.float64)
            hours[name] += (share[name][:, some] @ factor).astype(np.float32)
    progress(1.0, "hourly weather")
    for series in hours.values():
        series.flags.writeable = False
    return SiteHours(hours, yearly, merged(served))


def _factors(technologies: Sequence[str], weather: HourlyWeather, speedup: Array) -> dict[str, Hourly]:
    """Technology -> (place, hour) capacity factor."""
    found: dict[str, Hourly] = {}
    if "wind" in technologies or "pv" in technologies:
        both = profiles_of_weather(weather, PvSystem(mounting="single_axis"), BASE_TURBINE, speedup)
        found = {name: getattr(both, name) for name in ("wind", "pv") if name in technologies}
    if "csp" in technologies:
        from resources.csp import CspTower, block, heat_profile
        from resources.csp_dispatch import run_alone

        heat = np.asarray(heat_profile(weather), dtype=np.float64)
        found["csp"] = run_alone(heat, block(CspTower())).power.astype(np.float32)
    return found
