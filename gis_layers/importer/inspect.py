"""One door for every kind of file: `inspect_file` reads what it is."""

from __future__ import annotations

from pathlib import Path

from gis_layers.crs import WGS84
from gis_layers.importer.coordinates import parse
from gis_layers.importer.place import in_china
from gis_layers.importer.raster import inspect_raster
from gis_layers.importer.report import FileReport, Finding, Guess, LayerReport, Preview, unusable
from gis_layers.importer.sniff import identify
from gis_layers.importer.table import inspect_table
from gis_layers.importer.vector import inspect_vector

_EPW_FIELDS = 10


def inspect_file(path: Path) -> FileReport:
    """What the file is, all that can be found out, and the questions that remain.

    Reads windows and samples only; a file of any size takes about a second. For a part of a shapefile the
    report is that of the whole. Zip archives are unpacked first (`archive.unpack`).

    Raises
    ------
    InputError
        The file cannot be used; names it, what was found and what is expected.
    """
    kind, main = identify(Path(path).absolute())
    if kind == "raster":
        layers = inspect_raster(main)
    elif kind == "table":
        layers = inspect_table(main)
    elif kind == "epw":
        layers = (_epw_layer(main),)
    else:
        layers = inspect_vector(main, kind)
    return FileReport(main, kind, main.stat().st_size, layers)


def _epw_layer(path: Path) -> LayerReport:
    """The place a weather file is of; its hours are checked by who uses them."""
    import numpy as np

    with path.open("rb") as handle:
        first = handle.readline(4096).decode("utf-8", errors="replace")
    parts = [part.strip() for part in first.lstrip("\ufeff").split(",")]
    lat, lon = (parse(parts[at]) if len(parts) >= _EPW_FIELDS else float("nan") for at in (6, 7))
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise unusable(path, "header", first.strip()[:60], "LOCATION with latitude and longitude (EPW)")
    bounds = (lon, lat, lon, lat)
    return LayerReport(
        name=parts[1] or path.stem,
        geometry="Point",
        crs=Guess(WGS84, 1.0, "declared"),
        crs_name="WGS 84",
        bounds=bounds,
        bounds_wgs84=bounds,
        rows=None,
        findings=() if in_china(bounds) else (Finding("outside_china"),),
        preview=Preview(points=np.array([[lon, lat]])),
    )
