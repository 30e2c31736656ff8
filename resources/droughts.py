"""Droughts of wind and sun: spells in which little is generated, how long, how deep, how often.

For complementarity and storage. A spell may cross the year's end: the year is taken to repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]

THRESHOLD_SHARE: Final = 0.3
"""Of the mean output; below it an hour (or the mean of a window) counts as poor. [-]"""
SHORTEST_H: Final = 24
WINDOW_H: Final = 24
"""Outputs are averaged over a day first, so that one sunny noon does not end a drought and no night is one."""


@dataclass(frozen=True, slots=True)
class Drought:
    """One spell."""

    start_h: int
    """Hour of the year."""
    hours: int
    missing_h: float
    """Energy missing to the mean output, in hours of mean output: its depth."""
    lowest_share: float
    """Lowest windowed output over the mean. [-]"""


@dataclass(frozen=True, slots=True)
class Droughts:
    """All spells of a series, longest first."""

    threshold_share: float
    window_h: int
    years: float
    spells: tuple[Drought, ...]
    hours_share: float
    """Share of all hours within spells. [-]"""

    @property
    def longest_h(self) -> int:
        return max((spell.hours for spell in self.spells), default=0)

    @property
    def deepest_h(self) -> float:
        """Largest energy missing in one spell, in hours of mean output."""
        return max((spell.missing_h for spell in self.spells), default=0.0)

    def per_year(self, at_least_h: Sequence[int]) -> tuple[float, ...]:
        """Spells a year that last so long or longer, for each length."""
        return tuple(sum(s.hours >= length for s in self.spells) / self.years for length in at_least_h)


def droughts(
    output: Array,
    *,
    threshold_share: float = THRESHOLD_SHARE,
    shortest_h: int = SHORTEST_H,
    window_h: int = WINDOW_H,
    hours_per_year: int = 8760,
) -> Droughts:
    """Spells in which the windowed mean of `output` stays below a share of its overall mean.

    Parameters
    ----------
    output : (hour,)
        One or more whole years.
    shortest_h : int
        Spells that are shorter do not count. [h]
    window_h : int
        Length of the running mean, centred; 1 takes the hours as they are. [h]

    Raises
    ------
    InputError
        A threshold, window or length that cannot be, an output never above 0.
    """
    made = np.asarray(output, dtype=np.float64)
    mean = float(made.mean())
    problems = []
    if not 0 < threshold_share < 1:
        problems.append(Problem("argument", "threshold_share", f"{threshold_share:g}", "between 0 and 1"))
    if not 1 <= window_h <= len(made) // 4 or shortest_h < 1:
        problems.append(
            Problem("argument", "window_h, shortest_h", f"{window_h}, {shortest_h}", "hours from 1 up")
        )
    if not mean > 0:
        problems.append(Problem("argument", "output", f"mean {mean:g}", "above 0"))
    if problems:
        raise InputError(problems)
    level = running_mean(made, window_h)
    poor = level < threshold_share * mean
    years = len(made) / hours_per_year
    # Turn the year so that it begins outside a spell; some hour is not poor, or the mean were below itself.
    turn = int(np.flatnonzero(~poor)[0])
    turned, out, smooth = np.roll(poor, -turn), np.roll(made, -turn), np.roll(level, -turn)
    edge = np.diff(np.concatenate([[0], turned.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    missing = np.concatenate([[0.0], np.cumsum(mean - out)])
    spells = [
        Drought(
            start_h=int((start + turn) % len(made)),
            hours=int(stop - start),
            missing_h=float(missing[stop] - missing[start]) / mean,
            lowest_share=float(smooth[start:stop].min()) / mean,
        )
        for start, stop in zip(starts, stops, strict=True)
        if stop - start >= shortest_h
    ]
    spells.sort(key=lambda spell: (-spell.hours, spell.start_h))
    inside = sum(spell.hours for spell in spells) / len(made)
    return Droughts(threshold_share, window_h, years, tuple(spells), inside)


def running_mean(values: Array, window_h: int) -> Array:
    """(hour,) mean of the `window_h` hours around each, over the year's end."""
    before = (window_h - 1) // 2
    after = window_h - 1 - before
    padded = np.concatenate([values[len(values) - before :], values, values[:after]])
    total = np.concatenate([[0.0], np.cumsum(padded)])
    return np.asarray((total[window_h:] - total[:-window_h]) / window_h)
