"""Reading and importing off the GUI thread, one file after the other."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from pathlib import Path

from app.desktop.background import Worker, ours
from gis_layers.errors import EnergyMapError
from gis_layers.importer.archive import unpack
from gis_layers.importer.inspect import inspect_file
from gis_layers.importer.report import FileReport
from gis_layers.importer.sniff import is_zip


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: a report, or why there is none."""

    path: Path
    outcome: FileReport | EnergyMapError


def read_files(path: Path, folder: Path) -> list[Read]:
    """Inspect a file, or all map files in a zip (unpacked into `folder`); never raises our errors."""
    paths: tuple[Path, ...] = (path,)
    if is_zip(path):
        try:
            paths = unpack(path, folder / path.stem)
        except EnergyMapError as error:
            return [Read(path, error)]
    results = []
    for one in paths:
        try:
            report = inspect_file(one)
            if report.kind == "epw":
                _check_epw(one)
            results.append(Read(report.path, report))
        except (EnergyMapError, OSError, MemoryError) as error:
            results.append(Read(one, ours(error)))
    return results


def _check_epw(path: Path) -> None:
    """All hours of a weather file, as the program will use them."""
    from resources.sources.epw import from_epw

    from_epw(path)


@functools.cache
def importer() -> Worker:
    """The thread of imports, one for the program: what PROJ keeps by thread stays with it."""
    return Worker("import")


@functools.cache
def warm_up() -> None:
    """Load once, in the thread, what the first look at a file needs; the GUI thread must not stop for it."""
    importer().put(_load)


def _load() -> None:
    with contextlib.suppress(Exception):  # the import that needs it says what is wrong
        from gis_layers.boundary import regions
        from gis_layers.importer.place import parse_crs

        regions("province", 2)
        parse_crs("EPSG:4326")
