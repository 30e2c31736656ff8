"""The map canvas: layers painted in the background into a picture, the picture moved while the hand moves.

A plain widget rather than QGraphicsView: panning and zooming blit one picture whatever the number of
layers, and the layers are painted anew only when the view rests. QGraphicsView repaints every visible
item in every frame, which with county borders under six layers is far beyond a frame's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent

from app.desktop.map.edge import with_edge
from app.desktop.map.events import Overlay
from app.desktop.map.garbage import collect_in_this_thread
from app.desktop.map.hand import MapHand
from app.desktop.map.layers import MapLayer
from app.desktop.map.painting import BackgroundPainter, Order, Picture, Shown
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

RIM = 0.25
"""How much larger than the window the picture is, so that a pan does not show bare edges at once."""
SEA = ("#dfe8ee", "#12181d")
"""Light and dark."""

Furniture = Callable[[QPainter, Viewport], None]
Obstacles = tuple[tuple[float, float, float], ...]
InsetView = Callable[[Projection], Viewport]


class MapCanvas(MapHand):
    """Shows layers through a projection.

    Layers belong to the painting thread while they are shown: what a layer keeps between paintings must be
    computed aside and put in place in one assignment, after which `refresh()` is called.
    """

    painted = Signal()
    """A new picture is shown."""

    def __init__(self, sea_colour: str = SEA[0]) -> None:
        super().__init__()
        collect_in_this_thread()
        self.sea_colour = sea_colour
        self.dark = False
        self.inset: QImage | None = None
        self.swipe_share = 0.5
        """Where the divider is, as a share of the width."""
        self._layers: list[MapLayer] = []
        self._swipe: tuple[frozenset[str], frozenset[str]] | None = None
        self._overlays: list[Overlay] = []
        self._furniture: Furniture | None = None
        self._inset_view: InsetView | None = None
        self._painter = BackgroundPainter()
        self._painter.done.connect(self._take)
        self._painter.failed.connect(self._painting_failed)
        self._kept_clear: Obstacles = ()
        self._generation, self._content, self._inset_content = 0, 0, -1
        self._last: Order | None = None
        self._picture: Picture | None = None
        self._wide: Picture | None = None
        """An older picture of a wider view, shown at the edges while zooming out."""
        self._order_soon = self._timer(0, self._order, once=True)

    # -- content ---------------------------------------------------------------------------------

    def set_layers(self, layers: Sequence[MapLayer]) -> None:
        """Paint these, the first at the bottom."""
        self._layers = with_edge(layers)
        self._project_light()
        self.refresh()

    def _project_light(self) -> None:
        # The hand asks these at once where things are; the painting thread projects all others.
        for layer in self._layers:
            if getattr(layer, "light", False):
                layer.project(self.projection)

    def set_furniture(self, furniture: Furniture) -> None:
        """Scale bar and other things that stay put. Where it has an `inset_view(projection)`, the layers are
        painted for that view into `self.inset` as well."""
        self._furniture = furniture
        self._inset_view = getattr(furniture, "inset_view", None)
        self._inset_content = -1
        self.refresh()

    def covered(self) -> Sequence[QRectF]:
        """What the furniture covers."""
        tell = getattr(self._furniture, "covered", None)
        return tell(self.viewport) if tell is not None else ()

    def set_projection(self, projection: Projection) -> None:
        if projection != self.projection:
            super().set_projection(projection)
            self._project_light()
            self.refresh()

    def set_dark(self, dark: bool) -> None:
        self.dark, self.sea_colour = dark, SEA[dark]
        self.refresh()

    def set_swipe(self, left_ids: Iterable[str] | None, right_ids: Iterable[str] = ()) -> None:
        """Show the layers `left_ids` only left of the divider, `right_ids` only right of it, all others on
        both sides; None ends it. Layers named here are painted even where they are switched off."""
        self._swipe = None if left_ids is None else (frozenset(left_ids), frozenset(right_ids))
        self.refresh()

    def add_overlay(self, overlay: Overlay) -> None:
        """Paint this over the layers in every frame; it must be quick."""
        self._overlays.append(overlay)
        self.overlays_changed()

    def overlays_changed(self) -> None:
        """An overlay shows something else, or elsewhere: names keep clear of it."""
        if self._last is not None and not self._ordered():
            self._order_soon.start()
        self.update()

    def _obstacles(self) -> Obstacles:
        """What names keep clear of, of all overlays."""
        found: list[tuple[float, float, float]] = []
        for overlay in self._overlays:
            tell = getattr(overlay, "obstacles", None)
            found += tell(self.projection) if tell is not None else []
        return tuple(found)

    def overlays(self) -> tuple[Overlay, ...]:
        return tuple(self._overlays)

    @property
    def background(self) -> BackgroundPainter:
        """Who paints the layers."""
        return self._painter

    def remove_overlay(self, overlay: Overlay) -> None:
        """Take an overlay away; none of ours is no fault."""
        self._overlays = [one for one in self._overlays if one is not overlay]
        self.update()

    def refresh(self) -> None:
        """Paint the layers anew: something about them has changed."""
        self._content += 1
        self._order_soon.start()
        self.update()

    # -- painting --------------------------------------------------------------------------------

    def shown(self) -> Shown:
        """The visible layers, bottom first."""
        return tuple((layer, layer.opacity) for layer in self._layers if layer.visible)

    def _sides(self) -> tuple[Shown, Shown | None]:
        if self._swipe is None:
            return self.shown(), None
        left, right = self._swipe

        def side(own: frozenset[str], other: frozenset[str]) -> Shown:
            return tuple(
                (layer, layer.opacity)
                for layer in self._layers
                if layer.id in own or (layer.visible and layer.id not in other)
            )

        return side(left, right), side(right, left)

    def _rest(self) -> None:
        super()._rest()
        if not self._ordered():
            self._order()

    def _ordered(self) -> bool:
        """Whether the last order is what should be shown at rest."""
        last = self._last
        return (
            last is not None
            and last.content == self._content
            and self._kept_clear == self._obstacles()
            and last.projection == self.projection
            and last.ratio == self.devicePixelRatioF()
            and last.viewport.metres_per_pixel == self.viewport.metres_per_pixel
            and last.viewport.covers(self.viewport)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._last is None:
            self._order_soon.start()

    def _order(self) -> None:
        self._order_soon.stop()
        self._generation += 1
        self._kept_clear = self._obstacles()
        for layer in self._layers:
            if hasattr(layer, "obstacles"):
                layer.obstacles = self._kept_clear
        left, right = self._sides()
        inset = None
        if self._inset_view is not None and self._inset_content != self._content:
            inset = self._inset_view(self.projection)
        self._last = Order(
            self._generation,
            self._content,
            self.viewport.enlarged(RIM),
            self.devicePixelRatioF(),
            self.projection,
            self.sea_colour,
            left,
            right,
            inset,
            self.dark,
        )
        self._painter.order(self._last)

    def _take(self, picture: Picture) -> None:
        if picture.order.generation != self._generation:
            return
        old, self._picture = self._picture, picture
        for wide in (old, self._wide):
            if wide is not None and wide.viewport.metres_per_pixel > 1.2 * picture.viewport.metres_per_pixel:
                self._wide = wide
                break
        else:
            self._wide = None
        if picture.inset is not None:
            self.inset, self._inset_content = picture.inset, picture.order.content
        self.painted.emit()
        self.update()

    def _painting_failed(self, generation: int, error: Exception) -> None:
        # A layer changed under the painter's hands gives a stale order; anything else is a fault of ours.
        if generation == self._generation:
            raise error

    def wait_painted(self, timeout_s: float = 60.0) -> None:
        """Return when the picture shows what it should; for pictures of the window and for tests."""
        if not self._ordered():
            self._order()
        picture = self._painter.wait(timeout_s)
        if picture is not None:
            self._take(picture)

    def grab(self, rectangle: QRect | None = None) -> QPixmap:
        """The map as it looks at rest."""
        self.wait_painted()
        return super().grab(rectangle or QRect(QPoint(0, 0), QSize(-1, -1)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self._picture
        if picture is None or not self._shows_all(picture):
            painter.fillRect(self.rect(), QColor(self.sea_colour))
            if self._wide is not None:
                self._blit(painter, self._wide, self._wide.image)
        if picture is not None:
            self._blit(painter, picture, picture.image)
            if picture.right is not None:
                start = round(self.swipe_share * self.width())
                painter.setClipRect(start, 0, self.width() - start, self.height())
                self._blit(painter, picture, picture.right)
                painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for overlay in self._overlays:
            overlay.paint(painter, self.viewport, self.projection)
        if picture is not None and picture.names is not None:
            self._blit(painter, picture, picture.names)
        if self._tool is not None:
            self._tool.paint(painter, self.viewport, self.projection)
        if self._furniture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._furniture(painter, self.viewport)
        painter.end()

    def _shows_all(self, picture: Picture) -> bool:
        return picture.order.projection == self.projection and picture.viewport.covers(self.viewport)

    def _blit(self, painter: QPainter, picture: Picture, image: QImage) -> None:
        if picture.order.projection != self.projection:
            return
        view, now = picture.viewport, self.viewport
        left, _, _, top = view.extent
        x, y = now.to_screen(left, top)
        if view.metres_per_pixel == now.metres_per_pixel:
            painter.drawImage(QPointF(round(x), round(y)), image)
            return
        # Only the part that is in the window: scaling what is outside costs as much as what is inside.
        scale = view.metres_per_pixel / now.metres_per_pixel
        ratio = picture.order.ratio
        target = QRectF(x, y, view.width_px * scale, view.height_px * scale)
        seen = target.intersected(QRectF(self.rect()).adjusted(-scale, -scale, scale, scale))
        source = QRectF(
            (seen.x() - x) / scale * ratio,
            (seen.y() - y) / scale * ratio,
            seen.width() / scale * ratio,
            seen.height() / scale * ratio,
        )
        painter.drawImage(seen, image, source)
