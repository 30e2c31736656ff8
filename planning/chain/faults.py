"""The loss of a direct-current pole or bipole, or of an AC tie, in hours of a dispatched year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.chain.fault_documents import FaultAnswer, GridAfter, InfeedStrength, TieAfter
from planning.chain.fault_grid import Grid, grid_of
from planning.chain.link_results import answer_sources
from planning.chain.nation import HOURS
from planning.chain.run import Chain
from planning.corridors import in_service
from planning.network.branch_flow import branch_flows, check_balance
from planning.network.contingency import bridges, screen, solve_outages
from planning.network.dc_fault import DcLine, block
from planning.network.frequency import Dip, dip
from planning.network.model import SET_VOLTAGE_PU
from planning.network.strength import impedance, miscr
from planning.network.support import solve_with_limits
from planning.network.unknowns import unknowns_of
from planning.network.year import BASE_MVA
from planning.scenario import Scenario
from planning.scenario_lines import with_own_lines
from planning.tables import Tables

Array = NDArray[np.float64]
Fault = Literal["pole", "bipole"]

SHOWN_TIES = 12
NOTES = (
    "fault_simplified",
    "fault_sources_estimated",
    "fault_on_line_estimated",
    "fault_no_emergency_control",
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
    can = lines_to_lose(chain.scenario, chain.tables)
    if line not in can:
        raise InputError(Problem("command line", "LINE", line, f"one of {', '.join(can)}"))
    refuse_no_hour(hour, HOURS)
    nation, _ = chain.nation
    done = chain.dispatched[0]
    hours = hours_of(hour, nation.case.load_mw)
    grid = grid_of(nation, done)
    corridor = next(info.corridor for info in nation.lines if info.id == line)
    words = (corridor.name_zh, corridor.name_en) if corridor is not None else _tie_words(chain, line)
    common: dict[str, Any] = {
        "scenario": chain.scenario.id, "line": line, "name_zh": words[0], "name_en": words[1], "hours": len(hours),
        "uses": chain.uses(), "notes": NOTES,
        "sources": answer_sources(chain.scenario, chain.tables, "power_flow", (), ()),
    }  # fmt: skip
    if line in grid.ac.branches.ids:
        return _tie_lost(grid, line, hours, common)
    return _dc_lost(grid, line, hours, fault, common)


def lines_to_lose(scenario: Scenario, tables: Tables) -> tuple[str, ...]:
    """Ids of direct-current lines, back-to-backs and AC ties that a scenario runs, sorted; known before any dispatch."""
    choice, here = scenario.lines, with_own_lines(tables, scenario)
    out = set(choice.without)
    lines = [
        line.id
        for line in in_service(here.corridors, choice.in_service_by, choice.also)
        if not out & {line.id, line.parent}
        and line.from_node is not None
        and line.mw is not None
        and (line.result_kind in ("dc", "b2b") or line.kind == "ac")
    ]
    ties = [tie.id for tie in here.interfaces_by(choice.in_service_by) if tie.id not in out]
    return tuple(sorted([*lines, *ties]))


def _tie_words(chain: Chain, line: str) -> tuple[str, str]:
    from planning.chain.link_results import tie_names

    return tie_names(chain.scenario, chain.tables)[line]


def hours_of(hour: str, load_mw: Array) -> NDArray[np.int64]:
    """Hours by what a planner types.

    Raises
    ------
    InputError
        None of `peak`, `all` and the hours of the year.
    """
    if hour == "all":
        return np.arange(load_mw.shape[1])
    if hour == "peak":
        return np.array([int(np.argmax(load_mw.sum(axis=0)))])
    refuse_no_hour(hour, load_mw.shape[1])
    return np.array([int(hour)])


def refuse_no_hour(hour: str, hours: int) -> None:
    """InputError where it is none of `peak`, `all` and the numbers of so many hours; asked before the dispatch."""
    if hour in ("peak", "all") or (hour.isascii() and hour.isdigit() and int(hour) < hours):
        return
    raise InputError(Problem("command line", "--hour", hour, f"peak, all, or 0 to {hours - 1}"))


def _dc_lost(
    grid: Grid, name: str, hours: NDArray[np.int64], fault: Fault, common: dict[str, Any]
) -> FaultAnswer:
    ac, ties = grid.ac, grid.ties
    dc = grid.direct_lines(hours)
    line = dc[name]
    power = grid.injection_mw[:, hours].T / BASE_MVA
    found = block(ac, power, grid.held(hours), SET_VOLTAGE_PU, line, 0.5 if fault == "pole" else 1.0)
    within = grid.island_of[line.from_bus] == grid.island_of[line.to_bus]
    lost, left = found.lost_mw, -found.surplus_mw
    if within:
        # What no longer arrives no longer leaves either: the grid keeps the power, and what the line would have lost.
        lost = left = found.lost_mw - found.surplus_mw
    received = _grid_dip(grid, hours, found.receiving_bus, lost)
    sent = _grid_dip(grid, hours, found.sending_bus, left)
    loading, before = (
        np.maximum(np.abs(f.from_mva.real), np.abs(f.to_mva.real))[:, :ties] / ac.branches.rating_mva[:ties]
        for f in (found.after, found.before)
    )
    over = (loading > 1.0) & (before <= 1.0)
    worst = int(np.argmax(found.lost_mw) if within else np.argmin(received.lowest_hz))
    if not found.lost_mw.max(initial=0.0) > 0:
        worst = 0
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
        within_one_grid=bool(within),
        grids=(
            _grid_after(grid, "receiving", hours, worst, found.receiving_bus, lost, received),
            _grid_after(grid, "sending", hours, worst, found.sending_bus, left, sent),
        ),
        ties=_ties_after(grid, found.before.from_mva[worst].real[:ties], found.after.from_mva[worst].real[:ties], before[worst],
                         loading[worst], concerned) if found.solved[worst] else (),
        infeeds=tuple(
            InfeedStrength(id=n, node=grid.node(int(ends[k])), infeed_mw=float(infeed[k]),
                           miscr=float(ratios[k]) if np.isfinite(ratios[k]) else None)
            for k, n in enumerate(names) if here[k]
        ),
        max_balance_pu=found.balance_pu,
    )  # fmt: skip


def _received(line: DcLine, hour: int) -> float:
    """What arrives, whichever way it flows. [MW]"""
    arrived = float(line.delivered_mw[hour])
    return arrived if arrived >= 0 else -float(line.sent_mw[hour])


def _grid_dip(grid: Grid, hours: NDArray[np.int64], bus: NDArray[np.int64], lost: Array) -> Dip:
    of = [
        grid.sums(hours, bus, v) for v in (grid.load_mw, grid.stored_mws, grid.governed_mw, grid.reserve_mw)
    ]
    return dip(lost, *of)


def _grid_after(
    grid: Grid,
    end: Literal["receiving", "sending"],
    hours: NDArray[np.int64],
    k: int,
    bus: NDArray[np.int64],
    lost: Array,
    then: Dip,
) -> GridAfter:
    load, running, reserve = (
        float(grid.sums(hours, bus, v)[k]) for v in (grid.load_mw, grid.running_mw, grid.reserve_mw)
    )
    same = np.flatnonzero(grid.island_of == grid.island_of[bus[k]])
    return GridAfter(
        end=end, node=grid.node(int(bus[k])), nodes=grid.nodes(same),
        lost_mw=float(lost[k]), load_mw=load, running_mw=running, reserve_mw=reserve,
        reserve_short_mw=float(then.reserve_short_mw[k]), rate_hz_per_s=float(then.rate_hz_per_s[k]),
        lowest_hz=float(then.lowest_hz[k]), settled_hz=float(then.settled_hz[k]),
    )  # fmt: skip


def _ties_after(
    grid: Grid, before: Array, after: Array, loading_before: Array, loading: Array, islands: set[int] | None
) -> tuple[TieAfter, ...]:
    b = grid.ac.branches
    order = [
        int(k) for k in np.argsort(-loading[: grid.ties], kind="stable")
        if islands is None or int(grid.island_of[b.from_bus[k]]) in islands
    ]  # fmt: skip
    return tuple(
        TieAfter(id=b.ids[k], before_mw=float(before[k]), after_mw=float(after[k]), rating_mw=float(b.rating_mva[k]),
                 loading_before=float(loading_before[k]), loading_after=float(loading[k]))
        for k in order[:SHOWN_TIES]
    )  # fmt: skip


def _tie_lost(grid: Grid, line: str, hours: NDArray[np.int64], common: dict[str, Any]) -> FaultAnswer:
    ac, k = grid.ac, grid.ac.branches.ids.index(line)
    count = grid.ties
    rating = ac.branches.rating_mva[:count]
    held = grid.held(hours)
    power = grid.injection_mw[:, hours].T / BASE_MVA
    states, released = solve_with_limits(ac, power, held, SET_VOLTAGE_PU)
    flows = branch_flows(ac, states.voltage)
    ok = states.converged
    injected = (power + states.slack_pu @ unknowns_of(ac).share.T) * BASE_MVA
    part = branch_flows(ac, states.voltage[ok])
    balance = check_balance(ac, states.voltage[ok], part, injected[ok])
    active = flows.from_mva.real[:, :count]
    before = np.abs(active) / rating
    cut = bridges(ac).get(k)
    after = screen(ac, active, (k,))[0] if cut is None else before
    over = (after > 1.0) & (before <= 1.0)
    over[:, k] = False
    strain = np.where(np.arange(count) == k, -np.inf, after).max(axis=1)
    strain = np.abs(active[:, k]) if cut is not None else strain
    worst = int(np.argmax(np.where(ok, strain, -np.inf)))
    limit = np.where(released[worst] > 0, held.high[worst], held.low[worst])
    out = solve_outages(
        replace(ac, holds_voltage=ac.holds_voltage & (released[worst] == 0)),
        injected[worst] / BASE_MVA,
        np.where(released[worst] != 0, limit, held.reactive[worst]),
        np.full(ac.buses, SET_VOLTAGE_PU),
        np.array([k]),
        states.voltage[worst],
        held.shunt[worst],
    )
    solved = bool(ok[worst] and out.states.converged[0] and cut is None)
    then = out.flows.from_mva[0].real[:count]
    island = {int(grid.island_of[ac.branches.from_bus[k]])}
    ties = (
        _ties_after(grid, active[worst], then, before[worst], np.abs(then) / rating, island) if solved else ()
    )
    return FaultAnswer(
        **common, fault="tie", hour=int(hours[worst]), hours_overloaded=int(over.any(axis=1).sum()),
        hours_reserve_short=0, hours_unsolved=int((~ok).sum()), solved=solved,
        splits=() if cut is None else grid.nodes(cut),
        flow_mw=float(active[worst, k]), ties=tuple(t for t in ties if t.id != line), max_balance_pu=balance,
    )  # fmt: skip
