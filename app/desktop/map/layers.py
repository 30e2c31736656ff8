"""What can be drawn on the map: each layer keeps its geometry in metres of the current projection.

Painting may happen in another thread than the window's, on a QImage: no layer touches a widget or a
QPixmap in `paint`, and what `paint` reads is replaced whole, never changed in place.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from app.desktop.map.colour import colour_table
from app.desktop.map.projection import Projection
from app.desktop.map.style import ImageStyle, RasterStyle, Style, VectorStyle, classified
from app.desktop.map.viewport import Viewport
from app.desktop.map.warp import Warp, spread, warp_of

Array = NDArray[np.float64]


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


# -- rasters ---------------------------------------------------------------------------------------


def values_image(values: NDArray[Any], style: ImageStyle) -> QImage:
    """Values as a picture of its own memory, (row, col), of a composite (3, row, col); safe in any thread."""
    if isinstance(style, RasterStyle):
        return style_image(values, style)
    rgba = np.ascontiguousarray(style.colour(values))
    height, width = rgba.shape[:2]
    # Opaque or nothing: premultiplied and plain are the same.
    image = QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def style_image(values: NDArray[Any], style: RasterStyle) -> QImage:
    """(row, col) values as a picture of their own memory; safe in any thread."""
    return table_image(style.index(values), colour_table(style.palette, style.reverse))


def table_image(index: NDArray[np.integer[Any]], rgba: NDArray[np.uint8]) -> QImage:
    """(row, col) indices into (n, 4) premultiplied RGBA colours as a picture."""
    argb = np.ascontiguousarray(rgba[:, (2, 1, 0, 3)]).view("<u4").ravel()
    pixels = argb[index]
    height, width = pixels.shape
    # copy(): QImage would otherwise read memory that numpy may free.
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def paint_picture(
    painter: QPainter, viewport: Viewport, image: QImage, rect: tuple[float, float, float, float]
) -> None:
    """Paint a picture that covers (left, bottom, width, height) of the map plane."""
    left, bottom, width, height = rect
    x0, y0 = viewport.to_screen(left, bottom + height)
    scale = 1.0 / viewport.metres_per_pixel
    painter.drawImage(QRectF(x0, y0, width * scale, height * scale), image)


class Mask(Protocol):
    """Where a layer may show."""

    def clip(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        """Bound what is painted from here on."""


class GridLayer:
    """Values on a grid in degrees, drawn in a style: warped when the values change, recoloured when the
    style does. Values are asked for when first needed, so a layer nobody shows costs nothing."""

    def __init__(
        self,
        identity: str,
        values: Callable[[], Array],
        west_deg: float,
        north_deg: float,
        width_deg: float,
        style: RasterStyle,
        visible: bool = False,
        opacity: float = 0.85,
        clip: Mask | None = None,
    ) -> None:
        """`values` gives (row, col), row 0 north, missing NaN; cells are square in degrees. With `clip`, cells
        at the rim are drawn on into those beside them, and the mask cuts them off at its outline."""
        self.id, self.visible, self.opacity = identity, visible, opacity
        self.style = style
        self._box, self._clip = (west_deg, north_deg, width_deg), clip
        self._source = (0, values)
        self._values: tuple[int, Array] | None = None
        self._projection: Projection | None = None
        self._warped: tuple[object, NDArray[np.float32], tuple[float, float, float, float]] | None = None
        self._image: tuple[object, QImage] | None = None

    def set_values(self, values: Callable[[], Array]) -> None:
        """Other values on the same grid: another month."""
        self._source = (self._source[0] + 1, values)

    def set_style(self, style: Style) -> None:
        if isinstance(style, RasterStyle):
            needed = style.classification in ("quantile", "natural") and not style.breaks
            self.style = classified(style, self.sample()) if needed else style

    def sample(self) -> Array:
        """The values, for ranges and quantiles."""
        return self._read()[1]

    def _read(self) -> tuple[int, Array]:
        serial, source = self._source
        held = self._values
        if held is None or held[0] != serial:
            held = self._values = (serial, source())
        return held

    def project(self, projection: Projection) -> None:
        self._projection = projection

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        style, projection = self.style, self._projection
        if projection is None:
            return
        serial, values = self._read()
        # Kept beside what they were made of, so a change of values, style or projection shows at once.
        made_of = (serial, projection, style.smooth)
        warped = self._warped
        if warped is None or warped[0] != made_of:
            warp = self.warp(projection, values.shape)
            known = values.astype(np.float32) if self._clip is None else spread(values)
            cells = warp.bilinear(known) if style.smooth else warp.nearest(known, np.nan)
            warped = self._warped = (made_of, cells, warp.rect)
        image = self._image
        if image is None or image[0] != (made_of, style):
            image = self._image = ((made_of, style), style_image(warped[1], style))
        if self._clip is not None:
            self._clip.clip(painter, viewport, projection)
        paint_picture(painter, viewport, image[1], warped[2])

    def warp(self, projection: Projection, shape: tuple[int, ...]) -> Warp:
        """The warp of this grid, two pixels a cell, four where cells are large."""
        rows, cols = shape
        west, north, width = self._box
        pixels = 2 * cols if cols > 400 else 4 * cols
        return warp_of(projection, west, north, width / cols, rows, cols, pixels)


# -- lines and areas -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PathStyle:
    """How lines and areas look, in pixels."""

    line: str | None
    width_px: float = 1.0
    fill: str | None = None
    dash: tuple[float, ...] = ()

    def pen(self) -> QPen:
        if self.line is None:
            return QPen(Qt.PenStyle.NoPen)
        pen = QPen(QColor(self.line), self.width_px)
        pen.setCosmetic(True)
        if self.dash:
            pen.setDashPattern(list(self.dash))
        return pen

    def brush(self) -> QBrush:
        return QBrush(QColor(self.fill)) if self.fill else QBrush(Qt.BrushStyle.NoBrush)


def polygon_of(x: Array, y: Array) -> QPolygonF:
    """Points as Qt keeps them, copied in one go: a loop in Python takes a second for a million."""
    polygon = QPolygonF()
    polygon.resize(len(x))
    if len(x):
        address = shiboken6.getCppPointer(polygon.data())[0]
        memory = np.ctypeslib.as_array((ctypes.c_double * (2 * len(x))).from_address(address))
        memory[0::2], memory[1::2] = x, y
    return polygon


def path_of(parts: list[Array], closed: bool, projection: Projection) -> QPainterPath:
    """Rings or lines of (n, 2) degrees as one path in metres; holes by the even-odd rule."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    if not parts:
        return path
    everything = np.concatenate(parts)
    x, y = projection.forward(everything[:, 0], everything[:, 1])
    start = 0
    for part in parts:
        stop = start + len(part)
        path.addPolygon(polygon_of(x[start:stop], y[start:stop]))
        if closed:
            path.closeSubpath()
        start = stop
    return path


