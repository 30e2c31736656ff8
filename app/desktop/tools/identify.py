"""Asking what is at a place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.desktop.map.events import MapEvent
from app.desktop.tools.base import MapTool
from gis_layers.measure import Place


class IdentifyTool(MapTool):
    """A click, or a typed place, asks; a drag pans."""

    picked = Signal(float, float, float, float)
    """Longitude, latitude and the pixel."""
    id = "identify"
    cursor = Qt.CursorShape.PointingHandCursor
    catches = False

    def click(self, event: MapEvent) -> None:
        self.picked.emit(event.lon_deg, event.lat_deg, event.px, event.py)

    def place(self, place: Place) -> None:
        if self.screen is not None:
            px, py = self.screen.places_px([place])[0]
            self.picked.emit(*place, float(px), float(py))
