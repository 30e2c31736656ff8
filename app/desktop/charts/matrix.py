"""A square of coefficients between -1 and 1, each with its number: which series move together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.heat import ABOUT_ZERO, cell_colours
from app.desktop.charts.look import Look
from app.desktop.texts import text

Array = NDArray[np.float64]


class MatrixView(QWidget):
    """The cells, names at the left and below."""

    pointed = Signal(int, int)
    """Row and column; -1, -1 outside."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self.values: Array = np.zeros((0, 0))
        self.look = Look()
        self.setMouseTracking(True)
        self.setMinimumHeight(84)

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def field(self) -> QRectF:
        """Where the cells are."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self.names), default=0)
        left = min(widest + 10, self.width() * 2 // 5)
        return QRectF(
            left, 2, max(self.width() - left - 6, 40), max(self.height() - metrics.height() - 8, 40)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        count = len(self.names)
        if not count:
            return
        painter, look, field = QPainter(self), self.look, self.field()
        metrics = self.fontMetrics()
        colours = cell_colours(self.values, ABOUT_ZERO, -1.0, 1.0)
        width, height = field.width() / count, field.height() / count
        numbers = width > metrics.horizontalAdvance("−0.00") + 4 and height > metrics.height()
        for row in range(count):
            at = field.top() + row * height
            name = metrics.elidedText(self.names[row], Qt.TextElideMode.ElideRight, int(field.left()) - 8)
            painter.setPen(QColor(look.dim))
            aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, at, field.left() - 6, height), aligned, name)
            for column in range(count):
                box = QRectF(field.left() + column * width, at, width - 1, height - 1)
                red, green, blue, alpha = (int(v) for v in colours[row, column])
                painter.fillRect(box, QColor(red, green, blue, alpha))
                value = self.values[row, column]
                if numbers and np.isfinite(value):
                    painter.setPen(QColor("#ffffff" if abs(value) > 0.75 else "#1d2226"))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:z.2f}".replace("-", "−"))
        painter.setPen(QColor(look.dim))
        for column, name in enumerate(self.names):
            box = QRectF(field.left() + column * width, field.bottom() + 2, width - 2, metrics.height() + 2)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width) - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        field, at, count = self.field(), event.position(), len(self.names)
        if count and field.contains(at):
            row = min(int((at.y() - field.top()) / field.height() * count), count - 1)
            column = min(int((at.x() - field.left()) / field.width() * count), count - 1)
            self.pointed.emit(row, column)
        else:
            self.pointed.emit(-1, -1)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1, -1)


class MatrixChart(ChartFrame):
    """Correlations of all pairs."""

    def __init__(self, title_key: str, empty_key: str) -> None:
        self._names: tuple[str, ...] = ()
        self._values: Array = np.zeros((0, 0))
        self._empty_key = empty_key
        super().__init__(title_key)
        self.view = MatrixView()
        self.view.pointed.connect(self._pointed)
        self.body.addWidget(self.view, 1)
        self.draw()

    def show_matrix(self, names: tuple[str, ...], values: Array, source: str) -> None:
        """Draw (n, n) coefficients; none clears."""
        self._names, self._values = names, values
        self.set_source(source)
        self.draw()

    def draw(self) -> None:
        self.set_empty("" if self._names else text(self._empty_key, self.look.language))
        self.view.names, self.view.values, self.view.look = self._names, self._values, self.look
        self.view.update()

    def _pointed(self, row: int, column: int) -> None:
        if row < 0:
            self.say("")
            return
        value = self._values[row, column]
        self.say(f"{self._names[row]} – {self._names[column]}   {value:.3f}")

    def grid(self) -> ValueGrid | None:
        if not self._names:
            return None
        rows: list[tuple[Value, ...]] = [
            (name, *(None if np.isnan(v) else float(v) for v in self._values[row]))
            for row, name in enumerate(self._names)
        ]
        return ValueGrid(self.title, ("", *self._names), rows, self._source)
