"""Reading and importing off the GUI thread, one file after the other.

A Python thread that lives as long as the program, not Qt's pool: there every task gets a new Python thread
state, PROJ's context dies with it, and coordinate systems kept from an earlier task crash the program.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

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
            results.append(Read(one, _ours(error)))
    return results


def _check_epw(path: Path) -> None:
    """All hours of a weather file, as the program will use them."""
    from resources.sources.epw import from_epw

    from_epw(path)


def _ours(error: Exception) -> EnergyMapError:
    if isinstance(error, EnergyMapError):
        return error
    if isinstance(error, MemoryError):
        return EnergyMapError("memory_full")
    return EnergyMapError("system_error", what=f"{type(error).__name__}: {error}")


@functools.cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")


@functools.cache
def warm_up() -> None:
    """Load once, in the thread, what the first look at a file needs; the GUI thread must not stop for it."""
    _thread().submit(_load)


def _load() -> None:
    from gis_layers.boundary import regions
    from gis_layers.importer.place import parse_crs

    regions("province", 2)
    parse_crs("EPSG:4326")


class Mailbox(QObject):
    """Where results arrive in the GUI thread; one for the program, so that a result
    that outlives its dialog falls into nothing."""

    arrived = Signal(object, object)
    """The key of the task, and its result."""


def mailbox() -> Mailbox:
    """The program's mailbox; to be called in the GUI thread."""
    application = QCoreApplication.instance()
    assert application is not None
    found = application.findChild(Mailbox)
    return found if isinstance(found, Mailbox) else Mailbox(application)


def start(key: object, task: Callable[[], object]) -> None:
    """Run a task in the thread of imports; `mailbox().arrived` brings its result, or the error it ended with."""
    mail = mailbox()

    def run() -> None:
        result: object
        try:
            result = task()
        except Exception as error:  # a thread has nobody above it to tell
            result = _ours(error)
        with contextlib.suppress(RuntimeError):  # the program is closing
            mail.arrived.emit(key, result)

    _thread().submit(run)
