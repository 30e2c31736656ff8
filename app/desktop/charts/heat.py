"""A heat map of month by hour of day, with its scale beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.desktop.charts.axes import month_name
from app.desktop.charts.data import Array
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import Look
from app.desktop.map.colour import Ramp
from app.desktop.texts import text

EVEN = Ramp(
    "even", (0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xFEE838)
)
"""Cividis: even steps, the same for colour-blind eyes and in grey."""
ABOUT_ZERO = Ramp("about_zero", (0x2166AC, 0x67A9CF, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xEF8A62, 0xB2182B))
"""ColorBrewer RdBu, turned: blue below zero, red above."""


def cell_colours(values: Array, ramp: Ramp, low: float, high: float) -> NDArray[np.uint8]:
    """(12, 24, 4) RGBA of cells; what is not known is transparent."""
    span = high - low if high > low else 1.0
    index = np.nan_to_num(np.clip((values - low) / span, 0.0, 1.0) * 255).astype(np.uint8)
    rgba = np.empty((*values.shape, 4), dtype=np.uint8)
    rgba[..., :3] = ramp.table()[index]
    rgba[..., 3] = np.where(np.isnan(values), 0, 255)
    return rgba


class HeatView(QWidget):
    """The cells; tells which one the mouse is on."""

    pointed = Signal(int, int)
    """Month and hour from 0; -1, -1 outside."""

    def __init__(self) -> None:
        super().__init__()
        self.values: Array = np.full((12, 24), np.nan)
        self.ramp, self.low, self.high = EVEN, 0.0, 1.0
        self.unit = ""
        self.look = Look()
        self.setMouseTracking(True)
        self.setMinimumHeight(84)

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def _field(self) -> QRectF:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("12月") + 12
        right = 34 + metrics.horizontalAdvance("−888,888")
        foot = metrics.height() + 6
        return QRectF(left, 4, max(self.width() - left - right, 48), max(self.height() - 4 - foot, 24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, field = self.look, self._field()
        rgba = cell_colours(self.values, self.ramp, self.low, self.high)
        image = QImage(rgba.data, 24, 12, 24 * 4, QImage.Format.Format_RGBA8888)
        painter.drawImage(field, image)
        painter.setPen(QColor(look.dim))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        row = field.height() / 12
        line = self.fontMetrics().height()
        every = 1 if row >= 0.8 * line else 3
        for month in range(0, 12, every):
            box = QRectF(0, field.top() + month * row - 4, field.left() - 6, row + 8)
            painter.drawText(box, right, month_name(month + 1, look))
        column = field.width() / 24
        named = self.fontMetrics().horizontalAdvance("00:00") + 6
        for hour in range(0, 24, 3 if column * 3 > named else 6):
            box = QRectF(field.left() + hour * column - 30, field.bottom() + 2, 60 + column, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{hour}:00")
        bar = QRectF(field.right() + 14, field.top(), 12, field.height())
        gradient = QLinearGradient(QPointF(0, bar.bottom()), QPointF(0, bar.top()))
        table = self.ramp.table()
        for i in range(0, 256, 15):
            gradient.setColorAt(i / 255, QColor(*(int(v) for v in table[i])))
        painter.fillRect(bar, gradient)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        steps = 4 if bar.height() > 90 else 2
        for i in range(steps + 1):
            share = i / steps
            y = bar.bottom() - share * bar.height()
            y = min(max(y, bar.top() + 7), bar.bottom() - 7)
            value = self.low + share * (self.high - self.low)
            painter.drawText(QRectF(bar.right() + 4, y - 15, self.width(), 30), left, look.short(value))
        painter.drawText(
            QRectF(bar.left() - 10, field.bottom() + 2, self.width(), line),
            Qt.AlignmentFlag.AlignLeft,
            self.unit,
        )
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        field, at = self._field(), event.position()
        if field.contains(at):
            self.pointed.emit(
                min(int((at.y() - field.top()) / field.height() * 12), 11),
                min(int((at.x() - field.left()) / field.width() * 24), 23),
            )
        else:
            self.pointed.emit(-1, -1)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1, -1)


class HeatChart(ChartFrame):
    """Means, or correlations, by month and hour of day."""

    def __init__(self, title_key: str) -> None:
        self._values: Array | None = None
        self._kind, self._about_zero, self._empty_key = "power_mw", False, "charts.no_hours"
        super().__init__(title_key)
        self.view = HeatView()
        self.view.pointed.connect(self._pointed)
        self.body.addWidget(self.view, 1)

    def show_values(
        self, values: Array | None, kind: str, subject: str, source: str, *, about_zero: bool = False
    ) -> None:
        """Draw (12, 24) values of one kind of figure in the base unit; shares about zero keep -1..1."""
        self._values, self._kind, self._about_zero = values, kind, about_zero
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def draw(self) -> None:
        look, values = self.look, self._values
        nothing = values is None or bool(np.isnan(values).all())
        self.set_empty(text("charts.no_hours", look.language) if nothing else "")
        if values is None or nothing:
            return
        shown = values * look.value(1.0, self._kind)
        view = self.view
        view.values, view.look, view.unit = shown, look, look.unit(self._kind)
        view.ramp = EVEN
        view.low, view.high = float(np.nanmin(shown)), float(np.nanmax(shown))
        if self._about_zero:
            view.ramp = ABOUT_ZERO
            edge = 1.0 if self._kind == "" else max(abs(view.low), abs(view.high))
            view.low, view.high = -edge, edge
        view.update()

    def _pointed(self, month: int, hour: int) -> None:
        if month < 0 or self._values is None:
            self.say("")
            return
        where = f"{month_name(month + 1, self.look)} {hour:02d}:00"
        self.say(f"{where}   {self.look.figure(float(self._values[month, hour]), self._kind)}")

    def grid(self) -> ValueGrid | None:
        if self._values is None:
            return None
        unit = self.look.unit(self._kind) or "1"
        shown = self._values * self.look.value(1.0, self._kind)
        rows: list[tuple[Value, ...]] = [
            (month_name(m + 1, self.look), *(float(v) for v in shown[m])) for m in range(12)
        ]
        head = f"{text('charts.month', self.look.language)} [{unit}]"
        return ValueGrid(self.title, (head, *(f"{h}:00" for h in range(24))), rows, self._source)
