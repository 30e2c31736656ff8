"""The choice a scenario leaves: its load, water, thermal plant and running lines as given; the rest to be chosen.

Wind and PV are those that stood at the end of a year, pumped hydro that of 2020, batteries none; the bases have
their coal, water and stations of 2020. Lines of `lines.also` and own lines are not built yet, so they are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError
from planning.chain.nation import Nation
from planning.chain.nation_lines import DC_AVAILABLE_SHARE, LineInfo, carried_share, line_limits
from planning.chain.run import Chain
from planning.corridors import Corridor, loss_share
from planning.dispatch.case import Lines
from planning.expansion.case import Candidate, Expansion, Option, Target, check_expansion
from planning.expansion.costs import line_cost, technology_cost
from planning.expansion.spec import OptimumSpec
from planning.fleet import Fleet
from planning.operating_rules import operating_rule
from planning.optimum_check import candidate_rows, optimum_problems
from planning.outages import hours_out
from planning.scenario import AllotWeights, BaseSpec, Scenario, Technology
from planning.sizing import BaseDesign
from planning.tables import Tables, load_tables

Array = NDArray[np.float64]

STANDING: tuple[Technology, ...] = ("wind", "pv", "pumped", "battery")
"""Technologies of which only what stands is taken over; all others are as the scenario's fleet."""
BASE_CHANNELS = 3.0
"""Wind, and PV, of a base at most so many times its channel, as the sizing of bases has it."""
BATTERY_HOURS = 4.0
"""Where the scenario's fleet has no batteries."""
LINE_USE_CNY_PER_MWH = 15.0
"""On the power sent over any line, as on AC ties in the dispatch: keeps power from circling. Tariffs are no cost of the nation: what they pay for
is sunk, or stands in a new line's yearly cost."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The choice, with what is needed to tell it."""

    scenario: Scenario
    """As it stands: without what is to be chosen."""
    asked: Scenario
    spec: OptimumSpec
    tables: Tables
    nation: Nation
    expansion: Expansion
    corridors: tuple[Corridor, ...]
    """Of the candidates, in their order."""
    standing_mw: dict[str, Array]
    """wind, pv, pumped, battery: (node,)."""


class _Standing(Chain):
    """The chain of a scenario whose bases have what stands instead of what a sizing gives."""

    def designs(self) -> dict[str, BaseDesign]:
        return {base.id: self._standing(base) for base in self.scenario.bases}

    @staticmethod
    def _standing(base: BaseSpec) -> BaseDesign:
        capacity = {
            "wind": base.in_fleet_2020_wind_mw,
            "pv": base.in_fleet_2020_pv_mw,
            "coal": base.coal_mw,
            "battery": 0.0,
        }
        # The nation reads these two of a design and no more.
        return cast(BaseDesign, SimpleNamespace(capacity_mw=capacity, storage_mwh=0.0))


def as_it_stands(scenario: Scenario, spec: OptimumSpec, tables: Tables) -> Scenario:
    """The scenario with what stands instead of what is to be chosen."""
    fleet = dict(scenario.fleet)
    for technology in STANDING:
        target = fleet[technology]
        total, fixed = 0.0, {}
        for node in tables.nodes:
            held = 0.0 if technology == "battery" else node.capacity_2020_mw()[technology]
            more = 0.0
            if technology in ("wind", "pv") and spec.existing_year == 2024:
                more = max(getattr(node, f"{technology}_2024_mw") - held, 0.0)
            total += held + more
            if more > 0:
                fixed[node.node_id] = more
        fleet[technology] = target.model_copy(
            update={"total_gw": total / 1e3, "fixed_mw": fixed, "nodes": (), "weights": AllotWeights()}
        )
    # Contracts are agreements, and the optimum is free to differ.
    lines = scenario.lines.model_copy(update={"also": (), "own": (), "operation": "by_cost"})
    # A base whose line is not there yet feeds its province.
    running = set(candidate_rows(scenario, tables))
    bases = tuple(
        b.model_copy(update={"corridor_id": None}) if b.corridor_id in running else b for b in scenario.bases
    )
    return scenario.model_copy(update={"fleet": fleet, "lines": lines, "bases": bases})


