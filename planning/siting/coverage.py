"""How much of each pixel lies inside an outline, exactly: whole tiles at once, pixels on its edge one by one."""

from __future__ import annotations

import threading
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planning.siting.raster_tiles import Tile, Window

Array = NDArray[np.float64]

_BLOCK: Final = 20
"""Pixels along a block an outline is cut to before it is cut to pixels."""


class Coverage:
    """An outline over the pixels of a window."""

    def __init__(self, outline: Any, window: Window) -> None:
        """`outline`: shapely (multi)polygon in metres of the map."""
        import shapely

        self._outline, self._window = outline, window
        # GEOS keeps indices in a prepared shape as they are asked for: one thread at a time.
        self._lock = threading.Lock()
        shapely.prepare(outline)

    def of(self, tile: Tile) -> Array | None:
        """(row, col) share of each pixel inside; None where the tile lies outside. [-]"""
        import shapely

        box = tile.bounds_m(self._window)
        square = shapely.box(*box)
        with self._lock:
            if not shapely.intersects(self._outline, square):
                return None
            if shapely.contains(self._outline, square):
                return np.ones((tile.rows, tile.cols))
            inside = shapely.clip_by_rect(self._outline, *box)
        if not inside.area > 0:
            return None
        return self._shares(inside, tile)

    def _shares(self, inside: Any, tile: Tile) -> Array:
        """Blocks wholly inside or outside are told at once; those on the edge are cut to pixels."""
        import shapely

        shares = np.zeros((tile.rows, tile.cols))
        west, _, _, north = tile.bounds_m(self._window)
        p = self._window.pixel_m
        shapely.prepare(inside)
        row, col = (a.ravel() for a in np.mgrid[0 : tile.rows : _BLOCK, 0 : tile.cols : _BLOCK])
        last_row, last_col = np.minimum(row + _BLOCK, tile.rows), np.minimum(col + _BLOCK, tile.cols)
        blocks = shapely.box(west + col * p, north - last_row * p, west + last_col * p, north - row * p)
        whole = shapely.contains(inside, blocks)
        for at in np.flatnonzero(whole):
            shares[row[at] : last_row[at], col[at] : last_col[at]] = 1.0
        for at in np.flatnonzero(~whole & shapely.intersects(inside, blocks)):
            piece = shapely.intersection(inside, blocks[at])
            if not piece.area > 0:
                continue
            r, c = np.mgrid[row[at] : last_row[at], col[at] : last_col[at]]
            pixels = shapely.box(west + c * p, north - (r + 1) * p, west + (c + 1) * p, north - r * p)
            shapely.prepare(piece)
            full = shapely.contains(piece, pixels)
            part = full.astype(np.float64)
            edge = ~full & shapely.intersects(piece, pixels)
            part[edge] = shapely.area(shapely.intersection(piece, pixels[edge])) / (p * p)
            shares[row[at] : last_row[at], col[at] : last_col[at]] = np.clip(part, 0.0, 1.0)
        return shares
