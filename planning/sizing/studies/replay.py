"""The year of a sized base once more, with forecasts that err: what perfect foresight hides.

In every hour the dispatch of the next hours is made least in cost on what is forecast then (`studies.forecast`), its
first hour is carried out with the wind and sun that come, and the next hour follows: a receding horizon (Rawlings,
Mayne and Diehl, Model Predictive Control, 2nd ed. 2017, ch. 1). Capacities are held. Stores end each window no lower than the guide
curve, their level in the year with perfect foresight; falling short costs a tenth of energy not delivered. A cascade
keeps to its plan, for rivers are forecast far better than wind. The reference is the same base in the same year with
perfect foresight and under the same rules, wishes about the year (shares, curtailment) lifted in both.

What it does not hide: units of backup are committed anew every hour, not the day before, so that what imperfect
foresight costs is rather more than told here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.progress import Progress, part, silent
from planning.lp import solve
from planning.lp.model import Solution
from planning.sizing.case import BaseCase
from planning.sizing.design import BALANCE_TOLERANCE_MW, TOLERANCE, BaseDesign
from planning.sizing.model import Model
from planning.sizing.parts.wind_pv import LEAST_CF
from planning.sizing.parts.wind_pv import NAMES as WIND_PV
from planning.sizing.resource import BaseResource
from planning.sizing.studies.forecast import Forecaster, ForecastError, forecasters
from planning.sizing.studies.held import HeldYear, held_model, missing_price, read_held
from planning.sizing.studies.window import LEVELS, Window, hourly_blocks

Array = NDArray[np.float64]
Index = NDArray[np.int64]

HORIZON_H = 36
_REPORT_EVERY = 73
_DUST_GW = 1e-6


@dataclass(frozen=True, slots=True)
class Figures:
    """One year of the held base."""

    unmet_mwh: float
    unmet_hours: int
    delivered_mwh: float
    curtailed_mwh: float
    curtailment_rate: float
    thermal_mwh: float
    renewable_share: float
    co2_t: float
    cost_cny: float
    """Of the year, what is missing not priced."""
    lcoe_cny_per_mwh: float


@dataclass(frozen=True, slots=True)
class Replay:
    """The year with perfect foresight and with forecasts."""

    reference: HeldYear
    foresight: Figures
    forecast: Figures
    hourly_mw: dict[str, Array]
    """Of the replayed year, by column: sources, charge, discharge, delivered, unmet, curtailed."""
    levels_mwh: dict[str, Array]
    """At the end of the hour."""
    guide_mwh: dict[str, Array]
    stored_change_mwh: dict[str, float]
    """Level at the end of the year less at its beginning."""
    stored_worth_cny: float
    """What that is worth at the reference's marginal value of stored energy, at most what backup's energy costs; taken off
    the cost of the replayed year."""
    day_ahead_rmse_share: dict[str, float]
    """Of the forecasts as they were, by profile."""
    horizon_h: int
    seed: int
    max_residual_mw: float
    """Worst hour of any law: supply and use, stores, ramps; of the hours as carried out."""
    seconds: float


def replay_year(
    case: BaseCase,
    design: BaseDesign,
    resource: BaseResource,
    progress: Progress = silent,
    *,
    horizon_h: int = HORIZON_H,
    seed: int = 0,
    error_scale: float = 1.0,
    errors: Mapping[str, ForecastError] | None = None,
) -> Replay:
    """Run the design through the year hour by hour.

    Parameters
    ----------
    design
        Its capacities; sized for `case`.
    horizon_h
        Hours looked ahead, 6 to 72.
    seed, error_scale, errors
        Of the forecasts (`studies.forecast.forecasters`); a scale of 0 leaves no error within the horizon.

    Raises
    ------
    InputError
        A horizon that is none, nothing but a cascade.
    InfeasibleError
        The base cannot be run at all in this year.
    BalanceError
        An hour that does not add up.
    """
    hours = resource.hours
    problems = []
    if not 6 <= horizon_h <= min(72, hours // 2):
        problems.append(Problem("argument", "horizon_h", str(horizon_h), f"6 to {min(72, hours // 2)}"))
    if not 0 <= error_scale <= 3:
        problems.append(Problem("argument", "error_scale", f"{error_scale:g}", "0 to 3"))
    if not resource.profiles:
        problems.append(Problem(f"base {case.id}", "profiles", "none", "wind or sun, to be forecast"))
    if problems:
        raise InputError(problems)
    began = time.perf_counter()
    fixed, model, missing = held_model(case, design, resource)
    solution = solve(model.program, tolerance=TOLERANCE, progress=part(progress, 0.0, 0.15))
    reference = read_held(fixed, model, missing, solution)
    seers = forecasters(_as_modelled(resource), horizon_h, seed, scale=error_scale, errors=errors)
    x = _carried_out(fixed, model, solution, missing, seers, horizon_h, part(progress, 0.15, 0.98))
    residual = _residual_mw(model, x)
    if not residual <= BALANCE_TOLERANCE_MW:
        raise BalanceError("base_balance", base=case.id, residual_mw=residual)
    guide = {
        name: np.asarray(solution.x)[model.columns[name]] * 1e3 for name in LEVELS if name in model.columns
    }
    levels = {name: x[model.columns[name]] * 1e3 for name in guide}
    change = {name: float(levels[name][-1] - guide[name][-1]) for name in guide}
    most = case.thermal.marginal_cost_cny_per_mwh if case.thermal is not None else 0.0
    worth = sum(min(max(_end_value(model, solution, name), 0.0), most) * change[name] for name in guide)
    progress(1.0, "replay")
    return Replay(
        reference=reference,
        foresight=_figures(model, np.asarray(solution.x), missing),
        forecast=_figures(model, x, missing, worth),
        hourly_mw=_hourly(model, x, missing, resource),
        levels_mwh=levels,
        guide_mwh=guide,
        stored_change_mwh=change,
        stored_worth_cny=worth,
        day_ahead_rmse_share={name: seer.rmse for name, seer in seers.items()},
        horizon_h=horizon_h,
        seed=seed,
        max_residual_mw=residual,
        seconds=time.perf_counter() - began,
    )


def _as_modelled(resource: BaseResource) -> BaseResource:
    """The profiles with dusk and calm cut off as the programme cuts them."""
    cut = {
        name: np.where(cf < LEAST_CF, 0.0, cf) if name in WIND_PV else cf
        for name, cf in resource.profiles.items()
    }
    return BaseResource(cut, resource.cascade)


def _carried_out(
    case: BaseCase,
    model: Model,
    solution: Solution,
    missing: Index,
    seers: Mapping[str, Forecaster],
    horizon: int,
    progress: Progress,
) -> Array:
    """The year's columns as carried out hour by hour."""
    hours, plan = model.hours, np.asarray(solution.x)
    x = plan.copy()
    single = {name: float(plan[index[0]]) for name, index in model.columns.items() if index.size == 1}
    beside = np.zeros(hours)
    for name, index in model.columns.items():
        if (
            case.cascade is not None
            and name.startswith("cascade_")
            and name.split("_")[1:] == name.split("_")[1:2]
        ):
            beside += plan[index]
    own = case.model_copy(update={"cascade": None})
    price = missing_price(case) * 1e-3
    window = Window(
        own,
        single,
        horizon,
        hours,
        missing_price=price,
        guide_price=price / 10.0,
        hourly_cost=_priced(model, solution),
    )
    wanted = plan[model.columns["delivered"]]
    place = {name: model.columns[name] for name in window.names}
    guides = {name: plan[place[name]] for name in window.stores}
    ahead = np.arange(horizon)
    reach = np.arange(-window.reach, 0)
    for hour in range(hours):
        index = (hour + ahead) % hours
        # Before the first hour stands the plan's last one: x still holds it there.
        step = window.first_hour(
            hour,
            {name: seer.at(hour) for name, seer in seers.items()},
            wanted[index],
            beside[index],
            {name: x[columns[hour + reach]] for name, columns in place.items()},
            {name: float(guide[min(hour + horizon, hours) - 1]) for name, guide in guides.items()},
        )
        for name, value in step.values.items():
            x[place[name][hour]] = value
        x[missing[hour]] = step.missing_gw
        if hour % _REPORT_EVERY == 0:
            progress(hour / hours, "replay of the year")
    return x


