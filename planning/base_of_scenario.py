"""A base of a scenario as a draft of its own: what the chain would size, to be edited, sized and studied alone."""

from __future__ import annotations

from pathlib import Path

from planning.base_form import BaseDraft
from planning.chain.bases import base_case, water_of_base
from planning.scenario import Scenario
from planning.tables import load_tables
from resources.plant_choice import over


def draft_of_scenario_base(scenario: Scenario, base_id: str, library: Path | None = None) -> BaseDraft:
    """The base as the chain asks the sizing for it; its river's water as the hours of one reservoir.

    Raises
    ------
    KeyError
        The scenario has no base of that id.
    InputError
        Imported discharge the scenario names is not in the library.
    """
    spec, tables = scenario.base(base_id), load_tables()
    case = base_case(scenario, tables, spec, water_of_base(scenario, tables, spec, library))
    return BaseDraft.of_case(case.model_copy(update={"plant": over(scenario.plant, spec.plant)}))
