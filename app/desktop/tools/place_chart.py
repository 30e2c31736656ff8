"""Lines of several places over months or hours, with the values under the mouse in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from app.desktop.charts.axes import dress, month_name, plain_plot
from app.desktop.charts.data import moment
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry, Legend
from app.desktop.charts.look import Look
from app.desktop.texts import text

SYMBOLS = ("o", "s", "t", "d", "x", "+")
"""By pin: places are told apart by more than colour."""


@dataclass(frozen=True)
class PlaceLine:
    """One place."""

    letter: str
    name: str
    colour: str
    symbol: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Steps:
    """What the axis counts: months of a year, hours of a day, or hours of a week."""

    count: int
    first_hour: int = 0
    """Of the year, where hours of a week are counted."""

    def name(self, step: int, look: Look) -> str:
        """Of one step, in full."""
        if self.count == 12:
            return month_name(step + 1, look)
        if self.count == 24:
            return f"{step:02d}:00"
        at = moment(self.first_hour + step)
        return f"{at.month}-{at.day} {at.hour:02d}:00"

    def ticks(self, look: Look) -> list[tuple[float, str]]:
        if self.count == 12:
            return [(float(m), str(m + 1)) for m in range(12)]
        if self.count == 24:
            return [(float(h), str(h)) for h in range(0, 24, 3)]
        days = range(0, self.count, 24)
        return [(float(h), self.name(h, look).split()[0]) for h in days]


class PlaceChart(ChartFrame):
    """Few lines, the same steps for all."""

    def __init__(self, title_key: str) -> None:
        self._lines: tuple[PlaceLine, ...] = ()
        self._steps, self._unit, self._at = Steps(12), "", 6
        super().__init__(title_key)
        self.readout.hide()  # the legend tells the values
        self.plot = plain_plot()
        self.plot.getViewBox().setMouseEnabled(x=False, y=False)
        self._items: list[pg.PlotDataItem] = []
        self._mark = pg.InfiniteLine(angle=90, pen=pg.mkPen("#8a949c", width=1))
        self.plot.addItem(self._mark, ignoreBounds=True)
        self.legend = Legend()
        self.put_side_by_side(self.plot, self.legend)
        self.plot.scene().sigMouseMoved.connect(self._hovered)

    def set_narrow(self, narrow: bool) -> None:
        """The legend below the plot where there is no room beside it."""
        direction = self.body.Direction.TopToBottom if narrow else self.body.Direction.LeftToRight
        self.body.setDirection(direction)

    def show_lines(
        self, lines: Sequence[PlaceLine], steps: Steps, subject: str, unit: str, source: str
    ) -> None:
        """Draw these; the marked step is kept while the axis counts the same."""
        if steps.count != self._steps.count:
            self._at = steps.count // 2
        self._lines, self._steps, self._unit = tuple(lines), steps, unit
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def draw(self) -> None:
        look = self.look
        while len(self._items) > len(self._lines):
            self.plot.removeItem(self._items.pop())
        self.set_empty("" if self._lines else text("tool.pins.empty", look.language))
        if not self._lines:
            return
        dress(self.plot, look)
        self.plot.getAxis("bottom").setTicks([self._steps.ticks(look)])
        self.plot.setLabel("left", self._unit, color=look.dim)
        at = np.arange(self._steps.count, dtype=np.float64)
        for index, line in enumerate(self._lines):
            if index == len(self._items):
                self._items.append(pg.PlotDataItem())
                self.plot.addItem(self._items[index], ignoreBounds=True)
            marks = self._steps.count <= 24
            self._items[index].setData(
                at,
                line.values,
                pen=pg.mkPen(line.colour, width=2),
                symbol=line.symbol if marks else None,
                symbolSize=7,
                symbolBrush=line.colour,
                symbolPen=pg.mkPen(look.ground, width=0.8)
                if line.symbol not in "x+"
                else pg.mkPen(line.colour),
            )
        everything = np.concatenate([line.values for line in self._lines])
        low, high = min(0.0, float(everything.min())), max(float(everything.max()), 1e-9)
        room = (high - low) * 0.05
        self.plot.setYRange(low - (room if low < 0 else 0.0), high + room, padding=0)
        self.plot.setXRange(-0.4, self._steps.count - 0.6, padding=0)
        self.legend.show_entries(
            [
                Entry(line.letter, f"{line.letter} {line.name}", line.colour, line=True)
                for line in self._lines
            ],
            look,
        )
        self.point_at(self._at)

    def point_at(self, step: int) -> None:
        """Mark a step and tell the values there."""
        self._at = min(max(step, 0), self._steps.count - 1)
        self._mark.setPos(self._at)
        values = {line.letter: self.look.short(float(line.values[self._at])) for line in self._lines}
        self.legend.show_values(self._steps.name(self._at, self.look), "", values)

    def grid(self) -> ValueGrid | None:
        if not self._lines:
            return None
        headers = ("", *(f"{line.letter} {line.name} [{self._unit}]" for line in self._lines))
        rows: list[tuple[Value, ...]] = [
            (self._steps.name(step, self.look), *(float(line.values[step]) for line in self._lines))
            for step in range(self._steps.count)
        ]
        return ValueGrid(self.title, headers, rows, self.source_label.text())

    def keyPressEvent(self, event: object) -> None:
        key = event.key()  # type: ignore[attr-defined]
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.point_at(self._at + (1 if key == Qt.Key.Key_Right else -1))
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def _hovered(self, position: object) -> None:
        view = self.plot.getViewBox()
        if self._lines and view.sceneBoundingRect().contains(position):
            self.point_at(round(float(view.mapSceneToView(position).x())))
