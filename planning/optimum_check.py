"""What the national optimum is asked, held against the scenario and the tables; and which lines it may build."""

from __future__ import annotations

from gis_layers.errors import Problem
from planning.corridors import Corridor
from planning.expansion.spec import OptimumSpec, spec_problems
from planning.scenario import Scenario
from planning.scenario_lines import with_own_lines
from planning.tables import Tables


def candidate_rows(scenario: Scenario, tables: Tables) -> dict[str, Corridor]:
    """Lines that may be built, by id: approved ones and the scenario's own."""
    rows = with_own_lines(tables, scenario).corridors
    out = set(scenario.lines.without)
    return {
        row.id: row
        for row in rows
        if row.dispatched
        and row.from_node is not None
        and row.mw is not None
        and row.id not in out
        and (row.status != "in_service" or row.year > scenario.lines.in_service_by)
    }


def optimum_problems(scenario: Scenario, spec: OptimumSpec, tables: Tables, where: str) -> list[Problem]:
    """What is wrong with a spec for a scenario."""
    return spec_problems(
        spec,
        frozenset(tables.node_by_id),
        frozenset(b.id for b in scenario.bases),
        frozenset(candidate_rows(scenario, tables)),
        where,
    )
