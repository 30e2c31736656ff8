"""Measuring on the WGS84 ellipsoid: legs and azimuths of a line, points along it, circles.

Areas and lengths of whole geometries are in `gis_layers.crs`. All edges are geodesics (Karney 2013).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import area_km2

if TYPE_CHECKING:
    import pyproj

Array = NDArray[np.float64]
Place = tuple[float, float]
"""Longitude and latitude in degrees."""

CIRCLE_POINTS = 96
"""A polygon of 96 points holds 99.93 % of its circle's area."""


@dataclass(frozen=True, slots=True)
class Legs:
    """The legs of a line of n places."""

    length_km: Array
    """(n-1,)"""
    azimuth_deg: Array
    """(n-1,) direction at the beginning of each leg, clockwise from north, 0..360."""

    @property
    def total_km(self) -> float:
        return float(self.length_km.sum())


@dataclass(frozen=True, slots=True)
class Track:
    """Points along a line, its vertices among them."""

    lon_deg: Array
    lat_deg: Array
    distance_km: Array
    """From the beginning, along the line."""


def legs(places: Sequence[Place]) -> Legs:
    """Length and first azimuth of every leg; a line of fewer than two places has none."""
    if len(places) < 2:
        return Legs(np.empty(0), np.empty(0))
    lon, lat = np.array(places, dtype=np.float64).T
    azimuth, _, metres = _geod().inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return Legs(np.asarray(metres) / 1000.0, np.asarray(azimuth) % 360.0)


def destination(start: Place, azimuth_deg: float, length_km: float) -> Place:
    """The place reached from `start` after `length_km` along the geodesic that sets out at `azimuth_deg`."""
    lon, lat, _ = _geod().fwd(start[0], start[1], azimuth_deg, length_km * 1000.0)
    return float(lon), float(lat)


def ring_area_km2(places: Sequence[Place]) -> float:
    """Area inside the closed ring of these places; 0 below three places."""
    import shapely

    return area_km2(shapely.Polygon(places)) if len(places) > 2 else 0.0


def ring_length_km(places: Sequence[Place]) -> float:
    """Length of the closed ring of these places; a leg there and back for two."""
    return legs([*places, places[0]]).total_km if len(places) > 1 else 0.0


def circle(centre: Place, radius_km: float, points: int = CIRCLE_POINTS) -> Any:
    """Shapely polygon (degrees, anticlockwise) of places `radius_km` from `centre`.

    Raises
    ------
    ValueError
        The radius is not positive.
    """
    import shapely

    if not radius_km > 0:
        raise ValueError(f"radius_km {radius_km:g} must be positive")
    azimuth = -np.arange(points) * (360.0 / points)
    lon, lat, _ = _geod().fwd(
        np.full(points, centre[0]), np.full(points, centre[1]), azimuth, np.full(points, radius_km * 1000.0)
    )
    return shapely.Polygon(np.column_stack([lon, lat]))


def along(places: Sequence[Place], step_km: float) -> Track:
    """Points at most `step_km` apart along the geodesics between the places, every place kept.

    Raises
    ------
    ValueError
        Fewer than two places, or a step that is not positive.
    """
    if len(places) < 2 or not step_km > 0:
        raise ValueError(
            f"{len(places)} places, step_km {step_km:g}: two places and a positive step are needed"
        )
    run = legs(places)
    lon, lat, distance = [[places[0][0]]], [[places[0][1]]], [[0.0]]
    begin = 0.0
    for start, end, length, azimuth in zip(places, places[1:], run.length_km, run.azimuth_deg, strict=False):
        pieces = max(1, int(np.ceil(length / step_km)))
        far = np.arange(1, pieces) * (length / pieces)
        inner_lon, inner_lat, _ = _geod().fwd(
            np.full(pieces - 1, start[0]),
            np.full(pieces - 1, start[1]),
            np.full(pieces - 1, azimuth),
            far * 1000.0,
        )
        lon.append([*inner_lon, end[0]])
        lat.append([*inner_lat, end[1]])
        distance.append([*(begin + far), begin + length])
        begin += float(length)
    return Track(np.concatenate(lon), np.concatenate(lat), np.concatenate(distance))


@functools.cache
def _geod() -> pyproj.Geod:
    import pyproj

    return pyproj.Geod(ellps="WGS84")
