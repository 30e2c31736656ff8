"""How much of each grid cell lies in each region: what turns rasters into sums of counties and provinces.

Areas are those on the WGS84 ellipsoid, and they add up: what a region's cells hold of it is the whole of it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import RegionLayer, regions
from gis_layers.crs import SEMI_MAJOR_AXIS_M, equal_area_y
from gis_layers.errors import BalanceError
from gis_layers.grid import NORTH_DEG, SOUTH_DEG, TERRAIN, WEST_DEG, Grid
from gis_layers.progress import Progress, silent

Array = NDArray[np.float64]

TOLERANCE = 1e-9
"""Of a region's area that the overlay may miss: rounding of some hundred additions."""


@dataclass(frozen=True, slots=True)
class Zones:
    """Regions over the cells of a grid."""

    ids: tuple[str, ...]
    grid: Grid
    area_km2: Any
    """Sparse (region, cell) area of the cell that lies in the region, cells row by row from the north-west. [km2]"""
    region_km2: Array
    """(region,) whole area inside the grid's window. [km2]"""

    def total(self, per_km2: Array) -> Array:
        """(..., row, col) of something per km2 -> (..., region) sums; a cell without a value (NaN) counts as 0."""
        flat = np.nan_to_num(per_km2).reshape(*per_km2.shape[:-2], -1)
        return np.asarray((self.area_km2 @ flat.T).T)


def overlay(layer: RegionLayer, grid: Grid = TERRAIN, progress: Progress = silent) -> Zones:
    """Overlay a layer's finest outlines with a grid.

    Raises
    ------
    BalanceError
        The pieces of a region do not add up to the region (`area`; names it).

    Notes
    -----
    On the plane of longitude and equal-area latitude (Lambert's cylinder on the ellipsoid, Snyder 1987, 3-12)
    cells are rectangles and areas are true; outlines are taken as straight between their vertices there, which
    lie 1 km apart or less. What lies beyond the atlas's window (islands of the South China Sea south of 15N) is
    in no cell and not in `region_km2`.
    """
    held = regions(layer, 0)
    return overlay_outlines(held.ids, held.geometry, grid, progress)


def overlay_outlines(
    ids: Sequence[str], geometry: NDArray[np.object_], grid: Grid = TERRAIN, progress: Progress = silent
) -> Zones:
    """`overlay` for any areas in WGS84: lakes, protected areas, what the user drew. They may overlap each other."""
    import scipy.sparse
    import shapely

    plane = shapely.transform(geometry, _to_plane)
    window = shapely.box(
        *_to_plane(np.array([[WEST_DEG, SOUTH_DEG]]))[0],
        *_to_plane(np.array([[WEST_DEG + grid.cols * grid.step_deg, NORTH_DEG]]))[0],
    )
    x_edges = _to_plane(
        np.column_stack([WEST_DEG + np.arange(grid.cols + 1) * grid.step_deg, np.zeros(grid.cols + 1)])
    )[:, 0]
    y_edges = _to_plane(
        np.column_stack([np.zeros(grid.rows + 1), NORTH_DEG - np.arange(grid.rows + 1) * grid.step_deg])
    )[:, 1]
    rows: list[NDArray[np.int64]] = []
    cells: list[NDArray[np.int64]] = []
    areas: list[Array] = []
    whole = np.zeros(len(ids))
    for index, outline in enumerate(plane):
        if index % 50 == 0:
            progress(index / len(plane), "overlay")
        inside = outline if shapely.covers(window, outline) else shapely.intersection(outline, window)
        whole[index] = shapely.area(inside)
        if not whole[index]:
            continue
        cell, area = _pieces(inside, x_edges, y_edges, grid.cols)
        found = float(area.sum())
        if abs(found - whole[index]) > TOLERANCE * whole[index]:
            raise BalanceError("area", region=ids[index], found_km2=found, expected_km2=float(whole[index]))
        rows.append(np.full(len(cell), index, dtype=np.int64))
        cells.append(cell)
        areas.append(area)
    progress(1.0, "overlay")
    shape = (len(ids), grid.rows * grid.cols)
    if rows:
        where = (np.concatenate(rows), np.concatenate(cells))
        matrix = scipy.sparse.csr_array((np.concatenate(areas), where), shape=shape)
    else:
        matrix = scipy.sparse.csr_array(shape, dtype=np.float64)
    return Zones(tuple(ids), grid, matrix, whole)


@functools.cache
def zones(layer: RegionLayer, grid: Grid = TERRAIN) -> Zones:
    """`overlay`, once in a program."""
    return overlay(layer, grid)


def _to_plane(lon_lat: Array) -> Array:
    """(point, 2) degrees -> (point, 2) km on the equal-area plane."""
    radius_km = SEMI_MAJOR_AXIS_M / 1000.0
    return np.column_stack([radius_km * np.radians(lon_lat[:, 0]), radius_km * equal_area_y(lon_lat[:, 1])])


def _pieces(outline: Any, x_edges: Array, y_edges: Array, cols: int) -> tuple[NDArray[np.int64], Array]:
    """Cells an outline lies in, and how much of each it covers. [km2]"""
    import shapely

    west, south, east, north = shapely.bounds(outline)
    first_col = max(0, int(np.searchsorted(x_edges, west, "right")) - 1)
    last_col = min(cols, int(np.searchsorted(x_edges, east, "left")))
    # Rows run from north to south: their edges fall.
    first_row = max(0, int(np.searchsorted(-y_edges, -north, "right")) - 1)
    last_row = min(len(y_edges) - 1, int(np.searchsorted(-y_edges, -south, "left")))
    row, col = (a.ravel() for a in np.mgrid[first_row:last_row, first_col:last_col])
    boxes = shapely.box(x_edges[col], y_edges[row + 1], x_edges[col + 1], y_edges[row])
    shapely.prepare(outline)
    meets = shapely.intersects(outline, boxes)
    row, col, boxes = row[meets], col[meets], boxes[meets]
    full = shapely.contains(outline, boxes)
    area = np.asarray(shapely.area(boxes))
    area[~full] = shapely.area(shapely.intersection(outline, boxes[~full]))
    kept = area > 0
    return (row[kept] * cols + col[kept]).astype(np.int64), area[kept]
