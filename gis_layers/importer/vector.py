"""What the layers of a GeoPackage, shapefile or GeoJSON are: place, shapes, attributes, encoding, datum."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import WGS84
from gis_layers.importer import dbase
from gis_layers.importer.datum import Datum
from gis_layers.importer.place import (
    bounds_in_degrees,
    canonical,
    could_be_shifted,
    in_china,
    judge_crs,
    likely_crs,
)
from gis_layers.importer.report import (
    Bounds,
    FieldReport,
    Finding,
    Guess,
    Kind,
    LayerReport,
    Preview,
    Question,
    unusable,
)
from gis_layers.importer.shift import datum_of_outlines

ObjectArray = NDArray[np.object_]

_DRIVERS = {"geopackage": "GPKG", "shapefile": "ESRI Shapefile", "geojson": "GeoJSON"}
SAMPLE_FEATURES = 3000
MOST_LAYERS = 50
GEOJSON_BYTES = 512 * 2**20
"""Text of this size takes minutes at every look; a GeoPackage of the same takes none."""
_PREVIEW_LINES = 400
_PREVIEW_VERTICES = 200
_NAME_HINTS: tuple[tuple[str, Datum], ...] = (
    ("gcj", "gcj02"),
    ("火星", "gcj02"),
    ("高德", "gcj02"),
    ("amap", "gcj02"),
    ("gaode", "gcj02"),
    ("腾讯", "gcj02"),
    ("acroutes", "gcj02"),  # an attribute only the GCJ-02 GeoJSON of administrative areas carries
    ("bd09", "bd09"),
    ("baidu", "bd09"),
    ("百度", "bd09"),
)


@dataclass(frozen=True, slots=True)
class _Sample:
    """The first features of a layer."""

    geometry: ObjectArray
    fields: dict[str, NDArray[Any]]


def inspect_vector(path: Path, kind: Kind) -> tuple[LayerReport, ...]:
    """Reports of all layers with features.

    Raises
    ------
    InputError
        GDAL cannot open the file, a part of a shapefile is missing or cut off, or there is nothing in it.
    """
    if "!" in str(path):  # taken for the border between an archive and what is in it
        raise unusable(path, "path", "an exclamation mark", "a folder and file name without one; rename it")
    if kind == "shapefile":
        dbase.check_parts(path)
    if kind == "geojson" and path.stat().st_size > GEOJSON_BYTES:
        found = f"{path.stat().st_size / 2**30:.1f} GB of GeoJSON"
        raise unusable(path, "size", found, "the same saved as a GeoPackage (GeoJSON up to 0.5 GB)")
    from pyogrio.errors import (
        CRSError,
        DataLayerError,
        DataSourceError,
        FeatureError,
        FieldError,
        GeometryError,
    )

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL mutters is found and said by us
            names = _layer_names(path)
            layers = [_layer(path, kind, name) for name in names[:MOST_LAYERS]]
    except (CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise unusable(
            path, kind, reason, "a complete file that GDAL reads; copy or export it again"
        ) from error
    filled = [layer for layer in layers if layer.rows]
    if not filled:
        raise unusable(path, "features", "none", "at least one layer with features")
    return tuple(filled)


def datum_hint(*texts: str) -> Datum | None:
    """Datum that file or attribute names give away."""
    joined = " ".join(texts).lower()
    return next((datum for word, datum in _NAME_HINTS if word in joined), None)


def datum_question(
    tested: Guess | None, hint: Datum | None, crs_text: str | None, degrees: Bounds | None
) -> tuple[list[Finding], list[Question]]:
    """What to say and ask about the datum of coordinates in degrees within China.

    Nothing is asked where borders show WGS84, where the coordinates are projected or abroad.
    """
    if not could_be_shifted(crs_text) or not in_china(degrees):
        return [], []
    if tested is not None and tested.value == "wgs84":
        return [], []
    suspected = tested or (Guess(hint, 0.7, "name") if hint else None)
    others = [
        Guess(datum, 0.5 if datum == "wgs84" else 0.2, "unknown") for datum in ("wgs84", "gcj02", "bd09")
    ]
    if suspected is None:
        return [Finding("datum_unknown", warning=False)], [Question("datum", tuple(others))]
    choices = (suspected, *(guess for guess in others if guess.value != suspected.value))
    finding = Finding("datum_shifted", {"datum": suspected.value.upper(), "how": suspected.how})
    return [finding], [Question("datum", choices, required=True)]


def _layer_names(path: Path) -> list[str]:
    import pyogrio

    return [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]


def _layer(path: Path, kind: Kind, name: str) -> LayerReport:
    import pyogrio

    encoding = dbase.encoding(path) if kind == "shapefile" else Guess("utf-8", 1.0, "declared")
    declared_encoding = encoding.value if kind == "shapefile" else None
    info = pyogrio.read_info(
        path, layer=name, encoding=declared_encoding, force_feature_count=True, force_total_bounds=True
    )
    if info["driver"] != _DRIVERS[kind]:
        raise unusable(path, "kind of file", str(info["driver"]), f"a {_DRIVERS[kind]} file")
    rows = int(info["features"])
    sample = _read_sample(path, name, declared_encoding)
    bounds = _finite(info.get("total_bounds"))
    declared = canonical(str(info["crs"])) if info["crs"] else None
    findings, questions = judge_crs(declared, bounds) if rows else ([], [])
    asks_crs = any(question.id == "crs" for question in questions)
    likely = likely_crs(bounds) if bounds else ()
    crs_text = declared if declared and not asks_crs else (likely[0].value if likely else None)
    degrees = bounds_in_degrees(crs_text, bounds)
    in_degrees = _to_degrees(sample.geometry, crs_text) if degrees else None
    tested = None
    if in_degrees is not None and could_be_shifted(crs_text) and in_china(degrees):
        tested = datum_of_outlines(in_degrees)
    more_findings, more_questions = datum_question(
        tested, datum_hint(path.name, name, *sample.fields), crs_text, degrees
    )
    findings += [*more_findings, *_shape_findings(sample, rows)]
    questions += more_questions
    if kind == "shapefile":
        findings += dbase.findings(path, encoding)
        questions += dbase.questions(encoding)
    return LayerReport(
        name=name,
        geometry=_geometry(sample.geometry, str(info["geometry_type"])),
        crs=Guess(declared, 1.0, "declared") if declared else None,
        crs_name=_crs_name(declared),
        bounds=bounds,
        bounds_wgs84=degrees,
        rows=rows,
        fields=_fields(sample),
        encoding=encoding,
        datum=tested,
        findings=tuple(findings),
        questions=tuple(questions),
        preview=None if in_degrees is None else preview_of(in_degrees),
    )


def _read_sample(path: Path, name: str, encoding: str | None) -> _Sample:
    import pyogrio.raw
    import shapely

    meta, _, wkb, values = pyogrio.raw.read(
        path, layer=name, encoding=encoding, max_features=SAMPLE_FEATURES, force_2d=True
    )
    geometry = np.empty(0, dtype=object) if wkb is None else shapely.from_wkb(wkb, on_invalid="ignore")
    return _Sample(geometry, dict(zip((str(f) for f in meta["fields"]), values, strict=True)))


def preview_of(geometry: ObjectArray) -> Preview:
    """Points and outlines of the first features, thinned; geometries in degrees."""
    import shapely

    there = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    parts = shapely.get_parts(there)
    dimension = shapely.get_dimensions(parts)
    points = shapely.get_coordinates(parts[dimension == 0])
    outlines = shapely.get_parts(
        np.concatenate([shapely.get_exterior_ring(parts[dimension == 2]), parts[dimension == 1]])
    )
    longest = np.argsort(-shapely.length(outlines), kind="stable")[:_PREVIEW_LINES]
    lines = []
    for line in outlines[longest]:
        vertices = shapely.get_coordinates(line)
        step = max(1, len(vertices) // _PREVIEW_VERTICES)
        lines.append(np.concatenate([vertices[::step], vertices[-1:]]))
    return Preview(lines=tuple(lines), points=points if len(points) else None)


def _to_degrees(geometry: ObjectArray, crs_text: str | None) -> ObjectArray | None:
    import pyproj
    import shapely

    if crs_text is None:
        return None
    transformer = pyproj.Transformer.from_crs(crs_text, WGS84, always_xy=True)
    turned = shapely.transform(
        geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    finite = np.array([math.isfinite(edge) for row in shapely.bounds(turned) for edge in row]).reshape(-1, 4)
    return np.asarray(turned[finite.all(axis=1)], dtype=object)


def _shape_findings(sample: _Sample, rows: int) -> list[Finding]:
    import shapely

    findings = []
    missing = int(np.sum(shapely.is_missing(sample.geometry) | shapely.is_empty(sample.geometry)))
    invalid = int(np.sum(~shapely.is_valid(sample.geometry) & ~shapely.is_missing(sample.geometry)))
    looked_at = len(sample.geometry)
    for code, count in (("shapes_missing", missing), ("shapes_invalid", invalid)):
        if count:
            findings.append(Finding(code, {"count": count, "of": min(looked_at, rows)}))
    return findings


def _fields(sample: _Sample) -> tuple[FieldReport, ...]:
    fields = []
    for name, values in sample.fields.items():
        kind: Literal["text", "number", "date", "other"] = {
            "O": "text",
            "i": "number",
            "u": "number",
            "f": "number",
            "b": "number",
            "M": "date",
        }.get(values.dtype.kind, "other")  # type: ignore[assignment]
        texts = (str(value) for value in values[:50] if value is not None)
        there = [one for one in texts if one not in ("nan", "NaT")]
        fields.append(FieldReport(name, kind, tuple(one[:60] for one in there[:3])))
    return tuple(fields)


def _geometry(geometry: ObjectArray, declared: str) -> str:
    import shapely

    names = {0: "Point", 1: "LineString", 2: "Polygon"}
    there = geometry[~shapely.is_missing(geometry)]
    dimensions = set(np.unique(shapely.get_dimensions(there)).tolist()) - {-1}
    if len(dimensions) == 1:
        return names[dimensions.pop()]
    if dimensions:
        return "Mixed"
    return next((name for name in names.values() if name in declared), "Mixed")


def _crs_name(declared: str | None) -> str:
    import pyproj

    if not declared:
        return ""
    try:
        return str(pyproj.CRS.from_user_input(declared).name)
    except pyproj.exceptions.CRSError:
        return declared[:60]


def _finite(bounds: Any) -> Bounds | None:
    if bounds is None or not all(math.isfinite(float(edge)) for edge in bounds):
        return None
    left, bottom, right, top = (float(edge) for edge in bounds)
    return left, bottom, right, top
