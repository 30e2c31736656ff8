"""Layers of the ground: elevation, land share, depth of the sea."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, TERRAIN, WEST_DEG
from resources.build_atlas.layer import BuiltLayer
from resources.build_atlas.sources import Context, Field

Array = NDArray[np.float64]

LEAST_SEA_CELLS = 1000
"""About 60,000 km2: above any lake of the window but the Caspian's kind, below any sea of it."""
SUBCELLS = 10
"""The coast is drawn with this many subcells along each side of a 5' cell."""


def land_share(debian_dir: Path) -> Array:
    """(row, col) TERRAIN, share of each cell that is land, from the 1:10m land polygons. [-]"""
    import pyogrio
    from rasterio.features import rasterize
    from rasterio.transform import from_bounds

    path = debian_dir / "usr/share/magics/10m/ne_10m_land.shp"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: unpack Debian's libmagics++-data below {debian_dir}")
    polygons = pyogrio.read_dataframe(path, bbox=(WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG)).geometry
    rows, cols = TERRAIN.rows * SUBCELLS, TERRAIN.cols * SUBCELLS
    fine = rasterize(
        polygons,
        out_shape=(rows, cols),
        transform=from_bounds(WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG, cols, rows),
        dtype="uint8",
    )
    return np.asarray(
        fine.reshape(TERRAIN.rows, SUBCELLS, TERRAIN.cols, SUBCELLS).mean(axis=(1, 3)), dtype=np.float64
    )


def sea_depth_m(relief: Field, land: Array) -> Array:
    """(row, col) TERRAIN, mean depth of the corners below sea level; NaN on all-land cells. [m]

    A cell with sea but without a corner below it takes the mean depth of the nearest cells that have one.
    """
    row = int(np.argmin(np.abs(relief.lat_deg - NORTH_DEG)))
    col = int(np.argmin(np.abs(relief.lon_deg - WEST_DEG)))
    corners = relief.values[0, row : row + TERRAIN.rows + 1, col : col + TERRAIN.cols + 1]
    below = np.where(corners < 0, -corners, 0.0)
    wet = (corners < 0).astype(np.float64)
    total = below[:-1, :-1] + below[1:, :-1] + below[:-1, 1:] + below[1:, 1:]
    count = wet[:-1, :-1] + wet[1:, :-1] + wet[:-1, 1:] + wet[1:, 1:]
    depth = np.full(TERRAIN.shape, np.nan)
    np.divide(total, count, out=depth, where=count > 0)
    depth[land >= 1.0] = np.nan
    while (missing := np.isnan(depth) & (land < 1.0)).any():
        padded = np.pad(depth, 1, constant_values=np.nan)
        around = np.stack(
            [padded[r : r + TERRAIN.rows, c : c + TERRAIN.cols] for r in range(3) for c in range(3)]
        )
        known = ~np.isnan(around)
        filled = np.full(TERRAIN.shape, np.nan)
        np.divide(np.nansum(around, axis=0), known.sum(axis=0), out=filled, where=known.any(axis=0))
        reached = missing & ~np.isnan(filled)
        if not reached.any():
            break
        depth[reached] = filled[reached]
    return depth


def sea(land: Array) -> NDArray[np.bool_]:
    """(row, col) cells without land that hang together with the open sea; a lake's surface has its height."""
    from scipy import ndimage

    label, count = ndimage.label(land <= 0)
    size = np.bincount(label.ravel(), minlength=count + 1)
    open_sea = size >= LEAST_SEA_CELLS
    open_sea[0] = False
    return np.asarray(open_sea[label])


def build(context: Context) -> list[BuiltLayer]:
    """`elevation`, `sea_depth` and `land_share`, all TERRAIN."""
    on_land = np.where(~sea(context.land_share), context.elevation_m, np.nan)
    return [
        BuiltLayer(
            id="elevation",
            title_en="Elevation",
            title_zh="海拔高程",
            unit="m",
            source="ITU-R P.1511-2 mean elevation of 5' cells (package itur 0.4.0)",
            licence="MIT (itur); ITU-R software and data, free use with attribution",
            period="2015",
            grade="measured",
            grid=TERRAIN,
            values=on_land[None],
            resolution=1.0,
        ),
        BuiltLayer(
            id="sea_depth",
            title_en="Depth of the sea",
            title_zh="海水深度",
            unit="m",
            source="ETOPO5 (Debian ferret-datasets 7.6.0), mean of the corners below sea level",
            licence="public domain (NOAA)",
            period="1988",
            grade="measured",
            grid=TERRAIN,
            values=context.sea_depth_m[None],
            resolution=1.0,
        ),
        BuiltLayer(
            id="land_share",
            title_en="Share of land",
            title_zh="陆地占比",
            unit="1",
            source="Natural Earth 1:10m land polygons (Debian libmagics++-data 4.13), 0.5' subcells",
            licence="public domain",
            period="2013",
            grade="measured",
            grid=TERRAIN,
            values=context.land_share[None],
            resolution=0.01,
        ),
    ]
