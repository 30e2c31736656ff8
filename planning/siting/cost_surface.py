"""What a kilometre of line costs where: slope, height, sand; no line over lakes, sea or the border.

The surface covers an area and the points its lines may end at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import from_albers, geometry_to_albers, to_albers
from gis_layers.raster import sample
from planning.siting.eligibility import Eligibility
from planning.siting.line_costs import ConnectionCosts
from planning.siting.targets import Target
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]

MOST_CELLS: Final = 300_000
"""Of a surface: about a second and 300 MiB."""
MARGIN_SHARE: Final = 0.15
"""Room around area and ends, of the larger side, for ways that go round something."""
MARGIN_M: Final = 20_000.0


@dataclass(frozen=True, slots=True)
class CostSurface:
    """Cost of a metre of line over one on flat ground, on a grid in the project's Albers."""

    west_m: float
    north_m: float
    cell_m: float
    factor: Array
    """(row, col); inf where no line may stand."""
    forbidden_share: float
    """Of the cells. [-]"""

    def cell_of(self, x_m: Array, y_m: Array) -> NDArray[np.int64]:
        """(point,) flat index of the cell each point lies in, the nearest at the edge."""
        rows, cols = self.factor.shape
        row = np.clip(((self.north_m - y_m) / self.cell_m).astype(np.int64), 0, rows - 1)
        col = np.clip(((x_m - self.west_m) / self.cell_m).astype(np.int64), 0, cols - 1)
        return np.asarray(row * cols + col)

    def centres(self, cells: NDArray[np.int64]) -> tuple[Array, Array]:
        """(x, y) of cells by flat index. [m]"""
        row, col = np.divmod(cells, self.factor.shape[1])
        return self.west_m + (col + 0.5) * self.cell_m, self.north_m - (row + 0.5) * self.cell_m


def surface_for(
    land: Eligibility, targets: Sequence[Target], costs: ConnectionCosts, data: ResourceData = EMBEDDED
) -> CostSurface:
    """The surface of an area and the points its lines may end at.

    Notes
    -----
    Elevation is the run's, on 5' cells, and its gradient is the slope, so that hills narrower than some 20 km look
    flatter than they are; inside the area the finer slope of `land` is taken where it is steeper. Cells whose centre
    is in a lake of 100 km2 or more, at sea or abroad are forbidden; the cells of the ends never are.
    """
    ends_x, ends_y = to_albers([t.lon_deg for t in targets], [t.lat_deg for t in targets])
    x, y = np.concatenate([land.x_m[[0, -1]], ends_x]), np.concatenate([land.y_m[[0, -1]], ends_y])
    margin = max(MARGIN_M, MARGIN_SHARE * max(np.ptp(x), np.ptp(y)))
    width, height = float(np.ptp(x)) + 2 * margin, float(np.ptp(y)) + 2 * margin
    cell_m = max(land.cell_m, float(np.sqrt(width * height / MOST_CELLS)))
    rows, cols = int(np.ceil(height / cell_m)), int(np.ceil(width / cell_m))
    west, north = float(x.min()) - margin, float(y.max()) + margin
    centre_x, centre_y = np.meshgrid(
        west + (np.arange(cols) + 0.5) * cell_m, north - (np.arange(rows) + 0.5) * cell_m
    )
    lon, lat = from_albers(centre_x, centre_y)
    elevation = sample(data.read("elevation"), lon, lat)[0]
    desert = sample(data.read("desert_class"), lon, lat, "nearest")[0] > 0
    slope = _slope_percent(np.nan_to_num(elevation), cell_m)
    slope = np.maximum(slope, _own_slope(land, centre_x, centre_y))
    factor = _stepped(slope, costs.slope_factors) * _stepped(np.nan_to_num(elevation), costs.height_factors)
    factor = factor * np.where(desert, costs.desert_factor, 1.0)
    barred = ~_on_land(centre_x, centre_y) | (np.nan_to_num(elevation) > costs.forbidden_above_m)
    surface = CostSurface(west, north, cell_m, factor, float(barred.mean()))
    flat = barred.ravel()
    flat[surface.cell_of(ends_x, ends_y)] = False
    factor[barred] = np.inf
    factor.flags.writeable = False
    return surface


def _stepped(values: Array, steps: tuple[tuple[float, float], ...]) -> Array:
    begins, factors = np.array(steps).T
    return np.asarray(factors[np.clip(np.searchsorted(begins, values, side="right") - 1, 0, None)])


def _slope_percent(elevation_m: Array, cell_m: float) -> Array:
    if min(elevation_m.shape) < 2:
        return np.zeros_like(elevation_m)
    down, right = np.gradient(elevation_m, cell_m)
    return np.asarray(np.hypot(down, right) * 100.0)


def _own_slope(land: Eligibility, x_m: Array, y_m: Array) -> Array:
    """The area's own slope at points; 0 outside and where there is none."""
    if land.slope_percent is None:
        return np.zeros_like(x_m)
    row = np.floor((land.north_m - y_m) / land.cell_m).astype(np.int64)
    col = np.floor((x_m - land.west_m) / land.cell_m).astype(np.int64)
    rows, cols = land.shape
    inside = (row >= 0) & (row < rows) & (col >= 0) & (col < cols)
    held = land.slope_percent[np.where(inside, row, 0), np.where(inside, col, 0)]
    return np.asarray(np.where(inside & np.isfinite(held), held, 0.0))


def _on_land(x_m: Array, y_m: Array) -> NDArray[np.bool_]:
    """Where China's land is and no large lake."""
    import shapely

    from gis_layers.boundary import china, table

    frame = shapely.box(float(x_m.min()), float(y_m.min()), float(x_m.max()), float(y_m.max()))
    country = _near(shapely.get_parts(china(1)), frame)
    lakes = _near(table("lake").geometry, frame)
    inside = _covered(country, x_m, y_m)
    return np.asarray(inside & ~_covered(lakes, x_m, y_m))


def _near(shapes: NDArray[np.object_], frame: object) -> list[object]:
    """Shapes on the Albers map that meet the frame."""
    import shapely

    projected = geometry_to_albers(np.asarray(shapes, dtype=object))
    return [shape for shape in projected if shapely.intersects(shape, frame)]


def _covered(shapes: list[object], x_m: Array, y_m: Array) -> NDArray[np.bool_]:
    import shapely

    inside = np.zeros(x_m.shape, dtype=bool)
    for shape in shapes:
        shapely.prepare(shape)
        inside |= shapely.contains_xy(shape, x_m, y_m)
    return inside
