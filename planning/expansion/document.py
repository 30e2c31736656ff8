"""The document of a study: capacities, lines, costs by component, provinces, weeks, errors; for JSON, tables, maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from planning.expansion.of_scenario import Ground
from planning.expansion.provinces import ProvinceCost
from planning.expansion.replay import Figures, Replay, weeks_figures
from planning.expansion.study import TOGETHER, Study
from planning.expansion.told import Plan
from planning.expansion.weeks import Weeks

NOTES = ("existing_costs", "tariffs", "whole", "prices")
"""Codes of what must be known to read the figures; words in `app.optimum_words`."""


def document_of(ground: Ground, study: Study) -> dict[str, Any]:
    """Plain values; energies TWh, power GW or MW by name, money in yuan a year of the scenario's price year."""
    together = study.plans[TOGETHER]
    scenario = ground.asked
    return {
        "kind": "optimum",
        "scenario": scenario.id,
        "scenario_name_zh": scenario.name_zh,
        "scenario_name_en": scenario.name_en,
        "year": scenario.year,
        "price_year": scenario.price_year,
        "discount_rate": scenario.prices.discount_rate,
        "asked": ground.spec.model_dump(mode="json"),
        "capacity_gw": _capacity(ground, together),
        "capacities": capacity_rows(ground, together),
        "lines": line_rows(ground, together),
        "target_prices": [
            {"target": name, "cny_per_unit": value, "unit": _PRICE_UNITS[name]}
            for name, value in together.target_price.items()
        ],
        "systems": {
            name: _system(ground, plan, study.replays.get(name)) for name, plan in study.plans.items()
        },
        "impossible": {
            name: [{"limit": c.limit, "amount": c.amount, "unit": c.unit} for c in error.conflicts]
            for name, error in study.impossible.items()
        },
        "value": {
            "existing_lines_cny": _between(study, "none", "existing"),
            "new_lines_cny": study.value_cny("existing"),
            "all_exchange_cny": study.value_cny("none"),
            "new_lines_replayed_cny": study.replayed_value_cny("existing"),
            "all_exchange_replayed_cny": study.replayed_value_cny("none"),
        },
        "provinces": province_rows(ground, study),
        "weeks": week_rows(together.weeks),
        "profile_error": dict(together.held),
        "sources": _sources(ground),
        "notes": list(NOTES),
    }


_PRICE_UNITS = {
    "wind_pv_min_gw": "CNY/GW/a",
    "wind_pv_max_gw": "CNY/GW/a",
    "co2_max_mt": "CNY/Mt",
    "renewable_share_min": "CNY/percentage point/a",
}


def _between(study: Study, dear: str, cheap: str) -> float | None:
    if dear not in study.plans or cheap not in study.plans:
        return None
    return study.plans[dear].total_cny - study.plans[cheap].total_cny


def _capacity(ground: Ground, plan: Plan) -> dict[str, dict[str, float]]:
    made = {}
    for technology in plan.choice.added_mw:
        standing = _standing(ground, plan, technology)
        added = plan.choice.added_mw[technology]
        made[technology] = {
            "standing_gw": float(standing.sum()) / 1e3,
            "added_gw": float(added.sum()) / 1e3,
            "total_gw": float((standing + added).sum()) / 1e3,
        }
    return made


def _standing(ground: Ground, plan: Plan, technology: str) -> Any:
    """(node,) what stands. [MW]"""
    if technology in ground.standing_mw:
        return ground.standing_mw[technology]
    option = plan.expansion.option(technology)
    thermal = next(t for t in plan.expansion.case.thermals if t.technology == technology)
    available = thermal.capacity_mw if thermal.capacity_mw.ndim == 1 else thermal.capacity_mw.max(axis=1)
    share = 1.0 if option is None or option.per_mw is None else option.per_mw[:, 0]
    return available / share


