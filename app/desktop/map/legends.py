"""Legends on the map: what they say, where each stands, and how one is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPaintDevice,
    QPainter,
    QPen,
    QTextLayout,
    QTextOption,
)

from app.desktop.map.colour import RAMPS, Ramp
from app.desktop.map.style import Legend

WIDTH_PX = 208.0
"""Narrow enough to stand west of Xinjiang when the whole country is shown."""
WIDEST_PX = 300.0
"""Where the words need more; what is longer still takes a second line."""
MOST_LINES = 2
GAP_PX = 8.0
PAD_PX = 8.0
ROW_PX = 17.0
TITLE_LINE_PX = 17.0
NOTE_LINE_PX = 15.0
TITLE_POINTS, NOTE_POINTS = 9.5, 8.5
ROW_ALIGN = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
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
    def body_px(self) -> float:
        """Height without title and note."""
        return 36.0


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
    def body_px(self) -> float:
        """Height without title and note."""
        return ROW_PX * ((len(self.rows) + 1) // 2 if self.in_two else len(self.rows)) + 4.0

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


@dataclass(frozen=True, slots=True)
class LaidLegend:
    """A legend with its words broken into lines of a width."""

    legend: MapLegend
    title: tuple[str, ...]
    note: tuple[str, ...]
    width_px: float

    @property
    def top_px(self) -> float:
        """Height of the title."""
        return 10.0 + TITLE_LINE_PX * len(self.title)

    @property
    def height_px(self) -> float:
        return self.top_px + self.legend.body_px + (NOTE_LINE_PX * len(self.note) + 3.0 if self.note else 0.0)


def lay(legends: Iterable[MapLegend], ink: Ink, on: QPaintDevice | None = None) -> list[LaidLegend]:
    """Legends of one width, as wide as their words need between `WIDTH_PX` and `WIDEST_PX`; a long title or note
    takes two lines before it is cut."""
    held = list(legends)
    title_font, note_font = ink.sized(TITLE_POINTS, bold=True), ink.sized(NOTE_POINTS)
    needed = WIDTH_PX
    for legend in held:
        needed = max(needed, _needed(_title(legend), title_font, on), _needed(legend.note, note_font, on))
        if isinstance(legend, KeyLegend):
            columns = 2 if legend.in_two else 1
            metrics = _metrics(note_font, on)
            needed = max(
                needed,
                *(columns * (metrics.horizontalAdvance(r.label) + _start(r) + 3) for r in legend.rows),
                0,
            )
    width = min(ceil(needed + 2 * PAD_PX if needed > WIDTH_PX else WIDTH_PX), WIDEST_PX)
    room = width - 2 * PAD_PX
    return [
        LaidLegend(
            legend,
            tuple(_broken(_title(legend), title_font, room, on)),
            tuple(_broken(legend.note, note_font, room, on)) if legend.note else (),
            width,
        )
        for legend in held
    ]


def _title(legend: MapLegend) -> str:
    unit = legend.unit if isinstance(legend, RampLegend) else ""
    return f"{legend.title} ({unit.replace(' ', chr(0xA0))})" if unit else legend.title


def _metrics(font: QFont, on: QPaintDevice | None) -> QFontMetricsF:
    return QFontMetricsF(font) if on is None else QFontMetricsF(font, on)


def _needed(words: str, font: QFont, on: QPaintDevice | None) -> float:
    """The least room of a legend's width in which words take no more than their lines."""
    room = WIDTH_PX - 2 * PAD_PX
    while room < WIDEST_PX - 2 * PAD_PX and len(_lines(words, font, room, on)) > MOST_LINES:
        room += 8.0
    return room if room > WIDTH_PX - 2 * PAD_PX else 0.0


