"""What a kilometre of a long line costs where: relief, height, sand, ice, water; and where no line may stand.

The country in cells of 3 to 6 km, only as far around the two ends as a way between them can be worth it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import china, table
from gis_layers.crs import from_albers, geometry_to_albers
from gis_layers.raster import Raster, sample
from planning.route.figures import RouteCosts
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

CELL_M: Final = (3_000.0, 6_000.0)
"""Smallest and largest side; a cell of the elevation behind them is some 7 by 9 km."""
CELLS_BETWEEN_ENDS: Final = 150
MOST_DETOUR: Final = 1.5
"""Ground from which the ends are together further than this, over the straight line, is not looked at."""
LEAST_ROOM_M: Final = 60_000.0
"""What such a way may be longer at least, for ends close to each other."""
WINTER: Final = (11, 0, 1)
"""December, January, February."""
LAPSE_C_PER_M: Final = 0.0065
GROUNDS: Final = ("plain", "hills", "mountains", "high_mountains", "great_ranges", "lake", "sea")
"""Names of `Ground.kind`."""
_LAKE, _SEA = GROUNDS.index("lake"), GROUNDS.index("sea")


@dataclass(frozen=True, slots=True)
class Ground:
    """Cells on the project's Albers map."""

    west_m: float
    north_m: float
    cell_m: float
    kind: NDArray[np.int8]
    """(row, col) index into `GROUNDS`."""
    elevation_m: Array
    """(row, col)"""
    desert: Flags
    ice: Flags
    factor: Array
    """(row, col) cost of a metre over one on flat ground, rivers not counted; inf where no line may stand."""
    river: Array
    """(row, col) what crossing the river of the cell adds to the factor of its metres."""

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.factor.shape[0]), int(self.factor.shape[1])

    def cell_of(self, x_m: Array, y_m: Array) -> NDArray[np.int64]:
        """Flat index of the cell of each point, any shape; the nearest where it lies outside."""
        rows, cols = self.shape
        row = np.clip(np.floor((self.north_m - y_m) / self.cell_m).astype(np.int64), 0, rows - 1)
        col = np.clip(np.floor((x_m - self.west_m) / self.cell_m).astype(np.int64), 0, cols - 1)
        return np.asarray(row * cols + col)

    def centres(self, cells: NDArray[np.int64]) -> tuple[Array, Array]:
        """(x, y) of cells by flat index. [m]"""
        row, col = np.divmod(cells, self.shape[1])
        return self.west_m + (col + 0.5) * self.cell_m, self.north_m - (row + 0.5) * self.cell_m


