"""The loss of a direct-current pole or bipole, or of an AC tie, in hours of a dispatched year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.chain.fault_documents import FaultAnswer, GridAfter, InfeedStrength, TieAfter
from planning.chain.flows import ac_network
from planning.chain.link_results import answer_sources
from planning.chain.nation import Nation
from planning.chain.nation_lines import LineInfo
from planning.chain.run import Chain
from planning.dispatch.result import DispatchResult
from planning.network.ac import AcNetwork
from planning.network.branch_flow import branch_flows, check_balance
from planning.network.contingency import bridges, screen, solve_outages
from planning.network.dc_fault import Blocked, DcLine, block
from planning.network.frequency import INERTIA_S, Dip, dip
from planning.network.model import SET_VOLTAGE_PU, Network, tie_schedules
from planning.network.newton import solve_states, unknowns_of
from planning.network.strength import POWER_FACTOR, impedance, miscr
from planning.network.year import BASE_MVA, as_branches

Array = NDArray[np.float64]
Fault = Literal["pole", "bipole"]

ON_LINE_LOADING = 0.85
"""Mean loading of thermal and hydro units on line: what runs is output over this, up to what is there. The dispatch
commits no units, so this is an estimate."""
BATTERY_HOLD_H = 0.25
"""A battery counts as reserve for what it can give this long."""
SHOWN_TIES = 12
NOTES = (
    "fault_simplified",
    "fault_sources_estimated",
    "fault_on_line_estimated",
    "fault_no_emergency_control",
)


@dataclass(frozen=True, slots=True)
class Grid:
    """The AC network of the provinces with what stands behind its buses in each hour; arrays (bus, hour)."""

    ac: AcNetwork
    injection_mw: Array
    load_mw: Array
    running_mw: Array
    governed_mw: Array
    stored_mws: Array
    reserve_mw: Array

    @property
    def island_of(self) -> NDArray[np.int64]:
        return unknowns_of(self.ac).island_of


def grid_of(nation: Nation, done: DispatchResult) -> Grid:
    """Provinces as buses; a base's plants stand in its home's grid."""
    case = nation.case
    whole, rows = ac_network(nation)
    homes = np.array([case.node_ids.index(h) for h in nation.home_of_node])
    own = np.flatnonzero(homes == np.arange(case.nodes))
    at = np.full(case.nodes, -1)
    at[own] = np.arange(len(own))
    bus_of = at[homes]
    injection, _, _ = tie_schedules(
        whole.ties, case.nodes, done.forward_mw[rows], done.reverse_mw[rows], case.lines.loss_share[rows]
    )

    def by_bus(values: Array) -> Array:
        total = np.zeros((len(own), case.hours))
        np.add.at(total, bus_of, values)
        return total

    made, capacity = done.generation_mw(), {t.technology: t.capacity_mw for t in case.thermals}
    capacity |= {"hydro": case.hydro.capacity_mw, "nuclear": case.nuclear_mw}
    running, governed, stored, reserve = (np.zeros(case.load_mw.shape) for _ in range(4))
    for technology, have in capacity.items():
        limit = have if have.ndim == 2 else have[:, None]
        part = made[technology]
        on = (
            part if technology == "nuclear" else np.clip(part / ON_LINE_LOADING, 0.0, np.maximum(limit, part))
        )
        running += on
        stored += INERTIA_S[technology] * on / POWER_FACTOR
        if technology != "nuclear":
            governed += on
            reserve += on - part
    for storage in case.storages:
        kind, power = storage.kind, storage.power_mw[:, None]
        out, drawn = done.discharge_mw[kind], done.charge_mw[kind]
        reserve += drawn
        if kind == "battery":
            lasts = done.soc_mwh[kind] * storage.efficiency_discharge[:, None] / BATTERY_HOLD_H
            reserve += np.maximum(np.minimum(power - out, lasts), 0.0)
        else:
            on = np.minimum(np.maximum(out, drawn) / ON_LINE_LOADING, power)
            running += on
            stored += INERTIA_S["pumped"] * on / POWER_FACTOR
    load = by_bus(case.load_mw)
    share = np.maximum(load.mean(axis=1), 0.0)
    ties = Network(tuple(case.node_ids[k] for k in own), whole.ties)
    ac = AcNetwork(
        bus_ids=ties.bus_ids,
        base_mva=BASE_MVA,
        branches=as_branches(ties.ties, at),
        shunt_pu=np.zeros(len(own), dtype=np.complex128),
        holds_voltage=np.ones(len(own), dtype=bool),
        slack_share=share if share.min() > 0 else share + 1.0,
    )
    return Grid(
        ac, by_bus(injection), load, by_bus(running), by_bus(governed), by_bus(stored), by_bus(reserve)
    )


def fault_answer(chain: Chain, line: str, hour: str, fault: Fault = "bipole") -> FaultAnswer:
    """What the loss of a line does.

    Parameters
    ----------
    line
        Id of a dispatched direct-current or back-to-back line, or of an AC tie.
    hour
        `peak` of the load, `all`, or the hour of the year from 0.

    Raises
    ------
    InputError
        No such line, or no such hour.
    """
    nation, _ = chain.nation
    done = chain.dispatched[0]
    found = {info.id: row for row, info in enumerate(nation.lines)}
    hours = _hours(hour, nation.case.load_mw)
    lost = {i.id for i in nation.lines if i.interface is not None or _is_direct(i)} | set(_ac_ids(nation))
    if line not in lost:
        raise InputError(Problem("command line", "LINE", line, f"one of {', '.join(sorted(lost))}"))
    info, row = nation.lines[found[line]], found[line]
    grid = grid_of(nation, done)
    corridor = info.corridor
    words = (corridor.name_zh, corridor.name_en) if corridor is not None else _tie_words(chain, line)
    common: dict[str, Any] = {
        "scenario": chain.scenario.id, "line": line, "name_zh": words[0], "name_en": words[1], "hours": len(hours),
        "uses": chain.uses(), "notes": NOTES,
        "sources": answer_sources(chain.scenario, chain.tables, "power_flow", (), ()),
    }  # fmt: skip
    if line in grid.ac.branches.ids:
        return _tie_lost(grid, line, hours, common)
    return _dc_lost(nation, done, grid, row, hours, fault, common)


def _is_direct(info: LineInfo) -> bool:
    """Plants tied by AC to a foreign grid are none: their loss is a loss of plants, not of a converter."""
    return info.corridor is not None and info.corridor.result_kind in ("dc", "b2b")


def _ac_ids(nation: Nation) -> tuple[str, ...]:
    return tuple(tie.id for tie in ac_network(nation)[0].ties)


def _tie_words(chain: Chain, line: str) -> tuple[str, str]:
    from planning.chain.link_results import tie_names

    return tie_names(chain.scenario, chain.tables)[line]


def _hours(hour: str, load_mw: Array) -> NDArray[np.int64]:
    if hour == "all":
        return np.arange(load_mw.shape[1])
    if hour == "peak":
        return np.array([int(np.argmax(load_mw.sum(axis=0)))])
    if not hour.isdigit() or int(hour) >= load_mw.shape[1]:
        raise InputError(
            Problem("command line", "--hour", hour, f"peak, all, or 0 to {load_mw.shape[1] - 1}")
        )
    return np.array([int(hour)])


def _dc_lost(
    nation: Nation,
    done: DispatchResult,
    grid: Grid,
    row: int,
    hours: NDArray[np.int64],
    fault: Fault,
    common: dict[str, Any],
) -> FaultAnswer:
    ac = grid.ac
    dc = _direct_lines(nation, done, grid, hours)
    line = dc[nation.lines[row].id]
    power = grid.injection_mw[:, hours].T / BASE_MVA
    found = block(
        ac,
        power,
        np.zeros_like(power),
        np.full(ac.buses, SET_VOLTAGE_PU),
        line,
        0.5 if fault == "pole" else 1.0,
    )
    received = _grid_dip(grid, hours, found.receiving_bus, found.lost_mw)
    sent = _grid_dip(grid, hours, found.sending_bus, -found.surplus_mw)
    loading = (
        np.maximum(np.abs(found.after.from_mva.real), np.abs(found.after.to_mva.real))
        / ac.branches.rating_mva
    )
    before = (
        np.maximum(np.abs(found.before.from_mva.real), np.abs(found.before.to_mva.real))
        / ac.branches.rating_mva
    )
    over = (loading > 1.0) & (before <= 1.0)
    worst = int(np.argmin(received.lowest_hz)) if found.lost_mw.max(initial=0.0) > 0 else 0
    z = impedance(ac, grid.running_mw[:, hours[worst]])
    names = list(dc)
    ends = np.array([dc[n].to_bus if dc[n].delivered_mw[worst] >= 0 else dc[n].from_bus for n in names])
    infeed = np.array([_received(dc[n], worst) for n in names])
    ratios = miscr(z, ends, infeed, BASE_MVA)
    island = grid.island_of
    here = island[ends] == island[found.receiving_bus[worst]]
    concerned = {int(island[found.receiving_bus[worst]]), int(island[found.sending_bus[worst]])}
    return FaultAnswer(
        **common,
        fault=fault,
        hour=int(hours[worst]),
        hours_overloaded=int(over.any(axis=1).sum()),
        hours_reserve_short=int((received.reserve_short_mw > 0).sum()),
        hours_unsolved=int((~found.solved).sum()),
        solved=bool(found.solved[worst]),
        flow_mw=float(line.sent_mw[worst]),
        grids=(
            _grid_after(grid, "receiving", hours, worst, found, received),
            _grid_after(grid, "sending", hours, worst, found, sent),
        ),
        ties=_ties_after(grid, found.before.from_mva[worst].real, found.after.from_mva[worst].real, before[worst],
                         loading[worst], concerned) if found.solved[worst] else (),
        infeeds=tuple(
            InfeedStrength(id=n, node=ac.bus_ids[int(ends[k])], infeed_mw=float(infeed[k]),
                           miscr=float(ratios[k]) if np.isfinite(ratios[k]) else None)
            for k, n in enumerate(names) if here[k]
        ),
        max_balance_pu=found.balance_pu,
    )  # fmt: skip


def _received(line: DcLine, hour: int) -> float:
    """What arrives, whichever way it flows. [MW]"""
    arrived = float(line.delivered_mw[hour])
    return arrived if arrived >= 0 else -float(line.sent_mw[hour])


def _direct_lines(
    nation: Nation, done: DispatchResult, grid: Grid, hours: NDArray[np.int64]
) -> dict[str, DcLine]:
    """All lines that are no AC tie and no base's own step-up, at the hours asked for."""
    case, lines = nation.case, {}
    at = {name: k for k, name in enumerate(grid.ac.bus_ids)}
    for row, info in enumerate(nation.lines):
        if not _is_direct(info):
            continue
        start, end = (
            at[nation.home_of_node[int(i[row])]] for i in (case.lines.from_index, case.lines.to_index)
        )
        forward, back = done.forward_mw[row, hours], done.reverse_mw[row, hours]
        kept = 1.0 - case.lines.loss_share[row]
        lines[info.id] = DcLine(info.id, start, end, forward - kept * back, kept * forward - back)
    return lines


