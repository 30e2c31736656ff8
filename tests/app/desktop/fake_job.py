"""Stands in for the worker process in tests of what follows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal


class FakeJob(QObject):
    """Does nothing until it is told to end; subclasses say what it leaves. Each has a `started` of its own."""

    progressed = Signal(float, str, object)
    noted = Signal(str)
    finished = Signal(bool, str)
    started: ClassVar[list[Any]]

    def __init__(self, arguments: list[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.arguments, self.cancelled = arguments, False
        self.started.append(self)

    def given(self, option: str) -> Path:
        """The path behind an option of its command line."""
        return Path(self.arguments[self.arguments.index(option) + 1])

    def cancel(self) -> None:
        self.cancelled = True
        self.finished.emit(False, "cancelled")
