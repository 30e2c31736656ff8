"""Power curves of the user's library in place of a machine: what a choice names, found and opened."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gis_layers.errors import InputError, Problem
from resources.library import DataRef, Entry, default_folder, find
from resources.plant_choice import PlantChoice

if TYPE_CHECKING:
    from resources.sources.power_curve import ImportedCurve


def curve_entries(plants: Iterable[PlantChoice], library: Path | None = None) -> tuple[Entry, ...]:
    """The entries of all curves some choices name, each once.

    Raises
    ------
    InputError
        Entries that are not in the library, are other data under the same name, or no power curves: all at once.
    """
    found: dict[DataRef, Entry] = {}
    problems: list[Problem] = []
    for ref in dict.fromkeys(plant.wind.curve for plant in plants):
        if ref is None:
            continue
        try:
            found[ref] = _entry(ref, library)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def imported_curve(ref: DataRef, library: Path | None = None) -> ImportedCurve:
    """The curve of a reference; InputError as `curve_entries`."""
    from resources.sources.power_curve import open_curve

    return open_curve(_entry(ref, library).data)


def _entry(ref: DataRef, library: Path | None) -> Entry:
    entry = find(library or default_folder(), ref)
    if entry.manifest.kind != "power-curve":
        raise InputError(Problem("plant.wind.curve", ref.id, entry.manifest.kind, "an imported power curve"))
    return entry
