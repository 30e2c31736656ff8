"""The optimum solved over its weeks: what is built, what every part costs, what the targets are worth.

HiGHS's interior point without crossover: a vertex is not needed, for the replay over all hours decides what the
capacities are worth, and the crossover takes longer than the solve (docs/expansion.md has both).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Conflict, InfeasibleError
from gis_layers.progress import Progress, part, silent
from planning.dispatch.case import DispatchCase
from planning.dispatch.layout import make_layout, make_year
from planning.dispatch.season import find_targets, make_plan
from planning.expansion.case import RENEWABLES, Expansion
from planning.expansion.program import make_program
from planning.expansion.program_maker import GW, Built
from planning.expansion.told import LEAST_MW, Plan, served_twh, told
from planning.expansion.weeks import WeekData, Weeks, choose_weeks, week_data
from planning.lp import Solution
from planning.lp.highs import solve_highs

Array = NDArray[np.float64]

TOLERANCE = 1e-6
"""Relative, of the interior point."""
MISSED = 1e-4
"""Of a target: what the solver may leave without it being missed."""


def plan_levels(case: DispatchCase) -> tuple[Array, Array]:
    """The reservoirs' plan of the year: ends of its periods [h] and levels there [MWh]."""
    layout = make_layout(case)
    plan = make_plan(case, make_year(case, layout), find_targets(case, layout))
    return plan.ends, plan.levels


def optimise(
    x: Expansion,
    weeks: int | Weeks,
    step_hours: int,
    progress: Progress = silent,
    *,
    whole_lines: bool = False,
    levels: tuple[Array, Array] | None = None,
) -> Plan:
    """The least yearly cost of meeting the target.

    Parameters
    ----------
    weeks
        How many, or those chosen before: the same for plans that are compared.
    whole_lines
        Lines built for more than half are then built whole, the others not, and the rest is chosen again.
    levels
        As `plan_levels`; None: made here.

    Raises
    ------
    InfeasibleError
        'optimum_infeasible': the target misses by what the first conflicts say; the others are the bounds that
        would have to give.
    SolverError, Cancelled
        From HiGHS.
    BalanceError
        'optimum_money': the parts are not what was minimised.
    """
    _refuse_what_no_land_holds(x)
    chosen = weeks if isinstance(weeks, Weeks) else choose_weeks(x, weeks, step_hours)
    data = week_data(x, chosen, step_hours, plan_levels(x.case) if levels is None else levels)
    first = part(progress, 0.0, 0.6 if whole_lines and x.candidates else 1.0, "optimum: ")
    plan = _solved(x, data, first, None)
    if whole_lines and x.candidates:
        full = np.array([c.mw for c in x.candidates])
        wanted = np.where(plan.choice.line_mw >= 0.5 * full, full, 0.0)
        bound = plan.total_cny
        if np.abs(wanted - plan.choice.line_mw).max() > LEAST_MW:
            plan = _solved(x, data, part(progress, 0.6, 1.0, "optimum: "), wanted)
        plan = replace(plan, bound_cny=bound)
    return plan


def _refuse_what_no_land_holds(x: Expansion) -> None:
    """A total beyond all bounds, or at most less than what stands, needs no solving."""
    wanted, limit = x.target.wind_pv_mw, x.target.wind_pv_most_mw
    most = sum(float(mw.sum()) for mw in x.standing_mw.values())
    beyond = 0.0 if limit is None else most + sum(_given_mw(x, t) for t in RENEWABLES) - limit
    if beyond > 1.0:
        raise InfeasibleError("optimum_infeasible", [Conflict("optimum.wind_pv_max_gw", beyond / GW, "GW")])
    if wanted is None:
        return
    for technology in RENEWABLES:
        option = x.option(technology)
        if option is None:
            continue
        member, land = x.land_mw.get(technology, (np.zeros((0, x.case.nodes)), np.zeros(0)))
        loose = option.max_mw[member.sum(axis=0) == 0]
        most += float(loose.sum()) + float(np.minimum(land, _sums(member, option.max_mw)).sum())
    if wanted > most + 1.0:
        raise InfeasibleError(
            "optimum_infeasible", [Conflict("optimum.wind_pv_min_gw", (wanted - most) / GW, "GW")]
        )


def _given_mw(x: Expansion, technology: str) -> float:
    """What must be added whatever is chosen. [MW]"""
    option = x.option(technology)
    return 0.0 if option is None else float(option.min_mw.sum())


def _sums(member: Array, values: Array) -> Array:
    """(group,) sums; inf where a member has no bound."""
    return np.array([values[row > 0].sum() for row in member])


def _solved(x: Expansion, data: WeekData, progress: Progress, fixed_line_mw: Array | None) -> Plan:
    built = make_program(x, data, fixed_line_mw=fixed_line_mw)
    answer = solve_highs(built.program, method="ipm", crossover=False, tolerance=TOLERANCE, progress=progress)
    missed = _missed(x, built, answer)
    if missed:
        loose = make_program(x, data, fixed_line_mw=fixed_line_mw, relax=True)
        other = solve_highs(
            loose.program, method="ipm", crossover=False, tolerance=TOLERANCE, progress=progress
        )
        raise InfeasibleError("optimum_infeasible", [*missed, *_beyond(loose, other)])
    return told(x, data, built, answer)


_TARGET_UNITS = {"wind_pv_min_gw": "GW", "co2_max_mt": "Mt", "renewable_share_min": "%"}


def _missed(x: Expansion, built: Built, answer: Solution) -> list[Conflict]:
    """By how much each target is missed."""
    sizes = {
        "wind_pv_min_gw": (x.target.wind_pv_mw or 0.0) / GW,
        # A cap of nothing is still measured against something: a hundredth of what coal would emit.
        "co2_max_mt": max((x.target.co2_t or 0.0) / 1e6, 0.01 * served_twh(x)),
        "renewable_share_min": served_twh(x),
    }
    found = []
    for target, column in built.slack.items():
        amount = float(answer.x[column])
        if amount > MISSED * sizes[target]:
            if target == "renewable_share_min":
                amount *= 100.0 / sizes[target]
            found.append(Conflict(f"optimum.{target}", amount, _TARGET_UNITS[target]))
    return found


def _beyond(built: Built, answer: Solution) -> list[Conflict]:
    """Bounds that give where they may, in GW over all nodes; and what of the targets is missed even so."""
    found = []
    for limit, (_, columns) in built.over.items():
        amount = float(answer.x[columns].sum())
        if amount > 1e-3:
            found.append(Conflict(f"optimum.{limit}", amount, "GW"))
    return sorted(found, key=lambda c: -c.amount)
