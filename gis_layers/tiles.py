"""The scheme of square tiles of a map plane, and a cache that keeps what was used last."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Box = tuple[float, float, float, float]

TILE_PX = 256
COARSEST_M = 20_480.0
"""Metres per pixel of zoom 0."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map plane, `TILE_PX` wide; columns count from x = 0 east, rows from y = 0 south."""

    zoom: int
    col: int
    row: int

    @property
    def metres_per_pixel(self) -> float:
        return resolution_m(self.zoom)

    @property
    def extent(self) -> Box:
        """(left, bottom, right, top). [m]"""
        side = TILE_PX * resolution_m(self.zoom)
        return self.col * side, -(self.row + 1) * side, (self.col + 1) * side, -self.row * side

    def parent(self, levels: int = 1) -> Tile:
        """The tile `levels` coarser that covers this one."""
        return Tile(self.zoom - levels, self.col >> levels, self.row >> levels)


def resolution_m(zoom: int) -> float:
    """Metres per pixel of a zoom."""
    return COARSEST_M * 2.0**-zoom


def zoom_for(metres_per_pixel: float) -> int:
    """The zoom whose pixels are nearest in size."""
    return max(0, round(math.log2(COARSEST_M / metres_per_pixel)))


def tiles_in(extent: Box, zoom: int) -> Iterator[Tile]:
    """Tiles that meet (left, bottom, right, top), row by row."""
    side = TILE_PX * resolution_m(zoom)
    left, bottom, right, top = extent
    for row in range(math.floor(-top / side), math.ceil(-bottom / side)):
        for col in range(math.floor(left / side), math.ceil(right / side)):
            yield Tile(zoom, col, row)


ValueT = TypeVar("ValueT")


class LruCache(Generic[ValueT]):
    """Keeps what was used last within a number of bytes; safe to use from several threads."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._held: OrderedDict[Hashable, tuple[ValueT, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> ValueT | None:
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, key: Hashable, value: ValueT, size_bytes: int) -> None:
        """Keep a value; the least recently used go until all fit. One larger than the limit is not kept."""
        with self._lock:
            old = self._held.pop(key, None)
            if old is not None:
                self._bytes -= old[1]
            if size_bytes > self.limit_bytes:
                return
            self._held[key] = (value, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self.limit_bytes:
                _, (_, freed) = self._held.popitem(last=False)
                self._bytes -= freed

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._bytes = 0
