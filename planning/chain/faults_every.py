"""Every pole and bipole of every direct-current line: what its block does to the grid that receives, the worst first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError
from planning.chain.fault_documents import FaultRow, FaultTable
from planning.chain.fault_grid import Grid, grid_of
from planning.chain.faults import NOTES, hours_of, refuse_no_hour
from planning.chain.link_results import answer_sources
from planning.chain.nation import HOURS
from planning.chain.run import Chain
from planning.network.dc_fault import DcLine
from planning.network.frequency import dip
from planning.network.strength import impedance, miscr
from planning.network.year import BASE_MVA

Array = NDArray[np.float64]
SHARES: dict[Literal["pole", "bipole"], float] = {"pole": 0.5, "bipole": 1.0}
STAND_STILL_MW = 1.0
"""A line that brings less in every hour is not in the table."""


def fault_table(chain: Chain, hour: str) -> FaultTable:
    """All blocks, ranked by lost infeed less the spinning reserve of the receiving grid in the worst hour, then by MISCR.

    Parameters
    ----------
    hour
        `peak` of the load, `all`, or the hour of the year from 0.

    Raises
    ------
    InputError
        No such hour.
    """
    refuse_no_hour(hour, HOURS)
    nation, _ = chain.nation
    hours = hours_of(hour, nation.case.load_mw)
    grid = grid_of(nation, chain.dispatched[0])
    names = {i.id: i.corridor for i in nation.lines if i.corridor is not None}
    rows = [
        row.model_copy(update={"name_zh": names[row.line].name_zh, "name_en": names[row.line].name_en})
        for row in fault_rows(grid, hours)
    ]
    return FaultTable(
        scenario=chain.scenario.id, hours=len(hours), rows=tuple(rows), uses=chain.uses(),
        sources=answer_sources(chain.scenario, chain.tables, "power_flow", (), ()), notes=NOTES,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """One block in its worst hour."""

    line: DcLine
    fault: Literal["pole", "bipole"]
    worst: int
    bus: int
    """That receives."""
    hours_short: int
    lost_mw: float
    missing_mw: float
    """To the synchronous grid: below 0 within one."""
    within: bool


def fault_rows(grid: Grid, hours: NDArray[np.int64]) -> list[FaultRow]:
    """The table, without names."""
    lines = grid.direct_lines(hours)
    found: list[_Found] = []
    for line in lines.values():
        infeed = np.maximum(line.delivered_mw, -line.sent_mw)
        if not infeed.max(initial=0.0) > STAND_STILL_MW:
            continue
        bus = np.where(line.delivered_mw >= 0, line.to_bus, line.from_bus)
        reserve_of = grid.sums(hours, bus, grid.reserve_mw)
        within = bool(grid.island_of[line.from_bus] == grid.island_of[line.to_bus])
        # Within one grid what no longer arrives no longer leaves either.
        missing = infeed - np.maximum(line.sent_mw, -line.delivered_mw) if within else infeed
        for fault, share in SHARES.items():
            short = share * missing - reserve_of
            # By what is missing and not by its share: in an hour without reserve every share is without bound.
            worst = int(np.argmax(infeed if within else short))
            found.append(
                _Found(line, fault, worst, int(bus[worst]), int((short > 0).sum()), float(share * infeed[worst]),
                       float(share * missing[worst]), within)
            )  # fmt: skip
    if not found:
        return []
    at = np.array([f.worst for f in found])
    bus = np.array([f.bus for f in found])
    lost = np.array([f.missing_mw for f in found])
    load, stored, governed, reserve = (
        grid.sums(hours[at], bus, v)
        for v in (grid.load_mw, grid.stored_mws, grid.governed_mw, grid.reserve_mw)
    )
    # A grid without a machine on line has no frequency of its own to speak of.
    runs = (stored > 0) & (load > 0)
    then = dip(lost[runs], load[runs], stored[runs], governed[runs], reserve[runs]) if runs.any() else None
    lowest = np.full(len(found), np.nan)
    if then is not None:
        lowest[runs] = then.lowest_hz
    ratios = {hour: strengths(grid, lines, hours, hour) for hour in sorted(set(at.tolist()))}
    rows = [
        FaultRow(
            line=f.line.id, name_zh=f.line.id, name_en=f.line.id, fault=f.fault, hour=int(hours[f.worst]),
            node=grid.node(f.bus), lost_mw=f.lost_mw, reserve_mw=float(reserve[k]),
            reserve_short_mw=max(f.missing_mw - float(reserve[k]), 0.0),
            lost_over_reserve=max(f.missing_mw, 0.0) / float(reserve[k]) if reserve[k] > 1.0 else None,
            hours_reserve_short=f.hours_short, lowest_hz=float(lowest[k]) if runs[k] else None,
            miscr=ratios[f.worst].get(f.line.id), within_one_grid=f.within,
        )
        for k, f in enumerate(found)
    ]  # fmt: skip
    order = sorted(
        range(len(rows)),
        key=lambda k: (reserve[k] - found[k].missing_mw, np.inf if rows[k].miscr is None else rows[k].miscr),
    )
    return [rows[k] for k in order]


def strengths(grid: Grid, lines: dict[str, DcLine], hours: NDArray[np.int64], hour: int) -> dict[str, float]:
    """Multi-infeed ratio of every line in one of the hours; none where some grid has no machine on line."""
    try:
        z = impedance(grid.ac, grid.running_mw[:, hours[hour]])
    except InputError:
        return {}
    ends = np.array([d.to_bus if d.delivered_mw[hour] >= 0 else d.from_bus for d in lines.values()])
    infeed = np.array([max(float(d.delivered_mw[hour]), -float(d.sent_mw[hour])) for d in lines.values()])
    ratio = miscr(z, ends, infeed, BASE_MVA)
    return {name: float(r) for name, r in zip(lines, ratio, strict=True) if np.isfinite(r)}
