"""Pieces of work, one a turn of the event loop."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from app.desktop.turns import Turns


def test_pieces_come_in_order_and_none_in_the_turn_that_asked(qtbot: QtBot) -> None:
    done: list[int] = []
    turns = Turns(owner := QObject())
    turns.start(lambda: done.append(1), lambda: done.append(2))
    assert done == []
    qtbot.wait_until(lambda: done == [1, 2])
    del owner


def test_a_newer_wish_takes_the_place_of_what_waits(qtbot: QtBot) -> None:
    done: list[str] = []
    turns = Turns(owner := QObject())
    turns.start(lambda: done.append("old"))
    turns.start(lambda: done.append("new"))
    qtbot.wait_until(lambda: done == ["new"])
    QApplication.processEvents()
    assert done == ["new"]
    del owner


def test_a_piece_that_fails_takes_none_of_the_others_with_it(qtbot: QtBot) -> None:
    done: list[int] = []
    turns = Turns(owner := QObject())

    def fails() -> None:
        raise RuntimeError("fails")

    with capture_exceptions() as caught:
        turns.start(fails, lambda: done.append(2))
        qtbot.wait_until(lambda: done == [2])
    assert [error for _, error, _ in caught if isinstance(error, RuntimeError)]
    del owner


def test_all_that_waits_can_be_done_at_once() -> None:
    done: list[int] = []
    turns = Turns(owner := QObject())
    turns.start(lambda: done.append(1), lambda: done.append(2))
    turns.finish()
    assert done == [1, 2]
    del owner


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Timers need an application."""
