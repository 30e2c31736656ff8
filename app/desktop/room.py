"""How much room the map keeps: which panels may stand around it in a window of some size. No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "below"]
SIDES: tuple[Side, ...] = ("left", "right", "below")

MAP_SHARE = 0.45
"""Of the window, at least, with the results open."""
USEFUL_BELOW_PX, USEFUL_BELOW_SHARE = 180, 0.2
"""Less height than this shows no chart worth reading: pixels, and share of the window."""
CALLED_BESIDE = 0.75
"""Of that height still goes where a side panel is called forward: better low than gone."""
USEFUL_BESIDE_PX = 300
SEAMS_PX = 6
"""Between map and panels."""
TABS_PX = 28
"""Below panels that share a place."""


@dataclass(frozen=True, slots=True)
class Window:
    """Sizes in logical pixels."""

    width: int
    height: int
    bars: int
    """Heights of menu, tool bars and status bar together."""
    left: int
    right: int
    below: int
    """What the panels would like to have."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands where."""

    shown: frozenset[Side]
    below: int
    """Height of the panels below; 0 where they are not shown or stand beside the map."""
    beside: int = 0
    """Width of the panels that usually stand below, where a low window holds them at the right; else 0."""


def plan(window: Window, wanted: Collection[Side], first: Side | None = None) -> Plan:
    """What of the wanted panels may be shown so that the map keeps `MAP_SHARE` of the window.

    The side asked for last (`first`) is kept; else beside results the left side gives way before the right one,
    without any the right one. Where even all of the width leaves the panels below too little height, they stand at
    the right of the map.
    """
    least = MAP_SHARE * window.width * window.height
    tall = window.height - window.bars
    order: list[Side] = [side for side in ("left", "right") if side in wanted]
    order.sort(key=lambda side: side == (first if "below" in wanted or first is not None else "left"))
    useful = max(USEFUL_BELOW_PX, USEFUL_BELOW_SHARE * window.height)
    low = tall - SEAMS_PX - TABS_PX - least / max(window.width, 1) < useful
    if first in ("left", "right"):
        useful *= CALLED_BESIDE
    choices = [order[start:] for start in range(len(order) + 1)]

    def width(sides: Collection[Side]) -> int:
        own = {"left": window.left, "right": window.right, "below": 0}
        return window.width - sum(own[side] + SEAMS_PX for side in sides)

    if "below" not in wanted:
        for sides in choices:
            if width(sides) * (tall - TABS_PX) >= least or len(sides) <= 1:
                return Plan(frozenset(sides), 0)
    for sides in choices:
        below = tall - SEAMS_PX - TABS_PX - least / max(width(sides), 1)
        if below >= useful:
            if first in ("left", "right") and first not in sides:
                break  # what was asked for has no room beside the panels below: these give way
            return Plan(frozenset((*sides, "below")), round(min(window.below, below)))
    if first in ("left", "right") and not low:
        return plan(window, [side for side in wanted if side != "below"], first)
    beside = round(window.width - SEAMS_PX - least / max(tall, 1))
    if first == "left":
        return Plan(frozenset(("left",)), 0)
    return Plan(frozenset(("right", "below")), 0, max(beside, USEFUL_BESIDE_PX))
