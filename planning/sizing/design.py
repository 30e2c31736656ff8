"""The sized base: capacities, hours, shares, cost, and the proof that it adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, Conflict, InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.lp import Solution, solve
from planning.sizing.case import BaseCase, check_complete
from planning.sizing.model import Model, build_model
from planning.technology import annuity_factor

Array = NDArray[np.float64]

BALANCE_TOLERANCE_MW = 1e-3
TOLERANCE = 1e-8
"""Relative gap and residuals."""
SLACK_SEEN = 1e-6
DUST_MW = 1.0
"""Capacities below are none at all."""

_UNITS = {
    "delivered_energy": ("GWh", 1.0),
    "renewable_share_min": ("GWh", 1.0),
    "curtailment_max_share": ("GWh", 1.0),
    "thermal_share_max": ("GWh", 1.0),
    "land_km2_max": ("km2", 1.0),
}


@dataclass(frozen=True, slots=True)
class BaseDesign:
    """A base of least cost; hourly arrays in MW, storage levels in MWh at the end of the hour."""

    case: BaseCase
    capacity_mw: dict[str, float]
    """wind, pv, thermal's fuel, hydro, battery (power)."""
    storage_mwh: float
    hourly_mw: dict[str, Array]
    """wind, pv, coal or gas, hydro, charge, discharge, delivered, curtailed, spill."""
    storage_level_mwh: Array
    delivered_mwh: float
    unmet_mwh: float
    renewable_share: float
    curtailment_rate: float
    investment_cny: float
    annual_cost_cny: float
    """Annuities, operation, fuel; unmet energy is not in it."""
    lcoe_cny_per_mwh: float
    """Annual cost over energy delivered at the sending converter."""
    co2_t: float
    land_km2: float
    duals_cny: dict[str, float]
    """What one more unit of a limit would save a year."""
    solver: str
    gap: float
    iterations: int
    seconds: float
    max_balance_residual_mw: float

    @property
    def full_load_hours(self) -> float:
        """Of the channel. [h/a]"""
        return self.delivered_mwh / self.case.channel.capacity_mw


def size_base(case: BaseCase, wind_cf: Array, pv_cf: Array, progress: Progress = silent) -> BaseDesign:
    """Size a base at least yearly cost over all hours.

    Parameters
    ----------
    case
        With all costs (`with_defaults`).
    wind_cf, pv_cf : (8760,)
        Capacity factors of the base's sites.

    Raises
    ------
    InputError
        A cost is missing.
    InfeasibleError
        'base_infeasible' with the limits in conflict and by how much each would have to give.
    SolverError, BalanceError
        No usable answer; an hour that does not add up.
    """
    check_complete(case)
    progress(0.0, "sizing: model")
    model = build_model(case, wind_cf, pv_cf)
    try:
        solution = solve(model.program, tolerance=TOLERANCE, progress=part(progress, 0.05, 0.9))
    except InfeasibleError:
        raise _why(case, wind_cf, pv_cf, progress) from None
    return _design(case, model, solution, wind_cf, pv_cf)


def _why(case: BaseCase, wind_cf: Array, pv_cf: Array, progress: Progress) -> InfeasibleError:
    progress(0.9, "sizing: which limits conflict")
    model = build_model(case, wind_cf, pv_cf, with_slack=True)
    try:
        solution = solve(model.program)
    except InfeasibleError:
        return InfeasibleError(
            "base_infeasible", [Conflict("capacity bounds", float("nan"), "MW")], base=case.id
        )
    conflicts = [
        Conflict(name, float(solution.x[column]) * _UNITS[name][1], _UNITS[name][0])
        for name, column in model.slack_columns.items()
        if solution.x[column] > SLACK_SEEN
    ]
    conflicts.sort(key=lambda c: -c.amount)
    return InfeasibleError("base_infeasible", conflicts, base=case.id)


