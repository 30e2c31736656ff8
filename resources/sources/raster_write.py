"""The checked copy of a raster: a cloud-optimised GeoTIFF made block by block."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, part, silent
from resources.sources.raster_mosaic import BLOCK, Mosaic, OpenTiles, Overlaps, read_block
from resources.sources.raster_tile import Array

Convert = Callable[[Array, int], Array]
"""(row, col) values as in the file and the band (from 0) to ours, NaN where there is none."""
_CACHE_BYTES = 128 << 20


@dataclass(slots=True)
class Written:
    """What went into the copy."""

    cells: int = 0
    known: int = 0
    low: float = math.inf
    high: float = -math.inf
    total: float = 0.0
    negative: int = 0
    """Cells below 0."""

    def add(self, values: Array) -> None:
        """Count a block."""
        there = values[np.isfinite(values)]
        self.cells += values.size
        self.known += there.size
        if there.size:
            self.low = min(self.low, float(there.min()))
            self.high = max(self.high, float(there.max()))
            self.total += float(there.sum())
            self.negative += int((there < 0).sum())

    @property
    def mean(self) -> float:
        return self.total / self.known if self.known else math.nan


def write_copy(
    mosaic: Mosaic,
    bands: Sequence[int],
    target: Path,
    convert: Convert,
    *,
    store: Literal["float32", "int16", "uint8"] = "float32",
    tags: Mapping[str, str] | None = None,
    overlaps: Overlaps | None = None,
    progress: Progress = silent,
) -> Written:
    """Write bands of a mosaic as a compressed, tiled GeoTIFF with overviews; memory does not grow with it.

    Parameters
    ----------
    bands
        Of the files, from 1, in the order of the copy.
    store
        Whole numbers ('uint8' of classes, 'int16' of metres) or fractions; NaN becomes 255, -32768, NaN.

    Raises
    ------
    InputError
        A file is damaged.
    """
    import rasterio
    from rasterio.windows import Window

    nodata = {"float32": math.nan, "int16": -32768.0, "uint8": 255.0}[store]
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "width": mosaic.cols,
        "height": mosaic.rows,
        "count": len(bands),
        "dtype": store,
        "crs": mosaic.crs,
        "transform": rasterio.Affine(mosaic.x_step, 0.0, mosaic.west, 0.0, -mosaic.y_step, mosaic.north),
        "nodata": nodata,
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "compress": "deflate",
        "zlevel": 1,
        "BIGTIFF": "IF_SAFER",
        "interleave": "band",
    }
    written = Written()
    blocks = list(mosaic.blocks())
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".energymap-") as folder,
        rasterio.Env(GDAL_NUM_THREADS="1", GDAL_CACHEMAX=_CACHE_BYTES),
    ):
        draft_path = Path(folder) / "draft.tif"
        with rasterio.open(draft_path, "w", **profile) as draft, OpenTiles() as tiles:
            draft.update_tags(**dict(sorted((tags or {}).items())))
            for number, (rows, cols) in enumerate(blocks):
                progress(0.7 * number / len(blocks), "raster: read and check")
                window = Window(cols.start, rows.start, cols.stop - cols.start, rows.stop - rows.start)
                for at, band in enumerate(bands):
                    values = convert(read_block(mosaic, tiles, rows, cols, band, overlaps), at)
                    written.add(values)
                    draft.write(_stored(values, store, nodata), at + 1, window=window)
        part(progress, 0.7, 1.0)(0.0, "raster: compress")
        compress(draft_path, target, store)
    progress(1.0, "raster: written")
    return written


def compress(draft: Path, target: Path, store: str) -> None:
    """A draft as a cloud-optimised GeoTIFF with overviews; classes are never averaged."""
    import rasterio
    from rasterio.shutil import copy

    options = {
        "COMPRESS": "DEFLATE",
        "LEVEL": "3",
        "PREDICTOR": "FLOATING_POINT" if store == "float32" else "STANDARD",
        "OVERVIEW_RESAMPLING": "NEAREST" if store == "uint8" else "AVERAGE",
        "BLOCKSIZE": str(BLOCK),
        "BIGTIFF": "IF_SAFER",
    }
    with rasterio.open(draft) as source:
        copy(source, str(target), driver="COG", **options)


def _stored(values: Array, store: str, nodata: float) -> NDArray[Any]:
    missing = np.isnan(values)
    if store == "float32":
        return np.asarray(values, dtype=np.float32)
    return np.where(missing, nodata, np.rint(np.where(missing, 0.0, values))).astype(store)
