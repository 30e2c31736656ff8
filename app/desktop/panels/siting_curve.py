"""The supply curve of a siting: cost of energy with the line to the grid against capacity, a line a technology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent

from app.desktop.charts.axes import dress, plain_plot
from app.desktop.charts.export import ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry, Legend
from app.desktop.charts.look import SERIES_COLOURS
from app.desktop.texts import text
from app.desktop.theme import ACCENT
from planning.words import term

Array = NDArray[np.float64]
ALL = "all"
ALL_COLOUR = "#a9b4bb"
LABELLED_PX = 190


@dataclass(frozen=True, slots=True)
class Step:
    """One technology of one site."""

    curve: str
    """Technology, or all together."""
    technology: str
    site: str
    lcoe_cny_per_mwh: float
    from_mw: float
    to_mw: float


def steps_of(document: Mapping[str, Any]) -> tuple[Step, ...]:
    """All steps of all curves, cheapest first within each."""
    found = []
    for curve in document["supply_curve"]:
        before = 0.0
        for step in curve["steps"]:
            found.append(
                Step(
                    curve["technology"],
                    step["technology"],
                    step["candidate"],
                    step["lcoe_cny_per_mwh"],
                    before,
                    step["cumulative_mw"],
                )
            )
            before = step["cumulative_mw"]
    return tuple(found)


class SupplyCurve(ChartFrame):
    """Steps; a click or the arrow keys pick one, and its site with it."""

    picked = Signal(str)
    """Site."""

    def __init__(self) -> None:
        self._steps: tuple[Step, ...] = ()
        self._names: Mapping[str, tuple[str, str]] = {}
        self._site = ""
        self._answered = False
        self.plot = plain_plot()
        super().__init__("siting.tab.curve")
        self._view = self.plot.getViewBox()
        self._view.setMouseEnabled(x=False, y=False)
        self._view.disableAutoRange()
        self.legend = Legend()
        self._lines: list[pg.PlotCurveItem] = []
        self._marks: list[pg.PlotCurveItem] = []
        self.put_side_by_side(self.plot, self.legend)
        self.plot.scene().sigMouseMoved.connect(self._hovered)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.installEventFilter(self)
        self.draw()

    # -- what is shown ---------------------------------------------------------------------------

    def show_curve(self, document: Mapping[str, Any] | None, subject: str, source: str) -> None:
        self._answered = document is not None
        self._steps = steps_of(document) if document is not None else ()
        self._names = (
            {s["id"]: (s["name_zh"], s["name_en"]) for s in document["candidates"]}
            if document is not None
            else {}
        )
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def select(self, site: str) -> None:
        """Mark the steps of a site; tells nobody."""
        if site != self._site:
            self._site = site
            self._mark()

    def curves(self) -> Sequence[str]:
        """All together first, so that it hides none of its parts; alone it is left out."""
        found = dict.fromkeys(step.curve for step in self._steps)
        single = [name for name in found if name != ALL]
        return [ALL, *single] if len(single) > 1 else single

    def draw(self) -> None:
        look = self.look
        empty = "siting.curve_no_steps" if self._answered else "siting.curve_empty"
        self.set_empty("" if self._steps else text(empty, look.language))
        for item in (*self._lines, *self._marks):
            self.plot.removeItem(item)
        self._lines, self._marks = [], []
        if not self._steps:
            return
        dress(self.plot, look)
        entries = []
        for name in self.curves():
            x, y = self._outline([s for s in self._steps if s.curve == name])
            colour = ALL_COLOUR if name == ALL else SERIES_COLOURS[name]
            item = pg.PlotCurveItem(x, y, pen=pg.mkPen(colour, width=5 if name == ALL else 2))
            self.plot.addItem(item, ignoreBounds=True)
            self._lines.append(item)
            entries.append(
                Entry(name, term("together" if name == ALL else name, look.language), colour, line=True)
            )
        self.legend.show_entries(entries, look)
        self.plot.setLabel("left", look.unit("price_cny_per_mwh"), color=look.dim)
        self._label_below()
        most = max(step.to_mw for step in self._steps)
        costs = [look.value(step.lcoe_cny_per_mwh, "price_cny_per_mwh") for step in self._steps]
        self._view.setXRange(0.0, look.value(most, "power_mw") * 1.01, padding=0)
        # Lines, not bars: the axis need not begin at nought, and steps of a few per cent are what is looked for.
        room = max(max(costs) - min(costs), 0.05 * max(costs))
        self._view.setYRange(max(min(costs) - 0.25 * room, 0.0), max(costs) + 0.15 * room, padding=0)
        self._show_totals()
        self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label_below()

    def _label_below(self) -> None:
        """The unit of power stands in the legend too, so a low chart keeps its room for the steps."""
        look = self.look
        axis = self.plot.getAxis("bottom")
        if self.height() < LABELLED_PX:
            axis.showLabel(False)
        else:
            words = f"{term('capacity', look.language)}  {look.unit('power_mw')}"
            self.plot.setLabel("bottom", words, color=look.dim)

    def grid(self) -> ValueGrid | None:
        if not self._steps:
            return None
        look = self.look
        power, price = look.unit("power_mw"), look.unit("price_cny_per_mwh")
        headers = (
            text("siting.tab.curve", look.language), text("siting.site", look.language),
            text("siting.technology", look.language), f"{term('lcoe', look.language)} [{price}]",
            f"{term('capacity', look.language)} [{power}]",
        )  # fmt: skip
        rows = [
            (
                term("together" if s.curve == ALL else s.curve, look.language), self._site_words(s.site),
                term(s.technology, look.language), look.value(s.lcoe_cny_per_mwh, "price_cny_per_mwh"),
                look.value(s.to_mw, "power_mw"),
            )
            for s in self._steps
        ]  # fmt: skip
        return ValueGrid(self.title, headers, rows, self._source)

    # -- picking ---------------------------------------------------------------------------------

    def step_at(self, x: float, y: float) -> Step | None:
        """The step nearest in cost among those that hold a capacity, both in the reader's units."""
        look = self.look
        curves = set(self.curves())
        own = [
            s for s in self._steps
            if s.curve in curves and look.value(s.from_mw, "power_mw") <= x <= look.value(s.to_mw, "power_mw")
        ]  # fmt: skip
        return min(
            own, key=lambda s: abs(look.value(s.lcoe_cny_per_mwh, "price_cny_per_mwh") - y), default=None
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.plot and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
            if by and self._steps:
                self._move(by)
                return True
        return bool(super().eventFilter(watched, event))

    def _move(self, by: int) -> None:
        order = list(dict.fromkeys(s.site for s in sorted(self._steps, key=lambda s: s.lcoe_cny_per_mwh)))
        at = order.index(self._site) + by if self._site in order else 0
        self.picked.emit(order[min(max(at, 0), len(order) - 1)])

    def _hovered(self, at: Any) -> None:
        step = self._under(at)
        self.say(self._words(step) if step is not None else self._words_of_site())

    def _clicked(self, event: Any) -> None:
        step = self._under(event.scenePos())
        if step is not None:
            self.picked.emit(step.site)

    def _under(self, at: Any) -> Step | None:
        if not self._steps or not self.plot.sceneBoundingRect().contains(at):
            return None
        point = self._view.mapSceneToView(at)
        return self.step_at(point.x(), point.y())

    # -- inside ----------------------------------------------------------------------------------

    def _outline(self, steps: Sequence[Step]) -> tuple[Array, Array]:
        look = self.look
        x = [look.value(v, "power_mw") for s in steps for v in (s.from_mw, s.to_mw)]
        y = [look.value(s.lcoe_cny_per_mwh, "price_cny_per_mwh") for s in steps for _ in (0, 1)]
        return np.array(x), np.array(y)

    def _mark(self) -> None:
        for item in self._marks:
            self.plot.removeItem(item)
        self._marks = []
        curves = set(self.curves())
        for step in self._steps:
            if step.site == self._site and step.curve in curves:
                x, y = self._outline([step])
                item = pg.PlotCurveItem(x, y, pen=pg.mkPen(ACCENT, width=7))
                self.plot.addItem(item, ignoreBounds=True)
                self._marks.append(item)
        self.say(self._words_of_site())

    def _show_totals(self) -> None:
        totals = {
            name: self.look.short(
                self.look.value(max(s.to_mw for s in self._steps if s.curve == name), "power_mw")
            )
            for name in self.curves()
        }
        self.legend.show_values("", self.look.unit("power_mw"), totals)

    def _site_words(self, site: str) -> str:
        zh, en = self._names.get(site, ("", ""))
        return f"{site} {self.look.pick(zh, en)}".rstrip()

    def _words(self, step: Step) -> str:
        look = self.look
        cost = look.figure(step.lcoe_cny_per_mwh, "price_cny_per_mwh")
        own = look.figure(step.to_mw - step.from_mw, "power_mw")
        upto = look.figure(step.to_mw, "power_mw")
        return f"{self._site_words(step.site)} · {look.word(step.technology)} {own} · {cost} · Σ {upto}"

    def _words_of_site(self) -> str:
        own = [s for s in self._steps if s.site == self._site and s.curve != ALL]
        if not own:
            return ""
        parts = [
            f"{self.look.word(s.technology)} {self.look.figure(s.lcoe_cny_per_mwh, 'price_cny_per_mwh')}"
            for s in own
        ]
        return f"{self._site_words(self._site)} · {' · '.join(parts)}"
