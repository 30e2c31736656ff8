"""A picture of rows, one below the other, as high as they need, that tells the row under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from app.desktop.charts.look import Look

TOP_PX = 2


class RowView(QWidget):
    """Subclasses paint, and say how many rows there are and how much room one wants."""

    pointed = Signal(int)
    """-1: none."""
    least_row_px = 20
    row_room_px = 4
    usual_width_px = 360
    least_width_px = 220

    def __init__(self) -> None:
        super().__init__()
        self.look = Look()
        self._over = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def row_count(self) -> int:
        raise NotImplementedError

    @property
    def row_px(self) -> int:
        """Higher with a larger font."""
        return max(self.least_row_px, self.fontMetrics().height() + self.row_room_px)

    def sizeHint(self) -> QSize:
        return QSize(self.usual_width_px, self.row_px * self.row_count() + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.least_width_px, self.sizeHint().height())

    def row_at(self, y: float) -> int:
        """-1: none."""
        row = int((y - TOP_PX) / self.row_px)
        return row if 0 <= row < self.row_count() else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def _point(self, row: int) -> None:
        if row != self._over:
            self._over = row
            self.update()
            self.pointed.emit(row)


def scrolled_rows(view: RowView) -> QScrollArea:
    """The rows in a frame that scrolls when there are more than fit."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(view)
    return area
