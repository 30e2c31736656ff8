"""The files of a study: document, tables, workbook, and layers for any GIS."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gis_layers.files import replacing, writable_folder
from planning.project_layers import write_frames
from planning.report.csv_table import harmless, table_text

DOCUMENT, WORKBOOK, LAYERS = "optimum.json", "optimum.xlsx", "optimum.gpkg"
TABLES = ("capacities", "lines", "provinces", "weeks", "costs")


def write_study(folder: Path, document: Mapping[str, Any]) -> list[Path]:
    """Write all files into `folder`, each whole or not at all.

    Raises
    ------
    InputError
        The folder cannot be written.
    EnergyMapError
        `disk_full`.
    """
    writable_folder(folder)
    tables = tables_of(document)
    written = []
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"
    contents: dict[str, bytes] = {DOCUMENT: text.encode()}
    # A byte-order mark: Excel would read Chinese in UTF-8 as Latin letters.
    contents |= {f"{name}.csv": table_text(rows).encode("utf-8-sig") for name, rows in tables.items()}
    for name, content in contents.items():
        with replacing(folder / name) as temporary:
            temporary.write_bytes(content)
        written.append(folder / name)
    with replacing(folder / WORKBOOK) as temporary:
        _write_workbook(temporary, tables)
    with replacing(folder / LAYERS) as temporary:
        _write_layers(temporary, document)
    return [*written, folder / WORKBOOK, folder / LAYERS]


def tables_of(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Name -> rows of plain cells."""
    costs = []
    for system, told in document["systems"].items():
        for source in ("money_cny", "replay_money_cny"):
            over = "weeks" if source == "money_cny" else "hours"
            costs += [
                {"system": system, "over": over, "component": name, "cny_per_year": value}
                for name, value in told.get(source, {}).items()
            ]
    weeks = [
        {**row, "stands_for_weeks": " ".join(map(str, row["stands_for_weeks"]))} for row in document["weeks"]
    ]
    return {
        "capacities": list(document["capacities"]),
        "lines": list(document["lines"]),
        "provinces": list(document["provinces"]),
        "weeks": weeks,
        "costs": costs,
    }


def _write_workbook(path: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        number = book.add_format({"num_format": "#,##0.###"})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for column, key in enumerate(rows[0] if rows else ()):
                sheet.write_string(0, column, key, head)
                sheet.set_column(column, column, max(12, len(key) + 1))
            for line, row in enumerate(rows, start=1):
                for column, value in enumerate(row.values()):
                    cell = harmless(value)
                    if isinstance(cell, bool | int | float):
                        sheet.write_number(line, column, float(cell), number)
                    else:
                        sheet.write_string(line, column, str(cell))


def _write_layers(path: Path, document: Mapping[str, Any]) -> None:
    """Capacities as points, a row a node; lines that may be built as straight lines between their ends. WGS84."""
    import geopandas
    import shapely

    nodes: dict[str, dict[str, Any]] = {}
    for row in document["capacities"]:
        node = nodes.setdefault(
            row["node"],
            {key: row[key] for key in ("node", "name_zh", "name_en", "kind", "home", "lon_deg", "lat_deg")},
        )
        node[f"{row['technology']}_standing_mw"] = row["standing_mw"]
        node[f"{row['technology']}_added_mw"] = row["added_mw"]
    technologies = list(document["capacity_gw"])
    columns = [f"{t}_{what}_mw" for t in technologies for what in ("standing", "added")]
    rows = [{**node, **{c: node.get(c, 0.0) for c in columns}} for node in nodes.values()]
    points = [shapely.Point(r["lon_deg"], r["lat_deg"]) for r in rows]
    lines = [dict(row) for row in document["lines"]]
    ways = [
        shapely.LineString([(r["from_lon_deg"], r["from_lat_deg"]), (r["to_lon_deg"], r["to_lat_deg"])])
        for r in lines
    ]
    parts = [("capacities", geopandas.GeoDataFrame(rows, geometry=points, crs="EPSG:4326"), "Point")]
    if lines:
        for line in lines:
            line["full_load_hours"] = line["full_load_hours"] or 0.0
        frame = geopandas.GeoDataFrame(lines, geometry=ways, crs="EPSG:4326")
        parts.append(("lines", frame, "LineString"))
    write_frames(path, parts)
