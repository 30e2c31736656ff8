"""Autosave: after a crash the newest sound snapshot is offered, and nothing after a clean end."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.autosave import (
    KEPT,
    Autosave,
    Snapshot,
    forget,
    left_behind,
    read_snapshot,
    write_snapshot,
)
from app.desktop.document import Document
from app.desktop.recents import MOST, Recents, missing
from gis_layers.errors import InputError
from planning import edits
from planning.project_file import HourlySource, StoredResult
from planning.workspace import Workspace
from tests.planning.summary_factory import make_summary

CLAIM = "2030-1200GW"


def snapshot_of(document: Document) -> Snapshot:
    return Snapshot(document.workspace, document.results, document.path, datetime.now().astimezone())


def named(document: Document, number: str) -> Workspace:
    document.apply(edits.set_review_number(number))
    return document.workspace


def test_a_snapshot_comes_back_whole(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    named(document, "GS(2024)0650号")
    source = HourlySource(tmp_path / "运行 1" / "project.gpkg", CLAIM)
    document.set_result(CLAIM, StoredResult(make_summary(), document.scenario, source))
    snapshot = snapshot_of(document)
    assert read_snapshot(write_snapshot(tmp_path, snapshot)) == snapshot


def test_only_the_last_few_are_kept(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    for number in range(KEPT + 3):
        named(document, str(number))
        newest = write_snapshot(tmp_path, snapshot_of(document))
    assert len(list(tmp_path.iterdir())) == KEPT
    assert read_snapshot(newest).workspace.map_review_number == str(KEPT + 2)


def test_a_damaged_newest_snapshot_is_named_and_the_one_before_offered(qtbot: QtBot, tmp_path: Path) -> None:
    document, folder = Document(), tmp_path / "window"
    folder.mkdir()
    before = named(document, "1")
    write_snapshot(folder, snapshot_of(document))
    named(document, "2")
    newest = write_snapshot(folder, snapshot_of(document))
    newest.write_bytes(newest.read_bytes()[:-100])
    with pytest.raises(InputError, match="checksum"):
        read_snapshot(newest)
    (found,) = left_behind(tmp_path)
    assert found.snapshot is not None
    assert found.snapshot.workspace == before
    assert found.damaged == (newest.name,)
    forget(found.folder)
    assert left_behind(tmp_path) == ()


def test_an_edit_is_on_the_disk_soon_and_gone_after_a_clean_end(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    autosave = Autosave(document, tmp_path)
    autosave._soon.setInterval(10)
    with qtbot.waitSignal(autosave.written) as caught:
        named(document, "GS")
    assert read_snapshot(caught.args[0]).workspace == document.workspace
    assert left_behind(tmp_path) == ()  # this window is alive
    autosave.finish()
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_died_leaves_its_work_to_the_next(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    autosave = Autosave(document, tmp_path)
    named(document, "GS")
    with qtbot.waitSignal(autosave.written):
        autosave.write_now()
    autosave._soon.stop()
    assert autosave._lock is not None
    autosave._lock.unlock()  # as the system does for a process that is gone
    (found,) = left_behind(tmp_path)
    assert found.snapshot is not None
    after = Document()
    after.recover(found.snapshot.workspace, found.snapshot.results, found.snapshot.path)
    assert after.workspace == document.workspace
    assert after.dirty


DYING = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.desktop.autosave import Autosave
from app.desktop.document import Document
from planning import edits
application = QCoreApplication([])
document = Document()
autosave = Autosave(document, Path(sys.argv[1]))
document.apply(edits.set_review_number("killed"))
autosave.write_now()
autosave.wait()
print("alive", flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_process_leaves_its_work_and_a_living_one_is_let_alone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DYING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "alive\n"
        assert left_behind(tmp_path) == ()
        process.communicate("now\n", timeout=30)
    (found,) = left_behind(tmp_path)
    assert found.snapshot is not None
    assert found.snapshot.workspace.map_review_number == "killed"


def test_saving_leaves_nothing_to_recover(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    autosave = Autosave(document, tmp_path / "state")
    named(document, "GS")
    with qtbot.waitSignal(autosave.written):
        autosave.write_now()
    with qtbot.waitSignal(document.saved):
        document.save_as(tmp_path / "p.gpkg")
    assert autosave.wait()
    assert list(autosave.folder.glob("*.json")) == []
    autosave.finish()


def test_a_folder_that_cannot_be_made_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    document = Document()
    autosave = Autosave(document, tmp_path / "file")
    named(document, "GS")
    with qtbot.waitSignal(autosave.failed):
        autosave.write_now()
    with qtbot.assertNotEmitted(autosave.failed):
        autosave.write_now()
        assert autosave.wait()
    autosave.finish()


def test_recent_projects_are_listed_newest_first_once_and_a_few(tmp_path: Path) -> None:
    recents = Recents(tmp_path / "配置" / "recent.json")
    assert recents.paths() == ()
    for number in range(MOST + 2):
        recents.add(tmp_path / f"{number}.gpkg")
    recents.add(tmp_path / "5.gpkg")
    assert recents.paths()[:2] == (tmp_path / "5.gpkg", tmp_path / f"{MOST + 1}.gpkg")
    assert len(recents.paths()) == MOST
    recents.remove(tmp_path / "5.gpkg")
    assert tmp_path / "5.gpkg" not in recents.paths()
    (tmp_path / "4.gpkg").touch()
    gone = missing(recents.paths())
    assert tmp_path / "4.gpkg" not in gone
    assert tmp_path / "3.gpkg" in gone


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[1, null]"])
def test_a_damaged_list_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "recent.json").write_text(text)
    recents = Recents(tmp_path / "recent.json")
    assert recents.paths() == ()
    recents.add(tmp_path / "a.gpkg")
    assert recents.paths() == (tmp_path / "a.gpkg",)
