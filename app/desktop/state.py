"""What the window is showing: one object, changed through methods, announced by signals."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.messages import Language
from planning.results import Summary

UnitSystem = Literal["cn", "si"]


class WindowState(QObject):
    """Language, units, theme, the open result and the selection."""

    language_changed = Signal()
    units_changed = Signal()
    theme_changed = Signal()
    result_changed = Signal()
    selection_changed = Signal()
    month_changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language: Language = language
        self.units: UnitSystem = "cn" if language == "zh" else "si"
        self.dark = False
        self.summary: Summary | None = None
        self.project_path: Path | None = None
        self.selected: tuple[str, str] | None = None
        """Kind (corridor, base, province) and id."""
        self.month: int | None = None
        """1-12, None for the whole year."""

    def set_language(self, language: Language) -> None:
        if language != self.language:
            self.language = language
            self.language_changed.emit()

    def set_units(self, units: UnitSystem) -> None:
        if units != self.units:
            self.units = units
            self.units_changed.emit()

    def set_dark(self, dark: bool) -> None:
        if dark != self.dark:
            self.dark = dark
            self.theme_changed.emit()

    def set_result(self, summary: Summary | None, path: Path | None) -> None:
        self.summary, self.project_path, self.selected = summary, path, None
        self.result_changed.emit()
        self.selection_changed.emit()

    def select(self, kind: str, identity: str) -> None:
        if self.selected != (kind, identity):
            self.selected = (kind, identity)
            self.selection_changed.emit()

    def set_month(self, month: int | None) -> None:
        if month != self.month:
            self.month = month
            self.month_changed.emit()
