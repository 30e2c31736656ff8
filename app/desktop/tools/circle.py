"""Drawing a circle of a radius in kilometres."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter

from app.desktop.texts import text
from app.desktop.tools import figures, pen
from app.desktop.tools.sketch import LARGEST_KM, Sketch, circle_places
from app.desktop.tools.snapping import Screen
from app.desktop.tools.two_points import TwoPointTool
from gis_layers.measure import Place, destination, legs, ring_area_km2


class CircleTool(TwoPointTool):
    """Centre and a place on the rim, or the centre and a typed radius (`50 km`)."""

    drawn = Signal(object)
    """Shapely polygon in degrees, 96 places at the radius on the ellipsoid."""
    id = "draw_circle"

    def radius(self, km: float) -> None:
        if self.start is None:
            self.say("tool.type.no_last")
        else:
            self.place(destination(self.start, 90.0, km))

    def sound(self, start: Place, end: Place) -> bool:
        if not super().sound(start, end):
            return False
        if legs([start, end]).total_km > LARGEST_KM:
            self.say("tool.too_wide", length=figures.length(LARGEST_KM))
            return False
        return True

    def complete(self, start: Place, end: Place) -> None:
        radius_km = legs([start, end]).total_km
        self.drawn.emit(Sketch(True, circle_places(start, radius_km)).geometry())

    def draw(self, painter: QPainter, screen: Screen) -> None:
        if self.start is None or self.pointer is None or self.pointer == self.start:
            return
        radius_km = min(legs([self.start, self.pointer]).total_km, LARGEST_KM)
        ring = circle_places(self.start, radius_km)
        pen.stroke(painter, screen.places_px([*ring, ring[0]]), fill=True)
        pen.stroke(painter, pen.geodesic_px(screen, [self.start, self.pointer]), dashed=True)
        pen.handles(painter, screen.places_px([self.start]))
        lines = [
            text("tool.radius", self.language, length=figures.length(radius_km)),
            figures.area(ring_area_km2(ring), self.language),
        ]
        pen.label(painter, screen, *self.at(screen, self.pointer), lines)
