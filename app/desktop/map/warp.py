"""From a picture in the map plane to a grid in degrees: which cell each pixel shows; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.desktop.map.projection import Projection

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Warp:
    """From a picture in the map plane to a grid in degrees: fractional rows and columns of each pixel."""

    row: NDArray[np.float32]
    """(height, width), centres of cells at whole numbers; NaN outside the grid."""
    col: NDArray[np.float32]
    rect: tuple[float, float, float, float]
    """(left, bottom, width, height). [m]"""

    def nearest(self, values: NDArray[Any], missing: float | int) -> NDArray[Any]:
        """(height, width) of the cell each pixel lies in."""
        inside = ~np.isnan(self.row)
        # NaN cannot become an index; what is outside is overwritten.
        row = np.rint(np.where(inside, self.row, 0)).astype(np.intp)
        col = np.rint(np.where(inside, self.col, 0)).astype(np.intp)
        rows, cols = values.shape[:2]
        np.clip(row, 0, rows - 1, out=row)
        np.clip(col, 0, cols - 1, out=col)
        picked = values[row, col]
        picked[~inside] = missing
        return np.asarray(picked)

    def bilinear(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """(height, width) between the four nearest centres, those without a value left out.

        A pixel whose own cell has no value has none, so coasts keep the outline of the cells.
        """
        rows, cols = values.shape
        own = self.nearest(values.astype(np.float32), np.nan)
        here = np.flatnonzero(~np.isnan(own.ravel()))
        row = np.clip(self.row.ravel()[here], 0, rows - 1)
        col = np.clip(self.col.ravel()[here], 0, cols - 1)
        r0, c0 = row.astype(np.intp), col.astype(np.intp)
        r1, c1 = np.minimum(r0 + 1, rows - 1), np.minimum(c0 + 1, cols - 1)
        fr, fc = row - r0, col - c0
        flat = values.astype(np.float32)
        known = ~np.isnan(flat)
        full, weight = np.where(known, flat, 0).ravel(), known.astype(np.float32).ravel()
        total, whole = np.zeros(len(here), np.float32), np.zeros(len(here), np.float32)
        for r, c, w in (
            (r0, c0, (1 - fr) * (1 - fc)),
            (r0, c1, (1 - fr) * fc),
            (r1, c0, fr * (1 - fc)),
            (r1, c1, fr * fc),
        ):
            at = r * cols + c
            total += full[at] * w
            whole += weight[at] * w
        result = own.ravel()
        result[here] = total / whole
        return np.asarray(result.reshape(own.shape), dtype=np.float32)


@lru_cache(maxsize=8)
def warp_of(
    projection: Projection, west: float, north: float, step: float, rows: int, cols: int, width_px: int
) -> Warp:
    """The warp of a grid; computed at every 8th pixel and interpolated (error below 0.05 cells)."""
    left, bottom, right, top = projection.bounds(west, north - rows * step, west + cols * step, north)
    pixel_m = (right - left) / width_px
    height_px = int((top - bottom) / pixel_m)
    every = 8
    knots_x = np.arange(0, width_px + every, every, dtype=np.float64)
    knots_y = np.arange(0, height_px + every, every, dtype=np.float64)
    x, y = np.meshgrid(left + knots_x * pixel_m, top - knots_y * pixel_m)
    lon, lat = projection.inverse(x, y)

    def fine(grid: Array) -> NDArray[np.float32]:
        px, py = np.arange(width_px) + 0.5, np.arange(height_px) + 0.5
        ix, iy = (px // every).astype(np.intp), (py // every).astype(np.intp)
        fx, fy = px / every - ix, (py / every - iy)[:, None]
        along = grid[:, ix] * (1 - fx) + grid[:, ix + 1] * fx
        return (along[iy] * (1 - fy) + along[iy + 1] * fy).astype(np.float32)

    col, row = fine((lon - west) / step - 0.5), fine((north - lat) / step - 0.5)
    outside = ~((col >= -0.5) & (col < cols - 0.5) & (row >= -0.5) & (row < rows - 0.5))
    row[outside] = np.nan
    return Warp(row, col, (left, bottom, width_px * pixel_m, height_px * pixel_m))


SPREAD_CELLS = 2
"""A border crosses the cells beside those whose centres it encloses, corners included."""


def spread(values: NDArray[Any], cells: int = SPREAD_CELLS) -> NDArray[np.float32]:
    """(row, col) drawn on by some cells into what has no value, each new cell the mean of the known ones among
    its eight neighbours; for the eye alone."""
    held = values.astype(np.float32)
    for _ in range(cells):
        known = np.pad(~np.isnan(held), 1)
        full = np.where(known, np.pad(held, 1), 0)
        rows, cols = held.shape
        total, count = np.zeros_like(held), np.zeros_like(held)
        for down in range(3):
            for across in range(3):
                total += full[down : down + rows, across : across + cols]
                count += known[down : down + rows, across : across + cols]
        rim = np.isnan(held) & (count > 0)
        held[rim] = total[rim] / count[rim]
    return held
