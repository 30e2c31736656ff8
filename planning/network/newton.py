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

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from planning.network.ac import AcNetwork, Complex, Index

Array = NDArray[np.float64]

TOLERANCE_PU = 1e-9
CHORD_STEPS = 30
CHORD_ROUND = 5
"""Steps with one Jacobian before it is made anew of those hours that are left."""
NEWTON_STEPS = 25
CHUNK_BYTES = 96 * 2**20
"""Of a stack of Jacobians."""


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Where the unknowns of a network are among its buses."""

    angle: Index
    magnitude: Index
    island_of: Index
    """(bus,)"""
    share: Array
    """(bus, island) slack power of an island by bus; columns sum to 1."""
    reference: Index
    """(island,) bus of angle 0."""

    @property
    def count(self) -> int:
        return len(self.angle) + len(self.magnitude) + int(self.share.shape[1])


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


def unknowns_of(network: AcNetwork) -> Unknowns:
    """The unknowns of a network with its islands as they are."""
    islands = network.islands()
    island_of = np.zeros(network.buses, dtype=np.int64)
    share = np.zeros((network.buses, len(islands)))
    reference = np.zeros(len(islands), dtype=np.int64)
    for k, island in enumerate(islands):
        island_of[island] = k
        share[island, k] = network.slack_share[island] / network.slack_share[island].sum()
        reference[k] = island[int(np.argmax(network.slack_share[island]))]
    angle = np.setdiff1d(np.arange(network.buses), reference)
    magnitude = np.flatnonzero(~network.holds_voltage)
    return Unknowns(angle, magnitude, island_of, share, reference)


def dc_angles(network: AcNetwork, power_pu: Array, unknown: Unknowns) -> Array:
    """(case, bus) angles of the DC flow, the missing power of each island shared as the slack is. [rad]"""
    left = power_pu - (power_pu @ _members(unknown)) @ unknown.share.T
    angle = np.zeros_like(power_pu)
    b = network.susceptance()[np.ix_(unknown.angle, unknown.angle)]
    if b.size:
        angle[:, unknown.angle] = np.linalg.solve(b, left[:, unknown.angle].T).T
    return angle


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
    slack = np.zeros((cases, unknown.share.shape[1]))
    work = _Work(network, unknown, power_pu, reactive_pu, angle, magnitude, slack, tolerance_pu)
    y = network.admittance()
    if outage is None:
        work.chord(y)
        work.newton(y[None])
    elif cases:
        work.chord_outages(y, *outage)
        work.newton(work.own)
    return States(
        voltage=work.magnitude * np.exp(1j * work.angle),
        converged=work.left <= tolerance_pu,
        mismatch_pu=work.left,
        steps=work.steps,
        slack_pu=work.slack,
    )


class _Work:
    """The states of all cases while they are found."""

    def __init__(
        self,
        network: AcNetwork,
        unknown: Unknowns,
        power: Array,
        reactive: Array,
        angle: Array,
        magnitude: Array,
        slack: Array,
        tolerance: float,
    ) -> None:
        self.unknown, self.power, self.reactive = unknown, power, reactive
        self.angle, self.magnitude, self.slack = angle, magnitude, slack
        self.tolerance = tolerance
        self.left = np.full(len(power), np.inf)
        self.steps = np.zeros(len(power), dtype=np.int64)
        self.buses = network.buses
        self._first = angle.copy(), magnitude.copy()
        self.own: Complex = np.zeros((0, 0, 0), dtype=np.complex128)

    def chord(self, y: Complex) -> None:
        """All cases with one Jacobian of their mean state, renewed every few steps, until they settle or rest."""
        factor: tuple[Array, Array] | None = None

        def step(active: Index, wrong: Array, number: int) -> Array:
            nonlocal factor
            if factor is None or number % CHORD_ROUND == 0:
                v = np.mean(self.magnitude[active], axis=0) * np.exp(1j * np.mean(self.angle[active], axis=0))
                factor = lu_factor(self._jacobian(y[None], v[None])[0])
            return np.asarray(lu_solve(factor, wrong.T, check_finite=False).T)

        self.settle(lambda active: y, step)

    def chord_outages(self, y: Complex, changed: Complex, from_bus: Index, to_bus: Index) -> None:
        """Cases that differ from one network in a branch each: its Jacobian, corrected for the branch.

        Parameters
        ----------
        y : (bus, bus)
            Of the whole network.
        changed : (case, 2, 2)
            What the outage adds to the admittances between the two ends.
        from_bus, to_bus : (case,)

        Notes
        -----
        J + R C R^T with a C of 4 x 4: (Sherman-Morrison-Woodbury; for power flow Alsac, Stott and Tinney,
        Sparsity-oriented compensation methods, IEEE Trans. PAS-102(5), 1983).
        """
        u, cases, n = self.unknown, len(self.power), self.buses
        v = self.magnitude[:1] * np.exp(1j * self.angle[:1])
        inverse = np.linalg.inv(self._jacobian(y[None], v)[0])
        at_angle, at_size = np.full(n, -1), np.full(n, -1)
        at_angle[u.angle] = np.arange(len(u.angle))
        at_size[u.magnitude] = len(u.angle) + np.arange(len(u.magnitude))
        at_reactive = np.full(n, -1)
        at_reactive[u.magnitude] = n + np.arange(len(u.magnitude))
        ends = np.stack([from_bus, to_bus], axis=1)
        rows = np.concatenate([ends, at_reactive[ends]], axis=1)
        columns = np.concatenate([at_angle[ends], at_size[ends]], axis=1)
        own = v[0][ends]
        current = (changed @ own[..., None])[..., 0]
        two = np.arange(2)
        by_angle = -np.conj(changed * own[:, None, :])
        by_angle[:, two, two] += np.conj(current)
        by_angle *= 1j * own[:, :, None]
        unit = own / np.abs(own)
        by_size = own[:, :, None] * np.conj(changed * unit[:, None, :])
        by_size[:, two, two] += np.conj(current) * unit
        c = np.concatenate(
            [
                np.concatenate([by_angle.real, by_size.real], axis=2),
                np.concatenate([by_angle.imag, by_size.imag], axis=2),
            ],
            axis=1,
        )
        # Rows and columns of what is not among the equations and unknowns count for nothing.
        c *= (rows >= 0)[:, :, None] & (columns >= 0)[:, None, :]
        z = np.moveaxis(inverse[:, rows], 0, 1)
        case = np.arange(cases)[:, None]
        picked = z[case, columns]
        middle = np.linalg.solve(np.eye(4) + c @ picked, c)
        whole = np.repeat(y[None], cases, axis=0)
        for i in range(2):
            for j in range(2):
                whole[np.arange(cases), ends[:, i], ends[:, j]] += changed[:, i, j]
        self.own = whole

        def step(active: Index, wrong: Array, number: int) -> Array:
            plain = wrong @ inverse.T
            at = plain[np.arange(len(active))[:, None], columns[active]]
            return np.asarray(plain - (z[active] @ (middle[active] @ at[..., None]))[..., 0])

        self.settle(lambda active: whole[active], step)

    def settle(self, y_of: Callable[[Index], Complex], step: Callable[[Index, Array, int], Array]) -> None:
        """Steps of all cases until each is solved, or no longer shrinks by half in a step."""
        active = np.arange(len(self.power))
        before = np.full(len(self.power), np.inf)
        for number in range(CHORD_STEPS):
            wrong = self._mismatch(y_of(active), active)
            self.left[active] = np.abs(wrong).max(axis=1, initial=0.0)
            lame = (
                ~(self.left[active] < 0.5 * before[active])
                if number % CHORD_ROUND
                else self.left[active] > 50
            )
            going = (self.left[active] > self.tolerance) & ~lame
            before[active] = self.left[active]
            active, wrong = active[going], wrong[going]
            if not active.size:
                return
            self._add(active, -step(active, wrong, number))

    def newton(self, y: Complex) -> None:
        """Each case with its own Jacobian; `y` (1 or case, bus, bus)."""
        size = max(int(CHUNK_BYTES / (self.unknown.count**2 * 8 + 4 * self.buses**2 * 16)), 1)
        todo = np.flatnonzero(~(self.left <= self.tolerance))
        # From where they began: chord steps may have led a case astray.
        self.angle[todo], self.magnitude[todo], self.slack[todo] = (
            self._first[0][todo],
            self._first[1][todo],
            0.0,
        )
        for begin in range(0, len(todo), size):
            active = todo[begin : begin + size]
            for _ in range(NEWTON_STEPS):
                own = y if len(y) == 1 else y[active]
                wrong = self._mismatch(own if len(y) > 1 else y[0], active)
                self.left[active] = np.abs(wrong).max(axis=1, initial=0.0)
                going = (self.left[active] > self.tolerance) & (self.left[active] < 1e6)
                active, wrong = active[going], wrong[going]
                if not active.size:
                    break
                own = y if len(y) == 1 else y[active]
                jacobian = self._jacobian(own, self.magnitude[active] * np.exp(1j * self.angle[active]))
                try:
                    change = -np.linalg.solve(jacobian, wrong[..., None])[..., 0]
                except np.linalg.LinAlgError:
                    change = -np.stack(
                        [np.linalg.lstsq(j, w, rcond=None)[0] for j, w in zip(jacobian, wrong, strict=True)]
                    )
                self._add(active, np.asarray(change, dtype=np.float64))
        self.left[~np.isfinite(self.left)] = np.inf

    def _mismatch(self, y: Complex, active: Index) -> Array:
        """(case, equation) power that is wrong: active at every bus, reactive where no voltage is held."""
        v = self.magnitude[active] * np.exp(1j * self.angle[active])
        current = v @ y.T if y.ndim == 2 else (y @ v[..., None])[..., 0]
        s = v * np.conj(current)
        free = self.unknown.magnitude
        power = s.real - self.power[active] - self.slack[active] @ self.unknown.share.T
        return np.concatenate([power, s.imag[:, free] - self.reactive[active][:, free]], axis=1)

    def _jacobian(self, y: Complex, v: Complex) -> Array:
        """(case, equation, unknown)"""
        u, cases, n = self.unknown, len(v), self.buses
        current = v @ y[0].T if len(y) == 1 else (y @ v[..., None])[..., 0]
        diagonal = np.arange(n)
        by_angle = -np.conj(y * v[:, None, :])
        by_angle[:, diagonal, diagonal] += np.conj(current)
        by_angle *= 1j * v[:, :, None]
        unit = v / np.abs(v)
        by_size = v[:, :, None] * np.conj(y * unit[:, None, :])
        by_size[:, diagonal, diagonal] += np.conj(current) * unit
        a, m = u.angle, u.magnitude
        jacobian = np.zeros((cases, n + len(m), u.count))
        jacobian[:, :n, : len(a)] = by_angle.real[:, :, a]
        jacobian[:, :n, len(a) : len(a) + len(m)] = by_size.real[:, :, m]
        jacobian[:, :n, len(a) + len(m) :] = -u.share
        jacobian[:, n:, : len(a)] = by_angle.imag[:, m][:, :, a]
        jacobian[:, n:, len(a) : len(a) + len(m)] = by_size.imag[:, m][:, :, m]
        return jacobian

    def _add(self, active: Index, change: Array) -> None:
        u = self.unknown
        a, m = len(u.angle), len(u.magnitude)
        self.angle[np.ix_(active, u.angle)] += change[:, :a]
        self.magnitude[np.ix_(active, u.magnitude)] += change[:, a : a + m]
        self.slack[active] += change[:, a + m :]
        self.steps[active] += 1


def _members(unknown: Unknowns) -> Array:
    """(bus, island) 1 where the bus is of the island."""
    return np.asarray(unknown.island_of[:, None] == np.arange(unknown.share.shape[1]), dtype=np.float64)
