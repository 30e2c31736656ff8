"""A siting as JSON: what `energymap site --json` prints and `siting.json` holds; names end with their units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.chain.sources import resource_sources
from planning.siting.ahp import Weights, weights_of
from planning.siting.area import Area
from planning.siting.candidates import Candidate
from planning.siting.eligibility import AuditRow
from planning.siting.rules import RuleSet
from planning.siting.site_run import SitingResult
from planning.siting.suitability import CRITERIA
from planning.words import Language, note

PRICE_YEAR = 2024
"""Of `technologies.csv` (2024-25)."""
HIGH_HOURS = {"wind": 4000.0, "pv": 2600.0, "csp": 5500.0}
"""Above these a site's hours want a measurement before they are believed (best wind farms on land: 3,500 to 4,000;
tracked PV per AC on the plateau: 2,600)."""

_NAMES_LAST = ("site_criteria_left_out", "site_rules_without_data")
"""Notes whose last figure is a list of ids."""


def siting_document(result: SitingResult, area: Area, rules: RuleSet) -> dict[str, Any]:
    """The whole answer."""
    land, ask = result.land, result.request
    technologies = ask.technologies
    judged = judged_weights(result)
    return {
        "schema_version": 1,
        "area": area.name,
        "area_km2": area.area_km2,
        "area_notes": [{"code": one.code, **one.params} for one in area.notes],
        "rules": rules.name,
        "cell_m": land.cell_m,
        "eligible_km2": {t: land.eligible_km2[t] for t in technologies},
        "eligible_any_km2": float(result.divided.used.sum()) * land.cell_km2,
        "audit": [_audit_row(row) for row in land.audit if row.technology in technologies],
        "land_by_class": [
            {
                "technology": row.technology, "land_class": row.land_class, "eligible_km2": row.eligible_km2,
                "density_mw_per_km2": row.mw_per_km2, "capacity_mw": row.capacity_mw, "tier": row.tier,
                "source": row.source,
            }
            for row in land.by_class
            if row.technology in technologies
        ],
        "capacity_mw": dict(result.capacity_alone_mw),
        "capacity_of_sites_mw": dict(result.capacity_mw),
        "left_aside_mw": result.left_aside_mw,
        "land_use": ask.land_use.model_dump(mode="json"),
        "supply_curve": [
            {
                "technology": curve.technology, "capacity_mw": curve.capacity_mw,
                "delivered_mwh_per_year": curve.delivered_mwh,
                "steps": [
                    {
                        "candidate": s.candidate, "technology": s.technology,
                        "lcoe_cny_per_mwh": s.lcoe_cny_per_mwh, "capacity_mw": s.capacity_mw,
                        "delivered_mwh_per_year": s.delivered_mwh, "cumulative_mw": s.cumulative_mw,
                        "cumulative_mwh_per_year": s.cumulative_mwh,
                    }
                    for s in curve.steps
                ],
            }
            for curve in result.curves
        ],
        "candidates": [candidate_document(c) for c in result.candidates],
        "suitability": {
            "criteria": list(judged.criteria),
            "matrix": judged.matrix.tolist(),
            "weight": {name: float(w) for name, w in result.suitability.weight.items()},
            "left_out": list(result.suitability.left_out),
            "consistency_ratio": judged.consistency_ratio,
            "consistent": judged.consistent,
            "values": {
                name: [list(point) for point in ask.judgements.points(name)]
                for name in (*technologies, *(n for n in result.suitability.weight if n != "resource"))
            },
        },
        "costs": {
            name: {
                "investment_cny_per_kw": cost.cny_per_mw / 1e3,
                "annual_cny_per_kw": cost.cny_per_mw_year / 1e3, "tier": cost.tier,
            }
            for name, cost in result.costs.items()
        },
        "connection_cost_tier": result.network.costs.tier,
        "discount_rate_real_share": result.discount_rate,
        "price_year": PRICE_YEAR,
        "request": ask.model_dump(mode="json"),
        "notes": notes_of(result),
        "grade": result.grade,
        "sources": [
            {"what": s.name, "source": s.source, "grade": s.grade} for s in land.served
        ],
        "resource": [s.model_dump(mode="json") for s in resource_sources(result.served, ask.seed)],
        "seconds": round(result.seconds, 2),
    }  # fmt: skip


def candidate_document(c: Candidate) -> dict[str, Any]:
    """One site; its hours are in the table of hours."""
    link = c.connection
    return {
        "id": c.id, "name_zh": c.name_zh, "name_en": c.name_en, "lon_deg": c.lon_deg, "lat_deg": c.lat_deg,
        "rank_lcoe": c.rank_lcoe, "rank_suitability": c.rank_suitability, "chosen_mw": c.chosen_mw,
        "land_km2": c.land_km2, "outline_km2": c.outline_km2, "capacity_mw": c.capacity_mw,
        "capacity_factor": c.capacity_factor, "peak_mw": c.peak_mw, "energy_mwh_per_year": c.energy_mwh,
        "delivered_mwh_per_year": c.delivered_mwh, "lcoe_plant_cny_per_mwh": c.lcoe_plant_cny_per_mwh,
        "lcoe_cny_per_mwh": c.lcoe_cny_per_mwh, "suitability": c.suitability,
        "wind_sun_correlation": c.correlation, "low_output_hours_share": c.low_share,
        "co2_saved_t_per_year": c.co2_saved_t, "investment_cny": c.investment_cny,
        "technologies": {
            name: {
                "land_km2": s.land_km2, "capacity_mw": s.capacity_mw, "full_load_hours": s.full_load_hours,
                "energy_mwh_per_year": s.energy_mwh, "lcoe_plant_cny_per_mwh": s.lcoe_plant_cny_per_mwh,
                "lcoe_cny_per_mwh": s.lcoe_cny_per_mwh, "investment_cny": s.investment_cny,
            }
            for name, s in c.shares.items()
        },
        "connection": None if link is None else {
            "target": link.target.id, "target_zh": link.target.name_zh, "target_en": link.target.name_en,
            "km": link.km, "straight_km": link.straight_km, "flat_ground_km": link.dear_km,
            "kv": link.line.kv, "circuits": link.line.circuits, "capability_mw": link.line.capability_mw,
            "investment_cny": link.line.investment_cny, "annual_cny": link.line.cny_per_year,
            "loss_share": c.loss_share, "beyond_practice": link.line.beyond_practice,
            "path_lon_lat_deg": [
                [round(float(lon), 5), round(float(lat), 5)]
                for lon, lat in zip(link.lon_deg, link.lat_deg, strict=True)
            ],
        },
    }  # fmt: skip


def notes_of(result: SitingResult) -> list[str]:
    """Codes of what a reader must know, with figures (`planning.words.note`)."""
    notes = []
    for name in result.request.technologies:
        most = HIGH_HOURS[name]
        high = [c for c in result.candidates if name in c.shares and c.shares[name].full_load_hours > most]
        if high:
            peak = max(c.shares[name].full_load_hours for c in high)
            notes.append(f"site_hours_high_{name}|{len(high)}|{most:,.0f}|{peak:,.0f}")
    lost = [c.id for c in result.candidates if c.connection is None]
    if lost:
        notes.append(f"site_unconnected|{len(lost)}")
    far = [c for c in result.candidates if c.connection is not None and c.connection.line.beyond_practice]
    if far:
        notes.append(f"site_line_beyond_practice|{len(far)}")
    if result.suitability.left_out:
        notes.append(f"site_criteria_left_out|{', '.join(result.suitability.left_out)}")
    judged = judged_weights(result)
    if not judged.consistent:
        notes.append(f"site_judgements_inconsistent|{judged.consistency_ratio:.2f}")
    wished = result.request.total_mw
    if wished is not None:
        had = sum(c.chosen_mw for c in result.candidates)
        if had < wished * (1 - 1e-9):
            notes.append(f"site_total_not_reached|{wished:,.0f}|{had:,.0f}")
    missing = sorted({row.rule_id for row in result.land.audit if not row.applied})
    if missing:
        notes.append(f"site_rules_without_data|{len(missing)}|{', '.join(missing)}")
    return notes


def note_text(code: str, result: SitingResult, language: Language) -> str:
    """A note in words; criteria and rules by their names in the language."""
    name, *figures = code.split("|")
    column = 0 if language == "zh" else 1
    names = {key: titles[column] for key, titles in CRITERIA.items()}
    names |= {row.rule_id: (row.title_zh, row.title_en)[column] for row in result.land.audit}
    if name in _NAMES_LAST:
        told = [names.get(one, one) for one in figures[-1].split(", ")]
        figures[-1] = ("、" if language == "zh" else ", ").join(dict.fromkeys(told))
    return note("|".join([name, *figures]), language)


def judged_weights(result: SitingResult) -> Weights:
    """The weights of the request's judgements, consistent or not: it was asked before the run."""
    return weights_of(result.request.judgements.criteria, result.request.judgements.matrix)


