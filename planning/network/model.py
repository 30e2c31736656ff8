"""The AC network between provinces: which hours to solve, what each bus injects, what each tie is made of.

A node of the dispatch is one bus at 500 kV base: its province's grid as seen from the ties, its voltage held by the
province's own plants. `field.with_field` adds the buses whose voltage is not held: the 750 and 1,000 kV side of
transformers and the AC buses of converter stations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BASE_KV = 500.0
SET_VOLTAGE_PU = 1.02
"""What provinces hold their 500 kV buses at: 510 kV, the middle of 500-525."""
LINE_OF_KV: dict[float, tuple[float, float, float]] = {
    # r [ohm/km], x [ohm/km], c [nF/km] of one circuit: 4 x 400, 6 x 400, 8 x 500 mm2 bundles, textbook
    # values of the line types (IEC 60826 practice; order of magnitude, estimated).
    500.0: (0.0200, 0.275, 13.5),
    750.0: (0.0125, 0.267, 13.9),
    1000.0: (0.0078, 0.258, 14.1),
}
SHUNT_LEFT = 0.3
"""Of the charging of a line after its shunt reactors: 70 % compensation."""
SERIES_COMPENSATED_KM, SERIES_COMPENSATION = 300.0, 0.4
"""Circuits longer than this carry series capacitors for 40 % of their reactance, as Changzhi-Nanyang-Jingmen
and the long 500 kV lines out of Mengxi do (general knowledge)."""
TRANSFORMER_X = 0.18
TRANSFORMER_MVA = {750.0: 2100.0, 1000.0: 3000.0}
"""One bank at each end of a circuit above 500 kV: short-circuit reactance on its own rating."""


@dataclass(frozen=True, slots=True)
class Tie:
    """All circuits of one voltage between two buses."""

    id: str
    from_bus: int
    to_bus: int
    kv: float
    circuits: int
    km: float
    capability_mw: float
    banks: bool = True
    """Whether its transformers are counted in it; False where they stand between buses of their own."""

    @property
    def series_ohm(self) -> tuple[float, float]:
        """(r, x) of all circuits in parallel with their transformers, at 500 kV base. [ohm]"""
        r, x, _ = LINE_OF_KV[self.kv]
        to_base = (BASE_KV / self.kv) ** 2
        banks = (
            2 * TRANSFORMER_X * BASE_KV**2 / TRANSFORMER_MVA[self.kv]
            if self.banks and self.kv in TRANSFORMER_MVA
            else 0.0
        )
        length = max(self.km, 1.0)
        if length > SERIES_COMPENSATED_KM:
            x *= 1.0 - SERIES_COMPENSATION
        return r * length * to_base / self.circuits, (x * length * to_base + banks) / self.circuits

    @property
    def capacitance_nf(self) -> float:
        """Of all circuits after compensation, at 500 kV base. [nF]"""
        return (
            LINE_OF_KV[self.kv][2] * max(self.km, 1.0) * self.circuits * SHUNT_LEFT * (self.kv / BASE_KV) ** 2
        )


@dataclass(frozen=True, slots=True)
class Joint:
    """What joins buses of one province: transformers, or the lines from a converter station to its grid.

    It has no resistance: what is lost inside a province is part of its load.
    """

    id: str
    from_bus: int
    to_bus: int
    x_ohm: float
    """At 500 kV base."""


@dataclass(frozen=True, slots=True)
class Network:
    """Buses, ties and who is tied to whom."""

    bus_ids: tuple[str, ...]
    ties: tuple[Tie, ...]
    joints: tuple[Joint, ...] = ()
    node_of: tuple[int, ...] = ()
    """(bus,) the node a bus stands in; empty: each bus is a node."""
    free: tuple[int, ...] = ()
    """Buses that hold no voltage."""
    helpers: tuple[int, ...] = ()
    """Buses that hold their voltage but take no part in regulation: voltage-source stations."""

    @property
    def branches(self) -> tuple[Tie | Joint, ...]:
        """Ties, then joints."""
        return (*self.ties, *self.joints)

    def home(self, bus: int) -> int:
        """The node a bus stands in."""
        return self.node_of[bus] if self.node_of else bus

    def islands(self) -> list[NDArray[np.int64]]:
        """Groups of buses tied by AC; each needs a slack."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size, both = len(self.bus_ids), self.branches
        start = np.array([t.from_bus for t in both], dtype=np.int64)
        end = np.array([t.to_bus for t in both], dtype=np.int64)
        graph = coo_array((np.ones(len(start)), (start, end)), shape=(size, size))
        count, label = connected_components(graph, directed=False)
        return [np.flatnonzero(label == k) for k in range(count)]


@dataclass(frozen=True, slots=True)
class FlowCase:
    """One hour to solve."""

    hour: int
    label: str
    injection_mw: Array
    """(bus,) what the province sends into the ties, negative where it takes from them."""
    scheduled_mw: Array
    """(tie,) flow the dispatch planned, positive from `from_bus`."""
    dispatch_loss_mw: float
    """On all ties, as the dispatch settles them."""
    weight_mw: Array
    """(bus,) load: the heaviest bus of an island holds its slack."""
    reactive_mvar: Array | None = None
    """(bus,) given where no voltage is held."""
    shunt_mvar: Array | None = None
    """(bus,) filters and compensation that are on, at 1 p.u."""
    released: tuple[int, ...] = ()
    """Buses that cannot hold their voltage in this hour."""


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """What the AC power flow found, or why it found nothing."""

    hour: int
    label: str
    converged: bool
    loss_mw: float | None
    dispatch_loss_mw: float
    loading: Array | None
    """(tie,) real power at the sending end over capability. [-]"""
    flow_mw: Array | None
    """(tie,) at `from_bus`."""
    voltage_pu: Array | None
    difference_mw: Array | None
    """(tie,) flow less the dispatch's."""
    note: str
    """Empty, or a code with what was found: `flow_diverged: ...`."""
    voltage_bus: tuple[int, ...] = ()
    """Buses of `voltage_pu`; empty: all."""


def choose_hours(load_mw: Array, transfer_mw: Array, count: int = 3) -> list[tuple[int, str]]:
    """The peak, the trough, and the hours of largest transfer, each on a day of its own."""
    total = load_mw.sum(axis=0)
    hours = [(int(np.argmax(total)), "peak"), (int(np.argmin(total)), "trough")]
    days = {hour // 24 for hour, _ in hours}
    number = 0
    for hour in np.argsort(-transfer_mw, kind="stable"):
        if number == count:
            break
        if int(hour) // 24 in days:
            continue
        number += 1
        days.add(int(hour) // 24)
        hours.append((int(hour), f"transfer-{number}"))
    return hours


def tie_schedules(
    ties: Sequence[Tie], bus_count: int, forward_mw: Array, reverse_mw: Array, loss_share: Array
) -> tuple[Array, Array, Array]:
    """Injections of the buses (bus, hour), scheduled flows (tie, hour) and settled losses (hour,).

    Parameters
    ----------
    forward_mw, reverse_mw : (tie, hour)
    loss_share : (tie,)
    """
    injection = np.zeros((bus_count, forward_mw.shape[1]))
    for k, tie in enumerate(ties):
        injection[tie.from_bus] += forward_mw[k] - reverse_mw[k] * (1.0 - loss_share[k])
        injection[tie.to_bus] += reverse_mw[k] - forward_mw[k] * (1.0 - loss_share[k])
    loss = np.asarray(loss_share @ (forward_mw + reverse_mw))
    return injection, forward_mw - reverse_mw, loss
