"""The pages of a sizing: what each shows of a design or a study, filled when it is looked at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from app.desktop.charts.bars import Bar, BarChart
from app.desktop.charts.curves import Curve, CurveChart
from app.desktop.charts.dispatch import DispatchChart
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.front import FrontChart
from app.desktop.charts.legend import Entry
from app.desktop.charts.look import LINE_COLOURS, SERIES_COLOURS, Look
from app.desktop.charts.ranges import RangeChart
from app.desktop.panels import sized_tables as tables
from app.desktop.panels import study_tables as studies
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import TableContent, ValueTable
from app.desktop.sized_result import SizedResult, balance_of
from app.desktop.texts import text

COLOURS = {**SERIES_COLOURS, "pv_fixed": "#e8b23a", "pv_tracked": "#d08a1f", "electrolyser": "#7f6fb5"}
LEAST_CHART_PX = 260
LONG_PX = 540


class OneLine(QLabel):
    """A line cut where there is no room, the whole of it in the tip.

    A label that wraps would make the area around it as high as all it holds would like to be, and charts scroll.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, words: str) -> None:
        self.setText(words)
        self.setToolTip(words)


class Page(QWidget):
    """A tab; charts at the left, tables at the right, made when it is first filled: charts are slow to make."""

    failed = Signal(str)
    study = "size"
    """Whose result it shows."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.made = False
        self.charts: list[ChartFrame] = []
        self.tables: list[tuple[str, ValueTable]] = []
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.note = OneLine()
        self.note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.note)
        layout.addWidget(self.split, 1)

    def make(self) -> None:
        """Charts and tables."""
        raise NotImplementedError

    def ensure(self) -> bool:
        """Make them; False where they were there."""
        if self.made:
            return False
        self.made = True
        self.make()
        return True

    def add_chart(self, chart: ChartFrame) -> None:
        chart.setMinimumWidth(LEAST_CHART_PX)
        chart.failed.connect(self.failed)
        self.charts.append(chart)
        self.split.addWidget(chart)

    def add_table(self, key: str) -> ValueTable:
        """`key` names it for a screen reader."""
        table = ValueTable(text(key, "zh"))
        table.failed.connect(self.failed)
        self.tables.append((key, table))
        self.split.addWidget(table)
        return table

    def wanted(self, result: SizedResult) -> bool:
        """Whether the result has something for this page."""
        return bool(result.document)

    def retitle(self, look: Look) -> None:
        """Names, without drawing anything."""
        for key, table in self.tables:
            table.set_language(look.language)
            table.setAccessibleName(text(key, look.language))

    def show_result(self, result: SizedResult, look: Look, source: str) -> None:
        """Fill charts and tables."""
        self.ensure()
        for chart in self.charts:
            chart.set_look(look)
        self.retitle(look)
        self.fill(result, Columns(look.language, look.units), look, source)

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        raise NotImplementedError

    def say(self, words: str) -> None:
        self.note.say(words)
        self.note.setVisible(bool(words))

    @staticmethod
    def named(result: SizedResult, look: Look) -> str:
        return look.pick(result.name_zh, result.name_en)


class DesignPage(Page):
    """Capacities as bars, the figures, the sizes."""

    def __init__(self) -> None:
        super().__init__("sized.tab.design")

    def make(self) -> None:
        self.bars = BarChart("sized.capacity")
        self.add_chart(self.bars)
        self.figures = self.add_table("sized.tab.design")
        self.sizes = self.add_table("sized.capacity")
        self.split.setSizes([380, 400, 440])

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        document = result.document
        sizes = {k: float(v) for k, v in document["capacity_mw"].items() if v > 0}
        names = {name: tables.technology_words(name, look.language) for name in sizes}
        entries = [Entry(n, names[n], COLOURS.get(n, COLOURS["hydro"])) for n in sizes]
        bars = [Bar(n, names[n], tuple(mw if k == n else 0.0 for k in sizes), mw) for n, mw in sizes.items()]
        self.bars.show_bars(bars, entries, "power_mw", source, subject=self.named(result, look))
        self.figures.show_content(tables.figure_table(document, c), source)
        self.sizes.show_content(tables.size_table(document, c), source)


class DispatchPage(Page):
    def __init__(self) -> None:
        super().__init__("sized.tab.dispatch")

    def make(self) -> None:
        self.chart = DispatchChart()
        self.add_chart(self.chart)

    def wanted(self, result: SizedResult) -> bool:
        return bool(result.hours)

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        self.chart.show_balance(balance_of(result), self.named(result, look), source)


class DeliveryPage(Page):
    """Delivered against what was asked for, and why wind and PV were curtailed."""

    def __init__(self) -> None:
        super().__init__("sized.tab.delivery")

    def make(self) -> None:
        self.chart = CurveChart("sized.delivered_asked", over_time=True)
        self.add_chart(self.chart)
        self.causes = self.add_table("sized.causes")
        self.split.setSizes([760, 420])

    def wanted(self, result: SizedResult) -> bool:
        return bool(result.hours)

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        hours = result.hours
        curves = [
            Curve("delivered", text("sized.delivered", look.language), hours["delivered_mw"], LINE_COLOURS[0])
        ]
        least, most = hours["asked_least_mw"], hours["asked_most_mw"]
        if np.array_equal(least, most):
            curves.insert(0, Curve("asked", text("sized.asked", look.language), most, LINE_COLOURS[5]))
        else:
            curves.insert(0, Curve("most", text("sized.most", look.language), most, LINE_COLOURS[1]))
            if least.max() > 0:
                curves.insert(0, Curve("least", text("sized.least", look.language), least, LINE_COLOURS[5]))
        self.chart.show_curves(curves, "power_mw", self.named(result, look), source)
        self.causes.show_content(tables.cause_table(result.document, c), source)
        nothing = not any(result.document["curtailed_mwh_by_cause"].values())
        self.say(text("sized.no_curtailment", look.language) if nothing else "")


class LevelPage(Page):
    """What stores hold, hour by hour."""

    def __init__(self, key: str, title: str, end: str, kind: str) -> None:
        super().__init__(key)
        self._title, self._end, self._kind = title, end, kind

    def make(self) -> None:
        self.chart = CurveChart(self._title, over_time=True)
        self.add_chart(self.chart)

    def _names(self, result: SizedResult) -> list[str]:
        return [k for k, v in result.hours.items() if k.endswith(self._end) and v.max(initial=0.0) > 0.0]

    def wanted(self, result: SizedResult) -> bool:
        return bool(self._names(result))

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        curves = []
        for number, column in enumerate(self._names(result)):
            name = column.removesuffix(self._end)
            words = tables.technology_words("hydro" if name == "reservoir" else name, look.language)
            colour = COLOURS.get(name, LINE_COLOURS[number % len(LINE_COLOURS)])
            curves.append(Curve(column, words, result.hours[column], colour))
        self.chart.show_curves(curves, self._kind, self.named(result, look), source)


class TablePage(Page):
    """One table."""

    def __init__(self, key: str, content: object, long: int = -1) -> None:
        super().__init__(key)
        self._content, self._long = content, long

    def make(self) -> None:
        self.table = self.add_table(self.key)

    def content(self, result: SizedResult, c: Columns) -> TableContent:
        return self._content(result.document, c)  # type: ignore[operator,no-any-return]

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        self.table.show_content(self.content(result, c), source)
        if self._long >= 0:
            self.table.setColumnWidth(self._long, LONG_PX)


class PublishedPage(TablePage):
    def __init__(self) -> None:
        super().__init__("sized.tab.published", tables.published_table, 5)

    def wanted(self, result: SizedResult) -> bool:
        return bool(result.document.get("published"))


class RefusedPage(TablePage):
    """Limits in conflict."""

    def __init__(self) -> None:
        super().__init__("sized.tab.infeasible", None, 3)

    def wanted(self, result: SizedResult) -> bool:
        return bool(result.conflicts)

    def content(self, result: SizedResult, c: Columns) -> TableContent:
        return tables.conflict_table(result, c)


class FrontPage(Page):
    """A front; a point picked can be loaded."""

    study = "pareto"
    load_asked = Signal(int)
    """Number of a point whose hours are wanted."""

    def __init__(self) -> None:
        super().__init__("sized.tab.pareto")

    def make(self) -> None:
        self.chart = FrontChart()
        self.add_chart(self.chart)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        self.table = ValueTable(text("sized.pareto", "zh"))
        self.table.failed.connect(self.failed)
        self.tables.append(("sized.pareto", self.table))
        self.load = QPushButton()
        self.load.setEnabled(False)
        self.load.clicked.connect(lambda: self.load_asked.emit(self.chart.selected))
        row = QHBoxLayout()
        row.addWidget(self.load)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        self.split.addWidget(right)
        self.split.setSizes([520, 680])
        self.chart.picked.connect(self._picked)
        self.table.picked.connect(lambda identity: self._picked(int(identity)))

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        document, before = result.document, self.chart.selected
        points = studies.front_points(document)
        self.chart.show_front(points, document["quality"], self.named(result, look), source)
        self.table.show_content(studies.front_table(document, c), source)
        if 0 <= before < len(points):
            self._picked(before)
        else:
            self.load.setEnabled(False)

    def retitle(self, look: Look) -> None:
        super().retitle(look)
        if not self.made:
            return
        self.load.setText(text("sized.load_point", look.language))
        self.load.setToolTip(text("sized.load_hint", look.language))

    def _picked(self, number: int) -> None:
        self.chart.select(number)
        self.table.select_id(str(number))
        self.load.setEnabled(True)


class RangePage(Page):
    """A chart of ranges and its table."""

    def __init__(self, study: str) -> None:
        super().__init__(f"sized.tab.{study}")
        self.study = study

    def make(self) -> None:
        self.chart = RangeChart(f"sized.{self.study}", from_zero=self.study == "alternatives")
        self.add_chart(self.chart)
        self.table = self.add_table(f"sized.{self.study}")
        self.split.setSizes([640, 560])

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        document, language = result.document, look.language
        if self.study == "alternatives":
            rows = studies.capacity_ranges(document, language)
            content = studies.alternatives_table(document, c)
            self.say(text("sized.range_note", language, slack=f"{document['slack_share']:.0%}"))
        else:
            rows = studies.sensitivity_ranges(document, language)
            content = studies.tornado_table(document, c)
            self.say(text("sized.tornado_note", language))
        self.chart.show_ranges(rows, self.named(result, look), source)
        self.table.show_content(content, source)


class RobustPage(Page):
    """What is missing in each year, before and after."""

    study = "robust"

    def __init__(self) -> None:
        super().__init__("sized.tab.robust")

    def make(self) -> None:
        self.chart = BarChart("sized.robust")
        self.add_chart(self.chart)
        self.table = self.add_table("sized.robust")
        self.split.setSizes([400, 800])

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        document, language = result.document, look.language
        entries = [
            Entry("still", text("sized.still", language), LINE_COLOURS[5]),
            Entry("cured", text("sized.cured", language), LINE_COLOURS[1]),
        ]
        bars = []
        for year in document["years"]:
            before, after = (float(year[when]["unmet_mwh"]) for when in ("before", "after"))
            name = studies.year_words(year["year"], language)
            bars.append(Bar(year["year"], name, (after, max(before - after, 0.0)), before))
        self.chart.show_bars(bars, entries, "storage_mwh", source, subject=self.named(result, look))
        self.table.show_content(studies.robust_table(document, c), source)
        added = studies.added_words(document, look.units, language)
        self.say(f"{added} · {text('sized.robust_note', language)}")


class ReplayPage(Page):
    """The year as it was carried out, and what perfect foresight had hidden."""

    study = "replay"

    def __init__(self) -> None:
        super().__init__("sized.tab.replay")

    def make(self) -> None:
        self.chart = DispatchChart()
        self.add_chart(self.chart)
        self.table = self.add_table("sized.replay")
        self.split.setSizes([560, 640])

    def fill(self, result: SizedResult, c: Columns, look: Look, source: str) -> None:
        name = f"{self.named(result, look)} · {text('sized.forecast', look.language)}"
        self.chart.show_balance(balance_of(result), name, source)
        self.table.show_content(studies.replay_table(result.document, c), source)
        self.say(studies.replay_words(result.document, look.language))


def make_pages() -> list[Page]:
    """In the order of the tabs."""
    return [
        RefusedPage(),
        DesignPage(),
        DispatchPage(),
        DeliveryPage(),
        LevelPage("sized.tab.storage", "sized.level", "_mwh", "storage_mwh"),
        LevelPage("sized.tab.water", "sized.level_water", "_hm3", "hm³"),
        TablePage("sized.tab.limits", tables.worth_table, 3),
        PublishedPage(),
        FrontPage(),
        RangePage("alternatives"),
        RangePage("tornado"),
        RobustPage(),
        ReplayPage(),
        TablePage("sized.tab.sources", tables.source_table, 1),
    ]
