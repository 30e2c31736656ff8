"""The land that drains to a place on a river, from the embedded rivers alone.

The network by which the atlas's flow was gathered is not shipped; it is found again from `river_flow` itself. Cells are
taken from the largest flow down, and each claims those neighbours, largest first, whose flow fits into what must come to
it from above (its flow less its own runoff). So a mouth grows up its river, and a neighbouring river does not fit. Cells
below 1 m3/s, which the layer leaves out, run down the terrain to the rivers (priority flood). How well that finds
the network again is measured in docs/hydro.md and held by a test.
"""

from __future__ import annotations

import functools
import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.grid import NORTH_DEG, TERRAIN, WEST_DEG
from gis_layers.raster import cell_area_km2
from resources import atlas
from resources.hours import DAYS_OF_MONTH
from resources.hydro import routed_rain_shape

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDING_M3_S: Final = 1.0
"""Flow is stored in steps of 0.5 m3/s: two roundings."""
YEAR_S: Final = 365.25 * 86_400.0
END: Final = -1
MELT_MM_PER_K_DAY: Final = 3.0
"""Degree-day factor of snow; estimated, 2 to 5 in the literature."""
_AROUND: Final = tuple((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))


@dataclass(frozen=True, slots=True)
class Catchment:
    """What drains to one cell of the embedded rivers."""

    lon_deg: float
    lat_deg: float
    """Centre of the 5' cell of the river."""
    cells: Ints
    """TERRAIN cells, row by row from the north-west."""
    area_km2: float
    mean_flow_m3_s: float
    """Of the layer `river_flow` at the outlet."""
    gathered_m3_s: float
    """Runoff of the cells summed; its distance from `mean_flow_m3_s` tells how well the catchment was found."""
    rain_monthly_mm: Array
    """(12,) mean over the catchment."""
    water_monthly_mm: Array
    """(12,) rain and snow melt."""

    @property
    def monthly_shape(self) -> Array:
        """(12,) monthly flow over its mean from rain and melt through a linear reservoir; where no gauge is. [-]"""
        return routed_rain_shape(self.water_monthly_mm)


def catchment_at(lon_deg: float, lat_deg: float, snap_cells: int = 1) -> Catchment:
    """The catchment of the largest river within `snap_cells` of a place.

    Raises
    ------
    InputError
        Outside the atlas, or no river of 1 m3/s and more there.
    """
    atlas.check_window(lon_deg, lat_deg)
    row = min(int((NORTH_DEG - lat_deg) / TERRAIN.step_deg), TERRAIN.rows - 1)
    col = min(int((lon_deg - WEST_DEG) / TERRAIN.step_deg), TERRAIN.cols - 1)
    flow = atlas.read("river_flow").values[0]
    top, left = max(row - snap_cells, 0), max(col - snap_cells, 0)
    near = flow[top : row + snap_cells + 1, left : col + snap_cells + 1]
    if not np.isfinite(near).any():
        found = f"none within {snap_cells} cells of {lon_deg:g} {lat_deg:g}"
        raise InputError(Problem("argument", "river", found, "a place on a river of 1 m3/s and more"))
    r, c = np.unravel_index(int(np.nanargmax(near)), near.shape)
    return _catchment(int((top + r) * TERRAIN.cols + left + c))


