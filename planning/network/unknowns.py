"""What a power flow looks for: the unknowns of a network, its linear flow, its Jacobian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.network.ac import AcNetwork, Complex, Index

Array = NDArray[np.float64]


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

    @property
    def members(self) -> Array:
        """(bus, island) 1 where the bus is of the island."""
        islands = np.arange(self.share.shape[1])
        return np.asarray(self.island_of[:, None] == islands, dtype=np.float64)


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
    left = power_pu - (power_pu @ unknown.members) @ unknown.share.T
    angle = np.zeros_like(power_pu)
    b = network.susceptance()[np.ix_(unknown.angle, unknown.angle)]
    if b.size:
        angle[:, unknown.angle] = left[:, unknown.angle] @ np.linalg.inv(b).T
    return angle


def jacobian(unknown: Unknowns, y: Complex, v: Complex) -> Array:
    """(case, equation, unknown) of cases at voltages `v` (case, bus); `y` (1 or case, bus, bus).

    Equations are active power at every bus, then reactive power where no voltage is held; unknowns are angles,
    magnitudes, and the slack power of each island.
    """
    u, cases, n = unknown, len(v), v.shape[1]
    current = v @ y[0].T if len(y) == 1 else (y @ v[..., None])[..., 0]
    diagonal = np.arange(n)
    by_angle = -np.conj(y * v[:, None, :])
    by_angle[:, diagonal, diagonal] += np.conj(current)
    by_angle *= 1j * v[:, :, None]
    a, m = u.angle, u.magnitude
    matrix = np.zeros((cases, n + len(m), u.count))
    matrix[:, :n, : len(a)] = by_angle.real[:, :, a]
    matrix[:, :n, len(a) + len(m) :] = -u.share
    if len(m):
        unit = v / np.abs(v)
        by_size = v[:, :, None] * np.conj(y * unit[:, None, :])
        by_size[:, diagonal, diagonal] += np.conj(current) * unit
        matrix[:, :n, len(a) : len(a) + len(m)] = by_size.real[:, :, m]
        matrix[:, n:, : len(a)] = by_angle.imag[:, m][:, :, a]
        matrix[:, n:, len(a) : len(a) + len(m)] = by_size.imag[:, m][:, :, m]
    return matrix
