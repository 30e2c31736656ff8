"""An AC network as numbers: branches and shunts in per unit, its admittance matrix, what each bus holds and gives.

The pi model of a branch with an ideal transformer at its `from` end, as in MATPOWER (Zimmerman, Murillo-Sanchez and
Thomas, IEEE Trans. Power Syst. 26(1), 2011, eq. 3-5): impedance r + jx, charging g + jb shared by the two ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Branches:
    """Lines and transformers; every array is (branch,), in per unit of the network's base."""

    ids: tuple[str, ...]
    from_bus: Index
    to_bus: Index
    r_pu: Array
    x_pu: Array
    g_pu: Array
    b_pu: Array
    """Charging of the whole branch."""
    ratio: Array
    """Off-nominal turns ratio at the `from` end. [-]"""
    shift_rad: Array
    """Phase shift at the `from` end: angle of `from` less that of the inner side."""
    rating_mva: Array
    """What it may carry; inf where nothing is known."""

    @property
    def count(self) -> int:
        return len(self.ids)

    def admittances(self) -> tuple[Complex, Complex, Complex, Complex]:
        """(branch,) yff, yft, ytf, ytt: currents at the two ends by the two voltages."""
        series: Complex = np.asarray(1.0 / (self.r_pu + 1j * self.x_pu))
        half: Complex = np.asarray((self.g_pu + 1j * self.b_pu) / 2.0)
        tap: Complex = self.ratio * np.exp(1j * self.shift_rad)
        ytt: Complex = series + half
        yff: Complex = ytt / (self.ratio**2)
        return yff, -series / np.conj(tap), -series / tap, ytt


@dataclass(frozen=True, slots=True)
class AcNetwork:
    """Buses, branches, shunts, and who holds what.

    Raises
    ------
    InputError
        Branches without impedance, to themselves or to no bus, ratios and ratings of 0 or less: all at once.
    """

    bus_ids: tuple[str, ...]
    base_mva: float
    branches: Branches
    shunt_pu: Complex
    """(bus,) conductance + j susceptance to earth."""
    holds_voltage: NDArray[np.bool_]
    """(bus,) PV buses; the others have a given reactive power."""
    slack_share: Array
    """(bus,) how the missing power of an island is shared among its buses: at least one above 0 in each; they are
    scaled to 1 by island. The largest is the island's angle reference."""

    def __post_init__(self) -> None:
        b, n = self.branches, len(self.bus_ids)
        problems: list[Problem] = []
        for k in range(b.count):
            where = f"branch {b.ids[k]}"
            ends = int(b.from_bus[k]), int(b.to_bus[k])
            if not all(0 <= end < n for end in ends):
                problems.append(Problem(where, "ends", str(ends), f"two of {n} buses"))
            elif ends[0] == ends[1]:
                problems.append(Problem(where, "ends", self.bus_ids[ends[0]], "two different buses"))
            if not np.isfinite([b.r_pu[k], b.x_pu[k]]).all() or abs(b.r_pu[k] + 1j * b.x_pu[k]) < 1e-9:
                problems.append(
                    Problem(where, "r_pu, x_pu", f"{b.r_pu[k]:g}, {b.x_pu[k]:g}", "an impedance above 0")
                )
            if not b.ratio[k] > 0:
                problems.append(Problem(where, "ratio", f"{b.ratio[k]:g}", "a number above 0"))
            if not b.rating_mva[k] > 0:
                problems.append(Problem(where, "rating_mva", f"{b.rating_mva[k]:g}", "a number above 0"))
        if not self.base_mva > 0:
            problems.append(Problem("network", "base_mva", f"{self.base_mva:g}", "a number above 0"))
        if problems:
            raise InputError(problems)
        for k, island in enumerate(self.islands()):
            if not (self.slack_share[island] > 0).any() or (self.slack_share[island] < 0).any():
                raise InputError(
                    Problem(
                        f"island {k + 1} ({self.bus_ids[int(island[0])]} ...)",
                        "slack_share",
                        "no share above 0, or one below",
                        "a bus that takes what is missing",
                    )
                )

    @property
    def buses(self) -> int:
        return len(self.bus_ids)

    def islands(self, without: int | None = None) -> list[Index]:
        """Buses of each connected part, with one branch taken out where asked."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        keep = np.arange(self.branches.count) != (-1 if without is None else without)
        start, end = self.branches.from_bus[keep], self.branches.to_bus[keep]
        graph = coo_array((np.ones(len(start)), (start, end)), shape=(self.buses, self.buses))
        count, label = connected_components(graph, directed=False)
        return [np.flatnonzero(label == k) for k in range(count)]

    def admittance(self) -> Complex:
        """(bus, bus) dense admittance matrix. [p.u.]"""
        y = np.zeros((self.buses, self.buses), dtype=np.complex128)
        b = self.branches
        yff, yft, ytf, ytt = b.admittances()
        np.add.at(y, (b.from_bus, b.from_bus), yff)
        np.add.at(y, (b.from_bus, b.to_bus), yft)
        np.add.at(y, (b.to_bus, b.from_bus), ytf)
        np.add.at(y, (b.to_bus, b.to_bus), ytt)
        y[np.diag_indices(self.buses)] += self.shunt_pu
        return y

    def susceptance(self) -> Array:
        """(bus, bus) of the DC flow: reactances alone, ratios counted, shifts and losses left out. [p.u.]"""
        b = self.branches
        series = 1.0 / (b.x_pu * b.ratio)
        matrix = np.zeros((self.buses, self.buses))
        for rows, columns, sign in (
            (b.from_bus, b.from_bus, 1.0), (b.to_bus, b.to_bus, 1.0),
            (b.from_bus, b.to_bus, -1.0), (b.to_bus, b.from_bus, -1.0),
        ):  # fmt: skip
            np.add.at(matrix, (rows, columns), sign * series)
        return matrix
