"""Tools of two places: set by two clicks, by one drag, or typed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.map.events import MapEvent
from app.desktop.tools.base import MapTool
from app.desktop.tools.snapping import Screen, Snapper
from gis_layers.measure import Place


class TwoPointTool(MapTool):
    """The first place stays, the second follows the pointer."""

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(snapper, parent)
        self.start: Place | None = None

    def complete(self, start: Place, end: Place) -> None:
        """Both places are set and differ."""

    def sound(self, start: Place, end: Place) -> bool:
        """Whether the two make a shape; says why not."""
        if start == end:
            self.say("tool.same_place")
            return False
        return True

    @property
    def last(self) -> Place | None:
        return self.start

    def place(self, place: Place) -> None:
        if self.start is None:
            self.start = place
        elif self.sound(self.start, place):
            start, self.start = self.start, None
            self.complete(start, place)

    def grab(self, event: MapEvent) -> bool:
        """A drag from nowhere begins the shape; one with the first place set pans."""
        if self.start is not None:
            return False
        self._from = self.caught(event)
        return True

    def drag(self, event: MapEvent) -> None:
        if self.start is None:
            self.start = self._from
        self.pointer = self.caught(event)

    def drop(self, event: MapEvent) -> None:
        self.place(self.caught(event))

    def finish(self) -> None:
        """A double click or Enter adds nothing to two places."""

    def undo(self) -> bool:
        return self.cancel()

    def cancel(self) -> bool:
        was = self.start is not None
        self.start = None
        return was

    def at(self, screen: Screen, place: Place) -> tuple[float, float]:
        x, y = screen.places_px([place])[0]
        return float(x), float(y)
