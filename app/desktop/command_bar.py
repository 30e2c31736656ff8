"""Menus, toolbar and shortcuts made from the table of actions, and what the palette offers of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from app.desktop.actions import ACTIONS, MENUS, TOOLS, ActionSpec
from app.desktop.icons import icon
from app.desktop.palette import PaletteEntry
from app.desktop.texts import text
from app.messages import Language


class CommandBar(QObject):
    """The window's commands as Qt has them."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self.toolbar = QToolBar()
        self.toolbar.setObjectName("tools")
        self.toolbar.setMovable(False)
        window.addToolBar(self.toolbar)
        self._window = window

    def build(self, controllers: Sequence[object]) -> None:
        """Make every action of the table; its handler is the first controller's `on_<id>`.

        Raises
        ------
        LookupError
            A command without a handler: a fault of ours.
        """
        for key in MENUS:
            self.menus[key] = self._window.menuBar().addMenu(key)
        tools = QActionGroup(self)
        tools.setExclusive(True)
        for spec in ACTIONS:
            action = QAction(self)
            action.setObjectName(spec.id)
            if spec.shortcut:
                action.setShortcut(QKeySequence(spec.shortcut))
            action.setCheckable(spec.checkable)
            if spec.id in TOOLS:
                tools.addAction(action)
            call = handler(spec, controllers)
            action.triggered.connect(lambda checked=False, call=call: call())
            if spec.separator_before:
                self.menus[spec.menu].addSeparator()
            self.menus[spec.menu].addAction(action)
            self.actions[spec.id] = action
        for group in sorted({spec.toolbar for spec in ACTIONS} - {0}):
            for spec in ACTIONS:
                if spec.toolbar == group:
                    self.toolbar.addAction(self.actions[spec.id])
                    button = self.toolbar.widgetForAction(self.actions[spec.id])
                    if spec.worded and isinstance(button, QToolButton):
                        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.toolbar.addSeparator()

    def retitle(self, language: Language, dark: bool) -> None:
        for key, menu in self.menus.items():
            menu.setTitle(text(key, language))
        for spec in ACTIONS:
            action, words = self.actions[spec.id], text(spec.id, language)
            action.setText(words)
            if spec.worded:
                action.setIconText(text(f"short.{spec.id}", language))
            action.setToolTip(f"{words}  {spec.shortcut}" if spec.shortcut else words)
            action.setIcon(icon(spec.icon, dark))
        self.toolbar.setWindowTitle(text("toolbar", language))

    def enable(self, facts: Mapping[str, bool]) -> None:
        """Offer what can be done; `facts` says of each need whether it is met."""
        for spec in ACTIONS:
            self.actions[spec.id].setEnabled(facts[spec.needs])

    def name(self, key: str, words: str) -> None:
        """Say more of a command than the table does: what undo would undo."""
        self.actions[key].setText(words)
        self.actions[key].setToolTip(words)

    def entries(self, language: Language) -> list[PaletteEntry]:
        """All commands as the palette lists them."""
        other: Language = "en" if language == "zh" else "zh"
        return [
            PaletteEntry(
                spec.id,
                text(spec.id, language),
                text(spec.id, other),
                text(spec.menu, language),
                self.actions[spec.id].shortcut().toString(),
                self.actions[spec.id].isEnabled(),
            )
            for spec in ACTIONS
            if spec.id != "palette"
        ]


def handler(spec: ActionSpec, controllers: Sequence[object]) -> Callable[[], Any]:
    """What a command calls."""
    for controller in controllers:
        found: Callable[[], Any] | None = getattr(controller, f"on_{spec.id}", None)
        if found is not None:
            return found
    raise LookupError(spec.id)
