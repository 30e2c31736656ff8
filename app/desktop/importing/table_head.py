"""The first rows of a table, cut as its columns are named: what the page of columns shows. No Qt."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

ROWS = 8
_READ_BYTES = 1 << 17
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class TableHead:
    """Names of the columns, and some rows below them as they stand in the file."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_head(path: Path, known: Collection[str], rows: int = ROWS) -> TableHead | None:
    """The header and first rows of a text table.

    Parameters
    ----------
    known
        Names of columns as the format found them; the line that holds most of them is the header.

    Returns
    -------
    None where no line of the first 60 holds half of them.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(_READ_BYTES)
    except OSError:
        return None
    lines = [line for line in _decoded(data).splitlines()[: 60 + rows] if line.strip()]
    wanted = set(known)
    best: tuple[int, int, str] = (0, 0, ",")
    for delimiter in _DELIMITERS:
        for at, line in enumerate(lines[:60]):
            held = len(wanted & set(_cells(line, delimiter)))
            if held > best[0]:
                best = (held, at, delimiter)
    held, at, delimiter = best
    if 2 * held < max(len(wanted), 1):
        return None
    names = tuple(name or f"column {number + 1}" for number, name in enumerate(_cells(lines[at], delimiter)))
    below = tuple(
        (*cells, *("",) * (len(names) - len(cells)))[: len(names)]
        for cells in (tuple(_cells(line, delimiter)) for line in lines[at + 1 : at + 1 + rows])
    )
    return TableHead(names, below)


def _decoded(data: bytes) -> str:
    text = data.decode("utf-8-sig", errors="replace")
    # The read may end inside a letter: only earlier ones tell.
    if "\ufffd" in text[:-4]:
        text = data.decode("gb18030", errors="replace")
    return text


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in next(csv.reader(io.StringIO(line), delimiter=delimiter), [])]
