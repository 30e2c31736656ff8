"""The layers of a project file that any GIS draws: provinces, corridors, bases, what the user drew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planning.results import Summary
from planning.workspace import Drawing

if TYPE_CHECKING:
    import geopandas

GEOPACKAGE_VERSION = "1.2"
"""Read without a warning by every GIS still in use; nothing newer is needed."""
TECHNOLOGIES = ("wind", "pv", "hydro", "nuclear", "coal", "gas", "pumped", "battery")
BASE_TECHNOLOGIES = ("wind", "pv", "hydro", "coal", "battery")
STATION_LENGTH_DEG = 0.02
"""A back-to-back station has no length; a line layer needs two points, so it gets about 2 km."""


def write_layers(path: Path, summary: Summary | None, drawings: Sequence[Drawing]) -> None:
    """Begin the GeoPackage `path` with all layers; system errors as GDAL words them."""
    from gis_layers import boundary

    layers = [
        ("provinces", province_layer(summary), "MultiPolygon"),
        ("corridors", corridor_layer(summary), "LineString"),
        ("bases", base_layer(summary), "Point"),
        ("ten_stroke_line", boundary.ten_stroke_line(), "LineString"),
    ]
    if drawings:
        layers.append(("drawings", drawing_layer(drawings), "Unknown"))
    write_frames(path, layers)


def write_frames(path: Path, layers: Sequence[tuple[str, geopandas.GeoDataFrame, str]]) -> None:
    """Layers (name, frame, kind of geometry) into a GeoPackage, begun where there is none."""
    import pyogrio

    for name, frame, kind in layers:
        first = not path.exists()
        options = {"dataset_options": {"VERSION": GEOPACKAGE_VERSION}} if first else {}
        pyogrio.write_dataframe(
            frame, path, layer=name, driver="GPKG", geometry_type=kind, append=not first, **options
        )


def province_layer(summary: Summary | None) -> geopandas.GeoDataFrame:
    """All provinces; columns are empty where there is no figure, everywhere without a result."""
    import geopandas

    from gis_layers import boundary
    from gis_layers.province import PROVINCES

    table = boundary.regions("province", 1)
    rows = []
    for code in table.ids:
        ref, p = PROVINCES[code], None if summary is None else summary.provinces.get(code)
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


def corridor_layer(summary: Summary | None) -> geopandas.GeoDataFrame:
    """Every corridor of the result, end to end."""
    import geopandas
    import shapely

    rows, lines = [], []
    for c in summary.corridors.values() if summary is not None else ():
        row: dict[str, object] = dict(c)
        rows.append(row)
        end = (c.to_lon, c.to_lat)
        if end == (c.from_lon, c.from_lat):
            end = (c.to_lon + STATION_LENGTH_DEG, c.to_lat)
        lines.append(shapely.LineString([(c.from_lon, c.from_lat), end]))
    return _frame(rows, lines, geopandas)


def base_layer(summary: Summary | None) -> geopandas.GeoDataFrame:
    """Every base of the result, where its converter stands."""
    import geopandas
    import shapely

    bases = () if summary is None else tuple(summary.bases.values())
    rows = []
    for b in bases:
        row: dict[str, object] = {
            k: v for k, v in b if k not in ("capacity_mw", "generation_mwh", "published", "lon", "lat")
        }
        for technology in BASE_TECHNOLOGIES:
            row[f"{technology}_mw"] = b.capacity_mw.get(technology, 0.0)
        row["published_design"] = b.published.get("design")
        row["published_source"] = b.published.get("source")
        rows.append(row)
    points = [shapely.Point(b.lon, b.lat) for b in bases]
    return _frame(rows, points, geopandas)


def drawing_layer(drawings: Sequence[Drawing]) -> geopandas.GeoDataFrame:
    """What the user drew, of mixed shape."""
    import geopandas
    import shapely

    rows: list[dict[str, object]] = [{"id": d.id, "name": d.name, "kind": d.kind} for d in drawings]
    return _frame(rows, [shapely.geometry.shape(d.geojson()) for d in drawings], geopandas)


def _frame(rows: list[dict[str, object]], geometry: object, geopandas: object) -> geopandas.GeoDataFrame:
    import pandas

    table = pandas.DataFrame(rows)
    for name in table.columns:
        # A column of None and numbers (or of None alone) is a column of numbers with gaps, not of text.
        if table[name].map(lambda v: v is None or isinstance(v, float)).all():
            table[name] = table[name].astype("float64")
    return geopandas.GeoDataFrame(table, geometry=list(geometry), crs="EPSG:4326")  # type: ignore
