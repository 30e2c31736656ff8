"""Why an hour has no AC solution: how much of its power the network would still carry, and where it gives way.

The power of all buses is lowered together until there is a solution (as a continuation power flow goes along its
curve: Ajjarapu and Christy, IEEE Trans. Power Syst. 7(1), 1992); what is strained most just before the nose is the
place: a line whose ends lie too far apart in angle, or a bus whose voltage falls away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planning.network.ac import AcNetwork
from planning.network.branch_flow import branch_flows
from planning.network.newton import dc_angles, unknowns_of
from planning.network.support import Held, solve_with_limits

Array = NDArray[np.float64]

TRIES = 12
"""Shares looked at together, twice: the nose is found to a hundredth."""
FULL_ANGLE_DEG, FULL_SAG_PU = 90.0, 0.4
"""A line gives way at about 90 degrees where its ends are held; a free bus after about 0.4 p.u. of sag. What is nearer
to its own is the cause."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Why and where."""

    cause: Literal["tie", "voltage", "numeric"]
    """tie: too much power over a branch; voltage: the voltage of a bus collapses; numeric: no solution even of a small
    share of the power, so the data themselves are at fault."""
    share: float
    """Of the hour's power that still has a solution. [-]"""
    branch: int
    """The most strained; -1 for numeric."""
    angle_deg: float
    asked_mw: float
    """On that branch, by the DC flow of the whole hour."""
    most_mw: float
    """On it just before the nose."""
    bus: int
    voltage_pu: float
    """The lowest just before the nose."""


def explain(network: AcNetwork, power_pu: Array, held: Held, voltage_pu: float) -> Finding:
    """The nose of one hour.

    Parameters
    ----------
    power_pu : (bus,)
    held
        Of one case, (1, bus).
    """
    low, high, best = 0.0, 1.0, None
    for _ in range(2):
        shares = np.linspace(low, high, TRIES + 1)[1:]
        many = Held(*(np.repeat(getattr(held, name), TRIES, axis=0) for name in Held.__slots__))
        found, _ = solve_with_limits(network, shares[:, None] * power_pu, many, voltage_pu)
        # The first that fails ends it: beyond the nose a solution is another branch's.
        count = TRIES if found.converged.all() else int(np.argmin(found.converged))
        step = (high - low) / TRIES
        if count:
            best, low = found.voltage[count - 1], float(shares[count - 1])
        high = low + step
    if best is None:
        return Finding("numeric", 0.0, -1, 0.0, 0.0, 0.0, -1, 0.0)
    b = network.branches
    across = np.abs(np.angle(best[b.from_bus] * np.conj(best[b.to_bus]), deg=True))
    branch, size = int(np.argmax(across)), np.abs(best)
    bus = int(np.argmin(size))
    flow = branch_flows(network, best[None]).from_mva.real[0]
    angle = dc_angles(network, power_pu[None], unknowns_of(network))[0]
    asked = (angle[b.from_bus] - angle[b.to_bus]) / (b.x_pu * b.ratio) * network.base_mva
    sag = (voltage_pu - size[bus]) / FULL_SAG_PU
    return Finding(
        cause="tie" if across[branch] / FULL_ANGLE_DEG >= sag else "voltage",
        share=low,
        branch=branch,
        angle_deg=float(across[branch]),
        asked_mw=float(abs(asked[branch])),
        most_mw=float(abs(flow[branch])),
        bus=bus,
        voltage_pu=float(size[bus]),
    )
