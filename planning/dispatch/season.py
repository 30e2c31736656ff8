"""How much water each reservoir keeps at the end of each week, what it is worth there, and what each week brings
of the yearly energies: one coarse LP over the whole year.

A weekly window cannot see the dry season coming. This plan can: each week is one average day in a few
blocks, reservoirs count the whole week, storages the average day. Its levels and water values shape the value of
what a window leaves behind. The same two-stage use of a long coarse and a short fine model is standard in
hydrothermal scheduling (Wood, Wollenberg, Sheble, Power Generation, Operation and Control, 3rd ed. 2014,
chapter 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from planning.dispatch.case import Array, DispatchCase
from planning.dispatch.layout import SCALE_CNY, SCALE_MW, Layout, Year, make_layout
from planning.dispatch.window import Ends, WarmSolver

PERIOD_HOURS = 168
"""A day where the case has less than two weeks."""
BLOCK_HOURS = 4
BANDS = (
    # share of the reservoir above (+) or below (-) the plan where the step ends, factor and addition to its value
    (-0.20, 1.60, 60.0),
    (-0.05, 1.15, 15.0),
    (0.00, 1.03, 3.0),
    (0.05, 0.97, 0.0),
    (0.20, 0.87, 0.0),
    (np.inf, 0.60, 0.0),
)
"""Value of water left at a window's end, about the plan's: steep enough that the year does not drift, flat enough
that a window may do better than the plan knew."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The year as the coarse plan sees it."""

    ends: Array
    """(period + 1,) hours from 0 to the last one; the last period takes what is left over after whole weeks."""
    levels: Array
    """(period + 1, reservoir) level at those hours. [MWh]"""
    water: Array
    """(period + 1, reservoir) value of water there. [CNY/MWh]"""
    brought: Array
    """(period + 1, target) yearly energy brought until then. [MWh]"""
    need_value: Array
    """(target,) what a MWh of a yearly energy costs to bring. [CNY/MWh]"""


def initial_state(case: DispatchCase) -> Array:
    """(carried,) level and charge the year starts with and must end with. [MWh]"""
    hydro = case.hydro
    parts = [hydro.start_mwh[hydro.stores]]
    for storage in case.storages:
        has = (storage.power_mw > 0) & (storage.energy_mwh > 0)
        parts.append((storage.energy_mwh * storage.initial_share)[has])
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Targets:
    """Yearly energies: what must be sent over lines, what must be taken of thermal plant."""

    names: tuple[str, ...]
    need_mwh: Array
    matrix: Any
    """(target, column of the hour) sparse: the columns that count."""


def find_targets(case: DispatchCase, layout: Layout) -> Targets:
    """All yearly energies above 0, lines first."""
    names: list[str] = []
    need: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    lines = case.lines
    if lines.least_sent_mwh is not None:
        for line in np.flatnonzero(lines.least_sent_mwh > 0):
            for group in (layout.contract, layout.forward):
                hit = group.columns[group.members == line]
                columns += hit.tolist()
                rows += [len(names)] * len(hit)
            names.append(lines.ids[line])
            need.append(float(lines.least_sent_mwh[line]))
    for thermal, group in zip(case.thermals, layout.thermals, strict=True):
        if thermal.least_mwh is not None:
            for node in np.flatnonzero(thermal.least_mwh > 0):
                hit = group.columns[group.members == node]
                columns += hit.tolist()
                rows += [len(names)] * len(hit)
                names.append(f"{thermal.technology} {case.node_ids[node]}")
                need.append(float(thermal.least_mwh[node]))
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(names), layout.columns))
    return Targets(tuple(names), np.array(need), matrix)


def known_start(state: Array) -> dict[str, Array]:
    """The start of a window that takes over from another."""
    return {"start_lower": state, "start_upper": state, "start_price": np.zeros(len(state))}


