"""Rasters: what lies on a regular grid of longitude and latitude, written and read as cloud-optimised GeoTIFF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.crs import cell_area_km2 as _cell_area_km2
from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, WEST_DEG, Grid

Array = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

WINDOW_BOUNDS: Bounds = (WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG)
"""(west, south, east, north) of the atlas."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Values on a regular grid, row 0 north; missing is NaN."""

    values: Array
    """(band, row, col)"""
    bounds: Bounds
    """(west, south, east, north), outer edges of the corner cells, in units of `crs`."""
    crs: str = "EPSG:4326"
    tags: Mapping[str, str] = field(default_factory=dict)
    """UNIT, SOURCE, LICENCE, PERIOD, GRADE, TITLE_EN, TITLE_ZH as the file carries them."""

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def bands(self) -> int:
        return int(self.values.shape[0])

    @property
    def x_step(self) -> float:
        return float((self.bounds[2] - self.bounds[0]) / self.values.shape[2])

    @property
    def y_step(self) -> float:
        return float((self.bounds[3] - self.bounds[1]) / self.values.shape[1])

    @property
    def x(self) -> Array:
        """(col,) centres, west to east."""
        return np.asarray(self.bounds[0] + (np.arange(self.values.shape[2]) + 0.5) * self.x_step)

    @property
    def y(self) -> Array:
        """(row,) centres, north to south."""
        return np.asarray(self.bounds[3] - (np.arange(self.values.shape[1]) + 0.5) * self.y_step)

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """Affine coefficients (a, b, c, d, e, f) from (col, row) to (x, y), as rasterio orders them."""
        return (self.x_step, 0.0, self.bounds[0], 0.0, -self.y_step, self.bounds[3])

    @property
    def unit(self) -> str:
        return self.tags.get("UNIT", "")


def sample(
    raster: Raster, x: ArrayLike, y: ArrayLike, method: Literal["bilinear", "nearest"] = "bilinear"
) -> Array:
    """Values at points.

    Parameters
    ----------
    x, y : any one shape
        Longitude and latitude, or whatever the raster's crs counts in.
    method
        'bilinear' between cell centres, over those of the four neighbours that have a value, their weights
        made to sum to one; half a cell inside the edge the outermost centres hold. 'nearest' is the cell's own.

    Returns
    -------
    (band, *shape of x)
        NaN outside the raster, and where no neighbour with weight has a value.
    """
    px, py = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    rows, cols = raster.values.shape[1:]
    west, south, east, north = raster.bounds
    inside = (px >= west) & (px <= east) & (py >= south) & (py <= north)
    col = np.where(inside, (px - west) / raster.x_step - 0.5, 0.0)
    row = np.where(inside, (north - py) / raster.y_step - 0.5, 0.0)
    if method == "nearest":
        r = np.clip(np.floor(row + 0.5), 0, rows - 1).astype(np.intp)
        c = np.clip(np.floor(col + 0.5), 0, cols - 1).astype(np.intp)
        return np.where(inside, raster.values[:, r, c], np.nan)
    row, col = np.clip(row, 0, rows - 1), np.clip(col, 0, cols - 1)
    r0, c0 = row.astype(np.intp), col.astype(np.intp)
    r1, c1 = np.minimum(r0 + 1, rows - 1), np.minimum(c0 + 1, cols - 1)
    fr, fc = row - r0, col - c0
    total = np.zeros((raster.bands, *px.shape))
    weight = np.zeros((raster.bands, *px.shape))
    for r, c, w in (
        (r0, c0, (1 - fr) * (1 - fc)),
        (r0, c1, (1 - fr) * fc),
        (r1, c0, fr * (1 - fc)),
        (r1, c1, fr * fc),
    ):
        value = raster.values[:, r, c]
        known = ~np.isnan(value)
        total += np.where(known, value, 0.0) * w
        weight += known * w
    result = np.full(total.shape, np.nan)
    np.divide(total, weight, out=result, where=(weight > 1e-9) & inside)
    return result


def cell_area_km2(grid: Grid) -> Array:
    """(row, col) area of each cell of an atlas grid on the WGS84 ellipsoid. [km2]"""
    half = grid.step_deg / 2
    per_row = _cell_area_km2(grid.step_deg, grid.lat_deg - half, grid.lat_deg + half)
    return np.repeat(per_row[:, None], grid.cols, axis=1)


