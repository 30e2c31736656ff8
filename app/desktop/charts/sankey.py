"""The Sankey diagram of flows between provinces or regions, drawn and pointed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.flows import (
    OTHERS,
    Band,
    Flow,
    Node,
    Sankey,
    gather,
    imbalance,
    lay_out,
    spread,
)
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import Look
from app.desktop.texts import text

NODE_PX = 10
ROOM = 0.7
"""Of the height may be filled with names; the rest keeps them near their nodes."""
EDGE_PX = 4


class SankeyView(QWidget):
    """Senders left, receivers right; the colour of a band is its green share."""

    pointed = Signal(str)
    picked = Signal(str)
    """A node's id; of a band that of its source, after `band_picked`."""
    band_picked = Signal(str, str)
    """Source and target."""
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sankey = Sankey((), (), 0.0)
        self.names: Mapping[str, str] = {}
        self.others: Mapping[str, str] = {}
        """What stands at "others", by side."""
        self.look = Look()
        self.kind = "energy_mwh"
        """Of the amounts; a key of `planning.words.QUANTITIES`."""
        self.selected = ""
        """A node's id, or "source>target" of a band."""
        self._over: Band | str | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(96)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    def _sides(self) -> tuple[float, float]:
        shown = [self._name(n) for n in self.sankey.nodes]
        widest = max((self.fontMetrics().horizontalAdvance(n) for n in shown), default=40)
        room = min(widest + 90.0, self.width() * 0.34)
        return room, self.width() - room

    def _y(self, share: float) -> float:
        return EDGE_PX + share * (self.height() - 2 * EDGE_PX)

    def most(self) -> int:
        """So many names fit beside a side."""
        return max(int(ROOM * (self.height() - 2 * EDGE_PX) / self._line_px()), 3)

    def _line_px(self) -> float:
        return float(self.fontMetrics().height())

    def _name(self, node: Node) -> str:
        return self.others.get(node.side, "") if node.id == OTHERS else self.names.get(node.id, node.id)

    def labels(self) -> list[tuple[Node, QRectF]]:
        """Every node with the box of its name; no two boxes overlap."""
        left, right = self._sides()
        line, boxes = self._line_px(), []
        for side in ("left", "right"):
            nodes = [n for n in self.sankey.nodes if n.side == side]
            middles = [self._y(n.top + n.height / 2) for n in nodes]
            for node, y in zip(nodes, spread(middles, line, 0.0, self.height()), strict=True):
                x, width = (2.0, left - 14) if side == "left" else (right + 12, self.width() - right - 14)
                boxes.append((node, QRectF(x, y - line / 2, width, line)))
        return boxes

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
        ends = (band.flow.source, band.flow.target, pair_id(band.flow.source, band.flow.target))
        return over == band if isinstance(over, Band) else over in ends

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
        for node, box in self.labels():
            y, height = self._y(node.top), self._y(node.height) - self._y(0.0)
            at_left = node.side == "left"
            x = left if at_left else right - NODE_PX
            painter.fillRect(QRectF(x, y, NODE_PX, max(height, 1.0)), QColor(look.dim))
            painter.setPen(QColor(look.dim))
            ends = (left - 1, left - 9) if at_left else (right + 1, right + 9)
            painter.drawLine(QPointF(ends[0], y + height / 2), QPointF(ends[1], box.center().y()))
            amount = look.short(look.value(node.amount, self.kind))
            side = Qt.AlignmentFlag.AlignRight if at_left else Qt.AlignmentFlag.AlignLeft
            room = int(box.width()) - metrics.horizontalAdvance(amount) - 10
            name = metrics.elidedText(self._name(node), Qt.TextElideMode.ElideRight, max(room, 20))
            painter.setPen(QColor(look.ink))
            words = f"{amount}  {name}" if at_left else f"{name}  {amount}"
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()

    def _at(self, at: QPointF) -> Band | str | None:
        left, right = self._sides()
        for node, box in self.labels():
            x = left if node.side == "left" else right - NODE_PX
            bar = QRectF(x, self._y(node.top) - 1, NODE_PX, self._y(node.height) - self._y(0.0) + 2)
            if box.contains(at) or bar.contains(at):
                return node.id
        return next((b for b in reversed(self.sankey.bands) if self._path(b).contains(at)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if isinstance(at, Band) and OTHERS not in (at.flow.source, at.flow.target):
            self.band_picked.emit(at.flow.source, at.flow.target)
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
            a, b = self._end(f.source, "left"), self._end(f.target, "right")
            green = f"{look.word('green_share')} {f.green_share * 100:.0f} %"
            return f"{a} → {b}   {look.figure(f.amount, self.kind)}   {green}"
        if at is None:
            return ""
        out = sum(n.amount for n in self.sankey.nodes if n.id == at and n.side == "left")
        into = sum(n.amount for n in self.sankey.nodes if n.id == at and n.side == "right")
        money = self.kind == "money_cny"
        sends, takes = (
            text(key, look.language)
            for key in (("charts.pays", "charts.earns") if money else ("charts.sends", "charts.takes"))
        )
        return (
            f"{text('charts.others', look.language) if at == OTHERS else self.names.get(at, at)}   {sends} {look.figure(out, self.kind)}"
            f"   {takes} {look.figure(into, self.kind)}"
        )

    def _end(self, identity: str, side: str) -> str:
        return self.others.get(side, "") if identity == OTHERS else self.names.get(identity, identity)


class SankeyChart(ChartFrame):
    """Energy delivered between provinces: the largest of each side by name, the rest as one."""

    picked = Signal(str)
    band_picked = Signal(str, str)

    def __init__(self, title_key: str = "charts.flows") -> None:
        self._flows: tuple[Flow, ...] = ()
        self._names: dict[str, tuple[str, str]] = {}
        self._kind = "energy_mwh"
        self._most = 0
        super().__init__(title_key)
        self.view = SankeyView()
        self.body.addWidget(self.view, 1)
        self.view.pointed.connect(self.say)
        self.view.resized.connect(self._fit)
        self.view.picked.connect(self.picked)
        self.view.band_picked.connect(self.band_picked)

    def show_flows(
        self,
        flows: Sequence[Flow],
        names: Mapping[str, tuple[str, str]],
        subject: str,
        source: str,
        kind: str = "energy_mwh",
    ) -> None:
        """Draw flows of energy or money (`kind`); names are by province id, Chinese and English."""
        self._flows, self._names, self._kind = tuple(flows), dict(names), kind
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def select_id(self, identity: str) -> None:
        """Light the flows of a province, or one flow by its `pair_id`."""
        known = any(identity == n.id for n in self.view.sankey.nodes) or any(
            identity == pair_id(b.flow.source, b.flow.target) for b in self.view.sankey.bands
        )
        self.view.selected = identity if known else ""
        self.view.update()

    def draw(self) -> None:
        look = self.look
        self._most = self.view.most()
        gathered = gather(self._flows, self._most)
        drawn = lay_out(gathered.flows)
        self.view.sankey, self.view.look, self.view.kind = drawn, look, self._kind
        column = 0 if look.language == "zh" else 1
        self.view.names = {k: n[column] for k, n in self._names.items()}
        self.view.others = {
            side: text("charts.others_n", look.language, n=count)
            for side, count in (("left", gathered.senders), ("right", gathered.receivers))
        }
        self.set_empty("" if self._flows else text("charts.no_flows", look.language))
        off = imbalance(self._flows, drawn) if self._flows else 0.0
        words = text(
            "charts.flows_note" if self._kind == "energy_mwh" else "charts.flows_note_money",
            look.language,
            unit=look.unit(self._kind),
            off=look.figure(off, self._kind),
        )
        self.source_label.setText(f"{self._source} · {words}")
        self.source_label.setToolTip(self.source_label.text())
        self.view.update()

    def _fit(self) -> None:
        if self._flows and self.view.most() != self._most:
            self.draw()

    def grid(self) -> ValueGrid | None:
        """Every flow, also those drawn together."""
        look = self.look
        unit, column = look.unit(self._kind), 0 if look.language == "zh" else 1
        names = {k: n[column] for k, n in self._names.items()}
        rows: list[tuple[Value, ...]] = [
            (names.get(f.source, f.source), names.get(f.target, f.target),
             look.value(f.amount, self._kind), f.green_share)
            for f in self._flows
        ]  # fmt: skip
        headers = (
            *(text(key, look.language) for key in end_keys(self._kind)),
            f"{look.word('receipts' if self._kind == 'money_cny' else 'delivered')} [{unit}]",
            f"{look.word('green_share')} [1]",
        )  # fmt: skip
        return ValueGrid(self.title, headers, rows, self._source) if rows else None


def pair_id(source: str, target: str) -> str:
    """The id of a flow."""
    return f"{source}>{target}"


def end_keys(kind: str) -> tuple[str, str]:
    """Keys of the words for the two ends of a flow."""
    return ("charts.payer", "charts.payee") if kind == "money_cny" else ("exchange.from", "exchange.to")


def green_colour(share: float) -> QColor:
    """From the grey of coal to the blue-green of wind and sun."""
    low, high = QColor("#8a8a8a"), QColor("#2a9d8f")
    t = min(max(share, 0.0), 1.0)
    return QColor.fromRgbF(
        low.redF() + t * (high.redF() - low.redF()),
        low.greenF() + t * (high.greenF() - low.greenF()),
        low.blueF() + t * (high.blueF() - low.blueF()),
    )
