"""The choice over all hours: capacities fixed, dispatched by `planning.dispatch`, beside what the weeks said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, silent
from planning.dispatch.case import DispatchCase
from planning.dispatch.result import DispatchResult, check_balance
from planning.dispatch.solve import dispatch
from planning.expansion.case import grown
from planning.expansion.told import Plan

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """What weeks and replay are compared by; a year."""

    total_cny: float
    operating_cny: float
    fuel_cny: float
    unserved_mwh: float
    available_mwh: float
    curtailed_mwh: float
    generation_mwh: Mapping[str, float]
    load_mwh: float
    co2_t: float
    storage_loss_mwh: float
    sent_mwh: float

    @property
    def curtailment_rate(self) -> float:
        return self.curtailed_mwh / self.available_mwh if self.available_mwh > 0 else 0.0

    @property
    def renewable_share(self) -> float:
        """Of generation less what stores lose."""
        other = sum(v for k, v in self.generation_mwh.items() if k not in ("wind", "pv", "hydro"))
        rest = sum(self.generation_mwh.values()) - self.storage_loss_mwh
        return 1.0 - other / rest if rest > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Replay:
    """A plan dispatched over all hours."""

    case: DispatchCase
    result: DispatchResult
    figures: Figures
    money_cny: Mapping[str, float]
    """By component as in `Plan.money_cny`; `rules` holds all that is priced to keep rules: must-run pushed down,
    curtailment, ramps, reserve. [CNY/a]"""
    max_residual_mw: float


def weeks_figures(plan: Plan) -> Figures:
    """The year as the weeks have it."""
    op = plan.operation
    return Figures(
        total_cny=plan.total_cny,
        operating_cny=plan.operating_cny,
        fuel_cny=sum(v for k, v in plan.money_cny.items() if k.startswith("fuel_")),
        unserved_mwh=float(op.unserved_mwh.sum()),
        available_mwh=float(op.available_mwh.sum()),
        curtailed_mwh=float(op.curtailed_mwh.sum()),
        generation_mwh={k: float(v.sum()) for k, v in op.generation_mwh.items()},
        load_mwh=float(op.load_mwh.sum()),
        co2_t=float(op.co2_t.sum()),
        storage_loss_mwh=float(op.storage_loss_mwh.sum()),
        sent_mwh=float(op.sent_mwh.sum()),
    )


def replay(plan: Plan, progress: Progress = silent) -> Replay:
    """Dispatch all hours with what the plan builds.

    Raises
    ------
    SolverError, BalanceError, Cancelled
        As `planning.dispatch.solve.dispatch`.
    """
    case = grown(plan.expansion, plan.choice)
    result = dispatch(case, progress)
    return told(plan, case, result)


def told(plan: Plan, case: DispatchCase, result: DispatchResult) -> Replay:
    """Money and energies of a dispatched plan."""
    residual = check_balance(case, result)
    money = built_cny(plan)
    for plant in case.thermals:
        energy = result.thermal_mw[plant.technology].sum(axis=1)
        money[f"fuel_{plant.technology}"] = float(energy @ plant.cost_cny_per_mwh)
    money["fuel_nuclear"] = float(result.nuclear_mw.sum(axis=1) @ case.nuclear_cost_cny_per_mwh)
    money["storage_use"] = sum(
        float(result.charge_mw[s.kind].sum()) * s.cost_cny_per_mwh for s in case.storages
    )
    sent = (result.forward_mw + result.reverse_mw).sum(axis=1)
    money["line_use"] = float(sent @ case.lines.cost_cny_per_mwh)
    money["unserved"] = float(result.unserved_mw.sum()) * case.voll_cny_per_mwh
    operating = result.objective_cny
    fixed = sum(v for k, v in money.items() if k.startswith(("capital_", "upkeep_")))
    money["rules"] = operating - (sum(money.values()) - fixed)
    lost = sum(float((result.charge_mw[k] - result.discharge_mw[k]).sum()) for k in result.charge_mw)
    curtailed = float(result.curtailed_wind_mw.sum() + result.curtailed_pv_mw.sum())
    figures = Figures(
        total_cny=fixed + operating,
        operating_cny=operating,
        fuel_cny=sum(v for k, v in money.items() if k.startswith("fuel_")),
        unserved_mwh=float(result.unserved_mw.sum()),
        available_mwh=float(case.wind_mw.sum() + case.pv_mw.sum()),
        curtailed_mwh=curtailed,
        generation_mwh={k: float(v.sum()) for k, v in result.generation_mw().items()},
        load_mwh=float(case.load_mw.sum()),
        co2_t=result.co2_t,
        storage_loss_mwh=lost,
        sent_mwh=float(sent.sum()),
    )
    return Replay(case, result, figures, money, residual)


def built_cny(plan: Plan) -> dict[str, float]:
    """What the plan builds, from its capacities: capital and upkeep by technology. [CNY/a]"""
    x, choice = plan.expansion, plan.choice
    money = {}
    for option in x.options:
        mw = choice.total_mw(option.technology)
        money[f"capital_{option.technology}"] = mw * option.cost.capital
        money[f"upkeep_{option.technology}"] = mw * option.cost.upkeep
    for kind in ("capital", "upkeep"):
        money[f"{kind}_lines"] = sum(
            float(mw) * getattr(line.cost, kind)
            for line, mw in zip(x.candidates, choice.line_mw, strict=True)
        )
    return money
