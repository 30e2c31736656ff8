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