def write_cog(path: Path, raster: Raster, resolution: float | None = None) -> None:
    """Write a cloud-optimised GeoTIFF, whole or not at all; the same raster gives the same bytes.

    Parameters
    ----------
    resolution
        Smallest step worth keeping. Values are stored as whole multiples of it, in the smallest of uint8,
        int16 and int32 that holds them, with GDAL's scale; NaN as the file's nodata. None stores float32.
    """
    stored, nodata, scale, offset = _packed(raster.values, resolution)
    import rasterio
    from rasterio.io import MemoryFile
    from rasterio.shutil import copy

    profile = {
        "driver": "GTiff",
        "width": stored.shape[2],
        "height": stored.shape[1],
        "count": stored.shape[0],
        "dtype": stored.dtype.name,
        "crs": raster.crs,
        "transform": rasterio.Affine(*raster.transform),
        "nodata": nodata,
    }
    # One GDAL thread and no history of the writer, so that a rebuild gives the same bytes.
    with rasterio.Env(GDAL_NUM_THREADS="1"), MemoryFile() as memory:
        with memory.open(**profile) as draft:
            draft.write(stored)
            draft.scales = (scale,) * stored.shape[0]
            draft.offsets = (offset,) * stored.shape[0]
            draft.update_tags(**dict(sorted(raster.tags.items())))
        with memory.open() as draft, replacing(path) as temporary:
            copy(
                draft,
                str(temporary),
                driver="COG",
                COMPRESS="DEFLATE",
                LEVEL="9",
                PREDICTOR="FLOATING_POINT" if stored.dtype.kind == "f" else "STANDARD",
                OVERVIEW_RESAMPLING="NEAREST",
            )


def read_raster(path: Path, window: Bounds | None = None) -> Raster:
    """Read any raster GDAL can, scale and offset applied, nodata as NaN.

    Parameters
    ----------
    window
        (west, south, east, north) in the raster's own crs: only the whole cells that touch it are read.

    Raises
    ------
    InputError
        The file is not there, cannot be read as a raster, is rotated, or has no cell in the window.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as source:
            return _read(source, str(path), window)
    except RasterioError as error:
        reason = "no such file" if not Path(path).exists() else str(error)
        raise InputError(Problem(str(path), "file", reason, "a raster file that GDAL reads")) from error


def _read(source: object, name: str, window: Bounds | None) -> Raster:
    from rasterio.io import DatasetReader
    from rasterio.windows import Window

    assert isinstance(source, DatasetReader)
    t = source.transform
    if t.b != 0 or t.d != 0 or t.a <= 0 or t.e >= 0:
        raise InputError(Problem(name, "transform", f"{tuple(t)[:6]}", "a north-up raster, not rotated"))
    first_col, first_row, last_col, last_row = 0, 0, source.width, source.height
    if window is not None:
        west, south, east, north = window
        tiny = 1e-6  # of a cell: an edge that only touches a cell does not take it in
        first_col = max(0, int(np.floor((west - t.c) / t.a + tiny)))
        last_col = min(source.width, int(np.ceil((east - t.c) / t.a - tiny)))
        first_row = max(0, int(np.floor((north - t.f) / t.e + tiny)))
        last_row = min(source.height, int(np.ceil((south - t.f) / t.e - tiny)))
        if first_col >= last_col or first_row >= last_row:
            raise InputError(
                Problem(
                    name, "window", f"{window}", f"a window that meets the raster's {tuple(source.bounds)}"
                )
            )
    part = Window(first_col, first_row, last_col - first_col, last_row - first_row)
    raw = source.read(window=part, masked=True)
    scale = np.asarray(source.scales, dtype=float)[:, None, None]
    offset = np.asarray(source.offsets, dtype=float)[:, None, None]
    values = np.where(np.ma.getmaskarray(raw), np.nan, raw.data.astype(np.float64) * scale + offset)
    west, north = t.c + first_col * t.a, t.f + first_row * t.e
    return Raster(
        values=np.asarray(values, dtype=np.float64),
        bounds=(west, t.f + last_row * t.e, t.c + last_col * t.a, north),
        crs=source.crs.to_string() if source.crs else "",
        tags={key: value for key, value in source.tags().items() if key != "AREA_OR_POINT"},
    )


def _packed(values: Array, resolution: float | None) -> tuple[NDArray[np.generic], float, float, float]:
    """Values as whole multiples of the resolution: (array, nodata, scale, offset)."""
    missing = np.isnan(values)
    if resolution is None:
        return np.where(missing, np.float32(np.nan), values).astype(np.float32), float("nan"), 1.0, 0.0
    steps = np.rint(np.where(missing, 0.0, values) / resolution)
    low, high = (
        (float(steps[~missing].min()), float(steps[~missing].max())) if (~missing).any() else (0.0, 0.0)
    )
    for dtype, lowest, highest, nodata in (
        (np.uint8, 0, 254, 255),
        (np.int16, -32_767, 32_767, -32_768),
        (np.int32, -(2**31) + 1, 2**31 - 1, -(2**31)),
    ):
        if low >= lowest and high <= highest:
            stored = np.where(missing, nodata, steps).astype(dtype)
            return stored, float(nodata), float(resolution), 0.0
    raise ValueError(f"{high:g} steps of {resolution:g} do not fit a raster's 32 bits")
