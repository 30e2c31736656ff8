"""The project file: one GeoPackage with bases, corridors, provinces, the scenario's text and the answer.

Any GIS opens it (the layers carry units in their column names and a QGIS style); `read_project` gets back
exactly what was written.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from planning.hourly import HourlyResult, write_hourly
from planning.results import Summary

if TYPE_CHECKING:
    import geopandas

FORMAT = "energymap project"
SCHEMA_VERSION = 1
GEOPACKAGE_VERSION = "1.2"
"""Read without a warning by every GIS still in use; nothing newer is needed."""
TECHNOLOGIES = ("wind", "pv", "hydro", "nuclear", "coal", "gas", "pumped", "battery")
BASE_TECHNOLOGIES = ("wind", "pv", "hydro", "coal", "battery")
STATION_LENGTH_DEG = 0.02
"""A back-to-back station has no length; a line layer needs two points, so it gets about 2 km."""


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """What a project file holds besides the drawn layers."""

    summary: Summary
    scenario_toml: str
    metadata: Mapping[str, str]


def canonical_json(summary: Summary) -> str:
    """The document as text: keys sorted, UTF-8 as it is, one line feed at the end; same value, same bytes."""
    import json

    return json.dumps(summary.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_project(
    path: Path,
    summary: Summary,
    scenario_toml: str,
    metadata: Mapping[str, str] | None = None,
    hourly: HourlyResult | None = None,
) -> None:
    """Write the GeoPackage, whole or not at all.

    Parameters
    ----------
    metadata
        More to record (program version, map review number); `format` and `schema_version` are added.

    Raises
    ------
    EnergyMapError
        `disk_full` when there is no space left; other system errors pass through.
    """
    import pyogrio

    from gis_layers import boundary

    record = {**(metadata or {}), "format": FORMAT, "schema_version": str(SCHEMA_VERSION)}
    with replacing(path) as temporary:
        for name, frame, kind in (
            ("provinces", _provinces(summary), "MultiPolygon"),
            ("corridors", _corridors(summary), "LineString"),
            ("bases", _bases(summary), "Point"),
            ("ten_stroke_line", boundary.ten_stroke_line(), "LineString"),
        ):
            options = {} if temporary.exists() else {"dataset_options": {"VERSION": GEOPACKAGE_VERSION}}
            pyogrio.write_dataframe(
                frame,
                temporary,
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                append=temporary.exists(),
                **options,
            )
        with contextlib.closing(sqlite3.connect(temporary)) as database, database:
            _text_table(database, "scenario", ("id", "text"), [(summary.scenario, scenario_toml)])
            _text_table(database, "summary", ("json",), [(canonical_json(summary),)])
            _text_table(database, "metadata", ("name", "value"), sorted(record.items()))
            _styles(database)
            if hourly is not None:
                write_hourly(database, summary.scenario, hourly)
                _register(database, "hourly")


def read_project(path: Path) -> ProjectFile:
    """Read back what `write_project` wrote.

    Raises
    ------
    InputError
        The file is missing, is no GeoPackage of ours, comes from a newer program, or is damaged.
    """

    def unusable(found: str, expected: str) -> InputError:
        return InputError(Problem(path.name, "project file", found, expected))

    ours = "a project file of this program (GeoPackage)"
    try:
        with path.open("rb") as handle:
            head = handle.read(16)
    except OSError as error:
        raise unusable(error.strerror or "cannot be read", ours) from error
    if head != b"SQLite format 3\x00":
        raise unusable("a file of another kind", ours)
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT name, value FROM metadata").fetchall()
            metadata = {str(name): str(value) for name, value in rows}
            if metadata.get("format") != FORMAT:
                raise unusable("a GeoPackage of another program", ours)
            version = metadata.get("schema_version", "")
            if version != str(SCHEMA_VERSION):
                raise unusable(f"schema version {version or 'missing'}", f"version {SCHEMA_VERSION}")
            (document,) = database.execute("SELECT json FROM summary").fetchone()
            (scenario,) = database.execute("SELECT text FROM scenario").fetchone()
    except sqlite3.Error as error:
        raise unusable(f"a file that is not a project ({error})", ours) from error
    except TypeError as error:  # fetchone() found no row
        raise unusable("a project without its result or scenario", ours) from error
    try:
        summary = Summary.model_validate_json(document)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise unusable(f"a damaged result document ({field}: {first['msg']})", ours) from error
    return ProjectFile(summary=summary, scenario_toml=str(scenario), metadata=metadata)


def _provinces(summary: Summary) -> geopandas.GeoDataFrame:
    import geopandas

    from gis_layers import boundary
    from gis_layers.province import PROVINCES

    table = boundary.regions("province", 1)
    rows = []
    for code in table.ids:
        ref, p = PROVINCES[code], summary.provinces.get(code)
        row: dict[str, object] = {"adcode": int(code), "name_zh": ref.name_zh, "name_en": ref.name_en}
        for technology in TECHNOLOGIES:
            row[f"{technology}_mw"] = None if p is None else p.capacity_mw.get(technology, 0.0)
        for technology in TECHNOLOGIES[:6]:
            made = None if p is None else p.generation_mwh_by_technology.get(technology, 0.0)
            row[f"{technology}_mwh"] = made
        for name in (
            "generation_mwh", "load_mwh", "import_mwh", "export_mwh", "green_export_mwh", "green_import_mwh",
            "storage_loss_mwh", "internal_loss_mwh", "unserved_mwh", "curtailment_rate", "cash_cny",
            "receipts_cny", "payments_cny", "gdp_cny", "gdp_share",
        ):  # fmt: skip
            row[name] = None if p is None else getattr(p, name)
        rows.append(row)
    return _frame(rows, table.geometry, geopandas)


def _corridors(summary: Summary) -> geopandas.GeoDataFrame:
    import geopandas
    import shapely

    rows, lines = [], []
    for c in summary.corridors.values():
        row: dict[str, object] = dict(c)
        rows.append(row)
        end = (c.to_lon, c.to_lat)
        if end == (c.from_lon, c.from_lat):
            end = (c.to_lon + STATION_LENGTH_DEG, c.to_lat)
        lines.append(shapely.LineString([(c.from_lon, c.from_lat), end]))
    return _frame(rows, lines, geopandas)


def _bases(summary: Summary) -> geopandas.GeoDataFrame:
    import geopandas
    import shapely

    rows = []
    for b in summary.bases.values():
        row: dict[str, object] = {
            k: v for k, v in b if k not in ("capacity_mw", "generation_mwh", "published", "lon", "lat")
        }
        for technology in BASE_TECHNOLOGIES:
            row[f"{technology}_mw"] = b.capacity_mw.get(technology, 0.0)
        row["published_design"] = b.published.get("design")
        row["published_source"] = b.published.get("source")
        rows.append(row)
    points = [shapely.Point(b.lon, b.lat) for b in summary.bases.values()]
    return _frame(rows, points, geopandas)


def _frame(rows: list[dict[str, object]], geometry: object, geopandas: object) -> geopandas.GeoDataFrame:
    import pandas

    table = pandas.DataFrame(rows)
    for name in table.columns:
        # A column of None and numbers (or of None alone) is a column of numbers with gaps, not of text.
        if table[name].map(lambda v: v is None or isinstance(v, float)).all():
            table[name] = table[name].astype("float64")
    return geopandas.GeoDataFrame(table, geometry=list(geometry), crs="EPSG:4326")  # type: ignore


def _text_table(
    database: sqlite3.Connection, name: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]
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
