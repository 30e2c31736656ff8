"""How far the cells of an area lie from roads, from a file of the user's."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.siting.eligibility import Eligibility
from planning.siting.raster_tiles import Window
from planning.siting.rule_outlines import of_file

Array = NDArray[np.float64]

REACH_KM: Final = 60.0
"""Roads further beyond the frame of the area are not looked for; at 50 km a road counts nothing any more."""
_WIDTH_M: Final = 10.0


def road_distance_km(path: Path, land: Eligibility) -> Array:
    """(row, col) distance from each cell to the nearest cell a road crosses, middle to middle. [km]

    Raises
    ------
    InputError
        Not a vector file with a coordinate system; no road in the area or within 60 km of its frame.

    Notes
    -----
    True to one cell; distances of the equal-area map, within 3 % of true ones.
    """
    from rasterio.features import rasterize
    from rasterio.transform import Affine
    from scipy.ndimage import distance_transform_edt

    pad = math.ceil(REACH_KM * 1e3 / land.cell_m)
    rows, cols = land.shape[0] + 2 * pad, land.shape[1] + 2 * pad
    west, north = land.west_m - pad * land.cell_m, land.north_m + pad * land.cell_m
    window = Window(west, north, rows, cols, land.cell_m, 0)
    roads = of_file(str(path), "", "roads", window, _WIDTH_M).shapes
    if not len(roads):
        expected = f"roads in the area or within {REACH_KM:g} km of it"
        raise InputError(Problem(str(path), "roads", "none there", expected))
    crossed = rasterize(
        list(roads), out_shape=(rows, cols), transform=Affine(land.cell_m, 0.0, west, 0.0, -land.cell_m, north),
        fill=0, default_value=1, all_touched=True, dtype="uint8",
    )  # fmt: skip
    apart = distance_transform_edt(crossed == 0) * land.cell_m / 1e3
    return np.asarray(apart[pad : pad + land.shape[0], pad : pad + land.shape[1]], dtype=np.float64)
