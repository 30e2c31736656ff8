"""What each added place brings: places put in order one by one, the most useful first.

For the choice of sites of a base and of bases for a region; builds on `complementarity` and `droughts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent
from resources.complementarity import (
    KEPT_BYTES,
    PLACES_AT_ONCE,
    Hours,
    blocks,
    check,
    correlations,
    storage_for_firm,
)
from resources.droughts import droughts

Array = NDArray[np.float64]
Goal = Literal["steady", "firm"]

FIRM_QUANTILE: Final = 0.05
"""Firm capacity: the output reached in 95 % of hours."""
STORAGE_FIRM_SHARE: Final = 0.8
"""Storage is told for a firm output of this share of the mean."""


@dataclass(frozen=True, slots=True)
class Step:
    """The places up to and with this one."""

    place: int
    name: str
    mean: float
    """Of the combined output, per unit of capacity. [-]"""
    variation: float
    """Standard deviation over mean. [-]"""
    firm: float
    """Output reached in 95 % of hours, per unit of capacity. [-]"""
    drought_h: int
    """Longest drought."""
    drought_share: float
    """Share of hours in droughts. [-]"""
    storage_h: float
    """For a firm output of 80 % of the mean, in hours of mean output."""
    variation_gain: float
    """By which this place lowered the variation; below 0 where it raised it. [-]"""
    firm_gain: float
    drought_gain_h: int


def gain_of_places(
    hours: Hours,
    weight: Array | None = None,
    names: Sequence[str] | None = None,
    *,
    goal: Goal = "steady",
    most: int | None = None,
    start: int | None = None,
    progress: Progress = silent,
) -> tuple[Step, ...]:
    """Order the places greedily and tell what each adds.

    Parameters
    ----------
    hours : (place, hour)
        Capacity factors.
    weight : (place,) or None
        Capacity that would stand at each place, any unit; None: equal.
    goal
        'steady': the lowest variation of the combined output, from the matrix of covariances alone; 'firm': the
        highest output reached in 95 % of hours, which reads all series once a step.
    most : int or None
        Stop after so many places.
    start : int or None
        First place; None: the one best by the goal alone.

    Raises
    ------
    InputError
        As `complementarity.check`.

    Notes
    -----
    Greedy: each step takes the best next place, which need not lead to the best set. For variance the gain of sets is
    not submodular in general, so no bound is promised.
    """
    share, labels = check(hours, weight, names)
    count = len(share)
    steps = min(count, most or count)
    matrix = correlations(hours, labels, lambda f, t: progress(0.5 * f, t)) if goal == "steady" else None
    covariance = matrix.covariance if matrix is not None else np.empty((0, 0))
    chosen: list[int] = []
    total = np.zeros(hours.shape[1])
    found: list[Step] = []
    free = np.ones(count, dtype=np.bool_)
    for number in range(steps):
        progress(0.5 + 0.5 * number / steps, "gain of places")
        if number == 0 and start is not None:
            best = start
        elif matrix is not None:
            best = _steadiest(covariance, matrix.mean, share, chosen, free)
        else:
            best = _firmest(hours, labels, share, total, float(share[chosen].sum()), free)
        chosen.append(best)
        free[best] = False
        total += share[best] * np.asarray(hours[best : best + 1], dtype=np.float64)[0]
        output = total / share[chosen].sum()
        found.append(_step(best, labels[best], output, found[-1] if found else None))
    progress(1.0, "gain of places")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Beside:
    """What each place would bring to what stands already: for a map."""

    correlation: Array
    """(place,) Pearson's, of the place with what stands; NaN where nothing changes. [-]"""
    variation_gain: Array
    """(place,) by which it would lower the variation of the whole; below 0 where it raises it. [-]"""
    firm_gain: Array
    """(place,) by which it would raise the output reached in 95 % of hours, per unit of the whole capacity. [-]"""

    def __post_init__(self) -> None:
        for values in (self.correlation, self.variation_gain, self.firm_gain):
            values.setflags(write=False)


