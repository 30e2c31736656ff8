"""Rasters of any size for the eye: small windows at the wanted coarseness, warped to a map plane.

A file is never read whole. What a tile needs is read decimated, from overviews where the file has them.
Files without overviews get a base picture first (at most `BASE_PX` on the longer side), from a sparse
lattice of blocks at once and then strip by strip in one pass over the file; coarse tiles are cut from it.
"""

from __future__ import annotations

import math
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    import pyproj

Array = NDArray[np.float64]
Values = NDArray[np.float32]
Box = tuple[float, float, float, float]

TILE_PX = 256
BASE_PX = 1536
COARSEST_M = 20_480.0
"""Metres per pixel of zoom 0."""
LATTICE_BLOCKS = 256
"""Blocks read for the first look at a file without overviews."""
GDAL_CACHE_BYTES = 64 << 20
SHOW_EVERY_S = 0.3
"""A growing base picture is shown anew no more often than this."""
_CONTROL = 16
"""Pixels between points whose place in the file is computed; between them it is interpolated. The error
stays below 0.1 pixel at every zoom, since a tile's curvature shrinks as its pixels do."""


# -- tiles of the map plane ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map plane, `TILE_PX` wide; columns count from x = 0 east, rows from y = 0 south."""

    zoom: int
    col: int
    row: int

    @property
    def metres_per_pixel(self) -> float:
        return resolution_m(self.zoom)

    @property
    def extent(self) -> Box:
        """(left, bottom, right, top). [m]"""
        side = TILE_PX * resolution_m(self.zoom)
        return self.col * side, -(self.row + 1) * side, (self.col + 1) * side, -self.row * side

    def parent(self, levels: int = 1) -> Tile:
        """The tile `levels` coarser that covers this one."""
        return Tile(self.zoom - levels, self.col >> levels, self.row >> levels)


def resolution_m(zoom: int) -> float:
    """Metres per pixel of a zoom."""
    return COARSEST_M * 2.0**-zoom


def zoom_for(metres_per_pixel: float) -> int:
    """The zoom whose pixels are nearest in size."""
    return max(0, round(math.log2(COARSEST_M / metres_per_pixel)))


def tiles_in(extent: Box, zoom: int) -> Iterator[Tile]:
    """Tiles that meet (left, bottom, right, top), row by row."""
    side = TILE_PX * resolution_m(zoom)
    left, bottom, right, top = extent
    for row in range(math.floor(-top / side), math.ceil(-bottom / side)):
        for col in range(math.floor(left / side), math.ceil(right / side)):
            yield Tile(zoom, col, row)


ValueT = TypeVar("ValueT")


