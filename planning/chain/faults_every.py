"""Every pole and bipole of every direct-current line: what its block does to the grid that receives, the worst first."""

from __future__ import annotations

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


def fault_rows(grid: Grid, hours: NDArray[np.int64]) -> list[FaultRow]:
    """The table, without names."""
    lines = grid.direct_lines(hours)
    found: list[tuple[DcLine, Literal["pole", "bipole"], int, int, int, float]] = []
    for line in lines.values():
        infeed = np.maximum(line.delivered_mw, -line.sent_mw)
        if not infeed.max(initial=0.0) > STAND_STILL_MW:
            continue
        bus = np.where(line.delivered_mw >= 0, line.to_bus, line.from_bus)
        reserve_of = grid.sums(hours, bus, grid.reserve_mw)
        for fault, share in SHARES.items():
            lost = share * infeed
            # By what is missing and not by its share: in an hour without reserve every share is without bound.
            worst = int(np.argmax(lost - reserve_of))
            found.append(
                (line, fault, worst, int(bus[worst]), int((lost > reserve_of).sum()), float(lost[worst]))
            )
    if not found:
        return []
    at = np.array([f[2] for f in found])
    bus = np.array([f[3] for f in found])
    lost = np.array([f[5] for f in found])
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
            line=line.id, name_zh=line.id, name_en=line.id, fault=fault, hour=int(hours[worst]), node=grid.node(where),
            lost_mw=gone, reserve_mw=float(reserve[k]), reserve_short_mw=max(gone - float(reserve[k]), 0.0),
            lost_over_reserve=gone / float(reserve[k]) if reserve[k] > 1.0 else None, hours_reserve_short=short,
            lowest_hz=float(lowest[k]) if runs[k] else None, miscr=ratios[worst].get(line.id),
        )
        for k, (line, fault, worst, where, short, gone) in enumerate(found)
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (r.reserve_mw - r.lost_mw, np.inf if r.miscr is None else r.miscr))


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
