"""What the energy of one line is paid: sale, transmission, loss, certificate, carbon; for the money table.

Prices hold VAT and are real yuan of the scenario's price year. Conventions of NDRC 2019-842 and 2022-558: the
transmission price is charged on the energy delivered; a price without loss leaves the loss with the buyer,
who pays for what was sent; a price with loss ("含线损") makes the line's owner buy the lost energy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from planning.cash_flow.money import Fen, Transfer

SaleRule = Literal["receiving_benchmark", "sending_benchmark", "split"]
Missing = Literal["tariff", "export_tariff"]
"""What no table has: not charged, because it is not known, and said wherever it is missing."""
Purpose = Literal["energy", "energy_spot", "loss", "transmission", "export_tariff", "certificate", "carbon"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""energy: under contract, without what is lost on the way."""


@dataclass(frozen=True, slots=True)
class LineYear:
    """One direction of a line over the year, with its prices."""

    id: str
    from_node: str
    to_node: str
    sent_mwh: float
    delivered_mwh: float
    green_sent_mwh: float
    """Wind, PV and hydro of `sent_mwh`."""
    tariff_cny_per_mwh: float | None
    """On the energy delivered; None: not known (most AC ties), so not charged and said to be missing."""
    tariff_includes_loss: bool
    export_tariff_cny_per_mwh: float | None = 0.0
    """Of the sending provincial grid, on the energy sent; 0 for a base with its own line, None where not known."""

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is not known of its prices."""
        known: tuple[tuple[Missing, float | None], ...] = (
            ("tariff", self.tariff_cny_per_mwh),
            ("export_tariff", self.export_tariff_cny_per_mwh),
        )
        return tuple(name for name, value in known if value is None)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a run; benchmark prices by node."""

    sale_rule: SaleRule
    benchmark_cny_per_mwh: dict[str, float]
    surplus_share: float
    certificate_cny_per_mwh: float
    """On green energy delivered: what the buyer can claim."""
    carbon_cny_per_t: float
    avoided_t_per_mwh: float
    """Coal power not burnt at the receiving end."""
    carbon_to_sender_share: float = 0.0


@dataclass(frozen=True, slots=True)
class LineSettlement:
    """The year's money of one direction of a line. [fen] and [CNY/MWh]"""

    id: str
    from_node: str
    to_node: str
    sent_mwh: float
    delivered_mwh: float
    green_sent_mwh: float
    green_delivered_mwh: float
    sale_price_cny_per_mwh: float
    """At the sending end, before the export tariff is added; the mean of contract and spot."""
    landed_price_cny_per_mwh: float | None
    """What the buyer pays for one delivered MWh, certificates apart; None where nothing arrived."""
    sale_fen: Fen
    """To the plants of the sending province, for all energy sent."""
    green_sale_fen: Fen
    export_tariff_fen: Fen | None
    """None: not known."""
    transmission_fen: Fen | None
    """To the line's owner, before it buys losses; None: the tariff is not known."""
    loss_fen: Fen
    """Price of the lost energy at the sending end; part of `sale_fen`."""
    loss_payer: Literal["buyer", "line"]
    certificate_fen: Fen
    carbon_value_fen: Fen
    """Allowances the receiving end need not buy; a value, paid to nobody but for `carbon_paid_fen`."""
    carbon_paid_fen: Fen
    transfers: tuple[Transfer, ...]
    spot_sent_mwh: float = 0.0
    """Of `sent_mwh`; the rest is under contract."""
    spot_sale_fen: Fen = 0
    """Of `sale_fen`."""
    spot_loss_fen: Fen = 0
    """Of `loss_fen`."""
    missing: tuple[Missing, ...] = ()
    """What no table has and no payment holds."""

    @property
    def bill_fen(self) -> Fen:
        """What the users of the receiving end pay in all, of what is known."""
        return sum(t.fen for t in self.transfers if t.payer == f"users:{self.to_node}")

    @property
    def green_cash_fen(self) -> Fen:
        """What green energy brings the sending end: energy, certificate, carbon passed on."""
        return self.green_sale_fen + self.certificate_fen + self.carbon_paid_fen


