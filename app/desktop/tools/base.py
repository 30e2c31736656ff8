"""What all tools of the map share: clicks told from drags, snapping, typed places, keys."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter

from app.desktop.map.events import MapEvent
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.texts import text
from app.desktop.tools import pen
from app.desktop.tools.snapping import Screen, Snap, Snapper
from app.desktop.tools.typed import Offset, TypedError, parse
from app.messages import Language
from gis_layers.measure import Place

DRAG_PX = 4.0
_TYPED_KEYS = {Qt.Key(Qt.Key.Key_0.value + i): str(i) for i in range(10)} | {
    Qt.Key.Key_At: "@",
    Qt.Key.Key_Period: ".",
}


class MapTool(QObject):
    """One mode of the hand; fulfils `app.desktop.map.events.Tool`.

    A tool knows the view from its last painting, and takes nothing before it. A left press that moves more
    than 4 px pans the map unless the tool grabs it; one that does not is a click.
    """

    message = Signal(str)
    """Words for the status bar, in the window's language."""
    changed = Signal()
    """Something else than the pointer changed the picture: paint anew."""
    panned = Signal(float, float)
    """Pixels the map is to be moved by, right and down."""
    left = Signal()
    """Escape with nothing in the making: the tool is put down."""
    typing = Signal(str)
    """A figure was typed on the map: open the box for typed places with it."""

    id: str = ""
    cursor: Qt.CursorShape = Qt.CursorShape.CrossCursor
    catches = True
    """Whether it snaps."""

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapper = snapper
        self.language: Language = "zh"
        self.screen: Screen | None = None
        self.snap: Snap | None = None
        self.pointer: Place | None = None
        self._pressed: tuple[float, float] | None = None
        self._dragged = False
        self._grabbed = False

    # -- what a tool does of its own ---------------------------------------------------------------

    def place(self, place: Place) -> None:
        """A place was clicked or typed."""

    def radius(self, km: float) -> None:
        """A bare distance was typed."""
        self.say("tool.type.no_azimuth")

    @property
    def last(self) -> Place | None:
        """Where a typed distance and azimuth set out."""
        return None

    @property
    def making(self) -> bool:
        """Whether a shape is in the making that a right click would finish."""
        return False

    def finish(self) -> None:
        """Enter, double click or right click."""

    def undo(self) -> bool:
        """Backspace; whether there was something to take back."""
        return False

    def cancel(self) -> bool:
        """Escape; whether something was in the making."""
        return False

    def grab(self, event: MapEvent) -> bool:
        """Whether a drag that begins here is the tool's own (it pans otherwise)."""
        return False

    def drag(self, event: MapEvent) -> None:
        """The grabbed thing moves."""

    def drop(self, event: MapEvent) -> None:
        """The grabbed thing is let go."""

    def click(self, event: MapEvent) -> None:
        self.place(self.caught(event))

    def draw(self, painter: QPainter, screen: Screen) -> None:
        """Paint what is in the making."""

    # -- the canvas's side ---------------------------------------------------------------------------

    def look(self, viewport: Viewport, projection: Projection) -> None:
        """Learn the present view."""
        if self.screen is None or (self.screen.viewport, self.screen.projection) != (viewport, projection):
            self.screen = Screen(viewport, projection)

    def handle(self, event: MapEvent) -> bool:
        if self.screen is None:
            return False
        if event.kind == "move":
            return self._move(event)
        if event.button == "right" and event.kind == "press" and self.making:
            self.finish()
            return True
        if event.button != "left":
            return False
        if event.kind == "press":
            self._pressed, self._dragged = (event.px, event.py), False
            self._grabbed = self.grab(event)
        elif event.kind == "double":
            self._pressed = None
            self.finish()
        elif self._pressed is not None:
            self._pressed = None
            if not self._dragged:
                self.click(event)
            elif self._grabbed:
                self.drop(event)
        return True

    def _move(self, event: MapEvent) -> bool:
        if self._pressed is not None and event.button == "left":
            self._drag(event)
            return True
        self._pressed = None
        self.pointer = self.caught(event)
        return self.catches or self.making

    def _drag(self, event: MapEvent) -> None:
        assert self._pressed is not None
        dx, dy = event.px - self._pressed[0], event.py - self._pressed[1]
        if not self._dragged and abs(dx) + abs(dy) <= DRAG_PX:
            return
        self._dragged = True
        if self._grabbed:
            self.drag(event)
        else:
            self._pressed = (event.px, event.py)
            self.panned.emit(dx, dy)

    def key(self, key: Qt.Key, shift: bool) -> bool:
        if key == Qt.Key.Key_Escape:
            if not self.cancel():
                self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        elif key == Qt.Key.Key_Backspace:
            return self.undo()
        elif key in _TYPED_KEYS:
            self.typing.emit(_TYPED_KEYS[key])
        else:
            return False
        return True

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        self.look(viewport, projection)
        assert self.screen is not None
        painter.save()
        self.draw(painter, self.screen)
        if self.snap is not None:
            pen.snap_mark(painter, self.screen, self.snap)
        painter.restore()

    def deactivate(self) -> None:
        self.cancel()
        self.snap = self.pointer = self._pressed = None

    # -- help for tools ------------------------------------------------------------------------------

    def caught(self, event: MapEvent) -> Place:
        """The place under the pointer, snapped unless Ctrl is held."""
        self.snap = None
        if self.catches and not event.ctrl and self.screen is not None:
            self.snap = self.snapper.snap(self.screen, event.px, event.py)
        return self.snap.place if self.snap is not None else (event.lon_deg, event.lat_deg)

    def say(self, key: str, **values: object) -> None:
        self.message.emit(text(key, self.language, **values))

    def type_place(self, words: str) -> bool:
        """Take what was typed as a click would be; whether it could be read. Nothing typed is Enter.

        Besides coordinates, a named place the tool catches can be typed by the beginning of its name.
        """
        if not words.strip():
            self.finish()
            self.changed.emit()
            return True
        named = self.snapper.named(words) if self.catches else None
        try:
            if named is not None:
                self.snap = named
                self.place(named.place)
                self.changed.emit()
                return True
            typed = parse(words)
            if not isinstance(typed, Offset):
                self.place(typed)
            elif typed.azimuth_deg is None:
                self.radius(typed.length_km)
            else:
                self.place(typed.from_place(self.last))
        except TypedError as problem:
            self.say(problem.key)
            return False
        self.changed.emit()
        return True
