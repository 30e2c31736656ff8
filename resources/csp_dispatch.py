"""A tower plant on its own: hour by hour, as much electricity as its heat allows, for the yearly yield.

A base or a nation dispatches the block with everything else; this answers what the plant alone would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from resources.csp import CspBlock

Array = NDArray[np.float64]

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class CspYear:
    """A year of plants, per MW of net electric capacity; heat in MWh per MW."""

    power: Array
    """(place, hour) net electricity over net capacity, availability taken off. [-]"""
    stored_mwh: Array
    """(place, hour) heat in the salt at the end of the hour."""
    collected_mwh: Array
    """(place,) heat the receiver gave or could have given."""
    refused_mwh: Array
    """(place,) of it not taken: the salt was full."""
    starts: NDArray[np.int64]
    """(place,)"""

    @property
    def full_load_hours(self) -> Array:
        """(place,) [h/a]"""
        return np.asarray(self.power.sum(axis=1))


def run_alone(profile: Array, plant: CspBlock, clock_from: int = 0, clock_to: int = 24) -> CspYear:
    """Run plants greedily over the year.

    Parameters
    ----------
    profile : (place, hour)
        Heat of the receiver over its rated heat (`csp.heat_profile`). [-]
    plant : CspBlock
    clock_from, clock_to
        The block starts in these hours of the day only (17 to 24: for the evening); it runs on as long as there is
        heat, and it starts at any hour when the salt is full.

    Returns
    -------
    CspYear

    Raises
    ------
    InputError
        Values outside 0..1 or hours that are none.
    BalanceError
        Heat in and out do not agree (`csp_heat`).

    Notes
    -----
    In an hour the block may use the heat collected in it. It starts when there is enough for the start and one
    hour at full load, and stops when there is less than minimum load needs. Starts empty.
    """
    values = np.asarray(profile, dtype=np.float64)
    _check(values, clock_from, clock_to)
    places, hours = values.shape
    power = np.zeros((places, hours))
    level = np.zeros((places, hours))
    heat = np.zeros(places)
    on = np.zeros(places, dtype=bool)
    refused, lost, used = np.zeros(places), np.zeros(places), np.zeros(places)
    starts = np.zeros(places, dtype=np.int64)
    full = plant.heat_idle_mw + plant.heat_per_mwh
    least = plant.heat_idle_mw + plant.heat_per_mwh * plant.min_load_share
    for hour in range(hours):
        leak = heat * plant.storage_loss_per_h
        heat = heat - leak
        lost += leak
        at_hand = heat + values[:, hour] * plant.receiver_mw
        wanted = clock_from <= hour % 24 < clock_to
        ready = at_hand >= plant.start_mwh + full
        starting = ~on & ready & (wanted | (at_hand > plant.storage_mwh))
        spent = np.where(starting, plant.start_mwh, 0.0)
        on = (on | starting) & (at_hand - spent >= least)
        taken = np.where(on, np.minimum(at_hand - spent, full), 0.0)
        power[:, hour] = np.where(on, (taken - plant.heat_idle_mw) / plant.heat_per_mwh, 0.0)
        left = at_hand - spent - taken
        heat = np.minimum(left, plant.storage_mwh)
        refused += left - heat
        used += spent + taken
        starts += starting
        level[:, hour] = heat
    collected = values.sum(axis=1) * plant.receiver_mw
    gap = np.abs(collected - refused - lost - used - heat)
    if (gap > _TOLERANCE * np.maximum(collected, 1.0)).any():
        worst = int(np.argmax(gap))
        raise BalanceError("csp_heat", place=worst + 1, gap_mwh=float(gap[worst]))
    return CspYear(power * plant.availability, level, collected, refused, starts)


def _check(values: Array, clock_from: int, clock_to: int) -> None:
    problems = []
    if values.ndim != 2:
        problems.append(Problem("argument", "profile", f"{values.ndim} axes", "(place, hour)"))
    elif not ((values >= 0) & (values <= 1)).all():
        place, hour = np.argwhere(~((values >= 0) & (values <= 1)))[0]
        problems.append(
            Problem(f"place {place + 1} hour {hour}", "profile", f"{values[place, hour]:g}", "0 to 1")
        )
    if not 0 <= clock_from < clock_to <= 24:
        problems.append(Problem("argument", "clock", f"{clock_from} to {clock_to}", "0 <= from < to <= 24"))
    if problems:
        raise InputError(problems)
