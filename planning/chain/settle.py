"""The money of a dispatched year: lines settled at one price a year, or hour by hour where there is a market."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planning.cash_flow.claim import Claim, weigh_claim
from planning.cash_flow.fen import kwh_of, mwh_of
from planning.cash_flow.hourly import (
    HourLedger,
    HourlySettlement,
    LineHours,
    settle_hours,
    spread_year,
    year_of,
)
from planning.cash_flow.inputs import line_year, prices_of
from planning.cash_flow.market_prices import hour_prices
from planning.cash_flow.provinces import CashFlow, gathered
from planning.cash_flow.settlement import LineSettlement, LineYear, settle_all
from planning.chain.accounts import LineEnergy, line_energies
from planning.chain.nation import Nation
from planning.dispatch.green import GreenTrace
from planning.dispatch.result import DispatchResult
from planning.scenario import Scenario
from planning.scenario_lines import with_own_lines
from planning.tables import Tables

if TYPE_CHECKING:
    from planning.chain.run import Chain

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TradedHours:
    """Hours of the lines between provinces, from a run at hand or from a project file."""

    ids: tuple[str, ...]
    """Of the lines, as `corridors.csv` and `interfaces.csv` have them."""
    years: tuple[LineEnergy, ...]
    """Energy of the year of every line."""
    sent_mw: Callable[[int, bool], Array]
    """Line, way back -> (hour,) power sent."""
    green_share: Callable[[int, bool], Array]
    """Line, way back -> (hour,) wind, PV and hydro in what is sent. [-]"""
    price_cny_per_mwh: Callable[[int, bool], tuple[Array, Array]]
    """Line, way back -> (hour,) marginal cost of load at the sending and at the receiving node."""
    start_hour: int = 0


def traded_hours(
    nation: Nation,
    done: DispatchResult,
    trace: GreenTrace,
    lines: tuple[LineEnergy, ...],
    green: tuple[str, ...] | None = None,
) -> TradedHours:
    """The inter-provincial lines of a dispatch.

    Parameters
    ----------
    lines
        Energies of all lines of the case, in its order.
    green
        Technologies that count as green; None: wind, PV and hydro. ('all',): everything that is sent.
    """
    case = nation.case
    adcode = np.array(nation.adcode_of_node)
    start, end = case.lines.from_index, case.lines.to_index
    rows = [int(i) for i in np.flatnonzero(adcode[start] != adcode[end])]
    which = [k for k, t in enumerate(trace.technologies) if green is None or t in green]
    years = tuple(lines[i] for i in rows)
    if green == ("all",):
        mix = np.ones(trace.node_mix.shape[:2])
        years = tuple(
            replace(line, forward_green_mwh=line.forward_sent_mwh, reverse_green_mwh=line.reverse_sent_mwh)
            for line in years
        )
    else:
        mix = np.minimum(trace.node_mix[:, :, which].sum(axis=2), 1.0)
    if green is not None and green != ("all",):
        forward, reverse = (mwh[rows][:, which].sum(axis=1) for mwh in (trace.forward_mwh, trace.reverse_mwh))
        years = tuple(
            replace(
                line,
                forward_green_mwh=min(float(forward[k]), line.forward_sent_mwh),
                reverse_green_mwh=min(float(reverse[k]), line.reverse_sent_mwh),
            )
            for k, line in enumerate(years)
        )

    def ends(line: int, back: bool) -> tuple[int, int]:
        a, b = int(start[rows[line]]), int(end[rows[line]])
        return (b, a) if back else (a, b)

    def price(line: int, back: bool) -> tuple[Array, Array]:
        a, b = ends(line, back)
        return done.price_cny_per_mwh[a], done.price_cny_per_mwh[b]

    return TradedHours(
        ids=tuple(nation.lines[i].id for i in rows),
        years=years,
        sent_mw=lambda line, back: (done.reverse_mw if back else done.forward_mw)[rows[line]],
        green_share=lambda line, back: np.asarray(mix[ends(line, back)[0]]),
        price_cny_per_mwh=price,
        start_hour=case.start_hour,
    )


def trade_of_chain(chain: Chain) -> tuple[Scenario, Tables, TradedHours]:
    """The scenario of a chain, the tables with its own lines, and its dispatched hours."""
    nation, _ = chain.nation
    done, trace, _ = chain.dispatched
    hours = traded_hours(nation, done, trace, line_energies(nation, done, trace))
    return chain.scenario, with_own_lines(chain.tables, chain.scenario), hours


def line_years(
    scenario: Scenario, tables: Tables, hours: TradedHours, only: Collection[str] | None = None
) -> Iterator[tuple[int, bool, LineYear]]:
    """Every direction that carries energy, with its prices: line, way back, year.

    Parameters
    ----------
    only
        Ids of lines; None: all.
    """
    for number, (line_id, line) in enumerate(zip(hours.ids, hours.years, strict=True)):
        if only is not None and line_id not in only:
            continue
        for back, sent, delivered, green in (
            (False, line.forward_sent_mwh, line.forward_delivered_mwh, line.forward_green_mwh),
            (True, line.reverse_sent_mwh, line.reverse_delivered_mwh, line.reverse_green_mwh),
        ):
            if sent > 0:
                year = line_year(
                    scenario,
                    tables,
                    line_id,
                    sent_mwh=sent,
                    delivered_mwh=min(delivered, sent),
                    green_sent_mwh=min(green, sent),
                    reverse=back,
                )
                yield number, back, year


def metered(hours: TradedHours, number: int, back: bool, year: LineYear) -> LineHours:
    """One direction of a line in whole kWh; its year is their sum."""
    keep = year.delivered_mwh / year.sent_mwh
    power = hours.sent_mw(number, back)
    sent = kwh_of(power)
    delivered = np.minimum(kwh_of(power * keep), sent)
    green = np.minimum(kwh_of(power * hours.green_share(number, back)), sent)
    return LineHours(year, sent, delivered, green)


def settled_line(
    scenario: Scenario, tables: Tables, hours: TradedHours, number: int, back: bool, year: LineYear
) -> HourlySettlement:
    """One direction of a line hour by hour: by the market, or the year's settlement spread over its hours."""
    prices = prices_of(scenario, tables)
    line = metered(hours, number, back, year)
    if scenario.market.empty:
        return spread_year(line, settle_all([year], prices)[0])
    summed = replace(
        year,
        sent_mwh=mwh_of(line.sent_kwh.sum()),
        delivered_mwh=mwh_of(line.delivered_kwh.sum()),
        green_sent_mwh=mwh_of(line.green_sent_kwh.sum()),
    )
    # The loss of the price rule stays the year's, not that of rounded meters.
    at = hour_prices(scenario.market, prices, year, hours.price_cny_per_mwh(number, back), hours.start_hour)
    return settle_hours(replace(line, line=summed), at, prices)


