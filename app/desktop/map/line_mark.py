"""A line that no result shows, while it is selected: its way on the map."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.desktop.map.flows import SELECTED_COLOUR, geodesic
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

Way = tuple[tuple[float, float], ...]


class LineMark:
    """An overlay of the canvas."""

    visible = True

    def __init__(self) -> None:
        self.way: Way = ()

    def set_way(self, way: Way) -> None:
        """(lon, lat) of its corners; () takes the mark away. Two are joined by the shortest way on the earth."""
        self.way = way

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if len(self.way) < 2:
            return
        corners = np.array(self.way)
        if len(corners) == 2:
            corners = geodesic(*corners[0].tolist(), *corners[1].tolist())
        x, y = projection.forward(corners[:, 0], corners[:, 1])
        line = QPolygonF(
            [QPointF(*viewport.to_screen(a, b)) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in (("#22282d", 7.0), (SELECTED_COLOUR, 4.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolyline(line)
        painter.restore()
