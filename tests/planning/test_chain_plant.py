"""The machines of a scenario in the chain: profiles of provinces and bases, keys, files and forms."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning import edits
from planning.chain import packing, profiles
from planning.chain.links import first_stale, keys_of
from planning.chain.machines import machine_sources, pv_words, wind_words
from planning.chain.profile_values import NodeProfiles
from planning.chain.profiles import base_profiles, node_profiles
from planning.chain.run import Chain
from planning.plant_words import AS_SCENARIO
from planning.scenario import Scenario, load_scenario, parse_scenario
from planning.scenario_fields import form_fields, words_of
from planning.scenario_options import options
from planning.scenario_toml import from_toml, to_toml
from planning.tables import load_tables
from planning.workspace import Workspace
from resources.plant_choice import PlantChoice, PvChoice, WindChoice

BASE, OTHER = "zhangbei", "kubuqi"
CHOSEN: dict[str, Any] = {
    "pv": {"module": "topcon", "faces": "bifacial", "soiling": "desert_class"},
    "wind": {"machine": "class_2", "wake": "jensen", "farm_mw": 300.0},
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    whole = load_scenario("2030-1200GW")
    return whole.model_copy(update={"bases": tuple(b for b in whole.bases if b.id in (BASE, OTHER))})


def parsed(scenario: Scenario, plant: dict[str, Any], base: dict[str, Any] | None = None) -> Scenario:
    data = scenario.model_dump(mode="json")
    data["plant"] = plant
    if base is not None:
        next(b for b in data["bases"] if b["id"] == BASE)["plant"] = base
    return parse_scenario(data, "mine.toml")


def test_a_file_with_machines_is_read_back_unchanged_and_one_without_says_nothing(scenario: Scenario) -> None:
    chosen = parsed(scenario, CHOSEN, {"wind": {"hub_m": 160.0}})
    text = to_toml(chosen)
    assert from_toml(text, "text") == chosen
    assert "[plant.pv]" in text
    assert "[bases.plant.wind]" in text
    assert "plant" not in to_toml(scenario)


def test_a_base_follows_the_scenario_until_it_has_machines_of_its_own(scenario: Scenario) -> None:
    plain = base_profiles(scenario.bases, scenario.seed)
    chosen = parsed(scenario, {"pv": {"mounting": "fixed_tilt"}}, {"pv": {"mounting": "single_axis"}})
    found = base_profiles(chosen.bases, chosen.seed, plant=chosen.plant)
    assert found[BASE].pv.tobytes() == plain[BASE].pv.tobytes()
    assert found[OTHER].pv.sum() < 0.95 * plain[OTHER].pv.sum()
    assert found[OTHER].wind.tobytes() == plain[OTHER].wind.tobytes()


def test_the_chain_makes_its_profiles_with_the_machines_of_the_scenario(scenario: Scenario) -> None:
    chosen = parsed(scenario, CHOSEN)
    direct = base_profiles(chosen.bases, chosen.seed, plant=chosen.plant)
    chain, plain = Chain(chosen, until="resource"), Chain(scenario, until="resource")
    for base in (BASE, OTHER):
        assert chain.profile(base).pv.tobytes() == direct[base].pv.tobytes()
        assert chain.profile(base).pv.sum() > 1.02 * plain.profile(base).pv.sum()
        assert chain.profile(base).wind.sum() < plain.profile(base).wind.sum()


def test_what_stood_in_2020_keeps_its_machines(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "SITES_PER_NODE", 1)  # the rule is the same, the year is made sooner
    tables = load_tables()
    plain = node_profiles(tables, scenario.seed)
    chosen = node_profiles(
        tables,
        scenario.seed,
        plant=PlantChoice(pv=PvChoice(mounting="single_axis"), wind=WindChoice(wake="none")),
    )
    assert plain.pv_2020 is None
    assert chosen.pv_2020 is not None
    assert chosen.pv_2020.tobytes() == plain.pv.tobytes()
    assert chosen.wind_2020.tobytes() == plain.wind_2020.tobytes()
    assert (chosen.pv.sum(axis=1) > plain.pv.sum(axis=1)).all()
    assert (chosen.wind_new.sum(axis=1) > plain.wind_new.sum(axis=1)).all()
    hours = [chosen.resource[n.node_id].pv_full_load_hours for n in tables.nodes]
    np.testing.assert_allclose(hours, chosen.pv.sum(axis=1))
    assert packing.unpack_nodes(packing.pack_nodes(chosen), len(tables.nodes)).pv_2020 is not None
    assert packing.unpack_nodes(packing.pack_nodes(plain), len(tables.nodes)).pv_2020 is None


def test_a_fleet_is_the_mean_of_old_and_new_modules_by_capacity() -> None:
    hour = np.ones((3, 1))
    nodes = NodeProfiles(hour, hour, 0.4 * hour, {}, np.zeros((3, 12)), pv_2020=0.2 * hour)
    mixed = nodes.pv_of(np.array([100.0, 100.0, 0.0]), np.array([400.0, 100.0, 0.0]))
    # A quarter old; all old; nothing there, so that the profile of the old stands.
    np.testing.assert_allclose(mixed[:, 0], [0.25 * 0.2 + 0.75 * 0.4, 0.2, 0.2])
    alike = NodeProfiles(hour, hour, 0.4 * hour, {}, np.zeros((3, 12)))
    assert alike.pv_of(np.ones(3), np.ones(3)) is alike.pv


def test_machines_of_a_base_make_its_own_answers_stale_and_those_of_the_scenario_all(
    scenario: Scenario,
) -> None:
    before = keys_of(scenario, "g")
    own = keys_of(parsed(scenario, {}, {"wind": {"hub_m": 160.0}}), "g")
    assert own.nodes == before.nodes
    assert [b for b in (BASE, OTHER) if own.profiles[b] != before.profiles[b]] == [BASE]
    assert own.designs[OTHER] == before.designs[OTHER]
    every = keys_of(parsed(scenario, CHOSEN), "g")
    assert every.nodes != before.nodes
    assert all(every.profiles[b] != before.profiles[b] for b in (BASE, OTHER))
    assert first_stale(scenario, parsed(scenario, CHOSEN)) == "resource"


def test_all_wrong_machines_are_told_with_their_place_and_the_name_that_is_near(scenario: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        parsed(scenario, {"pv": {"module": "topcom"}, "wind": {"machine": "class_4"}})
    said = {problem.field: problem.expected for problem in caught.value.problems}
    assert "perhaps topcon" in said["plant.pv.module"]
    assert "perhaps class_" in said["plant.wind.machine"]
    with pytest.raises(InputError, match=r"bases\.\d+\.plant\.wind\.hub_m"):
        parsed(scenario, {"wind": {"rotor_m": 210.0}}, {"wind": {"hub_m": 100.0}})
    with pytest.raises(InputError, match=r"plant\.pv\.modul: .*perhaps module"):
        parsed(scenario, {"pv": {"modul": "topcon"}})


def test_machines_can_be_typed_into_the_form_of_scenario_and_base(scenario: Scenario) -> None:
    workspace = Workspace(scenarios=(scenario,), active=scenario.id)
    for path, value in (
        ("plant.pv.module", "hjt"),
        ("plant.wind.machine", "by_site_class"),
        (f"bases.{BASE}.plant.wind.machine", "V126/3000"),
        (f"bases.{BASE}.plant.wind.hub_m", 140.0),
        ("plant.pv.module", None),
    ):
        workspace = edits.set_field(workspace, scenario.id, path, value)(workspace)
    found = workspace.scenario(scenario.id)
    assert found.plant == PlantChoice(wind=WindChoice(machine="by_site_class"))
    assert found.base(BASE).plant.wind == WindChoice(machine="V126/3000", hub_m=140.0)
    with pytest.raises(InputError, match="perhaps mono_perc"):
        edits.set_field(workspace, scenario.id, "plant.pv.module", "mono-perc")(workspace)


def test_every_input_of_the_machines_has_words_a_source_and_offers(scenario: Scenario) -> None:
    fields = [field for field in form_fields(scenario) if "plant." in field.path]
    assert {field.section for field in fields} == {
        "plant.pv",
        "plant.wind",
        f"bases.{BASE}",
        f"bases.{OTHER}",
    }
    for field in fields:
        zh, en = words_of(field.path, scenario)
        assert re.search(r"[\u4e00-\u9fff]", zh.split(" · ")[-1])
        assert "_" not in en
        assert field.source
        # An empty input of a base says that it follows the scenario.
        assert field.tier in ("published", "estimated") or field.source == AS_SCENARIO
        assert field.optional
    by_key = {field.key: options(field, scenario) for field in fields}
    assert {len(by_key[key]) > 1 for key in ("module", "inverter", "machine")} == {True}
    set_by_hand = parsed(scenario, {}, {"wind": {"shear_exponent": 0.2}})
    assert f"bases.{BASE}.plant.wind.shear_exponent" in {field.path for field in form_fields(set_by_hand)}


def test_a_run_says_which_machines_its_hours_are_of(scenario: Scenario) -> None:
    nodes = len(load_tables().nodes)
    usual = machine_sources(scenario, nodes)
    assert {row.grade for row in usual} == {"reference"}
    assert any("6.25 MW, rotor 200 m, hub 120 m" in row.source_en for row in usual)
    assert any("single-axis tracker" in row.source_en for row in usual)
    built = [row for row in usual if "2020" not in row.what_en and "wind" in row.what_en]
    assert sum(row.share for row in built) == pytest.approx(1.0)
    chosen = machine_sources(parsed(scenario, CHOSEN, {"pv": {"module": "hjt"}}), nodes)
    own = [row for row in chosen if row.grade == "user"]
    assert any("n-type heterojunction" in row.source_en and row.share == 1 / (nodes + 2) for row in own)
    assert all(row.source_zh and row.source_zh != row.source_en for row in chosen)


def test_words_of_machines_tell_every_figure_that_was_chosen() -> None:
    zh, en = pv_words(PvChoice(tilt_deg=32.0, mounting="fixed_tilt", year_of_operation=12, albedo=0.35), True)
    for figure in ("32", "12", "0.35", "1.2"):
        assert figure in zh
        assert figure in en
    zh, en = wind_words(WindChoice(machine="V126/3000", farm_mw=250.0, availability_loss_share=0.045))
    for figure in ("V126/3000", "126 m", "250 MW", "4.5 %", "Jensen"):
        assert figure in zh
        assert figure in en
