"""Projects opened lately, kept per user."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing

MOST = 12


def recents_file() -> Path:
    """Where the list lies for this user."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    return Path(folder) / "recent.json"


class Recents:
    """The newest first. A list that cannot be read or written is an empty one: it is a convenience."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or recents_file()

    def paths(self) -> tuple[Path, ...]:
        """As listed; whether they still are there is for `missing`."""
        try:
            listed = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        if not isinstance(listed, list):
            return ()
        return tuple(Path(name) for name in listed if isinstance(name, str) and name)[:MOST]

    def add(self, path: Path) -> None:
        """Put a project first."""
        whole = path.absolute()
        self._write([whole, *(p for p in self.paths() if p != whole)][:MOST])

    def remove(self, path: Path) -> None:
        self._write([p for p in self.paths() if p != path])

    def _write(self, paths: list[Path]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._file) as temporary:
                temporary.write_text(
                    json.dumps([str(p) for p in paths], ensure_ascii=False, indent=1), "utf-8"
                )
        except (OSError, EnergyMapError):
            return


def missing(paths: Iterable[Path]) -> frozenset[Path]:
    """Those that are gone. A sleeping network share can take seconds: not for the thread of the window."""
    gone = set()
    for path in paths:
        try:
            there = path.is_file()
        except OSError:
            there = False
        if not there:
            gone.add(path)
    return frozenset(gone)
