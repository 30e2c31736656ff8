"""What the table has where a scenario changes nothing of a line: shown beside the empty inputs of a changed line."""

from __future__ import annotations

from functools import lru_cache

from planning.corridor_rows import LineRow, figure_text, line_rows
from planning.shipped_words import TABLE_VALUE
from planning.tables import load_tables

_FIGURE = {"year": "date", "loss_share": "approved_loss_share"}


@lru_cache(maxsize=1)
def _rows() -> dict[str, LineRow]:
    return {row.id: row for row in line_rows(load_tables())}


def table_value(line_id: str, key: str) -> tuple[str, str]:
    """The table's figure with its unit and source as one text, and its tier; ('', '') where it has none of that name.

    `shipped_words` says the text in Chinese.
    """
    row, name = _rows().get(line_id), _FIGURE.get(key, key)
    figure = None if row is None else row.figures.get(name)
    if row is None or figure is None:
        return "", ""
    text = figure_text(name, figure, row, load_tables(), "en")
    return "; ".join(part for part in (f"{TABLE_VALUE}{text}", figure.source) if part), figure.tier or ""
