"""Scenarios: the built-in ones stand, and a bad file is told all its faults at once, in the user's terms."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from planning import corridors
from planning.scenario import SCENARIOS, list_scenarios, load_scenario, parse_scenario
from planning.tables import load_tables

CLAIM = SCENARIOS / "2030-1200GW.toml"


def problems_of(data: dict[str, Any]) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        parse_scenario(data, "mine.toml")
    assert caught.value.exit_code == 2
    assert all(p.where == "mine.toml" for p in caught.value.problems)
    return list(caught.value.problems)


@pytest.fixture
def data() -> dict[str, Any]:
    return tomllib.loads(CLAIM.read_text(encoding="utf-8"))


def test_both_built_in_scenarios_load() -> None:
    assert list_scenarios() == ("2020", "2024", "2030-1200GW")
    for name in list_scenarios():
        assert load_scenario(name).id == name
        assert load_scenario(SCENARIOS / f"{name}.toml") == load_scenario(name)


def test_the_fleet_of_2020_is_the_sum_of_the_tables() -> None:
    scenario, tables = load_scenario("2020"), load_tables()
    for technology in ("wind", "pv", "coal", "gas", "nuclear", "hydro", "pumped"):
        total = sum(node.capacity_2020_mw()[technology] for node in tables.nodes)
        assert scenario.fleet[technology].total_gw * 1e3 == pytest.approx(total, abs=0.5)


def test_the_claim_has_at_least_1200_gw_and_its_bases_stand_on_running_lines() -> None:
    scenario, tables = load_scenario("2030-1200GW"), load_tables()
    assert scenario.fleet["wind"].total_gw + scenario.fleet["pv"].total_gw >= 1200
    running = {c.id for c in corridors.in_service(tables.corridors, 2030, scenario.lines.also)}
    assert 8 <= len(scenario.bases) <= 14
    for base in scenario.bases:
        assert base.corridor_id in running
        assert base.published is not None
    assert scenario.base("qinghai").cascade == "yellow"


def test_a_scenario_cannot_be_changed_in_place() -> None:
    scenario = load_scenario("2020")
    with pytest.raises(ValidationError):
        scenario.year = 2021


def test_wrong_key_unit_and_sign_are_all_reported_at_once(data: dict[str, Any]) -> None:
    data["bases"][0]["channel_gw"] = data["bases"][0].pop("channel_mw")
    data["bases"][1]["coal_mw"] = "464万千瓦"
    data["fleet"]["wind"]["total_gw"] = -500.0
    data["prices"]["sale_rule"] = "whatever"
    found = {p.field: p for p in problems_of(data)}
    assert found["bases.0.channel_mw"].expected == "a value in MW"
    assert "perhaps channel_mw" in found["bases.0.channel_gw"].expected
    assert "bare number in MW" in found["bases.1.coal_mw"].expected
    assert "464万千瓦" in found["bases.1.coal_mw"].found
    assert "greater than or equal to 0" in found["fleet.wind.total_gw"].expected
    assert "prices.sale_rule" in found
    assert len(found) == 5


def test_ids_that_no_table_knows_are_reported_together(data: dict[str, Any]) -> None:
    data["bases"][0]["node"] = "999999"
    data["bases"][1]["corridor_id"] = "no-such-line"
    data["lines"]["also"].append("moon-line")
    data["claim"]["sending_nodes"].append("150000")
    fields = " ".join(f"{p.field}={p.found}" for p in problems_of(data))
    for word in ("999999", "no-such-line", "moon-line", "claim.sending_nodes=150000"):
        assert word in fields


def test_a_base_must_stand_where_its_line_starts(data: dict[str, Any]) -> None:
    data["bases"][0]["node"] = "650000"
    (problem,) = problems_of(data)
    assert problem.found == "mengxi-jingjinji from 150000W"
    assert problem.expected == "a line from 650000"


def test_a_base_on_a_line_nobody_built_is_refused(data: dict[str, Any]) -> None:
    data["lines"]["also"].remove("badain-jaran-sichuan")
    (problem,) = problems_of(data)
    assert "badain-jaran" in problem.found
    assert "lines.also" in problem.expected


def test_a_channel_wider_than_its_line_is_refused(data: dict[str, Any]) -> None:
    data["bases"][0]["channel_mw"] = 9000.0
    (problem,) = problems_of(data)
    assert problem.expected == "at most the line's 8000"


def test_a_fleet_smaller_than_what_is_fixed_is_refused(data: dict[str, Any]) -> None:
    data["fleet"]["wind"]["total_gw"] = 200.0
    (problem,) = problems_of(data)
    assert problem.field == "fleet.wind.total_gw"


def test_a_growing_fleet_needs_a_rule(data: dict[str, Any]) -> None:
    data["fleet"]["gas"]["weights"] = {}
    (problem,) = problems_of(data)
    assert problem.field == "fleet.gas.weights"


def test_a_place_outside_china_is_refused(data: dict[str, Any]) -> None:
    data["bases"][0]["pv_sites"][0] = {"lon_deg": 10.0, "lat_deg": 51.0}
    (problem,) = problems_of(data)
    assert problem.field == "bases.0.pv_sites.0.lon_deg"
    assert "73" in problem.expected


@pytest.mark.parametrize(
    ("content", "field"),
    [(b"year = ", "TOML"), (b"\xff\xfe\x00", "encoding"), (b"", "schema_version")],
)
def test_a_file_that_is_no_scenario_says_why(tmp_path: Path, content: bytes, field: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert caught.value.problems[0].field == field


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("2035")
    assert "2030-1200GW" in caught.value.problems[0].expected


def test_a_newer_schema_is_refused(data: dict[str, Any]) -> None:
    data["schema_version"] = 2
    (problem,) = problems_of(data)
    assert problem.field == "schema_version"
