"""Drawing a corridor from a sending to a receiving place."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter

from app.desktop.map.events import MapEvent
from app.desktop.tools import figures, pen
from app.desktop.tools.snapping import Screen, Snapper
from app.desktop.tools.two_points import TwoPointTool
from gis_layers.measure import Place, legs

SHORTEST_KM = 1.0


class CorridorTool(TwoPointTool):
    """Two clicks that catch load centres and bases; length on the ellipsoid as the crow flies."""

    corridor_drawn = Signal(object, object, float)
    """(lon, lat) of the sending end, of the receiving end, km."""
    id = "draw_corridor"

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(snapper, parent)
        self._start_name = ""

    def sound(self, start: Place, end: Place) -> bool:
        if legs([start, end]).total_km < SHORTEST_KM:
            self.say("tool.same_place")
            return False
        return True

    def complete(self, start: Place, end: Place) -> None:
        self.corridor_drawn.emit(start, end, legs([start, end]).total_km)

    def place(self, place: Place) -> None:
        if self.start is None:
            self._start_name = self.snap.name if self.snap is not None and self.snap.place == place else ""
        super().place(place)

    def drag(self, event: MapEvent) -> None:
        if self.start is None:
            self._start_name = self.snap.name if self.snap is not None else ""
        super().drag(event)

    def draw(self, painter: QPainter, screen: Screen) -> None:
        if self.start is None:
            return
        if self.pointer is not None and self.pointer != self.start:
            run = legs([self.start, self.pointer])
            pen.stroke(painter, pen.geodesic_px(screen, [self.start, self.pointer]))
            end_name = self.snap.name if self.snap is not None else ""
            lines = [f"{figures.length(run.total_km)}  {figures.azimuth(float(run.azimuth_deg[0]))}"]
            if self._start_name or end_name:
                lines.insert(0, f"{self._start_name or '…'} → {end_name or '…'}")
            pen.label(painter, screen, *self.at(screen, self.pointer), lines)
        pen.handles(painter, screen.places_px([self.start]))
