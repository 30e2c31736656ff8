"""Provinces, cities or counties coloured by a number or a class, and the mark around one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.desktop.map.fields import numeric_fields
from app.desktop.map.land import MIDDLE, rings
from app.desktop.map.layers import map_transform, path_of
from app.desktop.map.projection import Projection
from app.desktop.map.style import Style, VectorStyle
from app.desktop.map.viewport import Viewport
from app.desktop.theme import ACCENT
from gis_layers import boundary

Array = NDArray[np.float64]


@lru_cache(maxsize=6)
def _shapes(level: boundary.AreaLayer, detail: boundary.Detail) -> tuple[tuple[str, list[Array]], ...]:
    """Code and rings of every region."""
    held = boundary.regions(level, detail)
    return tuple(
        (code, rings(np.array([shape]))) for code, shape in zip(held.ids, held.geometry, strict=True)
    )


class RegionLayer:
    """Filled regions of one level; `paint` may run beside the window and replaces what it keeps whole."""

    light = True

    def __init__(self, identity: str, level: boundary.AreaLayer, ids: Sequence[str]) -> None:
        self.id, self.level, self.ids = identity, level, tuple(ids)
        self.visible, self.opacity = True, 0.85
        self._columns: Mapping[str, NDArray[Any]] = {}
        self._style = VectorStyle()
        self._look: tuple[VectorStyle, dict[str, QColor]] | None = None
        self._projection: Projection | None = None
        self._paths: dict[tuple[Projection, boundary.Detail], list[tuple[str, QRectF, QPainterPath]]] = {}

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self._columns)

    @property
    def number_fields(self) -> tuple[str, ...]:
        return numeric_fields(self._columns)

    def column(self, field: str) -> NDArray[Any] | None:
        """(region,) in the order of `ids`; NaN or None where there is no value."""
        return self._columns.get(field)

    def set_columns(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Other values; the next style colours by one of them."""
        self._columns, self._look = dict(columns), None

    def set_style(self, style: Style) -> None:
        if isinstance(style, VectorStyle):
            self._style = style

    def project(self, projection: Projection) -> None:
        self._projection = projection

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        projection, style = self._projection, self._style
        if projection is None:
            return
        colours = self._colours(style)
        detail: boundary.Detail = 1 if viewport.metres_per_pixel <= MIDDLE else 2
        left, bottom, right, top = viewport.extent
        view = QRectF(left, bottom, right - left, top - bottom)
        painter.save()
        painter.setTransform(map_transform(viewport), True)
        pen = QPen(QColor(style.line), style.width_px) if style.line else QPen(Qt.PenStyle.NoPen)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for code, box, path in self._drawn(projection, detail):
            if box.intersects(view) and code in colours:
                painter.setBrush(colours[code])
                painter.drawPath(path)
        painter.restore()

    def _drawn(
        self, projection: Projection, detail: boundary.Detail
    ) -> list[tuple[str, QRectF, QPainterPath]]:
        key = (projection, detail)
        held = self._paths.get(key)
        if held is None:
            made = [(code, path_of(parts, True, projection)) for code, parts in _shapes(self.level, detail)]
            held = [(code, path.boundingRect(), path) for code, path in made]
            self._paths = {k: v for k, v in self._paths.items() if k[0] == projection} | {key: held}
        return held

    def _colours(self, style: VectorStyle) -> dict[str, QColor]:
        look = self._look
        if look is None or look[0] != style:
            values = self._columns.get(style.colour_field) if style.colour_field else None
            names = style.colours(values, len(self.ids))
            look = (style, {code: QColor(name) for code, name in zip(self.ids, names, strict=True)})
            self._look = look
        return look[1]


class RegionMark:
    """A line around the region picked; an overlay of the canvas."""

    visible = True

    def __init__(self) -> None:
        self.level: boundary.AreaLayer = "province"
        self.code = ""
        self._path: tuple[tuple[str, str, Projection], QPainterPath] | None = None

    def set_region(self, level: boundary.AreaLayer, code: str) -> None:
        """The region of a code; "" takes the mark away."""
        self.level, self.code = level, code

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if not self.code:
            return
        key = (self.level, self.code, projection)
        held = self._path
        if held is None or held[0] != key:
            parts = next((parts for code, parts in _shapes(self.level, 1) if code == self.code), [])
            held = self._path = (key, path_of(parts, True, projection))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(map_transform(viewport), True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("#ffffff", 4.5), (ACCENT, 2.2)):
            pen = QPen(QColor(colour), width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(held[1])
        painter.restore()
