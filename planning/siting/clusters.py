"""From cells to sites: connected land, cut to the size of projects.

Land that hangs together is cut across its longer axis into parts of equal capacity until each is of a size that is
built; what is too small stays aside and is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]
Index = NDArray[np.int64]

ASIDE: Final = -1
_TOUCHING = np.ones((3, 3), dtype=np.int8)
"""Cells that meet at a corner hang together."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which site each cell belongs to."""

    label: NDArray[np.int32]
    """(row, col) number of the site from 0; -1: no eligible land, or left aside."""
    count: int
    aside_mw: float
    """Capacity of land in pieces too small for a site."""
    aside_cells: int


def clusters_of(capacity_mw: Array, least_mw: float, most_mw: float) -> Clusters:
    """Sites of connected cells.

    Parameters
    ----------
    capacity_mw : (row, col)
        Of all technologies together.
    least_mw, most_mw
        Size of a site; most at least twice the least, so that every cut leaves both parts large enough.

    Raises
    ------
    InputError
        Sizes that are none.

    Notes
    -----
    Sites are numbered from north to south, and from west to east, by their northernmost cell. Cuts may leave fragments
    apart from their part: they go to the site they touch most, as long as it stays within `most_mw`, else aside.
    """
    from scipy.ndimage import label

    if not (least_mw > 0 and 2 * least_mw <= most_mw and np.isfinite(most_mw)):
        found = f"{least_mw:g} to {most_mw:g} MW"
        raise InputError(Problem("sites", "size", found, "a least above 0 and a most of twice that or more"))
    usable = capacity_mw > 0
    pieces, count = label(usable, structure=_TOUCHING)
    total = np.bincount(
        pieces.ravel(), weights=np.where(usable, capacity_mw, 0.0).ravel(), minlength=count + 1
    )
    flat_piece, flat_mw = pieces.ravel(), capacity_mw.ravel()
    order = np.argsort(flat_piece, kind="stable")
    begins = np.searchsorted(flat_piece[order], np.arange(count + 2))
    out = np.full(capacity_mw.size, ASIDE, dtype=np.int32)
    number = 0
    for piece in range(1, count + 1):
        if total[piece] < least_mw:
            continue
        own = order[begins[piece] : begins[piece + 1]]
        for part in _sized(own, flat_mw, capacity_mw.shape[1], least_mw, most_mw):
            out[part] = number
            number += 1
    labels = _whole(out.reshape(capacity_mw.shape), capacity_mw, least_mw, most_mw)
    left = (capacity_mw > 0) & (labels == ASIDE)
    held = int(labels.max(initial=ASIDE)) + 1
    labels.flags.writeable = False
    return Clusters(labels, held, float(capacity_mw[left].sum()), int(left.sum()))


def _sized(cells: Index, mw: Array, cols: int, least_mw: float, most_mw: float) -> list[Index]:
    """As few equal parts as keep each within `most_mw`; cells are whole, so that it may take one more."""
    total, limit = float(mw[cells].sum()), max(most_mw, float(mw[cells].max())) * (1 + 1e-9)
    parts = int(np.ceil(total / most_mw - 1e-9))
    while True:
        made = _cut(cells, mw, cols, parts)
        if max(float(mw[part].sum()) for part in made) <= limit or total < (parts + 1) * least_mw:
            return made
        parts += 1


def _cut(cells: Index, mw: Array, cols: int, parts: int) -> list[Index]:
    """Cells in `parts` compact parts of nearly equal capacity."""
    if parts <= 1 or len(cells) < 2:
        return [cells]
    row, col = np.divmod(cells, cols)
    weight = mw[cells]
    y, x = row - np.average(row, weights=weight), col - np.average(col, weights=weight)
    spread = np.array([[weight @ (x * x), weight @ (x * y)], [weight @ (x * y), weight @ (y * y)]])
    axis = np.linalg.eigh(spread)[1][:, 1]
    axis = axis * (1.0 if axis[np.argmax(np.abs(axis))] > 0 else -1.0)
    along = np.round(x * axis[0] + y * axis[1], 9)
    order = np.lexsort((cells, along))
    running = np.cumsum(weight[order])
    first = parts // 2
    at = int(np.searchsorted(running, running[-1] * first / parts, side="left")) + 1
    at = min(max(at, 1), len(cells) - 1)
    return [
        *_cut(cells[order[:at]], mw, cols, first),
        *_cut(cells[order[at:]], mw, cols, parts - first),
    ]


def _whole(labels: NDArray[np.int32], mw: Array, least_mw: float, most_mw: float) -> NDArray[np.int32]:
    """Sites in one piece each, large enough, numbered from the north."""
    from scipy.ndimage import find_objects
    from scipy.ndimage import label as connected

    fragments: list[tuple[float, Index]] = []
    out = labels.copy()
    cols = labels.shape[1]
    number = int(labels.max(initial=ASIDE)) + 1
    size = dict(
        enumerate(np.bincount(labels.ravel() + 1, weights=mw.ravel(), minlength=number + 1)[1:].tolist())
    )
    for site, window in enumerate(find_objects(labels + 1)):
        if window is None:
            continue
        pieces, count = connected(labels[window] == site, structure=_TOUCHING)
        if count == 1:
            continue
        held = np.bincount(pieces.ravel(), weights=mw[window].ravel(), minlength=count + 1)[1:]
        main = int(np.argmax(held)) + 1
        for piece in range(1, count + 1):
            if piece == main:
                continue
            row, col = np.nonzero(pieces == piece)
            cells = (row + window[0].start) * cols + col + window[1].start
            size[site] -= float(held[piece - 1])
            if held[piece - 1] >= least_mw:
                out.ravel()[cells] = number
                size[number] = float(held[piece - 1])
                number += 1
            else:
                out.ravel()[cells] = ASIDE
                fragments.append((float(held[piece - 1]), cells))
    for own_mw, cells in sorted(fragments, key=lambda f: (-f[0], int(f[1][0]))):
        near = _neighbours(out, cells)
        fits = [site for site in near if size[site] + own_mw <= most_mw]
        if fits:
            out.ravel()[cells] = fits[0]
            size[fits[0]] += own_mw
    return _renumbered(out, mw, least_mw)


def _neighbours(labels: NDArray[np.int32], cells: Index) -> list[int]:
    """Sites around some cells, the one with the longest border first."""
    rows, cols = labels.shape
    row, col = np.divmod(cells, cols)
    found: list[NDArray[np.int32]] = []
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            r, c = row + down, col + right
            inside = (r >= 0) & (r < rows) & (c >= 0) & (c < cols)
            found.append(labels[r[inside], c[inside]])
    sites, times = np.unique(np.concatenate(found), return_counts=True)
    return [int(s) for s in sites[np.argsort(-times, kind="stable")] if s != ASIDE]


def _renumbered(labels: NDArray[np.int32], mw: Array, least_mw: float) -> NDArray[np.int32]:
    """Without sites that have become too small; in the order of their first cells."""
    count = int(labels.max(initial=ASIDE)) + 1
    held = np.bincount(labels.ravel() + 1, weights=mw.ravel(), minlength=count + 1)[1:]
    sites, first = np.unique(labels.ravel(), return_index=True)
    ordered = [int(s) for s in sites[np.argsort(first)] if s != ASIDE and held[s] >= least_mw * (1 - 1e-9)]
    new = np.full(count + 1, ASIDE, dtype=np.int32)
    for number, site in enumerate(ordered):
        new[site + 1] = number
    return np.asarray(new[labels + 1])
