"""Views a planner comes back to with back and forward; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.desktop.map.projection import ProjectionId

DEBOUNCE_S = 0.8
"""Views that follow each other faster are one movement of the hand."""
MOST_VIEWS = 100


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows: centre in degrees, metres of the map plane per pixel, projection."""

    lon_deg: float
    lat_deg: float
    metres_per_pixel: float
    projection: ProjectionId

    def near(self, other: View) -> bool:
        """Whether going from one to the other would move nothing on the screen."""
        if self.projection != other.projection:
            return False
        if abs(self.metres_per_pixel / other.metres_per_pixel - 1) > 1e-3:
            return False
        pixel_deg = self.metres_per_pixel / 111_000.0
        return abs(self.lon_deg - other.lon_deg) < pixel_deg and abs(self.lat_deg - other.lat_deg) < pixel_deg


@dataclass(frozen=True, slots=True)
class ViewHistory:
    """A stack with a finger on the present view; every change returns a new one."""

    views: tuple[View, ...] = ()
    at: int = -1
    recorded_s: float = float("-inf")

    def record(self, view: View, now_s: float) -> ViewHistory:
        """The history after the map came to rest at `view`; forward is forgotten.

        A rest within `DEBOUNCE_S` of the last one replaces it, so one sweep of the wheel is one step.
        """
        if self.at >= 0 and self.views[self.at].near(view):
            return self
        one_movement = self.at > 0 and now_s - self.recorded_s < DEBOUNCE_S
        kept = self.views[: self.at if one_movement else self.at + 1]
        views = (*kept, view)[-MOST_VIEWS:]
        return ViewHistory(views, len(views) - 1, now_s)

    @property
    def present(self) -> View | None:
        return self.views[self.at] if self.at >= 0 else None

    @property
    def can_go_back(self) -> bool:
        return self.at > 0

    @property
    def can_go_forward(self) -> bool:
        return self.at + 1 < len(self.views)

    def back(self) -> ViewHistory:
        """One view back; the same history at its beginning."""
        return replace(self, at=self.at - 1, recorded_s=float("-inf")) if self.can_go_back else self

    def forward(self) -> ViewHistory:
        return replace(self, at=self.at + 1, recorded_s=float("-inf")) if self.can_go_forward else self