def _audit_row(row: AuditRow) -> dict[str, Any]:
    return {
        "technology": row.technology, "rule": row.rule_id, "title_zh": row.title_zh, "title_en": row.title_en,
        "buffer_m": row.buffer_m, "alone_km2": row.alone_km2, "in_order_km2": row.in_order_km2,
        "left_km2": row.left_km2, "nodata_km2": row.nodata_km2, "applied": row.applied, "grade": row.grade,
        "tier": row.tier, "source": row.source, "resolution_m": row.resolution_m,
    }  # fmt: skip


def flat_candidate(c: Candidate) -> dict[str, object]:
    """One site as one row of a table."""
    whole = candidate_document(c)
    nested: Mapping[str, Mapping[str, Any]] = whole.pop("technologies")
    link = whole.pop("connection") or {}
    row: dict[str, object] = dict(whole)
    for name in ("wind", "pv", "csp"):
        for key in (
            "land_km2",
            "capacity_mw",
            "full_load_hours",
            "lcoe_plant_cny_per_mwh",
            "lcoe_cny_per_mwh",
        ):
            row[f"{name}_{key}"] = nested.get(name, {}).get(key)
    for key in (
        "target", "target_zh", "target_en", "km", "straight_km", "flat_ground_km", "kv", "circuits",
        "capability_mw", "investment_cny", "annual_cny", "loss_share", "beyond_practice",
    ):  # fmt: skip
        row[f"connection_{key}"] = link.get(key)
    return row