def _priced(model: Model, solution: Solution) -> dict[str, float]:
    """Cost of each hourly column, rows over the year priced by their duals. [million CNY/GWh]"""
    program = model.program
    yearly = np.flatnonzero(np.asarray(program.row_stage) < 0)
    cost = program.cost - program.matrix.tocsr()[yearly].T @ np.asarray(solution.row_duals)[yearly]
    return {name: float(cost[index].mean()) for name, index in model.columns.items() if index.size > 1}


def _residual_mw(model: Model, x: Array) -> float:
    """Worst miss of any law of the hours."""
    program = model.program
    rows = np.concatenate(hourly_blocks(np.asarray(program.row_stage), model.hours))
    activity = program.matrix.tocsr()[rows] @ x
    miss = np.maximum(program.row_lower[rows] - activity, activity - program.row_upper[rows])
    return float(max(miss.max(initial=0.0), 0.0)) * 1e3


def _end_value(model: Model, solution: Solution, store: str) -> float:
    """What one more MWh in a store at the end of the year is worth: the dual of the row that closes the year. [CNY/MWh]"""
    program = model.program
    stage = np.asarray(program.row_stage)
    laws = np.concatenate(hourly_blocks(stage, model.hours))
    closing = np.setdiff1d(np.flatnonzero(stage >= 0), laws)
    last = model.columns[store][-1]
    touched = np.asarray(program.matrix.tocsr()[closing][:, [last]].todense()).ravel()
    return float(np.asarray(solution.row_duals)[closing] @ touched) * 1e3