def settled_lines(
    scenario: Scenario, tables: Tables, hours: TradedHours, only: Collection[str] | None = None
) -> tuple[tuple[LineSettlement, ...], HourLedger | None]:
    """Every direction that carries energy, and the money of every hour where there is a market.

    One line is held at a time.

    Raises
    ------
    InputError, BalanceError
        As `settlement.settle` and `hourly.settle_hours`.
    """
    rows = line_years(scenario, tables, hours, only)
    if scenario.market.empty:
        return settle_all([year for _, _, year in rows], prices_of(scenario, tables)), None
    answers, ledger = [], None
    for number, back, year in rows:
        hourly = settled_line(scenario, tables, hours, number, back, year)
        ledger = ledger or HourLedger(len(hourly.sent_kwh))
        ledger.add(hourly)
        answers.append(year_of(hourly))
    return tuple(answers), ledger


def settle_nation(scenario: Scenario, tables: Tables, hours: TradedHours) -> CashFlow:
    """The money of all inter-provincial lines.

    Raises
    ------
    InputError, BalanceError
        As `settled_lines`; money of a party, of an hour or of the year is not conserved to the fen.
    """
    lines, ledger = settled_lines(scenario, tables, hours)
    adcodes = {node.node_id: node.adcode for node in tables.nodes}
    gdp: dict[int, float] = {}
    for node in tables.nodes:
        gdp[node.adcode] = gdp.get(node.adcode, 0.0) + node.gdp_cny(scenario.claim.gdp_year)
    money = gathered(lines, adcodes, gdp)
    if ledger is not None:
        ledger.close(sum(money.money.paid_fen.values()))
    return money


def node_gdp(scenario: Scenario, tables: Tables) -> Mapping[str, float]:
    """GDP of every node in the year of the claim. [CNY]"""
    return {node.node_id: node.gdp_cny(scenario.claim.gdp_year) for node in tables.nodes}


def claim_of(scenario: Scenario, tables: Tables, lines: tuple[LineSettlement, ...]) -> Claim:
    """The claim, weighed on settled lines."""
    asked = scenario.claim
    return weigh_claim(lines, asked.sending_nodes, node_gdp(scenario, tables), asked.target_share)
