"""Where the map's ground ends: land and sea around China fade into a neutral tone before their data do.

The context land ends at straight meridians and parallels, which a projection turns into hard diagonals; beyond
them there is neither land nor sea, only paper.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.desktop.map.layers import MapLayer
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

Array = NDArray[np.float64]

CLEAR_DEG = (73.3, 3.2, 135.4, 53.8)
"""West, south, east, north: China, its ten strokes, never faded."""
END_DEG = (64.4, 0.2, 145.6, 59.6)
"""Where only paper is left, inside the edge of the data (64 to 146 E, 0 to 60 N)."""
PAPER = ("#eceeee", "#1b1e20")
"""Light and dark."""
STEP_PX = 8
GROUND = frozenset({"layer.neighbour", "layer.land", "layer.hillshade", "layer.lake", "layer.river"})
"""What the fade lies over, with all that is below it."""


class EdgeFade:
    """The fade as a MapLayer."""

    def __init__(self) -> None:
        self.id = "layer.edge"
        self.visible = True
        self.opacity = 1.0
        self.night = False
        self._projection = Projection("albers")

    def project(self, projection: Projection) -> None:
        self._projection = projection

    def at_night(self) -> EdgeFade:
        """The same on a dark map."""
        twin = copy.copy(self)
        twin.night = True
        return twin

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        cols, rows = viewport.width_px // STEP_PX + 2, viewport.height_px // STEP_PX + 2
        left, _, _, top = viewport.extent
        step_m = STEP_PX * viewport.metres_per_pixel
        x, y = np.meshgrid(left + np.arange(cols) * step_m, top - np.arange(rows) * step_m)
        cover = faded(*self._projection.inverse(x, y))
        if not cover.any():
            return
        paper = QColor(PAPER[self.night])
        pixels = np.empty((rows, cols, 4), dtype=np.uint8)
        # Premultiplied, blue first: the format of little-endian ARGB32.
        for channel, value in enumerate((paper.blue(), paper.green(), paper.red(), 255)):
            pixels[..., channel] = np.rint(cover * value)
        image = QImage(pixels.tobytes(), cols, rows, 4 * cols, QImage.Format.Format_ARGB32_Premultiplied)
        # A sample is the middle of its pixel; half a pixel off puts it where it was taken.
        half = STEP_PX / 2
        painter.drawImage(QRectF(-half, -half, cols * STEP_PX, rows * STEP_PX), image)


def faded(lon_deg: Array, lat_deg: Array) -> Array:
    """0 where the ground shows, 1 where only paper is, smooth between; 1 off the projection."""
    shares = [
        (CLEAR_DEG[0] - lon_deg) / (CLEAR_DEG[0] - END_DEG[0]),
        (CLEAR_DEG[1] - lat_deg) / (CLEAR_DEG[1] - END_DEG[1]),
        (lon_deg - CLEAR_DEG[2]) / (END_DEG[2] - CLEAR_DEG[2]),
        (lat_deg - CLEAR_DEG[3]) / (END_DEG[3] - CLEAR_DEG[3]),
    ]
    out = np.ones_like(np.asarray(lon_deg, dtype=np.float64))
    for share in shares:
        kept = 1.0 - np.clip(np.nan_to_num(share, nan=1.0, posinf=1.0, neginf=1.0), 0.0, 1.0)
        out = out * (kept * kept * (3.0 - 2.0 * kept))
    return np.where(np.isfinite(lon_deg) & np.isfinite(lat_deg), 1.0 - out, 1.0)


def with_edge(layers: Sequence[MapLayer]) -> list[MapLayer]:
    """The layers with the fade above the ground; those without a ground as they are."""
    ground = [number for number, layer in enumerate(layers) if layer.id in GROUND]
    if not ground:
        return list(layers)
    return [*layers[: ground[-1] + 1], EdgeFade(), *layers[ground[-1] + 1 :]]
