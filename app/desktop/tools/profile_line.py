"""Drawing the line a profile is taken along."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter

from app.desktop.tools import figures, pen
from app.desktop.tools.sketch import Sketch
from app.desktop.tools.snapping import Screen
from app.desktop.tools.vertices import VertexTool
from gis_layers.measure import Place, legs


class ProfileLineTool(VertexTool):
    """A line of any number of legs; it stays in sight below its profile."""

    profile_drawn = Signal(object)
    """List of (longitude, latitude)."""
    id = "profile"
    closed = False
    stays = True
    marked: Place | None = None

    def mark(self, place: Place | None) -> None:
        """Show where on the line the profile's reader points."""
        if place != self.marked:
            self.marked = place
            self.changed.emit()

    def draw(self, painter: QPainter, screen: Screen) -> None:
        super().draw(painter, screen)
        if self.marked is not None and self.sketch.places:
            pen.handles(painter, screen.places_px([self.marked]), picked=0)

    def complete(self, sketch: Sketch) -> None:
        self.profile_drawn.emit(list(sketch.places))

    def labels(self, places: list[Place]) -> list[str]:
        return [figures.length(legs(places).total_km)] if len(places) > 1 else []