Parts = list[Array] | Callable[[], list[Array]]
"""Rings or lines as (n, 2) degrees, or where to get them when they are first painted."""


@dataclass
class PathLayer:
    """Polygons or lines at several levels of detail; the coarsest that still looks exact is painted."""

    id: str
    style: PathStyle
    levels: Sequence[tuple[float, Parts, bool]]
    """(coarsest metres per pixel it serves, rings or lines, closed), finest first."""
    visible: bool = True
    opacity: float = 1.0
    _paths: dict[int, list[tuple[QRectF, QPainterPath]]] = field(default_factory=dict, repr=False)
    _projection: Projection | None = field(default=None, repr=False)

    def set_style(self, style: Style) -> None:
        if isinstance(style, VectorStyle):
            if bool(style.fill) != bool(self.style.fill):
                self._paths = {}  # areas are kept whole, outlines in pieces
            self.style = PathStyle(style.line, style.width_px, style.fill, style.dash)

    def project(self, projection: Projection) -> None:
        self._projection, self._paths = projection, {}

    def _chunks(self, level: int) -> list[tuple[QRectF, QPainterPath]]:
        """The level in pieces with their boxes, so that a view far in paints only what it meets.

        An area must stay whole, or the even-odd rule would fill its holes.
        """
        paths, projection = self._paths, self._projection
        assert projection is not None
        if level not in paths:
            _, given, closed = self.levels[level]
            parts = given() if callable(given) else given
            chunks = [parts] if self.style.fill else _by_place(parts)
            made = [path_of(chunk, closed, projection) for chunk in chunks]
            paths[level] = [(path.boundingRect(), path) for path in made]
        return paths[level]

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        level = next(
            (i for i, (coarsest, _, _) in enumerate(self.levels) if viewport.metres_per_pixel <= coarsest),
            len(self.levels) - 1,
        )
        left, bottom, right, top = viewport.extent
        view = QRectF(left, bottom, right - left, top - bottom)
        painter.save()
        painter.setTransform(map_transform(viewport), True)
        painter.setPen(self.style.pen())
        painter.setBrush(self.style.brush())
        for box, path in self._chunks(level):
            if box.intersects(view):
                painter.drawPath(path)
        painter.restore()


def _by_place(parts: list[Array], cells: int = 6) -> list[list[Array]]:
    """Parts in up to cells x cells heaps, each heap near together."""
    if len(parts) <= cells:
        return [parts]
    first = np.array([(part[:, 0].mean(), part[:, 1].mean()) for part in parts])
    low, high = first.min(axis=0), first.max(axis=0)
    which = np.minimum((first - low) / np.maximum(high - low, 1e-9) * cells, cells - 1).astype(int)
    heaps: dict[tuple[int, int], list[Array]] = {}
    for part, (i, j) in zip(parts, which.tolist(), strict=True):
        heaps.setdefault((i, j), []).append(part)
    return list(heaps.values())
