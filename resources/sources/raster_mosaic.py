"""Several tiles laid on one grid, cut to China's window, read block by block.

Tiles of one system of coordinates may differ in step and alignment: the finest step holds, the others give their
nearest cell. Where tiles overlap the first keeps its values, and what they differ by is told.
"""

from __future__ import annotations

import contextlib
import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import WGS84
from gis_layers.errors import Problem
from gis_layers.importer.place import bounds_in_degrees
from resources.sources.raster_tile import Array, Reader, Tile, geographic, reading

WINDOW = (72.0, 2.0, 137.0, 56.0)
"""China with its seas, a degree around it. [degrees]"""
BLOCK = 512
_READ_COLS = 4096
_MOST_OPEN = 24
_SAMPLE_CELLS = 1_500_000
_SAMPLE_BLOCKS = 6
_SAMPLE_SIDE = 160
_MOST_PAIRS = 60
_STEP_LIKE = 1e-6


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile on the common grid."""

    tile: Tile
    shift: float
    """Added to its eastings: whole turns of 360 degrees."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        west, south, east, north = self.tile.bounds
        return west + self.shift, south, east + self.shift, north


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The common grid; row 0 north."""

    placed: tuple[Placed, ...]
    crs: str
    rows: int
    cols: int
    west: float
    north: float
    x_step: float
    y_step: float
    resampled: bool
    """Some tile has another step or alignment."""
    kept_share: float
    """Of the tiles' area. [-]"""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north), outer edges."""
        return (
            self.west,
            self.north - self.rows * self.y_step,
            self.west + self.cols * self.x_step,
            self.north,
        )

    @property
    def cut(self) -> bool:
        """Something lies outside China's window."""
        return self.kept_share < 1.0 - 1e-9

    def blocks(self) -> Iterator[tuple[slice, slice]]:
        """The grid in pieces of whole file blocks, row by row."""
        for top in range(0, self.rows, BLOCK):
            for left in range(0, self.cols, _READ_COLS):
                yield (
                    slice(top, min(top + BLOCK, self.rows)),
                    slice(left, min(left + _READ_COLS, self.cols)),
                )


@dataclass(slots=True)
class Overlaps:
    """What overlapping tiles differ by."""

    tolerance: float
    count: int = 0
    largest: float = 0.0
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def add(self, one: Tile, other: Tile, differences: Array) -> None:
        """Note the cells that differ by more than the tolerance."""
        beyond = differences > self.tolerance
        if beyond.any():
            self.count += int(beyond.sum())
            self.largest = max(self.largest, float(differences.max()))
            self.pairs.add((one.path.name, other.path.name))

    def problem(self, unit: str) -> Problem:
        """The tiles named, with what was found."""
        pairs = "; ".join(f"{one} and {other}" for one, other in sorted(self.pairs)[:5])
        found = f"{self.count} cells differ, by up to {self.largest:.4g} {unit}"
        return Problem(pairs, "overlap", found, f"the same values to {self.tolerance:g} {unit}")


class OpenTiles:
    """Readers of tiles, opened when needed, the longest unused closed."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], tuple[contextlib.ExitStack, Reader]] = OrderedDict()

    def __enter__(self) -> OpenTiles:
        return self

    def __exit__(self, *_: object) -> None:
        while self._open:
            self._open.popitem()[1][0].close()

    def of(self, tile: Tile) -> Reader:
        """The reader of a tile."""
        key = (str(tile.path), tile.variable)
        if key in self._open:
            self._open.move_to_end(key)
            return self._open[key][1]
        stack = contextlib.ExitStack()
        reader = stack.enter_context(reading(tile))
        self._open[key] = (stack, reader)
        if len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)[1][0].close()
        return reader


def lay_out(tiles: Sequence[Tile], crs: str) -> Mosaic | None:
    """The common grid of tiles of one system; None where nothing lies in China's window."""
    degrees = geographic(crs)
    window = WINDOW if degrees else _window_in(crs)
    placed = [
        Placed(tile, shift)
        for tile in tiles
        for shift in ((-360.0, 0.0, 360.0) if degrees else (0.0,))
        if _meets(Placed(tile, shift).bounds, window, tile.x_step)
    ]
    if not placed or not (degrees or _near_china(crs, placed)):
        return None
    x_step = min(each.tile.x_step for each in placed)
    y_step = min(each.tile.y_step for each in placed)
    first = next(each for each in placed if each.tile.x_step == x_step)
    edges = np.array([each.bounds for each in placed])
    west, south = max(edges[:, 0].min(), window[0]), max(edges[:, 1].min(), window[1])
    east, north = min(edges[:, 2].max(), window[2]), min(edges[:, 3].max(), window[3])
    # Snapped outward to the cells of the finest tile.
    origin_x, origin_y = first.bounds[0], first.bounds[3]
    tiny = 1e-6
    left = math.floor((west - origin_x) / x_step + tiny)
    right = math.ceil((east - origin_x) / x_step - tiny)
    top = math.floor((origin_y - north) / y_step + tiny)
    bottom = math.ceil((origin_y - south) / y_step - tiny)
    grid_west, grid_north = origin_x + left * x_step, origin_y - top * y_step
    whole = sum(tile.rows * tile.y_step * tile.cols * tile.x_step for tile in tiles)
    inside = sum(_common_area(each.bounds, window) for each in placed)
    share = 1.0 if all(_within(each.bounds, window, x_step) for each in placed) else min(1.0, inside / whole)
    if len({id(each.tile) for each in placed}) < len(tiles):
        share = min(share, inside / whole)
    return Mosaic(
        placed=tuple(placed),
        crs=crs,
        rows=max(1, bottom - top),
        cols=max(1, right - left),
        west=grid_west,
        north=grid_north,
        x_step=x_step,
        y_step=y_step,
        resampled=any(_unlike(each, x_step, y_step, grid_west, grid_north) for each in placed),
        kept_share=share,
    )


