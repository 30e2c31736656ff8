"""Files written whole or not at all: write beside, flush to disk, replace."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gis_layers.errors import EnergyMapError, InputError, Problem


def writable_folder(folder: Path) -> Path:
    """Make `folder` if need be and prove it can be written, before any long work starts.

    Raises
    ------
    InputError
        The folder cannot be made or written; names it and the system's reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            Problem("--out", "folder", f"{folder} ({error.strerror})", "a folder that can be written")
        ) from error
    return folder


_FULL = (errno.ENOSPC, errno.EDQUOT)
_UNWRITABLE = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
)
_PROBE_BYTES = 1 << 20
_SQLITE_BESIDE = ("-journal", "-wal", "-shm")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it replaces `path`, on failure it goes.

    Raises
    ------
    EnergyMapError
        `disk_full` when there is no space left, also where a library hid the system's error in its own.
    InputError
        The file cannot be made or replaced (folder gone or read-only; on Windows also open elsewhere).
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except EnergyMapError:
        raise
    except Exception as error:
        cause = _system_error(error, path.parent)
        if cause is not None and cause.errno in _FULL:
            raise EnergyMapError("disk_full", path=str(path)) from error
        if cause is not None and cause.errno in _UNWRITABLE and _beside(cause, path):
            found, expected = (
                f"{path} ({cause.strerror})",
                "a file that can be written and is not open elsewhere",
            )
            raise InputError(Problem("output", "file", found, expected)) from error
        raise
    finally:
        for name in (temporary.name, *(temporary.name + end for end in _SQLITE_BESIDE)):
            with contextlib.suppress(OSError):
                temporary.with_name(name).unlink()


def _beside(cause: OSError, path: Path) -> bool:
    """Whether the error is about the file or its neighbours, not about something read meanwhile."""
    return cause.filename is None or Path(os.fsdecode(cause.filename)).parent == path.parent


def _system_error(error: Exception, folder: Path) -> OSError | None:
    """The system's error within an error; GDAL and SQLite tell it in words only, so the disk is asked."""
    for one in (error, error.__cause__, error.__context__, *error.args):
        if isinstance(one, OSError) and one.errno is not None:
            return one
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            left = _PROBE_BYTES
            while left > 0:
                left -= probe.write(bytes(left)) or 0
    except OSError as found:
        return found
    return None
