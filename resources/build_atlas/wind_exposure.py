"""How open or sheltered the ground is: indices of the 5' terrain that the wind layers build on.

Plain numpy on a regular longitude-latitude raster, so a rebuild gives the same values anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

KM_PER_DEG = 111.2
DIRECTIONS = 16
WALL_KM = (15.0, 25.0, 35.0, 50.0, 65.0, 80.0)
"""Distances at which the side walls of a valley or corridor are looked for."""
BARRIER_KM = (25.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0)
"""Distances at which the rim of a large basin is looked for."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A raster with its own coordinates; row 0 is the northernmost."""

    values: Array
    lon_deg: Array
    lat_deg: Array

    @property
    def step_deg(self) -> float:
        return float(self.lon_deg[1] - self.lon_deg[0])


def _box_rows(values: Array, half_width: int) -> Array:
    """Running mean along axis 0, the ends repeated."""
    padded = np.concatenate(
        [np.repeat(values[:1], half_width + 1, axis=0), values, np.repeat(values[-1:], half_width, axis=0)]
    )
    total = np.cumsum(padded, axis=0)
    width = 2 * half_width + 1
    return np.asarray((total[width:] - total[:-width]) / width, dtype=np.float64)


def _box_cols(values: Array, half_width: NDArray[np.intp]) -> Array:
    """Running mean along axis 1 with its own width on each row, the ends repeated."""
    reach = int(half_width.max())
    padded = np.pad(values, ((0, 0), (reach + 1, reach)), mode="edge")
    total = np.cumsum(padded, axis=1)
    col = np.arange(values.shape[1])[None, :] + reach + 1
    high = np.take_along_axis(total, col + half_width[:, None], axis=1)
    low = np.take_along_axis(total, col - half_width[:, None] - 1, axis=1)
    return np.asarray((high - low) / (2 * half_width + 1)[:, None], dtype=np.float64)


def smooth(raster: Raster, values: Array, radius_km: float) -> Array:
    """Mean of `values` around each cell: two passes of a box of half-width `radius_km` / 1.5.

    Two boxes make a triangular weight whose mean square radius is near that of a disc of the radius given.
    """
    km_per_cell = KM_PER_DEG * raster.step_deg
    half_rows = max(1, round(radius_km / 1.5 / km_per_cell))
    half_cols = np.maximum(
        1, np.rint(radius_km / 1.5 / (km_per_cell * np.cos(np.deg2rad(raster.lat_deg))))
    ).astype(np.intp)
    result = values
    for _ in range(2):
        result = _box_cols(_box_rows(result, half_rows), half_cols)
    return result


def shifted(raster: Raster, values: Array, distance_km: float, bearing_deg: float) -> Array:
    """Value met at a distance and bearing from each cell; beyond the raster its edge is repeated."""
    rows, cols = values.shape
    km_per_cell = KM_PER_DEG * raster.step_deg
    north_cells = distance_km * np.cos(np.deg2rad(bearing_deg)) / km_per_cell
    east_cells = (
        distance_km * np.sin(np.deg2rad(bearing_deg)) / (km_per_cell * np.cos(np.deg2rad(raster.lat_deg)))
    )
    row = np.clip(np.arange(rows) - round(north_cells), 0, rows - 1)
    col = np.clip(np.arange(cols)[None, :] + np.rint(east_cells).astype(np.intp)[:, None], 0, cols - 1)
    return np.asarray(values[row[:, None], col], dtype=np.float64)


def highest_along(raster: Raster, values: Array, distances_km: tuple[float, ...]) -> Array:
    """(direction, row, col) highest rise above each cell along `DIRECTIONS` bearings. [unit of values]"""
    return np.stack(
        [
            np.max(
                [
                    shifted(raster, values, distance, 360.0 * k / DIRECTIONS) - values
                    for distance in distances_km
                ],
                axis=0,
            )
            for k in range(DIRECTIONS)
        ]
    )


def corridor_index(walls_m: Array) -> Array:
    """0 on open ground, towards 1 in a gap with high walls on two opposite sides and a free run across them.

    Parameters
    ----------
    walls_m : (direction, row, col)
        Rise of the ground along each bearing.

    Notes
    -----
    For each axis the lower of the two side walls counts, w / (w + 600 m), times the openness of the axis at
    right angles to it, exp(-h / 250 m) of its higher end. A closed basin has walls but no free axis: 0.
    """
    half, quarter = DIRECTIONS // 2, DIRECTIONS // 4
    wall = np.clip(walls_m, 0.0, None)
    best = np.zeros(walls_m.shape[1:])
    for k in range(half):
        side = np.minimum(wall[k], wall[k + half])
        ends = np.maximum(wall[(k + quarter) % DIRECTIONS], wall[(k + quarter + half) % DIRECTIONS])
        best = np.maximum(best, side / (side + 600.0) * np.exp(-ends / 250.0))
    return best


def basin_shelter(barriers_m: Array) -> Array:
    """0 on open ground, towards 1 where high ground stands on all sides: mean of 1 - exp(-rise / 800 m)."""
    return np.asarray(np.mean(1.0 - np.exp(-np.clip(barriers_m, 0.0, None) / 800.0), axis=0))
