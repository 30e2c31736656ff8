"""The network as it stands in the field: buses beside those of the provinces whose voltage nobody holds for them.

- The 750 or 1,000 kV side of a province's transformers, with reactors and capacitors on their third winding that are
  switched in banks after what the lines take.
- The AC bus of every converter station, some tens of kilometres from its province's grid: line-commutated stations with
  their reactive demand and filters, voltage-source stations that hold the voltage as far as their current lasts.

No table holds any of this; all of it is tier "estimated", with its reason beside the constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from planning.corridors import Corridor
from planning.network.converter import switched_banks
from planning.network.model import (
    BASE_KV,
    LINE_OF_KV,
    SET_VOLTAGE_PU,
    TRANSFORMER_MVA,
    TRANSFORMER_X,
    Joint,
    Network,
)
from planning.network.stations import End, Station, line_ohm, station

Array = NDArray[np.float64]

STATION_KM = 50.0
"""From a converter station to the province's grid: usual order of the AC lines out of a station (estimated)."""
STATION_MW_A_CIRCUIT = 1000.0
"""About surge impedance loading of a 500 kV circuit: 8 circuits for an 8 GW station, as stations are built (estimated)."""
COMPENSATION_BANK_MVAR = {750.0: 120.0, 1000.0: 210.0}
"""Of the third winding's reactors and capacitors: sizes usual at 66 and 110 kV (general knowledge, estimated)."""
BANKS_A_TRANSFORMER = 4
"""Reactors, and as many capacitors (general knowledge, estimated)."""
BAND_OF_A_BANK = 0.75


@dataclass(frozen=True, slots=True)
class StationBus:
    """A converter station and the bus it stands at."""

    line: Corridor
    end: End
    bus: int
    node: int
    equipment: Station


@dataclass(frozen=True, slots=True)
class HighBus:
    """The 750 or 1,000 kV bus of a node."""

    bus: int
    node: int
    kv: float
    transformers: int


@dataclass(frozen=True, slots=True)
class DcHours:
    """What a direct-current line carries; (hour,)."""

    line: Corridor
    from_node: int
    to_node: int
    sent_mw: Array
    """Taken at `from_node`; below 0 where it runs backwards: what arrives there."""
    delivered_mw: Array
    """Given at `to_node`; below 0 backwards: what is taken there."""


@dataclass(frozen=True, slots=True)
class Field:
    """The network with what it is made of."""

    network: Network
    stations: tuple[StationBus, ...]
    high: tuple[HighBus, ...]


@dataclass(frozen=True, slots=True)
class StationHours:
    """What stations and compensation do at the buses of a field, (bus, hour)."""

    injection_mw: Array
    """What a station's bus gives to the AC network, and what its province's bus takes less or more for it."""
    reactive_mvar: Array
    shunt_mvar: Array
    """Filters and compensation on, at 1 p.u."""
    room_mvar: Array
    """What a voltage-source station can give or take beside its power; inf at other buses."""
    at_limit: NDArray[np.int64]
    """(station,) hours in which its banks were too few or too many for the band."""


def with_field(network: Network, lines: Sequence[DcHours]) -> Field:
    """A network of provinces with its high-voltage buses and stations."""
    ids, node_of = list(network.bus_ids), list(range(len(network.bus_ids)))
    free: list[int] = []
    helpers: list[int] = []
    joints: list[Joint] = []

    def bus(name: str, node: int) -> int:
        ids.append(name)
        node_of.append(node)
        return len(ids) - 1

    ends: dict[tuple[int, float], int] = {}
    for tie in network.ties:
        if tie.kv in TRANSFORMER_MVA:
            for node in (tie.from_bus, tie.to_bus):
                ends[node, tie.kv] = ends.get((node, tie.kv), 0) + tie.circuits
    high: dict[tuple[int, float], HighBus] = {}
    for (node, kv), count in ends.items():
        name = f"{network.bus_ids[node]}/{kv:.0f}kV"
        made = HighBus(bus(name, node), node, kv, count)
        high[node, kv] = made
        free.append(made.bus)
        ohm = TRANSFORMER_X * BASE_KV**2 / TRANSFORMER_MVA[kv] / count
        joints.append(Joint(f"transformers {name}", node, made.bus, ohm))
    ties = tuple(
        replace(t, from_bus=high[t.from_bus, t.kv].bus, to_bus=high[t.to_bus, t.kv].bus, banks=False)
        if t.kv in TRANSFORMER_MVA
        else t
        for t in network.ties
    )
    stations: list[StationBus] = []
    both: tuple[End, End] = ("from", "to")
    for line in lines:
        for end, node in zip(both, (line.from_node, line.to_node), strict=True):
            equipment = station(line.line, end)
            at = bus(f"{network.bus_ids[node]}/{line.line.id}", node)
            stations.append(StationBus(line.line, end, at, node, equipment))
            (free if equipment.vsc is None else helpers).append(at)
            circuits = max(ceil((line.line.mw or 0.0) / STATION_MW_A_CIRCUIT), 2)
            ohm = LINE_OF_KV[BASE_KV][1] * STATION_KM / circuits
            joints.append(Joint(f"station {line.line.id}, {end}", node, at, ohm))
    whole = Network(tuple(ids), ties, tuple(joints), tuple(node_of), tuple(free), tuple(helpers))
    return Field(whole, tuple(stations), tuple(high.values()))


