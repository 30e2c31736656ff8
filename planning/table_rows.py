"""Reads a table of figures row by row into frozen models, collecting every problem before it complains.

For the modules that own a table (provinces, corridors, technology, hydro_stations, prices).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier

DATA = Path(__file__).parent / "data"


class Row(BaseModel):
    """One line of a table: frozen, every column known, no infinities; says where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    date: str
    """Year or period the row stands for."""
    tier: Tier
    source: str


RowT = TypeVar("RowT", bound=Row)

_TIERS: tuple[Tier, ...] = ("official", "published", "estimated")


def weakest(*tiers: Tier) -> Tier:
    """The least trustworthy of some tiers: what a figure made of them may claim."""
    return max(tiers, key=_TIERS.index)


def problems_of(error: ValidationError, where: str) -> list[Problem]:
    """Pydantic's findings as ours: where, field, found, expected."""
    found = []
    for item in error.errors(include_url=False):
        field = ".".join(str(part) for part in item["loc"]) or "(row)"
        value = "nothing" if item["type"] == "missing" else repr(item["input"])[:80]
        if item["type"] == "extra_forbidden":
            expected = "no such field"
        else:
            expected = item["msg"].removeprefix("Value error, ")
        found.append(Problem(where, field, value, expected))
    return found


def read_rows(path: Path, model: type[RowT], problems: list[Problem]) -> tuple[RowT, ...]:
    """Every readable row of a UTF-8 CSV; an empty cell is a missing figure.

    Problems go to `problems` (file and row, counted as a spreadsheet shows them); the caller raises.
    """
    if not path.is_file():
        problems.append(Problem(str(path), "file", "nothing", "a table"))
        return ()
    rows: list[RowT] = []
    seen: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        for number, cells in enumerate(reader, start=2):
            where = f"{path.name} row {number}"
            if None in cells or None in cells.values():
                problems.append(
                    Problem(
                        where, "(row)", "a row of another length", f"{len(reader.fieldnames or ())} cells"
                    )
                )
                continue
            filled: dict[str, Any] = {key: text for key, text in cells.items() if text != ""}
            try:
                row = model.model_validate(filled)
            except ValidationError as error:
                problems.extend(problems_of(error, where))
                continue
            key = row_id(row)
            if key and key in seen:
                problems.append(Problem(where, "id", key, f"an id not used before (row {seen[key]})"))
            seen[key] = number
            rows.append(row)
    return tuple(rows)


def row_id(row: Row) -> str:
    """What must be unique in a table: `id`, or nothing."""
    return str(getattr(row, "id", ""))


def row_number(path: Path, identity: str) -> int:
    """The row with this `id`, counted as a spreadsheet shows it; 0 where there is none."""
    with path.open(encoding="utf-8", newline="") as handle:
        found = (n for n, cells in enumerate(csv.DictReader(handle), start=2) if cells.get("id") == identity)
        return next(found, 0)


def raise_if(problems: list[Problem]) -> None:
    """Raise InputError with all problems, if there are any."""
    if problems:
        raise InputError(problems)


def figure_problems(
    file: str,
    held: Mapping[str, float],
    wanted: Iterable[str],
    least: Callable[[str], float],
    above_zero: Callable[[str], bool],
) -> list[Problem]:
    """What is wrong with a table of named figures: those that are missing, then those below what they may be.

    Parameters
    ----------
    least
        The least value of a figure; -inf: any.
    above_zero
        Whether a figure may not be 0.
    """
    problems = [Problem(file, name, "nothing", "a figure") for name in wanted if name not in held]
    for name, value in held.items():
        low = least(name)
        if value < low or (value <= 0.0 and above_zero(name)):
            problems.append(Problem(file, name, f"{value:g}", f"{low:g} or more" if low > 0 else "above 0"))
    return problems


def steps_of(held: Mapping[str, float], head: str, tail: str) -> tuple[tuple[float, float], ...]:
    """(0, 1) and the figures named by where they begin: `head` 1200 `tail`."""
    found = [
        (float(name.removeprefix(head).removesuffix(tail)), value)
        for name, value in held.items()
        if name.startswith(head)
    ]
    return ((0.0, 1.0), *sorted(found))


def read_table(path: Path, model: type[RowT]) -> tuple[RowT, ...]:
    """Every row of a table that stands alone; InputError with all its problems."""
    problems: list[Problem] = []
    rows = read_rows(path, model, problems)
    raise_if(problems)
    return rows