def ground_of(chain: Chain, spec: OptimumSpec) -> Ground:
    """The choice of a chain's scenario; its profiles come from the chain's store or are computed.

    Raises
    ------
    InputError
        A spec that does not fit the scenario; as the chain.
    InfeasibleError
        From the allotment of the fleet.
    """
    asked, tables = chain.scenario, load_tables()
    problems = optimum_problems(asked, spec, tables, "optimum")
    if problems:
        raise InputError(problems)
    scenario = as_it_stands(asked, spec, tables)
    standing = _Standing(scenario, chain.progress, chain.store, "resource", library=chain.library)
    nation, fleet = standing.nation
    case = nation.case
    nodes = standing.nodes
    count = len(tables.nodes)
    profiles = [standing.profile(b.id) for b in scenario.bases]
    per_mw = {
        "wind": np.concatenate([nodes.wind_new, *[p.wind[None] for p in profiles]]),
        "pv": np.concatenate([nodes.pv, *[p.pv[None] for p in profiles]]),
    }
    standing_mw = _standing_mw(scenario, fleet, nation)
    potential = {
        kind: np.array([getattr(nodes.resource[n.node_id], f"{kind}_potential_mw") for n in tables.nodes])
        for kind in ("wind", "pv")
    }
    homes = np.array(nation.home_of_node)
    land = {}
    for kind, most in potential.items():
        member = (homes[None, :] == np.array([n.node_id for n in tables.nodes])[:, None]).astype(np.float64)
        held = member @ standing_mw[kind]
        land[kind] = (member, np.maximum(most - held, 0.0))
    rate, year = asked.prices.discount_rate, asked.price_year
    options = []
    for technology in spec.build:
        hours = _duration_h(asked, tables, technology)
        cost = technology_cost(tables, technology, rate, year, hours)
        low, high = _bounds(scenario, spec, technology, case.node_ids, count)
        share = per_mw.get(technology)
        if technology in ("coal", "gas"):
            share = np.full((case.nodes, 1), tables.technology(technology, "availability_share"))
        options.append(Option(technology, cost, low, high, share, hours))
    candidates, rows = _candidates(asked, spec, tables, case.node_ids, rate)
    # Tariffs move money, not resources: the nation pays for the use of a line what circling must cost.
    lines = replace(
        case.lines, cost_cny_per_mwh=np.minimum(case.lines.cost_cny_per_mwh, LINE_USE_CNY_PER_MWH)
    )
    expansion = Expansion(
        case=replace(case, lines=_plain(_without_curves(lines, nation.lines, scenario))),
        options=tuple(options),
        candidates=candidates,
        target=Target(
            wind_pv_mw=None if spec.wind_pv_min_gw is None else spec.wind_pv_min_gw * 1e3,
            wind_pv_most_mw=None if spec.wind_pv_max_gw is None else spec.wind_pv_max_gw * 1e3,
            co2_t=None if spec.co2_max_mt is None else spec.co2_max_mt * 1e6,
            renewable_share=spec.renewable_share_min,
        ),
        province=tuple(str(code) for code in nation.adcode_of_node),
        land_mw=land,
        standing_mw={kind: standing_mw[kind] for kind in ("wind", "pv")},
    )
    return Ground(scenario, asked, spec, tables, nation, check_expansion(expansion), rows, standing_mw)


def _plain(lines: Lines) -> Lines:
    """The lines as they may be used: contracts and day curves are agreements, and the optimum is free to differ."""
    return replace(
        lines,
        min_share=np.zeros(lines.count),
        min_power_share=None,
        ramp_share_per_h=None,
        curve_share=None,
        least_sent_mwh=None,
    )


