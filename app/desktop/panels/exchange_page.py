"""The tab "exchange": who sends to whom and who pays whom, by province or region; a table and its Sankey diagram."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox

from app.desktop.charts.exchange import (
    OWNERS,
    By,
    Pair,
    What,
    pairs_of,
    region_names,
    region_of_province,
)
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.sankey import SankeyChart, end_keys, pair_id
from app.desktop.panels.results_context import Context
from app.desktop.panels.results_pages import ChartSwitch, ResultPage
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.settlement_pages import money_source
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.cash_words import OWNER
from planning.results import Summary
from planning.words import term, unit

BYS: tuple[By, ...] = ("province", "region")
WHATS: tuple[What, ...] = ("energy", "cash")
KIND_OF: dict[What, str] = {"energy": "energy_mwh", "cash": "money_cny"}


class ExchangePage(ResultPage):
    """A row or a band selects the largest line between the two; a name selects the province."""

    def __init__(self, name: str) -> None:
        self.chart = SankeyChart("charts.exchange")
        self.by, self.what = QComboBox(), QComboBox()
        super().__init__(name, self._content, ChartSwitch([("charts.exchange", self.chart)]))
        for box in (self.by, self.what):
            box.currentIndexChanged.connect(self._chosen)
            self.chart.add_tool(box)
        self._pairs: tuple[Pair, ...] = ()
        assert self.table is not None
        self.table.picked.connect(self._row_picked)
        self.chart.band_picked.connect(self._band_picked)
        self.chart.picked.connect(self._node_picked)
        self._band = False

    def draw(self, chart: ChartFrame, context: Context) -> None:
        language = context.look.language
        for box, name, options in ((self.by, "by", BYS), (self.what, "what", WHATS)):
            box.blockSignals(True)
            if box.count() != len(options):
                box.addItems(list(options))
            for row, option in enumerate(options):
                box.setItemText(row, text(self._word(name, option, context.summary), language))
            box.setAccessibleName(text(f"exchange.{name}", language))
            box.setToolTip(text(f"exchange.{name}", language))
            box.blockSignals(False)
        by, what = self._choice()
        pairs = pairs_of(context.summary, by, what)
        source = context.source if what == "energy" else money_source(context)
        if what == "cash" and context.summary.settlement is None:
            source = f"{source} · {text('exchange.split', language)}"
        names = self._names(context.summary)
        self.chart.show_flows(
            [p.flow for p in pairs], names, text(self._word("what", what, context.summary), language), source,
            KIND_OF[what],
        )  # fmt: skip
        self._select(context)

    @staticmethod
    def _word(name: str, option: str, summary: Summary) -> str:
        """A result with a settlement shows all that was paid, an older one the receipts for green power."""
        settled = option == "cash" and summary.settlement is not None
        return f"exchange.{name}.{'paid' if settled else option}"

    def _choice(self) -> tuple[By, What]:
        return BYS[max(self.by.currentIndex(), 0)], WHATS[max(self.what.currentIndex(), 0)]

    def _names(self, summary: Summary) -> dict[str, tuple[str, str]]:
        names = {k: (p.name_zh, p.name_en) for k, p in summary.provinces.items()}
        return {OWNERS: OWNER} | (region_names() if self._choice()[0] == "region" else names)

    def _content(self, summary: Summary, c: Columns) -> TableContent:
        by, what = self._choice()
        self._pairs = pairs_of(summary, by, what)
        names, column = self._names(summary), 0 if c.language == "zh" else 1
        kind = KIND_OF[what]
        rows = []
        for pair in self._pairs:
            f = pair.flow
            shown = [summary.corridors[k] for k in pair.lines]
            lines = ("、" if column == 0 else ", ").join(
                x.name_zh if column == 0 else x.name_en for x in shown
            )
            ends = (
                names.get(f.source, (f.source,) * 2)[column],
                names.get(f.target, (f.target,) * 2)[column],
            )
            rows.append(
                (
                    Cell(ends[0], ends[0]), Cell(ends[1], ends[1]), c.figure(f.amount, kind),
                    c.share(f.green_share), Cell(lines, lines, lines),
                )
            )  # fmt: skip
        amount = term("delivered", c.language)
        if what == "cash":
            settled = summary.settlement is not None
            amount = text("settle.paid", c.language) if settled else term("receipts", c.language)
        headers = (
            *(text(key, c.language) for key in end_keys(kind)),
            f"{amount}\n{unit(kind, c.units, c.language)}",
            c.header("green_share"),
            text("exchange.lines", c.language),
        )
        return TableContent(
            headers, tuple(rows), tuple(pair_id(p.flow.source, p.flow.target) for p in self._pairs)
        )

    def _chosen(self) -> None:
        context = self._filled
        if context is None or self.table is None:
            return
        content = self._content(context.summary, Columns(context.look.language, context.look.units))
        self.table.show_content(content, context.source)
        self._turns.start(partial(self.draw, self.chart, context))

    def _select(self, context: Context) -> None:
        """Light what is selected: a province or its region, or the flow a line is part of."""
        by, _ = self._choice()
        province, line = context.chosen("province"), context.chosen("corridor")
        identity = ""
        if province is not None:
            identity = province if by == "province" else region_of_province(province) or ""
        elif line is not None:
            own = next((p.flow for p in self._pairs if line in p.lines), None)
            identity = "" if own is None else pair_id(own.source, own.target)
            if identity and self.table is not None:
                self.table.select_id(identity)
        self.chart.select_id(identity)

    def _row_picked(self, identity: str) -> None:
        pair = next((p for p in self._pairs if pair_id(p.flow.source, p.flow.target) == identity), None)
        if pair is not None:
            self.picked.emit("corridor", pair.lines[0])

    def _band_picked(self, source: str, target: str) -> None:
        self._band = True  # the diagram tells the band's source as well
        self._row_picked(pair_id(source, target))

    def _node_picked(self, identity: str) -> None:
        band, self._band = self._band, False
        if not band and identity != OWNERS and self._choice()[0] == "province":
            self.picked.emit("province", identity)
