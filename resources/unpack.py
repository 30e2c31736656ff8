"""Brings the entries of a pack into a library: all of them or none."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gis_layers.errors import InputError, Problem
from gis_layers.files import writable_folder
from gis_layers.progress import Progress, part, silent
from resources.pack import PackManifest, check_space, copy_out, read_pack
from resources.sources.importing import MANIFEST_SUFFIX, Manifest, read_manifest, sha256_of


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came of a pack."""

    made: PackManifest
    added: tuple[str, ...]
    """Ids."""
    skipped: tuple[str, ...]
    """The library has the same data under the same id already."""


def unpack(path: Path, library: Path, progress: Progress = silent) -> Unpacked:
    """Check a pack wholly, then bring its entries in.

    Everything is written and hashed beside the library first; the manifests, without which nothing counts, are
    moved in last.

    Raises
    ------
    InputError
        As `pack.verify_pack`; an id of the pack is other data in the library (all such at once). The library is
        as it was.
    EnergyMapError
        `disk_full`.
    """
    made = read_pack(path)
    new, skipped = _sorted_out(path, made, library)
    writable_folder(library)
    check_space(library, sum(e.size_bytes for e in made.entries if e.manifest.id in new))
    with tempfile.TemporaryDirectory(prefix=".unpack-", dir=library) as name:
        folder = Path(name)
        copy_out(path, made, folder, tuple(new), part(progress, 0.0, 0.95))
        for manifest in new.values():
            text = manifest.model_dump_json(indent=2)
            (folder / f"{manifest.id}{MANIFEST_SUFFIX}").write_text(text, encoding="utf-8")
        _move_in(folder, library, new)
    progress(1.0, "unpack")
    return Unpacked(made, tuple(new), skipped)


def _sorted_out(path: Path, made: PackManifest, library: Path) -> tuple[dict[str, Manifest], tuple[str, ...]]:
    """Entries to bring in, and those that are there already."""
    new: dict[str, Manifest] = {}
    skipped: list[str] = []
    problems: list[Problem] = []
    for entry in made.entries:
        id, sha256 = entry.manifest.id, entry.manifest.data_sha256
        there, data = library / f"{id}{MANIFEST_SUFFIX}", library / entry.manifest.data
        if there.is_file():
            held = _held(there)
            if held == sha256:
                skipped.append(id)
                continue
            found = "other data under this id" if held else "an entry under this id that is damaged"
            expected = f"no {id} in {library}, or the same data ({sha256[:12]}); remove or rename one of them"
            problems.append(Problem(str(path), id, f"{found} ({held[:12]})" if held else found, expected))
        elif data.exists() and sha256_of(data) != sha256:
            # Without a manifest it is no entry, but it is not ours to write over either.
            problems.append(Problem(str(path), id, f"another file {data}", "no file of this name"))
        else:
            new[id] = entry.manifest
    if problems:
        raise InputError(problems)
    return new, tuple(skipped)


def _held(manifest_path: Path) -> str:
    try:
        return read_manifest(manifest_path).data_sha256
    except InputError:
        return ""


def _move_in(folder: Path, library: Path, new: dict[str, Manifest]) -> None:
    """Data first, manifests last; on a failure everything that was moved goes again."""
    moved: list[Path] = []
    try:
        names = [manifest.data for manifest in new.values()] + [f"{id}{MANIFEST_SUFFIX}" for id in new]
        for name in names:
            os.replace(folder / name, library / name)
            moved.append(library / name)
    except BaseException:
        for target in reversed(moved):
            target.unlink(missing_ok=True)
        raise
