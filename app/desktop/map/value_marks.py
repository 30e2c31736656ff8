"""Figures written on the map where they belong: prices at nodes, net export of provinces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

PAD_PX = 3.0
DOT_PX = 4.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure; those first in order are written first, and later ones only where there is room."""

    lon_deg: float
    lat_deg: float
    words: str
    colour: str
    """Of the dot; "" draws none."""
    selected: bool = False


class ValueMarks:
    """An overlay of the canvas; its owner gives it marks and then calls `canvas.overlays_changed()`."""

    def __init__(self) -> None:
        self.visible = False
        self.dark = False
        self._marks: tuple[Mark, ...] = ()
        self._places: np.ndarray = np.zeros((0, 2))
        self._projection: Projection | None = None

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def set_marks(self, marks: Sequence[Mark]) -> None:
        where = [(m.lon_deg, m.lat_deg) for m in marks]
        if where != [(m.lon_deg, m.lat_deg) for m in self._marks]:
            self._projection = None
        self._marks = tuple(marks)

    def _in(self, projection: Projection) -> np.ndarray:
        if self._projection != projection:
            lon, lat = ([getattr(m, f"{axis}_deg") for m in self._marks] for axis in ("lon", "lat"))
            x, y = projection.forward(np.array(lon, dtype=float), np.array(lat, dtype=float))
            self._places, self._projection = np.stack([x, y], axis=-1), projection
        return self._places

    def laid(
        self, metrics: QFontMetricsF, viewport: Viewport, projection: Projection
    ) -> list[tuple[Mark, QPointF, QRectF]]:
        """Marks in view with their place and box; boxes do not overlap."""
        taken: list[QRectF] = []
        answers = []
        view = QRectF(0, 0, viewport.width_px, viewport.height_px)
        for mark, (x, y) in zip(self._marks, self._in(projection).tolist(), strict=True):
            at = QPointF(*viewport.to_screen(x, y))
            width, height = metrics.horizontalAdvance(mark.words) + 2 * PAD_PX, metrics.height() + 1.0
            box = QRectF(at.x() - width / 2, at.y() + DOT_PX + 1, width, height)
            if not view.intersects(box):
                continue
            if not mark.selected and any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            answers.append((mark, at, box))
        return answers

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if not self.visible or not self._marks:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(painter.font())
        font.setPointSizeF(8.5)
        painter.setFont(font)
        paper = QColor(24, 27, 29, 205) if self.dark else QColor(255, 255, 255, 215)
        ink = QColor("#eef1f3" if self.dark else "#1f252a")
        for mark, at, box in self.laid(QFontMetricsF(font, painter.device()), viewport, projection):
            painter.setPen(QPen(QColor("#ffd166"), 1.6) if mark.selected else Qt.PenStyle.NoPen)
            painter.setBrush(paper)
            painter.drawRoundedRect(box, 3, 3)
            if mark.colour:
                painter.setPen(QPen(ink, 1.0))
                painter.setBrush(QColor(mark.colour))
                painter.drawEllipse(at, DOT_PX, DOT_PX)
            painter.setPen(ink)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.words)
        painter.restore()

    def obstacles(self, projection: Projection) -> Iterable[tuple[float, float, float]]:
        """What names keep clear of: x and y in metres of the map plane, radius in pixels."""
        if not self.visible or not self._marks:
            return []
        return [(x, y, 16.0) for x, y in self._in(projection).tolist()]
