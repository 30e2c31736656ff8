"""How well places complete each other: correlations, ramps, storage for a firm output, droughts, gain of each place.

A "place" is any hourly series of capacity factors: wind, sun or water of a cell, a base or a province. Results are
frozen values for matrix, map and figure. Series are read a few places at a time, so hundreds of years on disk do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from gis_layers.errors import InputError, Problem
from gis_layers.progress import Progress, silent

Array = NDArray[np.float64]

PLACES_AT_ONCE: Final = 32
"""Times 8,760 hours of eight bytes: 2 MB a block."""
KEPT_BYTES: Final = 128 * 2**20
"""Standardised blocks kept for their next use; 960 places of 8,760 hours. What is beyond is made anew each time."""
RAMP_STEPS_H: Final = (1, 3, 6, 24)


class Hours(Protocol):
    """(place, hour) series that can be cut by place: an array, a memory map, an HDF5 or zarr data set."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, key: slice, /) -> NDArray[np.floating]: ...


def _freeze(value: object) -> None:
    for field in fields(value):  # type: ignore[arg-type]
        content = getattr(value, field.name)
        if isinstance(content, np.ndarray):
            content.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Correlations:
    """Of all pairs of places; NaN with a place that never changes."""

    names: tuple[str, ...]
    pearson: Array
    """(place, place) [-]"""
    rank: Array
    """(place, place) Spearman's, ties sharing their mean rank. [-]"""
    mean: Array
    """(place,) [-]"""
    sigma: Array
    """(place,) standard deviation of the hours. [-]"""

    def __post_init__(self) -> None:
        _freeze(self)

    @property
    def covariance(self) -> Array:
        """(place, place); a place that never changes has 0."""
        return np.asarray(np.nan_to_num(self.pearson) * np.outer(self.sigma, self.sigma))


@dataclass(frozen=True, slots=True)
class Ramps:
    """Changes of a series over some hours."""

    step_h: int
    sigma: float
    down_1_percent: float
    """One change in a hundred falls by this or more (negative)."""
    up_99_percent: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Storage:
    """Smallest store that turns an output into a firm one, year after year."""

    firm: Array
    """(level,) constant output, unit of the series."""
    capacity_h: Array
    """(level,) energy content over the mean output, in hours of mean output; NaN where the year's energy does not
    reach."""
    charge_peak: Array
    """(level,) highest power into the store, unit of the series."""
    discharge_peak: Array
    """(level,)"""

    def __post_init__(self) -> None:
        _freeze(self)


def check(
    hours: Hours, weight: Array | None = None, names: Sequence[str] | None = None
) -> tuple[Array, tuple[str, ...]]:
    """Weights (scaled to sum 1) and names that fit the series.

    Raises
    ------
    InputError
        Another shape, weights below 0 or all 0, names that are not as many or not different.
    """
    problems = []
    count = hours.shape[0]
    if len(hours.shape) != 2 or count < 1 or hours.shape[1] < 48:
        problems.append(Problem("argument", "hours", str(hours.shape), "(place, hour) of at least two days"))
    share = np.ones(count) if weight is None else np.asarray(weight, dtype=np.float64)
    if share.shape != (count,) or not (share >= 0).all() or not share.sum() > 0:
        problems.append(
            Problem("argument", "weight", str(share.tolist())[:80], f"{count} weights of 0 or more")
        )
    labels = tuple(names) if names is not None else tuple(str(i + 1) for i in range(count))
    if len(labels) != count or len(set(labels)) != count:
        problems.append(Problem("argument", "names", f"{len(labels)} names", f"{count} different names"))
    if problems:
        raise InputError(problems)
    return share / share.sum(), labels


def blocks(hours: Hours, names: Sequence[str]) -> Iterator[tuple[slice, Array]]:
    """The places, a few at a time, in double precision.

    Raises
    ------
    InputError
        A value that is missing or not a number; names its place and hour.
    """
    for start in range(0, hours.shape[0], PLACES_AT_ONCE):
        some = slice(start, min(start + PLACES_AT_ONCE, hours.shape[0]))
        values = np.asarray(hours[some], dtype=np.float64)
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            place, hour = (int(i) for i in bad[0])
            where = f"place {names[start + place]} hour {hour}"
            raise InputError(Problem(where, "capacity factor", str(values[place, hour]), "a number"))
        yield some, values


def combined(hours: Hours, weight: Array | None = None) -> Array:
    """(hour,) mean of the places by weight.

    Raises
    ------
    InputError
        As `check` and `blocks`.
    """
    share, names = check(hours, weight)
    total = np.zeros(hours.shape[1])
    for some, values in blocks(hours, names):
        total += share[some] @ values
    return total


