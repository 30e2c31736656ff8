"""Who pays whom: every province's money by purpose, and the table of provinces by provinces; conserved to the fen.

Payments between the two grids of one province are no trade. The owners of lines stand in no province: they are a party
of their own, `OWNERS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gis_layers.errors import BalanceError
from planning.cash_flow.market_prices import REVERSE
from planning.cash_flow.money import Fen
from planning.cash_flow.settlement import PURPOSES, LineSettlement, Missing, Purpose

OWNERS = 0
"""In place of an adcode: those who own lines between provinces."""


@dataclass(slots=True)
class Account:
    """What a party received and paid in the year, by purpose. [fen]"""

    receipts_fen: dict[Purpose, Fen] = field(default_factory=lambda: dict.fromkeys(PURPOSES, 0))
    payments_fen: dict[Purpose, Fen] = field(default_factory=lambda: dict.fromkeys(PURPOSES, 0))

    @property
    def net_fen(self) -> Fen:
        """Receipts less payments, all purposes."""
        return sum(self.receipts_fen.values()) - sum(self.payments_fen.values())


@dataclass(slots=True)
class Trade:
    """What one party paid another, and the energy that went the other way; energy only between provinces."""

    payer: int
    payee: int
    paid_fen: dict[Purpose, Fen] = field(default_factory=lambda: dict.fromkeys(PURPOSES, 0))
    sent_mwh: float = 0.0
    """By the payee."""
    delivered_mwh: float = 0.0
    green_sent_mwh: float = 0.0


@dataclass(frozen=True, slots=True)
class Counterparties:
    """All parties of the trade between provinces."""

    accounts: Mapping[int, Account]
    """By adcode, and of `OWNERS`."""
    trades: tuple[Trade, ...]
    """Pairs that traded, in the order of adcodes."""
    without: Mapping[Missing, tuple[str, ...]]
    """What no table has: the lines whose payments of that purpose are in no sum."""


def counterparties(lines: Iterable[LineSettlement], adcode_of_node: Mapping[str, int]) -> Counterparties:
    """Gather settled lines by province and by pair.

    Raises
    ------
    BalanceError
        By purpose or over all, what parties received is not what they paid, or a party's trades are not its account.
    """
    accounts: dict[int, Account] = {code: Account() for code in sorted(set(adcode_of_node.values()))}
    accounts[OWNERS] = Account()
    trades: dict[tuple[int, int], Trade] = {}
    missing: dict[Missing, set[str]] = defaultdict(set)

    def trade(payer: int, payee: int) -> Trade:
        return trades.setdefault((payer, payee), Trade(payer, payee))

    for line in lines:
        seller, buyer = adcode_of_node[line.from_node], adcode_of_node[line.to_node]
        if seller == buyer:
            continue
        for what in line.missing:
            missing[what].add(line.id.removesuffix(REVERSE))
        pair = trade(buyer, seller)
        pair.sent_mwh += line.sent_mwh
        pair.delivered_mwh += line.delivered_mwh
        pair.green_sent_mwh += line.green_sent_mwh
        for transfer in line.transfers:
            payer, payee = (_party(name, adcode_of_node) for name in (transfer.payer, transfer.payee))
            purpose = _purpose(transfer.purpose)
            accounts[payer].payments_fen[purpose] += transfer.fen
            accounts[payee].receipts_fen[purpose] += transfer.fen
            trade(payer, payee).paid_fen[purpose] += transfer.fen
    answer = Counterparties(
        accounts,
        tuple(trades[key] for key in sorted(trades)),
        {what: tuple(sorted(ids)) for what, ids in missing.items()},
    )
    check_conserved(answer)
    return answer


def _party(name: str, adcode_of_node: Mapping[str, int]) -> int:
    kind, _, node = name.partition(":")
    return OWNERS if kind == "line" else adcode_of_node[node]


def _purpose(name: str) -> Purpose:
    return PURPOSES[PURPOSES.index(name)]


def check_conserved(all_: Counterparties) -> None:
    """Prove purposes and pairs; BalanceError as `counterparties`."""
    for purpose in PURPOSES:
        residual = sum(a.receipts_fen[purpose] - a.payments_fen[purpose] for a in all_.accounts.values())
        if residual:
            raise BalanceError("money_purpose", purpose=purpose, fen=residual)
    for code, account in all_.accounts.items():
        net = sum(sum(t.paid_fen.values()) * ((t.payee == code) - (t.payer == code)) for t in all_.trades)
        if net != account.net_fen:
            raise BalanceError("money_party", party=str(code), found_fen=net, expected_fen=account.net_fen)
