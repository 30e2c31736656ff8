"""The printed report's money: what the claim hangs on, who pays whom for what, losses in yuan."""

from __future__ import annotations

from planning.cash_flow.losses import LossMoney, loss_total
from planning.cash_words import (
    OWNER,
    PURPOSE_WORDS,
    assumption_name,
    assumption_value,
    purpose_name,
    without_lines,
)
from planning.report.blocks import Block, Section, column, figure, heading, section, table, text
from planning.report.content_writer import Writer
from planning.results_cash import ClaimSensitivity, SettlementResult
from planning.words import number, percent

TRADES_SHOWN = 15


def cash(w: Writer, charts: dict[str, str]) -> list[Section]:
    """The section; none for documents of older programs."""
    blocks: list[Block] = []
    swing = w.summary.claim.sensitivity
    if swing is not None and w.summary.claim.price_cny_per_mwh is not None:
        blocks += _swings(w, swing, charts)
    if w.summary.settlement is not None:
        blocks += [*_accounts(w, w.summary.settlement), *_trades(w, w.summary.settlement),
                   *_losses(w, w.summary.settlement)]  # fmt: skip
    return [section(w.pick("资金流", "Cash flow"), blocks)] if blocks else []


def _swings(w: Writer, swing: ClaimSensitivity, charts: dict[str, str]) -> list[Block]:
    c = w.summary.claim
    steps = swing.steps
    columns = [
        column(w.pick("电量变化", "Volume"), right=False, width=1.3),
        *(column(_signed(p), w.pick("电价", "price")) for p in steps),
        column(w.pick("达标所需均价", "Price for target"), w.unit("price_cny_per_mwh"), width=1.4),
    ]
    rows = []
    for v, shares in zip(steps, swing.grid, strict=True):
        needed = c.target_share * c.gdp_cny / (c.green_sold_mwh * (1.0 + v))
        rows.append((_signed(v), *(percent(s, 2) for s in shares), w.figure(needed, "price_cny_per_mwh")))
    blocks: list[Block] = [
        heading(w.pick("电量与电价各变化多少，占比多少", "The share by volume and price")),
        table(columns, rows, size=7.4, note=w.pick(
            "电价指送端绿电均价，含绿证；调度不随之改变。",
            "Price is the mean at the sending end, certificates in it; the dispatch does not follow.")),
        heading(w.pick("逐项假设", "One assumption at a time")),
    ]  # fmt: skip
    if "tornado" in charts:
        caption = w.pick(
            f"竖线为本次结果 {percent(c.gdp_share, 2)}；命题目标 {percent(c.target_share, 0)}",
            f"The line is this run, {percent(c.gdp_share, 2)}; the claim is {percent(c.target_share, 0)}",
        )
        blocks.append(figure(charts["tornado"], caption))
    three = [
        column(w.pick("假设", "Assumption"), right=False, width=1.4),
        column(w.pick("低值", "Low"), right=False, width=1.6), column(w.pick("占比", "Share"), width=0.8),
        column(w.pick("高值", "High"), right=False, width=1.6), column(w.pick("占比", "Share"), width=0.8),
    ]  # fmt: skip
    body = [
        (_headed(assumption_name(b.assumption, w.language)), assumption_value(b.assumption, b.low, w.language),
         percent(b.low_share, 2), assumption_value(b.assumption, b.high, w.language), percent(b.high_share, 2))
        for b in swing.bars
    ]  # fmt: skip
    return [*blocks, table(three, body, size=7.6)]


def _signed(share: float) -> str:
    return ("+" if share > 0 else "") + percent(share, 0)


def _accounts(w: Writer, s: SettlementResult) -> list[Block]:
    m = "money_cny"
    totals = {p: sum(a.payments_cny.get(p, 0.0) for a in s.accounts.values()) for p in PURPOSE_WORDS}
    used = [p for p in PURPOSE_WORDS if totals[p]]
    columns = [
        column(w.pick("主体", "Party"), right=False, width=1.6),
        *(column(_headed(purpose_name(p, w.language)), w.unit(m)) for p in used),
        column(w.pick("净收", "Net"), w.unit(m)), column(w.word("gdp_share")),
    ]  # fmt: skip
    ordered = sorted(s.accounts.items(), key=lambda item: -item[1].net_cny)
    rows = [
        (_party(w, code),
         *(w.figure(a.receipts_cny.get(p, 0.0) - a.payments_cny.get(p, 0.0), m) for p in used),
         w.figure(a.net_cny, m), percent(a.gdp_share, 2))
        for code, a in ordered
        if any(a.receipts_cny.values()) or any(a.payments_cny.values())
    ]  # fmt: skip
    how = w.pick(
        "逐时结算，全年为各时之和。" if s.by == "hour" else "全年按一个电价结算。",
        "Settled by the hour; the year is the sum. "
        if s.by == "hour"
        else "The year is settled at one price. ",
    )
    note = how + w.pick(
        "收为正、付为负，含全部电量；各列合计为零。",
        "Receipts above 0, payments below, all energy; columns sum to 0.",
    )
    return [
        heading(w.pick("各方收付（按科目）", "Receipts less payments by purpose")),
        table(columns, rows, size=6.8, note=note + _without(w, s)),
    ]


