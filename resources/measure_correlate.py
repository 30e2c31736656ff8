"""Measure, correlate, predict: a short mast record made long by a reference that overlaps with it.

The reference is a reanalysis or the atlas's hours at the place; the result is the mast's wind over the whole of the
reference. Used for the long-term correction of wind at sites.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gamma

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]
Stamps = NDArray[np.datetime64]
Method = Literal["linear", "variance_ratio", "weibull_scale"]
Caution = Literal[
    "less_than_a_year",
    "months_missing",
    "weak_correlation",
    "clock_offset",
    "short_reference",
    "seasons_uneven",
]

METHODS: Final[tuple[Method, ...]] = ("linear", "variance_ratio", "weibull_scale")
FEWEST_HOURS: Final = 2190
"""Three months; less is refused."""
YEAR_HOURS: Final = 8760
WEAK_CORRELATION: Final = 0.7
"""Hourly Pearson correlation below which the result is not to be relied on; in use, see docs/wind.md. [-]"""
WORST_CORRELATION: Final = 0.4
"""Below, the reference says nothing of the site and is refused. [-]"""
_BLOCKS: Final = 12
_LAGS_H: Final = 12
_FASTEST_MS: Final = 75.0


@dataclass(frozen=True, slots=True)
class Series:
    """Hourly wind speeds with their times."""

    time: Stamps
    """(hour,) beginning of the hour, UTC+8, rising; gaps are allowed."""
    speed_ms: Array
    """(hour,) NaN where missing."""

    def __post_init__(self) -> None:
        self.time.setflags(write=False)
        self.speed_ms.setflags(write=False)


@dataclass(frozen=True, slots=True)
class LongTerm:
    """What the mast would have seen over the whole reference, and how far to trust it."""

    method: Method
    time: Stamps
    speed_ms: Array
    """(hour of the reference,) at the mast's height. [m/s]"""
    mean_ms: float
    sigma_share: float
    """Standard error of the mean from the correlation, by jackknife. [-]"""
    reference_sigma_share: float
    """Of the reference as a stand-in for the long term: 6 % a year over the root of its years. [-]"""
    correlation: float
    """Pearson, hourly, over the overlap. [-]"""
    daily_correlation: float
    overlap_hours: int
    overlap_months: int
    """Calendar months (of twelve) with at least half their hours."""
    overlap_mean_ms: float
    """Of the mast, over the overlap."""
    reference_overlap_ms: float
    reference_mean_ms: float
    best_lag_h: int
    """By which the mast's clock runs behind the reference's where they agree best; 0 is as it should be."""
    warnings: tuple[Caution, ...]

    @property
    def total_sigma_share(self) -> float:
        return float(np.hypot(self.sigma_share, self.reference_sigma_share))


YEARLY_SPEED_SIGMA: Final = 0.06
"""Spread of yearly mean wind speeds; estimated, on the safe side of what is usual. [-]"""


