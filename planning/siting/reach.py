"""Which pixels lie within a distance of others, exactly, in a few passes over rows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def within(mask: Mask, reach_px: float) -> Mask:
    """(row, col) where the centre of a pixel lies at most `reach_px` pixels from that of a marked one.

    The same as a threshold of the Euclidean distance transform, without distances: a disc is a stack of rows, so
    each row's horizontal distance to its nearest mark is compared once per row of the disc.
    """
    radius = math.floor(reach_px)
    marked = np.flatnonzero(mask.any(axis=1))
    if radius < 1 or not marked.size:
        return mask.copy()
    rows = mask.shape[0]
    first, last = int(marked[0]), int(marked[-1]) + 1
    aside = _aside(mask[first:last], radius)
    out = np.zeros(mask.shape, dtype=bool)
    for down in range(radius + 1):
        half = math.floor(math.sqrt(reach_px * reach_px - down * down))
        near = aside <= half
        for shift in {down, -down}:
            top, bottom = max(first + shift, 0), min(last + shift, rows)
            if top < bottom:
                out[top:bottom] |= near[top - first - shift : bottom - first - shift]
    return out


def _aside(mask: Mask, most: int) -> NDArray[np.unsignedinteger]:
    """(row, col) pixels to the nearest mark of the same row, `most` + 1 where it is further."""
    cols = mask.shape[1]
    at = np.arange(cols, dtype=np.int32)
    far = np.int32(cols + most + 1)
    left = np.maximum.accumulate(np.where(mask, at, -far), axis=1)
    right = np.minimum.accumulate(np.where(mask, at, cols + far)[:, ::-1], axis=1)[:, ::-1]
    nearest = np.minimum(at - left, right - at)
    kind = np.uint8 if most < 255 else np.uint16
    return np.minimum(nearest, most + 1).astype(kind)
