"""Which part of the map plane the window shows; a frozen value, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_METRES_PER_PIXEL = 20.0
MAX_METRES_PER_PIXEL = 20_000.0
PIXEL_SIZE_M = 0.0254 / 96
"""Size of a pixel on paper, for the scale 1:n."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """Centre and scale of the view. x grows east, y grows north, pixels grow right and down."""

    center_x_m: float
    center_y_m: float
    metres_per_pixel: float
    width_px: int
    height_px: int

    def to_screen(self, x_m: float, y_m: float) -> tuple[float, float]:
        return (
            (x_m - self.center_x_m) / self.metres_per_pixel + self.width_px / 2,
            (self.center_y_m - y_m) / self.metres_per_pixel + self.height_px / 2,
        )

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        return (
            self.center_x_m + (px - self.width_px / 2) * self.metres_per_pixel,
            self.center_y_m - (py - self.height_px / 2) * self.metres_per_pixel,
        )

    def panned(self, dx_px: float, dy_px: float) -> Viewport:
        """The view after dragging the map by (dx, dy) pixels."""
        return replace(
            self,
            center_x_m=self.center_x_m - dx_px * self.metres_per_pixel,
            center_y_m=self.center_y_m + dy_px * self.metres_per_pixel,
        )

    def zoomed(self, factor: float, px: float, py: float) -> Viewport:
        """The view after zooming in by `factor`, the place under (px, py) staying put."""
        scale = min(max(self.metres_per_pixel / factor, MIN_METRES_PER_PIXEL), MAX_METRES_PER_PIXEL)
        x, y = self.to_map(px, py)
        return replace(
            self,
            metres_per_pixel=scale,
            center_x_m=x - (px - self.width_px / 2) * scale,
            center_y_m=y + (py - self.height_px / 2) * scale,
        )

    def resized(self, width_px: int, height_px: int) -> Viewport:
        return replace(self, width_px=max(width_px, 1), height_px=max(height_px, 1))

    def enlarged(self, share: float) -> Viewport:
        """The same view with a rim around it, `share` of the width and height in all."""
        return self.resized(round(self.width_px * (1 + share)), round(self.height_px * (1 + share)))

    def covers(self, other: Viewport) -> bool:
        """Whether the whole of another view lies in this one."""
        left, bottom, right, top = self.extent
        inner = other.extent
        return left <= inner[0] and bottom <= inner[1] and right >= inner[2] and top >= inner[3]

    def fitted(self, left: float, bottom: float, right: float, top: float, margin: float = 0.04) -> Viewport:
        """The view that shows a whole box of the map plane."""
        room = 1.0 - 2 * margin
        scale = max((right - left) / (self.width_px * room), (top - bottom) / (self.height_px * room))
        return replace(
            self,
            center_x_m=(left + right) / 2,
            center_y_m=(bottom + top) / 2,
            metres_per_pixel=min(max(scale, MIN_METRES_PER_PIXEL), MAX_METRES_PER_PIXEL),
        )

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in metres."""
        half_w = self.width_px / 2 * self.metres_per_pixel
        half_h = self.height_px / 2 * self.metres_per_pixel
        return (
            self.center_x_m - half_w,
            self.center_y_m - half_h,
            self.center_x_m + half_w,
            self.center_y_m + half_h,
        )

    @property
    def scale_denominator(self) -> float:
        """The n of 1:n on a 96 dpi screen."""
        return self.metres_per_pixel / PIXEL_SIZE_M
