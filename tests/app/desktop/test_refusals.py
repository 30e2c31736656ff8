"""Refused edits are explained in the language of the form."""

from __future__ import annotations

import re

from app.desktop.panels.refusals import refusal_words
from gis_layers.errors import EnergyMapError
from planning import edits
from planning.scenario import load_scenario
from planning.scenario_fields import form_fields
from planning.workspace import new_workspace

UNITS = {"nowhere"}
"""Latin letters that may stand in Chinese: what was typed; units have Chinese words."""


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