def ground_between(
    x_m: Array,
    y_m: Array,
    costs: RouteCosts,
    data: ResourceData = EMBEDDED,
    avoid: Sequence[Any] = (),
    detour: float = MOST_DETOUR,
) -> Ground:
    """The ground a way between two points may take.

    Parameters
    ----------
    x_m, y_m : (2,)
        Ends on the Albers map.
    avoid
        Shapely polygons on the Albers map that no line may cross: protected areas, red lines.
    detour
        How far around the ends to look, as `MOST_DETOUR`.

    Notes
    -----
    Relief is the difference of the mean heights of 3 x 3 cells of 5' (some 20 to 27 km). Wires ice where a winter
    month is near freezing at the height of the ridges (the highest of those cells) and wet. Rivers are those of
    Natural Earth, their size the mean flow of the atlas nearby. A cell that foreign land touches is closed, as are
    heights above the limit; the two cells of the ends are open.
    """
    straight_m = float(np.hypot(x_m[1] - x_m[0], y_m[1] - y_m[0]))
    reach_m = max(detour * straight_m, straight_m + LEAST_ROOM_M)
    side = np.sqrt(reach_m**2 - straight_m**2) / 2.0
    along = np.array([x_m[1] - x_m[0], y_m[1] - y_m[0]]) / max(straight_m, 1.0)
    # The box around the ellipse of points from which both ends are together `reach_m` away.
    half_x, half_y = (float(np.hypot(reach_m / 2.0 * along[i], side * along[1 - i])) for i in (0, 1))
    cell = float(np.clip(straight_m / CELLS_BETWEEN_ENDS, *CELL_M))
    middle_x, middle_y = float(x_m.mean()), float(y_m.mean())
    west, north = middle_x - half_x - cell, middle_y + half_y + cell
    rows, cols = int(np.ceil(2 * half_y / cell)) + 2, int(np.ceil(2 * half_x / cell)) + 2
    grid_x, grid_y = np.meshgrid(
        west + (np.arange(cols) + 0.5) * cell, north - (np.arange(rows) + 0.5) * cell
    )
    apart = np.hypot(grid_x - x_m[0], grid_y - y_m[0]) + np.hypot(grid_x - x_m[1], grid_y - y_m[1])
    beyond = apart > reach_m + 2 * cell
    looked = ~beyond
    lon, lat = from_albers(grid_x[looked], grid_y[looked])
    shape = _Shape(west, north, cell, (rows, cols))

    def spread(values: NDArray[Any], fill: float = 0.0) -> NDArray[Any]:
        """Values of the cells looked at, on the grid."""
        out = np.full((rows, cols), fill, dtype=values.dtype)
        out[looked] = values
        return out

    land, sea = _country(shape, costs, spread(sample(data.read("land_share"), lon, lat, "nearest")[0]))
    lake = shape.burnt(_lakes()) & land
    heights = _heights(data.read("elevation"))
    height_m = np.nan_to_num(sample(heights.mean, lon, lat)[0])
    relief = _steps_of(np.nan_to_num(sample(heights.relief, lon, lat)[0]), costs.relief_factors)
    dear = np.array([f for _, f in costs.relief_factors])[relief]
    dear *= np.array([f for _, f in costs.height_factors])[_steps_of(height_m, costs.height_factors)]
    desert_class = sample(data.read("desert_class"), lon, lat, "nearest")[0]
    sand = (desert_class == 1) | (desert_class == 2)
    iced = _ice(data, heights, lon, lat, costs)
    value = costs.value
    dear *= np.where(sand, value["factor_desert"], 1.0) * np.where(iced, value["factor_ice"], 1.0)
    elevation, desert, ice = spread(height_m), spread(sand), spread(iced)
    factor = np.where(lake, value["factor_lake"], np.where(land, spread(dear, 1.0), value["factor_sea"]))
    kind = np.minimum(spread(relief), _LAKE - 1)
    kind = np.where(lake, _LAKE, np.where(land, kind, _SEA)).astype(np.int8)
    closed = beyond | ~(land | sea) | (elevation > value["forbidden_above_m"])
    if len(avoid):
        closed |= shape.burnt(np.array(avoid, dtype=object), touched=True)
    factor[closed] = np.inf
    river = np.zeros(factor.shape)
    crossing_m = spread(_crossing_km(_flow(data, lon, lat), costs) * 1e3)
    on_river = shape.burnt(_rivers()[0], touched=True) & land
    river[on_river] = crossing_m[on_river] / cell
    ground = Ground(west, north, cell, kind, elevation, desert & land, ice & land, factor, river)
    for cell_index in ground.cell_of(x_m, y_m):
        at = divmod(int(cell_index), cols)
        if not np.isfinite(factor[at]):
            factor[at] = costs.relief_factors[min(int(kind[at]), len(costs.relief_factors) - 1)][1]
    for values in (kind, elevation, factor, river):
        values.flags.writeable = False
    return ground


def river_shapes() -> tuple[NDArray[np.object_], tuple[tuple[str, str], ...]]:
    """Centre lines of rivers on the Albers map, and their names (Chinese, English; empty where unknown)."""
    return _rivers()


def abroad_along(x_m: Array, y_m: Array) -> Any | None:
    """The parts of a way (corners on the Albers map) that lie on foreign land; None where there are none."""
    import shapely

    way = shapely.linestrings(np.column_stack([x_m, y_m]))
    met = shapely.intersection(way, _abroad()[shapely.intersects(_abroad(), way)])
    met = met[shapely.length(met) > 0.0]
    return shapely.union_all(met) if len(met) else None


def flow_m3_per_s(data: ResourceData, lon: Array, lat: Array) -> Array:
    """Mean flow of the largest river within a cell of places, 0 where there is none. [m3/s]"""
    return _flow(data, lon, lat)


@dataclass(frozen=True, slots=True)
class _Shape:
    west_m: float
    north_m: float
    cell_m: float
    shape: tuple[int, int]

    def burnt(self, shapes: NDArray[np.object_], touched: bool = False) -> Flags:
        """Cells whose middle lies in the shapes, or which they touch."""
        import shapely
        from rasterio.features import rasterize
        from rasterio.transform import Affine

        east, south = (
            self.west_m + self.shape[1] * self.cell_m,
            self.north_m - self.shape[0] * self.cell_m,
        )
        near = shapes[
            shapely.intersects(shapely.envelope(shapes), shapely.box(self.west_m, south, east, self.north_m))
        ]
        if not len(near):
            return np.zeros(self.shape, dtype=bool)
        transform = Affine(self.cell_m, 0.0, self.west_m, 0.0, -self.cell_m, self.north_m)
        return np.asarray(
            rasterize(list(near), self.shape, transform=transform, all_touched=touched, dtype="uint8")
        ).astype(bool)


