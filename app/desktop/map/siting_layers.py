"""A siting on the map: eligible land on the equal-area grid, candidate sites, their lines, the mark of the one picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from app.desktop.map.land import rings
from app.desktop.map.layers import map_transform, paint_picture, path_of, style_image
from app.desktop.map.projection import Projection
from app.desktop.map.regions import RegionLayer
from app.desktop.map.style import RasterStyle, Style
from app.desktop.map.viewport import Viewport
from app.desktop.theme import ACCENT
from gis_layers import boundary
from gis_layers.crs import to_albers

Array = NDArray[np.float64]
MOST_PX = 1600
"""Along the longer side of a picture in another projection than the grid's."""
LINE_COLOUR = "#b3361c"


@dataclass(frozen=True, slots=True)
class LandGrid:
    """Shares of the cells of the equal-area grid."""

    shares: Mapping[str, Array]
    """Technology -> (row, col) eligible share of the cell; NaN outside the area. [-]"""
    west_m: float
    north_m: float
    cell_m: float

    @property
    def shape(self) -> tuple[int, int]:
        first = next(iter(self.shares.values()))
        return int(first.shape[0]), int(first.shape[1])


class LandLayer:
    """Eligible share of every cell for one technology, in per cent; what `paint` reads is replaced whole."""

    def __init__(self, identity: str, grid: LandGrid, technology: str, style: RasterStyle) -> None:
        self.id, self.visible, self.opacity = identity, True, 0.6
        self.style = style
        self._held = (0, grid, technology)
        self._projection: Projection | None = None
        self._cells: tuple[object, Array, tuple[float, float, float, float]] | None = None
        self._image: tuple[object, QImage] | None = None

    def show_land(self, grid: LandGrid, technology: str) -> None:
        """Other land, or another technology's."""
        self._held = (self._held[0] + 1, grid, technology)

    def set_style(self, style: Style) -> None:
        if isinstance(style, RasterStyle):
            self.style = style

    def sample(self) -> Array:
        """The values, for ranges and quantiles."""
        _, grid, technology = self._held
        return np.asarray(100.0 * grid.shares[technology])

    def project(self, projection: Projection) -> None:
        self._projection = projection

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        projection, style = self._projection, self.style
        if projection is None:
            return
        serial, grid, technology = self._held
        made_of = (serial, projection)
        cells = self._cells
        if cells is None or cells[0] != made_of:
            cells = self._cells = (made_of, *_on_plane(grid, technology, projection))
        image = self._image
        if image is None or image[0] != (made_of, style):
            image = self._image = ((made_of, style), style_image(cells[1], style))
        paint_picture(painter, viewport, image[1], cells[2])


def _on_plane(
    grid: LandGrid, technology: str, projection: Projection
) -> tuple[Array, tuple[float, float, float, float]]:
    """(row, col) on the map plane, and (left, bottom, width, height) there."""
    values = np.asarray(100.0 * grid.shares[technology])
    rows, cols = grid.shape
    wide, high = cols * grid.cell_m, rows * grid.cell_m
    if projection.id == "albers":
        return values, (grid.west_m, grid.north_m - high, wide, high)
    from gis_layers.crs import from_albers

    steps = np.linspace(0.0, 1.0, 33)
    x = grid.west_m + wide * np.concatenate([steps, np.ones(33), steps, np.zeros(33)])
    y = grid.north_m - high * np.concatenate([np.zeros(33), steps, np.ones(33), steps])
    edge_x, edge_y = projection.forward(*from_albers(x, y))
    left, right = float(edge_x.min()), float(edge_x.max())
    bottom, top = float(edge_y.min()), float(edge_y.max())
    fine = min(2.0, MOST_PX / max(rows, cols))
    out_cols, out_rows = max(int(cols * fine), 1), max(int(rows * fine), 1)
    plane_x = left + (np.arange(out_cols) + 0.5) * (right - left) / out_cols
    plane_y = top - (np.arange(out_rows) + 0.5) * (top - bottom) / out_rows
    own_x, own_y = to_albers(*projection.inverse(*np.meshgrid(plane_x, plane_y)))
    col = np.floor((own_x - grid.west_m) / grid.cell_m)
    row = np.floor((grid.north_m - own_y) / grid.cell_m)
    inside = (col >= 0) & (col < cols) & (row >= 0) & (row < rows)
    found = np.full(inside.shape, np.nan)
    found[inside] = values[row[inside].astype(np.int64), col[inside].astype(np.int64)]
    return found, (left, bottom, right - left, top - bottom)


class SiteLayer(RegionLayer):
    """Candidate sites coloured by cost."""

    def __init__(self, identity: str, ids: Sequence[str], outlines: Sequence[Any]) -> None:
        super().__init__(identity, "province", ids)
        self._rings = tuple(
            (one, rings(np.array([shape], dtype=object))) for one, shape in zip(ids, outlines, strict=True)
        )

    def _drawn(
        self, projection: Projection, detail: boundary.Detail
    ) -> list[tuple[str, QRectF, QPainterPath]]:
        key: tuple[Projection, boundary.Detail] = (projection, 1)
        held = self._paths.get(key)
        if held is None:
            made = [(one, path_of(parts, True, projection)) for one, parts in self._rings]
            held = [(one, path.boundingRect(), path) for one, path in made]
            self._paths = {key: held}
        return held


class SiteMark:
    """A line around the site picked, and its way to the grid; an overlay of the canvas."""

    visible = True

    def __init__(self) -> None:
        self._shown: tuple[list[Array], Array | None] = ([], None)
        self._path: tuple[Projection, QPainterPath, QPainterPath] | None = None

    def set_site(self, outline: Any | None, way: Array | None = None) -> None:
        """The outline (shapely, degrees) and the way ((n, 2) degrees) of a site; None takes the mark away."""
        parts = [] if outline is None else rings(np.array([outline], dtype=object))
        self._shown, self._path = (parts, way), None

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        parts, way = self._shown
        if not parts:
            return
        held = self._path
        if held is None or held[0] != projection:
            line = path_of([way], False, projection) if way is not None else QPainterPath()
            held = self._path = (projection, path_of(parts, True, projection), line)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(map_transform(viewport), True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for path, colours in ((held[2], ("#ffffff", LINE_COLOUR)), (held[1], ("#ffffff", ACCENT))):
            for colour, width in zip(colours, (5.0, 2.4), strict=True):
                pen = QPen(QColor(colour), width)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawPath(path)
        painter.restore()
