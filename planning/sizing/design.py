"""The sized base: capacities, hours, shares, cost, and the proof that it adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.lp import Method, Solution, solve
from planning.sizing.case import BaseCase
from planning.sizing.check import check_case
from planning.sizing.curtailment import causes_of_curtailment
from planning.sizing.defaults import check_complete
from planning.sizing.delivery import bounds_gw
from planning.sizing.infeasible import why_infeasible
from planning.sizing.integer import solve_whole_units
from planning.sizing.limits import shared_land_km2
from planning.sizing.marginal import marginal_values
from planning.sizing.model import Bound, Goal, Model, build_model, price_cny_per_mwh
from planning.sizing.parts.piece import Account, Answer, Draft
from planning.sizing.parts.thermal import Backup
from planning.sizing.parts.wind_pv import WindPv
from planning.sizing.resource import BaseResource
from planning.sizing.settle import settle_node
from planning.sizing.transmission import transmission_of
from planning.technology import annuity_factor

Array = NDArray[np.float64]

BALANCE_TOLERANCE_MW = 1e-6
TOLERANCE = 1e-8
"""Relative gap and residuals."""


@dataclass(frozen=True, slots=True)
class BaseDesign:
    """A sized base; hourly arrays in MW, levels at the end of the hour."""

    case: BaseCase
    capacity_mw: dict[str, float]
    """wind, pv, pv_fixed, pv_tracked, csp, thermal's fuel, hydro, stations of a cascade, battery, pumped, electrolyser."""
    storage_mwh: float
    """Of the battery."""
    hourly_mw: dict[str, Array]
    """By source; charge and discharge of the battery, pump, delivered, curtailed (of wind and PV), spill, and
    curtailed_<cause>."""
    storage_level_mwh: Array
    """Of the battery."""
    delivered_mwh: float
    unmet_mwh: float
    renewable_share: float
    """Wind, PV, CSP and hydro, less what stores lose, in all that leaves the base or is used in it."""
    curtailment_rate: float
    """Of what wind and PV could generate."""
    investment_cny: float
    """Of what is new, the line left out."""
    annual_cost_cny: float
    """Annuities, operation, fuel; unmet energy is not in it, nor what is earned."""
    lcoe_cny_per_mwh: float
    """Annual cost less what by-products earn, over energy delivered at the sending converter."""
    co2_t: float
    land_km2: float
    duals_cny: dict[str, float]
    """What one more unit of a limit would save a year."""
    solver: str
    gap: float
    iterations: int
    seconds: float
    max_balance_residual_mw: float
    """Supply less use at the node in the worst hour, of the hours told here."""
    dual_units: dict[str, str] = field(default_factory=dict)
    energy_mwh: dict[str, float] = field(default_factory=dict)
    """battery, pumped; csp_heat in MWh of heat."""
    levels: dict[str, Array] = field(default_factory=dict)
    """battery_mwh, pumped_mwh, csp_heat_mwh, reservoir_mwh; of each station of a cascade <id>_hm3, and
    <id>_inflow_m3_s, <id>_release_m3_s, <id>_spilt_m3_s."""
    curtailed_mwh: dict[str, float] = field(default_factory=dict)
    """By cause (`curtailment.CAUSES`)."""
    received_mwh: float = 0.0
    lcoe_receiving_cny_per_mwh: float = 0.0
    """With the line's cost or tariff, over energy received."""
    line_investment_cny: float = 0.0
    line_cny_per_year: float = 0.0
    income_cny: float = 0.0
    """From by-products."""
    revenue_cny: float = 0.0
    """From energy delivered, at the case's prices."""
    npv_cny: float = 0.0
    """Yearly profit over the years of the prices, discounted; 0 without prices."""
    products: dict[str, float] = field(default_factory=dict)
    fuel_tce: float = 0.0
    co2_saved_t: float = 0.0
    """Against the case's reference for what is received."""
    coal_saved_tce: float = 0.0
    objective_cny: float = 0.0
    """What the goal made least, constants counted: cost and the price of what is unmet, or less the profit."""
    solver_residual_mw: float = 0.0
    """Of the solver's answer, before its noise was settled."""
    status: str = "optimal"
    facts: dict[str, float] = field(default_factory=dict)
    """Checks and sizes of single parts, names end with their unit."""

    @property
    def full_load_hours(self) -> float:
        """Of the channel. [h/a]"""
        return self.delivered_mwh / self.case.channel.capacity_mw


