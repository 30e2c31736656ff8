"""A small legend: a running ramp with its ends and unit, or a line for each class."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from app.desktop.map.colour import colour_table
from app.desktop.map.style import Legend

BAR_PX = 9
ROOM_PX = 178
"""What a docked legend has at least: ends and unit that need more stand in two lines."""


def ramp_image(palette: str, reverse: bool = False) -> QImage:
    """A ramp as a picture, 256 x 1."""
    rgba = colour_table(palette, reverse)[:256]
    return QImage(rgba.tobytes(), 256, 1, 1024, QImage.Format.Format_RGBA8888).copy()


class Swatch(QWidget):
    """Shows a `Legend`; as wide as there is room."""

    def __init__(self, legend: Legend, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._legend = legend
        self.set_legend(legend)

    def set_legend(self, legend: Legend) -> None:
        self._legend = legend
        ends = f"{legend.low} – {legend.high} {legend.unit}".strip()
        named = [step.label for step in legend.steps] or ([ends] if legend.palette is not None else [])
        self.setAccessibleName("; ".join([*named, *legend.captions]))
        self.updateGeometry()
        self.update()

    @property
    def legend(self) -> Legend:
        return self._legend

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        steps, below = len(self._legend.steps), line * len(self._legend.captions)
        if steps:
            return QSize(140, steps * (line + 1) + (line if self._legend.unit else 0) + below + 6)
        bar = 4
        if self._legend.palette is not None:
            bar = BAR_PX + line * (2 if self._apart() else 1) + 8
        return QSize(140, bar + below)

    def _apart(self) -> bool:
        """Whether the unit takes a line of its own."""
        words = f"{self._legend.low}    {self._legend.unit}    {self._legend.high}"
        return bool(self._legend.unit) and self.fontMetrics().horizontalAdvance(words) > ROOM_PX

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        frame = QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 0.6)
        line, width = self.fontMetrics().height(), self.width() - 6.0
        shown, top = self._legend, 2.0
        if shown.steps:
            if shown.unit:
                painter.setPen(ink)
                painter.drawText(QRectF(0, top, width, line), Qt.AlignmentFlag.AlignLeft, shown.unit)
                top += line
            for step in shown.steps:
                painter.setPen(frame)
                painter.setBrush(QColor(step.colour))
                painter.drawRect(QRectF(0.5, top + 2, 16, line - 4))
                painter.setPen(ink)
                words = self.fontMetrics().elidedText(
                    step.label, Qt.TextElideMode.ElideRight, int(width - 22)
                )
                painter.drawText(QRectF(22, top, width - 22, line), Qt.AlignmentFlag.AlignVCenter, words)
                top += line + 1
        elif shown.palette is not None:
            bar = QRectF(0.5, 3, width, BAR_PX)
            painter.drawImage(bar, ramp_image(shown.palette, shown.reverse))
            painter.setPen(frame)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar)
            painter.setPen(ink)
            below = QRectF(0, BAR_PX + 4, width, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, shown.low)
            under = below.translated(0, line) if self._apart() else below
            painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, shown.unit)
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, shown.high)
            top = under.bottom() + 2
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for caption in shown.captions:
            words = self.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(QRectF(0, top, width, line), Qt.AlignmentFlag.AlignVCenter, words)
            top += line
        painter.end()
