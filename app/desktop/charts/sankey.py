"""The Sankey diagram of flows between provinces, drawn and pointed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.flows import OTHERS, Band, Flow, Sankey, imbalance_mwh, lay_out, top_flows
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import Look
from app.desktop.texts import text

NODE_PX = 10
TOP_FLOWS, TOP_FLOWS_LOW, LOW_PX = 24, 12, 280
"""So many flows have a band of their own, in a high diagram and in one lower than that."""
LEAST_PX = 9
"""A node lower than this has no name beside it; the mouse tells it."""


class SankeyView(QWidget):
    """Senders left, receivers right; the colour of a band is its green share."""

    pointed = Signal(str)
    picked = Signal(str)
    """A province's id."""

    def __init__(self) -> None:
        super().__init__()
        self.sankey = Sankey((), (), 0.0)
        self.names: Mapping[str, str] = {}
        self.look = Look()
        self.selected = ""
        self._over: Band | str | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(140)

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    def _sides(self) -> tuple[float, float]:
        widest = max((self.fontMetrics().horizontalAdvance(n) for n in self.names.values()), default=40)
        room = min(widest + 74.0, self.width() * 0.34)
        return room, self.width() - room

    def _y(self, share: float) -> float:
        return 4 + share * (self.height() - 8)

    def _path(self, band: Band) -> QPainterPath:
        left, right = self._sides()
        middle = (left + right) / 2
        a, b = self._y(band.left_top), self._y(band.right_top)
        height = self._y(band.height) - self._y(0.0)
        path = QPainterPath(QPointF(left + NODE_PX, a))
        path.cubicTo(middle, a, middle, b, right - NODE_PX, b)
        path.lineTo(right - NODE_PX, b + height)
        path.cubicTo(middle, b + height, middle, a + height, left + NODE_PX, a + height)
        path.closeSubpath()
        return path

    def _lit(self, band: Band) -> bool:
        over = self._over if self._over is not None else (self.selected or None)
        if over is None:
            return False
        return over == band if isinstance(over, Band) else over in (band.flow.source, band.flow.target)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self.look
        painter.setPen(Qt.PenStyle.NoPen)
        for band in self.sankey.bands:
            colour = green_colour(band.flow.green_share)
            colour.setAlphaF(0.85 if self._lit(band) else 0.22 if self._over or self.selected else 0.5)
            painter.setBrush(colour)
            painter.drawPath(self._path(band))
        left, right = self._sides()
        metrics = self.fontMetrics()
        for node in self.sankey.nodes:
            y, height = self._y(node.top), self._y(node.height) - self._y(0.0)
            x = left if node.side == "left" else right - NODE_PX
            painter.fillRect(QRectF(x, y, NODE_PX, max(height, 1.0)), QColor(look.dim))
            if height < LEAST_PX:
                continue
            amount = look.short(look.value(node.mwh, "energy_mwh"))
            at_left = node.side == "left"
            box = (
                QRectF(2, y + height / 2 - 9, left - 8, 18)
                if at_left
                else QRectF(right + 6, y + height / 2 - 9, self.width() - right - 8, 18)
            )
            side = Qt.AlignmentFlag.AlignRight if at_left else Qt.AlignmentFlag.AlignLeft
            name = self.names.get(node.id, node.id)
            room = int(box.width()) - metrics.horizontalAdvance(amount) - 10
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room, 20))
            painter.setPen(QColor(look.ink))
            words = f"{amount}  {name}" if at_left else f"{name}  {amount}"
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()

    def _at(self, at: QPointF) -> Band | str | None:
        left, right = self._sides()
        for node in self.sankey.nodes:
            inside = at.x() < left + NODE_PX if node.side == "left" else at.x() > right - NODE_PX
            if inside and self._y(node.top) - 1 <= at.y() <= self._y(node.top + node.height) + 1:
                return node.id
        return next((b for b in reversed(self.sankey.bands) if self._path(b).contains(at)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        identity = at.flow.source if isinstance(at, Band) else at
        if identity and identity != OTHERS:
            self.picked.emit(identity)

    def _point(self, at: Band | str | None) -> None:
        if at != self._over:
            self._over = at
            self.update()
            self.pointed.emit(self._words(at))

    def _words(self, at: Band | str | None) -> str:
        look = self.look
        if isinstance(at, Band):
            f = at.flow
            a, b = self.names.get(f.source, f.source), self.names.get(f.target, f.target)
            green = f"{look.word('green_share')} {f.green_share * 100:.0f} %"
            return f"{a} → {b}   {look.figure(f.mwh, 'energy_mwh')}   {green}"
        if at is None:
            return ""
        out = sum(n.mwh for n in self.sankey.nodes if n.id == at and n.side == "left")
        into = sum(n.mwh for n in self.sankey.nodes if n.id == at and n.side == "right")
        sends, takes = text("charts.sends", look.language), text("charts.takes", look.language)
        return (
            f"{self.names.get(at, at)}   {sends} {look.figure(out, 'energy_mwh')}"
            f"   {takes} {look.figure(into, 'energy_mwh')}"
        )


class SankeyChart(ChartFrame):
    """Energy delivered between provinces: the largest flows, the rest as one."""

    picked = Signal(str)

    def __init__(self) -> None:
        self._flows: tuple[Flow, ...] = ()
        self._names: dict[str, tuple[str, str]] = {}
        self._most = TOP_FLOWS
        super().__init__("charts.flows")
        self.view = SankeyView()
        self.body.addWidget(self.view, 1)
        self.view.pointed.connect(self.say)
        self.view.picked.connect(self.picked)

    def show_flows(
        self, flows: Sequence[Flow], names: Mapping[str, tuple[str, str]], subject: str, source: str
    ) -> None:
        """Draw flows; names are by province id, Chinese and English."""
        self._flows, self._names = tuple(flows), dict(names)
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def select_id(self, identity: str) -> None:
        """Light the flows of a province."""
        known = any(identity == n.id for n in self.view.sankey.nodes)
        self.view.selected = identity if known else ""
        self.view.update()

    def draw(self) -> None:
        look = self.look
        self._most = self._room()
        drawn = lay_out(top_flows(self._flows, self._most))
        self.view.sankey, self.view.look = drawn, look
        column = 0 if look.language == "zh" else 1
        self.view.names = {k: n[column] for k, n in self._names.items()}
        self.view.names = {**self.view.names, OTHERS: text("charts.others", look.language)}
        self.set_empty("" if self._flows else text("charts.no_flows", look.language))
        off = imbalance_mwh(self._flows, drawn) if self._flows else 0.0
        words = text("charts.flows_note", look.language, most=self._most, off=look.figure(off, "energy_mwh"))
        self.source_label.setText(f"{self._source} · {words}")
        self.source_label.setToolTip(self.source_label.text())
        self.view.update()

    def _room(self) -> int:
        return TOP_FLOWS_LOW if self.view.height() < LOW_PX else TOP_FLOWS

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._flows and self._room() != self._most:
            self.draw()

    def grid(self) -> ValueGrid | None:
        """Every flow, also those drawn together."""
        look = self.look
        unit, column = look.unit("energy_mwh"), 0 if look.language == "zh" else 1
        names = {k: n[column] for k, n in self._names.items()}
        rows: list[tuple[Value, ...]] = [
            (names.get(f.source, f.source), names.get(f.target, f.target),
             look.value(f.mwh, "energy_mwh"), f.green_share)
            for f in self._flows
        ]  # fmt: skip
        headers = (
            text("charts.sender", look.language), text("charts.receiver", look.language),
            f"{look.word('delivered')} [{unit}]", f"{look.word('green_share')} [1]",
        )  # fmt: skip
        return ValueGrid(self.title, headers, rows, self._source) if rows else None


def green_colour(share: float) -> QColor:
    """From the grey of coal to the blue-green of wind and sun."""
    low, high = QColor("#8a8a8a"), QColor("#2a9d8f")
    t = min(max(share, 0.0), 1.0)
    return QColor.fromRgbF(
        low.redF() + t * (high.redF() - low.redF()),
        low.greenF() + t * (high.greenF() - low.greenF()),
        low.blueF() + t * (high.blueF() - low.blueF()),
    )
