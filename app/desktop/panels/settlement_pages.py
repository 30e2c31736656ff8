"""Pages of the money: who has what account, who pays whom, what each line is paid, the claim and what it hangs on."""

from __future__ import annotations

from app.desktop.charts.bars import Bar, BarChart
from app.desktop.charts.cells import OTHERS, CellChart
from app.desktop.charts.exchange import BACK, OWNERS
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry
from app.desktop.charts.look import COST, GAIN
from app.desktop.charts.ranges import RangeChart
from app.desktop.charts.sankey import pair_id
from app.desktop.charts.settlement import account_bars, claim_cells, claim_ranges, payment_cells
from app.desktop.panels import results_tables as tables
from app.desktop.panels.results_context import Context
from app.desktop.panels.results_pages import ChartSwitch, ResultPage
from app.desktop.panels.settlement_tables import (
    account_table,
    left_out,
    line_between,
    settled_table,
    trade_table,
)
from app.desktop.texts import text


def money_source(context: Context) -> str:
    """Which run, real money of which year, settled by year or by hour, and what the sums leave out."""
    language, settlement = context.look.language, context.summary.settlement
    parts = [context.source, text("charts.real_money", language, year=context.summary.price_year)]
    if settlement is not None:
        parts += [text(f"settle.by.{settlement.by}", language), left_out(context.summary, language)]
    return " · ".join(part for part in parts if part)


class AccountPage(ResultPage):
    """Every party's receipts and payments by purpose."""

    def __init__(self, name: str) -> None:
        self.chart = BarChart("settle.accounts")
        super().__init__(name, account_table, ChartSwitch([("settle.accounts", self.chart)]))
        self.chart.picked.connect(self._party)
        assert self.table is not None
        self.table.picked.connect(self._party)

    def draw(self, chart: ChartFrame, context: Context) -> None:
        bars, entries = account_bars(context.summary, context.look)
        why = "charts.nothing" if context.summary.settlement is not None else "settle.none"
        self.chart.show_bars(bars, entries, "money_cny", money_source(context), empty_key=why)
        chosen = context.chosen("province") or ""
        self.chart.select_id(chosen)
        if chosen and self.table is not None:
            self.table.select_id(chosen)

    def _party(self, identity: str) -> None:
        if identity and identity != OWNERS:
            self.picked.emit("province", identity)


class TradePage(ResultPage):
    """Payers by payees; a cell selects the line most of the money is of, a name the province."""

    def __init__(self, name: str) -> None:
        self.chart = CellChart("settle.matrix", gathers=True)
        super().__init__(name, trade_table, ChartSwitch([("settle.matrix", self.chart)]))
        self.chart.picked.connect(self._cell)
        assert self.table is not None
        self.table.picked.connect(self._pair)

    def draw(self, chart: ChartFrame, context: Context) -> None:
        look = context.look
        why = "" if context.summary.settlement is not None else text("settle.none", look.language)
        self.chart.show_cells(
            payment_cells(context.summary, look), look.unit("money_cny"), money_source(context), why=why
        )
        province = context.chosen("province") or ""
        self.chart.select_ids(province, province)

    def _pair(self, identity: str) -> None:
        line = line_between(self._filled.summary, identity) if self._filled is not None else None
        if line is not None:
            self.picked.emit("corridor", line)

    def _cell(self, payer: str, payee: str) -> None:
        if OTHERS in (payer, payee):
            return
        if payee:
            self._pair(pair_id(payer, payee))
        elif payer != OWNERS:
            self.picked.emit("province", payer)


class SettledPage(ResultPage):
    """What each direction of each line was paid, and by whom its losses."""

    def __init__(self, name: str) -> None:
        super().__init__(name, settled_table)
        assert self.table is not None
        self.table.picked.connect(self._line)

    def fill(self, context: Context) -> None:
        super().fill(context)
        chosen = context.chosen("corridor")
        if chosen and self.table is not None and (self.table.current_id() or "").removesuffix(BACK) != chosen:
            self.table.select_id(chosen)

    def _line(self, identity: str) -> None:
        if identity:
            self.picked.emit("corridor", identity.removesuffix(BACK))


class ClaimPage(ResultPage):
    """The claim under test, what price and volume would meet it, what it hangs on, and each sending province."""

    def __init__(self, name: str) -> None:
        self.grid, self.tornado = CellChart("settle.grid"), RangeChart("settle.tornado", from_zero=True)
        self.chart = BarChart("charts.claim_provinces")
        charts: list[tuple[str, ChartFrame]] = [
            ("settle.grid.short", self.grid), ("settle.tornado.short", self.tornado),
            ("settle.provinces.short", self.chart),
        ]  # fmt: skip
        super().__init__(name, tables.claim_table, ChartSwitch(charts))
        self.chart.picked.connect(lambda identity: self.picked.emit("province", identity))

    def draw(self, chart: ChartFrame, context: Context) -> None:
        claim, look, language = context.summary.claim, context.look, context.look.language
        if chart is self.grid:
            cells = claim_cells(claim, look)
            met = cells is not None and bool((cells.values >= 100 * claim.target_share).any())
            note = text(
                "settle.line" if met else "settle.none_meets",
                language,
                share=f"{100 * claim.target_share:.0f} %",
            )
            source = f"{context.source} · {text('settle.same_dispatch', language)}"
            self.grid.show_cells(cells, "%", source, note, text("settle.no_sensitivity", language))
        elif chart is self.tornado:
            source = f"{context.source} · {text('settle.same_dispatch', language)}"
            self.tornado.show_ranges(claim_ranges(claim, look), "%", source, "settle.no_sensitivity")
        else:
            self._provinces(context)

    def _provinces(self, context: Context) -> None:
        claim, look = context.summary.claim, context.look
        rows = [(str(a), context.summary.provinces[str(a)]) for a in claim.sending_adcodes]
        bars = [
            Bar(k, look.pick(p.name_zh, p.name_en), (max(share, 0.0), min(share, 0.0)), share)
            for k, p in rows
            if (share := 100 * (p.gdp_share if p.gdp_share is not None else float("nan"))) == share
        ]
        bars.sort(key=lambda b: -(b.total or 0.0))
        target = 100 * claim.target_share
        bars.append(Bar("", text("charts.target", look.language), (target, 0.0), target))
        entries = (Entry("in", look.word("gdp_share"), GAIN), Entry("out", look.word("payments"), COST))
        self.chart.show_bars(bars, entries, "%", context.source)
        self.chart.select_id(context.chosen("province") or "")
