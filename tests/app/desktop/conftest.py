"""Windows of the tests have no screen, keep nothing of the user's, and leave no widget behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.document import Document
from app.desktop.main_window import MainWindow
from app.desktop.start import make_application
from app.desktop.state import WindowState
from planning.scenario import load_scenario
from planning.workspace import new_workspace


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture(scope="module", autouse=True)
def what_stays_is_not_looked_at_again() -> None:
    """Libraries are most of what the collector would walk through after every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_widget_left(qapp: QApplication) -> Iterator[None]:
    """A test that leaves a window behind fails: in the program such a widget would never go."""
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.topLevelWidgets() if id(w) not in before and w.isVisible()]
    assert not left, f"left behind: {left}"


class Answers:
    """Stands in for the dialogs: gives what the test put in, remembers what was asked."""

    def __init__(self) -> None:
        self.file, self.name, self.save = "", "", "discard"
        self.asked: list[str] = []

    def open_file(self, title: str, kinds: str) -> str:
        self.asked.append(title)
        return self.file

    def save_file(self, title: str, name: str, kinds: str) -> str:
        self.asked.append(title)
        return self.file

    def choose_folder(self, title: str) -> str:
        self.asked.append(title)
        return self.file

    def ask_text(self, title: str, label: str, value: str) -> str | None:
        self.asked.append(title)
        return self.name or value

    def ask_save(self, title: str, words: str) -> str:
        self.asked.append(words)
        return self.save


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, answers: Answers, tmp_path: Path) -> Iterator[MainWindow]:
    """The whole window on the built-in scenario 2020, which is quick to validate."""
    document = Document(new_workspace(load_scenario("2030-1200GW")))
    shown = MainWindow(WindowState("zh"), document, answers, tmp_path / "state")
    shown.resize(1280, 860)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    answers.save = "discard"
    shown.close()
    shown.deleteLater()
    qapp.processEvents()
