"""Reading and importing off the GUI thread, one file after the other."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.desktop.background import Worker, ours
from app.desktop.importing.table_head import TableHead, read_head
from gis_layers.errors import EnergyMapError
from gis_layers.importer.apply import ImportedLayer, apply
from gis_layers.importer.archive import unpack
from gis_layers.importer.inspect import inspect_file
from gis_layers.importer.report import FileReport
from gis_layers.importer.sniff import is_zip
from resources.sources.contract import SourceReport

COLUMN = "column:"
"""Questions that begin so ask which column is what."""
SURE = 0.5
"""From this confidence on a file is taken for data to compute with before it is taken for a picture."""
PRODUCT = 0.75
"""The same for pictures and shapes: a known product is data, any other file of its kind may be just a picture."""
NETCDF = (".nc", ".nc4", ".cdf", ".h5", ".hdf5")


@dataclass(frozen=True, slots=True)
class Source:
    """What files are to the library: data to compute with."""

    paths: tuple[Path, ...]
    format_id: str
    report: SourceReport
    confidence: float
    head: TableHead | None = None
    """First rows, where columns are asked for."""
    twin: str = ""
    """Id of an entry of the library made of the very same files."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: a report of its layers, what it is to the library, or why it is neither."""

    path: Path
    outcome: FileReport | EnergyMapError
    source: Source | None = None
    not_data: EnergyMapError | None = None
    """Why a file that looks like data cannot be read as such, though it has layers."""


def read_files(paths: Sequence[Path], folder: Path, library: Path | None = None) -> list[Read]:
    """Look at files that came together; never raises our errors.

    NetCDF files of one format that make one source (months of a year, instants and totals) become one entry; of
    a zip that is no delivery of data the map files inside are read (unpacked into `folder`).

    Parameters
    ----------
    library
        Where to look for entries made of the very same files.
    """
    results: list[Read] = []
    together, alone = _grouped(paths)
    if alone == list(paths) and len(alone) > 1:  # handed over as one, and no NetCDF
        together, alone = [tuple(alone)], []
    for group in together:
        source = _source(group)
        if isinstance(source, Source) and source.report.usable:
            results.append(Read(group[0], _no_layer(group[0]), source))
        else:
            alone.extend(group)
    for path in sorted(alone, key=list(paths).index):
        results += _read_one(path, folder)
    if library is None:
        return results
    return [
        replace(read, source=replace(read.source, twin=_twin(read.source.paths, library)))
        if read.source
        else read
        for read in results
    ]


def look_again(source: Source, answers: Mapping[str, str]) -> Source | EnergyMapError:
    """The same files with answers: what of them is still open, or why they cannot be read so."""
    found = _inspected(source.paths, answers, source.format_id, source.confidence, source.head)
    return replace(found, twin=source.twin) if isinstance(found, Source) else found


def make_layer(report: FileReport, answers: Mapping[str, str], folder: Path, name: str) -> ImportedLayer:
    """A layer of the map; a weather file's hours are checked first."""
    if report.kind == "epw":
        from resources.sources.epw import from_epw

        from_epw(report.path)
    return apply(report, dict(answers), folder, name)


def _grouped(paths: Sequence[Path]) -> tuple[list[tuple[Path, ...]], list[Path]]:
    """NetCDF files of one folder that are of one gridded format, and all others."""
    from resources.sources.registry import candidates

    groups: dict[tuple[Path, str], list[Path]] = {}
    alone: list[Path] = []
    many = sum(path.suffix.lower() in NETCDF for path in paths) > 1
    for path in paths:
        rated = []
        if many and path.suffix.lower() in NETCDF:
            with contextlib.suppress(EnergyMapError):
                rated = candidates(path, "hourly-grid")
        if rated:
            groups.setdefault((path.parent, rated[0][0].id), []).append(path)
        else:
            alone.append(path)
    together = [tuple(group) for group in groups.values() if len(group) > 1]
    alone += [group[0] for group in groups.values() if len(group) == 1]
    return together, alone


def _read_one(path: Path, folder: Path) -> list[Read]:
    source = _source((path,))
    if isinstance(source, Source) and source.confidence >= SURE and source.report.kind not in _ALSO_LAYERS:
        return [Read(path, _no_layer(path), source)]
    if is_zip(path):
        if isinstance(source, Source):
            return [Read(path, _no_layer(path), source)]
        try:
            return [_with_layers(one, None) for one in unpack(path, folder / path.stem)]
        except EnergyMapError as error:
            return [Read(path, error)]
    return [_with_layers(path, source)]


