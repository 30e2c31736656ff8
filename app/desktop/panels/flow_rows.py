"""The discharge series a scenario uses, as its form shows them: name, mean flow, years, station proposed. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from pathlib import Path

from app.desktop.texts import text
from app.messages import Language
from resources.choice import ResourceChoice, find_entries


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One series."""

    name: str
    mean_m3_s: float
    """NaN: no such series in the discharge that is used."""
    years: tuple[int, ...]
    """Whole ones."""
    proposed: str | None
    """Id of the station it goes to where the scenario says nothing."""

    @property
    def gone(self) -> bool:
        """The scenario speaks of it, and its data does not hold it."""
        return isnan(self.mean_m3_s)

    def words(self, language: Language) -> str:
        """Name, mean flow and years in a line."""
        if self.gone:
            return f"{self.name} · {text('resource.no_series', language)}"
        span = f"{self.years[0]}–{self.years[-1]}" if self.years else text("resource.no_year", language)
        return f"{self.name} · {self.mean_m3_s:,.0f} m³/s · {span}"


def flow_rows(choice: ResourceChoice, year: int, library: Path | None = None) -> tuple[FlowRow, ...]:
    """The series of a choice's discharge.

    Raises
    ------
    InputError
        Discharge that is not in the library, or that cannot be read.
    """
    from resources.cascade_records import proposed_station
    from resources.cascade_tables import chosen_stations
    from resources.sources.flow_series import read_series

    stations = chosen_stations(year=year)
    rows = []
    for entry in find_entries(choice, library, ("flows",)).flows:
        for series in read_series(entry.data):
            found = proposed_station(series, stations)
            rows.append(FlowRow(series.name, series.mean_m3_s, series.years, found.id if found else None))
    return tuple(rows)