def year_end(case: DispatchCase, state: Array) -> dict[str, Array]:
    """The value at the end of the year: what is short of the first level or charge has its price."""
    width = np.zeros((len(state), len(BANDS)))
    width[:, 0] = state
    value = np.zeros_like(width)
    value[:, 0] = case.reservoir_shortfall_cny_per_mwh
    return {"width": width, "value": value}


def plan_end(plan: Plan, hour: int, size: Array, carried: int) -> dict[str, Array]:
    """The value of what is left at an hour: water about the plan's level; charge of storages is worth nothing.

    size : (reservoir,) reservoir at that hour. [MWh]
    """
    reservoirs = plan.levels.shape[1]
    width, value = np.zeros((carried, len(BANDS))), np.zeros((carried, len(BANDS)))
    after = min(int(np.searchsorted(plan.ends, hour)), len(plan.ends) - 1)
    for one in range(reservoirs):
        # The coarse plan knows a falling flood limit by its week's mean only.
        level = min(float(np.interp(hour, plan.ends, plan.levels[:, one])), size[one])
        edges = np.clip([level + share * size[one] for share, _, _ in BANDS], 0.0, size[one])
        width[one] = np.diff(edges, prepend=0.0)
        value[one] = [plan.water[after, one] * factor + more for _, factor, more in BANDS]
    return {"width": width, "value": value}


def make_plan(case: DispatchCase, year: Year, targets: Targets, limit_s: float = np.inf) -> Plan:
    """Solve the coarse year."""
    start = initial_state(case)
    layout = make_layout(case, storage_step_hours=BLOCK_HOURS)
    reservoirs, wanted = len(layout.level.members), len(targets.names)
    period = PERIOD_HOURS if case.hours >= 2 * PERIOD_HOURS else 24
    periods = max(1, case.hours // period)
    ends = np.arange(periods + 1, dtype=np.float64) * period
    ends[-1] = case.hours
    if (reservoirs == 0 and not wanted) or periods == 1:
        share = np.array([0.0, 1.0])[:, None]
        return Plan(
            np.array([0.0, case.hours]), np.vstack([start[:reservoirs]] * 2),
            np.full((2, reservoirs), case.reservoir_shortfall_cny_per_mwh), share * targets.need_mwh, np.full(wanted, case.target_cny_per_mwh),
        )  # fmt: skip
    blocks = 24 // BLOCK_HOURS
    block_of_hour = (np.arange(case.hours) % 24) // BLOCK_HOURS
    period_of_hour = np.minimum(np.arange(case.hours) // period, periods - 1)
    step_of_hour = period_of_hour * blocks + block_of_hour
    counts = np.bincount(step_of_hour, minlength=periods * blocks).astype(np.float64)

    def mean(values: Array) -> Array:
        order = np.argsort(step_of_hour, kind="stable")
        firsts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        return np.asarray(np.add.reduceat(values[order], firsts, axis=0) / counts[:, None])

    coarse = Year(mean(year.lower), mean(year.upper), mean(year.row_lower), mean(year.row_upper))
    # inflow is energy of the whole step
    coarse.row_upper[:, layout.level_rows.slice] *= counts[:, None]
    limits = Ends(
        **known_start(start), **year_end(case, start),
        need=targets.need_mwh, need_price=np.full(wanted, case.target_cny_per_mwh),
    )  # fmt: skip
    solver = WarmSolver(layout, coarse, limits, targets.matrix, None, limit_s, step_hours=counts)
    done = solver.solve()
    last = np.arange(blocks - 1, len(counts), blocks)
    levels = np.vstack([start[None, :reservoirs], done.primal[last, layout.level.slice] * SCALE_MW])
    levels[-1] = start[:reservoirs]
    water = -done.duals[last, layout.level_rows.slice] * SCALE_CNY
    by_step = (counts[:, None] * (done.primal @ targets.matrix.T)) * SCALE_MW
    brought = np.vstack([np.zeros((1, wanted)), np.cumsum(by_step, axis=0)[last]])
    return Plan(ends, levels, np.vstack([water[:1], water]), brought, np.asarray(done.need_dual * SCALE_CNY))
