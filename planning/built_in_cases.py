"""Bases that everybody knows, as cases of the sizing, and what was published of each beside what we find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gis_layers.errors import InputError
from gis_layers.provenance import Tier
from planning.table_rows import DATA, Row, read_rows

FOLDER = DATA / "cases"
TABLE = DATA / "published_designs.csv"


class PublishedFigure(Row):
    """One figure of a published design; `quantity` names a value of the document of `energymap size`."""

    case: str
    quantity: str
    """As capacity_mw.wind: the key of the document, and below it the technology."""
    value: float
    unit: str
    why_zh: str
    why_en: str
    """Why ours may differ."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure and ours."""

    quantity: str
    published: float
    ours: float | None
    """None: our design has no such value."""
    difference_share: float | None
    """Ours less the published over the published. [-]"""
    unit: str
    date: str
    tier: Tier
    source: str
    why_zh: str
    why_en: str


def built_in_ids() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def case_path(named: str | Path) -> Path:
    """The file of a case: the path itself, or that of a built-in case of that name where no such file is."""
    path = Path(named)
    own = FOLDER / f"{path.name}.toml"
    return own if not path.exists() and path.name == str(named) and own.is_file() else path


@cache
def published_figures() -> tuple[PublishedFigure, ...]:
    """Every row of the table.

    Raises
    ------
    InputError
        All rows that cannot be read, at once.
    """
    problems: list[Any] = []
    rows = read_rows(TABLE, PublishedFigure, problems)
    if problems:
        raise InputError(problems)
    return rows


def beside_published(case_id: str, document: Mapping[str, Any]) -> tuple[Beside, ...]:
    """The published design beside ours, row by row; nothing for a case nobody published."""
    rows = []
    for row in published_figures():
        if row.case != case_id:
            continue
        ours = _value(document, row.quantity)
        rows.append(
            Beside(
                quantity=row.quantity,
                published=row.value,
                ours=ours,
                difference_share=None if ours is None or row.value == 0 else ours / row.value - 1.0,
                unit=row.unit,
                date=row.date,
                tier=row.tier,
                source=row.source,
                why_zh=row.why_zh,
                why_en=row.why_en,
            )
        )
    return tuple(rows)


def with_published(document: dict[str, Any]) -> dict[str, Any]:
    """The document of a sized base with its published design, where there is one."""
    rows = beside_published(str(document["id"]), document)
    return document | {"published": [asdict(row) for row in rows]} if rows else document


def _value(document: Mapping[str, Any], quantity: str) -> float | None:
    found: Any = document
    for key in quantity.split("."):
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return float(found)
