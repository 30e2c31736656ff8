"""The document: edits, undo, results that go stale and come back, files written and read in a thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.document import Document
from gis_layers.errors import EnergyMapError, InputError
from planning import edits
from planning.project_file import HourlySource, StoredResult, read_workspace, write_project
from planning.scenario import load_scenario, scenario_text
from tests.planning.summary_factory import make_summary
from tests.planning.test_hourly import made

CLAIM = "2030-1200GW"


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document()


def set_carbon(document: Document, price: float) -> None:
    document.apply(edits.set_field(document.workspace, CLAIM, "prices.carbon_cny_per_t", price))


def with_result(document: Document) -> None:
    document.set_result(CLAIM, StoredResult(make_summary(), document.scenario, made()))


def test_an_edit_is_announced_named_and_undone(document: Document, qtbot: QtBot) -> None:
    start = document.workspace
    with qtbot.waitSignals([document.workspace_changed, document.dirty_changed]):
        set_carbon(document, 150.0)
    assert document.dirty
    assert document.undo_name is not None
    assert document.undo_name.zh == "修改价格 · 碳价"
    document.undo()
    assert document.workspace is start
    assert not document.dirty
    assert document.redo_name is not None
    document.redo()
    assert document.scenario.prices.carbon_cny_per_t == 150.0


def test_a_refused_edit_changes_and_announces_nothing(document: Document, qtbot: QtBot) -> None:
    before = document.history
    with qtbot.assertNotEmitted(document.workspace_changed), pytest.raises(InputError):
        set_carbon(document, -1.0)
    assert document.history is before
    with qtbot.assertNotEmitted(document.workspace_changed):
        set_carbon(document, document.scenario.prices.carbon_cny_per_t)
        document.undo()
        document.redo()


def test_a_result_is_stale_while_its_inputs_differ(document: Document, qtbot: QtBot) -> None:
    with_result(document)
    assert document.summary == make_summary()
    assert document.stale() == ()
    with qtbot.waitSignal(document.stale_changed):
        set_carbon(document, 150.0)
    assert [row.path for row in document.stale()] == ["prices.carbon_cny_per_t"]
    assert document.summary == make_summary()
    with qtbot.waitSignal(document.stale_changed):
        document.undo()
    assert document.stale() == ()


def test_a_result_whose_inputs_are_unknown_says_so(document: Document) -> None:
    document.set_result(CLAIM, StoredResult(make_summary(), None))
    assert "cannot be read" in document.stale()[0].label_en


def test_saved_and_opened_again_is_the_same(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    set_carbon(document, 150.0)
    with_result(document)
    path = tmp_path / "我的 project.gpkg"
    with qtbot.waitSignal(document.saved):
        document.save_as(path)
    assert not document.dirty
    assert document.path == path
    assert document.results[CLAIM].hourly == HourlySource(path, CLAIM)
    other = Document()
    with qtbot.waitSignal(other.opened):
        other.open(path)
    assert other.workspace == document.workspace
    assert other.summary == document.summary
    assert not other.dirty
    with qtbot.waitSignal(other.hours_ready):
        assert other.hours() is None
    hours = other.hours()
    assert hours is not None
    assert hours.node_ids == made().node_ids


def test_an_edit_made_while_saving_stays_unsaved(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    set_carbon(document, 150.0)
    with qtbot.waitSignal(document.saved):
        document.save_as(tmp_path / "p.gpkg")
        set_carbon(document, 160.0)
    assert document.dirty
    assert read_workspace(tmp_path / "p.gpkg").workspace.scenario().prices.carbon_cny_per_t == 150.0


def test_undo_past_the_save_is_unsaved_again(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    set_carbon(document, 150.0)
    with qtbot.waitSignal(document.saved):
        document.save_as(tmp_path / "p.gpkg")
    document.undo()
    assert document.dirty
    document.redo()
    assert not document.dirty


def test_a_file_that_cannot_be_read_or_written_leaves_all_as_it_was(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    set_carbon(document, 150.0)
    before = document.workspace
    for act in (
        lambda: document.open(tmp_path / "none.gpkg"),
        lambda: document.save_as(tmp_path / "no folder" / "p.gpkg"),
        lambda: document.take_run(document.scenario, tmp_path / "none.gpkg"),
    ):
        with qtbot.waitSignal(document.failed) as caught:
            act()
        assert isinstance(caught.args[0], EnergyMapError)
    assert document.workspace is before
    assert document.dirty
    assert document.path is None
    with pytest.raises(ValueError, match="no file"):
        document.save()


def test_the_answer_of_a_run_is_taken_over_with_what_was_run(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    run, toml = document.write_inputs(tmp_path)
    assert load_scenario(toml) == run
    write_project(tmp_path / "project.gpkg", make_summary(), scenario_text(CLAIM), None, made())
    set_carbon(document, 150.0)
    with qtbot.waitSignal(document.results_changed):
        document.take_run(run, tmp_path / "project.gpkg")
    assert document.summary == make_summary()
    assert [row.path for row in document.stale()] == ["prices.carbon_cny_per_t"]
    with qtbot.waitSignal(document.saved):
        document.save_as(tmp_path / "p.gpkg")
    (tmp_path / "project.gpkg").unlink()
    with qtbot.waitSignal(document.hours_ready):
        document.hours()


def test_hours_that_are_gone_are_told_when_saving(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    gone = HourlySource(tmp_path / "gone.gpkg", CLAIM)
    document.set_result(CLAIM, StoredResult(make_summary(), document.scenario, gone))
    with qtbot.waitSignal(document.hours_lost) as caught:
        document.save_as(tmp_path / "p.gpkg")
    assert caught.args[0] == (CLAIM,)
    assert document.summary == make_summary()


def test_a_new_project_forgets_the_old_one(document: Document) -> None:
    with_result(document)
    set_carbon(document, 150.0)
    document.new(load_scenario("2020"))
    assert document.workspace.active == "2020"
    assert document.summary is None
    assert document.undo_name is None
    assert not document.dirty
