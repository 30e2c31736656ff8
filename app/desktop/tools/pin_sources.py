"""Whose figures pinned places show: the embedded atlas's, the scenario's own data, a station's. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.desktop.texts import text
from app.desktop.tools.imported_place import station_words
from app.desktop.tools.pins import Pin
from app.desktop.tools.place_values import SEED, PlaceYear
from app.messages import Language
from gis_layers.measure import Place
from resources.library import Entry


def source_words(
    pins: Sequence[Pin],
    years: Mapping[Place, PlaceYear],
    own: Mapping[Place, tuple[Entry, int]],
    turbine: str,
    about_data: str,
    language: Language,
) -> str:
    """The line of sources under the charts.

    Parameters
    ----------
    own
        Places whose figures are a station's: the entry and its year.
    turbine
        Of the hours computed; '' while there are none.
    about_data
        Why the scenario's own data do not serve; '' where they do or there are none.
    """
    notes = []
    others = [pin for pin in pins if pin.place not in own]
    if turbine and others:
        notes.append(text("tool.pins.note", language, seed=SEED, turbine=turbine))
    for pin in others:
        year = years.get(pin.place)
        if year is not None and year.imported:
            names = ", ".join(f"{o.id} ({text(f'grade.{o.grade}', language)})" for o in year.imported)
            notes.append(text("tool.pins.imported", language, letter=pin.letter, names=names))
    if about_data:
        notes.append(about_data)
    for pin in pins:
        if pin.place in own:
            entry, of_year = own[pin.place]
            notes.append(station_words(pin.letter, entry, of_year, language))
    return "; ".join(notes)
