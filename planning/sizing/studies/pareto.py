"""Front of cost against renewable share or CO2, by the augmented epsilon-constraint method.

Between two ends a bound on the quality moves in even steps and the cost is made least at each. So that no point is
weakly dominated, the goal of every point also holds a very small price of the quality (Mavrotas, Effective
implementation of the epsilon-constraint method in multi-objective mathematical programming problems, Appl. Math.
Comput. 213 (2009) 455-465). The best end is that of a very high price instead: the design from which one MWh of backup
(or one t of CO2) less would cost more than `END_PRICE_CNY`. Both ends minimise sums with positive weights of both, so
both are efficient.

The renewable share of the front is that of energy delivered: 1 - backup generation over delivery. (Of all generation
taken, as the case's own limit counts it, a share can be driven up by burning green energy in storage that charges and
discharges at once; of what is delivered it cannot.) Its best end is that of the least backup energy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, part, silent
from planning.sizing.case import BaseCase
from planning.sizing.design import BaseDesign
from planning.sizing.model import Bound, Goal, Measure
from planning.sizing.resource import BaseResource
from planning.sizing.studies.family import Answered, Member, answers, needed

Quality = Literal["renewable_share", "co2"]

LIGHT_PRICE_CNY = 1e-3
"""Of a MWh of backup or a t of CO2, in the goal of every point: a millionth of what they cost."""
END_PRICE_CNY = 1e4
"""Of the same, at the best end: some thirty times what a MWh of the base costs, as much as one not delivered."""
MOST_POINTS = 101
_FLAT = 1e-6
"""Ends nearer than this, as a share, or of a t for every MWh delivered, are one point."""


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """One design of the front."""

    bound: float
    """Asked of the quality: least renewable share of energy delivered [-] or most CO2 [t/a]."""
    value: float
    """Reached."""
    cost_cny: float
    """Of a year: what the programme made least, the small price taken off."""
    design: BaseDesign


@dataclass(frozen=True, slots=True)
class Front:
    """Points from the least cost to the best quality."""

    quality: Quality
    points: tuple[FrontPoint, ...]

    def price_cny(self) -> tuple[float, ...]:
        """(point - 1,) what the step to the next point costs: CNY per percentage point of share, or per t."""
        unit = 0.01 if self.quality == "renewable_share" else -1.0
        return tuple(
            (b.cost_cny - a.cost_cny) / ((b.value - a.value) / unit)
            for a, b in zip(self.points, self.points[1:], strict=False)
        )


def pareto_front(
    case: BaseCase,
    resource: BaseResource,
    quality: Quality = "renewable_share",
    points: int = 11,
    progress: Progress = silent,
    *,
    threads: int = 2,
) -> Front:
    """The front of yearly cost against a quality.

    Parameters
    ----------
    case
        With all costs; its own limits hold at every point.
    points
        With both ends, 2 to 101. Fewer come back where the front is a single design.
    threads
        Programmes solved at the same time.

    Raises
    ------
    InputError
        A number of points that is none; without backup there is no front.
    InfeasibleError
        The limits of the case in conflict.
    """
    problems = []
    if not 2 <= points <= MOST_POINTS:
        problems.append(Problem("argument", "points", str(points), f"2 to {MOST_POINTS}"))
    if case.thermal is None:
        problems.append(Problem(f"base {case.id}", "thermal", "nothing", "backup, to weigh against"))
    if problems:
        raise InputError(problems)
    light, heavy = (_goal(quality, price) for price in (LIGHT_PRICE_CNY, END_PRICE_CNY))
    # The ends have a row as the others, one that cannot bind, so that they are of the family.
    loose = _bound(quality, -9.0 if quality == "renewable_share" else _most_co2_t(case, resource))
    ends = answers(
        [Member(case, resource, goal, (loose,)) for goal in (light, heavy)],
        part(progress, 0.0, 0.3),
        threads=threads,
        apart=True,
    )
    cheap, best = needed(ends[0]), needed(ends[1])
    low, high = _value(quality, cheap), _value(quality, best)
    span = high - low if quality == "renewable_share" else low - high
    size = 1.0 if quality == "renewable_share" else max(abs(low), cheap.design.delivered_mwh)
    if span <= _FLAT * size:
        return Front(quality, (_point(quality, low, cheap),))
    steps = np.linspace(low, high, points)[1:-1]
    members = [Member(case, resource, light, (_bound(quality, float(e)),)) for e in steps]
    positions = np.abs(steps - low).tolist()
    between = answers(members, part(progress, 0.3, 1.0), positions=positions, threads=threads)
    found = [_point(quality, low, cheap)]
    found += [_point(quality, float(e), needed(answer)) for e, answer in zip(steps, between, strict=True)]
    found.append(_point(quality, high, best))
    progress(1.0, "front")
    return Front(quality, tuple(found))


def _goal(quality: Quality, price_cny: float) -> Goal:
    # CNY per MWh are thousands of a million CNY per GWh; CNY per t likewise per kt.
    name: Measure = "thermal" if quality == "renewable_share" else "co2"
    return Goal({"cost": 1.0, name: price_cny * 1e-3})


def _bound(quality: Quality, value: float) -> Bound:
    if quality == "renewable_share":
        return Bound("front", {"delivered": 1.0 - value, "thermal": -1.0}, low=0.0)
    return Bound("front", {"co2": 1.0}, high=value * 1e-3)


def _most_co2_t(case: BaseCase, resource: BaseResource) -> float:
    """More than all energy of a year from backup could give off, losses of storage counted twice over."""
    intensity = case.thermal.co2_t_per_mwh if case.thermal is not None else 0.0
    hours = resource.hours or 8760
    top = case.thermal.bounds_mw[1] if case.thermal is not None else 0.0
    return 10.0 * max(intensity, 1e-3) * hours * min(max(top, 1.0), 10.0 * case.channel.capacity_mw)


def _value(quality: Quality, answer: Answered) -> float:
    x, model = answer.solution.x, answer.model
    if quality == "co2":
        return model.measure("co2", x) * 1e3
    delivered, thermal = model.measure("delivered", x), model.measure("thermal", x)
    return 1.0 - thermal / delivered if delivered > 0 else 0.0


def _point(quality: Quality, bound: float, answer: Answered) -> FrontPoint:
    return FrontPoint(bound, _value(quality, answer), answer.cost_cny(), answer.design)
