"""The small box for typed places: non-modal, at the top of the map while a tool is in hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.desktop.texts import text
from app.messages import Language


class TypedBox(QFrame):
    """Enter takes the place, Enter on nothing finishes the shape, Backspace on nothing takes one back."""

    entered = Signal(str)
    taken_back = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._label, self._line = QLabel(), QLineEdit()
        self._line.setMinimumWidth(230)
        self._label.setBuddy(self._line)
        self._line.returnPressed.connect(lambda: self.entered.emit(self._line.text()))
        self._line.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.addWidget(self._label)
        layout.addWidget(self._line, 1)
        self.set_language("zh")
        self.hide()

    def set_language(self, language: Language) -> None:
        self._label.setText(text("tool.type.label", language))
        self._line.setPlaceholderText(text("tool.type.hint", language))
        self._line.setToolTip(text("tool.type.help", language))
        self._line.setAccessibleName(text("tool.type.label", language))
        self._line.setAccessibleDescription(text("tool.type.help", language))
        self.adjustSize()

    def open(self, first: str = "") -> None:
        """Show the box above the map with the first figure typed."""
        parent = self.parentWidget()
        self.adjustSize()
        if parent is not None:
            self.move(max((parent.width() - self.width()) // 2, 4), 8)
        self._line.setText(first)
        self.show()
        self.raise_()
        self._line.setFocus()

    def take(self, read: bool) -> None:
        """After `entered`: clear what could be read, keep what could not for mending."""
        if read:
            self._line.clear()
        else:
            self._line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                self.closed.emit()
                return True
            if event.key() == Qt.Key.Key_Backspace and not self._line.text():
                self.taken_back.emit()
                return True
        return super().eventFilter(watched, event)
