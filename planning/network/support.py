"""Buses that hold their voltage as long as their reactive power lasts.

A bus asked for more than it can give gives what it can and holds no voltage; one that holds none but whose voltage
would be back at what it is to hold takes it up again. Cases with the same buses at their limit are solved together.
(As Newton power flows do since Stott, Review of load-flow calculation methods, Proc. IEEE 62(7), 1974.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.network.ac import AcNetwork
from planning.network.newton import States, solve_states, unknowns_of

Array = NDArray[np.float64]

ROUNDS = 8
"""Of looking which buses are at their limit."""
RELEASED_FOR_GOOD = 4
"""From this round on a bus at its limit stays there, so that none goes to and fro."""
OVER_PU = 1e-6
"""By which a limit or a voltage must be passed."""


@dataclass(frozen=True, slots=True)
class Held:
    """Reactive power of every case, (case, bus) in per unit."""

    reactive: Array
    shunt: Array
    low: Array
    high: Array

    @staticmethod
    def unlimited(shape: tuple[int, ...]) -> Held:
        """Nothing given, no limit."""
        none, far = np.zeros(shape), np.full(shape, np.inf)
        return Held(none, none, -far, far)


def solve_with_limits(
    network: AcNetwork, power_pu: Array, held: Held, voltage_pu: float | Array
) -> tuple[States, NDArray[np.int8]]:
    """Voltages of every case, and the buses at their limit.

    Parameters
    ----------
    power_pu : (case, bus)
    voltage_pu
        That buses hold, one or (bus,); where others begin.

    Returns
    -------
    released : (case, bus)
        1 at the most a bus can give, -1 at the least, else 0. The reference of an island holds in any case.
    """
    voltage = np.array(np.broadcast_to(voltage_pu, (network.buses,)), dtype=np.float64)
    found = solve_states(network, power_pu, held.reactive, voltage, shunt_pu=held.shunt)
    released = np.zeros(power_pu.shape, dtype=np.int8)
    bound = network.holds_voltage & (np.isfinite(held.low) | np.isfinite(held.high)).any(axis=0)
    bound[unknowns_of(network).reference] = False
    if not bound.any():
        return found, released
    y = network.admittance()
    for number in range(ROUNDS):
        given = (found.voltage * np.conj(found.voltage @ y.T)).imag
        size = np.abs(found.voltage)
        then = released.copy()
        free = released == 0
        then[free & bound & (given > held.high + OVER_PU)] = 1
        then[free & bound & (given < held.low - OVER_PU)] = -1
        if number < RELEASED_FOR_GOOD:
            then[(released == 1) & (size > voltage + OVER_PU)] = 0
            then[(released == -1) & (size < voltage - OVER_PU)] = 0
        # A case without solution at its limits stays without: it has none the network could hold.
        changed = np.flatnonzero((then != released).any(axis=1) & found.converged)
        if not changed.size:
            break
        released[changed] = then[changed]
        patterns, of = np.unique(released[changed], axis=0, return_inverse=True)
        for k, pattern in enumerate(patterns):
            cases = changed[of.ravel() == k]
            other = replace(network, holds_voltage=network.holds_voltage & (pattern == 0))
            limit = np.where(pattern > 0, held.high[cases], held.low[cases])
            reactive = np.where(pattern != 0, limit, held.reactive[cases])
            part = solve_states(
                other, power_pu[cases], reactive, voltage,
                shunt_pu=held.shunt[cases], start=found.voltage[cases],
            )  # fmt: skip
            for name in ("voltage", "converged", "mismatch_pu", "slack_pu"):
                getattr(found, name)[cases] = getattr(part, name)
            found.steps[cases] += part.steps
    return found, released
