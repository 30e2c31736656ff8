"""What may be dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

SUFFIXES = (
    *(".tif", ".tiff", ".img", ".asc", ".jp2", ".vrt"),
    *(".nc", ".nc4", ".cdf", ".h5", ".hdf5"),
    *(".gpkg", ".shp", ".shx", ".dbf", ".geojson", ".json"),
    *(".csv", ".txt", ".tsv", ".dat", ".day", ".epw", ".zip", ".parquet"),
)


def urls_accepted(mime: QMimeData) -> tuple[Path, ...]:
    """Local files among what is dragged whose ending we may read, each shapefile once; empty for the rest."""
    paths: dict[str, Path] = {}
    for url in mime.urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path is None or path.suffix.lower() not in SUFFIXES:
            continue
        part_of_shapefile = path.suffix.lower() in (".shp", ".shx", ".dbf")
        key = str(path.with_suffix(".shp")) if part_of_shapefile else str(path)
        if key not in paths or path.suffix.lower() == ".shp":
            paths[key] = path
    return tuple(paths.values())
