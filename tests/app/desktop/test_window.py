"""The real window, offscreen: what a planner sees and touches first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.actions import ACTIONS
from app.desktop.main_window import MainWindow
from app.desktop.start import make_application
from app.desktop.state import WindowState
from app.desktop.texts import TEXTS
from tests.planning.summary_factory import make_summary


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> MainWindow:
    shown = MainWindow(WindowState("zh"))
    qtbot.addWidget(shown)
    shown.resize(1200, 800)
    shown.show()
    return shown


def test_every_action_has_words_and_a_handler() -> None:
    for spec in ACTIONS:
        assert spec.id in TEXTS
        assert hasattr(MainWindow, f"_on_{spec.id}")


def test_the_window_opens_in_chinese_and_switches_to_english(window: MainWindow) -> None:
    assert window.windowTitle() == "国家能源版图"
    window.state.set_language("en")
    assert window.windowTitle() == "National Energy Map"
    assert window.menuBar().actions()[0].text() == "File"


def test_the_map_is_painted_and_moves(window: MainWindow, qtbot: QtBot) -> None:
    picture = window.canvas.grab().toImage()
    colours = {
        picture.pixelColor(x, y).rgb()
        for x in range(0, picture.width(), 9)
        for y in range(0, picture.height(), 9)
    }
    assert len(colours) > 50
    before = window.canvas.viewport
    qtbot.keyClick(window.canvas, Qt.Key.Key_Plus)
    assert window.canvas.viewport.metres_per_pixel < before.metres_per_pixel


def test_a_click_on_golmud_shows_qinghai(window: MainWindow) -> None:
    window.canvas.clicked.emit(94.9, 36.4, 5000.0)
    assert "青海" in window.inspector._body.text()


def test_a_result_fills_tables_and_selection_is_one_thing(window: MainWindow) -> None:
    summary = make_summary()
    window.state.set_result(summary, None)
    base = next(iter(summary.bases))
    window.results.picked.emit("base", base)
    assert window.state.selected == ("base", base)
    assert summary.bases[base].name_zh in window.inspector._body.text()
    assert window._bases.selected == base
    window.state.set_units("si")
    window.state.set_month(7)
    window.state.set_dark(True)


def test_the_review_number_is_on_the_map(window: MainWindow) -> None:
    window._review.setText("GS(2024)0650号")
    assert window.furniture.review_number == "GS(2024)0650号"
