"""Rule curves of reservoirs: the storage of each day that makes the release of a mean year as even as it can be.

The cumulated release is the shortest path through the tube between the cumulated inflow less the highest and the lowest
storage: the stretched thread of Varlet (1923), known to every text on reservoir regulation. Flood-limit levels narrow
the tube in the flood season, so the reservoir is drawn down before it and filled after it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]

DAY_S = 86_400.0
FILL_SHARE = 0.8
"""Of the inflow between any day and the end of the filling: what filling may take at most."""
FULL_DAY = 303
"""31 October: end of the flood season, from which the year of regulation is counted (0 is 1 January)."""


def stretched_thread(low: Array, high: Array) -> Array:
    """The shortest path from low[0] = high[0] to low[-1] = high[-1] that stays between them.

    Parameters
    ----------
    low, high : (n + 1,)
        Ends of the tube at equal steps.

    Raises
    ------
    InputError
        The tube is closed somewhere, or open at an end.
    """
    scale = max(float(np.abs(high).max()), float(np.abs(low).max()), 1.0)
    if (low > high + 1e-9 * scale).any() or max(high[0] - low[0], high[-1] - low[-1]) > 1e-9 * scale:
        raise InputError(Problem("argument", "tube", "closed within or open at an end", "low <= high"))
    path = np.empty(len(low))
    at, value, last = 0, float(low[0]), len(low) - 1
    path[0] = value
    while at < last:
        steps = np.arange(1, last - at + 1)
        least = np.maximum.accumulate((low[at + 1 :] - value) / steps)
        most = np.minimum.accumulate((high[at + 1 :] - value) / steps)
        crossed = np.flatnonzero(least > most)
        if not len(crossed):
            path[at + 1 :] = value + (low[last] - value) / (last - at) * steps
            break
        end = int(crossed[0])
        # One wall has passed the other: the thread bends round the point of the other that held so far.
        wall = high if least[end] > least[end - 1] else low
        slopes = (wall[at + 1 : at + 1 + end] - value) / steps[:end]
        bend = int(slopes.argmin() if wall is high else slopes.argmax())
        path[at + 1 : at + 2 + bend] = value + slopes[bend] * steps[: bend + 1]
        at, value = at + 1 + bend, float(path[at + 1 + bend])
    return path


def rule_curve(inflow_m3_s: Array, most_m3: Array) -> tuple[Array, Array]:
    """Storage and release of the days of a mean year.

    Parameters
    ----------
    inflow_m3_s : (365,)
        What arrives, regulated by the stations above.
    most_m3 : (365,)
        Highest storage at the end of each day, 0 being the lowest.

    Returns
    -------
    storage_m3 : (365,) at the end of each day; release_m3_s : (365,).
        Periodic: the storage of 31 December is followed by that of 1 January.
    """
    order = (np.arange(365) + FULL_DAY + 1) % 365
    came = np.concatenate([[0.0], np.cumsum(inflow_m3_s[order] * DAY_S)])
    most = np.concatenate([[most_m3[FULL_DAY]], most_m3[order]])
    full = float(np.min(FILL_SHARE * (came[-1] - came) + most))
    full = max(0.0, min(full, float(most[0])))
    # A lake large enough for a wholly even year need not be full on the day: as full as that year allows.
    swing = came - came[-1] * np.arange(366) / 365
    if float(np.max(-swing)) <= (even := float(np.min(most - swing))):
        full = min(full, even)
    low, high = came - most + full, came + full
    low[0], high[0] = 0.0, 0.0
    low[-1] = high[-1] = came[-1]
    low = np.minimum(low, high)
    let = stretched_thread(low, high)
    storage, release = np.empty(365), np.empty(365)
    storage[order] = np.clip(full + came[1:] - let[1:], 0.0, most[1:])
    release[order] = np.diff(let) / DAY_S
    return storage, np.maximum(release, 0.0)
