"""Representative weeks: which of the year's weeks stand for it, how often each, and with what energies.

Two extreme weeks stand for themselves alone: the one with the highest hour of residual load and the one with the
highest mean of it (still, dark and cold). The rest are represented by the medoids of k-medoids clustering on the
profiles of all nodes. Typical weeks are scaled so that the year's means of load, wind, PV and water hold at every
node; extreme ones are left as they were.

Kaufman and Rousseeuw, Finding Groups in Data (1990), chapter 2 (PAM); Kotzur, Markewitz, Robinius, Stolten, Impact of
different time series aggregation methods on optimal energy system design, Renewable Energy 117 (2018) 474-487
(extreme periods as periods of their own).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.dispatch.case import DispatchCase
from planning.expansion.case import RENEWABLES, Expansion

Array = NDArray[np.float64]
Index = NDArray[np.int64]

WEEK_HOURS = 168
LEAST_SCALE, MOST_SCALE = 0.25, 4.0
"""Of a typical week's energies; beyond it a node's mean is not held, and the error says so."""
_ROUNDS = 12
"""Of scaling where output would pass the capacity."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks chosen."""

    start_hour: Index
    """(week,) first hour of each."""
    weight: Array
    """(week,) weeks of the year each stands for; all together `hours / 168`."""
    extreme: NDArray[np.bool_]
    """(week,) stands for itself alone and is not scaled."""
    reason: tuple[str, ...]
    """(week,) typical, peak_residual, longest_shortage."""
    stands_for: Index
    """(calendar week,) number of the chosen week that stands for it."""
    period_hours: int = WEEK_HOURS

    @property
    def count(self) -> int:
        return len(self.start_hour)


def choose_weeks(x: Expansion, count: int, step_hours: int = 3, period_hours: int = WEEK_HOURS) -> Weeks:
    """Choose `count` weeks of the case.

    What is left of the year after whole weeks is counted to all weeks alike.

    Raises
    ------
    InputError
        A case shorter than a week.
    """
    case = x.case
    total = case.hours // period_hours
    if total < 1:
        raise InputError(Problem("optimum", "hours", f"{case.hours}", f"at least a week, {period_hours}"))
    count = min(count, total)
    features = _features(x, total, period_hours, step_hours)
    distance = np.sqrt(np.maximum(_squared(features), 0.0))
    extremes: dict[int, str] = {}
    if count < total and count >= 3:
        residual = _residual_mw(x)[: total * period_hours].reshape(total, period_hours)
        extremes[int(residual.max(axis=1).argmax())] = "peak_residual"
        if count >= 4:
            order = np.argsort(-residual.mean(axis=1), kind="stable")
            extremes.setdefault(int(next(w for w in order if int(w) not in extremes)), "longest_shortage")
    rest = np.array([w for w in range(total) if w not in extremes], dtype=np.int64)
    typical = rest[k_medoids(distance[np.ix_(rest, rest)], count - len(extremes))]
    chosen = sorted([*extremes, *(int(w) for w in typical)])
    place = {week: number for number, week in enumerate(chosen)}
    stands_for = np.empty(total, dtype=np.int64)
    for week in range(total):
        nearest = week if week in extremes else int(typical[distance[week, typical].argmin()])
        stands_for[week] = place[nearest]
    weight = np.bincount(stands_for, minlength=len(chosen)) * (case.hours / period_hours / total)
    return Weeks(
        start_hour=np.array(chosen, dtype=np.int64) * period_hours,
        weight=np.asarray(weight, dtype=np.float64),
        extreme=np.array([week in extremes for week in chosen]),
        reason=tuple(extremes.get(week, "typical") for week in chosen),
        stands_for=stands_for,
        period_hours=period_hours,
    )


