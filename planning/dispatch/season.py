"""How much water each reservoir keeps at the end of each week: one coarse LP over the whole year.

A weekly window cannot see the dry season coming. This plan can: each week is one average day in a few
blocks, reservoirs count the whole week, storages the average day. Its levels are the targets the hourly
windows must end at (soft, priced). The same two-stage use of a long coarse and a short fine model is
standard in hydrothermal scheduling (Wood, Wollenberg, Sheble, Power Generation, Operation and Control,
3rd ed. 2014, chapter 5).
"""

from __future__ import annotations

import numpy as np

from planning.dispatch.case import Array, DispatchCase
from planning.dispatch.layout import SCALE_MW, Year, make_layout
from planning.dispatch.window import WarmSolver, window_program

PERIOD_HOURS = 168
BLOCK_HOURS = 4


def initial_state(case: DispatchCase) -> Array:
    """(carried,) level and charge the year starts with and must end with. [MWh]"""
    hydro = case.hydro
    parts = [hydro.start_mwh[hydro.stores]]
    for storage in case.storages:
        has = (storage.power_mw > 0) & (storage.energy_mwh > 0)
        parts.append((storage.energy_mwh * storage.initial_share)[has])
    return np.concatenate(parts)


def season_targets(case: DispatchCase, year: Year) -> tuple[Array, Array]:
    """Reservoir levels at the ends of the weeks.

    Returns
    -------
    ends : (period + 1,)
        Hours, from 0 to the last one; the last period takes what is left over after whole weeks.
    levels : (period + 1, reservoir)
        Level at those hours. [MWh]
    """
    start = initial_state(case)
    layout = make_layout(case, storage_step_hours=BLOCK_HOURS)
    reservoirs = len(layout.level.members)
    periods = max(1, case.hours // PERIOD_HOURS)
    ends = np.arange(periods + 1, dtype=np.float64) * PERIOD_HOURS
    ends[-1] = case.hours
    if reservoirs == 0 or periods == 1:
        return np.array([0.0, case.hours]), np.vstack([start[:reservoirs]] * 2)
    blocks = 24 // BLOCK_HOURS
    block_of_hour = (np.arange(case.hours) % 24) // BLOCK_HOURS
    period_of_hour = np.minimum(np.arange(case.hours) // PERIOD_HOURS, periods - 1)
    step_of_hour = period_of_hour * blocks + block_of_hour
    counts = np.bincount(step_of_hour, minlength=periods * blocks).astype(np.float64)

    def mean(values: Array) -> Array:
        order = np.argsort(step_of_hour, kind="stable")
        firsts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        return np.asarray(np.add.reduceat(values[order], firsts, axis=0) / counts[:, None])

    coarse = Year(mean(year.lower), mean(year.upper), mean(year.row_lower), mean(year.row_upper))
    # inflow is energy of the whole step
    coarse.row_upper[:, layout.level_rows.slice] *= counts[:, None]
    solution, _ = WarmSolver(window_program(case, layout, coarse, start, start, len(counts), counts)).solve()
    steps = solution[: len(counts) * layout.columns].reshape(len(counts), layout.columns)
    levels = np.empty((periods + 1, reservoirs))
    levels[0] = start[:reservoirs]
    levels[1:] = steps[blocks - 1 :: blocks, layout.level.slice] * SCALE_MW
    levels[-1] = start[:reservoirs]
    return ends, levels
