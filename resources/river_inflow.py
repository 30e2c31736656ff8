"""Natural inflow of rivers, hour by hour: months of a gauge, floods of the rain days, wet and dry years, or a
user's own record in their place.

Months become hours by `hydro.hourly_from_monthly`. What lies above the lowest month of the year comes in floods:
rain days drawn with a stated seed, gathered in a linear reservoir. The monthly means stay exactly those given.

Years of a frequency P follow Pearson III with the river's C_v and C_s, as in Chinese practice (SL 44-2006,
Regulation for calculating design flood of water resources and hydropower projects: Pearson III is the line
to fit). The same P holds for a whole basin at once: its rivers are wet and dry together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from resources.cascade_tables import River, river_months
from resources.hours import DAYS_OF_MONTH, HOURS, MONTH_HOURS
from resources.hydro import hourly_from_monthly

Array = NDArray[np.float64]

WET_DAY_MM: Final = 6.0
"""Mean rain of a day with rain over a large catchment; estimated. Rain days of a month follow from its rain."""
FLOOD_MEMORY_DAYS: Final = 10.0
"""Recession of a flood of a large river; estimated. Gives days of a flood month a spread of about 0.3."""
FREQUENCY: Final = {"wet": 0.10, "normal": 0.50, "dry": 0.90}
"""Probability that a year's flow is exceeded, by the name of the year (丰、平、枯)."""
_SPIN_UP_DAYS: Final = 90
_EXACT: Final = 1e-9
_LEAST_SKEWNESS: Final = 1e-4
"""Below it the gamma's shape is beyond what its inverse resolves; the normal differs by less than 1e-4."""


@dataclass(frozen=True, slots=True)
class FlowYear:
    """A year of flow of one river, as a multiple of its long-term mean."""

    river: River
    share: Array
    """(8760,) flow over the long-term mean flow. [-]"""
    kind: str
    """'mean', 'wet', 'normal', 'dry', 'P25' ..., or the name of a record and its year."""
    factor: float
    """Mean of `share`."""
    seed: int | None
    """Of the rain days; None where there are none (smooth, or a record)."""


def frequency_factor(cv: float, cs_over_cv: float, exceedance: float) -> float:
    """Annual flow of a frequency over the mean: K_p of Pearson III. [-]

    Parameters
    ----------
    cv, cs_over_cv
        Coefficient of variation, and skewness over it.
    exceedance
        Probability that the year is wetter, between 0 and 1.

    Raises
    ------
    InputError
        A spread or probability that cannot be.

    Notes
    -----
    K_p = 1 + C_v Phi_p(C_s), not below 0. With C_s = 2 C_v the distribution ends at 0 of itself.
    """
    problems = []
    if not 0 < exceedance < 1:
        problems.append(Problem("argument", "exceedance", f"{exceedance:g}", "between 0 and 1"))
    if not 0 <= cv < 2:
        problems.append(Problem("argument", "cv", f"{cv:g}", "0 to 2"))
    if not 0 <= cs_over_cv <= 10:
        problems.append(Problem("argument", "cs_over_cv", f"{cs_over_cv:g}", "0 to 10"))
    if problems:
        raise InputError(problems)
    return max(0.0, 1.0 + cv * _pearson_iii(1.0 - exceedance, cs_over_cv * cv))


def _pearson_iii(probability: float, skewness: float) -> float:
    """Phi_p: what a Pearson III variable of mean 0 and deviation 1 stays below with a probability. [-]

    A gamma variable of shape 4 / C_s^2, shifted; without skewness the normal one.
    """
    from scipy.special import gammaincinv, ndtri

    if skewness < _LEAST_SKEWNESS:
        return float(ndtri(probability))
    shape = 4.0 / skewness**2
    return float((gammaincinv(shape, probability) - shape) * skewness / 2.0)


def river_year(
    river: River,
    *,
    exceedance: float | None = None,
    rain_monthly_mm: Array | None = None,
    seed: int = 0,
) -> FlowYear:
    """A year of a river from its gauge's months.

    Parameters
    ----------
    exceedance
        Frequency of the year (0.10 wet, 0.90 dry); None: the long-term mean.
    rain_monthly_mm : (12,) or None
        Mean over the catchment: draws floods. None: the smooth year.
    seed
        Of the rain days; rivers with the same seed have their floods at the same time.
    """
    flow = river_months()[river]
    months = np.array(flow.monthly_m3_s)
    mean = float((months * np.array(DAYS_OF_MONTH)).sum() / 365)
    factor = 1.0 if exceedance is None else frequency_factor(flow.cv, flow.cs_over_cv, exceedance)
    share = factor * hourly_from_monthly(months / mean)
    if rain_monthly_mm is not None:
        share = with_floods(share, rain_monthly_mm, seed)
    names = {value: name for name, value in FREQUENCY.items()}
    kind = "mean" if exceedance is None else names.get(exceedance, f"P{100 * exceedance:g}")
    share.setflags(write=False)
    return FlowYear(river, share, kind, factor, None if rain_monthly_mm is None else seed)


