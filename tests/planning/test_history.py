"""Undo goes back to the start, redo to the end, whatever was done between."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning import edits
from planning.edits import Edit
from planning.history import EditName, History
from planning.scenario import load_scenario
from planning.workspace import Pin, Workspace, new_workspace

START = new_workspace(load_scenario("2030-1200GW"))
ID = START.active

_number = st.floats(0.0, 300.0).map(lambda x: round(x, 3))


def _edit(workspace: Workspace, draw: tuple[str, float]) -> Edit:
    kind, value = draw
    scenario = workspace.active
    if kind == "carbon":
        return edits.set_field(workspace, scenario, "prices.carbon_cny_per_t", value)
    if kind == "coal":
        return edits.set_field(workspace, scenario, "bases.hami.coal_mw", value)
    if kind == "duplicate":
        return edits.duplicate_scenario(workspace, scenario)
    if kind == "activate":
        return edits.activate_scenario(
            workspace, workspace.scenarios[int(value) % len(workspace.scenarios)].id
        )
    if kind == "pin":
        pin = Pin(id=f"p{int(value) % 5}", name="p", lon_deg=value / 3, lat_deg=40.0)
        return edits.put_item(pin)
    return edits.rename_scenario(scenario, f"情景{value}", f"scenario {value}")


steps = st.lists(
    st.tuples(st.sampled_from(["carbon", "coal", "duplicate", "activate", "pin", "rename"]), _number),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(steps, st.lists(st.booleans(), max_size=20))
def test_undo_to_the_start_is_identity_and_redo_comes_back(
    draws: list[tuple[str, float]], wander: list[bool]
) -> None:
    history = History(START)
    for draw in draws:
        edit = _edit(history.current, draw)
        history = history.add(edit.name, edit(history.current))
    for back in wander:
        history = history.undo() if back else history.redo()
    for _ in history.steps:
        history = history.redo()
    end = history.current
    assert history.redo_name is None
    for _ in history.steps:
        history = history.undo()
    assert history.current is START
    assert history.undo_name is None
    for _ in history.steps:
        history = history.redo()
    assert history.current is end


def test_an_edit_after_undo_forgets_what_was_undone() -> None:
    a, b = (edits.set_review_number(x)(START) for x in "ab")
    name = EditName("改", "change")
    history = History(START).add(name, a).undo().add(name, b)
    assert [w for _, w in history.steps] == [b]
    assert history.redo() == history


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    same = edits.set_field(START, ID, "year", START.scenario().year)
    assert History(START).add(same.name, same(START)).steps == ()


@pytest.mark.parametrize(("language", "words"), [("zh", "修改年份"), ("en", "Change year")])
def test_undo_names_what_it_takes_back(language: str, words: str) -> None:
    edit = edits.set_field(START, ID, "year", 2035)
    history = History(START).add(edit.name, edit(START))
    assert history.undo_name is not None
    assert history.undo_name.of("zh" if language == "zh" else "en") == words
    assert history.undo().redo_name == history.undo_name
