"""A report and the user's answers become a layer: plain data, and a corrected copy where the file needs one.

A copy is made where the file cannot say all by itself: tables, GCJ-02 or BD-09 coordinates, a missing
coordinate system, exchanged axes, attributes in another encoding. A copy is a GeoPackage in WGS84 and UTF-8.
Rasters are never copied: system, band, unit and nodata go with the layer.
"""

from __future__ import annotations

import codecs
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gis_layers.errors import InputError, Problem
from gis_layers.importer import copy
from gis_layers.importer.datum import DATUMS, Datum
from gis_layers.importer.place import bounds_in_degrees, parse_crs
from gis_layers.importer.raster import open_name
from gis_layers.importer.report import Bounds, FileReport, LayerReport, Question

_IDS = ("band", "crs", "datum", "encoding", "lat", "lon", "nodata", "order", "unit")


@dataclass(frozen=True, slots=True)
class ImportedLayer:
    """What a map layer needs to draw a user's file."""

    path: Path
    """What to open: the user's file, or the corrected copy."""
    source: Path
    """The user's file."""
    kind: Literal["raster", "vector", "weather"]
    layer: str
    """Layer of a GeoPackage or dataset of a netCDF file."""
    open_name: str
    """What rasterio or pyogrio opens."""
    geometry: str
    """'raster', 'Point', 'LineString', 'Polygon', 'Mixed'."""
    crs: str
    """Code or WKT; of a copy always EPSG:4326."""
    bounds_wgs84: Bounds | None
    band: int | None = None
    unit: str = ""
    nodata: float | None = None
    """To be treated as missing besides what the file declares."""
    encoding: str = "utf-8"
    datum: Datum = "wgs84"
    """What the user's coordinates were on; those of the layer are WGS84."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Of a table: 'lon' and 'lat' -> column."""
    left_out: int = 0
    """Rows of a table without a place."""

    @property
    def copied(self) -> bool:
        return self.path != self.source


def apply(
    report: FileReport, answers: Mapping[str, str], folder: Path | None = None, layer: str | None = None
) -> ImportedLayer:
    """The layer that a report and the answers to its questions make.

    Parameters
    ----------
    answers
        By id of the question; an id may also be given unasked. Where a question is not answered, its first
        choice holds unless it is required.
    folder
        Where corrected copies go; needed only where one must be made.
    layer
        Name of the layer; the first if None.

    Raises
    ------
    InputError
        Answers that are missing or cannot be; a table without any place; no folder for a needed copy.
    """
    chosen = report.layer(layer)
    settled = _settle(report, chosen, answers)
    if report.kind == "raster":
        return _raster(report, chosen, settled)
    crs = settled.get("crs") or (chosen.crs.value if chosen.crs else "")
    if report.kind == "epw":
        return ImportedLayer(
            report.path,
            report.path,
            "weather",
            chosen.name,
            str(report.path),
            "Point",
            crs,
            chosen.bounds_wgs84,
        )
    datum: Datum = next(name for name in DATUMS if name == settled.get("datum", "wgs84"))
    encoding = settled.get("encoding") or (chosen.encoding.value if chosen.encoding else "utf-8")
    wish = copy.Wish(crs=crs, datum=datum, encoding=encoding, swap=settled.get("order") == "swapped")
    columns = {}
    if report.kind == "table":
        columns = {name: settled[name] for name in ("lon", "lat")}
    elif not (
        "crs" in settled or datum != "wgs84" or wish.swap or encoding.lower() not in ("utf-8", "ascii")
    ):
        return ImportedLayer(
            path=report.path,
            source=report.path,
            kind="vector",
            layer=chosen.name,
            open_name=str(report.path),
            geometry=chosen.geometry,
            crs=crs,
            bounds_wgs84=chosen.bounds_wgs84,
        )
    if folder is None:
        raise InputError(Problem(str(report.path), "folder", "none", "a folder for the corrected copy"))
    if report.kind == "table":
        made = copy.copy_table(report.path, chosen, wish, columns["lon"], columns["lat"], folder)
    else:
        made = copy.copy_vector(report.path, chosen, wish, folder)
    return ImportedLayer(
        path=made.path,
        source=report.path,
        kind="vector",
        layer=made.layer,
        open_name=str(made.path),
        geometry=chosen.geometry,
        crs="EPSG:4326",
        bounds_wgs84=made.bounds,
        datum=datum,
        columns=columns,
        left_out=made.left_out,
    )


