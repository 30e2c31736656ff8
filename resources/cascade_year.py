"""The year of water of the river cascades as a run asks for it: frequency or mean, floods of a seed, own discharge.

Every station of the tables that stands by a year is run once, all rivers together; provinces and bases take their
stations from the same run (`cascade_energy.cascade_plant`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.cascade import cascade_hydrology
from resources.cascade_energy import CascadePlant, cascade_plant
from resources.cascade_records import NEAR_KM, Record, proposed_station, record_of, years_of_records
from resources.cascade_run import CascadeRun, run_cascade
from resources.cascade_tables import CascadeStation, cascade_stations, chosen_stations
from resources.choice import ResourceChoice, find_entries
from resources.library import DataRef, Entry
from resources.river_inflow import basin_years
from resources.sources.flow_series import FlowSeries, read_series

Array = NDArray[np.float64]

FAR_MEAN: Final = 2.0
"""Times, up or down, by which the mean of a series the user puts at a station may lie off the station's own: more is
another river, or another unit."""


@dataclass(frozen=True, slots=True)
class WaterAsk:
    """What decides a year of water."""

    year: int
    """Of the scenario: stations complete by then."""
    seed: int
    """Of the rain days that bring floods."""
    exceedance_pct: float | None = None
    """Share of years that are wetter; None: the long-term mean. [%]"""
    flows: tuple[DataRef, ...] = ()
    flow_year: int | None = None
    flow_stations: tuple[tuple[str, str], ...] = ()
    """Series by name and station."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A series of the user's that serves, and where."""

    entry: Entry
    series: str
    station: str
    year: int
    serves: tuple[str, ...]
    """Ids of the stations whose inflow it gives."""


@dataclass(frozen=True, slots=True)
class CascadeYear:
    """All stations that stand, run through one year."""

    ask: WaterAsk
    run: CascadeRun
    gauges: tuple[Gauge, ...]

    @property
    def stations(self) -> tuple[CascadeStation, ...]:
        return self.run.hydrology.stations

    @property
    def recorded(self) -> frozenset[str]:
        """Ids of stations whose inflow is of a record."""
        return frozenset(id for gauge in self.gauges for id in gauge.serves)

    def plant(self, owned: Sequence[str], factor: float | None = None) -> CascadePlant:
        """The plant of some stations, at what a dispatcher gets of the river (`CascadeStation.use_share`).

        Parameters
        ----------
        owned
            Ids; those that do not stand are left out.
        factor
            By which the stations' design energy is multiplied: their year's energy, recorded stations apart, then is
            exactly that. None: as simulated.
        """
        ids = self.run.hydrology.ids
        use = np.array([station.use_share for station in self.stations])
        if factor is None:
            return cascade_plant(self.run, owned, use)
        recorded = self.recorded
        plain = [id for id in owned if id in ids and id not in recorded]
        scale = np.ones(len(ids))
        if plain:
            of_tables = np.array([id in plain for id in ids])
            design = sum(s.annual_mwh for s in self.stations if s.id in plain)
            # Summed as the plant of all that are owned counts them: what they store counts through all its heads.
            found = float(cascade_plant(self.run, owned, use, np.where(of_tables, 1.0, 0.0)).inflow_mw.sum())
            scale[of_tables] = factor * design / found if found > 0 else 1.0
        return cascade_plant(self.run, owned, use, scale)


def water_ask(choice: ResourceChoice, year: int, seed: int) -> WaterAsk:
    """What a scenario asks; reads no more of the choice than its water."""
    return WaterAsk(
        year,
        seed,
        choice.water_exceedance_pct,
        tuple(choice.flows),
        choice.flow_year,
        tuple(sorted(choice.flow_stations.items())),
    )


