"""Frequency after a loss of infeed, in a simplified form: one machine for the whole synchronous grid.

Swing equation of the grid's stored energy, a governor that ramps its reserve, load that falls with frequency
(Kundur, Power System Stability and Control, 1994, ch. 11; Anderson and Mirheydar, A low-order system frequency
response model, IEEE Trans. Power Syst. 5(3), 1990, of which this keeps energy, droop and damping). No under-frequency
shedding, no emergency control of other direct-current lines, no spread over the grid: what it gives is the order of
the dip and whether the reserve is enough, not the record of a disturbance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]

NOMINAL_HZ = 50.0
INERTIA_S = {"coal": 4.5, "gas": 5.0, "nuclear": 5.5, "hydro": 3.5, "pumped": 3.5}
"""Stored energy over rating of a unit that runs. [MW s/MVA] General knowledge, estimated; wind, sun and batteries
count for nothing."""
GOVERNOR_DROOP = 0.05
GOVERNOR_S = 8.0
"""Time constant of governor and turbine: between steam (about 7 s with reheat) and hydro; estimated."""
LOAD_DAMPING = 1.5
"""Share of load lost per share of frequency; estimated, 1 to 2 is usual."""
STEP_S, SPAN_S = 0.02, 60.0


@dataclass(frozen=True, slots=True)
class Dip:
    """After the loss; all of one shape (case,)."""

    rate_hz_per_s: Array
    """At the first moment."""
    lowest_hz: Array
    settled_hz: Array
    """Where governors and load hold it, with the reserve there is."""
    reserve_short_mw: Array
    """Lost infeed beyond spinning reserve; 0 where it is enough."""


def dip(lost_mw: Array, load_mw: Array, stored_mws: Array, governed_mw: Array, reserve_mw: Array) -> Dip:
    """Frequency after losing infeed (above 0) or load (below 0).

    Parameters
    ----------
    stored_mws
        Energy of the turning masses.
    governed_mw
        Rating of machines with governors.
    reserve_mw
        What they have left upwards. Downwards they may give up all that they are rated for.

    Raises
    ------
    InputError
        A grid without stored energy or without load.
    """
    parts = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in
                                  (lost_mw, load_mw, stored_mws, governed_mw, reserve_mw)))  # fmt: skip
    lost, load, stored, governed, reserve = (np.atleast_1d(p) for p in parts)
    if not (stored > 0).all() or not (load > 0).all():
        raise InputError(Problem("grid", "stored energy, load", "0", "above 0"))
    stiffness = governed / GOVERNOR_DROOP
    damping = LOAD_DAMPING * load
    off, gate = np.zeros(lost.shape), np.zeros(lost.shape)
    lowest = np.zeros(lost.shape)
    for _ in range(int(SPAN_S / STEP_S)):
        wanted = np.clip(-stiffness * off, -governed, np.maximum(reserve, 0.0))
        gate += STEP_S / GOVERNOR_S * (wanted - gate)
        off += STEP_S * (gate - lost - damping * off) / (2.0 * stored)
        lowest = np.where(np.abs(off) > np.abs(lowest), off, lowest)
    # At rest: droop and damping together, or damping alone once the reserve is spent.
    both = -lost / (stiffness + damping)
    spent = lost > 0
    spent &= -stiffness * both > reserve
    rest = np.where(spent, -(lost - np.maximum(reserve, 0.0)) / damping, both)
    return Dip(
        rate_hz_per_s=-lost / (2.0 * stored) * NOMINAL_HZ,
        lowest_hz=NOMINAL_HZ * (1.0 + lowest),
        settled_hz=NOMINAL_HZ * (1.0 + rest),
        reserve_short_mw=np.maximum(lost - np.maximum(reserve, 0.0), 0.0),
    )
