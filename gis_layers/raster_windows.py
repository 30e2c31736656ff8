"""Rasters of any size for the eye: small windows at the wanted coarseness, and a coarse picture of the whole.

A file is never read whole. What a tile needs is read decimated, from overviews where the file has them.
Files without overviews get a base picture first (at most `BASE_PX` on the longer side), from a sparse
lattice of blocks at once and then strip by strip in one pass over the file; coarse tiles are cut from it.
"""

from __future__ import annotations

import math
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.tiles import Box

if TYPE_CHECKING:
    import pyproj

Array = NDArray[np.float64]
Values = NDArray[np.float32]

BASE_PX = 1536
LATTICE_BLOCKS = 256
"""Blocks read for the first look at a file without overviews."""
GDAL_CACHE_BYTES = 64 << 20
SHOW_EVERY_S = 0.3
"""A growing base picture is shown anew no more often than this."""


class RasterFile:
    """One band of a raster file, read in windows from any thread."""

    def __init__(
        self,
        path: Path,
        band: int = 1,
        crs: str | None = None,
        name: str = "",
        nodata: float | None = None,
    ) -> None:
        """Open a file and check that it can be drawn; no values are read.

        Parameters
        ----------
        band
            From 1.
        crs
            For a file that does not say: its coordinate system, as the user knows it.
        name
            What GDAL opens where it is not the path: a variable of a netCDF file.
        nodata
            A value that means missing besides what the file declares; as stored, before scale and offset.

        Raises
        ------
        InputError
            Not a raster, no such band, no coordinate system, no georeference, or complex numbers; all
            problems of the file at once.
        """
        import pyproj

        self.path, self.band = Path(path), band
        self._name, self._missing = name or str(path), nodata
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self._closed = False
        with self._dataset() as source:
            self.width, self.height, self.bands = int(source.width), int(source.height), int(source.count)
            self.names = tuple(name or "" for name in source.descriptions)
            problems = self._problems(source, crs)
            if problems:
                self.close()
                raise InputError(problems)
            affine = _affine(source)
            self.dtype = str(source.dtypes[band - 1])
            self.unit = str(source.units[band - 1] or source.tags().get("UNIT", "") or "")
            self.tags: dict[str, str] = dict(source.tags())
            self.nodata = source.nodatavals[band - 1]
            self._flags = {flag.name for flag in source.mask_flag_enums[band - 1]}
            self._scale, self._offset = float(source.scales[band - 1]), float(source.offsets[band - 1])
            self.overviews = tuple(int(f) for f in source.overviews(band))
            rows, cols = source.block_shapes[band - 1]
            self.block = (int(rows), int(cols))
            self.crs = pyproj.CRS.from_user_input(crs or source.crs.to_wkt())
            self.colours = _colours(source, band)
            """Of a paletted band: value to (red, green, blue, opacity), each 0 to 255; else nothing."""
        self._affine = tuple(float(v) for v in (affine.a, affine.b, affine.c, affine.d, affine.e, affine.f))
        inverse = ~affine
        self._inverse = (inverse.a, inverse.b, inverse.c, inverse.d, inverse.e, inverse.f)

    def _problems(self, source: Any, crs: str | None) -> list[Problem]:
        name, problems = str(self.path), []
        if not 1 <= self.band <= self.bands:
            problems.append(Problem(name, "band", str(self.band), f"1 to {self.bands}"))
        elif "complex" in source.dtypes[self.band - 1]:
            problems.append(Problem(name, "band", source.dtypes[self.band - 1], "real numbers"))
        if crs is None and source.crs is None and not (source.gcps[0] and source.gcps[1]):
            problems.append(
                Problem(name, "crs", "none", "a coordinate system in the file, or one you state (EPSG:4326)")
            )
        affine = _affine(source)
        if affine.is_identity or affine.determinant == 0:
            problems.append(
                Problem(name, "transform", "no georeference", "a file that says where its cells lie")
            )
        return problems

    # A dataset must not be used by two threads at once: each read borrows one.
    @contextmanager
    def _dataset(self) -> Iterator[Any]:
        import rasterio
        from rasterio.errors import NotGeoreferencedWarning, RasterioError

        try:
            with rasterio.Env(GDAL_CACHEMAX=GDAL_CACHE_BYTES):
                with self._lock:
                    source = self._idle.pop() if self._idle else None
                if source is None:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", NotGeoreferencedWarning)
                        source = rasterio.open(self._name)
                try:
                    yield source
                finally:
                    with self._lock:
                        keep = not self._closed
                        if keep:
                            self._idle.append(source)
                    if not keep:
                        source.close()
        except RasterioError as error:
            found = "no such file" if not self.path.exists() else str(error)
            raise InputError(
                Problem(str(self.path), "file", found, "a raster file that GDAL reads")
            ) from error

    def close(self) -> None:
        """Close the file; reads under way end first."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for source in idle:
            source.close()

    # -- place ---------------------------------------------------------------------------------------

    def to_cells(self, x: Array, y: Array) -> tuple[Array, Array]:
        """(col, row) as fractions of cells of places in the file's own crs; (0, 0) the outer corner."""
        a, b, c, d, e, f = self._inverse
        return a * x + b * y + c, d * x + e * y + f

    def box_deg(self) -> Box:
        """(west, south, east, north) in WGS84, the edges followed."""
        import pyproj

        steps = np.linspace(0.0, 1.0, 33)
        col = np.concatenate([steps, np.ones(33), steps, np.zeros(33)]) * self.width
        row = np.concatenate([np.zeros(33), steps, np.ones(33), steps]) * self.height
        a, b, c, d, e, f = self._affine
        there = pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        lon, lat = there.transform(a * col + b * row + c, d * col + e * row + f)
        known = np.isfinite(lon) & np.isfinite(lat)
        if not known.any():
            raise InputError(
                Problem(str(self.path), "transform", "coordinates beyond the Earth", "a place on the Earth")
            )
        lon, lat = np.asarray(lon)[known], np.asarray(lat)[known]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    # -- values --------------------------------------------------------------------------------------

    def read(self, col: int, row: int, width: int, height: int, shape: tuple[int, int]) -> Values:
        """Cells of a window, decimated to `shape`; missing is NaN, scale and offset applied.

        Raises
        ------
        InputError
            The file is gone or damaged.
        """
        from rasterio.windows import Window

        window = Window(col, row, width, height)
        with self._dataset() as source:
            raw = source.read(self.band, window=window, out_shape=shape)
            if self._flags <= {"all_valid", "nodata"}:
                missing = _equals(raw, self.nodata) if "nodata" in self._flags else None
            else:
                missing = source.read_masks(self.band, window=window, out_shape=shape) == 0
        values = raw.astype(np.float32)
        if self._scale != 1.0 or self._offset != 0.0:
            values = (raw * self._scale + self._offset).astype(np.float32)
        if missing is not None:
            values[missing] = np.nan
        if self._missing is not None and (stated := _equals(raw, self._missing)) is not None:
            values[stated] = np.nan
        values[np.isinf(values)] = np.nan
        return np.asarray(values)

    def value_at(self, lon_deg: float, lat_deg: float) -> float:
        """The value of the cell a place lies in; NaN outside the file or where it is missing."""
        x, y = transformer("EPSG:4326", self.crs).transform(lon_deg, lat_deg)
        if not (math.isfinite(x) and math.isfinite(y)):
            return math.nan
        col, row = (math.floor(v) for v in self.to_cells(np.float64(x), np.float64(y)))  # type: ignore[arg-type]
        if not (0 <= col < self.width and 0 <= row < self.height):
            return math.nan
        return float(self.read(col, row, 1, 1, (1, 1))[0, 0])


