"""The optimum of a scenario: what stands, what may be built, and the scenario written from what was chosen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.chain.nation_lines import lines_of
from planning.corridors import in_service
from planning.expansion.case import Choice, Expansion, Option
from planning.expansion.costs import line_cost, technology_cost
from planning.expansion.of_scenario import STANDING, Ground, _candidates, _without_curves, as_it_stands
from planning.expansion.scenario_out import scenario_of
from planning.expansion.spec import CapacityBound, OptimumSpec
from planning.expansion.told import Plan
from planning.fleet import NodeResource, allot_fleet
from planning.optimum_check import candidate_rows, optimum_problems
from planning.scenario import Scenario, Technology, load_scenario, parse_scenario
from planning.scenario_lines import with_own_lines
from planning.scenario_toml import from_toml, to_toml
from planning.tables import Tables, load_tables

WIDE = NodeResource(2000.0, 1300.0, 1e7, 1e7)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("2030-1200GW")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def plan_of(scenario: Scenario, tables: Tables, line_share: dict[str, float]) -> tuple[Ground, Plan]:
    """A choice that was not optimised: some of everything everywhere."""
    ids = (*(n.node_id for n in tables.nodes), *(b.id for b in scenario.bases))
    draw = np.random.default_rng(7)
    provinces = len(tables.nodes)
    added = {}
    for technology in ("wind", "pv", "battery", "pumped", "coal", "gas"):
        mw = np.round(draw.uniform(0.0, 9_000.0, len(ids)), 3)
        if technology not in ("wind", "pv", "battery"):
            mw[provinces:] = 0.0
        added[technology] = mw
    spec = OptimumSpec(wind_pv_min_gw=1200.0)
    candidates, rows = _candidates(scenario, spec, tables, ids, 0.05)
    lines = np.array([line_share.get(c.id, 0.0) * c.mw for c in candidates])
    none = np.zeros(len(ids))
    options = tuple(
        Option(
            t,
            technology_cost(tables, t, 0.05, 2024, 2.5),
            none,
            none,
            None,
            2.5 if t in ("battery", "pumped") else 0.0,
        )
        for t in added
    )
    standing: dict[str, Any] = {}
    for technology in STANDING:
        of_nodes: list[float] = [
            0.0 if technology == "battery" else n.capacity_2020_mw()[technology] for n in tables.nodes
        ]
        of_bases = [getattr(b, f"in_fleet_2020_{technology}_mw", 0.0) for b in scenario.bases]
        for base, moved in zip(scenario.bases, of_bases, strict=True):
            of_nodes[[n.node_id for n in tables.nodes].index(base.node)] -= moved
        standing[technology] = np.array([*of_nodes, *of_bases])
    case = SimpleNamespace(nodes=len(ids), node_ids=ids)
    x = SimpleNamespace(
        case=case,
        candidates=candidates,
        options=options,
        option=lambda technology: next((o for o in options if o.technology == technology), None),
    )
    ground = Ground(scenario, scenario, spec, tables, cast(Any, None), cast(Expansion, x), rows, standing)
    return ground, cast(Plan, SimpleNamespace(expansion=x, choice=Choice(added, lines)))


def test_what_stands_is_the_fleet_of_2020_and_no_line_that_is_not_built(
    scenario: Scenario, tables: Tables
) -> None:
    stands = as_it_stands(scenario, OptimumSpec(co2_max_mt=1.0), tables)
    bases = {
        b.id: {"wind": b.in_fleet_2020_wind_mw, "pv": b.in_fleet_2020_pv_mw, "coal": b.coal_mw}
        for b in stands.bases
    }
    fleet = allot_fleet(stands, tables, {n.node_id: WIDE for n in tables.nodes}, bases)
    for technology in ("wind", "pv", "pumped"):
        wanted = sum(n.capacity_2020_mw()[technology] for n in tables.nodes)
        assert fleet.total_mw(technology) == pytest.approx(wanted, abs=0.01)
    assert fleet.total_mw("battery") == 0.0
    assert fleet.total_mw("coal") == pytest.approx(scenario.fleet["coal"].total_gw * 1e3)
    running = {
        line.id for line in in_service(tables.corridors, stands.lines.in_service_by, stands.lines.also)
    }
    candidates = candidate_rows(scenario, tables)
    assert set(scenario.lines.also) <= set(candidates)
    assert not running & set(candidates)
    assert all(b.corridor_id is None or b.corridor_id in running for b in stands.bases)


def test_a_later_year_adds_what_was_built_until_then(scenario: Scenario, tables: Tables) -> None:
    stands = as_it_stands(scenario, OptimumSpec(co2_max_mt=1.0, existing_year=2024), tables)
    wanted = sum(max(n.pv_2024_mw, n.capacity_2020_mw()["pv"]) for n in tables.nodes)
    assert stands.fleet["pv"].total_gw * 1e3 == pytest.approx(wanted)


def test_a_written_scenario_holds_what_was_chosen_to_the_kilowatt(scenario: Scenario, tables: Tables) -> None:
    ground, plan = plan_of(
        scenario, tables, {"gansu-zhejiang": 1.0, "mengxi-jingjinji": 0.4, "haixi-guangxi": 1.0}
    )
    made = scenario_of(ground, plan, "chosen")
    assert from_toml(to_toml(made), "chosen.toml") == made
    fleet = allot_fleet(made, tables, {n.node_id: WIDE for n in tables.nodes})
    provinces = len(tables.nodes)
    for technology in ("wind", "pv", "battery", "pumped"):
        wanted = ground.standing_mw[technology] + plan.choice.added_mw[technology]
        assert fleet.node_mw[technology] == pytest.approx(wanted[:provinces], abs=0.002)
        if technology != "pumped":
            got = [fleet.base_mw[b.id][technology] for b in made.bases]
            assert got == pytest.approx(wanted[provinces:], abs=0.002)
    thermal: tuple[Technology, ...] = ("coal", "gas")
    for technology in thermal:
        more = made.fleet[technology].total_gw - scenario.fleet[technology].total_gw
        assert more * 1e3 == pytest.approx(plan.choice.added_mw[technology].sum(), abs=0.01)


def test_lines_of_a_written_scenario_are_those_built_whole_or_in_part(
    scenario: Scenario, tables: Tables
) -> None:
    ground, plan = plan_of(
        scenario, tables, {"gansu-zhejiang": 1.0, "mengxi-jingjinji": 0.4, "haixi-guangxi": 1.0}
    )
    made = scenario_of(ground, plan)
    assert made.lines.also == ("gansu-zhejiang", "haixi-guangxi")
    (part,) = made.lines.own
    assert part.id == "mengxi-jingjinji-part"
    assert part.mw == pytest.approx(0.4 * 8_000.0)
    bases = {b.id: b for b in made.bases}
    assert bases["hexi"].corridor_id == "gansu-zhejiang"
    assert bases["kubuqi"].corridor_id == part.id
    assert bases["kubuqi"].channel_mw == part.mw
    assert bases["nanjiang"].corridor_id is None
    assert with_own_lines(tables, made).corridor(part.id).from_node == "150000W"


def test_a_new_line_is_in_service_as_much_as_an_old_one(scenario: Scenario, tables: Tables) -> None:
    at = {n.node_id: k for k, n in enumerate(tables.nodes)} | {
        b.id: -1 - k for k, b in enumerate(scenario.bases)
    }
    new, _ = _candidates(scenario, OptimumSpec(wind_pv_min_gw=1200.0), tables, tuple(at), 0.05)
    old, infos = lines_of(scenario, tables, (), at)
    row = next(k for k, i in enumerate(infos) if i.id == "fufeng")
    assert old.available_share is not None
    for line in new:
        mean = float(old.available_share[row].mean()) if line.kind != "ac" else 1.0
        assert line.available_share == pytest.approx(mean)
    assert {line.kind for line in new} >= {"dc"}


def test_day_curves_and_contracts_do_not_bind_the_optimum(tables: Tables) -> None:
    """Lingshao has coal behind it and runs at 60 % at night in the dispatch; out in January it stays out."""
    asked = load_scenario("2020")
    lines = asked.lines.model_copy(update={"outages": ("lingshao 01-01..01-31",)})
    stands = as_it_stands(asked.model_copy(update={"lines": lines}), OptimumSpec(co2_max_mt=1.0), tables)
    assert stands.lines.operation == "by_cost"
    at = {n.node_id: k for k, n in enumerate(tables.nodes)}
    as_run, infos = lines_of(stands, tables, (), at)
    free = _without_curves(as_run, infos, stands)
    assert free.available_share is not None
    assert as_run.available_share is not None
    rows = [k for k, i in enumerate(infos) if i.corridor is not None and i.id in ("lingshao", "fufeng")]
    day = {infos[k].id: free.available_share[k].reshape(365, 24) for k in rows}
    assert not day["lingshao"][:31].any()
    assert (day["lingshao"][31:].min(axis=1) == day["lingshao"][31:].max(axis=1)).all()
    fufeng = next(k for k in rows if infos[k].id == "fufeng")
    assert (free.available_share[fufeng] == as_run.available_share[fufeng]).all()
    lingshao = next(k for k in rows if infos[k].id == "lingshao")
    assert free.available_share[lingshao].sum() > as_run.available_share[lingshao].sum()


def test_a_line_costs_its_published_investment_a_year(tables: Tables) -> None:
    """35.3 bn yuan of 8,000 MW at 5 % over 35 years, and 2 %."""
    row = tables.corridor("gansu-zhejiang")
    cost = line_cost(row, tables, 0.05)
    assert cost is not None
    annuity = 0.05 / (1 - 1.05**-35)
    assert row.investment_cny is not None
    assert cost.yearly * 8_000.0 == pytest.approx(row.investment_cny * (annuity + 0.02))


def test_a_battery_costs_its_power_and_its_hours(tables: Tables) -> None:
    """400 + 2.5 x 750 yuan/kW over 15 years at 5 %, and 2 % upkeep."""
    cost = technology_cost(tables, "battery", 0.05, 2024, 2.5)
    assert cost.investment_cny_per_mw == pytest.approx(2_275_000.0)
    assert cost.capital == pytest.approx(2_275_000.0 * 0.05 / (1 - 1.05**-15))
    assert cost.upkeep == pytest.approx(45_500.0)


def test_a_wrong_question_is_told_all_at_once(scenario: Scenario, tables: Tables) -> None:
    spec = OptimumSpec(
        wind_pv_min_gw=1200.0,
        wind_pv_max_gw=1100.0,
        build=("wind", "fusion"),
        corridors=("genan",),
        bounds=(
            CapacityBound(node="atlantis", technology="wind"),
            CapacityBound(node="hami", technology="gas", min_mw=2.0, max_mw=1.0),
        ),
    )
    fields = {p.field for p in optimum_problems(scenario, spec, tables, "x.toml")}
    assert fields == {
        "optimum.wind_pv_max_gw", "optimum.build.1", "optimum.corridors.0", "optimum.bounds.0.node",
        "optimum.bounds.1.max_mw", "optimum.bounds.1.technology",
    }  # fmt: skip
    document = scenario.model_dump(mode="json") | {"optimum": spec.model_dump(mode="json")}
    with pytest.raises(InputError):
        parse_scenario(document, "x.toml")


def test_the_section_of_a_scenario_is_read_and_written(scenario: Scenario) -> None:
    spec = OptimumSpec(
        co2_max_mt=3000.0, weeks=6, bounds=(CapacityBound(node="630000", technology="pv", max_mw=1000.0),)
    )
    asked = scenario.model_copy(update={"optimum": spec})
    assert from_toml(to_toml(asked), "x.toml").optimum == spec
    assert not scenario.optimum.asks
