"""The two grids of the embedded atlas: one window of the Earth, two cell sizes, nested three to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEST_DEG, EAST_DEG, SOUTH_DEG, NORTH_DEG = 73.0, 136.0, 15.0, 55.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A regular grid in WGS84; row 0 is the northernmost, as in a GeoTIFF."""

    rows: int
    cols: int

    @property
    def step_deg(self) -> float:
        return (EAST_DEG - WEST_DEG) / self.cols

    @property
    def lon_deg(self) -> NDArray[np.float64]:
        """(cols,) longitudes of the cell centres."""
        return np.asarray(WEST_DEG + (np.arange(self.cols) + 0.5) * self.step_deg, dtype=np.float64)

    @property
    def lat_deg(self) -> NDArray[np.float64]:
        """(rows,) latitudes of the cell centres, north to south."""
        return np.asarray(NORTH_DEG - (np.arange(self.rows) + 0.5) * self.step_deg, dtype=np.float64)

    @property
    def shape(self) -> tuple[int, int]:
        return (self.rows, self.cols)


CLIMATE = Grid(rows=160, cols=252)
"""0.25 degrees: monthly climate."""
TERRAIN = Grid(rows=480, cols=756)
"""1/12 degree: elevation, wind, rivers."""
