"""Money of a settlement as charts show it: accounts by purpose, payers by payees, the claim's grid and its bars; no Qt."""

from __future__ import annotations

import numpy as np

from app.desktop.charts.bars import Bar
from app.desktop.charts.cells import Cells, Side
from app.desktop.charts.exchange import OWNERS, pairs_of
from app.desktop.charts.legend import Entry
from app.desktop.charts.look import Look
from app.desktop.charts.ranges import Range
from app.desktop.map.labels import short_zh
from app.desktop.texts import text
from planning.cash_words import OWNER, PURPOSE_WORDS, assumption_name, assumption_value, purpose_name
from planning.results import ClaimResult, Summary
from planning.results_cash import PartyAccount, SettlementResult
from planning.words import number

PURPOSE_COLOURS = {
    "energy": "#2f7f9e", "energy_spot": "#7fb7cc", "loss": "#8a8a8a", "transmission": "#d99a1c",
    "export_tariff": "#e8c67a", "certificate": "#5aa469", "carbon": "#8c6bb1",
}  # fmt: skip


def party_name(summary: Summary, party: int | str, look: Look, *, short: bool = False) -> str:
    """A province, or the owners of lines."""
    if str(party) == OWNERS:
        return look.pick(*OWNER)
    p = summary.provinces.get(str(party))
    if p is None:
        return str(party)
    return look.pick(short_zh(p.name_zh) if short else p.name_zh, p.name_en)


def purposes_of(settlement: SettlementResult) -> tuple[str, ...]:
    """Those anything was paid for, in the order of the words."""
    paid = {p for a in settlement.accounts.values() for p, cny in a.receipts_cny.items() if cny}
    return tuple(p for p in PURPOSE_WORDS if p in paid)


def moved(account: PartyAccount) -> float:
    """Receipts and payments together."""
    return sum(account.receipts_cny.values()) + sum(account.payments_cny.values())


def account_bars(summary: Summary, look: Look) -> tuple[list[Bar], list[Entry]]:
    """Parties, the largest net receiver first; what is received net to the right, what is paid to the left."""
    settlement = summary.settlement
    if settlement is None:
        return [], []
    purposes = purposes_of(settlement)
    entries = [Entry(p, purpose_name(p, look.language), PURPOSE_COLOURS[p]) for p in purposes]
    bars = []
    for code, a in sorted(settlement.accounts.items(), key=lambda kv: -kv[1].net_cny):
        if not moved(a):
            continue
        parts = tuple(a.receipts_cny.get(p, 0.0) - a.payments_cny.get(p, 0.0) for p in purposes)
        bars.append(Bar("" if code == OWNERS else code, party_name(summary, code, look), parts, a.net_cny))
    return bars, entries


def payment_cells(summary: Summary, look: Look) -> Cells | None:
    """Payers (rows) by payees (columns), all purposes."""
    if summary.settlement is None:
        return None
    flows = [pair.flow for pair in pairs_of(summary, "province", "cash")]
    payers, payees = (
        list(dict.fromkeys(f.source for f in flows)),
        list(dict.fromkeys(f.target for f in flows)),
    )
    values = np.full((len(payers), len(payees)), np.nan)
    for f in flows:
        values[payers.index(f.source), payees.index(f.target)] = f.amount

    def side(key: str, codes: list[str]) -> Side:
        names = tuple(party_name(summary, code, look, short=True) for code in codes)
        return Side(text(key, look.language), tuple(codes), names)

    return Cells(side("charts.payer", payers), side("charts.payee", payees), values, "money_cny")


def claim_cells(claim: ClaimResult, look: Look) -> Cells | None:
    """Share of GDP [%] by volume (rows) and mean price (columns), both against the run."""
    s = claim.sensitivity
    if s is None:
        return None
    names = tuple(f"{'+' if step > 0 else ''}{number(100 * step)} %" for step in s.steps)
    ids = tuple(str(step) for step in s.steps)
    own = s.steps.index(0.0) if 0.0 in s.steps else None
    return Cells(
        Side(assumption_name("volume", look.language), ids, names),
        Side(assumption_name("price", look.language), ids, names),
        100 * np.array(s.grid), "%", 100 * claim.target_share, None if own is None else (own, own),
    )  # fmt: skip


def claim_ranges(claim: ClaimResult, look: Look) -> list[Range]:
    """One assumption a row, share of GDP [%]; an end that cannot be formed has no bar."""
    if claim.sensitivity is None:
        return []

    def share(value: float | None) -> float | None:
        return None if value is None else 100 * value

    return [
        Range(
            assumption_name(b.assumption, look.language), "%", share(b.low_share), share(b.high_share),
            100 * claim.gdp_share, low_note=assumption_value(b.assumption, b.low, look.language),
            high_note=assumption_value(b.assumption, b.high, look.language),
        )
        for b in claim.sensitivity.bars
    ]  # fmt: skip
