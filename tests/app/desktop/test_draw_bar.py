"""The bar that asks what becomes of a shape just drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from app.desktop.map.furniture import EDGE_PX
from app.desktop.map.legends import lay
from planning.scenario import OwnLine

XINING, LANZHOU = (101.8, 36.6), (103.8, 36.1)


def own_lines(window: MainWindow) -> tuple[OwnLine, ...]:
    return window.document.scenario.lines.own


@pytest.mark.parametrize(("units", "shown"), [("cn", "800"), ("si", "8")])
def test_the_power_is_shown_in_the_windows_unit_and_taken_in_any(
    window: MainWindow, units: str, shown: str
) -> None:
    window.state.set_units(units)  # type: ignore[arg-type]
    window.bench.toolbox.corridor_drawn.emit(XINING, LANZHOU, 190.0)
    bar = window.drawing.bar
    assert bar.power.text() == shown
    bar.power.setText("6.4 GW" if units == "cn" else "640 万千瓦")
    bar.make.click()
    assert [line.mw for line in own_lines(window)] == [6400.0]


def test_the_unit_follows_the_window_while_the_bar_asks(window: MainWindow) -> None:
    window.state.set_units("cn")
    window.bench.toolbox.corridor_drawn.emit(XINING, LANZHOU, 190.0)
    window.state.set_units("si")
    assert (window.drawing.bar.power.text(), window.drawing.bar.unit.text()) == ("8", "GW")


def test_a_power_that_cannot_be_meant_is_said_and_makes_nothing(window: MainWindow) -> None:
    window.bench.toolbox.corridor_drawn.emit(XINING, LANZHOU, 190.0)
    bar = window.drawing.bar
    for typed in ("abc", "8 km", "90000 GW"):
        bar.power.setText(typed)
        bar.make.click()
        assert bar.isVisible()
        assert bar.note.text()
    assert own_lines(window) == ()


def test_a_line_may_be_ac_and_begins_with_what_its_circuits_carry(window: MainWindow) -> None:
    window.bench.toolbox.corridor_drawn.emit(XINING, LANZHOU, 190.0)
    bar = window.drawing.bar
    index = bar.choice.findData("ac1000")
    bar.choice.setCurrentIndex(index)
    bar.choice.activated.emit(index)
    bar.make.click()
    (line,) = own_lines(window)
    # One of two circuits out, 4,600 MW times 1.3 below 320 km, rounded to 50.
    assert (line.kind, line.kv, line.circuits, line.mw) == ("ac", 1000.0, 2, 6000.0)


def test_ac_between_grids_that_do_not_run_in_step_is_refused_with_words(window: MainWindow) -> None:
    said: list[str] = []
    window.statusBar().messageChanged.connect(said.append)
    window.bench.toolbox.corridor_drawn.emit(XINING, (114.3, 30.6), 1300.0)
    bar = window.drawing.bar
    bar.choice.setCurrentIndex(bar.choice.findData("ac500"))
    bar.make.click()
    assert own_lines(window) == ()
    assert any("own-line" in words for words in said)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_the_bar_covers_no_legend(window: MainWindow, qtbot: QtBot, language: str, width: int) -> None:
    window.resize(width, 860)
    window.state.set_language(language)  # type: ignore[arg-type]
    window.bench.toolbox.corridor_drawn.emit(XINING, LANZHOU, 190.0)
    (first,) = lay(window.furniture.legends[:1], window.furniture.inks())
    legend = QRectF(EDGE_PX, EDGE_PX, first.width_px, first.height_px)
    assert not legend.intersects(QRectF(window.drawing.bar.geometry()))
