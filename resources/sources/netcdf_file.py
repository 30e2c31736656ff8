"""Opens a user's NetCDF, 3 or 4, lazily, and says what is in it; broken files are named."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from gis_layers.errors import InputError
from resources.sources.contract import refuse

TIME, LAT, LON = ("time", "valid_time"), ("latitude", "lat", "y"), ("longitude", "lon", "x")
_HDF5, _CLASSIC = b"\x89HDF", b"CDF"


def is_netcdf(head: bytes) -> bool:
    """Whether a file begins like NetCDF 3 or 4."""
    return head[:4] == _HDF5 or head[:3] == _CLASSIC


def open_dataset(path: Path) -> Any:
    """The file as a lazy xarray dataset, times as numbers.

    Raises
    ------
    InputError
        Not readable: cut off, or no NetCDF.
    """
    import xarray

    try:
        with path.open("rb") as handle:
            head = handle.read(4)
        if not is_netcdf(head):
            raise refuse(path, "file", "other bytes at its beginning", "NetCDF 3 or 4")
        engine = "scipy" if head[:3] == _CLASSIC else "h5netcdf"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return xarray.open_dataset(
                path, engine=engine, decode_times=False, decode_timedelta=False, cache=False, chunks=None
            )
    except InputError:
        raise
    except Exception as error:  # the libraries below raise many kinds for a broken file
        found = f"cannot be opened ({str(error).strip()[:80] or type(error).__name__})"
        raise refuse(path, "file", found, "a whole NetCDF file; it may be cut off") from error


def variables_of(path: Path) -> dict[str, tuple[str, ...]]:
    """Variables of a file and their dimensions, for recognising it; empty where it cannot be read."""
    try:
        state = path.stat()
    except OSError:
        return {}
    return dict(_variables(path, state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=1024)
def _variables(path: Path, size: int, changed: int) -> dict[str, tuple[str, ...]]:
    """Several formats ask the same file; opening it costs some hundredths of a second."""
    try:
        with open_dataset(path) as dataset:
            return {str(name): tuple(str(dim) for dim in dataset[name].dims) for name in dataset.variables}
    except InputError:
        return {}


def check_readable(path: Path) -> None:
    """Pass what is not NetCDF, or is and can be opened.

    Raises
    ------
    InputError
        A NetCDF file that is cut off or broken: that, not an unknown kind, is what is wrong with it.
    """
    with path.open("rb") as handle:
        if is_netcdf(handle.read(4)):
            open_dataset(path).close()


def dimension(dims: Sequence[Any], names: Sequence[str]) -> str | None:
    """The dimension that goes by one of some names."""
    return next((str(dim) for dim in dims if str(dim).lower() in names), None)
