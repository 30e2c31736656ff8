"""Areas where nothing may be built: protected areas, ecological red lines, any polygons of a vector file.

What the importer of map layers finds (system, GCJ-02, encoding, shapes) is found here too; the copy is a GeoPackage
of valid polygons in WGS84 (layer 'areas') with name and category.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import area_km2
from gis_layers.errors import InputError, Param, Problem
from gis_layers.importer.apply import ImportedLayer, apply
from gis_layers.importer.inspect import inspect_file
from gis_layers.importer.report import FileReport, LayerReport
from gis_layers.importer.report import Finding as LayerFinding
from gis_layers.importer.sniff import sibling
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from gis_layers.vector import VectorLayer, read_layer, write_layer
from resources.sources.contract import (
    Answers,
    Finding,
    Guess,
    Kind,
    Question,
    SourceReport,
    Variable,
    Weight,
    refuse,
)

LAYER = "areas"
NONE = "none"
_WINDOW = (72.0, 2.0, 137.0, 56.0)
_NAMES = ("name", "名称", "保护区名称", "orig_name", "title", "mc")
_CATEGORIES = ("category", "类别", "类型", "级别", "desig", "iucn_cat", "type", "jb", "lx")
_MAIN = (b"SQLite format 3\x00", b"\x00\x00\x27\x0a")
_CHUNK = 5_000
_MOST_LOST = 0.05
"""Of the shapes that may be unusable, with consent."""
_FATAL = ("crs_contradicted",)
_CONSENT = ("shapes_invalid",)
_EXPECTED = {
    "swapped": ("longitude and latitude exchanged", "longitude first"),
    "crs_missing": ("none", "a coordinate system; say which"),
    "crs_unknown": ("one PROJ does not know", "a coordinate system PROJ knows"),
    "crs_contradicted": ("coordinates the system does not allow", "degrees within 180 and 90"),
    "beijing54": ("Beijing 1954", "WGS84 or CGCS2000; tens of metres off"),
    "xian80": ("Xi'an 1980", "WGS84 or CGCS2000; tens of metres off"),
    "cgcs2000": ("CGCS2000", "WGS84; they agree to within a metre"),
    "outside_china": ("outside", "places in China"),
    "datum_shifted": ("borders or names of GCJ-02 or BD-09", "WGS84; your answer decides"),
    "datum_unknown": ("not told", "WGS84, which is assumed"),
    "shapes_missing": ("features without a shape", "a polygon each"),
    "shapes_invalid": ("outlines that cross themselves", "valid outlines; they are mended"),
}


class Areas:
    """See the module."""

    id: ClassVar[str] = "areas"
    kind: ClassVar[Kind] = "areas"
    title_zh: ClassVar[str] = "禁建区域：保护区、生态红线（Shapefile、GeoPackage、GeoJSON）"
    title_en: ClassVar[str] = "Areas not to build on: protected, red lines (shapefile, GeoPackage, GeoJSON)"
    licence: ClassVar[str] = "of who made the file"
    grade: ClassVar[Grade] = "user"
    suffix: ClassVar[str] = ".gpkg"

    def sniff(self, head: bytes, path: Path) -> float:
        if head.startswith(_MAIN):
            return 0.6
        if path.suffix.lower() in (".shx", ".dbf", ".prj", ".cpg") and sibling(path, ".shp"):
            return 0.6  # a part of a shapefile whose folder was given
        text = head.lstrip(b"\xef\xbb\xbf").lstrip()
        return 0.6 if text[:1] == b"{" and re.search(rb'"type"\s*:\s*"Feature', text) else 0.0

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        found = _file(paths)
        layer = _chosen(found, answers)
        where = str(found.path)
        findings = [_said(one, where, layer) for one in layer.findings]
        questions = [
            question for question in layer.questions if question.id != "encoding" or question.required
        ]
        if layer.geometry not in ("Polygon", "Mixed"):
            problem = Problem(where, "geometry", layer.geometry, "polygons")
            findings.append(Finding("no_polygons", "fatal", problem))
        elif layer.bounds_wgs84 is not None and not _meets(layer.bounds_wgs84):
            problem = Problem(
                where, "area", ", ".join(f"{edge:.5g}" for edge in layer.bounds_wgs84), "places in China"
            )
            findings = [one for one in findings if one.code != "outside_china"]
            findings.append(Finding("outside_china", "fatal", problem))
        if len(found.layers) > 1:
            order = sorted(found.layers, key=lambda one: one is not layer)
            choices = tuple(Guess(one.name, 0.9 if one is layer else 0.1, "geometry") for one in order)
            questions.append(Question("layer", choices))
        fields = [field.name for field in layer.fields]
        for id, words in (("name_field", _NAMES), ("category_field", _CATEGORIES)):
            guess = _guess(fields, words)
            choices = tuple(Guess(name, 0.1, "column") for name in (NONE, *fields) if name != guess)
            questions.append(Question(id, (*((Guess(guess, 0.8, "name"),) if guess else ()), *choices)))
        questions.append(
            Question("what", (Guess("protected", 0.6, "usual"), Guess("red_line", 0.3, "usual")), free=True)
        )
        return SourceReport(
            paths=paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=sum(path.stat().st_size for path in paths),
            grade=self.grade,
            source=f"areas {found.path.name}",
            licence=self.licence,
            variables=(Variable(layer.name, "areas", layer.crs_name, "EPSG:4326", None, None, None, 0.0),),
            findings=tuple(findings),
            questions=tuple(questions),
        )

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        found = _file(report.paths)
        layer = _chosen(found, answers)
        asked = {question.id for question in layer.questions}
        told = {name: value for name, value in answers.items() if name in asked}
        with tempfile.TemporaryDirectory(prefix="energymap-") as folder:
            made = apply(found, told, Path(folder), layer.name)
            geometry, columns = _read(made, layer.rows or 0, answers, progress)
        return _write(found, answers, geometry, columns, target)


def open_areas(path: Path) -> VectorLayer:
    """The copy: polygons (WGS84) with name, category, area_km2."""
    return read_layer(path, LAYER)


def _file(paths: tuple[Path, ...]) -> FileReport:
    mains = [
        path
        for path in paths
        if path.suffix.lower() not in (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".xml")
    ]
    if len(mains) > 1:
        raise refuse(mains[1], "file", "a second file", "one file of areas")
    return inspect_file((mains or list(paths))[0])


def _chosen(found: FileReport, answers: Answers) -> LayerReport:
    """The layer the user names, or the first of polygons."""
    wish = answers.get("layer", "")
    named = next((layer for layer in found.layers if layer.name == wish), None)
    polygons = next((layer for layer in found.layers if layer.geometry == "Polygon"), None)
    return named or polygons or found.layers[0]


def _said(one: LayerFinding, where: str, layer: LayerReport) -> Finding:
    weight: Weight = "fatal" if one.code in _FATAL else "consent" if one.code in _CONSENT else "note"
    found, expected = _EXPECTED.get(one.code, (one.code, "a plain file of polygons"))
    if "count" in one.params:
        found = f"{one.params['count']} of {one.params.get('of', layer.rows)} {found}"
    return Finding(one.code, weight, Problem(where, layer.name, found, expected), dict(one.params))


def _guess(fields: list[str], words: tuple[str, ...]) -> str:
    lower = {name.lower(): name for name in reversed(fields)}
    return next((lower[word] for word in words if word in lower), "")


def _meets(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return west < _WINDOW[2] and east > _WINDOW[0] and south < _WINDOW[3] and north > _WINDOW[1]


def _read(
    made: ImportedLayer, rows: int, answers: Answers, progress: Progress
) -> tuple[NDArray[np.object_], dict[str, list[str | None]]]:
    """Shapes in WGS84 and the two columns, by pieces."""
    import pyogrio.raw
    import pyproj
    import shapely

    wanted = [answers.get("name_field", NONE), answers.get("category_field", NONE)]
    there = [name for name in dict.fromkeys(wanted) if name != NONE]
    to_degrees = pyproj.Transformer.from_crs(made.crs, "EPSG:4326", always_xy=True)
    shapes: list[Any] = []
    columns: dict[str, list[str | None]] = {name: [] for name in there}
    for first in range(0, max(rows, 1), _CHUNK):
        progress(0.8 * first / max(rows, 1), "areas")
        meta, _, wkb, values = pyogrio.raw.read(
            made.open_name,
            layer=made.layer,
            columns=there,
            skip_features=first,
            max_features=_CHUNK,
            force_2d=True,
        )
        shapes.append(
            shapely.transform(
                shapely.from_wkb(wkb, on_invalid="ignore"),
                lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])),
            )
        )
        for name, column in zip((str(one) for one in meta["fields"]), values, strict=True):
            columns[name] += [None if value is None else str(value) for value in column]
    return np.concatenate(shapes), columns


def _write(
    found: FileReport, answers: Answers, geometry: NDArray[np.object_], columns: dict[str, list[str | None]], target: Path
) -> dict[str, Param]:  # fmt: skip
    import shapely

    where = str(found.path)
    invalid = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    mended = geometry.copy()
    mended[invalid] = shapely.make_valid(geometry[invalid], method="structure", keep_collapsed=False)
    polygons = np.array([_polygons(one) for one in mended], dtype=object)
    usable = np.array([one is not None for one in polygons], dtype=bool)
    problems = []
    if invalid.any() and "yes" not in (answers.get("fix"), answers.get("fix:shapes_invalid")):
        problems.append(
            Problem(where, "outlines", f"{int(invalid.sum())} that cross themselves", "valid outlines")
        )
    if not usable.any() or (~usable).sum() > max(_MOST_LOST * len(usable), 1):
        problems.append(
            Problem(where, "shapes", f"{int((~usable).sum())} of {len(usable)} are no areas", "polygons")
        )
    if problems:
        raise InputError(problems)
    kept = polygons[usable]
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(kept))
    if not (west >= -180.0 and east <= 360.0 and south >= -90.0 and north <= 90.0) or not _meets(
        (west, south, east, north)
    ):
        raise InputError(
            Problem(where, "area", f"{west:.5g} to {east:.5g}, {south:.5g} to {north:.5g}", "places in China")
        )

    def column(id: str) -> list[str | None]:
        values = columns.get(answers.get(id, NONE))
        return [None] * len(kept) if values is None else [values[at] for at in np.flatnonzero(usable)]

    km2 = np.array([area_km2(one) for one in kept])
    write_layer(
        target, LAYER, kept, "MultiPolygon",
        {"name": column("name_field"), "category": column("category_field"), "area_km2": km2},
    )  # fmt: skip
    together = shapely.union_all(kept)
    return {
        "areas": len(kept),
        "area_km2": round(float(area_km2(together)), 3),
        "what": answers.get("what", "protected"),
        "corrected_shapes": int(invalid.sum()),
        "left_out": int((~usable).sum()),
        "datum_found": answers.get("datum", "wgs84"),
    }


def _polygons(shape: Any) -> Any:
    """The shape's polygons as one multipolygon; None where there is no area."""
    import shapely

    if shape is None or shape.is_empty:
        return None
    parts = shapely.get_parts(shapely.get_parts(shape))
    flat = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return shapely.multipolygons(flat) if flat else None


FORMAT = Areas()
