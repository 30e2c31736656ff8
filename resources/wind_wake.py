"""What machines of one farm take from each other, by how densely they stand and how hard it blows.

Jensen's wakes (N. O. Jensen, A note on wind generator interaction, Risoe-M-2411, 1983; several wakes as in Katic,
Hoejstrup and Jensen, EWEC 1986) in a square farm, mean over all wind directions. Used by the wind chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DECAY_ONSHORE: Final = 0.075
"""Jensen's k over land, the value in general use. [-]"""
DECAY_OFFSHORE: Final = 0.04
"""Over the sea. [-]"""
MOST_MACHINES: Final = 196
"""Farms of more machines are computed with so many: the loss then grows slowly, and what the atmosphere above a
larger area no longer supplies is beyond Jensen's model anyway."""
HIGHEST_THRUST: Final = 0.80
"""Thrust coefficient where the power coefficient is highest, as on most sheets of modern machines; estimated. [-]"""
_DIRECTIONS_DEG: Final = tuple(float(a) for a in np.arange(0.0, 45.1, 2.5))
"""Of the wind; the rest of the circle follows by the square's symmetry."""


@dataclass(frozen=True, slots=True)
class SquareFarm:
    """Rows and columns of equal spacing, squared off."""

    rows: int
    columns: int
    spacing_m: float

    @property
    def machines(self) -> int:
        return self.rows * self.columns


def square_farm(rated_mw: float, farm_mw: float, density_mw_per_km2: float) -> SquareFarm:
    """The layout of `farm_mw` of machines at a density of installation, as nearly square as its number allows."""
    count = min(max(1, round(farm_mw / rated_mw)), MOST_MACHINES)
    rows = max(1, int(np.sqrt(count)))
    columns = max(1, round(count / rows))
    return SquareFarm(rows, columns, 1000.0 * float(np.sqrt(rated_mw / density_mw_per_km2)))


def thrust_coefficient(speed_ms: Array, power: Array) -> Array:
    """(point,) thrust coefficient that goes with a power curve. [-]

    Actuator disc: thrust 4 a (1 - a) belongs to the power 4 a (1 - a)^2 times an efficiency, which is such that the
    thrust is 0.80 where the power coefficient is highest. Below that speed the thrust stays.
    """
    coefficient = power / np.maximum(speed_ms, 0.1) ** 3
    best = int(np.argmax(coefficient))
    induction = np.linspace(0.0, (1 - np.sqrt(1 - HIGHEST_THRUST)) / 2, 400)
    share = 4 * induction * (1 - induction) ** 2
    a = np.interp(coefficient / coefficient[best] * share[-1], share, induction)
    thrust = 4 * a * (1 - a)
    thrust[:best] = np.where(power[:best] > 0, HIGHEST_THRUST, 0.0)
    return np.asarray(thrust)


@lru_cache(maxsize=32)
def _shadows(farm: SquareFarm, rotor_m: float, decay: float) -> tuple[tuple[Array, Array], ...]:
    """Per direction: weight of the direction, and (upwind machine, machine), upwind first, the share of the upwind
    machine's deficit that reaches the machine, squared."""
    x, y = np.meshgrid(np.arange(farm.columns) * farm.spacing_m, np.arange(farm.rows) * farm.spacing_m)
    radius = rotor_m / 2
    weights = np.ones(len(_DIRECTIONS_DEG))
    weights[0] = weights[-1] = 0.5
    found = []
    for direction, weight in zip(np.radians(_DIRECTIONS_DEG), weights / weights.sum(), strict=True):
        along = (x * np.cos(direction) + y * np.sin(direction)).ravel()
        across = (y * np.cos(direction) - x * np.sin(direction)).ravel()
        order = np.argsort(along, kind="stable")
        behind = along[order][None, :] - along[order][:, None]
        beside = np.abs(across[order][None, :] - across[order][:, None])
        wake = radius + decay * np.maximum(behind, 0.0)
        share = (radius / wake) ** 2 * _overlap(wake, radius, beside)
        share[behind <= 1e-6] = 0.0
        found.append((np.array(weight), share**2))
    return tuple(found)


def _overlap(wake_m: Array, rotor_m: float, apart_m: Array) -> Array:
    """Share of a rotor (radius `rotor_m`) that lies in a wake (radius `wake_m`): area common to two circles."""
    d = np.maximum(apart_m, 1e-9)
    r, w = rotor_m, wake_m
    in_rotor = np.arccos(np.clip((d**2 + r**2 - w**2) / (2 * d * r), -1, 1))
    in_wake = np.arccos(np.clip((d**2 + w**2 - r**2) / (2 * d * w), -1, 1))
    kite = np.sqrt(np.maximum((-d + r + w) * (d + r - w) * (d - r + w) * (d + r + w), 0.0)) / 2
    area = r**2 * in_rotor + w**2 * in_wake - kite
    return np.where(apart_m <= w - r, 1.0, np.where(apart_m >= w + r, 0.0, area / (np.pi * r**2)))


def farm_efficiency(
    speed_ms: Array,
    power: Array,
    rotor_m: float,
    farm: SquareFarm,
    decay: float = DECAY_ONSHORE,
) -> tuple[Array, Array]:
    """What a farm generates over what its machines would alone, by free wind speed.

    Parameters
    ----------
    speed_ms, power : (point,)
        The machine's curve per unit of rated power.
    decay : float
        Jensen's k. [-]

    Returns
    -------
    speeds [m/s] and efficiencies [-], 0..1; mean over all directions, none favoured.

    Notes
    -----
    All machines run at one hub height. Wakes end at no distance, their squares add. A machine in a wake blows a
    weaker wake of its own (its thrust is that at the speed it sees). What neighbouring farms take is not in it, nor
    is the slowing of the wind above very large areas.
    """
    last = float(speed_ms[-1])
    free = np.append(np.arange(2.0, last, 0.5), last)
    thrust = thrust_coefficient(speed_ms, power)
    alone = np.interp(free, speed_ms, power, left=0.0)
    farm_power = np.zeros(len(free))
    for weight, reach in _shadows(farm, rotor_m, decay):
        deficit = np.zeros((len(free), farm.machines))
        total = np.zeros(len(free))
        for j in range(farm.machines):
            slowed = np.sqrt(deficit[:, :j] ** 2 @ reach[:j, j])
            seen = free * (1 - np.minimum(slowed, 0.95))
            deficit[:, j] = 1 - np.sqrt(1 - np.interp(seen, speed_ms, thrust, left=0.0))
            total += np.interp(seen, speed_ms, power, left=0.0)
        farm_power += float(weight) * total / farm.machines
    runs = alone > 1e-6
    efficiency = np.interp(free, free[runs], np.minimum(farm_power[runs] / alone[runs], 1.0))
    return free, efficiency
