"""The linear programme of one base: its parts, the channel and the limits put together over all hours.

Units inside: GW, GWh, million CNY, kt of CO2. Every hour is a stage of the chain; capacities are dense columns,
limits over the year dense rows. The year is a round: stores begin as they end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.lp import LinearProgram
from planning.sizing.assembly import (
    HOURS,
    Assembly,
    BoundLimit,
    Expression,
    Index,
    Limit,
    Sensitivity,
    added,
)
from planning.sizing.case import BaseCase
from planning.sizing.delivery import add_delivery, profile_gw
from planning.sizing.limits import add_limits
from planning.sizing.parts.battery import Battery
from planning.sizing.parts.cascade import RiverCascade
from planning.sizing.parts.csp import CspPlant
from planning.sizing.parts.electrolyser import HydrogenPlant
from planning.sizing.parts.piece import Piece
from planning.sizing.parts.pumped import PumpedHydro
from planning.sizing.parts.reservoir import Reservoir
from planning.sizing.parts.thermal import Backup
from planning.sizing.parts.wind_pv import LEAST_CF, WindPv
from planning.sizing.parts.wind_pv import NAMES as WIND_PV
from planning.sizing.resource import BaseResource

Array = NDArray[np.float64]

Measure = Literal[
    "cost", "profit", "green", "thermal", "generation", "delivered", "possible", "taken", "store_loss", "co2", "land",
    "investment", "unmet", "storage_power", "storage_energy", "wind_capacity", "pv_capacity", "pv_fixed_capacity",
    "pv_tracked_capacity", "csp_capacity", "thermal_capacity", "battery_capacity", "battery_energy", "pumped_capacity",
    "electrolyser_capacity",
]  # fmt: skip
"""What a goal or a bound may speak of: million CNY, GWh, kt, km2, GW."""
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Bound:
    """An epsilon-constraint: low <= sum of weight x measure <= high, in the units of `Measure`."""

    name: str
    weights: Mapping[Measure, float]
    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True, slots=True)
class Goal:
    """What is made least: a weighted sum of measures."""

    weights: Mapping[Measure, float]


LEAST_COST = Goal({"cost": 1.0})
MOST_PROFIT = Goal({"profit": -1.0})


def goal_of(case: BaseCase) -> Goal:
    """The goal a case names; the greatest net present value is the greatest profit of a year."""
    return MOST_PROFIT if case.goal == "npv" else LEAST_COST


@dataclass(frozen=True, slots=True)
class Model:
    """A programme and where its columns and rows are."""

    program: LinearProgram
    columns: Mapping[str, Index]
    pieces: tuple[Piece, ...]
    limits: tuple[Limit, ...]
    bounds: tuple[BoundLimit, ...]
    sensitivities: tuple[Sensitivity, ...]
    measures: Mapping[Measure, Expression]
    objective_constant: float
    hours: int

    def measure(self, name: Measure, x: Array) -> float:
        """Value of a measure at an answer."""
        return self.measures[name].value(x)


def wanted_gw(case: BaseCase, hours: int = HOURS) -> Array:
    """(hour,) power asked of the channel; for 'free' delivery the channel's capacity."""
    return profile_gw(case.channel, case.delivery, hours)


def price_cny_per_mwh(case: BaseCase, hours: int) -> Array:
    """(hour,) what a MWh at the sending converter is paid; 0 without prices."""
    prices = case.prices
    if prices is None:
        return np.zeros(hours)
    if prices.delivered_cny_per_mwh is not None:
        return np.full(hours, prices.delivered_cny_per_mwh)
    return np.asarray(prices.delivered_by_hour_cny_per_mwh, dtype=np.float64)[np.arange(hours) % 24]