def read_block(
    mosaic: Mosaic, tiles: OpenTiles, rows: slice, cols: slice, band: int, overlaps: Overlaps | None = None
) -> Array:
    """(row, col) values of a part of the grid as in the files, NaN where there is none."""
    y = mosaic.north - (np.arange(rows.start, rows.stop) + 0.5) * mosaic.y_step
    x = mosaic.west + (np.arange(cols.start, cols.stop) + 0.5) * mosaic.x_step
    values = np.full((len(y), len(x)), np.nan)
    owner: NDArray[np.int32] | None = None
    for number, each in enumerate(mosaic.placed):
        tile = each.tile
        row = np.floor((tile.north - y) / tile.y_step).astype(np.int64)
        col = np.floor((x - tile.west - each.shift) / tile.x_step).astype(np.int64)
        down = np.flatnonzero((row >= 0) & (row < tile.rows))
        along = np.flatnonzero((col >= 0) & (col < tile.cols))
        if not (len(down) and len(along)):
            continue
        there = np.s_[down[0] : down[-1] + 1, along[0] : along[-1] + 1]
        row, col = row[down], col[along]
        piece = tiles.of(tile).read(
            slice(int(row[0]), int(row[-1]) + 1), slice(int(col[0]), int(col[-1]) + 1), band
        )
        if piece.shape != (len(row), len(col)):
            piece = piece[np.ix_(row - row[0], col - col[0])]
        had = values[there]
        if overlaps is not None:
            if owner is None:
                owner = np.full(values.shape, -1, dtype=np.int32)
            both = np.isfinite(had) & np.isfinite(piece)
            if both.any():
                for one in np.unique(owner[there][both]):
                    own = both & (owner[there] == one)
                    overlaps.add(mosaic.placed[int(one)].tile, tile, np.abs(had[own] - piece[own]))
            owner[there] = np.where(np.isnan(had) & np.isfinite(piece), number, owner[there])
        values[there] = np.where(np.isnan(had), piece, had)
    return values


