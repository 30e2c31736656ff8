"""Settlement hour by hour: every payment whole fen, the year the sum of its hours, each hour's money conserved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gis_layers.errors import BalanceError
from planning.cash_flow.fen import Ints, divided, fen_of_energy, micro_of, mwh_of, part_of, spread
from planning.cash_flow.market_prices import HourPrices
from planning.cash_flow.settlement import (
    LineSettlement,
    LineYear,
    Missing,
    Prices,
    Purpose,
    check_line,
    transfers_of,
)

_PPM = 10**6
"""Shares are kept to a millionth."""


@dataclass(frozen=True, slots=True)
class LineHours:
    """Energy of one direction of a line, metered in kWh; `line` holds the same year in MWh."""

    line: LineYear
    sent_kwh: Ints
    delivered_kwh: Ints
    green_sent_kwh: Ints


@dataclass(frozen=True, slots=True)
class HourlySettlement:
    """Energy, prices and money of one direction of a line; arrays are (hour,)."""

    line: LineYear
    sent_kwh: Ints
    delivered_kwh: Ints
    green_sent_kwh: Ints
    green_delivered_kwh: Ints
    spot_kwh: Ints
    """Of `sent_kwh`; the rest is under contract."""
    contract_micro: Ints
    """At the sending end. [1e-6 CNY/MWh]"""
    spot_micro: Ints
    paid_fen: Mapping[Purpose, Ints]
    """Payments by purpose; `missing` ones are not among them."""
    sale_fen: Ints
    """To the plants for all energy sent: energy, energy_spot and loss together."""
    spot_sale_fen: Ints
    spot_loss_fen: Ints
    green_sale_fen: Ints
    carbon_value_fen: Ints
    missing: tuple[Missing, ...]

    @property
    def bill_fen(self) -> Ints:
        """(hour,) what the users of the receiving end pay in all, of what is known."""
        return _sum(self, [p for p in self.paid_fen if p != "loss" or not self.line.tariff_includes_loss])

    @property
    def plants_fen(self) -> Ints:
        """(hour,) what the plants of the sending end receive."""
        return _sum(self, ["energy", "energy_spot", "loss", "certificate", "carbon"])


def _sum(hours: HourlySettlement, purposes: list[Purpose]) -> Ints:
    total = np.zeros(len(hours.sent_kwh), dtype=np.int64)
    for purpose in purposes:
        if purpose in hours.paid_fen:
            total += hours.paid_fen[purpose]
    return total


def settle_hours(hours: LineHours, at: HourPrices, prices: Prices) -> HourlySettlement:
    """The money of one direction of a line in every hour.

    In each hour the contract part of what is sent is paid the contract price, the rest the spot price; green and lost
    energy are split alike. Transmission is charged on what is delivered, the export tariff on what is sent,
    certificates and carbon on green energy delivered.

    Raises
    ------
    InputError
        As `settlement.settle`; an hour beyond 64 bits.
    BalanceError
        An hour's bill is not what the others receive: a fault of ours.
    """
    line = hours.line
    check_line(line, prices)
    sent, delivered, green = hours.sent_kwh, hours.delivered_kwh, hours.green_sent_kwh
    contract = divided(sent * round(at.contract_share * _PPM), _PPM)
    spot = sent - contract
    lost = sent - delivered
    green_delivered = part_of(green, delivered, sent)
    lost_contract, green_contract = part_of(lost, contract, sent), part_of(green, contract, sent)
    sale, spot_sale = fen_of_energy(contract, at.contract_micro), fen_of_energy(spot, at.spot_micro)
    loss = fen_of_energy(lost_contract, at.contract_micro)
    spot_loss = fen_of_energy(lost - lost_contract, at.spot_micro)
    green_sale = fen_of_energy(green_contract, at.contract_micro) + fen_of_energy(
        green - green_contract, at.spot_micro
    )
    carbon = fen_of_energy(green_delivered, _micro(prices.carbon_cny_per_t * prices.avoided_t_per_mwh))
    paid: dict[Purpose, Ints] = {
        "energy": sale - loss,
        "energy_spot": spot_sale - spot_loss,
        "loss": loss + spot_loss,
    }
    if line.tariff_cny_per_mwh is not None:
        paid["transmission"] = fen_of_energy(delivered, _micro(line.tariff_cny_per_mwh))
    if line.export_tariff_cny_per_mwh is not None:
        paid["export_tariff"] = fen_of_energy(sent, _micro(line.export_tariff_cny_per_mwh))
    paid["certificate"] = fen_of_energy(green_delivered, _micro(prices.certificate_cny_per_mwh))
    paid["carbon"] = divided(carbon * round(prices.carbon_to_sender_share * _PPM), _PPM)
    answer = HourlySettlement(
        line=line,
        sent_kwh=sent,
        delivered_kwh=delivered,
        green_sent_kwh=green,
        green_delivered_kwh=green_delivered,
        spot_kwh=spot,
        contract_micro=at.contract_micro,
        spot_micro=at.spot_micro,
        paid_fen=paid,
        sale_fen=sale + spot_sale,
        spot_sale_fen=spot_sale,
        spot_loss_fen=spot_loss,
        green_sale_fen=green_sale,
        carbon_value_fen=carbon,
        missing=line.missing,
    )
    check_hours(answer)
    return answer


def _micro(price_cny_per_mwh: float) -> int:
    return int(micro_of(price_cny_per_mwh))


def spread_year(hours: LineHours, year: LineSettlement) -> HourlySettlement:
    """A year's settlement at one price, spread over its hours: each payment by its energy, adding up to the fen.

    Raises
    ------
    BalanceError
        The spread hours do not add up to the year: a fault of ours.
    """
    sent, delivered, green = hours.sent_kwh, hours.delivered_kwh, hours.green_sent_kwh
    lost, count = sent - delivered, len(sent)
    arrived = part_of(green, delivered, sent)
    price = micro_of(np.full(count, year.sale_price_cny_per_mwh))
    sale, loss = spread(year.sale_fen, sent), spread(year.loss_fen, lost)
    paid: dict[Purpose, Ints] = {"energy": sale - loss, "loss": loss}
    if year.transmission_fen is not None:
        paid["transmission"] = spread(year.transmission_fen, delivered)
    if year.export_tariff_fen is not None:
        paid["export_tariff"] = spread(year.export_tariff_fen, sent)
    paid["certificate"] = spread(year.certificate_fen, arrived)
    paid["carbon"] = spread(year.carbon_paid_fen, arrived)
    none = np.zeros(count, dtype=np.int64)
    answer = HourlySettlement(
        line=hours.line,
        sent_kwh=sent,
        delivered_kwh=delivered,
        green_sent_kwh=green,
        green_delivered_kwh=arrived,
        spot_kwh=none,
        contract_micro=price,
        spot_micro=none,
        paid_fen=paid,
        sale_fen=sale,
        spot_sale_fen=none,
        spot_loss_fen=none,
        green_sale_fen=spread(year.green_sale_fen, green),
        carbon_value_fen=spread(year.carbon_value_fen, arrived),
        missing=year.missing,
    )
    check_hours(answer)
    if int(answer.bill_fen.sum()) != year.bill_fen:
        raise BalanceError(
            "line_settlement", line=year.id, bill_fen=int(answer.bill_fen.sum()), due_fen=year.bill_fen
        )
    return answer


def check_hours(hours: HourlySettlement) -> None:
    """Prove every hour: what users and the line's owner pay is what plants, grid and owner receive.

    Both sides are formed apart: the payers' from the payments, the receivers' from the sale of all energy sent.

    Raises
    ------
    BalanceError
        Naming the line and its first hour that is wrong.
    """
    line, paid = hours.line, hours.paid_fen
    none = np.zeros(len(hours.sent_kwh), dtype=np.int64)
    loss = paid["loss"]
    by_owner = loss if line.tariff_includes_loss else none
    due = (
        hours.sale_fen
        - by_owner
        + paid.get("transmission", none)
        + paid.get("export_tariff", none)
        + paid["certificate"]
        + paid["carbon"]
    )
    wrong = (hours.bill_fen != due) | (
        hours.plants_fen != hours.sale_fen + paid["certificate"] + paid["carbon"]
    )
    if wrong.any():
        hour = int(np.flatnonzero(wrong)[0])
        raise BalanceError(
            "hour_settlement",
            line=line.id,
            hour=hour,
            bill_fen=int(hours.bill_fen[hour]),
            due_fen=int(due[hour]),
        )


def year_of(hours: HourlySettlement) -> LineSettlement:
    """The year as the sum of its hours; mean prices by energy."""
    line, paid = hours.line, hours.paid_fen
    amounts = {purpose: int(fen.sum()) for purpose, fen in paid.items()}
    transfers = transfers_of(line, amounts)
    sale, sent = int(hours.sale_fen.sum()), int(hours.sent_kwh.sum())
    delivered = int(hours.delivered_kwh.sum())
    bill = sum(t.fen for t in transfers if t.payer == f"users:{line.to_node}")
    if bill != int(hours.bill_fen.sum()):
        raise BalanceError("line_settlement", line=line.id, bill_fen=bill, due_fen=int(hours.bill_fen.sum()))
    certificate, carbon = amounts["certificate"], amounts["carbon"]
    return LineSettlement(
        id=line.id,
        from_node=line.from_node,
        to_node=line.to_node,
        sent_mwh=mwh_of(sent),
        delivered_mwh=mwh_of(delivered),
        green_sent_mwh=mwh_of(hours.green_sent_kwh.sum()),
        green_delivered_mwh=mwh_of(hours.green_delivered_kwh.sum()),
        sale_price_cny_per_mwh=round(sale * 10 / sent, 6) if sent else 0.0,
        landed_price_cny_per_mwh=(bill - certificate - carbon) * 10 / delivered if delivered else None,
        sale_fen=sale,
        green_sale_fen=int(hours.green_sale_fen.sum()),
        export_tariff_fen=amounts.get("export_tariff"),
        transmission_fen=amounts.get("transmission"),
        loss_fen=amounts["loss"],
        loss_payer="line" if line.tariff_includes_loss else "buyer",
        certificate_fen=certificate,
        carbon_value_fen=int(hours.carbon_value_fen.sum()),
        carbon_paid_fen=carbon,
        transfers=transfers,
        spot_sent_mwh=mwh_of(hours.spot_kwh.sum()),
        spot_sale_fen=int(hours.spot_sale_fen.sum()),
        spot_loss_fen=int(hours.spot_loss_fen.sum()),
        missing=hours.missing,
    )


class HourLedger:
    """Money of all lines in every hour, one line after the other; nothing but two sums is kept."""

    def __init__(self, hours: int) -> None:
        self.out_fen = np.zeros(hours, dtype=np.int64)
        """(hour,) paid by users and by owners of lines."""
        self.in_fen = np.zeros(hours, dtype=np.int64)
        """(hour,) received by plants, grids and owners of lines."""

    def add(self, hours: HourlySettlement) -> None:
        """Book one direction of a line: payers from their bills, receivers from what each is owed."""
        paid = hours.paid_fen
        self.out_fen += hours.bill_fen
        if hours.line.tariff_includes_loss:
            self.out_fen += paid["loss"]
        self.in_fen += hours.sale_fen + paid["certificate"] + paid["carbon"]
        for purpose in ("transmission", "export_tariff"):
            if purpose in paid:
                self.in_fen += paid[purpose]

    def close(self, total_fen: int) -> None:
        """Prove the hours and their sum.

        Parameters
        ----------
        total_fen
            All payments of the year, from the table of who paid whom.

        Raises
        ------
        BalanceError
            An hour in which money appears or vanishes, or hours that are not the year.
        """
        wrong = np.flatnonzero(self.out_fen != self.in_fen)
        if len(wrong):
            hour = int(wrong[0])
            raise BalanceError("money_hour", hour=hour, fen=int(self.out_fen[hour] - self.in_fen[hour]))
        if (total := int(self.out_fen.sum())) != total_fen:
            raise BalanceError("money_year", found_fen=total, expected_fen=total_fen)