def correlations(
    hours: Hours, names: Sequence[str] | None = None, progress: Progress = silent
) -> Correlations:
    """Pearson's and Spearman's coefficients of all pairs.

    Parameters
    ----------
    hours : (place, hour)

    Raises
    ------
    InputError
        As `check` and `blocks`.

    Notes
    -----
    Blocks of places against blocks of places, so memory is that of a few blocks, of those kept (`KEPT_BYTES`) and of
    the matrices, however many places there are.
    """
    _, labels = check(hours, names=names)
    count = hours.shape[0]
    pearson, rank = np.empty((count, count)), np.empty((count, count))
    mean, sigma = np.empty(count), np.empty(count)
    done = 0
    pieces = -(-count // PLACES_AT_ONCE)
    kept: dict[int, tuple[Array, Array]] = {}
    room = KEPT_BYTES // (2 * 8 * PLACES_AT_ONCE * hours.shape[1])
    for some, values in blocks(hours, labels):
        mean[some], sigma[some] = values.mean(axis=1), values.std(axis=1)
        own = (_standard(values), _standard(rankdata(values, axis=1)))
        if len(kept) < room:
            kept[some.start] = own
        for start in range(0, some.stop, PLACES_AT_ONCE):
            progress(done / (pieces * (pieces + 1) / 2), "correlations")
            other = slice(start, min(start + PLACES_AT_ONCE, some.stop))
            theirs = own if start == some.start else kept.get(start)
            if theirs is None:
                raw = np.asarray(hours[other], dtype=np.float64)
                theirs = (_standard(raw), _standard(rankdata(raw, axis=1)))
            for matrix, a, b in zip((pearson, rank), own, theirs, strict=True):
                product = np.clip(a @ b.T, -1.0, 1.0)
                matrix[some, other] = product
                matrix[other, some] = product.T
            done += 1
    for matrix in (pearson, rank):
        diagonal = np.einsum("ii->i", matrix)
        diagonal[np.isfinite(diagonal)] = 1.0
    progress(1.0, "correlations")
    return Correlations(labels, pearson, rank, mean, sigma)


def _standard(values: Array) -> Array:
    """(place, hour) with mean 0 and length 1; NaN where nothing changes."""
    values = values - values.mean(axis=1, keepdims=True)
    length = np.sqrt((values**2).sum(axis=1, keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(length > 1e-9, values / length, np.nan))


def ramps(
    output: Array, load: Array | None = None, steps_h: Sequence[int] = RAMP_STEPS_H
) -> tuple[Ramps, ...]:
    """Changes of what remains for others to follow: load less output, or less the output alone.

    Parameters
    ----------
    output, load : (hour,)
        One unit for both. Without load the ramps are those of the output itself.
    """
    rest = np.asarray(output, dtype=np.float64) if load is None else np.asarray(load) - np.asarray(output)
    found = []
    for step in steps_h:
        change = rest[step:] - rest[:-step]
        low, high = np.quantile(change, [0.01, 0.99])
        found.append(
            Ramps(
                step, float(change.std()), float(low), float(high), float(change.min()), float(change.max())
            )
        )
    return tuple(found)


def storage_for_firm(
    output: Array,
    firm_shares: Sequence[float] = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0),
    *,
    round_trip: float = 1.0,
    shape: Array | None = None,
) -> Storage:
    """Store that a firm output needs, by share of the mean output.

    Parameters
    ----------
    output : (hour,)
        One or more whole years; taken to repeat.
    firm_shares
        Firm output over mean output. [-]
    round_trip : float
        Efficiency of the store, half of it (its root) each way. [-]
    shape : (hour,) or None
        Course of the firm output with mean 1, e.g. of a load; None: constant.

    Raises
    ------
    InputError
        An output that is never above 0, an efficiency outside 0..1.

    Notes
    -----
    Sequent peak algorithm (Thomas and Burden 1963; Loucks et al., Water Resource Systems Planning and Analysis): the
    shortfall counted up hour by hour over two rounds, never below 0; its highest value is the store. What the store
    cannot take is spilled.
    """
    made = np.asarray(output, dtype=np.float64)
    mean = float(made.mean())
    if not mean > 0 or not 0 < round_trip <= 1:
        found = f"{mean:g}, {round_trip:g}"
        raise InputError(
            Problem("argument", "output, round_trip", found, "an output above 0, an efficiency of 0..1")
        )
    course = np.ones(len(made)) if shape is None else np.asarray(shape) / np.mean(shape)
    one_way = np.sqrt(round_trip)
    firm, capacity, charge, discharge = [], [], [], []
    for share in firm_shares:
        level = share * mean
        short = level * course - made
        drawn = np.where(short > 0, short / one_way, short * one_way)
        firm.append(level)
        discharge.append(float(np.maximum(short, 0).max()))
        charge.append(float(np.maximum(-short, 0).max()))
        if drawn.sum() > 1e-9 * len(made) * mean:
            capacity.append(np.nan)  # the year's energy does not reach
            continue
        level_of = np.cumsum(np.concatenate([drawn, drawn]))
        lowest = np.minimum.accumulate(np.minimum(level_of, 0.0))
        capacity.append(float((level_of - lowest).max()) / mean)
    return Storage(np.array(firm), np.array(capacity), np.array(charge), np.array(discharge))
