"""Rasters of any size, grid and system, read by tile on the pixels of one window of the map's metres.

Warped while they are read (nearest for classes, bilinear for heights), so that no copy is made and memory does not
grow with the area.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import ALBERS_CHINA, WGS84, from_albers
from gis_layers.errors import InputError, Problem
from gis_layers.raster import Raster

Values = NDArray[np.float32]
Mask = NDArray[np.bool_]
DRAWING = threading.Lock()
"""Held while a dataset is made in memory: rasterio then changes the filters of warnings, which all threads share."""
_CACHE_BYTES = 128 << 20
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Window:
    """Pixels over an area, and a margin about them for what reaches in from outside."""

    west_m: float
    north_m: float
    rows: int
    cols: int
    pixel_m: float
    pad: int
    """Pixels of the margin."""

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) with the margin."""
        margin = self.pad * self.pixel_m
        return (
            self.west_m - margin,
            self.north_m - self.rows * self.pixel_m - margin,
            self.west_m + self.cols * self.pixel_m + margin,
            self.north_m + margin,
        )

    def box_deg(self) -> Any:
        """Shapely polygon in degrees about the window with its margin."""
        import shapely

        west, south, east, north = self.bounds_m
        edge = shapely.segmentize(shapely.box(west, south, east, north), max(east - west, north - south) / 40)
        lon, lat = from_albers(*shapely.get_coordinates(edge).T)
        return shapely.Polygon(np.column_stack([lon, lat]))


@dataclass(frozen=True, slots=True)
class Tile:
    """A block of the window's pixels."""

    row: int
    col: int
    rows: int
    cols: int

    def bounds_m(self, window: Window, margin: int = 0) -> tuple[float, float, float, float]:
        """(west, south, east, north), `margin` pixels wider on every side."""
        p = window.pixel_m
        return (
            window.west_m + (self.col - margin) * p,
            window.north_m - (self.row + self.rows + margin) * p,
            window.west_m + (self.col + self.cols + margin) * p,
            window.north_m - (self.row - margin) * p,
        )


@dataclass(frozen=True, slots=True)
class RasterLayer:
    """One band, from a file or in memory."""

    key: str
    """The same for layers that are the same."""
    path: str = ""
    raster: Raster | None = None
    """In the place of a file: its first band."""
    band: int = 1
    resampling: Literal["nearest", "bilinear"] = "nearest"
    missing: tuple[int, ...] = ()
    """Values that mean none, besides what the file declares."""
    slope: bool = False
    """Its slope (percent, Horn 1981) is wanted, not its values."""

    @property
    def base(self) -> str:
        """The same for layers that read the same values."""
        return self.key.removesuffix(" slope")


def resolution_m(layer: RasterLayer) -> float:
    """Size of the layer's cells, in the middle of it; InputError where it cannot be opened."""
    with _opened(layer) as source:
        t = source.transform
        size = math.sqrt(abs(t.a * t.e - t.b * t.d))
        if source.crs is not None and source.crs.is_geographic:
            middle = (source.bounds.bottom + source.bounds.top) / 2
            return size * _METRES_PER_DEGREE * math.sqrt(math.cos(math.radians(middle)))
        factor = 1.0 if source.crs is None else float(source.crs.linear_units_factor[1])
        return size * factor


