"""How the map glides on after the hand let go; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, hypot

WINDOW_S = 0.08
"""The speed at release is that of the last moments."""
DECAY_S = 0.16
"""Time in which the speed falls to 1/e; at rest within half a second."""
STOP_PX_PER_S = 30.0
START_PX_PER_S = 150.0
"""A slower hand has put the map down where it wanted it."""


@dataclass
class Glide:
    """Remembers the hand's last moves and gives the map's steps after it."""

    _moves: list[tuple[float, float, float]] = field(default_factory=list)
    _speed: tuple[float, float] = (0.0, 0.0)

    def moved(self, now_s: float, dx_px: float, dy_px: float) -> None:
        self._moves = [m for m in self._moves if now_s - m[0] <= WINDOW_S]
        self._moves.append((now_s, dx_px, dy_px))

    def released(self, now_s: float) -> bool:
        """Whether the map glides on."""
        recent = [m for m in self._moves if now_s - m[0] <= WINDOW_S]
        self._moves = []
        if len(recent) < 2:
            self._speed = (0.0, 0.0)
            return False
        # The first move happened before the window's first instant, so its way is not counted.
        span = max(now_s - recent[0][0], 1e-3)
        self._speed = (sum(m[1] for m in recent[1:]) / span, sum(m[2] for m in recent[1:]) / span)
        return hypot(*self._speed) >= START_PX_PER_S

    def step(self, dt_s: float) -> tuple[float, float] | None:
        """The way of the next moment in pixels; None when the map has come to rest."""
        if hypot(*self._speed) < STOP_PX_PER_S:
            return None
        kept = exp(-dt_s / DECAY_S)
        way = DECAY_S * (1.0 - kept)
        moved = (self._speed[0] * way, self._speed[1] * way)
        self._speed = (self._speed[0] * kept, self._speed[1] * kept)
        return moved

    def stop(self) -> None:
        self._moves, self._speed = [], (0.0, 0.0)
