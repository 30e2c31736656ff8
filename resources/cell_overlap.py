"""How much of each terrain cell each cell of a finer or coarser raster covers, by area on the ellipsoid.

Cells of two grids of degrees overlap row by row and column by column: two sparse matrices say all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import WGS84, equal_area_y
from gis_layers.errors import InputError, Problem
from gis_layers.grid import NORTH_DEG, TERRAIN, WEST_DEG

Array = NDArray[np.float64]

_MOST_ACROSS: Final = 512
"""Cells along a terrain cell that a projected raster is laid on at most (about 18 m)."""


def terrain_columns() -> Array:
    """(cols + 1,) edges of the terrain cells, west to east. [degrees]"""
    return np.asarray(WEST_DEG + np.arange(TERRAIN.cols + 1) * TERRAIN.step_deg)


def terrain_rows() -> Array:
    """(rows + 1,) edges of the terrain cells, north to south, as minus `equal_area_y`: differences are areas."""
    return np.asarray(-equal_area_y(NORTH_DEG - np.arange(TERRAIN.rows + 1) * TERRAIN.step_deg))


@contextlib.contextmanager
def in_degrees(path: Path) -> Iterator[Any]:
    """A raster opened on a grid of degrees, nearest cells where it is projected.

    Raises
    ------
    InputError
        It cannot be read, also while the block runs.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.errors import RasterioError
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds

    try:
        with rasterio.open(path) as source:
            if source.crs.is_geographic:
                yield source
                return
            west, south, east, north = transform_bounds(source.crs, WGS84, *source.bounds)
            native = min((east - west) / source.width, (north - south) / source.height)
            step = TERRAIN.step_deg / int(np.clip(np.ceil(TERRAIN.step_deg / native), 1, _MOST_ACROSS))
            left, top = np.floor((west - WEST_DEG) / step), np.floor((NORTH_DEG - north) / step)
            with WarpedVRT(
                source,
                crs=WGS84,
                transform=rasterio.Affine(
                    step, 0.0, WEST_DEG + left * step, 0.0, -step, NORTH_DEG - top * step
                ),
                width=int(np.ceil((east - WEST_DEG) / step) - left),
                height=int(np.ceil((NORTH_DEG - south) / step) - top),
                resampling=Resampling.nearest,
            ) as warped:
                yield warped
    except RasterioError as error:
        raise InputError(Problem(str(path), "file", str(error)[:120], "a raster that can be read")) from error


def overlap(fine: NDArray[np.floating], coarse: NDArray[np.floating]) -> Any:
    """Sparse (coarse, fine) common length of intervals between two sets of edges, both ascending."""
    from scipy.sparse import csr_array

    edges = np.union1d(fine, coarse)
    edges = edges[(edges >= max(fine[0], coarse[0])) & (edges <= min(fine[-1], coarse[-1]))]
    middle = (edges[:-1] + edges[1:]) / 2
    shape = (len(coarse) - 1, len(fine) - 1)
    if not middle.size:
        return csr_array(shape)
    row = np.searchsorted(coarse, middle) - 1
    col = np.searchsorted(fine, middle) - 1
    return csr_array((np.diff(edges), (row, col)), shape=shape)
