"""Small national cases for the tests of the dispatch, and the same case as one undivided LP.

The LP is written anew from the words of `planning.dispatch.case`, hour by hour and node by node, and shares
no code with the dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from planning.dispatch.case import DispatchCase, Hydro, Lines, Storage, Thermal

Array = NDArray[np.float64]


def lines(
    ends: list[tuple[int, int]],
    capacity_mw: list[float],
    loss_share: list[float],
    cost_cny_per_mwh: list[float],
    reverse_mw: list[float] | None = None,
    min_share: list[float] | None = None,
) -> Lines:
    """Lines between nodes, one-way and without a contract unless said."""
    count = len(ends)
    index = np.array(ends, dtype=np.int64).reshape(count, 2)
    return Lines(
        ids=tuple(f"line{i}" for i in range(count)),
        kinds=("dc",) * count,
        from_index=index[:, 0],
        to_index=index[:, 1],
        capacity_mw=np.array(capacity_mw, float),
        reverse_capacity_mw=np.array(reverse_mw or [0.0] * count, float),
        loss_share=np.array(loss_share, float),
        cost_cny_per_mwh=np.array(cost_cny_per_mwh, float),
        min_share=np.array(min_share or [0.0] * count, float),
    )


def plain_case(
    load_mw: Any, wind_mw: Any, coal_mw: Any, coal_cny: Any, between: Lines, **more: Any
) -> DispatchCase:
    """Nodes with load, wind and coal alone."""
    load = np.array(load_mw, float)
    nodes, none = len(load), np.zeros(len(load))
    flat = np.zeros_like(load)
    coal = Thermal("coal", np.array(coal_mw, float), none, np.array(coal_cny, float), np.full(nodes, 0.8))
    water = Hydro(none, flat, none, none, none)
    given: dict[str, Any] = {"hydro": water, "storages": (), "thermals": (coal,), **more}
    return DispatchCase(
        node_ids=tuple("ABCDEFGH"[:nodes]),
        load_mw=load,
        wind_mw=np.array(wind_mw, float),
        pv_mw=flat,
        nuclear_mw=flat,
        nuclear_min_share=none,
        nuclear_cost_cny_per_mwh=none,
        lines=between,
        **given,
    )


def two_nodes(hours: int = 1, capacity_mw: float = 50.0) -> DispatchCase:
    """Windy A (100 MW, load 20) sends to coal-fired B (load 60) over a line that loses a tenth."""
    ones = np.ones(hours)
    between = lines([(0, 1)], [capacity_mw], [0.1], [15.0])
    return plain_case([20 * ones, 60 * ones], [100 * ones, 0 * ones], [0.0, 100.0], [0.0, 300.0], between)


def random_case(seed: int, hours: int, nodes: int = 4) -> DispatchCase:
    """A ring of nodes with everything the dispatch knows; short of capacity in some hours."""
    draw = np.random.default_rng(seed)
    hour = np.arange(hours)
    day = np.sin(2 * np.pi * (hour % 24 - 8) / 24)
    slow = np.cumsum(draw.normal(0, 0.15, (nodes, hours)), axis=1)
    load = draw.uniform(40, 120, (nodes, 1)) * (1 + 0.25 * day + draw.normal(0, 0.03, (nodes, hours)))
    wind = draw.uniform(20, 90, (nodes, 1)) * (0.5 + 0.5 * np.sin(slow))
    pv = draw.uniform(0, 90, (nodes, 1)) * np.maximum(0.0, np.sin(2 * np.pi * (hour % 24 - 6) / 24))
    inflow = draw.uniform(0, 25, (nodes, 1)) * (1 + 0.5 * np.sin(2 * np.pi * hour / hours))
    has_water = (draw.random(nodes) < 0.7).astype(float)
    ring = [(i, (i + 1) % nodes) for i in range(nodes)]

    def each(low: float, high: float) -> Array:
        return draw.uniform(low, high, nodes)

    return DispatchCase(
        node_ids=tuple("ABCDEFGH"[:nodes]),
        load_mw=load,
        wind_mw=wind,
        pv_mw=pv,
        nuclear_mw=np.repeat(each(0, 15)[:, None], hours, axis=1),
        nuclear_min_share=each(0.3, 0.9),
        nuclear_cost_cny_per_mwh=each(80, 120),
        thermals=(
            Thermal("coal", each(10, 70), each(0.1, 0.4), each(250, 420), each(0.7, 0.9)),
            Thermal("gas", each(0, 25), each(0, 0.1), each(500, 900), each(0.3, 0.4)),
        ),
        hydro=Hydro(has_water * each(15, 50), inflow, has_water * each(0, 900), each(0, 0.4), each(0.3, 0.7)),
        storages=(
            Storage("pumped", each(0, 15), each(20, 120), each(0.86, 0.9), each(0.86, 0.9)),
            Storage("battery", each(0, 10), each(5, 40), each(0.93, 0.96), each(0.93, 0.96), 12.0),
        ),
        lines=lines(
            ring,
            list(each(5, 50)),
            list(each(0.01, 0.08)),
            list(each(15, 60)),
            list(each(0, 20)),
            list(draw.choice([0.0, 0.3], nodes)),
        ),
    )


@dataclass
class _Program:
    """Columns and rows gathered one by one."""

    cost: list[float] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)

    def column(self, cost: float, high: float, low: float = 0.0) -> int:
        self.cost.append(cost)
        self.bounds.append((low, high))
        return len(self.cost) - 1

    def row(self, terms: list[tuple[int, float]], right: float) -> None:
        self.entries += [(len(self.right), column, value) for column, value in terms]
        self.right.append(right)

    def minimum(self) -> float:
        rows, columns, values = zip(*self.entries, strict=True)
        matrix = sparse.coo_array((values, (rows, columns)), shape=(len(self.right), len(self.cost)))
        done = linprog(self.cost, A_eq=matrix.tocsr(), b_eq=self.right, bounds=self.bounds, method="highs")
        assert done.status == 0, done.message
        return float(done.fun)


def undivided_objective_cny(case: DispatchCase) -> float:
    """The least of cost, curtailment, cut must-run, missed contracts and missed end levels over all hours."""
    lp, hours, between, water = _Program(), range(case.hours), case.lines, case.hydro
    terms: list[list[list[tuple[int, float]]]] = [[[] for _ in hours] for _ in case.node_ids]
    plant: dict[tuple[str, int], list[list[tuple[int, float]]]] = {}
    for n in range(case.nodes):
        for h in hours:
            here = terms[n][h]
            must_run = case.nuclear_mw[n, h] * case.nuclear_min_share[n]
            here.append((lp.column(case.nuclear_cost_cny_per_mwh[n], case.nuclear_mw[n, h], must_run), 1.0))
            for thermal in case.thermals:
                top, low = thermal.capacity_mw[n], thermal.capacity_mw[n] * thermal.min_share[n]
                here.append((lp.column(thermal.cost_cny_per_mwh[n], top, low), 1.0))
                plant.setdefault((thermal.technology, n), []).append([here[-1]])
                must_run += low
            free = case.wind_mw[n, h] + case.pv_mw[n, h]
            here.append((lp.column(case.curtailment_cny_per_mwh, free), -1.0))
            must_run += water.min_release_share[n] * min(water.inflow_mw[n, h], water.capacity_mw[n])
            here.append((lp.column(case.must_run_cny_per_mwh, must_run), -1.0))
            here.append((lp.column(case.voll_cny_per_mwh, case.load_mw[n, h]), 1.0))
        if water.capacity_mw[n] > 0:
            _reservoir(lp, case, n, terms[n])
        for storage in case.storages:
            _storage(lp, case, storage, n, terms[n])
    sent: list[list[list[tuple[int, float]]]] = [[] for _ in range(between.count)]
    for i in range(between.count):
        a, b, arrives = int(between.from_index[i]), int(between.to_index[i]), 1.0 - between.loss_share[i]
        price, asked = between.cost_cny_per_mwh[i], between.min_share[i] * between.capacity_mw[i]
        scheduled = between.curve_share is not None and not np.isnan(between.curve_share[i, 0])
        penalty = case.curve_cny_per_mwh if scheduled else case.contract_cny_per_mwh
        if between.min_power_share is not None:
            asked = max(asked, between.min_power_share[i] * between.capacity_mw[i])
        for h in hours:
            forward = lp.column(price, between.capacity_mw[i])
            reverse = lp.column(price + penalty * scheduled, between.reverse_capacity_mw[i])
            sent[i].append([(forward, 1.0), (reverse, -1.0)])
            if scheduled:
                assert between.curve_share is not None
                asked = between.curve_share[i, h] * between.capacity_mw[i]
            terms[a][h] += [(forward, -1.0), (reverse, arrives)]
            terms[b][h] += [(forward, arrives), (reverse, -1.0)]
            missed, above = lp.column(penalty, asked), lp.column(penalty * scheduled, np.inf)
            lp.row([(forward, 1.0), (missed, 1.0), (above, -1.0)], asked)
    for n in range(case.nodes):
        for h in hours:
            lp.row(terms[n][h], case.load_mw[n, h] - case.wind_mw[n, h] - case.pv_mw[n, h])
    _kirchhoff(lp, case, sent)
    _ramps(lp, case, sent, plant)
    _yearly(lp, case, sent, plant)
    return lp.minimum()


Terms = list[list[tuple[int, float]]]
"""By hour: columns with their factors."""


def _kirchhoff(lp: _Program, case: DispatchCase, sent: list[Terms]) -> None:
    """By angles: the flow of a tie is the difference of its ends' angles over its reactance."""
    reactance = case.lines.reactance_ohm
    if reactance is None:
        return
    for h in range(case.hours):
        angle = [lp.column(0.0, np.inf, -np.inf) for _ in case.node_ids]
        for i in np.flatnonzero(np.isfinite(reactance)):
            a, b = int(case.lines.from_index[i]), int(case.lines.to_index[i])
            flow = [(column, sign * reactance[i]) for column, sign in sent[i][h]]
            lp.row([*flow, (angle[a], -1.0), (angle[b], 1.0)], 0.0)


