"""A window that is closed goes with all it held: nothing keeps it that Python's collector cannot see."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.document import Document
from app.desktop.main_window import MainWindow
from app.desktop.state import WindowState
from planning.scenario import load_scenario
from planning.workspace import new_workspace
from tests.app.desktop.conftest import Answers


def test_a_closed_window_is_forgotten(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(new_workspace(load_scenario("2030-1200GW")))
    window = MainWindow(WindowState("zh"), document, Answers(), tmp_path / "state")
    window.show()
    qtbot.waitExposed(window)
    held = [weakref.ref(part) for part in (window, window.bench, window.siting, window.sized, window.results)]
    window.close()
    window.deleteLater()
    del window, document
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [part() for part in held] == [None] * len(held)
