"""Money between parties in whole fen: transfers, the table of who paid whom, and its conservation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gis_layers.errors import BalanceError

Fen = int
"""Hundredth of a yuan; whole, so that sums are exact."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment; a negative amount flows the other way (a price below 0)."""

    payer: str
    payee: str
    purpose: str
    fen: Fen


@dataclass(frozen=True, slots=True)
class MoneyTable:
    """Who paid whom in a year."""

    parties: tuple[str, ...]
    paid_fen: Mapping[tuple[str, str], Fen]
    """(payer, payee) -> fen."""
    receipts_fen: Mapping[str, Fen]
    payments_fen: Mapping[str, Fen]

    def balance_fen(self, party: str) -> Fen:
        """Receipts less payments of one party."""
        return self.receipts_fen.get(party, 0) - self.payments_fen.get(party, 0)

    @property
    def residual_fen(self) -> Fen:
        """Sum of all balances: 0 if no money appeared or vanished."""
        return sum(self.balance_fen(party) for party in self.parties)


def tabulate(transfers: Iterable[Transfer]) -> MoneyTable:
    """The money table of some transfers."""
    paid: dict[tuple[str, str], Fen] = defaultdict(int)
    receipts: dict[str, Fen] = defaultdict(int)
    payments: dict[str, Fen] = defaultdict(int)
    for transfer in transfers:
        paid[transfer.payer, transfer.payee] += transfer.fen
        payments[transfer.payer] += transfer.fen
        receipts[transfer.payee] += transfer.fen
    return MoneyTable(
        parties=tuple(sorted({*receipts, *payments})),
        paid_fen=MappingProxyType(dict(paid)),
        receipts_fen=MappingProxyType(dict(receipts)),
        payments_fen=MappingProxyType(dict(payments)),
    )


def assert_conserved(table: MoneyTable, owed_fen: Mapping[str, Fen]) -> None:
    """Check a table against what each party should have got, reckoned another way.

    Parameters
    ----------
    owed_fen
        Party -> receipts less payments, summed from settlements and not from transfers; every party of the
        table must be in it.

    Raises
    ------
    BalanceError
        A party's balance is off by a fen, a party is missing, or the balances do not sum to 0.
    """
    if table.residual_fen != 0:
        raise BalanceError("money_residual", fen=table.residual_fen)
    for party in sorted({*table.parties, *owed_fen}):
        found, owed = table.balance_fen(party), owed_fen.get(party, 0)
        if found != owed:
            raise BalanceError("money_party", party=party, found_fen=found, expected_fen=owed)