def capacity_rows(ground: Ground, plan: Plan) -> list[dict[str, Any]]:
    """One row a node and technology that stands or is added."""
    bases = {b.id: b for b in ground.scenario.bases}
    rows = []
    for technology, added in plan.choice.added_mw.items():
        standing = _standing(ground, plan, technology)
        option = plan.expansion.option(technology)
        assert option is not None
        for place, node in enumerate(plan.expansion.case.node_ids):
            if standing[place] < 1.0 and added[place] <= 0.0:
                continue
            home = ground.nation.home_of_node[place]
            names = bases[node] if node in bases else ground.tables.node(node)
            at = names
            rows.append(
                {
                    "node": node,
                    "name_zh": names.name_zh,
                    "name_en": names.name_en,
                    "kind": "base" if node in bases else "province",
                    "home": home,
                    "lon_deg": at.lon_deg,
                    "lat_deg": at.lat_deg,
                    "technology": technology,
                    "standing_mw": float(standing[place]),
                    "added_mw": float(added[place]),
                    "most_mw": _finite(_most(plan, technology, place)),
                    "duration_h": option.duration_h or None,
                    "capital_cny_per_year": float(added[place]) * option.cost.capital,
                    "upkeep_cny_per_year": float(added[place]) * option.cost.upkeep,
                    "investment_cny": float(added[place]) * option.cost.investment_cny_per_mw,
                }
            )
    return rows


def _most(plan: Plan, technology: str, place: int) -> float:
    """What may be added at a node, its land being shared with the bases in it."""
    x = plan.expansion
    option = x.option(technology)
    assert option is not None
    most = float(option.max_mw[place])
    if technology in x.land_mw:
        member, land = x.land_mw[technology]
        for row, limit in zip(member, land, strict=True):
            if row[place] > 0:
                most = min(most, float(limit))
    return most


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def line_rows(ground: Ground, plan: Plan) -> list[dict[str, Any]]:
    """One row a line that might be built."""
    x, count = plan.expansion, plan.expansion.case.lines.count
    rows = []
    for k, (line, row) in enumerate(zip(x.candidates, ground.corridors, strict=True)):
        mw = float(plan.choice.line_mw[k])
        sent = float(plan.operation.sent_mwh[count + k])
        rows.append(
            {
                "id": line.id,
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "kind": row.kind,
                "status": row.status,
                "from_node": x.case.node_ids[line.from_index],
                "to_node": x.case.node_ids[line.to_index],
                "from_lon_deg": row.from_lon_deg,
                "from_lat_deg": row.from_lat_deg,
                "to_lon_deg": row.to_lon_deg,
                "to_lat_deg": row.to_lat_deg,
                "size_mw": line.mw,
                "built_mw": mw,
                "built_share": mw / line.mw,
                "sent_mwh": sent,
                "full_load_hours": sent / mw if mw > 0 else None,
                "capital_cny_per_year": mw * line.cost.capital,
                "upkeep_cny_per_year": mw * line.cost.upkeep,
                "rent_cny_per_year": float(plan.rent_cny[count + k]),
                "investment_cny": mw * line.cost.investment_cny_per_mw,
                "investment_tier": row.tier if row.investment_cny is not None else "estimated",
            }
        )
    return rows


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "total_cny": figures.total_cny,
        "operating_cny": figures.operating_cny,
        "fuel_cny": figures.fuel_cny,
        "curtailment_rate": figures.curtailment_rate,
        "curtailed_twh": figures.curtailed_mwh / 1e6,
        "unserved_mwh": figures.unserved_mwh,
        "co2_mt": figures.co2_t / 1e6,
        "renewable_share": figures.renewable_share,
        "load_twh": figures.load_mwh / 1e6,
        "sent_twh": figures.sent_mwh / 1e6,
        "generation_twh": {k: v / 1e6 for k, v in figures.generation_mwh.items()},
    }