def k_medoids(distance: Array, count: int) -> Index:
    """Indices of `count` medoids, sorted; PAM's BUILD and SWAP, the same for the same distances."""
    size = len(distance)
    if count >= size:
        return np.arange(size)
    medoids = [int(distance.sum(axis=1).argmin())]
    while len(medoids) < count:
        near = distance[:, medoids].min(axis=1)
        gain = np.maximum(near[:, None] - distance, 0.0).sum(axis=0)
        gain[medoids] = -1.0
        medoids.append(int(gain.argmax()))
    best = float(distance[:, medoids].min(axis=1).sum())
    while True:
        move = None
        for place in range(count):
            others = [m for k, m in enumerate(medoids) if k != place]
            near = distance[:, others].min(axis=1) if others else np.full(size, np.inf)
            sums = np.minimum(near[:, None], distance).sum(axis=0)
            sums[others] = np.inf
            other = int(sums.argmin())
            if sums[other] < best - 1e-9 * max(best, 1.0):
                best, move = float(sums[other]), (place, other)
        if move is None:
            return np.array(sorted(medoids), dtype=np.int64)
        medoids[move[0]] = move[1]


def _residual_mw(x: Expansion) -> Array:
    """(hour,) national load less wind and PV, these scaled to what is asked for (else to twice what stands)."""
    case = x.case
    standing = sum(float(mw.sum()) for mw in x.standing_mw.values())
    wanted = x.target.wind_pv_mw or 2.0 * standing
    scale = max(wanted / standing, 1.0) if standing > 0 else 1.0
    free = (case.wind_mw + case.pv_mw).sum(axis=0)
    return np.asarray(case.load_mw.sum(axis=0) - scale * free)


def _kinds(x: Expansion) -> list[tuple[Array, Array]]:
    """(node, hour) profiles to compare weeks by, with the weight of each node."""
    case = x.case
    kinds = [(case.load_mw, case.load_mw.mean(axis=1))]
    for technology, standing in (("wind", case.wind_mw), ("pv", case.pv_mw)):
        option = x.option(technology)
        # Potential counts where nothing stands yet.
        profile = option.per_mw if option is not None and option.per_mw is not None else standing
        kinds.append((profile, (profile.max(axis=1) > 0).astype(np.float64)))
    kinds.append((case.hydro.inflow_mw, case.hydro.capacity_mw))
    return kinds


def _features(x: Expansion, total: int, period_hours: int, step_hours: int) -> Array:
    """(calendar week, feature): each kind normalised to its mean at the node, nodes by weight, kinds alike."""
    parts = []
    for values, weight in _kinds(x):
        mean = values.mean(axis=1, keepdims=True)
        use = np.flatnonzero((mean[:, 0] > 0) & (weight > 0))
        if not len(use):
            continue
        relative = values[use] / mean[use] - 1.0
        spread = float(np.sqrt((relative**2).mean())) or 1.0
        share = np.sqrt(weight[use] / weight[use].sum())
        cut = relative[:, : total * period_hours].reshape(
            len(use), total, -1, _step(period_hours, step_hours)
        )
        feature = cut.mean(axis=3) * (share / spread)[:, None, None]
        parts.append(feature.transpose(1, 0, 2).reshape(total, -1) / np.sqrt(feature.shape[2]))
    return np.concatenate(parts, axis=1) if parts else np.zeros((total, 1))


def _step(period_hours: int, step_hours: int) -> int:
    return step_hours if period_hours % step_hours == 0 else 1


def _squared(features: Array) -> Array:
    norm = (features**2).sum(axis=1)
    return np.asarray(norm[:, None] + norm[None, :] - 2.0 * features @ features.T)


@dataclass(frozen=True, slots=True)
class WeekData:
    """The profiles of the chosen weeks in steps; arrays are (node, week, step)."""

    weeks: Weeks
    step_hours: int
    load_mw: Array
    wind_mw: Array
    """Of what stands."""
    pv_mw: Array
    per_mw: Mapping[str, Array]
    """wind, pv: of one MW that is added."""
    water_mw: Array
    """What may be turbined of the week's water, by the shape of the inflow: inflow and what the year's plan takes
    from the reservoir or leaves in it."""
    held: Mapping[str, float]
    """By kind: largest relative miss of a node's mean over the year. [-]"""

    @property
    def hours(self) -> Array:
        """(week, step) hours of the year each step stands for."""
        steps = self.load_mw.shape[2]
        return np.repeat(self.weeks.weight[:, None] * self.step_hours, steps, axis=1)


def sample(values: Array, weeks: Weeks, step_hours: int) -> Array:
    """(node, week, step) means of hourly values in the chosen weeks."""
    hours = weeks.start_hour[:, None] + np.arange(weeks.period_hours)[None, :]
    picked = values[:, hours]
    return np.asarray(picked.reshape(*picked.shape[:2], -1, step_hours).mean(axis=3))