def check_raster(layer: RasterLayer, rule_id: str, window: Window) -> None:
    """See that a file can serve a window.

    Raises
    ------
    InputError
        Not there, not a raster, no such band, no coordinate system or place, nothing in the window; all at once.
    """
    import pyproj

    problems: list[Problem] = []
    with _opened(layer, rule_id) as source:
        if not 1 <= layer.band <= source.count:
            problems.append(Problem(layer.path, f"{rule_id} band", str(layer.band), f"1 to {source.count}"))
        elif "complex" in source.dtypes[layer.band - 1]:
            problems.append(Problem(layer.path, f"{rule_id} band", "complex numbers", "real numbers"))
        if source.crs is None:
            expected = "a coordinate system in the file"
            problems.append(Problem(layer.path, f"{rule_id} crs", "none", expected))
        elif source.transform.is_identity or source.transform.determinant == 0:
            expected = "a file that says where its cells lie"
            problems.append(Problem(layer.path, f"{rule_id} transform", "no georeference", expected))
        else:
            there = pyproj.Transformer.from_crs(ALBERS_CHINA, source.crs.to_wkt(), always_xy=True)
            west, south, east, north = there.transform_bounds(*window.bounds_m, densify_pts=41)
            left, bottom, right, top = source.bounds
            if not (west < right and east > left and south < max(top, bottom) and north > min(top, bottom)):
                found = f"{left:.6g} to {right:.6g}, {bottom:.6g} to {top:.6g}"
                expected = (
                    f"cells within {west:.6g} to {east:.6g}, {south:.6g} to {north:.6g}, where the area lies"
                )
                problems.append(Problem(layer.path, f"{rule_id} extent", found, expected))
    if problems:
        raise InputError(problems)


class TileReader:
    """Layers of one window, for one thread; close after use."""

    def __init__(self, window: Window, margins: Mapping[str, int] | None = None) -> None:
        """`margins`: file (`RasterLayer.base`) -> pixels about a tile that some rule will ask for."""
        self._window, self._margins = window, dict(margins or {})
        self._tile: Tile | None = None
        self._read_once: dict[tuple[str, str], tuple[int, Any, Mask | None]] = {}
        self._open: dict[tuple[str, str], _Held] = {}

    def close(self) -> None:
        """From any thread."""
        import rasterio

        with rasterio.Env():
            for held in self._open.values():
                held.stack.close()
        self._open.clear()
        self._read_once.clear()

    def values(self, layer: RasterLayer, tile: Tile, margin: int = 0) -> tuple[Any, Mask | None]:
        """Values of a tile `margin` pixels wider on every side, and where there are any (None: everywhere).

        Codes keep the file's type; bilinear values are float32. With `layer.slope` the slope in percent.

        Raises
        ------
        InputError
            The file is gone or damaged.
        """
        if not layer.slope:
            return self._read(layer, tile, margin)
        height, known = self._read(layer, tile, margin + 1)
        if known is not None:
            height = np.where(known, height, np.float32(np.nan))
        slope = horn_slope_percent(height, self._window.pixel_m)
        there = None if known is None else np.isfinite(slope)
        return slope, there

    def _read(self, layer: RasterLayer, tile: Tile, margin: int) -> tuple[Any, Mask | None]:
        """Each file once a tile, as wide as the widest rule wants it."""
        if tile != self._tile:
            self._tile = tile
            self._read_once.clear()
        key = (layer.base, layer.resampling)
        held = self._read_once.get(key)
        if held is None or held[0] < margin:
            wide = max(margin, self._margins.get(layer.base, 0))
            held = self._read_once[key] = (wide, *self._warp(layer, tile, wide))
        off = held[0] - margin
        part = np.s_[off : off + tile.rows + 2 * margin, off : off + tile.cols + 2 * margin]
        return held[1][part], None if held[2] is None else held[2][part]

    def _warp(self, layer: RasterLayer, tile: Tile, margin: int) -> tuple[Any, Mask | None]:
        import rasterio
        from rasterio.errors import RasterioError
        from rasterio.windows import Window as Part

        pad = self._window.pad + 1
        part = Part(
            tile.col - margin + pad, tile.row - margin + pad, tile.cols + 2 * margin, tile.rows + 2 * margin
        )
        try:
            # An environment about opening: without one a file keeps its own, which only this thread could close.
            with rasterio.Env(GDAL_CACHEMAX=_CACHE_BYTES):
                held = self._held(layer)
                raw = held.vrt.read(layer.band, window=part, masked=True)
                clear = None if held.alpha is None else held.vrt.read(held.alpha, window=part) == 0
        except RasterioError as error:
            raise InputError(_unreadable(layer, layer.key, error)) from error
        values = raw.data
        missing = np.ma.getmask(raw)
        if clear is not None:
            missing = missing | clear
        for value in layer.missing:
            missing = missing | (values == value)
        if held.scale != 1.0 or held.offset != 0.0:
            values = values.astype(np.float32) * np.float32(held.scale) + np.float32(held.offset)
        if values.dtype.kind == "f":
            missing = missing | ~np.isfinite(values)
        return values, ~missing if missing is not np.ma.nomask and np.any(missing) else None

    def _held(self, layer: RasterLayer) -> _Held:
        key = (layer.base, layer.resampling)
        if key not in self._open:
            stack = contextlib.ExitStack()
            source = stack.enter_context(_opened(layer))
            alpha = _alpha_band(source, layer)
            vrt = stack.enter_context(_warped(source, layer, self._window, alpha))
            at = layer.band - 1
            self._open[key] = _Held(vrt, alpha, float(source.scales[at]), float(source.offsets[at]), stack)
        return self._open[key]