def station_hours(field: Field, lines: Sequence[DcHours], tie_flow_mw: Array) -> StationHours:
    """Every hour of stations and compensation.

    Parameters
    ----------
    tie_flow_mw : (tie, hour)
        Of the linear flow: what the lines take of reactive power follows from it.
    """
    hours = tie_flow_mw.shape[1]
    size = (len(field.network.bus_ids), hours)
    injection, reactive, shunt = (np.zeros(size) for _ in range(3))
    room = np.full(size, np.inf)
    limit = np.zeros(len(field.stations), dtype=np.int64)
    of_line = {line.line.id: line for line in lines}
    banked: list[tuple[int, Array]] = []
    for k, place in enumerate(field.stations):
        line, made = of_line[place.line.id], place.equipment
        power = -line.sent_mw if place.end == "from" else line.delivered_mw
        injection[place.bus] += power
        injection[place.node] -= power
        if made.vsc is not None:
            room[place.bus] = np.sqrt(np.maximum(made.vsc.rated_mva**2 - power**2, 0.0))
            continue
        assert made.lcc is not None
        direct = np.where(power < 0, -power * (1.0 - made.loss_share), power / (1.0 - made.loss_share))
        demand = made.lcc.reactive_mvar(direct)
        reactive[place.bus] = -demand
        banked.append((k, demand))
    if banked:
        rows = [field.stations[k] for k, _ in banked]
        demand = np.stack([d for _, d in banked])
        filters = [r.equipment.filters for r in rows]
        figures = np.array([(f.bank_mvar, f.least, f.count, f.band_mvar) for f in filters if f is not None])
        bank = figures[:, :1] * SET_VOLTAGE_PU**2
        runs = demand > 0
        on = switched_banks(demand, bank, np.where(runs, figures[:, 1:2], 0), np.where(runs, figures[:, 2:3], 0),
                            figures[:, 3:])  # fmt: skip
        shunt[[r.bus for r in rows]] = on * figures[:, :1]
        short = runs & (np.abs(demand - on * bank) > figures[:, 3:] + 1e-9)
        limit[[k for k, _ in banked]] = short.sum(axis=1)
    if field.high:
        demand = _taken_by_lines(field, tie_flow_mw)
        bank = np.array([[COMPENSATION_BANK_MVAR[h.kv]] for h in field.high])
        most = np.array([[BANKS_A_TRANSFORMER * h.transformers] for h in field.high])
        on = switched_banks(demand, bank * SET_VOLTAGE_PU**2, -most, most, BAND_OF_A_BANK * bank)
        shunt[[h.bus for h in field.high]] += on * bank
    return StationHours(injection, reactive, shunt, room, limit)


def _taken_by_lines(field: Field, flow_mw: Array) -> Array:
    """(high bus, hour) reactive power its lines take, half of each line's: x I^2 less its charging. [Mvar]"""
    row = {h.bus: k for k, h in enumerate(field.high)}
    out = np.zeros((len(row), flow_mw.shape[1]))
    volt = BASE_KV * SET_VOLTAGE_PU
    for tie, flow in zip(field.network.ties, flow_mw, strict=True):
        if tie.from_bus not in row:
            continue
        charging = 2 * np.pi * 50.0 * tie.capacitance_nf * 1e-9 * volt**2
        taken = 0.5 * (tie.series_ohm[1] * (flow / volt) ** 2 - charging)
        out[row[tie.from_bus]] += taken
        out[row[tie.to_bus]] += taken
    return out


def dc_loss_mw(line: Corridor, sent_mw: Array) -> Array:
    """Physical loss of a direct-current line for what enters it: both stations and I2R of the line. [MW]

    Parameters
    ----------
    sent_mw
        At the AC side of whichever end sends; 0 or more.
    """
    first, last = station(line, "from"), station(line, "to")
    into = sent_mw * (1.0 - first.loss_share)
    current = first.lcc.current_ka(into) if first.lcc is not None else into / (2.0 * line.kv)
    # A back-to-back has no line between its valves; the AC lines to it are part of the grids.
    lost = 0.0 * into if line.kind == "b2b" else np.minimum(current**2 * line_ohm(line), into)
    return np.asarray(sent_mw * first.loss_share + lost + (into - lost) * last.loss_share)
