"""A design held fixed and put through another year: what cannot be delivered is counted, not forbidden.

Capacities stay; wishes about the year (shares, curtailment, emissions, storage, money) are lifted, for they were those
of the plan, while what is physical and what the channel is to carry stays. In every hour a virtual supply at a price
above all else makes up what is missing; taken off again, it is the energy not delivered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gis_layers.errors import EnergyMapError, InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.lp.family import solve_family
from planning.lp.model import LinearProgram, Solution
from planning.sizing.case import BaseCase
from planning.sizing.delivery import bounds_gw
from planning.sizing.design import TOLERANCE, BaseDesign, design_of
from planning.sizing.limits import Limits
from planning.sizing.model import LEAST_COST, Model, build_model
from planning.sizing.parts.wind_pv import NAMES as WIND_PV
from planning.sizing.resource import BaseResource

Array = NDArray[np.float64]

MISSING_CNY_PER_MWH = 10_000.0
"""Price of energy not delivered, where the case has none: well above any way to make it (estimated). It steers the
hours and is in no cost told."""
_DUST_MW = 1e-3


@dataclass(frozen=True, slots=True)
class HeldYear:
    """A year with capacities held."""

    design: BaseDesign
    """Its `unmet_mwh` and delivered energy are of this year; money without any price of what is missing."""
    unmet_mw: Array
    """(hour,) asked for and not delivered."""

    @property
    def unmet_mwh(self) -> float:
        return float(self.unmet_mw.sum())

    @property
    def unmet_hours(self) -> int:
        """Hours in which more than a kilowatt was missing."""
        return int((self.unmet_mw > _DUST_MW).sum())


def sizes_of(design: BaseDesign) -> dict[str, float]:
    """Capacities of a design by part of its case; battery_energy in MWh, all else in MW."""
    case, capacity = design.case, design.capacity_mw
    found = {name: capacity[name] for name in (*WIND_PV, "csp", "pumped", "electrolyser") if _has(case, name)}
    if case.storage is not None:
        found |= {"battery": capacity["battery"], "battery_energy": design.energy_mwh["battery"]}
    if case.thermal is not None:
        found["thermal"] = capacity[case.thermal.fuel]
    return found


def _has(case: BaseCase, name: str) -> bool:
    return getattr(case, name) is not None


def with_sizes(case: BaseCase, design: BaseDesign, *, at_least: bool = False) -> BaseCase:
    """The case with capacities of a design given, or with these as the least.

    An existing capacity is never undercut, whatever the last digit of a design says.
    """
    changes: dict[str, Any] = {}
    for name, mw in sizes_of(design).items():
        if name.startswith("battery"):
            continue
        own = getattr(case, name)
        mw = max(mw, own.existing_mw)
        if own.capacity_mw is not None:
            mw = own.capacity_mw
        if at_least:
            top = own.bounds_mw[1]
            values = {"capacity_mw": None, "min_capacity_mw": min(mw, top), "max_capacity_mw": top}
            values["max_capacity_mw"] = top if np.isfinite(top) else None
        else:
            values = {"capacity_mw": mw, "min_capacity_mw": 0.0, "max_capacity_mw": None}
        changes[name] = type(own).model_validate(
            own.model_dump() | values | _csp_sizes(name, own, design, at_least)
        )
    store = case.storage
    if store is not None:
        power = max(design.capacity_mw["battery"], store.existing_power_mw)
        energy = max(design.energy_mwh["battery"], store.existing_energy_mwh)
        values = {"min_power_mw": power, "min_energy_mwh": energy}
        if at_least:
            # A design at its bound may lie above it by the solver's last digit.
            values["min_power_mw"] = min(power, _top(store.max_power_mw))
            values["min_energy_mwh"] = min(energy, _top(store.max_energy_mwh))
        else:
            values |= {
                "max_power_mw": power,
                "max_energy_mwh": energy,
                "min_duration_h": 0.0,
                "max_duration_h": None,
            }
        changes["storage"] = type(store).model_validate(store.model_dump() | values)
    return case.model_copy(update=changes)


def _top(value: float | None) -> float:
    return np.inf if value is None else value


def _csp_sizes(name: str, own: Any, design: BaseDesign, at_least: bool) -> dict[str, float]:
    mw = design.capacity_mw.get("csp", 0.0)
    if name != "csp" or mw <= 0:
        return {}
    found: dict[str, float] = {}
    if own.size_storage:
        hours = design.facts["csp_storage_h"]
        found["min_storage_h"] = hours
        if not at_least:
            found["max_storage_h"] = hours
    if own.size_field:
        multiple = min(max(design.facts["csp_receiver_mw"] * own.tower.net_efficiency / mw, 0.5), 6.0)
        found["min_solar_multiple"] = multiple
        if not at_least:
            found["max_solar_multiple"] = multiple
    return found


def unlimited(case: BaseCase) -> BaseCase:
    """The case without wishes about the year: shares, curtailment, storage rules, emissions, money, tonnes, cycles."""
    changes: dict[str, Any] = {
        "limits": Limits(land_pv_under_wind_share=case.limits.land_pv_under_wind_share),
        "delivery": case.delivery.model_copy(update={"unmet_penalty_cny_per_mwh": None}),
        "goal": "cost",
    }
    if case.storage is not None:
        changes["storage"] = case.storage.model_copy(update={"max_cycles_per_year": None})
    if case.electrolyser is not None:
        changes["electrolyser"] = case.electrolyser.model_copy(update={"tonnes_per_year_min": None})
    return case.model_copy(update=changes)


def missing_price(case: BaseCase) -> float:
    """Price of energy not delivered in a held year. [CNY/MWh]"""
    return float(case.delivery.unmet_penalty_cny_per_mwh or MISSING_CNY_PER_MWH)


def with_missing(case: BaseCase, model: Model, price_cny_per_mwh: float) -> tuple[Model, NDArray[np.int64]]:
    """The model with a virtual supply in each hour, and its columns."""
    hours, program = model.hours, model.program
    wanted = bounds_gw(case.channel, case.delivery, hours)[1]
    first = program.columns
    # The balance of the hours are a model's first rows.
    more = sp.csc_array((np.ones(hours), (np.arange(hours), np.arange(hours))), shape=(program.rows, hours))
    size = program.column_size
    wider = LinearProgram(
        np.concatenate([program.cost, np.full(hours, price_cny_per_mwh * 1e-3)]),
        sp.hstack([program.matrix, more], format="csc"),
        program.row_lower,
        program.row_upper,
        np.concatenate([program.lower, np.zeros(hours)]),
        np.concatenate([program.upper, wanted]),
        program.row_stage,
        # The scaling its maker asked for, where there is one.
        None if size is None else np.concatenate([size, np.ones(hours)]),
    )
    return dataclasses.replace(model, program=wider), np.arange(first, first + hours)


def held_model(
    case: BaseCase, design: BaseDesign, resource: BaseResource
) -> tuple[BaseCase, Model, NDArray[np.int64]]:
    """(case with capacities given, its model, columns of what is missing [GW])."""
    fixed = unlimited(with_sizes(case, design))
    model = build_model(fixed, resource, goal=LEAST_COST)
    wider, missing = with_missing(fixed, model, missing_price(case))
    return fixed, wider, missing


def read_held(case: BaseCase, model: Model, missing: NDArray[np.int64], solution: Solution) -> HeldYear:
    """The year of an answer, with what is missing taken off what is delivered."""
    x = np.array(solution.x)
    short = np.where(x[missing] * 1e3 > _DUST_MW, x[missing], 0.0)
    x[model.columns["delivered"]] -= short
    design = design_of(case, model, dataclasses.replace(solution, x=x))
    unmet = np.maximum(short * 1e3, 0.0)
    if case.delivery.firm:
        wanted = bounds_gw(case.channel, case.delivery, model.hours)[1] * 1e3
        unmet = np.maximum(wanted - design.hourly_mw["delivered"], 0.0)
        unmet = np.where(unmet > _DUST_MW, unmet, 0.0)
    total = float(unmet.sum())
    return HeldYear(dataclasses.replace(design, unmet_mwh=total), unmet)


def held_years(
    case: BaseCase,
    design: BaseDesign,
    resources: Mapping[str, BaseResource],
    progress: Progress = silent,
    *,
    threads: int = 2,
) -> dict[str, HeldYear]:
    """The design held, in each year.

    Raises
    ------
    InfeasibleError, SolverError
        A year in which nothing can be done even with energy missing: water, or backup that cannot go low enough.
    """
    return held_members(
        [(case, design, resource) for resource in resources.values()], list(resources), progress, threads
    )


def held_members(
    members: Sequence[tuple[BaseCase, BaseDesign, BaseResource]],
    names: Sequence[str],
    progress: Progress = silent,
    threads: int = 2,
) -> dict[str, HeldYear]:
    """As `held_years`, with a case of its own for each."""
    found = held_outcomes(members, names, progress, threads)
    for outcome in found.values():
        if not isinstance(outcome, HeldYear):
            raise outcome
    return {name: outcome for name, outcome in found.items() if isinstance(outcome, HeldYear)}


def held_outcomes(
    members: Sequence[tuple[BaseCase, BaseDesign, BaseResource]],
    names: Sequence[str],
    progress: Progress = silent,
    threads: int = 2,
) -> dict[str, HeldYear | EnergyMapError]:
    """As `held_members`; a member without an answer leaves its error."""
    built = [held_model(*member) for member in members]
    outcomes = solve_family(
        [model.program for _, model, _ in built],
        tolerance=TOLERANCE,
        threads=threads,
        progress=part(progress, 0.0, 0.95),
    )
    found: dict[str, HeldYear | EnergyMapError] = {}
    for name, (fixed, model, missing), outcome in zip(names, built, outcomes, strict=True):
        if isinstance(outcome, Solution):
            found[name] = read_held(fixed, model, missing, outcome)
        elif isinstance(outcome, InfeasibleError):
            found[name] = InfeasibleError("base_infeasible", [], base=fixed.id)
        else:
            found[name] = outcome
    progress(1.0, "held years")
    return found
