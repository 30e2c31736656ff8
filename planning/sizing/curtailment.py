"""Why wind and PV were curtailed, hour by hour: each MWh has one cause, and the causes add up to all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CAUSES = ("backup_min_load", "channel_full", "profile_asks_less", "limit")
"""backup_min_load: backup at its least load took the room; channel_full: the line carried all it can;
profile_asks_less: the delivery asked for was met below the line's capacity; limit: a bound of the year, a ramp, or
not worth its variable cost."""
_NEAR = 1e-4
"""Of the channel: closer than this is at the bound."""


def causes_of_curtailment(
    curtailed: Array,
    delivered: Array,
    wanted_most: Array,
    channel_mw: float,
    backup: Array,
    backup_least: Array,
) -> dict[str, Array]:
    """(hour,) curtailed power by cause.

    Parameters
    ----------
    curtailed, delivered, backup : (hour,)
        Power. [MW]
    wanted_most : (hour,)
        Largest delivery allowed in the hour. [MW]
    backup_least : (hour,)
        Output below which the backup cannot go; where it is at it, so much of the curtailment is its doing. [MW]
    """
    near = _NEAR * channel_mw
    left = curtailed.copy()
    stuck = (backup <= backup_least + near) & (backup > 0)
    by_backup = np.where(stuck, np.minimum(left, backup), 0.0)
    left = left - by_backup
    at_top = delivered >= wanted_most - near
    full = at_top & (delivered >= channel_mw - near)
    asked = at_top & ~full
    return {
        "backup_min_load": by_backup,
        "channel_full": np.where(full, left, 0.0),
        "profile_asks_less": np.where(asked, left, 0.0),
        "limit": np.where(full | asked, 0.0, left),
    }
