"""The hours of a run as the network it was solved on: provinces, high-voltage and station buses, AC ties as branches.

All other lines are given power. A base is part of the bus of its province, as in the power flow of the chain; what the
tie between the two loses is demand there. Filters, compensation and the buses at their reactive limit are those of the
hour. Losses of the AC ties beyond those the dispatch settled are met as the run meets them, shared over each grid by
load, and written as generation (`balancing`): so a tool with one slack bus finds the flows of the run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from planning.chain.field_hours import InField, ac_network, at_limit_mvar, direct_lines, in_field
from planning.chain.nation import Nation
from planning.chain.nation_lines import TIE_LOSS_SHARE, LineInfo
from planning.chain.on_line import on_line
from planning.chain.project_hours import project_hours
from planning.chain.run import Chain
from planning.corridors import loss_share
from planning.dispatch.result import DispatchResult
from planning.network.exchange.case import BALANCING, DcLines, GridCase, Support, one_slack
from planning.network.model import BASE_KV, SET_VOLTAGE_PU, Network, Tie, choose_hours, tie_schedules
from planning.network.year import FieldHours, YearFlows, as_network, solve_year
from planning.scenario_lines import with_own_lines
from planning.tables import Tables

Array = NDArray[np.float64]
Index = NDArray[np.int64]

HOURS = 8760
GAP_MW = 20.0
"""By how much a bus may be out of balance: a project keeps its hours to 0.1 MW, each of dozens of figures a bus."""
TIE_LOSS = "base_tie_loss"
"""Demand: what the tie of a base to its province loses."""


@dataclass(frozen=True, slots=True)
class DispatchedHours:
    """What a dispatch said, from a run at hand or from a project file; (node, hour) and (line, hour)."""

    name: str
    tables: Tables
    node_ids: tuple[str, ...]
    home: Index
    """(node,) of a base the node of its province, else itself."""
    lines: tuple[LineInfo, ...]
    from_node: Index
    to_node: Index
    capacity_mw: Array
    reverse_capacity_mw: Array
    loss_share: Array
    forward_mw: NDArray[np.floating]
    reverse_mw: NDArray[np.floating]
    supply_mw: dict[str, NDArray[np.floating]]
    load_mw: NDArray[np.floating]
    charge_mw: NDArray[np.floating]
    running_mw: NDArray[np.floating]
    """Machines on line, which hold the voltage."""
    network: Network
    rows: tuple[int, ...]
    """(tie of `network`,) which of the lines it is."""


def hours_of_chain(chain: Chain) -> DispatchedHours:
    """The dispatch of a chain, computed or taken from its store."""
    nation, _ = chain.nation
    return hours_of_dispatch(chain.scenario.id, with_own_lines(chain.tables, chain.scenario), nation,
                             chain.dispatched[0])  # fmt: skip


def hours_of_dispatch(name: str, tables: Tables, nation: Nation, done: DispatchResult) -> DispatchedHours:
    """The dispatch of a nation."""
    case, lines = nation.case, nation.case.lines
    at = {node: k for k, node in enumerate(case.node_ids)}
    network, rows = ac_network(nation)
    return DispatchedHours(
        name=name,
        tables=tables,
        node_ids=case.node_ids,
        home=np.array([at[node] for node in nation.home_of_node], dtype=np.int64),
        lines=nation.lines,
        from_node=lines.from_index,
        to_node=lines.to_index,
        capacity_mw=lines.capacity_mw,
        reverse_capacity_mw=lines.reverse_capacity_mw,
        loss_share=lines.loss_share,
        forward_mw=done.forward_mw,
        reverse_mw=done.reverse_mw,
        supply_mw={**done.generation_mw(), **done.discharge_mw, "unserved": done.unserved_mw},
        load_mw=case.load_mw,
        charge_mw=sum(done.charge_mw.values(), np.zeros_like(case.load_mw)),
        running_mw=on_line(case, done).running_mw,
        network=network,
        rows=tuple(rows),
    )


def hours_of_project(path: Path) -> DispatchedHours:
    """The dispatch kept in a project file.

    Raises
    ------
    InputError
        As `project_hours`; a line of it is in no table of this program; a file from before the machines on line
        were kept.
    """
    run = project_hours(path)
    kept, scenario, tables = run.kept, run.scenario, run.tables
    if kept.running_mw is None:
        raise InputError(
            Problem(path.name, "running_mw", "nothing", "a project run by this version: run it again")
        )
    interfaces = {tie.id: tie for tie in tables.interfaces}
    bases = {base.id: base for base in scenario.bases}
    at = {node: k for k, node in enumerate(kept.node_ids)}
    home = np.array([at[bases[n].node] if n in bases else at[n] for n in kept.node_ids], dtype=np.int64)
    infos, capacity, reverse, loss, ties, rows = [], [], [], [], [], []
    unknown = []
    for row, line_id in enumerate(kept.line_ids):
        base = bases.get(line_id.removeprefix("tie-")) if line_id.startswith("tie-") else None
        corridor, interface = tables.corridor_by_id.get(line_id), interfaces.get(line_id)
        line = corridor or interface
        mw = float(np.abs(kept.flow_mw[row]).max(initial=0.0)) if line is None or line.mw is None else line.mw
        infos.append(LineInfo(line_id, corridor, interface, base.id if base else None))
        if line is None and base is None:
            unknown.append(Problem(path.name, "line", line_id, "a line of the tables or of the scenario"))
        share = None if line is None else loss_share(line).share
        capacity.append(mw)
        reverse.append(mw if corridor is None or corridor.bidirectional else 0.0)
        own_ac = corridor if corridor is not None and corridor.kind == "ac" else None
        tie = interface or own_ac
        if tie is not None:
            ends = int(home[kept.line_from[row]]), int(home[kept.line_to[row]])
            ties.append(Tie(line_id, *ends, tie.kv, tie.circuits, tie.km, mw))
            rows.append(row)
        loss.append(TIE_LOSS_SHARE if share is None else share)
    if unknown:
        raise InputError(unknown)
    return DispatchedHours(
        name=run.summary.scenario,
        tables=tables,
        node_ids=kept.node_ids,
        home=home,
        lines=tuple(infos),
        from_node=np.array(kept.line_from, dtype=np.int64),
        to_node=np.array(kept.line_to, dtype=np.int64),
        capacity_mw=np.array(capacity),
        reverse_capacity_mw=np.array(reverse),
        loss_share=np.array(loss),
        forward_mw=np.maximum(kept.flow_mw, 0),
        reverse_mw=np.maximum(-kept.flow_mw, 0),
        supply_mw=dict(kept.supply_mw),
        load_mw=kept.load_mw,
        charge_mw=kept.charge_mw,
        running_mw=kept.running_mw,
        network=Network(kept.node_ids, tuple(ties)),
        rows=tuple(rows),
    )


def parse_hours(text: str, run: DispatchedHours) -> tuple[int, ...]:
    """Hours by number (0 to 8759), by range (`4000-4023`), by name (`peak`, `trough`, `transfer-1` to -3) or `all`.

    Raises
    ------
    InputError
        A word or number that is none of these.
    """
    total = run.load_mw.shape[1]
    named: dict[str, int] | None = None
    hours: list[int] = []
    problems = []
    for word in (part.strip() for part in text.split(",")):
        found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", word)
        if word == "all":
            hours += range(total)
        elif found and int(found[1]) <= int(found[2] or found[1]) < total:
            hours += range(int(found[1]), int(found[2] or found[1]) + 1)
        else:
            if named is None:
                moved = np.asarray(run.forward_mw + run.reverse_mw, dtype=np.float64).sum(axis=0)
                load = np.asarray(run.load_mw, dtype=np.float64)
                named = {name: hour for hour, name in choose_hours(load, moved)}
            if word in named:
                hours.append(named[word])
            else:
                expected = "hours 0 to 8759, ranges as 0-23, peak, trough, transfer-1 to transfer-3, or all"
                problems.append(Problem("--hours", "hour", word or "nothing", expected))
    if problems:
        raise InputError(problems)
    return tuple(dict.fromkeys(hours))


def grid_case(run: DispatchedHours, hours: Sequence[int]) -> GridCase:
    """The network of chosen hours, with what its buses gave and held in each.

    Raises
    ------
    BalanceError
        A bus that the dispatch leaves out of balance by more than 20 MW.
    """
    chosen = list(hours)
    start, end = run.home[run.from_node], run.home[run.to_node]
    inside = start == end
    links = np.setdiff1d(np.flatnonzero(~inside), run.rows)
    made = _in_field(run, start, end)
    network = made.field.network
    now = FieldHours(*(getattr(made.given, name)[:, chosen] for name in FieldHours.__slots__))
    # By the year's mean load, as the run itself shares what losses ask.
    mean = made.load_mw.mean(axis=1)
    year = solve_year(
        network, made.injection_mw[:, chosen], np.repeat(mean[:, None], len(chosen), axis=1), field=now
    )
    station = {(place.line.id, place.end): place.bus for place in made.field.stations}
    first = np.array([station.get((run.lines[k].id, "from"), start[k]) for k in links], dtype=np.int64)
    last = np.array([station.get((run.lines[k].id, "to"), end[k]) for k in links], dtype=np.int64)
    bus = np.unique(np.concatenate([year.bus, first, last]))
    ac, position = as_network(network, bus, mean[bus])
    forward, reverse = (np.asarray(v[:, chosen], dtype=np.float64) for v in (run.forward_mw, run.reverse_mw))

    def at_bus(values: NDArray[np.floating]) -> Array:
        """(node, hour of the run) as (hour, bus), bases with their province."""
        return np.asarray(_by_home(run, values[:, chosen], len(network.bus_ids))[bus].T)

    lost = np.zeros((len(network.bus_ids), len(chosen)))
    np.add.at(lost, start[inside], (forward + reverse)[inside] * run.loss_share[inside][:, None])
    dc = DcLines(
        ids=tuple(run.lines[k].id for k in links),
        kinds=tuple(c.kind if (c := run.lines[k].corridor) is not None else "ac" for k in links),
        from_bus=position[first],
        to_bus=position[last],
        capacity_mw=run.capacity_mw[links],
        reverse_capacity_mw=run.reverse_capacity_mw[links],
        loss_share=run.loss_share[links],
        loss_mw=np.zeros(len(links)),
        sent_mw=(forward - reverse)[links].T,
    )
    base_kv = np.full(len(network.bus_ids), BASE_KV)
    for high in made.field.high:
        base_kv[high.bus] = high.kv
    names, place_deg = _places(run, made)
    supply = {name: at_bus(values) for name, values in run.supply_mw.items()}
    case = GridCase(
        name=run.name,
        network=replace(ac, slack_share=one_slack(ac.islands(), ac.slack_share)),
        base_kv=base_kv[bus],
        hours=tuple(chosen),
        generation_mw={name: values for name, values in supply.items() if np.abs(values).max(initial=0) > 0},
        demand_mw={"load": at_bus(run.load_mw), "charge": at_bus(run.charge_mw), TIE_LOSS: lost[bus].T},
        reactive_mvar=at_limit_mvar(now, year)[bus].T,
        voltage_pu=np.full(len(bus), SET_VOLTAGE_PU),
        dc=dc,
        names=tuple(names[k] for k in bus),
        place_deg=np.array([place_deg[k] for k in bus]).reshape(-1, 2),
        support=_support(now, year, bus),
    )
    wanted = made.injection_mw[bus][:, chosen].T
    gap = wanted - case.injection_mw
    if not np.abs(gap).max(initial=0.0) <= GAP_MW:
        row, column = np.unravel_index(int(np.argmax(np.abs(gap))), gap.shape)
        where = network.bus_ids[int(bus[column])]
        raise BalanceError(
            "network_gap", node=where, hour=chosen[int(row)], gap_mw=round(float(gap[row, column]), 3)
        )
    added = np.zeros((len(network.bus_ids), len(chosen)))
    added[year.bus] = np.nan_to_num(year.added_mw)
    return replace(case, generation_mw={**case.generation_mw, BALANCING: gap + added[bus].T})


def _by_home(run: DispatchedHours, values: NDArray[np.floating], rows: int) -> Array:
    """(node, hour) as (bus, hour) of `rows` buses, bases with their province."""
    whole = np.zeros((rows, values.shape[1]))
    np.add.at(whole, run.home, np.asarray(values, dtype=np.float64))
    return whole


def _in_field(run: DispatchedHours, start: Index, end: Index) -> InField:
    """All hours: which banks are on follows from the hours before."""
    rows, nodes = list(run.rows), len(run.node_ids)
    forward, reverse = (np.asarray(v, dtype=np.float64) for v in (run.forward_mw, run.reverse_mw))
    injection, _, _ = tie_schedules(
        run.network.ties, nodes, forward[rows], reverse[rows], run.loss_share[rows]
    )
    return in_field(
        run.network,
        direct_lines(run.lines, start, end, forward, reverse, run.loss_share),
        injection,
        _by_home(run, run.load_mw, nodes),
        _by_home(run, run.running_mw, nodes),
    )


def _support(now: FieldHours, year: YearFlows, bus: Index) -> Support:
    released = np.zeros(now.shunt_mvar.shape, dtype=np.int8)
    released[year.bus] = year.released.T
    return Support(now.shunt_mvar[bus].T, released[bus].T, now.low_mvar[bus].T, now.high_mvar[bus].T)


def _places(run: DispatchedHours, made: InField) -> tuple[list[tuple[str, str]], list[tuple[float, float]]]:
    """(bus,) Chinese and English name, longitude and latitude: of a station those of its line's end."""
    network, names, places = made.field.network, [], []
    for bus in range(len(network.bus_ids)):
        own = run.tables.node(run.node_ids[int(run.home[network.home(bus)])])
        names.append((own.name_zh, own.name_en))
        places.append((own.lon_deg, own.lat_deg))
    for high in made.field.high:
        zh, en = names[high.bus]
        names[high.bus] = f"{zh} {high.kv:.0f} kV", f"{en} {high.kv:.0f} kV"
    for station in made.field.stations:
        line, (zh, en) = station.line, names[station.bus]
        names[station.bus] = f"{line.name_zh} ({zh})", f"{line.name_en} ({en})"
        places[station.bus] = (
            (line.from_lon_deg, line.from_lat_deg)
            if station.end == "from"
            else (line.to_lon_deg, line.to_lat_deg)
        )
    return names, places