def _design(case: BaseCase, model: Model, solution: Solution, wind_cf: Array, pv_cf: Array) -> BaseDesign:
    x, columns = np.asarray(solution.x), model.columns
    hours = len(wind_cf)

    def series(name: str) -> Array:
        return np.maximum(x[columns[name]], 0.0) * 1e3 if name in columns else np.zeros(hours)

    def single(name: str) -> float:
        value = max(float(x[columns[name][0]]), 0.0) * 1e3 if name in columns else 0.0
        # An interior answer leaves dust where a vertex would leave nothing.
        return value if value >= DUST_MW else 0.0

    fuel = case.thermal.fuel if case.thermal is not None else "coal"
    capacity = {"wind": single("wind_capacity"), "pv": single("pv_capacity")}
    if case.thermal is not None:
        capacity[fuel] = single("thermal_capacity")
    if case.hydro is not None:
        capacity["hydro"] = case.hydro.capacity_mw
    if case.storage is not None:
        capacity["battery"] = single("battery_capacity")
    # An interior answer may pass a bound by a hair: what is used is what there is.
    wind = np.minimum(series("wind"), capacity["wind"] * wind_cf)
    pv = np.minimum(series("pv"), capacity["pv"] * pv_cf)
    thermal, hydro = series("thermal"), series("hydro")
    charge, discharge = series("charge"), series("discharge")
    delivered = wind + pv + thermal + hydro + discharge - charge
    wanted = series("delivered")
    residual = float(np.abs(delivered - wanted).max())
    if residual > 1.0:
        raise BalanceError("base_balance", base=case.id, residual_mw=residual)
    # Solver noise of up to a megawatt is settled on what is delivered, which then balances exactly.
    delivered = np.maximum(delivered, 0.0)
    balance = float(np.abs(wind + pv + thermal + hydro + discharge - charge - delivered).max())
    if balance > BALANCE_TOLERANCE_MW:
        raise BalanceError("base_balance", base=case.id, residual_mw=balance)
    possible = float((capacity["wind"] * wind_cf + capacity["pv"] * pv_cf).sum())
    taken = float((wind + pv).sum())
    green = taken + float(hydro.sum())
    generation = green + float(thermal.sum())
    investment, yearly, land = _money(case, capacity, single("battery_energy"))
    variable = (
        float(thermal.sum()) * (case.thermal.marginal_cost_cny_per_mwh if case.thermal else 0.0)
        + float(hydro.sum()) * (case.hydro.cost_cny_per_mwh if case.hydro else 0.0)
        + float(discharge.sum()) * (case.storage.variable_cny_per_mwh if case.storage else 0.0)
    )
    energy = float(delivered.sum())
    annual = yearly * hours / 8760 + variable
    return BaseDesign(
        case=case,
        capacity_mw=capacity,
        storage_mwh=single("battery_energy"),
        hourly_mw={
            "wind": wind,
            "pv": pv,
            fuel: thermal,
            "hydro": hydro,
            "charge": charge,
            "discharge": discharge,
            "delivered": delivered,
            "curtailed": capacity["wind"] * wind_cf + capacity["pv"] * pv_cf - wind - pv,
            "spill": series("spill"),
        },
        storage_level_mwh=series("level"),
        delivered_mwh=energy,
        unmet_mwh=single("unmet"),
        renewable_share=green / generation if generation > 0 else 0.0,
        curtailment_rate=(possible - taken) / possible if possible > 0 else 0.0,
        investment_cny=investment,
        annual_cost_cny=annual,
        lcoe_cny_per_mwh=annual / energy if energy > 0 else 0.0,
        co2_t=float(thermal.sum()) * (case.thermal.co2_t_per_mwh if case.thermal else 0.0),
        land_km2=land,
        duals_cny={name: float(solution.row_duals[row]) * 1e6 for name, row in model.limit_rows.items()},
        solver=solution.solver,
        gap=float(solution.gap),
        iterations=solution.iterations,
        seconds=solution.seconds,
        max_balance_residual_mw=residual,
    )


def _money(case: BaseCase, capacity: dict[str, float], storage_mwh: float) -> tuple[float, float, float]:
    """Investment [CNY], yearly fixed cost [CNY/a], land [km2]."""
    investment = yearly = land = 0.0
    parts: tuple[tuple[str, Any], ...] = (
        ("wind", case.wind),
        ("pv", case.pv),
        (case.thermal.fuel if case.thermal else "coal", case.thermal),
    )
    for name, piece in parts:
        if piece is None:
            continue
        kw = capacity[name] * 1e3
        spent = kw * float(piece.capex_cny_per_kw)
        investment += spent
        yearly += spent * annuity_factor(case.discount_rate, float(piece.life_years))
        yearly += kw * float(piece.fixed_om_cny_per_kw_year)
        if name in ("wind", "pv"):
            land += capacity[name] * float(piece.land_km2_per_mw)
    if case.storage is not None:
        spent = capacity["battery"] * 1e3 * float(case.storage.capex_power_cny_per_kw or 0.0)
        spent += storage_mwh * 1e3 * float(case.storage.capex_energy_cny_per_kwh or 0.0)
        investment += spent
        share = annuity_factor(case.discount_rate, float(case.storage.life_years or 1.0))
        yearly += spent * (share + float(case.storage.fixed_om_share_of_capex_per_year or 0.0))
    return investment, yearly, land