def size_base(
    case: BaseCase,
    resource: BaseResource,
    progress: Progress = silent,
    *,
    goal: Goal | None = None,
    bounds: Sequence[Bound] = (),
    method: Method = "auto",
) -> BaseDesign:
    """Size a base over all hours: at least yearly cost, or by another goal.

    Parameters
    ----------
    case
        With all costs (`with_defaults`).
    resource
        Hourly profiles of every technology of the case.
    goal
        In place of the case's own.
    bounds
        Further bounds on measures of the year: the epsilon-constraints of a front.
    method
        Of `planning.lp.solve`.

    Raises
    ------
    InputError
        A cost or a profile is missing; limits that contradict each other whatever is built.
    InfeasibleError
        'base_infeasible' with the limits in conflict and by how much each would have to give.
    SolverError, BalanceError
        No usable answer, or no whole commitment in its time; an hour that does not add up.
    """
    check_complete(case)
    check_case(case, resource)
    progress(0.0, "sizing: model")
    model = build_model(case, resource, goal=goal, bounds=bounds)
    try:
        solution = solve(model.program, method, tolerance=TOLERANCE, progress=part(progress, 0.05, 0.9))
    except InfeasibleError:
        raise why_infeasible(case, resource, progress, bounds=bounds) from None
    if case.thermal is not None and case.thermal.commitment == "integer":
        solution = solve_whole_units(model, case.thermal, solution, part(progress, 0.9, 1.0))
    return design_of(case, model, solution)


def design_of(case: BaseCase, model: Model, solution: Solution) -> BaseDesign:
    """The design a solution of the case's model stands for.

    Raises
    ------
    BalanceError
        An hour does not add up.
    """
    hours = model.hours
    answer = Answer(np.asarray(solution.x), model.columns, hours)
    drafts = [piece.read(answer) for piece in model.pieces]
    channel_mw = case.channel.capacity_mw
    low, high = (bound * 1e3 for bound in bounds_gw(case.channel, case.delivery, hours))
    if case.delivery.firm:
        low = np.zeros(hours)
    delivered, noise = settle_node(drafts, answer.series("delivered"), low, high, case.id)
    for piece, draft in zip(model.pieces, drafts, strict=True):
        piece.finish(draft)
    accounts = [
        piece.account(draft, case.discount_rate) for piece, draft in zip(model.pieces, drafts, strict=True)
    ]
    hourly: dict[str, Array] = {"wind": np.zeros(hours), "pv": np.zeros(hours), "hydro": np.zeros(hours),
                                "charge": np.zeros(hours), "discharge": np.zeros(hours), "spill": np.zeros(hours)}  # fmt: skip
    capacity: dict[str, float] = {"wind": 0.0, "pv": 0.0}
    energy: dict[str, float] = {}
    levels: dict[str, Array] = {}
    facts: dict[str, float] = {}
    for draft in drafts:
        hourly |= draft.hourly_mw
        capacity |= draft.capacity_mw
        energy |= draft.energy_mwh
        levels |= draft.levels
        facts |= draft.facts
    hourly["delivered"] = delivered
    balance = _imbalance(drafts, delivered)
    if not balance <= BALANCE_TOLERANCE_MW:
        raise BalanceError("base_balance", base=case.id, residual_mw=balance)
    possible = sum((d.adjustable[0].high for d, name in _weather_driven(model, drafts)), np.zeros(hours))
    taken = sum((d.hourly_mw[name] for d, name in _weather_driven(model, drafts)), np.zeros(hours))
    curtailed = np.maximum(possible - taken, 0.0)
    hourly["curtailed"] = curtailed
    backup, least = _backup(model, drafts, hours)
    causes = causes_of_curtailment(curtailed, delivered, high, channel_mw, backup, least)
    hourly |= {f"curtailed_{cause}": values for cause, values in causes.items()}
    sent = float(delivered.sum())
    total = _total(accounts)
    year_share = hours / 8760
    annual = total["fixed_cny"] * year_share + total["variable_cny"]
    line = transmission_of(case.channel, sent / year_share, case.discount_rate)
    revenue = float(delivered @ price_cny_per_mwh(case, hours))
    received = line.received_mwh * year_share
    net_cost = annual - total["income_cny"]
    lost = total["store_loss_mwh"]
    green, used = total["green_mwh"] - lost, total["green_mwh"] + total["thermal_mwh"] - lost
    values, units = marginal_values(model, solution)
    years = case.prices.years if case.prices is not None else 0.0
    profit = (revenue - net_cost) / year_share
    reference = case.reference
    return BaseDesign(
        case=case,
        capacity_mw=capacity,
        storage_mwh=energy.get("battery", 0.0),
        hourly_mw=hourly,
        storage_level_mwh=levels.get("battery_mwh", np.zeros(hours)),
        delivered_mwh=sent,
        unmet_mwh=answer.single("unmet") if "unmet" in model.columns else 0.0,
        renewable_share=green / used if used > 0 else 0.0,
        curtailment_rate=float(curtailed.sum()) / total["possible_mwh"] if total["possible_mwh"] > 0 else 0.0,
        investment_cny=total["investment_cny"],
        annual_cost_cny=annual,
        lcoe_cny_per_mwh=net_cost / sent if sent > 0 else 0.0,
        co2_t=total["co2_t"],
        land_km2=_land(case, model, accounts),
        duals_cny=values,
        solver=solution.solver,
        gap=float(solution.gap),
        iterations=solution.iterations,
        seconds=solution.seconds,
        max_balance_residual_mw=balance,
        dual_units=units,
        energy_mwh=energy,
        levels=levels,
        curtailed_mwh={cause: float(series.sum()) for cause, series in causes.items()},
        received_mwh=received,
        lcoe_receiving_cny_per_mwh=(net_cost + line.yearly_cny * year_share) / received
        if received > 0
        else 0.0,
        line_investment_cny=line.investment_cny,
        line_cny_per_year=line.yearly_cny,
        income_cny=total["income_cny"],
        revenue_cny=revenue,
        npv_cny=profit / annuity_factor(case.discount_rate, years) if years > 0 else 0.0,
        products={name: amount for account in accounts for name, amount in account.products.items()},
        fuel_tce=total["fuel_tce"],
        co2_saved_t=received * float(reference.co2_t_per_mwh or 0.0) - total["co2_t"],
        coal_saved_tce=received * float(reference.fuel_tce_per_mwh or 0.0) - total["fuel_tce"],
        objective_cny=(float(solution.objective) + model.objective_constant) * 1e6,
        solver_residual_mw=noise,
        status=solution.status,
        facts=facts,
    )