Number = TypeVar("Number", float, NDArray[np.float64])


def netback_cny_per_mwh(landed_cny_per_mwh: Number, line: LineYear, loss_share: float) -> Number:
    """Price at the sending end at which power lands at a price. [CNY/MWh]

    With landed price B, tariff t, loss l and export tariff x: p = (B - t)(1 - l) - x without loss in the tariff,
    p = B - t - x / (1 - l) with it. A tariff that is not known takes nothing.
    """
    tariff, export = line.tariff_cny_per_mwh or 0.0, line.export_tariff_cny_per_mwh or 0.0
    if line.tariff_includes_loss:
        return landed_cny_per_mwh - tariff - export / (1.0 - loss_share)
    return (landed_cny_per_mwh - tariff) * (1.0 - loss_share) - export


def loss_share_of(line: LineYear) -> float:
    """Loss over sent in the year; 0 for an idle line."""
    return 1.0 - line.delivered_mwh / line.sent_mwh if line.sent_mwh > 0 else 0.0


def sale_price_cny_per_mwh(line: LineYear, prices: Prices) -> float:
    """Price at the sending end by the scenario's rule. [CNY/MWh]

    Netback: the landed price equals the receiving benchmark (`netback_cny_per_mwh`). It may be below the sending
    benchmark, even below 0: then the line does not pay at these prices.
    """
    own = prices.benchmark_cny_per_mwh[line.from_node]
    if prices.sale_rule == "sending_benchmark":
        return own
    loss = loss_share_of(line)
    if loss >= 1.0:
        return own
    netback = netback_cny_per_mwh(prices.benchmark_cny_per_mwh[line.to_node], line, loss)
    if prices.sale_rule == "receiving_benchmark":
        return netback
    return own + prices.surplus_share * (netback - own)


def settle(line: LineYear, prices: Prices) -> LineSettlement:
    """The money of one direction of a line over the year.

    Parties are `plants:<node>` (with the province's receipts), `users:<node>`, `grid:<node>` (export
    tariff) and `line:<id>`.

    Raises
    ------
    InputError
        Delivered above sent, green above sent, a negative or infinite amount, an unknown node.
    BalanceError
        The buyer's bill does not equal what the others receive: a fault of ours.
    """
    check_line(line, prices)
    price = round(sale_price_cny_per_mwh(line, prices), 6)
    sent, delivered, green = _exact(line.sent_mwh), _exact(line.delivered_mwh), _exact(line.green_sent_mwh)
    lost = sent - delivered
    green_delivered = green * delivered / sent if sent > 0 else Decimal(0)
    sale = fen_of(sent, price)
    green_sale = fen_of(green, price)
    loss = fen_of(lost, price)
    tariff = None if line.tariff_cny_per_mwh is None else fen_of(delivered, line.tariff_cny_per_mwh)
    export = None if line.export_tariff_cny_per_mwh is None else fen_of(sent, line.export_tariff_cny_per_mwh)
    certificate = fen_of(green_delivered, prices.certificate_cny_per_mwh)
    carbon = fen_of(green_delivered * _exact(prices.avoided_t_per_mwh), prices.carbon_cny_per_t)
    passed_on = int(
        (Decimal(carbon) * _exact(prices.carbon_to_sender_share)).to_integral_value(ROUND_HALF_EVEN)
    )

    payer_of_loss: Literal["buyer", "line"] = "line" if line.tariff_includes_loss else "buyer"
    amounts: dict[Purpose, Fen] = {
        "energy": sale - loss,
        "loss": loss,
        "transmission": tariff or 0,
        "export_tariff": export or 0,
        "certificate": certificate,
        "carbon": passed_on,
    }
    transfers = transfers_of(line, amounts)
    bill = sum(t.fen for t in transfers if t.payer == f"users:{line.to_node}")
    due = (
        sale
        - (loss if payer_of_loss == "line" else 0)
        + (tariff or 0)
        + (export or 0)
        + certificate
        + passed_on
    )
    if bill != due:
        raise BalanceError("line_settlement", line=line.id, bill_fen=bill, due_fen=due)
    landed = None
    if delivered > 0:
        landed = float(Decimal(bill - certificate - passed_on) / 100 / delivered)
    return LineSettlement(
        id=line.id,
        from_node=line.from_node,
        to_node=line.to_node,
        sent_mwh=line.sent_mwh,
        delivered_mwh=line.delivered_mwh,
        green_sent_mwh=line.green_sent_mwh,
        green_delivered_mwh=float(green_delivered),
        sale_price_cny_per_mwh=price,
        landed_price_cny_per_mwh=landed,
        sale_fen=sale,
        green_sale_fen=green_sale,
        export_tariff_fen=export,
        transmission_fen=tariff,
        loss_fen=loss,
        loss_payer=payer_of_loss,
        certificate_fen=certificate,
        carbon_value_fen=carbon,
        carbon_paid_fen=passed_on,
        transfers=transfers,
        missing=line.missing,
    )


