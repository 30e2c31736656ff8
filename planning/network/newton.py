"""Power flow of many hours, or many outages, at once: Newton's method on stacks of states.

Unknown are the angles of all buses but one in each island, the voltages of buses that hold none, and the power each
island's slack adds; known are active power at every bus and reactive power where the voltage is not held (Tinney and
Hart, Power flow solution by Newton's method, IEEE Trans. PAS-86(11), 1967; slack shared by participation factors as in
Tong and Miu, IEEE Trans. Power Syst. 20(2), 2005, with factors that do not change).

Hours of one network differ little in their Jacobian. So all take steps with one factorised at their mean state (chord
steps: linear convergence, at the price of two products with a matrix), and what those do not settle is finished hour
by hour with its own Jacobian (quadratic convergence).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.blas import one_blas_thread
from planning.network.ac import AcNetwork, Complex, Index
from planning.network.chord import Block, Chord, Outage
from planning.network.unknowns import Unknowns, dc_angles, jacobian, unknowns_of

__all__ = ["States", "Unknowns", "dc_angles", "solve_states", "unknowns_of"]

Array = NDArray[np.float64]

TOLERANCE_PU = 1e-9
NEWTON_STEPS = 25
CHUNK_BYTES = 96 * 2**20
"""Of a stack of Jacobians."""


@dataclass(frozen=True, slots=True)
class States:
    """Solved states; (case, ...)."""

    voltage: Complex
    """(case, bus) [p.u.]; the last iterate where `converged` is False."""
    converged: NDArray[np.bool_]
    mismatch_pu: Array
    """(case,) largest that is left."""
    steps: NDArray[np.int64]
    slack_pu: Array
    """(case, island) power the slack buses add together. [p.u.]"""


def solve_states(
    network: AcNetwork,
    power_pu: Array,
    reactive_pu: Array,
    voltage_pu: Array,
    *,
    outage: tuple[Complex, Index, Index] | None = None,
    start: Complex | None = None,
    tolerance_pu: float = TOLERANCE_PU,
) -> States:
    """Voltages of every case.

    Parameters
    ----------
    power_pu, reactive_pu : (case, bus)
        What each bus injects; reactive power counts where no voltage is held.
    voltage_pu : (case, bus) or (bus,)
        Held voltages; elsewhere where the search begins.
    outage : (case, 2, 2), (case,), (case,)
        Of cases that differ in a branch each: what is added to the admittances between two buses, and which two.
    start : (case, bus)
        Voltages to begin with; left out, the DC flow.
    """
    with one_blas_thread():
        return _solve(network, power_pu, reactive_pu, voltage_pu, outage, start, tolerance_pu)


def _solve(
    network: AcNetwork,
    power_pu: Array,
    reactive_pu: Array,
    voltage_pu: Array,
    outage: tuple[Complex, Index, Index] | None,
    start: Complex | None,
    tolerance_pu: float,
) -> States:
    unknown = unknowns_of(network)
    cases = len(power_pu)
    magnitude = np.array(np.broadcast_to(voltage_pu, power_pu.shape), dtype=np.float64)
    if start is None:
        angle = dc_angles(network, power_pu, unknown)
    else:
        angle = np.angle(start)
        angle -= angle[:, unknown.reference][:, unknown.island_of]
        free = unknown.magnitude
        magnitude[:, free] = np.abs(start[:, free])
    islands = unknown.share.shape[1]
    whole = Block(
        power=power_pu.T,
        reactive=reactive_pu.T,
        angle=np.ascontiguousarray(angle.T),
        magnitude=np.ascontiguousarray(magnitude.T),
        slack=np.zeros((islands, cases)),
        left=np.full(cases, np.inf),
        steps=np.zeros(cases, dtype=np.int64),
    )
    changes = None if outage is None else Outage(outage[0], np.stack(outage[1:], axis=1))
    if cases:
        y = network.admittance()
        _chord(Chord(y, unknown, tolerance_pu), whole, changes)
        todo = np.flatnonzero(~(whole.left <= tolerance_pu))
        if todo.size:
            # From where they began: chord steps may have led a case astray.
            whole.angle[:, todo], whole.magnitude[:, todo] = angle[todo].T, magnitude[todo].T
            whole.slack[:, todo] = 0.0
            _newton(y, unknown, whole, changes, todo, tolerance_pu)
    voltage = np.empty((cases, network.buses), dtype=np.complex128)
    voltage.real = (whole.magnitude * np.cos(whole.angle)).T
    voltage.imag = (whole.magnitude * np.sin(whole.angle)).T
    return States(
        voltage=voltage,
        converged=whole.left <= tolerance_pu,
        mismatch_pu=whole.left,
        steps=whole.steps,
        slack_pu=np.ascontiguousarray(whole.slack.T),
    )


def _chord(chord: Chord, whole: Block, changes: Outage | None) -> None:
    """Blocks of cases with one Jacobian; what a block makes anew serves the next."""
    cases, size = len(whole.left), chord.block_size()
    try:
        if changes is None:
            chord.turn(whole.magnitude.mean(axis=1) * np.exp(1j * whole.angle.mean(axis=1)))
        else:
            chord.turn(whole.magnitude[:, 0] * np.exp(1j * whole.angle[:, 0]))
    except np.linalg.LinAlgError:
        return
    for begin in range(0, cases, size):
        columns = np.arange(begin, min(begin + size, cases))
        block = whole.taken(columns)
        chord.settle(block, None if changes is None else changes.taken(columns))
        for name in ("angle", "magnitude", "slack", "left", "steps"):
            getattr(whole, name)[..., columns] = getattr(block, name)


def _newton(
    y: Complex, unknown: Unknowns, whole: Block, changes: Outage | None, todo: Index, tolerance: float
) -> None:
    """Cases of `todo` with their own Jacobians."""
    buses, u = len(y), unknown
    size = max(int(CHUNK_BYTES / (u.count**2 * 8 + 4 * buses**2 * 16)), 1)
    a, m = len(u.angle), len(u.magnitude)
    for begin in range(0, len(todo), size):
        active = todo[begin : begin + size]
        own = y[None]
        if changes is not None:
            own = np.repeat(y[None], len(active), axis=0)
            ends = changes.ends[active]
            at = np.arange(len(active))[:, None, None]
            np.add.at(own, (at, ends[:, :, None], ends[:, None, :]), changes.changed[active])
        for _ in range(NEWTON_STEPS):
            v = (whole.magnitude[:, active] * np.exp(1j * whole.angle[:, active])).T
            current = v @ y.T if changes is None else (own @ v[..., None])[..., 0]
            power = v * np.conj(current)
            added = (u.share @ whole.slack[:, active]).T
            wrong = np.concatenate(
                [
                    power.real - whole.power[:, active].T - added,
                    power.imag[:, u.magnitude] - whole.reactive[u.magnitude][:, active].T,
                ],
                axis=1,
            )
            whole.left[active] = np.abs(wrong).max(axis=1, initial=0.0)
            going = (whole.left[active] > tolerance) & (whole.left[active] < 1e6)
            active, wrong = active[going], wrong[going]
            if not active.size:
                break
            own = own if changes is None else own[going]
            matrix = jacobian(u, own, v[going])
            try:
                change = np.linalg.solve(matrix, wrong[..., None])[..., 0]
            except np.linalg.LinAlgError:
                pairs = zip(matrix, wrong, strict=True)
                change = np.stack([np.linalg.lstsq(j, w, rcond=None)[0] for j, w in pairs])
            whole.angle[np.ix_(u.angle, active)] -= change[:, :a].T
            whole.magnitude[np.ix_(u.magnitude, active)] -= change[:, a : a + m].T
            whole.slack[:, active] -= change[:, a + m :].T
            whole.steps[active] += 1
    whole.left[~np.isfinite(whole.left)] = np.inf
