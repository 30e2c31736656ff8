"""The tabs of duration curves and of prices: a table of their figures, the curves, and months by hours."""

from __future__ import annotations

import numpy as np

from app.desktop.charts import data
from app.desktop.charts.curves import Curve, CurveChart
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.heat import HeatChart
from app.desktop.charts.look import LINE_COLOURS, SERIES_COLOURS
from app.desktop.charts.national import FULL, Period, figures_of, mean_of, nation_of
from app.desktop.panels.results_context import Context
from app.desktop.panels.results_pages import ChartSwitch, ResultPage
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.results import Summary
from planning.words import unit

FIGURES = ("high", "p5", "p50", "p95", "low", "mean")
MOST_LINES = 6
"""Corridors drawn in one chart."""


class DurationPage(ResultPage):
    """Load and what wind and PV leave of it, net export, and the corridors of the place: in falling order, with a table
    of what the curves say."""

    scoped = True

    def __init__(self, name: str) -> None:
        self.curve = CurveChart("charts.duration", over_time=False)
        self.export = CurveChart("charts.export_duration", over_time=False)
        self.lines = CurveChart("charts.loading_duration", over_time=False)
        self.load, self.residual = HeatChart("charts.heat_load"), HeatChart("charts.heat_residual")
        self.wind, self.pv = HeatChart("charts.heat_wind"), HeatChart("charts.heat_pv")
        curves: tuple[tuple[str, ChartFrame], ...] = (
            ("charts.duration", self.curve),
            ("charts.export_duration", self.export),
            ("charts.loading_duration", self.lines),
        )
        maps: tuple[tuple[str, ChartFrame], ...] = (
            ("charts.heat_residual", self.residual),
            ("charts.heat_load", self.load),
            ("charts.heat_wind", self.wind),
            ("charts.heat_pv", self.pv),
        )
        super().__init__(name, _blank, ChartSwitch(curves), ChartSwitch(maps))
        self._splitter.setSizes([420, 520, 380])

    def draw(self, chart: ChartFrame, context: Context) -> None:
        if isinstance(chart, HeatChart):
            self._heat(chart, context)
            return
        subject = context.name(*context.scope)
        curves, kind, empty, note = self._curves(chart, context)
        assert isinstance(chart, CurveChart)
        source = f"{context.source} · {note}" if note else context.source
        chart.show_curves(curves, kind, subject, source)
        if empty and not curves:
            chart.set_empty(text(empty, context.look.language))
        if self.table is not None:
            columns = Columns(context.look.language, context.look.units)
            self.table.show_content(_figures(curves, kind, columns), f"{chart.title} · {context.source}")

    def _curves(self, chart: ChartFrame, context: Context) -> tuple[list[Curve], str, str, str]:
        """Curves, their kind, why there are none, and what to know of them."""
        language, hourly = context.look.language, context.hourly
        if hourly is None:
            return [], "power_mw", "", ""
        if chart is self.export:
            kind, identity = context.scope
            nation = nation_of(context.summary, hourly)
            row = nation.province(identity) if kind == "province" else None
            if row is None:
                return [], "power_mw", "charts.no_export", ""
            values = nation.net_export_mw[row].astype(np.float64)
            return (
                [Curve("export", text("national.net_export", language), values, LINE_COLOURS[0])],
                "power_mw",
                "",
                "",
            )
        if chart is self.lines:
            return self._loadings(context), "%", "charts.no_corridors", ""
        b = context.balance()
        if b is None:
            return [], "power_mw", "", ""
        load = b.sent if b.kind == "base" else b.load
        key = "charts.sent_out" if b.kind == "base" else "charts.load"
        curves = [Curve("load", text(key, language), load)]
        if b.kind != "base":
            name = text("charts.residual", language)
            curves.append(Curve("residual", name, data.residual_load(b), LINE_COLOURS[3]))
        for t in ("wind", "pv"):
            if t in b.supply:
                curves.append(Curve(t, context.look.word(t), b.supply[t], SERIES_COLOURS[t]))
        return curves, "power_mw", "", ""

    @staticmethod
    def _loadings(context: Context) -> list[Curve]:
        """Loading of the corridor picked and of the largest ones that end in the place."""
        assert context.hourly is not None
        kind, identity = context.scope
        picked = context.chosen("corridor")
        base = context.summary.bases.get(identity) if kind == "base" else None

        def here(line_id: str, ends: tuple[str, str]) -> bool:
            return kind == "nation" or identity in ends or (base is not None and base.corridor_id == line_id)

        lines = [
            c for c in context.summary.corridors.values()
            if c.capacity_mw > 0 and (c.id == picked or here(c.id, (str(c.from_adcode), str(c.to_adcode))))
        ]  # fmt: skip
        lines.sort(key=lambda c: (c.id != picked, -c.delivered_mwh))
        curves: list[Curve] = []
        for line in lines[:MOST_LINES]:
            flow = data.line_flow(context.hourly, line.id)
            if flow is not None:
                name = context.look.pick(line.name_zh, line.name_en)
                colour = LINE_COLOURS[len(curves) % len(LINE_COLOURS)]
                curves.append(Curve(line.id, name, 100.0 * np.abs(flow) / line.capacity_mw, colour))
        return curves

    def _heat(self, chart: HeatChart, context: Context) -> None:
        b, subject = context.balance(), context.name(*context.scope)
        values = None
        if b is not None:
            zero = b.load * 0.0
            wind, pv = b.supply.get("wind", zero), b.supply.get("pv", zero)
            # A base feeds no load of its own: what it sends out stands in its place.
            load = b.sent if b.kind == "base" else b.load
            series = {self.residual: load - wind - pv, self.load: load, self.wind: wind, self.pv: pv}
            if b.kind == "base" and chart in (self.residual, self.load):
                subject = f"{subject} ({text('charts.sent_out', context.look.language)})"
            values = data.month_by_hour(series[chart])
        chart.show_values(values, "power_mw", subject, context.source)


