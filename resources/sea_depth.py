"""From imported elevation to the depth of the sea, apart from the height of the land.

For offshore wind: the atlas's own depth is of ETOPO5 (1988), GEBCO is finer and newer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import equal_area_y
from gis_layers.errors import InputError, Problem
from gis_layers.grid import TERRAIN
from gis_layers.progress import Progress, silent
from resources import atlas
from resources.cell_overlap import in_degrees, overlap, terrain_columns, terrain_rows
from resources.library import Entry

Array = NDArray[np.float64]

_STRIP_CELLS = 12_000_000


def sea_depth_of(entry: Entry, progress: Progress = silent) -> Array:
    """Mean depth of what lies below the level of the sea in each cell that has sea.

    Returns
    -------
    (row, col) of the terrain grid [m], above 0; NaN where the raster has nothing below 0, and in cells that are
    all land by the atlas's share of land: hollows such as Turpan are no sea.

    Raises
    ------
    InputError
        The entry holds something else than elevation, or cannot be read.
    """
    variable = str(entry.manifest.details.get("variable", ""))
    if variable != "elevation_m":
        raise InputError(
            Problem("sea depth", entry.manifest.id, variable or entry.manifest.kind, "elevation_m")
        )
    depth, wet = np.zeros(TERRAIN.shape), np.zeros(TERRAIN.shape)
    rows_of_cells = terrain_rows()
    with in_degrees(entry.data) as source:
        from rasterio.windows import Window

        t = source.transform
        across = overlap(t.c + np.arange(source.width + 1) * t.a, terrain_columns())
        rows = max(1, _STRIP_CELLS // source.width)
        for top in range(0, source.height, rows):
            progress(top / source.height, "depth of the sea")
            height = min(rows, source.height - top)
            down = overlap(-equal_area_y(t.f + np.arange(top, top + height + 1) * t.e), rows_of_cells)
            wanted = np.flatnonzero(np.diff(down.indptr))
            if not wanted.size:
                continue
            raw = source.read(1, window=Window(0, top, source.width, height), masked=True)
            below = np.maximum(-raw.filled(0).astype(np.float64), 0.0)
            below[~np.isfinite(below)] = 0.0
            depth[wanted] += down[wanted] @ (across @ below.T).T
            wet[wanted] += down[wanted] @ (across @ (below > 0).T.astype(np.float64)).T
    sea = (wet > 0) & (atlas.read("land_share").values[0] < 1.0)
    found = np.full(TERRAIN.shape, np.nan)
    np.divide(depth, wet, out=found, where=sea)
    return found
