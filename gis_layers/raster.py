"""Rasters: cloud-optimised GeoTIFFs with unit, source and grade in their tags, read whole or by window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing

Array = NDArray[np.float64]

NODATA = -32768


@dataclass(frozen=True, slots=True)
class Raster:
    """Values on a regular grid in WGS84 degrees; row 0 is the northernmost, NaN where there is none."""

    values: Array
    """(band, row, col)"""
    west_deg: float
    north_deg: float
    step_deg: float
    tags: Mapping[str, str]

    @property
    def shape(self) -> tuple[int, int]:
        return (self.values.shape[1], self.values.shape[2])


def write_cog(
    path: Path,
    values: Array,
    west_deg: float,
    north_deg: float,
    step_deg: float,
    resolution: float,
    tags: Mapping[str, str],
) -> None:
    """Write (band, row, col) as a cloud-optimised GeoTIFF of 16-bit multiples of `resolution`.

    The offset is the layer's rounded middle, so that the range is used; the same values give the same file.

    Raises
    ------
    InputError
        Values do not fit 16 bits at this resolution.
    """
    import rasterio
    from rasterio.transform import from_origin

    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    offset = 0.0 if high - 0 <= 32000 * resolution and low >= -32000 * resolution else (low + high) / 2
    offset = float(np.round(offset / resolution) * resolution)
    codes = np.round((values - offset) / resolution)
    if np.nanmax(np.abs(codes), initial=0.0) > 32767:
        raise InputError(
            Problem(path.name, "values", f"{low:g} to {high:g}", f"a range of 65,534 steps of {resolution:g}")
        )
    data = np.where(np.isfinite(codes), codes, NODATA).astype(np.int16)
    with (
        replacing(path) as temporary,
        rasterio.open(
            temporary,
            "w",
            driver="COG",
            width=values.shape[2],
            height=values.shape[1],
            count=values.shape[0],
            dtype="int16",
            crs="EPSG:4326",
            transform=from_origin(west_deg, north_deg, step_deg, step_deg),
            nodata=NODATA,
            compress="DEFLATE",
            level=9,
            predictor=2,
            blocksize=256,
            overview_resampling="average",
        ) as target,
    ):
        target.write(data)
        target.scales = (resolution,) * values.shape[0]
        target.offsets = (offset,) * values.shape[0]
        target.update_tags(**tags)


def read_raster(path: Path, window: tuple[float, float, float, float] | None = None) -> Raster:
    """Read a GeoTIFF in degrees, whole or the cells that touch a (west, south, east, north) window.

    Raises
    ------
    InputError
        Not a raster, not in WGS84 degrees with square cells, or the window misses it.
    """
    import rasterio
    from rasterio.errors import RasterioIOError
    from rasterio.windows import Window

    try:
        source = rasterio.open(path)
    except RasterioIOError as error:
        raise InputError(Problem(str(path), "file", str(error), "a GeoTIFF")) from error
    with source:
        step = source.transform.a
        square = np.isclose(step, -source.transform.e) and source.transform.b == source.transform.d == 0
        if source.crs is None or source.crs.to_epsg() != 4326 or not square:
            raise InputError(
                Problem(str(path), "grid", f"{source.crs}", "EPSG:4326 with square cells, north up")
            )
        west, north = source.transform.c, source.transform.f
        part = Window(0, 0, source.width, source.height)
        if window is not None:
            left = max(int(np.floor((window[0] - west) / step + 1e-9)), 0)
            right = min(int(np.ceil((window[2] - west) / step - 1e-9)), source.width)
            top = max(int(np.floor((north - window[3]) / step + 1e-9)), 0)
            bottom = min(int(np.ceil((north - window[1]) / step - 1e-9)), source.height)
            if left >= right or top >= bottom:
                raise InputError(Problem(str(path), "window", f"{window}", "a window that meets the raster"))
            part = Window(left, top, right - left, bottom - top)
        raw = source.read(window=part, masked=True).astype(np.float64)
        scales = np.array(source.scales)[:, None, None]
        offsets = np.array(source.offsets)[:, None, None]
        values = np.ma.filled(raw * scales + offsets, np.nan)
        values.setflags(write=False)
        return Raster(
            values=values,
            west_deg=west + part.col_off * step,
            north_deg=north - part.row_off * step,
            step_deg=step,
            tags=dict(source.tags()),
        )


def sample(
    raster: Raster,
    lon_deg: ArrayLike,
    lat_deg: ArrayLike,
    method: Literal["bilinear", "nearest"] = "bilinear",
) -> Array:
    """(band, point) values at points; bilinear between cell centres, over those of the four that are known.

    Points beyond the grid, or whose four cells are all unknown, get NaN.
    """
    lon, lat = np.atleast_1d(np.asarray(lon_deg, float)), np.atleast_1d(np.asarray(lat_deg, float))
    rows, cols = raster.shape
    x = (lon - raster.west_deg) / raster.step_deg
    y = (raster.north_deg - lat) / raster.step_deg
    inside = (x >= 0) & (x <= cols) & (y >= 0) & (y <= rows)
    if method == "nearest":
        r = np.clip(np.floor(y), 0, rows - 1).astype(np.intp)
        c = np.clip(np.floor(x), 0, cols - 1).astype(np.intp)
        return np.where(inside, raster.values[:, r, c], np.nan)
    x, y = np.clip(x - 0.5, 0, cols - 1), np.clip(y - 0.5, 0, rows - 1)
    c0, r0 = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    fx, fy = x - c0, y - r0
    c1, r1 = np.minimum(c0 + 1, cols - 1), np.minimum(r0 + 1, rows - 1)
    total = np.zeros((raster.values.shape[0], len(lon)))
    weight = np.zeros_like(total)
    for r, c, w in (
        (r0, c0, (1 - fx) * (1 - fy)),
        (r0, c1, fx * (1 - fy)),
        (r1, c0, (1 - fx) * fy),
        (r1, c1, fx * fy),
    ):
        values = raster.values[:, r, c]
        known = np.isfinite(values)
        total += np.where(known, values, 0.0) * w
        weight += known * w
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(inside & (weight > 1e-9), total / weight, np.nan)
