"""The hours of a dispatched nation on the network as it stands in the field: stations, transformers, reactive power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.chain.nation import Nation
from planning.chain.nation_lines import LineInfo
from planning.chain.on_line import OnLine, on_line
from planning.dispatch.result import DispatchResult
from planning.network.field import DcHours, Field, StationHours, station_hours, with_field
from planning.network.model import Network, Tie, tie_schedules
from planning.network.year import FieldHours, YearFlows, linear_flows

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOST_GIVEN, MOST_TAKEN = 0.30, 0.15
"""Reactive power a province's machines on line give and take at the 500 kV bus, of their capacity. Machines of power
factor 0.9 give 0.48; the rest serves the grid below 500 kV. They take less than they give (both estimated)."""


@dataclass(frozen=True, slots=True)
class NationField:
    """A nation's network with its hours; (bus, hour), nodes of the case first."""

    field: Field
    rows: tuple[int, ...]
    """(tie,) line of the dispatch."""
    dc: tuple[DcHours, ...]
    stations: StationHours
    injection_mw: Array
    load_mw: Array
    given: FieldHours
    machines: OnLine
    """By node of the case, bases with their province."""
    scheduled_mw: Array
    """(tie, hour)"""
    settled_mw: Array
    """(tie, hour) loss of the ties as the dispatch settles it."""

    @property
    def network(self) -> Network:
        return self.field.network


def ac_network(nation: Nation) -> tuple[Network, list[int]]:
    """The ties between provinces of one synchronous grid, and the line each is in the dispatch.

    A scenario's own AC line is a tie like the others; one that begins at a base does so, for the network, in
    the grid of the base's province, to which a tie as large as the channel joins it.
    """
    at = {node_id: number for number, node_id in enumerate(nation.case.node_ids)}
    ties, rows = [], []
    for row, info in enumerate(nation.lines):
        own = info.corridor if info.corridor is not None and info.corridor.kind == "ac" else None
        tie = info.interface or own
        if tie is None or tie.mw is None:
            continue
        start, end = (
            at[nation.home_of_node[int(index[row])]]
            for index in (nation.case.lines.from_index, nation.case.lines.to_index)
        )
        ties.append(Tie(tie.id, start, end, tie.kv, tie.circuits, tie.km, tie.mw))
        rows.append(row)
    return Network(nation.case.node_ids, tuple(ties)), rows


def is_direct(info: LineInfo) -> bool:
    """Plants tied by AC to a foreign grid are none: their loss is a loss of plants, not of a converter."""
    return info.corridor is not None and info.corridor.result_kind in ("dc", "b2b")


def direct_lines(
    infos: Sequence[LineInfo],
    from_node: Index,
    to_node: Index,
    forward_mw: NDArray[np.floating],
    reverse_mw: NDArray[np.floating],
    loss_share: Array,
) -> tuple[DcHours, ...]:
    """All direct-current lines and back-to-backs of a dispatch.

    Parameters
    ----------
    from_node, to_node : (line,)
        A base's line begins in its province's grid.
    forward_mw, reverse_mw : (line, hour)
    loss_share : (line,)
    """
    lines = []
    for row, info in enumerate(infos):
        if info.corridor is None or not is_direct(info):
            continue
        forward, back = (np.asarray(v[row], dtype=np.float64) for v in (forward_mw, reverse_mw))
        kept = 1.0 - loss_share[row]
        ends = int(from_node[row]), int(to_node[row])
        lines.append(DcHours(info.corridor, *ends, forward - kept * back, kept * forward - back))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class InField:
    """A network of provinces with what stands in its field; (bus, hour), its own buses first."""

    field: Field
    stations: StationHours
    injection_mw: Array
    load_mw: Array
    given: FieldHours


def in_field(
    plain: Network, dc: Sequence[DcHours], injection_mw: Array, load_mw: Array, running_mw: Array
) -> InField:
    """Every hour of stations, compensation and reactive limits.

    Parameters
    ----------
    injection_mw, load_mw, running_mw : (node, hour)
        What a node sends into the ties of `plain`, bases with their province; its load; its machines on line.
    """
    nodes, hours = load_mw.shape
    field = with_field(plain, dc)
    stations = station_hours(field, dc, linear_flows(plain, injection_mw, load_mw))
    extra = np.zeros((len(field.network.bus_ids) - nodes, hours))
    low, high = -stations.room_mvar, stations.room_mvar.copy()
    low[:nodes], high[:nodes] = -MOST_TAKEN * running_mw, MOST_GIVEN * running_mw
    return InField(
        field=field,
        stations=stations,
        injection_mw=np.concatenate([injection_mw, extra]) + stations.injection_mw,
        load_mw=np.concatenate([load_mw, extra]),
        given=FieldHours(stations.reactive_mvar, stations.shunt_mvar, low, high),
    )


def at_limit_mvar(given: FieldHours, year: YearFlows) -> Array:
    """(bus, hour) reactive power where no voltage is held; of buses at their limit that limit. [Mvar]"""
    reactive = given.reactive_mvar.copy()
    released = year.released.T
    for sign, limit in ((1, given.high_mvar), (-1, given.low_mvar)):
        row, hour = np.nonzero(released == sign)
        reactive[year.bus[row], hour] = limit[year.bus[row], hour]
    return reactive


def nation_field(nation: Nation, done: DispatchResult) -> NationField:
    """The network of a dispatched nation with all its hours."""
    case = nation.case
    plain, rows = ac_network(nation)
    homes = np.array([case.node_ids.index(h) for h in nation.home_of_node])

    def by_home(values: Array) -> Array:
        total = np.zeros_like(values)
        np.add.at(total, homes, values)
        return total

    share = case.lines.loss_share[rows]
    injection, scheduled, _ = tie_schedules(
        plain.ties, case.nodes, done.forward_mw[rows], done.reverse_mw[rows], share
    )
    settled = share[:, None] * (done.forward_mw[rows] + done.reverse_mw[rows])
    dc = direct_lines(
        nation.lines, homes[case.lines.from_index], homes[case.lines.to_index], done.forward_mw, done.reverse_mw,
        case.lines.loss_share,
    )  # fmt: skip
    machines = on_line(case, done)
    machines = OnLine(*(by_home(getattr(machines, name)) for name in OnLine.__slots__))
    made = in_field(plain, dc, injection, by_home(case.load_mw), machines.running_mw)
    return NationField(
        field=made.field,
        rows=tuple(rows),
        dc=dc,
        stations=made.stations,
        injection_mw=made.injection_mw,
        load_mw=made.load_mw,
        given=made.given,
        machines=machines,
        scheduled_mw=scheduled,
        settled_mw=settled,
    )
