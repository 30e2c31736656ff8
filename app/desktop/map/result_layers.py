"""Corridors and bases of a result on the map."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.desktop.map.colour import RAMPS
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from planning.results import BaseResult, CorridorResult
from planning.words import TECHNOLOGY_COLOURS


@dataclass
class CorridorLayer:
    """Lines by width (MW) and colour (green share), with an arrow for the direction."""

    corridors: list[CorridorResult]
    id: str = "layer.corridors"
    visible: bool = True
    opacity: float = 1.0
    selected: str | None = None
    light: ClassVar[bool] = True
    _ends: list[tuple[float, float, float, float]] = field(default_factory=list, repr=False)

    def project(self, projection: Projection) -> None:
        lon = np.array([[c.from_lon, c.to_lon] for c in self.corridors]).reshape(-1, 2)
        lat = np.array([[c.from_lat, c.to_lat] for c in self.corridors]).reshape(-1, 2)
        x, y = projection.forward(lon, lat)
        self._ends = [(a[0], b[0], a[1], b[1]) for a, b in zip(x, y, strict=True)]

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        table = RAMPS["even"].table()[::-1]
        order = sorted(range(len(self.corridors)), key=lambda i: self.corridors[i].id == self.selected)
        for i in order:
            corridor = self.corridors[i]
            x0, y0, x1, y1 = self._ends[i]
            start, end = QPointF(*viewport.to_screen(x0, y0)), QPointF(*viewport.to_screen(x1, y1))
            dc = corridor.kind == "dc"
            red, green, blue = (int(v) for v in table[round(min(corridor.green_share, 1.0) * 255)])
            colour = QColor(red, green, blue) if dc else QColor("#9aa3aa")
            if corridor.id == self.selected:
                colour = QColor("#d1495b")
            width = 1.0 + corridor.capacity_mw / (3500.0 if dc else 14000.0)
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)
            if dc:
                _arrow(painter, start, end, colour, 4.0 + width * 1.6)

    def at(self, viewport: Viewport, px: float, py: float, reach_px: float = 6.0) -> str | None:
        """Id of the corridor within reach of a pixel."""
        best: tuple[float, str] | None = None
        for corridor, (x0, y0, x1, y1) in zip(self.corridors, self._ends, strict=True):
            (ax, ay), (bx, by) = viewport.to_screen(x0, y0), viewport.to_screen(x1, y1)
            length = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-9)
            along = min(max(((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length, 0.0), 1.0)
            away = float(np.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay)))
            if away <= reach_px and (best is None or away < best[0]):
                best = (away, corridor.id)
        return best[1] if best else None


@dataclass
class BaseLayer:
    """Bases as pies by technology, area by capacity."""

    bases: list[BaseResult]
    id: str = "layer.bases"
    visible: bool = True
    opacity: float = 1.0
    selected: str | None = None
    light: ClassVar[bool] = True
    _places: list[tuple[float, float]] = field(default_factory=list, repr=False)

    def project(self, projection: Projection) -> None:
        x, y = projection.forward(
            np.array([b.lon for b in self.bases]), np.array([b.lat for b in self.bases])
        )
        self._places = list(zip(x.tolist(), y.tolist(), strict=True))

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        for base, (x, y) in zip(self.bases, self._places, strict=True):
            centre = QPointF(*viewport.to_screen(x, y))
            radius = self.radius(base)
            box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
            parts = {t: mw for t, mw in base.capacity_mw.items() if mw > 0}
            total = sum(parts.values())
            angle = 90.0 * 16
            chosen = base.id == self.selected
            painter.setPen(QPen(QColor("#d1495b" if chosen else "white"), 2.5 if chosen else 0.8))
            for technology, mw in parts.items():
                turn = 360.0 * 16 * mw / total
                painter.setBrush(QColor(TECHNOLOGY_COLOURS.get(technology, "#999999")))
                painter.drawPie(box, round(angle - turn), round(turn))
                angle -= turn

    @staticmethod
    def radius(base: BaseResult) -> float:
        return 5.0 + 2.4 * float(np.sqrt(max(sum(base.capacity_mw.values()), 0.0) / 1e3))

    def at(self, viewport: Viewport, px: float, py: float) -> str | None:
        for base, (x, y) in zip(self.bases, self._places, strict=True):
            sx, sy = viewport.to_screen(x, y)
            if np.hypot(px - sx, py - sy) <= self.radius(base):
                return base.id
        return None


def _arrow(painter: QPainter, start: QPointF, end: QPointF, colour: QColor, size: float) -> None:
    step = end - start
    length = float(np.hypot(step.x(), step.y()))
    if length < 3 * size:
        return
    along = QPointF(step.x() / length, step.y() / length)
    across = QPointF(-along.y(), along.x())
    tip = start + step * 0.62
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    back = tip - along * size * 1.6
    painter.drawPolygon(QPolygonF([tip, back + across * size * 0.7, back - across * size * 0.7]))
