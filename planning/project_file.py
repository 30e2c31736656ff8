"""The project file: one GeoPackage with scenarios, their answers and hours, drawings, and layers any GIS opens.

Schema version 3 (1 held a single scenario with its answer, 2 no view of the layers; both are still read):

    scenario   id, text             every scenario as TOML
    summary    scenario, inputs, json   answers; `inputs` is the scenario as it was when the answer was computed
    hourly     see `planning.hourly`
    workspace  json                 the rest of the project and how its layers were shown; absent in what the
                                    command line writes
    metadata   name, value

and the layers provinces, corridors, bases (of the active scenario's answer), drawings, ten_stroke_line.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from planning.hourly import HourlyResult, write_hourly
from planning.project_layers import write_layers
from planning.results import Summary
from planning.scenario import Scenario
from planning.scenario_toml import from_toml, to_toml
from planning.workspace import Workspace

FORMAT = "energymap project"
SCHEMA_VERSION = 3


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """What the file holds of one computed scenario."""

    summary: Summary
    scenario_toml: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HourlySource:
    """Where hours lie that are not in memory."""

    path: Path
    scenario_id: str


@dataclass(frozen=True, slots=True)
class StoredResult:
    """An answer, what it was computed from, and where its hours are."""

    summary: Summary
    inputs: Scenario | None
    """The scenario as it was run; None where that text cannot be read any more."""
    hourly: HourlyResult | HourlySource | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceFile:
    """A whole project as read."""

    workspace: Workspace
    results: Mapping[str, StoredResult]
    """By scenario id; a scenario never run has none."""
    metadata: Mapping[str, str]


def canonical_json(summary: Summary) -> str:
    """The document as text: keys sorted, UTF-8 as it is, one line feed at the end; same value, same bytes."""
    return json.dumps(summary.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_project(
    path: Path,
    summary: Summary,
    scenario_toml: str,
    metadata: Mapping[str, str] | None = None,
    hourly: HourlyResult | None = None,
) -> None:
    """Write the file of one run, whole or not at all.

    Parameters
    ----------
    scenario_toml
        The scenario as the user has it, comments and all.
    metadata
        More to record (program version, map review number); `format` and `schema_version` are added.

    Raises
    ------
    EnergyMapError
        `disk_full` when there is no space left; other system errors pass through.
    InputError
        The file cannot be made or replaced.
    """
    with replacing(path) as temporary:
        write_layers(temporary, summary, ())
        with contextlib.closing(sqlite3.connect(temporary)) as database, database:
            _text_table(database, "scenario", ("id", "text"), [(summary.scenario, scenario_toml)])
            answer = (summary.scenario, scenario_toml, canonical_json(summary))
            _text_table(database, "summary", ("scenario", "inputs", "json"), [answer])
            _record(database, metadata)
            _styles(database)
            if hourly is not None:
                write_hourly(database, summary.scenario, hourly)
                _register(database, "hourly")


def write_workspace(
    path: Path,
    workspace: Workspace,
    results: Mapping[str, StoredResult],
    metadata: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Write a project, whole or not at all; answers of scenarios it no longer has are left out.

    Returns
    -------
    tuple[str, ...]
        Scenarios whose hours could not be found any more (the file that held them is gone or damaged); all
        else is written.

    Raises
    ------
    EnergyMapError, InputError
        As `write_project`.
    """
    kept = {s.id: results[s.id] for s in workspace.scenarios if s.id in results}
    drawn = kept.get(workspace.active) or next(iter(kept.values()), None)
    rest = workspace.model_dump_json(exclude={"scenarios"})
    more = {"map_review_number": workspace.map_review_number, **(metadata or {})}
    lost = []
    with replacing(path) as temporary:
        write_layers(temporary, drawn.summary if drawn else None, workspace.drawings)
        uri = temporary.resolve().as_uri()
        with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as database:
            database.execute("BEGIN")
            _text_table(
                database, "scenario", ("id", "text"), [(s.id, to_toml(s)) for s in workspace.scenarios]
            )
            answers = [
                (key, to_toml(r.inputs) if r.inputs else "", canonical_json(r.summary))
                for key, r in kept.items()
            ]
            _text_table(database, "summary", ("scenario", "inputs", "json"), answers)
            _text_table(database, "workspace", ("json",), [(rest,)])
            _record(database, more)
            _styles(database)
            for key, result in kept.items():
                if isinstance(result.hourly, HourlyResult):
                    write_hourly(database, key, result.hourly)
            database.execute("COMMIT")
            for key, result in kept.items():
                if isinstance(result.hourly, HourlySource) and not _copy_hourly(database, key, result.hourly):
                    lost.append(key)
            if _has_table(database, "hourly"):
                _register(database, "hourly")
    return tuple(lost)