def long_term(mast: Series, reference: Series, method: Method = "variance_ratio") -> LongTerm:
    """Correct a short record for the long term.

    Parameters
    ----------
    mast, reference : Series
    method
        'linear': least squares, keeps the mean but narrows the distribution, which costs energy at windy hours;
        'variance_ratio': the line through both means with the ratio of standard deviations as slope, keeps mean and
        spread; 'weibull_scale': maps quantiles between two Weibull distributions, keeps scale and shape.

    Raises
    ------
    InputError
        Times that do not rise, speeds that are none, an overlap of less than three months, or a correlation below 0.4.

    Notes
    -----
    Variance ratio: Rogers, Rogers and Manwell, Comparison of the performance of four measure-correlate-predict
    algorithms, J. Wind Eng. Ind. Aerodyn. 93 (2005). Uncertainty: the delete-a-block jackknife of the long-term mean
    over twelve consecutive blocks of the overlap (Kuensch, Ann. Statist. 17, 1989), as hours are not independent.
    """
    x, y, time = _overlap(mast, reference)
    known = np.isfinite(reference.speed_ms)
    whole = reference.speed_ms[known]
    fit = _FITS[method]
    speed = np.maximum(fit(x, y)(whole), 0.0)
    mean = float(speed.mean())
    correlation = float(np.corrcoef(x, y)[0, 1])
    if not correlation >= WORST_CORRELATION:
        expected = (
            f"at least {WORST_CORRELATION:g} (does the reference belong to this site, is its clock UTC+8?)"
        )
        raise InputError(Problem("reference", "hourly correlation", f"{correlation:.2f}", expected))

    blocks = np.array_split(np.arange(len(x)), _BLOCKS)
    left_out = []
    for block in blocks:
        kept = np.ones(len(x), dtype=np.bool_)
        kept[block] = False
        left_out.append(float(np.maximum(fit(x[kept], y[kept])(whole), 0.0).mean()))
    deviation = np.array(left_out) - np.mean(left_out)
    error = float(np.sqrt((_BLOCKS - 1) / _BLOCKS * np.sum(deviation**2)))

    lag = _best_lag(mast, reference)
    months = _months(time)
    years = len(whole) / YEAR_HOURS
    warnings: list[Caution] = []
    if len(x) < YEAR_HOURS * 0.95:
        warnings.append("less_than_a_year")
    if months < 12:
        warnings.append("months_missing")
    elif _uneven(time):
        warnings.append("seasons_uneven")
    if correlation < WEAK_CORRELATION:
        warnings.append("weak_correlation")
    if lag:
        warnings.append("clock_offset")
    if years < 5:
        warnings.append("short_reference")
    return LongTerm(
        method=method,
        time=reference.time[known].copy(),
        speed_ms=speed,
        mean_ms=mean,
        sigma_share=error / mean,
        reference_sigma_share=YEARLY_SPEED_SIGMA / float(np.sqrt(max(years, 1.0))),
        correlation=correlation,
        daily_correlation=_daily_correlation(x, y, time),
        overlap_hours=len(x),
        overlap_months=months,
        overlap_mean_ms=float(y.mean()),
        reference_overlap_ms=float(x.mean()),
        reference_mean_ms=float(whole.mean()),
        best_lag_h=lag,
        warnings=tuple(warnings),
    )


def compare_methods(mast: Series, reference: Series) -> tuple[LongTerm, ...]:
    """All methods on the same records; where they differ by more than their uncertainty, the fit is doubtful.

    Raises
    ------
    InputError
        As `long_term`.
    """
    return tuple(long_term(mast, reference, method) for method in METHODS)


def _linear(x: Array, y: Array) -> Callable[[Array], Array]:
    slope = float(np.cov(x, y)[0, 1] / x.var(ddof=1))
    shift = float(y.mean() - slope * x.mean())
    return lambda at: slope * at + shift


def _variance_ratio(x: Array, y: Array) -> Callable[[Array], Array]:
    slope = float(y.std() / x.std())
    shift = float(y.mean() - slope * x.mean())
    return lambda at: slope * at + shift


def _weibull_scale(x: Array, y: Array) -> Callable[[Array], Array]:
    scale_x, shape_x = weibull_of(x)
    scale_y, shape_y = weibull_of(y)
    return lambda at: scale_y * (np.maximum(at, 0.0) / scale_x) ** (shape_x / shape_y)


_FITS: Final[dict[Method, Callable[[Array, Array], Callable[[Array], Array]]]] = {
    "linear": _linear,
    "variance_ratio": _variance_ratio,
    "weibull_scale": _weibull_scale,
}


def weibull_of(speed_ms: Array) -> tuple[float, float]:
    """Scale [m/s] and shape [-] with the mean and the mean cube of the speeds (the energy's fit, as in WAsP)."""
    mean, cube = float(speed_ms.mean()), float((speed_ms**3).mean())
    ratio = cube / mean**3

    def off(shape: float) -> float:
        return float(gamma(1 + 3 / shape) / gamma(1 + 1 / shape) ** 3 - ratio)

    low, high = 0.7, 20.0
    shape = low if off(low) < 0 else high if off(high) > 0 else float(brentq(off, low, high))
    return mean / float(gamma(1 + 1 / shape)), shape


