"""Which imported data is used in place of the embedded atlas: what a scenario names, and the entries it means.

Nothing is opened here; `resource_data` does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import InputError, Problem
from resources.library import DataRef, Entry, default_folder, entries, find

Part = Literal["rasters", "weather", "land_cover", "excluded", "flows"]
PARTS: tuple[Part, ...] = get_args(Part)
"""Of a choice."""
PLACE_PARTS: tuple[Part, ...] = ("rasters", "weather", "land_cover", "excluded")
"""What serves wind, sun and land; the rest is water."""
SERVES = "a raster, hourly weather, areas or discharge of rivers"


class ResourceChoice(BaseModel):
    """What a scenario uses instead of the embedded atlas; nothing: the atlas alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rasters: tuple[DataRef, ...] = ()
    """Each in place of the atlas layer it is a better one of; a later one over an earlier."""
    weather: tuple[DataRef, ...] = ()
    """Hourly weather; a place takes the first that covers it, the others generated hours."""
    weather_year: int | None = Field(default=None, ge=1900, le=2100)
    """Of the hours; None: the last year each source has."""
    level: Literal["auto", "climate", "own"] = "auto"
    """Monthly sun and yearly wind of the hours: moved to those of the climate, or left as they are. 'auto' moves
    them where the climate is a raster of the user's."""
    land_cover: DataRef | None = None
    """A land-cover map; without one desert and steppe are told by climate."""
    excluded: tuple[DataRef, ...] = ()
    """Areas nothing may be built in: protected areas, red lines."""
    water_exceedance_pct: float | None = Field(default=None, strict=True, ge=1, le=99, allow_inf_nan=False)
    """Share of years that bring more water: 10 wet, 50 normal, 90 dry. None: the long-term mean; in a scenario of
    2020 what was generated. [%]"""
    flows: tuple[DataRef, ...] = ()
    """Discharge of rivers: in place of the tables' months above the stations they were measured at."""
    flow_year: int | None = Field(default=None, strict=True, ge=1900, le=2100)
    """Of the discharge; None: the last year all series have."""
    flow_stations: dict[str, str] = Field(default_factory=dict)
    """Series by name -> id of the station of `cascade_stations.csv` it stands for; others go to the nearest
    station with a like mean."""

    def __hash__(self) -> int:
        """A frozen model hashes its fields, and a table of names has no hash of its own."""
        return hash((self.rasters, self.weather, self.land_cover, self.excluded, self.flows,
                     self.water_exceedance_pct, tuple(sorted(self.flow_stations.items()))))  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether wind, sun and land are the atlas's."""
        return not any(refs_of(self, part) for part in PLACE_PARTS)

    @property
    def refs(self) -> tuple[DataRef, ...]:
        """Every entry it names."""
        return tuple(ref for part in PARTS for ref in refs_of(self, part))


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """The entries of a library that a choice names, none opened yet."""

    rasters: tuple[Entry, ...]
    weather: tuple[Entry, ...]
    land_cover: Entry | None
    excluded: tuple[Entry, ...]
    flows: tuple[Entry, ...] = ()

    @property
    def of_places(self) -> tuple[Entry, ...]:
        """What serves wind, sun and land."""
        cover = () if self.land_cover is None else (self.land_cover,)
        return (*self.rasters, *self.weather, *cover, *self.excluded)


