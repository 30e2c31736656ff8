"""Corridor flows of one hour over the map: width by MW, colour by choice, arrows that move with the power.

Lines follow the great circle (geodesic on WGS84). What does not change between hours is kept in metres of
the map plane; an hour only chooses widths and colours, a frame only moves the arrows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from app.desktop.map import line_colours
from app.desktop.map.colour import Ramp
from app.desktop.map.layers import map_transform
from app.desktop.map.legends import KeyLegend, KeyRow, RampLegend, dashes
from app.desktop.map.painting import painting
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.state import UnitSystem
from app.desktop.texts import text
from app.messages import Language
from planning.hourly import HourlyResult
from planning.results import CorridorResult
from planning.typed import with_unit

Array = NDArray[np.float64]
ColourMode = Literal["kind", "loading", "mean", "peak", "full", "green", "n1", "effect"]
"""`loading` and `green` of the hour, of the year beside layers of climate; `mean`, `peak`, `full` (hours at capacity)
`n1` (worst single outage of another tie) and `effect` (what its own outage does) always of the year."""

POINTS = 17
"""Points of a line; its longest piece is then about 200 km."""
IDLE_MW = 1.0
"""Below this nothing flows."""
IDLE_PX = 0.7
WIDTH_PX_PER_GW = 0.5
"""One scale for all: a line twice as wide carries twice the power, whatever its kind."""
N1_PX = 3.4
FADED = 0.28
ARROW_GAP_PX = 84.0
ARROW_PX_PER_S = 40.0
"""Speed of the arrows of a fully loaded line."""
KIND_COLOURS = {"dc": "#c8553d", "ac": "#3f7cac", "b2b": "#7b5ea7"}
# Lightness runs one way in each, away from the ground: readable by colour-blind people and in print.
RAMP_OF: dict[str, tuple[Ramp, Ramp]] = {
    "loading": (
        Ramp("loading", (0x8DB4DC, 0x5B86C9, 0x5A52AE, 0x6B2585, 0x5C0B3F)),
        Ramp("loading_dark", (0x44617F, 0x6E78B8, 0xB072B6, 0xEE8A8F, 0xFFD99A)),
    ),
    "green": (
        Ramp("green", (0xB59A86, 0x97917A, 0x61906F, 0x277B5C, 0x005240)),
        Ramp("green_dark", (0x6B5B52, 0x787B62, 0x6AA278, 0x67CB90, 0x9AF5B4)),
    ),
}
"""Light and dark."""
SELECTED_COLOUR = "#ffd166"
ALSO_COLOUR = "#56b4e9"
CASED_PX = 2.0
"""Wider lines have a dark edge on a dark map, where rasters stay bright."""
ARROW_COLOUR = ("#22282d", "#f2f4f5")
ARROW_RIM = ("#ffffff", "#101416")
IDLE_COLOUR = ("#b4bbc0", "#4c555c")
"""Light and dark."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One corridor in one hour."""

    corridor: CorridorResult
    mw: float
    """> 0 forward, < 0 the other way."""
    loading: float
    """|MW| over capacity."""
    green_share: float


def flow_of(corridor: CorridorResult, hourly: HourlyResult | None, hour: int | None) -> Flow:
    """A corridor in an hour of the year; its yearly means where there are no hours."""
    row = hourly.line(corridor.id) if hourly is not None else None
    if hourly is None or row is None or hour is None:
        mw = (corridor.sent_mwh - 2 * corridor.reverse_sent_mwh) / 8760.0
        green = corridor.green_share
    else:
        mw, green = float(hourly.flow_mw[row, hour]), float(hourly.green_share[row, hour])
    loading = abs(mw) / corridor.capacity_mw if corridor.capacity_mw > 0 else 0.0
    return Flow(corridor, mw, loading, green)


