"""Brings a source in: the checked copy and its manifest, both or neither."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from gis_layers.errors import InputError, Param, Problem
from gis_layers.files import replacing, writable_folder
from gis_layers.progress import Progress, part, silent
from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Kind, SourceReport, refuse, settle
from resources.sources.registry import format_of, identify, opened

_CHUNK = 1 << 20
_BEYOND_PLAIN = re.compile(r"[^\w\-]+")
MANIFEST_SUFFIX = ".source.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Original(_Frozen):
    """One of the user's files, as it was when it was read."""

    name: str
    size_bytes: int
    sha256: str


class Correction(_Frozen):
    """What was changed with the user's consent, or is good to know."""

    code: str
    weight: Literal["consent", "note"]
    field: str
    found: str
    expected: str


class Manifest(_Frozen):
    """Beside each checked copy: where it comes from, what it is, what was done to it."""

    schema_version: Literal[1] = 1
    id: str
    format: str
    kind: Kind
    grade: Grade
    source: str
    licence: str
    data: str
    """Name of the checked copy, in the same folder."""
    data_sha256: str
    originals: tuple[Original, ...]
    answers: dict[str, str]
    corrections: tuple[Correction, ...]
    details: dict[str, Param]


def inspect_source(
    paths: Sequence[Path], answers: Answers | None = None, format_id: str = ""
) -> SourceReport:
    """What one source (a file, a folder, a zip, or several of them that belong together) is.

    Raises
    ------
    InputError
        Nothing can be said of the files at all, or no format fits.
    """
    with opened(paths) as files:
        chosen = format_of(format_id) if format_id else identify(files)
        return chosen.inspect(files, answers or {})


def import_source(
    paths: Sequence[Path],
    answers: Answers,
    into: Path,
    *,
    format_id: str = "",
    more_details: Mapping[str, Param] | None = None,
    progress: Progress = silent,
) -> Path:
    """Check a source and write its copy and manifest into the folder `into` (made if need be).

    Parameters
    ----------
    paths
        The user's files; never changed.
    answers
        To the questions of the report; consent to corrections as 'fix:<code>' or, to all, 'fix' = 'yes'.
    more_details
        For the manifest, beside what the format gives: where a download came from.

    Returns
    -------
    Path of the manifest. It is written last: without it nothing was imported.

    Raises
    ------
    InputError
        The files cannot be used as they are: fatal findings, open questions, consent not given, all at once.
    EnergyMapError
        `disk_full`.
    """
    progress(0.0, "inspect")
    with opened(paths) as files:
        chosen = format_of(format_id) if format_id else identify(files)
        report = chosen.inspect(files, answers)
        settled = settle(report, answers)
        writable_folder(into)
        originals = tuple(_original(Path(path)) for path in _plain_files(paths))
        name = free_name(into, Path(paths[0]).stem)
        data = into / f"{name}{chosen.suffix}"
        with replacing(data) as temporary:
            details = chosen.write(report, settled, temporary, part(progress, 0.1, 0.95))
            digest = sha256_of(temporary)
    manifest = Manifest(
        id=name,
        format=chosen.id,
        kind=report.kind,
        grade=report.grade,
        source=report.source,
        licence=settled.get("licence", report.licence),
        data=data.name,
        data_sha256=digest,
        originals=originals,
        answers={key: value for key, value in settled.items() if not key.startswith("fix")},
        corrections=tuple(
            Correction(
                code=found.code,
                weight="note" if found.weight == "note" else "consent",
                field=found.problem.field,
                found=found.problem.found,
                expected=found.problem.expected,
            )
            for found in report.findings
        ),
        details={**dict(details), **(more_details or {})},
    )
    try:
        target = into / f"{name}{MANIFEST_SUFFIX}"
        with replacing(target) as temporary:
            temporary.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    except BaseException:
        data.unlink(missing_ok=True)
        raise
    progress(1.0, "imported")
    return target


def read_manifest(path: Path, *, verify: bool = False) -> Manifest:
    """The manifest of an imported source; with `verify` the copy is hashed too.

    Raises
    ------
    InputError
        Not a manifest, its copy is gone, or (verified) is not the one that was imported.
    """
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "the manifest of an imported source") from error
    except ValidationError as error:
        raise InputError(
            Problem(
                str(path),
                ".".join(str(at) for at in one["loc"]) or "file",
                str(one.get("input"))[:60],
                one["msg"],
            )
            for one in error.errors()
        ) from error
    data = path.parent / Path(manifest.data).name
    if not data.is_file():
        raise refuse(data, "file", "not there", f"the data of {path.name}")
    if verify and (found := sha256_of(data)) != manifest.data_sha256:
        raise refuse(data, "sha256", found[:16], manifest.data_sha256[:16])
    return manifest


def sha256_of(path: Path) -> str:
    """Hash of a file of any size, read by pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def free_name(folder: Path, wish: str) -> str:
    """A plain name no source in the folder has yet."""
    stem = _BEYOND_PLAIN.sub("_", wish).strip("_") or "source"
    name, number = stem, 2
    while any(folder.glob(f"{name}.*")):
        name, number = f"{stem}_{number}", number + 1
    return name


def _original(path: Path) -> Original:
    return Original(name=path.name, size_bytes=path.stat().st_size, sha256=sha256_of(path))


def _plain_files(paths: Sequence[Path]) -> list[Path]:
    """The user's own files: a zip as it is, a folder by what is in it."""
    files: list[Path] = []
    for path in map(Path, paths):
        files.extend(sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path])
    return files
