"""A front of cost: designs as points one can pick with the mouse or the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.desktop.charts.axes import dress, plain_plot
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import LINE_COLOURS
from app.desktop.texts import text
from app.desktop.theme import ACCENT
from planning.words import percent

NEAR_PX = 24.0
"""A click takes the nearest point within so many pixels."""


@dataclass(frozen=True, slots=True)
class Point:
    """A design of the front; base units."""

    quality: float
    """Share, or t of CO2."""
    cost_cny: float


class FrontChart(ChartFrame):
    """Cost against what it buys, the points joined in their order."""

    picked = Signal(int)
    """Number of a point."""

    def __init__(self) -> None:
        self._points: tuple[Point, ...] = ()
        self._quality = "renewable_share"
        self.selected = -1
        super().__init__("sized.pareto")
        self.plot = plain_plot()
        self.plot.setMouseEnabled(x=False, y=False)
        self.body.addWidget(self.plot)
        self._line, self._dots, self._mark = pg.PlotCurveItem(), pg.ScatterPlotItem(), pg.ScatterPlotItem()
        for item in (self._line, self._dots, self._mark):
            self.plot.addItem(item)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.installEventFilter(self)
        self.draw()

    def show_front(self, points: Sequence[Point], quality: str, subject: str, source: str) -> None:
        """Draw a front; `quality` is renewable_share or co2. The point picked before is forgotten."""
        self._points, self._quality, self.selected = tuple(points), quality, -1
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def select(self, number: int) -> None:
        """Mark a point; tells nobody."""
        self.selected = number if 0 <= number < len(self._points) else -1
        self.draw()

    def _values(self) -> tuple[list[float], list[float]]:
        share = self._quality == "renewable_share"
        x = [p.quality * 100.0 if share else self.look.value(p.quality, "co2_t") for p in self._points]
        return x, [self.look.value(p.cost_cny, "money_cny") for p in self._points]

    def _units(self) -> tuple[str, str]:
        x = "%" if self._quality == "renewable_share" else self.look.unit("co2_t")
        return x, self.look.unit("money_cny")

    def draw(self) -> None:
        look = self.look
        self.set_empty("" if self._points else text("charts.nothing", look.language))
        if not self._points:
            return
        dress(self.plot, look)
        x, y = self._values()
        x_unit, y_unit = self._units()
        name = text(f"sized.pareto_x.{self._quality}", look.language)
        self.plot.setLabel("bottom", f"{name} ({x_unit})", color=look.dim)
        self.plot.setLabel("left", y_unit, color=look.dim)  # the title says of what
        self._line.setData(x, y, pen=pg.mkPen(LINE_COLOURS[0], width=1.5))
        self._dots.setData(x, y, size=9, brush=LINE_COLOURS[0], pen=pg.mkPen(look.ground))
        at = [self.selected] if self.selected >= 0 else []
        self._mark.setData(
            [x[i] for i in at], [y[i] for i in at], size=15, brush=None, pen=pg.mkPen(ACCENT, width=2.5)
        )
        for values, setter in ((x, self.plot.setXRange), (y, self.plot.setYRange)):
            room = max(max(values) - min(values), 1e-6 * abs(max(values)), 1e-9)
            setter(min(values) - 0.06 * room, max(values) + 0.06 * room, padding=0)
        self._readout()

    def _readout(self) -> None:
        look = self.look
        if self.selected < 0:
            self.say(text("sized.pareto_hint", look.language))
            return
        point = self._points[self.selected]
        what = (
            percent(point.quality)
            if self._quality == "renewable_share"
            else look.figure(point.quality, "co2_t")
        )
        name = text(f"sized.pareto_x.{self._quality}", look.language)
        self.say(
            f"{name} {what}   {text('sized.pareto_y', look.language)} {look.figure(point.cost_cny, 'money_cny')}"
        )

    # -- the hand --------------------------------------------------------------------------------

    def _clicked(self, event: object) -> None:
        if not self._points:
            return
        view = self.plot.getViewBox()
        place = event.scenePos()  # type: ignore[attr-defined]
        x, y = self._values()
        spots = [view.mapViewToScene(pg.Point(a, b)) for a, b in zip(x, y, strict=True)]
        far = np.array([np.hypot(s.x() - place.x(), s.y() - place.y()) for s in spots])
        if far.min() <= NEAR_PX:
            self._pick(int(far.argmin()))

    def _pick(self, number: int) -> None:
        self.select(number)
        self.picked.emit(number)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._points:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                first = self.selected < 0
                self._pick(0 if first else min(max(self.selected + step, 0), len(self._points) - 1))
                return True
        return super().eventFilter(watched, event)

    def grid(self) -> ValueGrid | None:
        if not self._points:
            return None
        x, y = self._values()
        x_unit, y_unit = self._units()
        language = self.look.language
        headers = (f"{text(f'sized.pareto_x.{self._quality}', language)} [{x_unit}]",
                   f"{text('sized.pareto_y', language)} [{y_unit}]")  # fmt: skip
        rows: list[tuple[Value, ...]] = list(zip(x, y, strict=True))
        return ValueGrid(self.title, headers, rows, self._source)
