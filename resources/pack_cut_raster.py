"""The part of an imported raster that lies in an area, block by block."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gis_layers.errors import Param
from gis_layers.progress import Progress, silent
from resources.library import Entry
from resources.sources.contract import refuse
from resources.sources.raster_write import Written, compress

Bounds = tuple[float, float, float, float]
_ROUNDING = 1e-6
"""Of a cell."""


def window_of(entry: Entry, bounds: Bounds) -> tuple[int, int, int, int] | None:
    """(first row, first column, rows, columns) of the cells that touch an area in degrees; None: all of them.

    Raises
    ------
    InputError
        None of them, or the raster cannot be read.
    """
    import rasterio
    from rasterio.warp import transform_bounds

    try:
        with rasterio.open(entry.data) as source:
            inside = transform_bounds("EPSG:4326", source.crs, *bounds, densify_pts=21)
            grid = source.transform  # a checked copy runs from north to south and is not turned
            # Edges that are a rounding error beyond a cell do not take it in.
            first_row = math.floor((inside[3] - grid.f) / grid.e + _ROUNDING)
            last_row = math.ceil((inside[1] - grid.f) / grid.e - _ROUNDING)
            first_col = math.floor((inside[0] - grid.c) / grid.a + _ROUNDING)
            last_col = math.ceil((inside[2] - grid.c) / grid.a - _ROUNDING)
            first_row, last_row = max(first_row, 0), min(last_row, source.height)
            first_col, last_col = max(first_col, 0), min(last_col, source.width)
            rows, cols = last_row - first_row, last_col - first_col
            if rows <= 0 or cols <= 0:
                found = "no cell within " + " ".join(f"{edge:g}" for edge in bounds)
                raise refuse(Path("pack"), entry.manifest.id, found, "an area it covers")
            return (
                None if (rows, cols) == (source.height, source.width) else (first_row, first_col, rows, cols)
            )
    except rasterio.errors.RasterioError as error:
        raise refuse(entry.data, "file", str(error)[:80], "an imported raster") from error


def cut_raster(
    entry: Entry, window: tuple[int, int, int, int], target: Path, progress: Progress = silent
) -> Mapping[str, Param]:
    """Write the cells of a window, all bands, and say what changed in the details of the manifest.

    Raises
    ------
    InputError
        The raster is damaged.
    """
    import rasterio
    from rasterio.windows import Window

    first_row, first_col, rows, cols = window
    written = Written()
    try:
        with (
            tempfile.TemporaryDirectory(dir=target.parent) as folder,
            rasterio.Env(GDAL_NUM_THREADS="1"),
            rasterio.open(entry.data) as source,
        ):
            grid = source.transform
            west, north = grid.c + grid.a * first_col, grid.f + grid.e * first_row
            transform = rasterio.Affine(grid.a, 0.0, west, 0.0, grid.e, north)
            store = source.dtypes[0]
            profile: dict[str, Any] = {
                "driver": "GTiff",
                "width": cols,
                "height": rows,
                "count": source.count,
                "dtype": store,
                "crs": source.crs,
                "transform": transform,
                "nodata": source.nodata,
                "tiled": True,
                "blockxsize": 512,
                "blockysize": 512,
                "compress": "deflate",
                "zlevel": 1,
                "BIGTIFF": "IF_SAFER",
            }
            draft = Path(folder) / "draft.tif"
            with rasterio.open(draft, "w", **profile) as out:
                out.update_tags(**dict(sorted(source.tags().items())))
                blocks = [block for _, block in out.block_windows(1)]
                for number, block in enumerate(blocks):
                    progress(0.8 * number / len(blocks), f"pack: {entry.manifest.id}")
                    there = Window(
                        first_col + block.col_off, first_row + block.row_off, block.width, block.height
                    )
                    values = source.read(window=there)
                    out.write(values, window=block)
                    written.add(_known(values, source.nodata))
                bounds = out.bounds
            compress(draft, target, store)
    except rasterio.errors.RasterioError as error:
        raise refuse(entry.data, "file", str(error)[:80], "a raster that can be read whole") from error
    if not written.known:
        found, expected = "no value in the area", "an area it has values in"
        raise refuse(Path("pack"), entry.manifest.id, found, expected)
    changed: dict[str, Param] = {
        "rows": rows,
        "columns": cols,
        "west": round(bounds.left, 6),
        "south": round(bounds.bottom, 6),
        "east": round(bounds.right, 6),
        "north": round(bounds.top, 6),
        "known_share": round(written.known / written.cells, 6),
        "low": written.low,
        "high": written.high,
        "mean": written.mean,
    }
    return {name: value for name, value in changed.items() if name in entry.manifest.details}


def _known(values: np.ndarray[Any, Any], nodata: float | None) -> np.ndarray[Any, Any]:
    """Values as fractions, NaN where there is none."""
    out = values.astype(np.float64)
    if nodata is not None and not math.isnan(nodata):
        out[out == nodata] = np.nan
    return out
