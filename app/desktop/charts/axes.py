"""Axes of the plots: hours of the year as dates, and the calm dress all plots wear."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.desktop.charts.data import MONTH_STARTS, moment
from app.desktop.charts.look import Look
from planning.hourly import HOURS
from planning.words import number

MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_name(month: int, look: Look) -> str:
    return look.pick(f"{month}月", MONTHS_EN[month - 1])


def ticks(first: float, last: float, look: Look, width_px: float = 900.0) -> list[tuple[float, str]]:
    """Where an axis of hours is marked, and how: months, days or hours, never closer than about 55 pixels."""
    span = max(last - first, 1.0)
    room = max(int(width_px / 55.0), 2)
    if span > 24 * 70:
        step = 1 if width_px / (span / 730) >= 34 else 3
        return [
            (float(MONTH_STARTS[m]), month_name(m + 1, look))
            for m in range(0, 12, step)
            if first <= MONTH_STARTS[m] <= last
        ]
    hours = next((s for s in (1, 2, 3, 6, 12, 24, 48, 120, 168, 240) if span / s <= room), 480)
    start = int(-(-max(first, 0.0) // hours) * hours)
    marks = []
    for hour in range(start, min(int(last), HOURS - 1) + 1, hours):
        at = moment(hour)
        day = f"{at.month}-{at.day}"
        marks.append((float(hour), day if at.hour == 0 else f"{at.hour}:00"))
    return marks


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Hours of the year, marked as months, days or hours as the zoom allows."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.look = Look()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        marks = ticks(minVal, maxVal, self.look, size)
        self._names = dict(marks)
        return [(1.0, [at for at, _ in marks])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._names.get(v, "") for v in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Numbers with thousands apart, large steps only."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        return list(super().tickValues(minVal, maxVal, size)[:1])

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        digits = max(0, -int(np.floor(np.log10(spacing) + 1e-9))) if spacing > 0 else 0
        return [number(v * scale, digits) for v in values]


def dress(plot: pg.PlotWidget, look: Look) -> None:
    """Ground, ink and grid of a plot."""
    plot.setBackground(look.ground)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(look.rule))
        axis.setTickPen(pg.mkPen(look.rule))
        axis.setTextPen(pg.mkPen(look.dim))


def plain_plot(bottom: pg.AxisItem | None = None) -> pg.PlotWidget:
    """A plot without menus and buttons."""
    axes = {"left": ValueAxis("left"), "bottom": bottom if bottom is not None else ValueAxis("bottom")}
    plot = pg.PlotWidget(axisItems=axes, enableMenu=False)
    plot.hideButtons()
    plot.getPlotItem().layout.setContentsMargins(0, 4, 8, 0)
    for side in ("left", "bottom"):
        plot.getAxis(side).enableAutoSIPrefix(False)
        plot.getAxis(side).setStyle(tickLength=-4)
    plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return plot