def _overlap(mast: Series, reference: Series) -> tuple[Array, Array, Stamps]:
    """Reference and mast in the hours both have, after the checks."""
    problems = []
    for name, series in (("mast", mast), ("reference", reference)):
        hours = series.time.astype("datetime64[h]")
        if len(hours) != len(series.speed_ms):
            problems.append(
                Problem(name, "length", f"{len(hours)}, {len(series.speed_ms)}", "as many times as speeds")
            )
            continue
        back = np.flatnonzero(np.diff(hours) <= np.timedelta64(0, "h"))
        if len(back):
            row = int(back[0]) + 1
            problems.append(
                Problem(f"{name} row {row + 1}", "time", str(hours[row]), f"later than {hours[row - 1]}")
            )
        with np.errstate(invalid="ignore"):
            wrong = np.flatnonzero((series.speed_ms < 0) | (series.speed_ms > _FASTEST_MS))
        problems += [
            Problem(f"{name} row {i + 1}", "speed_ms", f"{series.speed_ms[i]:g}", f"0 to {_FASTEST_MS:g}")
            for i in wrong[:20]
        ]
    if problems:
        raise InputError(problems)
    common, at_mast, at_reference = np.intersect1d(
        mast.time.astype("datetime64[h]"), reference.time.astype("datetime64[h]"), return_indices=True
    )
    y, x = mast.speed_ms[at_mast], reference.speed_ms[at_reference]
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < FEWEST_HOURS:
        expected = f"at least {FEWEST_HOURS} (three months)"
        raise InputError(Problem("mast and reference", "common hours", str(int(both.sum())), expected))
    x, y = x[both], y[both]
    if x.std() == 0 or y.std() == 0:
        raise InputError(
            Problem("mast and reference", "speed_ms", "the same in every hour", "wind that changes")
        )
    return x, y, common[both]


def _best_lag(mast: Series, reference: Series) -> int:
    """Hours by which the mast's stamps come after the reference's where their correlation is highest."""
    hours = reference.time.astype("datetime64[h]")
    best, at = -1.0, 0
    for lag in sorted(range(-_LAGS_H, _LAGS_H + 1), key=abs):
        moved = mast.time.astype("datetime64[h]") - np.timedelta64(lag, "h")
        _, i, j = np.intersect1d(moved, hours, return_indices=True)
        y, x = mast.speed_ms[i], reference.speed_ms[j]
        both = np.isfinite(x) & np.isfinite(y)
        if both.sum() < FEWEST_HOURS // 2:
            continue
        found = float(np.corrcoef(x[both], y[both])[0, 1])
        # A little better is chance: weather moves, and so masts lead or lag by an hour.
        if found > best + (0.01 if lag else 0.0):
            best, at = found, lag
    return at if abs(at) > 1 else 0


def _daily_correlation(x: Array, y: Array, time: Stamps) -> float:
    _, day = np.unique(time.astype("datetime64[D]"), return_inverse=True)
    count = np.bincount(day)
    full = count >= 18
    means = [np.bincount(day, weights=v)[full] / count[full] for v in (x, y)]
    return float(np.corrcoef(means[0], means[1])[0, 1]) if full.sum() > 2 else float("nan")


def _month_counts(time: Stamps) -> Array:
    month = time.astype("datetime64[M]").astype(np.int64) % 12
    return np.bincount(month, minlength=12).astype(np.float64)


def _months(time: Stamps) -> int:
    return int((_month_counts(time) >= 360).sum())


def _uneven(time: Stamps) -> bool:
    """Some calendar month is there less than half as much as the fullest."""
    counts = _month_counts(time)
    return bool(counts.min() < 0.5 * counts.max())
