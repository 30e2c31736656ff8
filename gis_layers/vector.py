"""Reading and writing the layers of a GeoPackage without pandas, for everybody who handles shapes.

Geometries are shapely objects in WGS84 longitude/latitude; the heavy libraries load on first use.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ObjectArray = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class VectorLayer:
    """One layer: as many geometries as values in every column."""

    geometry: ObjectArray
    """(feature,) shapely geometries; empty for a table without shapes."""
    columns: Mapping[str, NDArray[Any]]

    def text(self, name: str) -> tuple[str | None, ...]:
        """Column `name` as text; None where the value is missing."""
        return tuple(None if value is None else str(value) for value in self.columns[name])


def read_layer(path: Path, layer: str, columns: Sequence[str] | None = None) -> VectorLayer:
    """Read `layer` of the GeoPackage at `path`; `columns` limits the attributes.

    Numbers come as int64, or as float64 with NaN where a value is missing; everything else as objects.
    Read as the SQLite database a GeoPackage is (OGC 12-128r19): the first map need not wait for GDAL's
    vector library, which brings pandas with it.

    Raises
    ------
    FileNotFoundError
        There is no file at `path`.
    LookupError
        The file has no such layer.
    """
    import shapely

    if not path.is_file():
        raise FileNotFoundError(path)
    with contextlib.closing(sqlite3.connect(path)) as file:
        found = file.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
        shape = None if found is None else str(found[0])
        kinds = {
            str(name): str(kind).upper()
            for _, name, kind, _, _, is_key in file.execute(f"PRAGMA table_info({_quoted(layer)})")
            if not is_key
        }
        if not kinds:
            raise LookupError(f"{path}: {layer}")
        names = [name for name in kinds if name != shape and (columns is None or name in columns)]
        wanted = names if shape is None else [shape, *names]
        rows = file.execute(
            f"SELECT {', '.join(map(_quoted, wanted))} FROM {_quoted(layer)} ORDER BY rowid"
        ).fetchall()
    values = dict(zip(wanted, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(wanted, ())
    shapes = () if shape is None else values.pop(shape)
    geometry: ObjectArray = shapely.from_wkb(np.array([_wkb(blob) for blob in shapes], dtype=object))
    return VectorLayer(geometry, {name: _column(values[name], kinds[name]) for name in names})


def _quoted(name: str) -> str:
    """A name inside SQL."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_NUMBERS = ("INT", "MEDIUMINT", "INTEGER", "REAL", "FLOAT", "DOUBLE")


def _wkb(blob: bytes | None) -> bytes | None:
    """The WKB in a GeoPackage geometry: after a header of 8 bytes and the box its flags announce."""
    return None if blob is None else blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 7] :]


def _column(values: Sequence[Any], kind: str) -> NDArray[Any]:
    if kind not in _NUMBERS:
        return np.array(values, dtype=object)
    whole = kind not in ("REAL", "FLOAT", "DOUBLE") and None not in values
    return np.array(values, dtype=np.int64 if whole else np.float64)


def write_layer(
    path: Path,
    layer: str,
    geometry: Sequence[Any] | ObjectArray | None,
    geometry_type: str | None,
    columns: Mapping[str, Sequence[Any] | NDArray[Any]],
) -> None:
    """Append `layer` to the GeoPackage at `path` (made if absent); WGS84.

    Parameters
    ----------
    geometry, geometry_type
        Shapely geometries and their common type ("MultiPolygon"); both None for a plain table.
    columns
        Values by column name: text (None for missing), integers or floats.
    """
    import pyogrio.raw
    import shapely

    names = list(columns)
    values = [_as_field(columns[name]) for name in names]
    pyogrio.raw.write(
        path,
        layer=layer,
        driver="GPKG",
        geometry=None if geometry is None else shapely.to_wkb(np.asarray(geometry, dtype=object)),
        field_data=[data for data, _ in values],
        fields=np.array(names, dtype=object),
        field_mask=[mask for _, mask in values],
        geometry_type=geometry_type,
        crs="EPSG:4326",
        append=path.exists(),
        layer_options={"SPATIAL_INDEX": "NO"} if geometry is not None else {},
        dataset_options=None if path.exists() else {"VERSION": "1.3"},
    )


def _as_field(values: Sequence[Any] | NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    array = np.asarray(values)
    if array.dtype.kind in "OU":
        array = np.asarray([None if value is None else str(value) for value in array], dtype=object)
    return array, None
