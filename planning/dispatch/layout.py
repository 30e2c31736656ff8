"""The hour of the dispatch as a block of a linear program: columns, rows and the sparse blocks.

Every hour has the same columns and rows, so a window of T hours is kron(I, now) + kron(I, turbined) +
kron(shift, before): built once and used for every window; only bounds and right sides change. Power is
in GW and cost in hundreds of CNY per MWh inside, to keep the numbers near 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from planning.dispatch.case import Array, DispatchCase, Index, hourly
from planning.dispatch.grid import find_loops

SCALE_MW = 1_000.0
"""One unit of power or energy of the LP, in MW or MWh."""
SCALE_CNY = 100.0
"""One unit of cost of the LP, in CNY/MWh."""


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of one kind within the hour: for `members` (nodes or lines), at `first` and following."""

    first: int
    members: Index

    @property
    def slice(self) -> slice:
        return slice(self.first, self.first + len(self.members))

    @property
    def columns(self) -> Index:
        return np.arange(self.first, self.first + len(self.members), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is within the hour's block."""

    thermals: tuple[Group, ...]
    nuclear: Group
    hydro: Group
    level: Group
    charge: tuple[Group, ...]
    discharge: tuple[Group, ...]
    soc: tuple[Group, ...]
    contract: Group
    forward: Group
    reverse: Group
    curtailed: Group
    pushed: Group
    """Must-run plant pushed below its minimum."""
    unserved: Group
    reserve_short: Group
    """By synchronous grid: spinning reserve that is missing."""
    columns: int
    level_rows: Group
    soc_rows: tuple[Group, ...]
    loop_rows: Group
    """Kirchhoff's law around each loop of AC ties."""
    rows: int
    now: Any
    """(row, column) sparse: the hour itself, without `turbined`."""
    turbined: Any
    """(row, column) sparse: water drawn from the reservoirs, to be weighted with the hours of the step."""
    before: Any
    """(row, column) sparse: what is carried over from the step before."""
    cost: Array
    """(column,) CNY/MWh"""

    @property
    def carried(self) -> Index:
        """Columns carried from hour to hour: reservoir levels, then the storages' charge."""
        return np.concatenate([g.columns for g in (self.level, *self.soc)])

    @property
    def carried_rows(self) -> Index:
        """The row that holds each carried column's balance."""
        return np.concatenate([g.columns for g in (self.level_rows, *self.soc_rows)])


class _Entries:
    """Entries of a sparse matrix, gathered."""

    def __init__(self) -> None:
        self.rows: list[Index] = []
        self.columns: list[Index] = []
        self.values: list[Array] = []

    def put(self, rows: Index, columns: Index, value: float | Array) -> None:
        self.rows.append(rows)
        self.columns.append(columns)
        self.values.append(np.broadcast_to(np.asarray(value, dtype=np.float64), rows.shape))

    def matrix(self, rows: int, columns: int) -> Any:
        return sparse.csr_matrix(
            (np.concatenate(self.values), (np.concatenate(self.rows), np.concatenate(self.columns))),
            shape=(rows, columns),
        )


def _free_mw(case: DispatchCase) -> Array:
    """(node, hour) energy that costs nothing and may be curtailed: wind and PV."""
    return case.wind_mw + case.pv_mw


def must_run_mw(case: DispatchCase) -> Array:
    """(node, hour) sum of the minimum output of thermal and nuclear plant."""
    total = case.nuclear_mw * case.nuclear_min_share[:, None]
    for thermal in case.thermals:
        total = total + hourly(thermal.capacity_mw, case.hours) * hourly(thermal.min_share, case.hours)
    return np.asarray(total)


def release_min_mw(case: DispatchCase) -> Array:
    """(node, hour) least hydro output: share of the inflow, as far as the turbines reach."""
    hydro = case.hydro
    share = hourly(hydro.min_release_share, case.hours)
    return np.asarray(share * np.minimum(hydro.inflow_mw, hydro.capacity_mw[:, None]))


def asked_mw(case: DispatchCase) -> Array:
    """(line, hour) power a line should send, as far as it is in service: its schedule, or its contract and least
    power, whichever is more."""
    lines = case.lines
    share = hourly(lines.min_share, case.hours)
    if lines.min_power_share is not None:
        share = np.maximum(share, lines.min_power_share[:, None])
    if lines.curve_share is not None:
        share = np.where(np.isnan(lines.curve_share), share, lines.curve_share)
    able = 1.0 if lines.available_share is None else lines.available_share
    return np.asarray(np.minimum(share, able) * lines.capacity_mw[:, None])


def on_curve(case: DispatchCase) -> NDArray[np.bool_]:
    """(line,) lines with a schedule."""
    curve = case.lines.curve_share
    if curve is None:
        return np.zeros(case.lines.count, dtype=np.bool_)
    return np.asarray(~np.isnan(curve).any(axis=1))


def areas_of(case: DispatchCase) -> tuple[tuple[str, ...], Index]:
    """Synchronous grids in the order of their names, and the one of every node; none without reserve."""
    if case.reserve_share is None and case.reserve_mw is None:
        return (), np.zeros(0, dtype=np.int64)
    names = tuple(sorted(set(case.sync_area)))
    return names, np.array([names.index(a) for a in case.sync_area], dtype=np.int64)


def reserve_asked_mw(case: DispatchCase) -> Array:
    """(area, hour) spinning reserve every synchronous grid is to keep."""
    names, area = areas_of(case)
    need = np.zeros((len(names), case.hours))
    if names:
        of_node = np.zeros_like(case.load_mw)
        if case.reserve_share is not None:
            of_node = of_node + case.load_mw * case.reserve_share[:, None]
        if case.reserve_mw is not None:
            of_node = of_node + hourly(case.reserve_mw, case.hours)
        np.add.at(need, area, of_node)
    return need


def make_layout(case: DispatchCase, storage_step_hours: float = 1.0) -> Layout:
    """The hour's block for a case; `storage_step_hours` > 1 where the storages work in coarser steps."""
    hours, lines = case.hours, case.lines
    size = 0

    def group(mask: NDArray[np.bool_]) -> Group:
        nonlocal size
        members = np.flatnonzero(mask).astype(np.int64)
        made = Group(size, members)
        size += len(members)
        return made

    hydro = case.hydro
    thermals = tuple(group(hourly(t.capacity_mw, hours).max(axis=1) > 0) for t in case.thermals)
    nuclear = group(case.nuclear_mw.max(axis=1) > 0)
    has_hydro = hydro.capacity_mw > 0
    hydro_group = group(has_hydro)
    level = group(hydro.stores)
    charge, discharge, soc = [], [], []
    for storage in case.storages:
        has = (storage.power_mw > 0) & (storage.energy_mwh > 0)
        charge.append(group(has))
        discharge.append(group(has))
        soc.append(group(has))
    contract = group(asked_mw(case).max(axis=1, initial=0.0) > 0)
    forward = group(lines.capacity_mw > 0)
    reverse = group(lines.reverse_capacity_mw > 0)
    curtailed = group(_free_mw(case).max(axis=1) > 0)
    pushed = group((must_run_mw(case) + release_min_mw(case)).max(axis=1) > 0)
    unserved = group(case.load_mw.max(axis=1) > 0)
    reserve_short = group(reserve_asked_mw(case).max(axis=1, initial=0.0) > 0)

    n = case.nodes
    row = n
    level_rows = Group(row, level.members)
    row += len(level.members)
    soc_rows = []
    for one in soc:
        soc_rows.append(Group(row, one.members))
        row += len(one.members)
    loops = find_loops(case)
    loop_rows = Group(row, np.arange(loops.matrix.shape[0], dtype=np.int64))
    row += len(loop_rows.members)

    block, carry, turbined = _Entries(), _Entries(), _Entries()
    cost = np.zeros(size)
    for thermal, one in zip(case.thermals, thermals, strict=True):
        block.put(one.members, one.columns, 1.0)
        cost[one.slice] = thermal.cost_cny_per_mwh[one.members]
    block.put(nuclear.members, nuclear.columns, 1.0)
    cost[nuclear.slice] = case.nuclear_cost_cny_per_mwh[nuclear.members]
    block.put(hydro_group.members, hydro_group.columns, 1.0)
    # reservoir: level - level before + turbined <= inflow; the difference is spilled
    block.put(level_rows.columns, level.columns, 1.0)
    carry.put(level_rows.columns, level.columns, -1.0)
    turbined.put(
        level_rows.columns, hydro_group.first + np.searchsorted(hydro_group.members, level.members), 1.0
    )
    for storage, c, d, s, r in zip(case.storages, charge, discharge, soc, soc_rows, strict=True):
        block.put(c.members, c.columns, -1.0)
        block.put(d.members, d.columns, 1.0)
        block.put(r.columns, s.columns, 1.0)
        block.put(r.columns, c.columns, -storage_step_hours * storage.efficiency_charge[s.members])
        block.put(r.columns, d.columns, storage_step_hours / storage.efficiency_discharge[s.members])
        carry.put(r.columns, s.columns, -1.0)
        cost[c.slice] = storage.cost_cny_per_mwh
    arrives = 1.0 - lines.loss_share
    for one in (contract, forward):
        block.put(lines.from_index[one.members], one.columns, -1.0)
        block.put(lines.to_index[one.members], one.columns, arrives[one.members])
        cost[one.slice] = lines.cost_cny_per_mwh[one.members]
    # filling the contract first is the same as a soft lower bound, without a row; on a schedule what goes
    # beyond it or against it is priced as well
    curved = on_curve(case)
    cost[contract.slice] -= np.where(
        curved[contract.members], case.curve_cny_per_mwh, case.contract_cny_per_mwh
    )
    cost[forward.slice] += case.curve_cny_per_mwh * curved[forward.members]
    block.put(lines.to_index[reverse.members], reverse.columns, -1.0)
    block.put(lines.from_index[reverse.members], reverse.columns, arrives[reverse.members])
    cost[reverse.slice] = (lines.cost_cny_per_mwh + case.curve_cny_per_mwh * curved)[reverse.members]
    for one, sign in ((contract, 1.0), (forward, 1.0), (reverse, -1.0)):
        part = loops.matrix[:, one.members].tocoo()
        block.put(loop_rows.first + part.row.astype(np.int64), one.first + part.col, sign * part.data)
    block.put(curtailed.members, curtailed.columns, -1.0)
    cost[curtailed.slice] = case.curtailment_cny_per_mwh
    block.put(pushed.members, pushed.columns, -1.0)
    cost[pushed.slice] = case.must_run_cny_per_mwh
    block.put(unserved.members, unserved.columns, 1.0)
    cost[unserved.slice] = case.voll_cny_per_mwh
    cost[reserve_short.slice] = case.reserve_cny_per_mwh
    return Layout(
        thermals=thermals,
        nuclear=nuclear,
        hydro=hydro_group,
        level=level,
        charge=tuple(charge),
        discharge=tuple(discharge),
        soc=tuple(soc),
        contract=contract,
        forward=forward,
        reverse=reverse,
        curtailed=curtailed,
        pushed=pushed,
        unserved=unserved,
        reserve_short=reserve_short,
        columns=size,
        level_rows=level_rows,
        soc_rows=tuple(soc_rows),
        loop_rows=loop_rows,
        rows=row,
        now=block.matrix(row, size),
        turbined=turbined.matrix(row, size),
        before=carry.matrix(row, size),
        cost=cost,
    )


@dataclass(frozen=True, slots=True)
class Year:
    """Bounds and right sides of every hour, in units of the LP; windows are slices of it."""

    lower: Array
    """(hour, column)"""
    upper: Array
    row_lower: Array
    """(hour, row)"""
    row_upper: Array


def make_year(case: DispatchCase, layout: Layout) -> Year:
    """All bounds of all hours; run of river is an upper bound, must-run a lower one."""
    hours, n, lines, hydro = case.hours, case.nodes, case.lines, case.hydro
    lower = np.zeros((hours, layout.columns))
    upper = np.zeros((hours, layout.columns))

    def bound(group: Group, high: Array, low: Array | None = None) -> None:
        upper[:, group.slice] = hourly(high, hours)[group.members].T
        if low is not None:
            lower[:, group.slice] = hourly(low, hours)[group.members].T

    for thermal, group in zip(case.thermals, layout.thermals, strict=True):
        capacity = hourly(thermal.capacity_mw, hours)
        bound(group, capacity, capacity * hourly(thermal.min_share, hours))
    bound(layout.nuclear, case.nuclear_mw, case.nuclear_mw * case.nuclear_min_share[:, None])
    stores = hydro.stores[:, None]
    turbines = hydro.capacity_mw[:, None]
    bound(
        layout.hydro, np.where(stores, turbines, np.minimum(turbines, hydro.inflow_mw)), release_min_mw(case)
    )
    bound(layout.level, hydro.reservoir_mwh)
    for storage, c, d, s in zip(case.storages, layout.charge, layout.discharge, layout.soc, strict=True):
        bound(c, storage.power_mw)
        bound(d, storage.power_mw)
        bound(s, storage.energy_mwh)
    able = 1.0 if lines.available_share is None else lines.available_share
    most = lines.capacity_mw[:, None] * able
    contract = asked_mw(case)
    bound(layout.contract, contract)
    bound(layout.forward, most - contract)
    bound(layout.reverse, lines.reverse_capacity_mw[:, None] * able)
    bound(layout.curtailed, _free_mw(case))
    bound(layout.pushed, must_run_mw(case) + release_min_mw(case))
    bound(layout.unserved, case.load_mw)
    bound(layout.reserve_short, reserve_asked_mw(case))

    row_lower = np.zeros((hours, layout.rows))
    row_upper = np.zeros((hours, layout.rows))
    row_lower[:, :n] = row_upper[:, :n] = (case.load_mw - _free_mw(case)).T
    row_lower[:, layout.level_rows.slice] = -np.inf
    row_upper[:, layout.level_rows.slice] = hydro.inflow_mw[layout.level_rows.members].T
    broken = find_loops(case).broken(case).T
    row_lower[:, layout.loop_rows.slice] = np.where(broken, -np.inf, 0.0)
    row_upper[:, layout.loop_rows.slice] = np.where(broken, np.inf, 0.0)
    for array in (lower, upper, row_lower, row_upper):
        array /= SCALE_MW
    return Year(lower, upper, row_lower, row_upper)
