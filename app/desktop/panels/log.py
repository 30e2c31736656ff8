"""The log of runs: what was done when, kept while the window is open."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QPlainTextEdit

MOST_LINES = 5000


class LogPanel(QPlainTextEdit):
    """Lines with the time of day."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setMaximumBlockCount(MOST_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def add(self, words: str) -> None:
        now = f"{datetime.now():%H:%M:%S}"
        for line in words.splitlines() or [""]:
            self.appendPlainText(f"{now}  {line}")
