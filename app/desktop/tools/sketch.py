"""A line or ring in the making: vertices added, moved, inserted, deleted. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gis_layers.measure import Place, circle, ring_area_km2

SMALLEST_KM2 = 1e-4
"""100 m2: below, a polygon is a slip of the hand."""


class Sketch:
    """Vertices in degrees, in the order they were set; `closed` for a ring (its first vertex not repeated)."""

    def __init__(self, closed: bool, places: Iterable[Place] = ()) -> None:
        self.closed = closed
        self.places: list[Place] = list(places)

    @property
    def last(self) -> Place | None:
        return self.places[-1] if self.places else None

    @property
    def smallest(self) -> int:
        """Fewest vertices that make a shape."""
        return 3 if self.closed else 2

    def add(self, place: Place) -> bool:
        """Whether the vertex was added; one on top of the last is not."""
        if self.last == place:
            return False
        self.places.append(place)
        return True

    def undo(self) -> bool:
        """Drop the last vertex; whether there was one."""
        if self.places:
            self.places.pop()
            return True
        return False

    def clear(self) -> None:
        self.places = []

    def move(self, index: int, place: Place) -> None:
        self.places[index] = place

    def insert(self, edge: int, place: Place) -> int:
        """Set a vertex on edge `edge` (from vertex `edge` to the next); its index."""
        self.places.insert(edge + 1, place)
        return edge + 1

    def delete(self, index: int) -> bool:
        """Whether the vertex went; the shape keeps its fewest vertices."""
        if len(self.places) <= self.smallest:
            return False
        del self.places[index]
        return True

    def path(self) -> list[Place]:
        """The vertices as they are painted and measured, a ring closed."""
        return [*self.places, self.places[0]] if self.closed and len(self.places) > 1 else list(self.places)

    def crosses_itself(self, pointer: Place | None = None) -> bool:
        """Whether edges meet outside the vertices; `pointer` counts as a last vertex."""
        import shapely

        places = [*self.places, pointer] if pointer is not None and pointer != self.last else self.places
        if not self.closed or len(places) < 3:
            return False
        if len(set(places)) < len(places):
            return True
        return not shapely.LinearRing(places).is_simple

    def problem(self) -> str | None:
        """Key of the words that say why this is no shape yet; None if it is one."""
        if len(self.places) < self.smallest:
            return "tool.few_area" if self.closed else "tool.few_line"
        if self.closed:
            if self.crosses_itself():
                return "tool.crossing"
            if ring_area_km2(self.places) < SMALLEST_KM2:
                return "tool.no_area"
        return None

    def geometry(self) -> Any:
        """Shapely polygon (anticlockwise) or line; ask `problem` first."""
        import shapely

        if not self.closed:
            return shapely.LineString(self.places)
        return shapely.orient_polygons(shapely.Polygon(self.places))


def rectangle(corner: Place, opposite: Place) -> list[Place]:
    """Four corners of the box along meridians and parallels."""
    (west, east), (south, north) = sorted((corner[0], opposite[0])), sorted((corner[1], opposite[1]))
    return [(west, south), (east, south), (east, north), (west, north)]


def circle_places(centre: Place, radius_km: float) -> list[Place]:
    """The ring of a circle, its first point not repeated."""
    return [(float(x), float(y)) for x, y in circle(centre, radius_km).exterior.coords[:-1]]
