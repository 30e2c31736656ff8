"""The tab "single line": one corridor from base to receiving grid, in the hour of the time bar and over the year."""

from __future__ import annotations

from app.desktop.charts.data import moment
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import Look
from app.desktop.charts.single_line import SingleLineChart, figure_words, item_name, stage_name
from app.desktop.charts.single_line_data import SingleLine, single_line
from app.desktop.panels.results_context import Context
from app.desktop.panels.results_pages import ChartSwitch, ResultPage
from app.desktop.panels.results_tables import tier_words
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.scenario_lines import with_own_lines
from planning.shipped_words import shipped_words
from planning.tables import Tables, load_tables


class SingleLinePage(ResultPage):
    """Of the corridor picked, else of the one that delivers most."""

    def __init__(self, name: str) -> None:
        self.chart = SingleLineChart()
        self._hour = 0
        self._tables: tuple[object, Tables] | None = None
        super().__init__(
            name, lambda summary, c: TableContent(("",), (), ()), ChartSwitch([("charts.single", self.chart)])
        )
        self._splitter.setSizes([380, 1320])
        self._splitter.setStretchFactor(0, 1)

    def draw(self, chart: ChartFrame, context: Context) -> None:
        identity = _wanted(context)
        line = single_line(context.summary, context.hourly, self._lines(context), identity, self._hour)
        at = moment(self._hour)
        when = f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00" if context.hourly is not None else ""
        note = text("single.note", context.look.language)
        self.chart.show_line(line, when, f"{context.source} · {note}")
        if self.table is not None:
            self.table.show_content(_table(line, context.look), context.source)

    def _lines(self, context: Context) -> Tables:
        """The tables as the run had them, with the lines of its scenario."""
        if self._tables is None or self._tables[0] is not context.scenario:
            tables = load_tables()
            if context.scenario is not None:
                tables = with_own_lines(tables, context.scenario)
            self._tables = (context.scenario, tables)
        return self._tables[1]

    def set_hour(self, hour: int) -> None:
        if hour != self._hour:
            self._hour = hour
            if self._filled is not None:
                self.draw(self.chart, self._filled)


def _wanted(context: Context) -> str:
    """The corridor picked, that of the base picked, or the largest."""
    chosen, lines = context.chosen("corridor"), context.summary.corridors
    base = context.summary.bases.get(context.chosen("base") or "")
    if chosen is None and base is not None and base.corridor_id in lines:
        return base.corridor_id or ""
    return chosen or max(lines, key=lambda k: lines[k].delivered_mwh, default="")


def _table(line: SingleLine | None, look: Look) -> TableContent:
    """Every figure with source and tier on hover."""
    heads = tuple(text(f"single.head.{key}", look.language) for key in ("stage", "figure", "hour", "year"))
    if line is None:
        return TableContent(heads, (), ())
    rows = []
    for stage in line.stages:
        for item in stage.items:
            now = figure_words(item.fixed if item.is_fixed else item.hour, item.kind, look)
            year = figure_words(item.year, item.year_kind, look) if item.year_kind else ""
            behind = [shipped_words(item.source, look.language)] if item.source else []
            behind += [tier_words(item.tier, look.language)] if item.tier else []
            name = item_name(item, look)
            hint = "\n".join((f"{name}: {now}", *behind))
            part = stage_name(stage, look)
            rows.append((Cell(part, part), Cell(name, name, hint), Cell(now, now, hint), Cell(year, year)))
    return TableContent(heads, tuple(rows), tuple(str(k) for k in range(len(rows))))
