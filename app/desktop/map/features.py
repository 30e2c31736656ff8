"""Features of a user's vector file, and what its attributes say of power stations; no Qt."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem


@dataclass(frozen=True, slots=True)
class Features:
    """Geometries and as many values in every column."""

    geometry: NDArray[np.object_]
    """(feature,) shapely geometries in WGS84 degrees; none missing, none empty."""
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.geometry)

    @property
    def box_deg(self) -> tuple[float, float, float, float] | None:
        import shapely

        if not len(self):
            return None
        west, south, east, north = shapely.total_bounds(self.geometry)
        return float(west), float(south), float(east), float(north)

    def attributes(self, index: int) -> dict[str, object]:
        """The values of one feature; None where missing."""
        return {name: _plain(values[index]) for name, values in self.columns.items()}


def _plain(value: Any) -> object:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and math.isnan(value) else value


def read_features(
    path: Path, layer: str | None = None, encoding: str | None = None, crs: str | None = None
) -> Features:
    """Read a GeoPackage, shapefile, GeoJSON or whatever else GDAL's vector side knows.

    Parameters
    ----------
    layer
        None for the first one.
    encoding
        Of the attribute table where the file states it wrongly or not at all ("GB18030").
    crs
        For a file that does not say.

    Raises
    ------
    InputError
        Not readable, no such layer, no coordinate system, a table in another encoding, coordinates
        beyond the Earth, or no feature with a shape.
    """
    import pyogrio.raw
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    def refuse(field: str, found: str, expected: str) -> InputError:
        return InputError(Problem(str(path), field, found, expected))

    try:
        meta, _, wkb, values = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
    except (UnicodeDecodeError, LookupError) as error:
        found = encoding or "text that is not as stated"
        raise refuse("encoding", found, "the encoding of the table (GB18030, UTF-8)") from error
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, ValueError) as error:
        found = str(error) if Path(path).exists() else "no such file"
        raise refuse("file", found, "a GeoPackage, shapefile or GeoJSON that GDAL reads") from error
    if wkb is None:
        raise refuse("geometry", "a table without shapes", "points, lines or areas")
    system = crs or meta["crs"]
    if system is None:
        raise refuse("crs", "none", "a coordinate system in the file, or one you state (EPSG:4326)")
    geometry = shapely.from_wkb(wkb)
    kept = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    if not kept.any():
        raise refuse("geometry", "no feature with a shape", "points, lines or areas")
    geometry = _to_degrees(geometry[kept], system)
    west, south, east, north = shapely.total_bounds(geometry)
    if not (-360 <= west <= east <= 360 and -90 <= south <= north <= 90):
        raise refuse("crs", f"{system}, which puts it at {west:g} {south:g}", "the system the data are in")
    columns = {str(n): np.asarray(v)[kept] for n, v in zip(meta["fields"], values, strict=True)}
    return Features(geometry, columns)


def _to_degrees(geometry: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    import pyproj
    import shapely

    if pyproj.CRS.from_user_input(crs).to_epsg() == 4326:
        return geometry
    there = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return np.asarray(
        shapely.transform(geometry, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    )


# -- power stations --------------------------------------------------------------------------------

_HEADS: dict[str, tuple[str, ...]] = {
    "lon": ("lon", "longitude", "lng", "经度", "x"),
    "lat": ("lat", "latitude", "纬度", "y"),
    "mw": ("mw", "capacity", "capacity_mw", "installed_mw", "容量", "装机", "装机容量", "总装机", "额定容量"),
    "technology": (
        "technology",
        "tech",
        "type",
        "fuel",
        "primary_fuel",
        "类型",
        "电源类型",
        "能源类型",
        "技术",
    ),
    "name": ("name", "plant", "station", "名称", "电站", "电站名称", "电厂", "电厂名称"),
}
_TO_MW: tuple[tuple[str, float], ...] = (
    ("万千瓦", 10.0),
    ("兆瓦", 1.0),
    ("千瓦", 1e-3),
    ("gw", 1e3),
    ("mw", 1.0),
    ("kw", 1e-3),
)
_TECHNOLOGIES: tuple[tuple[str, str], ...] = (
    ("pumped", "抽水|抽蓄|pump"),
    ("battery", "储能|电池|batter|storage"),
    ("wind", "风|wind"),
    ("pv", "光伏|太阳|solar|pv"),
    ("hydro", "水|hydro"),
    ("nuclear", "核|nuclear"),
    ("gas", "气|gas"),
    ("coal", "煤|火电|coal|thermal"),
)


def technology_of(words: str) -> str | None:
    """Our name of a technology from what a table calls it (海上风电, Solar PV); None where unknown."""
    return next((key for key, pattern in _TECHNOLOGIES if re.search(pattern, words.lower())), None)


def column_of(heads: list[str]) -> dict[str, tuple[int, float]]:
    """Which column holds what: index, and for the capacity the factor that makes MW of it."""
    found: dict[str, tuple[int, float]] = {}
    for index, head in enumerate(heads):
        plain = head.strip().lower().lstrip("\ufeff")
        unit = re.search(r"[(（\[](.+?)[)）\]]\s*$", plain)
        stem = (plain[: unit.start()] if unit else plain).strip()
        for key, names in _HEADS.items():
            bare = re.sub(r"_(mw|kw|gw)$", "", stem) if key == "mw" else stem
            if key not in found and (stem in names or bare in names):
                factor = next((f for word, f in _TO_MW if word in (unit.group(1) if unit else stem)), 1.0)
                found[key] = (index, factor if key == "mw" else 1.0)
    return found


def as_stations(features: Features) -> Features:
    """The same features with `capacity_mw`, `technology` and `name` where their attributes tell them.

    For tables that came through the import; one without a capacity stays as it is.
    """
    heads = list(features.columns)
    where = column_of(heads)
    if "mw" not in where:
        return features
    columns = dict(features.columns)
    index, factor = where["mw"]
    power = np.full(len(features), np.nan)
    for row, shown in enumerate(features.columns[heads[index]]):
        with contextlib.suppress(ValueError, TypeError):
            power[row] = float(str(shown).replace(",", "")) * factor
    columns["capacity_mw"] = power
    if "technology" in where:
        words = features.columns[heads[where["technology"][0]]]
        columns["technology"] = np.array([technology_of(str(w)) or "" for w in words], dtype=object)
    if "name" in where:
        columns["name"] = features.columns[heads[where["name"][0]]]
    return Features(features.geometry, columns)
