"""Corrected copies of users' files: a GeoPackage in WGS84 and UTF-8, written whole or not at all."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import WGS84
from gis_layers.files import replacing, writable_folder
from gis_layers.importer.coordinates import Array, parse_all
from gis_layers.importer.datum import Datum, to_wgs84
from gis_layers.importer.place import parse_crs
from gis_layers.importer.report import Bounds, LayerReport, unusable
from gis_layers.importer.table import column_names, is_number, read_rows
from gis_layers.vector import write_layer

CHUNK_FEATURES = 20_000
MOST_ROWS = 2_000_000
_BEYOND_PLAIN = re.compile(r"[^\w\- ]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the coordinates and texts of the file are, as settled."""

    crs: str
    datum: Datum
    encoding: str
    swap: bool
    """Longitude and latitude stand exchanged in the file."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What was written."""

    path: Path
    layer: str
    bounds: Bounds
    left_out: int = 0


def copy_vector(path: Path, layer: LayerReport, wish: Wish, folder: Path) -> Copy:
    """Copy one layer, piece by piece, so that memory does not grow with the file.

    Raises
    ------
    InputError
        The folder cannot be written, or the coordinates do not fit the coordinate system.
    """
    import pyogrio.raw
    import shapely

    target = _free_path(
        writable_folder(folder), path.stem if layer.name == path.stem else f"{path.stem} {layer.name}"
    )
    bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with replacing(target) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for start in range(0, layer.rows or 0, CHUNK_FEATURES):
            meta, _, wkb, values = pyogrio.raw.read(
                path,
                layer=layer.name,
                encoding=wish.encoding if path.suffix.lower() == ".shp" else None,
                skip_features=start,
                max_features=CHUNK_FEATURES,
                force_2d=True,
            )
            geometry = shapely.transform(shapely.from_wkb(wkb), lambda xy: _turned(path, xy, wish))
            bounds = _grown(bounds, shapely.total_bounds(geometry))
            pyogrio.raw.write(
                temporary,
                layer=layer.name,
                driver="GPKG",
                geometry=shapely.to_wkb(geometry),
                field_data=[_plain(column) for column in values],
                fields=np.array(_unique([str(name) for name in meta["fields"]]), dtype=object),
                geometry_type="Unknown",
                crs=WGS84,
                append=start > 0,
            )
    return Copy(target, layer.name, _bounds(bounds))


def copy_table(path: Path, layer: LayerReport, wish: Wish, lon: str, lat: str, folder: Path) -> Copy:
    """Copy a table as points; numbers become numbers where a whole column is.

    Raises
    ------
    InputError
        More than `MOST_ROWS` rows, no row with a place, or coordinates that do not fit the system.
    """
    import shapely

    layout = layer.table
    assert layout is not None
    rows = list(_limited(path, wish.encoding, layout.delimiter))
    names = column_names(rows[: layout.first_row + 1000], layout.header_row)
    data = [row for row in rows[layout.first_row :] if any(cell.strip() for cell in row)]
    columns = {name: [row[at] if at < len(row) else "" for row in data] for at, name in enumerate(names)}
    for which, name in (("lon", lon), ("lat", lat)):
        if name not in columns:
            raise unusable(path, which, name, f"one of {', '.join(names)[:200]}")
    xy = np.column_stack([parse_all(columns[lon]), parse_all(columns[lat])])
    good: NDArray[np.bool_] = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1])
    if not good.any():
        found = f"{(columns[lon] or [''])[0][:30]} {(columns[lat] or [''])[0][:30]}"
        raise unusable(path, f"{lon}, {lat}", found, "at least one row with a longitude and latitude")
    places = _turned(path, xy[good], wish)
    kept = {
        name: [cell for cell, ok in zip(column, good, strict=True) if ok] for name, column in columns.items()
    }
    target = _free_path(writable_folder(folder), path.stem)
    with replacing(target) as temporary:
        write_layer(
            temporary,
            layer.name,
            shapely.points(places),
            "Point",
            dict(
                zip(
                    _unique(names),
                    (_typed(column, layout.decimal_comma) for column in kept.values()),
                    strict=True,
                )
            ),
        )
    return Copy(
        target, layer.name, _bounds(np.array([*places.min(axis=0), *places.max(axis=0)])), int((~good).sum())
    )


def _limited(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    rows = []
    for row in read_rows(path, encoding, delimiter):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise unusable(path, "rows", f"more than {MOST_ROWS:,}", f"at most {MOST_ROWS:,} rows in a table")
    return rows


def _turned(path: Path, xy: Array, wish: Wish) -> Array:
    """Coordinates of the file (vertex, 2) as WGS84 degrees."""
    import pyproj

    x, y = (xy[:, 1], xy[:, 0]) if wish.swap else (xy[:, 0], xy[:, 1])
    crs = parse_crs(wish.crs)
    if crs is None:
        raise unusable(path, "crs", wish.crs or "none", "a coordinate system PROJ knows, e.g. EPSG:4490")
    lon, lat = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    lon, lat = to_wgs84(wish.datum, lon, lat)
    bad = ~((np.abs(lon) <= 360.0) & (np.abs(lat) <= 90.0))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        found = f"{x[at]:.10g} {y[at]:.10g} (and {int(bad.sum()) - 1} more)"
        raise unusable(path, "coordinates", found, f"coordinates of {wish.crs[:40]}")
    return np.column_stack([lon, lat])


def _typed(column: list[str], decimal_comma: bool) -> NDArray[Any]:
    """Numbers where every cell that is filled is one and none is a code with a leading zero."""
    cells = [cell.strip() for cell in column]
    filled = [cell for cell in cells if cell]
    codes = any(re.match(r"[-+]?0\d", cell) for cell in filled)
    commas = any("," in cell for cell in filled) and not decimal_comma
    if not filled or codes or commas or not all(is_number(cell) for cell in filled):
        return np.array([cell or None for cell in cells], dtype=object)
    if len(filled) == len(cells) and all(re.fullmatch(r"[-+]?\d{1,18}", cell) for cell in cells):
        return np.array([int(cell) for cell in cells], dtype=np.int64)
    return np.array([float(cell.replace(",", ".")) if cell else np.nan for cell in cells])


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    """Lists and other objects as text, which GeoPackage can hold."""
    if column.dtype != object:
        return column
    return np.array([None if value is None else str(value) for value in column], dtype=object)


def _unique(names: list[str]) -> list[str]:
    """Names a GeoPackage takes: no two alike but for case, none of its own."""
    taken = {"fid", "geom"}
    result = []
    for name in names:
        found, number = name, 2
        while found.lower() in taken:
            found, number = f"{name}_{number}", number + 1
        taken.add(found.lower())
        result.append(found)
    return result


def _free_path(folder: Path, name: str) -> Path:
    """A path in the folder that does not exist yet."""
    stem = _BEYOND_PLAIN.sub("_", name).strip() or "layer"
    path, number = folder / f"{stem}.gpkg", 2
    while path.exists():
        path, number = folder / f"{stem} {number}.gpkg", number + 1
    return path


def _grown(bounds: Array, more: Array) -> Array:
    return np.concatenate([np.fmin(bounds[:2], more[:2]), np.fmax(bounds[2:], more[2:])])


def _bounds(values: Array) -> Bounds:
    west, south, east, north = (float(value) for value in values)
    return west, south, east, north
