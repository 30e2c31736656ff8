"""The pieces a printed section is made of, as plain data for the template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]
Section = dict[str, Any]

_LONG = re.compile(r"([/_?=&]|(?<=[a-z0-9])-(?=[a-z0-9]))")


def section(title: str, blocks: Sequence[Block], new_page: bool = True) -> Section:
    return {"title": title, "blocks": list(blocks), "new_page": new_page}


def text(*paragraphs: str) -> Block:
    return {"kind": "text", "items": [breakable(p) for p in paragraphs if p]}


def bullets(items: Iterable[str]) -> Block:
    return {"kind": "bullets", "items": [breakable(i) for i in items]}


def heading(title: str) -> Block:
    return {"kind": "heading", "title": title}


def facts(items: Iterable[tuple[str, str, str]]) -> Block:
    """Label, figure, unit."""
    return {"kind": "facts", "items": [{"label": a, "value": b, "unit": c} for a, b, c in items]}


def figure(file: str, caption: str, width: int = 100) -> Block:
    """A picture of the compile folder; width in per cent of the text."""
    return {"kind": "figure", "file": file, "caption": caption, "width": width}


def column(title: str, unit: str = "", *, right: bool = True, width: float = 1) -> dict[str, Any]:
    """A table column; widths are shares of what the columns of width 0, as wide as their words, leave."""
    return {"title": title, "unit": unit, "right": right, "width": width}


def table(
    columns: Sequence[dict[str, Any]],
    rows: Iterable[Sequence[str]],
    *,
    note: str = "",
    total: bool = False,
    size: float = 8.0,
) -> Block:
    """`total` sets the last row bold; size in points."""
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": [[breakable(cell) for cell in row] for row in rows],
        "note": note,
        "total": total,
        "size": size,
    }


def breakable(words: str) -> str:
    """Lets long addresses and names break over lines: a zero-width space after each / _ - ? of them."""
    return " ".join(_LONG.sub("\\1\u200b", part) if len(part) > 16 else part for part in words.split(" "))
