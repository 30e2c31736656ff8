"""Editing what is on the map: vertices of a shape, centre and rim of a circle, ends of a line, a base."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter

from app.desktop.map.events import MapEvent
from app.desktop.texts import text
from app.desktop.tools import figures, pen
from app.desktop.tools.base import MapTool
from app.desktop.tools.editable import Editable, topmost
from app.desktop.tools.sketch import LARGEST_KM, CircleSketch, EndsSketch, Sketch, circle_of
from app.desktop.tools.snapping import Screen, Snapper, hit_edge, hit_vertex
from gis_layers.measure import Place, legs, ring_area_km2


class EditTool(MapTool):
    """Of a drawing: drag a vertex; press on an edge and drag to insert one; Delete or Shift-click to drop one.

    By keys: Page Up and Page Down pick a vertex, a typed place moves it, Insert sets one in the middle of the
    edge after it, Delete drops it, Backspace takes back the last change. Enter ends, Escape restores.

    A base and a line of the scenario are moved by one drag; Delete removes the thing in hand, a drawing where no
    vertex of it is picked or changed.
    """

    edited = Signal(object, object)
    """The Editable as it was taken up, and its shapely geometry after, degrees."""
    removed = Signal(object)
    """Editable."""
    taken = Signal()
    """Another thing is in the hand."""
    id = "edit"

    def __init__(self, snapper: Snapper, anchors: Snapper, parent: QObject | None = None) -> None:
        super().__init__(snapper, parent)
        self.things: Sequence[Editable] = ()
        """What can be taken up."""
        self.sketch = Sketch(True)
        self.picked: int | None = None
        self._snappers = {"ends": anchors, "point": Snapper()}
        self._all = snapper
        self._before: Editable | None = None
        self._past: list[list[Place]] = []
        self._edge: int | None = None
        self._moving = False

    def edit(self, thing: Editable) -> bool:
        """Take up a polygon without holes, a circle, a line or a point; whether it can be edited."""
        kind, geometry = thing.geometry.geom_type, thing.geometry
        if kind not in ("Polygon", "LineString", "Point") or (kind == "Polygon" and len(geometry.interiors)):
            self.say("tool.not_editable")
            return False
        closed = kind == "Polygon"
        places = [(float(x), float(y)) for x, y, *_ in (geometry.exterior if closed else geometry).coords]
        if thing.shape == "circle":
            self.sketch = circle_of(places)
        elif thing.quick:
            self.sketch = EndsSketch(places)
        else:
            self.sketch = Sketch(closed, places[:-1] if closed else places)
        self.picked, self._before, self._past = None, thing, []
        self.snapper = self._snappers.get(thing.shape, self._all)
        self.taken.emit()
        self.changed.emit()
        return True

    @property
    def last(self) -> Place | None:
        return self.sketch.places[self.picked] if self.picked is not None else None

    @property
    def before(self) -> Editable | None:
        """The thing in hand as it was taken up, or None."""
        return self._before

    @property
    def making(self) -> bool:
        return self._before is not None

    def place(self, place: Place) -> None:
        """A typed place moves the picked vertex."""
        if self.picked is None:
            self.say("tool.pick_vertex")
            return
        self._remember()
        self.sketch.move(self.picked, place)
        self._check()

    def click(self, event: MapEvent) -> None:
        if self._before is None or (self._before.quick and self._hit(event) is None):
            self._take_at(event)
            return
        hit = self._hit(event)
        if hit is not None and event.shift:
            self._delete(hit)
        else:
            self.picked = hit

    def grab(self, event: MapEvent) -> bool:
        if self.screen is None or event.shift:
            return False
        if self._before is None or self._before.quick:
            # A base or a line is there to be dragged at once; a drawing is taken up by a click.
            under = topmost(self.things, self.screen, event.px, event.py)
            if under is not None and under.quick and under != self._before:
                self.edit(under)
        hit = self._hit(event)
        self._edge = None
        if self.sketch.fixed:
            self.picked, self._moving = hit, False
            if hit is None and isinstance(self.sketch, CircleSketch):
                rim = hit_edge(self.screen, self.sketch.path(), event.px, event.py)
                self.picked = None if rim is None else 1
            return self.picked is not None
        if hit is None:
            self._edge = hit_edge(self.screen, self.sketch.path(), event.px, event.py)
            if self._edge is None:
                return False
        self.picked = hit
        self._moving = False
        return True

    def drag(self, event: MapEvent) -> None:
        place = self.caught(event)
        if not self._moving:
            self._moving = True
            self._remember()
            if self._edge is not None:
                self.picked = self.sketch.insert(self._edge, place)
        if self.picked is not None:
            self.sketch.move(self.picked, place)

    def drop(self, event: MapEvent) -> None:
        self._check()
        if self._before is not None and self._before.quick:
            self._hand_over()

    def key(self, key: Qt.Key, shift: bool) -> bool:
        count = len(self.sketch.places)
        if not count:
            return super().key(key, shift)
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            step = 1 if key == Qt.Key.Key_PageDown else -1
            first = 0 if step == 1 else count - 1
            self.picked = first if self.picked is None else (self.picked + step) % count
            lon, lat = self.sketch.places[self.picked]
            self.say("tool.vertex", number=self.picked + 1, count=count, place=figures.place(lon, lat))
        elif key == Qt.Key.Key_Delete and (self.sketch.fixed or (self.picked is None and not self._past)):
            thing = self._before
            self._drop()
            self.removed.emit(thing)
        elif key == Qt.Key.Key_Delete and self.picked is not None:
            self._delete(self.picked)
        elif key == Qt.Key.Key_Insert and self.picked is not None and not self.sketch.fixed:
            self._insert_after(self.picked)
        else:
            return super().key(key, shift)
        return True

    def undo(self) -> bool:
        if not self._past:
            return False
        self.sketch.places = self._past.pop()
        self.picked = None
        return True

    def finish(self) -> None:
        if self._before is not None and self._hand_over():
            self.left.emit()

    def _hand_over(self) -> bool:
        """Announce what was made of the thing in hand; whether it is one."""
        problem = self.sketch.problem()
        if problem is not None:
            self.say(problem, length=figures.length(LARGEST_KM))
            return False
        before, after, moved = self._before, self.sketch.geometry(), bool(self._past)
        self._drop()
        if moved:
            self.edited.emit(before, after)
        return True

    def _take_at(self, event: MapEvent) -> None:
        if self.screen is None:
            return
        under = topmost(self.things, self.screen, event.px, event.py)
        if under is None:
            self._drop()
            self.say("tool.edit.none")
        elif self.edit(under) and under.quick:
            self.picked = self._hit(event)
            self.say("tool.edit.base" if under.kind == "base" else "tool.edit.line")

    def cancel(self) -> bool:
        was = self._before is not None
        self._drop()
        return was

    def draw(self, painter: QPainter, screen: Screen) -> None:
        if not self.sketch.places:
            return
        wrong = self.sketch.crosses_itself()
        closed = self.sketch.closed
        pen.stroke(painter, pen.geodesic_px(screen, self.sketch.path()), fill=closed, wrong=wrong)
        if isinstance(self.sketch, CircleSketch):
            pen.stroke(painter, pen.geodesic_px(screen, self.sketch.places), dashed=True)
        at = screen.places_px(self.sketch.places)
        pen.handles(painter, at, self.picked)
        if self.picked is not None:
            places = self.sketch.places
            lines = [figures.place(*places[self.picked])]
            if closed and not wrong:
                lines.append(figures.area(ring_area_km2(self.sketch.path()[:-1]), self.language))
            elif len(places) > 1 and not closed:
                lines.append(figures.length(legs(places).total_km))
            if isinstance(self.sketch, CircleSketch):
                radius = figures.length(self.sketch.radius_km)
                lines.append(text("tool.radius", self.language, length=radius))
            pen.label(painter, screen, float(at[self.picked][0]), float(at[self.picked][1]), lines)

    def _hit(self, event: MapEvent) -> int | None:
        if self.screen is None:
            return None
        return hit_vertex(self.screen, self.sketch.places, event.px, event.py)

    def _remember(self) -> None:
        self._past.append(list(self.sketch.places))

    def _delete(self, index: int) -> None:
        if self.sketch.fixed:
            return
        before = list(self.sketch.places)
        if self.sketch.delete(index):
            self._past.append(before)
            self.picked = None
            self._check()
        else:
            self.say("tool.few_area" if self.sketch.closed else "tool.few_line")

    def _insert_after(self, index: int) -> None:
        path = self.sketch.path()
        if index + 1 < len(path):
            (x0, y0), (x1, y1) = path[index], path[index + 1]
            self._remember()
            self.picked = self.sketch.insert(index, ((x0 + x1) / 2, (y0 + y1) / 2))

    def _check(self) -> None:
        if self.sketch.crosses_itself():
            self.say("tool.crossing")

    def _drop(self) -> None:
        self.sketch = Sketch(True)
        self.picked, self._before, self._past = None, None, []
        self.snapper = self._all
