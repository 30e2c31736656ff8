"""Whether outlines carry the GCJ-02 or BD-09 shift: laid over the county borders we hold, which way fit best.

The county borders (WGS84) contain all province and city borders and the coast. Under each hypothesis the
file's coordinates are turned back to WGS84; the right one brings vertices onto borders. Both ways are
measured, the file's vertices to our lines and our vertices to the file's lines, and the better counts, so a
coarser or finer copy of a border still tells. Outlines that are no borders fit equally badly every way.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import regions
from gis_layers.crs import to_albers
from gis_layers.importer.datum import DATUMS, Datum, to_wgs84
from gis_layers.importer.report import Guess

Array = NDArray[np.float64]

NEAR_M = 2500.0
"""Vertices farther than this from a border say nothing; the largest shift is about half of it."""
LEAST_VERTICES = 30
CLEAR = 0.5
"""The best hypothesis must leave less than this share of the next one's distance."""
BEST_SHARE = 0.3
"""The distance that this share of the vertices keeps below is compared: coasts and other people's
generalisation spoil many vertices, rarely the best third. On 550 outlines of another publisher (GCJ-02,
and the same turned back) it decided three quarters and none wrongly; the median decided two thirds."""
_MOST_VERTICES = 1000
_MOST_COORDINATES = 100_000


def datum_of_outlines(geometry: NDArray[np.object_]) -> Guess | None:
    """Datum of lines and polygons given in degrees; None where the borders cannot tell.

    Parameters
    ----------
    geometry
        (feature,) shapely geometries, points and missing ones allowed (they say nothing).

    Returns
    -------
    Guess
        'wgs84', 'gcj02' or 'bd09', `how` 'borders'; the confidence is one less the ratio of the distances
        under this and the next best hypothesis.
    """
    import shapely

    lines = _lines(geometry)
    if not len(lines):
        return None
    west, south, east, north = shapely.total_bounds(lines)
    border_tree, corners = _borders()
    lon, lat = corners.T
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if inside.sum() < LEAST_VERTICES:
        return None
    there = shapely.points(_metres(_thin(corners[inside])))

    scores_m: dict[Datum, float] = {}
    near_vertices = near_borders = np.zeros(0, dtype=bool)
    for datum in DATUMS:

        def turned(xy: Array, datum: Datum = datum) -> Array:
            return _metres(np.column_stack(to_wgs84(datum, xy[:, 0], xy[:, 1])))

        outlines = shapely.transform(lines, turned)
        vertices = shapely.points(_thin(shapely.get_coordinates(outlines)))
        to_borders = _nearest_m(border_tree, vertices)
        to_outlines = _nearest_m(shapely.STRtree(outlines), there)
        if datum == "wgs84":
            near_vertices, near_borders = to_borders < NEAR_M, to_outlines < NEAR_M
        both = [
            float(np.quantile(distance[near], BEST_SHARE))
            for distance, near in ((to_borders, near_vertices), (to_outlines, near_borders))
            if near.sum() >= LEAST_VERTICES
        ]
        if not both:
            return None
        scores_m[datum] = min(both)
    best, second = sorted(DATUMS, key=lambda datum: scores_m[datum])[:2]
    if scores_m[best] >= CLEAR * scores_m[second]:
        return None
    return Guess(best, round(1.0 - scores_m[best] / scores_m[second], 2), "borders")


@functools.cache
def _borders() -> tuple[Any, Array]:
    """Tree of the county borders in metres, and their corners (vertex, 2) in degrees."""
    import shapely

    borders = shapely.get_parts(shapely.boundary(regions("county", 0).geometry))
    # As complex numbers: a sort of rows would keep Python's lock, and the window waiting, for a fifth of a second.
    vertices = np.ascontiguousarray(shapely.get_coordinates(borders))
    corners = np.unique(vertices.view(np.complex128)[:, 0]).view(np.float64).reshape(-1, 2)
    return shapely.STRtree(shapely.transform(borders, _metres)), corners


def _lines(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Lines and the outlines of polygons, as many as the budget of coordinates allows."""
    import shapely

    there = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    parts = shapely.get_parts(there)
    dimension = shapely.get_dimensions(parts)
    parts = np.concatenate([shapely.boundary(parts[dimension == 2]), parts[dimension == 1]])
    parts = shapely.get_parts(parts)
    budget = np.cumsum(shapely.get_num_coordinates(parts)) <= _MOST_COORDINATES
    if len(parts):
        budget[0] = True
    return np.asarray(parts[budget], dtype=object)


def _thin(vertices: Array) -> Array:
    """At most so many vertices, evenly through the file."""
    step = max(1, -(-len(vertices) // _MOST_VERTICES))
    return vertices[::step]


def _metres(xy: Array) -> Array:
    return np.column_stack(to_albers(xy[:, 0], xy[:, 1]))


def _nearest_m(tree: Any, points: NDArray[np.object_]) -> Array:
    """(point,) distance to the nearest line of the tree."""
    distance = np.full(len(points), np.inf)
    if len(points):
        index, found = tree.query_nearest(points, all_matches=False, return_distance=True)
        distance[index[0]] = found
    return distance
