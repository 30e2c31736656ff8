"""Lines: duration curves, and the hours of a corridor, with the value under the mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal

from app.desktop.charts.axes import TimeAxis, dress, plain_plot
from app.desktop.charts.data import HOUR_POINTS, Array, moment, nice_top, reduced
from app.desktop.charts.dispatch import outline
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry, Legend
from app.desktop.texts import text
from planning.hourly import HOURS
from planning.words import number, plain_unit


@dataclass(frozen=True)
class Curve:
    """One line; `values` is (8760,) in the base unit."""

    key: str
    name: str
    values: Array
    colour: str = ""
    """Left out: the ink of the theme."""


class CurveChart(ChartFrame):
    """Curves over the hours in falling order, or over the hours as they come.

    Over the hours as they come a click marks an hour, and more than some weeks are drawn as daily means.
    """

    hour_changed = Signal(int)

    def __init__(self, title_key: str, *, over_time: bool) -> None:
        self._curves: tuple[Curve, ...] = ()
        self._kind = "power_mw"
        self._limits: tuple[tuple[str, float], ...] = ()
        self._hour = 0
        self._over_time = over_time
        super().__init__(title_key)
        self._time_axis = TimeAxis() if over_time else None
        self.plot = plain_plot(self._time_axis)
        self._view = self.plot.getViewBox()
        self._view.setMouseEnabled(x=True, y=False)
        self._view.setLimits(xMin=0, xMax=HOURS, minXRange=12, maxXRange=HOURS)
        self._view.disableAutoRange()
        self._view.setXRange(0, HOURS, padding=0)
        self._items: list[pg.PlotCurveItem] = []
        self._lines: list[pg.InfiniteLine] = []
        self._mark = pg.InfiniteLine(angle=90, pen=pg.mkPen("#d1495b", width=1))
        self._mark.setVisible(over_time)
        self.plot.addItem(self._mark, ignoreBounds=True)
        self.legend = Legend()
        self.put_side_by_side(self.plot, self.legend)
        self._view.sigXRangeChanged.connect(lambda *_: self._redraw())
        self.plot.scene().sigMouseMoved.connect(self._hovered)
        self.plot.scene().sigMouseClicked.connect(self._clicked)

    def show_curves(
        self,
        curves: Sequence[Curve],
        kind: str,
        subject: str,
        source: str,
        limits: Sequence[tuple[str, float]] = (),
    ) -> None:
        """Draw curves of one kind of figure (`planning.words.QUANTITIES`), and level lines with their names."""
        self._curves, self._kind, self._limits = tuple(curves), kind, tuple(limits)
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def set_hour(self, hour: int) -> None:
        """Mark an hour. Emits nothing."""
        self._hour = hour
        self._mark.setPos(hour + 0.5)
        self._show_values(float(hour))

    def draw(self) -> None:
        look = self.look
        self.set_empty("" if self._curves else text("charts.no_hours", look.language))
        for item in (*self._items, *self._lines):
            self.plot.removeItem(item)
        self._items, self._lines, self._shown = [], [], {}
        if not self._curves:
            return
        dress(self.plot, look)
        if self._time_axis is not None:
            self._time_axis.look = look
            self._time_axis.picture = None
        else:
            self.plot.setLabel("bottom", text("charts.hours_of_year", look.language), color=look.dim)
        self.plot.setLabel("left", look.unit(self._kind), color=look.dim)
        factor = look.value(1.0, self._kind)
        for curve in self._curves:
            ordered = curve.values if self._over_time else np.sort(curve.values)[::-1]
            self._shown[curve.key] = ordered * factor
            item = pg.PlotCurveItem(pen=pg.mkPen(curve.colour or look.ink, width=1.5))
            self.plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        for name, level in (("", 0.0), *self._limits):
            pen = pg.mkPen(look.dim, width=1, style=pg.QtCore.Qt.PenStyle.DashLine if name else None)
            line = pg.InfiniteLine(level * factor, 0, pen)
            self.plot.addItem(line, ignoreBounds=True)
            self._lines.append(line)
        # Names of limits stand in the legend: beside their lines the curve runs through them.
        entries = [Entry(c.key, c.name, c.colour or look.ink, line=True) for c in self._curves]
        entries += [Entry(name, name, look.dim, line=True, dashed=True) for name, _ in self._limits]
        self.legend.show_entries(entries, look)
        every = [*self._shown.values(), np.array([level * factor for _, level in self._limits] or [0.0])]
        high, low = max(float(v.max()) for v in every), min(float(v.min()) for v in every)
        top = nice_top(high) if high > 0 else 0.0
        bottom = -nice_top(-low) if low < -0.001 * max(top, 1e-9) else 0.0
        self._view.setYRange(bottom, top if top > bottom else bottom + 1.0, padding=0.02)
        self._redraw()
        self._show_values(float(self._hour))

    def _redraw(self) -> None:
        if not self._curves:
            return
        first, last = self._view.viewRange()[0]
        if self._over_time:
            view = reduced(self._shown, first, last)
            for item, curve in zip(self._items, self._curves, strict=True):
                item.setData(*outline(view.edges, view.series[curve.key]))
            return
        at = np.unique(np.linspace(max(first, 0), min(last, HOURS - 1), HOUR_POINTS).astype(np.intp))
        for item, curve in zip(self._items, self._curves, strict=True):
            item.setData(at.astype(np.float64), self._shown[curve.key][at])

    def _show_values(self, hour: float) -> None:
        if not self._curves:
            return
        index = min(max(int(hour), 0), HOURS - 1)
        if self._over_time:
            at = moment(index)
            head = f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00"
        else:
            head = f"{number(index)} {plain_unit('h', self.look.language)}"
        values = {k: self.look.short(float(v[index])) for k, v in self._shown.items()}
        values |= {name: self.look.short(self.look.value(level, self._kind)) for name, level in self._limits}
        self.legend.show_values(head, self.look.unit(self._kind), values)
        if self._limits and self._limits[0][1] > 0:
            # One curve under its capacity: how loaded it is says more than the megawatts.
            flow = abs(float(self._shown[self._curves[0].key][index]))
            limit = self.look.value(self._limits[0][1], self._kind)
            self.say(text("charts.loading", self.look.language, share=f"{100 * flow / limit:.0f} %"))

    def _hour_at(self, position: object) -> int | None:
        if not self._view.sceneBoundingRect().contains(position):
            return None
        return min(max(int(self._view.mapSceneToView(position).x()), 0), HOURS - 1)

    def _hovered(self, position: object) -> None:
        hour = self._hour_at(position)
        self._show_values(float(self._hour if hour is None else hour))

    def _clicked(self, event: object) -> None:
        hour = self._hour_at(event.scenePos()) if self._over_time else None  # type: ignore[attr-defined]
        if hour is not None:
            self.set_hour(hour)
            self.hour_changed.emit(hour)

    def grid(self) -> ValueGrid | None:
        """Every hour of every curve, in the reader's unit and the order drawn."""
        if not self._curves:
            return None
        unit = self.look.unit(self._kind)
        name: Callable[[int], Value] = float
        if self._over_time:
            name = _stamp
        head = text("charts.hour" if self._over_time else "charts.hours_of_year", self.look.language)
        rows: list[tuple[Value, ...]] = [
            (name(h), *(float(self._shown[c.key][h]) for c in self._curves)) for h in range(HOURS)
        ]
        return ValueGrid(
            self.title, (head, *(f"{c.name} [{unit}]" for c in self._curves)), rows, self._source
        )


def _stamp(hour: int) -> str:
    at = moment(hour)
    return f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00"
