"""Reading and writing the layers of a GeoPackage without pandas, for everybody who handles shapes.

Geometries are shapely objects in WGS84 longitude/latitude; the heavy libraries load on first use.
"""

from __future__ import annotations

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
    """Read `layer` of the GeoPackage at `path`; `columns` limits the attributes."""
    import pyogrio.raw
    import shapely

    meta, _, wkb, fields = pyogrio.raw.read(
        path, layer=layer, columns=None if columns is None else list(columns)
    )
    geometry = np.empty(0, dtype=object) if wkb is None else shapely.from_wkb(wkb)
    return VectorLayer(geometry, dict(zip(meta["fields"], fields, strict=True)))


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
