"""What the window is showing: one object, changed through methods, announced by signals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.messages import Language
from planning.results import Summary

UnitSystem = Literal["cn", "si"]


class WindowState(QObject):
    """Language, units, theme, the month and hour shown, and the one selection."""

    language_changed = Signal()
    units_changed = Signal()
    theme_changed = Signal()
    selection_changed = Signal()
    month_changed = Signal()
    hour_changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language: Language = language
        self.units: UnitSystem = "cn" if language == "zh" else "si"
        self.dark = False
        self.summary: Summary | None = None
        """The result shown; the document holds it, `show` takes it over."""
        self.selected: tuple[str, str] | None = None
        """Kind (corridor, base, province, site) and id."""
        self.month: int | None = None
        """1-12, None for the whole year."""
        self.hour = 0
        """Of the year, 0-8759."""

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

    def show(self, summary: Summary | None) -> None:
        """Another result: a selection it does not hold is dropped."""
        self.summary = summary
        if self.selected is not None and not self._holds(*self.selected):
            self.clear_selection()

    def _holds(self, kind: str, identity: str) -> bool:
        if kind == "site":
            return True  # of a siting, whatever result is shown
        if self.summary is None:
            return False
        held: dict[str, Mapping[str, object]] = {
            "corridor": self.summary.corridors,
            "base": self.summary.bases,
            "province": self.summary.provinces,
        }
        return identity in held.get(kind, {})

    def select(self, kind: str, identity: str) -> None:
        if self.selected != (kind, identity):
            self.selected = (kind, identity)
            self.selection_changed.emit()

    def clear_selection(self) -> None:
        if self.selected is not None:
            self.selected = None
            self.selection_changed.emit()

    def set_month(self, month: int | None) -> None:
        if month != self.month:
            self.month = month
            self.month_changed.emit()

    def set_hour(self, hour: int) -> None:
        if hour != self.hour:
            self.hour = hour
            self.hour_changed.emit()