class PricePage(ResultPage):
    """Marginal prices of every node; the curves are those of what is selected, beside the nation's."""

    def __init__(self, name: str) -> None:
        self.falling = CurveChart("charts.price_duration", over_time=False)
        self.hours = CurveChart("charts.price_hours", over_time=True)
        self.map = HeatChart("charts.price_heat")
        charts: tuple[tuple[str, ChartFrame], ...] = (
            ("charts.price_duration", self.falling),
            ("charts.price_hours", self.hours),
            ("charts.price_heat", self.map),
        )
        super().__init__(name, _blank, ChartSwitch(charts))
        self._hour = 0
        self._kinds: dict[str, str] = {}
        self.hours.hour_changed.connect(self.hour_changed)
        assert self.table is not None
        self.table.picked.connect(
            lambda key: self.picked.emit(self._kinds[key], key) if key in self._kinds else None
        )

    def draw(self, chart: ChartFrame, context: Context) -> None:
        language, hourly = context.look.language, context.hourly
        note = text("prices.note", language)
        source, kind = f"{context.source} · {note}", "price_cny_per_mwh"
        curves: list[Curve] = []
        subject = text("charts.nation", language)
        if hourly is not None:
            nation = nation_of(context.summary, hourly)
            load = hourly.load_mw.sum(axis=0, dtype=np.float64)
            whole = (hourly.load_mw * hourly.price_cny_per_mwh).sum(axis=0, dtype=np.float64) / np.maximum(
                load, 1e-9
            )
            curves.append(Curve("nation", text("charts.nation", language), whole, LINE_COLOURS[0]))
            province, base = context.chosen("province"), context.chosen("base")
            row = nation.province(province) if province is not None else None
            if province is not None and row is not None:
                subject = context.name("province", province)
                curves.append(
                    Curve(
                        province, subject, nation.price_cny_per_mwh[row].astype(np.float64), LINE_COLOURS[3]
                    )
                )
            elif base is not None and base in nation.node_ids:
                subject = context.name("base", base)
                own = nation.node_price_cny_per_mwh[nation.node_ids.index(base)].astype(np.float64)
                curves.append(Curve(base, subject, own, LINE_COLOURS[3]))
        if isinstance(chart, CurveChart):
            chart.show_curves(curves, kind, subject, source)
        elif isinstance(chart, HeatChart):
            values = data.month_by_hour(curves[-1].values) if curves else None
            chart.show_values(values, kind, subject, source)
        self._fill_table(context)

    def _fill_table(self, context: Context) -> None:
        """Provinces, then bases; the nation's own mean is in the chart."""
        assert self.table is not None
        language, hourly = context.look.language, context.hourly
        c = Columns(language, context.look.units)
        kind = "price_cny_per_mwh"
        unit_words = unit(kind, c.units, language)
        heads = tuple(
            f"{text(f'prices.{key}', language)}\n{unit_words}"
            for key in ("now", "mean", "high", "p5", "p50", "p95", "low")
        )
        rows, ids = [], []
        self._kinds = {}
        if hourly is not None:
            nation = nation_of(context.summary, hourly)
            now = mean_of(nation.price_cny_per_mwh, Period("hour", self._hour))
            for row, code in enumerate(nation.adcodes):
                rows.append(
                    _price_row(
                        c, context.name("province", code), float(now[row]), nation.price_cny_per_mwh[row]
                    )
                )
                ids.append(code)
                self._kinds[code] = "province"
            for base in hourly.base_nodes:
                own = nation.node_price_cny_per_mwh[nation.node_ids.index(base)]
                rows.append(_price_row(c, context.name("base", base), float(own[self._hour]), own))
                ids.append(base)
                self._kinds[base] = "base"
        headers = (text("prices.node", language), *heads)
        self.table.show_content(TableContent(headers, tuple(rows), tuple(ids)), context.source)
        chosen = context.chosen("province") or context.chosen("base")
        if chosen is not None:
            self.table.select_id(chosen)

    def set_hour(self, hour: int) -> None:
        self.hours.set_hour(hour)
        if hour != self._hour:
            self._hour = hour
            if self._filled is not None:
                self._fill_table(self._filled)


