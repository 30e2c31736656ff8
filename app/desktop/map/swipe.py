"""Compare two layers: a divider to drag, one set of layers left of it, another right."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.events import MapEvent
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport

REACH_PX = 9.0
EDGE = 0.02
"""The divider stays this share of the width away from the window's edges."""
KEY_STEP = 0.02
HANDLE_PX = 13.0


class SwipeTool:
    """Takes the hand only near the divider: elsewhere the map pans and is clicked as ever. Taking up another
    tool, or Escape, ends the comparison. `[` and `]` move the divider."""

    id = "swipe"
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(
        self,
        canvas: MapCanvas,
        left_ids: Iterable[str],
        right_ids: Iterable[str],
        titles: tuple[str, str] = ("", ""),
    ) -> None:
        self.canvas = canvas
        self.titles = titles
        self._dragging = False
        self._off_px = 0.0
        canvas.set_swipe(left_ids, right_ids)

    def _at_px(self) -> float:
        return self.canvas.swipe_share * self.canvas.width()

    def move_to(self, share: float) -> None:
        """Put the divider at a share of the width."""
        self.canvas.swipe_share = min(max(share, EDGE), 1.0 - EDGE)
        self.canvas.update()

    def handle(self, event: MapEvent) -> bool:
        near = abs(event.px - self._at_px()) <= REACH_PX
        if event.kind == "press" and event.button == "left" and near:
            self._dragging, self._off_px = True, event.px - self._at_px()
            return True
        if event.kind == "move":
            if self._dragging:
                self.move_to((event.px - self._off_px) / max(self.canvas.width(), 1))
            shape = Qt.CursorShape.SplitHCursor if near or self._dragging else self.cursor
            if self.canvas.cursor().shape() != shape:
                self.canvas.setCursor(shape)
            return self._dragging
        if event.kind == "release" and self._dragging:
            self._dragging = False
            return True
        return event.kind == "double" and near

    def key(self, key: Qt.Key, shift: bool) -> bool:
        if key == Qt.Key.Key_Escape:
            self.canvas.set_tool(None)
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            step = KEY_STEP if key == Qt.Key.Key_BracketRight else -KEY_STEP
            self.move_to(self.canvas.swipe_share + step)
        else:
            return False
        return True

    def deactivate(self) -> None:
        self._dragging = False
        self.canvas.set_swipe(None)

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        x, middle = self._at_px(), viewport.height_px / 2
        painter.setPen(QPen(QColor(0, 0, 0, 90), 5))
        painter.drawLine(QPointF(x, 0), QPointF(x, viewport.height_px))
        painter.setPen(QPen(QColor("#ffffff"), 2))
        painter.drawLine(QPointF(x, 0), QPointF(x, viewport.height_px))
        painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(x, middle), HANDLE_PX, HANDLE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#2f7f9e"))
        for side in (-1, 1):
            tip = QPointF(x + side * 9, middle)
            back = x + side * 3
            painter.drawPolygon(QPolygonF([tip, QPointF(back, middle - 5), QPointF(back, middle + 5)]))
        metrics = QFontMetricsF(painter.font())
        for side, title in zip((-1, 1), self.titles, strict=True):
            if not title:
                continue
            room = max((x if side < 0 else viewport.width_px - x) - 24, 0.0)
            words = metrics.elidedText(title, Qt.TextElideMode.ElideRight, min(room, 260.0))
            width = metrics.horizontalAdvance(words) + 16
            box = QRectF(x - 8 - width if side < 0 else x + 8, viewport.height_px * 0.12, width, 22)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(20, 24, 27, 200))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QPen(QColor("#ffffff")))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
