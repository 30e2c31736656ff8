"""What the pages of the style dialog share: rows of a form, words, the style of one layer."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from app.desktop.map.stack import LayerStack
from app.desktop.map.style import Style
from app.desktop.texts import text
from app.messages import Language


class StylePage(QWidget):
    """A form that shows the style a stack holds and writes back what the hand changes."""

    def __init__(self, stack: LayerStack, identity: str) -> None:
        super().__init__()
        self._stack, self._identity = stack, identity
        self._language: Language = "zh"
        self._labels: list[tuple[QLabel, str]] = []
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)

    def row(self, key: str, widget: QWidget) -> None:
        """A labelled field; `key` names its words."""
        label = QLabel()
        label.setBuddy(widget)
        self._form.addRow(label, widget)
        self._labels.append((label, key))

    def show_row(self, widget: QWidget, shown: bool) -> None:
        self._form.setRowVisible(widget, shown)

    def set_language(self, language: Language) -> None:
        self._language = language
        for label, key in self._labels:
            label.setText(text(key, language))
            label.buddy().setAccessibleName(text(key, language))

    def style_held(self) -> Style | None:
        return self._stack.item(self._identity).style

    def picture(self) -> Any:
        return self._stack.layer(self._identity)

    def put(self, style: Style) -> None:
        self._stack.set_style(self._identity, style)
