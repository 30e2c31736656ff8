"""Editing a polygon's or a line's vertices."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter

from app.desktop.map.events import MapEvent
from app.desktop.tools import figures, pen
from app.desktop.tools.base import MapTool
from app.desktop.tools.sketch import Sketch
from app.desktop.tools.snapping import Screen, Snapper, hit_edge, hit_vertex
from gis_layers.measure import Place, legs, ring_area_km2


class EditTool(MapTool):
    """Drag a vertex; press on an edge and drag to insert one; Delete or Shift-click to drop one.

    By keys: Page Up and Page Down pick a vertex, a typed place moves it, Insert sets one in the middle of the
    edge after it, Delete drops it, Backspace takes back the last change. Enter ends, Escape restores.
    """

    edited = Signal(object, object)
    """Shapely geometry before and after, degrees."""
    asked = Signal(float, float)
    """With nothing in hand, a place was clicked: is there a shape to edit?"""
    id = "edit"

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(snapper, parent)
        self.sketch = Sketch(True)
        self.picked: int | None = None
        self._before: Any = None
        self._past: list[list[Place]] = []
        self._edge: int | None = None
        self._moving = False

    def edit(self, geometry: Any) -> bool:
        """Take up a polygon without holes or a line; whether it can be edited."""
        kind = geometry.geom_type
        if kind not in ("Polygon", "LineString") or (kind == "Polygon" and len(geometry.interiors)):
            self.say("tool.not_editable")
            return False
        closed = kind == "Polygon"
        places = [(float(x), float(y)) for x, y, *_ in (geometry.exterior if closed else geometry).coords]
        self.sketch = Sketch(closed, places[:-1] if closed else places)
        self.picked, self._before, self._past = None, geometry, []
        self.changed.emit()
        return True

    @property
    def last(self) -> Place | None:
        return self.sketch.places[self.picked] if self.picked is not None else None

    @property
    def before(self) -> Any:
        """The shape in hand as it was taken up, or None."""
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
        if self._before is None:
            self.asked.emit(event.lon_deg, event.lat_deg)
            return
        hit = self._hit(event)
        if hit is not None and event.shift:
            self._delete(hit)
        else:
            self.picked = hit

    def grab(self, event: MapEvent) -> bool:
        if self.screen is None or event.shift:
            return False
        hit = self._hit(event)
        self._edge = None
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
        elif key == Qt.Key.Key_Delete and self.picked is not None:
            self._delete(self.picked)
        elif key == Qt.Key.Key_Insert and self.picked is not None:
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
        if self._before is None:
            return
        problem = self.sketch.problem()
        if problem is not None:
            self.say(problem)
            return
        before, after, moved = self._before, self.sketch.geometry(), bool(self._past)
        self._drop()
        if moved:
            self.edited.emit(before, after)
        self.left.emit()

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
        at = screen.places_px(self.sketch.places)
        pen.handles(painter, at, self.picked)
        if self.picked is not None:
            places = self.sketch.places
            size = (
                figures.area(ring_area_km2(places), self.language)
                if closed and not wrong
                else figures.length(legs(places).total_km)
            )
            lines = [figures.place(*places[self.picked]), *([] if wrong and closed else [size])]
            pen.label(painter, screen, float(at[self.picked][0]), float(at[self.picked][1]), lines)

    def _hit(self, event: MapEvent) -> int | None:
        if self.screen is None:
            return None
        return hit_vertex(self.screen, self.sketch.places, event.px, event.py)

    def _remember(self) -> None:
        self._past.append(list(self.sketch.places))

    def _delete(self, index: int) -> None:
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
