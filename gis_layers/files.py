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


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it replaces `path`, on failure it goes.

    Raises
    ------
    EnergyMapError
        `disk_full` when there is no space left; other system errors pass through.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EnergyMapError("disk_full", path=str(path)) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
