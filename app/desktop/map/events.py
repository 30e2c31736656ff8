"""What the hand does on the map, in degrees and pixels, and what a tool is to the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport


@dataclass(frozen=True, slots=True)
class MapEvent:
    """A press, move, release or double click."""

    kind: Literal["press", "move", "release", "double"]
    lon_deg: float
    lat_deg: float
    px: float
    py: float
    metres_per_pixel: float
    button: Literal["left", "right", "none"] = "none"
    """The button that caused it; of a move, the one held down."""
    shift: bool = False
    ctrl: bool = False


class Tool(Protocol):
    """One mode of the hand. The canvas asks the active tool first; what it does not take, pans the map."""

    id: str
    cursor: Qt.CursorShape

    def handle(self, event: MapEvent) -> bool:
        """Whether the tool took the event."""

    def key(self, key: Qt.Key, shift: bool) -> bool:
        """Whether the tool took the key (Escape, Enter, Backspace ...)."""

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
        """Draw what is in the making, in pixels, over the layers."""

    def deactivate(self) -> None:
        """Another tool is taken up: drop what is unfinished."""


class Overlay(Protocol):
    """Something painted in every frame over the layers: pins, selection, animated flows."""

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None: ...
