"""Data packs: chosen entries of a library in one file, for rooms without a network.

A pack is a zip of `manifest.json`, `LICENCES.txt` and one file of data an entry. The same entries, choice and day
make the same bytes: fixed times, fixed order, nothing compressed (the data are already).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.files import replacing, writable_folder
from gis_layers.progress import Progress, part, silent
from resources.library import Entry
from resources.pack_cut import Selection, cut
from resources.sources.contract import refuse
from resources.sources.importing import Manifest
from resources.sources.registry import formats

MANIFEST_NAME = "manifest.json"
LICENCES_NAME = "LICENCES.txt"
_DATA = "data/"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_MOST_ENTRIES = 2000
_MOST_TEXT = 64 * 2**20
"""Bytes of the manifest and of the licences, each."""
_MOST_RATIO = 200
_SMALL_BYTES = 50 * 2**20
_PLAIN_ID = re.compile(r"[\w\-]{1,180}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Names that are devices on Windows."""


class PackEntry(BaseModel):
    """One entry as it lies in the pack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    manifest: Manifest
    """Source, licence, grade, hash, corrections: as in the library, or of the part that was cut out."""
    size_bytes: int = Field(ge=0)


class PackManifest(BaseModel):
    """What a pack holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    program: Literal["energymap"] = "energymap"
    program_version: str
    made_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    entries: tuple[PackEntry, ...] = Field(min_length=1, max_length=_MOST_ENTRIES)

    @property
    def size_bytes(self) -> int:
        """Of all data."""
        return sum(entry.size_bytes for entry in self.entries)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An entry about to be packed."""

    manifest: Manifest
    data: Path


def make_pack(
    entries: Sequence[Entry],
    out: Path,
    *,
    selection: Selection | None = None,
    program_version: str,
    made_on: date,
    progress: Progress = silent,
) -> PackManifest:
    """Write entries, or the chosen years and area of those that have any, to one file.

    Raises
    ------
    InputError
        No entries, one twice, data that are not what their manifest says, nothing left of an entry by the
        selection, a file that cannot be written: all that is wrong with the entries at once.
    EnergyMapError
        `disk_full`.
    """
    chosen = sorted(entries, key=lambda entry: entry.manifest.id)
    ids = [entry.manifest.id for entry in chosen]
    problems = [
        Problem("pack", "entry", f"{id} twice", "each once") for id in sorted(set(ids)) if ids.count(id) > 1
    ]
    if not chosen:
        problems.append(Problem("pack", "entries", "none", "at least one"))
    if problems:
        raise InputError(problems)
    writable_folder(out.parent)
    with tempfile.TemporaryDirectory(prefix=".energypack-", dir=out.parent) as folder:
        ready: list[_Ready] = []
        for number, entry in enumerate(chosen):
            within = part(progress, 0.5 * number / len(chosen), 0.5 * (number + 1) / len(chosen))
            try:
                ready.append(_Ready(*cut(entry, selection or Selection(), Path(folder), within)))
            except InputError as error:
                problems.extend(error.problems)
        if problems:
            raise InputError(problems)
        made = PackManifest(
            program_version=program_version,
            made_on=made_on.isoformat(),
            entries=tuple(
                PackEntry(manifest=one.manifest, size_bytes=one.data.stat().st_size) for one in ready
            ),
        )
        _check_names(out, made)
        with replacing(out) as temporary:
            _write(temporary, made, ready, part(progress, 0.5, 1.0))
    progress(1.0, "pack")
    return made


def read_pack(path: Path) -> PackManifest:
    """What a pack says it holds; its shape is checked, its data are not read.

    Raises
    ------
    InputError
        No pack, a newer or broken one, names that lead out of a folder, members that are not in the manifest or
        are not there, sizes that differ, a packing that swells beyond reason: all at once where possible.
    """
    with _opened(path) as bundle:
        return _checked(path, bundle)


def verify_pack(path: Path, progress: Progress = silent) -> PackManifest:
    """As `read_pack`, and every byte is hashed.

    Raises
    ------
    InputError
        As `read_pack`; data that are not what the manifest says, each named.
    """
    with _opened(path) as bundle:
        made = _checked(path, bundle)
        problems: list[Problem] = []
        for entry, within in _in_parts(made, progress):
            try:
                _copy(path, bundle, entry, lambda data: None, within)
            except InputError as error:
                problems.extend(error.problems)
        if problems:
            raise InputError(problems)
    progress(1.0, "verify")
    return made


def licences_text(made: PackManifest) -> str:
    """Who made the data and under which terms, an entry a paragraph; as in the pack."""
    parts = [
        "\n".join(
            [
                entry.manifest.id,
                f"  source: {entry.manifest.source}",
                f"  licence: {entry.manifest.licence}",
                f"  grade: {entry.manifest.grade}",
            ]
        )
        for entry in made.entries
    ]
    return "\n\n".join(parts) + "\n"


def check_space(folder: Path, needed_bytes: int) -> None:
    """Raise `disk_full` where a folder's disk does not hold so much."""
    if needed_bytes > shutil.disk_usage(folder).free:
        raise EnergyMapError("disk_full", path=str(folder))