def read_project(path: Path) -> ProjectFile:
    """The active scenario's answer, else the first there is.

    Raises
    ------
    InputError
        The file is missing, is no GeoPackage of ours, comes from a newer program (`project_newer`), is
        damaged, or holds no answer.
    """
    with _opened(path) as (database, metadata):
        texts = dict(database.execute("SELECT id, text FROM scenario ORDER BY fid").fetchall())
        answers = _answers(database, metadata, texts)
        active = _active(database)
    key = active if active in answers else next(iter(answers), None)
    if key is None or key not in texts:
        raise _unusable(path, "a project without its result or scenario")
    return ProjectFile(_summary(path, answers[key][1]), str(texts[key]), metadata)


def read_workspace(path: Path) -> WorkspaceFile:
    """The whole project; of a file of one run, a project with that scenario.

    Hours stay in the file until asked for (`HourlySource`).

    Raises
    ------
    InputError
        As `read_project`, but a project need not hold an answer; or its scenarios cannot be read.
    """
    with _opened(path) as (database, metadata):
        texts = dict(database.execute("SELECT id, text FROM scenario ORDER BY fid").fetchall())
        answers = _answers(database, metadata, texts)
        rest = None
        if _has_table(database, "workspace"):
            rest = database.execute("SELECT json FROM workspace").fetchone()
        hours: set[str] = set()
        if _has_table(database, "hourly"):
            hours = {key for (key,) in database.execute("SELECT DISTINCT scenario FROM hourly")}
    if not texts:
        raise _unusable(path, "a project without its result or scenario")
    scenarios = tuple(from_toml(text, f"{path.name} {key}") for key, text in texts.items())
    try:
        fields = json.loads(rest[0]) if rest else {"map_review_number": metadata.get("map_review_number", "")}
        workspace = Workspace.model_validate({"active": scenarios[0].id, **fields, "scenarios": scenarios})
    except (ValidationError, ValueError, TypeError) as error:
        raise _unusable(path, f"a damaged workspace ({_first(error)})") from error
    results = {
        key: StoredResult(
            _summary(path, document),
            _inputs(inputs, path),
            HourlySource(path, key) if key in hours else None,
        )
        for key, (inputs, document) in answers.items()
    }
    return WorkspaceFile(workspace, results, metadata)


# -- reading -------------------------------------------------------------------------------------

_OURS = "a project file of this program (GeoPackage)"


def _unusable(path: Path, found: str, expected: str = _OURS, code: str = "bad_input") -> InputError:
    return InputError(Problem(path.name, "project file", found, expected), code)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """The database, open for reading, and its metadata, once it is known to be ours and not newer."""
    try:
        with path.open("rb") as handle:
            head = handle.read(16)
    except OSError as error:
        raise _unusable(path, error.strerror or "cannot be read") from error
    if head != b"SQLite format 3\x00":
        raise _unusable(path, "a file of another kind")
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT name, value FROM metadata").fetchall()
            metadata = {str(name): str(value) for name, value in rows}
            if metadata.get("format") != FORMAT:
                raise _unusable(path, "a GeoPackage of another program")
            version = metadata.get("schema_version", "")
            known = f"version {SCHEMA_VERSION} or older"
            if not version.isdecimal() or int(version) < 1:
                raise _unusable(path, f"schema version {version or 'missing'}", known)
            if int(version) > SCHEMA_VERSION:
                raise _unusable(path, f"schema version {version}", known, "project_newer")
            yield database, metadata
    except sqlite3.Error as error:
        raise _unusable(path, f"a file that is not a project ({error})") from error


