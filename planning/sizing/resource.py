"""What the place gives a base, hour by hour: capacity factors, heat of mirrors, water of a cascade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem
from resources.cascade import CascadeHydrology

Array = NDArray[np.float64]

PROFILES = ("wind", "pv", "pv_fixed", "pv_tracked", "csp_heat")
"""What may be given an hourly profile: capacity factors; of csp the receiver's heat over its rated heat."""


@dataclass(frozen=True, slots=True)
class BaseResource:
    """Hourly resource of a base's sites; read-only arrays of one length."""

    profiles: Mapping[str, Array]
    """By technology (`PROFILES`): (hour,) 0..1. [-]"""
    cascade: CascadeHydrology | None = None
    """Hourly (`step_h` 1)."""

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        kept: dict[str, Array] = {}
        for name, values in self.profiles.items():
            array = np.array(values, dtype=np.float64)
            if name not in PROFILES:
                problems.append(
                    Problem("resource", name, "an unknown profile", f"one of {', '.join(PROFILES)}")
                )
            if array.ndim != 1 or array.size == 0:
                problems.append(Problem("resource", name, f"{array.shape}", "(hour,)"))
            elif not ((array >= 0) & (array <= 1)).all():
                hour = int(np.flatnonzero(~((array >= 0) & (array <= 1)))[0])
                problems.append(Problem("resource", f"{name}, hour {hour}", f"{array[hour]:g}", "0 to 1"))
            array.setflags(write=False)
            kept[name] = array
        lengths = {array.size for array in kept.values()}
        if self.cascade is not None:
            lengths.add(self.cascade.steps)
            if self.cascade.step_h != 1:
                problems.append(Problem("resource", "cascade", f"steps of {self.cascade.step_h:g} h", "1 h"))
        if len(lengths) > 1:
            found = ", ".join(str(n) for n in sorted(lengths))
            problems.append(Problem("resource", "hours", found, "one length"))
        if problems:
            raise InputError(problems)
        object.__setattr__(self, "profiles", MappingProxyType(kept))

    @property
    def hours(self) -> int:
        """0 where nothing hourly is given."""
        for array in self.profiles.values():
            return int(array.size)
        return 0 if self.cascade is None else self.cascade.steps


def wind_and_pv(wind: ArrayLike, pv: ArrayLike) -> BaseResource:
    """The resource of a base of wind and one kind of PV."""
    return BaseResource({"wind": np.asarray(wind), "pv": np.asarray(pv)})
