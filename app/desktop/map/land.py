"""China's land in the map plane, as a mask for rasters that are known in China alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.desktop.map.layers import map_transform, path_of
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from gis_layers import boundary

FINE, MIDDLE, COARSE = 700.0, 2500.0, 1e9
"""Coarsest metres per pixel the three levels of detail are painted at."""
_LIMITS: tuple[tuple[boundary.Detail, float], ...] = ((0, FINE), (1, MIDDLE), (2, COARSE))


def rings(geometry: Any) -> list[NDArray[np.float64]]:
    """All rings of polygons, or all lines, as (n, 2) arrays of degrees."""
    import shapely

    parts = shapely.get_parts(np.asarray(geometry, dtype=object))
    kinds = shapely.get_type_id(parts)
    polygons, lines = parts[kinds == 3], parts[kinds != 3]
    lines = np.concatenate([shapely.get_rings(polygons), shapely.get_parts(lines)])
    points, index = shapely.get_coordinates(lines, return_index=True)
    cuts = np.flatnonzero(np.diff(index)) + 1
    return [np.asarray(part) for part in np.split(points, cuts) if len(part) > 1]


class LandMask:
    """The outline by scale, made once for a projection; used by the painting thread alone."""

    def __init__(self) -> None:
        self._paths: dict[tuple[Projection, int], list[tuple[QRectF, QPainterPath]]] = {}
        self._mapped: tuple[Viewport, Projection, QPainterPath] | None = None

    def clip(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        """Bound what is painted from here on by the land, besides what bounds it already."""
        held = self._mapped
        if held is None or held[:2] != (viewport, projection):
            # Layers above one another share the outline of a view.
            held = self._mapped = (viewport, projection, self._of_view(viewport, projection))
        painter.setClipPath(held[2], Qt.ClipOperation.IntersectClip)

    def _of_view(self, viewport: Viewport, projection: Projection) -> QPainterPath:
        left, bottom, right, top = viewport.extent
        view = QRectF(left, bottom, right - left, top - bottom)
        whole = QPainterPath()
        whole.setFillRule(Qt.FillRule.OddEvenFill)
        for box, path in self._parts(viewport, projection):
            if box.intersects(view):
                whole.addPath(path)
        return map_transform(viewport).map(whole)

    def _parts(self, viewport: Viewport, projection: Projection) -> list[tuple[QRectF, QPainterPath]]:
        detail = next(d for d, coarsest in _LIMITS if viewport.metres_per_pixel <= coarsest)
        key = (projection, detail)
        if key not in self._paths:
            # One outline without the borders of provinces: inside there is nothing to mask.
            parts = [
                path_of(rings(polygon), True, projection) for polygon in _polygons(boundary.china(detail))
            ]
            self._paths[key] = [(path.boundingRect(), path) for path in parts]
        return self._paths[key]


def _polygons(geometry: Any) -> list[Any]:
    import shapely

    return list(shapely.get_parts(geometry))


NATIONAL_LAND = LandMask()
