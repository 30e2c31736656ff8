"""The command palette: type part of a command's name in either language, press Enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One command as the palette offers it."""

    id: str
    title: str
    other: str
    """The title in the other language, found as well."""
    menu: str
    shortcut: str
    enabled: bool = True


def matches(entries: Sequence[PaletteEntry], words: str) -> list[PaletteEntry]:
    """The entries that contain all words, those that begin with the first word in front."""
    parts = words.lower().split()
    found = [e for e in entries if all(p in f"{e.title} {e.other} {e.menu} {e.id}".lower() for p in parts)]
    first = parts[0] if parts else ""
    return sorted(
        found,
        key=lambda e: (
            not e.enabled,
            not e.title.lower().startswith(first),
            not e.other.lower().startswith(first),
        ),
    )


class CommandPalette(QFrame):
    """A frame over the window; emits the id of the command chosen."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._over = parent
        self._entries: Sequence[PaletteEntry] = ()
        self._line, self._list = QLineEdit(), QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFocusProxy(self._line)  # which moves the choice by its arrow keys
        self._line.textChanged.connect(self._fill)
        self._list.itemClicked.connect(self._take)
        self._line.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        self.hide()

    def open(self, entries: Sequence[PaletteEntry], hint: str) -> None:
        """Show it with these commands."""
        self._entries = entries
        self._line.setPlaceholderText(hint)
        self._line.setAccessibleName(hint)
        self._list.setAccessibleName(hint)
        self.setAccessibleName(hint)
        self._line.clear()
        self._fill("")
        parent = self._over
        width = min(560, parent.width() - 40)
        self.setGeometry((parent.width() - width) // 2, 60, width, min(420, parent.height() - 120))
        self.show()
        self.raise_()
        self._line.setFocus()

    def _fill(self, words: str) -> None:
        self._list.clear()
        for entry in matches(self._entries, words):
            right = f"   {entry.shortcut}" if entry.shortcut else ""
            item = QListWidgetItem(f"{entry.menu} › {entry.title}{right}")
            item.setData(Qt.ItemDataRole.UserRole, entry.id)
            if not entry.enabled:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        self.hide()
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self.hide()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.currentItem())
                return True
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if key == Qt.Key.Key_Down else -1
                row = min(max(self._list.currentRow() + step, 0), self._list.count() - 1)
                self._list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)