_ALSO_LAYERS = ("raster", "stations", "areas", "hourly-place")
"""Kinds of data of which a picture or a place on the map says something without the library."""


def _with_layers(path: Path, source: Source | EnergyMapError | None) -> Read:
    """A file with both its readings, the better reason where there is neither."""
    held = source if isinstance(source, Source) else None
    try:
        report = inspect_file(path)
        why = source if isinstance(source, EnergyMapError) and _meant_as_data(path) else None
        return Read(report.path, report, held, why)
    except (EnergyMapError, OSError, MemoryError) as error:
        better = isinstance(source, EnergyMapError) and _meant_as_data(path)
        return Read(path, source if better and isinstance(source, EnergyMapError) else ours(error), held)


def _meant_as_data(path: Path) -> bool:
    """Whether a file that cannot be read at all was rather data than a picture: then that reason is told."""
    from resources.sources.registry import candidates

    if path.suffix.lower() in NETCDF:
        return True
    with contextlib.suppress(EnergyMapError, OSError):
        return bool(rated := candidates(path)) and rated[0][0].kind != "raster"
    return False


def _source(paths: tuple[Path, ...]) -> Source | EnergyMapError:
    """What the files are to the library, or why nothing."""
    from resources.sources.registry import candidates

    confidence = 1.0
    if len(paths) == 1 and not is_zip(paths[0]):
        try:
            rated = candidates(paths[0])
        except (EnergyMapError, OSError) as error:
            return ours(error)
        confidence = rated[0][1] if rated else 0.0
    return _inspected(paths, {}, "", confidence, None)


def _inspected(
    paths: tuple[Path, ...],
    answers: Mapping[str, str],
    format_id: str,
    confidence: float,
    head: TableHead | None,
) -> Source | EnergyMapError:
    from resources.sources.importing import inspect_source

    try:
        report = inspect_source(paths, answers, format_id)
    except (EnergyMapError, OSError, MemoryError) as error:
        return ours(error)
    if head is None:
        names = column_names(report)
        head = read_head(paths[0], names) if names else None
    return Source(paths, report.format_id, report, confidence, head)


def _twin(paths: Sequence[Path], library: Path) -> str:
    """Entry of the library whose originals are these files; hashed only where the sizes are the same."""
    from resources.library import entries
    from resources.sources.importing import sha256_of

    try:
        sizes = sorted(path.stat().st_size for path in paths)
        hashes: list[str] | None = None
        for entry in entries(library)[0]:
            originals = entry.manifest.originals
            if sorted(one.size_bytes for one in originals) != sizes:
                continue
            hashes = hashes or sorted(sha256_of(path) for path in paths)
            if sorted(one.sha256 for one in originals) == hashes:
                return entry.manifest.id
    except OSError:  # a file that cannot be read says so elsewhere
        pass
    return ""


def column_names(report: SourceReport) -> tuple[str, ...]:
    """Columns of a table, as the questions of the report name them; of other files none."""
    found: dict[str, None] = {}
    for question in report.questions:
        if question.id.startswith(COLUMN):
            found.update(dict.fromkeys(choice.value for choice in question.choices))
    found.pop("none", None)
    return tuple(found)


def _no_layer(path: Path) -> EnergyMapError:
    """Data without a picture of its own."""
    from resources.sources.contract import refuse

    return refuse(path, "file", "data of hours", "a picture or shapes")


@functools.cache
def importer() -> Worker:
    """The thread of imports, one for the program: what PROJ keeps by thread stays with it."""
    return Worker("import")


@functools.cache
def warm_up() -> None:
    """Load once, in the thread, what the first look at a file needs; the GUI thread must not stop for it."""
    importer().put(_load)


@functools.cache
def warm_up_writing() -> None:
    """The same for what a layer is written with (a second and much memory: only once somebody imports)."""
    importer().put(_load_writing)


def _load() -> None:
    with contextlib.suppress(Exception):  # the import that needs it says what is wrong
        from app.desktop.importing.preview import borders
        from app.problem_words import in_chinese
        from gis_layers.importer.place import parse_crs
        from resources.sources.registry import formats

        borders()
        parse_crs("EPSG:4326")
        formats()
        in_chinese("(warm up)")  # three hundred patterns, whose first use is in the GUI thread otherwise


def _load_writing() -> None:
    with contextlib.suppress(Exception):
        import pyogrio

        pyogrio.list_drivers()
