"""What stays put on a map: legends, scale bar, north arrow, South China Sea inset, review number, sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import floor, log10
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPaintDevice, QPainter, QPen, QPolygonF

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.legends import (
    GAP_PX,
    WIDEST_PX,
    WIDTH_PX,
    Ink,
    KeyLegend,
    KeyRow,
    LaidLegend,
    MapLegend,
    RampLegend,
    draw,
    lay,
    stack,
)
from app.desktop.map.painting import painting
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import PIXEL_SIZE_M, Viewport
from app.desktop.texts import text
from app.messages import Language
from gis_layers.provenance import Grade

__all__ = ["Furniture", "KeyLegend", "KeyRow", "MapLegend", "MapSource", "RampLegend", "nice_length"]

INSET_BOX_DEG = (106.5, 2.8, 123.5, 24.8)
"""The South China Sea as the standard inset shows it, all ten strokes whole."""
INSET_PX = (138.0, 186.0)
INSET_SHARE = 0.42
"""Of the window's height at most; a smaller window has a smaller inset, down to `INSET_LEAST` of its usual size."""
INSET_LEAST = 0.72
LEGENDS_SHARE = 0.45
"""Of the window's width at most."""
TITLE_PX = 18.0
EDGE_PX = 10.0
"""Between the furniture and the window's edge."""
FOOT_PX = 30.0
"""Height of the row at the bottom: scale bar, sources, review number."""
SCALE_BAR_PX = 240.0
"""The scale bar's widest, from the edge."""


@dataclass(frozen=True, slots=True)
class MapSource:
    """Where a visible layer comes from."""

    source: str
    grade: Grade


def nice_length(metres: float) -> float:
    """The largest 1, 2 or 5 x 10^n not above `metres`."""
    power = 10.0 ** floor(log10(metres))
    for step in (5.0, 2.0, 1.0):
        if step * power <= metres:
            return step * power
    return power


def ground_metres_per_pixel(viewport: Viewport, projection: Projection) -> float:
    """Ground that a pixel to the right covers in the middle of the view, along the geodesic."""
    reach_px = min(50.0, viewport.width_px / 4)
    middle_x, middle_y = viewport.width_px / 2, viewport.height_px / 2
    ends = [viewport.to_map(middle_x + side * reach_px, middle_y) for side in (-1, 1)]
    lon, lat = projection.inverse(np.array([e[0] for e in ends]), np.array([e[1] for e in ends]))
    if not np.isfinite([*lon, *lat]).all():
        return viewport.metres_per_pixel
    return float(_geod().inv(lon[0], lat[0], lon[1], lat[1])[2]) / (2 * reach_px)


@cache
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