def generation_of(design: BaseDesign) -> dict[str, Array]:
    """(hour,) power by what generates: wind, PV, CSP, backup, hydro or the stations of a cascade. [MW]"""
    stores = ("battery", "pumped", "electrolyser")
    return {name: design.hourly_mw[name] for name in design.capacity_mw if name not in stores}


def _imbalance(drafts: Sequence[Draft], delivered: Array) -> float:
    """Worst hour of supply less use, summed anew series by series."""
    rest = -delivered
    for draft in drafts:
        for name, sign in draft.sign.items():
            rest = rest + sign * draft.hourly_mw[name]
    return float(np.abs(rest).max(initial=0.0))


def _weather_driven(model: Model, drafts: Sequence[Draft]) -> list[tuple[Draft, str]]:
    return [(d, p.name) for p, d in zip(model.pieces, drafts, strict=True) if isinstance(p, WindPv)]


def _backup(model: Model, drafts: Sequence[Draft], hours: int) -> tuple[Array, Array]:
    for piece, draft in zip(model.pieces, drafts, strict=True):
        if isinstance(piece, Backup):
            return draft.hourly_mw[piece.part.fuel], piece.least_mw(draft)
    return np.zeros(hours), np.zeros(hours)


_SUMMED = ("investment_cny", "fixed_cny", "variable_cny", "income_cny", "co2_t", "fuel_tce", "green_mwh", "thermal_mwh",
           "possible_mwh", "taken_mwh", "store_loss_mwh")  # fmt: skip


def _total(accounts: Sequence[Account]) -> Mapping[str, float]:
    return {name: float(sum(getattr(account, name) for account in accounts)) for name in _SUMMED}


def _land(case: BaseCase, model: Model, accounts: Sequence[Account]) -> float:
    of: dict[str, float] = {"wind": 0.0, "pv": 0.0, "other": 0.0}
    for piece, account in zip(model.pieces, accounts, strict=True):
        kind = ("wind" if piece.name == "wind" else "pv") if isinstance(piece, WindPv) else "other"
        of[kind] += account.land_km2
    return shared_land_km2(case.limits, of["wind"], of["pv"], of["other"])
