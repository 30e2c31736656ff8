"""The hours of the lines kept in a project file, to be settled again: powers to 0.1 MW, green shares to a hundredth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.chain.accounts import LineEnergy
from planning.chain.claim_study import claim_sensitivity
from planning.chain.money_document import physics_losses, sensitivity_result, settlement_result
from planning.chain.project_hours import project_hours
from planning.chain.settle import TradedHours, claim_of, settle_nation
from planning.corridors import loss_share
from planning.hourly import HourlyResult
from planning.results import Summary
from planning.scenario import Scenario
from planning.tables import Tables

Array = NDArray[np.float64]


def trade_of_project(path: Path) -> tuple[Scenario, Tables, TradedHours]:
    """The scenario of a project's run, the tables with its own lines, and its hours.

    Raises
    ------
    InputError
        As `project_hours`; a line of it is in no table of this program.
    """
    run = project_hours(path)
    return run.scenario, run.tables, trade_of_hours(run.kept, run.tables, path.name)


def trade_of_hours(kept: HourlyResult, tables: Tables, where: str) -> TradedHours:
    """The inter-provincial lines of kept hours; InputError where one is in no table."""
    interfaces = {tie.id: tie for tie in tables.interfaces}
    rows = [
        row
        for row in range(len(kept.line_ids))
        if kept.node_adcodes[kept.line_from[row]] != kept.node_adcodes[kept.line_to[row]]
    ]
    keep, unknown = {}, []
    for row in rows:
        line = tables.corridor_by_id.get(kept.line_ids[row]) or interfaces.get(kept.line_ids[row])
        if line is None:
            unknown.append(
                Problem(where, "line", kept.line_ids[row], "a line of the tables or of the scenario")
            )
        else:
            keep[row] = 1.0 - loss_share(line).share
    if unknown:
        raise InputError(unknown)

    def sent(number: int, back: bool) -> Array:
        flow = np.asarray(kept.flow_mw[rows[number]], dtype=np.float64)
        return np.maximum(-flow if back else flow, 0.0)

    def green(number: int, back: bool) -> Array:
        return np.asarray(kept.green_share[rows[number]], dtype=np.float64)

    def price(number: int, back: bool) -> tuple[Array, Array]:
        ends = kept.line_from[rows[number]], kept.line_to[rows[number]]
        a, b = (np.asarray(kept.price_cny_per_mwh[end], dtype=np.float64) for end in ends)
        return (b, a) if back else (a, b)

    years = []
    for number, row in enumerate(rows):
        mw = sent(number, False), sent(number, True)
        there, back = (float(way.sum()) for way in mw)
        mix = green(number, False)
        years.append(
            LineEnergy(
                forward_sent_mwh=there,
                forward_delivered_mwh=there * keep[row],
                forward_green_mwh=min(float(mw[0] @ mix), there),
                reverse_sent_mwh=back,
                reverse_delivered_mwh=back * keep[row],
                reverse_green_mwh=min(float(mw[1] @ mix), back),
                peak_loading=0.0,
            )
        )
    return TradedHours(tuple(kept.line_ids[row] for row in rows), tuple(years), sent, green, price)


def settled_again(path: Path) -> Summary:
    """The document of a project with its hours settled again; what else it holds stays.

    Raises
    ------
    InputError, BalanceError
        As `trade_of_project` and `settle_nation`.
    """
    run = project_hours(path)
    summary, scenario, tables = run.summary, run.scenario, run.tables
    hours = trade_of_hours(run.kept, tables, path.name)
    money = settle_nation(scenario, tables, hours)
    claim = claim_of(scenario, tables, money.lines)
    swings = claim_sensitivity(scenario, tables, hours, money, claim)
    again = summary.claim.model_copy(
        update={
            "green_sold_mwh": claim.green_sold_mwh,
            "cash_cny": claim.cash_cny,
            "gdp_cny": claim.gdp_cny,
            "gdp_share": claim.gdp_share,
            "price_cny_per_mwh": claim.price_cny_per_mwh,
            "price_for_target_cny_per_mwh": claim.price_for_target_cny_per_mwh,
            "volume_for_target_mwh": claim.volume_for_target_mwh,
            "verdict": claim.verdict,
            "sensitivity": sensitivity_result(swings),
        }
    )
    settlement = settlement_result(
        tables, money, physics_losses(summary.power_flow), by_hour=not scenario.market.empty
    )
    return summary.model_copy(update={"claim": again, "settlement": settlement})
