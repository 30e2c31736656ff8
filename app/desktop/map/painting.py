"""Paints the layers into pictures in the background; one painter at a time, stale orders dropped.

Layers are painted by this thread only, so they need no locks for what they keep between paintings. Qt lets
QPainter work on a QImage in any thread and leaves Python free while it draws.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from app.desktop.map.edge import EdgeFade
from app.desktop.map.layers import MapLayer, PathLayer, map_transform
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

Shown = tuple[tuple[MapLayer, float], ...]
"""Layers, bottom first, with their opacity when the order was given."""

NOT_IN_INSET = frozenset({"layer.city", "layer.county", "layer.places"})
"""Too dense for a picture of its size."""

OVER = frozenset({"layer.places"})
"""Painted into a picture of their own, shown over the overlays."""

BASE_MAP = "layer."
"""How the ids of the base map's layers begin; layers of the user keep the colours he gave them."""

TEN_STROKES = "layer.strokes"

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="map-painter")


@dataclass(frozen=True, slots=True)
class Order:
    """What to paint."""

    generation: int
    content: int
    """Grows when the layers look different, not when the view moves."""
    viewport: Viewport
    ratio: float
    """Device pixels per pixel."""
    projection: Projection
    sea: str
    layers: Shown
    right: Shown | None = None
    """What is right of the divider, where two sets are compared."""
    inset: Viewport | None = None
    """Where the inset has to be painted as well."""
    night: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What an order gave."""

    order: Order
    image: QImage
    right: QImage | None
    inset: QImage | None
    names: QImage | None = None
    """What lies over the overlays, on nothing."""

    @property
    def viewport(self) -> Viewport:
        return self.order.viewport


class Stale(Exception):
    """A newer order came: this picture is not wanted any more."""


def paint_layers(
    painter: QPainter,
    viewport: Viewport,
    layers: Shown,
    raster_clip: QPainterPath | None = None,
    wanted: Callable[[], bool] = lambda: True,
    night: bool = False,
) -> None:
    """Paint layers that have been projected; `raster_clip`, in metres of the map plane, bounds the rasters,
    `night` turns the base map's colours to dark ones.

    Raises
    ------
    Stale
        `wanted` said no between two layers.
    """
    for layer, opacity in layers:
        if not wanted():
            raise Stale
        painter.save()
        painter.setOpacity(opacity)
        if raster_clip is not None and is_raster(layer):
            painter.setClipPath(map_transform(viewport).map(raster_clip))
        ratio = painter.device().devicePixelRatioF()
        if night and layer.id == TEN_STROKES and isinstance(layer, PathLayer):
            _edged(layer, ratio).paint(painter, viewport)
        _dressed(layer, ratio, night).paint(painter, viewport)
        painter.restore()


def _dressed(layer: MapLayer, ratio: float, night: bool) -> MapLayer:
    """Outlines as this picture needs them, paths shared with the original: as wide on every screen (Qt takes
    a cosmetic pen in device pixels), and the base map dark at night."""
    if isinstance(layer, EdgeFade):
        return layer.at_night() if night else layer
    if not isinstance(layer, PathLayer) or (ratio == 1.0 and not night):
        return layer
    twin, style = copy.copy(layer), layer.style
    if night and layer.id.startswith(BASE_MAP):
        style = replace(style, line=at_night(style.line), fill=at_night(style.fill))
    twin.style = replace(style, width_px=style.width_px * ratio)
    return twin


def _edged(layer: PathLayer, ratio: float) -> PathLayer:
    """A dark edge under light strokes: they may never get lost on a bright raster."""
    twin, style = copy.copy(layer), layer.style
    twin.style = replace(style, line="#12181d", width_px=(style.width_px + 3.0) * ratio)
    return twin


def at_night(colour: str | None) -> str | None:
    """A colour of the base map on dark ground: light turned round, hue kept."""
    if colour is None:
        return None
    day = QColor(colour)
    hue, saturation, lightness = day.hslHueF(), day.hslSaturationF(), day.lightnessF()
    return QColor.fromHslF(max(hue, 0.0), 0.6 * saturation, 0.15 + 0.72 * (1.0 - lightness)).name()


def is_raster(layer: MapLayer) -> bool:
    """Whether a layer fills areas with cells: neither outlines, nor symbols, nor names."""
    return hasattr(layer, "sample")


def run(work: Callable[[], Any]) -> Future[Any]:
    """Do something with the layers when no picture is being painted, e.g. write a map to a file."""
    return _THREAD.submit(work)


class BackgroundPainter(QObject):
    """Takes orders, gives pictures; only the last order counts."""

    done = Signal(object)
    failed = Signal(int, object)
    """Generation and exception."""

    def __init__(self) -> None:
        super().__init__()
        self._latest = 0
        self._pending: Future[Picture | None] | None = None
        self._projected: dict[int, tuple[MapLayer, Projection]] = {}
        self._land: tuple[Projection, QPainterPath] | None = None

    def order(self, order: Order) -> None:
        self._latest = order.generation
        self._pending = _THREAD.submit(self._work, order)

    def cancel(self) -> None:
        """Whatever is being painted is not wanted any more."""
        self._latest = -1

    def wait(self, timeout_s: float) -> Picture | None:
        """The picture of the last order; None where there was none or it was overtaken."""
        return self._pending.result(timeout_s) if self._pending is not None else None

    def _work(self, order: Order) -> Picture | None:
        def wanted() -> bool:
            return order.generation == self._latest

        try:
            picture = self._paint(order, wanted)
        except Stale:
            return None
        except Exception as error:
            self.failed.emit(order.generation, error)
            raise
        self.done.emit(picture)
        return picture

    def project(self, layers: Sequence[MapLayer], projection: Projection) -> None:
        """Bring layers into a projection, each only once; in the painting thread."""
        for layer in layers:
            known = self._projected.get(id(layer))
            if known is None or known[1] != projection:
                layer.project(projection)
                self._projected[id(layer)] = (layer, projection)

    def _paint(self, order: Order, wanted: Callable[[], bool]) -> Picture:
        if not wanted():
            raise Stale
        every = [layer for layer, _ in (*order.layers, *(order.right or ()))]
        self.project(every, order.projection)
        image = _image(order, under(order.layers), wanted)
        right = _image(order, under(order.right), wanted) if order.right is not None else None
        inset = None
        if order.inset is not None:
            inset = blank(order.inset, 1.0, order.sea)
            with painting(inset) as painter:
                self.paint_inset(painter, order.inset, order.layers, order.projection, wanted, order.night)
        names = None
        if over(order.layers):
            names = clear(order.viewport, order.ratio)
            with painting(names) as painter:
                paint_layers(painter, order.viewport, over(order.layers), wanted=wanted, night=order.night)
        return Picture(order, image, right, inset, names)

    def paint_inset(
        self,
        painter: QPainter,
        viewport: Viewport,
        layers: Shown,
        projection: Projection,
        wanted: Callable[[], bool] = lambda: True,
        night: bool = False,
    ) -> None:
        """The layers as the small picture of the South China Sea shows them."""
        plain = tuple((layer, opacity) for layer, opacity in layers if layer.id not in NOT_IN_INSET)
        paint_layers(painter, viewport, plain, self.land(projection), wanted, night)

    def land(self, projection: Projection) -> QPainterPath:
        """China's land in the map plane, coarse: where a raster may show in the small inset. On the sea the
        rasters end at their own edge, which would look like a border."""
        if self._land is None or self._land[0] != projection:
            self._land = (projection, _land_path(projection))
        return self._land[1]


@contextlib.contextmanager
def painting(image: QImage) -> Iterator[QPainter]:
    """A smooth painter on an image, ended whatever happens."""
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    try:
        yield painter
    finally:
        painter.end()


def blank(viewport: Viewport, ratio: float, colour: str) -> QImage:
    """An image of a view's size, all of one colour."""
    image = QImage(
        round(viewport.width_px * ratio), round(viewport.height_px * ratio), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(colour))
    return image