def basin_years(
    rivers: Iterable[River], *, exceedance: float | None = None, seed: int | None = None
) -> dict[River, FlowYear]:
    """The same year of several rivers: one frequency, and floods (with a seed) at the same time.

    Parameters
    ----------
    exceedance
        As `river_year`.
    seed
        Of the rain days; None: smooth years without floods.
    """
    table = river_months()
    return {
        river: river_year(river, exceedance=exceedance)
        if seed is None
        else river_year(
            river,
            exceedance=exceedance,
            rain_monthly_mm=np.array(table[river].rain_monthly_mm),
            seed=seed,
        )
        for river in dict.fromkeys(rivers)
    }


def flood_pulses(rain_monthly_mm: Array, seed: int) -> Array:
    """(8760,) mean about 1: daily rain of a drawn year, gathered in a linear reservoir. [-]

    Notes
    -----
    Each day has rain with the month's probability, R / (WET_DAY_MM x days) and at most 0.9, of an exponential depth.
    The reservoir's release is divided by that of the same months' mean rain, so that only the floods remain.
    """
    rain = np.asarray(rain_monthly_mm, dtype=np.float64)
    if rain.shape != (12,) or not np.isfinite(rain).all() or (rain < 0).any():
        raise InputError(
            Problem("argument", "rain_monthly_mm", str(rain.tolist())[:80], "twelve of 0 or more")
        )
    days = np.repeat(rain / DAYS_OF_MONTH, DAYS_OF_MONTH)
    chance = np.clip(days / WET_DAY_MM, 1e-3, 0.9)
    rng = np.random.default_rng(seed)
    drawn = np.where(rng.random(365) < chance, rng.exponential(1.0, 365) / chance, 0.0) * days
    kept = float(np.exp(-1.0 / FLOOD_MEMORY_DAYS))
    before = slice(365 - _SPIN_UP_DAYS, 365)

    def gathered(amount: Array) -> Array:
        run, held = [], 0.0
        for came in np.concatenate([amount[before], amount]).tolist():
            held = (1.0 - kept) * came + kept * held
            run.append(held)
        return np.array(run[_SPIN_UP_DAYS:])

    pulse = (gathered(drawn) + 1e-9) / (gathered(days) + 1e-9)
    hour = (np.arange(HOURS) + 0.5) / 24.0
    around = np.concatenate([pulse[-1:], pulse, pulse[:1]])
    return np.asarray(np.interp(hour, np.arange(-1, 366) + 0.5, around))


def with_floods(smooth: Array, rain_monthly_mm: Array, seed: int) -> Array:
    """A smooth year of flow with floods; the monthly means are those of `smooth`.

    Notes
    -----
    Only what lies above the lowest monthly mean comes in floods; the rest is groundwater and snow. A month's sum is
    kept by a smooth factor, at last by one flat factor a month that differs from 1 by some 1e-3.

    Raises
    ------
    BalanceError
        A month's water is not that of the smooth year.
    """
    pulse = flood_pulses(rain_monthly_mm, seed)
    wanted = np.array([smooth[hours].mean() for hours in MONTH_HOURS])
    base = np.minimum(smooth, wanted.min())
    year = base + (smooth - base) * pulse
    for _ in range(3):
        found = np.array([year[hours].mean() for hours in MONTH_HOURS])
        year = year * np.maximum(hourly_from_monthly(wanted / np.maximum(found, 1e-12)), 0.05)
    for month, hours in enumerate(MONTH_HOURS):
        found_mean = year[hours].mean()
        year[hours] *= wanted[month] / found_mean if found_mean > 0 else 0.0
        if abs(year[hours].mean() - wanted[month]) > _EXACT * max(wanted.max(), 1.0):
            raise BalanceError("inflow_month", found=float(year[hours].mean()), expected=float(wanted[month]))
    return np.asarray(year, dtype=np.float64)


def recorded_year(river: River, name: str, flow_m3_s: Array, mean_flow_m3_s: float) -> FlowYear:
    """A year of a gauge's own record, in place of the table's months.

    Parameters
    ----------
    flow_m3_s : (365,) or (8760,)
        Days or hours of the year (29 February left out), natural flow.
    mean_flow_m3_s
        Long-term mean at the same place, by which the flow is divided.

    Raises
    ------
    InputError
        Another length, missing or negative values, a mean that is not above 0.
    """
    flow = np.asarray(flow_m3_s, dtype=np.float64)
    problems = []
    if flow.shape not in ((365,), (HOURS,)):
        problems.append(Problem(name, "flow", f"{flow.size} values", "365 days or 8,760 hours"))
    if not np.isfinite(flow).all() or (flow < 0).any():
        problems.append(Problem(name, "flow", "missing or negative values", "a flow of 0 or more throughout"))
    if not mean_flow_m3_s > 0:
        problems.append(Problem(name, "mean flow", f"{mean_flow_m3_s:g} m3/s", "above 0"))
    if problems:
        raise InputError(problems)
    hourly = np.repeat(flow, 24) if flow.size == 365 else flow
    share = hourly / mean_flow_m3_s
    share.setflags(write=False)
    return FlowYear(river, share, name, float(share.mean()), None)
