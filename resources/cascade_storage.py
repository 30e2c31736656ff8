"""Level, volume and head of a reservoir from the few figures that are published of it.

The valley is taken as a cone-like body: the volume below a level grows with a power of the height above the river
bed, V = V_t ((z - z_b) / (z_n - z_b))^n. The bed z_b is the tail water; n follows from the usable share of the
storage where the low level is known, and is `USUAL_EXPONENT` elsewhere.

The rated head is taken to be the head at half the usable volume, which fixes the tail water. That this is right is
checked by the next dam's normal level, where its lake reaches up to the dam (`tests/resources/test_cascade.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem
from resources.cascade_tables import CascadeStation

Array = NDArray[np.float64]

USUAL_EXPONENT = 2.0
"""Of gorges; the fitted ones lie around it. Estimated."""
_LEAST_EXPONENT, _LARGEST_EXPONENT = 1.0, 6.0


@dataclass(frozen=True, slots=True)
class Reservoir:
    """A reservoir; usable volume 0 lies at `low_level_m`, `usable_m3` at `normal_level_m`."""

    normal_level_m: float
    low_level_m: float
    tail_water_m: float
    usable_m3: float
    total_m3: float
    exponent: float

    def level_m(self, usable_m3: ArrayLike) -> Array:
        """Level of a usable volume. [m]"""
        volume = self.total_m3 - self.usable_m3 + np.asarray(usable_m3, dtype=np.float64)
        depth = self.normal_level_m - self.tail_water_m
        share = np.maximum(volume, 0.0) / self.total_m3
        return np.asarray(self.tail_water_m + depth * share ** (1.0 / self.exponent))

    def volume_m3(self, level_m: ArrayLike) -> Array:
        """Usable volume at a level, within 0 and `usable_m3`. [m3]"""
        depth = self.normal_level_m - self.tail_water_m
        share = np.maximum(np.asarray(level_m, dtype=np.float64) - self.tail_water_m, 0.0) / depth
        volume = self.total_m3 * share**self.exponent - (self.total_m3 - self.usable_m3)
        return np.asarray(np.clip(volume, 0.0, self.usable_m3))

    def head_m(self, usable_m3: ArrayLike) -> Array:
        """Head of a usable volume; the tail water does not rise with the flow. [m]"""
        return np.asarray(self.level_m(usable_m3) - self.tail_water_m)


def reservoir_of(station: CascadeStation) -> Reservoir:
    """The reservoir of a station.

    Raises
    ------
    InputError
        Storage or levels that cannot be: more usable than total storage, a low level above the normal one.
    """
    problems = []
    if not 0 <= station.usable_storage_m3 <= station.total_storage_m3 or station.total_storage_m3 <= 0:
        found = f"{station.usable_storage_m3:g} of {station.total_storage_m3:g} m3"
        problems.append(Problem(station.id, "storage", found, "usable storage within the total"))
    if station.rated_head_m <= 0:
        problems.append(Problem(station.id, "rated_head_m", f"{station.rated_head_m:g}", "above 0"))
    if station.low_level_m is not None and station.low_level_m > station.normal_level_m:
        found = f"{station.low_level_m:g} m"
        problems.append(
            Problem(
                station.id, "low_level_m", found, f"at most the normal level, {station.normal_level_m:g} m"
            )
        )
    if station.tail_water_m is not None and station.tail_water_m >= station.normal_level_m:
        found = f"{station.tail_water_m:g} m"
        problems.append(Problem(station.id, "tail_water_m", found, "below the normal level"))
    if problems:
        raise InputError(problems)
    normal, usable, total = station.normal_level_m, station.usable_storage_m3, station.total_storage_m3
    kept = (total - usable) / total
    half = (total - usable / 2) / total
    known = None if station.tail_water_m is None else normal - station.tail_water_m
    depth = station.rated_head_m if known is None else known
    exponent = USUAL_EXPONENT
    for _ in range(60):  # depth and exponent depend on each other; a contraction
        if station.low_level_m is not None and 0 < kept < 1:
            above = (station.low_level_m - (normal - depth)) / depth
            if 0 < above < 1:
                exponent = float(np.clip(np.log(kept) / np.log(above), _LEAST_EXPONENT, _LARGEST_EXPONENT))
        if known is None:
            depth = 0.5 * depth + 0.5 * station.rated_head_m / half ** (1.0 / exponent)
    return Reservoir(
        normal_level_m=normal,
        low_level_m=normal - depth + depth * kept ** (1.0 / exponent),
        tail_water_m=normal - depth,
        usable_m3=usable,
        total_m3=total,
        exponent=exponent,
    )
