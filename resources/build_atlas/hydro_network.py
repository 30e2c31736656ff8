"""Where the water goes: one downstream cell for every 5' cell, from elevation and the mapped rivers.

A priority flood (Barnes, Lehman and Mulla, Computers and Geosciences 62, 2014) from the sea, the window's
edge and the closed basins' lakes upward, with the Natural Earth rivers burnt in. A mapped river system hands its
water to no other one: that keeps the Nu, Lancang and Jinsha apart where their gorges lie two cells from each
other and the 5' terrain shows no divide.
"""

from __future__ import annotations

import csv
import heapq
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, TERRAIN, WEST_DEG

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

BURN_M = 10_000.0
"""Rivers are sunk below all land, so that the flood runs up them first."""
TOUCH_DEG = 0.01
"""River lines this near to each other are one system."""
OUT = -1
"""Downstream of a cell that drains into the sea, over the window's edge or into a closed lake."""
SEA = -2
"""Downstream of the sea itself."""
OCEAN_CELLS = 500
"""Sea cells in fewer than this many touching are a lake."""
AROUND = tuple((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))
TABLES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Network:
    """The drainage tree of the TERRAIN grid, cells counted row by row from the north-west."""

    downstream: Ints
    """(cell,) index of the next cell, OUT at an end, SEA at sea."""
    upstream_first: Ints
    """(land cell,) every land cell, each after all that drain into it."""
    system: Ints
    """(cell,) number of the mapped river system, 0 where none is drawn."""

    def accumulate(self, amount: Array) -> Array:
        """(cell,) sum of an amount over each cell and everything above it."""
        total = np.array(amount, dtype=np.float64)
        for cell in self.upstream_first.tolist():
            if (below := self.downstream[cell]) >= 0:
                total[below] += total[cell]
        return total

    def carve(self, level_m: Array) -> Array:
        """(cell,) levels that never rise downstream: each cell is cut to the lowest above it. [m]"""
        carved = np.array(level_m, dtype=np.float64)
        for cell in self.upstream_first.tolist():
            if (below := self.downstream[cell]) >= 0:
                carved[below] = min(carved[below], carved[cell])
        return carved

    def fill(self, level_m: Array) -> Array:
        """(cell,) levels that never rise downstream: each cell is lifted to the highest below it. [m]"""
        filled = np.array(level_m, dtype=np.float64)
        for cell in self.upstream_first[::-1].tolist():
            if (below := self.downstream[cell]) >= 0:
                filled[cell] = max(filled[cell], filled[below])
        return filled

    def outlet(self) -> Ints:
        """(cell,) the last cell of the way down; SEA at sea."""
        last = np.where(self.downstream == OUT, np.arange(self.downstream.size), SEA)
        for cell in self.upstream_first[::-1].tolist():
            if (below := self.downstream[cell]) >= 0:
                last[cell] = last[below]
        return last


def rows_of(table: str) -> list[dict[str, str]]:
    """Rows of one of the hand-made tables beside this module."""
    with (TABLES / table).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def cell_of(lon_deg: float, lat_deg: float) -> int:
    """Index of the TERRAIN cell a place lies in."""
    row = int((NORTH_DEG - lat_deg) / TERRAIN.step_deg)
    col = int((lon_deg - WEST_DEG) / TERRAIN.step_deg)
    return row * TERRAIN.cols + col