def _system(ground: Ground, plan: Plan, replayed: Replay | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "weeks": _figures(weeks_figures(plan)),
        "money_cny": dict(plan.money_cny),
        "capacity_gw": _capacity(ground, plan),
        "lines_mw": {
            c.id: float(mw) for c, mw in zip(plan.expansion.candidates, plan.choice.line_mw, strict=True)
        },
        "bound_cny": plan.bound_cny,
        "solver": plan.solver,
        "rows": plan.rows,
        "columns": plan.columns,
        "gap": plan.gap,
    }
    if replayed is not None:
        made["replay"] = _figures(replayed.figures)
        made["replay_money_cny"] = dict(replayed.money_cny)
        made["max_residual_mw"] = replayed.max_residual_mw
        made["error"] = week_error(weeks_figures(plan), replayed.figures)
    return made


def week_error(weeks: Figures, hours: Figures) -> dict[str, float]:
    """What the weeks say less what the hours say; costs relative to the hours'."""
    return {
        "total_cost_share": weeks.total_cny / hours.total_cny - 1.0,
        "operating_cost_share": weeks.operating_cny / hours.operating_cny - 1.0,
        "fuel_cost_share": weeks.fuel_cny / hours.fuel_cny - 1.0 if hours.fuel_cny else 0.0,
        "curtailment_rate_points": (weeks.curtailment_rate - hours.curtailment_rate) * 100.0,
        "unserved_mwh": weeks.unserved_mwh - hours.unserved_mwh,
        "co2_mt": (weeks.co2_t - hours.co2_t) / 1e6,
        "renewable_share_points": (weeks.renewable_share - hours.renewable_share) * 100.0,
    }


def province_rows(ground: Ground, study: Study) -> list[dict[str, Any]]:
    """One row a province: cost together and alone, and what it gains by planning together."""
    together = study.provinces[TOGETHER]
    from gis_layers.province import PROVINCES

    rows = []
    for province, cost in together.items():
        ref = PROVINCES[province]
        row: dict[str, Any] = {
            "adcode": int(province),
            "name_zh": ref.name_zh,
            "name_en": ref.name_en,
            "load_twh": cost.load_mwh / 1e6,
            "together_cny": cost.total_cny,
            **_parts(cost),
            "co2_mt": cost.co2_t / 1e6,
            "curtailed_twh": cost.curtailed_mwh / 1e6,
        }
        for name in study.plans:
            if name != TOGETHER:
                other = study.provinces[name][province]
                row[f"{name}_cny"] = other.total_cny
                row[f"gain_from_{name}_cny"] = other.total_cny - cost.total_cny
                row[f"{name}_co2_mt"] = other.co2_t / 1e6
        rows.append(row)
    return rows


def _parts(cost: ProvinceCost) -> Mapping[str, float]:
    return {
        "built_and_run_cny": cost.built_cny,
        "bought_less_sold_cny": cost.traded_cny,
        "lines_less_rent_cny": cost.lines_cny,
    }


def week_rows(weeks: Weeks) -> list[dict[str, Any]]:
    """One row a chosen week."""
    return [
        {
            "week": int(start) // weeks.period_hours + 1,
            "start_hour": int(start),
            "weight_weeks": float(weight),
            "reason": reason,
            "stands_for_weeks": [int(w) + 1 for w in np.flatnonzero(weeks.stands_for == number)],
        }
        for number, (start, weight, reason) in enumerate(
            zip(weeks.start_hour, weeks.weight, weeks.reason, strict=True)
        )
    ]


def _sources(ground: Ground) -> list[dict[str, Any]]:
    """Costs and lives with source and tier."""
    wanted = ("capex", "fixed_om", "life_years")
    used = {*ground.spec.build, "uhvdc"}
    return [
        {
            "figure": f.id,
            "value": f.value,
            "unit": f.unit,
            "date": f.date,
            "tier": f.tier,
            "source": f.source,
        }
        for f in ground.tables.technologies
        if f.technology in used and f.quantity.startswith(wanted)
    ]
