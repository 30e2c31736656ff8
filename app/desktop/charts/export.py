"""A chart's or table's values as CSV and Excel, its picture as PNG and SVG; each file whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desktop.background import ours
from app.desktop.svg import svg_painter
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing

Value = str | float | None

PICTURE_SCALE = 2.0
"""Pictures have twice the pixels of the screen, for print and slides."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ValueGrid:
    """What a chart draws, as rows; headers carry their unit in brackets."""

    title: str
    headers: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    source: str = ""


def ask_and_save(
    parent: QWidget, name: str, kind: str, save: Callable[[Path], None]
) -> EnergyMapError | None:
    """Ask where to, and save there with the ending of the kind; what went wrong, None where all went well."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "", f"{name}.{kind}", f"*.{kind}")
    if not chosen:
        return None
    path = Path(chosen)
    try:
        save(path if path.suffix.lower() == f".{kind}" else path.with_name(f"{path.name}.{kind}"))
    except (EnergyMapError, OSError) as error:
        return ours(error)
    return None


def csv_text(grid: ValueGrid) -> str:
    """RFC 4180, numbers with a point and as many digits as they need; text that looks like a formula is
    quoted for spreadsheets; a missing value is empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_plain(h.replace("\n", " ")) for h in grid.headers])
    for row in grid.rows:
        writer.writerow([_plain(v) if isinstance(v, str) else _digits(v) for v in row])
    if grid.source:
        writer.writerow([])
        writer.writerow([_plain(grid.source)])
    return buffer.getvalue()


def write_csv(path: Path, grid: ValueGrid) -> None:
    """UTF-8 with a mark, so that Excel shows Chinese.

    Raises
    ------
    EnergyMapError, InputError
        As `gis_layers.files.replacing`.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(csv_text(grid).encode("utf-8-sig"))


def write_excel(path: Path, grid: ValueGrid) -> None:
    """One sheet: title, header, values, source; text stays text.

    Raises
    ------
    EnergyMapError, InputError
        As `gis_layers.files.replacing`.
    """
    import xlsxwriter

    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(content, options)
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "align": "right"})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, grid.title, bold)
    for column, header in enumerate(grid.headers):
        sheet.write_string(2, column, header, head)
    for r, row in enumerate(grid.rows, start=3):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(r, column, value)
            elif value is not None and value == value:
                sheet.write_number(r, column, value)
    sheet.write_string(4 + len(grid.rows), 0, grid.source)
    sheet.set_column(0, len(grid.headers), 16)
    sheet.freeze_panes(3, 1)
    book.close()
    with replacing(path) as temporary:
        temporary.write_bytes(content.getvalue())


def picture(widget: QWidget, scale: float = PICTURE_SCALE) -> QImage:
    """The widget as it stands, at `scale` times its pixels."""
    size = widget.size() * scale
    image = QImage(QSize(size.width(), size.height()), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(widget.palette().color(widget.backgroundRole()))
    widget.render(image)
    return image


def write_picture(path: Path, widget: QWidget) -> None:
    """SVG where the name ends so, else the picture format its ending names (PNG).

    Raises
    ------
    EnergyMapError, InputError
        As `gis_layers.files.replacing`.
    """
    with replacing(path) as temporary:
        if path.suffix.lower() == ".svg":
            with svg_painter(temporary, widget.size(), widget.accessibleName()) as painter:
                widget.render(painter, QPoint())
        else:
            shot = picture(widget)
            if not shot.save(str(temporary)):
                raise OSError(f"cannot write {path.name}")


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def _digits(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.10g}"
