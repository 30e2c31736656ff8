"""The hand on the map: drag with inertia, wheel, trackpad, keys and tools; knows places, not layers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QStyle, QWidget

from app.desktop.map.events import MapEvent, Tool
from app.desktop.map.home import country, is_clear
from app.desktop.map.motion import Glide
from app.desktop.map.projection import Projection
from app.desktop.map.view_history import View
from app.desktop.map.viewport import Viewport

SETTLE_MS = 70
"""Rest before `view_settled`."""
FRAME_MS = 16
NOTCH = 1.25
"""Zoom of one notch of the wheel."""
NOTCH_PX = 60.0
"""Way of two fingers on a trackpad that stands for one notch."""


class MapHand(QWidget):
    """A widget that looks at the map plane; emits what the pointer does in degrees."""

    hovered = Signal(float, float)
    clicked = Signal(float, float, float)
    """Longitude, latitude, and metres per pixel of the view."""
    viewport_changed = Signal()
    view_settled = Signal()
    """The view has come to rest, e.g. to remember it."""

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 200)
        self.inertia = True
        self.projection = Projection("albers")
        self.viewport = Viewport(0.0, 0.0, 5000.0, 800, 600)
        self._tool: Tool | None = None
        self._drag_from: QPointF | None = None
        self._dragged = False
        self._hand_button = Qt.MouseButton.NoButton
        self._space = False
        self._fitted = False
        self._home: Viewport | None = None
        """The view of the whole country as it was last shown."""
        self._glide = Glide()
        self._glided_s = 0.0
        self._settle = self._timer(SETTLE_MS, self._rest, once=True)
        self._gliding = self._timer(FRAME_MS, self._glide_on, once=False)

    def _timer(self, interval_ms: int, slot: Callable[[], None], once: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(interval_ms)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer

    def _rest(self) -> None:
        self.view_settled.emit()

    def set_tool(self, tool: Tool | None) -> None:
        """Give the hand to a tool; None pans and clicks."""
        if self._tool is not None and self._tool is not tool:
            self._tool.deactivate()
        self._tool = tool
        self._show_cursor()
        self.update()

    @property
    def tool(self) -> Tool | None:
        return self._tool

    # -- view ------------------------------------------------------------------------------------

    def set_projection(self, projection: Projection) -> None:
        """Look through another projection; the centre and the scale on the ground stay."""
        if projection == self.projection:
            return
        lon, lat = self.center_deg()
        ground = self.viewport.metres_per_pixel / self.projection.scale_at(lon, lat)
        self.projection = projection
        self.center_on(lon, lat, ground * projection.scale_at(lon, lat))

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
        scale = metres_per_pixel or self.viewport.metres_per_pixel
        self._still()
        self.set_viewport(replace(self.viewport, center_x_m=x, center_y_m=y, metres_per_pixel=scale))

    def zoom_to(self, bounds_deg: tuple[float, float, float, float]) -> None:
        """Show a box (west, south, east, north), e.g. of a selection; a point is shown at 200 m a pixel."""
        west, south, east, north = bounds_deg
        if east - west < 1e-6 and north - south < 1e-6:
            self.center_on(west, south, 200.0)
        else:
            self.show_box(west, south, east, north)

    def show_box(self, west: float, south: float, east: float, north: float) -> None:
        self._still()
        self.set_viewport(self.viewport.fitted(*self.projection.bounds(west, south, east, north)))

    def show_all(self) -> None:
        """The whole country, clear of what stands on the map; it stays whole when the window's parts move, until
        the user looks elsewhere."""
        self._still()
        self.set_viewport(self.home_view())
        self._home = self.viewport

    def home_view(self) -> Viewport:
        """The view that shows the whole country."""
        return country(self.viewport, self.projection, self.covered())

    def covered(self) -> Sequence[QRectF]:
        """What stands on the map, in pixels."""
        return ()

    def refit(self) -> None:
        """Something else stands on the map: a country that was shown whole is shown whole again."""
        if self._home != self.viewport or is_clear(self.viewport, self.projection, self.covered()):
            return
        self.set_viewport(self.home_view())
        self._home = self.viewport

    def view(self) -> View:
        """What is shown, for the history and for bookmarks."""
        return View(*self.center_deg(), self.viewport.metres_per_pixel, self.projection.id)

    def set_view(self, view: View) -> None:
        """Go to a remembered view."""
        self.set_projection(Projection(view.projection))
        self.center_on(view.lon_deg, view.lat_deg, view.metres_per_pixel)

    def zoom(self, factor: float) -> None:
        self._zoom_at(factor, self.viewport.width_px / 2, self.viewport.height_px / 2)

    def _zoom_at(self, factor: float, px: float, py: float) -> None:
        self._still()
        self.set_viewport(self.viewport.zoomed(factor, px, py))

    def to_plane(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        x, y = self.projection.forward(np.array([lon_deg]), np.array([lat_deg]))
        return float(x[0]), float(y[0])

    def to_degrees(self, px: float, py: float) -> tuple[float, float]:
        x, y = self.viewport.to_map(px, py)
        lon, lat = self.projection.inverse(np.array([x]), np.array([y]))
        return float(lon[0]), float(lat[0])

    # -- hand ------------------------------------------------------------------------------------

    def motion_reduced(self) -> bool:
        """Whether the user's desktop asks for no animations."""
        return self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) <= 0

    def _still(self) -> None:
        self._glide.stop()
        self._gliding.stop()

    def _glide_on(self) -> None:
        now = time.monotonic()
        # A late timer makes a longer step, but a pause of the whole program makes no leap.
        step = self._glide.step(min(now - self._glided_s, 0.1))
        self._glided_s = now
        if step is None:
            self._still()
        else:
            self.set_viewport(self.viewport.panned(*step))

    def resizeEvent(self, event: QResizeEvent) -> None:
        whole = self._home is not None and self._home == self.viewport
        self.viewport = self.viewport.resized(self.width(), self.height())
        if whole or (not self._fitted and self.width() > 400):
            self._fitted = True
            self.viewport = self._home = self.home_view()
        self.viewport_changed.emit()
        self._settle.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        at, fine = event.position(), event.pixelDelta().y()
        # A trackpad tells pixels; a mouse tells notches.
        steps = fine / NOTCH_PX if fine else event.angleDelta().y() / 120.0
        if steps:
            self._zoom_at(NOTCH**steps, at.x(), at.y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            at = event.position()
            self._zoom_at(max(1.0 + event.value(), 0.2), at.x(), at.y())
            return True
        return super().event(event)

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
        self._still()
        button = event.button()
        # The middle button, or the space bar held, moves the map whatever tool is in the hand.
        forced = button == Qt.MouseButton.MiddleButton or (
            self._space and button == Qt.MouseButton.LeftButton
        )
        if not forced and self._offered("press", event):
            return
        if forced or button == Qt.MouseButton.LeftButton:
            self._drag_from, self._hand_button, self._dragged = event.position(), button, forced
            self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag_from is None:
            self._offered("move", event)
        else:
            step = at - self._drag_from
            if self._dragged or abs(step.x()) + abs(step.y()) > 4:
                self._dragged = True
                self._drag_from = at
                self._glide.moved(time.monotonic(), step.x(), step.y())
                self.set_viewport(self.viewport.panned(step.x(), step.y()))
        self.hovered.emit(*self.to_degrees(at.x(), at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None:
            self._offered("release", event)
        elif event.button() == self._hand_button:
            self._drag_from = None
            self._show_cursor()
            now = time.monotonic()
            if not self._dragged:
                at = event.position()
                self.clicked.emit(*self.to_degrees(at.x(), at.y()), self.viewport.metres_per_pixel)
            elif self._glide.released(now) and self.inertia and not self.motion_reduced():
                self._glided_s = now
                self._gliding.start()

    def _show_cursor(self) -> None:
        if self._drag_from is not None and self._dragged:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(self._tool.cursor if self._tool is not None else Qt.CursorShape.ArrowCursor)

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
        elif key == Qt.Key.Key_Space:
            self._space = True
            self._show_cursor()
        elif key in steps:
            self._still()
            far = 5.0 if shift else 1.0
            self.set_viewport(self.viewport.panned(steps[key][0] * far, steps[key][1] * far))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_PageUp):
            self.zoom(NOTCH)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_PageDown):
            self.zoom(1 / NOTCH)
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._show_cursor()
        else:
            super().keyReleaseEvent(event)
