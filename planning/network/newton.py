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

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.blas import one_blas_thread
from planning.network.ac import AcNetwork, Complex, Index
from planning.network.chord import CHANGED, FAR_PU, Block, Chord, Outage
from planning.network.unknowns import Unknowns, dc_angles, jacobian, unknowns_of

__all__ = ["States", "Unknowns", "dc_angles", "solve_states", "unknowns_of"]

Array = NDArray[np.float64]

TOLERANCE_PU = 1e-9
NEWTON_STEPS = 25
ROUNDS = 4
"""Of chord steps, each with a Jacobian of its own."""
THREADS = 2
"""That settle blocks of cases at a time: products and elementwise work run without Python's lock."""
MEAN_CASES = 8
"""From so many cases on their mean is solved first."""
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
    shunt_pu: Array | None = None,
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
    shunt_pu : (case, bus)
        Susceptance to earth that differs from case to case (filters, compensation), beside that of the network;
        counts where no voltage is held.
    outage : (case, 2, 2), (case,), (case,)
        Of cases that differ in a branch each: what is added to the admittances between two buses, and which two.
    start : (case, bus)
        Voltages to begin with; left out, the solved mean of all cases, or the DC flow.
    """
    with one_blas_thread():
        shunt = np.zeros((len(power_pu), 0)) if shunt_pu is None else shunt_pu
        return _Search(network, power_pu, reactive_pu, voltage_pu, shunt, outage, tolerance_pu).solved(start)


class _Search:
    """All cases of a network while they are solved."""

    def __init__(
        self,
        network: AcNetwork,
        power_pu: Array,
        reactive_pu: Array,
        voltage_pu: Array,
        shunt_pu: Array,
        outage: tuple[Complex, Index, Index] | None,
        tolerance_pu: float,
    ) -> None:
        self.network, self.tolerance = network, tolerance_pu
        self.unknown = unknowns_of(network)
        self.y = network.admittance()
        self.power, self.reactive = power_pu, reactive_pu
        self.held: Array = np.array(np.broadcast_to(voltage_pu, power_pu.shape), dtype=np.float64)
        free = self.unknown.magnitude
        self.switched: Index = free[(shunt_pu[:, free] != 0).any(axis=0)] if shunt_pu.size else free[:0]
        self.shunt = np.ascontiguousarray(shunt_pu[:, self.switched].T) if self.switched.size else np.zeros(
            (0, len(power_pu))
        )  # fmt: skip
        self.changes = None if outage is None else Outage(outage[0], np.stack(outage[1:], axis=1))

    def solved(self, start: Complex | None) -> States:
        """Voltages of every case."""
        cases = len(self.power)
        chord = Chord(self.y, self.unknown, self.tolerance, self.switched)
        begun = None
        if start is not None:
            begun = self._begin(*self._given(start))
        elif self.changes is None and cases >= MEAN_CASES:
            begun = self._from_mean(chord)
        whole = begun or self._begin(dc_angles(self.network, self.power, self.unknown), self.held)
        if cases:
            self._chord(chord, whole)
            todo = np.flatnonzero(~(whole.left <= self.tolerance))
            if todo.size:
                # From the beginning: chord steps may have led a case astray.
                first = (
                    self._given(start) if start is not None
                    else (dc_angles(self.network, self.power, self.unknown), self.held)
                )  # fmt: skip
                whole.angle[:, todo], whole.magnitude[:, todo] = first[0][todo].T, first[1][todo].T
                whole.slack[:, todo] = 0.0
                self._newton(whole, todo)
                whole.cosine[:, todo], whole.sine[:, todo] = (
                    np.cos(whole.angle[:, todo]), np.sin(whole.angle[:, todo])
                )  # fmt: skip
        voltage = np.empty((cases, self.network.buses), dtype=np.complex128)
        voltage.real = (whole.magnitude * whole.cosine).T
        voltage.imag = (whole.magnitude * whole.sine).T
        return States(
            voltage=voltage,
            converged=whole.left <= self.tolerance,
            mismatch_pu=whole.left,
            steps=whole.steps,
            slack_pu=np.ascontiguousarray(whole.slack.T),
        )

    def _given(self, start: Complex) -> tuple[Array, Array]:
        """(case, bus) angles and magnitudes to begin with."""
        angle, magnitude, free = np.angle(start), self.held.copy(), self.unknown.magnitude
        angle -= angle[:, self.unknown.reference][:, self.unknown.island_of]
        magnitude[:, free] = np.abs(start[:, free])
        return angle, magnitude

    def _begin(self, angle: Array, magnitude: Array) -> Block:
        """All cases at angles and magnitudes (case, bus)."""
        cases = len(angle)
        at = np.ascontiguousarray(angle.T)
        return Block(
            power=self.power.T,
            reactive=self.reactive.T,
            shunt=self.shunt,
            angle=at,
            cosine=np.cos(at),
            sine=np.sin(at),
            magnitude=np.ascontiguousarray(magnitude.T),
            slack=np.zeros((self.unknown.share.shape[1], cases)),
            left=np.full(cases, np.inf),
            steps=np.zeros(cases, dtype=np.int64),
        )

    def _from_mean(self, chord: Chord) -> Block | None:
        """All cases at the solved mean, whose Jacobian the chord takes; None where the mean has no solution."""
        u = self.unknown
        power, reactive, held = (v.mean(axis=0)[None] for v in (self.power, self.reactive, self.held))
        shunt = np.zeros((1, self.network.buses))
        shunt[0, self.switched] = self.shunt.mean(axis=1)
        mean = _Search(self.network, power, reactive, held, shunt, None, self.tolerance)
        one = mean._begin(dc_angles(self.network, power, u), held)
        mean._newton(one, np.zeros(1, dtype=np.int64))
        if not one.left[0] <= self.tolerance:
            return None
        try:
            state = one.magnitude[:, 0] * np.exp(1j * one.angle[:, 0])
            chord.turn(state, shunt[0, chord.switched])
        except np.linalg.LinAlgError:
            return None
        cases = len(self.power)
        magnitude = self.held.T.copy()
        magnitude[u.magnitude] = one.magnitude[u.magnitude]
        return Block(
            power=self.power.T,
            reactive=self.reactive.T,
            shunt=self.shunt,
            angle=np.repeat(one.angle, cases, axis=1),
            cosine=np.repeat(np.cos(one.angle), cases, axis=1),
            sine=np.repeat(np.sin(one.angle), cases, axis=1),
            magnitude=magnitude,
            slack=np.repeat(one.slack, cases, axis=1),
            left=np.full(cases, np.inf),
            steps=np.zeros(cases, dtype=np.int64),
        )

    def _chord(self, chord: Chord, whole: Block) -> None:
        """Rounds of steps with one Jacobian, each round's at the mean of those cases that are left."""
        todo = np.arange(len(whole.left))
        for number in range(ROUNDS):
            # Outages differ from one network, so theirs stays the Jacobian of the state they begin with.
            if number or not chord.inverse.size:
                of = todo if self.changes is None else todo[:1]
                state = whole.magnitude[:, of].mean(axis=1) * np.exp(1j * whole.angle[:, of].mean(axis=1))
                try:
                    chord.turn(state, whole.shunt[:, of].mean(axis=1))
                except np.linalg.LinAlgError:
                    return
            before = whole.left[todo]
            size = chord.block_size()
            blocks = [todo[begin : begin + size] for begin in range(0, len(todo), size)]
            if len(blocks) > 1:
                with ThreadPoolExecutor(max_workers=min(THREADS, os.cpu_count() or 1)) as pool:
                    list(pool.map(lambda columns: self._settled(chord, whole, columns), blocks))
            else:
                self._settled(chord, whole, blocks[0])
            left = whole.left[todo]
            todo = todo[(left > self.tolerance) & (left < FAR_PU) & (left < 0.5 * before)]
            if not todo.size or self.changes is not None:
                return

    def _settled(self, chord: Chord, whole: Block, columns: Index) -> None:
        block = whole.taken(columns)
        chord.settle(block, None if self.changes is None else self.changes.taken(columns))
        for name in CHANGED:
            getattr(whole, name)[..., columns] = getattr(block, name)

    def _newton(self, whole: Block, todo: Index) -> None:
        """Each case with its own Jacobian."""
        u, y, changes, buses = self.unknown, self.y, self.changes, self.network.buses
        own_each = changes is not None or bool(self.switched.size)
        size = max(int(CHUNK_BYTES / (u.count**2 * 8 + 4 * buses**2 * 16)), 1)
        a, m = len(u.angle), len(u.magnitude)
        for begin in range(0, len(todo), size):
            active = todo[begin : begin + size]
            own = y[None]
            if own_each:
                own = np.repeat(y[None], len(active), axis=0)
                own[:, self.switched, self.switched] += 1j * whole.shunt[:, active].T
            if changes is not None:
                ends = changes.ends[active]
                at = np.arange(len(active))[:, None, None]
                np.add.at(own, (at, ends[:, :, None], ends[:, None, :]), changes.changed[active])
            for _ in range(NEWTON_STEPS):
                v = (whole.magnitude[:, active] * np.exp(1j * whole.angle[:, active])).T
                current = (own @ v[..., None])[..., 0] if own_each else v @ y.T
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
                going = (whole.left[active] > self.tolerance) & (whole.left[active] < 1e6)
                active, wrong = active[going], wrong[going]
                if not active.size:
                    break
                own = own[going] if own_each else own
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
