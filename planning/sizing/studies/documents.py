"""Studies as documents and as rows of tables: plain values under names that end with their unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from gis_layers.errors import EnergyMapError, InfeasibleError
from planning.sizing.design import BaseDesign
from planning.sizing.studies.alternatives import MEASURE, Alternatives
from planning.sizing.studies.forecast import ForecastError
from planning.sizing.studies.held import HeldYear
from planning.sizing.studies.pareto import Front
from planning.sizing.studies.replay import Replay
from planning.sizing.studies.robust import Robust
from planning.sizing.studies.tornado import BarEnd, Tornado

Document = dict[str, Any]


def design_figures(design: BaseDesign) -> Document:
    """A design in a study: sizes, shares, money, proof."""
    return {
        "status": design.status,
        "capacity_mw": dict(design.capacity_mw),
        "storage_mwh": design.storage_mwh,
        "energy_mwh": dict(design.energy_mwh),
        "delivered_mwh": design.delivered_mwh,
        "unmet_mwh": design.unmet_mwh,
        "channel_full_load_hours": design.full_load_hours,
        "renewable_share": design.renewable_share,
        "curtailment_rate": design.curtailment_rate,
        "lcoe_cny_per_mwh": design.lcoe_cny_per_mwh,
        "lcoe_receiving_cny_per_mwh": design.lcoe_receiving_cny_per_mwh,
        "annual_cost_cny": design.annual_cost_cny,
        "investment_cny": design.investment_cny,
        "co2_t": design.co2_t,
        "land_km2": design.land_km2,
        "charged_while_discharging_mwh": sum(
            mwh for name, mwh in design.facts.items() if name.endswith("_simultaneous_mwh")
        ),
        "max_balance_residual_mw": design.max_balance_residual_mw,
        "solver": design.solver,
        "gap": design.gap,
        "solve_seconds": design.seconds,
    }


def flat_design(design: BaseDesign) -> Document:
    """The same in one row of a table."""
    row: Document = {}
    for name, value in design_figures(design).items():
        if isinstance(value, dict):
            unit = name.rsplit("_", 1)[1]
            what = name.rsplit("_", 1)[0]
            row |= {f"{key}_{what}_{unit}": figure for key, figure in value.items()}
        else:
            row[name] = value
    return row


def front_document(front: Front) -> Document:
    unit = "share" if front.quality == "renewable_share" else "t"
    steps = "cny_per_percentage_point" if unit == "share" else "cny_per_t"
    return {
        "quality": front.quality,
        "points": [
            {f"bound_{unit}": p.bound, f"value_{unit}": p.value, "cost_cny_per_year": p.cost_cny}
            | {"design": design_figures(p.design)}
            for p in front.points
        ],
        f"step_{steps}": list(front.price_cny()),
    }


def front_rows(front: Front) -> list[Document]:
    unit = "share" if front.quality == "renewable_share" else "t"
    return [
        {"point": k, f"bound_{unit}": p.bound, f"value_{unit}": p.value, "cost_cny_per_year": p.cost_cny}
        | flat_design(p.design)
        for k, p in enumerate(front.points)
    ]


def alternatives_document(found: Alternatives) -> Document:
    return {
        "slack_share": found.slack_share,
        "best": design_figures(found.best),
        "best_cost_cny_per_year": found.best_cost_cny,
        "most_cost_cny_per_year": found.most_cost_cny,
        "ranges": [
            {"capacity": name, "unit": MEASURE[name][1], "best": size}
            | dict(zip(("least", "greatest"), found.range_of(name), strict=True))
            for name, size in found.best_size.items()
        ],
        "designs": [
            {"name": d.name, "cost_cny_per_year": d.cost_cny, "direction": d.direction}
            | {"design": design_figures(d.design)}
            for d in found.designs
        ],
        "failed": {name: reason(error) for name, error in found.failed.items()},
    }


def alternatives_rows(found: Alternatives) -> list[Document]:
    best = {"name": "best", "cost_cny_per_year": found.best_cost_cny} | flat_design(found.best)
    return [best] + [
        {"name": d.name, "cost_cny_per_year": d.cost_cny} | flat_design(d.design) for d in found.designs
    ]


def tornado_document(found: Tornado) -> Document:
    return {
        "base": design_figures(found.base),
        "bars": [
            {
                "factor": bar.range.factor,
                "kind": bar.range.kind,
                "unit": bar.range.unit,
                "low": _end(bar.low),
                "high": _end(bar.high),
                "swing_resized_cny_per_mwh": _finite(bar.swing_cny_per_mwh()),
                "swing_held_cny_per_mwh": _finite(bar.swing_cny_per_mwh(held=True)),
                "date": bar.range.date,
                "tier": bar.range.tier,
                "source": bar.range.source,
                "note": bar.range.note,
            }
            for bar in found.bars
        ],
    }


def _end(end: BarEnd) -> Document:
    return {
        "value": end.value,
        "resized": None if end.sized is None else design_figures(end.sized),
        "held": None if end.held is None else held_figures(end.held),
        "problem": None if end.problem is None else reason(end.problem),
    }


def tornado_rows(found: Tornado) -> list[Document]:
    rows = []
    for bar in found.bars:
        row: Document = {"factor": bar.range.factor, "kind": bar.range.kind, "unit": bar.range.unit}
        for side, end in (("low", bar.low), ("high", bar.high)):
            sized, held = end.sized, end.held
            row |= {
                side: end.value,
                f"{side}_resized_lcoe_cny_per_mwh": None if sized is None else sized.lcoe_cny_per_mwh,
                f"{side}_resized_lcoe_receiving_cny_per_mwh": None
                if sized is None
                else sized.lcoe_receiving_cny_per_mwh,
                f"{side}_held_lcoe_cny_per_mwh": None if held is None else held.design.lcoe_cny_per_mwh,
                f"{side}_held_unmet_mwh": None if held is None else held.unmet_mwh,
            }
            for name in found.base.capacity_mw:
                row[f"{side}_resized_{name}_mw"] = None if sized is None else sized.capacity_mw[name]
            row[f"{side}_resized_storage_mwh"] = None if sized is None else sized.storage_mwh
        row |= {
            "date": bar.range.date,
            "tier": bar.range.tier,
            "source": bar.range.source,
            "note": bar.range.note,
        }
        rows.append(row)
    return rows


def held_figures(held: HeldYear) -> Document:
    """A year with capacities held."""
    design = held.design
    return {
        "unmet_mwh": held.unmet_mwh,
        "unmet_hours": held.unmet_hours,
        "delivered_mwh": design.delivered_mwh,
        "lcoe_cny_per_mwh": design.lcoe_cny_per_mwh,
        "lcoe_receiving_cny_per_mwh": design.lcoe_receiving_cny_per_mwh,
        "renewable_share": design.renewable_share,
        "curtailment_rate": design.curtailment_rate,
        "co2_t": design.co2_t,
    }


def robust_document(found: Robust) -> Document:
    return {
        "allowed_unmet_share": found.allowed_share,
        "before": design_figures(found.base),
        "after": design_figures(found.final),
        "added": {
            name + ("_mwh" if name.endswith("_energy") else "_mw"): v for name, v in found.added.items()
        },
        "added_investment_cny": found.added_investment_cny,
        "added_for_years": list(found.steps),
        "years": [
            {
                "year": year.name,
                "before": held_figures(year.before),
                "after": held_figures(year.after),
                "longest_drought_h": None if year.drought is None else year.drought.longest_h,
                "deepest_drought_mean_output_h": None if year.drought is None else year.drought.deepest_h,
            }
            for year in found.years
        ],
    }


def robust_rows(found: Robust) -> list[Document]:
    rows = []
    for year in found.years:
        row: Document = {"year": year.name}
        for when, held in (("before", year.before), ("after", year.after)):
            row |= {f"{when}_{name}": value for name, value in held_figures(held).items()}
        drought = year.drought
        row["longest_drought_h"] = None if drought is None else drought.longest_h
        row["deepest_drought_mean_output_h"] = None if drought is None else drought.deepest_h
        rows.append(row)
    return rows


def replay_document(found: Replay, errors: Mapping[str, ForecastError]) -> Document:
    foresight, forecast = asdict(found.foresight), asdict(found.forecast)
    return {
        "horizon_h": found.horizon_h,
        "error_seed": found.seed,
        "day_ahead_rmse_share": dict(found.day_ahead_rmse_share),
        "errors": [
            {
                "technology": row.technology,
                "day_ahead_rmse_share": row.day_ahead_rmse_share,
                "correlation_per_h": row.correlation_per_h,
                "date": row.date,
                "tier": row.tier,
                "source": row.source,
                "note": row.note,
            }
            for row in errors.values()
        ],
        "perfect_foresight": foresight,
        "forecast": forecast,
        "hidden": {name: forecast[name] - foresight[name] for name in foresight},
        "stored_change_mwh": dict(found.stored_change_mwh),
        "stored_worth_cny": found.stored_worth_cny,
        "max_balance_residual_mw": found.max_residual_mw,
        "replay_seconds": found.seconds,
    }


def replay_rows(found: Replay) -> list[Document]:
    foresight, forecast = asdict(found.foresight), asdict(found.forecast)
    return [
        {"figure": name, "perfect_foresight": foresight[name], "forecast": forecast[name]}
        | {"hidden": forecast[name] - foresight[name]}
        for name in foresight
    ]


def replay_hours(found: Replay) -> list[Document]:
    """A row an hour of the replayed year."""
    columns = {f"{name}_mw": np.round(values, 6) for name, values in found.hourly_mw.items()}
    columns |= {f"{name}_mwh": np.round(values, 6) for name, values in found.levels_mwh.items()}
    names = list(columns)
    table = np.column_stack([columns[name] for name in names])
    return [{"hour": hour} | dict(zip(names, row, strict=True)) for hour, row in enumerate(table.tolist())]


def reason(error: EnergyMapError) -> Document:
    """Why there is no design: code and, where limits conflict, by how much each would have to give."""
    found: Document = {"code": error.code}
    if isinstance(error, InfeasibleError):
        found["conflicts"] = [
            {"limit": c.limit, "amount": _finite(c.amount), "unit": c.unit} for c in error.conflicts
        ]
    return found


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
