"""The time bar: dates right, keys right, and it tells only what the hand or the play has done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.panels.time_bar import TimeBar
from app.desktop.start import make_application
from planning.hourly import HOURS


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> TimeBar:
    shown = TimeBar()
    qtbot.addWidget(shown)
    shown.resize(1000, 34)
    shown.show()
    shown.set_hours_available(True, 2030)
    return shown


def heard(bar: TimeBar) -> list[object]:
    told: list[object] = []
    bar.hour_changed.connect(told.append)
    bar.month_changed.connect(told.append)
    return told


def test_the_label_is_the_date_of_the_hour(bar: TimeBar) -> None:
    bar.set_mode("hour")
    bar.set_hour(((31 + 28 + 31 + 30 + 31 + 30) + 14) * 24 + 13)
    assert bar._date.text() == "2030-07-15 13:00"


def test_months_and_the_year_are_named_once_by_the_cells_of_the_track(bar: TimeBar) -> None:
    bar.set_mode("hour")
    assert bar._date.isVisible()
    bar.set_mode("month")
    assert not bar._date.isVisible()
    assert bar._track.accessibleDescription() == bar.date


def test_what_is_set_from_outside_is_shown_and_not_told(bar: TimeBar) -> None:
    told = heard(bar)
    bar.set_month(7)
    bar.set_mode("hour")
    bar.set_hour(100)
    bar.set_hour(10**6)
    assert told == []
    assert bar.hour == HOURS - 1


def test_keys_step_hours_days_and_months_and_stop_at_the_ends(bar: TimeBar, qtbot: QtBot) -> None:
    bar.set_mode("hour")
    told = heard(bar)
    for key, shift in ((Qt.Key.Key_Right, False), (Qt.Key.Key_Right, True), (Qt.Key.Key_Left, False)):
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(bar, key, modifier)
    assert told == [1, 25, 24]
    qtbot.keyClick(bar, Qt.Key.Key_End)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.hour == HOURS - 1
    qtbot.keyClick(bar, Qt.Key.Key_Home)
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert bar.hour == 0


def test_months_go_round_through_the_whole_year(bar: TimeBar, qtbot: QtBot) -> None:
    told = heard(bar)
    for _ in range(13):
        qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert told == [*range(1, 13), None]


def test_playing_steps_by_its_speed_and_pausing_ends_it(bar: TimeBar, qtbot: QtBot) -> None:
    bar.set_mode("hour")
    bar._speed.setCurrentIndex(1)
    told = heard(bar)
    qtbot.keyClick(bar, Qt.Key.Key_Space)
    assert bar.playing
    qtbot.waitUntil(lambda: len(told) >= 2, timeout=3000)
    qtbot.keyClick(bar, Qt.Key.Key_Space)
    assert not bar.playing
    assert told[:2] == [6, 12]


def test_the_play_goes_round_at_the_end_of_the_year(bar: TimeBar) -> None:
    bar.set_mode("hour")
    bar.set_hour(HOURS - 1)
    bar._tick()
    assert bar.hour == 0


def test_the_track_reaches_both_ends_of_the_year(bar: TimeBar, qtbot: QtBot) -> None:
    bar.set_mode("hour")
    bar.set_hour(4000)
    track = bar._track
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(1, 9))
    assert bar.hour == 0
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 1, 9))
    assert bar.hour == HOURS - 1


def test_without_hours_the_bar_keeps_to_months(bar: TimeBar) -> None:
    bar.set_mode("hour")
    bar.set_hours_available(False)
    assert bar.mode == "month"
    bar.set_mode("hour")
    assert bar.mode == "month"
    assert not bar.playing


def test_changing_the_mode_ends_the_play(bar: TimeBar) -> None:
    bar.set_mode("hour")
    bar._play.click()
    assert bar.playing
    bar.set_mode("month")
    assert not bar.playing


def test_english_words_and_dark_change_nothing_that_is_chosen(bar: TimeBar) -> None:
    told = heard(bar)
    bar.set_month(3)
    bar.set_language("en")
    bar.set_dark(True)
    assert bar.date == "month 3"
    assert bar.month == 3
    assert told == []
