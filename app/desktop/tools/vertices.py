"""Tools that set vertex after vertex: a line or a ring."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QPainter

from app.desktop.map.events import MapEvent
from app.desktop.tools import pen
from app.desktop.tools.base import MapTool
from app.desktop.tools.sketch import Sketch
from app.desktop.tools.snapping import Screen, Snapper, hit_vertex
from gis_layers.measure import Place


class VertexTool(MapTool):
    """Clicks add vertices, Backspace takes the last back, Enter or a double click finishes, Escape drops all.

    A finished shape stays in sight until the next click where `stays` is set.
    """

    closed = True
    stays = False

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(snapper, parent)
        self.sketch = Sketch(self.closed)
        self.done = False

    def complete(self, sketch: Sketch) -> None:
        """The shape is finished and sound."""

    def labels(self, places: list[Place]) -> list[str]:
        """Lines beside the pointer for the vertices so far and the pointer."""
        return []

    @property
    def last(self) -> Place | None:
        return None if self.done else self.sketch.last

    @property
    def making(self) -> bool:
        return bool(self.sketch.places) and not self.done

    def place(self, place: Place) -> None:
        if self.done:
            self.sketch.clear()
            self.done = False
        self.sketch.add(place)

    def click(self, event: MapEvent) -> None:
        if self.closed and not self.done and self.screen is not None and len(self.sketch.places) >= 3:
            first = hit_vertex(self.screen, self.sketch.places[:1], event.px, event.py)
            if first is not None:
                self.finish()
                return
        super().click(event)

    def finish(self) -> None:
        if self.done or not self.sketch.places:
            return
        problem = self.sketch.problem()
        if problem is not None:
            self.say(problem)
            return
        shape = Sketch(self.closed, self.sketch.places)
        if self.stays:
            self.done = True
        else:
            self.sketch.clear()
        self.complete(shape)

    def undo(self) -> bool:
        return not self.done and self.sketch.undo()

    def cancel(self) -> bool:
        was = bool(self.sketch.places)
        self.sketch.clear()
        self.done = False
        return was

    def with_pointer(self) -> list[Place]:
        """The vertices, and the pointer while the shape is in the making."""
        places = list(self.sketch.places)
        if not self.done and self.pointer is not None and places and self.pointer != places[-1]:
            places.append(self.pointer)
        return places

    def draw(self, painter: QPainter, screen: Screen) -> None:
        places = self.with_pointer()
        if not places:
            return
        shown = Sketch(self.closed, places)
        wrong = shown.crosses_itself()
        pen.stroke(painter, pen.geodesic_px(screen, shown.path()), fill=self.closed, wrong=wrong)
        self.draw_over(painter, screen, places)
        pen.handles(painter, screen.places_px(self.sketch.places))
        at = screen.places_px(places[-1:])[0]
        pen.label(painter, screen, float(at[0]), float(at[1]), self.labels(places))

    def draw_over(self, painter: QPainter, screen: Screen, places: list[Place]) -> None:
        """More between the shape and its handles."""
