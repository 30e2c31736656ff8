"""The hourly dispatch stack: who supplies and who takes, from the year to the hour."""

from __future__ import annotations

from typing import cast

import numpy as np
import pyqtgraph as pg
import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPaintEngine, QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QToolButton, QWidget

from app.desktop.charts.axes import TimeAxis, dress, plain_plot
from app.desktop.charts.data import Array, Balance, moment, nice_top, reduced
from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.legend import Entry, Legend
from app.desktop.charts.look import SERIES_COLOURS, Look
from app.desktop.texts import text
from planning.hourly import HOURS

SPANS = {"year": HOURS, "month": 24 * 31, "week": 24 * 7, "day": 24}
NARROWEST_H = 12
STEPPED = 400
"""Up to so many values are drawn as steps; more would be narrower than three pixels."""


class StackItem(pg.GraphicsObject):  # type: ignore[misc]
    """Columns, drawn without smoothing: exact, and fast enough to pan.

    Qt takes an array of rectangles by its first and its length; filling 15,000 of them takes a tenth of what the
    same areas take as polygons.
    """

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[tuple[Array, QBrush]] = []
        self._bounds = QRectF(0, 0, HOURS, 1)

    def show_columns(self, columns: list[tuple[Array, QBrush]], bounds: QRectF) -> None:
        """(n, 4) of x, y, width, height each."""
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._columns = columns
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for rectangles, brush in self._columns:
            painter.setBrush(brush)
            if painter.paintEngine().type() == QPaintEngine.Type.SVG:
                # One shape each: viewers of SVG smooth edges, and columns would show their seams.
                painter.drawPolygon(outer_edge(rectangles))
                continue
            there = np.ascontiguousarray(rectangles[rectangles[:, 3] > 0.0])
            if len(there):
                first = cast(QRectF, shiboken6.wrapInstance(there.ctypes.data, QRectF))
                painter.drawRects(first, len(there))


def columns(edges: Array, low: Array, high: Array) -> Array:
    """(n, 4) rectangles between two levels, contiguous doubles as Qt's QRectF."""
    return np.ascontiguousarray(np.stack([edges[:-1], low, np.diff(edges), high - low], axis=1))


def outer_edge(rectangles: Array) -> QPolygonF:
    """The area of columns that stand side by side, as one shape."""
    x = np.stack([rectangles[:, 0], rectangles[:, 0] + rectangles[:, 2]], axis=1).ravel()
    low, high = np.repeat(rectangles[:, 1], 2), np.repeat(rectangles[:, 1] + rectangles[:, 3], 2)
    shape: QPolygonF = pg.functions.arrayToQPolygonF(
        np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])
    )
    return shape


def outline(edges: Array, values: Array) -> tuple[Array, Array]:
    """Corners of a series: steps where a step can be seen, else straight from middle to middle."""
    if len(values) <= STEPPED:
        return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)
    middle = (edges[1:] + edges[:-1]) / 2
    x = np.concatenate([edges[:1], middle, edges[-1:]])
    return x, np.concatenate([values[:1], values, values[-1:]])


