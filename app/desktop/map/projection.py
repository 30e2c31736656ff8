"""The projections a planner can look through; plain functions on arrays, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ProjectionId = Literal["albers", "mercator", "plate_carree"]

DEFINITIONS: dict[ProjectionId, str] = {
    "albers": "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84 +units=m",
    "mercator": "EPSG:3857",
    "plate_carree": "+proj=eqc +lat_ts=35 +lon_0=105 +datum=WGS84 +units=m",
}

_EQUATOR_M = 6_378_137.0
_ECCENTRICITY2 = 0.006_694_379_990_14
"""WGS84."""


@dataclass(frozen=True)
class Projection:
    """From degrees to metres on the map plane and back, on arrays of any one shape."""

    id: ProjectionId

    def forward(self, lon_deg: Array, lat_deg: Array) -> tuple[Array, Array]:
        x, y = _transformers(self.id)[0].transform(lon_deg, lat_deg)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def inverse(self, x_m: Array, y_m: Array) -> tuple[Array, Array]:
        lon, lat = _transformers(self.id)[1].transform(x_m, y_m)
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    def scale_at(self, lon_deg: float, lat_deg: float) -> float:
        """Metres of the map plane per metre of ground at a place, the mean over directions (root of the
        areal scale, by differences on the WGS84 ellipsoid)."""
        step = 1e-3
        x, y = self.forward(
            lon_deg + np.array([-step, step, 0.0, 0.0]), lat_deg + np.array([0.0, 0.0, -step, step])
        )
        plane_m2 = abs((x[1] - x[0]) * (y[3] - y[2]) - (x[3] - x[2]) * (y[1] - y[0]))
        sine = np.sin(np.radians(lat_deg))
        bend = 1.0 - _ECCENTRICITY2 * sine**2
        north_m = _EQUATOR_M * (1.0 - _ECCENTRICITY2) / bend**1.5
        east_m = _EQUATOR_M / np.sqrt(bend) * np.cos(np.radians(lat_deg))
        return float(np.sqrt(plane_m2 / (north_m * east_m)) / np.radians(2 * step))

    def north_at(self, lon_deg: float, lat_deg: float) -> float:
        """Direction of true north at a place on the map. [degrees clockwise from up]"""
        x, y = self.forward(np.full(2, lon_deg), lat_deg + np.array([-1e-3, 1e-3]))
        return float(np.degrees(np.arctan2(x[1] - x[0], y[1] - y[0])))

    def bounds(
        self, west: float, south: float, east: float, north: float
    ) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in metres of a box in degrees, its edges followed."""
        steps = np.linspace(0.0, 1.0, 33)
        lon = np.concatenate(
            [west + (east - west) * steps, np.full(33, east), west + (east - west) * steps, np.full(33, west)]
        )
        lat = np.concatenate(
            [
                np.full(33, south),
                south + (north - south) * steps,
                np.full(33, north),
                south + (north - south) * steps,
            ]
        )
        x, y = self.forward(lon, lat)
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())


@lru_cache(maxsize=8)
def _transformers(name: ProjectionId) -> tuple[Any, Any]:
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:4326", DEFINITIONS[name], always_xy=True)
    back = Transformer.from_crs(DEFINITIONS[name], "EPSG:4326", always_xy=True)
    return there, back
