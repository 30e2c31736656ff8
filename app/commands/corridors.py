"""`energymap corridors`: every long-distance line and AC tie with its figures, as the tables or a scenario have them."""

from __future__ import annotations

import argparse
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.corridor_figures import Figure
    from planning.corridor_rows import LineRow
    from planning.tables import Tables

STATUSES = ("in_service", "under_construction", "planned", "own", "runs", "not_yet", "retired")
"""Of the line itself; the last three of the line in a scenario."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", metavar="ID|FILE.toml", help="lines as this scenario has them")
    parser.add_argument("--id", metavar="LINE", help="one line or AC tie with every figure and its source")
    parser.add_argument("--status", choices=STATUSES, help="only lines of this state")
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="one row a figure: value, unit, year, source, tier"
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.corridor_rows import line_rows
    from planning.scenario import load_scenario
    from planning.scenario_lines import with_own_lines
    from planning.tables import load_tables

    tables = load_tables()
    scenario = load_scenario(options.scenario) if options.scenario else None
    if options.status in ("runs", "not_yet", "retired") and scenario is None:
        raise InputError(
            Problem("--scenario", "scenario", "nothing", "a scenario, whose state of lines this is")
        )
    rows = list(line_rows(tables, scenario))
    if scenario is not None:
        tables = with_own_lines(tables, scenario)
    if options.id is not None:
        rows = [row for row in rows if options.id in (row.id, getattr(row.line, "parent", None))]
        if not rows:
            expected = "a line id of corridors.csv or interfaces.csv"
            raise InputError(Problem("--id", "id", options.id, expected))
    if options.status is not None:
        rows = [
            row for row in rows if options.status in (row.state, getattr(row.line, "status", "in_service"))
        ]
    document: dict[str, Any] = {
        "scenario": None if scenario is None else scenario.id,
        "lines": [_document(row, tables) for row in rows],
    }
    text = (
        "\n\n".join(_single(row, tables, context) for row in rows)
        if options.id
        else _table(rows, tables, context)
    )
    if options.csv is not None:
        _write(options.csv, rows, tables)
        document["file"] = str(options.csv)
        text += f"\n{options.csv}"
    context.answer(document, text)


def _document(row: LineRow, tables: Tables) -> dict[str, Any]:
    return {
        "id": row.id,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "tie": row.tie,
        "parent": getattr(row.line, "parent", None),
        "state": row.state,
        "changed": row.changed,
        "bases": [{"id": base.id, "name_zh": base.name_zh, "name_en": base.name_en} for base in row.bases],
        "ends": [
            {
                "name_zh": end.name_zh, "name_en": end.name_en, "node": end.node, "role": end.role, "mw": end.mw,
                "converter": end.converter, "lon_deg": end.lon_deg, "lat_deg": end.lat_deg, "tier": end.tier,
                "source": end.source,
            }
            for end in row.ends
        ],
        "figures": {name: _figure(name, figure, row, tables) for name, figure in row.figures.items()},
    }  # fmt: skip


def _figure(name: str, figure: Figure, row: LineRow, tables: Tables) -> dict[str, Any]:
    from planning.corridor_rows import figure_text
    from planning.shipped_words import shipped_words

    return {
        "value": figure.value,
        "unit": figure.unit,
        "year": figure.year,
        "source_zh": shipped_words(figure.source, "zh"),
        "source_en": shipped_words(figure.source, "en"),
        "tier": figure.tier,
        "text_zh": figure_text(name, figure, row, tables, "zh"),
        "text_en": figure_text(name, figure, row, tables, "en"),
    }


def _single(row: LineRow, tables: Tables, context: Context) -> str:
    """A line with everything that is known of it."""
    from planning.corridor_rows import figure_name, figure_text
    from planning.line_words import ROLES, STATES
    from planning.shipped_words import shipped_words
    from planning.words import number

    language = context.language
    head = f"{row.id}  {context.pick(row.name_zh, row.name_en)}"
    if row.state is not None:
        head += f"  [{context.pick(*STATES[row.state])}]"
    lines = [head]
    for end in row.ends:
        power = (
            context.pick("功率未公布", "power not published") if end.mw is None else f"{number(end.mw)} MW"
        )
        place = f"{end.lon_deg:.2f}°E {end.lat_deg:.2f}°N"
        lines.append(
            f"  {context.pick(*ROLES[end.role])}: {context.pick(end.name_zh, end.name_en)}, {power}, {place}"
        )
    lines += [
        f"  {context.pick('配套基地', 'base')}: {context.pick(b.name_zh, b.name_en)}" for b in row.bases
    ]
    sources: dict[str, int] = {}
    for name, figure in row.figures.items():
        label = _padded(f"  {figure_name(name, language, row.tie)}", 38)
        value = figure_text(name, figure, row, tables, language)
        if figure.missing:
            lines.append(label + value)
            continue
        number_of = sources.setdefault(shipped_words(figure.source, language), len(sources) + 1)
        said = (
            f"{_padded(value, 40)}{_padded(figure.year, 6)}{_padded(_tier(figure, context), 11)}[{number_of}]"
        )
        lines.append(label + said)
    note = context.pick(getattr(row.line, "note_zh", ""), getattr(row.line, "note", ""))
    if note:
        lines.append(f"  {context.pick('备注', 'note')}: {note}")
    return "\n".join([*lines, *(f"  [{at}] {source}" for source, at in sources.items())])


def _tier(figure: Figure, context: Context) -> str:
    from planning.words import TERMS

    key = "published_tier" if figure.tier == "published" else str(figure.tier)
    return context.pick(*TERMS[key])


_COLUMNS = (
    ("编号", "id"), ("名称", "name"), ("型式", "kind"), ("kV", "kV"), ("MW", "MW"), ("km", "km"), ("投运", "opened"),
    ("状态", "status"), ("核定线损", "loss on file"), ("物理线损", "physics loss"), ("运行方式", "operation"),
    ("最小功率", "least power"), ("输电价", "tariff"),
)  # fmt: skip
_TABLED = ("kind", "kv", "mw", "km", "date", "status", "approved_loss_share", "physics_loss_share", "rule",
           "min_power_share")  # fmt: skip


def _table(rows: list[LineRow], tables: Tables, context: Context) -> str:
    cells = [
        tuple(context.pick(*words) for words in _COLUMNS),
        *(_cells(row, tables, context) for row in rows),
    ]
    widths = [max(_width(line[column]) for line in cells) + 2 for column in range(len(_COLUMNS))]
    return "\n".join(
        "".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _cells(row: LineRow, tables: Tables, context: Context) -> tuple[str, ...]:
    from planning.corridor_rows import figure_text, tariff_text
    from planning.line_words import STATES

    cells = [row.id, context.pick(row.name_zh, row.name_en)]
    for name in _TABLED:
        figure = row.figures.get(name)
        text = "" if figure is None else figure_text(name, figure, row, tables, context.language)
        # The heads of these columns say the unit.
        text = text.removesuffix(" kV").removesuffix(" MW").removesuffix(" km")
        if name == "status":
            said = [
                text,
                *(context.pick(*STATES[word]) for word in (row.state, "changed" * row.changed) if word),
            ]
            text = ", ".join(part for part in said if part)
        cells.append(text or "-")
    return (*cells, tariff_text(row, tables, context.language))


def _width(text: str) -> int:
    """On a terminal, where a Chinese character takes two places."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    """Filled to a width; what is longer keeps its words."""
    return text + " " * max(width - _width(text), 1)


def _write(path: Path, rows: list[LineRow], tables: Tables) -> None:
    """One row a figure; a missing one has no value and says so in words."""
    from gis_layers.files import replacing
    from planning.corridor_rows import figure_name
    from planning.report.csv_table import table_text

    table = []
    for row in rows:
        for name, figure in row.figures.items():
            said = _figure(name, figure, row, tables)
            value = figure.value
            table.append(
                {
                    "id": row.id, "name_zh": row.name_zh, "name_en": row.name_en, "state": row.state, "figure": name,
                    "figure_zh": figure_name(name, "zh", row.tie), "figure_en": figure_name(name, "en", row.tie),
                    "value": " ".join(map(str, value)) if isinstance(value, tuple) else value,
                    "unit": figure.unit, "text_zh": said["text_zh"], "text_en": said["text_en"],
                    "year": figure.year, "tier": figure.tier, "source_zh": said["source_zh"],
                    "source_en": said["source_en"],
                }
            )  # fmt: skip
    with replacing(path) as temporary:
        temporary.write_bytes(table_text(table).encode("utf-8-sig"))


COMMAND = Command(
    "corridors", "输电通道与交流断面的全部数据 · every figure of lines and AC ties", _arguments, _run
)
