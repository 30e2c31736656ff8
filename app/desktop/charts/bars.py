"""Horizontal stacked bars with names: provinces, corridors, years. A row can be picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.desktop.charts.data import nice_top
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry
from app.desktop.charts.look import Look
from app.desktop.charts.rows import RowView, scrolled_rows
from app.desktop.texts import text
from app.desktop.theme import ACCENT


@dataclass(frozen=True)
class Bar:
    """A row; parts above zero stack to the right, below zero to the left. Base units."""

    id: str
    name: str
    parts: tuple[float, ...]
    total: float | None = None
    """Written at the end; None writes nothing."""


class BarView(RowView):
    """The rows; as high as they need."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.bars: tuple[Bar, ...] = ()
        self.entries: tuple[Entry, ...] = ()
        self.kind = ""
        self.selected = ""

    def row_count(self) -> int:
        return len(self.bars)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.bars:
            return
        painter = QPainter(self)
        look, metrics = self.look, self.fontMetrics()
        names = min(
            max(metrics.horizontalAdvance(b.name) for b in self.bars) + 12, max(self.width() * 2 // 5, 60)
        )
        highest = max(sum(v for v in b.parts if v > 0) for b in self.bars)
        lowest = min(sum(v for v in b.parts if v < 0) for b in self.bars)
        ends = [look.short(look.value(b.total, self.kind)) for b in self.bars if b.total is not None]
        room = max((metrics.horizontalAdvance(e) for e in ends), default=0) + 10
        span = nice_top(highest) + (nice_top(-lowest) if lowest < 0 else 0.0)
        scale = max(self.width() - names - room - 4, 20) / span
        zero = names + (nice_top(-lowest) * scale if lowest < 0 else 0.0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i, bar in enumerate(self.bars):
            y = 2.0 + i * self.row_px
            row = QRectF(0, y, self.width(), self.row_px)
            if bar.id and bar.id == self.selected:
                mark = QColor(ACCENT)
                mark.setAlphaF(0.22)
                painter.fillRect(row, mark)
            elif i == self._over:
                painter.fillRect(row, QColor(look.rule))
            painter.setPen(QColor(look.ink))
            shown = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, names - 10)
            painter.drawText(QRectF(0, y, names - 8, self.row_px), right, shown)
            ahead = behind = zero
            for value, entry in zip(bar.parts, self.entries, strict=True):
                width = abs(value) * scale
                if value > 0:
                    painter.fillRect(QRectF(ahead, y + 4, width, self.row_px - 8), QColor(entry.colour))
                    ahead += width
                elif value < 0:
                    painter.fillRect(
                        QRectF(behind - width, y + 4, width, self.row_px - 8), QColor(entry.colour)
                    )
                    behind -= width
            if bar.total is not None:
                painter.setPen(QColor(look.dim))
                words = look.short(look.value(bar.total, self.kind))
                painter.drawText(QRectF(self.width() - room, y, room - 4, self.row_px), right, words)
        painter.setPen(QColor(look.dim))
        painter.drawLine(round(zero), 2, round(zero), 2 + self.row_px * len(self.bars))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().y())
        if row >= 0:
            self.picked.emit(row)


class KeyRow(QWidget):
    """Colours and names of the parts in a row, the unit at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()
        self.unit = ""
        self.look = Look()
        self.setFixedHeight(max(18, self.fontMetrics().height() + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics, x = self.fontMetrics(), 0
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for entry in self.entries:
            painter.fillRect(QRectF(x, self.height() / 2 - 5, 9, 9), QColor(entry.colour))
            painter.setPen(QColor(self.look.dim))
            width = metrics.horizontalAdvance(entry.name)
            painter.drawText(QRectF(x + 13, 0, width + 4, self.height()), middle, entry.name)
            x += 13 + width + 14
        painter.setPen(QColor(self.look.dim))
        painter.drawText(
            QRectF(0, 0, self.width() - 4, self.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self.unit,
        )
        painter.end()


class BarChart(ChartFrame):
    """Rows of stacked bars; scrolls when there are more than fit."""

    picked = Signal(str)
    """The id of a row."""

    def __init__(self, title_key: str) -> None:
        self._empty_key = "charts.nothing"
        super().__init__(title_key)
        self.view, self._keys = BarView(), KeyRow()
        self._scroll = scrolled_rows(self.view)
        self.body.addWidget(self._keys)
        self.body.addWidget(self._scroll, 1)
        self.view.pointed.connect(self._pointed)
        self.view.picked.connect(self._picked)

    def show_bars(
        self,
        bars: Sequence[Bar],
        entries: Sequence[Entry],
        kind: str,
        source: str,
        *,
        subject: str = "",
        empty_key: str = "charts.nothing",
    ) -> None:
        """Draw rows; every bar has as many parts as there are entries."""
        self.view.bars, self.view.entries, self.view.kind = tuple(bars), tuple(entries), kind
        self._empty_key = empty_key
        self.set_subject(subject)
        self.set_source(source)
        self.view.updateGeometry()
        self.draw()

    def select_id(self, identity: str) -> None:
        """Mark a row and bring it into view."""
        self.view.selected = identity
        self.view.update()
        for i, bar in enumerate(self.view.bars):
            if bar.id == identity:
                row = self.view.row_px
                self._scroll.ensureVisible(0, 2 + i * row + row // 2, 0, row)

    def draw(self) -> None:
        self.set_empty("" if self.view.bars else text(self._empty_key, self.look.language))
        self.view.look = self._keys.look = self.look
        self._keys.entries, self._keys.unit = self.view.entries, self.look.unit(self.view.kind)
        self.view.update()
        self._keys.update()

    def _pointed(self, row: int) -> None:
        if row < 0:
            self.say("")
            return
        bar, kind = self.view.bars[row], self.view.kind
        parts = "  ".join(
            f"{e.name} {self.look.short(self.look.value(abs(v), kind))}"
            for e, v in zip(self.view.entries, bar.parts, strict=True)
            if v
        )
        self.say(f"{bar.name}   {parts}   {self.look.unit(kind)}")

    def _picked(self, row: int) -> None:
        identity = self.view.bars[row].id
        if identity:
            self.picked.emit(identity)

    def grid(self) -> ValueGrid | None:
        unit = self.look.unit(self.view.kind)
        rows: list[tuple[Value, ...]] = [
            (b.name, *(self.look.value(v, self.view.kind) for v in b.parts)) for b in self.view.bars
        ]
        headers = ("", *(f"{e.name} [{unit}]" for e in self.view.entries))
        return ValueGrid(self.title, headers, rows, self._source) if rows else None
