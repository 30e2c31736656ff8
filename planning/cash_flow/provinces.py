"""The year's money of all lines and provinces: receipts, payments, share of GDP, conserved to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gis_layers.errors import InputError, Problem
from planning.cash_flow.money import Fen, MoneyTable, assert_conserved, tabulate
from planning.cash_flow.settlement import LineSettlement, LineYear, Prices, settle_all


@dataclass(frozen=True, slots=True)
class ProvinceCash:
    """Cash of one province from power sold to and bought from others, VAT included. [CNY]"""

    adcode: int
    receipts_cny: float
    """Green energy, certificates and carbon passed on, at the sending end."""
    payments_cny: float
    """For green energy bought, at the sending end's price, with certificates and carbon."""
    all_receipts_cny: float
    """Green or not."""
    all_payments_cny: float
    """Green or not, with transmission and losses: the buyers' bill."""
    gdp_cny: float | None

    @property
    def cash_cny(self) -> float:
        """Receipts less payments for green power, both at the sending end."""
        return self.receipts_cny - self.payments_cny

    @property
    def gdp_share(self) -> float | None:
        """Of `cash_cny` in GDP; None without GDP."""
        return self.cash_cny / self.gdp_cny if self.gdp_cny else None


@dataclass(frozen=True, slots=True)
class CashFlow:
    """All lines, all provinces, and the table of who paid whom."""

    lines: tuple[LineSettlement, ...]
    provinces: Mapping[int, ProvinceCash]
    money: MoneyTable

    @property
    def money_residual_cny(self) -> float:
        """Money paid less money received over all parties: 0."""
        return self.money.residual_fen / 100


def cash_flow(
    lines: Iterable[LineYear],
    prices: Prices,
    adcode_of_node: Mapping[str, int],
    gdp_cny: Mapping[int, float],
) -> CashFlow:
    """Settle all lines and gather provinces.

    Parameters
    ----------
    lines
        One row a line and direction, between nodes; nodes of one province (Inner Mongolia's two grids) trade
        inside it, and that money is not in its receipts.
    gdp_cny
        By adcode; a province without GDP gets no share.

    Raises
    ------
    InputError
        As `settle`, for all lines at once; a node of no province.
    BalanceError
        Money is not conserved to the fen.
    """
    rows = tuple(lines)
    problems = [
        Problem(f"line {line.id}", "node", node, "a node of a province")
        for line in rows
        for node in (line.from_node, line.to_node)
        if node not in adcode_of_node
    ]
    try:
        settled = settle_all(rows, prices)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    if problems:
        raise InputError(problems)
    return gathered(settled, adcode_of_node, gdp_cny)


def gathered(
    settled: Sequence[LineSettlement], adcode_of_node: Mapping[str, int], gdp_cny: Mapping[int, float]
) -> CashFlow:
    """Settled lines with their provinces; as `cash_flow`.

    Raises
    ------
    BalanceError
        Money is not conserved to the fen.
    """
    money = tabulate(transfer for line in settled for transfer in line.transfers)
    assert_conserved(money, _owed(settled))
    return CashFlow(tuple(settled), _provinces(settled, adcode_of_node, gdp_cny), money)


def _owed(settled: Iterable[LineSettlement]) -> dict[str, Fen]:
    """Each party's balance from the settlements' own figures, apart from their transfers."""
    owed: dict[str, Fen] = defaultdict(int)
    for line in settled:
        owed[f"plants:{line.from_node}"] += line.sale_fen + line.certificate_fen + line.carbon_paid_fen
        transmission, export = line.transmission_fen or 0, line.export_tariff_fen or 0
        owed[f"grid:{line.from_node}"] += export
        bought = line.loss_fen if line.loss_payer == "line" else 0
        owed[f"line:{line.id}"] += transmission - bought
        owed[f"users:{line.to_node}"] -= (
            line.sale_fen - bought + transmission + export + line.certificate_fen + line.carbon_paid_fen
        )
    return owed


def _provinces(
    settled: Iterable[LineSettlement], adcode_of_node: Mapping[str, int], gdp_cny: Mapping[int, float]
) -> dict[int, ProvinceCash]:
    sums: dict[int, list[Fen]] = {adcode: [0, 0, 0, 0] for adcode in sorted(set(adcode_of_node.values()))}
    for line in settled:
        seller, buyer = adcode_of_node[line.from_node], adcode_of_node[line.to_node]
        if seller == buyer:
            continue
        sums[seller][0] += line.green_cash_fen
        sums[buyer][1] += line.green_cash_fen
        sums[seller][2] += line.sale_fen + line.certificate_fen + line.carbon_paid_fen
        sums[buyer][3] += line.bill_fen
    return {
        adcode: ProvinceCash(
            adcode=adcode,
            receipts_cny=receipts / 100,
            payments_cny=payments / 100,
            all_receipts_cny=all_receipts / 100,
            all_payments_cny=all_payments / 100,
            gdp_cny=gdp_cny.get(adcode),
        )
        for adcode, (receipts, payments, all_receipts, all_payments) in sums.items()
    }
