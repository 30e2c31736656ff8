"""Autosave beside the user's own files, and what can be got back after a crash or a power cut.

Every running window has a folder of its own under the user's state folder, held by a lock file with its process
id. A folder whose lock nobody holds belongs to a window that ended without a word: its newest sound snapshot is
offered. Damaged snapshots are named and passed over.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from app.desktop.background import Background
from app.desktop.document import Document
from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.files import replacing
from planning.project_file import HourlySource, StoredResult
from planning.results import Summary
from planning.scenario import Scenario
from planning.workspace import Workspace

EVERY_MS = 60_000
AFTER_EDIT_MS = 2_000
KEPT = 3
"""Snapshots of a window; an older one helps when the newest is damaged."""
FORMAT = "energymap snapshot 1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A project as it was at a moment."""

    workspace: Workspace
    results: Mapping[str, StoredResult]
    path: Path | None
    """The project's file, where it has one."""
    time: datetime
    """Local time with its offset."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a window that ended without a word left behind."""

    folder: Path
    snapshot: Snapshot | None
    """The newest sound one."""
    damaged: tuple[str, ...]
    """Newer ones that cannot be read."""


def recovery_folder() -> Path:
    """Where the snapshots of this user lie."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(folder) / "recovery"


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Write the next snapshot of a folder, whole or not at all, and forget the oldest.

    Raises
    ------
    EnergyMapError, InputError
        As `gis_layers.files.replacing`.
    """
    document = {
        "workspace": snapshot.workspace.model_dump(mode="json"),
        "results": {key: _packed(result) for key, result in snapshot.results.items()},
        "path": None if snapshot.path is None else str(snapshot.path),
        "time": snapshot.time.isoformat(),
    }
    body = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    there = _snapshots(folder)
    number = int(there[-1].stem) + 1 if there else 1
    path = folder / f"{number:06d}.json"
    with replacing(path) as temporary:
        temporary.write_bytes(f"{FORMAT} {hashlib.sha256(body).hexdigest()}\n".encode() + body)
    for old in there[: max(0, len(there) + 1 - KEPT)]:
        old.unlink(missing_ok=True)
    return path


def read_snapshot(path: Path) -> Snapshot:
    """Read one back; InputError where it is damaged or of another version."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode("ascii", "replace") != f"{FORMAT} {hashlib.sha256(body).hexdigest()}":
            raise ValueError("another checksum")
        document = json.loads(body)
        return Snapshot(
            workspace=Workspace.model_validate(document["workspace"]),
            results={key: _unpacked(result) for key, result in document["results"].items()},
            path=None if document["path"] is None else Path(document["path"]),
            time=datetime.fromisoformat(document["time"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(Problem(path.name, "snapshot", found, "a sound snapshot")) from error


def left_behind(root: Path) -> tuple[Recovery, ...]:
    """What ended windows left, the newest first; folders of running windows are let alone."""
    found = []
    for folder in sorted(p for p in root.iterdir() if p.is_dir()) if root.is_dir() else ():
        lock = _lock(folder)
        if not lock.tryLock(0):
            continue
        lock.unlock()
        snapshot, damaged = None, []
        for path in reversed(_snapshots(folder)):
            try:
                snapshot = read_snapshot(path)
                break
            except InputError:
                damaged.append(path.name)
        if snapshot is None and not damaged:
            forget(folder)
        else:
            found.append(Recovery(folder, snapshot, tuple(damaged)))
    return tuple(
        sorted(found, key=lambda r: r.snapshot.time.timestamp() if r.snapshot else 0.0, reverse=True)
    )


def forget(folder: Path) -> None:
    """Throw the folder of an ended window away."""
    shutil.rmtree(folder, ignore_errors=True)


class Autosave(QObject):
    """Writes a snapshot a moment after each edit and every minute, while there is something unsaved."""

    failed = Signal(object)
    """EnergyMapError, once until a snapshot succeeds again."""
    written = Signal(object)
    """Path of a snapshot."""

    def __init__(self, document: Document, root: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._background = document, Background(self, finish=True)
        self._root = root or recovery_folder()
        self.folder = self._root / uuid4().hex
        self._lock: QLockFile | None = None
        self._pending, self._complained = False, False
        self._every = QTimer(self)
        self._every.setInterval(EVERY_MS)
        self._every.timeout.connect(self._tick)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_EDIT_MS)
        self._soon.timeout.connect(self._tick)
        document.workspace_changed.connect(self._changed)
        document.results_changed.connect(self._changed)
        document.saved.connect(self._saved)
        self._every.start()

    def write_now(self) -> None:
        """Write a snapshot if something is unsaved."""
        if not self._document.dirty:
            return
        self._pending = False
        document = self._document
        snapshot = Snapshot(
            document.dress(document.workspace),
            dict(document.results),
            document.path,
            datetime.now().astimezone(),
        )
        self._background.run(lambda: self._write(snapshot), self._done, self._complain)

    def finish(self) -> None:
        """The window closes on purpose: nothing is to be recovered."""
        self._every.stop()
        self._soon.stop()
        self._background.wait(10.0)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        forget(self.folder)

    def wait(self) -> bool:
        return self._background.wait()

    def _write(self, snapshot: Snapshot) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            lock = _lock(self.folder)
            lock.tryLock(0)
            self._lock = lock
        return write_snapshot(self.folder, snapshot)

    def _changed(self) -> None:
        self._pending = True
        self._soon.start()

    def _tick(self) -> None:
        if self._pending:
            self.write_now()

    def _saved(self) -> None:
        if not self._document.dirty:
            self._pending = False
            self._background.run(self._clear, lambda _: None, self._complain)

    def _clear(self) -> None:
        for path in _snapshots(self.folder):
            path.unlink(missing_ok=True)

    def _done(self, path: Path) -> None:
        self._complained = False
        self.written.emit(path)

    def _complain(self, error: EnergyMapError) -> None:
        self._pending = True  # the next minute tries again
        if not self._complained:
            self._complained = True
            self.failed.emit(error)


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / "lock"))
    lock.setStaleLockTime(0)
    return lock


def _snapshots(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(p for p in folder.glob("*.json") if p.stem.isdecimal())


def _packed(result: StoredResult) -> dict[str, Any]:
    source = result.hourly
    return {
        "summary": result.summary.model_dump(mode="json"),
        "inputs": None if result.inputs is None else result.inputs.model_dump(mode="json"),
        # Hours stay in the file they came from; they are too large to write every minute.
        "hourly": [str(source.path), source.scenario_id] if isinstance(source, HourlySource) else None,
    }


def _unpacked(result: dict[str, Any]) -> StoredResult:
    hourly, inputs = result["hourly"], result["inputs"]
    return StoredResult(
        Summary.model_validate(result["summary"]),
        None if inputs is None else Scenario.model_validate(inputs),
        None if hourly is None else HourlySource(Path(hourly[0]), str(hourly[1])),
    )