def geodesic(from_lon: float, from_lat: float, to_lon: float, to_lat: float) -> Array:
    """(POINTS, 2) places on the shortest way between two, ends included. [degrees]"""
    return np.array(_geodesic(from_lon, from_lat, to_lon, to_lat))


@cache
def _geodesic(
    from_lon: float, from_lat: float, to_lon: float, to_lat: float
) -> tuple[tuple[float, float], ...]:
    from pyproj import Geod

    between = Geod(ellps="WGS84").npts(from_lon, from_lat, to_lon, to_lat, POINTS - 2)
    return ((from_lon, from_lat), *between, (to_lon, to_lat))


class FlowOverlay:
    """The overlay; its owner calls `set_hour` and `advance` and then `canvas.update()`."""

    def __init__(self, corridors: list[CorridorResult], hourly: HourlyResult | None = None) -> None:
        self.corridors = [c for c in corridors if c.capacity_mw > 0]
        self.hourly = hourly
        self.visible = True
        self.selected: str | None = None
        self.also: frozenset[str] = frozenset()
        """Marked beside the one selected: the outage that strains it most."""
        self.faded = False
        """Something else is painted over the lines: they stay as ground, without arrows."""
        self.mode: ColourMode = "loading"
        self.hour: int | None = None
        self.dark = False
        self._of_year: dict[str, Array] = {}
        self._phase = np.zeros(len(self.corridors))
        """Of the first arrow, in gaps between arrows."""
        ways = [geodesic(c.from_lon, c.from_lat, c.to_lon, c.to_lat) for c in self.corridors]
        self._deg = np.array(ways).reshape(-1, POINTS, 2)
        self._capacity_mw = np.array([c.capacity_mw for c in self.corridors])
        self._ac = np.array([c.kind == "ac" for c in self.corridors], dtype=bool)
        rows = [hourly.line(c.id) if hourly is not None else None for c in self.corridors]
        self._rows = np.array([-1 if row is None else row for row in rows], dtype=np.intp)
        self._projection: Projection | None = None
        self._plane = np.zeros_like(self._deg)
        self._length_m = np.zeros(len(self._deg))
        self._image: tuple[object, QImage] | None = None
        self._painted: object = None
        self._lines: list[QPolygonF] = []
        self.set_hour(None)

    # -- what is shown ---------------------------------------------------------------------------

    def set_hour(self, hour: int | None) -> None:
        """Show an hour of the year (0-8759); None shows the yearly means."""
        self.hour = hour
        if self.hourly is not None and hour is not None and len(self._rows):
            self._mw = np.where(self._rows >= 0, self.hourly.flow_mw[self._rows, hour], 0.0).astype(float)
            self._green = np.where(self._rows >= 0, self.hourly.green_share[self._rows, hour], 0.0)
        else:
            flows = [flow_of(c, None, None) for c in self.corridors]
            self._mw = np.array([f.mw for f in flows])
            self._green = np.array([f.green_share for f in flows])
        self._loading = np.abs(self._mw) / self._capacity_mw

    def set_colour_mode(self, mode: ColourMode) -> None:
        self.mode = mode

    def set_dark(self, dark: bool) -> None:
        self.dark = dark

    def set_year(self, mode: ColourMode, values: Mapping[str, float]) -> None:
        """What a mode of the year colours by, by corridor: shares of 1; one without a value is grey."""
        self._of_year[mode] = np.array([values.get(c.id, np.nan) for c in self.corridors])
        self._image = self._painted = None

    def advance(self, dt_s: float) -> None:
        """Move the arrows on; a line at half its capacity moves them at half the speed."""
        speed = ARROW_PX_PER_S * np.sign(self._mw) * np.clip(self._loading, 0.15, 1.0)
        self._phase = (self._phase + speed * dt_s / ARROW_GAP_PX) % 1.0

    def flow(self, corridor_id: str) -> Flow | None:
        """What a corridor carries in the hour shown."""
        for i, corridor in enumerate(self.corridors):
            if corridor.id == corridor_id:
                mw, loading, green = self._mw[i], self._loading[i], self._green[i]
                return Flow(corridor, float(mw), float(loading), float(green))
        return None

    def widths_px(self) -> Array:
        """(line,) of the hour; an idle line is a hair. By the worst outage, lines that are not screened are hairs and
        those that are can all be read."""
        screened = self._of_year.get(self.mode)
        if self.mode in line_colours.OF_OUTAGES and screened is not None:
            return np.where(np.isnan(screened), 1.0, N1_PX)
        return np.where(
            np.abs(self._mw) < IDLE_MW, IDLE_PX, 1.0 + np.abs(self._mw) / 1000.0 * WIDTH_PX_PER_GW
        )

    def colours(self) -> list[QColor]:
        """Of the lines in the hour shown."""
        idle = QColor(IDLE_COLOUR[self.dark])
        if self.mode in line_colours.OF_YEAR:
            missing = np.full(len(self.corridors), np.nan)
            return line_colours.colours(self.mode, self._of_year.get(self.mode, missing), self.dark, idle)
        if self.mode == "kind":
            own = [QColor(KIND_COLOURS[c.kind]) for c in self.corridors]
        else:
            values = self._loading if self.mode == "loading" else self._green
            table = _table(self.mode, self.dark)
            own = [table[i] for i in np.rint(np.clip(values, 0.0, 1.0) * 255).astype(int)]
        return [
            idle if abs(mw) < IDLE_MW else colour for mw, colour in zip(self._mw.tolist(), own, strict=True)
        ]

    def legends(self, language: Language, units: UnitSystem = "si") -> list[RampLegend | KeyLegend]:
        """What the furniture says of colours and widths."""
        by_kind = self.mode == "kind"
        neutral = ARROW_COLOUR[self.dark]
        rows = [
            KeyRow(
                text(f"map.flow.{kind}", language, power=with_unit(gw, "GW", units, language)),
                KIND_COLOURS[kind] if by_kind else neutral,
                1.0 + gw * WIDTH_PX_PER_GW,
                dashed=kind == "ac",
            )
            for kind, gw in (("dc", 8), ("dc", 4), ("ac", 4), ("ac", 1))
        ]
        rows.append(KeyRow(text("map.flow.idle", language), IDLE_COLOUR[self.dark], IDLE_PX))
        width = KeyLegend(text("map.flow.width", language), text("map.flow.arrows", language), tuple(rows))
        if by_kind:
            return [width]
        if self.mode in line_colours.OF_YEAR:
            by_year = line_colours.legend(self.mode, language, self.dark, IDLE_COLOUR[self.dark])
            # On the maps of outages all lines are of one width.
            return [by_year] if self.mode in line_colours.OF_OUTAGES else [by_year, width]
        title = text(f"map.flow.{self.mode}", language)
        return [RampLegend(title, "%", "", RAMP_OF[self.mode][self.dark], 0.0, 100.0), width]

    # -- painting --------------------------------------------------------------------------------

    def _project(self, projection: Projection) -> None:
        if projection != self._projection:
            self._projection = projection
            x, y = projection.forward(self._deg[..., 0], self._deg[..., 1])
            self._plane = np.stack([x, y], axis=-1)
            pieces = np.diff(self._plane, axis=1)
            self._length_m = np.hypot(pieces[..., 0], pieces[..., 1]).sum(axis=1)
            self._lines = [QPolygonF([QPointF(a, b) for a, b in way]) for way in self._plane.tolist()]

    def _seen(self, viewport: Viewport) -> NDArray[np.bool_]:
        left, bottom, right, top = viewport.extent
        low, high = self._plane.min(axis=1), self._plane.max(axis=1)
        beside = (low[:, 0] > right) | (high[:, 0] < left) | (low[:, 1] > top) | (high[:, 1] < bottom)
        return np.asarray(~beside)

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if not self.visible or not self.corridors:
            return
        self._project(projection)
        seen, widths = self._seen(viewport), self.widths_px()
        ratio = painter.device().devicePixelRatioF()
        if self.faded:
            painter.save()
            painter.setOpacity(FADED)
            self.paint_lines(painter, viewport, seen, widths)
            painter.restore()
            return
        key = (viewport, projection, self.hour, self.mode, self.dark, self.selected, self.also, ratio)
        # A second frame of the same lines is worth a picture of them; while hours run or the map moves, there
        # is none.
        if self._image is not None and self._image[0] == key:
            painter.drawImage(0, 0, self._image[1])
        elif self._painted == key:
            self._image = (key, self._picture_of_lines(viewport, seen, widths, ratio))
            painter.drawImage(0, 0, self._image[1])
        else:
            self.paint_lines(painter, viewport, seen, widths)
        self._painted = key
        self._paint_arrows(painter, viewport, seen, widths)

    def _picture_of_lines(
        self, viewport: Viewport, seen: NDArray[np.bool_], widths: Array, ratio: float
    ) -> QImage:
        size = QSize(round(viewport.width_px * ratio), round(viewport.height_px * ratio))
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        with painting(image) as painter:
            self.paint_lines(painter, viewport, seen, widths)
        return image

    def paint_lines(
        self, painter: QPainter, viewport: Viewport, seen: NDArray[np.bool_], widths: Array
    ) -> None:
        """The lines of the hour without arrows."""
        colours = self.colours()
        # Qt takes a cosmetic pen's width in pixels of the device, whatever their number to the inch.
        ratio = painter.device().devicePixelRatioF()
        widths = widths * ratio
        painter.save()
        painter.setTransform(map_transform(viewport), True)
        pen = QPen(QColor(), 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
        pen.setCosmetic(True)
        # The thin ones last, so that a tie is never hidden under a corridor; over all what is selected.
        marked = np.array([c.id == self.selected or c.id in self.also for c in self.corridors], dtype=bool)
        for i in np.lexsort((-widths, marked)).tolist():
            if not seen[i]:
                continue
            chosen, also = self.corridors[i].id == self.selected, self.corridors[i].id in self.also
            cases: tuple[tuple[str, float], ...]
            if chosen or also:
                # Yellow alone is lost on a yellow raster.
                cases = ((ARROW_COLOUR[self.dark], 8.5), (SELECTED_COLOUR if chosen else ALSO_COLOUR, 5.5))
            else:
                cases = ((ARROW_RIM[1], 1.6),) if self.dark and widths[i] > CASED_PX else ()
            for case, more in cases:
                pen.setColor(QColor(case))
                pen.setWidthF(widths[i] + more * ratio)
                painter.setPen(pen)
                painter.drawPolyline(self._lines[i])
            pen.setColor(colours[i])
            pen.setWidthF(widths[i])
            if self._ac[i]:
                pen.setDashPattern(dashes(widths[i] / ratio))
            painter.setPen(pen)
            painter.drawPolyline(self._lines[i])
            pen.setStyle(Qt.PenStyle.SolidLine)
        painter.restore()

    def _paint_arrows(
        self, painter: QPainter, viewport: Viewport, seen: NDArray[np.bool_], widths: Array
    ) -> None:
        moving = seen & (np.abs(self._mw) >= IDLE_MW)
        painter.setPen(Qt.PenStyle.NoPen)
        # A rim first, so that arrows stand out from lines of any colour; a stroke would cost four times that.
        for grow, colour in ((1.8, ARROW_RIM[self.dark]), (0.0, ARROW_COLOUR[self.dark])):
            x, y = self.arrows(viewport, moving, widths, grow)
            if len(x):
                joined = np.tile(np.array([1, 1, 1, 0], dtype=np.int32), len(x) // 4)
                path = arrayToQPath(x, y, connect=joined, finiteCheck=False)
                path.setFillRule(Qt.FillRule.WindingFill)
                painter.setBrush(QColor(colour))
                painter.drawPath(path)

    def arrows(
        self, viewport: Viewport, which: NDArray[np.bool_], widths: Array, grow_px: float = 0.0
    ) -> tuple[Array, Array]:
        """Outlines of the arrows in pixels, four points each, all in one row of x and one of y; `grow_px`
        makes them larger where they are."""
        chosen = np.flatnonzero(which)
        if not len(chosen):
            return np.zeros(0), np.zeros(0)
        length = self._length_m[chosen] / viewport.metres_per_pixel
        size = 3.2 + 0.75 * widths[chosen]
        most = int(min(length.max(), 40 * ARROW_GAP_PX) / ARROW_GAP_PX) + 1
        # Of a line much longer than the window only some pieces are seen: the gap grows with it.
        gap = np.maximum(ARROW_GAP_PX, length / most)
        at = (self._phase[chosen, None] + np.arange(most)) * gap[:, None]
        keep = (at > 2 * size[:, None]) & (at < length[:, None] - 2 * size[:, None])
        # A short line still shows its direction, with one arrow in its middle.
        short = ~keep.any(axis=1) & (length > 5 * size)
        at[short, 0], keep[short, 0] = length[short] / 2, True
        line, _ = np.nonzero(keep)
        place = at[keep] / length[line] * (POINTS - 1)
        piece = np.minimum(place.astype(np.intp), POINTS - 2)
        start = _screen(viewport, self._plane[chosen[line], piece])
        way = _screen(viewport, self._plane[chosen[line], piece + 1]) - start
        centre = start + way * (place - piece)[:, None]
        inside = ((centre > -20) & (centre < [viewport.width_px + 20, viewport.height_px + 20])).all(axis=1)
        centre, way, line = centre[inside], way[inside], line[inside]
        length_px = np.sign(self._mw[chosen[line]]) * (size[line] + grow_px)
        ahead = way * (length_px / np.hypot(way[:, 0], way[:, 1]))[:, None]
        across = np.stack([-ahead[:, 1], ahead[:, 0]], axis=-1) * 0.72
        tip, back = centre + ahead, centre - ahead * 0.8
        outlines = np.stack([tip, back + across, back - across, tip], axis=1).reshape(-1, 2)
        return outlines[:, 0], outlines[:, 1]

    # -- hand ------------------------------------------------------------------------------------

    def at(self, viewport: Viewport, px: float, py: float, reach_px: float = 6.0) -> str | None:
        """Id of the corridor within reach of a pixel, the nearest; None where nothing is or before the first
        painting."""
        if not self.visible or not self.corridors or self._projection is None:
            return None
        screen = _screen(viewport, self._plane)
        ax, ay = screen[:, :-1, 0], screen[:, :-1, 1]
        bx, by = screen[:, 1:, 0] - ax, screen[:, 1:, 1] - ay
        share = np.clip(((px - ax) * bx + (py - ay) * by) / np.maximum(bx**2 + by**2, 1e-12), 0.0, 1.0)
        away = np.hypot(px - ax - share * bx, py - ay - share * by).min(axis=1) - self.widths_px() / 2
        nearest = int(np.argmin(away))
        return self.corridors[nearest].id if away[nearest] <= reach_px else None


def _screen(viewport: Viewport, plane: Array) -> Array:
    """(..., 2) places of the map plane in pixels."""
    across = (plane[..., 0] - viewport.center_x_m) / viewport.metres_per_pixel + viewport.width_px / 2
    down = (viewport.center_y_m - plane[..., 1]) / viewport.metres_per_pixel + viewport.height_px / 2
    return np.stack([across, down], axis=-1)


@cache
def _table(mode: ColourMode, dark: bool) -> tuple[QColor, ...]:
    """256 colours, low to high."""
    return tuple(QColor(int(r), int(g), int(b)) for r, g, b in RAMP_OF[mode][dark].table())