def _without_curves(lines: Lines, infos: Sequence[LineInfo], scenario: Scenario) -> Lines:
    """The lines without the day curves that the dispatch takes as ceilings; openings, limits and outages stay."""
    if lines.available_share is None:
        return lines
    able, out = lines.available_share.copy(), hours_out(scenario.lines.outages)
    for row, info in enumerate(infos):
        if info.corridor is None or (rule := operating_rule(info.corridor)).day_curve is None:
            continue
        free = replace(rule, day_curve=None)
        able[row] = carried_share(info.corridor, free, scenario.year, line_limits())
        for name in {info.corridor.id, info.corridor.parent} & out.keys():
            able[row, out[str(name)]] = 0.0
    return replace(lines, available_share=able)


def _standing_mw(scenario: Scenario, fleet: Fleet, nation: Nation) -> dict[str, Array]:
    extra = len(nation.case.node_ids) - len(fleet.node_ids)
    made: dict[str, Array] = {}
    for technology in STANDING:
        of_bases = [fleet.base_mw.get(b.id, {}).get(technology, 0.0) for b in scenario.bases]
        assert len(of_bases) == extra
        made[technology] = np.concatenate([fleet.node_mw[technology], np.array(of_bases)])
    return made


def _duration_h(scenario: Scenario, tables: Tables, technology: str) -> float:
    if technology == "battery":
        return scenario.fleet["battery"].duration_h or BATTERY_HOURS
    if technology == "pumped":
        return scenario.fleet["pumped"].duration_h or tables.technology("pumped", "duration_h")
    return 0.0


def _bounds(
    scenario: Scenario, spec: OptimumSpec, technology: str, ids: tuple[str, ...], provinces: int
) -> tuple[Array, Array]:
    """(node,) least and most that is added; provinces by their land alone, bases by their channel."""
    low, high = np.zeros(len(ids)), np.full(len(ids), np.inf)
    for place, base in enumerate(scenario.bases, start=provinces):
        most = {
            "wind": base.wind_max_mw or BASE_CHANNELS * base.channel_mw,
            "pv": base.pv_max_mw or BASE_CHANNELS * base.channel_mw,
            "battery": BASE_CHANNELS * base.channel_mw,
        }
        held = getattr(base, f"in_fleet_2020_{technology}_mw", 0.0)
        high[place] = max(most.get(technology, 0.0) - held, 0.0)
    at = {node: place for place, node in enumerate(ids)}
    for bound in spec.bounds:
        if bound.technology == technology:
            low[at[bound.node]] = bound.min_mw
            if bound.max_mw is not None:
                high[at[bound.node]] = bound.max_mw
            high[at[bound.node]] = max(high[at[bound.node]], bound.min_mw)
    return low, high


def _candidates(
    scenario: Scenario, spec: OptimumSpec, tables: Tables, ids: tuple[str, ...], rate: float
) -> tuple[tuple[Candidate, ...], tuple[Corridor, ...]]:
    rows = candidate_rows(scenario, tables)
    wanted = (spec.corridors or tuple(rows)) if spec.new_lines else ()
    starts = {b.corridor_id: b.id for b in scenario.bases if b.corridor_id}
    at = {node: place for place, node in enumerate(ids)}
    made, kept = [], []
    for line_id in dict.fromkeys(wanted):
        row = rows[line_id]
        cost = line_cost(row, tables, rate)
        if cost is None or row.mw is None or row.from_node is None:
            continue
        made.append(
            Candidate(
                id=row.id,
                kind=row.result_kind,
                from_index=at[starts.get(row.id, row.from_node)],
                to_index=at[row.to_node],
                mw=row.mw,
                bidirectional=row.bidirectional,
                loss_share=loss_share(row).share,
                cost_cny_per_mwh=LINE_USE_CNY_PER_MWH,
                cost=cost,
                # As the lines in service, or a new line would carry more than an old one of its size.
                available_share=DC_AVAILABLE_SHARE if row.result_kind != "ac" else 1.0,
            )
        )
        kept.append(row)
    return tuple(made), tuple(kept)