def _raster(report: FileReport, layer: LayerReport, settled: Mapping[str, str]) -> ImportedLayer:
    band = layer.bands[int(settled.get("band", "1")) - 1]
    crs = settled.get("crs") or (layer.crs.value if layer.crs else "")
    nodata = settled.get("nodata", "")
    return ImportedLayer(
        path=report.path,
        source=report.path,
        kind="raster",
        layer=layer.name,
        open_name=open_name(report.path, layer),
        geometry="raster",
        crs=crs,
        bounds_wgs84=bounds_in_degrees(crs, layer.bounds),
        band=band.index,
        unit=settled.get("unit") or band.unit or "",
        nodata=float(nodata) if nodata else None,
    )


def _settle(report: FileReport, layer: LayerReport, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers completed by the first choices, all checked, all problems at once."""
    where = str(report.path)
    asked = {question.id: question for question in layer.questions}
    problems = [
        Problem(where, name, value, f"one of {', '.join(_IDS)}")
        for name, value in answers.items()
        if name not in _IDS
    ]
    settled = {name: value.strip() for name, value in answers.items() if name in _IDS}
    for name, question in asked.items():
        if name in settled and (settled[name] or name == "nodata"):
            continue
        if question.required or not question.choices:
            problems.append(Problem(where, name, "no answer", _expected(question)))
        else:
            settled[name] = question.choices[0].value
    if layer.table is not None:
        for name, guess in (("lon", layer.table.lon), ("lat", layer.table.lat)):
            if guess is not None:
                settled.setdefault(name, guess.value)
        if layer.table.lon and layer.table.lat and not layer.crs and "crs" not in settled and not problems:
            problems.append(Problem(where, "crs", "no answer", "a coordinate system, e.g. EPSG:4326"))
    for name, value in settled.items():
        expected = _refused(name, value, layer, asked.get(name))
        if expected:
            problems.append(Problem(where, name, value or "nothing", expected))
    if layer.table is not None and settled.get("lon") == settled.get("lat") and "lon" in settled:
        problems.append(Problem(where, "lat", settled["lon"], "another column than that of the longitude"))
    if problems:
        raise InputError(problems)
    return settled


def _refused(name: str, value: str, layer: LayerReport, question: Question | None) -> str:
    """What is expected where an answer cannot be; else nothing."""
    refused = ""
    if name == "crs" and parse_crs(value) is None:
        refused = "a coordinate system PROJ knows, e.g. EPSG:4490"
    elif name == "datum" and value not in DATUMS:
        refused = ", ".join(DATUMS)
    elif name == "encoding" and not _is_encoding(value):
        refused = "an encoding, e.g. utf-8 or gb18030"
    elif name == "order" and value not in ("swapped", "as_named"):
        refused = "swapped or as_named"
    elif name == "band" and not (value.isdecimal() and 1 <= int(value) <= len(layer.bands)):
        refused = f"1 to {len(layer.bands)}"
    elif name == "nodata" and value and not _is_number(value):
        refused = "a number, or nothing to keep all values"
    elif name in ("lon", "lat") and value not in (column.name for column in layer.fields):
        refused = ", ".join(column.name for column in layer.fields)[:200]
    elif question is not None and not question.free and name not in ("lon", "lat", "nodata"):
        choices = [choice.value for choice in question.choices]
        refused = "" if value in choices else ", ".join(choices)
    return refused


def _expected(question: Question) -> str:
    choices = ", ".join(choice.value for choice in question.choices if choice.value)[:200]
    return choices or "an answer"


def _is_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except LookupError:
        return False


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
