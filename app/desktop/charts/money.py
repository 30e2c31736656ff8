"""Who receives and who pays, as charts show it; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.cash_flow.inputs import project_of_base
from planning.cash_flow.investment import cost_flows_cny
from planning.report.series import BaseFlows
from planning.results import BaseResult, Summary
from planning.scenario import Scenario
from planning.tables import Tables

SAME = 1e-6
"""How closely the yearly costs must give the base's own levelised cost back, or the scenario is another one."""


@dataclass(frozen=True, slots=True)
class ProvinceMoney:
    """Money of green power between provinces."""

    adcode: str
    receipts_cny: float
    payments_cny: float

    @property
    def cash_cny(self) -> float:
        return self.receipts_cny - self.payments_cny


def province_money(summary: Summary) -> tuple[ProvinceMoney, ...]:
    """Every province that receives or pays, the largest net receiver first."""
    rows = [ProvinceMoney(k, p.receipts_cny, p.payments_cny) for k, p in summary.provinces.items()]
    rows = [row for row in rows if row.receipts_cny > 0 or row.payments_cny > 0]
    return tuple(sorted(rows, key=lambda row: (-row.cash_cny, row.adcode)))


def base_flows(scenario: Scenario, tables: Tables, base: BaseResult) -> BaseFlows | None:
    """The yearly money of a base, from its sizes and the scenario's prices.

    The costs are those of `planning.cash_flow`; the revenue is what its net present value implies
    (npv = annuity x (revenue - annual cost)). None where the scenario has no such base, or is no longer the one
    the base was sized with (its costs do not give the base's annual cost back).
    """
    spec = next((b for b in scenario.bases if b.id == base.id), None)
    if spec is None:
        return None
    project = project_of_base(
        scenario,
        tables,
        spec,
        capacity_mw={t: mw for t, mw in base.capacity_mw.items() if t in _ASSETS},
        battery_mwh=base.storage_mwh,
        coal_mwh=base.generation_mwh.get("coal", 0.0),
        delivered_mwh=base.delivered_mwh,
        revenue_cny=0.0,
    )
    cost = cost_flows_cny(project)
    discount = (1.0 + project.discount_rate) ** -np.arange(project.horizon_years + 1, dtype=np.float64)
    worth_of_one_a_year = float(discount[1:].sum())
    annual_cost = float(cost @ discount) / worth_of_one_a_year
    if abs(annual_cost - base.annual_cost_cny) > SAME * abs(base.annual_cost_cny):
        return None
    revenue = base.annual_cost_cny + base.npv_cny / worth_of_one_a_year
    years = project.horizon_years
    return BaseFlows(
        discount_rate=project.discount_rate,
        cost_cny=tuple(cost.tolist()),
        revenue_cny=(0.0, *[revenue] * years),
        delivered_mwh=(0.0, *[base.delivered_mwh] * years),
    )


_ASSETS = ("wind", "pv", "coal", "battery", "hydro")
