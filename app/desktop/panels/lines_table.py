"""The table of all corridors and AC ties as the active scenario has them; every figure says its source on hover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.desktop.panels.results_tables import Columns, tier_words
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from planning.corridor_figures import Figure
from planning.corridor_rows import LineRow, figure_name, figure_text
from planning.line_words import missing_words
from planning.shipped_words import shipped_words
from planning.tables import Tables
from planning.words import unit

SHOWN: tuple[str, ...] = (
    "kind", "kv", "mw", "km", "from_node", "to_node", "status", "date", "min_power_share", "ramp_share_per_h", "rule",
    "annual_full_load_hours", "approved_loss_share", "physics_loss_share", "tariff_cny_per_mwh", "tariff_includes_loss",
    "estimated_tariff_cny_per_mwh", "tariff_valid_from", "tariff_valid_to",
)  # fmt: skip
"""Figures with a column of their own."""
QUANTITY = {
    "mw": "power_mw",
    "tariff_cny_per_mwh": "price_cny_per_mwh",
    "estimated_tariff_cny_per_mwh": "price_cny_per_mwh",
}
"""Told in the units the reader prefers."""
STATES = ("runs", "not_yet", "retired")


def matches(row: LineRow, typed: str, kind: str, state: str) -> bool:
    """Whether a row is of a kind and state ('' any) and its names, ends or id hold all that was typed."""
    own = "ac_tie" if row.tie else str(row.figures["kind"].value or "")
    if (kind and own != kind) or (state and row.state != state):
        return False
    ends = [str(row.figures[k].value or "") for k in ("from_node", "to_node") if k in row.figures]
    held = " ".join((row.id, row.name_zh, row.name_en, *ends, *(e.name_zh for e in row.ends))).lower()
    return all(part in held for part in typed.lower().split())


def line_table(rows: Iterable[LineRow], tables: Tables, c: Columns) -> TableContent:
    """A row a line; its id is the line's."""
    shown = list(rows)
    headers = (
        text("lines.name", c.language), text("lines.state", c.language),
        *(_header(name, c) for name in SHOWN),
    )  # fmt: skip
    cells = tuple(
        (
            Cell(
                (row.name_zh if c.language == "zh" else row.name_en) + (" *" if row.changed else ""), row.id
            ),
            _state(row, c),
            *(_cell(name, row, tables, c) for name in SHOWN),
        )
        for row in shown
    )
    return TableContent(headers, cells, tuple(row.id for row in shown))


def _header(name: str, c: Columns) -> str:
    words = figure_name(name, c.language)
    return f"{words}\n{unit(QUANTITY[name], c.units, c.language)}" if name in QUANTITY else words


def _state(row: LineRow, c: Columns) -> Cell:
    words = text(f"lines.state.{row.state}", c.language) if row.state is not None else ""
    return Cell(words, words)


def _cell(name: str, row: LineRow, tables: Tables, c: Columns) -> Cell:
    """A figure; what does not apply to a line is blank, what is missing is told as missing."""
    figure = row.figures.get(name)
    if figure is None:
        return Cell("", float("-inf") if name in QUANTITY else "")
    hint = behind(name, figure, row, tables, c)
    value = figure.value
    if value is None:
        words = missing_words(name)[0 if c.language == "zh" else 1]
        number = name in QUANTITY or name.endswith(("_share", "_per_h", "_hours"))
        return Cell(words, float("-inf") if number else words, hint)
    if name in QUANTITY and isinstance(value, int | float):
        plain = c.figure(float(value), QUANTITY[name])
        return Cell(plain.shown, plain.key, hint)
    words = figure_text(name, figure, row, tables, c.language)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(words, float(value) if number and isinstance(value, int | float) else words, hint)


def behind(name: str, figure: Figure, row: LineRow, tables: Tables, c: Columns) -> str:
    """What a figure is, its year, source and tier."""
    told = f"{figure_name(name, c.language, row.tie)}: {figure_text(name, figure, row, tables, c.language)}"
    parts = [told, shipped_words(figure.source, c.language) if figure.source else "", figure.year]
    if figure.tier is not None:
        parts.append(tier_words(figure.tier, c.language))
    return "\n".join(part for part in parts if part)


def kinds_of(rows: Sequence[LineRow]) -> tuple[str, ...]:
    """The kinds there are, AC ties last."""
    own = dict.fromkeys(str(r.figures["kind"].value) for r in rows if not r.tie)
    return (*own, *(("ac_tie",) if any(r.tie for r in rows) else ()))
