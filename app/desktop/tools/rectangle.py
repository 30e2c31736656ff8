"""Drawing a box from the meridians and parallels of two corners; its edges are geodesics as all others."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter

from app.desktop.tools import figures, pen
from app.desktop.tools.sketch import Sketch, rectangle
from app.desktop.tools.snapping import Screen
from app.desktop.tools.two_points import TwoPointTool
from gis_layers.measure import Place, ring_area_km2


class RectangleTool(TwoPointTool):
    """Two opposite corners."""

    drawn = Signal(object)
    """Shapely polygon in degrees."""
    id = "draw_rectangle"

    def sound(self, start: Place, end: Place) -> bool:
        problem = Sketch(True, rectangle(start, end)).problem()
        if problem is not None:
            self.say("tool.no_area")
        return problem is None

    def complete(self, start: Place, end: Place) -> None:
        self.drawn.emit(Sketch(True, rectangle(start, end)).geometry())

    def draw(self, painter: QPainter, screen: Screen) -> None:
        if self.start is None or self.pointer is None:
            return
        ring = rectangle(self.start, self.pointer)
        pen.stroke(painter, pen.geodesic_px(screen, [*ring, ring[0]]), fill=True)
        pen.handles(painter, screen.places_px([self.start]))
        pen.label(
            painter,
            screen,
            *self.at(screen, self.pointer),
            [figures.area(ring_area_km2(ring), self.language)],
        )
