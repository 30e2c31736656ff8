"""What the list of resource data shows: the entries a scenario names, and those of the library it could. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.desktop.texts import text
from app.messages import Language
from app.source_words import GRADES, KINDS, said
from planning.scenario_fields import WORDS
from resources.choice import PARTS, Part, ResourceChoice, part_of, refs_of
from resources.library import DataRef, Entry, default_folder, entries, period_of

State = Literal["reading", "there", "missing", "other_data", "other_kind"]


@dataclass(frozen=True, slots=True)
class Held:
    """What a library held when it was read."""

    folder: Path
    by_id: Mapping[str, Entry]
    damaged: int
    """Entries that cannot be used."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry a scenario names."""

    part: Part
    ref: DataRef
    state: State
    entry: Entry | None
    first: bool
    last: bool


def read_library(folder: Path | None = None) -> Held:
    """The manifests of a library; opens no data."""
    place = folder or default_folder()
    found, problems = entries(place)
    return Held(place, {entry.manifest.id: entry for entry in found}, len(problems))


def rows(choice: ResourceChoice, held: Held | None) -> tuple[Row, ...]:
    """Every entry of a choice by part, in the order in which they serve."""
    found = []
    for part in PARTS:
        refs = refs_of(choice, part)
        for number, ref in enumerate(refs):
            entry = held.by_id.get(ref.id) if held is not None else None
            state: State = "there"
            if held is None:
                state = "reading"
            elif entry is None:
                state = "missing"
            elif entry.ref != ref:
                state = "other_data"
            elif part_of(entry) != part:
                state = "other_kind"
            found.append(Row(part, ref, state, entry, number == 0, number + 1 == len(refs)))
    return tuple(found)


def offers(choice: ResourceChoice, held: Held | None) -> dict[Part, list[Entry]]:
    """What the library has for each part that the scenario does not use yet."""
    free: dict[Part, list[Entry]] = {part: [] for part in PARTS}
    for entry in held.by_id.values() if held is not None else ():
        part = part_of(entry)
        if part is not None and entry.ref not in refs_of(choice, part):
            free[part].append(entry)
    return free


def part_words(part: Part, language: Language) -> str:
    words = WORDS[part][0 if language == "zh" else 1]
    return words[:1].upper() + words[1:]


def about(entry: Entry, language: Language) -> str:
    """Kind, grade, period and source of an entry in a line."""
    manifest = entry.manifest
    period = period_of(manifest)
    if period in ("typical", "typical year"):
        period = text("resource.typical", language)
    said_of = (said(KINDS, manifest.kind, language), said(GRADES, manifest.grade, language), period,
               manifest.source)  # fmt: skip
    return " · ".join(words for words in said_of if words)


def row_words(row: Row, language: Language) -> str:
    """Name, and below what it is or why it cannot be used."""
    if row.state == "there" and row.entry is not None:
        return f"{row.ref.id}\n{about(row.entry, language)}"
    return f"{row.ref.id}\n{text(f'resource.{row.state}', language)}"