class DispatchChart(ChartFrame):
    """Supply stacked under the load, charging and sending below zero, one hour marked.

    A click marks an hour; left and right step it (with shift a day), the wheel zooms, the hand pans.
    """

    hour_changed = Signal(int)

    def __init__(self) -> None:
        self._balance: Balance | None = None
        self._series: dict[str, Array] = {}
        self._hour = 0
        super().__init__("charts.dispatch")
        self._axis = TimeAxis()
        self.plot = plain_plot(self._axis)
        self._view = self.plot.getViewBox()
        self._view.setMouseEnabled(x=True, y=False)
        self._view.setLimits(xMin=0, xMax=HOURS, minXRange=NARROWEST_H, maxXRange=HOURS)
        self._view.disableAutoRange()
        self._stack = StackItem()
        self._line = pg.PlotCurveItem()
        self._cursor = pg.InfiniteLine(angle=90, movable=True, bounds=(0, HOURS - 1))
        self._zero = pg.InfiniteLine(pos=0.0, angle=0)
        for item in (self._stack, self._zero, self._line, self._cursor):
            self.plot.addItem(item, ignoreBounds=True)
        self.legend = Legend()
        self.put_side_by_side(self.plot, self.legend)
        self._zooms: dict[str, QToolButton] = {}
        for key in SPANS:
            button = QToolButton()
            button.setAutoRaise(True)
            button.clicked.connect(lambda _=False, k=key: self.show_span(k))
            self.add_tool(button)
            self._zooms[key] = button
        self._view.sigXRangeChanged.connect(lambda *_: self._redraw())
        self._cursor.sigPositionChanged.connect(self._dragged)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.scene().sigMouseMoved.connect(self._hovered)
        self.plot.installEventFilter(self)
        self._view.setXRange(0, HOURS, padding=0)
        self.retitle()

    # -- what is shown ---------------------------------------------------------------------------

    def show_balance(self, balance: Balance | None, subject: str, source: str) -> None:
        """Draw the nation, a province or a base; None says that nothing is there."""
        self._balance = balance
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def set_hour(self, hour: int) -> None:
        """Mark an hour; the view follows when it would leave it. Emits nothing."""
        hour = min(max(hour, 0), HOURS - 1)
        self._hour = hour
        self._cursor.blockSignals(True)
        self._cursor.setPos(hour + 0.5)
        self._cursor.blockSignals(False)
        first, last = self._view.viewRange()[0]
        if not first <= hour + 0.5 <= last:
            width = last - first
            start = min(max(hour + 0.5 - width / 2, 0.0), HOURS - width)
            self._view.setXRange(start, start + width, padding=0)
        self._show_values(hour)

    @property
    def hour(self) -> int:
        return self._hour

    def show_span(self, key: str) -> None:
        """Zoom to the year, or a month, week or day around the marked hour."""
        width = SPANS[key]
        start = self._hour - width // 2
        if key == "day":
            start = self._hour // 24 * 24
        start = min(max(start, 0), HOURS - width)
        self._view.setXRange(start, start + width, padding=0)

    def visible_hours(self) -> tuple[float, float]:
        first, last = self._view.viewRange()[0]
        return float(first), float(last)

    # -- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        look, b = self.look, self._balance
        self.set_empty("" if b is not None else text("charts.no_hours", look.language))
        if b is None:
            return
        dress(self.plot, look)
        self._axis.look = look
        self._axis.picture = None
        self.plot.setLabel("left", look.unit("power_mw"), color=look.dim)
        factor = look.value(1.0, "power_mw")
        up = {**b.supply, **({"received": b.received} if b.received.max() > 1.0 else {})}
        down = {k: v for k, v in (("charge", b.charge), ("sent", b.sent)) if v.max() > 1.0}
        if b.kind == "nation":
            down.pop("sent", None)
        if b.kind in ("base", "sized"):
            down.pop("sent", None)
        if b.kind == "base":
            down.pop("charge", None)
        if b.use is not None and b.use.max() > 1.0:
            down["electrolyser"] = b.use
        self._up, self._down = tuple(up), tuple(down)
        # What a base sends is its load: the line of the chart.
        sends = b.kind in ("base", "sized")
        line = b.sent if sends else b.load
        self._series = {k: v * factor for k, v in {**up, **down}.items()}
        self._series |= {"line": line * factor, "curtailed": b.curtailed * factor}
        self._brushes = {k: _brush(k) for k in (*up, *down, "curtailed")}
        self._line.setPen(pg.mkPen(look.ink, width=1.2))
        self._cursor.setPen(pg.mkPen("#d1495b", width=1))
        self._cursor.setHoverPen(pg.mkPen("#d1495b", width=3))
        self._zero.setPen(pg.mkPen(look.dim, width=0.6))
        names = {k: _name(k, look) for k in (*up, *down)}
        self.legend.show_entries(
            [
                Entry("line", text("charts.sent_out" if sends else "charts.load", look.language),
                      look.ink, line=True),
                Entry("curtailed", text("charts.curtailed", look.language),
                      SERIES_COLOURS["curtailed"], hatched=True),
                *(Entry(k, names[k], SERIES_COLOURS[k]) for k in reversed(up)),
                *(Entry(k, names[k], SERIES_COLOURS[k]) for k in down),
            ],
            look,
        )  # fmt: skip
        self._redraw()
        self._show_values(self._hour)

    def _redraw(self) -> None:
        if not self._series:
            return
        view = reduced(self._series, *self._view.viewRange()[0])
        n = len(view.edges) - 1
        level, floor = np.zeros(n), np.zeros(n)
        drawn = []
        for key in (*self._up, "curtailed"):
            above = level + view.series[key]
            drawn.append((columns(view.edges, level, above), self._brushes[key]))
            level = above
        for key in self._down:
            below = floor - view.series[key]
            drawn.append((columns(view.edges, below, floor), self._brushes[key]))
            floor = below
        high = nice_top(float(max(level.max(), view.series["line"].max())))
        low = -nice_top(float(-floor.min())) if floor.min() < -0.005 * high else 0.0
        self._stack.show_columns(drawn, QRectF(0.0, low, HOURS, high - low))
        self._line.setData(*outline(view.edges, view.series["line"]))
        self._view.setYRange(low, high, padding=0)
        self._step_h = view.step_h

    def _show_values(self, hour: int) -> None:
        if not self._series:
            return
        self.legend.show_values(
            _stamp(hour, self.look),
            self.look.unit("power_mw"),
            {k: self.look.short(float(v[hour])) for k, v in self._series.items()},
        )

    def retitle(self) -> None:
        super().retitle()
        for key, button in getattr(self, "_zooms", {}).items():
            button.setText(text(f"charts.span.{key}", self.look.language))
            button.setToolTip(text(f"charts.span_hint.{key}", self.look.language))

    # -- the hand --------------------------------------------------------------------------------

    def _hour_at(self, scene_position: object) -> int | None:
        if not self._view.sceneBoundingRect().contains(scene_position):
            return None
        return min(max(int(self._view.mapSceneToView(scene_position).x()), 0), HOURS - 1)

    def _hovered(self, position: object) -> None:
        hour = self._hour_at(position)
        self._show_values(self._hour if hour is None else hour)

    def _clicked(self, event: object) -> None:
        hour = self._hour_at(event.scenePos())  # type: ignore[attr-defined]
        if hour is not None:
            self._go(hour)

    def _dragged(self) -> None:
        hour = min(max(int(self._cursor.value()), 0), HOURS - 1)
        if hour != self._hour:
            self._hour = hour
            self._show_values(hour)
            self.hour_changed.emit(hour)

    def _go(self, hour: int) -> None:
        self.set_hour(hour)
        self.hour_changed.emit(self._hour)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            far = 24 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            move = {Qt.Key.Key_Left: -far, Qt.Key.Key_Right: far}.get(Qt.Key(event.key()))
            if move is not None:
                self._go(self._hour + move)
                return True
            zoom = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0}.get(
                Qt.Key(event.key())
            )
            if zoom is not None:
                first, last = self.visible_hours()
                width = min(max((last - first) * zoom, NARROWEST_H), HOURS)
                start = min(max(self._hour + 0.5 - width / 2, 0.0), HOURS - width)
                self._view.setXRange(start, start + width, padding=0)
                return True
        return super().eventFilter(watched, event)

    # -- values ----------------------------------------------------------------------------------

    def grid(self) -> ValueGrid | None:
        """The hours in view, every one of them, in the reader's unit."""
        if not self._series:
            return None
        first, last = (round(x) for x in self.visible_hours())
        unit, look = self.look.unit("power_mw"), self.look
        names = [
            text("charts.sent_out" if self._balance and self._balance.kind in ("base", "sized") else "charts.load",
                 look.language) if k == "line" else _name(k, look)
            for k in self._series
        ]  # fmt: skip
        headers = (text("charts.hour", look.language), *(f"{n} [{unit}]" for n in names))
        rows: list[tuple[Value, ...]] = [
            (_stamp(h, look), *(float(v[h]) for v in self._series.values()))
            for h in range(max(first, 0), min(last, HOURS))
        ]
        return ValueGrid(self.title, headers, rows, self._source)


def _stamp(hour: int, look: Look) -> str:
    at = moment(hour)
    return f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00"


def _name(key: str, look: Look) -> str:
    own = f"charts.{key}"
    return (
        text(own, look.language)
        if key in ("received", "sent", "charge", "curtailed", "unserved", "electrolyser")
        else look.word(key)
    )


def _brush(key: str) -> QBrush:
    colour = QColor(SERIES_COLOURS[key])
    if key == "curtailed":
        return QBrush(colour, Qt.BrushStyle.BDiagPattern)
    return QBrush(colour)
