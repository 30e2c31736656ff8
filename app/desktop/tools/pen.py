"""How shapes in the making look: a vivid core in a light casing, labels light on dark; so on any map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.desktop.tools.snapping import Screen, Snap
from gis_layers.measure import Place, along, legs

Array = NDArray[np.float64]

CORE, WRONG, CASING, INK = QColor("#b3126b"), QColor("#e02b20"), QColor(255, 255, 255, 230), QColor("#14212b")
FILL, WRONG_FILL = QColor(179, 18, 107, 40), QColor(224, 43, 32, 60)
SNAP = QColor("#ffd21f")
LABEL_BACK, LABEL_RIM, LABEL_INK = QColor(20, 33, 43, 230), QColor(255, 255, 255, 110), QColor("#ffffff")
LONGEST_PIECE_PX = 24.0


def geodesic_px(screen: Screen, path: Sequence[Place]) -> Array:
    """(n, 2) pixels of a path, its edges bent as geodesics are in the projection."""
    if len(path) < 2:
        return screen.places_px(path)
    whole = legs(path).total_km
    step = max(LONGEST_PIECE_PX * screen.viewport.metres_per_pixel / 1000.0, whole / 400.0, 1e-6)
    track = along(path, step)
    return np.column_stack(screen.to_px(track.lon_deg, track.lat_deg))


def stroke(
    painter: QPainter, pixels: Array, *, fill: bool = False, wrong: bool = False, dashed: bool = False
) -> None:
    """A line, or the outline and tint of a closed one."""
    if len(pixels) < 2 or not np.isfinite(pixels).all():
        return
    shape = QPolygonF([QPointF(float(x), float(y)) for x, y in pixels])
    if fill:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(WRONG_FILL if wrong else FILL))
        painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((CASING, 5.0), (WRONG if wrong else CORE, 2.2)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        # A wrong shape is told by its dashes too, not by colour alone.
        if (dashed or wrong) and width < 5.0:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(shape)


def handles(painter: QPainter, pixels: Array, picked: int | None = None) -> None:
    """Squares on vertices; the picked one is filled."""
    for index, (x, y) in enumerate(pixels):
        chosen = index == picked
        half = 5.5 if chosen else 3.5
        painter.setPen(QPen(INK, 1.4))
        painter.setBrush(CORE if chosen else QColor("#ffffff"))
        painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))


def label(
    painter: QPainter, screen: Screen, px: float, py: float, lines: Sequence[str], above: bool = False
) -> None:
    """Words in a dark box beside a pixel, kept inside the painted area."""
    if not lines:
        return
    metrics = QFontMetricsF(painter.font())
    wide = max(metrics.horizontalAdvance(line) for line in lines) + 12
    high = metrics.height() * len(lines) + 6
    x = max(min(px + 14, screen.viewport.width_px - wide - 2), 2.0)
    y = py - high - 10 if above else py + 14
    y = min(max(y, 2.0), screen.viewport.height_px - high - 2)
    painter.setPen(QPen(LABEL_RIM, 1.0))
    painter.setBrush(LABEL_BACK)
    painter.drawRoundedRect(QRectF(x, y, wide, high), 3, 3)
    painter.setPen(LABEL_INK)
    for row, line in enumerate(lines):
        painter.drawText(QPointF(x + 6, y + 3 + metrics.ascent() + row * metrics.height()), line)


def tag(painter: QPainter, px: float, py: float, words: str) -> None:
    """A short figure centred on a pixel."""
    metrics = QFontMetricsF(painter.font())
    wide, high = metrics.horizontalAdvance(words) + 8, metrics.height() + 2
    box = QRectF(px - wide / 2, py - high / 2, wide, high)
    painter.setPen(QPen(LABEL_RIM, 1.0))
    painter.setBrush(LABEL_BACK)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(LABEL_INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def snap_mark(painter: QPainter, screen: Screen, snap: Snap) -> None:
    """Square for a vertex, diamond for an edge, ring for a named place."""
    (x, y), size = screen.places_px([snap.place])[0], 7.0
    at = QPointF(float(x), float(y))
    shapes: dict[Literal["vertex", "edge", "named"], list[tuple[float, float]]] = {
        "vertex": [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)],
        "edge": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0), (0, -1.3)],
    }
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((INK, 4.6), (SNAP, 2.4)):
        painter.setPen(QPen(colour, width))
        if snap.kind == "named":
            painter.drawEllipse(at, size + 1, size + 1)
        else:
            painter.drawPolyline(
                QPolygonF([at + QPointF(dx * size, dy * size) for dx, dy in shapes[snap.kind]])
            )
    if snap.name:
        label(painter, screen, at.x(), at.y(), [snap.name], above=True)
