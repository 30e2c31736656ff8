"""The yearly money of a base: what the charts draw is what the chain computed."""

from __future__ import annotations

import numpy as np
import pytest

from app.desktop.charts.money import base_flows
from planning.cash_flow.inputs import project_of_base
from planning.cash_flow.investment import returns
from planning.results import BaseResult
from planning.scenario import load_scenario
from planning.tables import load_tables
from tests.planning.summary_factory import make_summary

REVENUE_CNY = 9.0e9


def settled(base_id: str = "kubuqi") -> BaseResult:
    """The made-up base with the returns the chain would give it."""
    scenario, tables = load_scenario("2030-1200GW"), load_tables()
    spec = next(b for b in scenario.bases if b.id == base_id)
    base = make_summary().bases[base_id]
    worth = returns(
        project_of_base(
            scenario, tables, spec, capacity_mw=dict(base.capacity_mw),
            battery_mwh=base.storage_mwh, coal_mwh=base.generation_mwh.get("coal", 0.0),
            delivered_mwh=base.delivered_mwh, revenue_cny=REVENUE_CNY,
        )
    )  # fmt: skip
    return base.model_copy(update={"annual_cost_cny": worth.annual_cost_cny, "npv_cny": worth.npv_cny})


def test_the_revenue_comes_back_from_the_net_present_value() -> None:
    flows = base_flows(load_scenario("2030-1200GW"), load_tables(), settled())
    assert flows is not None
    assert flows.revenue_cny[0] == 0.0
    assert flows.revenue_cny[1:] == pytest.approx([REVENUE_CNY] * (len(flows.revenue_cny) - 1))


def test_discounted_the_flows_are_worth_the_net_present_value() -> None:
    base = settled()
    flows = base_flows(load_scenario("2030-1200GW"), load_tables(), base)
    assert flows is not None
    years = np.arange(len(flows.cost_cny))
    net = np.array(flows.revenue_cny) - np.array(flows.cost_cny)
    assert float(net @ (1 + flows.discount_rate) ** -years.astype(float)) == pytest.approx(base.npv_cny)


def test_a_scenario_changed_since_gives_no_flows() -> None:
    scenario = load_scenario("2030-1200GW")
    dearer = scenario.model_copy(
        update={
            "prices": scenario.prices.model_copy(
                update={"discount_rate": scenario.prices.discount_rate + 0.01}
            )
        }
    )
    assert base_flows(dearer, load_tables(), settled()) is None
