"""Setting pins, and how they look on the map."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.tools.base import MapTool
from app.desktop.tools.pins import Pin
from app.desktop.tools.snapping import Screen
from gis_layers.measure import Place

HEAD_PX, STEM_PX = 9.0, 20.0


class PinTool(MapTool):
    """A click, or a typed place, sets a pin."""

    placed = Signal(float, float)
    id = "pin"

    def place(self, place: Place) -> None:
        self.placed.emit(*place)


class PinOverlay:
    """The pins in every frame: a coloured drop with its letter, dark rim and light casing."""

    def __init__(self) -> None:
        self.pins: Sequence[Pin] = ()

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if not self.pins:
            return
        at = Screen(viewport, projection).places_px([pin.place for pin in self.pins])
        painter.save()
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        for pin, (x, y) in zip(self.pins, at, strict=True):
            head = QPointF(float(x), float(y) - STEM_PX)
            drop = QPainterPath(QPointF(float(x), float(y)))
            drop.lineTo(head.x() - HEAD_PX * 0.92, head.y() + HEAD_PX * 0.4)
            drop.arcTo(
                QRectF(head.x() - HEAD_PX, head.y() - HEAD_PX, 2 * HEAD_PX, 2 * HEAD_PX), 203.6, -227.2
            )
            drop.closeSubpath()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor("#ffffff"), 4.0))
            painter.drawPath(drop)
            painter.setBrush(QColor(pin.colour))
            painter.setPen(QPen(QColor("#14212b"), 1.2))
            painter.drawPath(drop)
            painter.setPen(QColor("#ffffff"))
            box = QRectF(head.x() - HEAD_PX, head.y() - HEAD_PX, 2 * HEAD_PX, 2 * HEAD_PX)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, pin.letter)
        painter.restore()