def sample(mosaic: Mosaic, tiles: OpenTiles, band: int) -> Array:
    """(value,) some of the cells as in the files: all of a small raster, evenly spread blocks of a large one."""
    if mosaic.rows * mosaic.cols <= _SAMPLE_CELLS:
        return np.concatenate(
            [read_block(mosaic, tiles, rows, cols, band).ravel() for rows, cols in mosaic.blocks()]
        )
    parts = []
    for at_row in range(_SAMPLE_BLOCKS):
        for at_col in range(_SAMPLE_BLOCKS):
            top = int((at_row + 0.5) / _SAMPLE_BLOCKS * mosaic.rows)
            left = int((at_col + 0.5) / _SAMPLE_BLOCKS * mosaic.cols)
            rows = slice(max(0, top - _SAMPLE_SIDE // 2), min(mosaic.rows, top + _SAMPLE_SIDE // 2))
            cols = slice(max(0, left - _SAMPLE_SIDE // 2), min(mosaic.cols, left + _SAMPLE_SIDE // 2))
            parts.append(read_block(mosaic, tiles, rows, cols, band).ravel())
    return np.concatenate(parts)


def sample_overlaps(mosaic: Mosaic, tiles: OpenTiles, band: int, tolerance: float) -> Overlaps:
    """What the tiles differ by where they overlap, looked at along lines through some of the overlaps."""
    import shapely

    found = Overlaps(tolerance)
    if len(mosaic.placed) < 2:
        return found
    inset = min(mosaic.x_step, mosaic.y_step) / 2
    boxes = shapely.box(*np.array([each.bounds for each in mosaic.placed]).T)
    one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    common = shapely.bounds(shapely.intersection(boxes[one], boxes[other]))
    wide = (common[:, 2] - common[:, 0] > inset) & (common[:, 3] - common[:, 1] > inset) & (one < other)
    places = common[wide]
    for west, south, east, north in places[:: max(1, len(places) // _MOST_PAIRS)]:
        left, right = ((edge - mosaic.west) / mosaic.x_step for edge in (west, east))
        top, bottom = ((mosaic.north - edge) / mosaic.y_step for edge in (north, south))
        cols = slice(max(0, round(left)), min(mosaic.cols, round(right)))
        first, last = max(0, round(top)), min(mosaic.rows, round(bottom))
        if cols.stop <= cols.start or last <= first:
            continue
        for row in np.unique(np.linspace(first, last - 1, 12).round().astype(int)):
            read_block(mosaic, tiles, slice(int(row), int(row) + 1), cols, band, found)
    return found


def gaps(mosaic: Mosaic) -> list[str]:
    """Parts of China between the tiles that no tile covers: 'west-east E, south-north N' of each, in degrees."""
    import shapely

    from gis_layers.boundary import china

    if len(mosaic.placed) < 2 or not geographic(mosaic.crs):
        return []
    boxes = shapely.box(*np.array([each.bounds for each in mosaic.placed]).T)
    open_parts = shapely.difference(shapely.box(*mosaic.bounds), shapely.union_all(boxes))
    sizes = np.array([[b[2] - b[0], b[3] - b[1]] for b in (each.bounds for each in mosaic.placed)])
    wide, high = (max(float(v), 1e-6) for v in np.median(sizes, axis=0))
    land = china(2)
    shapely.prepare(land)
    found = []
    for part in shapely.get_parts(open_parts):
        if part.is_empty:
            continue
        west, south, east, north = shapely.bounds(part)
        for column in range(max(1, round((east - west) / wide))):
            for row in range(max(1, round((north - south) / high))):
                cell = shapely.intersection(
                    part,
                    shapely.box(
                        west + column * wide, south + row * high,
                        min(west + (column + 1) * wide, east), min(south + (row + 1) * high, north),
                    ),
                )  # fmt: skip
                if cell.area > 0.05 * wide * high and shapely.intersects(land, cell):
                    b = shapely.bounds(cell)
                    found.append(f"{b[0]:.4g}-{b[2]:.4g}E {b[1]:.4g}-{b[3]:.4g}N")
    return found


def _unlike(each: Placed, x_step: float, y_step: float, west: float, north: float) -> bool:
    tile = each.tile
    across = (
        abs(tile.x_step - x_step) * tile.cols > 0.02 * x_step
        or abs(tile.y_step - y_step) * tile.rows > 0.02 * y_step
    )
    off_x, off_y = (tile.west + each.shift - west) / x_step, (north - tile.north) / y_step
    return across or abs(off_x - round(off_x)) > 0.02 or abs(off_y - round(off_y)) > 0.02


def _window_in(crs: str) -> tuple[float, float, float, float]:
    import pyproj

    try:
        there = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
        found = tuple(float(edge) for edge in there.transform_bounds(*WINDOW, densify_pts=41))
    except pyproj.exceptions.ProjError:
        found = ()
    if len(found) == 4 and all(math.isfinite(edge) for edge in found):
        return found[0], found[1], found[2], found[3]
    return -math.inf, -math.inf, math.inf, math.inf


def _near_china(crs: str, placed: list[Placed]) -> bool:
    found = [bounds_in_degrees(crs, each.bounds) for each in placed]
    return any(bounds is not None and _meets(bounds, WINDOW, 0.0) for bounds in found)


def _meets(one: tuple[float, ...], other: tuple[float, ...], step: float) -> bool:
    """Whether more than a trace of a cell is common."""
    trace = 1e-3 * step
    return (
        one[0] < other[2] - trace and one[2] > other[0] + trace
        and one[1] < other[3] - trace and one[3] > other[1] + trace
    )  # fmt: skip


def _within(inner: tuple[float, ...], outer: tuple[float, ...], step: float) -> bool:
    return (
        inner[0] >= outer[0] - step and inner[1] >= outer[1] - step
        and inner[2] <= outer[2] + step and inner[3] <= outer[3] + step
    )  # fmt: skip


def _common_area(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)
