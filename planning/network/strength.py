"""How strong a receiving grid is for the direct-current lines that end in it.

Multi-infeed short-circuit ratio in the simplified form MISCR_i = 1 / sum_j |Z_ij| P_dj, Z the impedance matrix of the
AC network with its sources (after CIGRE WG B4.41, Systems with multiple DC infeed, 2008; short-circuit power at 1 p.u.
voltage, without the reactive power of filters). Sources are not in any table: estimated from the plants that run, each
with a subtransient reactance and a step-up transformer on its own rating.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import AcNetwork, Complex, Index

Array = NDArray[np.float64]

SOURCE_X_PU = 0.35
"""Of a plant on its own rating: about 0.20 subtransient, 0.15 step-up transformer (general knowledge, estimated)."""
POWER_FACTOR = 0.9
"""Rated power over apparent power of turbine generators."""
WEAK, VERY_WEAK = 3.0, 2.0
"""Below them a system counts as of low and of very low short-circuit ratio (IEEE Std 1204-1997 for one infeed, used
by planners for several)."""


def source_admittance(running_mw: Array, base_mva: float) -> Complex:
    """(bus,) to earth behind the machines that run. [p.u.]"""
    return np.asarray(-1j * np.maximum(running_mw, 0.0) / POWER_FACTOR / SOURCE_X_PU / base_mva)


def impedance(network: AcNetwork, running_mw: Array) -> Complex:
    """(bus, bus) [p.u.]

    Raises
    ------
    InputError
        A grid in which no machine runs: it has no strength to speak of.
    """
    for island in network.islands():
        if not (running_mw[island] > 0).any():
            names = ", ".join(network.bus_ids[int(k)] for k in island)
            raise InputError(Problem(f"grid of {names}", "running_mw", "0", "a machine that runs"))
    y = network.admittance()
    y[np.diag_indices(network.buses)] += source_admittance(running_mw, network.base_mva)
    return np.asarray(np.linalg.inv(y))


def miscr(impedance_pu: Complex, bus: Index, infeed_mw: Array, base_mva: float) -> Array:
    """Of every infeed; inf where none of those that reach it carries power.

    Parameters
    ----------
    bus, infeed_mw : (infeed,)
        Where each direct-current line ends, and what it brings; what is sent out (below 0) weakens too.
    """
    seen = np.abs(impedance_pu[np.ix_(bus, bus)]) @ (np.abs(infeed_mw) / base_mva)
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / seen)