def river_systems(debian_dir: Path) -> Ints:
    """(cell,) number of the river system drawn through each TERRAIN cell, 0 where none.

    The Natural Earth 1:10m rivers, lake centre lines and the hand-drawn `hydro_lines.csv`. Lines that touch are one
    system; a cell crossed by two takes the one with the longer way through it.
    """
    import pyogrio
    import shapely
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    path = debian_dir / "usr/share/magics/10m/ne_10m_rivers_lake_centerlines.shp"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: unpack Debian's libmagics++-data below {debian_dir}")
    mapped = pyogrio.read_dataframe(path, bbox=(WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG), columns=[])
    drawn: dict[str, list[tuple[float, float]]] = {}
    erased: list[int] = []
    for row in rows_of("hydro_lines.csv"):
        lon_deg, lat_deg = float(row["lon"]), float(row["lat"])
        if row["kind"] == "erase":
            erased.append(cell_of(lon_deg, lat_deg))
        else:
            drawn.setdefault(row["line"], []).append((lon_deg, lat_deg))
    lines: NDArray[Any] = np.concatenate(
        [
            mapped.geometry.explode(index_parts=False).to_numpy(),
            [shapely.LineString(p) for p in drawn.values()],
        ]
    )
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=TOUCH_DEG)
    number = (
        connected_components(coo_matrix((np.ones(one.size), (one, other)), shape=(lines.size,) * 2))[1] + 1
    )
    points = [shapely.get_coordinates(shapely.segmentize(line, TERRAIN.step_deg / 50)) for line in lines]
    lon, lat = np.concatenate(points).T
    owner = np.repeat(number, [len(p) for p in points])
    inside = (lon > WEST_DEG) & (lon < EAST_DEG) & (lat > SOUTH_DEG) & (lat < NORTH_DEG)
    row_ = ((NORTH_DEG - lat[inside]) / TERRAIN.step_deg).astype(np.int64)
    col_ = ((lon[inside] - WEST_DEG) / TERRAIN.step_deg).astype(np.int64)
    pair, count = np.unique(np.stack([row_ * TERRAIN.cols + col_, owner[inside]]), axis=1, return_counts=True)
    system = np.zeros(TERRAIN.rows * TERRAIN.cols, dtype=np.int64)
    for k in np.argsort(count, kind="stable"):
        system[pair[0, k]] = pair[1, k]
    system[erased] = 0
    return system


def open_sea(land_share: Array) -> NDArray[np.bool_]:
    """(row, col) cells all sea and part of an ocean; a lake that the land polygons leave out is not."""
    from scipy.ndimage import label

    number, _ = label(land_share <= 0)
    size = np.bincount(number.ravel())
    size[0] = 0
    return np.asarray(size[number] >= OCEAN_CELLS)


def drain(elevation_m: Array, sea: NDArray[np.bool_], system: Ints, sinks: set[int]) -> Network:
    """Downstream cells by priority flood.

    Parameters
    ----------
    elevation_m, sea
        (row, col) TERRAIN.
    system
        (cell,) as `river_systems` gives it.
    sinks
        Cells at which a closed basin ends.
    """
    rows, cols = TERRAIN.shape
    z = elevation_m.ravel()
    sunk = np.where(system > 0, z - BURN_M, z)
    width = np.cos(np.radians(TERRAIN.lat_deg))
    level = np.full(z.size, np.nan)
    downstream = np.full(z.size, SEA, dtype=np.int64)
    done = sea.ravel().copy()
    queued = done.copy()
    heap: list[tuple[float, int, int]] = []
    pushed = 0

    def push(cell: int, height: float) -> None:
        nonlocal pushed
        heapq.heappush(heap, (height, pushed, cell))
        queued[cell] = True
        level[cell] = height
        pushed += 1

    wet_neighbour = np.zeros(sea.shape, dtype=bool)
    padded = np.pad(sea, 1, constant_values=True)  # the edge of the window is an end like the sea
    for dr, dc in AROUND:
        wet_neighbour |= padded[1 + dr : rows + 1 + dr, 1 + dc : cols + 1 + dc]
    for cell in np.flatnonzero(wet_neighbour.ravel() & ~sea.ravel()).tolist():
        push(cell, sunk[cell])
    for cell in sorted(sinks):
        if not queued[cell]:
            push(cell, sunk[cell])
    ends = {cell for _, _, cell in heap}
    order: list[int] = []
    while heap:
        height, _, cell = heapq.heappop(heap)
        if done[cell]:
            continue
        row, col = divmod(cell, cols)
        best, steepest = OUT, -np.inf
        for dr, dc in AROUND:
            r, c = row + dr, col + dc
            if not (0 <= r < rows and 0 <= c < cols):
                continue
            near = r * cols + c
            if done[near]:
                if downstream[near] == SEA or not _may_join(system[cell], system[near]):
                    continue
                run = np.hypot(dr, dc * width[row])
                slope = (height - level[near]) / run
                if slope > steepest:
                    best, steepest = near, slope
            elif _may_join(system[near], system[cell]):
                raised = max(sunk[near], height)
                if not queued[near] or level[near] > raised:
                    push(near, raised)
        downstream[cell] = OUT if cell in ends else best
        done[cell] = True
        order.append(cell)
    return Network(downstream, np.array(order[::-1], dtype=np.int64), system)


def _may_join(upper: int, lower: int) -> bool:
    """A mapped river ends in its own system, or on ground where none is drawn."""
    return upper in (0, lower) or lower == 0
