"""Tables of a settlement: accounts of parties, payments by pair, lines; a result without one says so."""

from __future__ import annotations

from app.desktop.charts.exchange import BACK, pairs_of
from app.desktop.charts.look import Look
from app.desktop.charts.sankey import pair_id
from app.desktop.charts.settlement import moved, party_name, purposes_of
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.cash_words import missing_name, purpose_name, without_lines
from planning.results import Summary
from planning.results_cash import SettlementResult
from planning.words import Language, unit


def nothing_settled(c: Columns) -> TableContent:
    """What is missing and how to get it, in place of rows."""
    words = text("settle.none", c.language)
    return TableContent((text("settle.missing", c.language),), ((Cell(words, words),),), ("",))


def _money(name: str, c: Columns) -> str:
    return f"{name}\n{unit('money_cny', c.units, c.language)}"


def _purposes(settlement: SettlementResult, c: Columns) -> tuple[str, ...]:
    return tuple(_money(purpose_name(p, c.language), c) for p in purposes_of(settlement))


def account_table(summary: Summary, c: Columns) -> TableContent:
    """A party a row, the largest net receiver first: net of each purpose, all receipts and payments."""
    settlement = summary.settlement
    if settlement is None:
        return nothing_settled(c)
    rows, ids, look = [], [], Look(c.language, c.units)
    for code, a in sorted(settlement.accounts.items(), key=lambda kv: -kv[1].net_cny):
        if not moved(a):
            continue
        name = party_name(summary, code, look)
        nets = (a.receipts_cny.get(p, 0.0) - a.payments_cny.get(p, 0.0) for p in purposes_of(settlement))
        rows.append(
            (
                Cell(name, name),
                c.figure(a.net_cny, "money_cny"),
                c.share(a.gdp_share, 2),
                c.figure(sum(a.receipts_cny.values()), "money_cny"),
                c.figure(sum(a.payments_cny.values()), "money_cny"),
                *(c.figure(net, "money_cny") for net in nets),
            )
        )
        ids.append(code)
    headers = (
        text("settle.party", c.language), _money(text("settle.net", c.language), c), c.header("gdp_share"),
        _money(text("settle.in", c.language), c), _money(text("settle.out", c.language), c),
        *_purposes(settlement, c),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(ids))


def trade_table(summary: Summary, c: Columns) -> TableContent:
    """A pair a row, the largest payment first; energy only between provinces."""
    settlement = summary.settlement
    if settlement is None:
        return nothing_settled(c)
    look, purposes = Look(c.language, c.units), purposes_of(settlement)
    rows, ids = [], []
    for t in sorted(settlement.trades, key=lambda t: -sum(t.paid_cny.values())):
        names = [party_name(summary, code, look) for code in (t.payer, t.payee)]
        energy = t.sent_mwh > 0
        rows.append(
            (
                *(Cell(name, name) for name in names),
                c.figure(sum(t.paid_cny.values()), "money_cny"),
                c.figure(t.delivered_mwh if energy else None, "energy_mwh"),
                c.share(t.green_sent_mwh / t.sent_mwh if energy else None),
                *(c.figure(t.paid_cny.get(p, 0.0), "money_cny") for p in purposes),
            )
        )
        ids.append(pair_id(str(t.payer), str(t.payee)))
    headers = (
        text("charts.payer", c.language), text("charts.payee", c.language),
        _money(text("settle.paid", c.language), c), c.header("delivered", "energy_mwh"), c.header("green_share"),
        *_purposes(settlement, c),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(ids))


def settled_table(summary: Summary, c: Columns) -> TableContent:
    """A direction of a line a row, the largest bill first; a payment whose price is not known is a dash, not 0."""
    settlement = summary.settlement
    if settlement is None:
        return nothing_settled(c)
    look, purposes = Look(c.language, c.units), purposes_of(settlement)
    spot = any(a.spot_mwh > 0 for a in settlement.lines.values())
    rows, ids = [], []
    for name, a in sorted(settlement.lines.items(), key=lambda kv: -sum(kv[1].paid_cny.values())):
        line = summary.corridors.get(name.removesuffix(BACK))
        title = name.removesuffix(BACK) if line is None else look.pick(line.name_zh, line.name_en)
        if name.endswith(BACK):
            title = f"{title} ({text('settle.back', c.language)})"
        ends = [party_name(summary, code, look) for code in (a.from_adcode, a.to_adcode)]
        missing = ("、" if c.language == "zh" else ", ").join(missing_name(m, c.language) for m in a.missing)
        payer = text(f"settle.loss_payer.{a.loss_payer}", c.language)
        rows.append(
            (
                Cell(title, title), *(Cell(end, end) for end in ends), c.figure(a.sent_mwh, "energy_mwh"),
                c.share(a.green_sent_mwh / a.sent_mwh if a.sent_mwh > 0 else None),
                c.figure(a.contract_cny_per_mwh, "price_cny_per_mwh"),
                *((c.figure(a.spot_mwh, "energy_mwh"), c.figure(a.spot_cny_per_mwh, "price_cny_per_mwh")) if spot else ()),
                c.figure(sum(a.paid_cny.values()), "money_cny"),
                *(c.figure(a.paid_cny.get(p), "money_cny") for p in purposes),
                Cell(payer, payer), Cell(missing, missing),
            )
        )  # fmt: skip
        ids.append(name)
    headers = (
        c.header("corridor"), text("exchange.from", c.language), text("exchange.to", c.language),
        c.header("sent", "energy_mwh"), c.header("green_share"),
        f"{text('settle.price', c.language)}\n{unit('price_cny_per_mwh', c.units, c.language)}",
        *(
            (
                f"{text('settle.spot', c.language)}\n{unit('energy_mwh', c.units, c.language)}",
                f"{text('settle.spot_price', c.language)}\n{unit('price_cny_per_mwh', c.units, c.language)}",
            )
            if spot
            else ()
        ),
        _money(text("settle.paid", c.language), c), *_purposes(settlement, c),
        text("settle.loss_payer", c.language), text("settle.missing", c.language),
    )  # fmt: skip
    return TableContent(headers, tuple(rows), tuple(ids))


def left_out(summary: Summary, language: Language) -> str:
    """What the sums leave out for want of a price; empty where nothing."""
    settlement = summary.settlement
    if settlement is None:
        return ""
    parts = []
    for purpose, names in (
        ("transmission", settlement.without_tariff),
        ("export_tariff", settlement.without_export_tariff),
    ):
        words = without_lines(len(names), language)
        if words:
            parts.append(f"{purpose_name(purpose, language)}: {words}")
    return "; ".join(parts)


def line_between(summary: Summary, identity: str) -> str | None:
    """The line that most of the money of a pair is of."""
    for pair in pairs_of(summary, "province", "cash"):
        if pair_id(pair.flow.source, pair.flow.target) == identity:
            return pair.lines[0]
    return None
