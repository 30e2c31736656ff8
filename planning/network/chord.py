"""Steps that many states take with one Jacobian, in blocks that fit the processor's cache.

Each step is two products with a matrix for a whole block of cases: currents from voltages, and corrections from what
is wrong. Cases that differ from the network in a branch share its Jacobian too: J + R C R^T with a C of 4 x 4
(Sherman-Morrison-Woodbury; for power flow Alsac, Stott and Tinney, Sparsity-oriented compensation methods, IEEE Trans.
PAS-102(5), 1983).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planning.network.ac import Complex, Index
from planning.network.unknowns import Unknowns, jacobian

Array = NDArray[np.float64]

CHORD_STEPS = 9
"""With one Jacobian before it is made anew of those cases that are left."""
FAR_PU = 50.0
"""A case that ends further away is left to Newton's method."""
BLOCK_BYTES = 2**20
"""Of the voltages of a block."""
KEPT = 0.75
"""Below this share of unsettled cases a block is made smaller."""
CHANGED = ("angle", "cosine", "sine", "magnitude", "slack", "left", "steps")
"""What of a block steps change."""
SMALL_TURN = 0.5
"""Below it an angle is turned by its series. [rad]"""
DENSE_BUSES = 64
"""Below it a product with the whole admittance matrix is faster than one with its entries."""


@dataclass(slots=True)
class Block:
    """Cases side by side; arrays are (bus, case), (island, case) or (case,), changed in place."""

    power: Array
    reactive: Array
    shunt: Array
    """(switched, case) susceptance at the buses of `Chord.switched`, of each case its own."""
    angle: Array
    cosine: Array
    sine: Array
    """Of the angle: turned with it, for they cost ten times a product."""
    magnitude: Array
    slack: Array
    left: Array
    """The largest mismatch."""
    steps: NDArray[np.int64]

    def taken(self, columns: NDArray[Any]) -> Block:
        """A copy of some cases."""
        return Block(*(getattr(self, name)[..., columns] for name in self.__slots__))

    def turn(self, by: Array) -> None:
        """Add (bus, case) to the angles."""
        self.angle += by
        square = by * by
        most = float(square.max(initial=0.0))
        if not most < SMALL_TURN**2:
            np.cos(self.angle, out=self.cosine)
            np.sin(self.angle, out=self.sine)
            return
        # Series as long as the largest turn asks for: what is left out is below rounding.
        terms = next(k for k in range(1, 12) if most**k < 1e-17 * factorial(2 * k))
        cosine, sine = np.zeros_like(by), np.zeros_like(by)
        for k in range(terms, 0, -1):
            for value, odd in ((cosine, 0), (sine, 1)):
                value += 1.0 / factorial(2 * k + odd) * (-1) ** k
                value *= square
        cosine += 1.0
        sine += 1.0
        sine *= by
        was = self.cosine.copy()
        self.cosine *= cosine
        self.cosine -= self.sine * sine
        self.sine *= cosine
        was *= sine
        self.sine += was


@dataclass(frozen=True, slots=True)
class Outage:
    """What makes each case differ from the network: one branch."""

    changed: Complex
    """(case, 2, 2) added to the admittances between two buses."""
    ends: Index
    """(case, 2)"""

    def taken(self, columns: NDArray[Any]) -> Outage:
        return Outage(self.changed[columns], self.ends[columns])


