"""What flows through branches at given voltages, and the check that power adds up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.network.ac import AcNetwork, Complex

Array = NDArray[np.float64]

BALANCE_PU = 1e-6
"""The most by which the power of a solved bus may be wrong."""
ROWS_BYTES = 2**18


@dataclass(frozen=True, slots=True)
class BranchFlows:
    """Apparent power into both ends of every branch. [MVA]"""

    from_mva: Complex
    """(case, branch)"""
    to_mva: Complex

    @property
    def loss_mw(self) -> Array:
        """(case, branch)"""
        return np.asarray((self.from_mva + self.to_mva).real)

    def loading(self, rating_mva: Array) -> Array:
        """(case, branch) the larger of the two ends over the rating. [-]"""
        return np.maximum(np.abs(self.from_mva), np.abs(self.to_mva)) / rating_mva


def branch_flows(network: AcNetwork, voltage: Complex) -> BranchFlows:
    """Flows at voltages (case, bus) in per unit."""
    b = network.branches
    yff, yft, ytf, ytt = b.admittances()
    start, end = (np.empty((len(voltage), b.count), dtype=np.complex128) for _ in range(2))
    # Rows of a size that stays in the processor's cache.
    rows = max(ROWS_BYTES // (16 * max(b.count, 1)), 1)
    for k in range(0, len(voltage), rows):
        part = slice(k, k + rows)
        vf, vt = np.take(voltage[part], b.from_bus, axis=1), np.take(voltage[part], b.to_bus, axis=1)
        start[part] = vf * np.conj(yff * vf + yft * vt)
        end[part] = vt * np.conj(ytf * vf + ytt * vt)
    start *= network.base_mva
    end *= network.base_mva
    return BranchFlows(start, end)


def check_balance(network: AcNetwork, voltage: Complex, flows: BranchFlows, injected_mw: Array) -> float:
    """The largest error of active power at a bus [p.u.], from the flows and not from what the solver says of itself.

    Parameters
    ----------
    voltage, injected_mw : (case, bus)
        Of converged cases; what the slack adds is in the injection.

    Raises
    ------
    BalanceError
        More than 1e-6 p.u. at a bus.
    """
    from scipy.sparse import coo_array

    b, one = network.branches, np.ones(network.branches.count)
    at = np.arange(b.count)
    size = (network.buses, b.count)
    starts, ends = (coo_array((one, (bus, at)), shape=size).tocsr() for bus in (b.from_bus, b.to_bus))
    leaving = [np.ascontiguousarray(mva.real.T) for mva in (flows.from_mva, flows.to_mva)]
    out = np.asarray((starts @ leaving[0] + ends @ leaving[1]).T)
    out += network.base_mva * np.abs(voltage) ** 2 * network.shunt_pu.real
    wrong = np.abs(out - injected_mw) / network.base_mva
    worst = float(wrong.max(initial=0.0))
    if not worst <= BALANCE_PU:
        case, bus = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        raise BalanceError("node_balance", case=int(case), bus=network.bus_ids[int(bus)], residual_pu=worst)
    return worst
