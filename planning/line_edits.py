"""Edits of the tables' lines in a scenario: change a figure, take a change back, retire a line, restore it.

As in `planning.edits`: each a name and a pure function; InputError with all that is wrong, and the workspace it was
given stays as it was. Lines of the planner's own are put and removed by `edits.put_line` and `edits.remove_line`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gis_layers.errors import InputError, Problem
from planning.day_curve import curve_typed
from planning.edits import Edit
from planning.history import EditName
from planning.line_choice import CHANGEABLE, LineChoice, follow
from planning.scenario import Scenario, parse_scenario
from planning.scenario_lines import line_name
from planning.tables import load_tables
from planning.workspace import Workspace

Value = float | int | str | bool | tuple[float, ...] | None

OWN_SOURCE = "the planner's own figure"
"""Stands where a change is made without saying where it comes from."""


def change_line(
    scenario_id: str,
    line_id: str,
    values: dict[str, Value],
    source: str = OWN_SOURCE,
    tier: str = "estimated",
) -> Edit:
    """Give figures of a line of the tables other values; a None takes a change back.

    Parameters
    ----------
    values
        By the names of `line_choice.CHANGEABLE`, and `tariff_includes_loss`; a day curve as 24 shares or as text.
    source, tier
        Of what is changed.
    """
    zh, en = line_name(line_id, load_tables())

    def change(lines: dict[str, Any]) -> None:
        rows = lines["changed"]
        row = next((row for row in rows if row["id"] == line_id), None)
        if row is None:
            row = {"id": line_id, **dict.fromkeys((*CHANGEABLE, "tariff_includes_loss"))}
            rows.append(row)
        row |= {"source": source, "tier": tier}
        for key, value in values.items():
            row[key] = curve_typed(value, key) if key == "day_curve" and isinstance(value, str) else value
            if isinstance(row[key], tuple):
                row[key] = list(row[key])
        for key in values:
            follow(row, key)
        if all(row.get(key) is None for key in CHANGEABLE):
            rows.remove(row)

    return _edit((f"修改通道{zh}", f"Change corridor {en}"), scenario_id, change)


def unchange_line(scenario_id: str, line_id: str) -> Edit:
    """Take every change of a line back: it is as the table has it."""
    zh, en = line_name(line_id, load_tables())

    def change(lines: dict[str, Any]) -> None:
        rest = [row for row in lines["changed"] if row["id"] != line_id]
        if len(rest) == len(lines["changed"]):
            raise InputError(Problem("project", "lines.changed", line_id, "a line this scenario changes"))
        lines["changed"] = rest

    return _edit((f"通道{zh}恢复表中数值", f"Figures of the table for corridor {en}"), scenario_id, change)


def retire_line(scenario_id: str, line_id: str) -> Edit:
    """Leave a line or an AC tie of the tables out; a base that feeds it must find another first."""
    zh, en = line_name(line_id, load_tables())

    def change(lines: dict[str, Any]) -> None:
        if line_id in lines["without"]:
            raise InputError(Problem("project", "lines.without", line_id, "a line that is not yet left out"))
        lines["without"] = [*lines["without"], line_id]
        lines["also"] = [name for name in lines["also"] if name != line_id]

    return _edit((f"退役通道{zh}", f"Retire corridor {en}"), scenario_id, change)


def restore_line(scenario_id: str, line_id: str) -> Edit:
    """Take a line back that was left out, with its changes; one that is planned or being built runs from now on."""
    tables = load_tables()
    zh, en = line_name(line_id, tables)

    def change(lines: dict[str, Any]) -> None:
        if line_id not in lines["without"]:
            raise InputError(Problem("project", "lines.without", line_id, "a line that is left out"))
        lines["without"] = [name for name in lines["without"] if name != line_id]
        row = tables.corridor_by_id.get(line_id)
        if row is not None and row.status in ("planned", "under_construction"):
            lines["also"] = [*lines["also"], line_id]

    return _edit((f"恢复通道{zh}", f"Restore corridor {en}"), scenario_id, change)


def is_retired(lines: LineChoice, line_id: str, parent: str | None = None) -> bool:
    """Whether a scenario leaves a line out, by its own name or by that of the line it is an end of."""
    return line_id in lines.without or (parent is not None and parent in lines.without)


def _edit(name: tuple[str, str], scenario_id: str, change: Callable[[dict[str, Any]], None]) -> Edit:
    """An edit of the lines of a scenario, checked as a file would be."""

    def apply(old: Workspace) -> Workspace:
        try:
            data = old.scenario(scenario_id).model_dump(mode="json")
        except KeyError:
            raise InputError(
                Problem("project", "scenario", scenario_id, "a scenario of this project")
            ) from None
        change(data["lines"])
        made = parse_scenario(data, scenario_id)
        return old.model_copy(update={"scenarios": _replaced(old.scenarios, made, scenario_id)})

    return Edit(EditName(*name), apply)


def _replaced(scenarios: tuple[Scenario, ...], made: Scenario, scenario_id: str) -> tuple[Scenario, ...]:
    return tuple(made if scenario.id == scenario_id else scenario for scenario in scenarios)
