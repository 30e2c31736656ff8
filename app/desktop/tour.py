"""The tour: a few steps, each pointing at a part of the window; skipped with Esc at any moment."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.desktop.texts import text
from app.desktop.theme import ACCENT
from app.messages import Language

STEPS = ("map", "layers", "inspector", "scenario", "tools", "run", "results")
"""Names of the parts, in order; their words are `tour.<name>`. About 13 seconds of reading each."""
MARGIN = 6
GAP = 14
BUBBLE_WIDTH = 320


def bubble_place(target: QRect, bubble: QRect, window: QRect) -> QPoint:
    """Where the bubble stands: beside the target where there is room, within the window always."""
    places = (
        QPoint(target.right() + GAP, target.center().y() - bubble.height() // 2),
        QPoint(target.left() - GAP - bubble.width(), target.center().y() - bubble.height() // 2),
        QPoint(target.center().x() - bubble.width() // 2, target.bottom() + GAP),
        QPoint(target.center().x() - bubble.width() // 2, target.top() - GAP - bubble.height()),
    )
    inner = window.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def held(corner: QPoint) -> QPoint:
        x = max(inner.left(), min(corner.x(), inner.right() - bubble.width()))
        y = max(inner.top(), min(corner.y(), inner.bottom() - bubble.height()))
        return QPoint(x, y)

    for corner in places:
        moved = held(corner)
        if not QRect(moved, bubble.size()).intersects(target):
            return moved
    return held(target.center() - QPoint(bubble.width() // 2, bubble.height() // 2))


class Tour(QWidget):
    """Lies over the window while it runs, then is gone."""

    finished = Signal()

    def __init__(self, window: QWidget, targets: Mapping[str, QWidget], language: Language) -> None:
        super().__init__(window)
        self._window, self._language = window, language
        self._targets = dict(targets)
        self._steps = [name for name in STEPS if name in targets and targets[name].isVisibleTo(window)]
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bubble = QFrame(self)
        self._bubble.setFrameShape(QFrame.Shape.StyledPanel)
        self._bubble.setAutoFillBackground(True)
        self._bubble.setFixedWidth(BUBBLE_WIDTH)
        self._words, self._count = QLabel(), QLabel()
        self._words.setWordWrap(True)
        self._words.setFixedWidth(BUBBLE_WIDTH - 32)
        self._back, self._next, self._skip = QPushButton(), QPushButton(), QPushButton()
        self._back.clicked.connect(lambda: self._go(self._at - 1))
        self._next.clicked.connect(lambda: self._go(self._at + 1))
        self._skip.clicked.connect(self.finish)
        self._next.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        for button in (self._skip, self._back, self._next):
            row.addWidget(button)
        column = QVBoxLayout(self._bubble)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(self._words)
        column.addLayout(row)
        window.installEventFilter(self)

    def start(self) -> None:
        """Show the first step; a window without any of the parts has no tour."""
        if not self._steps:
            self.finish()
            return
        self._fit()
        self.show()
        self.raise_()
        self._go(0)

    def set_language(self, language: Language) -> None:
        self._language = language
        self._go(self._at)

    @property
    def step(self) -> str:
        """Name of the part the tour is at."""
        return self._steps[self._at]

    def finish(self) -> None:
        """End, at whatever step."""
        self._window.removeEventFilter(self)
        self.hide()
        self.finished.emit()
        self.deleteLater()

    def _go(self, index: int) -> None:
        if index >= len(self._steps):
            self.finish()
            return
        self._at = max(index, 0)
        language, last = self._language, self._at == len(self._steps) - 1
        self._words.setText(text(f"tour.{self.step}", language))
        self._count.setText(text("tour.step", language, number=self._at + 1, count=len(self._steps)))
        self._back.setText(text("tour.back", language))
        self._next.setText(text("tour.end" if last else "tour.next", language))
        self._skip.setText(text("tour.skip", language))
        self._back.setEnabled(self._at > 0)
        self._skip.setVisible(not last)
        self.setAccessibleName(self._words.text())
        self._place()
        self._next.setFocus()

    def _target(self) -> QRect:
        widget = self._targets[self.step]
        corner = self.mapFromGlobal(widget.mapToGlobal(QPoint(0, 0)))
        return QRect(corner, widget.size())

    def _place(self) -> None:
        self._bubble.adjustSize()
        self._bubble.move(bubble_place(self._target(), self._bubble.rect(), self.rect()))
        self.update()

    def _fit(self) -> None:
        self.setGeometry(self._window.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._fit()
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.finish()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._go(self._at + 1)
        elif key == Qt.Key.Key_Left:
            self._go(self._at - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what lies below rests while the tour runs

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hole = QPainterPath()
        hole.addRoundedRect(self._target().adjusted(-2, -2, 2, 2), 6, 6)
        veil = QPainterPath()
        veil.addRect(self.rect())
        painter.fillPath(veil.subtracted(hole), QColor(0, 0, 0, 120))
        painter.setPen(QPen(QColor(ACCENT), 2.5))
        painter.drawPath(hole)
        painter.end()
