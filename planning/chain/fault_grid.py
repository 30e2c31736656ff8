"""The network of a dispatched year with what stands behind its buses: machines, reserve, stations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.chain.field_hours import NationField, nation_field
from planning.chain.nation import Nation
from planning.dispatch.result import DispatchResult
from planning.network.ac import AcNetwork
from planning.network.dc_fault import DcLine
from planning.network.network_hours import given_of
from planning.network.support import Held
from planning.network.unknowns import unknowns_of
from planning.network.year import as_network

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Buses of provinces, of high voltage and of stations; arrays (bus, hour)."""

    ac: AcNetwork
    field: NationField
    bus: NDArray[np.int64]
    """(bus,) of the field's network."""
    injection_mw: Array
    load_mw: Array
    running_mw: Array
    governed_mw: Array
    stored_mws: Array
    reserve_mw: Array

    @property
    def island_of(self) -> NDArray[np.int64]:
        return unknowns_of(self.ac).island_of

    @property
    def ties(self) -> int:
        """The first branches are ties."""
        return len(self.field.network.ties)

    def node(self, bus: int) -> str:
        """Id of the node a bus stands in."""
        network = self.field.network
        return network.bus_ids[network.home(int(self.bus[bus]))]

    def nodes(self, buses: NDArray[np.int64]) -> tuple[str, ...]:
        """Ids of the nodes of some buses, each once."""
        return tuple(dict.fromkeys(self.node(int(b)) for b in buses))

    def held(self, hours: NDArray[np.int64]) -> Held:
        """Reactive power of some hours."""
        return given_of(self.field.given, self.bus, hours)

    def direct_lines(self, hours: NDArray[np.int64]) -> dict[str, DcLine]:
        """All DC lines at some hours, between the buses of their stations."""
        at = {int(b): k for k, b in enumerate(self.bus)}
        ends = {(s.line.id, s.end): at[s.bus] for s in self.field.field.stations}
        return {
            d.line.id: DcLine(d.line.id, ends[d.line.id, "from"], ends[d.line.id, "to"], d.sent_mw[hours],
                              d.delivered_mw[hours])
            for d in self.field.dc
        }  # fmt: skip

    def sums(self, hours: NDArray[np.int64], bus: NDArray[np.int64], values: Array) -> Array:
        """(hour,) of the whole synchronous grid each bus is in."""
        totals = unknowns_of(self.ac).members.T @ values[:, hours]
        return np.asarray(totals[self.island_of[bus], np.arange(len(hours))])


def grid_of(nation: Nation, done: DispatchResult) -> Grid:
    """Provinces with their stations; a base's plants stand in its home's grid."""
    field, case = nation_field(nation, done), nation.case
    homes = np.array([case.node_ids.index(h) for h in nation.home_of_node])
    own = np.flatnonzero(homes == np.arange(case.nodes))
    bus = np.concatenate([own, np.arange(case.nodes, len(field.network.bus_ids))])
    ac, _ = as_network(field.network, bus, field.load_mw[bus].mean(axis=1))

    def machines(values: Array) -> Array:
        return np.concatenate([values[own], np.zeros((len(bus) - len(own), case.hours))])

    m = field.machines
    return Grid(
        ac, field, bus, field.injection_mw[bus], field.load_mw[bus], machines(m.running_mw), machines(m.governed_mw),
        machines(m.stored_mws), machines(m.reserve_mw),
    )  # fmt: skip
