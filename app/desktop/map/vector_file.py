"""A vector file on the map: read and prepared in the background, simplified by scale, asked by place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.desktop.map.background import BackgroundLayer
from app.desktop.map.features import Features, as_stations, read_features
from app.desktop.map.fields import numeric_fields, shares
from app.desktop.map.layers import Array, map_transform, polygon_of
from app.desktop.map.projection import Projection
from app.desktop.map.stack import USER_GROUP, LayerItem
from app.desktop.map.style import Category, Style, VectorStyle
from app.desktop.map.viewport import Viewport
from gis_layers.errors import InputError
from planning.words import TECHNOLOGY_COLOURS, term

LEVELS_M = (0.0, 300.0, 1500.0)
"""Tolerances of simplification; a level serves views whose pixels are at least as large."""
SMALLEST_POINT_PX = 5.0
SMALLEST_LINE_PX = 0.5
MOST_LABELS = 250
USER_STYLE = VectorStyle(line="#b3541e", fill="#40d98d5f", width_px=1.4)
"""What a vector file comes with: seen on every raster and on bare land."""


@dataclass(frozen=True)
class _Prepared:
    """Features in the map plane of one projection."""

    projection: Projection
    plane: NDArray[np.object_]
    bounds: Array
    """(feature, 4)"""
    centre: Array
    """(feature, 2) where a point or a label stands."""
    points: NDArray[np.bool_]
    paths: tuple[tuple[QPainterPath | None, ...], ...]
    """[level][feature]; None for points."""
    tree: Any
    """shapely.STRtree of `plane`."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How each feature is drawn."""

    colours: list[QColor]
    sizes_px: Array
    widths_px: Array


