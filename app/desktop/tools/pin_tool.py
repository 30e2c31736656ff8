"""Setting pins, and how they look on the map."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from app.desktop.map.events import MapEvent
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.tools.base import MapTool
from app.desktop.tools.pins import Pin
from app.desktop.tools.snapping import Screen, Snapper
from gis_layers.measure import Place

HEAD_PX, STEM_PX = 9.0, 20.0


class PinTool(MapTool):
    """A click, or a typed place, sets a pin; a drag on one moves it."""

    placed = Signal(float, float)
    moved = Signal(str, float, float)
    """Letter, longitude, latitude."""
    id = "pin"

    def __init__(self, snapper: Snapper, overlay: PinOverlay, parent: QObject | None = None) -> None:
        super().__init__(snapper, parent)
        self._overlay = overlay
        self._held: str | None = None

    def grab(self, event: MapEvent) -> bool:
        self._held = self._overlay.at(self.screen, event.px, event.py) if self.screen is not None else None
        return self._held is not None

    def click(self, event: MapEvent) -> None:
        """On a pin a click sets no other."""
        if self._held is None:
            super().click(event)

    def drag(self, event: MapEvent) -> None:
        if self._held is not None:
            self._overlay.moving = (self._held, (event.lon_deg, event.lat_deg))

    def drop(self, event: MapEvent) -> None:
        held, self._held, self._overlay.moving = self._held, None, None
        if held is not None:
            self.moved.emit(held, event.lon_deg, event.lat_deg)

    def cancel(self) -> bool:
        was = self._overlay.moving is not None
        self._held = self._overlay.moving = self._pressed = None
        return was

    def place(self, place: Place) -> None:
        self.placed.emit(*place)


class PinOverlay:
    """The pins in every frame: a coloured drop with its letter, dark rim and light casing."""

    def __init__(self) -> None:
        self.pins: Sequence[Pin] = ()
        self.moving: tuple[str, Place] | None = None
        """The pin in the hand, and where it is held."""

    def _places(self) -> list[Place]:
        held = dict([self.moving] if self.moving is not None else [])
        return [held.get(pin.letter, pin.place) for pin in self.pins]

    def at(self, screen: Screen, px: float, py: float) -> str | None:
        """Letter of the pin whose head or stem is under a pixel, the topmost."""
        for pin, (x, y) in reversed(list(zip(self.pins, screen.places_px(self._places()), strict=True))):
            if abs(px - x) <= HEAD_PX + 2 and -STEM_PX - HEAD_PX - 2 <= py - y <= 4:
                return str(pin.letter)
        return None

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        if not self.pins:
            return
        at = Screen(viewport, projection).places_px(self._places())
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
