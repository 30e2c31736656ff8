"""Bases of a result on the map; its corridors are `flows`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from planning.results import BaseResult
from planning.words import TECHNOLOGY_COLOURS


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
