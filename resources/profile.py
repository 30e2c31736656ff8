"""Hourly PV and wind profiles of sites and regions, and which cells stand for a region.

For sizing (sites of a base) and dispatch (profiles of a province).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, part, silent
from resources.climate import PlaceClimate
from resources.correlation import plane_km
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import HourlyWeather, generate
from resources.wind import BASE_TURBINE, WindTurbine, wind_capacity_factor

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]
Kind = Literal["pv", "wind"]

HIGHEST_SITE_M = {"pv": 5000.0, "wind": 4500.0}
"""No sites above: thin air, frost and no roads (highest plants today: about 5,000 m)."""
_REFINEMENTS = 5


@dataclass(frozen=True, slots=True)
class SiteProfiles:
    """Capacity factors of sites, hour by hour."""

    pv: Hourly
    """(place, hour) per unit of AC capacity. [-]"""
    wind: Hourly
    """(place, hour) per unit of rated power. [-]"""


@dataclass(frozen=True, slots=True)
class Sites:
    """Cells that stand for a region."""

    cell: NDArray[np.int64]
    """(site,) index into the cells they were chosen from."""
    weight: Array
    """(site,) share of the region's developable land nearest to the site; sums to 1. [-]"""


def take(climate: PlaceClimate, places: NDArray[np.int64]) -> PlaceClimate:
    """The climate of some of its places."""
    return PlaceClimate(*(getattr(climate, field.name)[places] for field in fields(PlaceClimate)))


def site_profiles(
    climate: PlaceClimate,
    seed: int,
    pv: PvSystem | None = None,
    turbine: WindTurbine = BASE_TURBINE,
    *,
    developable: bool = True,
    progress: Progress = silent,
) -> SiteProfiles:
    """PV and wind of the same weather year `seed` at each place.

    `developable`: wind farms stand on the good ground of their cell (speed times `wind_speedup`); otherwise
    on its average ground.
    """
    weather = generate(climate, seed, part(progress, 0.0, 0.6))
    return profiles_of_weather(weather, pv, turbine, climate.wind_speedup if developable else 1.0)


def profiles_of_weather(
    weather: HourlyWeather,
    pv: PvSystem | None = None,
    turbine: WindTurbine = BASE_TURBINE,
    speedup: Array | float = 1.0,
) -> SiteProfiles:
    """PV and wind of given weather, read from a file or generated."""
    return SiteProfiles(
        pv=pv_capacity_factor(weather, pv or PvSystem()),
        wind=wind_capacity_factor(weather, turbine, speedup),
    )


def choose_sites(
    climate: PlaceClimate,
    region_area_km2: Array,
    count: int,
    kind: Kind,
    *,
    top_share: float = 0.5,
) -> Sites:
    """Cells that stand for the developable part of a region: good, and spread over it.

    Parameters
    ----------
    climate : PlaceClimate
        Of all cells on offer.
    region_area_km2 : (cell,)
        Land of the region in each cell that may be built on; 0 outside, at sea and where excluded. [km2]
    count : int
        Sites wanted; fewer come back where the region has fewer good cells.
    kind : "pv" or "wind"
        Cells are ranked by annual GHI or by the mean speed of their developable ground.
    top_share : float
        Share of the region's land, best cells first, that counts as good. [-]

    Raises
    ------
    InputError
        No cell of the region has land below the height limit.

    Notes
    -----
    Deterministic: farthest-point start from the best cell, then a few rounds of k-medoids with the land area
    as weight.
    """
    area = np.asarray(region_area_km2, dtype=np.float64)
    usable = np.flatnonzero((area > 0) & (climate.elevation_m <= HIGHEST_SITE_M[kind]))
    if not len(usable):
        limit = f"land below {HIGHEST_SITE_M[kind]:g} m"
        raise InputError(Problem("argument", "region_area_km2", "no cell to build on", limit))
    if kind == "wind":
        resource = climate.wind_speed_monthly_ms.mean(axis=1) * climate.wind_speedup
    else:
        resource = climate.ghi_monthly_kwh_per_m2.sum(axis=1)
    ranked = usable[np.argsort(-resource[usable], kind="stable")]
    before = np.cumsum(area[ranked]) - area[ranked]
    good = ranked[before < top_share * area[ranked].sum()]

    where = plane_km(climate.lon_deg[good], climate.lat_deg[good])
    land = area[good]
    chosen = [0]
    nearest = np.hypot(*(where - where[0]).T)
    while len(chosen) < min(count, len(good)):
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, np.hypot(*(where - where[chosen[-1]]).T))
    sites = np.array(chosen)
    for _ in range(_REFINEMENTS):
        owner = _owner(where, sites)
        moved = sites.copy()
        for site in range(len(sites)):
            own = np.flatnonzero(owner == site)
            centre = np.average(where[own], axis=0, weights=land[own])
            moved[site] = own[np.argmin(np.hypot(*(where[own] - centre).T))]
        if np.array_equal(moved, sites):
            break
        sites = moved
    weight = np.bincount(_owner(where, sites), weights=land, minlength=len(sites))
    return Sites(cell=good[sites], weight=weight / weight.sum())


def _owner(where: Array, sites: NDArray[np.int64]) -> NDArray[np.int64]:
    """(cell,) number of the nearest site; the first of equals."""
    distance = np.hypot(*(where[:, None, :] - where[None, sites, :]).transpose(2, 0, 1))
    return np.asarray(np.argmin(distance, axis=1))


def region_profile(profiles: Hourly, weight: Array) -> Array:
    """(hour,) capacity factor of a region: its sites' mean by weight (any positive scale). [-]"""
    share = np.asarray(weight, dtype=np.float64)
    return np.asarray((share / share.sum()) @ profiles.astype(np.float64))
