"""One raster of the user's, seen alike whatever it is kept in: rows from the north, columns from the west.

GeoTIFF and the like are read by GDAL, NetCDF by xarray; both by windows, never whole.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import WGS84
from gis_layers.importer.place import canonical
from gis_layers.importer.raster import BLOCK_BYTES, UNIT_TAGS, driver_of
from resources.sources.contract import refuse
from resources.sources.netcdf_file import LAT, LON, dimension, is_netcdf, open_dataset

Array = NDArray[np.float64]

_HGT = ".hgt"
_MOST_BANDS = 400
MOST_LACKING = 0.05
"""Of the lines of a NetCDF, that may be lacking; their cells have no value."""
STEP_TOLERANCE = 0.02
"""Of a step, by which the coordinates of a NetCDF may stray."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a raster lies and how it is kept; no values."""

    path: Path
    variable: str
    """Of a NetCDF; '' of other files."""
    rows: int
    cols: int
    bands: int
    west: float
    """Outer edge, in units of `crs`, as are the next three; steps are positive."""
    north: float
    x_step: float
    y_step: float
    crs: str
    """'' where the file has none."""
    rotated: bool = False
    flipped: bool = False
    """Kept from south to north."""
    dtype: str = "float32"
    nodata: float | None = None
    unit: str = ""
    names: tuple[str, ...] = ()
    """Of the bands."""
    tags: dict[str, str] = field(default_factory=dict)
    lines: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
    """Of a NetCDF that lacks rows or columns: its own row of each row, column of each column; -1 where lacking."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north), outer edges."""
        return (
            self.west,
            self.north - self.rows * self.y_step,
            self.west + self.cols * self.x_step,
            self.north,
        )

    @property
    def holes(self) -> int:
        """Rows and columns the file lacks."""
        return 0 if self.lines is None else sum(int((line < 0).sum()) for line in self.lines)

    @property
    def where(self) -> str:
        return f"{self.path} {self.variable}".strip()

    @property
    def longitudes(self) -> Literal["-180..180", "0..360", "projected"]:
        """How the file counts its longitudes."""
        if self.crs and not geographic(self.crs):
            return "projected"
        return "0..360" if self.bounds[2] > 180.5 else "-180..180"


class Reader(Protocol):
    """An opened tile."""

    def read(self, rows: slice, cols: slice, band: int) -> Array:
        """(row, col) values, row 0 north, scale applied, NaN where the file says there is none; `band` from 1."""


def geographic(crs: str) -> bool:
    """Whether a system counts degrees."""
    from gis_layers.importer.place import parse_crs

    parsed = parse_crs(crs)
    return parsed is not None and bool(parsed.is_geographic)


def look(path: Path, variable: str = "") -> Tile:
    """Where a raster lies; its first and last blocks are read to see that it is whole.

    Parameters
    ----------
    variable
        Of a NetCDF; the first that lies on a map if ''.

    Raises
    ------
    InputError
        Not readable, cut off, without a place, of one piece too large to read by windows.
    """
    with path.open("rb") as handle:
        head = handle.read(4)
    if is_netcdf(head):
        return _look_netcdf(path, variable)
    return _look_gdal(path)


def netcdf_variables(path: Path) -> list[str]:
    """Variables of a NetCDF that lie on a map."""
    with open_dataset(path) as dataset:
        return [str(name) for name in dataset.data_vars if _axes(dataset[name]) is not None]


@contextlib.contextmanager
def reading(tile: Tile) -> Iterator[Reader]:
    """The tile opened for reading.

    Raises
    ------
    InputError
        Also while the block runs, where the file is damaged.
    """
    if tile.variable:
        with open_dataset(tile.path) as dataset:
            yield _NetcdfReader(tile, dataset[tile.variable])
        return
    from rasterio.errors import RasterioError

    try:
        with _opened(tile.path) as source:
            yield _GdalReader(tile, source)
    except RasterioError as error:
        raise _broken(tile.path, error) from error


def _broken(path: Path, error: Exception) -> Exception:
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    said = str(cause).strip().splitlines()
    found = f"cannot be read ({said[0][:120] if said else type(cause).__name__})"
    return refuse(path, "raster", found, "a whole raster that GDAL reads; it may be cut off")


# -- GDAL ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    driver = "SRTMHGT" if path.suffix.lower() == _HGT else driver_of(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        source = rasterio.open(path, driver=driver)
    with source:
        yield source


