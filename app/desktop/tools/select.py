"""Selecting by a click or a box."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from app.desktop.map.events import MapEvent
from app.desktop.tools import pen
from app.desktop.tools.base import MapTool
from app.desktop.tools.snapping import Screen
from gis_layers.measure import Place

_STEPS = 16


class SelectTool(MapTool):
    """A click selects what is there, a drag what lies in the box; Shift adds to the selection."""

    pointed = Signal(float, float, float, bool)
    """Longitude, latitude, metres per pixel, whether to add."""
    boxed = Signal(object, bool)
    """Shapely polygon in degrees of the box on the screen, whether to add."""
    id = "select"
    cursor = Qt.CursorShape.ArrowCursor
    catches = False
    _corner: tuple[float, float] | None = None
    _opposite: tuple[float, float] | None = None

    def click(self, event: MapEvent) -> None:
        self._corner = None
        self.pointed.emit(event.lon_deg, event.lat_deg, event.metres_per_pixel, event.shift)

    def place(self, place: Place) -> None:
        if self.screen is not None:
            self.pointed.emit(*place, self.screen.viewport.metres_per_pixel, False)

    def grab(self, event: MapEvent) -> bool:
        self._corner, self._opposite = (event.px, event.py), None
        return True

    def drag(self, event: MapEvent) -> None:
        self._opposite = (event.px, event.py)

    def drop(self, event: MapEvent) -> None:
        corner, self._corner, self._opposite = self._corner, None, None
        if corner is not None and self.screen is not None:
            self.boxed.emit(box_polygon(self.screen, corner, (event.px, event.py)), event.shift)

    def cancel(self) -> bool:
        was = self._opposite is not None
        self._corner = self._opposite = self._pressed = None
        return was

    def draw(self, painter: QPainter, screen: Screen) -> None:
        if self._corner is None or self._opposite is None:
            return
        box = QRectF(QPointF(*self._corner), QPointF(*self._opposite)).normalized()
        for colour, style in ((QColor("#ffffff"), Qt.PenStyle.SolidLine), (pen.INK, Qt.PenStyle.DashLine)):
            painter.setPen(QPen(colour, 1.6, style))
            painter.setBrush(pen.FILL if style == Qt.PenStyle.DashLine else Qt.BrushStyle.NoBrush)
            painter.drawRect(box)


def box_polygon(screen: Screen, corner: tuple[float, float], opposite: tuple[float, float]) -> Any:
    """Shapely polygon in degrees of a box on the screen, its edges followed as the projection bends them."""
    import shapely

    (x0, y0), (x1, y1) = corner, opposite
    share = np.arange(_STEPS) / _STEPS
    px = np.concatenate(
        [x0 + (x1 - x0) * share, np.full(_STEPS, x1), x1 + (x0 - x1) * share, np.full(_STEPS, x0)]
    )
    py = np.concatenate(
        [np.full(_STEPS, y0), y0 + (y1 - y0) * share, np.full(_STEPS, y1), y1 + (y0 - y1) * share]
    )
    view = screen.viewport
    x = view.center_x_m + (px - view.width_px / 2) * view.metres_per_pixel
    y = view.center_y_m - (py - view.height_px / 2) * view.metres_per_pixel
    return shapely.Polygon(np.column_stack(screen.projection.inverse(x, y)))
