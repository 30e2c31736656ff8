"""The full validation as a page of Markdown in either language, and as a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.validate_words import source_zh, year_zh
from app.messages import Language
from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing

if TYPE_CHECKING:
    from resources.validation_full import Validation
    from resources.validation_row import Row, Section, Summary, Table

BEGIN, END = "<!-- energymap validate --full: begin -->", "<!-- energymap validate --full: end -->"
_TIERS = {
    "official": ("官方", "official"),
    "published": ("已发表", "published"),
    "estimated": ("估计", "estimated"),
}


def document_of(found: Validation) -> dict[str, Any]:
    """Everything, both languages, unrounded."""
    return {"sections": [_section_document(section) for section in found.sections]}


def _section_document(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title[1],
        "title_zh": section.title[0],
        "notes": [note[1] for note in section.notes],
        "notes_zh": [note[0] for note in section.notes],
        "rows": [_row_document(row) for row in section.rows],
        "summaries": [
            {
                "group": one.group,
                "name": section.groups[one.group][1],
                "name_zh": section.groups[one.group][0],
                "count": one.count,
                "bias": one.bias,
                "spread": one.spread,
                "worst": one.worst,
                "worst_name": one.worst_name[1],
                "worst_name_zh": one.worst_name[0],
            }
            for one in section.summaries
        ],
        "tables": [
            {
                "title": table.title[1],
                "title_zh": table.title[0],
                "head": [words[1] for words in table.head],
                "head_zh": [words[0] for words in table.head],
                "lines": [
                    {"name": name[1], "name_zh": name[0], "values": list(values)}
                    for name, values in table.lines
                ],
            }
            for table in section.tables
        ],
    }


def _row_document(row: Row) -> dict[str, Any]:
    low, high = row.published or (None, None)
    return {
        "group": row.group,
        "name": row.name[1],
        "name_zh": row.name[0],
        "unit": row.unit,
        "ours": float(row.ours),
        "published_low": None if low is None else float(low),
        "published_high": None if high is None else float(high),
        "year": row.year,
        "year_zh": year_zh(row.year),
        "source": row.source,
        "source_zh": source_zh(row.source),
        "tier": row.tier,
        "error": None if row.error is None else float(row.error),
        "limit": row.limit,
        "enforced": row.enforced,
        "passed": row.passed,
        "why": row.why[1],
        "why_zh": row.why[0],
    }


def page(found: Validation, language: Language) -> str:
    """All sections as Markdown."""
    column = 0 if language == "zh" else 1
    blocks = [block for section in found.sections for block in _section(section, column)]
    return "\n\n".join(blocks)


def text_around(path: Path) -> tuple[str, str]:
    """What stands before and after the tables of an earlier run; empty for a new file.

    Raises
    ------
    InputError
        A file without the marks is there, or it cannot be read.
    """
    if not path.exists():
        return "", "\n"
    try:
        before = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem("--out", "file", f"{path} ({error})", "a Markdown file")) from error
    if before.count(BEGIN) != 1 or before.count(END) != 1 or before.index(BEGIN) > before.index(END):
        expected = "a new file, or one with the marks this command writes"
        raise InputError(Problem("--out", "file", str(path), expected))
    return before.split(BEGIN)[0], before.split(END)[1]


def write_page(path: Path, text: str) -> None:
    """Write the tables; in a file that has the marks of an earlier run only what stands between them.

    Raises
    ------
    InputError
        As `text_around`, or the file cannot be written.
    """
    head, rest = text_around(path)
    with replacing(path) as temporary:
        temporary.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest}", encoding="utf-8")


def _section(section: Section, column: int) -> Iterable[str]:
    yield f"## {section.title[column]}"
    yield from (note[column] for note in section.notes)
    if section.summaries:
        yield _summaries(section.summaries, section, column)
    listed = [row for row in section.rows if row.group not in section.unlisted]
    for group in dict.fromkeys(row.group for row in listed):
        rows = [row for row in listed if row.group == group]
        yield f"**{section.groups[group][column]}**"
        yield _rows(rows, column)
    for table in section.tables:
        yield f"**{table.title[column]}**"
        yield _table(table, column)


def _summaries(summaries: Sequence[Summary], section: Section, column: int) -> str:
    heads = (
        ("组", "group"),
        ("项数", "rows"),
        ("偏差", "bias"),
        ("离散", "spread"),
        ("最差", "worst"),
        ("何处", "where"),
    )
    lines = [
        (
            section.groups[one.group][column],
            str(one.count),
            *(_share(value) for value in (one.bias, one.spread, one.worst)),
            one.worst_name[column],
        )
        for one in summaries
    ]
    # A spread has no sign.
    lines = [(*line[:3], line[3].lstrip("+"), *line[4:]) for line in lines]
    return _grid([words[column] for words in heads], lines)


def _share(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:+.3%}" if abs(value) < 0.002 else f"{value:+.1%}"


def _rows(rows: Sequence[Row], column: int) -> str:
    """Columns that are empty in all rows are left out; sources stand below."""
    heads: tuple[tuple[str, str], ...] = (
        ("项目", "what"), ("单位", "unit"), ("公布值", "published"), ("本图", "ours"), ("误差", "error"), ("允许", "limit"),
        ("结论", "verdict"), ("年份", "year"), ("等级", "tier"), ("原因 (算得)", "reason (computed)"), ("来源", "source"),
    )  # fmt: skip
    if all(row.tier is None for row in rows):
        heads = (*heads[:2], ("参照值", "reference"), *heads[3:])
    verdicts = {True: ("合格", "ok"), False: ("不合格", "FAIL")}
    sources = [source for source in dict.fromkeys(row.source for row in rows) if source]
    lines = []
    for row in rows:
        marked = f"[{sources.index(row.source) + 1}]" if row.source and len(sources) > 1 else ""
        lines.append(
            (
                row.name[column],
                "" if row.unit == "1" else row.unit,
                "" if row.published is None else _range(row.published, row.digits),
                f"{row.ours:,.{row.digits}f}",
                "" if row.error is None else _share(row.error),
                "" if row.limit is None else f"{row.limit:.1%}",
                verdicts[row.passed][column] if row.enforced else "",
                row.year if column else year_zh(row.year),
                "" if row.tier is None else _TIERS[row.tier][column],
                row.why[column],
                marked,
            )
        )
    kept = [at for at in range(len(heads)) if any(line[at] for line in lines)]
    table = _grid([heads[at][column] for at in kept], [tuple(line[at] for at in kept) for line in lines])
    word = heads[-1][column]
    sources = sources if column else [source_zh(source) for source in sources]
    if len(sources) == 1:
        return f"{table}\n\n{word}: {sources[0]}"
    return "\n\n".join([table, *(f"[{number}] {source}" for number, source in enumerate(sources, 1))])


def _range(published: tuple[float, float], digits: int) -> str:
    low, high = (f"{value:,.{digits}f}" for value in published)
    return low if low == high else f"{low}-{high}"


def _table(table: Table, column: int) -> str:
    lines = [
        (
            name[column],
            *("" if v is None else format(v, f) for v, f in zip(values, table.formats, strict=True)),
        )
        for name, values in table.lines
    ]
    return _grid([words[column] for words in table.head], lines)


def _grid(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    made = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    made += [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
    return "\n".join(made)