def find_entries(
    choice: ResourceChoice, library: Path | None = None, parts: Sequence[Part] = PARTS
) -> FoundEntries:
    """The entries a choice names in some of its parts.

    Raises
    ------
    InputError
        Entries that are not in the library, are other data under the same name, or of another kind than asked:
        all at once.
    """
    folder = library or default_folder()
    problems: list[Problem] = []

    def found(part: Part) -> tuple[Entry, ...]:
        held: list[Entry] = []
        for ref in refs_of(choice, part):
            try:
                entry = find(folder, ref)
            except InputError as error:
                problems.extend(error.problems)
                continue
            if (belongs := part_of(entry)) == part:
                held.append(entry)
            else:
                kind = entry.manifest.kind
                expected = {"rasters": "a raster of the climate", "weather": "hourly weather",
                            "land_cover": "a land-cover map", "excluded": "areas",
                            "flows": "discharge of rivers"}[part]  # fmt: skip
                problems.append(Problem(f"resource.{part}", ref.id, belongs or kind, expected))
        return tuple(held)

    of_part = {part: found(part) if part in parts else () for part in PARTS}
    if problems:
        raise InputError(problems)
    cover = of_part["land_cover"][0] if of_part["land_cover"] else None
    return FoundEntries(of_part["rasters"], of_part["weather"], cover, of_part["excluded"], of_part["flows"])


def part_of(entry: Entry) -> Part | None:
    """The part of a choice an entry can serve in; None: in none (stations, capacity factors of provinces ...)."""
    kind = entry.manifest.kind
    if kind == "raster":
        return "land_cover" if entry.manifest.details.get("variable") == "land_cover_class" else "rasters"
    if kind in ("hourly-place", "hourly-grid"):
        return "weather"
    if kind == "flow-series":
        return "flows"
    return "excluded" if kind == "areas" else None


def choice_of_ids(ids: Sequence[str], library: Path | None = None) -> ResourceChoice:
    """A choice of entries by id, each in the part it can serve in, in the order given.

    Raises
    ------
    InputError
        An id the library does not hold, or an entry that can serve nowhere: all at once.
    """
    found, _ = entries(library or default_folder())
    held = {entry.manifest.id: entry for entry in found}
    problems: list[Problem] = []
    choice = ResourceChoice()
    for id in ids:
        entry = held.get(id)
        if entry is None:
            there = ", ".join(held) or "nothing"
            problems.append(Problem("resource", id, "not in the library", f"one of: {there[:200]}"))
        elif part_of(entry) is None:
            problems.append(Problem("resource", id, entry.manifest.kind, SERVES))
        else:
            choice = with_entry(choice, entry)
    if problems:
        raise InputError(problems)
    return choice


def with_entry(choice: ResourceChoice, entry: Entry) -> ResourceChoice:
    """The choice with one entry more, last in its part; a land cover takes the place of another.

    Raises
    ------
    InputError
        The entry can serve nowhere.
    """
    part = part_of(entry)
    if part is None:
        found = entry.manifest.kind
        raise InputError(Problem("resource", entry.manifest.id, found, SERVES))
    if part == "land_cover":
        return choice.model_copy(update={part: entry.ref})
    held: tuple[DataRef, ...] = getattr(choice, part)
    kept = tuple(ref for ref in held if ref.id != entry.manifest.id)
    return choice.model_copy(update={part: (*kept, entry.ref)})


def without_ref(choice: ResourceChoice, part: Part, id: str) -> ResourceChoice:
    """The choice without one of its entries."""
    if part == "land_cover":
        return choice.model_copy(update={part: None})
    held: tuple[DataRef, ...] = getattr(choice, part)
    return choice.model_copy(update={part: tuple(ref for ref in held if ref.id != id)})


def moved_ref(choice: ResourceChoice, part: Part, id: str, by: int) -> ResourceChoice:
    """The choice with one entry earlier (`by` -1) or later (1) in its part; at an end it stays."""
    if part == "land_cover":
        return choice
    held: list[DataRef] = list(getattr(choice, part))
    at = next((n for n, ref in enumerate(held) if ref.id == id), None)
    if at is None or not 0 <= at + by < len(held):
        return choice
    held[at], held[at + by] = held[at + by], held[at]
    return choice.model_copy(update={part: tuple(held)})


def refs_of(choice: ResourceChoice, part: Part) -> tuple[DataRef, ...]:
    """The entries of one part."""
    if part == "land_cover":
        return () if choice.land_cover is None else (choice.land_cover,)
    refs: tuple[DataRef, ...] = getattr(choice, part)
    return refs
