"""The view of the whole country that leaves it clear of what stands on the map; no Qt widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

Array = NDArray[np.float64]

OUTLINE_DEG = np.array(
    [
        (73.2, 39.2), (74.7, 40.8), (79.5, 42.2), (80.2, 43.5), (79.7, 45.1), (81.9, 45.8), (82.9, 47.5),
        (84.9, 47.4), (86.8, 49.4), (87.9, 49.5), (89.0, 48.4), (90.2, 48.1), (91.6, 45.6), (95.5, 44.6),
        (96.6, 43.1), (100.9, 43.0), (105.1, 42.0), (110.2, 43.0), (111.9, 45.4), (113.6, 45.1),
        (115.9, 45.9), (116.2, 46.9), (115.3, 48.3), (116.6, 50.1), (118.7, 50.3), (119.8, 51.9),
        (119.8, 52.9), (120.8, 53.6), (123.6, 53.8), (125.7, 53.3), (128.1, 50.1), (130.8, 49.1),
        (131.6, 48.1), (135.3, 48.5), (133.3, 44.9), (131.8, 44.5), (130.8, 42.2), (129.5, 42.1),
        (128.2, 41.1), (126.8, 41.2), (124.3, 39.6), (122.7, 39.2), (122.3, 38.5), (123.0, 37.5),
        (122.8, 36.8), (121.5, 36.5), (120.4, 35.5), (120.4, 34.6), (122.2, 31.8), (122.4, 29.9),
        (121.9, 28.1), (120.5, 26.6), (120.8, 25.8), (122.3, 25.0), (121.1, 21.7), (120.6, 21.7),
        (119.5, 24.0), (118.5, 24.2), (116.6, 22.7), (111.6, 21.1), (111.3, 19.5), (109.5, 17.9),
        (108.4, 18.4), (108.7, 20.9), (106.5, 21.7), (105.8, 22.7), (102.6, 22.1), (101.8, 20.9),
        (99.0, 21.9), (98.4, 23.4), (97.2, 23.9), (98.4, 26.4), (97.9, 27.5), (95.8, 27.9), (93.7, 26.7),
        (92.1, 26.6), (90.2, 27.8), (88.9, 26.9), (88.1, 27.5), (85.8, 27.7), (82.1, 29.8), (81.0, 29.7),
        (78.9, 30.8), (78.1, 32.2), (78.4, 33.4), (77.8, 34.9), (74.4, 36.8),
    ]
)  # fmt: skip
"""Around the land of the country, a little outside it (the embedded provinces with Hainan and Taiwan, grown by 0.3
degrees and simplified): longitude, latitude. The islands of the South China Sea are in the inset."""
MARGIN_PX = 8.0
STEP_PX = 16.0
BETWEEN = 3
"""Points for each corner of the outline."""
MOST_SHRUNK = 1.7
"""How much smaller than the whole window would allow the country may become before furniture may cover some of it."""
HALVINGS = 6


def country(viewport: Viewport, projection: Projection, covered: Sequence[QRectF]) -> Viewport:
    """The largest view of the whole country with none of it under `covered` (boxes in pixels of the window, what
    matters most first), as near to the middle as it can stand. In a window too small for that the last boxes may
    cover some of it."""
    for count in range(len(covered), -1, -1):
        found = _largest(viewport, projection, covered[:count])
        if found is not None:
            return found
    return viewport


def _largest(viewport: Viewport, projection: Projection, covered: Sequence[QRectF]) -> Viewport | None:
    x, y = _outline(projection)
    wide, high = viewport.width_px - 2 * MARGIN_PX, viewport.height_px - 2 * MARGIN_PX
    tight = float(max(np.ptp(x) / max(wide, 1.0), np.ptp(y) / max(high, 1.0)))
    middle_x, middle_y = float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2

    def stands(shrunk: float) -> Viewport | None:
        scale = tight * shrunk
        at = _free((x - middle_x) / scale, (middle_y - y) / scale, viewport, covered)
        if at is None:
            return None
        return replace(
            viewport,
            metres_per_pixel=scale,
            center_x_m=middle_x - (at[0] - viewport.width_px / 2) * scale,
            center_y_m=middle_y + (at[1] - viewport.height_px / 2) * scale,
        )

    low, high_, best = 1.0, MOST_SHRUNK, stands(MOST_SHRUNK)
    if best is None:
        return None
    for _ in range(HALVINGS):
        between = (low + high_) / 2
        found = stands(between)
        if found is None:
            low = between
        else:
            high_, best = between, found
    return best


def is_clear(viewport: Viewport, projection: Projection, covered: Sequence[QRectF]) -> bool:
    """Whether a view shows the whole country and none of it under `covered`."""
    x, y = _outline(projection)
    left, _, _, top = viewport.extent
    px, py = (x - left) / viewport.metres_per_pixel, (top - y) / viewport.metres_per_pixel
    inside = (px > 0).all() and (px < viewport.width_px).all() and (py > 0).all()
    return bool(
        inside and (py < viewport.height_px).all() and not any(_under(px, py, b).any() for b in covered)
    )


@lru_cache(maxsize=4)
def _outline(projection: Projection) -> tuple[Array, Array]:
    """Places around the country on the map plane, so near that no box slips between two. [m]"""
    corners = np.stack(projection.forward(OUTLINE_DEG[:, 0], OUTLINE_DEG[:, 1]))
    sides = np.roll(corners, -1, axis=1) - corners
    shares = np.arange(BETWEEN) / BETWEEN
    x, y = (corners[:, :, None] + sides[:, :, None] * shares).reshape(2, -1)
    return x, y


def _under(x: Array, y: Array, box: QRectF) -> NDArray[np.bool_]:
    return (x > box.left()) & (x < box.right()) & (y > box.top()) & (y < box.bottom())


def _free(px: Array, py: Array, viewport: Viewport, covered: Sequence[QRectF]) -> tuple[float, float] | None:
    """Where the country's middle can stand, in pixels; None where it cannot."""
    across = np.arange(MARGIN_PX - px.min(), viewport.width_px - MARGIN_PX - px.max() + 1e-6, STEP_PX)
    down = np.arange(MARGIN_PX - py.min(), viewport.height_px - MARGIN_PX - py.max() + 1e-6, STEP_PX)
    if not len(across) or not len(down):
        return None
    x, y = (part.ravel() for part in np.meshgrid(across, down))
    near = np.argsort(np.hypot(x - viewport.width_px / 2, y - viewport.height_px / 2), kind="stable")
    x, y = x[near], y[near]
    for box in covered:
        clear = ~_under(x[:, None] + px, y[:, None] + py, box).any(axis=1)
        x, y = x[clear], y[clear]
    return (float(x[0]), float(y[0])) if len(x) else None
