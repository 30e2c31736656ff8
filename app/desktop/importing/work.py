"""Reading and importing off the GUI thread, one task a file."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Signal

from gis_layers.errors import EnergyMapError
from gis_layers.importer.apply import ImportedLayer, apply
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
    return EnergyMapError("system_error", what=str(error))


class ReadTask(QRunnable):
    """Inspects one file."""

    class Signals(QObject):
        done = Signal(object, object)
        """The path given, and the list of `Read`."""

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.signals = ReadTask.Signals()
        self._path, self._folder = path, folder

    def run(self) -> None:
        try:
            results = read_files(self._path, self._folder)
        except Exception as error:  # a thread has nobody above it to tell
            results = [
                Read(self._path, EnergyMapError("system_error", what=f"{type(error).__name__}: {error}"))
            ]
        with contextlib.suppress(RuntimeError):  # the dialog is gone
            self.signals.done.emit(self._path, results)


class ApplyTask(QRunnable):
    """Makes one layer of a report and its answers."""

    class Signals(QObject):
        done = Signal(object, object)
        """The key given, and the `ImportedLayer` or the error."""

    def __init__(
        self, key: object, report: FileReport, answers: Mapping[str, str], folder: Path, layer: str
    ) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.signals = ApplyTask.Signals()
        self._key, self._report, self._answers = key, report, dict(answers)
        self._folder, self._layer = folder, layer

    def run(self) -> None:
        result: ImportedLayer | EnergyMapError
        try:
            result = apply(self._report, self._answers, self._folder, self._layer)
        except Exception as error:  # a thread has nobody above it to tell
            result = _ours(error)
        with contextlib.suppress(RuntimeError):  # the dialog is gone
            self.signals.done.emit(self._key, result)
