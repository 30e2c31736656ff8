"""The solver's noise settled at the node, so that every hour adds up to the last digit.

An interior answer meets its rows to some 1e-8 of their size, a few tens of watts in a base of gigawatts. Each part has
made its own laws exact; here what then misses at the node is taken up, in this order, by curtailment, by water past
the turbines, by backup and electrolyser within their limits, and by what is delivered.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.sizing.parts.piece import Draft

Array = NDArray[np.float64]

MOST_NOISE_MW = 1.0
"""Above it an answer is no answer."""


def settle_node(
    drafts: Sequence[Draft], delivered: Array, least: Array, most: Array, base_id: str
) -> tuple[Array, float]:
    """(delivered, noise) with sum of supplies = delivered exactly and least - noise <= delivered <= most.

    Hourly series of the drafts are moved within their bounds.

    Raises
    ------
    BalanceError
        'base_balance' where an hour misses by more than `MOST_NOISE_MW`.
    """
    hours = delivered.size

    def net() -> Array:
        return np.asarray(sum((draft.net_mw(hours) for draft in drafts), np.zeros(hours)))

    noise = float(np.abs(net() - delivered).max(initial=0.0))
    if not noise <= MOST_NOISE_MW:
        raise BalanceError("base_balance", base=base_id, residual_mw=noise)
    wished = np.clip(delivered, least, most)
    for draft in drafts:
        for movable in draft.adjustable:
            series, sign = draft.hourly_mw[movable.name], draft.sign[movable.name]
            moved = np.clip(series + sign * (wished - net()), movable.low, movable.high)
            draft.hourly_mw[movable.name] = moved
    # The rest is delivered: nobody else can take it.
    return net(), noise
