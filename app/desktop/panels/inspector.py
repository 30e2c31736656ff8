"""What is at the place, or in the thing, the planner picked: values with unit, source and grade, months and hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QToolButton, QToolTip, QVBoxLayout, QWidget

from app.desktop.charts.axes import TimeAxis, dress, month_name, plain_plot
from app.desktop.charts.data import Array, moment, nice_top, week_around
from app.desktop.charts.dispatch import outline
from app.desktop.charts.look import Look
from app.desktop.texts import TEXTS, text
from app.desktop.theme import ACCENT, palette
from app.messages import Language
from planning.hourly import HOURS, HourlyResult


@dataclass(frozen=True)
class Line:
    """One value: name, number with unit, what stands behind it, and how it came about."""

    name: str
    value: str
    hint: str = ""
    """Source and grade, shown on hover."""
    how: str = ""
    """Key of the explanation, `charts.how.<key>`; the name becomes a link to it."""


@dataclass(frozen=True)
class Bars:
    """A small chart of twelve months."""

    title: str
    values: Sequence[float]
    colour: str
    unit: str = ""


@dataclass(frozen=True)
class Trace:
    """A line of the week's chart; `values` is (8760,) in the unit shown."""

    name: str
    values: Array
    colour: str
    unit: str


class Inspector(QWidget):
    """A title, lines of values, monthly bars, and the week around the marked hour."""

    pin_requested = Signal(str, str, str)
    """Kind (place, base, province, corridor), id ("lon,lat" of a place) and title: put it beside others."""

    MOST_BARS = 3

    def __init__(self) -> None:
        super().__init__()
        self.hourly: HourlyResult | None = None
        """Of the run that is open; `app.desktop.inspect` takes the traces of a thing from it."""
        self._look = Look()
        self._hour = 0
        self._lines: tuple[Line, ...] = ()
        self._traces: tuple[Trace, ...] = ()
        self._subject: tuple[str, str] | None = None
        self._title = ""
        self._bar_values: list[Bars] = []
        self._body = QLabel()
        self._body.setTextFormat(Qt.TextFormat.RichText)
        self._body.setWordWrap(True)
        self._body.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._body.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._body.linkHovered.connect(self._hint)
        self._body.linkActivated.connect(self._explain)
        self._how = QLabel()
        self._how.setWordWrap(True)
        self._how.setMargin(8)
        self._how.hide()
        self._pin = QToolButton()
        self._pin.clicked.connect(self._ask_pin)
        self._pin.hide()
        self._readout = QLabel()
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._charts = [plain_plot() for _ in range(self.MOST_BARS)]
        self._bars: list[pg.BarGraphItem | None] = [None] * self.MOST_BARS
        self._dressed: dict[QWidget, tuple[object, ...]] = {}
        """What each chart wears: putting it on again costs more than all the rest of a look at a place."""
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(10, 8, 10, 8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._pin)
        layout.addWidget(self._body)
        layout.addWidget(self._how)
        layout.addLayout(row)
        layout.addWidget(self._readout)
        for index, chart in enumerate(self._charts):
            chart.setFixedHeight(118)
            chart.setMouseEnabled(False, False)
            chart.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chart.scene().sigMouseMoved.connect(lambda at, i=index: self._month_under(i, at))
            chart.hide()
            layout.addWidget(chart)
        self._week_axis = TimeAxis()
        self._week = plain_plot(self._week_axis)
        self._week.setFixedHeight(140)
        self._week.setMouseEnabled(False, False)
        self._week.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._week.hide()
        self._cursor = pg.InfiniteLine(angle=90, pen=pg.mkPen("#d1495b", width=1))
        self._week.addItem(self._cursor, ignoreBounds=True)
        self._curves: list[pg.PlotCurveItem] = []
        self._week_key = QLabel()
        self._week_key.setTextFormat(Qt.TextFormat.RichText)
        self._week_key.setWordWrap(True)
        layout.addWidget(self._week_key)
        layout.addWidget(self._week)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    # -- for the window --------------------------------------------------------------------------

    def set_hourly(self, hourly: HourlyResult | None) -> None:
        """The hours things are looked up in; show the selection again afterwards."""
        self.hourly = hourly

    def set_hour(self, hour: int) -> None:
        """Move the week to an hour of the year. Emits nothing."""
        self._hour = min(max(hour, 0), HOURS - 1)
        self._draw_week()

    def set_language(self, language: Language) -> None:
        """Of the button and the months; what is shown comes again in the new language from `inspect`."""
        self._look = Look(language, self._look.units, self._look.dark)
        self._pin.setText(text("charts.pin", language))
        self._pin.setToolTip(text("charts.pin_hint", language))

    def set_dark(self, dark: bool) -> None:
        if dark != self._look.dark:
            self._look = Look(self._look.language, self._look.units, dark)
            self.setPalette(palette(dark))

    def show_hint(self, language: Language) -> None:
        """Nothing is picked: say what to do."""
        self.set_language(language)
        self._subject, self._lines, self._traces = None, (), ()
        self._body.setText(f"<span style='color:{self._look.dim}'>{text('click_hint', language)}</span>")
        for widget in (*self._charts, self._week, self._week_key, self._how, self._pin, self._readout):
            widget.hide()

    def show_thing(
        self,
        title: str,
        lines: Sequence[Line],
        bars: Sequence[Bars] = (),
        foot: str = "",
        dark: bool = False,
        *,
        language: Language | None = None,
        traces: Sequence[Trace] = (),
        subject: tuple[str, str] | None = None,
    ) -> None:
        """Show a place or a thing; names and values are escaped, they may come from files.

        Parameters
        ----------
        traces
            The hours of it, for the week around the marked hour.
        subject
            Kind and id for `pin_requested`; without it there is nothing to pin.
        """
        self.set_language(language or self._look.language)
        self.set_dark(dark)
        self._title, self._lines, self._subject = title, tuple(lines), subject
        look = self._look
        rows = "".join(self._row(i, line) for i, line in enumerate(lines))
        self._body.setText(
            f"<div style='font-size:15px;font-weight:600'>{_escape(title)}</div>"
            f"<table width='100%' cellspacing='0' style='margin-top:6px'>{rows}</table>"
            f"<div style='color:{look.dim};font-size:11px;margin-top:6px'>{_escape(foot)}</div>"
        )
        self._body.setAccessibleName(title)
        self._body.setAccessibleDescription("; ".join(f"{line.name} {line.value}" for line in lines))
        self._how.hide()
        self._pin.setVisible(subject is not None)
        self._draw_bars(bars)
        self._traces = tuple(traces)
        self._set_up_week()
        self._draw_week()

    # -- inside ----------------------------------------------------------------------------------

    def _row(self, index: int, line: Line) -> str:
        look = self._look
        name, value = _escape(line.name), _escape(line.value)
        if line.how:
            name = f"<a href='how:{index}' style='color:{look.dim}'>{name}</a>"
        if line.hint:
            value = f"<a href='hint:{index}' style='color:{look.ink};text-decoration:none'>{value}</a>"
        return (
            f"<tr><td style='padding:2px 12px 2px 0;color:{look.dim}'>{name}</td>"
            f"<td align='right' style='padding:2px 0;white-space:nowrap'>{value}</td></tr>"
        )

    def _hint(self, link: str) -> None:
        """Source and grade of the value under the mouse."""
        _, _, index = link.partition(":")
        hint = ""
        if index.isdigit() and int(index) < len(self._lines):
            line = self._lines[int(index)]
            hint = line.hint
            if link.startswith("how:"):
                hint = text("charts.how_hint", self._look.language)
        QToolTip.showText(QCursor.pos(), hint, self._body)

    def _explain(self, link: str) -> None:
        """How a value came about, below the table; the same again hides it."""
        _, _, index = link.partition(":")
        line = self._lines[int(index)]
        key = f"charts.how.{line.how}"
        words = [text(key, self._look.language)] if key in TEXTS else []
        words += [line.hint] if line.hint else []
        shown = f"{line.name}: " + "\n".join(words)
        if self._how.isVisible() and self._how.text() == shown:
            self._how.hide()
            return
        self._how.setTextFormat(Qt.TextFormat.PlainText)
        self._how.setText(shown)
        look = self._look
        self._how.setStyleSheet(f"color:{look.ink};background:{look.ground};border-left:3px solid {ACCENT}")
        self._how.show()

    def _ask_pin(self) -> None:
        if self._subject is not None:
            self.pin_requested.emit(*self._subject, self._title)

    def _draw_bars(self, bars: Sequence[Bars]) -> None:
        look = self._look
        self._bar_values = list(bars[: self.MOST_BARS])
        self._readout.setVisible(bool(bars))
        self._readout.setText("")
        if self._worn(self._readout, look.ink):
            self._readout.setStyleSheet(f"color:{look.ink}")
        for index, chart in enumerate(self._charts):
            chart.setVisible(index < len(bars))
            if index >= len(bars):
                continue
            if self._worn(chart, look, bars[index].title):
                dress(chart, look)
                chart.setTitle(bars[index].title, size="9pt", color=look.ink)
            values = np.asarray(bars[index].values, dtype=np.float64)
            bar = self._bars[index]
            if bar is None:
                bar = pg.BarGraphItem(x=np.arange(1, 13), height=values, width=0.7, pen=None)
                self._bars[index] = bar
                chart.addItem(bar)
                chart.getAxis("bottom").setTicks([[(m, str(m)) for m in range(1, 13)]])
            bar.setOpts(height=values, brush=bars[index].colour)
            low = min(float(values.min()), 0.0)
            top = nice_top(float(values.max()))
            chart.setYRange(-nice_top(-low) if low < 0 else 0.0, top, padding=0)
            chart.setXRange(0.4, 12.6, padding=0)
            chart.setAccessibleName(bars[index].title)
            chart.setAccessibleDescription(", ".join(f"{v:.4g}" for v in values))

    def _worn(self, widget: QWidget, *wanted: object) -> bool:
        """Whether a widget has to be dressed anew; it is taken to be afterwards."""
        if self._dressed.get(widget) == wanted:
            return False
        self._dressed[widget] = wanted
        return True

    def _month_under(self, index: int, position: object) -> None:
        if index >= len(self._bar_values):
            return
        month = round(self._charts[index].getViewBox().mapSceneToView(position).x())
        if 1 <= month <= 12:
            bars = self._bar_values[index]
            value = self._look.short(float(bars.values[month - 1]))
            self._readout.setText(f"{month_name(month, self._look)}  {value} {bars.unit}")

    def _set_up_week(self) -> None:
        there = bool(self._traces)
        self._week.setVisible(there)
        self._week_key.setVisible(there)
        for curve in self._curves:
            self._week.removeItem(curve)
        self._curves = []
        if not there:
            return
        look = self._look
        if self._worn(self._week, look):
            dress(self._week, look)
            self._week_axis.look = look
        for trace in self._traces:
            curve = pg.PlotCurveItem(pen=pg.mkPen(trace.colour or look.ink, width=1.5))
            self._week.addItem(curve, ignoreBounds=True)
            self._curves.append(curve)
        high = max(float(t.values.max()) for t in self._traces)
        low = min(float(t.values.min()) for t in self._traces)
        top = nice_top(high) if high > 0 else 0.0
        bottom = -nice_top(-low) if low < -0.001 * max(top, 1e-9) else 0.0
        self._week.setYRange(bottom, top if top > bottom else bottom + 1, padding=0.02)

    def _draw_week(self) -> None:
        if not self._traces:
            return
        first, end = week_around(self._hour)
        edges = np.arange(first, end + 1, dtype=np.float64)
        for curve, trace in zip(self._curves, self._traces, strict=True):
            curve.setData(*outline(edges, trace.values[first:end]))
        self._week.setXRange(first, end, padding=0)
        self._cursor.setPos(self._hour + 0.5)
        at, look = moment(self._hour), self._look
        stamp = f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00"
        parts = [
            f"<span style='color:{t.colour or look.ink}'>■</span> {_escape(t.name)} "
            f"<b>{look.short(float(t.values[self._hour]))}</b>"
            for t in self._traces
        ]
        unit = _escape(self._traces[0].unit)
        self._week_key.setText(
            f"<span style='color:{look.ink}'>{'&nbsp; '.join(parts)} {unit}</span> "
            f"<span style='color:{look.dim}'>{stamp}</span>"
        )


def _escape(value: str) -> str:
    return (
        value.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\n", "<br>")
    )
