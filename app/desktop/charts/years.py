"""The money of a base, year by year: what it costs below the axis, what it earns above, and the sum so far."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from app.desktop.charts.axes import dress, plain_plot
from app.desktop.charts.data import nice_top
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry, Legend
from app.desktop.charts.look import COST, GAIN
from app.desktop.texts import text
from planning.report.series import BaseFlows


class YearChart(ChartFrame):
    """Bars of the years 0..n, real money."""

    def __init__(self) -> None:
        self._flows: BaseFlows | None = None
        self._empty_key = "charts.pick_base"
        super().__init__("charts.base_cash")
        self.plot = plain_plot()
        self.plot.setMouseEnabled(x=False, y=False)
        self._items: list[object] = []
        self.legend = Legend()
        self.put_side_by_side(self.plot, self.legend)
        self.plot.scene().sigMouseMoved.connect(self._hovered)

    def show_flows(
        self, flows: BaseFlows | None, subject: str, source: str, empty_key: str = "charts.pick_base"
    ) -> None:
        """Draw a base's flows; None says why there are none."""
        self._flows, self._empty_key = flows, empty_key
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def _series(self) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
        assert self._flows is not None
        factor = self.look.value(1.0, "money_cny")
        cost, revenue = np.array(self._flows.cost_cny) * factor, np.array(self._flows.revenue_cny) * factor
        return {"revenue": revenue, "cost": -cost, "sum": np.cumsum(revenue - cost)}

    def draw(self) -> None:
        look, flows = self.look, self._flows
        self.set_empty(text(self._empty_key, look.language) if flows is None else "")
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        if flows is None:
            return
        dress(self.plot, look)
        self.plot.setLabel("left", look.unit("money_cny"), color=look.dim)
        self.plot.setLabel("bottom", text("charts.year_of_life", look.language), color=look.dim)
        series = self._series()
        years = np.arange(len(flows.cost_cny), dtype=np.float64)
        for key, colour in (("revenue", GAIN), ("cost", COST)):
            bars = pg.BarGraphItem(x=years, height=series[key], width=0.7, brush=colour, pen=None)
            self._items.append(bars)
        self._items.append(pg.PlotCurveItem(years, series["sum"], pen=pg.mkPen(look.ink, width=1.5)))
        self._items.append(pg.InfiniteLine(0.0, 0, pg.mkPen(look.dim, width=1)))
        for item in self._items:
            self.plot.addItem(item)
        high = max(float(v.max()) for v in series.values())
        low = min(float(v.min()) for v in series.values())
        self.plot.setYRange(-nice_top(-low), nice_top(high), padding=0.02)
        self.plot.setXRange(-0.6, len(years) - 0.4, padding=0)
        names = {k: text(f"charts.{k}", look.language) for k in series}
        self.legend.show_entries(
            [
                Entry("revenue", names["revenue"], GAIN),
                Entry("cost", names["cost"], COST),
                Entry("sum", names["sum"], look.ink, line=True),
            ],
            look,
        )
        self._show_values(0)

    def _show_values(self, year: int) -> None:
        series = self._series()
        head = text("charts.year_n", self.look.language, n=year)
        values = {k: self.look.short(float(v[year])) for k, v in series.items()}
        self.legend.show_values(head, self.look.unit("money_cny"), values)

    def _hovered(self, position: object) -> None:
        view = self.plot.getViewBox()
        if self._flows is not None and view.sceneBoundingRect().contains(position):
            year = round(view.mapSceneToView(position).x())
            self._show_values(min(max(year, 0), len(self._flows.cost_cny) - 1))

    def grid(self) -> ValueGrid | None:
        if self._flows is None:
            return None
        series, look = self._series(), self.look
        unit = look.unit("money_cny")
        rows: list[tuple[Value, ...]] = [
            (float(y), *(float(v[y]) for v in series.values())) for y in range(len(series["sum"]))
        ]
        headers = (text("charts.year_of_life", look.language),
                   *(f"{text(f'charts.{k}', look.language)} [{unit}]" for k in series))  # fmt: skip
        return ValueGrid(self.title, headers, rows, self._source)