def _look_gdal(path: Path) -> Tile:
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    try:
        with _opened(path) as source:
            if source.count == 0 or "complex" in source.dtypes[0]:
                raise refuse(path, "bands", "none of real numbers", "at least one band of numbers")
            height, width = source.block_shapes[0]
            size = height * width * np.dtype(source.dtypes[0]).itemsize
            if size > BLOCK_BYTES:
                expected = "a raster kept in tiles or strips (a cloud-optimised GeoTIFF)"
                raise refuse(path, "blocks", f"one block of {size / 2**30:.1f} GB", expected)
            t = source.transform
            if t.is_identity or t.determinant == 0 or t.a < 0:
                raise refuse(
                    path, "transform", f"{tuple(t)[:6]}", "a raster that says where on the Earth it lies"
                )
            for row, col in ((0, 0), (source.height - 1, source.width - 1)):
                source.read(1, window=Window(col, row, 1, 1))
            tags = {**source.tags(), **source.tags(1)}
            flipped = t.e > 0
            return Tile(
                path=path,
                variable="",
                rows=source.height,
                cols=source.width,
                bands=source.count,
                west=t.c,
                north=t.f + (source.height * t.e if flipped else 0.0),
                x_step=t.a,
                y_step=abs(t.e) or t.a,
                crs=canonical(source.crs.to_wkt()) if source.crs else "",
                rotated=t.b != 0 or t.d != 0,
                flipped=flipped,
                dtype=source.dtypes[0],
                nodata=None if source.nodata is None else float(source.nodata),
                unit=source.units[0] or next((tags[tag] for tag in UNIT_TAGS if tags.get(tag)), ""),
                names=tuple(name or "" for name in source.descriptions),
                tags={key: str(value)[:400] for key, value in tags.items()},
            )
    except RasterioError as error:
        raise _broken(path, error) from error


@dataclass(frozen=True, slots=True)
class _GdalReader:
    tile: Tile
    source: Any

    def read(self, rows: slice, cols: slice, band: int) -> Array:
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        tile = self.tile
        first = tile.rows - rows.stop if tile.flipped else rows.start
        window = Window(cols.start, first, cols.stop - cols.start, rows.stop - rows.start)
        try:
            raw = self.source.read(band, window=window, masked=True)
        except RasterioError as error:
            raise _broken(tile.path, error) from error
        values = raw.data.astype(np.float64)
        scale, offset = self.source.scales[band - 1], self.source.offsets[band - 1]
        if scale != 1.0 or offset != 0.0:
            values = values * scale + offset
        values[np.ma.getmaskarray(raw) | ~np.isfinite(values)] = np.nan
        return np.asarray(values[::-1] if tile.flipped else values)


# -- NetCDF -------------------------------------------------------------------------------------------------


def _axes(array: Any) -> tuple[str, str, tuple[str, ...]] | None:
    """Dimensions of latitude, longitude, and the others; None where it is no map."""
    lat, lon = dimension(array.dims, LAT), dimension(array.dims, LON)
    if lat is None or lon is None or array.dtype.kind not in "fiu":
        return None
    return lat, lon, tuple(str(dim) for dim in array.dims if dim not in (lat, lon))


def _look_netcdf(path: Path, variable: str) -> Tile:
    with open_dataset(path) as dataset:
        names = [str(name) for name in dataset.data_vars if _axes(dataset[name]) is not None]
        chosen = variable or next(iter(names), "")
        if chosen not in names:
            there = ", ".join(map(str, dataset.data_vars))[:120]
            raise refuse(path, "variables", there, "a variable of latitude and longitude")
        array = dataset[chosen]
        axes = _axes(array)
        assert axes is not None
        lat, lon, others = axes
        bands = int(np.prod([array.sizes[dim] for dim in others], dtype=int))
        if bands > _MOST_BANDS:
            raise refuse(
                path,
                chosen,
                f"{bands} steps or levels",
                f"at most {_MOST_BANDS}; for hours use an hourly format",
            )
        try:
            x, y = (np.asarray(dataset[dim].values, dtype=np.float64) for dim in (lon, lat))
            array.isel({lat: [-1], lon: [-1], **{dim: [-1] for dim in others}}).load()
        except (KeyError, ValueError, OSError) as error:
            raise refuse(path, chosen, str(error)[:80], "a whole NetCDF file with coordinates") from error
        (x_step, col_lines), (y_step, row_lines) = _step(path, lon, x), _step(path, lat, y)
        if x_step < 0:
            raise refuse(path, lon, "from east to west", "longitudes that grow")
        holes = (row_lines < 0).any() or (col_lines < 0).any()
        attrs = {str(key): str(value)[:400] for key, value in {**dataset.attrs, **array.attrs}.items()}
        return Tile(
            path=path,
            variable=chosen,
            rows=len(row_lines),
            cols=len(col_lines),
            bands=bands,
            west=float(x[0]) - x_step / 2,
            north=float(y.max()) + abs(y_step) / 2,
            x_step=x_step,
            y_step=abs(y_step),
            crs=_netcdf_crs(dataset, array, lat, lon),
            flipped=y_step > 0,
            lines=(row_lines[::-1] if y_step > 0 else row_lines, col_lines) if holes else None,
            dtype=str(array.dtype),
            unit=str(array.attrs.get("units", "")),
            names=(str(array.attrs.get("long_name", chosen)),) * bands,
            tags=attrs,
        )


