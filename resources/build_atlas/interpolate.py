"""Spreads what stations know over the grid, and forgets it with distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, Grid

Array = NDArray[np.float64]

EARTH_KM = 6371.0


def distances_km(lon_a: Array, lat_a: Array, lon_b: Array, lat_b: Array) -> Array:
    """(a, b) great-circle distances."""
    la, lb = np.radians(lat_a)[:, None], np.radians(lat_b)[None, :]
    turn = np.radians(lon_a)[:, None] - np.radians(lon_b)[None, :]
    cosine = np.sin(la) * np.sin(lb) + np.cos(la) * np.cos(lb) * np.cos(turn)
    return np.asarray(EARTH_KM * np.arccos(np.clip(cosine, -1.0, 1.0)))


def spread_residuals(
    lon_deg: Array,
    lat_deg: Array,
    residual: Array,
    reach_km: float,
    grid: Grid = CLIMATE,
    nugget: float = 0.5,
) -> Array:
    """(row, col) simple kriging of residuals of mean 0: exponential covariance, 0 far from all stations.

    Parameters
    ----------
    reach_km
        Distance at which the correlation is 1/e.
    nugget
        Variance of what is only the station's own, over the variance of the field.
    """
    covariance = np.exp(-distances_km(lon_deg, lat_deg, lon_deg, lat_deg) / reach_km)
    weights = np.linalg.solve(covariance + nugget * np.eye(len(residual)), residual)
    out = np.empty(grid.shape)
    for row, lat in enumerate(grid.lat_deg):
        near = np.exp(-distances_km(grid.lon_deg, np.full(grid.cols, lat), lon_deg, lat_deg) / reach_km)
        out[row] = near @ weights
    return out