def _lines(words: str, font: QFont, room: float, on: QPaintDevice | None) -> list[str]:
    layout = QTextLayout(words, font) if on is None else QTextLayout(words, font, on)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    found = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        found.append(words[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return found


def _broken(words: str, font: QFont, room: float, on: QPaintDevice | None) -> list[str]:
    """At most two lines; what is longer is cut in the middle, so that the unit at the end stays."""
    lines = _lines(words, font, room, on)
    if len(lines) <= MOST_LINES:
        return lines
    rest = words[words.index(lines[1]) :]
    middle = Qt.TextElideMode.ElideMiddle
    return [lines[0], _metrics(font, on).elidedText(rest, middle, room)]


def stack(heights_px: Sequence[float], room: QRectF, width_px: float = WIDTH_PX) -> list[QPointF | None]:
    """Where each legend stands: downwards, then in the next column; None where there is no room left.

    A legend without room does not take the place of the smaller ones after it.
    """
    places: list[QPointF | None] = []
    bottoms: list[float] = []
    most = int((room.width() + GAP_PX) // (width_px + GAP_PX))
    for height in heights_px:
        column = next(
            (k for k in range(len(bottoms)) if bottoms[k] + GAP_PX + height <= room.bottom()), len(bottoms)
        )
        if column == len(bottoms):
            if column >= most or height > room.height():
                places.append(None)
                continue
            bottoms.append(room.top() - GAP_PX)
        places.append(QPointF(room.left() + column * (width_px + GAP_PX), bottoms[column] + GAP_PX))
        bottoms[column] += GAP_PX + height
    return places


def draw(painter: QPainter, laid: LaidLegend, at: QPointF, ink: Ink) -> None:
    """Draw one legend with its upper left corner at a place."""
    legend = laid.legend
    box = QRectF(at.x(), at.y(), laid.width_px, laid.height_px)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.paper)
    painter.drawRoundedRect(box, 4, 4)
    inner = box.adjusted(PAD_PX, 0, -PAD_PX, 0)
    painter.setPen(QPen(ink.ink))
    painter.setFont(ink.sized(TITLE_POINTS, bold=True))
    for number, line in enumerate(laid.title):
        row = QRectF(inner.left(), at.y() + 6 + TITLE_LINE_PX * number, inner.width(), TITLE_LINE_PX)
        painter.drawText(row, ROW_ALIGN, line)
    painter.setFont(ink.sized(NOTE_POINTS))
    body = inner.adjusted(0, laid.top_px, 0, 0)
    if isinstance(legend, RampLegend):
        _draw_ramp(painter, legend, body)
    else:
        _draw_keys(painter, legend, body, ink)
    painter.setPen(QPen(ink.dim))
    top = at.y() + laid.top_px + legend.body_px - 1
    for number, line in enumerate(laid.note):
        painter.drawText(
            QRectF(inner.left(), top + NOTE_LINE_PX * number, inner.width(), NOTE_LINE_PX), ROW_ALIGN, line
        )


def _words(painter: QPainter, box: QRectF, words: str) -> None:
    """Words cut to the box."""
    short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, ROW_ALIGN, short)


def _draw_ramp(painter: QPainter, legend: RampLegend, inner: QRectF) -> None:
    table = legend.ramp.table()
    painter.drawImage(
        QRectF(inner.left(), inner.top(), inner.width(), 12),
        _bar(table[::-1] if legend.reverse else table),
    )
    aligned = (
        (0.0, Qt.AlignmentFlag.AlignLeft),
        (0.5, Qt.AlignmentFlag.AlignHCenter),
        (1.0, Qt.AlignmentFlag.AlignRight),
    )
    for share, align in aligned:
        value = legend.low + (legend.high - legend.low) * share
        row = QRectF(inner.left(), inner.top() + 14, inner.width(), 15)
        painter.drawText(row, align, short_number(value, legend.high - legend.low))


def _draw_keys(painter: QPainter, legend: KeyLegend, inner: QRectF, ink: Ink) -> None:
    columns = 2 if legend.in_two else 1
    width = inner.width() / columns
    for number, row in enumerate(legend.rows):
        x = inner.left() + width * (number % columns)
        y = inner.top() + ROW_PX * (number // columns)
        middle = y + ROW_PX / 2
        if row.width_px is None:
            painter.fillRect(QRectF(x, middle - 5, 20, 10), QColor(row.colour))
        else:
            pen = QPen(QColor(row.colour), row.width_px, c=Qt.PenCapStyle.FlatCap)
            if row.dashed:
                pen.setDashPattern(dashes(row.width_px))
            painter.setPen(pen)
            painter.drawLine(QPointF(x, middle), QPointF(x + 34, middle))
        start = _start(row)
        painter.setPen(QPen(ink.ink))
        _words(painter, QRectF(x + start, y, width - start - 2, ROW_PX), row.label)


def _start(row: KeyRow) -> int:
    """Where the words of a row begin."""
    return 26 if row.width_px is None else 42


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
