"""From settled lines to the money of the document: accounts, trades, losses, the claim's sensitivity."""

from __future__ import annotations

from collections.abc import Mapping

from planning.cash_flow.counterparties import OWNERS, Account, counterparties
from planning.cash_flow.losses import loss_money
from planning.cash_flow.market_prices import REVERSE
from planning.cash_flow.provinces import CashFlow
from planning.cash_flow.sensitivity import Sensitivity
from planning.cash_flow.settlement import PURPOSES, LineSettlement
from planning.chain.nation import HOURS
from planning.results import PowerFlowResult
from planning.results_cash import (
    ClaimSensitivity,
    LineAccount,
    LossResult,
    PartyAccount,
    SensitivityBar,
    SettlementResult,
    TradeResult,
)
from planning.tables import Tables


def settlement_result(
    tables: Tables,
    money: CashFlow,
    physics: Mapping[str, tuple[float, float]],
    *,
    by_hour: bool,
    hours: int = HOURS,
) -> SettlementResult:
    """The settlement of a run.

    Parameters
    ----------
    physics
        Line id -> loss as settled and by physics of the hours with a power flow, where one told it. [MWh]

    Raises
    ------
    BalanceError
        Money by purpose or by pair is not conserved to the fen.
    """
    adcodes = {node.node_id: node.adcode for node in tables.nodes}
    parties = counterparties(money.lines, adcodes)
    names = list(dict.fromkeys(line.id.removesuffix(REVERSE) for line in money.lines))
    ways: dict[str, list[LineSettlement]] = {name: [] for name in names}
    for line in money.lines:
        ways[line.id.removesuffix(REVERSE)].append(line)
    sent = {name: sum(line.sent_mwh for line in ways[name]) for name in names}
    losses = loss_money(
        names,
        [sent[name] - sum(line.delivered_mwh for line in ways[name]) for name in names],
        [sum(line.loss_fen for line in ways[name]) / 100 for name in names],
        [
            sum(line.sale_fen for line in ways[name]) / 100 / sent[name] if sent[name] else 0.0
            for name in names
        ],
        [physics[name][0] if name in physics else None for name in names],
        [physics[name][1] if name in physics else None for name in names],
    )

    def account(code: int, held: Account) -> PartyAccount:
        province = money.provinces.get(code)
        gdp = province.gdp_cny if province is not None else None
        net = held.net_fen / 100
        return PartyAccount(
            receipts_cny={p: fen / 100 for p, fen in held.receipts_fen.items()},
            payments_cny={p: fen / 100 for p, fen in held.payments_fen.items()},
            net_cny=net,
            gdp_share=net / gdp if gdp else None,
        )

    return SettlementResult(
        by="hour" if by_hour else "year",
        hours=hours,
        lines={line.id: line_account(line, adcodes) for line in money.lines},
        accounts={str(code): account(code, held) for code, held in parties.accounts.items()},
        trades=tuple(
            TradeResult(
                payer=t.payer,
                payee=t.payee,
                paid_cny={p: fen / 100 for p, fen in t.paid_fen.items() if fen},
                sent_mwh=t.sent_mwh,
                delivered_mwh=t.delivered_mwh,
                green_sent_mwh=t.green_sent_mwh,
            )
            for t in parties.trades
        ),
        losses={
            loss.id: LossResult(
                settled_mwh=loss.settled_mwh,
                settled_cny=loss.settled_cny,
                price_cny_per_mwh=loss.price_cny_per_mwh,
                compared_mwh=loss.compared_mwh,
                physics_mwh=loss.physics_mwh,
                difference_cny=loss.difference_cny,
            )
            for loss in losses
        },
        without_tariff=parties.without.get("tariff", ()),
        without_export_tariff=parties.without.get("export_tariff", ()),
    )


def line_account(line: LineSettlement, adcode_of_node: Mapping[str, int]) -> LineAccount:
    """One direction of a line."""
    contract = line.sent_mwh - line.spot_sent_mwh
    paid = dict.fromkeys(PURPOSES, 0)
    for transfer in line.transfers:
        paid[PURPOSES[PURPOSES.index(transfer.purpose)]] += transfer.fen
    unknown = {"tariff": "transmission", "export_tariff": "export_tariff"}
    left_out = {unknown[what] for what in line.missing}
    return LineAccount(
        from_adcode=adcode_of_node[line.from_node],
        to_adcode=adcode_of_node[line.to_node],
        sent_mwh=line.sent_mwh,
        delivered_mwh=line.delivered_mwh,
        green_sent_mwh=line.green_sent_mwh,
        spot_mwh=line.spot_sent_mwh,
        contract_cny_per_mwh=(line.sale_fen - line.spot_sale_fen) / 100 / contract if contract > 0 else None,
        spot_cny_per_mwh=line.spot_sale_fen / 100 / line.spot_sent_mwh if line.spot_sent_mwh > 0 else None,
        paid_cny={purpose: fen / 100 for purpose, fen in paid.items() if purpose not in left_out},
        loss_payer=line.loss_payer,
        missing=line.missing,
    )


def physics_losses(flows: PowerFlowResult) -> dict[str, tuple[float, float]]:
    """Line id -> loss as settled and by physics, of the hours with a power flow. [MWh]"""
    losses = flows.year.losses if flows.year is not None else {}
    return {name: (loss.settled_loss_mwh, loss.physics_loss_mwh) for name, loss in losses.items()}


def sensitivity_result(found: Sensitivity) -> ClaimSensitivity:
    """The claim's sensitivity as the document has it."""
    return ClaimSensitivity(
        steps=found.steps,
        grid=found.grid,
        bars=tuple(
            SensitivityBar(
                assumption=b.assumption,
                low=b.low,
                high=b.high,
                low_share=b.low_share,
                high_share=b.high_share,
            )
            for b in found.bars
        ),
    )


__all__ = ["OWNERS", "line_account", "physics_losses", "sensitivity_result", "settlement_result"]
