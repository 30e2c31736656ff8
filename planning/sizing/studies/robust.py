"""A design that holds in poor years: what the mean year's design misses in others, and the least to add.

The base is sized on one year and held through the others. The year with most energy missing is then sized with the
capacities so far as the least there may be, so that only additions are paid for, at least cost; and again, until no
year misses more than is allowed. Capacities only grow and every year is added at most once, so it ends
(scenarios added one at a time as they are violated: column-and-constraint generation, Zeng and Zhao, Solving two-stage
robust optimization problems using a column-and-constraint generation method, Oper. Res. Lett. 41 (2013) 457-461; here
each step keeps what the steps before built, so the sum of steps may cost somewhat more than one joint programme).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, part, silent
from planning.sizing.case import BaseCase
from planning.sizing.design import BaseDesign
from planning.sizing.resource import BaseResource
from planning.sizing.studies.family import Member, one_answer
from planning.sizing.studies.held import HeldYear, held_years, sizes_of, unlimited, with_sizes
from resources.droughts import Droughts, droughts
from resources.years import analytic, spread_of_years

Array = NDArray[np.float64]

ALLOWED_SHARE = 1e-6
"""Of the energy asked for: what may be missing in a year that is said to hold."""
P90 = "p90"


@dataclass(frozen=True, slots=True)
class YearHeld:
    """One year before and after the additions."""

    name: str
    before: HeldYear
    after: HeldYear
    drought: Droughts | None
    """Of all wind and sun of the design before; None where there is none."""


@dataclass(frozen=True, slots=True)
class Robust:
    """The design of the mean year and the one that holds."""

    base: BaseDesign
    """Sized on the first year."""
    final: BaseDesign
    """After the additions, run through the first year again."""
    added: dict[str, float]
    """By part of the case, MW; battery_energy in MWh."""
    years: tuple[YearHeld, ...]
    steps: tuple[str, ...]
    """Years that additions were made for, in this order."""
    allowed_share: float

    @property
    def added_investment_cny(self) -> float:
        return self.final.investment_cny - self.base.investment_cny


def robust_design(
    case: BaseCase,
    years: Mapping[str, BaseResource],
    progress: Progress = silent,
    *,
    allowed_share: float = ALLOWED_SHARE,
    threads: int = 2,
) -> Robust:
    """Size on the first year, hold through all, add what the worst need.

    Parameters
    ----------
    years
        By name; the first is the one sized on. All of one length.
    allowed_share
        Of a year's energy that may be missing.

    Raises
    ------
    InputError
        Fewer than two years, years of different lengths.
    InfeasibleError
        The case has no design; or a poor year has none within the largest capacities: the limits in conflict.
    """
    problems = []
    if len(years) < 2:
        problems.append(Problem("argument", "years", str(len(years)), "two or more"))
    if len({resource.hours for resource in years.values()}) > 1:
        problems.append(Problem("argument", "years", "different lengths", "years of one length"))
    if not 0 <= allowed_share < 1:
        problems.append(Problem("argument", "allowed_share", f"{allowed_share:g}", "0 to 1"))
    if problems:
        raise InputError(problems)
    first = next(iter(years))
    base = one_answer(Member(case, years[first]), part(progress, 0.0, 0.15)).design
    before = held_years(case, base, years, part(progress, 0.15, 0.4), threads=threads)
    design, after, steps = base, before, list[str]()
    while True:
        name = worst_year(after, [y for y in years if y not in steps])
        if name is None or after[name].unmet_mwh <= allowed_share * _asked_mwh(after[name]):
            break
        steps.append(name)
        share = min(0.4 + 0.5 * len(steps) / len(years), 0.9)
        wish = _physical(with_sizes(case, design, at_least=True), case)
        design = one_answer(Member(wish, years[name]), part(progress, share, share + 0.02)).design
        after = held_years(case, design, years, part(progress, share + 0.02, share + 0.05), threads=threads)
    was, now = sizes_of(base), sizes_of(design)
    progress(1.0, "robust design")
    return Robust(
        base=base,
        final=after[first].design,
        added={name: max(now[name] - was[name], 0.0) for name in was},
        years=tuple(
            YearHeld(name, before[name], after[name], _drought(base, resource))
            for name, resource in years.items()
        ),
        steps=tuple(steps),
        allowed_share=allowed_share,
    )


def worst_year(held: Mapping[str, HeldYear], names: Sequence[str]) -> str | None:
    """The year with most energy missing."""
    return max(names, key=lambda name: held[name].unmet_mwh, default=None)


def p90_year(years: Sequence[BaseResource], exceedance: float = 0.9) -> BaseResource:
    """The first year with every profile brought down to the yield that this share of years exceeds.

    Notes
    -----
    Spread from year to year as `resources.years.spread_of_years`; one factor for all hours, the hours' shape is the
    first year's. Wind and sun are taken to be poor together, which they seldom are.
    """
    profiles = {}
    for name, cf in years[0].profiles.items():
        yields = [float(year.profiles[name].mean()) for year in years]
        spread = spread_of_years(yields, "wind" if name == "wind" else "pv")
        wanted = analytic(spread.mean, [spread.sigma_share], exceedance)
        profiles[name] = np.clip(cf * (wanted / max(yields[0], 1e-12)), 0.0, 1.0)
    return BaseResource(profiles, years[0].cascade)


def _physical(case: BaseCase, whole: BaseCase) -> BaseCase:
    """Without wishes of a usual year, but with land and money as they are limited."""
    bare = unlimited(case)
    kept = {
        name: getattr(whole.limits, name)
        for name in ("land_km2_max", "land_pv_under_wind_share", "investment_max_cny")
    }
    return bare.model_copy(update={"limits": bare.limits.model_copy(update=kept)})


def _asked_mwh(held: HeldYear) -> float:
    return held.design.delivered_mwh + held.unmet_mwh


def _drought(design: BaseDesign, resource: BaseResource) -> Droughts | None:
    output = np.zeros(resource.hours)
    for name, cf in resource.profiles.items():
        output = output + design.capacity_mw.get("csp" if name == "csp_heat" else name, 0.0) * cf
    if not output.any() or resource.hours < 96:
        return None
    return droughts(output, hours_per_year=resource.hours)