@functools.lru_cache(maxsize=4)
def cascade_year(ask: WaterAsk, library: Path | None = None) -> CascadeYear:
    """The year of all stations.

    Parameters
    ----------
    library
        Folder of imported data; None: the user's own.

    Raises
    ------
    InputError
        Discharge that is not in the library, that is a reservoir's release, that lacks the year or shares no year
        with the rest, that belongs to no station or to a river many times smaller or larger: all at once.
    BalanceError
        As `cascade_hydrology` and `run_cascade`.
    """
    stations = chosen_stations(year=ask.year)
    placed = _placed(ask, stations, library)
    records = {station: record for station, (_, _, record) in placed.items()}
    own = years_of_records(stations, records) if records else {}
    exceedance = None if ask.exceedance_pct is None else ask.exceedance_pct / 100.0
    years = basin_years({s.river for s in stations}, exceedance=exceedance, seed=ask.seed)
    run = run_cascade(cascade_hydrology(stations, years, station_years=own))
    gauges = tuple(
        Gauge(
            entry,
            series.name,
            station,
            year_of(record),
            tuple(id for id, flow in own.items() if flow.kind == record.name),
        )
        for station, (entry, series, record) in placed.items()
    )
    return CascadeYear(ask, run, gauges)


def year_of(record: Record) -> int:
    """The year a record's name ends with."""
    return int(record.name.rsplit(" ", 1)[1])


def _placed(
    ask: WaterAsk, stations: Sequence[CascadeStation], library: Path | None
) -> dict[str, tuple[Entry, FlowSeries, Record]]:
    """By station: the series that stands for it, and its year."""
    if not ask.flows and not ask.flow_stations:
        return {}
    entries = find_entries(ResourceChoice(flows=ask.flows), library, ("flows",)).flows
    problems: list[Problem] = []
    held = [(entry, series) for entry in entries for series in read_series(entry.data)]
    said = dict(ask.flow_stations)
    for name in sorted(set(said) - {series.name for _, series in held}):
        there = ", ".join(series.name for _, series in held) or "none"
        problems.append(Problem("resource.flow_stations", name, "no such series", f"one of: {there[:200]}"))
    year = _common_year(ask, [series for _, series in held], problems)
    placed: dict[str, tuple[Entry, FlowSeries, Record]] = {}
    for entry, series in held:
        station = _station_of(series, said.get(series.name), stations, problems)
        if station is None:
            continue
        if station.id in placed:
            found = f"{placed[station.id][1].name}, {series.name}"
            problems.append(Problem("resource.flows", station.id, found, "one series a station"))
            continue
        if year is None or year not in series.years:
            continue
        try:
            placed[station.id] = (entry, series, record_of(series, year))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return placed


def _common_year(ask: WaterAsk, series: Sequence[FlowSeries], problems: list[Problem]) -> int | None:
    """The year asked for, or the last that every series has whole."""
    if not series:
        return None
    if ask.flow_year is not None:
        for one in series:
            if ask.flow_year not in one.years:
                problems.append(
                    Problem("resource.flow_year", one.name, str(ask.flow_year), f"one of {_spans(one.years)}")
                )
        return ask.flow_year
    shared = frozenset.intersection(*(frozenset(one.years) for one in series))
    if shared:
        return max(shared)
    found = "; ".join(f"{one.name}: {_spans(one.years)}" for one in series)[:200]
    problems.append(Problem("resource.flows", "years", found, "a whole year that every series has"))
    return None


def _spans(years: Sequence[int]) -> str:
    """1956-1990, 1992."""
    if not years:
        return "no whole year"
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _station_of(
    series: FlowSeries, said: str | None, stations: Sequence[CascadeStation], problems: list[Problem]
) -> CascadeStation | None:
    """The station a series stands for: as the user says, else the nearest with a like mean."""
    mean = f"mean {series.mean_m3_s:,.0f} m3/s"
    if said is None:
        found = proposed_station(series, stations)
        if found is None:
            place = series.place
            there = "without a place" if place is None else f"at {place.lon_deg:g}, {place.lat_deg:g}"
            expected = f"within {NEAR_KM:g} km of a station with a mean within a third, or in flow_stations"
            problems.append(Problem("resource.flows", series.name, f"{mean} {there}", expected))
        return found
    found = next((station for station in stations if station.id == said), None)
    if found is None:
        known = any(station.id == said for station in cascade_stations())
        expected = "a station that stands by the scenario's year" if known else "an id such as yellow-04"
        problems.append(Problem("resource.flow_stations", series.name, said, expected))
        return None
    off = series.mean_m3_s / found.mean_flow_m3_s
    if not 1 / FAR_MEAN <= off <= FAR_MEAN:
        expected = f"{found.mean_flow_m3_s:,.0f} m3/s at {found.id}, at most {FAR_MEAN:g} times off"
        problems.append(Problem("resource.flow_stations", series.name, mean, expected))
        return None
    return found