class VectorFileLayer(BackgroundLayer):
    """Points, lines and areas; `paint` draws what is prepared, never waits. Reading starts with the first
    `project`, so that who made the layer can connect to its signals first."""

    updated = Signal()
    loaded = Signal()
    """The features are there: `features`, `fields` and `box_deg` can be asked."""
    failed = Signal(object)
    """InputError, once."""

    light = True
    """Symbols and outlines: not clipped to the land."""

    def __init__(
        self,
        identity: str,
        read: Callable[[], Features],
        style: VectorStyle | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.id, self.visible, self.opacity = identity, True, 1.0
        self.features: Features | None = None
        self._read = read
        self._style = style or VectorStyle()
        self._projection: Projection | None = None
        self._prepared: _Prepared | None = None
        self._looks: tuple[VectorStyle, _Look] | None = None
        self._generation = 0
        self._started = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the attributes."""
        return tuple(self.features.columns) if self.features is not None else ()

    def column(self, field: str) -> NDArray[Any] | None:
        """The values of an attribute; None before they are read, or where there is no such field."""
        return self.features.columns.get(field) if self.features is not None else None

    @property
    def number_fields(self) -> tuple[str, ...]:
        """Names of the attributes that hold numbers."""
        return numeric_fields(self.features.columns) if self.features is not None else ()

    @property
    def box_deg(self) -> tuple[float, float, float, float] | None:
        return self.features.box_deg if self.features is not None else None

    def set_style(self, style: Style) -> None:
        if isinstance(style, VectorStyle):
            self._style = style

    def close(self) -> None:
        super().close()
        with self._lock:
            self._generation += 1

    # -- in a reading thread -------------------------------------------------------------------------

    def _load(self) -> None:
        try:
            features = self._read()
        except InputError as error:
            self._emit(self.failed, error)
            return
        with self._lock:
            if self._closed:
                return
            self.features = features
            projection, generation = self._projection, self._generation
        self._emit(self.loaded)
        if projection is not None:
            self._prepare(features, projection, generation)

    def _prepare(self, features: Features, projection: Projection, generation: int) -> None:
        import shapely

        def forward(xy: Array) -> Array:
            return np.column_stack(projection.forward(xy[:, 0], xy[:, 1]))

        plane = np.asarray(shapely.transform(features.geometry, forward))
        points = shapely.get_dimensions(plane) == 0
        centre = shapely.get_coordinates(shapely.point_on_surface(plane))
        paths = []
        for tolerance in LEVELS_M:
            if generation != self._generation:
                return
            shapes = shapely.simplify(plane, tolerance) if tolerance else plane
            paths.append(tuple(None if point else _path(s) for s, point in zip(shapes, points, strict=True)))
        made = _Prepared(
            projection, plane, shapely.bounds(plane), centre, points, tuple(paths), shapely.STRtree(plane)
        )
        with self._lock:
            if generation != self._generation:
                return
            self._prepared = made
        self._emit(self.updated)

    def _emit(self, signal: Any, *values: object) -> None:
        with self._lock:
            if not self._closed:
                signal.emit(*values)

    # -- painting ------------------------------------------------------------------------------------

    def project(self, projection: Projection) -> None:
        with self._lock:
            if self._projection == projection:
                return
            self._projection = projection
            self._generation += 1
            features, generation = self.features, self._generation
            first, self._started = not self._started, True
        if first:
            self._submit(self._load)
        elif features is not None:
            self._submit(self._prepare, features, projection, generation)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        made, features, style = self._prepared, self.features, self._style
        if made is None or features is None or made.projection != self._projection:
            return
        look = self._look(features, style)
        sizes = look.sizes_px
        left, bottom, right, top = viewport.extent
        rim = 40.0 * viewport.metres_per_pixel
        seen = np.flatnonzero(
            (made.bounds[:, 2] >= left - rim)
            & (made.bounds[:, 0] <= right + rim)
            & (made.bounds[:, 3] >= bottom - rim)
            & (made.bounds[:, 1] <= top + rim)
        )
        level = int(np.searchsorted(np.array(LEVELS_M), viewport.metres_per_pixel, side="right")) - 1
        self._paint_shapes(painter, viewport, made, seen[~made.points[seen]], look, style, level)
        points = seen[made.points[seen]]
        # Large ones first, so that the small ones beside them stay visible.
        points = points[np.argsort(-sizes[points], kind="stable")]
        painter.setPen(QPen(QColor(255, 255, 255, 220), 0.8))
        for index in points.tolist():
            x, y = viewport.to_screen(*made.centre[index])
            painter.setBrush(look.colours[index])
            painter.drawEllipse(QPointF(x, y), sizes[index] / 2, sizes[index] / 2)
        if style.label_field is not None and style.label_field in features.columns:
            names = features.columns[style.label_field]
            self._paint_labels(painter, viewport, made, seen, sizes, names)

    @staticmethod
    def _paint_shapes(
        painter: QPainter,
        viewport: Viewport,
        made: _Prepared,
        seen: NDArray[np.intp],
        look: _Look,
        style: VectorStyle,
        level: int,
    ) -> None:
        painter.save()
        painter.setTransform(map_transform(viewport), True)
        # Qt takes a cosmetic pen in device pixels.
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        pen = QPen(QColor(style.line) if style.line else QColor(0, 0, 0, 0), style.width_px * ratio)
        pen.setCosmetic(True)
        if style.dash:
            pen.setDashPattern(list(style.dash))
        for index in seen.tolist():
            path = made.paths[level][index]
            if path is None:
                continue
            area = made.plane[index].geom_type in ("Polygon", "MultiPolygon")
            filled = area and (style.fill is not None or style.colour_field is not None)
            if not area and style.colour_field is not None:
                pen.setColor(look.colours[index])
            if style.width_field is not None:
                pen.setWidthF(look.widths_px[index] * ratio)
            painter.setPen(pen if style.line is not None else Qt.PenStyle.NoPen)
            painter.setBrush(look.colours[index] if filled else Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        painter.restore()

    @staticmethod
    def _paint_labels(
        painter: QPainter,
        viewport: Viewport,
        made: _Prepared,
        seen: NDArray[np.intp],
        sizes: Array,
        names: NDArray[Any],
    ) -> None:
        """Names beside points and inside areas; one that would cover another is left out."""
        measure, taken = painter.fontMetrics(), list[QRectF]()
        for index in seen[np.argsort(-sizes[seen], kind="stable")].tolist():
            if len(taken) >= MOST_LABELS:
                break
            words = str(names[index] if names[index] is not None else "")
            x, y = viewport.to_screen(*made.centre[index])
            width = measure.horizontalAdvance(words)
            shift = sizes[index] / 2 + 3 if made.points[index] else -width / 2
            box = QRectF(x + shift, y - measure.height() / 2, width, measure.height())
            if not words or any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.setPen(QColor(255, 255, 255, 210))
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                painter.drawText(box.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, words)
            painter.setPen(QColor("#30363c"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _look(self, features: Features, style: VectorStyle) -> _Look:
        """How each feature looks, kept until the style changes."""
        held = self._looks
        if held is not None and held[0] == style:
            return held[1]
        values = features.columns.get(style.colour_field) if style.colour_field else None
        cache: dict[str, QColor] = {}
        colours = [cache.setdefault(name, QColor(name)) for name in style.colours(values, len(features))]
        look = _Look(colours, diameters_px(features, style), widths_px(features, style))
        self._looks = (style, look)
        return look

    # -- asked by place ------------------------------------------------------------------------------

    def at(self, viewport: Viewport, px: float, py: float, reach_px: float = 6.0) -> int | None:
        """The feature under a pixel: points before lines before areas, of several the nearest."""
        import shapely

        made, features = self._prepared, self.features
        if made is None or features is None:
            return None
        sizes = self._look(features, self._style).sizes_px
        x, y = viewport.to_map(px, py)
        scale = viewport.metres_per_pixel
        reach = max(reach_px, float(sizes[made.points].max()) / 2 if made.points.any() else 0.0) * scale
        near = made.tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach))
        if not len(near):
            return None
        away = shapely.distance(made.plane[near], shapely.Point(x, y)) / scale
        # The whole disc of a point counts, and nothing beyond the usual reach.
        away = np.where(made.points[near], away - sizes[near] / 2, away)
        order = np.lexsort((away, shapely.get_dimensions(made.plane[near])))
        hit = [int(near[k]) for k in order if away[k] <= (0.0 if made.points[near[k]] else reach_px)]
        return hit[0] if hit else None

    def attributes(self, index: int) -> dict[str, object]:
        """What the file says of a feature."""
        return self.features.attributes(index) if self.features is not None else {}


def diameters_px(features: Features, style: VectorStyle) -> Array:
    """(feature,) diameter of each point: area in proportion to `size_field`, its largest `size_px`. [px]"""
    share = shares(features.columns.get(style.size_field or ""), len(features))
    if share is None:
        return np.full(len(features), style.size_px)
    return np.maximum(style.size_px * np.sqrt(share), SMALLEST_POINT_PX)


def widths_px(features: Features, style: VectorStyle) -> Array:
    """(feature,) width of each line: in proportion to `width_field`, its largest `width_px`. [px]"""
    share = shares(features.columns.get(style.width_field or ""), len(features))
    if share is None:
        return np.full(len(features), style.width_px)
    return np.maximum(style.width_px * share, SMALLEST_LINE_PX)


def _path(shape: Any) -> QPainterPath:
    """A line or an area in metres; holes by the even-odd rule."""
    import shapely

    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    parts = shapely.get_parts(shape)
    areas = shapely.get_type_id(parts) == 3
    for part in (*shapely.get_rings(parts[areas]), *parts[~areas]):
        xy = shapely.get_coordinates(part)
        path.addPolygon(polygon_of(xy[:, 0], xy[:, 1]))
    return path


# -- ready for the stack ---------------------------------------------------------------------------


def open_vector(
    path: Path,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    identity: str | None = None,
    stations: bool = False,
) -> tuple[LayerItem, VectorFileLayer]:
    """A vector file as a layer of the user's, ready for `LayerStack.add`. What is wrong with it comes by the
    layer's `failed`.

    Parameters
    ----------
    stations
        The attributes tell the capacity of power stations: colour by technology, area of the point by MW.
    """
    path = Path(path)

    def read() -> Features:
        features = read_features(path, layer, encoding, crs)
        return as_stations(features) if stations else features

    style = station_style() if stations else USER_STYLE
    made = VectorFileLayer(identity or f"user.{path.name}" + (f".{layer}" if layer else ""), read, style)
    title = layer or path.stem
    item = LayerItem(
        id=made.id,
        group=USER_GROUP,
        title_zh=title,
        title_en=title,
        unit="MW" if stations else "",
        grade="user",
        source=path.name,
        visible=True,
        style=style,
        removable=True,
    )
    return item, made


def station_style() -> VectorStyle:
    """Colour by technology, area of the point by MW."""
    kinds = tuple(
        Category(value=key, colour=colour, title_zh=term(key, "zh"), title_en=term(key, "en"))
        for key, colour in TECHNOLOGY_COLOURS.items()
    )
    return VectorStyle(
        colour_field="technology", categories=kinds, size_field="capacity_mw", size_px=26.0, label_field=None
    )
