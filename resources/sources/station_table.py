"""The rows of a table of power stations, CSV or Excel, as texts by role."""

from __future__ import annotations

import contextlib
import csv
import importlib
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_layers.importer.report import LayerReport
from gis_layers.importer.table import column_names, inspect_table, read_rows
from resources.sources.contract import Answers, Guess, Question, refuse
from resources.sources.power_station_words import COLUMNS, plain

MOST_ROWS = 500_000
_EXCEL = (".xlsx", ".xlsm")
_MOST_EXCEL_BYTES = 600 << 20
_HEADER_ROWS = 30
NEEDED = ("capacity", "fuel")
OPTIONAL = ("name", "unit", "technology", "status", "year", "country")


@dataclass(frozen=True, slots=True)
class StationRows:
    """A table, read whole."""

    layer: LayerReport
    """What the importer found of it."""
    names: tuple[str, ...]
    columns: Mapping[str, list[str]]
    """By name."""
    first_row: int
    """Number of the first row of data, as a spreadsheet counts (from 1)."""


@contextlib.contextmanager
def as_csv(path: Path) -> Iterator[Path]:
    """The file itself, or for as long as the block runs the CSV of an Excel file's sheet of stations.

    Raises
    ------
    InputError
        An Excel file without the part of the program that reads it, or without a sheet of stations.
    """
    if path.suffix.lower() not in _EXCEL:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="energymap-") as folder:
        target = Path(folder) / f"{path.stem}.csv"
        _save_sheet(path, target)
        yield target


def _save_sheet(path: Path, target: Path) -> None:
    try:
        openpyxl: Any = importlib.import_module("openpyxl")
    except ImportError as error:
        raise refuse(
            path, "kind of file", "an Excel file", "a CSV saved from it (UTF-8), one sheet"
        ) from error
    try:
        with zipfile.ZipFile(path) as bundle:
            size = sum(member.file_size for member in bundle.infolist())
        if size > _MOST_EXCEL_BYTES:
            raise refuse(
                path, "size", f"{size / 2**20:.0f} MB unpacked", f"{_MOST_EXCEL_BYTES >> 20} MB, or a CSV"
            )
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        with contextlib.closing(book):
            for sheet in book.worksheets:
                top = list(sheet.iter_rows(max_row=_HEADER_ROWS, values_only=True))
                at = next((number for number, row in enumerate(top) if _is_header(row)), None)
                if at is None:
                    continue
                with target.open("w", encoding="utf-8", newline="") as handle:
                    writer = csv.writer(handle)
                    for row in sheet.iter_rows(min_row=at + 1, values_only=True):
                        writer.writerow("" if cell is None else str(cell) for cell in row)
                return
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise refuse(path, "file", str(error)[:80], "a whole Excel file, or a CSV saved from it") from error
    raise refuse(
        path, "sheets", "no table of stations", "a sheet with columns of capacity, latitude, longitude"
    )


def _is_header(row: tuple[Any, ...]) -> bool:
    texts = {plain(str(cell)) for cell in row if cell is not None}
    return bool(texts & set(COLUMNS["capacity"])) and bool(texts & {"latitude", "lat", "纬度"})


def read_table(path: Path, answers: Answers) -> StationRows:
    """The table as texts.

    Raises
    ------
    InputError
        No table, no rows, no coordinates, too many rows.
    """
    (layer,) = inspect_table(path)
    layout = layer.table
    assert layout is not None
    encoding = answers.get("encoding") or (layer.encoding.value if layer.encoding else "utf-8")
    rows: list[list[str]] = []
    for row in read_rows(path, encoding, layout.delimiter):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise refuse(path, "rows", f"more than {MOST_ROWS:,}", f"at most {MOST_ROWS:,}")
    names = column_names(rows[: layout.first_row + 1000], layout.header_row)
    data = rows[layout.first_row :]
    columns = {
        name: [row[at].strip() if at < len(row) else "" for row in data] for at, name in enumerate(names)
    }
    return StationRows(layer, tuple(names), columns, layout.first_row + 1)


def roles(table: StationRows, answers: Answers, questions: list[Question]) -> dict[str, str]:
    """Role -> column, as answered or as the names say; what is not clear is asked ('column:<role>').

    A role without a column is not in the answer.
    """
    by_plain = {_bare(name): name for name in reversed(table.names)}
    by_plain |= {plain(name): name for name in reversed(table.names)}
    found: dict[str, str] = {}
    for role in (*NEEDED, *OPTIONAL):
        guess = next((by_plain[name] for name in COLUMNS[role] if name in by_plain), "")
        wish = answers.get(f"column:{role}", "")
        if wish in table.names:
            found[role] = wish
        elif guess:
            found[role] = guess
        if not guess and (role in NEEDED or role == "name"):
            choices = tuple(Guess(name, 0.1, "column") for name in table.names)
            questions.append(Question(f"column:{role}", choices, required=role in NEEDED))
    for role in ("lon", "lat"):
        guess = getattr(table.layer.table, role)
        wish = answers.get(role, "")
        if wish in table.names:
            found[role] = wish
        elif guess is not None:
            found[role] = guess.value
    return found


def _bare(name: str) -> str:
    """A column's name without what stands in brackets, its unit."""
    return plain(re.sub(r"[(（\[].*?[)）\]]", "", name))