def _colours(source: Any, band: int) -> dict[int, tuple[int, int, int, int]]:
    try:
        table = source.colormap(band)
    except ValueError:  # rasterio: the band has none
        return {}
    return {int(value): (int(r), int(g), int(b), int(a)) for value, (r, g, b, a) in table.items()}


def _affine(source: Any) -> Any:
    from rasterio.transform import from_gcps

    points, crs = source.gcps
    return from_gcps(points) if source.transform.is_identity and points and crs else source.transform


def _equals(raw: NDArray[Any], nodata: float | None) -> NDArray[np.bool_] | None:
    if nodata is None:
        return None
    if math.isnan(nodata):
        return np.asarray(np.isnan(raw)) if raw.dtype.kind == "f" else None
    if raw.dtype.kind == "f":
        # Files written by others hold -3.4e38 rounded one way or the other.
        return np.asarray(np.isclose(raw, nodata, rtol=1e-6, atol=0.0))
    return np.asarray(raw == nodata)


def transformer(start: Any, end: Any) -> pyproj.Transformer:
    """Between two systems, x always east."""
    import pyproj

    return pyproj.Transformer.from_crs(start, end, always_xy=True)


# -- the coarse picture ----------------------------------------------------------------------------


class BasePicture:
    """The whole file at a coarse step, growing while it is read."""

    def __init__(self, file: RasterFile) -> None:
        self.file = file
        self.factor = max(1, math.ceil(max(file.width, file.height) / BASE_PX))
        """Cells of the file per cell of the picture."""
        rows, cols = math.ceil(file.height / self.factor), math.ceil(file.width / self.factor)
        self.values: Values = np.full((rows, cols), np.nan, dtype=np.float32)
        self.serial = 0
        """Grows with every part read."""
        self.complete = False

    @property
    def cheap(self) -> bool:
        """Whether reading the whole picture takes but a moment: an overview, or a small file."""
        cells = self.file.width * self.file.height
        return cells <= 4_000_000 or any(f <= self.factor <= 8 * f for f in self.file.overviews)

    def parts(self) -> Iterator[None]:
        """Read the picture; after each part there is more to see.

        A file with overviews is one part. Another is first looked at in `LATTICE_BLOCKS` blocks, then read
        in strips from north to south: one pass at the speed of the disk (or of the decompression).
        """
        rows, cols = self.values.shape
        file, f = self.file, self.factor
        if self.cheap:
            self.values[:] = file.read(0, 0, file.width, file.height, (rows, cols))
        else:
            yield from self._lattice()
            shown = time.monotonic()
            step = max(1, round(max(file.block[0], 256) / f))
            for first in range(0, rows, step):
                last = min(first + step, rows)
                height = min(last * f, file.height) - first * f
                self.values[first:last] = file.read(0, first * f, file.width, height, (last - first, cols))
                # Each state makes the tiles cut from it anew: not more often than the eye asks for.
                if time.monotonic() - shown > SHOW_EVERY_S:
                    shown = time.monotonic()
                    self.serial += 1
                yield
        self.serial += 1
        self.complete = True  # last: who sees it may rely on the state
        yield

    def _lattice(self) -> Iterator[None]:
        """One row of cells of every n-th block, spread over the blocks beside it."""
        file, f = self.file, self.factor
        block_rows, block_cols = file.block
        down, across = math.ceil(file.height / block_rows), math.ceil(file.width / block_cols)
        if across == 1:
            down_stride, across_stride = max(1, math.ceil(down / LATTICE_BLOCKS)), 1
        else:
            down_stride = across_stride = max(1, math.ceil(math.sqrt(down * across / LATTICE_BLOCKS)))
        shown = time.monotonic()
        for block_row in range(0, down, down_stride):
            top = block_row * block_rows
            bottom = min((block_row + down_stride) * block_rows, file.height)
            row = min(top + (bottom - top) // 2, file.height - 1)
            for block_col in range(0, across, across_stride):
                left = block_col * block_cols
                right = min((block_col + across_stride) * block_cols, file.width)
                width = min(block_cols, file.width - left)
                line = file.read(left, row, width, 1, (1, max(1, width // f)))[0]
                part = self.values[top // f : math.ceil(bottom / f), left // f : math.ceil(right / f)]
                part[:] = line[np.linspace(0, len(line) - 1, part.shape[1]).round().astype(int)]
            if time.monotonic() - shown > SHOW_EVERY_S:
                shown = time.monotonic()
                self.serial += 1
                yield
        self.serial += 1
        yield