def _answers(
    database: sqlite3.Connection, metadata: Mapping[str, str], texts: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """By scenario: the text it was run with, and the document."""
    if metadata["schema_version"] == "1":
        documents = database.execute("SELECT json FROM summary").fetchall()
        return {key: (text, str(row[0])) for (key, text), row in zip(texts.items(), documents, strict=False)}
    rows = database.execute("SELECT scenario, inputs, json FROM summary ORDER BY fid").fetchall()
    return {str(key): (str(inputs), str(document)) for key, inputs, document in rows}


def _active(database: sqlite3.Connection) -> str | None:
    if not _has_table(database, "workspace"):
        return None
    row = database.execute("SELECT json FROM workspace").fetchone()
    try:
        return str(json.loads(row[0])["active"]) if row else None
    except (ValueError, KeyError, TypeError):
        return None


def _summary(path: Path, document: str) -> Summary:
    try:
        return Summary.model_validate_json(document)
    except ValidationError as error:
        raise _unusable(path, f"a damaged result document ({_first(error)})") from error


def _inputs(text: str, path: Path) -> Scenario | None:
    """What was run; an older text this program can no longer read leaves the answer without it."""
    try:
        return from_toml(text, path.name)
    except InputError:
        return None


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _has_table(database: sqlite3.Connection, name: str) -> bool:
    found = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
    return found.fetchone() is not None


# -- writing -------------------------------------------------------------------------------------


def _record(database: sqlite3.Connection, metadata: Mapping[str, str] | None) -> None:
    record = {**(metadata or {}), "format": FORMAT, "schema_version": str(SCHEMA_VERSION)}
    _text_table(database, "metadata", ("name", "value"), sorted(record.items()))


def _copy_hourly(database: sqlite3.Connection, scenario_id: str, source: HourlySource) -> bool:
    """Copy packed hours from another file as they are; whether there were any."""
    if not source.path.is_file():
        return False
    try:
        database.execute("ATTACH ? AS other", (f"{source.path.resolve().as_uri()}?mode=ro",))
    except sqlite3.Error:
        return False
    try:
        database.execute(
            "CREATE TABLE IF NOT EXISTS hourly (fid INTEGER PRIMARY KEY, scenario TEXT NOT NULL, "
            "name TEXT NOT NULL, rows INTEGER NOT NULL, data BLOB NOT NULL)"
        )
        done = database.execute(
            "INSERT INTO main.hourly (scenario, name, rows, data) "
            "SELECT ?, name, rows, data FROM other.hourly WHERE scenario = ?",
            (scenario_id, source.scenario_id),
        )
        return done.rowcount > 0
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise  # our own file cannot be written
        return False
    finally:
        database.execute("DETACH other")


def _text_table(
    database: sqlite3.Connection, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    """A table of text that a GIS lists beside the layers."""
    described = ", ".join(f'"{column}" TEXT NOT NULL' for column in columns)
    database.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, {described})')
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" for _ in columns)
    database.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)
    _register(database, name)


def _register(database: sqlite3.Connection, name: str) -> None:
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
        "VALUES (?, 'attributes', ?, '', 0)",
        (name, name),
    )


def _styles(database: sqlite3.Connection) -> None:
    """QGIS reads its default styles from this table."""
    from planning.report.layer_style import corridor_style, province_style, stroke_style

    database.execute(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), "
        "f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), "
        "styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
        "update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"
    )
    for layer, qml in (
        ("corridors", corridor_style()),
        ("provinces", province_style()),
        ("ten_stroke_line", stroke_style()),
    ):
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
            "styleName, styleQML, styleSLD, useAsDefault, description, owner) "
            "VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '')",
            (layer, layer, qml),
        )
    _register(database, "layer_styles")


def is_project(path: Path) -> bool:
    """Whether a file is a project of ours, of whatever version; a file that cannot be read is none."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute("SELECT value FROM metadata WHERE name = 'format'").fetchone()
    except sqlite3.Error:
        return False
    return row is not None and row[0] == FORMAT
