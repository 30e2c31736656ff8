"""One sheet of the workbook: two-language header, units, frozen panes, live formulas with their values.

Text is always written as text: a name that starts with = + - @ never becomes a formula.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Style = Literal["text", "whole", "one", "two", "four", "share", "share2"]

NUMBER_FORMATS: dict[str, str] = {
    "text": "@",
    "whole": "#,##0;[Red]-#,##0",
    "one": "#,##0.0;[Red]-#,##0.0",
    "two": "#,##0.00;[Red]-#,##0.00",
    "four": "0.0000",
    "share": "0.0%;[Red]-0.0%",
    "share2": "0.00%;[Red]-0.00%",
}
TITLE_ROW, NOTE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 3, 6
"""Zero-based; the header is Chinese, English, unit in rows 3 to 5."""
MISSING = "–"


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula and what it comes to."""

    text: str
    """With its leading =, in A1 notation."""
    value: float


Cell = str | float | int | None | Formula


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet."""

    zh: str
    en: str
    unit: str = ""
    style: Style = "text"
    width: float = 13.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's content; `total` is a last row set apart."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    total: tuple[Cell, ...] | None = None
    frozen_columns: int = 1


def excel_row(index: int) -> int:
    """The row number Excel shows for the index-th row of data."""
    return FIRST_ROW + index + 1


def letter(column: int) -> str:
    """A, B ... Z, AA of a zero-based column."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def ratio(above: str, below: str, above_value: float | None, below_value: float | None) -> Cell:
    """A live quotient of two cells; missing where it cannot be formed."""
    if above_value is None or not below_value:
        return None
    return Formula(f"={above}/{below}", above_value / below_value)


def column_sum(column: int, values: Sequence[float | None], rows: int) -> Cell:
    """A live sum of a column's `rows` data cells."""
    if not rows:
        return None
    name = letter(column)
    total = sum(v for v in values if v is not None)
    return Formula(f"=SUM({name}{excel_row(0)}:{name}{excel_row(rows - 1)})", total)


def write_sheets(path: Path, title: str, sheets: Iterable[Sheet], year: int = 2026) -> None:
    """Write a workbook of these sheets; the same content gives the same bytes.

    Parameters
    ----------
    year
        The date the file bears, in place of the moment it is written.
    """
    created = datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)
    book = Workbook(path, {"title": title, "author": "energymap", "created": created})
    for sheet in sheets:
        book.add(sheet)
    book.close()


class Workbook:
    """xlsxwriter with our formats."""

    def __init__(self, path: Path, properties: dict[str, Any]) -> None:
        import xlsxwriter

        self._path = path
        # Zipped in memory: a zip file cut off by a full disk complains once more when it is collected.
        self._content = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._content,
            {
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "in_memory": True,
            },
        )
        self.book.set_properties(properties)
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        self._styles = {
            (name, bold): self.book.add_format(
                {**font, "num_format": code, "bold": bold, "align": "left" if name == "text" else "right"}
                | ({"top": 1} if bold else {})
            )
            for name, code in NUMBER_FORMATS.items()
            for bold in (False, True)
        }
        self._title = self.book.add_format({**font, "font_size": 14, "bold": True, "font_color": "#1F4E5F"})
        self._note = self.book.add_format({**font, "font_color": "#59636B", "font_size": 9})
        head = {**font, "bg_color": "#E8EEF0", "text_wrap": True}
        self._head = [
            self.book.add_format({**head, "bold": True, "top": 1}),
            self.book.add_format({**head, "font_color": "#59636B", "font_size": 9}),
            self.book.add_format({**head, "font_color": "#59636B", "font_size": 9, "bottom": 1}),
        ]

    def add(self, sheet: Sheet) -> None:
        """Write one sheet."""
        target = self.book.add_worksheet(sheet.name)
        target.hide_gridlines(2)
        target.set_landscape()
        target.set_paper(9)
        target.fit_to_pages(1, 0)
        target.repeat_rows(HEADER_ROW, HEADER_ROW + 2)
        target.write_string(TITLE_ROW, 0, sheet.title, self._title)
        target.write_string(NOTE_ROW, 0, sheet.note, self._note)
        for index, column in enumerate(sheet.columns):
            target.set_column(index, index, column.width)
            for line, text in enumerate((column.zh, column.en, column.unit)):
                target.write_string(HEADER_ROW + line, index, text, self._head[line])
        for number, row in enumerate(sheet.rows):
            self._row(target, FIRST_ROW + number, sheet.columns, row, bold=False)
        if sheet.total is not None:
            self._row(target, FIRST_ROW + len(sheet.rows), sheet.columns, sheet.total, bold=True)
        target.freeze_panes(FIRST_ROW, sheet.frozen_columns)
        if len(sheet.rows) > 1:
            last = FIRST_ROW + len(sheet.rows) - 1
            target.autofilter(HEADER_ROW + 2, 0, last, len(sheet.columns) - 1)

    def _row(
        self, target: Any, row: int, columns: tuple[Column, ...], cells: tuple[Cell, ...], bold: bool
    ) -> None:
        for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            style = self._styles[(column.style, bold)]
            if isinstance(cell, Formula):
                target.write_formula(row, index, cell.text, style, cell.value)
            elif cell is None:
                target.write_string(row, index, MISSING, style)
            elif isinstance(cell, str):
                target.write_string(row, index, cell, style)
            else:
                target.write_number(row, index, cell, style)

    def close(self) -> None:
        self.book.close()
        self._path.write_bytes(self._content.getvalue())
