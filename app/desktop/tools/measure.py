"""Measuring distance and area on the ellipsoid."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter

from app.desktop.texts import text
from app.desktop.tools import figures, pen
from app.desktop.tools.sketch import Sketch
from app.desktop.tools.snapping import Screen
from app.desktop.tools.vertices import VertexTool
from gis_layers.measure import Place, legs, ring_area_km2, ring_length_km


class DistanceTool(VertexTool):
    """Legs of a line: each with its length, the running sum and the azimuth beside the pointer."""

    measured = Signal(float)
    """Whole length, km."""
    id = "measure_distance"
    closed = False
    stays = True

    def complete(self, sketch: Sketch) -> None:
        km = legs(sketch.places).total_km
        self.measured.emit(km)
        self.say("tool.length_is", length=figures.length(km))

    def labels(self, places: list[Place]) -> list[str]:
        run = legs(places)
        if not len(run.length_km):
            return []
        lines = [text("tool.sum", self.language, length=figures.length(run.total_km))]
        if not self.done:
            lines.append(
                text(
                    "tool.leg",
                    self.language,
                    length=figures.length(float(run.length_km[-1])),
                    azimuth=figures.azimuth(float(run.azimuth_deg[-1])),
                )
            )
        return lines

    def draw_over(self, painter: QPainter, screen: Screen, places: list[Place]) -> None:
        run = legs(places)
        at = screen.places_px(places)
        # The pointer's own leg is told beside the pointer.
        for leg in range(len(run.length_km) if self.done else len(self.sketch.places) - 1):
            (x0, y0), (x1, y1) = at[leg], at[leg + 1]
            if abs(x1 - x0) + abs(y1 - y0) > 90:
                words = f"{figures.length(float(run.length_km[leg]))}  {figures.azimuth(float(run.azimuth_deg[leg]))}"
                pen.tag(painter, float(x0 + x1) / 2, float(y0 + y1) / 2, words)


class AreaTool(VertexTool):
    """Area and perimeter of a ring."""

    measured = Signal(float, float)
    """Area in km2 and perimeter in km."""
    id = "measure_area"
    stays = True

    def complete(self, sketch: Sketch) -> None:
        area, perimeter = ring_area_km2(sketch.places), ring_length_km(sketch.places)
        self.measured.emit(area, perimeter)
        self.say("tool.area_is", area=figures.area(area, self.language), length=figures.length(perimeter))

    def labels(self, places: list[Place]) -> list[str]:
        if len(places) < 3 or Sketch(True, places).crosses_itself():
            return []
        perimeter = figures.length(ring_length_km(places))
        return [
            figures.area(ring_area_km2(places), self.language),
            text("tool.perimeter", self.language, length=perimeter),
        ]
