"""The map as a sheet: title, map with its furniture, source line; as PNG, PDF or SVG.

The sheet is laid out in pixels of 96 to the inch, as the window is, and drawn as fine as the file wants it:
lines and letters have the same size on paper at every resolution. Drawn by the painting thread.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QObject, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPageSize, QPainter, QPdfWriter, QPen

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.events import Overlay
from app.desktop.map.furniture import Furniture, MapSource
from app.desktop.map.painting import BackgroundPainter, Shown, blank, over, paint_layers, painting, run, under
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.svg import svg_painter
from app.desktop.texts import text
from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing

SCREEN_DPI = 96.0
FORMATS = (".png", ".pdf", ".svg")
LEAST_PX, MOST_PX = 300, 20_000
MOST_PIXELS = 150_000_000
"""600 MB of picture."""
TITLE_PX, SOURCE_PX = 44, 26
"""Heights of the bands, in pixels of 96 to the inch."""


@dataclass(frozen=True, slots=True)
class SheetSize:
    """What the file is to be: pixels in all, pixels per inch (96 looks as the window does), title."""

    width_px: int = 2400
    height_px: int = 1600
    dpi: float = 192.0
    title: str = ""

    def problems(self) -> list[Problem]:
        """All that is wrong with it."""
        wrong = [
            Problem("export", key, str(value), f"{LEAST_PX} to {MOST_PX} px")
            for key, value in (("width", self.width_px), ("height", self.height_px))
            if not LEAST_PX <= value <= MOST_PX
        ]
        if not wrong and self.width_px * self.height_px > MOST_PIXELS:
            found = f"{self.width_px} x {self.height_px}"
            wrong.append(Problem("export", "size", found, f"at most {MOST_PIXELS:,} pixels"))
        if not 48 <= self.dpi <= 1200:
            wrong.append(Problem("export", "dpi", f"{self.dpi:g}", "48 to 1200"))
        elif not wrong and min(self.width_px, self.height_px) * SCREEN_DPI / self.dpi < LEAST_PX:
            expected = f"a side of at least {LEAST_PX / SCREEN_DPI:.1f} inch at this resolution"
            wrong.append(Problem("export", "size", f"{self.width_px} x {self.height_px}", expected))
        return wrong


@dataclass(frozen=True)
class Sheet:
    """A map as it was when its export was asked for."""

    size: SheetSize
    viewport: Viewport
    """Of the map's frame, in pixels of 96 to the inch."""
    projection: Projection
    layers: Shown
    overlays: tuple[Overlay, ...]
    furniture: Furniture
    painter: BackgroundPainter
    sea: str
    night: bool
    source_line: str

    @property
    def ratio(self) -> float:
        return self.size.dpi / SCREEN_DPI

    @classmethod
    def of(cls, canvas: MapCanvas, furniture: Furniture, size: SheetSize, note: str = "") -> Sheet:
        """What the canvas shows, all of it, on a sheet; `note` ends the source line.

        Raises
        ------
        InputError
            The size or the resolution is out of bounds.
        """
        wrong = size.problems()
        if wrong:
            raise InputError(wrong)
        width = round(size.width_px * SCREEN_DPI / size.dpi)
        height = round(size.height_px * SCREEN_DPI / size.dpi) - SOURCE_PX - (TITLE_PX if size.title else 0)
        view = canvas.viewport
        scale = view.metres_per_pixel * max(view.width_px / width, view.height_px / height)
        drawn = copy.copy(furniture)
        drawn.font = QFont(canvas.font())
        names = dict.fromkeys(s.source for s in furniture.sources if s.source)
        # The names stand under the map; on it stays the grade.
        drawn.sources = [MapSource("", s.grade) for s in furniture.sources]
        language = furniture.language
        parts = [
            text("map.sources", language, sources="; ".join(names)) if names else "",
            text(f"map.projection.{canvas.projection.id}", language),
            note,
        ]
        return cls(
            size,
            replace(view, metres_per_pixel=scale, width_px=width, height_px=height),
            canvas.projection,
            canvas.shown(),
            # Copies: the window goes on moving its own while the sheet is drawn.
            tuple(copy.copy(overlay) for overlay in canvas.overlays()),
            drawn,
            canvas.background,
            canvas.sea_colour,
            canvas.dark,
            "  ·  ".join(part for part in parts if part),
        )


