"""Scenarios written as text are read back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_layers.errors import InputError
from planning.scenario import Scenario, list_scenarios, load_scenario
from planning.scenario_toml import from_toml, to_toml


@pytest.mark.parametrize("name", list_scenarios())
def test_a_built_in_scenario_survives_the_text(name: str) -> None:
    scenario = load_scenario(name)
    assert from_toml(to_toml(scenario), "text") == scenario


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_survives_the_text(name: str) -> None:
    scenario = load_scenario("2020")
    named = Scenario.model_validate({**scenario.model_dump(), "name_zh": name})
    assert from_toml(to_toml(named), "text") == named


def test_text_that_is_no_toml_says_where() -> None:
    with pytest.raises(InputError, match="mine"):
        from_toml("year = ", "mine")