def _step(path: Path, name: str, values: Array) -> tuple[float, NDArray[np.int64]]:
    """The one step of a coordinate, and the place in the file of each line of an even grid, -1 where it lacks one."""
    if len(values) < 2 or not np.isfinite(values).all():
        raise refuse(path, name, f"{len(values)} values", "at least two, all numbers")
    steps = np.diff(values)
    step = float(steps[np.argmin(np.abs(steps))])
    if step:
        # The step once more over the whole length: the shortest one is rounded.
        number = np.rint((values - values[0]) / step)
        step = float(values[-1] - values[0]) / max(number[-1], 1.0)
        number = np.rint((values - values[0]) / step)
        stray = np.abs(values - values[0] - step * number).max()
        lacking = int(number[-1]) + 1 - len(values)
        if (
            stray <= STEP_TOLERANCE * abs(step)
            and (np.diff(number) > 0).all()
            and lacking <= MOST_LACKING * len(values)
        ):
            lines = np.full(int(number[-1]) + 1, -1, dtype=np.int64)
            lines[number.astype(np.int64)] = np.arange(len(values))
            return step, lines
    found = f"steps of {np.abs(steps).min():g} to {np.abs(steps).max():g}"
    raise refuse(path, name, found, "one even step; regrid it first")


def _netcdf_crs(dataset: Any, array: Any, lat: str, lon: str) -> str:
    """As a grid mapping says, degrees where the names do; else ''."""
    mapping = dataset.variables.get(array.attrs.get("grid_mapping", "")) or dataset.variables.get(
        "spatial_ref"
    )
    if mapping is not None:
        text = str(mapping.attrs.get("crs_wkt") or mapping.attrs.get("spatial_ref") or "")
        if text:
            return canonical(text)
        if mapping.attrs.get("grid_mapping_name") == "latitude_longitude":
            return WGS84
    units = " ".join(str(dataset[dim].attrs.get("units", "")) for dim in (lat, lon))
    named = re.match(r"lat", lat, re.IGNORECASE) and re.match(r"lon", lon, re.IGNORECASE)
    return WGS84 if named or units == "degrees_north degrees_east" else ""


@dataclass(frozen=True, slots=True)
class _NetcdfReader:
    tile: Tile
    array: Any

    def read(self, rows: slice, cols: slice, band: int) -> Array:
        axes = _axes(self.array)
        assert axes is not None
        lat, lon, others = axes
        if self.tile.lines is not None:
            return self._with_holes(
                self.tile.lines[0][rows], self.tile.lines[1][cols], lat, lon, others, band
            )
        first, last = rows.start, rows.stop
        if self.tile.flipped:
            first, last = self.tile.rows - rows.stop, self.tile.rows - rows.start
        values = self._values(lat, slice(first, last), lon, cols, others, band)
        return np.asarray(values[::-1] if self.tile.flipped else values)

    def _with_holes(
        self, row: NDArray[np.int64], col: NDArray[np.int64], lat: str, lon: str, others: tuple[str, ...], band: int
    ) -> Array:  # fmt: skip
        """(row, col) of lines of the file, NaN where it lacks them."""
        values = np.full((len(row), len(col)), np.nan)
        down, along = np.flatnonzero(row >= 0), np.flatnonzero(col >= 0)
        if len(down) and len(along):
            there_row, there_col = row[down], col[along]
            part = self._values(
                lat, slice(int(there_row.min()), int(there_row.max()) + 1),
                lon, slice(int(there_col.min()), int(there_col.max()) + 1), others, band,
            )  # fmt: skip
            values[np.ix_(down, along)] = part[
                np.ix_(there_row - there_row.min(), there_col - there_col.min())
            ]
        return values

    def _values(
        self, lat: str, rows: slice, lon: str, cols: slice, others: tuple[str, ...], band: int
    ) -> Array:
        """(row, col) as in the file."""
        picked: dict[str, Any] = {lat: rows, lon: cols}
        sizes = [self.array.sizes[dim] for dim in others]
        for dim, at in zip(others, np.unravel_index(band - 1, sizes) if others else (), strict=True):
            picked[dim] = int(at)
        try:
            values = self.array.isel(picked).transpose(lat, lon).values.astype(np.float64)
        except (OSError, ValueError, RuntimeError) as error:
            raise _broken(self.tile.path, error) from error
        values[~np.isfinite(values)] = np.nan
        return np.asarray(values)