@dataclass(frozen=True, slots=True)
class _Held:
    """An open file on a window's pixels."""

    vrt: Any
    alpha: int | None
    """Band that is 0 where there is no value, beyond the file's edges too; None: the file has a nodata value."""
    scale: float
    offset: float
    stack: contextlib.ExitStack


def _alpha_band(source: Any, layer: RasterLayer) -> int | None:
    """Read as it is: GDAL itself takes an alpha band for a mask in files of bytes alone."""
    from rasterio.enums import ColorInterp

    if source.nodatavals[layer.band - 1] is not None:
        return None
    own = [at for at, kind in enumerate(source.colorinterp, start=1) if kind is ColorInterp.alpha]
    return own[0] if own else int(source.count) + 1


def _warped(source: Any, layer: RasterLayer, window: Window, alpha: int | None) -> Any:
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.vrt import WarpedVRT

    p, pad = window.pixel_m, window.pad + 1
    return WarpedVRT(
        source,
        crs=ALBERS_CHINA,
        transform=rasterio.Affine(p, 0.0, window.west_m - pad * p, 0.0, -p, window.north_m + pad * p),
        width=window.cols + 2 * pad,
        height=window.rows + 2 * pad,
        resampling=Resampling[layer.resampling],
        add_alpha=alpha is not None and alpha > source.count,
        # Whole metres would make steps of slopes.
        dtype="float32" if layer.resampling == "bilinear" else None,
    )


@contextlib.contextmanager
def _opened(layer: RasterLayer, rule_id: str = "") -> Iterator[Any]:
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.io import MemoryFile

    if layer.raster is None:
        try:
            source = rasterio.open(layer.path)
        except RasterioError as error:
            raise InputError(_unreadable(layer, rule_id or layer.key, error)) from error
        with source:
            yield source
        return
    held = layer.raster
    rows, cols = held.values.shape[1:]
    profile = {
        "driver": "GTiff", "width": cols, "height": rows, "count": 1, "dtype": "float32",
        "crs": held.crs or WGS84, "transform": rasterio.Affine(*held.transform), "nodata": float("nan"),
    }  # fmt: skip
    with MemoryFile() as memory:
        with DRAWING, memory.open(**profile) as draft:
            draft.write(held.values[0].astype(np.float32), 1)
        with memory.open() as source:
            yield source


def _unreadable(layer: RasterLayer, field: str, error: Exception) -> Problem:
    found = "no such file" if not Path(layer.path).exists() else f"{error}"[:120]
    return Problem(layer.path, field, found, "a raster file that can be read")


def horn_slope_percent(height_m: Values, pixel_m: float) -> Values:
    """Slope of the inner pixels of a block, from the eight about each.

    Horn, B. K. P. (1981), Hill shading and the reflectance map, Proc. IEEE 69(1), 14-47.

    Parameters
    ----------
    height_m : (row + 2, col + 2)

    Returns
    -------
    (row, col)
        Rise over run, percent; NaN beside a missing height.
    """
    z = height_m
    west = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2]
    east = z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
    north = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:]
    south = z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
    slope = np.hypot(east - west, north - south)
    slope *= np.float32(100.0 / (8.0 * pixel_m))
    return np.asarray(slope, dtype=np.float32)
