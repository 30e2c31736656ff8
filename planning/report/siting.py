"""The files of a siting: document, tables, layers for any GIS, and the printed report in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from gis_layers.files import replacing, writable_folder
from gis_layers.progress import Progress, silent
from planning.project_layers import write_frames
from planning.report.csv_table import table_text
from planning.report.siting_report import siting_pdf
from planning.siting.area import Area
from planning.siting.compare import compare_candidates
from planning.siting.document import flat_candidate, siting_document
from planning.siting.rules import RuleSet, rules_toml
from planning.siting.site_run import SitingResult
from planning.siting.site_shapes import cell_squares
from resources.hours import HOURS

DOCUMENT, RULES, LAYERS = "siting.json", "rules.toml", "siting.gpkg"
SITES, CURVE, AUDIT, COMPARED, HOURLY = (
    "candidates.csv", "supply_curve.csv", "audit.csv", "compare.csv", "hours.csv",
)  # fmt: skip
REPORTS: Final = {"zh": "report_zh.pdf", "en": "report_en.pdf"}
MOST_HOURLY: Final = 20
"""Sites whose hours are written, cheapest first."""
MOST_COMPARED: Final = 10
"""Sites side by side, cheapest first."""


def write_siting(
    folder: Path,
    result: SitingResult,
    area: Area,
    rules: RuleSet,
    review_number: str = "",
    progress: Progress = silent,
) -> list[Path]:
    """Write all files into `folder`, each whole or not at all.

    Parameters
    ----------
    review_number
        审图号, printed on the map.

    Raises
    ------
    InputError
        The folder cannot be written.
    EnergyMapError
        `disk_full`.
    Cancelled
        From `progress`; files written before stay and are whole.
    """
    writable_folder(folder)
    document = siting_document(result, area, rules)
    written: list[Path] = []

    def put(name: str, content: bytes) -> None:
        with replacing(folder / name) as temporary:
            temporary.write_bytes(content)
        written.append(folder / name)

    progress(0.0, f"outputs: {DOCUMENT}")
    put(DOCUMENT, document_json(document).encode())
    put(RULES, rules_toml(rules).encode())
    for number, (name, rows) in enumerate(_tables(result, document).items()):
        progress(0.05 + 0.05 * number, f"outputs: {name}")
        # A byte-order mark: Excel would read Chinese in UTF-8 as Latin letters.
        put(name, table_text(rows).encode("utf-8-sig"))
    progress(0.3, f"outputs: {LAYERS}")
    with replacing(folder / LAYERS) as temporary:
        _write_layers(temporary, result)
    written.append(folder / LAYERS)
    for number, (language, name) in enumerate(REPORTS.items()):
        progress(0.5 + 0.25 * number, f"outputs: {name}")
        put(name, siting_pdf(result, area, rules, "zh" if language == "zh" else "en", review_number))
    progress(1.0, "outputs: done")
    return written


def document_json(document: dict[str, Any]) -> str:
    """The document as text: UTF-8, keys sorted."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def _tables(result: SitingResult, document: dict[str, Any]) -> dict[str, list[dict[str, object]]]:
    """File name -> rows."""
    curve = [
        {"curve": one["technology"], **step} for one in document["supply_curve"] for step in one["steps"]
    ]
    some = result.candidates[:MOST_COMPARED]
    compared: list[dict[str, object]] = [
        {"figure": row.key, "zh": row.zh, "en": row.en, "unit": row.unit}
        | dict(zip((site.id for site in some), row.values, strict=True))
        for row in compare_candidates(some)
    ]
    return {
        SITES: [flat_candidate(c) for c in result.candidates],
        CURVE: curve,
        AUDIT: document["audit"],
        COMPARED: compared,
        HOURLY: _hourly(result),
    }


def _hourly(result: SitingResult) -> list[dict[str, object]]:
    """Capacity factors of the cheapest sites, hour by hour (UTC+8, beginning of the hour)."""
    series = {
        f"{site.id}_{name}": np.round(hours.astype(np.float64), 4).tolist()
        for site in result.candidates[:MOST_HOURLY]
        for name, hours in site.hours.items()
    }
    return [{"hour": h} | {name: values[h] for name, values in series.items()} for h in range(HOURS)]


def _write_layers(path: Path, result: SitingResult) -> None:
    """Eligible cells, sites, stations and lines in WGS84."""
    import geopandas
    import pandas
    import shapely

    rows = pandas.DataFrame([flat_candidate(c) for c in result.candidates]).drop(
        columns=["connection_beyond_practice"]
    )
    for name in rows.columns:
        if rows[name].map(lambda v: v is None or isinstance(v, float | int)).all():
            rows[name] = rows[name].astype("float64")
    linked = [n for n, c in enumerate(result.candidates) if c.connection is not None]
    ways = [
        shapely.LineString(np.column_stack([c.connection.lon_deg, c.connection.lat_deg]))
        for c in result.candidates
        if c.connection is not None
    ]
    parts = [
        ("eligible_cells", _cells(result), "Polygon"),
        ("candidates", geopandas.GeoDataFrame(
            rows, geometry=[shapely.multipolygons(shapely.get_parts(c.outline)) for c in result.candidates], crs="EPSG:4326",
        ), "MultiPolygon"),
        ("connections", geopandas.GeoDataFrame(
            rows.iloc[linked][["id", *(n for n in rows.columns if n.startswith("connection_"))]],
            geometry=ways, crs="EPSG:4326",
        ), "LineString"),
    ]  # fmt: skip
    write_frames(path, parts)


def _cells(result: SitingResult) -> Any:
    """Every cell with eligible land: shares, hours, score, the site it belongs to."""
    import geopandas

    land = result.land
    row, col = np.nonzero(result.divided.used > 0)
    label = result.clusters.label[row, col]
    ids = np.array(["", *sorted(c.id for c in result.candidates)], dtype=object)
    columns: dict[str, Any] = {"candidate": ids[label + 1]}
    for name in result.divided.share:
        columns[f"{name}_eligible_share"] = land.eligible_share[name][row, col]
        columns[f"{name}_share"] = result.divided.share[name][row, col]
        columns[f"{name}_full_load_hours"] = result.full_load_hours[name][row, col]
    columns["suitability"] = result.suitability.score[row, col]
    columns["grid_flat_ground_km"] = np.where(
        np.isfinite(result.dear_km[row, col]), result.dear_km[row, col], np.nan
    )
    squares = cell_squares(row, col, land.west_m, land.north_m, land.cell_m)
    return geopandas.GeoDataFrame(columns, geometry=squares, crs="EPSG:4326")