def week_data(x: Expansion, weeks: Weeks, step_hours: int, levels: tuple[Array, Array]) -> WeekData:
    """The profiles of the chosen weeks, typical ones scaled so that each node's mean over the year holds.

    Parameters
    ----------
    levels
        Ends of the plan's periods [h] and the reservoirs' levels there (end, reservoir) [MWh], as
        `planning.expansion.plan.plan_levels` gives them.
    """
    case = x.case
    held: dict[str, float] = {}

    def scaled(kind: str, values: Array, most: Array | None) -> Array:
        made, miss = _scaled(sample(values, weeks, step_hours), weeks, values.mean(axis=1), most)
        held[kind] = max(held.get(kind, 0.0), miss)
        return made

    per_mw = {}
    for technology in RENEWABLES:
        option = x.option(technology)
        if option is not None and option.per_mw is not None:
            per_mw[technology] = scaled(technology, option.per_mw, np.ones(case.nodes))
    water = _water(case, weeks, levels)
    shape = sample(case.hydro.inflow_mw, weeks, step_hours)
    mean = shape.mean(axis=2, keepdims=True)
    shape = np.divide(shape, mean, out=np.ones_like(shape), where=mean > 0)
    has = case.hydro.capacity_mw > 0
    yearly = np.where(has, case.hydro.inflow_mw.mean(axis=1), 0.0)
    given, held["water"] = _scaled(water[:, :, None] * shape, weeks, yearly, None)
    return WeekData(
        weeks=weeks,
        step_hours=step_hours,
        load_mw=scaled("load", case.load_mw, None),
        wind_mw=scaled("wind", case.wind_mw, x.standing_mw.get("wind")),
        pv_mw=scaled("pv", case.pv_mw, x.standing_mw.get("pv")),
        per_mw=per_mw,
        water_mw=given,
        held=held,
    )


def _water(case: DispatchCase, weeks: Weeks, levels: tuple[Array, Array]) -> Array:
    """(node, week) mean power of the water the year's plan gives each chosen week."""
    hydro = case.hydro
    has = (hydro.capacity_mw > 0)[:, None]
    inflow = np.where(has, hydro.inflow_mw, 0.0)
    total = np.cumsum(np.concatenate([np.zeros((case.nodes, 1)), inflow], axis=1), axis=1)
    first, last = weeks.start_hour, weeks.start_hour + weeks.period_hours
    mwh = total[:, last] - total[:, first]
    ends, level = levels
    for row, node in enumerate(np.flatnonzero(hydro.stores)):
        at = np.interp(first, ends, level[:, row]) - np.interp(last, ends, level[:, row])
        mwh[node] += at
    return np.asarray(np.maximum(mwh, 0.0) / weeks.period_hours)


def _scaled(sampled: Array, weeks: Weeks, mean: Array, most: Array | None) -> tuple[Array, float]:
    """Typical weeks scaled to the year's mean, at most `most`; and the largest relative miss that is left."""
    share = weeks.weight / weeks.weight.sum()
    typical = ~weeks.extreme
    made = sampled.copy()
    ceiling = None if most is None else np.maximum(most, sampled.max(axis=(1, 2), initial=0.0))
    for _ in range(_ROUNDS):
        weekly = made.mean(axis=2)
        fixed = weekly[:, ~typical] @ share[~typical]
        free = weekly[:, typical] @ share[typical]
        factor = np.divide(mean - fixed, free, out=np.ones_like(mean), where=free > 0)
        if np.abs(factor - 1.0).max(initial=0.0) < 1e-12:
            break
        made[:, typical] *= np.clip(factor, 0.0, MOST_SCALE)[:, None, None]
        bounds = sampled[:, typical]
        made[:, typical] = np.clip(made[:, typical], LEAST_SCALE * bounds, MOST_SCALE * bounds)
        if ceiling is not None:
            made = np.minimum(made, ceiling[:, None, None])
    found = made.mean(axis=2) @ share
    miss = np.divide(np.abs(found - mean), mean, out=np.zeros_like(mean), where=mean > 0)
    return made, float(miss.max(initial=0.0))
