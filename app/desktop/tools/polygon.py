"""Drawing a polygon."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.desktop.tools import figures
from app.desktop.tools.sketch import Sketch
from app.desktop.tools.vertices import VertexTool
from gis_layers.measure import Place, ring_area_km2


class PolygonTool(VertexTool):
    """Vertices of a polygon; one that crosses itself is refused with words."""

    drawn = Signal(object)
    """Shapely polygon in degrees."""
    id = "draw_polygon"

    def complete(self, sketch: Sketch) -> None:
        self.drawn.emit(sketch.geometry())

    def labels(self, places: list[Place]) -> list[str]:
        if len(places) < 3 or Sketch(True, places).crosses_itself():
            return []
        return [figures.area(ring_area_km2(places), self.language)]
