"""Direct-current grids of several stations (Kun-Liu-Long, Zhangbei): currents and voltages at their nodes.

Conductances between nodes; at each node the station's power over its voltage is the sum of the currents into the
lines; one station holds the voltage and takes what is left. Newton's method on the other nodes' voltages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem, SolverError

Array = NDArray[np.float64]
TOLERANCE_MW = 1e-6
STEPS = 30


@dataclass(frozen=True, slots=True)
class DcGrid:
    """Stations and the lines between them.

    Raises
    ------
    InputError
        Lines to nowhere or without resistance, a node no line reaches.
    """

    node_ids: tuple[str, ...]
    from_node: NDArray[np.int64]
    to_node: NDArray[np.int64]
    resistance_ohm: Array
    """(line,) there and back: of a bipole both conductors in series."""
    rated_kv: float
    """Between the poles."""
    holds: int = 0
    """The station that keeps the voltage."""

    def __post_init__(self) -> None:
        n, problems = len(self.node_ids), []
        reached = {self.holds}
        ends = list(zip(self.from_node.tolist(), self.to_node.tolist(), strict=True))
        for k, (start, end) in enumerate(ends):
            if not (0 <= start < n and 0 <= end < n and start != end):
                problems.append(Problem(f"dc line {k + 1}", "ends", f"{start}, {end}", f"two of {n} nodes"))
            if not self.resistance_ohm[k] > 0:
                found = f"{self.resistance_ohm[k]:g}"
                problems.append(Problem(f"dc line {k + 1}", "resistance_ohm", found, "above 0"))
        for _ in ends:
            reached |= {b for a, b in ends if a in reached} | {a for a, b in ends if b in reached}
        problems += [
            Problem(f"dc node {name}", "lines", "none from the station that holds the voltage", "one")
            for k, name in enumerate(self.node_ids)
            if k not in reached
        ]
        if problems:
            raise InputError(problems)

    def conductance(self) -> Array:
        """(node, node) [S]"""
        g = np.zeros((len(self.node_ids),) * 2)
        for k, (a, b) in enumerate(zip(self.from_node, self.to_node, strict=True)):
            s = 1.0 / self.resistance_ohm[k]
            g[a, a] += s
            g[b, b] += s
            g[a, b] -= s
            g[b, a] -= s
        return g


@dataclass(frozen=True, slots=True)
class DcState:
    """A solved direct grid."""

    power_mw: Array
    """(node,) of each station into the grid; they add up to the loss of the lines."""
    voltage_kv: Array
    current_ka: Array
    """(line,) from `from_node` to `to_node`."""
    loss_mw: Array
    """(line,)"""


def solve_dc(grid: DcGrid, power_mw: Array) -> DcState:
    """Voltages at which every station but the one that holds puts in its power.

    Raises
    ------
    SolverError
        More power than the lines can carry.
    BalanceError
        Power at a node, or the sum, is wrong by more than 1e-6 MW.
    """
    g, held = grid.conductance(), grid.holds
    free = np.flatnonzero(np.arange(len(grid.node_ids)) != held)
    v = np.full(len(grid.node_ids), grid.rated_kv)
    wanted = np.asarray(power_mw, dtype=np.float64)
    for _ in range(STEPS):
        current = g @ v
        wrong = (v * current - wanted)[free]
        if np.abs(wrong).max(initial=0.0) <= TOLERANCE_MW * 1e-2:
            break
        slope = np.diag(current) + v[:, None] * g
        v[free] -= np.linalg.solve(slope[np.ix_(free, free)], wrong)
        if not (np.isfinite(v).all() and (v > 0).all()):
            raise SolverError("dc_grid_diverged", nodes=", ".join(grid.node_ids))
    else:
        raise SolverError("dc_grid_diverged", nodes=", ".join(grid.node_ids))
    power = v * (g @ v)
    flow = (v[grid.from_node] - v[grid.to_node]) / grid.resistance_ohm
    loss = flow**2 * grid.resistance_ohm
    wrong = max(float(np.abs((power - wanted)[free]).max(initial=0.0)), float(abs(power.sum() - loss.sum())))
    if not wrong <= TOLERANCE_MW:
        raise BalanceError("dc_balance", residual_mw=wrong)
    return DcState(power, v, flow, loss)
