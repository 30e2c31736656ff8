"""A small picture of a layer over the borders of the provinces."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from app.desktop.map.colour import RAMPS, colourise, nice_range
from app.desktop.map.layers import polygon_of
from app.desktop.theme import ACCENT
from gis_layers.boundary import GEOPACKAGE, regions
from gis_layers.importer.report import Bounds, LayerReport
from gis_layers.vector import read_layer

CHINA: Bounds = (73.0, 3.0, 135.5, 54.0)
_LEAST_SPAN_DEG = 9.0
"""A layer of one town is shown with its surroundings, so that a reader knows where it is."""
_MOST_POINTS = 3000


class PreviewMap(QWidget):
    """Province borders, and over them what was read; degrees, with the aspect of the middle latitude."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(280, 200)
        self._layer: LayerReport | None = None
        self._note = ""
        self._image: QImage | None = None
        self._outlines = QPainterPath()

    def sizeHint(self) -> QSize:
        return QSize(460, 300)

    def show_layer(self, layer: LayerReport | None, note: str) -> None:
        """Show a layer, or only the borders with a note where its place is unknown."""
        same, self._layer, self._note = layer is self._layer, layer, note
        if same:
            self.update()
            return
        values = layer.preview.values if layer and layer.preview else None
        self._image = None if values is None else _image(values)
        self._outlines = path_of(layer.preview.lines if layer and layer.preview else ())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        painter.fillRect(self.rect(), colours.color(QPalette.ColorRole.Base))
        frame = _Frame(self._window(), QRectF(self.rect()).adjusted(4, 4, -4, -4))
        ink = colours.color(QPalette.ColorRole.PlaceholderText)
        preview = self._layer.preview if self._layer else None
        if self._image is not None and preview is not None and preview.bounds is not None:
            west, south, east, north = preview.bounds
            painter.drawImage(QRectF(frame.at(west, north), frame.at(east, south)), self._image)
        accent = QColor(ACCENT)
        painter.setTransform(frame.transform())
        for path, colour, width in ((borders(), ink, 0.8), (self._outlines, accent, 1.3)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(path)
        painter.resetTransform()
        if preview is not None:
            if preview.points is not None:
                self._paint_points(painter, frame, preview.points, accent)
        elif self._note:
            painter.setPen(colours.color(QPalette.ColorRole.Text))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 12, -self.width() // 2, -12), flags, self._note)
        painter.end()

    def _paint_points(
        self, painter: QPainter, frame: _Frame, points: NDArray[np.float64], accent: QColor
    ) -> None:
        step = max(1, len(points) // _MOST_POINTS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        radius = 4.0 if len(points) < 30 else 2.0
        for lon, lat in points[::step]:
            painter.drawEllipse(frame.at(float(lon), float(lat)), radius, radius)

    def _window(self) -> Bounds:
        """What to show: the layer with a margin, all of China where there is none."""
        bounds = self._layer.bounds_wgs84 if self._layer and self._layer.preview else None
        if bounds is None:
            return CHINA
        west, south, east, north = bounds
        wide = max(_LEAST_SPAN_DEG, 1.25 * (east - west)) / 2
        high = max(0.7 * _LEAST_SPAN_DEG, 1.25 * (north - south)) / 2
        lon, lat = (west + east) / 2, (south + north) / 2
        return lon - wide, max(-90.0, lat - high), lon + wide, min(90.0, lat + high)


class _Frame:
    """From degrees to pixels of a widget."""

    def __init__(self, window: Bounds, area: QRectF) -> None:
        west, south, east, north = window
        self._lon, self._lat = (west + east) / 2, (south + north) / 2
        self._squeeze = max(0.2, math.cos(math.radians(self._lat)))
        self._scale = min(
            area.width() / ((east - west) * self._squeeze), area.height() / max(1e-6, north - south)
        )
        self._middle = area.center()

    def at(self, lon: float, lat: float) -> QPointF:
        x = self._middle.x() + (lon - self._lon) * self._squeeze * self._scale
        return QPointF(x, self._middle.y() - (lat - self._lat) * self._scale)

    def transform(self) -> QTransform:
        """The same for whole paths."""
        origin = self.at(0.0, 0.0)
        return QTransform(self._scale * self._squeeze, 0.0, 0.0, -self._scale, origin.x(), origin.y())


@functools.cache
def borders() -> QPainterPath:
    """Outlines of the provinces with all islands, and the ten strokes, in degrees."""
    import shapely

    rings = shapely.get_exterior_ring(shapely.get_parts(regions("province", 2).geometry))
    strokes = shapely.get_parts(read_layer(GEOPACKAGE, "ten_stroke_line").geometry)
    return path_of([shapely.get_coordinates(line) for line in (*rings, *strokes)])


def path_of(lines: Iterable[NDArray[np.float64]]) -> QPainterPath:
    """One path of all lines (vertex, 2)."""
    path = QPainterPath()
    for line in lines:
        path.addPolygon(polygon_of(line[:, 0], line[:, 1]))
    return path


def _image(values: NDArray[np.float32]) -> QImage:
    low, high = nice_range(values)
    rgba = np.ascontiguousarray(colourise(values.astype(np.float64), RAMPS["viridis"], low, high))
    height, width = rgba.shape[:2]
    image = QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.copy()  # the array goes, the picture stays