def write_sheet(sheet: Sheet, path: Path) -> None:
    """Draw a sheet into a file, whole or not at all; in the painting thread.

    Raises
    ------
    InputError
        The ending is none of `FORMATS`, or the file cannot be written.
    EnergyMapError
        `disk_full`.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(Problem("export", "file", path.name, f"a name that ends in {', '.join(FORMATS)}"))
    size = sheet.size
    logical = QSize(
        round(size.width_px * SCREEN_DPI / size.dpi), round(size.height_px * SCREEN_DPI / size.dpi)
    )
    with replacing(path) as target:
        if ending == ".png":
            image = QImage(size.width_px, size.height_px, QImage.Format.Format_RGB32)
            if image.isNull():
                raise MemoryError
            image.setDevicePixelRatio(sheet.ratio)
            with painting(image) as painter:
                draw_sheet(painter, sheet, logical)
            image.setDotsPerMeterX(round(size.dpi / 0.0254))
            image.setDotsPerMeterY(round(size.dpi / 0.0254))
            if not image.save(str(target)):
                raise OSError(f"{path.name}: not written")
            return
        with _vector(target, ending, logical, size.title) as painter:
            draw_sheet(painter, sheet, logical)


@contextlib.contextmanager
def _vector(target: Path, ending: str, logical: QSize, title: str) -> Iterator[QPainter]:
    if ending == ".svg":
        with svg_painter(target, logical, title) as painter:
            _smooth(painter)
            yield painter
        return
    device = QPdfWriter(str(target))
    inches = QSizeF(logical.width() / SCREEN_DPI, logical.height() / SCREEN_DPI)
    device.setPageSize(QPageSize(inches, QPageSize.Unit.Inch, "", QPageSize.SizeMatchPolicy.ExactMatch))
    device.setPageMargins(QMarginsF(0, 0, 0, 0))
    device.setResolution(round(SCREEN_DPI))
    device.setTitle(title)
    painter = QPainter()
    if not painter.begin(device):
        raise OSError(f"{target.name}: not written")
    _smooth(painter)
    try:
        yield painter
    finally:
        painter.end()


def _smooth(painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)


def draw_sheet(painter: QPainter, sheet: Sheet, logical: QSize) -> None:
    """Draw title, map and source line on anything of the sheet's size."""
    view, furniture = sheet.viewport, sheet.furniture
    top = TITLE_PX if sheet.size.title else 0
    # Layers set the painter's transform as they need it; the frame's place is therefore told as a window.
    painter.setWindow(0, -top, logical.width(), logical.height())
    painter.setViewport(0, 0, logical.width(), logical.height())
    painter.fillRect(QRectF(0, 0, view.width_px, view.height_px), QColor(sheet.sea))
    sheet.painter.project([layer for layer, _ in sheet.layers], sheet.projection)
    paint_layers(painter, view, under(sheet.layers), night=sheet.night)
    for overlay in sheet.overlays:
        overlay.paint(painter, view, sheet.projection)
    paint_layers(painter, view, over(sheet.layers), night=sheet.night)
    furniture.paint_all(painter, view, sheet.projection, _inset(sheet), sheet.sea)
    # The bands last: they cover what the layers drew beyond the frame.
    paper = QColor(furniture.paper)
    paper.setAlpha(255)
    painter.fillRect(QRectF(0, -top, view.width_px, top), paper)
    painter.fillRect(QRectF(0, view.height_px, view.width_px, SOURCE_PX + 2), paper)
    painter.setPen(QPen(furniture.ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0.5, 0.5, view.width_px - 1, view.height_px - 1))
    ink = furniture.inks()
    if sheet.size.title:
        painter.setFont(ink.sized(15, bold=True))
        title = QRectF(16, -top, view.width_px - 32, top)
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, sheet.size.title)
    painter.setFont(ink.sized(8.5))
    painter.setPen(QPen(furniture.dim))
    line = QRectF(10, view.height_px, view.width_px - 20, SOURCE_PX)
    short = painter.fontMetrics().elidedText(
        sheet.source_line, Qt.TextElideMode.ElideRight, round(line.width())
    )
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)


def _inset(sheet: Sheet) -> QImage:
    view = sheet.furniture.inset_view(sheet.projection)
    image = blank(view, 1.0, sheet.sea)
    with painting(image) as painter:
        sheet.painter.paint_inset(painter, view, sheet.layers, sheet.projection, night=sheet.night)
    return image


class MapExport(QObject):
    """Writes a sheet in the background and says when it is done."""

    finished = Signal(str)
    """The path."""
    failed = Signal(object)
    """The exception; `app.messages.say` has words for an EnergyMapError."""

    def start(self, sheet: Sheet, path: Path) -> Future[Any]:
        """Begin; the signals come when the file is there or could not be made."""

        def work() -> None:
            try:
                write_sheet(sheet, path)
            except Exception as error:
                self.failed.emit(error)
            else:
                self.finished.emit(str(path))

        return run(work)
