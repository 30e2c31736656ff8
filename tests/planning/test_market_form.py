"""The market part of a scenario: typed in a form, kept in TOML, refused with all that is wrong."""

from __future__ import annotations

import tomllib

import pytest

from gis_layers.errors import InputError
from planning.compare import input_differences
from planning.edits import set_field, set_fields, value_at
from planning.market import MarketSpec
from planning.scenario import Scenario, load_scenario, parse_scenario
from planning.scenario_fields import CHOICES, form_fields, words_of
from planning.scenario_toml import from_toml, to_toml
from planning.workspace import Workspace


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("2030-1200GW")


@pytest.fixture(scope="module")
def workspace(scenario: Scenario) -> Workspace:
    return Workspace(scenarios=(scenario,), active=scenario.id)


def test_a_scenario_without_a_market_has_the_empty_one_and_writes_none(scenario: Scenario) -> None:
    assert scenario.market.empty
    assert "market" not in to_toml(scenario)


def test_every_input_of_the_market_stands_in_the_form_with_words_and_unit(scenario: Scenario) -> None:
    market = MarketSpec(line_contract_share={"qishao": 0.5}, line_contract_cny_per_mwh={"qishao": 300.0})
    fields = {
        f.path: f
        for f in form_fields(scenario.model_copy(update={"market": market}))
        if f.section == "market"
    }
    keys = {path.split(".")[1] for path in fields}
    assert keys == set(MarketSpec.model_fields)
    assert fields["market.line_contract_share.qishao"].high == 1.0
    assert fields["market.spot_cap_cny_per_mwh"].unit == "CNY/MWh"
    for field in fields.values():
        zh, en = words_of(field.path, scenario)
        assert zh.startswith("市场")
        assert en.startswith("market")
        assert all(str(choice) in CHOICES for choice in field.choices)


def test_what_is_typed_into_the_form_comes_into_the_scenario(
    workspace: Workspace, scenario: Scenario
) -> None:
    done = set_fields(workspace, scenario.id, {
        "market.contract_share": 0.8, "market.peak_hours": "8-11, 17-21", "market.peak_ratio": 1.6,
        "market.spot_from": "series", "market.spot_series_cny_per_mwh": ", ".join(["250"] * 24),
        "market.line_contract_share.qishao": 0.5,
    })(workspace)  # fmt: skip
    market = done.scenarios[0].market
    assert market.share_of("qishao") == 0.5
    assert market.share_of("jiquan") == 0.8
    assert market.spot_series_cny_per_mwh == (250.0,) * 24
    assert value_at(done.scenarios[0], "market.peak_hours") == "8-11, 17-21"
    again = set_field(done, scenario.id, "market.line_contract_share.qishao", None)(done)
    assert again.scenarios[0].market.line_contract_share == {}
    assert from_toml(to_toml(done.scenarios[0]), "text") == done.scenarios[0]
    changed = {row.path for row in input_differences(scenario, done.scenarios[0])}
    assert {"market.contract_share", "market.line_contract_share.qishao"} <= changed


def test_an_emptied_text_is_empty_and_not_nothing(workspace: Workspace, scenario: Scenario) -> None:
    done = set_field(workspace, scenario.id, "market.valley_hours", None)(workspace)
    assert done.scenarios[0].market.valley_hours == ""
    done = set_field(workspace, scenario.id, "market.spot_series_cny_per_mwh", None)(workspace)
    assert done.scenarios[0].market.spot_series_cny_per_mwh == ()


def test_a_market_that_cannot_be_is_refused_with_all_its_faults(scenario: Scenario) -> None:
    data = tomllib.loads(to_toml(scenario))
    data["market"] = {
        "contract_rule": "fixed", "peak_ratio": 1.5, "peak_hours": "8-31", "line_contract_share": {"moon": 0.5},
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        parse_scenario(data, "mine.toml")
    assert {p.field for p in caught.value.problems} == {
        "market.contract_cny_per_mwh", "market.peak_hours", "market.line_contract_share.moon",
    }  # fmt: skip
    data["market"] = {"contract_share": 1.2, "spot_cap_cny_per_mwh": "0.8 yuan", "spot": 1}
    with pytest.raises(InputError) as caught:
        parse_scenario(data, "mine.toml")
    assert {p.field for p in caught.value.problems} == {
        "market.contract_share", "market.spot_cap_cny_per_mwh", "market.spot",
    }  # fmt: skip
