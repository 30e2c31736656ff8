"""The bases of a scenario: from what it asks of each to a sized base, and to the row of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from planning.cash_flow.inputs import project_of_base
from planning.cash_flow.investment import Project, returns
from planning.chain.nation import BaseSite
from planning.chain.profile_values import BaseProfiles
from planning.chain.water import Water, base_water, year_of_water
from planning.operating_rules import PEAK_HOURS as LINE_PEAK_HOURS
from planning.operating_rules import VALLEY_SHARE
from planning.results import BaseResult, CorridorResult
from planning.scenario import BaseSpec, Scenario
from planning.sizing import BaseDesign, with_defaults
from planning.sizing.case import BaseCase
from planning.tables import Tables

UNMET_CNY_PER_MWH = 600.0
"""What an hour of the profile that the base does not deliver costs it: about the dearest power a receiving
province replaces it with; bases without coal must be allowed to miss the profile in still, dark weeks."""
PEAK_HOURS = (LINE_PEAK_HOURS,)
VALLEY_LEVEL = VALLEY_SHARE
"""Two-step day curve of a base with coal behind it, that of a line with coal behind it."""


@dataclass(frozen=True, slots=True)
class SettledBase:
    """A base as the document tells it, with the design and the investment behind the row."""

    result: BaseResult
    design: BaseDesign
    project: Project


def base_case(scenario: Scenario, tables: Tables, spec: BaseSpec, water: Water | None) -> BaseCase:
    """What the sizing is asked for a base of the scenario, costs of the technology table filled in."""

    def sites(kind: str) -> list[dict[str, float]]:
        chosen = spec.wind_sites if kind == "wind" else spec.pv_sites
        return [{"lon_deg": s.lon_deg, "lat_deg": s.lat_deg} for s in chosen]

    fixed = spec.capacity == "fixed"

    def renewable(kind: str, given: float | None, most: float | None) -> dict[str, object]:
        part_: dict[str, object] = {"sites": sites(kind)}
        if fixed and given is not None:
            part_["capacity_mw"] = given
        elif most is not None:
            part_["max_capacity_mw"] = most
        else:
            part_["max_capacity_mw"] = 3.0 * spec.channel_mw
        if scenario.price_year <= 2022:
            part_["capex_cny_per_kw"] = tables.technology(kind, "capex_2021_cny_per_kw")
        return part_

    storage: dict[str, object] = {"max_duration_h": 8.0, "min_duration_h": 1.0}
    if fixed and spec.battery_mw is not None and spec.battery_mwh is not None:
        storage = {
            "min_power_mw": spec.battery_mw,
            "max_power_mw": spec.battery_mw,
            "min_energy_mwh": spec.battery_mwh,
            "max_energy_mwh": spec.battery_mwh,
        }
    document: dict[str, object] = {
        "id": spec.id,
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
        "price_year": scenario.price_year,
        "discount_rate": scenario.prices.discount_rate,
        "channel": {"capacity_mw": spec.channel_mw},
        "delivery": {
            "kind": "two_step" if spec.coal_mw > 0 else "free",
            "peak_hours": PEAK_HOURS if spec.coal_mw > 0 else (),
            "peak_level": 1.0,
            "valley_level": VALLEY_LEVEL if spec.coal_mw > 0 else 1.0,
            "full_load_hours_min": spec.channel_full_load_hours,
            "unmet_penalty_cny_per_mwh": UNMET_CNY_PER_MWH,
        },
        "wind": renewable("wind", spec.wind_mw, spec.wind_max_mw),
        "pv": renewable("pv", spec.pv_mw, spec.pv_max_mw),
        "storage": storage,
        "limits": {
            "renewable_share_min": spec.renewable_share_min if spec.coal_mw > 0 else None,
            "curtailment_max_share": spec.curtailment_share_max,
            "land_km2_max": spec.land_max_km2,
        },
    }
    if spec.coal_mw > 0:
        carbon = tables.coal_co2_t_per_mwh() * scenario.prices.carbon_cny_per_t
        document["thermal"] = {
            "fuel": "coal",
            "max_capacity_mw": spec.coal_mw,
            "marginal_cost_cny_per_mwh": tables.coal_cost_cny_per_mwh()[spec.node] + carbon,
            "co2_t_per_mwh": tables.coal_co2_t_per_mwh(),
        }
    if water is not None and water.capacity_mw > 0:
        document["hydro"] = {
            "capacity_mw": water.capacity_mw,
            "inflow_hourly_mw": tuple(float(v) for v in water.inflow_mw),
            "reservoir_mwh": float(water.reservoir_mwh.mean()),
            "min_flow_mw": float(water.least_mw.min()),
            "cost_cny_per_mwh": 0.0,
        }
    return with_defaults(BaseCase.model_validate(document), tables.technology)


def water_of_base(
    scenario: Scenario, tables: Tables, spec: BaseSpec, library: Path | None = None
) -> Water | None:
    """The stations that serve a base; None where it has no river.

    Raises
    ------
    InputError
        As `year_of_water`.
    """
    if spec.cascade is None:
        return None
    year = year_of_water(scenario, library)
    return base_water(tables, spec.cascade, spec.cascade_stations, spec.node, scenario.year, year)


def base_sites(
    scenario: Scenario,
    designs: Mapping[str, tuple[BaseDesign, Water | None]],
    profiles: Mapping[str, BaseProfiles],
) -> dict[str, BaseSite]:
    """The sized bases as nodes of the nation."""
    sites = {}
    for spec in scenario.bases:
        design, water = designs[spec.id]
        sites[spec.id] = BaseSite(
            spec=spec,
            wind_mw=np.asarray(design.capacity_mw["wind"] * profiles[spec.id].wind),
            pv_mw=np.asarray(design.capacity_mw["pv"] * profiles[spec.id].pv),
            water=water,
            coal_mw=design.capacity_mw.get("coal", 0.0),
            battery_mw=design.capacity_mw.get("battery", 0.0),
            battery_mwh=design.storage_mwh,
        )
    return sites


def settle_base(
    scenario: Scenario,
    tables: Tables,
    spec: BaseSpec,
    design: BaseDesign,
    corridor: CorridorResult | None,
    price_cny_per_mwh: float,
) -> SettledBase:
    """A sized base with its returns at the price its corridor pays.

    The LCOE is the project's, as the report's sheet of yearly flows computes it: existing hydro at what its
    station would cost today. The sizing takes that water as given and leaves its cost out.
    """
    hourly = design.hourly_mw
    generation: dict[str, float] = {
        t: float(hourly[t].sum()) for t in ("wind", "pv", "coal", "hydro") if t in hourly
    }
    loss = corridor.loss_share if corridor is not None else 0.0
    green = design.delivered_mwh * design.renewable_share
    revenue = design.delivered_mwh * price_cny_per_mwh
    revenue += green * (1.0 - loss) * scenario.prices.certificate_cny_per_mwh
    capacity = {
        t: mw for t, mw in design.capacity_mw.items() if t in ("wind", "pv", "coal", "battery", "hydro")
    }
    project = project_of_base(
        scenario,
        tables,
        spec,
        capacity_mw=capacity,
        battery_mwh=design.storage_mwh,
        coal_mwh=generation.get("coal", 0.0),
        delivered_mwh=design.delivered_mwh,
        revenue_cny=revenue,
    )
    worth = returns(project)
    published = {}
    if spec.published is not None:
        p = spec.published
        published = {"design": p.design, "source": p.source, "tier": p.tier}
    result = BaseResult(
        id=spec.id,
        name_zh=spec.name_zh,
        name_en=spec.name_en,
        adcode=tables.node(spec.node).adcode,
        lon=spec.lon_deg,
        lat=spec.lat_deg,
        corridor_id=spec.corridor_id,
        channel_mw=spec.channel_mw,
        capacity_mw=dict(design.capacity_mw),
        storage_mwh=design.storage_mwh,
        generation_mwh=generation,
        delivered_mwh=design.delivered_mwh,
        channel_full_load_hours=design.full_load_hours,
        renewable_share=design.renewable_share,
        curtailment_rate=design.curtailment_rate,
        lcoe_cny_per_mwh=worth.lcoe_cny_per_mwh or 0.0,
        investment_cny=design.investment_cny,
        annual_cost_cny=worth.annual_cost_cny,
        npv_cny=worth.npv_cny,
        irr=worth.irr.irr,
        co2_t=design.co2_t,
        land_km2=design.land_km2,
        solver=design.solver,
        gap=design.gap,
        max_balance_residual_mw=design.max_balance_residual_mw,
        published=published,
    )
    return SettledBase(result, design, project)
