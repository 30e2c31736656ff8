"""A layer as the builder makes it, before it is written as a GeoTIFF."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import Grid
from gis_layers.provenance import Grade


@dataclass(frozen=True, slots=True)
class BuiltLayer:
    """Values on one of the two atlas grids with everything a reader must be told."""

    id: str
    """File name without ending, e.g. `ghi_monthly`."""
    title_en: str
    title_zh: str
    unit: str
    source: str
    """Origin and method in a line or two."""
    licence: str
    period: str
    grade: Grade
    grid: Grid
    values: NDArray[np.float64]
    """(band, row, col), row 0 north; NaN where there is no value."""
    resolution: float
    """Smallest step worth keeping; values are stored as multiples of it."""
