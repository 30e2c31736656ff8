"""What every link stands on beside the scenario: the program's code, its libraries, its tables and its atlas."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Iterable
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from planning.chain.links import hashed
from resources.library import Entry

SCHEMA = 2
"""Of the stored answers; raise it when their form changes."""
LIBRARIES = ("energymap", "numpy", "scipy", "highspy", "pandapower", "pvlib", "windpowerlib")
"""An answer may change with any of these."""
PACKAGES = ("gis_layers", "resources", "planning")
_DATA = (".csv", ".tif", ".gpkg")


@functools.cache
def ground() -> str:
    """SHA-256 (hex) of all of it, computed once a process (0.1 s)."""
    return hashed(
        {
            "schema": SCHEMA,
            "python": list(sys.version_info[:2]),
            "libraries": {name: _version(name) for name in LIBRARIES},
            "files": _files_hash(),
            "program": _program(),
        }
    )


def ground_with(entries: Iterable[Entry]) -> str:
    """The same with what manifests say of imported data beside its hash: variable, height, years.

    A scenario names data by its hash; the same bytes imported with other answers are other data.
    """
    said = [[e.manifest.kind, dict(e.manifest.details), e.manifest.data_sha256] for e in entries]
    return hashed({"ground": ground(), "imported": said}) if said else ground()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _files_hash() -> str:
    """Of the code, where it lies in files, and of tables, boundaries and atlas."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        root = Path(str(files(package)))
        for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", *_DATA) and p.is_file()):
            digest.update(f"{package}/{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _program() -> str:
    """The frozen program has its code inside: its size and time stand for it."""
    if not getattr(sys, "frozen", False):
        return ""
    found = Path(sys.executable).stat()
    return f"{found.st_size}-{found.st_mtime_ns}"