class Chord:
    """The network all cases share, its Jacobian at one state, inverted."""

    def __init__(
        self, y: Complex, unknown: Unknowns, tolerance: float, switched: Index | None = None
    ) -> None:
        self.unknown, self.tolerance, self.y = unknown, tolerance, y
        self.switched: Index = np.zeros(0, dtype=np.int64) if switched is None else switched
        """Free buses whose shunts differ from case to case."""
        at_reactive = np.full(len(y), -1)
        at_reactive[unknown.magnitude] = len(y) + np.arange(len(unknown.magnitude))
        self._switched_rows = at_reactive[self.switched]
        self.inverse: Array = np.zeros((0, 0))
        self._short: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        g, b = y.real, y.imag
        whole = np.block([[g, -b], [b, g]])
        self._product: Any = whole if len(y) <= DENSE_BUSES else csr_array(whole)

    def block_size(self) -> int:
        """Cases of a block."""
        return max(BLOCK_BYTES // (16 * len(self.y)), 16)

    def turn(self, voltage: Complex, shunt: Array) -> None:
        """Make the Jacobian that of one state (bus,) with its shunts (switched,).

        Raises
        ------
        numpy.linalg.LinAlgError
            It is singular.
        """
        y = self.y.copy()
        y[self.switched, self.switched] += 1j * shunt
        self.inverse = np.linalg.inv(jacobian(self.unknown, y[None], voltage[None])[0])
        self._short = self.by_bus(self.inverse).astype(np.float32)

    def by_bus(self, change: Array) -> Array:
        """(unknown, any) with the angles' rows a row a bus: 0 where the angle is given."""
        u = self.unknown
        out = np.zeros((len(self.y) + len(change) - len(u.angle), change.shape[1]), dtype=change.dtype)
        out[u.angle] = change[: len(u.angle)]
        out[len(self.y) :] = change[len(u.angle) :]
        return out

    def wrong(self, block: Block, outage: Outage | None = None) -> Array:
        """(equation, case) power that is wrong."""
        u, n = self.unknown, len(self.y)
        v = np.empty((2 * n, block.power.shape[1]))
        np.multiply(block.cosine, block.magnitude, out=v[:n])
        np.multiply(block.sine, block.magnitude, out=v[n:])
        current = self._product @ v
        if outage is not None:
            case = np.arange(len(outage.ends))[:, None]
            own = v[outage.ends, case] + 1j * v[n + outage.ends, case]
            more = (outage.changed @ own[..., None])[..., 0]
            current[outage.ends, case] += more.real
            current[n + outage.ends, case] += more.imag
        out = np.empty((n + len(u.magnitude), v.shape[1]))
        np.multiply(v[:n], current[:n], out=out[:n])
        out[:n] += v[n:] * current[n:]
        out[:n] -= block.power
        out[:n] -= u.share @ block.slack
        if len(u.magnitude):
            free = u.magnitude
            out[n:] = v[n + free] * current[free] - v[free] * current[n + free] - block.reactive[free]
        if len(self.switched):
            out[self._switched_rows] -= block.shunt * block.magnitude[self.switched] ** 2
        return out

    def settle(self, block: Block, outage: Outage | None = None) -> None:
        """Steps until each case is solved, or no longer shrinks by half in a step; the block is changed.

        Nothing of the chord is changed: several threads may settle blocks of their own.
        """
        n, m = len(self.y), len(self.unknown.magnitude)
        columns = np.arange(block.power.shape[1])
        now, out = block.taken(columns), outage
        correct = None if out is None else self._corrected(now, out)
        before = np.full(len(columns), np.inf)
        for number in range(CHORD_STEPS):
            wrong = self.wrong(now, out)
            now.left = np.maximum(wrong.max(axis=0, initial=0.0), -wrong.min(axis=0, initial=0.0))
            # The first step may have a long way to go.
            slow = ~(now.left < (0.5 if number > 1 else 1.0) * before)
            going = (now.left > self.tolerance) & ~slow
            count = int(going.sum())
            if count < KEPT * len(columns) or not count:
                self._back(block, now, columns)
                if not count:
                    return
                # Whoever is done stays with what it has; the rest goes on in smaller arrays.
                columns, now, wrong = columns[going], now.taken(going), wrong[:, going]
                if out is not None:
                    out = out.taken(going)
                    correct = self._corrected(now, out) if correct is None else _few(correct, going)
                going = np.ones(count, dtype=bool)
            elif count < len(columns):
                wrong[:, ~going] = 0.0
            before = now.left
            if correct is None:
                # Single precision is enough for a correction: what is wrong is always formed in double.
                change: Array = np.asarray(self._short @ wrong.astype(np.float32), dtype=np.float64)
            else:
                change = self.by_bus(self.inverse @ self._less(wrong, correct))
            np.negative(change, out=change)
            now.turn(change[:n])
            if m:
                now.magnitude[self.unknown.magnitude] += change[n : n + m]
            now.slack += change[n + m :]
            now.steps += going
            # A case at rest took a step of 0; what it had left stands.
        self._back(block, now, columns)

    @staticmethod
    def _back(block: Block, now: Block, columns: Index) -> None:
        for name in CHANGED:
            getattr(block, name)[..., columns] = getattr(now, name)

    def _corrected(self, block: Block, outage: Outage) -> tuple[Index, Index, Array]:
        """Rows and columns (case, 4) of each case's branch in the Jacobian, and what makes up for it (case, 4, 4)."""
        u, n = self.unknown, len(self.y)
        at_angle, at_size, at_reactive = (np.full(n, -1) for _ in range(3))
        at_angle[u.angle] = np.arange(len(u.angle))
        at_size[u.magnitude] = len(u.angle) + np.arange(len(u.magnitude))
        at_reactive[u.magnitude] = n + np.arange(len(u.magnitude))
        ends, changed = outage.ends, outage.changed
        rows = np.concatenate([ends, at_reactive[ends]], axis=1)
        columns = np.concatenate([at_angle[ends], at_size[ends]], axis=1)
        case = np.arange(len(ends))[:, None]
        size = block.magnitude[ends, case]
        unit = np.exp(1j * block.angle[ends, case])
        own = size * unit
        current = (changed @ own[..., None])[..., 0]
        two = np.arange(2)
        by_angle = -np.conj(changed * own[:, None, :])
        by_angle[:, two, two] += np.conj(current)
        by_angle *= 1j * own[:, :, None]
        by_size = own[:, :, None] * np.conj(changed * unit[:, None, :])
        by_size[:, two, two] += np.conj(current) * unit
        c = np.empty((len(ends), 4, 4))
        c[:, :2, :2], c[:, :2, 2:] = by_angle.real, by_size.real
        c[:, 2:, :2], c[:, 2:, 2:] = by_angle.imag, by_size.imag
        # Rows and columns of what is not among the equations and unknowns count for nothing.
        c *= (rows >= 0)[:, :, None] & (columns >= 0)[:, None, :]
        picked = self.inverse[columns[:, :, None], rows[:, None, :]]
        return rows, columns, np.linalg.solve(np.eye(4) + c @ picked, c)

    def _less(self, wrong: Array, correct: tuple[Index, Index, Array]) -> Array:
        """What is wrong, less what the branch that is out would answer for."""
        rows, columns, middle = correct
        plain = self.inverse @ wrong
        case = np.arange(len(rows))[:, None]
        more = (middle @ plain[columns, case][..., None])[..., 0]
        out = wrong.copy()
        np.subtract.at(out, (rows, case), more)
        return out


def _few(correct: tuple[Index, Index, Array], going: NDArray[np.bool_]) -> tuple[Index, Index, Array]:
    rows, columns, middle = correct
    return rows[going], columns[going], middle[going]
