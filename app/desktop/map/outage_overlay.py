"""An outage on the map: the line lost, the ties that carry on, the grids that lose or keep too much."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app.desktop.charts.look import Look
from app.desktop.map import line_colours
from app.desktop.map.flows import geodesic
from app.desktop.map.legends import KeyLegend, KeyRow
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.texts import text
from planning.chain.fault_documents import FaultAnswer

LOST, RIM = "#e31a1c", "#ffffff"
Ends = tuple[float, float, float, float]
"""(from_lon, from_lat, to_lon, to_lat)."""


class OutageOverlay:
    """Painted over the flows in each frame: few lines."""

    def __init__(self) -> None:
        self.visible = True
        self.answer: FaultAnswer | None = None
        self.look = Look()
        self._ends: Mapping[str, Ends] = {}
        self._nodes: Mapping[str, tuple[float, float]] = {}

    def show(
        self, answer: FaultAnswer | None, ends: Mapping[str, Ends], nodes: Mapping[str, tuple[float, float]]
    ) -> None:
        """`ends` of lines by id, `nodes` (lon, lat) by id."""
        self.answer, self._ends, self._nodes = answer, ends, nodes

    def legend(self) -> KeyLegend | None:
        """The line lost and the classes of loading."""
        if self.answer is None:
            return None
        look = self.look
        key = line_colours.legend("peak", look.language, look.dark, "#888888")
        rows = (KeyRow(text("outage.lost_line", look.language), LOST, 3.0, dashed=True), *key.rows[:-1])
        name = look.pick(self.answer.name_zh, self.answer.name_en)
        note = text("outage.legend.note", look.language, line=name)
        return KeyLegend(text("outage.legend", look.language), note, rows)

    def _way(self, line: str, viewport: Viewport, projection: Projection) -> QPolygonF | None:
        if line not in self._ends:
            return None
        way = geodesic(*self._ends[line])
        x, y = projection.forward(way[:, 0], way[:, 1])
        return QPolygonF(
            [QPointF(*viewport.to_screen(a, b)) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        )

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        answer, look = self.answer, self.look
        if not self.visible or answer is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(painter.font())
        font.setPointSizeF(8.5)
        painter.setFont(font)
        for tie in reversed(answer.ties):
            way = self._way(tie.id, viewport, projection)
            if way is None:
                continue
            colour = line_colours.COLOURS["peak"][look.dark][line_colours.class_of("peak", tie.loading_after)]
            for pen in (QPen(QColor("#101416" if look.dark else RIM), 7.0), QPen(QColor(colour), 4.5)):
                painter.setPen(pen)
                painter.drawPolyline(way)
        lost = self._way(answer.line, viewport, projection)
        if lost is not None:
            painter.setPen(QPen(QColor(RIM), 7.0))
            painter.drawPolyline(lost)
            pen = QPen(QColor(LOST), 3.5)
            pen.setDashPattern([3.0, 1.6])
            painter.setPen(pen)
            painter.drawPolyline(lost)
            self._cross(painter, lost.at(lost.count() // 2))
        taken: list[QRectF] = []
        for tie in answer.ties:
            if tie.loading_after > 1.0 or abs(tie.loading_after - tie.loading_before) > 0.05:
                way = self._way(tie.id, viewport, projection)
                if way is not None:
                    words = f"{tie.loading_before:.0%} → {tie.loading_after:.0%}"
                    self._label(painter, way.at(way.count() // 2), words, taken)
        for grid in answer.grids:
            if grid.node in self._nodes:
                self._grid(painter, viewport, projection, grid.node, grid.lost_mw, grid.lowest_hz, taken)
        painter.restore()

    def obstacles(self, projection: Projection) -> list[tuple[float, float, float]]:
        """What names keep clear of: the figures at the two grids and at the ties that change."""
        answer = self.answer
        if not self.visible or answer is None:
            return []
        places = [(*self._nodes[g.node], 48.0) for g in answer.grids if g.node in self._nodes]
        for tie in answer.ties:
            if tie.id in self._ends:
                middle = geodesic(*self._ends[tie.id])[8]
                places.append((float(middle[0]), float(middle[1]), 30.0))
        if not places:
            return []
        x, y = projection.forward(np.array([p[0] for p in places]), np.array([p[1] for p in places]))
        return [(a, b, place[2]) for a, b, place in zip(x.tolist(), y.tolist(), places, strict=True)]

    @staticmethod
    def _cross(painter: QPainter, at: QPointF) -> None:
        for colour, width in ((RIM, 6.0), (LOST, 3.0)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for dy in (-8.0, 8.0):
                painter.drawLine(at + QPointF(-8.0, -dy), at + QPointF(8.0, dy))

    def _label(self, painter: QPainter, at: QPointF, words: str, taken: list[QRectF]) -> None:
        metrics = painter.fontMetrics()
        width = max(metrics.horizontalAdvance(line) for line in words.split("\n")) + 8.0
        height = metrics.height() * len(words.split("\n")) + 2.0
        box = QRectF(at.x() - width / 2, at.y() + 6, width, height)
        for shift in (0.0, height + 3, -height - 14, 2 * height + 6):
            moved = box.translated(0, shift)
            if not any(moved.intersects(other) for other in taken):
                box = moved
                break
        else:
            return
        taken.append(box)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(24, 27, 29, 225) if self.look.dark else QColor(255, 255, 255, 235))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(self.look.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _grid(
        self, painter: QPainter, viewport: Viewport, projection: Projection, node: str, lost_mw: float,
        lowest_hz: float, taken: list[QRectF],
    ) -> None:  # fmt: skip
        lon, lat = self._nodes[node]
        x, y = projection.forward(np.array([lon]), np.array([lat]))
        at = QPointF(*viewport.to_screen(float(x[0]), float(y[0])))
        for colour, width in ((RIM, 5.0), (LOST, 2.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 12.0, 12.0)
        sign = "\N{MINUS SIGN}" if lost_mw > 0 else "+"
        words = f"{sign}{self.look.figure(abs(lost_mw), 'power_mw')}\n{lowest_hz:.2f} Hz"
        self._label(painter, at + QPointF(0, 8), words, taken)
