"""Dust on PV modules: from daily rain, or expected by month from the climate and the desert class.

The Kimber model (Kimber et al. 2006, doi:10.1109/WCPEC.2006.279690): modules lose a fixed share a day until
rain above a threshold washes them; for some days after it the ground is damp and no dust rises. The monthly
expectation is the same model where washing days come by chance as often as the month's rain lets expect.

The results are shares kept, for `pv_capacity_factor(..., kept_monthly)`; set `PvLosses.soiling_share` to 0 then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from resources.hours import DAYS_OF_MONTH, MONTH_OF_DAY

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dust:
    """How fast modules soil and what washes them."""

    rate_per_day: float
    """Share of the power lost per dry day. [-]"""
    threshold_mm: float = 6.0
    """Rain of a day that washes (Kimber et al. 2006)."""
    grace_days: int = 14
    """After it, without new dust."""
    most: float = 0.3
    """Share lost at which it stays. [-]"""
    tier: Tier = "estimated"

    def __post_init__(self) -> None:
        problems = [
            Problem("argument", name, f"{value:g}", expected)
            for name, value, good, expected in (
                ("rate_per_day", self.rate_per_day, 0 <= self.rate_per_day < 0.1, "0 to 0.1"),
                ("threshold_mm", self.threshold_mm, self.threshold_mm > 0, "above 0 mm"),
                ("grace_days", self.grace_days, 0 <= self.grace_days <= 60, "0 to 60 days"),
                ("most", self.most, 0 < self.most < 1, "above 0, below 1"),
            )
            if not good
        ]
        if problems:
            raise InputError(problems)


DUST_OF_DESERT_CLASS: Final = {
    0: Dust(0.0010),
    1: Dust(0.0020, grace_days=3),
    2: Dust(0.0020, grace_days=3),
    3: Dust(0.0015, grace_days=7),
}
"""By the atlas layer `desert_class`: 0 none, 1 cold desert, 2 hot desert, 3 steppe. Kimber et al. report 0.1 to
0.3 % a day over California's climates (mean about 0.15 %); which class lies where in that range, and the shorter
damp time of deserts, are our estimate."""

_LONGEST_DRY_DAYS: Final = 240
"""Days since the last wash that are told apart; longer counts as this."""


def soiled_by_rain(rain_daily_mm: Array, dust: Dust) -> Array:
    """(place, day) share of the power lost to dust at the end of each day, clean before the first. [-]

    Parameters
    ----------
    rain_daily_mm : (place, day)
        Consecutive days, no gaps.

    Notes
    -----
    Equals `pvlib.soiling.kimber` on daily rain (tests).
    """
    lost = np.zeros(rain_daily_mm.shape)
    soil = np.zeros(len(rain_daily_mm))
    # Days since the wash; before the first day nothing is known of rain, so dust may come at once.
    since = np.full(len(rain_daily_mm), dust.grace_days)
    for day, rain in enumerate(rain_daily_mm.T):
        since = np.where(rain > dust.threshold_mm, 0, since + 1)
        soil = np.where(since < dust.grace_days, 0.0, soil + (dust.rate_per_day if day else 0.0))
        soil = np.where(since == 0, 0.0, soil)
        lost[:, day] = np.minimum(soil, dust.most)
    return lost


def washing_days(rain_monthly_mm: Array, threshold_mm: float) -> Array:
    """(place, 12) expected days a month with rain above the threshold.

    Daily amounts on wet days taken as exponentially distributed; their mean grows with the month's rain from
    2 mm in dry months to 12 mm in wet ones (estimated: 2 + 0.05 mm per mm of the month's rain, at most 12).
    """
    amount = np.minimum(2.0 + 0.05 * rain_monthly_mm, 12.0)
    days = np.asarray(DAYS_OF_MONTH, dtype=np.float64)
    wet = np.minimum(rain_monthly_mm / amount, days)
    return np.asarray(wet * np.exp(-threshold_mm / amount))


def kept_by_climate(
    rain_monthly_mm: Array, desert_class: Array, cleaning_every_days: int | None = None
) -> Array:
    """(place, 12) expected share of the power kept in each month under dust. [-]

    Parameters
    ----------
    rain_monthly_mm : (place, 12)
    desert_class : (place,)
        As the atlas layer; NaN (sea) counts as 0.
    cleaning_every_days : int or None
        The crew washes modules that no rain has washed for so long (60: estimated); none: never.

    Raises
    ------
    InputError
        A desert class that is none, or fewer than 1 day between washes.

    Notes
    -----
    The chance that the last wash was n days ago is followed from day to day over two years, the second of which
    counts; so wet months help the dry ones that follow. Tier of the rates: estimated.
    """
    classes = np.nan_to_num(np.asarray(desert_class, dtype=np.float64), nan=0.0)
    problems = [
        Problem(f"place {place + 1}", "desert_class", f"{classes[place]:g}", "0, 1, 2 or 3")
        for place in np.flatnonzero(~np.isin(classes, list(DUST_OF_DESERT_CLASS)))[:20]
    ]
    if cleaning_every_days is not None and cleaning_every_days < 1:
        problems.append(Problem("argument", "cleaning_every_days", str(cleaning_every_days), "1 or more"))
    if problems:
        raise InputError(problems)
    kept = np.ones(rain_monthly_mm.shape)
    for number, dust in DUST_OF_DESERT_CLASS.items():
        of_class = classes == number
        if of_class.any():
            kept[of_class] = 1 - _expected_loss(rain_monthly_mm[of_class], dust, cleaning_every_days)
    return kept


def _expected_loss(rain_monthly_mm: Array, dust: Dust, cleaning_every_days: int | None) -> Array:
    """(place, 12) mean share lost."""
    chance = washing_days(rain_monthly_mm, dust.threshold_mm) / np.asarray(DAYS_OF_MONTH)
    longest = min(cleaning_every_days or _LONGEST_DRY_DAYS, _LONGEST_DRY_DAYS)
    dry = np.arange(longest + 1)
    # The first day after the damp ones loses one day's dust.
    loss = np.minimum(dust.rate_per_day * np.maximum(dry - dust.grace_days + 1, 0), dust.most)
    loss[0] = 0.0
    share = np.zeros((len(rain_monthly_mm), longest + 1))
    share[:, 0] = 1.0
    total = np.zeros_like(rain_monthly_mm, dtype=np.float64)
    for year in range(2):
        for month in MONTH_OF_DAY:
            washed = chance[:, month]
            oldest = share[:, -1] * (1 - washed)
            share[:, 1:] = share[:, :-1] * (1 - washed)[:, None]
            share[:, 0] = washed
            # Those already at the end are washed by the crew, or stay where they are.
            share[:, 0 if cleaning_every_days else -1] += oldest
            if year:
                total[:, month] += share @ loss
    return np.asarray(total / np.asarray(DAYS_OF_MONTH))
