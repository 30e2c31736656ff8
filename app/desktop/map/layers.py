"""What can be drawn on the map: each layer keeps its geometry in metres of the current projection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport


class MapLayer(Protocol):
    """Something the canvas paints."""

    id: str
    visible: bool
    opacity: float

    def project(self, projection: Projection) -> None:
        """Prepare for a projection; called once per change of projection."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Paint in pixel coordinates of the viewport."""


def map_transform(viewport: Viewport) -> QTransform:
    """Metres of the map plane to pixels."""
    scale = 1.0 / viewport.metres_per_pixel
    return QTransform(
        scale,
        0.0,
        0.0,
        -scale,
        viewport.width_px / 2 - viewport.center_x_m * scale,
        viewport.height_px / 2 + viewport.center_y_m * scale,
    )


@dataclass
class RasterLayer:
    """A grid in degrees, warped once to a picture in the map plane, then only moved and scaled."""

    id: str
    rgba: NDArray[np.uint8]
    """(row, col, 4), row 0 north."""
    west_deg: float
    north_deg: float
    step_deg: float
    visible: bool = False
    opacity: float = 0.85
    _image: QImage | None = field(default=None, repr=False)
    _rect: QRectF = field(default_factory=QRectF, repr=False)
    _projection: Projection | None = field(default=None, repr=False)

    def recolour(self, rgba: NDArray[np.uint8]) -> None:
        self.rgba = rgba
        self._image = None

    def project(self, projection: Projection) -> None:
        self._projection = projection
        self._image = None

    def _warp(self) -> None:
        assert self._projection is not None
        rows, cols = self.rgba.shape[:2]
        left, bottom, right, top = self._projection.bounds(
            self.west_deg,
            self.north_deg - rows * self.step_deg,
            self.west_deg + cols * self.step_deg,
            self.north_deg,
        )
        # Half a cell per pixel keeps cell edges without making the picture large.
        pixel_m = max((right - left) / (2.0 * cols), (right - left) / 1800)
        width, height = int((right - left) / pixel_m), int((top - bottom) / pixel_m)
        x = left + (np.arange(width) + 0.5) * pixel_m
        y = top - (np.arange(height) + 0.5) * pixel_m
        grid_x, grid_y = np.meshgrid(x, y)
        lon, lat = self._projection.inverse(grid_x, grid_y)
        col = np.floor((lon - self.west_deg) / self.step_deg)
        row = np.floor((self.north_deg - lat) / self.step_deg)
        inside = (col >= 0) & (col < cols) & (row >= 0) & (row < rows)
        picture = np.zeros((height, width, 4), dtype=np.uint8)
        picture[inside] = self.rgba[row[inside].astype(np.intp), col[inside].astype(np.intp)]
        # copy(): QImage would otherwise read memory that numpy may free.
        self._image = QImage(
            picture.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888
        ).copy()
        self._rect = QRectF(left, bottom, width * pixel_m, height * pixel_m)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if self._image is None:
            self._warp()
        assert self._image is not None
        x0, y0 = viewport.to_screen(self._rect.left(), self._rect.top() + self._rect.height())
        scale = 1.0 / viewport.metres_per_pixel
        target = QRectF(x0, y0, self._rect.width() * scale, self._rect.height() * scale)
        painter.drawImage(target, self._image)


@dataclass(frozen=True)
class PathStyle:
    """How lines and areas look, in pixels."""

    line: str | None
    width_px: float = 1.0
    fill: str | None = None
    dash: tuple[float, ...] = ()


@dataclass
class PathLayer:
    """Polygons or lines at several levels of detail; the coarsest that still looks exact is painted."""

    id: str
    style: PathStyle
    levels: list[tuple[float, list[NDArray[np.float64]], bool]]
    """(coarsest metres per pixel it serves, rings or lines as (n, 2) degrees, closed), finest first."""
    visible: bool = True
    opacity: float = 1.0
    _paths: dict[int, QPainterPath] = field(default_factory=dict, repr=False)
    _projection: Projection | None = field(default=None, repr=False)

    def project(self, projection: Projection) -> None:
        self._projection = projection
        self._paths.clear()

    def _path(self, level: int) -> QPainterPath:
        if level not in self._paths:
            assert self._projection is not None
            _, parts, closed = self.levels[level]
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.OddEvenFill)
            if parts:
                everything = np.concatenate(parts)
                x, y = self._projection.forward(everything[:, 0], everything[:, 1])
                start = 0
                for part in parts:
                    stop = start + len(part)
                    polygon = QPolygonF(
                        [QPointF(a, b) for a, b in zip(x[start:stop], y[start:stop], strict=True)]
                    )
                    path.addPolygon(polygon)
                    if closed:
                        path.closeSubpath()
                    start = stop
            self._paths[level] = path
        return self._paths[level]

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        level = 0
        for index, (coarsest, _, _) in enumerate(self.levels):
            if viewport.metres_per_pixel <= coarsest:
                level = index
                break
            level = index
        painter.setTransform(map_transform(viewport))
        if self.style.line is None:
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            pen = QPen(QColor(self.style.line), self.style.width_px)
            pen.setCosmetic(True)
            if self.style.dash:
                pen.setDashPattern(list(self.style.dash))
            painter.setPen(pen)
        painter.setBrush(QBrush(QColor(self.style.fill)) if self.style.fill else Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path(level))
        painter.resetTransform()
