"""The map keeps its share of windows of any size; what gives way for it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.docks import FOLDED_FIRST, SIDE_OF
from app.desktop.main_window import MainWindow
from app.desktop.room import (
    MAP_SHARE,
    SEAMS_PX,
    SIDES,
    TABS_PX,
    USEFUL_BESIDE_PX,
    Side,
    Window,
    plan,
)
from planning.project_file import StoredResult
from tests.planning.summary_factory import make_summary

SCREENS = ((1920, 1080), (1536, 864), (1280, 720), (960, 540), (1366, 768), (1024, 600), (2560, 1440))
"""Full HD at 100, 125, 150 and 200 %, and other common ones."""


def of(width: int, height: int) -> Window:
    return Window(width, height, bars=134, left=264, right=290, below=230)


def wanted() -> Iterator[tuple[Side, ...]]:
    for count in range(1, 4):
        yield from combinations(SIDES, count)


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("first", [None, *SIDES])
def test_whatever_is_asked_for_the_map_keeps_its_share_and_the_panel_asked_for_is_shown(
    size: tuple[int, int], first: Side | None
) -> None:
    window = of(*size)
    for sides in wanted():
        if first is not None and first not in sides:
            continue
        made = plan(window, sides, first)
        assert made.shown <= set(sides) | {"right"}
        assert first is None or first in made.shown
        side_px = 0
        if "left" in made.shown:
            side_px += window.left + SEAMS_PX
        if "right" in made.shown:
            side_px += max(window.right, made.beside) + SEAMS_PX
        high = window.height - window.bars
        if made.below:
            high -= made.below + TABS_PX + SEAMS_PX
        assert (window.width - side_px) * high >= (MAP_SHARE - 0.005) * window.width * window.height, sides
        if "below" in made.shown:
            assert made.below >= 130 or made.beside >= USEFUL_BESIDE_PX


def test_a_large_window_shows_everything_and_a_low_one_has_results_beside_the_map() -> None:
    assert plan(of(1920, 1080), SIDES, "below").shown == set(SIDES)
    low = plan(of(960, 540), SIDES, "below")
    assert low.beside > 0
    assert low.shown == {"right", "below"}
    assert plan(of(1280, 720), SIDES, "below") == plan(of(1280, 720), ("below",), "below")


def shown(window: MainWindow) -> set[str]:
    return {SIDE_OF[key] for key, dock in window.docks.docks.items() if not dock.isHidden()}


def sized(window: MainWindow, qtbot: QtBot, width: int, height: int) -> None:
    window.resize(width, height)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (width, height))
    for _ in range(4):
        QApplication.processEvents()


def with_result(window: MainWindow) -> None:
    scenario = window.document.scenario
    window.document.set_result(scenario.id, StoredResult(make_summary(), scenario, None))
    for _ in range(4):
        QApplication.processEvents()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SCREENS[:4])
def test_with_the_results_open_the_map_of_the_window_keeps_its_share(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int], language: str
) -> None:
    window.state.set_language(language)  # type: ignore[arg-type]
    sized(window, qtbot, *size)
    with_result(window)
    canvas = window.canvas
    qtbot.waitUntil(
        lambda: canvas.width() * canvas.height() >= (MAP_SHARE - 0.01) * size[0] * size[1], timeout=3000
    )
    results = window.docks.docks["results"]
    assert results.isVisible()
    assert window.width() == size[0]  # no panel pushes the window beyond its screen
    assert window.height() == size[1]
    inside = window.results
    assert inside.visibleRegion().boundingRect().width() == inside.width()
    assert inside.height() >= 150


def test_panels_that_gave_way_come_back_with_the_room_and_by_their_switch(
    window: MainWindow, qtbot: QtBot
) -> None:
    sized(window, qtbot, 1280, 720)
    with_result(window)
    assert shown(window) == {"below"}
    switches = window.docks.switches
    assert [switches[side].isChecked() for side in SIDES] == [False, False, True]
    sized(window, qtbot, 1920, 1080)
    assert shown(window) == {"left", "right", "below"}
    sized(window, qtbot, 1280, 720)
    switches["right"].click()
    assert "right" in shown(window)
    assert window.docks.docks["inspector"].isVisible()
    switches["right"].click()
    assert "right" not in shown(window)
    sized(window, qtbot, 1920, 1080)
    assert "right" not in shown(window)  # the user folded it: it stays so
    switches["right"].click()
    assert "right" in shown(window)


def test_in_a_low_window_results_stand_beside_the_map_and_go_back_below_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    sized(window, qtbot, 960, 540)
    with_result(window)
    results, inspector = window.docks.docks["results"], window.docks.docks["inspector"]
    qtbot.waitUntil(lambda: results.x() > window.canvas.x() + window.canvas.width() - 1)
    window.docks.show("inspector")
    qtbot.waitUntil(lambda: not inspector.visibleRegion().isEmpty())
    assert not results.isHidden()  # a tab behind it
    sized(window, qtbot, 1920, 1080)
    window.docks.show("results")
    qtbot.waitUntil(lambda: results.y() > window.canvas.y() + window.canvas.height() - 1)
    assert all(not window.docks.docks[key].isHidden() for key in FOLDED_FIRST)
