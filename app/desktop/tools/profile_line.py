"""Drawing the line a profile is taken along."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.desktop.tools import figures
from app.desktop.tools.sketch import Sketch
from app.desktop.tools.vertices import VertexTool
from gis_layers.measure import Place, legs


class ProfileLineTool(VertexTool):
    """A line of any number of legs; it stays in sight below its profile."""

    profile_drawn = Signal(object)
    """List of (longitude, latitude)."""
    id = "profile"
    closed = False
    stays = True

    def complete(self, sketch: Sketch) -> None:
        self.profile_drawn.emit(list(sketch.places))

    def labels(self, places: list[Place]) -> list[str]:
        return [figures.length(legs(places).total_km)] if len(places) > 1 else []