def clear(viewport: Viewport, ratio: float) -> QImage:
    """An image of a view's size with nothing on it."""
    size = (round(viewport.width_px * ratio), round(viewport.height_px * ratio))
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def under(layers: Shown) -> Shown:
    """Those that lie under the overlays."""
    return tuple(one for one in layers if one[0].id not in OVER)


def over(layers: Shown) -> Shown:
    """Those that lie over the overlays."""
    return tuple(one for one in layers if one[0].id in OVER)


def _image(order: Order, layers: Shown, wanted: Callable[[], bool]) -> QImage:
    image = blank(order.viewport, order.ratio, order.sea)
    with painting(image) as painter:
        paint_layers(painter, order.viewport, layers, wanted=wanted, night=order.night)
    return image


def _land_path(projection: Projection) -> QPainterPath:
    import numpy as np
    from pyqtgraph.functions import arrayToQPath

    from app.desktop.map.land import rings
    from gis_layers import boundary

    parts = rings(boundary.regions("province", 1).geometry)
    points = np.concatenate(parts)
    x, y = projection.forward(points[:, 0], points[:, 1])
    joined = np.ones(len(points), dtype=np.int32)
    joined[np.cumsum([len(part) for part in parts]) - 1] = 0
    path: QPainterPath = arrayToQPath(x, y, connect=joined)
    return path
