"""Ranges as bars from low to high around a mark: near-optimal capacities, sensitivities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import LINE_COLOURS
from app.desktop.charts.rows import RowView, scrolled_rows
from app.desktop.texts import text


@dataclass(frozen=True, slots=True)
class Range:
    """A row; every value in the base unit of `kind`. None where an end has no answer."""

    name: str
    kind: str
    """A key of `planning.words.QUANTITIES`; rows of one kind share a scale."""
    low: float | None
    high: float | None
    mark: float
    held_low: float | None = None
    held_high: float | None = None
    low_note: str = ""
    """At the end of the bar in place of its value: what was changed."""
    high_note: str = ""


class RangeView(RowView):
    """The rows; as high as they need."""

    least_row_px = 24
    row_room_px = 8
    usual_width_px = 420
    least_width_px = 260

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Range, ...] = ()
        self.from_zero = True

    def row_count(self) -> int:
        return len(self.rows)

    def _scale(self, kind: str) -> tuple[float, float]:
        """Least and greatest of the rows of a kind."""
        values = [
            v
            for row in self.rows
            if row.kind == kind
            for v in (row.low, row.high, row.mark, row.held_low, row.held_high)
            if v is not None
        ]
        least, most = min(values), max(values)
        least = min(least, 0.0) if self.from_zero else least
        return least, most if most > least else least + max(abs(least), 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        look, metrics = self.look, self.fontMetrics()
        titles = [self._titled(row) for row in self.rows]
        names = min(max(metrics.horizontalAdvance(t) for t in titles) + 14, self.width() * 2 // 5)
        ends = [w for row in self.rows for w in self._ends(row)]
        room = max((metrics.horizontalAdvance(w) for w in ends), default=0) + 8
        left, width = names + room, max(self.width() - names - 2 * room - 6, 40)
        right_side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left_side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for i, row in enumerate(self.rows):
            y, height = 2.0 + i * self.row_px, float(self.row_px)
            if i == self._over:
                painter.fillRect(QRectF(0, y, self.width(), height), QColor(look.rule))
            least, most = self._scale(row.kind)

            def at(value: float, least: float = least, most: float = most) -> float:
                return left + (value - least) / (most - least) * width

            painter.setPen(QColor(look.ink))
            shown = metrics.elidedText(titles[i], Qt.TextElideMode.ElideRight, names - 10)
            painter.drawText(QRectF(0, y, names - 8, height), right_side, shown)
            mark = at(row.mark)
            drawn = [mark]
            for value, colour in ((row.low, LINE_COLOURS[0]), (row.high, LINE_COLOURS[1])):
                if value is not None:
                    x = at(value)
                    painter.fillRect(QRectF(min(x, mark), y + 6, abs(x - mark), height - 12), QColor(colour))
                    drawn.append(x)
            painter.setPen(QPen(QColor(look.ink), 1))
            for value in (row.held_low, row.held_high):
                if value is not None:
                    x = at(value)
                    painter.drawRect(QRectF(min(x, mark), y + 3.5, abs(x - mark), height - 7))
                    drawn.append(x)
            painter.setPen(QPen(QColor(look.ink), 2))
            painter.drawLine(QPointF(mark, y + 2), QPointF(mark, y + height - 2))
            painter.setPen(QColor(look.dim))
            before, after = self._ends(row)
            painter.drawText(QRectF(min(drawn) - room, y, room - 4, height), right_side, before)
            painter.drawText(QRectF(max(drawn) + 4, y, room, height), left_side, after)
        painter.end()

    def _titled(self, row: Range) -> str:
        """Name and unit; ends of one kind have theirs in the head."""
        return (
            f"{row.name} ({self.look.unit(row.kind)})" if len({r.kind for r in self.rows}) > 1 else row.name
        )

    def _ends(self, row: Range) -> tuple[str, str]:
        """What stands before and behind a bar: its ends, and which change each is."""
        look = self.look

        def words(value: float | None, note: str) -> str:
            shown = "–" if value is None else look.short(look.value(value, row.kind))
            return f"{note}: {shown}" if note else shown

        low, high = words(row.low, row.low_note), words(row.high, row.high_note)
        flipped = row.low is not None and row.high is not None and row.low > row.high
        return (high, low) if flipped else (low, high)


class RangeChart(ChartFrame):
    """Ranges, one below the other; scrolls when there are more than fit."""

    def __init__(self, title_key: str, *, from_zero: bool) -> None:
        self._empty_key = "charts.nothing"
        super().__init__(title_key)
        self.view = RangeView()
        self.view.from_zero = from_zero
        self.body.addWidget(scrolled_rows(self.view), 1)
        self.view.pointed.connect(self._pointed)
        self.draw()

    def show_ranges(
        self, rows: Sequence[Range], subject: str, source: str, empty_key: str = "charts.nothing"
    ) -> None:
        self._empty_key = empty_key
        self.view.rows = tuple(rows)
        self.set_subject(subject)
        self.set_source(source)
        self.view.updateGeometry()
        self.draw()

    def draw(self) -> None:
        self.set_empty("" if self.view.rows else text(self._empty_key, self.look.language))
        self.view.look = self.look
        self.view.update()
        self._pointed(-1)

    def _pointed(self, at: int) -> None:
        rows, look = self.view.rows, self.look
        one = len({(r.kind, r.mark) for r in rows}) == 1  # what is varied, not what is best
        if at < 0:
            best = (
                f"{text('sized.base', look.language)} {look.figure(rows[0].mark, rows[0].kind)}"
                if one
                else ""
            )
            self.say(best)
            return
        row = rows[at]
        low, high = (look.figure(value, row.kind) for value in (row.low, row.high))
        notes = [f"{note}: " if note else "" for note in (row.low_note, row.high_note)]
        word = "sized.base" if one else "sized.best"
        best = f"{text(word, look.language)} {look.figure(row.mark, row.kind)}"
        self.say(f"{row.name}   {notes[0]}{low} … {notes[1]}{high}   {best}")

    def grid(self) -> ValueGrid | None:
        rows: list[tuple[Value, ...]] = []
        look = self.look
        held = any(r.held_low is not None or r.held_high is not None for r in self.view.rows)
        for row in self.view.rows:
            values = [row.low, row.mark, row.high, *((row.held_low, row.held_high) if held else ())]
            shown = [None if v is None else look.value(v, row.kind) for v in values]
            rows.append((row.name, look.unit(row.kind), row.low_note, row.high_note, *shown))
        keys = ["sized.smallest", "sized.best", "sized.greatest"]
        if any(r.low_note for r in self.view.rows):  # what is varied has a base, no best
            keys = ["charts.at_low", "sized.base", "charts.at_high"]
        if held:
            keys = ["sized.anew_low", "sized.best", "sized.anew_high", "sized.held_low", "sized.held_high"]
        headers = ("", text("sized.unit", look.language), text("sized.low", look.language),
                   text("sized.high", look.language), *(text(k, look.language) for k in keys))  # fmt: skip
        return ValueGrid(self.title, headers, rows, self._source) if rows else None