def _country(shape: _Shape, costs: RouteCosts, land_share: Array) -> tuple[Flags, Flags]:
    """Cells of China's land, and of sea close to it that a cable may cross."""
    from scipy.ndimage import distance_transform_edt

    abroad_touched = shape.burnt(_abroad(), touched=True)
    land = shape.burnt(_land()) & ~abroad_touched
    # Between two outlines along a land border there are slivers of neither country.
    sea = ~land & ~abroad_touched & (land_share < 0.5)
    if not land.any():
        return land, sea & False
    to_china = distance_transform_edt(~land) * shape.cell_m
    sea &= to_china <= costs.value["sea_reach_km"] * 1e3
    if abroad_touched.any():
        sea &= to_china < distance_transform_edt(~abroad_touched) * shape.cell_m
    return land, sea


@functools.cache
def _land() -> NDArray[np.object_]:
    import shapely

    return np.asarray(geometry_to_albers(shapely.get_parts(china(1))), dtype=object)


@functools.cache
def _abroad() -> NDArray[np.object_]:
    return np.asarray(geometry_to_albers(table("neighbour_land").geometry), dtype=object)


@functools.cache
def _lakes() -> NDArray[np.object_]:
    return np.asarray(geometry_to_albers(table("lake").geometry), dtype=object)


@functools.cache
def _rivers() -> tuple[NDArray[np.object_], tuple[tuple[str, str], ...]]:
    held = table("river")
    names = zip(held.columns["name_zh"], held.columns["name_en"], strict=True)
    return (
        np.asarray(geometry_to_albers(held.geometry), dtype=object),
        tuple((str(zh or ""), str(en or "")) for zh, en in names),
    )


@dataclass(frozen=True, slots=True)
class _Heights:
    mean: Raster
    relief: Raster
    """Highest less lowest of 3 x 3 cells."""
    ridge_above_climate_m: Raster
    """Highest of 3 x 3 cells above the cell of the climate layers."""


def _heights(elevation: Raster) -> _Heights:
    from scipy.ndimage import maximum_filter, minimum_filter

    level = np.nan_to_num(elevation.values[0])
    high, low = maximum_filter(level, 3), minimum_filter(level, 3)
    rows, cols = level.shape[0] // 3, level.shape[1] // 3
    coarse = level[: rows * 3, : cols * 3].reshape(rows, 3, cols, 3).mean(axis=(1, 3))
    climate = np.pad(
        np.repeat(np.repeat(coarse, 3, axis=0), 3, axis=1),
        ((0, level.shape[0] - rows * 3), (0, level.shape[1] - cols * 3)),
        mode="edge",
    )
    bounds = elevation.bounds
    return _Heights(elevation, Raster((high - low)[None], bounds), Raster((high - climate)[None], bounds))


def _ice(data: ResourceData, heights: _Heights, lon: Array, lat: Array, costs: RouteCosts) -> Flags:
    temperature, rain = (
        sample(_winter(data.read(name)), lon, lat) for name in ("temperature_monthly", "rain_monthly")
    )
    cooler = LAPSE_C_PER_M * np.nan_to_num(sample(heights.ridge_above_climate_m, lon, lat)[0])
    found = np.zeros(lon.shape, dtype=bool)
    for month_c, month_mm in zip(temperature, rain, strict=True):
        ridge_c = month_c - cooler
        freezing = (ridge_c > costs.value["ice_coldest_c"]) & (ridge_c < costs.value["ice_warmest_c"])
        found |= freezing & (month_mm >= costs.value["ice_rain_mm"])
    return found


def _winter(months: Raster) -> Raster:
    return Raster(months.values[list(WINTER)], months.bounds)


def _flow(data: ResourceData, lon: Array, lat: Array) -> Array:
    from scipy.ndimage import maximum_filter

    flow = data.read("river_flow")
    # The network of the atlas and the drawn river may lie a cell apart.
    largest = Raster(maximum_filter(np.nan_to_num(flow.values[0]), 3)[None], flow.bounds)
    return np.asarray(np.nan_to_num(sample(largest, lon, lat, "nearest")[0]), dtype=np.float64)


def _crossing_km(flow_m3_s: Array, costs: RouteCosts) -> Array:
    """Of flat line that one crossing costs as much as; 0 for rivers a common span crosses."""
    value = costs.value
    large = np.where(
        flow_m3_s >= value["river_large_m3_per_s"], value["river_large_km"], value["river_middle_km"]
    )
    return np.asarray(np.where(flow_m3_s >= value["river_middle_m3_per_s"], large, 0.0))


def crossing_km(flow_m3_s: float, costs: RouteCosts) -> float:
    """Of flat line that one crossing costs as much as; 0 for rivers a common span crosses. [km]"""
    return float(_crossing_km(np.array(flow_m3_s), costs))


def _steps_of(values: Array, steps: tuple[tuple[float, float], ...]) -> NDArray[np.int64]:
    begins = np.array([begin for begin, _ in steps])
    return np.asarray(np.clip(np.searchsorted(begins, values, side="right") - 1, 0, None))
