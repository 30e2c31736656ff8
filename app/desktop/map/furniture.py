"""What stays put on a map: legend, scale bar, north arrow, South China Sea inset, review number."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.colour import Ramp
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.texts import text
from app.messages import Language

INSET_BOX_DEG = (106.5, 2.8, 123.5, 24.8)
"""The South China Sea as the standard inset shows it, all ten strokes whole."""
INSET_PX = (138.0, 186.0)


@dataclass(frozen=True)
class RampLegend:
    """What the legend says of one raster."""

    title: str
    unit: str
    note: str
    """Grade and period, in the user's language."""
    ramp: Ramp
    low: float
    high: float


def nice_length(metres: float) -> float:
    """The largest 1, 2 or 5 x 10^n not above `metres`."""
    power = 10.0 ** floor(log10(metres))
    for step in (5.0, 2.0, 1.0):
        if step * power <= metres:
            return step * power
    return power


class Furniture:
    """Paints over the canvas; holds only what it shows."""

    def __init__(self, canvas: MapCanvas) -> None:
        self.canvas = canvas
        self.language: Language = "zh"
        self.legends: list[RampLegend] = []
        self.review_number = ""
        self.ink = QColor("#30363c")
        self.paper = QColor(255, 255, 255, 225)

    def forget_inset(self) -> None:
        """The canvas paints the inset anew whenever its layers change."""

    @staticmethod
    def inset_view(projection: Projection) -> Viewport:
        """The view the canvas paints the inset for."""
        view = Viewport(0, 0, 1, round(INSET_PX[0] * 2), round(INSET_PX[1] * 2))
        return view.fitted(*projection.bounds(*INSET_BOX_DEG), margin=0.0)

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        painter.setFont(self._font(9))
        self._scale_bar(painter, viewport)
        self._north_arrow(painter, viewport)
        inset = self._south_china_sea(painter, viewport)
        self._review(painter, viewport, inset)
        self._legend(painter)

    def _font(self, points: float, bold: bool = False) -> QFont:
        font = QFont(self.canvas.font())
        font.setPointSizeF(points)
        font.setBold(bold)
        return font

    def _scale_bar(self, painter: QPainter, viewport: Viewport) -> None:
        length_m = nice_length(140 * viewport.metres_per_pixel)
        width = length_m / viewport.metres_per_pixel
        x, y = 16.0, viewport.height_px - 22.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.paper)
        painter.drawRoundedRect(QRectF(x - 8, y - 22, width + 62, 34), 4, 4)
        painter.setPen(QPen(self.ink, 1.4))
        painter.drawLine(QPointF(x, y), QPointF(x + width, y))
        for at in (x, x + width / 2, x + width):
            painter.drawLine(QPointF(at, y - 4), QPointF(at, y))
        label = f"{length_m / 1000:,.0f} km" if length_m >= 1000 else f"{length_m:,.0f} m"
        painter.drawText(QPointF(x + width + 6, y + 3), label)
        painter.drawText(QPointF(x, y - 8), f"1:{_round_scale(viewport.scale_denominator):,}")

    def _north_arrow(self, painter: QPainter, viewport: Viewport) -> None:
        x, y = viewport.width_px - 30.0, 20.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ink)
        painter.drawPolygon(
            QPolygonF([QPointF(x, y), QPointF(x - 7, y + 24), QPointF(x, y + 18), QPointF(x, y)])
        )
        painter.setPen(QPen(self.ink, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(
            QPolygonF([QPointF(x, y), QPointF(x + 7, y + 24), QPointF(x, y + 18), QPointF(x, y)])
        )
        painter.drawText(QRectF(x - 12, y + 24, 24, 16), Qt.AlignmentFlag.AlignCenter, "N")

    def _south_china_sea(self, painter: QPainter, viewport: Viewport) -> QRectF:
        width, height = INSET_PX
        box = QRectF(viewport.width_px - width - 14, viewport.height_px - height - 34, width, height)
        if self.canvas.inset is None:
            painter.fillRect(box, QColor(self.canvas.sea_colour))
        else:
            painter.drawImage(box, self.canvas.inset)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.ink, 1))
        painter.drawRect(box)
        title = QRectF(box.left(), box.bottom() - 18, box.width(), 18)
        painter.fillRect(title.adjusted(1, 1, -1, -1), self.paper)
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, text("scs_inset", self.language))
        return box

    def _review(self, painter: QPainter, viewport: Viewport, inset: QRectF) -> None:
        words = f"{text('review_number', self.language)}: {self.review_number or '________'}"
        box = QRectF(inset.left() - 120, viewport.height_px - 30.0, inset.width() + 120, 22)
        painter.setPen(QPen(self.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _legend(self, painter: QPainter) -> None:
        y = 16.0
        for legend in self.legends:
            box = QRectF(14, y, 236, 76)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.paper)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QPen(self.ink))
            painter.setFont(self._font(9.5, bold=True))
            title = painter.fontMetrics().elidedText(
                f"{legend.title} ({legend.unit})", Qt.TextElideMode.ElideRight, 216
            )
            painter.drawText(QPointF(24, y + 19), title)
            bar = QRectF(24, y + 27, 216, 12)
            painter.drawImage(bar, _bar(legend.ramp.table()))
            painter.setFont(self._font(8.5))
            for share in (0.0, 0.5, 1.0):
                value = legend.low + (legend.high - legend.low) * share
                at = QRectF(24 + 216 * share - 40, y + 40, 80, 14)
                align = {0.0: Qt.AlignmentFlag.AlignLeft, 0.5: Qt.AlignmentFlag.AlignHCenter}.get(
                    share, Qt.AlignmentFlag.AlignRight
                )
                shift = {0.0: 40.0, 0.5: 0.0, 1.0: -40.0}[share]
                painter.drawText(at.translated(shift, 0), align, _short(value, legend.high - legend.low))
            painter.setPen(QPen(QColor("#6a737b")))
            note = painter.fontMetrics().elidedText(legend.note, Qt.TextElideMode.ElideRight, 216)
            painter.drawText(QPointF(24, y + 68), note)
            y += 84


def _bar(table: NDArray[np.uint8]) -> QImage:
    row = np.ascontiguousarray(np.repeat(table[None, :, :], 4, axis=0))
    return QImage(row.tobytes(), 256, 4, 3 * 256, QImage.Format.Format_RGB888).copy()


def _short(value: float, span: float) -> str:
    digits = 0 if span >= 20 else 1 if span >= 2 else 2
    return f"{value:,.{digits}f}"


def _round_scale(denominator: float) -> int:
    power = 10 ** max(int(log10(denominator)) - 1, 0)
    return int(round(denominator / power) * power)
