"""Which formats there are, and which of them a file is."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from gis_layers.errors import InputError, Problem
from gis_layers.importer.archive import unpack
from resources.sources.contract import Kind, SourceFormat, refuse
from resources.sources.netcdf_file import check_readable

_MODULES: tuple[str, ...] = (
    "era5",
    "merra2",
    "capacity_factor",
    "epw",
    "tmy3",
    "nasa_power",
    "pvgis",
    "mast",
    "grdc",
    "flow_csv",
    "global_wind_atlas",
    "global_solar_atlas",
    "land_cover",
    "elevation_tiles",
    "raster_file",
    "power_stations",
    "areas",
    "power_curve",
)
"""Modules of this package that hold a `FORMAT` or several `FORMATS`."""
HEAD_BYTES = 4096
LEAST_CONFIDENCE = 0.1
_ZIP = b"PK\x03\x04"
_EXCEL = (".xlsx", ".xlsm")
"""Archives by their first bytes, tables to us."""


@lru_cache(maxsize=1)
def formats() -> tuple[SourceFormat, ...]:
    """All formats, in the order in which a list shows them."""
    found: list[SourceFormat] = []
    for name in _MODULES:
        module = importlib.import_module(f"resources.sources.{name}")
        found.extend(getattr(module, "FORMATS", None) or (module.FORMAT,))
    return tuple(found)


def format_of(id: str) -> SourceFormat:
    """The format of an id.

    Raises
    ------
    InputError
        There is none; names those there are.
    """
    for one in formats():
        if one.id == id:
            return one
    raise InputError(Problem("argument", "format", id, f"one of {', '.join(one.id for one in formats())}"))


def candidates(path: Path, kind: Kind | None = None) -> list[tuple[SourceFormat, float]]:
    """Formats the file may be of, most likely first, each with its confidence (0..1).

    Raises
    ------
    InputError
        The file cannot be opened or is empty.
    """
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD_BYTES)
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "a file that can be read") from error
    if not head:
        raise refuse(path, "file", "0 bytes", "a file that holds data")
    rated = [(one, one.sniff(head, path)) for one in formats() if kind is None or one.kind == kind]
    return sorted((pair for pair in rated if pair[1] >= LEAST_CONFIDENCE), key=lambda pair: -pair[1])


def identify(paths: Sequence[Path], kind: Kind | None = None) -> SourceFormat:
    """The one format all the files are of, by the best sum of confidence.

    Raises
    ------
    InputError
        No format fits all files; names the first file that is of another kind, and the formats there are.
    """
    known = ", ".join(one.id for one in formats() if kind is None or one.kind == kind)
    totals: dict[str, float] = {}
    for number, path in enumerate(paths):
        rated = {one.id: share for one, share in candidates(path, kind)}
        totals = rated if number == 0 else {id: totals[id] + rated[id] for id in totals if id in rated}
        if not totals:
            check_readable(path)
            found = (
                "none of them" if not rated else f"{max(rated, key=lambda id: rated[id])}, unlike the others"
            )
            raise refuse(path, "format", found, f"one of {known}")
    if not totals:
        raise InputError(Problem("argument", "files", "none", "at least one file"))
    return format_of(max(totals, key=lambda id: totals[id]))


@contextlib.contextmanager
def opened(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """The files to read: folders by their files, zip deliveries unpacked for as long as the block runs.

    Raises
    ------
    InputError
        A path is not there, a folder is empty, an archive is broken or unsafe.
    """
    with contextlib.ExitStack() as stack:
        files: list[Path] = []
        for path in (Path(path).absolute() for path in paths):
            if path.is_dir():
                inside = sorted(one for one in path.iterdir() if one.is_file() and one.name[0] != ".")
                if not inside:
                    raise refuse(path, "folder", "no files", "the files of one delivery")
                files.extend(inside)
            elif _is_zip(path):
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="energymap-"))
                files.extend(sorted(unpack(path, Path(folder))))
            else:
                files.append(path)
        yield tuple(files)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            return handle.read(4) == _ZIP and path.suffix.lower() not in _EXCEL
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "a file that can be read") from error
