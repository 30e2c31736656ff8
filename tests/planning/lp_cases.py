"""Random chains of hours for the tests and measurements of the LP floor, from a store to a whole valley."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planning.lp import LinearProgram
from planning.lp.builder import ProgramBuilder

DELAYS_H = (3, 8, 20, 12)


def valley(
    seed: int,
    hours: int = 8760,
    delays_h: Sequence[int] = DELAYS_H,
    ramps: bool = True,
    green_share: float = 0.6,
) -> LinearProgram:
    """Stations in a row whose water arrives hours later, wind, sun, a battery and coal with ramps and starts.

    GW, GWh, million CNY; water in GWh-like units of one turbine. Every station has a reservoir, a least
    flow and a spillway; the capacities of wind, sun, battery and coal are columns over all hours, the
    renewable share and the energy asked for rows over all hours.
    """
    rng = np.random.default_rng(seed)
    hour = np.arange(hours)
    b = ProgramBuilder()
    stage = hour
    year = hours / 8760.0
    need = 3.0 + np.where((hour % 24 >= 7) & (hour % 24 < 23), 1.0, 0.0)
    balance = b.rows(need, need, stage, hours)
    green = b.rows(0.0, np.inf, -1, 1)

    season = 1.0 + 0.8 * np.sin(2 * np.pi * (hour / 8760.0 - 0.3))
    release_before: tuple[np.ndarray, np.ndarray] | None = None
    for station in range(len(delays_h) + 1):
        head = float(rng.uniform(0.5, 1.5))
        flow = np.maximum(season * rng.uniform(0.2, 0.5) * (1 + 0.2 * rng.standard_normal(hours)), 0.02)
        store = float(rng.choice([5.0, 50.0, 800.0]))
        turbine = b.columns(hours, upper=1.2, cost=0.02)
        spill = b.columns(hours, cost=1e-5)
        level = b.columns(hours, upper=store)
        step = b.rows(flow, flow, stage, hours)
        b.put(step, level, 1.0)
        b.put(step[1:], level[:-1], -1.0)
        b.put(step, turbine, 1.0)
        b.put(step, spill, 1.0)
        first = b.columns(1, lower=0.5 * store, upper=0.5 * store)
        b.put(step[0], first, -1.0)
        b.put(b.rows(0.5 * store, np.inf, hours - 1, 1), level[-1:], 1.0)
        if release_before is not None:
            delay = delays_h[station - 1]
            for column in release_before:
                b.put(step[delay:], column[: hours - delay], -1.0)
        least = b.rows(0.1 * flow, np.inf, stage, hours)
        b.put(least, turbine, 1.0)
        b.put(least, spill, 1.0)
        b.put(balance, turbine, head)
        b.put(green, turbine, head * (1 - green_share))
        if ramps:
            swing = b.rows(-0.4, 0.4, stage[1:], hours - 1)
            b.put(swing, turbine[1:], 1.0)
            b.put(swing, turbine[:-1], -1.0)
        release_before = (turbine, spill)

    wind = np.clip(0.35 + 0.25 * np.sin(hour / 37.0) + 0.2 * rng.standard_normal(hours), 0, 1)
    sun = np.clip(np.sin((hour % 24 - 6) / 12 * np.pi), 0, 1) * rng.uniform(0.4, 1.0, hours)
    for factor, cost in ((wind, 420.0), (sun, 300.0)):
        size = b.columns(1, cost=cost * year, upper=20.0)
        used = b.columns(hours)
        limit = b.rows(-np.inf, 0.0, stage, hours)
        b.put(limit, used, 1.0)
        b.put(limit, size[0], -factor)
        b.put(balance, used, 1.0)
        b.put(green, used, 1 - green_share)

    power, energy = b.columns(1, cost=50.0 * year), b.columns(1, cost=90.0 * year)
    charge, discharge, level = b.columns(hours), b.columns(hours, cost=1e-3), b.columns(hours)
    step = b.rows(0.0, 0.0, stage, hours)
    b.put(step, level, 1.0)
    b.put(step[1:], level[:-1], -1.0)
    b.put(step, charge, -0.93)
    b.put(step, discharge, 1 / 0.93)
    both, full = (b.rows(-np.inf, 0.0, stage, hours) for _ in range(2))
    b.put(both, charge, 1.0)
    b.put(both, discharge, 1.0)
    b.put(both, power[0], -1.0)
    b.put(full, level, 1.0)
    b.put(full, energy[0], -1.0)
    b.put(balance, discharge, 1.0)
    b.put(balance, charge, -1.0)

    coal = b.columns(1, cost=400.0 * year, upper=6.0)
    output, online = b.columns(hours, cost=0.28), b.columns(hours)
    start = b.columns(hours, cost=0.02)
    top, low, on = (b.rows(-np.inf, 0.0, stage, hours) for _ in range(3))
    for row, entries in ((top, ((output, 1.0), (online, -0.95))), (low, ((online, 0.3), (output, -1.0)))):
        for column, value in entries:
            b.put(row, column, value)
    b.put(on, online, 1.0)
    b.put(on, coal[0], -1.0)
    begin = b.rows(-np.inf, 0.0, stage[1:], hours - 1)
    b.put(begin, online[1:], 1.0)
    b.put(begin, online[:-1], -1.0)
    b.put(begin, start[1:], -1.0)
    b.put(balance, output, 1.0)
    b.put(green, output, -green_share)
    return b.program()
