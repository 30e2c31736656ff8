"""The room of the map, the panels that come with a result, and what is kept from one start to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.docks import FOLDED_FIRST, WHEN_SEEN
from app.desktop.layout import Layout, layout_of, read_layout, write_layout
from app.desktop.main_window import MainWindow
from app.desktop.start import open_window
from planning.project_file import StoredResult
from tests.planning.summary_factory import make_summary


def shown(window: MainWindow) -> set[str]:
    return {key for key, dock in window.docks.docks.items() if not dock.isHidden()}


def with_result(window: MainWindow) -> None:
    scenario = window.document.scenario
    window.document.set_result(scenario.id, StoredResult(make_summary(), scenario, None))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_keeps_sixty_per_cent_of_the_window_until_there_is_a_result(
    window: MainWindow, qtbot: QtBot, language: str
) -> None:
    window.state.set_language(language)  # type: ignore[arg-type]
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: window.canvas.width() > 1000)
    assert window.canvas.width() * window.canvas.height() >= 0.6 * 1920 * 1080


def test_the_panels_below_come_with_the_first_result_and_stay_as_the_user_puts_them(
    window: MainWindow,
) -> None:
    assert not shown(window) & set(FOLDED_FIRST)
    with_result(window)
    assert shown(window) >= set(FOLDED_FIRST)
    window.docks.docks["results"].hide()
    with_result(window)
    assert "results" not in shown(window)


def test_a_panel_below_that_is_asked_for_comes_without_a_result(window: MainWindow) -> None:
    window._actions["log"].trigger()
    assert shown(window) >= set(FOLDED_FIRST)


def test_a_result_does_not_unfold_panels_that_are_folded_away(window: MainWindow) -> None:
    window._actions["panels"].trigger()
    with_result(window)
    assert not shown(window)
    window._actions["panels"].trigger()
    assert "results" in shown(window)


def test_the_panels_below_and_beside_can_be_drawn_larger(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1600, 1000)
    with_result(window)
    docks = window.docks.docks

    def drawn(key: str, to_px: int, way: Qt.Orientation) -> int:
        window.resizeDocks([docks[key]], [to_px], way)
        return docks[key].height() if way == Qt.Orientation.Vertical else docks[key].width()

    qtbot.waitUntil(lambda: drawn("results", 420, Qt.Orientation.Vertical) >= 380)
    qtbot.waitUntil(lambda: drawn("inspector", 460, Qt.Orientation.Horizontal) >= 420)
    for key in WHEN_SEEN:
        window.docks.show(key)
        qtbot.waitUntil(lambda key=key: docks[key].findChildren(QWidget)[0].isVisible())
        assert docks[key].maximumHeight() > 1000


@pytest.fixture
def starts(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[list[MainWindow]]:
    made: list[MainWindow] = []
    yield made
    for window in made:
        window.close()
        window.deleteLater()
    qapp.processEvents()


def test_the_next_start_finds_the_window_as_it_was_left(
    starts: list[MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    first = open_window(None, "zh", tmp_path)
    starts.append(first)
    first.resize(1100, 760)
    first.state.set_language("en")
    first.state.set_units("cn")
    first.state.set_dark(True)
    first.docks.docks["inspector"].hide()
    with_result(first)
    first.files.may_close = lambda then: True  # type: ignore[method-assign]
    first.close()
    again = open_window(None, "zh", tmp_path, language_asked=False)
    starts.append(again)
    assert (again.state.language, again.state.units, again.state.dark) == ("en", "cn", True)
    assert again.height() == 760  # the width is cut to the small screen of the tests
    assert "inspector" not in shown(again)
    assert not shown(again) & set(FOLDED_FIRST)
    asked = open_window(None, "zh", tmp_path)
    starts.append(asked)
    assert asked.state.language == "zh"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2}', json.dumps({"version": 1, "dark": "perhaps"}), "x" * 200_000]
)
def test_a_layout_that_cannot_be_used_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "window.json"
    file.write_text(text, encoding="utf-8")
    assert read_layout(file) is None


def test_a_layout_of_foreign_bytes_opens_the_usual_window(starts: list[MainWindow], tmp_path: Path) -> None:
    write_layout(
        tmp_path / "window.json", Layout(language="zh", units="cn", dark=False, geometry="00ff", panels="zz")
    )
    window = open_window(None, "zh", tmp_path)
    starts.append(window)
    assert {"layers", "inspector"} <= shown(window)
    assert layout_of(window).panels
