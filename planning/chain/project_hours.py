"""The hours of a run kept in a project file, with its document, its scenario and the tables it was run on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gis_layers.errors import InputError, Problem
from planning.hourly import HourlyResult, read_hourly
from planning.project_file import read_project
from planning.results import Summary
from planning.scenario import Scenario
from planning.scenario_lines import with_own_lines
from planning.scenario_toml import from_toml
from planning.tables import Tables, load_tables


@dataclass(frozen=True, slots=True)
class ProjectHours:
    """A run as its project keeps it."""

    summary: Summary
    scenario: Scenario
    tables: Tables
    """With the scenario's own lines."""
    kept: HourlyResult


def project_hours(path: Path) -> ProjectHours:
    """The run of a project file.

    Raises
    ------
    InputError
        As `read_project`; a scenario that is none; no hours in the file.
    """
    project = read_project(path)
    kept = read_hourly(path, project.summary.scenario)
    if kept is None:
        raise InputError(Problem(path.name, "hours", "none", "a project with the hours of its run"))
    scenario = from_toml(project.scenario_toml, path.name)
    return ProjectHours(project.summary, scenario, with_own_lines(load_tables(), scenario), kept)
