"""Refused edits are explained in the language of the form."""

from __future__ import annotations

import re

import pytest

from app.desktop.panels.refusals import refusal_words
from gis_layers.errors import EnergyMapError
from planning import edits
from planning.plant_words import offers
from planning.scenario import load_scenario
from planning.scenario_fields import form_fields
from planning.workspace import new_workspace

NAMES = " ".join(id for key in ("module", "inverter", "machine") for id, *_ in offers(key))
UNITS = {"nowhere", "Jensen", "dena", "Knorr", *re.findall(r"[A-Za-z]{2,}", NAMES)}
"""Latin letters that may stand in Chinese: what was typed, ids of machines, names of wake models; units have Chinese
words."""


def test_no_refusal_of_a_wrong_input_is_half_english_in_chinese() -> None:
    scenario = load_scenario("2030-1200GW")
    workspace = new_workspace(scenario)
    refused = 0
    for field in form_fields(scenario):
        for wrong in (-1.0, 1e9, "", None, "x y", ("nowhere",)):
            try:
                edits.set_field(workspace, scenario.id, field.path, wrong)(workspace)
            except EnergyMapError as error:
                refused += 1
                words = refusal_words(error, scenario, "zh")
                expected = " ".join(part.split("应为")[-1] for part in words.split("; "))
                assert set(re.findall(r"[A-Za-z]{2,}", expected)) <= UNITS, words
    assert refused > 300


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("plant.pv.module", "topcom", ("机型 · 光伏 · 组件", "topcon")),
        ("plant.wind.machine", "V126/300", ("风机机型", "V126/3300")),
        ("plant.wind.hub_m", 60.0, ("轮毂高度", "大于叶轮直径的一半, 200 m")),
        ("bases.kubuqi.plant.wind.rated_mw", 0.1, ("库布齐", "单机容量", "单位面积功率")),
    ],
)
def test_a_refused_machine_names_the_input_and_what_would_do(
    path: str, typed: str | float, said: tuple[str, ...]
) -> None:
    scenario = load_scenario("2030-1200GW")
    workspace = new_workspace(scenario)
    with pytest.raises(EnergyMapError) as caught:
        edits.set_field(workspace, scenario.id, path, typed)(workspace)
    words = refusal_words(caught.value, scenario, "zh")
    for part in said:
        assert part in words
