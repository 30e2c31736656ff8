"""A line or ring in the making: vertices added, moved, inserted, deleted. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from gis_layers.measure import Place, circle, destination, legs, ring_area_km2

LARGEST_KM = 3000.0
"""Radius of a circle."""
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

    @property
    def fixed(self) -> bool:
        """Whether its vertices are as many as they are: none is set or dropped."""
        return False

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


class EndsSketch(Sketch):
    """A line of two ends, or a single place: moved, never longer or shorter by a vertex."""

    def __init__(self, places: Iterable[Place]) -> None:
        super().__init__(False, places)

    @property
    def smallest(self) -> int:
        return len(self.places)

    @property
    def fixed(self) -> bool:
        return True

    def problem(self) -> str | None:
        return "tool.same_place" if len(set(self.places)) < len(self.places) else None

    def geometry(self) -> Any:
        import shapely

        return shapely.Point(self.places[0]) if len(self.places) == 1 else shapely.LineString(self.places)


class CircleSketch(Sketch):
    """A circle by two places, its centre and one on the rim; it stays a circle whatever is moved."""

    def __init__(self, centre: Place, rim: Place) -> None:
        super().__init__(True, (centre, rim))

    @property
    def smallest(self) -> int:
        return 2

    @property
    def fixed(self) -> bool:
        return True

    @property
    def radius_km(self) -> float:
        return legs(self.places).total_km

    def move(self, index: int, place: Place) -> None:
        """The centre takes the rim along, the rim changes the radius."""
        if index == 0:
            way = legs(self.places)
            rim = destination(place, float(way.azimuth_deg[0]), way.total_km)
            self.places = [place, rim]
        else:
            self.places = [self.places[0], place]

    def path(self) -> list[Place]:
        if not 0 < self.radius_km <= LARGEST_KM:
            return list(self.places)
        ring = circle_places(self.places[0], self.radius_km)
        return [*ring, ring[0]]

    def crosses_itself(self, pointer: Place | None = None) -> bool:
        return False

    def problem(self) -> str | None:
        if self.radius_km > LARGEST_KM:
            return "tool.too_wide"
        return "tool.no_area" if math.pi * self.radius_km**2 < SMALLEST_KM2 else None

    def geometry(self) -> Any:
        import shapely

        return shapely.orient_polygons(shapely.Polygon(circle_places(self.places[0], self.radius_km)))


def circle_of(ring: Sequence[Place]) -> CircleSketch:
    """The circle whose closed ring this is: opposite places of it lie on one geodesic through the centre."""
    places = list(ring[:-1])
    across = legs([places[0], places[len(places) // 2]])
    radius_km = across.total_km / 2
    centre = destination(places[0], float(across.azimuth_deg[0]), radius_km)
    return CircleSketch(centre, destination(centre, 90.0, radius_km))


def rectangle(corner: Place, opposite: Place) -> list[Place]:
    """Four corners of the box along meridians and parallels."""
    (west, east), (south, north) = sorted((corner[0], opposite[0])), sorted((corner[1], opposite[1]))
    return [(west, south), (east, south), (east, north), (west, north)]


def circle_places(centre: Place, radius_km: float) -> list[Place]:
    """The ring of a circle, its first point not repeated."""
    return [(float(x), float(y)) for x, y in circle(centre, radius_km).exterior.coords[:-1]]
