"""Money for the made-up document: its own corridors settled at the program's prices."""

from __future__ import annotations

from planning.cash_flow.claim import Claim
from planning.cash_flow.inputs import prices_of
from planning.cash_flow.provinces import gathered
from planning.cash_flow.sensitivity import Bar, sensitivity
from planning.cash_flow.settlement import LineYear, settle_all
from planning.chain.money_document import sensitivity_result, settlement_result
from planning.results import Summary
from planning.scenario import load_scenario
from planning.tables import Tables


def with_cash(summary: Summary, tables: Tables) -> Summary:
    """The document with settlement and sensitivity; ties have no tariff, a few lines a physics loss."""
    years = [
        LineYear(
            c.id, c.from_node, c.to_node, c.sent_mwh, c.delivered_mwh, c.sent_mwh * c.green_share,
            c.tariff_cny_per_mwh, number % 3 == 0, 30.0,
        )
        for number, c in enumerate(summary.corridors.values())
    ]  # fmt: skip
    codes = {node.node_id: node.adcode for node in tables.nodes}
    gdp = {int(code): p.gdp_cny or 0.0 for code, p in summary.provinces.items()}
    money = gathered(settle_all(years, prices_of(load_scenario("2030-1200GW"), tables)), codes, gdp)
    physics = {c.id: (0.8 * c.loss_mwh, 0.7 * c.loss_mwh) for c in list(summary.corridors.values())[:5]}
    c = summary.claim
    claim = Claim(
        c.green_sold_mwh, c.cash_cny, c.gdp_cny, c.gdp_share, c.target_share, c.price_cny_per_mwh,
        c.price_for_target_cny_per_mwh, c.volume_for_target_mwh, c.verdict,
    )  # fmt: skip
    share = c.gdp_share
    swings = sensitivity(claim, [
        Bar("price", "-0.2", "0.2", 0.8 * share, 1.2 * share),
        Bar("certificate", "5", "60", 0.95 * share, 1.14 * share),
        Bar("carbon", "0", "200", share, 1.5 * share),
        Bar("sale_rule", "sending_benchmark", "receiving_benchmark", 0.7 * share, share),
        Bar("green", "wind_pv", "all", 0.6 * share, 1.9 * share),
        Bar("senders", "net_senders", "best_senders", None, 2.6 * share),
        Bar("gdp_year", "2020", "2024", 1.3 * share, share),
    ])  # fmt: skip
    return summary.model_copy(
        update={
            "claim": c.model_copy(update={"sensitivity": sensitivity_result(swings)}),
            "settlement": settlement_result(tables, money, physics, by_hour=False),
        }
    )
