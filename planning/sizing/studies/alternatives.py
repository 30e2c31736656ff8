"""Designs that cost little more than the cheapest and look quite different: the near-optimal space of a base.

With least cost C and a share e allowed above it, each capacity is made least and greatest subject to cost <= (1 + e) C
(Neumann and Brown, The near-optimal feasible space of a renewable power system model, Electr. Power Syst. Res. 190
(2021) 106690). Random directions weigh all capacities at once, each with a weight drawn evenly from -1 to 1 over what
the technology spans between its least and its greatest; they show mixtures within the space (modelling to generate
alternatives: Price and Keppo, Modelling to generate alternatives: a technique to explore uncertainty in
energy-environment-economy models, Appl. Energy 195 (2017) 356-369).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.progress import Progress, part, silent
from planning.sizing.case import BaseCase
from planning.sizing.design import BaseDesign
from planning.sizing.model import Bound, Goal, Measure
from planning.sizing.resource import BaseResource
from planning.sizing.studies.family import Answered, Member, answers, needed, one_answer

SLACK_SHARE = 0.05
_BIAS = 1e-3
"""GW that the small weight on cost may move a capacity from its true end; it makes the rest of the design a sane one."""
_SAME = 1e-6

MEASURE: dict[str, tuple[Measure, str]] = {
    "wind": ("wind_capacity", "MW"),
    "pv": ("pv_capacity", "MW"),
    "pv_fixed": ("pv_fixed_capacity", "MW"),
    "pv_tracked": ("pv_tracked_capacity", "MW"),
    "csp": ("csp_capacity", "MW"),
    "thermal": ("thermal_capacity", "MW"),
    "battery": ("battery_capacity", "MW"),
    "battery_energy": ("battery_energy", "MWh"),
    "pumped": ("pumped_capacity", "MW"),
    "electrolyser": ("electrolyser_capacity", "MW"),
}
"""What is made least and greatest -> (measure, unit)."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One design within the allowed cost."""

    name: str
    """<technology>_min, <technology>_max or direction_<number>."""
    direction: dict[str, float]
    """Weight of each capacity in what was made least; minimum 1, maximum -1."""
    size: dict[str, float]
    """Every free capacity of this design, in its unit (`MEASURE`)."""
    cost_cny: float
    design: BaseDesign


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The least-cost design and the alternatives beside it."""

    slack_share: float
    best: BaseDesign
    best_cost_cny: float
    best_size: dict[str, float]
    most_cost_cny: float
    designs: tuple[Alternative, ...]
    failed: dict[str, EnergyMapError]

    def range_of(self, name: str) -> tuple[float, float]:
        """Least and greatest of a capacity over all designs found."""
        values = [self.best_size[name], *(d.size[name] for d in self.designs)]
        return min(values), max(values)


def near_optimal(
    case: BaseCase,
    resource: BaseResource,
    slack_share: float = SLACK_SHARE,
    progress: Progress = silent,
    *,
    directions: int = 0,
    seed: int = 0,
    threads: int = 2,
) -> Alternatives:
    """Least and greatest capacity of each technology within a share of the least cost.

    Parameters
    ----------
    slack_share
        Of the yearly cost; with the goal 'npv', yearly profit that may be given up, over yearly cost.
    directions, seed
        Random directions beside the ends.

    Raises
    ------
    InputError
        A slack that is none, nothing free to vary.
    InfeasibleError
        The limits of the case in conflict.
    """
    free = free_capacities(case)
    problems = []
    if not 0 < slack_share <= 1:
        problems.append(Problem("argument", "slack_share", f"{slack_share:g}", "above 0, at most 1"))
    if not 0 <= directions <= 200:
        problems.append(Problem("argument", "directions", str(directions), "0 to 200"))
    if not free:
        problems.append(Problem(f"base {case.id}", "capacities", "all given", "one left free"))
    if problems:
        raise InputError(problems)
    best = one_answer(Member(case, resource), part(progress, 0.0, 0.2))
    cost = best.cost_cny() * 1e-6
    room = slack_share * abs(cost)
    if case.goal == "npv":
        bound = Bound(
            "near_optimal", {"profit": 1.0}, low=best.model.measure("profit", best.solution.x) - room
        )
    else:
        bound = Bound("near_optimal", {"cost": 1.0}, high=cost + room)
    tie = _BIAS / max(room, 1e-9)
    wishes = {f"{n}_{end}": {n: sign} for n in free for end, sign in (("min", 1.0), ("max", -1.0))}
    ends = _solved(
        wishes, case, resource, bound, tie, part(progress, 0.2, 0.9 if not directions else 0.6), threads
    )
    if directions:
        spans = {n: max(abs(_of(ends, f"{n}_max", n) - _of(ends, f"{n}_min", n)), _SAME) * 1e-3 for n in free}
        rng = np.random.Generator(np.random.PCG64(seed))
        drawn = rng.uniform(-1.0, 1.0, (directions, len(free)))
        mixed = {
            f"direction_{k + 1}": {n: float(w / spans[n]) for n, w in zip(free, row, strict=True)}
            for k, row in enumerate(drawn)
        }
        ends |= _solved(mixed, case, resource, bound, tie, part(progress, 0.6, 1.0), threads)
        wishes |= mixed
    progress(1.0, "alternatives")
    return Alternatives(
        slack_share=slack_share,
        best=best.design,
        best_cost_cny=best.cost_cny(),
        best_size=_sizes(best, free),
        most_cost_cny=(cost + room) * 1e6,
        designs=tuple(
            Alternative(name, wishes[name], _sizes(a, free), a.cost_cny(), a.design)
            for name, a in ends.items()
            if isinstance(a, Answered)
        ),
        failed={name: a for name, a in ends.items() if not isinstance(a, Answered)},
    )


def free_capacities(case: BaseCase) -> list[str]:
    """Names of `MEASURE` that the programme sizes in this case."""
    found = []
    for name in MEASURE:
        part_of = getattr(case, "storage" if name.startswith("battery") else name, None)
        if part_of is None:
            continue
        if name.startswith("battery"):
            what = "energy_mwh" if name == "battery_energy" else "power_mw"
            low, high = getattr(part_of, f"min_{what}"), getattr(part_of, f"max_{what}")
        else:
            low, high = part_of.bounds_mw
        if high is None or high > low:
            found.append(name)
    return found


def _solved(
    wishes: dict[str, dict[str, float]],
    case: BaseCase,
    resource: BaseResource,
    bound: Bound,
    tie: float,
    progress: Progress,
    threads: int,
) -> dict[str, Answered | EnergyMapError]:
    members = []
    for wish in wishes.values():
        scale = max(abs(w) for w in wish.values())
        weights: dict[Measure, float] = {MEASURE[n][0]: w / scale for n, w in wish.items()}
        members.append(Member(case, resource, Goal(weights | {"cost": tie}), (bound,)))
    return dict(zip(wishes, answers(members, progress, threads=threads), strict=True))


def _of(ends: dict[str, Answered | EnergyMapError], wish: str, name: str) -> float:
    return _sizes(needed(ends[wish]), [name])[name]


def _sizes(answer: Answered, free: list[str]) -> dict[str, float]:
    return {n: answer.model.measure(MEASURE[n][0], answer.solution.x) * 1e3 for n in free}
