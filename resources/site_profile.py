"""The hourly profile of one technology over some sites, as a sizing asks for it.

Wind, PV on fixed mounts and on trackers side by side, and the heat of solar towers, all of the same weather year.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.boundary import require_in_china
from gis_layers.errors import InputError, Problem
from resources.csp import CspTower, block, heat_profile
from resources.plant_choice import USUAL, PlantChoice
from resources.plant_machines import FIXED, TRACKED, pv_hours, wind_hours
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import Served, count_served

Array = NDArray[np.float64]
SiteTechnology = Literal["wind", "pv_fixed", "pv_tracked", "csp"]


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """The mean over the sites, by their weight."""

    capacity_factor: Array
    """(8760,) wind and PV: output over rated or AC capacity, 0..1. CSP: heat of the receiver per MW of net electric
    capacity of the block [MW/MW], so up to `CspBlock.receiver_mw`."""
    served: Served
    """What gave the weather."""


def site_profile(
    lon_deg: ArrayLike,
    lat_deg: ArrayLike,
    weight: ArrayLike,
    technology: SiteTechnology,
    seed: int,
    data: ResourceData = EMBEDDED,
    plant: PlantChoice = USUAL,
    *,
    library: Path | None = None,
    tower: CspTower | None = None,
    where: str = "argument",
) -> SiteProfile:
    """The profile of a technology at some sites.

    Parameters
    ----------
    lon_deg, lat_deg, weight : (site,)
        Weights of any positive scale.
    technology : "wind", "pv_fixed", "pv_tracked" or "csp"
        The mounting it names goes before that of `plant`; all else of `plant` holds for both.
    seed : int
        Of generated hours.
    data : ResourceData
    plant : PlantChoice
    library : Path or None
        Where an imported power curve lies; None: the user's own library.
    tower : CspTower or None
        Of "csp"; its `block` is what the heat is fed to.
    where : str
        Names the file or part in problems.

    Raises
    ------
    InputError
        A site outside China, no weights, an unknown machine or technology, data that does not serve.
    """
    lon, lat, share = (
        np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (lon_deg, lat_deg, weight)
    )
    _check(lon, lat, share, technology, where)
    climate = data.climate_at(lon, lat)
    year = data.weather_at(climate, seed)
    if technology == "wind":
        hours = wind_hours(plant.wind, climate, year.weather, year.speedup, library=library)
    elif technology == "csp":
        hours = heat_profile(year.weather, tower or CspTower())
    else:
        fixed = technology == "pv_fixed"
        choice = plant.pv.model_copy(update={"mounting": "fixed_tilt" if fixed else "single_axis"})
        hours = pv_hours(choice, climate, year.weather, FIXED if fixed else TRACKED)
    mean = np.asarray(share @ hours.astype(np.float64) / share.sum())
    if technology == "csp":
        mean = mean * block(tower or CspTower()).receiver_mw
    return SiteProfile(mean, count_served(data, climate, year))


def _check(lon: Array, lat: Array, share: Array, technology: str, where: str) -> None:
    problems = []
    if technology not in get_args(SiteTechnology):
        expected = "one of " + ", ".join(get_args(SiteTechnology))
        problems.append(Problem(where, "technology", technology, expected))
    if not len(lon) == len(lat) == len(share) > 0:
        found = f"{len(lon)}, {len(lat)}, {len(share)}"
        problems.append(
            Problem(where, "sites", found, "as many longitudes as latitudes and weights, 1 or more")
        )
    elif not (np.isfinite(share).all() and (share >= 0).all() and share.sum() > 0):
        problems.append(Problem(where, "weight", f"{share.tolist()}"[:60], "0 or more, not all 0"))
    if problems:
        raise InputError(problems)
    for one_lon, one_lat in zip(lon.tolist(), lat.tolist(), strict=True):
        require_in_china(one_lon, one_lat, where)
