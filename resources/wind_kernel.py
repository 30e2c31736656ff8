"""The hot loop of the wind chain: a table of output by air density and speed, read in blocks that fit the cache.

Steps of the table are so fine that the nearest entry is taken: 0.01 m/s (0.005 m/s off at most) and 0.002 kg/m3.
Per hour there are two products, two conversions and one look-up, in float32 and int32, which every processor
does alike; so the result depends neither on the platform, nor on the number of threads, nor on which places are
computed together.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]
Touch = Callable[[slice, Hourly, Hourly], None]
"""(places, hub speed, output): changes the output of a block in place."""

STANDARD_DENSITY_KG_PER_M3: Final = 1.225
"""ISO 2533 at sea level; the density power curves are given at."""
SPEED_STEP_MS: Final = 0.01
SPEEDS_MS: Final[Array] = np.asarray(np.arange(4001) * SPEED_STEP_MS, dtype=np.float64)
"""Speeds of the table, 0 to 40 m/s; nothing is generated at the last and beyond."""
DENSITY_STEP: Final = 0.002
DENSITIES: Final[Array] = np.asarray(0.5 + np.arange(551) * DENSITY_STEP, dtype=np.float64)
"""Densities of the table, 0.5 to 1.6 kg/m3; beyond, the end holds."""
_PLACES_AT_ONCE: Final = 8
"""Times 8,760 hours of four bytes: 280 kB an array, four arrays a block."""
_F = np.float32


@dataclass(frozen=True, slots=True)
class PowerTable:
    """Output of a farm over its rated power, by density (row) and speed at the hub (column)."""

    values: Hourly
    """(density, speed) [-]"""

    def __post_init__(self) -> None:
        self.values.setflags(write=False)


def power_table(reached_ms: Array, curve_speed_ms: Array, curve_power: Array, kept: float) -> PowerTable:
    """Tabulate a density-corrected power curve.

    Parameters
    ----------
    reached_ms : (speed,)
        What the machines of the farm see of each of `SPEEDS_MS`. [m/s]
    curve_speed_ms, curve_power : (point,)
        At standard density; output is 0 below the first and above the last. [m/s, -]
    kept : float
        Share left after losses that do not depend on the speed. [-]

    Notes
    -----
    Speeds of the curve are stretched by (1.225 / density)^p, p = 1/3 up to 7.5 m/s (the equivalent speed of
    IEC 61400-12-1) rising to 2/3 at 12.5 m/s, where pitch control answers thin air late: Svenningsen, Power curve
    air density correction, EMD 2010, as in windpowerlib.
    """
    exponent = np.interp(curve_speed_ms, [7.5, 12.5], [1 / 3, 2 / 3])
    values = np.empty((len(DENSITIES), len(SPEEDS_MS)), dtype=np.float32)
    for row, density in enumerate(DENSITIES):
        at = curve_speed_ms * (STANDARD_DENSITY_KG_PER_M3 / density) ** exponent
        values[row] = np.interp(reached_ms, at, curve_power, left=0.0, right=0.0)
    np.clip(values, 0.0, 1.0, out=values)
    values *= _F(kept)
    values[:, -1] = 0.0
    return PowerTable(values)


def run(
    table: PowerTable,
    speed_ms: Hourly,
    density_kg_per_m3: Hourly,
    to_hub: Array,
    pattern: Hourly | None = None,
    touch: Touch | None = None,
) -> Hourly:
    """(place, hour) farm output over rated power. [-]

    Parameters
    ----------
    table : PowerTable
    speed_ms, density_kg_per_m3 : (place, hour)
        Of the weather.
    to_hub : (place,)
        Speed at the hub over that of the weather. [-]
    pattern : (place, hour) or None
        A further factor of the speed that changes by hour. [-]
    touch : callable or None
        Called for each block with its places, hub speeds and output, e.g. to keep stopped machines stopped.
        Must be safe to call from two threads for different blocks.
    """
    places, hours = speed_ms.shape
    out = np.empty((places, hours), dtype=np.float32)
    flat = np.ascontiguousarray(table.values).ravel()
    columns = table.values.shape[1]
    per_step = (np.asarray(to_hub, dtype=np.float64) / SPEED_STEP_MS).astype(np.float32)
    at_once = max(1, _PLACES_AT_ONCE * 8760 // max(hours, 1))

    def block(start: int) -> None:
        some = slice(start, min(start + at_once, places))
        step = speed_ms[some] * per_step[some, None]
        if pattern is not None:
            step *= pattern[some]
        hub = step * _F(SPEED_STEP_MS) if touch is not None else step
        step += _F(0.5)
        # A speed that is not a number becomes calm; the importers let none through.
        np.fmin(np.fmax(step, _F(0.0), out=step), _F(columns - 1), out=step)
        column = step.astype(np.int32)
        level = density_kg_per_m3[some] * _F(1 / DENSITY_STEP)
        level -= _F(DENSITIES[0] / DENSITY_STEP - 0.5)
        np.fmin(np.fmax(level, _F(0.0), out=level), _F(len(DENSITIES) - 1), out=level)
        cell = level.astype(np.int32)
        cell *= columns
        cell += column
        flat.take(cell, out=out[some], mode="clip")
        if touch is not None:
            touch(some, hub, out[some])

    starts = range(0, places, at_once)
    workers = min(len(starts), os.cpu_count() or 1)
    if workers < 2:
        for start in starts:
            block(start)
        return out
    with ThreadPoolExecutor(workers, thread_name_prefix="wind") as pool:
        list(pool.map(block, starts))  # raises what a block raised
    return out


def stop_after_storm(speed_ms: Hourly, output: Hourly, cut_out_ms: float, restart_ms: float) -> None:
    """Keep machines that a storm stopped at rest until the wind is back below `restart_ms`; in place.

    Parameters
    ----------
    speed_ms, output : (place, hour)
        A year is taken to begin as it ends.

    Notes
    -----
    Hourly means: within an hour above the cut-out all machines of the farm stand still. A farm's machines stop one
    by one; `storm_end_ms` of the machine describes that better than a hard stop.
    """
    for place in np.flatnonzero((speed_ms > cut_out_ms).any(axis=1)):
        speed = speed_ms[place]
        change = np.where(speed > cut_out_ms, 1, np.where(speed < restart_ms, -1, 0))
        last = np.where(change != 0, np.arange(len(speed)), -1)
        np.maximum.accumulate(last, out=last)
        # Before the first change the state is that of the year's end.
        state = np.where(last >= 0, change[last], change[last[-1]])
        output[place, state > 0] = 0.0
