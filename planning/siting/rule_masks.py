"""What each rule takes of a tile's pixels, buffers from beyond the tile's edge included."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.siting.eligibility import Technology
from planning.siting.raster_tiles import DRAWING, RasterLayer, Tile, TileReader, Window
from planning.siting.reach import within
from planning.siting.rule_data import Applied, Classes, Range
from planning.siting.rule_outlines import Outlines

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Taken = NDArray[Any]
"""(row, col) whether a pixel is taken (bool), or what share of it (float32)."""


@dataclass(frozen=True, slots=True)
class RuleTaken:
    """What one rule takes of one tile."""

    taken: Mapping[Technology, Taken | None]
    """By technology the rule is about; None: nothing. The same array where it is the same."""
    unknown: Mask | None
    """Pixels without a value; None: none."""


def reach_px(buffer_m: float, pixel_m: float) -> float:
    """Distance of centres of pixels within which a buffer reaches from the edge of a pixel; 0 without a buffer."""
    return buffer_m / pixel_m + 0.5 if buffer_m > 0 else 0.0


class RuleMasks:
    """Rules over the tiles of a window; of any threads, each with its own reader."""

    def __init__(self, applied: Sequence[Applied], window: Window) -> None:
        import shapely

        self._applied, self._window = applied, window
        self._margins: dict[str, int] = {}
        """Layer -> pixels its widest buffer reaches."""
        for rule in applied:
            if isinstance(rule.layer, RasterLayer):
                reach = math.floor(reach_px(rule.buffer_m, window.pixel_m))
                self._margins[rule.layer.key] = max(self._margins.get(rule.layer.key, 0), reach)
        # Trees and the shapes in them keep what they compute: one thread at a time.
        self._lock = threading.Lock()
        self._trees: dict[int, Any] = {}
        for number, rule in enumerate(applied):
            if isinstance(rule.layer, Outlines):
                self._trees[number] = shapely.STRtree(rule.layer.shapes)

    def of(self, reader: TileReader, tile: Tile) -> tuple[RuleTaken, ...]:
        """Every rule's, in order."""
        held: dict[str, tuple[Any, Mask | None]] = {}
        margins = self._margins
        found = []
        for number, rule in enumerate(self._applied):
            if isinstance(rule.layer, Outlines):
                drawn = self._drawn(number, rule.layer, tile)
                found.append(RuleTaken(dict.fromkeys(rule.technologies, drawn), None))
            elif rule.layer is None:
                found.append(RuleTaken(dict.fromkeys(rule.technologies, None), None))
            else:
                key = rule.layer.key
                if key not in held:
                    held[key] = reader.values(rule.layer, tile, margins[key])
                found.append(self._of_raster(rule, *held[key], margins[key], tile))
        return tuple(found)

    def margins(self) -> dict[str, int]:
        """File -> pixels about a tile that are read, one more for slopes."""
        found: dict[str, int] = {}
        for rule in self._applied:
            if isinstance(rule.layer, RasterLayer):
                wide = self._margins[rule.layer.key] + int(rule.layer.slope)
                found[rule.layer.base] = max(found.get(rule.layer.base, 0), wide)
        return found

    def _drawn(self, number: int, outlines: Outlines, tile: Tile) -> Mask | None:
        """Pixels whose centre lies in an outline."""
        import rasterio
        import shapely
        from rasterio.features import rasterize

        # A pixel more than the tile, so that cutting leaves the pixels at its edge alone.
        box = tile.bounds_m(self._window, 1)
        with self._lock:
            hit = self._trees[number].query(shapely.box(*box), predicate="intersects")
            cut = shapely.clip_by_rect(outlines.shapes[np.sort(hit)], *box)
        cut = cut[~shapely.is_empty(cut)]
        if not len(cut):
            return None
        west, _, _, north = tile.bounds_m(self._window)
        p = self._window.pixel_m
        # Through text: three times as fast as rasterio's walk over shapely's coordinates, and to the last digit.
        shapes = [json.loads(text) for text in shapely.to_geojson(cut)]
        with DRAWING:
            drawn = rasterize(
                shapes, out_shape=(tile.rows, tile.cols), transform=rasterio.Affine(p, 0, west, 0, -p, north),
                fill=0, default_value=1, all_touched=False, dtype="uint8",
            )  # fmt: skip
        return np.asarray(drawn, dtype=np.uint8).view(np.bool_) if drawn.any() else None

    def _of_raster(
        self, rule: Applied, values: Any, known: Mask | None, margin: int, tile: Tile
    ) -> RuleTaken:
        reach = reach_px(rule.buffer_m, self._window.pixel_m)
        own = margin - math.floor(reach)
        wide = np.s_[own : values.shape[0] - own, own : values.shape[1] - own]
        near, there = values[wide], None if known is None else known[wide]
        inner = np.s_[margin : margin + tile.rows, margin : margin + tile.cols]
        middle = math.floor(reach)
        if isinstance(rule.test, Classes):
            codes = _codes(near)
            by_table: dict[int, Taken | None] = {}
            taken: dict[Technology, Taken | None] = {}
            unknown = None
            for technology in rule.technologies:
                table = rule.test.taken[technology]
                if id(table) not in by_table:
                    by_table[id(table)], unknown = _classed(codes, there, table, reach, middle, tile)
                taken[technology] = by_table[id(table)]
            return _with_policy(rule, taken, unknown)
        assert isinstance(rule.test, Range)
        hit = (near >= rule.test.low) & (near <= rule.test.high)
        if rule.test.outside:
            hit = ~hit
        if there is not None:
            hit &= there
        if reach:
            hit = within(hit, reach)[middle : middle + tile.rows, middle : middle + tile.cols]
        unknown = None if known is None or known[inner].all() else ~known[inner]
        return _with_policy(rule, dict.fromkeys(rule.technologies, hit), unknown)


def _codes(values: Any) -> NDArray[np.uint8]:
    """Codes as 0..255; others become 255, which no legend has."""
    if values.dtype == np.uint8:
        return np.asarray(values)
    whole = (values >= 0) & (values <= 255)
    return np.where(whole, values, 255).astype(np.uint8)


def _classed(
    codes: NDArray[np.uint8], known: Mask | None, table: Array, reach: float, middle: int, tile: Tile
) -> tuple[Taken | None, Mask | None]:
    """What a table of shares takes of a tile, and where its codes mean nothing."""
    inner = np.s_[middle : middle + tile.rows, middle : middle + tile.cols]
    unmapped = np.isnan(table)
    unknown = unmapped[codes[inner]]
    if known is not None:
        unknown |= ~known[inner]
    shares = np.nan_to_num(table)
    if np.isin(shares, (0.0, 1.0)).all():
        hit = (shares == 1.0)[codes]
        if known is not None:
            hit &= known
        taken: Taken = within(hit, reach)[inner] if reach else hit[inner]
    else:
        # No buffer about shares (`rules`).
        taken = shares.astype(np.float32)[codes[inner]]
        if known is not None:
            taken[~known[inner]] = 0.0
    return taken, unknown if unknown.any() else None


def _with_policy(rule: Applied, taken: Mapping[Technology, Taken | None], unknown: Mask | None) -> RuleTaken:
    """Land without a value is taken too where the rule says so."""
    if unknown is None or rule.nodata != "exclude":
        return RuleTaken(taken, unknown)
    done: dict[int, Taken] = {}
    for one in taken.values():
        if one is not None and id(one) not in done:
            done[id(one)] = one | unknown if one.dtype == np.bool_ else np.where(unknown, np.float32(1), one)
    return RuleTaken({t: None if one is None else done[id(one)] for t, one in taken.items()}, unknown)
