"""Tables as CSV that no spreadsheet runs: text that looks like a formula is made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def table_text(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows under their keys; what has no value is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    if rows:
        writer.writerow(list(rows[0]))
    for row in rows:
        writer.writerow([harmless(value) for value in row.values()])
    return stream.getvalue()


def harmless(value: object) -> object:
    """The value as a cell holds it: text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value