class Furniture:
    """Paints over the canvas; holds only what it shows."""

    def __init__(self, canvas: MapCanvas) -> None:
        self.canvas = canvas
        self.language: Language = "zh"
        self.legends: list[MapLegend] = []
        self.sources: list[MapSource] = []
        """Of the visible layers, for the line at the bottom."""
        self.review_number = ""
        self.font: QFont | None = None
        """None takes the canvas's."""
        self._legend_image: tuple[object, QImage] | None = None
        self.set_dark(False)

    def set_dark(self, dark: bool) -> None:
        self.ink = QColor("#dde2e6" if dark else "#30363c")
        self.dim = QColor("#98a2aa" if dark else "#5f6870")
        self.paper = QColor(30, 33, 35, 228) if dark else QColor(255, 255, 255, 228)
        self.warning = QColor("#f0b44c" if dark else "#9a5b00")

    @staticmethod
    def inset_view(projection: Projection) -> Viewport:
        """The view the canvas paints the inset for, at twice its size for sharp screens."""
        view = Viewport(0, 0, 1, round(INSET_PX[0] * 2), round(INSET_PX[1] * 2))
        return view.fitted(*projection.bounds(*INSET_BOX_DEG), margin=0.0)

    def __call__(self, painter: QPainter, viewport: Viewport) -> None:
        """Over the canvas, in every frame; the legends are drawn once and kept."""
        self._fixed(painter, viewport, self.canvas.projection, self.canvas.inset, self.canvas.sea_colour)
        ratio = self.canvas.devicePixelRatioF()
        key = (
            tuple(self.legends),
            self.language,
            self.ink.name(),
            viewport.width_px,
            viewport.height_px,
            ratio,
        )
        if self._legend_image is None or self._legend_image[0] != key:
            size = QSize(round(viewport.width_px * ratio), round(viewport.height_px * ratio))
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            with painting(image) as once:
                used = self._legends(once, viewport)
            ends = QPointF(used.right() + 1, used.bottom() + 1) * ratio
            self._legend_image = (key, image.copy(0, 0, round(ends.x()), round(ends.y())))
        painter.drawImage(0, 0, self._legend_image[1])

    def paint_all(
        self, painter: QPainter, viewport: Viewport, projection: Projection, inset: QImage | None, sea: str
    ) -> None:
        """Everything, drawn anew: for a sheet of paper."""
        self._fixed(painter, viewport, projection, inset, sea)
        self._legends(painter, viewport)

    def inks(self) -> Ink:
        return Ink(self.ink, self.dim, self.paper, self.font or self.canvas.font())

    def _fixed(
        self, painter: QPainter, viewport: Viewport, projection: Projection, inset: QImage | None, sea: str
    ) -> None:
        painter.setFont(self.inks().sized(9))
        left = self._scale_bar(painter, viewport, projection)
        self._north_arrow(painter, viewport, projection)
        box = self._south_china_sea(painter, viewport, inset, sea)
        right = self._review(painter, viewport, box)
        self._attribution(painter, viewport, left + GAP_PX, right - GAP_PX)

    def _backed(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.paper)
        painter.drawRoundedRect(box, 4, 4)

    def _scale_bar(self, painter: QPainter, viewport: Viewport, projection: Projection) -> float:
        """Returns its right edge."""
        ground = ground_metres_per_pixel(viewport, projection)
        length_m = nice_length(140 * ground)
        width = length_m / ground
        x, y = EDGE_PX + 8, viewport.height_px - 20.0
        label = f"{length_m / 1000:,.0f} km" if length_m >= 1000 else f"{length_m:,.0f} m"
        box = QRectF(EDGE_PX, y - 24, width + 22 + QFontMetricsF(painter.font()).horizontalAdvance(label), 32)
        self._backed(painter, box)
        painter.setPen(QPen(self.ink, 1.4))
        painter.drawLine(QPointF(x, y), QPointF(x + width, y))
        for at in (x, x + width / 2, x + width):
            painter.drawLine(QPointF(at, y - 4), QPointF(at, y))
        painter.drawText(QPointF(x + width + 6, y + 3), label)
        painter.drawText(QPointF(x, y - 9), f"1:{_round_scale(ground / PIXEL_SIZE_M):,}")
        return box.right()

    def _north_arrow(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        """Points to true north in the middle of the view."""
        x, y = projection.inverse(np.array([viewport.center_x_m]), np.array([viewport.center_y_m]))
        turn = projection.north_at(float(x[0]), float(y[0]))
        painter.save()
        painter.translate(viewport.width_px - EDGE_PX - 20, EDGE_PX + 26)
        self._backed(painter, QRectF(-18, -24, 36, 50))
        if np.isfinite(turn):
            painter.rotate(turn)
        for side, brush in ((-1, QColor(self.ink)), (1, QColor(Qt.GlobalColor.transparent))):
            painter.setPen(QPen(self.ink, 1))
            painter.setBrush(brush)
            painter.drawPolygon(QPolygonF([QPointF(0, -18), QPointF(7 * side, 7), QPointF(0, 1)]))
        painter.drawText(QRectF(-12, 6, 24, 16), Qt.AlignmentFlag.AlignCenter, "N")
        painter.restore()

    def _south_china_sea(
        self, painter: QPainter, viewport: Viewport, inset: QImage | None, sea: str
    ) -> QRectF:
        box = self._inset_box(viewport)
        width = box.width()
        sea_box = box.adjusted(0, 0, 0, -TITLE_PX)
        if inset is None:
            painter.fillRect(sea_box, QColor(sea))
        else:
            painter.drawImage(sea_box, inset)
        title = QRectF(box.left(), sea_box.bottom(), width, TITLE_PX)
        painter.fillRect(title, self.paper)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.ink, 1))
        painter.drawRect(sea_box)
        painter.drawRect(title)
        words = text("map.inset", self.language)
        shrunk = min(1.0, (width - 4) / QFontMetricsF(painter.font()).horizontalAdvance(words))
        painter.setFont(self.inks().sized(9 * shrunk))
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, words)
        painter.setFont(self.inks().sized(9))
        return box

    @staticmethod
    def _inset_box(viewport: Viewport) -> QRectF:
        """The inset with its title."""
        share = INSET_SHARE * viewport.height_px / (INSET_PX[1] + TITLE_PX)
        width, height = (side * min(max(share, INSET_LEAST), 1.0) for side in INSET_PX)
        return QRectF(
            viewport.width_px - width - EDGE_PX,
            viewport.height_px - height - TITLE_PX - FOOT_PX - 6,
            width,
            height + TITLE_PX,
        )

    def _review(self, painter: QPainter, viewport: Viewport, inset: QRectF) -> float:
        """Returns its left edge."""
        words = text("map.review", self.language, number=self.review_number or "________")
        width = max(QFontMetricsF(painter.font()).horizontalAdvance(words) + 16, inset.width())
        box = QRectF(inset.right() - width, viewport.height_px - FOOT_PX + 1, width, 20)
        self._backed(painter, box)
        painter.setPen(QPen(self.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        return box.left()

    def _attribution(self, painter: QPainter, viewport: Viewport, left: float, right: float) -> None:
        """Sources of what is shown; before them the grade, where something is our reconstruction."""
        names = list(dict.fromkeys(s.source for s in self.sources if s.source))
        grade = any(s.grade == "reference" for s in self.sources)
        badge = text("map.reconstructed", self.language) if grade else ""
        line = text("map.sources", self.language, sources="; ".join(names)) if names else ""
        if not badge and not line:
            return
        painter.setFont(self.inks().sized(8.5))
        metrics = QFontMetricsF(painter.font())
        badge_px = metrics.horizontalAdvance(badge) + 14 if badge else 0.0
        room = right - left - badge_px - 16
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(room, 0.0)) if line else ""
        line_px = metrics.horizontalAdvance(shown) + 16 if room > 60 and shown else 0.0
        y = viewport.height_px - FOOT_PX + 1
        box = QRectF(right - badge_px - line_px, y, badge_px + line_px, 20)
        self._backed(painter, box)
        middle = Qt.AlignmentFlag.AlignCenter
        if badge:
            mark = QRectF(box.left(), y, badge_px, 20)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.warning, 1))
            painter.drawRoundedRect(mark.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
            painter.drawText(mark, middle, badge)
        if line_px:
            painter.setPen(QPen(self.dim))
            painter.drawText(QRectF(box.right() - line_px, y, line_px, 20), middle, shown)

    def _laid(
        self, viewport: Viewport, on: QPaintDevice | None = None
    ) -> list[tuple[LaidLegend, QPointF | None]]:
        """The legends and where they stand."""
        laid = lay(self.legends, self.inks(), on)
        width = laid[0].width_px if laid else WIDTH_PX
        places = stack([one.height_px for one in laid], self._legend_room(viewport), width)
        return list(zip(laid, places, strict=True))

    @staticmethod
    def _legend_room(viewport: Viewport) -> QRectF:
        # One column always; more only where they leave most of the map to the map.
        beside = viewport.width_px - INSET_PX[0] - 4 * EDGE_PX
        width = min(max(LEGENDS_SHARE * viewport.width_px, WIDEST_PX), beside)
        return QRectF(EDGE_PX, EDGE_PX, width, viewport.height_px - 2 * EDGE_PX - 44 - 24)

    def _legends(self, painter: QPainter, viewport: Viewport) -> QRectF:
        """Returns the room they take, from the upper left corner."""
        room, ink, used = self._legend_room(viewport), self.inks(), QRectF(0, 0, 1, 1)
        laid = self._laid(viewport, painter.device())
        for legend, place in laid:
            if place is not None:
                draw(painter, legend, place, ink)
                used = used.united(QRectF(place.x(), place.y(), legend.width_px, legend.height_px))
        left_out = sum(place is None for _, place in laid)
        if left_out:
            box = QRectF(EDGE_PX, room.bottom() + 4, laid[0][0].width_px, 20)
            self._backed(painter, box)
            painter.setFont(ink.sized(8.5))
            painter.setPen(QPen(self.ink))
            words = text("map.more_legends", self.language, count=left_out)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            used = used.united(box)
        return used

    def covered(self, viewport: Viewport) -> list[QRectF]:
        """What of a view lies under the furniture, in pixels: the country is shown clear of it."""
        width, height = viewport.width_px, viewport.height_px
        boxes = [
            QRectF(0, height - FOOT_PX - EDGE_PX, width, FOOT_PX + EDGE_PX),
            QRectF(0, height - 48.0 - EDGE_PX, SCALE_BAR_PX, 48.0 + EDGE_PX),
            QRectF(width - EDGE_PX - 40, 0, EDGE_PX + 40, EDGE_PX + 54),
            self._inset_box(viewport).adjusted(-EDGE_PX / 2, -EDGE_PX / 2, EDGE_PX, 0),
        ]
        for legend, place in self._laid(viewport):
            if place is not None:
                boxes.append(QRectF(place.x(), place.y(), legend.width_px, legend.height_px))
        return boxes


def _round_scale(denominator: float) -> int:
    power = 10 ** max(int(log10(denominator)) - 1, 0)
    return int(round(denominator / power) * power)
