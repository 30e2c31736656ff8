"""The resource of a case from its own sites and stations: one weather year and one year of water for all."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from planning.sizing.case import SITED, BaseCase
from planning.sizing.parts.cascade import Cascade
from planning.sizing.resource import BaseResource
from resources.cascade import CascadeHydrology, cascade_hydrology
from resources.cascade_tables import chosen_stations
from resources.csp import block
from resources.plant_choice import PlantChoice
from resources.resource_data import EMBEDDED, ResourceData
from resources.river_inflow import basin_years
from resources.served import Served, merged
from resources.site_profile import SiteTechnology, site_profile

_TECHNOLOGY: dict[str, SiteTechnology] = {
    "wind": "wind",
    "pv": "pv_tracked",
    "pv_fixed": "pv_fixed",
    "pv_tracked": "pv_tracked",
    "csp": "csp",
}


def resource_of_case(
    case: BaseCase,
    seed: int,
    data: ResourceData = EMBEDDED,
    where: str = "base",
    library: Path | None = None,
) -> tuple[BaseResource, Served]:
    """Hourly resource of a case's sites, and what gave it.

    Parameters
    ----------
    seed
        Of generated weather and of the rain days that bring floods.
    where
        Names the file in problems.
    library
        Where an imported power curve lies; None: the user's own library.

    Raises
    ------
    InputError
        A site outside China, a station that is none, a machine nobody makes, data that does not serve.
    """
    profiles, served = {}, []
    for name in SITED:
        part = getattr(case, name)
        if part is None:
            continue
        lon, lat, weight = ([getattr(s, key) for s in part.sites] for key in ("lon_deg", "lat_deg", "weight"))
        tower = case.csp.tower if name == "csp" and case.csp is not None else None
        found = site_profile(
            lon, lat, weight, site_technology(name, case.plant), seed, data, case.plant,
            library=library, tower=tower, where=where,
        )  # fmt: skip
        served.append(found.served)
        if tower is None:
            profiles[name] = found.capacity_factor
        else:
            profiles["csp_heat"] = found.capacity_factor / block(tower).receiver_mw
    water = None if case.cascade is None else hydrology_of(case.cascade, seed)
    return BaseResource(profiles, water), merged(served)


def site_technology(part: str, plant: PlantChoice) -> SiteTechnology:
    """What stands at the sites of a part: `pv` is mounted as the machines say, on trackers where they do not."""
    if part == "pv" and plant.pv.mounting == "fixed_tilt":
        return "pv_fixed"
    return _TECHNOLOGY[part]


def hydrology_of(cascade: Cascade, seed: int) -> CascadeHydrology:
    """A year of water of the stations a case names.

    Raises
    ------
    InputError
        As `chosen_stations`.
    """
    stations = chosen_stations(cascade.rivers, cascade.stations, cascade.year)
    share = None if cascade.exceedance_pct is None else cascade.exceedance_pct / 100.0
    rivers = sorted({station.river for station in stations})
    hydrology = cascade_hydrology(stations, basin_years(rivers, exceedance=share, seed=seed))
    return dataclasses.replace(
        hydrology,
        storage_high_m3=hydrology.storage_high_m3 * cascade.storage_share,
        storage_start_m3=hydrology.storage_start_m3 * cascade.storage_share,
    )
