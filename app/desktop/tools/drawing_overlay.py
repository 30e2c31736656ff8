"""The planner's own shapes on the map: those of the project, and the one just drawn until it is decided on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.tools.snapping import Screen
from gis_layers.measure import Place, along, legs
from planning.workspace import Drawing

LINE, FILL = QColor("#7a2f8f"), QColor(122, 47, 143, 38)
POINT_PX = 6.0
NAME_FROM_PX = 40.0
"""Smaller shapes show no name."""


class DrawingOverlay:
    """Painted in every frame: outlines with a light casing, areas faintly filled, names where there is room."""

    def __init__(self) -> None:
        self.drawings: Sequence[Drawing] = ()
        self.pending: Drawing | None = None

    def obstacles(self, projection: Projection) -> list[tuple[float, float, float]]:
        """What names keep clear of: x and y of the points in metres of the map plane, radius in pixels."""
        points = [drawing.rings[0][0] for drawing in self.drawings if drawing.kind == "point"]
        if not points:
            return []
        lon, lat = np.array(points, dtype=np.float64).T
        x, y = projection.forward(lon, lat)
        return [(a, b, POINT_PX) for a, b in zip(x.tolist(), y.tolist(), strict=True)]

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        screen = Screen(viewport, projection)
        view = QRectF(0, 0, viewport.width_px, viewport.height_px)
        painter.save()
        for drawing in (*self.drawings, *([self.pending] if self.pending else [])):
            path = _path(drawing, screen)
            if not path.boundingRect().intersects(view):
                continue
            painter.setBrush(Qt.BrushStyle.NoBrush if drawing.kind == "line" else FILL)
            painter.setPen(QPen(QColor(255, 255, 255, 200), 4.0))
            painter.drawPath(path)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            dashed = Qt.PenStyle.DashLine if drawing is self.pending else Qt.PenStyle.SolidLine
            painter.setPen(QPen(LINE, 1.8, dashed))
            painter.drawPath(path)
            if drawing is not self.pending and path.boundingRect().width() >= NAME_FROM_PX:
                _name(painter, path.boundingRect().center(), drawing.name)
        painter.restore()


def _path(drawing: Drawing, screen: Screen) -> QPainterPath:
    path = QPainterPath()
    for ring in drawing.rings:
        points = [QPointF(float(x), float(y)) for x, y in screen.places_px(_bent(ring))]
        if drawing.kind == "point":
            path.addEllipse(points[0], 4.0, 4.0)
        else:
            path.addPolygon(QPolygonF(points))
    return path


@lru_cache(maxsize=256)
def _bent(ring: tuple[Place, ...]) -> list[Place]:
    """The places of a ring or line with its long edges followed along their geodesics, as they are measured
    and searched."""
    if len(ring) < 2:
        return list(ring)
    track = along(ring, max(legs(ring).total_km / 200.0, 5.0))
    return list(zip(track.lon_deg.tolist(), track.lat_deg.tolist(), strict=True))


def _name(painter: QPainter, middle: QPointF, name: str) -> None:
    width = painter.fontMetrics().horizontalAdvance(name) + 10.0
    box = QRectF(middle.x() - width / 2, middle.y() - 9, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 200))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QPen(LINE))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