class LruCache(Generic[ValueT]):
    """Keeps what was used last within a number of bytes; safe to use from several threads."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._held: OrderedDict[Hashable, tuple[ValueT, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> ValueT | None:
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, key: Hashable, value: ValueT, size_bytes: int) -> None:
        """Keep a value; the least recently used go until all fit. One larger than the limit is not kept."""
        with self._lock:
            old = self._held.pop(key, None)
            if old is not None:
                self._bytes -= old[1]
            if size_bytes > self.limit_bytes:
                return
            self._held[key] = (value, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self.limit_bytes:
                _, (_, freed) = self._held.popitem(last=False)
                self._bytes -= freed

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._bytes = 0


# -- the file --------------------------------------------------------------------------------------


class RasterFile:
    """One band of a raster file, read in windows from any thread."""

    def __init__(self, path: Path, band: int = 1, crs: str | None = None) -> None:
        """Open a file and check that it can be drawn; no values are read.

        Parameters
        ----------
        band
            From 1.
        crs
            For a file that does not say: its coordinate system, as the user knows it.

        Raises
        ------
        InputError
            Not a raster, no such band, no coordinate system, no georeference, or complex numbers; all
            problems of the file at once.
        """
        import pyproj

        self.path, self.band = Path(path), band
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
                        source = rasterio.open(self.path)
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
        values[np.isinf(values)] = np.nan
        return np.asarray(values)

    def value_at(self, lon_deg: float, lat_deg: float) -> float:
        """The value of the cell a place lies in; NaN outside the file or where it is missing."""
        x, y = _transformer("EPSG:4326", self.crs).transform(lon_deg, lat_deg)
        if not (math.isfinite(x) and math.isfinite(y)):
            return math.nan
        col, row = (math.floor(v) for v in self.to_cells(np.float64(x), np.float64(y)))  # type: ignore[arg-type]
        if not (0 <= col < self.width and 0 <= row < self.height):
            return math.nan
        return float(self.read(col, row, 1, 1, (1, 1))[0, 0])


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


def _transformer(start: Any, end: Any) -> pyproj.Transformer:
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
        self.complete = True
        self.serial += 1
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


# -- warping ---------------------------------------------------------------------------------------


def plane_to_file(file: RasterFile, plane_crs: str) -> Callable[[Array, Array], tuple[Array, Array]]:
    """From metres of a map plane to (col, row) of a file, as fractions of cells."""
    transformer = _transformer(plane_crs, file.crs)

    def places(x_m: Array, y_m: Array) -> tuple[Array, Array]:
        x, y = transformer.transform(x_m, y_m)
        return file.to_cells(np.asarray(x), np.asarray(y))

    return places


def read_tile(
    file: RasterFile,
    base: BasePicture,
    places: Callable[[Array, Array], tuple[Array, Array]],
    tile: Tile,
) -> tuple[Values | None, bool]:
    """Values of a tile (TILE_PX, TILE_PX), the nearest cell at each pixel's centre, None where the file has
    no cell; and whether they come from the base picture, which may still grow.

    Tiles about as coarse as the base picture come from it without touching the file, finer ones from a
    window of the file no larger than the tile needs.
    """
    col, row, cells = _cells_of(places, tile)
    with np.errstate(invalid="ignore"):
        inside = (col >= 0) & (col < file.width) & (row >= 0) & (row < file.height)
    if not inside.any():
        return None, False
    from_base = cells >= base.factor * 0.75
    if from_base:
        part, first_col, first_row, step_x, step_y = base.values, 0, 0, float(base.factor), float(base.factor)
    else:
        seen_col, seen_row = (col, row) if inside.all() else (col[inside], row[inside])
        first_col, last_col = int(seen_col.min()), int(seen_col.max()) + 1
        first_row, last_row = int(seen_row.min()), int(seen_row.max()) + 1
        width, height = last_col - first_col, last_row - first_row
        shape = (math.ceil(height / max(1.0, cells)), math.ceil(width / max(1.0, cells)))
        part = file.read(first_col, first_row, width, height, shape)
        step_x, step_y = width / shape[1], height / shape[0]
    # Outside, where the places may not be numbers, any cell will do: it is blanked below.
    at_col = _index(col, inside, first_col, step_x, part.shape[1])
    at_row = _index(row, inside, first_row, step_y, part.shape[0])
    at_row *= part.shape[1]
    at_row += at_col
    picked = part.ravel()[at_row]
    picked[~inside] = np.nan
    return picked, from_base


def _index(at: Array, inside: NDArray[np.bool_], first: int, step: float, size: int) -> NDArray[np.int32]:
    index = np.where(inside, (at - first) / step, 0.0).astype(np.int32)
    return np.asarray(np.clip(index, 0, size - 1, out=index), dtype=np.int32)


def _cells_of(
    places: Callable[[Array, Array], tuple[Array, Array]], tile: Tile
) -> tuple[Array, Array, float]:
    """(col, row) at the centre of each pixel of a tile, and how many cells a pixel spans (median)."""
    left, _, _, top = tile.extent
    step = tile.metres_per_pixel
    knots = np.linspace(0.0, TILE_PX, TILE_PX // _CONTROL + 1)
    x, y = np.meshgrid(left + knots * step, top - knots * step)
    col, row = places(x, y)
    centres = np.arange(TILE_PX) + 0.5
    low = np.minimum((centres // _CONTROL).astype(np.intp), len(knots) - 2)
    weight = centres / _CONTROL - low

    def between(grid: Array) -> Array:
        with np.errstate(invalid="ignore"):
            along = grid[:, low] * (1 - weight) + grid[:, low + 1] * weight
            return np.asarray(along[low] * (1 - weight)[:, None] + along[low + 1] * weight[:, None])

    with np.errstate(invalid="ignore"):
        across = np.hypot(np.diff(col, axis=1), np.diff(row, axis=1)).ravel()
        down = np.hypot(np.diff(col, axis=0), np.diff(row, axis=0)).ravel()
    spans = [float(np.median(span[np.isfinite(span)])) for span in (across, down) if np.isfinite(span).any()]
    return between(col), between(row), max(spans, default=float(_CONTROL)) / _CONTROL
