"""One base, from its TOML or from a scenario, to the document `energymap size` answers with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gis_layers.boundary import require_in_china
from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent
from planning.chain.run import Chain
from planning.chain.sources import resource_sources, water_sources, worst_grade
from planning.chain.store import Store
from planning.results import ResourceSource
from planning.scenario import Scenario
from planning.sizing import BaseDesign, load_base_case, size_base, with_defaults
from planning.sizing.case import BaseCase, Renewable
from planning.sizing.resource import wind_and_pv
from planning.tables import load_tables
from resources.profile import profiles_of_weather
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import Served, count_served, merged
from resources.solar import PvSystem
from resources.wind import BASE_TURBINE


def size_base_file(
    path: Path, seed: int, progress: Progress = silent, data: ResourceData = EMBEDDED
) -> dict[str, Any]:
    """Size the base of a file on the embedded atlas, or on imported data.

    Raises
    ------
    InputError
        The file, or a site outside China.
    InfeasibleError
        The limits in conflict and by how much each would have to give.
    """
    case = with_defaults(load_base_case(path), load_tables().technology)
    wind, of_wind = _site_mean(case.wind, "wind", seed, str(path), data)
    pv, of_pv = _site_mean(case.pv, "pv", seed, str(path), data)
    return _document(case, size_base(case, wind_and_pv(wind, pv), progress), merged([of_wind, of_pv]), seed)


def size_scenario_base(
    scenario: Scenario,
    base_id: str,
    progress: Progress = silent,
    store: Store | None = None,
    library: Path | None = None,
) -> dict[str, Any]:
    """Size one base of a scenario as the chain sizes it, alone.

    Raises
    ------
    InputError
        The scenario has no base of that id; imported data it names is not in the library.
    InfeasibleError
        The limits in conflict and by how much each would have to give.
    """
    spec = next((b for b in scenario.bases if b.id == base_id), None)
    if spec is None:
        known = ", ".join(b.id for b in scenario.bases) or "none"
        raise InputError(Problem(scenario.id, "base", base_id, f"one of {known}"))
    chain = Chain(scenario, progress, store, "sizing", base_id, library)
    design, served = chain.design(base_id), chain.profile(base_id).served
    water = water_sources(chain.water) if spec.cascade is not None else ()
    progress(1.0, "done")
    return _document(design.case, design, served, scenario.seed, water) | {
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
    }


def _document(
    case: BaseCase,
    design: BaseDesign,
    served: Served,
    seed: int,
    water: tuple[ResourceSource, ...] = (),
) -> dict[str, Any]:
    resource = (*resource_sources(served, seed), *water)
    return {
        "id": case.id,
        "name_zh": case.name_zh,
        "name_en": case.name_en,
        "status": "optimal",
        "objective_cny_per_year": design.annual_cost_cny,
        "capacity_mw": design.capacity_mw,
        "storage_mwh": design.storage_mwh,
        "delivered_mwh": design.delivered_mwh,
        "unmet_mwh": design.unmet_mwh,
        "channel_full_load_hours": design.full_load_hours,
        "renewable_share": design.renewable_share,
        "curtailment_rate": design.curtailment_rate,
        "lcoe_cny_per_mwh": design.lcoe_cny_per_mwh,
        "investment_cny": design.investment_cny,
        "co2_t": design.co2_t,
        "land_km2": design.land_km2,
        "duals": design.duals_cny,
        "max_balance_residual_mw": design.max_balance_residual_mw,
        "solver": design.solver,
        "gap": design.gap,
        "solve_seconds": design.seconds,
        "grade": worst_grade(served, water),
        "resource": [source.model_dump(mode="json") for source in resource],
        "price_year": case.price_year,
    }


def _site_mean(
    renewable: Renewable | None, technology: str, seed: int, where: str, data: ResourceData
) -> tuple[np.ndarray[Any, Any], Served]:
    if renewable is None:
        return np.zeros(8760), Served()
    for site in renewable.sites:
        require_in_china(site.lon_deg, site.lat_deg, where)
    lon, lat = (np.array([getattr(s, key) for s in renewable.sites]) for key in ("lon_deg", "lat_deg"))
    climate = data.climate_at(lon, lat)
    year = data.weather_at(climate, seed)
    profiles = profiles_of_weather(year.weather, PvSystem(mounting="single_axis"), BASE_TURBINE, year.speedup)
    hourly = profiles.wind if technology == "wind" else profiles.pv
    weight = np.array([s.weight for s in renewable.sites])
    mean = np.asarray(weight @ hourly.astype(np.float64) / weight.sum())
    return mean, count_served(data, climate, year)