def _catchment(outlet: int) -> Catchment:
    first, above = _upstream()
    cells = [outlet]
    at = 0
    while at < len(cells):
        cells.extend(above[first[cells[at]] : first[cells[at] + 1]].tolist())
        at += 1
    inside = np.array(sorted(cells), dtype=np.int64)
    area = _area_km2().ravel()[inside]
    row, col = np.divmod(inside, TERRAIN.cols)
    weight = area / max(float(area.sum()), 1e-12)
    rain = np.nan_to_num(atlas.read("rain_monthly").values[:, row // 3, col // 3])
    warm = np.nan_to_num(atlas.read("temperature_monthly").values[:, row // 3, col // 3])
    centre = divmod(outlet, TERRAIN.cols)
    return Catchment(
        lon_deg=float(TERRAIN.lon_deg[centre[1]]),
        lat_deg=float(TERRAIN.lat_deg[centre[0]]),
        cells=inside,
        area_km2=float(area.sum()),
        mean_flow_m3_s=float(atlas.read("river_flow").values[0].ravel()[outlet]),
        gathered_m3_s=float(_local_m3_s().ravel()[inside].sum()),
        rain_monthly_mm=rain @ weight,
        water_monthly_mm=rain_and_melt_mm(rain, warm) @ weight,
    )


def rain_and_melt_mm(rain_mm: Array, temperature_c: Array) -> Array:
    """(12, cell) water that reaches the ground: rain of months above 0 C, and snow melted by degree-days.

    What falls below 0 C lies until it melts; the third round of the year is periodic where all snow melts within
    the year, and elsewhere lets go no more than fell.
    """
    days = np.array(DAYS_OF_MONTH, dtype=np.float64)[:, None]
    can_melt = MELT_MM_PER_K_DAY * days * np.maximum(temperature_c, 0.0)
    snow = np.zeros(rain_mm.shape[1])
    water = np.zeros_like(rain_mm)
    for month in range(36):
        m = month % 12
        cold = temperature_c[m] < 0
        snow = snow + np.where(cold, rain_mm[m], 0.0)
        melt = np.minimum(snow, can_melt[m])
        snow = snow - melt
        water[m] = np.where(cold, 0.0, rain_mm[m]) + melt
    return water


def gathered_share() -> tuple[Array, Array]:
    """(river cell,) flow of the layer, and the runoff gathered along the network found again over it. [m3/s, -]"""
    down = _downstream()
    total = _local_m3_s().ravel().copy()
    waiting = np.bincount(down[down >= 0], minlength=down.size)
    leaves = np.flatnonzero(waiting == 0).tolist()
    amount, left, to = total.tolist(), waiting.tolist(), down.tolist()
    while leaves:
        cell = leaves.pop()
        below = to[cell]
        if below >= 0:
            amount[below] += amount[cell]
            left[below] -= 1
            if left[below] == 0:
                leaves.append(below)
    flow = atlas.read("river_flow").values[0].ravel()
    river = np.isfinite(flow)
    return flow[river], np.array(amount)[river] / flow[river]


@functools.cache
def _area_km2() -> Array:
    return np.asarray(cell_area_km2(TERRAIN) * np.nan_to_num(atlas.read("land_share").values[0]))


@functools.cache
def _local_m3_s() -> Array:
    runoff = np.repeat(np.repeat(np.nan_to_num(atlas.read("runoff").values[0]), 3, axis=0), 3, axis=1)
    return np.asarray(runoff * _area_km2() * 1e3 / YEAR_S)


@functools.cache
def _upstream() -> tuple[Ints, Ints]:
    """Neighbours that drain into each cell: those of cell k are above[first[k]:first[k + 1]]."""
    down = _downstream()
    cells = np.flatnonzero(down >= 0)
    above = cells[np.argsort(down[cells], kind="stable")]
    first = np.concatenate([[0], np.cumsum(np.bincount(down[cells], minlength=down.size))])
    return first.astype(np.int64), above


@functools.cache
def _downstream() -> Ints:
    """(cell,) the next cell down, END at an end of the way or at sea; about 2 s, once."""
    flow = np.nan_to_num(atlas.read("river_flow").values[0]).ravel().tolist()
    own = _local_m3_s().ravel().tolist()
    basin = np.nan_to_num(atlas.read("basin").values[0]).astype(np.int64).ravel().tolist()
    count = len(flow)
    down = [END] * count
    left = [f - o for f, o in zip(flow, own, strict=True)]
    done = [f <= 0 for f in flow]
    # Of equal flows the one that already has its way goes first, so that no river is cut where it gains nothing.
    heap = [(-f, 1, cell) for cell, f in enumerate(flow) if f > 0]
    heapq.heapify(heap)
    ends: list[int] = []
    while heap:
        _, alone, cell = heapq.heappop(heap)
        if done[cell]:
            continue
        done[cell] = True
        if alone:
            ends.append(cell)
        near = [
            (flow[k], k) for k in _around(cell) if not done[k] and down[k] == END and basin[k] == basin[cell]
        ]
        for amount, k in sorted(near, reverse=True):
            if amount <= left[cell] + ROUNDING_M3_S:
                down[k] = cell
                left[cell] -= amount
                heapq.heappush(heap, (-amount, 0, k))
    # A brook whose place another took: into the larger neighbour with most water unexplained.
    for cell in ends:
        wanting = [k for k in _around(cell) if flow[k] > flow[cell] and basin[k] == basin[cell]]
        best = max(wanting, key=lambda k: left[k], default=END)
        if best != END and left[best] >= flow[cell] / 2:
            down[cell] = best
            left[best] -= flow[cell]
    _flood(down, [f > 0 for f in flow], basin)
    return np.array(down, dtype=np.int64)


def _around(cell: int) -> list[int]:
    row, col = divmod(cell, TERRAIN.cols)
    return [
        (row + dr) * TERRAIN.cols + col + dc
        for dr, dc in _AROUND
        if 0 <= row + dr < TERRAIN.rows and 0 <= col + dc < TERRAIN.cols
    ]


def _flood(down: list[int], river: list[bool], basin: list[int]) -> None:
    """Land without a river drains to the rivers of its basin, lowest way first."""
    height = np.nan_to_num(atlas.read("elevation").values[0]).ravel().tolist()
    heap = [(height[cell], cell) for cell, wet in enumerate(river) if wet]
    heapq.heapify(heap)
    done = list(river)
    while heap:
        level, cell = heapq.heappop(heap)
        for k in _around(cell):
            if not done[k] and basin[k] == basin[cell] and basin[k]:
                done[k] = True
                down[k] = cell
                heapq.heappush(heap, (max(level, height[k]), k))