def _headed(words: str) -> str:
    return words[:1].upper() + words[1:]


def _party(w: Writer, code: str) -> str:
    province = w.summary.provinces.get(code)
    return _headed(w.pick(*OWNER)) if province is None else w.pick(province.name_zh, province.name_en)


def _trades(w: Writer, s: SettlementResult) -> list[Block]:
    ranked = sorted(s.trades, key=lambda t: -sum(t.paid_cny.values()))
    columns = [
        column(w.pick("付款方", "Payer"), right=False, width=1.4), column(w.pick("收款方", "Payee"), right=False, width=1.4),
        column(w.pick("付款", "Paid"), w.unit("money_cny")),
        w.column("sent", "energy_mwh"), w.column("delivered", "energy_mwh"),
        column(w.pick("其中绿电", "Of it green"), w.unit("energy_mwh")),
    ]  # fmt: skip
    rows = [
        (_party(w, str(t.payer)), _party(w, str(t.payee)), w.figure(sum(t.paid_cny.values()), "money_cny"),
         *((w.figure(v, "energy_mwh") if t.sent_mwh else "–")
           for v in (t.sent_mwh, t.delivered_mwh, t.green_sent_mwh)))
        for t in ranked[:TRADES_SHOWN]
    ]  # fmt: skip
    more = len(ranked) - len(rows)
    note = (
        w.pick(f"另有 {more} 对，见 results.xlsx。", f"{more} pairs more in results.xlsx.")
        if more > 0
        else ""
    )
    return [
        heading(w.pick("谁付给谁（最大者）", "Who pays whom, the largest")),
        table(columns, rows, size=7.4, note=note),
    ]


def _losses(w: Writer, s: SettlementResult) -> list[Block]:
    rows = [
        LossMoney(name, x.settled_mwh, x.settled_cny, x.price_cny_per_mwh, x.compared_mwh, x.physics_mwh)
        for name, x in s.losses.items()
    ]
    total = loss_total(rows)
    paid = sum(row.settled_cny for row in rows)
    words = w.pick(
        f"结算线损费合计 {w.with_unit(paid, 'money_cny')}。",
        f"Losses are paid {w.with_unit(paid, 'money_cny')} as settled. ",
    )
    known = len(rows) - total.without
    if known:
        words += w.pick(
            f"潮流给出物理线损的 {known} 条线路，在有潮流的时段：结算 {w.with_unit(total.compared_mwh, 'energy_mwh')}，"
            f"物理 {w.with_unit(total.physics_mwh, 'energy_mwh')}，差额按送端均价 "
            f"{w.with_unit(total.difference_cny, 'money_cny')}。",
            f"Of the {known} lines with a physics loss, in the hours with a power flow: "
            f"{w.with_unit(total.compared_mwh, 'energy_mwh')} as settled, {w.with_unit(total.physics_mwh, 'energy_mwh')} "
            f"as physics has it; the difference is {w.with_unit(total.difference_cny, 'money_cny')} at the mean price "
            "of the sending end. ",
        )
    if total.without:
        words += w.pick(
            f"其余 {number(total.without)} 条线路的物理线损未知，不计入。",
            f"The physics loss of {number(total.without)} line(s) is not known and in no sum.",
        )
    return [heading(w.pick("线损：结算与物理", "Losses: settled and physical")), text(words)]


def _without(w: Writer, s: SettlementResult) -> str:
    parts = []
    for lines, zh, en in (
        (s.without_tariff, "输电费", "Transmission"),
        (s.without_export_tariff, "送出省输电费", "Export tariff"),
    ):
        if lines:
            said = without_lines(len(lines), w.language)
            parts.append(w.pick(f"{zh}{said}。", f" {en} {said}."))
    return "".join(parts)
