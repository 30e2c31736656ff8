"""A cascade as one plant with one reservoir of energy, from a run of its stations.

A cubic metre stored at a station is worth the rated heads of that station and of all below it (Arvanitidis and Rosing,
Composite representation of a multireservoir hydroelectric power system, IEEE Trans. PAS-89, 1970). The inflow is what the run
generated and stored, so what its turbines could not take is not in it; a plan may then shift it within the storage.

Where a river's stations have several owners (a province, a base, the next province) each gets a plant of its own: its
storage counts through its own heads alone, and what the others let go comes by the rule curves of the run.
"""

from __future__ import annotations

from collections.abc import Collection
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


def worth_mwh_per_m3(
    hydrology: CascadeHydrology, owned: Collection[str] | None = None, use_share: Array | None = None
) -> Array:
    """(station,) energy of a cubic metre let down through a station and all below it. [MWh/m3]

    Parameters
    ----------
    owned
        Ids of the stations whose energy counts; None: all. Water of a station that is not among them is worth 0.
    use_share : (station,)
        Of each station's energy that is taken; None: all of it.
    """
    inside = np.array([owned is None or id in owned for id in hydrology.ids])
    own = np.where(inside, hydrology.mw_per_m3_s, 0.0) / 3600.0
    if use_share is not None:
        own = own * use_share
    worth = np.array(own)
    for at in range(len(worth) - 1, -1, -1):
        if (to := int(hydrology.below[at])) >= 0:
            worth[at] += worth[to]
    # Water another owner holds is not ours to keep, though it will pass our turbines.
    return np.asarray(np.where(inside, worth, 0.0))


def cascade_plant(
    run: CascadeRun,
    owned: Collection[str] | None = None,
    use_share: Array | None = None,
    inflow_factor: Array | None = None,
) -> CascadePlant:
    """The plant of a run, or of those of its stations that one owner has.

    Parameters
    ----------
    owned
        Ids of the stations; None: all. What other stations let go comes as the run says.
    use_share : (station,)
        Of each station's energy that is taken (outages, reserve, withdrawals); None: all of it.
    inflow_factor : (station,)
        By which the energy that comes at each station is multiplied; storage and least flow are not. None: 1.

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
    inside = np.array([owned is None or id in owned for id in h.ids])
    use = np.where(inside, 1.0 if use_share is None else use_share, 0.0)
    factor = np.ones(len(h.ids)) if inflow_factor is None else np.asarray(inflow_factor)
    worth = worth_mwh_per_m3(h, owned, use_share)
    stored = worth @ run.storage_m3
    start = float(worth @ h.storage_start_m3)
    gained = np.diff((factor * worth) @ run.storage_m3, prepend=float((factor * worth) @ h.storage_start_m3))
    power = (factor * use) @ run.power_mw
    inflow = power + gained / h.step_h
    total = float(inflow.sum())
    kept = np.maximum(inflow, 0.0)
    inflow = kept * (max(total, 0.0) / kept.sum()) if kept.sum() > 0 else kept
    kept_change = float((factor * worth) @ (run.storage_m3[:, -1] - h.storage_start_m3))
    expected = max(float(power.sum()) * h.step_h + kept_change, 0.0)
    if abs(inflow.sum() * h.step_h - expected) > 1e-9 * max(abs(expected), 1.0):
        raise BalanceError(
            "inflow_energy", found_mwh=float(inflow.sum() * h.step_h), expected_mwh=float(expected)
        )
    capacity = float(h.capacity_mw[inside].sum())
    through = np.where(h.environmental_through_turbines, h.mw_per_m3_s, 0.0) * use
    high = worth @ h.storage_high_m3
    least = np.minimum(through @ h.environmental_m3_s, capacity)
    for array in (inflow, high, least):
        array.setflags(write=False)
    return CascadePlant(
        capacity_mw=capacity,
        inflow_mw=inflow,
        least_mw=least,
        stored_low_mwh=0.0,
        stored_high_mwh=high,
        stored_start_mwh=start,
        stored_end_mwh=float(stored[-1]),
        spilt_mwh=float(((h.mw_per_m3_s * use) @ run.spilt_m3_s).sum() * h.step_h),
    )
