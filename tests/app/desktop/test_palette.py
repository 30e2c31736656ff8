"""The command palette and the watchdog."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.palette import CommandPalette, PaletteEntry, matches
from app.desktop.watchdog import Watchdog

ENTRIES = (
    PaletteEntry("run", "运行全链", "Run the chain", "运行", "F5"),
    PaletteEntry("zoom_all", "全国", "Whole country", "视图", "Ctrl+0"),
    PaletteEntry("cancel", "取消", "Cancel", "运行", "Esc", enabled=False),
)


def test_a_command_is_found_in_either_language_and_by_its_menu() -> None:
    assert [e.id for e in matches(ENTRIES, "全国")] == ["zoom_all"]
    assert [e.id for e in matches(ENTRIES, "whole")] == ["zoom_all"]
    assert [e.id for e in matches(ENTRIES, "运行")] == ["run", "cancel"]
    assert [e.id for e in matches(ENTRIES, "chain the")] == ["run"]
    assert matches(ENTRIES, "nothing of the kind") == []


def test_enter_takes_the_first_and_a_disabled_command_is_not_taken(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    palette = CommandPalette(window)
    palette.open(ENTRIES, "命令")
    qtbot.keyClicks(palette._line, "chain")
    with qtbot.waitSignal(palette.chosen) as taken:
        qtbot.keyClick(palette._line, Qt.Key.Key_Return)
    assert taken.args == ["run"]
    assert not palette.isVisible()
    palette.open(ENTRIES, "命令")
    qtbot.keyClicks(palette._line, "Cancel")
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette._line, Qt.Key.Key_Return)


def test_the_watchdog_sees_a_blocked_loop_and_no_other(qtbot: QtBot, qapp: QApplication) -> None:
    dog = Watchdog()
    dog.start()
    qtbot.wait(60)
    assert dog.blocks_ms == []
    time.sleep(0.2)
    qtbot.wait(30)
    dog.stop()
    assert len(dog.blocks_ms) == 1
    assert 150 < dog.worst_ms < 1000