def _sums(grid: Grid, hours: NDArray[np.int64], bus: NDArray[np.int64], values: Array) -> Array:
    """(hour,) of the whole grid each bus is in."""
    members = unknowns_of(grid.ac).members
    totals = members.T @ values[:, hours]
    return np.asarray(totals[grid.island_of[bus], np.arange(len(hours))])


def _grid_dip(grid: Grid, hours: NDArray[np.int64], bus: NDArray[np.int64], lost: Array) -> Dip:
    of = [
        _sums(grid, hours, bus, v) for v in (grid.load_mw, grid.stored_mws, grid.governed_mw, grid.reserve_mw)
    ]
    return dip(lost, *of)


def _grid_after(
    grid: Grid,
    end: Literal["receiving", "sending"],
    hours: NDArray[np.int64],
    k: int,
    found: Blocked,
    then: Dip,
) -> GridAfter:
    bus = found.receiving_bus if end == "receiving" else found.sending_bus
    lost = found.lost_mw if end == "receiving" else -found.surplus_mw
    load, running, reserve = (
        float(_sums(grid, hours, bus, v)[k]) for v in (grid.load_mw, grid.running_mw, grid.reserve_mw)
    )
    same = np.flatnonzero(grid.island_of == grid.island_of[bus[k]])
    return GridAfter(
        end=end, node=grid.ac.bus_ids[int(bus[k])], nodes=tuple(grid.ac.bus_ids[int(b)] for b in same),
        lost_mw=float(lost[k]), load_mw=load, running_mw=running, reserve_mw=reserve,
        reserve_short_mw=float(then.reserve_short_mw[k]), rate_hz_per_s=float(then.rate_hz_per_s[k]),
        lowest_hz=float(then.lowest_hz[k]), settled_hz=float(then.settled_hz[k]),
    )  # fmt: skip


