"""A cascade as one plant with one reservoir of energy, from a run of its stations.

A cubic metre stored at a station is worth the rated heads of that station and of all below it (Arvanitidis and Rosing,
Composite representation of a multireservoir hydroelectric power system, IEEE Trans. PAS-89, 1970). The inflow is what the run
generated and stored, so what its turbines could not take is not in it; a plan may then shift it within the storage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from resources.cascade import CascadeHydrology
from resources.cascade_run import CascadeRun

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CascadePlant:
    """One plant of energy; arrays (step,) and read-only."""

    capacity_mw: float
    inflow_mw: Array
    """Energy that comes and can be used, 0 or more."""
    least_mw: Array
    """Power of the environmental flow through the turbines; the inflow or storage may at times not give it."""
    stored_low_mwh: float
    stored_high_mwh: Array
    """At the end of a step; the flood limit in its months."""
    stored_start_mwh: float
    stored_end_mwh: float
    """As the run left it."""
    spilt_mwh: float
    """Of the year: water that went past turbines, at the rated head of its station."""


def worth_mwh_per_m3(hydrology: CascadeHydrology) -> Array:
    """(station,) energy of a cubic metre let down through a station and all below it."""
    worth = np.array(hydrology.mw_per_m3_s) / 3600.0
    for at in range(len(worth) - 1, -1, -1):
        if (to := int(hydrology.below[at])) >= 0:
            worth[at] += worth[to]
    return np.asarray(worth)


def cascade_plant(run: CascadeRun) -> CascadePlant:
    """The plant of a run.

    Raises
    ------
    BalanceError
        The inflow's energy is not what was generated and stored.

    Notes
    -----
    Where a lake is let down past full turbines an hour's inflow would be below zero: it is 0 then, and the other hours are
    lowered in proportion. Water on its way between stations is not counted as stored.
    """
    h = run.hydrology
    worth = worth_mwh_per_m3(h)
    stored = worth @ run.storage_m3
    start = float(worth @ h.storage_start_m3)
    power = run.power_mw.sum(axis=0)
    inflow = power + np.diff(np.concatenate([[start], stored])) / h.step_h
    total = float(inflow.sum())
    kept = np.maximum(inflow, 0.0)
    inflow = kept * (max(total, 0.0) / kept.sum()) if kept.sum() > 0 else kept
    expected = power.sum() * h.step_h + stored[-1] - start
    if abs(inflow.sum() * h.step_h - expected) > 1e-9 * max(abs(expected), 1.0):
        raise BalanceError(
            "inflow_energy", found_mwh=float(inflow.sum() * h.step_h), expected_mwh=float(expected)
        )
    through = np.where(h.environmental_through_turbines, h.mw_per_m3_s, 0.0)
    high = worth @ h.storage_high_m3
    least = np.minimum(through @ h.environmental_m3_s, float(h.capacity_mw.sum()))
    for array in (inflow, high, least):
        array.setflags(write=False)
    return CascadePlant(
        capacity_mw=float(h.capacity_mw.sum()),
        inflow_mw=inflow,
        least_mw=least,
        stored_low_mwh=0.0,
        stored_high_mwh=high,
        stored_start_mwh=start,
        stored_end_mwh=float(stored[-1]),
        spilt_mwh=float((h.mw_per_m3_s @ run.spilt_m3_s).sum() * h.step_h),
    )
