"""Whole-number arithmetic of energy and money by the hour: kWh, micro-yuan a MWh, fen; nothing is lost to rounding.

Meters count kWh, prices are kept to 1e-6 yuan a MWh as in the year's settlement, a payment is whole fen, rounded half
to even. All of it fits in 64 bits: 90 GW at 100,000 yuan/MWh in one hour is the most, and more is refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

KWH_PER_MWH = 1000
MICRO_PER_CNY = 10**6
_PER_FEN = 10**7
"""kWh times micro-yuan a MWh in one fen."""
_MOST = 2**62


def kwh_of(energy_mwh: ArrayLike) -> Ints:
    """(hour,) energy in whole kWh."""
    return np.rint(np.asarray(energy_mwh, dtype=np.float64) * KWH_PER_MWH).astype(np.int64)


def mwh_of(kwh: int | np.int64) -> float:
    """A sum of kWh in MWh."""
    return int(kwh) / KWH_PER_MWH


def micro_of(price_cny_per_mwh: ArrayLike) -> Ints:
    """(hour,) price in whole micro-yuan a MWh.

    Raises
    ------
    InputError
        A price that is no number.
    """
    price = np.asarray(price_cny_per_mwh, dtype=np.float64)
    if not np.all(np.isfinite(price)):
        raise InputError(Problem("settlement", "price", "a missing or infinite value", "numbers"))
    return np.rint(price * MICRO_PER_CNY).astype(np.int64)


def divided(amount: Ints, by: Ints | int) -> Ints:
    """`amount / by` rounded half to even, exactly; `by` above 0."""
    whole, rest = np.divmod(amount, by)
    twice = 2 * rest
    up = (twice > by) | ((twice == by) & (whole % 2 == 1))
    return np.asarray(whole + up, dtype=np.int64)


def fen_of_energy(kwh: Ints, micro_per_mwh: Ints | int) -> Ints:
    """(hour,) fen for energy at a price.

    Raises
    ------
    InputError
        Energy times price does not fit in 64 bits.
    """
    most = int(np.abs(kwh).max(initial=0)) * int(np.abs(micro_per_mwh).max(initial=0))
    if most > _MOST:
        found = f"{most / _PER_FEN / 100:.3g} CNY in an hour"
        raise InputError(Problem("settlement", "payment", found, "at most 4.6e9 CNY in an hour"))
    return divided(np.asarray(kwh * micro_per_mwh, dtype=np.int64), _PER_FEN)


def part_of(amount: Ints, part: Ints, whole: Ints) -> Ints:
    """(hour,) `amount * part / whole`, rounded half to even; 0 where `whole` is 0."""
    safe = np.where(whole > 0, whole, 1)
    return np.where(whole > 0, divided(np.asarray(amount * part, dtype=np.int64), safe), 0)


def spread(total: int, weights: Ints) -> Ints:
    """(hour,) a total over hours in proportion to weights, whole and adding up to it exactly.

    Every hour is the difference of two rounded running shares, so it is off by less than one. Without weight the
    first hour takes all.
    """
    if not len(weights):
        return np.zeros(0, dtype=np.int64)
    running = np.cumsum(weights, dtype=np.int64)
    whole = int(running[-1])
    if whole == 0:
        answer = np.zeros(len(weights), dtype=np.int64)
        answer[0] = total
        return answer
    # A year's fen times a year's kWh is beyond 64 bits: Python's own whole numbers.
    shares = [(total * int(at) * 2 + whole) // (2 * whole) for at in running]
    return np.asarray(np.diff(np.array([0, *shares], dtype=np.int64)), dtype=np.int64)