def gain_beside(
    hours: Hours, standing: Array, added_share: float = 0.1, names: Sequence[str] | None = None
) -> Beside:
    """What each place alone would bring beside an output that stands already.

    Parameters
    ----------
    hours : (place, hour)
        Candidates; as many as wanted, read a few at a time.
    standing : (hour,)
        Capacity factor of what stands.
    added_share : float
        Share of the new place in the capacity of the whole. [-]

    Raises
    ------
    InputError
        As `complementarity.check`; another length, or a share outside 0..1.
    """
    _, labels = check(hours, names=names)
    base = np.asarray(standing, dtype=np.float64)
    if base.shape != hours.shape[1:] or not 0 < added_share < 1 or not base.mean() > 0:
        found = f"{base.shape}, share {added_share:g}"
        raise InputError(
            Problem("argument", "standing", found, f"({hours.shape[1]},) above 0, a share of 0..1")
        )
    before = base.std() / base.mean()
    firm_before = np.quantile(base, FIRM_QUANTILE)
    still = (base - base.mean()) / (base.std() or np.nan)
    correlation, variation, firm = (np.empty(hours.shape[0]) for _ in range(3))
    for some, values in blocks(hours, labels):
        with np.errstate(invalid="ignore", divide="ignore"):
            centred = values - values.mean(axis=1, keepdims=True)
            correlation[some] = (centred @ still) / len(base) / values.std(axis=1)
        whole = (1 - added_share) * base + added_share * values
        variation[some] = before - whole.std(axis=1) / whole.mean(axis=1)
        firm[some] = np.quantile(whole, FIRM_QUANTILE, axis=1) - firm_before
    return Beside(correlation, variation, firm)


def _steadiest(
    covariance: Array, mean: Array, share: Array, chosen: list[int], free: NDArray[np.bool_]
) -> int:
    """Free place with which the combined output varies least over its mean."""
    own = share**2 * np.diag(covariance)
    held = share[chosen]
    variance = (
        own + 2 * share * (covariance[:, chosen] @ held) + held @ covariance[np.ix_(chosen, chosen)] @ held
    )
    level = share * mean + held @ mean[chosen]
    with np.errstate(invalid="ignore", divide="ignore"):
        variation = np.where(level > 0, np.sqrt(np.maximum(variance, 0.0)) / level, np.inf)
    return int(np.argmin(np.where(free & (share > 0), variation, np.inf)))


def _firmest(
    hours: Hours, names: Sequence[str], share: Array, total: Array, held: float, free: NDArray[np.bool_]
) -> int:
    """Free place with which the output of the poorest hours is highest."""
    best, at = -np.inf, int(np.flatnonzero(free)[0])
    for some, values in blocks(hours, names):
        own = share[some, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            level = (total[None, :] + own * values) / (held + own)
        firm = np.quantile(level, FIRM_QUANTILE, axis=1)
        firm = np.where(free[some] & (share[some] > 0), firm, -np.inf)
        # Places without any firm output (sun alone) differ by their mean only.
        firm = firm + 1e-6 * level.mean(axis=1)
        if firm.max() > best:
            best, at = float(firm.max()), some.start + int(np.argmax(firm))
    return at


def _step(place: int, name: str, output: Array, last: Step | None) -> Step:
    mean = float(output.mean())
    variation = float(output.std()) / mean if mean > 0 else np.inf
    firm = float(np.quantile(output, FIRM_QUANTILE))
    dry = droughts(output)
    storage = float(storage_for_firm(output, (STORAGE_FIRM_SHARE,)).capacity_h[0])
    return Step(
        place=place,
        name=name,
        mean=mean,
        variation=variation,
        firm=firm,
        drought_h=dry.longest_h,
        drought_share=dry.hours_share,
        storage_h=storage,
        variation_gain=last.variation - variation if last else 0.0,
        firm_gain=firm - last.firm if last else firm,
        drought_gain_h=last.drought_h - dry.longest_h if last else 0,
    )


def memory_bytes(places: int, hours: int) -> int:
    """Upper bound of what `gain_of_places` and `correlations` hold beside the series themselves."""
    kept = min(2 * 8 * places * hours, KEPT_BYTES)
    return 8 * (4 * places**2 + 8 * PLACES_AT_ONCE * hours + 12 * hours) + kept
