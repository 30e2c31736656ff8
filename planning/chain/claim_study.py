"""The claim under other assumptions: the lines of the group settled anew for each, on the same dispatch."""

from __future__ import annotations

from collections.abc import Callable

from gis_layers.errors import InputError
from planning.cash_flow.claim import Claim
from planning.cash_flow.market_prices import REVERSE
from planning.cash_flow.provinces import CashFlow
from planning.cash_flow.sensitivity import (
    SWING,
    Bar,
    Sensitivity,
    bar,
    best_senders,
    net_senders,
    sensitivity,
    with_purchases,
)
from planning.chain.settle import TradedHours, claim_of, node_gdp, settled_lines
from planning.scenario import Scenario
from planning.tables import Tables

GreenHours = Callable[[tuple[str, ...]], TradedHours]
"""The hours of the lines with other technologies counted as green."""
GREEN: dict[str, tuple[str, ...]] = {"wind_pv": ("wind", "pv"), "all": ("all",)}
CERTIFICATE, CARBON = "certificate_2030_cny_per_mwh", "carbon_2030_cny_per_t"
GDP_YEARS = ("2020", "2024")


def claim_sensitivity(
    scenario: Scenario,
    tables: Tables,
    hours: TradedHours,
    money: CashFlow,
    claim: Claim,
    green_hours: GreenHours | None = None,
) -> Sensitivity:
    """Grid and tornado of the claim's share.

    Parameters
    ----------
    green_hours
        Makes the hours with another definition of green; None: that bar is left out.

    Notes
    -----
    The dispatch stays as it is: a price that would change who runs is not followed. Bars:

    - price, volume: 20 % both ways;
    - certificate: low and high of the table's price of 2030;
    - carbon: nothing passed on, and all of it at the table's high price of 2030;
    - sale_rule: the sending and the receiving benchmark (of contracts, where there is a market);
    - export_tariff: charged or not;
    - green: wind and PV alone, and all energy sent;
    - senders: all net senders of the nation, and the five sending provinces with the largest own share;
    - purchases: green power bought from outside the group deducted;
    - gdp_year: GDP of 2020 and of 2024.
    """
    group = {node.node_id: node.adcode for node in tables.nodes}
    senders = set(scenario.claim.sending_nodes)
    crossing = {
        line.id.removesuffix(REVERSE)
        for line in money.lines
        if (line.from_node in senders) != (line.to_node in senders)
    }

    def settled(other: Scenario, traded: TradedHours = hours) -> float:
        lines, _ = settled_lines(other, tables, traded, crossing)
        return claim_of(other, tables, lines).gdp_share

    def prices(**changes: object) -> Scenario:
        return scenario.model_copy(update={"prices": scenario.prices.model_copy(update=changes)})

    def of_senders(nodes: tuple[str, ...]) -> float | None:
        asked = scenario.claim.model_copy(update={"sending_nodes": nodes})
        try:
            return claim_of(scenario.model_copy(update={"claim": asked}), tables, money.lines).gdp_share
        except InputError:  # nobody sends, or a sender without GDP
            return None

    def rule(name: str) -> float:
        market = scenario.market
        if not market.empty:
            market = market.model_copy(update={"contract_rule": name, "line_contract_cny_per_mwh": {}})
        return settled(prices(sale_rule=name).model_copy(update={"market": market}))

    def carbon(price: str) -> float:
        paid = float(price)
        share = 1.0 if paid else 0.0
        return settled(prices(carbon_cny_per_t=paid or scenario.prices.carbon_cny_per_t,
                              carbon_to_sender_share=share))  # fmt: skip

    def gdp(year: str) -> float:
        asked = scenario.claim.model_copy(update={"gdp_year": int(year)})
        return claim_of(scenario.model_copy(update={"claim": asked}), tables, money.lines).gdp_share

    table = {price.id: price for price in tables.prices}
    certificate, coal = table[CERTIFICATE], table[CARBON]
    bars: list[Bar] = [
        bar("price", f"{-SWING}", f"{SWING}", lambda v: claim.gdp_share * (1.0 + float(v))),
        bar("volume", f"{-SWING}", f"{SWING}", lambda v: claim.gdp_share * (1.0 + float(v))),
        bar("certificate", f"{certificate.low or 0.0:g}", f"{certificate.high or certificate.value:g}",
            lambda v: settled(prices(certificate_cny_per_mwh=float(v)))),
        bar("carbon", "0", f"{coal.high or coal.value:g}", carbon),
        bar("sale_rule", "sending_benchmark", "receiving_benchmark", rule),
        bar("export_tariff", "yes", "no", lambda v: settled(prices(export_tariff=v == "yes"))),
        bar("senders", "net_senders", "best_senders", lambda v: of_senders(
            net_senders(money.lines, group) if v == "net_senders"
            else best_senders(money.lines, scenario.claim.sending_nodes, group, node_gdp(scenario, tables)))),
        bar("purchases", "deducted", "left",
            lambda v: with_purchases(money.lines, senders, claim) if v == "deducted" else claim.gdp_share),
        bar("gdp_year", *GDP_YEARS, gdp),
    ]  # fmt: skip
    if green_hours is not None:
        bars.append(bar("green", "wind_pv", "all", lambda v: settled(scenario, green_hours(GREEN[v]))))
    return sensitivity(claim, bars)
