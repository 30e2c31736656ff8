"""A legend that is also the readout: colour, name, and the value at the marked or hovered hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.charts.look import Look


@dataclass(frozen=True, slots=True)
class Entry:
    """One series."""

    key: str
    name: str
    colour: str
    line: bool = False
    hatched: bool = False
    dashed: bool = False
    """Of a line."""


class Legend(QWidget):
    """Painted in one go; names to the left, numbers to the right."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._values: Mapping[str, str] = {}
        self._head, self._unit = "", ""
        self._look = Look()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_entries(self, entries: Sequence[Entry], look: Look) -> None:
        self._entries, self._look = tuple(entries), look
        self.updateGeometry()
        self.update()

    def show_values(self, head: str, unit: str, values: Mapping[str, str]) -> None:
        """Numbers of one hour; the head says which."""
        if (head, unit, values) == (self._head, self._unit, self._values):
            return
        self._head, self._unit, self._values = head, unit, values
        self.setAccessibleDescription(
            f"{head}, {unit}: " + "; ".join(f"{e.name} {values.get(e.key, '')}" for e in self._entries)
        )
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        names = max((metrics.horizontalAdvance(e.name) for e in self._entries), default=60)
        number = metrics.horizontalAdvance("888,888")
        head = metrics.horizontalAdvance(f"12-30 23:00  {self._unit}")
        rows = len(self._entries) + 1
        return QSize(max(18 + names + 10 + number, head) + 6, self._row_px() * rows + 8)

    def _row_px(self) -> int:
        return max(18, self.fontMetrics().height() + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = self._look
        rows = len(self._entries) + 1
        height = min(float(self._row_px()), (self.height() - 4) / rows)
        if height < 0.7 * self.fontMetrics().height():
            font = self.font()
            font.setPixelSize(max(int(height) - 1, 7))
            painter.setFont(font)
        width = self.width()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(look.dim))
        head = QRect(0, 2, width, round(height))
        painter.drawText(head, left, self._head)
        painter.drawText(head, right, self._unit)
        for i, entry in enumerate(self._entries, start=1):
            y = round(2 + i * height)
            box = QRect(0, y + round(height / 2) - 5, 11, 10)
            if entry.line:
                dash = Qt.PenStyle.CustomDashLine if entry.dashed else Qt.PenStyle.SolidLine
                pen = QPen(QColor(entry.colour), 1 if entry.dashed else 2, dash)
                if entry.dashed:
                    pen.setDashPattern([3, 2])
                painter.setPen(pen)
                painter.drawLine(box.left(), box.center().y(), box.right(), box.center().y())
            else:
                style = Qt.BrushStyle.BDiagPattern if entry.hatched else Qt.BrushStyle.SolidPattern
                painter.fillRect(box, QBrush(QColor(entry.colour), style))
            painter.setPen(QColor(look.ink))
            row = QRect(18, y, width - 18, round(height))
            painter.drawText(row, left, entry.name)
            painter.drawText(row, right, self._values.get(entry.key, ""))
        painter.end()
