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
    columns: int
    level_rows: Group
    soc_rows: tuple[Group, ...]
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
    min_share = hourly(lines.min_share, hours)
    contract = group((lines.capacity_mw > 0) & (min_share.max(axis=1, initial=0.0) > 0))
    forward = group(lines.capacity_mw > 0)
    reverse = group(lines.reverse_capacity_mw > 0)
    curtailed = group(_free_mw(case).max(axis=1) > 0)
    pushed = group((must_run_mw(case) + release_min_mw(case)).max(axis=1) > 0)
    unserved = group(case.load_mw.max(axis=1) > 0)

    n = case.nodes
    row = n
    level_rows = Group(row, level.members)
    row += len(level.members)
    soc_rows = []
    for one in soc:
        soc_rows.append(Group(row, one.members))
        row += len(one.members)

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
    # filling the contract first is the same as a soft lower bound, without a row
    cost[contract.slice] -= case.contract_cny_per_mwh
    block.put(lines.to_index[reverse.members], reverse.columns, -1.0)
    block.put(lines.from_index[reverse.members], reverse.columns, arrives[reverse.members])
    cost[reverse.slice] = lines.cost_cny_per_mwh[reverse.members]
    block.put(curtailed.members, curtailed.columns, -1.0)
    cost[curtailed.slice] = case.curtailment_cny_per_mwh
    block.put(pushed.members, pushed.columns, -1.0)
    cost[pushed.slice] = case.must_run_cny_per_mwh
    block.put(unserved.members, unserved.columns, 1.0)
    cost[unserved.slice] = case.voll_cny_per_mwh
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
        columns=size,
        level_rows=level_rows,
        soc_rows=tuple(soc_rows),
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
    contract = np.minimum(hourly(lines.min_share, hours) * lines.capacity_mw[:, None], most)
    bound(layout.contract, contract)
    bound(layout.forward, most - contract)
    bound(layout.reverse, lines.reverse_capacity_mw[:, None] * able)
    bound(layout.curtailed, _free_mw(case))
    bound(layout.pushed, must_run_mw(case) + release_min_mw(case))
    bound(layout.unserved, case.load_mw)

    row_lower = np.zeros((hours, layout.rows))
    row_upper = np.zeros((hours, layout.rows))
    row_lower[:, :n] = row_upper[:, :n] = (case.load_mw - _free_mw(case)).T
    row_lower[:, layout.level_rows.slice] = -np.inf
    row_upper[:, layout.level_rows.slice] = hydro.inflow_mw[layout.level_rows.members].T
    for array in (lower, upper, row_lower, row_upper):
        array /= SCALE_MW
    return Year(lower, upper, row_lower, row_upper)
