"""Snapping in pixels to vertices and edges, and the hit test of vertices; numpy, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from gis_layers.measure import Place

Array = NDArray[np.float64]
SNAP_PX = 8.0
_METRES_PER_DEGREE = 111_000.0


@dataclass(frozen=True)
class Screen:
    """From degrees to pixels and back in the present view."""

    viewport: Viewport
    projection: Projection

    def to_px(self, lon_deg: Array, lat_deg: Array) -> tuple[Array, Array]:
        x, y = self.projection.forward(lon_deg, lat_deg)
        view = self.viewport
        return (
            (x - view.center_x_m) / view.metres_per_pixel + view.width_px / 2,
            (view.center_y_m - y) / view.metres_per_pixel + view.height_px / 2,
        )

    def places_px(self, places: Sequence[Place]) -> Array:
        """(n, 2) pixels of places."""
        if not places:
            return np.empty((0, 2))
        lon, lat = np.array(places, dtype=np.float64).T
        return np.column_stack(self.to_px(lon, lat))

    def place_at(self, px: float, py: float) -> Place:
        x, y = self.viewport.to_map(px, py)
        lon, lat = self.projection.inverse(np.array([x]), np.array([y]))
        return float(lon[0]), float(lat[0])


@dataclass(frozen=True, slots=True)
class Snap:
    """What the pointer caught."""

    place: Place
    kind: Literal["vertex", "edge", "named"]
    name: str = ""


class Snapper:
    """Vertices, edges and named places to catch; a vertex is caught before an edge, a name before both."""

    def __init__(self) -> None:
        self._groups: dict[str, tuple[Array, Array]] = {}
        self._names: tuple[str, ...] = ()
        self._named = np.empty((0, 2))

    def set_geometries(self, group: str, geometries: Iterable[Any]) -> None:
        """Catch the vertices and edges of shapely geometries in degrees (points, lines, polygons)."""
        import shapely

        known = np.array([g for g in geometries if g is not None], dtype=object)
        points, owner = shapely.get_coordinates(_rings(known), return_index=True)
        together = owner[1:] == owner[:-1]
        segments = np.concatenate([points[:-1][together], points[1:][together]], axis=1)
        self._groups[group] = (points, segments)

    def set_named(self, places: Sequence[tuple[str, float, float]]) -> None:
        """Catch these places (name, longitude, latitude)."""
        self._names = tuple(name for name, _, _ in places)
        self._named = np.array([(lon, lat) for _, lon, lat in places], dtype=np.float64).reshape(-1, 2)

    def named(self, words: str) -> Snap | None:
        """The named place with this name, or the only one whose name begins so, whatever the case."""
        wish = words.strip().casefold()
        names = [name.casefold() for name in self._names]
        found = [i for i, name in enumerate(names) if name == wish]
        found = found or [i for i, name in enumerate(names) if wish and name.startswith(wish)]
        if len(found) != 1:
            return None
        lon, lat = self._named[found[0]]
        return Snap((float(lon), float(lat)), "named", self._names[found[0]])

    def snap(self, screen: Screen, px: float, py: float, reach_px: float = SNAP_PX) -> Snap | None:
        """The best catch within `reach_px` of a pixel."""
        lon, lat = screen.place_at(px, py)
        if not np.isfinite(lon + lat):
            return None
        # A generous window in degrees; Mercator's metres are up to three times too long at 55N, never too short.
        high = 1.5 * reach_px * screen.viewport.metres_per_pixel / _METRES_PER_DEGREE
        wide = high / max(float(np.cos(np.radians(min(abs(lat) + high, 85.0)))), 0.05)
        window = (lon - wide, lat - high, lon + wide, lat + high)
        named = _nearest_vertex(screen, self._named, window, px, py, reach_px)
        if named is not None:
            return Snap(named[1], "named", self._names[named[2]])
        best: tuple[float, Place, int] | None = None
        for points, _ in self._groups.values():
            found = _nearest_vertex(screen, points, window, px, py, reach_px)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        if best is not None:
            return Snap(best[1], "vertex")
        for _, segments in self._groups.values():
            found = _nearest_edge(screen, segments, window, px, py, reach_px)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return Snap(best[1], "edge") if best is not None else None


def hit_vertex(screen: Screen, places: Sequence[Place], px: float, py: float) -> int | None:
    """Index of the vertex under a pixel."""
    if not places:
        return None
    far = np.hypot(*(screen.places_px(places) - (px, py)).T)
    index = int(np.argmin(far))
    return index if far[index] <= SNAP_PX else None


def hit_edge(screen: Screen, path: Sequence[Place], px: float, py: float) -> int | None:
    """Index of the edge of a path under a pixel."""
    if len(path) < 2:
        return None
    at = screen.places_px(path)
    far, _ = _to_segments(at[:-1], at[1:], np.array([px, py]))
    index = int(np.argmin(far))
    return index if far[index] <= SNAP_PX else None


Window = tuple[float, float, float, float]


def _nearest_vertex(
    screen: Screen, points: Array, window: Window, px: float, py: float, reach_px: float
) -> tuple[float, Place, int] | None:
    west, south, east, north = window
    x, y = points[:, 0], points[:, 1]
    near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    if not len(near):
        return None
    at_x, at_y = screen.to_px(x[near], y[near])
    far = np.hypot(at_x - px, at_y - py)
    index = int(np.argmin(far))
    if far[index] > reach_px:
        return None
    chosen = int(near[index])
    return float(far[index]), (float(x[chosen]), float(y[chosen])), chosen


def _nearest_edge(
    screen: Screen, segments: Array, window: Window, px: float, py: float, reach_px: float
) -> tuple[float, Place, int] | None:
    west, south, east, north = window
    x0, y0, x1, y1 = segments.T
    near = np.flatnonzero(
        (np.maximum(x0, x1) >= west)
        & (np.minimum(x0, x1) <= east)
        & (np.maximum(y0, y1) >= south)
        & (np.minimum(y0, y1) <= north)
    )
    if not len(near):
        return None
    close = segments[near]
    start = np.column_stack(screen.to_px(close[:, 0], close[:, 1]))
    end = np.column_stack(screen.to_px(close[:, 2], close[:, 3]))
    far, share = _to_segments(start, end, np.array([px, py]))
    index = int(np.argmin(far))
    if far[index] > reach_px:
        return None
    a, b, t = close[index, :2], close[index, 2:], share[index]
    place = a + (b - a) * t
    return float(far[index]), (float(place[0]), float(place[1])), int(near[index])


def _to_segments(start: Array, end: Array, point: Array) -> tuple[Array, Array]:
    """Distance of a point to segments (n, 2), and the share of each at which it is nearest."""
    run = end - start
    square = np.maximum((run**2).sum(axis=1), 1e-12)
    share = np.clip(((point - start) * run).sum(axis=1) / square, 0.0, 1.0)
    far = np.hypot(*(start + run * share[:, None] - point).T)
    return far, share


def _rings(geometries: NDArray[np.object_]) -> Any:
    import shapely

    parts = shapely.get_parts(geometries) if len(geometries) else geometries
    polygons = parts[shapely.get_type_id(parts) == 3] if len(parts) else parts
    others = parts[shapely.get_type_id(parts) != 3] if len(parts) else parts
    rings = shapely.get_rings(polygons) if len(polygons) else np.empty(0, dtype=object)
    return np.concatenate([rings, others])