def _figures(model: Model, x: Array, missing: Index, worth_cny: float = 0.0) -> Figures:
    lost = np.where(x[missing] > _DUST_GW, x[missing], 0.0) * 1e3
    delivered = float(x[model.columns["delivered"]].sum()) * 1e3 - float(lost.sum())
    thermal = model.measure("thermal", x) * 1e3
    green = (model.measure("green", x) - model.measure("store_loss", x)) * 1e3
    possible, taken = model.measure("possible", x) * 1e3, model.measure("taken", x) * 1e3
    cost = model.measure("cost", x) * 1e6 - worth_cny
    return Figures(
        unmet_mwh=float(lost.sum()),
        unmet_hours=int(np.count_nonzero(lost)),
        delivered_mwh=delivered,
        curtailed_mwh=max(possible - taken, 0.0),
        curtailment_rate=max(possible - taken, 0.0) / possible if possible > 0 else 0.0,
        thermal_mwh=thermal,
        renewable_share=green / (green + thermal) if green + thermal > 0 else 0.0,
        co2_t=model.measure("co2", x) * 1e3,
        cost_cny=cost,
        lcoe_cny_per_mwh=cost / delivered if delivered > 0 else 0.0,
    )


def _hourly(model: Model, x: Array, missing: Index, resource: BaseResource) -> dict[str, Array]:
    found = {
        name: x[index] * 1e3
        for name, index in model.columns.items()
        if index.size == model.hours and name not in LEVELS and not name.endswith(("_online", "_start", "_spill"))
        and not (name.startswith("cascade_") and name.endswith("_level"))
    }  # fmt: skip
    found["unmet"] = x[missing] * 1e3
    found["delivered"] = found["delivered"] - found["unmet"]
    curtailed = np.zeros(model.hours)
    for name, cf in resource.profiles.items():
        if name != "csp_heat" and name in found:
            curtailed += float(x[model.columns[f"{name}_capacity"][0]]) * 1e3 * cf - found[name]
    found["curtailed"] = np.maximum(curtailed, 0.0)
    return found