def pieces_of(case: BaseCase, resource: BaseResource) -> tuple[Piece, ...]:
    """The technologies of a case with their resource.

    Raises
    ------
    InputError
        A technology without its profile, a cascade without its water: all at once.
    """
    problems = [
        Problem("resource", name, "nothing", "an hourly profile")
        for name, part in ((n, getattr(case, n)) for n in (*WIND_PV, "csp"))
        if part is not None and _profile_name(name) not in resource.profiles
    ]
    if case.cascade is not None and resource.cascade is None:
        problems.append(Problem("resource", "cascade", "nothing", "a year of its water"))
    if problems:
        raise InputError(problems)
    found: list[Piece] = []
    for name in WIND_PV:
        if (renewable := getattr(case, name)) is not None:
            cf = resource.profiles[name]
            found.append(WindPv(name, renewable, np.where(cf < LEAST_CF, 0.0, cf)))
    if case.csp is not None:
        found.append(CspPlant(case.csp, resource.profiles["csp_heat"]))
    if case.storage is not None:
        found.append(Battery(case.storage))
    if case.pumped is not None:
        found.append(PumpedHydro(case.pumped))
    if case.thermal is not None:
        found.append(Backup(case.thermal))
    if case.hydro is not None:
        found.append(Reservoir(case.hydro))
    if case.cascade is not None and resource.cascade is not None:
        found.append(RiverCascade(case.cascade, resource.cascade))
    if case.electrolyser is not None:
        found.append(HydrogenPlant(case.electrolyser))
    return tuple(found)


def _profile_name(technology: str) -> str:
    return "csp_heat" if technology == "csp" else technology


def build_model(
    case: BaseCase,
    resource: BaseResource,
    *,
    goal: Goal | None = None,
    bounds: Sequence[Bound] = (),
    elastic: bool = False,
) -> Model:
    """The programme of a case whose costs are complete.

    Parameters
    ----------
    goal
        In place of the case's own.
    bounds
        Further rows over the year on measures.
    elastic
        Let every limit give, at a price: for finding what is in conflict.

    Raises
    ------
    InputError
        The resource lacks a profile.
    """
    pieces = pieces_of(case, resource)
    hours = resource.hours or HOURS
    a = Assembly(hours, case.discount_rate, elastic)
    for piece in pieces:
        piece.add(a)
    add_delivery(a, case.channel, case.delivery)
    energy_gwh = (
        case.channel.capacity_mw / 1e3 * max(case.delivery.full_load_hours_min, 1000.0) * a.year_share
    )
    add_limits(a, case.limits, energy_gwh)
    base = a.builder.program()
    measures = _measures(a, case, base.cost)
    for bound in bounds:
        total = _weighted(measures, bound.weights)
        row = a.builder.rows(bound.low - total.constant, bound.high - total.constant, -1, 1)
        a.builder.put(row[0], total.columns, total.coefficients)
    program = a.builder.program() if bounds else base
    aim = _weighted(measures, (goal or goal_of(case)).weights)
    cost = np.zeros(program.columns)
    np.add.at(cost, aim.columns, aim.coefficients)
    slacks = [limit.slack for limit in a.limits if limit.slack is not None]
    cost[slacks] = base.cost[slacks]
    return Model(
        program=dataclasses.replace(program, cost=cost),
        columns=a.columns,
        pieces=pieces,
        limits=tuple(a.limits),
        bounds=tuple(a.bounds),
        sensitivities=tuple(a.sensitivities),
        measures=measures,
        objective_constant=aim.constant,
        hours=hours,
    )


def _measures(a: Assembly, case: BaseCase, cost: Array) -> dict[Measure, Expression]:
    slacks = [limit.slack for limit in a.limits if limit.slack is not None]
    paid = np.setdiff1d(np.flatnonzero(cost), slacks)
    yearly = Expression(paid, cost[paid], a.cost_constant)
    delivered = a.columns["delivered"]
    revenue = Expression(delivered, price_cny_per_mwh(case, a.hours) * 1e-3)
    found: dict[Measure, Expression] = {
        "cost": yearly,
        "profit": added(revenue, yearly.scaled(-1.0)),
        "generation": a.expression("green", "thermal"),
    }
    for name in MEASURES:
        if name in found:
            continue
        if name in a.columns:
            found[name] = Expression(a.columns[name], np.ones(a.columns[name].size))
        else:
            found[name] = a.expression(name)
    return found


def _weighted(measures: Mapping[Measure, Expression], weights: Mapping[Measure, float]) -> Expression:
    return added(*(measures[name].scaled(weight) for name, weight in weights.items()))
