"""Answers of links on the disk, by key: arrays and plain values, never objects; whole files or none.

An entry is a zip of `head.json` and one `.npy` an array. What is damaged, cut short or not ours is left aside
with a note, never believed; a store that cannot be written costs the next run its time, never this one.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing

Note = Callable[[EnergyMapError], None]
"""Told what went wrong with the store; never stops a run."""

FORMAT = "energymap link"
SUFFIX = ".link"
LIMIT_BYTES = 2 * 1024**3
"""Of all entries together; a national year takes about 60 MB."""
MOST_BYTES = 1024**3
"""An entry that unpacks to more was made to harm."""
_ABANDONED_S = 600.0
"""A half-written file this old was left by a worker that died."""
_HEAD = "head.json"


def quiet(error: EnergyMapError) -> None:
    """Notes nobody reads."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer in parts that can be stored."""

    values: Mapping[str, Any]
    """What JSON holds."""
    arrays: Mapping[str, NDArray[Any]]


class Store:
    """A folder of entries; several programs may share it.

    Parameters
    ----------
    folder
        Made when the first entry is written.
    limit_bytes
        The entries longest not used go first when there are more.
    """

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES, note: Note = quiet) -> None:
        self.folder, self.limit_bytes, self.note = folder, limit_bytes, note

    def path(self, link: str, key: str) -> Path:
        return self.folder / f"{link}-{key[:40]}{SUFFIX}"

    def has(self, link: str, key: str) -> bool:
        """Whether there is a file of that name; `get` may still find it damaged."""
        return self.path(link, key).is_file()

    def get(self, link: str, key: str) -> Entry | None:
        """The entry, or None where there is none that can be believed; its arrays are read-only."""
        path = self.path(link, key)
        if not path.is_file():
            return None
        try:
            entry = _read(path, link, key)
        except (OSError, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
            self.refuse(link, key, str(error) or type(error).__name__)
            return None
        except (zipfile.BadZipFile, zlib.error) as error:
            self.refuse(link, key, str(error))
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # used now: goes last
        return entry

    def refuse(self, link: str, key: str, why: str) -> None:
        """An entry turned out useless: say so and take it away."""
        path = self.path(link, key)
        self.note(EnergyMapError("store_entry", file=path.name, why=why))
        with contextlib.suppress(OSError):
            path.unlink()

    def put(self, link: str, key: str, entry: Entry) -> bool:
        """Write an entry; False, with a note, where that cannot be done."""
        path = self.path(link, key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(path) as temporary:
                _write(temporary, link, key, entry)
        except EnergyMapError as error:
            self.note(EnergyMapError("store_unwritten", path=str(self.folder), why=_why(error)))
            return False
        except OSError as error:
            self.note(
                EnergyMapError("store_unwritten", path=str(self.folder), why=error.strerror or str(error))
            )
            return False
        self._make_room(path)
        return True

    def _make_room(self, newest: Path) -> None:
        """Take away the entries longest not used until the rest fits, and what dead workers left behind."""
        now, entries = time.time(), []
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                found = path.stat()
                if path.suffix != SUFFIX:
                    continue
                if path.name.startswith("."):
                    if now - found.st_mtime > _ABANDONED_S:
                        path.unlink()
                    continue
                entries.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries, key=lambda e: e[0]):
            if total <= self.limit_bytes:
                return
            if path == newest:
                continue
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


def _why(error: EnergyMapError) -> str:
    return error.code if error.code != "bad_input" else str(error)


def _write(path: Path, link: str, key: str, entry: Entry) -> None:
    head = {
        "format": FORMAT,
        "link": link,
        "key": key,
        "values": entry.values,
        "arrays": sorted(entry.arrays),
    }
    # The lightest packing: half of a national year is zeros, the rest hardly packs at all.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_HEAD, json.dumps(head, ensure_ascii=False, allow_nan=False))
        for name, values in entry.arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(values), allow_pickle=False)


def _read(path: Path, link: str, key: str) -> Entry:
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
            raise ValueError("larger than any answer")
        head = json.loads(archive.read(_HEAD))
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise ValueError("not an entry of this program")
        if (head["link"], head["key"]) != (link, key):
            raise ValueError("of another link or other inputs")
        arrays = {}
        for name in head["arrays"]:
            # Read whole first: the zip's checksum is proven at the end of a member, not before.
            values = np.lib.format.read_array(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
            values.setflags(write=False)
            arrays[str(name)] = values
    return Entry(head["values"], arrays)
