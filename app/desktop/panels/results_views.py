"""The tabs one by one: which charts stand beside which table, and what they are given."""

from __future__ import annotations

from app.desktop.charts import data
from app.desktop.charts.axes import month_name
from app.desktop.charts.bars import Bar, BarChart
from app.desktop.charts.curves import Curve, CurveChart
from app.desktop.charts.dispatch import DispatchChart
from app.desktop.charts.exchange import pairs_of
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.heat import HeatChart
from app.desktop.charts.legend import Entry
from app.desktop.charts.look import COST, GAIN, LINE_COLOURS, SERIES_COLOURS
from app.desktop.charts.money import base_flows, province_money
from app.desktop.charts.sankey import SankeyChart
from app.desktop.charts.years import YearChart
from app.desktop.panels import flow_tables
from app.desktop.panels import results_tables as tables
from app.desktop.panels.results_context import Context
from app.desktop.panels.results_pages import ChartSwitch, ResultPage
from app.desktop.texts import text
from planning.tables import load_tables


class OverviewPage(ResultPage):
    """The sums of the nation, and who sends power to whom."""

    def __init__(self, name: str) -> None:
        self.flows = SankeyChart()
        super().__init__(name, tables.overview_table, ChartSwitch([("charts.flows", self.flows)]))
        self.flows.picked.connect(lambda identity: self.picked.emit("province", identity))

    def draw(self, chart: ChartFrame, context: Context) -> None:
        names = {k: (p.name_zh, p.name_en) for k, p in context.summary.provinces.items()}
        flows = [pair.flow for pair in pairs_of(context.summary, "province", "energy")]
        self.flows.show_flows(flows, names, "", context.source)
        self.flows.select_id(context.chosen("province") or "")


class DispatchPage(ResultPage):
    """The hours of the nation, a province or a base."""

    scoped = True

    def __init__(self, name: str) -> None:
        self.chart = DispatchChart()
        super().__init__(name, None, ChartSwitch([("charts.dispatch", self.chart)]))
        self.chart.hour_changed.connect(self.hour_changed)

    def draw(self, chart: ChartFrame, context: Context) -> None:
        self.chart.show_balance(context.balance(), context.name(*context.scope), context.source)

    def set_hour(self, hour: int) -> None:
        self.chart.set_hour(hour)


class ComplementPage(ResultPage):
    """How wind and sun fill each other's gaps."""

    scoped = True

    def __init__(self, name: str) -> None:
        self.map, self.months = HeatChart("charts.correlation"), BarChart("charts.correlation_months")
        super().__init__(
            name,
            None,
            ChartSwitch([("charts.correlation_months", self.months)]),
            ChartSwitch([("charts.correlation", self.map)]),
        )

    def draw(self, chart: ChartFrame, context: Context) -> None:
        b, subject, look = context.balance(), context.name(*context.scope), context.look
        both = b is not None and "wind" in b.supply and "pv" in b.supply
        if b is None or not both:
            self.months.show_bars((), (), "", context.source, subject=subject, empty_key="charts.no_wind_pv")
            self.map.show_values(None, "", subject, context.source)
            return
        wind, pv = data.available(b, "wind"), data.available(b, "pv")
        if chart is self.map:
            values = data.correlation_by_month_and_hour(wind, pv)
            note = text("charts.correlation_note", look.language)
            self.map.show_values(values, "", subject, f"{context.source} · {note}", about_zero=True)
            return
        rows = [("", text("charts.whole_year", look.language), data.correlation(wind, pv))]
        rows += [
            (str(m + 1), month_name(m + 1, look), float(r))
            for m, r in enumerate(data.correlation_by_month(wind, pv))
        ]
        bars = [Bar("", name, (min(r, 0.0), max(r, 0.0)), r) for _, name, r in rows if r == r]
        entries = (
            Entry("low", text("charts.opposed", look.language), "#4a86b8"),
            Entry("high", text("charts.together", look.language), "#c46b5a"),
        )
        gain = text("charts.complementarity", look.language, value=f"{data.complementarity(wind, pv):.2f}")
        self.months.show_bars(bars, entries, "", f"{context.source} · {gain}", subject=subject)


class CorridorPage(ResultPage):
    """Corridors, and the hours of the one picked."""

    def __init__(self, name: str) -> None:
        self.hours = CurveChart("charts.line_hours", over_time=True)
        self.falling = CurveChart("charts.line_duration", over_time=False)
        self.map = HeatChart("charts.line_heat")
        charts: list[tuple[str, ChartFrame]] = [
            ("charts.line_hours", self.hours),
            ("charts.line_duration", self.falling),
            ("charts.line_heat", self.map),
        ]
        super().__init__(name, tables.corridor_table, ChartSwitch(charts), kind="corridor")
        self.hours.hour_changed.connect(self.hour_changed)

    def draw(self, chart: ChartFrame, context: Context) -> None:
        identity = context.chosen("corridor") or _largest(context)
        line = context.summary.corridors.get(identity)
        flow = data.line_flow(context.hourly, identity) if context.hourly is not None else None
        look, language = context.look, context.look.language
        if line is None or flow is None:
            self.map.show_values(None, "power_mw", "", context.source)
            for curve in (self.hours, self.falling):
                curve.show_curves((), "power_mw", "", context.source)
            return
        name = look.pick(line.name_zh, line.name_en)
        ends = [context.name("province", str(code)) for code in (line.from_adcode, line.to_adcode)]
        subject = f"{name} ({ends[0]} → {ends[1]})"
        limits = [(text("charts.capacity", language), line.capacity_mw)]
        if float(flow.min()) < 0:
            limits.append((text("charts.capacity_back", language), -line.capacity_mw))
        curve_of = Curve("flow", text("charts.line_flow", language), flow, LINE_COLOURS[0])
        if isinstance(chart, CurveChart):
            chart.show_curves([curve_of], "power_mw", subject, context.source, limits)
        else:
            self.map.show_values(
                data.month_by_hour(flow), "power_mw", subject, context.source,
                about_zero=float(flow.min()) < 0,
            )  # fmt: skip

    def set_hour(self, hour: int) -> None:
        self.hours.set_hour(hour)