def settle_all(lines: Iterable[LineYear], prices: Prices) -> tuple[LineSettlement, ...]:
    """The money of many lines.

    Raises
    ------
    InputError, BalanceError
        As `settle`, what is wrong with the inputs of all lines at once.
    """
    settled: list[LineSettlement] = []
    problems: list[Problem] = []
    for line in lines:
        try:
            settled.append(settle(line, prices))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tuple(settled)


def transfers_of(line: LineYear, amounts: Mapping[Purpose, Fen]) -> tuple[Transfer, ...]:
    """Who pays whom for what; purposes without money are left out."""
    plants, users = f"plants:{line.from_node}", f"users:{line.to_node}"
    owner, grid = f"line:{line.id}", f"grid:{line.from_node}"
    ends = {
        "loss": (owner if line.tariff_includes_loss else users, plants),
        "transmission": (users, owner),
        "export_tariff": (users, grid),
    }
    return tuple(
        Transfer(*ends.get(purpose, (users, plants)), purpose, amounts[purpose])
        for purpose in PURPOSES
        if amounts.get(purpose)
    )


def _exact(value: float) -> Decimal:
    """A float as the decimal it prints as, so that rounding is the same everywhere."""
    return Decimal(repr(float(value)))


def fen_of(amount: Decimal, price_cny: float) -> Fen:
    """Amount times a price in yuan, in whole fen (banker's rounding)."""
    return int((amount * _exact(price_cny) * 100).to_integral_value(ROUND_HALF_EVEN))


def check_line(line: LineYear, prices: Prices) -> None:
    """Raise InputError with all that is wrong with a line and its prices."""
    problems: list[Problem] = []
    amounts = (
        "sent_mwh",
        "delivered_mwh",
        "green_sent_mwh",
        "tariff_cny_per_mwh",
        "export_tariff_cny_per_mwh",
    )
    for name in amounts:
        value = getattr(line, name)
        if value is None and name in ("tariff_cny_per_mwh", "export_tariff_cny_per_mwh"):
            continue
        if not 0.0 <= value < 1e15:
            problems.append(Problem(f"line {line.id}", name, f"{value}", "a number, 0 or more"))
    for name, most in (("delivered_mwh", line.sent_mwh), ("green_sent_mwh", line.sent_mwh)):
        if getattr(line, name) > most:
            problems.append(
                Problem(f"line {line.id}", name, f"{getattr(line, name)}", f"at most what was sent, {most}")
            )
    for node in (line.from_node, line.to_node):
        if node not in prices.benchmark_cny_per_mwh:
            problems.append(Problem(f"line {line.id}", "node", node, "a node with a benchmark price"))
    if problems:
        raise InputError(problems)
