"""DC lines in formats whose own would hold the voltage of their ends: power taken at one bus and given at another.

MATPOWER's and pandapower's `dcline` make both ends hold their voltage, which line-commutated stations do not. So a line
is written as what it takes and what it gives, marked, and read back as one line where both are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planning.network.exchange.case import DcLines, GridCase

GIVEN_LINE = "dcline"
"""Type of such a load and static generator in pandapower, fuel of such generators in MATPOWER."""


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line in one hour, from the bus that sends in it."""

    id: str
    start: int
    end: int
    sent_mw: float
    arriving_mw: float
    capacity_mw: float


def given_ends(case: GridCase, hour: int) -> list[GivenLine]:
    """All DC lines in the hour of this number."""
    dc, lines = case.dc, []
    for k, name in enumerate(dc.ids):
        sent = float(dc.sent_mw[hour, k])
        ends = int(dc.from_bus[k]), int(dc.to_bus[k])
        most = dc.capacity_mw[k]
        if sent < 0:
            ends, most = ends[::-1], dc.reverse_capacity_mw[k]
        lines.append(GivenLine(name, *ends, abs(sent), float(dc.arriving_mw[hour, k]), float(most)))
    return lines


def as_dc_lines(lines: Sequence[GivenLine]) -> DcLines:
    """Lines of one hour; what is lost on the way is a share of what is sent."""
    sent, arriving = (
        np.array([getattr(x, n) for x in lines], dtype=np.float64) for n in ("sent_mw", "arriving_mw")
    )
    share = np.zeros(len(lines))
    np.divide(sent - arriving, sent, out=share, where=sent > 0)
    return DcLines(
        ids=tuple(x.id for x in lines),
        kinds=("dc",) * len(lines),
        from_bus=np.array([x.start for x in lines], dtype=np.int64),
        to_bus=np.array([x.end for x in lines], dtype=np.int64),
        capacity_mw=np.array([x.capacity_mw for x in lines], dtype=np.float64),
        reverse_capacity_mw=np.zeros(len(lines)),
        loss_share=share,
        loss_mw=np.zeros(len(lines)),
        sent_mw=sent[None],
    )


def joined(first: DcLines, second: DcLines) -> DcLines:
    """All lines of both."""
    arrays = ("from_bus", "to_bus", "capacity_mw", "reverse_capacity_mw", "loss_share", "loss_mw", "sent_mw")
    return DcLines(
        first.ids + second.ids,
        first.kinds + second.kinds,
        *(np.concatenate([getattr(first, name), getattr(second, name)], axis=-1) for name in arrays),
    )