def _ties_after(
    grid: Grid, before: Array, after: Array, loading_before: Array, loading: Array, islands: set[int] | None
) -> tuple[TieAfter, ...]:
    b = grid.ac.branches
    order = [
        int(k) for k in np.argsort(-loading, kind="stable")
        if islands is None or int(grid.island_of[b.from_bus[k]]) in islands
    ]  # fmt: skip
    return tuple(
        TieAfter(id=b.ids[k], before_mw=float(before[k]), after_mw=float(after[k]), rating_mw=float(b.rating_mva[k]),
                 loading_before=float(loading_before[k]), loading_after=float(loading[k]))
        for k in order[:SHOWN_TIES]
    )  # fmt: skip


def _tie_lost(grid: Grid, line: str, hours: NDArray[np.int64], common: dict[str, Any]) -> FaultAnswer:
    ac, k = grid.ac, grid.ac.branches.ids.index(line)
    rating = ac.branches.rating_mva
    held = np.full(ac.buses, SET_VOLTAGE_PU)
    power = grid.injection_mw[:, hours].T / BASE_MVA
    states = solve_states(ac, power, np.zeros_like(power), held)
    flows = branch_flows(ac, states.voltage)
    ok = states.converged
    injected = (power + states.slack_pu @ unknowns_of(ac).share.T) * BASE_MVA
    part = branch_flows(ac, states.voltage[ok])
    balance = check_balance(ac, states.voltage[ok], part, injected[ok])
    active = flows.from_mva.real
    before = np.abs(active) / rating
    cut = bridges(ac).get(k)
    after = screen(ac, active, (k,))[0] if cut is None else before
    over = (after > 1.0) & (before <= 1.0)
    over[:, k] = False
    strain = np.where(np.arange(ac.branches.count) == k, -np.inf, after).max(axis=1)
    strain = np.abs(active[:, k]) if cut is not None else strain
    worst = int(np.argmax(np.where(ok, strain, -np.inf)))
    out = solve_outages(
        ac, injected[worst] / BASE_MVA, np.zeros(ac.buses), held, np.array([k]), states.voltage[worst]
    )  # fmt: skip
    solved = bool(ok[worst] and out.states.converged[0] and cut is None)
    then = out.flows.from_mva[0].real
    island = {int(grid.island_of[ac.branches.from_bus[k]])}
    ties = (
        _ties_after(grid, active[worst], then, before[worst], np.abs(then) / rating, island) if solved else ()
    )
    return FaultAnswer(
        **common, fault="tie", hour=int(hours[worst]), hours_overloaded=int(over.any(axis=1).sum()),
        hours_reserve_short=0, hours_unsolved=int((~ok).sum()), solved=solved,
        splits=() if cut is None else tuple(ac.bus_ids[int(b)] for b in cut),
        flow_mw=float(active[worst, k]), ties=tuple(t for t in ties if t.id != line), max_balance_pu=balance,
    )  # fmt: skip