class ProvincePage(ResultPage):
    """Provinces, and what they make, take, send and use."""

    def __init__(self, name: str) -> None:
        self.chart = BarChart("charts.province_balance")
        switch = ChartSwitch([("charts.province_balance", self.chart)])
        super().__init__(name, tables.province_table, switch, kind="province")
        self.chart.picked.connect(lambda identity: self.picked.emit("province", identity))

    def draw(self, chart: ChartFrame, context: Context) -> None:
        look = context.look
        entries = (
            Entry("own", look.word("generation"), "#4f9bb8"),
            Entry("import", look.word("import"), SERIES_COLOURS["received"]),
            Entry("export", look.word("export"), COST),
        )
        provinces = sorted(context.summary.provinces.items(), key=lambda kv: -kv[1].load_mwh)
        bars = [
            Bar(
                k,
                look.pick(p.name_zh, p.name_en),
                (p.generation_mwh, p.import_mwh, -p.export_mwh),
                p.load_mwh,
            )
            for k, p in provinces
        ]
        note = text("charts.balance_note", look.language)
        self.chart.show_bars(bars, entries, "energy_mwh", f"{context.source} · {note}")
        self.chart.select_id(context.chosen("province") or "")


class BasePage(ResultPage):
    """Bases, the money of the one picked, and its capacities beside the others'."""

    def __init__(self, name: str) -> None:
        self.cash, self.sizes = YearChart(), BarChart("charts.base_sizes")
        charts: list[tuple[str, ChartFrame]] = [
            ("charts.base_sizes", self.sizes),
            ("charts.base_cash", self.cash),
        ]
        super().__init__(name, tables.base_table, ChartSwitch(charts), kind="base")
        self.sizes.picked.connect(lambda identity: self.picked.emit("base", identity))

    def draw(self, chart: ChartFrame, context: Context) -> None:
        look = context.look
        if chart is self.cash:
            identity = context.chosen("base")
            base = context.summary.bases.get(identity) if identity else None
            flows, key = None, "charts.pick_base"
            if base is not None:
                key = "charts.no_scenario"
                if context.scenario is not None:
                    flows = base_flows(context.scenario, load_tables(), base)
            subject = "" if base is None else look.pick(base.name_zh, base.name_en)
            note = text("charts.real_money", look.language, year=context.summary.price_year)
            self.cash.show_flows(flows, subject, f"{context.source} · {note}", key)
            return
        technologies = ("wind", "pv", "hydro", "coal", "battery")
        entries = [Entry(t, look.word(t), SERIES_COLOURS[t]) for t in technologies]
        bars = [
            Bar(
                k,
                look.pick(b.name_zh, b.name_en),
                tuple(b.capacity_mw.get(t, 0.0) for t in technologies),
                sum(b.capacity_mw.get(t, 0.0) for t in technologies),
            )
            for k, b in context.summary.bases.items()
        ]
        self.sizes.show_bars(bars, entries, "power_mw", context.source)
        self.sizes.select_id(context.chosen("base") or "")


class CashPage(ResultPage):
    """Money of green power: provinces, and the corridors that bring it."""

    def __init__(self, name: str) -> None:
        self.provinces, self.lines = BarChart("charts.cash_provinces"), BarChart("charts.cash_lines")
        charts: list[tuple[str, ChartFrame]] = [
            ("charts.cash_provinces", self.provinces),
            ("charts.cash_lines", self.lines),
        ]
        super().__init__(name, tables.cash_table, ChartSwitch(charts), kind="province")
        self.provinces.picked.connect(lambda identity: self.picked.emit("province", identity))
        self.lines.picked.connect(lambda identity: self.picked.emit("corridor", identity))

    def draw(self, chart: ChartFrame, context: Context) -> None:
        look, summary = context.look, context.summary
        note = text("charts.real_money", look.language, year=summary.price_year)
        source = f"{context.source} · {note}"
        if chart is self.provinces:
            bars = [
                Bar(
                    m.adcode,
                    context.name("province", m.adcode),
                    (m.receipts_cny, -m.payments_cny),
                    m.cash_cny,
                )
                for m in province_money(summary)
            ]
            entries = (Entry("in", look.word("receipts"), GAIN), Entry("out", look.word("payments"), COST))
            self.provinces.show_bars(bars, entries, "money_cny", source)
            self.provinces.select_id(context.chosen("province") or "")
            return
        lines = [c for c in summary.corridors.values() if c.cash_cny]
        lines.sort(key=lambda c: -(c.cash_cny or 0.0))
        bars = [Bar(c.id, look.pick(c.name_zh, c.name_en), (c.cash_cny or 0.0,), c.cash_cny) for c in lines]
        self.lines.show_bars(bars, (Entry("in", look.word("receipts"), GAIN),), "money_cny", source)
        self.lines.select_id(context.chosen("corridor") or "")


class TiePage(ResultPage):
    """Every AC tie over the year: losses, limits, single outages."""

    def __init__(self, name: str) -> None:
        super().__init__(name, flow_tables.tie_table_of, kind="corridor")


def _largest(context: Context) -> str:
    """The corridor that delivers most: what is shown before one is picked."""
    lines = context.summary.corridors
    return max(lines, key=lambda k: lines[k].delivered_mwh, default="")
