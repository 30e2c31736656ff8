"""A scenario with what was chosen, that every link of the chain accepts.

Wind and PV stand where the optimum put them: nothing is left to the weights. Bases are fixed at what was chosen for
them, and the limits their own sizing would put on them are set aside, for the nation decided. A line built whole
is named in `lines.also` (or kept as the scenario's own); one built in part becomes an own line of that size.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planning.corridors import Corridor, loss_share
from planning.expansion.of_scenario import Ground
from planning.expansion.told import Plan
from planning.fleet import Kilowatts
from planning.scenario import BaseSpec, OwnLine, Scenario, Technology, parse_scenario

WHOLE = 0.995
"""Share of its size from which a line counts as built whole."""
CHOSEN: tuple[Technology, ...] = ("wind", "pv", "pumped", "battery", "coal", "gas")
LEAST_KEPT_MW = 10.0
"""Of a line; less is left out of the written scenario."""


def scenario_of(ground: Ground, plan: Plan, scenario_id: str | None = None) -> Scenario:
    """The scenario, checked as a file of one is.

    Raises
    ------
    InputError
        A fault of ours: what was chosen does not make a scenario.
    """
    asked, tables = ground.asked, ground.tables
    provinces = len(tables.nodes)
    document = asked.model_dump(mode="json", exclude_defaults=True)
    document["id"] = (scenario_id or f"{asked.id}-optimum")[:64]
    document["name_zh"] = f"{asked.name_zh} · 全国最优"
    document["name_en"] = f"{asked.name_en} · national optimum"
    document.pop("optimum", None)
    source = "national optimum: least yearly cost over representative weeks (docs/expansion.md)"
    bases = [_base(base, plan, provinces + k) for k, base in enumerate(asked.bases)]
    for technology in CHOSEN:
        if technology not in plan.choice.added_mw:
            if technology in ground.standing_mw:
                document["fleet"][technology] = _fleet(ground, plan, technology, asked, bases, source)
            continue
        document["fleet"][technology] = _fleet(ground, plan, technology, asked, bases, source)
    renamed = _lines(ground, plan, document)
    for base in bases:
        line = base.get("corridor_id")
        if line in renamed:
            wanted = renamed[line]
            if wanted is None:
                base.pop("corridor_id")
            else:
                base["corridor_id"] = wanted[0]
                base["channel_mw"] = min(base["channel_mw"], wanted[1])
    if bases:
        document["bases"] = bases
    return parse_scenario(document, f"{document['id']}.toml")


def _kw(values: Any) -> Kilowatts:
    return np.asarray(np.rint(np.asarray(values) * 1e3), dtype=np.int64)


def _base(base: BaseSpec, plan: Plan, place: int) -> dict[str, Any]:
    added = plan.choice.added_mw

    def of(technology: str) -> float:
        return float(added[technology][place]) if technology in added else 0.0

    document = base.model_dump(mode="json", exclude_defaults=True)
    option = plan.expansion.option("battery")
    battery = round(of("battery"), 3)
    document |= {
        "capacity": "fixed",
        "wind_mw": round(base.in_fleet_2020_wind_mw + of("wind"), 3),
        "pv_mw": round(base.in_fleet_2020_pv_mw + of("pv"), 3),
        "battery_mw": battery,
        "battery_mwh": battery * (option.duration_h if option is not None else 0.0),
        "renewable_share_min": 0.0,
        "curtailment_share_max": 1.0,
    }
    for name in ("wind_max_mw", "pv_max_mw", "land_max_km2"):
        document.pop(name, None)
    return document


def _fleet(
    ground: Ground,
    plan: Plan,
    technology: Technology,
    asked: Scenario,
    bases: list[dict[str, Any]],
    source: str,
) -> dict[str, Any]:
    """Target of a technology whose sum is what stands and what was added, node by node."""
    tables = ground.tables
    provinces = len(tables.nodes)
    target = asked.fleet[technology].model_dump(mode="json", exclude_defaults=True)
    added = plan.choice.added_mw.get(technology, np.zeros(plan.expansion.case.nodes))[:provinces]
    if technology in ("coal", "gas"):
        # These keep the scenario's rule; what was added comes on top, at its node.
        fixed = dict(asked.fleet[technology].fixed_mw)
        for node, mw in zip(tables.nodes, added, strict=True):
            if mw > 0:
                fixed[node.node_id] = fixed.get(node.node_id, 0.0) + round(float(mw), 3)
        more = sum(fixed.values()) - sum(asked.fleet[technology].fixed_mw.values())
        target["total_gw"] = asked.fleet[technology].total_gw + more / 1e3
        if fixed:
            target["fixed_mw"] = fixed
        return target
    held_2020 = np.array(
        [0.0 if technology == "battery" else n.capacity_2020_mw()[technology] for n in tables.nodes]
    )
    standing = ground.standing_mw[technology][:provinces]
    moved = np.zeros(provinces)
    if technology in ("wind", "pv"):
        at = {n.node_id: k for k, n in enumerate(tables.nodes)}
        for base in asked.bases:
            moved[at[base.node]] += getattr(base, f"in_fleet_2020_{technology}_mw")
    fixed_kw = np.maximum(_kw(standing + added) - _kw(held_2020 - moved), 0)
    of_bases = sum(_kw(base.get(f"{technology}_mw", 0.0)).sum() for base in bases)
    total_kw = int(_kw(held_2020 - moved).sum() + fixed_kw.sum() + of_bases)
    target |= {
        "total_gw": total_kw / 1e6,
        "fixed_mw": {
            n.node_id: float(kw) / 1e3 for n, kw in zip(tables.nodes, fixed_kw, strict=True) if kw > 0
        },
        "weights": {"existing": 1.0} if technology != "battery" else {"load": 1.0},
        "source": source,
        "tier": "estimated",
    }
    target.pop("nodes", None)
    if technology in ("battery", "pumped"):
        option = plan.expansion.option(technology)
        if option is not None:
            target["duration_h"] = option.duration_h
    return target


def _lines(ground: Ground, plan: Plan, document: dict[str, Any]) -> dict[str, tuple[str, float] | None]:
    """Write the lines; candidate -> (id, MW) it stands under now, None where it is not built."""
    asked = ground.asked
    own = {line.id: line for line in asked.lines.own}
    also: list[str] = []
    kept: list[OwnLine] = []
    renamed: dict[str, tuple[str, float] | None] = {}
    built = dict(zip((c.id for c in plan.expansion.candidates), plan.choice.line_mw, strict=True))
    for row in ground.corridors:
        mw = float(built.get(row.id, 0.0))
        if mw < LEAST_KEPT_MW or row.mw is None:
            renamed[row.id] = None
        elif mw >= WHOLE * row.mw:
            renamed[row.id] = (row.id, row.mw)
            if row.id in own:
                kept.append(own[row.id])
            else:
                also.append(row.id)
        else:
            part = _part(row, own.get(row.id), mw)
            kept.append(part)
            renamed[row.id] = (part.id, part.mw)
    lines = document["lines"]
    for name, values in (
        ("also", also),
        ("own", [o.model_dump(mode="json", exclude_defaults=True) for o in kept]),
    ):
        if values:
            lines[name] = values
        else:
            lines.pop(name, None)
    # A base's line that could not be a candidate is not there either.
    for base in asked.bases:
        if base.corridor_id in asked.lines.also and base.corridor_id not in renamed:
            renamed[base.corridor_id] = None
    return renamed


def _part(row: Corridor, own: OwnLine | None, mw: float) -> OwnLine:
    """A line of which a part is built, as an own line of that size."""
    share = mw / (row.mw or mw)
    size = round(mw, 1)
    if own is not None:
        investment = None if own.investment_cny is None else own.investment_cny * share
        return own.model_copy(update={"mw": size, "investment_cny": investment})
    kind = "ac" if row.kind in ("uhvac", "radial_ac", "ac") else row.kind
    return OwnLine.model_validate(
        {
            "id": f"{row.id}-part"[:64],
            "name_zh": f"{row.name_zh}（部分）",
            "name_en": f"{row.name_en} (part)",
            "kind": kind,
            "kv": row.kv,
            "mw": size,
            "km": row.km,
            "from_node": row.from_node,
            "to_node": row.to_node,
            "from_lon_deg": row.from_lon_deg,
            "from_lat_deg": row.from_lat_deg,
            "to_lon_deg": row.to_lon_deg,
            "to_lat_deg": row.to_lat_deg,
            "bidirectional": row.bidirectional,
            "loss_share": loss_share(row).share,
            "source": f"national optimum, {share:.0%} of {row.id} of corridors.csv",
            "tier": "estimated",
        }
    )
