"""China's shifted coordinates (GCJ-02, BD-09) to and from WGS84, and which datum a coordinate system is on.

The authority has not published GCJ-02. The polynomials here are the public reconstruction (known since 2010,
on the Krasovsky 1940 ellipsoid) that mapping software shares; it reproduces published pairs of coordinates
to the last printed digit, and map services to a few metres. BD-09 is a further rotation on top of GCJ-02.
The inverse is found by fixed-point iteration on the forward formula until it moves by less than 1e-11 degrees
(about 1 micrometre), so its error is that of the forward formula, not of the inversion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pyproj

Array = NDArray[np.float64]
Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")

_AXIS_M = 6_378_245.0
_E2 = 0.00669342162296594323
_BD_RATE = np.pi * 3000.0 / 180.0
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS = 30
_CLOSE_DEG = 1e-11


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """Degrees (any one shape) to GCJ-02; outside the rectangle around China nothing is shifted."""
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    inside = (x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH)
    dx, dy = _shift_m(x - 105.0, y - 35.0)
    sin_lat = np.sin(np.radians(y))
    w2 = 1.0 - _E2 * sin_lat * sin_lat
    metres_per_radian_north = _AXIS_M * (1.0 - _E2) / (w2 * np.sqrt(w2))
    metres_per_radian_east = _AXIS_M / np.sqrt(w2) * np.cos(np.radians(y))
    east = np.where(inside, np.degrees(dx / metres_per_radian_east), 0.0)
    north = np.where(inside, np.degrees(dy / metres_per_radian_north), 0.0)
    return x + east, y + north


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """GCJ-02 degrees (any one shape) back to WGS84."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """Degrees (any one shape) to BD-09."""
    x, y = wgs84_to_gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_RATE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_RATE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """BD-09 degrees (any one shape) back to WGS84."""
    return _inverse(wgs84_to_bd09, lon, lat)


def to_wgs84(datum: Datum, lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
    """Degrees on one of the three datums to WGS84."""
    if datum == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    if datum == "bd09":
        return bd09_to_wgs84(lon, lat)
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return x, y


def national_datum(crs: pyproj.CRS) -> Literal["cgcs2000", "beijing54", "xian80"] | None:
    """Which of China's national datums a coordinate system is on.

    CGCS2000 is WGS84 to within a metre; Beijing 1954 and Xi'an 1980 are tens to more than a hundred metres
    off, and their true parameters differ from place to place.
    """
    geodetic = crs.geodetic_crs
    name = f"{geodetic.name if geodetic else ''} {crs.datum.name if crs.datum else ''}"
    name = "".join(letter for letter in name.lower() if letter.isalnum())
    if "cgcs2000" in name or "chinageodeticcoordinatesystem2000" in name or "china2000" in name:
        return "cgcs2000"
    if "beijing1954" in name or "beijing54" in name:
        return "beijing54"
    if "xian1980" in name or "xian80" in name:
        return "xian80"
    return None


def _inverse(
    forward: Callable[[ArrayLike, ArrayLike], tuple[Array, Array]], lon: ArrayLike, lat: ArrayLike
) -> tuple[Array, Array]:
    goal_x, goal_y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    x, y = goal_x.copy(), goal_y.copy()
    for _ in range(_ROUNDS):
        there_x, there_y = forward(x, y)
        step_x, step_y = goal_x - there_x, goal_y - there_y
        x, y = x + step_x, y + step_y
        if max(np.max(np.abs(step_x), initial=0.0), np.max(np.abs(step_y), initial=0.0)) < _CLOSE_DEG:
            break
    return x, y


def _shift_m(x: Array, y: Array) -> tuple[Array, Array]:
    """Metres east and north of the shift; x and y are degrees from 105E 35N."""
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    return east, north
