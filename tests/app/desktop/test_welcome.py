"""The first page and the tour."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.autosave import Recovery, Snapshot
from app.desktop.recents import Recents
from app.desktop.texts import TEXTS
from app.desktop.tour import STEPS, Tour, bubble_place
from app.desktop.welcome import WelcomePage, scenario_facts
from planning.scenario import list_scenarios, load_scenario
from planning.workspace import new_workspace


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> WelcomePage:
    recents = Recents(tmp_path / "recent.json")
    recents.add(tmp_path / "gone.gpkg")
    (tmp_path / "there.gpkg").touch()
    recents.add(tmp_path / "there.gpkg")
    made = WelcomePage(recents, "zh", "cn")
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    assert made.wait()
    return made


def button(page: QWidget, name: str) -> QPushButton:
    return page.findChildren(QPushButton, name)[-1]


def test_every_built_in_scenario_can_be_begun(page: WelcomePage, qtbot: QtBot) -> None:
    for name in list_scenarios():
        with qtbot.waitSignal(page.scenario_chosen) as chosen:
            button(page, f"begin.{name}").click()
        assert chosen.args == [name]


def test_the_page_says_how_large_a_scenario_is() -> None:
    claim = load_scenario("2030-1200GW")
    assert scenario_facts(claim, "zh", "cn") == "2030 年 · 风光 120,000 万千瓦 · 13 个基地"
    assert scenario_facts(claim, "en", "si") == "2030 · wind and PV 1,200.00 GW · 13 bases"


def test_a_recent_project_is_opened_and_one_that_is_gone_is_not(
    page: WelcomePage, qtbot: QtBot, tmp_path: Path
) -> None:
    assert page._list.count() == 2
    with qtbot.waitSignal(page.recent_chosen) as chosen:
        page._list.itemActivated.emit(page._list.item(0))
    assert chosen.args == [tmp_path / "there.gpkg"]
    assert "不在了" in page._list.item(1).text()
    with qtbot.assertNotEmitted(page.recent_chosen):
        page._list.itemActivated.emit(page._list.item(1))


def test_open_tour_and_map_are_asked_for(page: WelcomePage, qtbot: QtBot) -> None:
    for name, signal in (
        ("welcome.open", page.open_requested),
        ("welcome.tour", page.tour_requested),
        ("welcome.map", page.map_requested),
    ):
        with qtbot.waitSignal(signal):
            button(page, name).click()


def test_work_of_a_window_that_died_is_offered_and_taken_or_left(
    page: WelcomePage, qtbot: QtBot, tmp_path: Path
) -> None:
    workspace = new_workspace(load_scenario("2020"))
    snapshot = Snapshot(workspace, {}, tmp_path / "我的.gpkg", datetime(2026, 7, 1, 12, 30))
    sound, broken = Recovery(tmp_path, snapshot, ("000002.json",)), Recovery(tmp_path, None, ("000001.json",))
    page.show_recoveries([sound, broken])
    words = " ".join(label.text() for label in page._scroll.widget().findChildren(QLabel))
    assert "我的.gpkg" in words
    assert "2026-07-01 12:30" in words
    assert "无法恢复" in words
    page.set_language("en")
    with qtbot.waitSignal(page.recovery_chosen) as chosen:
        page._scroll.widget().findChildren(QPushButton, "recover.yes")[0].click()
    assert chosen.args == [sound]
    with qtbot.waitSignal(page.recovery_discarded) as left:
        page._scroll.widget().findChildren(QPushButton, "recover.no")[0].click()
    assert left.args == [broken]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    for number, name in enumerate(STEPS):
        part = QWidget(made)
        part.setObjectName(name)
        part.setGeometry(20 + 130 * number, 40 + 60 * number, 120, 90)
    made.show()
    return made


def targets(window: QWidget) -> dict[str, QWidget]:
    return {name: window.findChild(QWidget, name) for name in STEPS}


def test_the_tour_goes_through_all_steps_and_back_and_ends(window: QWidget, qtbot: QtBot) -> None:
    tour = Tour(window, targets(window), "zh")
    tour.start()
    seen = [tour.step]
    qtbot.keyClick(tour, Qt.Key.Key_Right)
    qtbot.keyClick(tour, Qt.Key.Key_Left)
    assert tour.step == STEPS[0]
    for _ in STEPS[1:]:
        tour._next.click()
        seen.append(tour.step)
        assert tour.rect().contains(tour._bubble.geometry())
        assert tour._words.text() == TEXTS[f"tour.{tour.step}"][0]
    assert tuple(seen) == STEPS
    tour.set_language("en")
    assert tour._next.text() == "Done"
    with qtbot.waitSignal(tour.finished):
        tour._next.click()


def test_escape_ends_the_tour_at_once_and_nothing_is_left(window: QWidget, qtbot: QtBot) -> None:
    tour = Tour(window, targets(window), "zh")
    tour.start()
    with qtbot.waitSignal(tour.finished):
        qtbot.keyClick(tour, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChildren(Tour) == [])


def test_parts_that_are_folded_away_are_passed_over(window: QWidget, qtbot: QtBot) -> None:
    window.findChild(QWidget, "map").hide()
    tour = Tour(window, targets(window), "zh")
    tour.start()
    assert tour.step == STEPS[1]
    window.resize(800, 600)
    assert tour.size() == window.size()
    tour.finish()
    empty = Tour(window, {}, "zh")
    with qtbot.waitSignal(empty.finished):
        empty.start()


@pytest.mark.parametrize("target", [QRect(0, 0, 200, 700), QRect(800, 0, 200, 700), QRect(0, 500, 1000, 200)])
def test_the_bubble_does_not_hide_what_it_speaks_of(target: QRect) -> None:
    bubble, window = QRect(0, 0, 320, 120), QRect(0, 0, 1000, 700)
    placed = QRect(bubble_place(target, bubble, window), bubble.size())
    assert window.contains(placed)
    assert not placed.intersects(target)


def test_a_target_as_large_as_the_window_has_the_bubble_in_the_middle() -> None:
    window = QRect(0, 0, 1000, 700)
    assert bubble_place(window, QRect(0, 0, 320, 120), window) == QPoint(339, 289)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("count", [0, 3, 30])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_two_columns_begin_together_and_the_page_stands_in_the_middle(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int], count: int, language: str
) -> None:
    recents = Recents(tmp_path / "recent.json")
    for number in range(count):
        recents.add(tmp_path / f"{number}.gpkg")
    page = WelcomePage(recents, language, "cn")  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    assert page.wait()
    qtbot.waitUntil(lambda: button(page, "welcome.map").width() > 100)

    def box(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())

    first = min((box(button(page, f"begin.{n}").parentWidget()) for n in list_scenarios()), key=QRect.top)
    last = max((box(button(page, f"begin.{n}").parentWidget()) for n in list_scenarios()), key=QRect.bottom)
    recent = box(page.findChildren(QWidget, "recent")[-1])
    end = box(button(page, "welcome.map"))
    assert recent.top() == first.top()
    assert end.bottom() >= last.bottom() - 2
    if count <= 3:
        assert end.bottom() <= last.bottom() + 2
    assert abs(first.left() - (size[0] - end.right())) <= 24  # as far from one edge as from the other
    assert recent.left() > first.right()
    assert page._scroll.horizontalScrollBar().maximum() == 0