def _price_row(c: Columns, name: str, now: float, values: np.ndarray) -> tuple[Cell, ...]:
    f = figures_of(values.astype(np.float64))
    kind = "price_cny_per_mwh"
    told = (now, f.mean, f.highest, f.p5, f.p50, f.p95, f.lowest)
    return (Cell(name, name), *(c.figure(value, kind) for value in told))


def _figures(curves: list[Curve], kind: str, c: Columns) -> TableContent:
    """What each curve says in numbers."""
    named = unit(kind, c.units, c.language) if kind != "%" else "%"
    headers = (
        text("duration.curve", c.language),
        *(f"{text(f'prices.{key}', c.language)}\n{named}" for key in FIGURES),
        text("duration.below" if kind != "%" else "duration.full", c.language),
    )
    rows = []
    for curve in curves:
        f = figures_of(curve.values)
        told = (f.highest, f.p5, f.p50, f.p95, f.lowest, f.mean)
        count = f.hours_below_zero if kind != "%" else int((curve.values >= 100.0 * FULL).sum())
        cells = [c.number(v, 1) if kind == "%" else c.figure(v, kind) for v in told]
        rows.append((Cell(curve.name, curve.name), *cells, c.number(count)))
    return TableContent(headers, tuple(rows), tuple(curve.key for curve in curves))


def _blank(summary: Summary, c: Columns) -> TableContent:
    """Filled when a chart is drawn: it says what of."""
    return TableContent(("",), (), ())