def _ramps(lp: _Program, case: DispatchCase, sent: list[Terms], plant: dict[tuple[str, int], Terms]) -> None:
    limited: list[tuple[Terms, float]] = []
    between = case.lines
    if between.ramp_share_per_h is not None:
        size = np.maximum(between.capacity_mw, between.reverse_capacity_mw)
        limited += [(sent[i], between.ramp_share_per_h[i] * size[i]) for i in range(between.count)]
    for thermal in case.thermals:
        if thermal.ramp_share_per_h is not None:
            limited += [
                (plant[thermal.technology, n], thermal.ramp_share_per_h[n] * thermal.capacity_mw[n])
                for n in range(case.nodes)
            ]
    for terms, most in limited:
        for h in range(1, case.hours) if np.isfinite(most) else ():
            change = terms[h] + [(column, -value) for column, value in terms[h - 1]]
            within = lp.column(0.0, most, -most)
            up, down = (lp.column(case.ramp_cny_per_mwh, np.inf) for _ in range(2))
            lp.row([*change, (within, -1.0), (up, -1.0), (down, 1.0)], 0.0)


def _yearly(lp: _Program, case: DispatchCase, sent: list[Terms], plant: dict[tuple[str, int], Terms]) -> None:
    wanted: list[tuple[Terms, float]] = []
    if case.lines.least_sent_mwh is not None:
        # what is sent forward counts, whatever comes back
        wanted += [
            ([terms[:1] for terms in sent[i]], case.lines.least_sent_mwh[i]) for i in range(case.lines.count)
        ]
    for thermal in case.thermals:
        if thermal.least_mwh is not None:
            wanted += [(plant[thermal.technology, n], thermal.least_mwh[n]) for n in range(case.nodes)]
    for hourly_terms, least in wanted:
        short, above = lp.column(case.target_cny_per_mwh, least), lp.column(0.0, np.inf)
        lp.row([*(term for terms in hourly_terms for term in terms), (short, 1.0), (above, -1.0)], least)


