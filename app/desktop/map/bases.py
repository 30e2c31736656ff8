"""Bases of a result on the map; its corridors are `flows`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from planning.results import BaseResult
from planning.words import TECHNOLOGY_COLOURS


class BaseOverlay:
    """Bases as pies by technology, area by capacity; painted over the layers, for the selection must follow at once."""

    def __init__(self, bases: Iterable[BaseResult] = ()) -> None:
        self.bases = list(bases)
        self.visible = True
        self.selected: str | None = None
        self._projection: Projection | None = None
        self._places: list[tuple[float, float]] = []

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if not self.visible:
            return
        for base, (x, y) in zip(self.bases, self._in(projection), strict=True):
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

    def obstacles(self, projection: Projection) -> list[tuple[float, float, float]]:
        """What names keep clear of: x and y in metres of the map plane, radius in pixels."""
        if not self.visible:
            return []
        return [
            (x, y, self.radius(base)) for base, (x, y) in zip(self.bases, self._in(projection), strict=True)
        ]

    @staticmethod
    def radius(base: BaseResult) -> float:
        return 5.0 + 2.4 * float(np.sqrt(max(sum(base.capacity_mw.values()), 0.0) / 1e3))

    def at(self, viewport: Viewport, projection: Projection, px: float, py: float) -> str | None:
        """The base at a point of the screen, if its pie is to be seen there."""
        if not self.visible:
            return None
        for base, (x, y) in zip(self.bases, self._in(projection), strict=True):
            sx, sy = viewport.to_screen(x, y)
            if np.hypot(px - sx, py - sy) <= self.radius(base):
                return base.id
        return None

    def _in(self, projection: Projection) -> list[tuple[float, float]]:
        """Where the bases lie on a map plane."""
        if self._projection != projection:
            x, y = projection.forward(
                np.array([b.lon for b in self.bases]), np.array([b.lat for b in self.bases])
            )
            self._places = list(zip(x.tolist(), y.tolist(), strict=True))
            self._projection = projection
        return self._places
