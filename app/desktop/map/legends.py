"""Legends on the map: what they say, where each stands, and how one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from app.desktop.map.colour import RAMPS, Ramp
from app.desktop.map.style import Legend

WIDTH_PX = 208.0
"""Narrow enough to stand west of Xinjiang when the whole country is shown."""
GAP_PX = 8.0
PAD_PX = 8.0
ROW_PX = 17.0
DASH_PX = (9.0, 4.0)
"""Stroke and gap of an AC line."""


@dataclass(frozen=True)
class RampLegend:
    """What the legend says of one raster, or of lines coloured by a value."""

    title: str
    unit: str
    note: str
    """Grade and period, in the user's language."""
    ramp: Ramp
    low: float
    high: float
    reverse: bool = False

    @property
    def height_px(self) -> float:
        return 76.0 if self.note else 62.0


@dataclass(frozen=True)
class KeyRow:
    """One colour and its words: a line of a width, or a patch where there is none."""

    label: str
    colour: str
    width_px: float | None = None
    dashed: bool = False


@dataclass(frozen=True)
class KeyLegend:
    """What colours, classes or widths stand for."""

    title: str
    note: str
    rows: tuple[KeyRow, ...]

    @property
    def height_px(self) -> float:
        rows = (len(self.rows) + 1) // 2 if self.in_two else len(self.rows)
        return 28.0 + ROW_PX * rows + (16.0 if self.note else 0.0) + 4.0

    @property
    def in_two(self) -> bool:
        """Many short rows of patches stand in two columns."""
        return len(self.rows) > 4 and all(len(r.label) <= 14 and r.width_px is None for r in self.rows)


MapLegend = RampLegend | KeyLegend


def of_style(title: str, legend: Legend, note: str) -> MapLegend:
    """The map's legend of a layer's style; `note` is grade and period."""
    if legend.palette is not None and not legend.steps:
        low, high = (float(edge.replace(",", "")) for edge in (legend.low, legend.high))
        return RampLegend(title, legend.unit, note, RAMPS[legend.palette], low, high, legend.reverse)
    named = f"{title} ({legend.unit})" if legend.unit else title
    return KeyLegend(named, note, tuple(KeyRow(step.label, step.colour) for step in legend.steps))


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours and fonts of what is drawn over the map."""

    ink: QColor
    dim: QColor
    paper: QColor
    font: QFont

    def sized(self, points: float, bold: bool = False) -> QFont:
        font = QFont(self.font)
        font.setPointSizeF(points)
        font.setBold(bold)
        return font


def stack(heights_px: Sequence[float], room: QRectF) -> list[QPointF | None]:
    """Where each legend stands: downwards, then in the next column; None where there is no room left.

    A legend without room does not take the place of the smaller ones after it.
    """
    places: list[QPointF | None] = []
    bottoms: list[float] = []
    most = int((room.width() + GAP_PX) // (WIDTH_PX + GAP_PX))
    for height in heights_px:
        column = next(
            (k for k in range(len(bottoms)) if bottoms[k] + GAP_PX + height <= room.bottom()), len(bottoms)
        )
        if column == len(bottoms):
            if column >= most or height > room.height():
                places.append(None)
                continue
            bottoms.append(room.top() - GAP_PX)
        places.append(QPointF(room.left() + column * (WIDTH_PX + GAP_PX), bottoms[column] + GAP_PX))
        bottoms[column] += GAP_PX + height
    return places


def draw(painter: QPainter, legend: MapLegend, at: QPointF, ink: Ink) -> None:
    """Draw one legend with its upper left corner at a place."""
    box = QRectF(at.x(), at.y(), WIDTH_PX, legend.height_px)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.paper)
    painter.drawRoundedRect(box, 4, 4)
    inner = box.adjusted(PAD_PX, 0, -PAD_PX, 0)
    painter.setPen(QPen(ink.ink))
    painter.setFont(ink.sized(9.5, bold=True))
    unit = f" ({legend.unit})" if isinstance(legend, RampLegend) and legend.unit else ""
    _words(painter, QRectF(inner.left(), at.y() + 6, inner.width(), 18), legend.title, unit)
    painter.setFont(ink.sized(8.5))
    if isinstance(legend, RampLegend):
        _draw_ramp(painter, legend, inner)
    else:
        _draw_keys(painter, legend, inner, ink)
    if legend.note:
        painter.setPen(QPen(ink.dim))
        _words(painter, QRectF(inner.left(), box.bottom() - 20, inner.width(), 16), legend.note)


def _words(painter: QPainter, box: QRectF, words: str, unit: str = "") -> None:
    """Words cut to the box; the unit after them is never cut."""
    metrics = painter.fontMetrics()
    room = int(box.width()) - metrics.horizontalAdvance(unit)
    short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room) + unit
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)


def _draw_ramp(painter: QPainter, legend: RampLegend, inner: QRectF) -> None:
    table = legend.ramp.table()
    painter.drawImage(
        QRectF(inner.left(), inner.top() + 27, inner.width(), 12),
        _bar(table[::-1] if legend.reverse else table),
    )
    aligned = (
        (0.0, Qt.AlignmentFlag.AlignLeft),
        (0.5, Qt.AlignmentFlag.AlignHCenter),
        (1.0, Qt.AlignmentFlag.AlignRight),
    )
    for share, align in aligned:
        value = legend.low + (legend.high - legend.low) * share
        row = QRectF(inner.left(), inner.top() + 40, inner.width(), 15)
        painter.drawText(row, align, short_number(value, legend.high - legend.low))


def _draw_keys(painter: QPainter, legend: KeyLegend, inner: QRectF, ink: Ink) -> None:
    columns = 2 if legend.in_two else 1
    width = inner.width() / columns
    for number, row in enumerate(legend.rows):
        x = inner.left() + width * (number % columns)
        y = inner.top() + 27 + ROW_PX * (number // columns)
        middle = y + ROW_PX / 2
        if row.width_px is None:
            painter.fillRect(QRectF(x, middle - 5, 20, 10), QColor(row.colour))
        else:
            pen = QPen(QColor(row.colour), row.width_px, c=Qt.PenCapStyle.FlatCap)
            if row.dashed:
                pen.setDashPattern(dashes(row.width_px))
            painter.setPen(pen)
            painter.drawLine(QPointF(x, middle), QPointF(x + 34, middle))
        start = 26 if row.width_px is None else 42
        painter.setPen(QPen(ink.ink))
        _words(painter, QRectF(x + start, y, width - start - 2, ROW_PX), row.label)


def dashes(width_px: float) -> list[float]:
    """The dash pattern of an AC line, in widths of the pen as Qt counts: as long on the map at any width."""
    return [DASH_PX[0] / width_px, DASH_PX[1] / width_px]


def _bar(table: NDArray[np.uint8]) -> QImage:
    row = np.ascontiguousarray(np.repeat(table[None, :, :], 4, axis=0))
    return QImage(row.tobytes(), 256, 4, 3 * 256, QImage.Format.Format_RGB888).copy()


def short_number(value: float, span: float) -> str:
    """With as many digits as the span of the legend needs."""
    digits = 0 if span >= 20 else 1 if span >= 2 else 2
    return f"{value:,.{digits}f}"
