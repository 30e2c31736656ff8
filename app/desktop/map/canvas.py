"""The map canvas: layers painted once into a picture, the picture moved while the hand moves.

A plain widget rather than QGraphicsView: panning and zooming blit one picture whatever the number of
layers, and the layers are painted anew only when the view rests. QGraphicsView repaints every visible
item in every frame, which with county borders under six layers is far beyond a frame's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.desktop.map.events import MapEvent, Overlay, Tool
from app.desktop.map.layers import MapLayer
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

CHINA_BOX_DEG = (73.0, 17.5, 135.5, 54.0)
"""West, south, east, north of the view 'whole country'; the South China Sea is in the inset."""
SETTLE_MS = 70
"""Rest before the layers are painted at the new scale."""

Furniture = Callable[[QPainter, Viewport], None]


class MapCanvas(QWidget):
    """Shows layers through a projection; emits what the pointer does in degrees."""

    hovered = Signal(float, float)
    clicked = Signal(float, float, float)
    """Longitude, latitude, and metres per pixel of the view."""
    viewport_changed = Signal()

    def __init__(self, sea_colour: str = "#dfe8ee") -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.sea_colour = sea_colour
        self.projection = Projection("albers")
        self.viewport = Viewport(0.0, 0.0, 5000.0, 800, 600)
        self._layers: list[MapLayer] = []
        self._overlays: list[Overlay] = []
        self._tool: Tool | None = None
        self._furniture: Furniture | None = None
        self._picture: QPixmap | None = None
        self._picture_view = self.viewport
        self._drag_from: QPointF | None = None
        self._dragged = False
        self._fitted = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.refresh)

    # -- content ---------------------------------------------------------------------------------

    def set_layers(self, layers: Sequence[MapLayer]) -> None:
        """Paint these, the first at the bottom."""
        self._layers = list(layers)
        for layer in self._layers:
            layer.project(self.projection)
        self.refresh()

    def set_furniture(self, furniture: Furniture) -> None:
        """Scale bar, inset and other things that stay put."""
        self._furniture = furniture
        self.update()

    def set_projection(self, projection: Projection) -> None:
        centre = self.center_deg()
        self.projection = projection
        for layer in self._layers:
            layer.project(projection)
        self.center_on(*centre)

    def add_overlay(self, overlay: Overlay) -> None:
        """Paint this over the layers in every frame; it must be quick."""
        self._overlays.append(overlay)
        self.update()

    def set_tool(self, tool: Tool | None) -> None:
        """Give the hand to a tool; None pans and clicks."""
        if self._tool is not None and self._tool is not tool:
            self._tool.deactivate()
        self._tool = tool
        self.setCursor(tool.cursor if tool is not None else Qt.CursorShape.ArrowCursor)
        self.update()

    def refresh(self) -> None:
        """Paint the layers anew at the present view."""
        self._picture = None
        self.update()

    # -- view ------------------------------------------------------------------------------------

    def set_viewport(self, viewport: Viewport) -> None:
        if viewport == self.viewport:
            return
        self.viewport = viewport
        self._settle.start()
        self.viewport_changed.emit()
        self.update()

    def center_deg(self) -> tuple[float, float]:
        return self.to_degrees(self.viewport.width_px / 2, self.viewport.height_px / 2)

    def center_on(self, lon_deg: float, lat_deg: float, metres_per_pixel: float | None = None) -> None:
        x, y = self.to_plane(lon_deg, lat_deg)
        view = self.viewport
        scale = metres_per_pixel or view.metres_per_pixel
        self.set_viewport(Viewport(x, y, scale, view.width_px, view.height_px))
        self.refresh()

    def show_box(self, west: float, south: float, east: float, north: float) -> None:
        self.set_viewport(self.viewport.fitted(*self.projection.bounds(west, south, east, north)))

    def show_all(self) -> None:
        self.show_box(*CHINA_BOX_DEG)

    def zoom(self, factor: float) -> None:
        view = self.viewport
        self.set_viewport(view.zoomed(factor, view.width_px / 2, view.height_px / 2))

    def to_plane(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        import numpy as np

        x, y = self.projection.forward(np.array([lon_deg]), np.array([lat_deg]))
        return float(x[0]), float(y[0])

    def to_degrees(self, px: float, py: float) -> tuple[float, float]:
        import numpy as np

        x, y = self.viewport.to_map(px, py)
        lon, lat = self.projection.inverse(np.array([x]), np.array([y]))
        return float(lon[0]), float(lat[0])

    # -- painting --------------------------------------------------------------------------------

    def render_layers(self, painter: QPainter, viewport: Viewport) -> None:
        """Paint all visible layers for any view; also used for the inset and for export."""
        for layer in self._layers:
            if layer.visible:
                painter.save()
                painter.setOpacity(layer.opacity)
                layer.paint(painter, viewport)
                painter.restore()

    def _paint_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.sea_colour))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.render_layers(painter, self.viewport)
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is None:
            self._picture = self._paint_picture()
            self._picture_view = self.viewport
        if self._picture_view == self.viewport:
            painter.drawPixmap(0, 0, self._picture)
        else:
            painter.fillRect(self.rect(), QColor(self.sea_colour))
            left, _, _, top = self._picture_view.extent
            x, y = self.viewport.to_screen(left, top)
            scale = self._picture_view.metres_per_pixel / self.viewport.metres_per_pixel
            target = QRectF(x, y, self._picture_view.width_px * scale, self._picture_view.height_px * scale)
            painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for overlay in self._overlays:
            overlay.paint(painter, self.viewport, self.projection)
        if self._tool is not None:
            self._tool.paint(painter, self.viewport, self.projection)
        if self._furniture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._furniture(painter, self.viewport)
        painter.end()

    # -- hand ------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.viewport = self.viewport.resized(self.width(), self.height())
        if not self._fitted and self.width() > 400:
            self._fitted = True
            self.viewport = self.viewport.fitted(*self.projection.bounds(*CHINA_BOX_DEG))
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120.0
        at = event.position()
        self.set_viewport(self.viewport.zoomed(1.25**steps, at.x(), at.y()))
        event.accept()

    def _offered(self, kind: Literal["press", "move", "release", "double"], event: QMouseEvent) -> bool:
        """Whether the active tool took the event."""
        if self._tool is None:
            return False
        at = event.position()
        held = event.buttons() if kind == "move" else event.button()
        button: Literal["left", "right", "none"] = "none"
        if held & Qt.MouseButton.LeftButton:
            button = "left"
        elif held & Qt.MouseButton.RightButton:
            button = "right"
        lon, lat = self.to_degrees(at.x(), at.y())
        keys = event.modifiers()
        taken = self._tool.handle(
            MapEvent(
                kind,
                lon,
                lat,
                at.x(),
                at.y(),
                self.viewport.metres_per_pixel,
                button,
                bool(keys & Qt.KeyboardModifier.ShiftModifier),
                bool(keys & Qt.KeyboardModifier.ControlModifier),
            )
        )
        if taken:
            self.update()
        return taken

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._offered("double", event):
            super().mouseDoubleClickEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._offered("press", event):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = event.position()
            self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag_from is None and self._offered("move", event):
            self.hovered.emit(*self.to_degrees(at.x(), at.y()))
            return
        if self._drag_from is not None:
            step = at - self._drag_from
            if self._dragged or abs(step.x()) + abs(step.y()) > 4:
                self._dragged = True
                self._drag_from = at
                self.set_viewport(self.viewport.panned(step.x(), step.y()))
        self.hovered.emit(*self.to_degrees(at.x(), at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None and self._offered("release", event):
            return
        if event.button() == Qt.MouseButton.LeftButton and self._drag_from is not None:
            if not self._dragged:
                at = event.position()
                self.clicked.emit(*self.to_degrees(at.x(), at.y()), self.viewport.metres_per_pixel)
            self._drag_from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (60.0, 0.0),
            Qt.Key.Key_Right: (-60.0, 0.0),
            Qt.Key.Key_Up: (0.0, 60.0),
            Qt.Key.Key_Down: (0.0, -60.0),
        }
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._tool is not None and self._tool.key(key, shift):
            self.update()
        elif key in steps:
            self.set_viewport(self.viewport.panned(*steps[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom(0.8)
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)