def with_rules(case: DispatchCase, seed: int) -> DispatchCase:
    """A random case with what grids and contracts ask: ties under Kirchhoff's law, ramps, a schedule, yearly energies."""
    draw = np.random.default_rng(seed + 100)
    between, nodes = case.lines, case.nodes
    count = between.count + 2
    ends = [(0, 1), (0, 2)]  # a parallel tie and a chord
    spread = draw.uniform(5, 30, (2,))

    def longer(values: Array, more: Array) -> Array:
        return np.concatenate([values, more])

    curve = np.full((count, case.hours), np.nan)
    curve[3] = 0.4 + 0.3 * (np.arange(case.hours) % 24 > 8)
    meshed = Lines(
        ids=tuple(f"line{i}" for i in range(count)),
        kinds=("ac", "ac", "ac", "dc", "ac", "ac"),
        from_index=np.concatenate([between.from_index, [e[0] for e in ends]]),
        to_index=np.concatenate([between.to_index, [e[1] for e in ends]]),
        capacity_mw=longer(between.capacity_mw, spread),
        reverse_capacity_mw=longer(np.maximum(between.reverse_capacity_mw, 5.0), spread),
        loss_share=longer(between.loss_share, np.full(2, 0.02)),
        cost_cny_per_mwh=longer(between.cost_cny_per_mwh, np.full(2, 15.0)),
        min_share=np.zeros(count),
        min_power_share=np.array([0.0, 0.0, 0.0, 0.1, 0.0, 0.0]),
        ramp_share_per_h=np.array([np.inf, np.inf, np.inf, 0.2, np.inf, np.inf]),
        curve_share=curve,
        reactance_ohm=np.array([*draw.uniform(5, 30, 3), np.nan, *draw.uniform(5, 30, 2)]),
        least_sent_mwh=np.array([0.0, 0.0, 0.0, 0.55 * between.capacity_mw[3] * case.hours, 0.0, 0.0]),
    )
    coal, gas = case.thermals
    coal = replace(
        coal,
        ramp_share_per_h=np.full(nodes, 0.15),
        least_mwh=draw.uniform(0.3, 0.5, nodes) * coal.capacity_mw * case.hours,
    )
    return replace(case, lines=meshed, thermals=(coal, gas))


