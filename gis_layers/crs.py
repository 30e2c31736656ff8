"""Coordinate systems: the Albers map of China, and areas and distances on the WGS84 ellipsoid."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pyproj

Array = NDArray[np.float64]

WGS84 = "EPSG:4326"
ALBERS_CHINA = (
    "+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
)
"""Albers equal-area conic, central meridian 105E, standard parallels 25N and 47N: the map of China."""

SEMI_MAJOR_AXIS_M = 6_378_137.0
ECCENTRICITY = 0.081819190842621
"""First eccentricity of WGS84. [-]"""


def to_albers(lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """Degrees (any shape) to metres on the Albers map of China: x east of 105E, y north of the equator."""
    x, y = _albers().transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def from_albers(x_m: ArrayLike, y_m: ArrayLike) -> tuple[Array, Array]:
    """Metres on the Albers map (any shape) back to (lon, lat) in degrees."""
    lon, lat = _albers().transform(
        np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float), direction="INVERSE"
    )
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def geometry_to_albers(geometry: Any) -> Any:
    """Shapely geometry (or array of them) in degrees to the Albers map, in metres."""
    import shapely

    return shapely.transform(geometry, lambda xy: np.column_stack(to_albers(xy[:, 0], xy[:, 1])))


def area_km2(geometry: Any) -> float:
    """Area of a shapely geometry given in degrees, on the WGS84 ellipsoid, edges as geodesics.

    Karney, C. F. F. (2013), Algorithms for geodesics, J. Geodesy 87, 43-55.
    """
    import shapely

    # pyproj signs the area by orientation: make shells anticlockwise and holes clockwise first.
    oriented = shapely.orient_polygons(geometry)
    return float(_geod().geometry_area_perimeter(oriented)[0]) / 1e6


def distance_km(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> Array:
    """Geodesic distance between points given in degrees (broadcast), on the WGS84 ellipsoid."""
    a_lon, a_lat, b_lon, b_lat = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (lon_a, lat_a, lon_b, lat_b))
    )
    metres = _geod().inv(a_lon.ravel(), a_lat.ravel(), b_lon.ravel(), b_lat.ravel())[2]
    return np.asarray(metres, dtype=np.float64).reshape(a_lon.shape) / 1000.0


def length_km(geometry: Any) -> float:
    """Length of a shapely line given in degrees, along geodesics between its vertices."""
    return float(_geod().geometry_length(geometry)) / 1000.0


def equal_area_y(lat_deg: ArrayLike) -> Array:
    """q/2 of the WGS84 ellipsoid at a latitude: area between parallels is a^2 * dlon * d(q/2). [-]

    Snyder, J. P. (1987), Map Projections: A Working Manual, USGS PP 1395, eq. 3-12, halved.
    """
    e = ECCENTRICITY
    s = np.sin(np.radians(np.asarray(lat_deg, dtype=float)))
    return np.asarray((1 - e * e) / 2 * (s / (1 - (e * s) ** 2) + np.arctanh(e * s) / e), dtype=np.float64)


def cell_area_km2(lon_step_deg: float, south_deg: ArrayLike, north_deg: ArrayLike) -> Array:
    """Area of cells between two meridians `lon_step_deg` apart and two parallels, on the ellipsoid."""
    dy = equal_area_y(north_deg) - equal_area_y(south_deg)
    return np.asarray((SEMI_MAJOR_AXIS_M / 1000.0) ** 2 * np.radians(lon_step_deg) * dy, dtype=np.float64)


@functools.cache
def _albers() -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(WGS84, ALBERS_CHINA, always_xy=True)


@functools.cache
def _geod() -> pyproj.Geod:
    import pyproj

    return pyproj.Geod(ellps="WGS84")
