"""One base, from its TOML or from a scenario, to the document `energymap size` answers with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent
from planning.base_sources import case_sources, spec_sources
from planning.built_in_cases import case_path, with_published
from planning.chain.run import Chain
from planning.chain.sources import water_sources, worst_grade
from planning.chain.store import Store
from planning.results import ResourceSource
from planning.scenario import Scenario
from planning.sizing import BaseDesign, load_base_case, size_base, with_defaults
from planning.sizing.case import BaseCase
from planning.sizing.design import generation_of
from planning.sizing.sites import resource_of_case
from planning.tables import load_tables
from resources.plant_choice import over
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import Served

Keep = Callable[[dict[str, Any], BaseDesign], object]


def size_base_file(
    path: Path,
    seed: int,
    progress: Progress = silent,
    data: ResourceData = EMBEDDED,
    library: Path | None = None,
    keep: Keep | None = None,
) -> dict[str, Any]:
    """Size the base of a file, or the built-in case of that name, on the embedded atlas or on imported data.

    `keep` is given the document and the design with its hours.

    Raises
    ------
    InputError
        The file, a site outside China, or a machine nobody makes.
    InfeasibleError
        The limits in conflict and by how much each would have to give.
    """
    path = case_path(path)
    case = with_defaults(load_base_case(path), load_tables().technology)
    resource, served = resource_of_case(case, seed, data, str(path), library)
    sources = case_sources(case, served, seed)
    design = size_base(case, resource, progress)
    document = with_published(_document(case, design, served, sources))
    if keep is not None:
        keep(document, design)
    return document


def size_scenario_base(
    scenario: Scenario,
    base_id: str,
    progress: Progress = silent,
    store: Store | None = None,
    library: Path | None = None,
    keep: Keep | None = None,
) -> dict[str, Any]:
    """Size one base of a scenario as the chain sizes it, alone.

    `keep` is given the document and the design with its hours.

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
    sources = (*spec_sources(over(scenario.plant, spec.plant), served, scenario.seed), *water)
    document = _document(design.case, design, served, sources, water) | {
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
    }
    if keep is not None:
        keep(document, design)
    return document


def _document(
    case: BaseCase,
    design: BaseDesign,
    served: Served,
    resource: tuple[ResourceSource, ...],
    water: tuple[ResourceSource, ...] = (),
) -> dict[str, Any]:
    return {
        "id": case.id,
        "name_zh": case.name_zh,
        "name_en": case.name_en,
        "status": design.status,
        "goal": case.goal,
        "objective_cny_per_year": design.annual_cost_cny,
        "capacity_mw": design.capacity_mw,
        "storage_mwh": design.storage_mwh,
        "energy_mwh": design.energy_mwh,
        "delivered_mwh": design.delivered_mwh,
        "received_mwh": design.received_mwh,
        "unmet_mwh": design.unmet_mwh,
        "generation_mwh": {name: float(hours.sum()) for name, hours in generation_of(design).items()},
        "channel_full_load_hours": design.full_load_hours,
        "channel_utilisation": design.full_load_hours / 8760.0,
        "renewable_share": design.renewable_share,
        "curtailment_rate": design.curtailment_rate,
        "curtailed_mwh_by_cause": design.curtailed_mwh,
        "lcoe_cny_per_mwh": design.lcoe_cny_per_mwh,
        "lcoe_receiving_cny_per_mwh": design.lcoe_receiving_cny_per_mwh,
        "investment_cny": design.investment_cny,
        "line_investment_cny": design.line_investment_cny,
        "line_cny_per_year": design.line_cny_per_year,
        "revenue_cny": design.revenue_cny,
        "income_cny": design.income_cny,
        "npv_cny": design.npv_cny,
        "products": design.products,
        "co2_t": design.co2_t,
        "co2_saved_t": design.co2_saved_t,
        "coal_saved_tce": design.coal_saved_tce,
        "land_km2": design.land_km2,
        "duals": design.duals_cny,
        "dual_units": {name: f"CNY/a per {unit}" for name, unit in design.dual_units.items()},
        "max_balance_residual_mw": design.max_balance_residual_mw,
        "solver_residual_mw": design.solver_residual_mw,
        "checks": design.facts,
        "solver": design.solver,
        "gap": design.gap,
        "solve_seconds": design.seconds,
        "grade": worst_grade(served, water),
        "resource": [source.model_dump(mode="json") for source in resource],
        "price_year": case.price_year,
    }