def copy_out(
    path: Path, made: PackManifest, folder: Path, ids: Sequence[str], progress: Progress = silent
) -> None:
    """Write the data of some entries into `folder`, each hashed on the way.

    Raises
    ------
    InputError
        As `verify_pack`; what was written stays for the caller to drop.
    """
    wanted = made.model_copy(update={"entries": tuple(e for e in made.entries if e.manifest.id in set(ids))})
    with _opened(path) as bundle:
        if _checked(path, bundle) != made:
            raise refuse(path, "file", "changed meanwhile", "the pack that was looked at")
        for entry, within in _in_parts(wanted, progress):
            with (folder / entry.manifest.data).open("wb") as out:
                _copy(path, bundle, entry, out.write, within)


def _write(target: Path, made: PackManifest, ready: Sequence[_Ready], progress: Progress) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as bundle:
        for name, text in (
            (MANIFEST_NAME, made.model_dump_json(indent=1)),
            (LICENCES_NAME, licences_text(made)),
        ):
            bundle.writestr(_info(name, len(text.encode())), text.encode())
        for (entry, within), one in zip(_in_parts(made, progress, "pack"), ready, strict=True):
            digest, count = hashlib.sha256(), 0
            info = _info(_DATA + entry.manifest.data, entry.size_bytes)
            with (
                one.data.open("rb") as data,
                bundle.open(info, "w", force_zip64=entry.size_bytes > zipfile.ZIP64_LIMIT) as out,
            ):
                while chunk := data.read(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
                    count += len(chunk)
                    within(count / max(entry.size_bytes, 1), "pack")
            if digest.hexdigest() != entry.manifest.data_sha256:
                raise refuse(one.data, "sha256", digest.hexdigest()[:16], entry.manifest.data_sha256[:16])


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr, info.file_size = 3, 0o100644 << 16, size
    return info


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A pack to read; what its reading raises names the file."""
    try:
        with zipfile.ZipFile(path) as bundle:
            yield bundle
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "a data pack that can be read") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError) as error:
        raise refuse(path, "file", str(error)[:80] or "broken", "a whole data pack") from error


def _checked(path: Path, bundle: zipfile.ZipFile) -> PackManifest:
    members = bundle.infolist()
    names = [member.filename for member in members]
    if MANIFEST_NAME not in names:
        raise refuse(path, "file", "no manifest.json inside", "a data pack")
    made = _manifest(path, _text(path, bundle, MANIFEST_NAME))
    _check_names(path, made)
    problems: list[Problem] = []
    expected = {_DATA + e.manifest.data: e.size_bytes for e in made.entries}
    allowed = {MANIFEST_NAME, LICENCES_NAME, *expected}
    for name in sorted(allowed - set(names)):
        problems.append(Problem(str(path), "member", f"no {name}", "every file the manifest names"))
    for member in members:
        name = member.filename
        if name not in allowed or names.count(name) > 1:
            found = f"{name[:80]}{' twice' if name in allowed else ''}"
            problems.append(Problem(str(path), "member", found, "only files the manifest names, each once"))
        elif stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 0x1:
            problems.append(Problem(str(path), "member", f"{name}: a link or a password", "plain files"))
        elif name in expected and member.file_size != expected[name]:
            found = f"{name}: {member.file_size} bytes"
            problems.append(Problem(str(path), "size", found, f"{expected[name]} bytes"))
    if LICENCES_NAME in names and _text(path, bundle, LICENCES_NAME) != licences_text(made).encode():
        problems.append(Problem(str(path), LICENCES_NAME, "other words", "the licences of the manifest"))
    packed = max(1, path.stat().st_size)
    if made.size_bytes > _SMALL_BYTES and made.size_bytes > _MOST_RATIO * packed:
        found = f"{made.size_bytes / packed:.0f} times its size once unpacked"
        problems.append(Problem(str(path), "size", found, f"at most {_MOST_RATIO} times"))
    if problems:
        raise InputError(problems[:20])
    return made


def _manifest(path: Path, text: bytes) -> PackManifest:
    try:
        return PackManifest.model_validate_json(text)
    except ValidationError as error:
        raise InputError(
            Problem(
                f"{path} {MANIFEST_NAME}",
                ".".join(map(str, one["loc"])) or "file",
                str(one.get("input"))[:60],
                one["msg"],
            )
            for one in error.errors()[:20]
        ) from error


def _check_names(path: Path, made: PackManifest) -> None:
    """Ids and file names that are safe on every system and hold data only."""
    endings = {one.suffix for one in formats()}
    problems = []
    seen: set[str] = set()
    for entry in made.entries:
        id, data = entry.manifest.id, entry.manifest.data
        if not _PLAIN_ID.fullmatch(id) or _RESERVED.fullmatch(id):
            problems.append(Problem(str(path), "id", id[:80], "letters, digits, - and _"))
        elif data not in {f"{id}{ending}" for ending in endings}:
            problems.append(
                Problem(str(path), "data", data[:80], f"{id} with one of {', '.join(sorted(endings))}")
            )
        if id.casefold() in seen:
            problems.append(Problem(str(path), "id", f"{id[:80]} twice", "each once"))
        seen.add(id.casefold())
    if problems:
        raise InputError(problems[:20])


def _text(path: Path, bundle: zipfile.ZipFile, name: str) -> bytes:
    with bundle.open(name) as member:
        text = member.read(_MOST_TEXT + 1)
    if len(text) > _MOST_TEXT:
        raise refuse(path, name, "more than 64 MB", "a manifest")
    return text


def _copy(
    path: Path,
    bundle: zipfile.ZipFile,
    entry: PackEntry,
    write: Callable[[bytes], object],
    progress: Progress,
) -> None:
    """Hand the data of an entry on by pieces, never more than it says, and check their hash."""
    digest, count = hashlib.sha256(), 0
    name = _DATA + entry.manifest.data
    try:
        with bundle.open(name) as member:
            while chunk := member.read(_CHUNK):
                count += len(chunk)
                if count > entry.size_bytes:
                    raise refuse(path, name, "more data than it says", f"{entry.size_bytes} bytes")
                digest.update(chunk)
                write(chunk)
                progress(count / max(entry.size_bytes, 1), "verify")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise refuse(path, name, str(error)[:80] or "broken", "whole data") from error
    if digest.hexdigest() != entry.manifest.data_sha256:
        raise refuse(path, name, f"sha256 {digest.hexdigest()[:16]}", entry.manifest.data_sha256[:16])


def _in_parts(
    made: PackManifest, progress: Progress, what: str = "verify"
) -> Iterator[tuple[PackEntry, Progress]]:
    """Entries, each with its share of the progress by size."""
    total, done = max(made.size_bytes, 1), 0
    for entry in made.entries:
        progress(done / total, f"{what}: {entry.manifest.id}")
        yield entry, part(progress, done / total, (done + entry.size_bytes) / total)
        done += entry.size_bytes
