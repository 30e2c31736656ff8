"""Two layers side by side under a divider."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.swipe import EDGE, SwipeTool
from app.desktop.start import make_application
from tests.app.desktop.test_map_canvas import Sheet, colour_at

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def canvas(qtbot: QtBot, qapp: QApplication) -> MapCanvas:
    shown = MapCanvas()
    qtbot.addWidget(shown)
    shown.inertia = False
    shown.resize(800, 600)
    shown.show()
    shown.set_layers([Sheet("under", "#0000ff"), Sheet("red", "#ff0000"), Sheet("green", "#00ff00")])
    return shown


def test_each_side_shows_its_own_layer(canvas: MapCanvas) -> None:
    assert colour_at(canvas, 100, 50) == "#00ff00"
    canvas.set_tool(SwipeTool(canvas, ["red"], ["green"]))
    assert colour_at(canvas, 100, 50) == "#ff0000"
    assert colour_at(canvas, 700, 50) == "#00ff00"


def test_a_layer_that_is_switched_off_is_shown_when_it_is_compared(canvas: MapCanvas) -> None:
    hidden = Sheet("hidden", "#ffff00", visible=False)
    canvas.set_layers([Sheet("under", "#0000ff"), hidden])
    canvas.set_tool(SwipeTool(canvas, ["hidden"], []))
    assert colour_at(canvas, 100, 50) == "#ffff00"
    assert colour_at(canvas, 700, 50) == "#0000ff"


def test_the_divider_follows_the_hand_and_shows_more_of_the_left(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.set_tool(SwipeTool(canvas, ["red"], ["green"]))
    before = canvas.viewport
    qtbot.mousePress(canvas, LEFT, pos=QPoint(402, 300))
    qtbot.mouseMove(canvas, QPoint(602, 300))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(602, 300))
    assert canvas.swipe_share == pytest.approx(0.75)
    assert canvas.viewport == before
    assert colour_at(canvas, 560, 50) == "#ff0000"
    assert colour_at(canvas, 640, 50) == "#00ff00"


def test_the_divider_stays_within_the_window(canvas: MapCanvas) -> None:
    tool = SwipeTool(canvas, ["red"], ["green"])
    tool.move_to(-3.0)
    assert canvas.swipe_share == EDGE
    tool.move_to(7.0)
    assert canvas.swipe_share == 1.0 - EDGE


def test_away_from_the_divider_the_map_pans_and_is_clicked(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.set_tool(SwipeTool(canvas, ["red"], ["green"]))
    with qtbot.waitSignal(canvas.clicked, timeout=1000):
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(100, 100))
    before = canvas.viewport.center_x_m
    qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(160, 100))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(160, 100))
    assert canvas.viewport.center_x_m < before


def test_brackets_move_the_divider_and_escape_ends_the_comparison(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.set_tool(SwipeTool(canvas, ["red"], ["green"]))
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.swipe_share > 0.5
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool is None
    assert colour_at(canvas, 100, 50) == "#00ff00"
