"""Boxes to tick, in a tree or alone, that are seen in the dark as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette, QShowEvent
from PySide6.QtWidgets import QCheckBox, QTreeWidget, QWidget

if TYPE_CHECKING:
    _Mixed = QWidget
else:
    _Mixed = object  # mixed into widgets of two kinds

OUTLINE = "#8b949b"
"""Qt draws the outline of a box a good deal darker than the window's ground: on a dark ground it cannot be seen."""


def is_dark(widget: QWidget) -> bool:
    """Whether what it writes on is dark."""
    return widget.palette().base().color().lightness() < 128


def outlined(dark: bool) -> QPalette:
    """In the dark, what the outline is made from; the roles that are not set stay those of the window."""
    own = QPalette()
    if dark:
        own.setColor(QPalette.ColorRole.Window, QColor(OUTLINE))
    return own


class _Outlined(_Mixed):
    """Follows the palette of the window."""

    _dark = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def showEvent(self, event: QShowEvent) -> None:
        self._dress()  # one that is made in the dark has seen no change
        super().showEvent(event)

    def _dress(self) -> None:
        if is_dark(self) != self._dark:
            self._dark = not self._dark
            self.setPalette(outlined(self._dark))


class TickTree(_Outlined, QTreeWidget):
    """A tree of boxes."""


class TickBox(_Outlined, QCheckBox):
    """One box."""
