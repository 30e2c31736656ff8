"""Switches of the panels around the map: left, right, below; drawn, so that they follow theme and scale."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QToolButton

from app.desktop.room import Side
from app.desktop.texts import text
from app.desktop.theme import ACCENT
from app.messages import Language

SIZE_PX = 28


class SideSwitch(QToolButton):
    """Checked while panels of its side are shown; the picture is a window with that side filled."""

    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(SIZE_PX, SIZE_PX)

    def set_language(self, language: Language) -> None:
        words = text(f"panels.{self.side}", language)
        self.setText(words)
        self.setToolTip(words)
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        ink = palette.color(QPalette.ColorRole.ButtonText)
        if self.underMouse() or self.isDown():
            ground = QColor(ink)
            ground.setAlpha(48 if self.isDown() else 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(0, 0, 17, 14)
        frame.moveCenter(QRectF(self.rect()).center())
        fill = QRectF(frame)
        if self.side == "left":
            fill.setWidth(5)
        elif self.side == "right":
            fill.setLeft(fill.right() - 5)
        else:
            fill.setTop(fill.bottom() - 5)
        painter.fillRect(fill, QColor(ACCENT) if self.isChecked() else Qt.GlobalColor.transparent)
        painter.setPen(QPen(ink, 1.2))
        painter.drawRoundedRect(frame, 2, 2)
        painter.drawRect(fill)
        if self.hasFocus():
            painter.setPen(QPen(QColor(ACCENT), 1, Qt.PenStyle.DotLine))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
