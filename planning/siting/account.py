"""The account of one tile: what each rule takes alone and in order, technology by technology, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.siting.eligibility import Technology
from planning.siting.rule_masks import RuleTaken, Taken

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TileAccount:
    """Sums over the tile's pixels, each by its share inside the area."""

    inside_share: Array
    """(cell row, cell col)"""
    eligible_share: Mapping[Technology, Array]
    alone_px: Array
    """(technology, rule)"""
    taken_px: Array
    """(technology, rule) in order."""
    nodata_px: Array
    """(rule,)"""
    density: Mapping[Technology, Array]
    """(cell row, cell col) MW per km2 of eligible land; 0 where there is none."""
    class_px: Array
    """(technology, class) eligible."""


@dataclass(frozen=True, slots=True)
class LandOfTile:
    """The class of each pixel, and what a class carries."""

    classes: NDArray[np.uint8]
    """(row, col) index into the classes."""
    mw_per_km2: Mapping[Technology, Array]
    """(class,) 0 where no density is known."""


def account_tile(
    inside: Array,
    rules: Sequence[RuleTaken],
    land: LandOfTile,
    technologies: Sequence[Technology],
    per_cell: int,
) -> TileAccount:
    """Apply rules in order to pixels.

    Parameters
    ----------
    inside : (row, col)
        Share of each pixel in the area.
    per_cell
        Pixels along a cell.
    """
    whole = bool((inside == 1.0).all())
    weight = None if whole else inside
    alone = np.zeros((len(technologies), len(rules)))
    taken = np.zeros_like(alone)
    eligible: dict[Technology, Array] = {}
    density: dict[Technology, Array] = {}
    class_px = np.zeros((len(technologies), len(next(iter(land.mw_per_km2.values())))))
    by_array: dict[int, float] = {}
    for at, technology in enumerate(technologies):
        left = _Left(inside, weight)
        for number, rule in enumerate(rules):
            mask = rule.taken.get(technology)
            if mask is None:
                continue
            if id(mask) not in by_array:
                by_array[id(mask)] = _sum(mask, weight)
            alone[at, number] = by_array[id(mask)]
            taken[at, number] = left.take(mask)
        pixels = left.pixels()
        eligible[technology] = _blocks(pixels, per_cell)
        table = land.mw_per_km2[technology]
        class_px[at] = np.bincount(land.classes.ravel(), weights=pixels.ravel(), minlength=len(table))
        carried = _blocks(pixels * table[land.classes], per_cell)
        density[technology] = np.divide(
            carried, eligible[technology], out=np.zeros_like(carried), where=eligible[technology] > 0
        )
    nodata = np.array([0.0 if r.unknown is None else _sum(r.unknown, weight) for r in rules])
    return TileAccount(_blocks(inside, per_cell), eligible, alone, taken, nodata, density, class_px)


class _Left:
    """What is left of pixels: whole ones until a rule takes a share, then shares."""

    def __init__(self, inside: Array, weight: Array | None) -> None:
        self._inside, self._weight = inside, weight
        self._open: Mask = np.ones(inside.shape, dtype=bool)
        self._share: Array | None = None

    def take(self, mask: Taken) -> float:
        """Take what is marked; returns how much that was. [pixels]"""
        if self._share is None and mask.dtype == np.bool_:
            hit = self._open & mask
            self._open &= ~mask
            return _sum(hit, self._weight)
        if self._share is None:
            self._share = self._inside * self._open
        part = self._share * mask
        self._share -= part
        return float(part.sum())

    def pixels(self) -> Array:
        """(row, col) share of pixels left."""
        return self._inside * self._open if self._share is None else self._share


def _sum(mask: Taken, weight: Array | None) -> float:
    if mask.dtype == np.bool_:
        return float(np.count_nonzero(mask)) if weight is None else float(weight[mask].sum())
    return float(mask.sum(dtype=np.float64) if weight is None else (mask * weight).sum())


def _blocks(pixels: Array, per_cell: int) -> Array:
    """(cell row, cell col) means over cells."""
    rows, cols = pixels.shape[0] // per_cell, pixels.shape[1] // per_cell
    by_cell = pixels.reshape(rows, per_cell, cols, per_cell)
    return np.asarray(by_cell.sum(axis=(1, 3), dtype=np.float64) / per_cell**2)
