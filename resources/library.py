"""The user's own data: checked copies with their manifests in one folder, found by id and hash.

For scenarios, which name what they use and never hold it, and for the lists of the window and the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import InputError, Problem
from resources.data_settings import library_folder
from resources.sources.importing import MANIFEST_SUFFIX, Manifest, read_manifest, sha256_of
from resources.sources.registry import formats

PACK_SUFFIX = ".energypack"
"""Of files that carry entries from one library to another (`pack`)."""


class DataRef(BaseModel):
    """One entry of a library as a scenario names it: the hash says that it is still the same data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=200)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Entry:
    """One imported source."""

    manifest: Manifest
    manifest_path: Path

    @property
    def data(self) -> Path:
        """The checked copy."""
        return self.manifest_path.parent / Path(self.manifest.data).name

    @property
    def ref(self) -> DataRef:
        return DataRef(id=self.manifest.id, sha256=self.manifest.data_sha256)


def default_folder() -> Path:
    """Where this user's imported data lies, window and command line alike; not made here."""
    return library_folder()


def entries(folder: Path) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """What a library holds, by name, and what is wrong with entries that cannot be used.

    A folder that is not there is an empty library.
    """
    found: list[Entry] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob(f"*{MANIFEST_SUFFIX}")) if folder.is_dir() else ():
        try:
            found.append(Entry(read_manifest(path), path))
        except InputError as error:
            problems.extend(error.problems)
    return tuple(found), tuple(problems)


def find(folder: Path, ref: DataRef, *, verify: bool = False) -> Entry:
    """The entry a scenario names.

    Parameters
    ----------
    verify
        Hash the copy again; takes as long as reading it.

    Raises
    ------
    InputError
        It is not in this library, or is other data under the same name.
    """
    path = _manifest_path(folder, ref.id)
    if not path.is_file():
        raise InputError(Problem("resource", ref.id, "not in the library", _held(folder)))
    entry = Entry(read_manifest(path), path)
    held_sha256 = sha256_of(entry.data) if verify else entry.manifest.data_sha256
    if held_sha256 != ref.sha256:
        found = f"other data ({held_sha256[:12]})"
        raise InputError(
            Problem("resource", ref.id, found, f"the data the scenario was made with ({ref.sha256[:12]})")
        )
    return entry


def named(folder: Path, id: str) -> Entry:
    """The entry of an id, whatever data it is.

    Raises
    ------
    InputError
        The library has none of that name; says what it holds.
    """
    path = folder / f"{Path(id).name}{MANIFEST_SUFFIX}"
    if not path.is_file():
        held = ", ".join(entry.manifest.id for entry in entries(folder)[0]) or "nothing"
        raise InputError(Problem("library", id, "not in the library", f"one of {held[:200]}"))
    return Entry(read_manifest(path), path)


def entry_of(folder: Path, id: str, *, verify: bool = False) -> Entry:
    """The entry of an id; with `verify` its data are hashed again.

    Raises
    ------
    InputError
        There is none (names those there are), or it is damaged.
    """
    path = _manifest_path(folder, id)
    if not path.is_file():
        raise InputError(Problem("library", id, "not there", _held(folder)))
    return Entry(read_manifest(path, verify=verify), path)


def drop(folder: Path, id: str) -> None:
    """Remove an entry by its id, also one whose manifest or data are damaged.

    Raises
    ------
    InputError
        There is none; names those there are.
    """
    try:
        remove(entry_of(folder, id))
    except InputError:
        path = _manifest_path(folder, id)
        if not path.is_file():
            raise
        path.unlink()
        for left in folder.glob(f"{id}.*"):
            if left.suffix in {one.suffix for one in formats()}:
                left.unlink()


def period_of(manifest: Manifest) -> str:
    """Years or period the data stand for, '' where nothing says."""
    details = manifest.details
    years = details.get("period") or details.get("years") or ""
    # Formats of one typical year count it instead of naming it.
    return "typical" if isinstance(years, int) and manifest.kind == "hourly-place" else str(years)


def _manifest_path(folder: Path, id: str) -> Path:
    return folder / f"{Path(id).name}{MANIFEST_SUFFIX}"


def _held(folder: Path) -> str:
    held = ", ".join(entry.manifest.id for entry in entries(folder)[0]) or "nothing"
    return f"imported data in {folder} (it holds: {held[:200]})"


def remove(entry: Entry) -> None:
    """Take an entry out of its library: the manifest first, so that half of it is never seen."""
    data = entry.data
    entry.manifest_path.unlink(missing_ok=True)
    data.unlink(missing_ok=True)
    for derived in data.parent.glob(f"{data.stem}.grid-*.npz"):
        derived.unlink(missing_ok=True)