def _reservoir(lp: _Program, case: DispatchCase, n: int, here: list[list[tuple[int, float]]]) -> None:
    water = case.hydro
    first = water.reservoir_mwh[n] * water.initial_share[n]
    before: int | None = None
    for h in range(case.hours):
        least = water.min_release_share[n] * min(water.inflow_mw[n, h], water.capacity_mw[n])
        out = lp.column(0.0, water.capacity_mw[n], least)
        level, spilled = lp.column(0.0, water.reservoir_mwh[n]), lp.column(0.0, np.inf)
        here[h].append((out, 1.0))
        carried = [] if before is None else [(before, -1.0)]
        start = first if before is None else 0.0
        lp.row([(level, 1.0), (out, 1.0), (spilled, 1.0), *carried], water.inflow_mw[n, h] + start)
        before = level
    assert before is not None
    _end(lp, before, first, case.reservoir_shortfall_cny_per_mwh)


def _storage(
    lp: _Program, case: DispatchCase, storage: Storage, n: int, here: list[list[tuple[int, float]]]
) -> None:
    first = storage.energy_mwh[n] * storage.initial_share
    before: int | None = None
    for h in range(case.hours):
        into = lp.column(storage.cost_cny_per_mwh, storage.power_mw[n])
        out, charge = lp.column(0.0, storage.power_mw[n]), lp.column(0.0, storage.energy_mwh[n])
        here[h] += [(into, -1.0), (out, 1.0)]
        carried = [] if before is None else [(before, -1.0)]
        flows = [(into, -storage.efficiency_charge[n]), (out, 1.0 / storage.efficiency_discharge[n])]
        lp.row([(charge, 1.0), *flows, *carried], first if before is None else 0.0)
        before = charge
    assert before is not None
    _end(lp, before, first, case.reservoir_shortfall_cny_per_mwh)


def _end(lp: _Program, level: int, least: float, price: float) -> None:
    missed, above = lp.column(price, least), lp.column(0.0, np.inf)
    lp.row([(level, 1.0), (missed, 1.0), (above, -1.0)], least)
