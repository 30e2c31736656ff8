"""Values of a tile of the map plane, warped from a raster file: the nearest cell, or between cells."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gis_layers.raster_windows import Array, BasePicture, RasterFile, Values, transformer
from gis_layers.tiles import TILE_PX, Tile

_CONTROL = 16
"""Pixels between points whose place in the file is computed; between them it is interpolated. The error
stays below 0.1 pixel at every zoom, since a tile's curvature shrinks as its pixels do."""


def plane_to_file(file: RasterFile, plane_crs: str) -> Callable[[Array, Array], tuple[Array, Array]]:
    """From metres of a map plane to (col, row) of a file, as fractions of cells."""
    there = transformer(plane_crs, file.crs)

    def places(x_m: Array, y_m: Array) -> tuple[Array, Array]:
        x, y = there.transform(x_m, y_m)
        return file.to_cells(np.asarray(x), np.asarray(y))

    return places


def read_tile(
    file: RasterFile,
    base: BasePicture,
    places: Callable[[Array, Array], tuple[Array, Array]],
    tile: Tile,
    smooth: bool = False,
) -> tuple[Values | None, bool]:
    """Values of a tile (TILE_PX, TILE_PX), None where the file has no cell; and whether they come from the
    base picture, which may still grow.

    At each pixel's centre stands the nearest cell, or with `smooth` the value between the four nearest
    centres; a cell without a value stays without, and lends its neighbours nothing.

    Tiles about as coarse as the base picture come from it without touching the file, finer ones from a
    window of the file no larger than the tile needs.
    """
    col, row, cells = _cells_of(places, tile)
    with np.errstate(invalid="ignore"):
        inside = (col >= 0) & (col < file.width) & (row >= 0) & (row < file.height)
    if not inside.any():
        return None, False
    from_base = cells >= base.factor * 0.75
    if from_base:
        part, first_col, first_row, step_x, step_y = base.values, 0, 0, float(base.factor), float(base.factor)
    else:
        seen_col, seen_row = (col, row) if inside.all() else (col[inside], row[inside])
        # One more cell around, so that neighbouring tiles blend across their common edge.
        rim = math.ceil(max(1.0, cells)) if smooth else 0
        first_col, last_col = (
            max(int(seen_col.min()) - rim, 0),
            min(int(seen_col.max()) + 1 + rim, file.width),
        )
        first_row, last_row = (
            max(int(seen_row.min()) - rim, 0),
            min(int(seen_row.max()) + 1 + rim, file.height),
        )
        width, height = last_col - first_col, last_row - first_row
        shape = (math.ceil(height / max(1.0, cells)), math.ceil(width / max(1.0, cells)))
        part = file.read(first_col, first_row, width, height, shape)
        step_x, step_y = width / shape[1], height / shape[0]
    # Outside, where the places may not be numbers, any cell will do: it is blanked below.
    at_col = _index(col, inside, first_col, step_x, part.shape[1])
    at_row = _index(row, inside, first_row, step_y, part.shape[0])
    at_row *= part.shape[1]
    at_row += at_col
    picked = part.ravel()[at_row]
    picked[~inside] = np.nan
    if smooth:
        picked = _between(part, (row - first_row) / step_y - 0.5, (col - first_col) / step_x - 0.5, picked)
    return picked, from_base


def _between(part: Values, row: Array, col: Array, own: Values) -> Values:
    """Bilinear values at fractional places of a grid (centres at whole numbers), where the nearest cell `own`
    has one; of the four around, those without a value are left out and the weights of the rest sum to 1."""
    rows, cols = part.shape
    here = np.flatnonzero(~np.isnan(own.ravel()))
    if not len(here):
        return own
    y = np.clip(row.ravel()[here], 0, rows - 1).astype(np.float32)
    x = np.clip(col.ravel()[here], 0, cols - 1).astype(np.float32)
    top, left = y.astype(np.int32), x.astype(np.int32)
    down, across = y - top, x - left
    below = np.where(top + 1 < rows, cols, 0).astype(np.int32)
    beside = (left + 1 < cols).astype(np.int32)
    flat, first = part.ravel(), top * cols + left
    total, whole = np.zeros(len(here), np.float32), np.zeros(len(here), np.float32)
    for at, weight in (
        (first, (1 - down) * (1 - across)),
        (first + beside, (1 - down) * across),
        (first + below, down * (1 - across)),
        (first + below + beside, down * across),
    ):
        value = flat[at]
        known = ~np.isnan(value)
        weight *= known
        value[~known] = 0.0
        total += value * weight
        whole += weight
    result = own.copy()
    # The own cell is one of the four and weighs a quarter at least; rounding at an edge may leave nothing.
    np.divide(total, whole, out=total, where=whole > 0)
    result.ravel()[here] = np.where(whole > 0, total, result.ravel()[here])
    return result


def _index(at: Array, inside: NDArray[np.bool_], first: int, step: float, size: int) -> NDArray[np.int32]:
    index = np.where(inside, (at - first) / step, 0.0).astype(np.int32)
    return np.asarray(np.clip(index, 0, size - 1, out=index), dtype=np.int32)


def _cells_of(
    places: Callable[[Array, Array], tuple[Array, Array]], tile: Tile
) -> tuple[Array, Array, float]:
    """(col, row) at the centre of each pixel of a tile, and how many cells a pixel spans (median)."""
    left, _, _, top = tile.extent
    step = tile.metres_per_pixel
    knots = np.linspace(0.0, TILE_PX, TILE_PX // _CONTROL + 1)
    x, y = np.meshgrid(left + knots * step, top - knots * step)
    col, row = places(x, y)
    centres = np.arange(TILE_PX) + 0.5
    low = np.minimum((centres // _CONTROL).astype(np.intp), len(knots) - 2)
    weight = centres / _CONTROL - low

    def between(grid: Array) -> Array:
        with np.errstate(invalid="ignore"):
            along = grid[:, low] * (1 - weight) + grid[:, low + 1] * weight
            return np.asarray(along[low] * (1 - weight)[:, None] + along[low + 1] * weight[:, None])

    with np.errstate(invalid="ignore"):
        across = np.hypot(np.diff(col, axis=1), np.diff(row, axis=1)).ravel()
        down = np.hypot(np.diff(col, axis=0), np.diff(row, axis=0)).ravel()
    spans = [float(np.median(span[np.isfinite(span)])) for span in (across, down) if np.isfinite(span).any()]
    return between(col), between(row), max(spans, default=float(_CONTROL)) / _CONTROL
