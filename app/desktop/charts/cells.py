"""A table of coloured figures: payers by payees, a share under two assumptions; with a line where a value is passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.desktop.charts.data import Array
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.heat import cell_colours
from app.desktop.charts.look import Look
from app.desktop.map.colour import RAMPS
from app.desktop.texts import text

OTHERS = "others"
MOST_COLUMN_PX = 132


@dataclass(frozen=True)
class Side:
    """The rows or the columns."""

    title: str
    ids: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """Figures in the base unit of `kind`; NaN where there is none."""

    rows: Side
    columns: Side
    values: Array
    """(row, column)."""
    kind: str
    """Of `planning.words.QUANTITIES`, or a unit."""
    limit: float | None = None
    """A line is drawn between cells below it and cells at or above it."""
    marked: tuple[int, int] | None = None
    """A cell with a frame: the run itself."""


def gathered(cells: Cells, rows: int, columns: int, others: str) -> Cells:
    """The largest rows and columns by their sums, the rest added up under `others`; the sum of all stays."""
    values = np.nan_to_num(cells.values)
    merged, sides = values, []
    for axis, (side, most) in enumerate(((cells.rows, rows), (cells.columns, columns))):
        order = np.argsort(-np.abs(values).sum(axis=1 - axis), kind="stable")
        if len(order) <= most:
            kept, rest = order, order[:0]
        else:
            kept, rest = order[: max(most - 1, 1)], order[max(most - 1, 1) :]
        taken = np.take(merged, kept, axis=axis)
        ids, names = [side.ids[i] for i in kept], [side.names[i] for i in kept]
        if len(rest):
            more = np.take(merged, rest, axis=axis).sum(axis=axis, keepdims=True)
            taken = np.concatenate((taken, more), axis=axis)
            ids.append(OTHERS)
            names.append(f"{others} ({len(rest)})")
        merged = taken
        sides.append(Side(side.title, tuple(ids), tuple(names)))
    return Cells(sides[0], sides[1], np.where(merged == 0, np.nan, merged), cells.kind, cells.limit)


class CellView(QWidget):
    """The cells; names of rows at the left, of columns above."""

    pointed = Signal(int, int)
    """Row and column; -1, -1 outside."""
    clicked = Signal(int, int)
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cells: Cells | None = None
        self.look = Look()
        self.selected: tuple[str, str] = ("", "")
        """Ids of a row and a column; either may be empty."""
        self.setMouseTracking(True)
        self.setMinimumHeight(72)

    def sizeHint(self) -> QSize:
        return QSize(460, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def room(self) -> tuple[int, int]:
        """So many rows and columns can bear figures."""
        metrics = self.fontMetrics()
        wide = metrics.horizontalAdvance("88,888.8") + 8
        return (
            max(int((self.height() - 2 * metrics.height() - 8) / (metrics.height() + 2)), 3),
            max(int((self.width() - self._left()) / wide), 3),
        )

    def readable_px(self, rows: int) -> int:
        """The least height at which so many rows bear figures."""
        line = self.fontMetrics().height()
        return 2 * line + 12 + rows * (line + 1)

    def _left(self) -> int:
        metrics, cells = self.fontMetrics(), self.cells
        names = () if cells is None else (*cells.rows.names, f"{cells.rows.title} ↓")
        return min(max((metrics.horizontalAdvance(n) for n in names), default=60) + 12, self.width() // 3)

    def field(self) -> QRectF:
        """Where the cells are."""
        assert self.cells is not None
        metrics, left = self.fontMetrics(), self._left()
        top = 2 * metrics.height() + 6
        count = len(self.cells.columns.ids)
        width = min(self.width() - left - 4, MOST_COLUMN_PX * count)
        height = min(self.height() - top - 4, (metrics.height() + 14) * len(self.cells.rows.ids))
        return QRectF(left, top, max(width, 40), max(height, 40))

    def paintEvent(self, event: QPaintEvent) -> None:
        cells = self.cells
        if cells is None or not cells.values.size:
            return
        painter, look, field = QPainter(self), self.look, self.field()
        metrics = self.fontMetrics()
        rows, columns = cells.values.shape
        width, height = field.width() / columns, field.height() / rows
        finite = cells.values[np.isfinite(cells.values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        colours = cell_colours(
            np.sqrt(np.maximum(cells.values - low, 0.0)), RAMPS["wind"], 0.0, float(np.sqrt(high - low))
        )
        right, middle = (
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            Qt.AlignmentFlag.AlignCenter,
        )
        painter.setPen(QColor(look.dim))
        painter.drawText(
            QRectF(field.left(), 0, field.width(), metrics.height() + 2), middle, f"{cells.columns.title} →"
        )
        painter.drawText(
            QRectF(0, metrics.height() + 2, field.left() - 6, metrics.height()),
            right,
            f"{cells.rows.title} ↓",
        )
        for column, name in enumerate(cells.columns.names):
            box = QRectF(field.left() + column * width, metrics.height() + 3, width - 2, metrics.height())
            chosen = cells.columns.ids[column] == self.selected[1]
            painter.setPen(QColor(look.ink if chosen else look.dim))
            painter.drawText(
                box, middle, metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width) - 2)
            )
        for row, name in enumerate(cells.rows.names):
            at = field.top() + row * height
            painter.setPen(QColor(look.ink))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(field.left()) - 8)
            painter.drawText(QRectF(0, at, field.left() - 6, height), right, shown)
            for column in range(columns):
                value = cells.values[row, column]
                box = QRectF(field.left() + column * width, at, width - 1, height - 1)
                if not np.isfinite(value):
                    painter.fillRect(box, QColor(look.rule))
                    continue
                colour = QColor(*(int(v) for v in colours[row, column]))
                painter.fillRect(box, colour)
                words = self.shown(float(value))
                if width > metrics.horizontalAdvance(words) + 2 and height >= metrics.height() - 1:
                    painter.setPen(QColor("#ffffff" if colour.lightnessF() < 0.55 else "#1d2226"))
                    painter.drawText(box, middle, words)
        self._frames(painter, field, width, height)
        painter.end()

    def shown(self, value: float) -> str:
        """A figure without its unit."""
        assert self.cells is not None
        kind = self.cells.kind
        return f"{value:.2f}" if kind == "%" else self.look.short(self.look.value(value, kind))

    def _frames(self, painter: QPainter, field: QRectF, width: float, height: float) -> None:
        """The line of the limit, the run's own cell, what is selected."""
        cells = self.cells
        assert cells is not None
        if cells.limit is not None:
            painter.setPen(QPen(QColor("#d1495b"), 3))
            over = cells.values >= cells.limit
            for row, column in np.argwhere(over[:, :-1] != over[:, 1:]).tolist():
                x, y = field.left() + (column + 1) * width - 0.5, field.top() + row * height
                painter.drawLine(QPointF(x, y), QPointF(x, y + height))
            for row, column in np.argwhere(over[:-1] != over[1:]).tolist():
                x, y = field.left() + column * width, field.top() + (row + 1) * height - 0.5
                painter.drawLine(QPointF(x, y), QPointF(x + width, y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.look.ink), 2))
        if cells.marked is not None:
            row, column = cells.marked
            painter.drawRect(
                QRectF(field.left() + column * width, field.top() + row * height, width - 2, height - 2)
            )
        for axis, (side, chosen) in enumerate(zip((cells.rows, cells.columns), self.selected, strict=True)):
            if chosen and chosen in side.ids:
                at = side.ids.index(chosen)
                if axis == 0:
                    box = QRectF(field.left(), field.top() + at * height, field.width() - 1, height - 1)
                else:
                    box = QRectF(field.left() + at * width, field.top(), width - 1, field.height() - 1)
                painter.drawRect(box)

    def _at(self, at: QPointF) -> tuple[int, int]:
        if self.cells is None or not self.cells.values.size:
            return -1, -1
        field = self.field()
        rows, columns = self.cells.values.shape
        row = int((at.y() - field.top()) // (field.height() / rows))
        column = int((at.x() - field.left()) // (field.width() / columns))
        inside = 0 <= row < rows and column < columns and at.x() < field.right()
        return (row, max(column, -1)) if inside else (-1, -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(*self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, column = self._at(event.position())
        if row >= 0:
            self.clicked.emit(row, column)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1, -1)


class CellChart(ChartFrame):
    """A table of coloured figures."""

    picked = Signal(str, str)
    """Ids of a row and a column; the latter is empty at the row's name."""

    def __init__(self, title_key: str, *, gathers: bool = False) -> None:
        self._cells: Cells | None = None
        self._gathers, self._note, self._why = gathers, "", ""
        super().__init__(title_key)
        self.view = CellView()
        self.view.pointed.connect(self._pointed)
        self.view.clicked.connect(self._clicked)
        self.view.resized.connect(self._fit)
        if gathers:
            self.body.addWidget(self.view, 1)
            return
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.view)
        self.body.addWidget(area, 1)

    def show_cells(
        self, cells: Cells | None, subject: str, source: str, note: str = "", why: str = ""
    ) -> None:
        """Draw figures; `note` stands where the readout is while nothing is pointed at, `why` where there are none."""
        self._cells, self._note, self._why = cells, note, why
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def select_ids(self, row: str, column: str) -> None:
        """Frame a row and a column."""
        self.view.selected = (row, column)
        self.view.update()

    def draw(self) -> None:
        look = self.look
        nothing = self._why or text("charts.nothing", look.language)
        self.set_empty("" if self._cells is not None and self._cells.values.size else nothing)
        self.view.look = look
        self._fit()
        self._pointed(-1, -1)

    def _fit(self) -> None:
        cells = self._cells
        if cells is not None and self._gathers:
            self.view.cells = cells
            cells = gathered(cells, *self.view.room(), text("charts.others", self.look.language))
        elif cells is not None:
            self.view.setMinimumHeight(self.view.readable_px(len(cells.rows.ids)))
        self.view.cells = cells
        self.view.update()

    def _pointed(self, row: int, column: int) -> None:
        cells = self.view.cells
        if row < 0 or column < 0 or cells is None:
            self.say(self._note)
            return
        value = float(cells.values[row, column])
        unit = self.look.unit(cells.kind)
        figure = "–" if value != value else f"{self.view.shown(value)} {unit}"
        ends = f"{cells.rows.title} {cells.rows.names[row]}   {cells.columns.title} {cells.columns.names[column]}"
        self.say(f"{ends}   {figure}")

    def _clicked(self, row: int, column: int) -> None:
        cells = self.view.cells
        if cells is not None:
            self.picked.emit(cells.rows.ids[row], cells.columns.ids[column] if column >= 0 else "")

    def grid(self) -> ValueGrid | None:
        """Every figure, also those drawn together."""
        cells, look = self._cells, self.look
        if cells is None or not cells.values.size:
            return None
        unit = look.unit(cells.kind)
        rows: list[Sequence[Value]] = [
            (name, *(None if v != v else look.value(v, cells.kind) for v in cells.values[row].tolist()))
            for row, name in enumerate(cells.rows.names)
        ]
        corner = f"{cells.rows.title} \\ {cells.columns.title}"
        return ValueGrid(
            self.title, (corner, *(f"{n} [{unit}]" for n in cells.columns.names)), rows, self._source
        )
