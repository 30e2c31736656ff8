"""A user's own gauges in place of the table's months: records at stations become the local inflows of a cascade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.cascade import gathered, local_means, next_below, travel_hours
from resources.cascade_storage import reservoir_of
from resources.cascade_tables import CascadeStation
from resources.hours import HOURS
from resources.river_inflow import FlowYear, recorded_year
from resources.sources.flow_series import FlowSeries

Array = NDArray[np.float64]


NEAR_KM: Final = 60.0
"""From a station to its gauge, at most, in a proposal."""


@dataclass(frozen=True, slots=True)
class Record:
    """One year of natural flow at a station."""

    name: str
    """Gauge and year, for the reader."""
    flow_m3_s: Array
    """(365,) days or (8760,) hours."""


def record_of(series: FlowSeries, year: int) -> Record:
    """A year of an imported series as a record.

    Raises
    ------
    InputError
        The year is not complete, or the series is a reservoir's release and not the river's own flow.
    """
    if series.regulated:
        raise InputError(
            Problem(series.name, "flow", "regulated", "the river's own flow, for the inflow of stations")
        )
    return Record(f"{series.name} {year}", series.year_m3_s(year))


def proposed_station(series: FlowSeries, stations: Sequence[CascadeStation]) -> CascadeStation | None:
    """The station a gauge most likely stands for, for the user to confirm; None where none is near and alike.

    Within `NEAR_KM` and with a mean flow within a third of the gauge's, the nearest.
    """
    if series.place is None or not stations:
        return None
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    away = [
        geod.inv(series.place.lon_deg, series.place.lat_deg, one.lon_deg, one.lat_deg)[2] / 1e3
        for one in stations
    ]
    alike = [
        at
        for at, one in enumerate(stations)
        if away[at] <= NEAR_KM
        and abs(np.log(max(series.mean_m3_s, 1e-9) / one.mean_flow_m3_s)) < np.log(4 / 3)
    ]
    return stations[min(alike, key=lambda at: away[at])] if alike else None


def years_of_records(
    stations: Sequence[CascadeStation], records: Mapping[str, Record]
) -> dict[str, FlowYear]:
    """Flow years of the local inflows, so that the natural flow at each recorded station is its record.

    Parameters
    ----------
    stations
        Upstream first.
    records
        By the id of the station next to the gauge.

    Returns
    -------
    By station, for `cascade.cascade_hydrology(station_years=...)`: each station above a gauge. Stations with no gauge
    below them are left out and keep the table's year.

    Raises
    ------
    InputError
        A record of no station or of wrong length or values; a gauge with less water in the year than those above it.

    Notes
    -----
    Between two gauges joins what the lower has more than the upper ones, delayed by the way between them. Where that is
    below zero in an hour nothing joins, and the rest of the year is lowered so that its water stays right.
    """
    by_id = {station.id: at for at, station in enumerate(stations)}
    if lost := sorted(set(records) - set(by_id)):
        raise InputError([Problem("records", "station", id, "a station of the cascade") for id in lost])
    below = next_below(stations)
    local = local_means(stations)
    mean = gathered(below, local)
    travel = travel_hours(stations, [reservoir_of(station) for station in stations])
    gauges = {by_id[id]: record for id, record in records.items()}
    hourly: dict[int, Array] = {}
    for at, record in sorted(gauges.items()):
        year = recorded_year(stations[at].river, record.name, record.flow_m3_s, float(mean[at]))
        hourly[at] = np.asarray(year.share * mean[at])
    owner = [_first_gauge(at, below, gauges) for at in range(len(stations))]
    years: dict[str, FlowYear] = {}
    problems: list[Problem] = []
    for gauge, record in sorted(gauges.items()):
        own = [at for at, found in enumerate(owner) if found == gauge]
        joined = hourly[gauge].copy()
        for other in gauges:
            if other != gauge and below[other] >= 0 and owner[int(below[other])] == gauge:
                joined -= np.roll(hourly[other], round(_way_h(other, gauge, below, travel)))
        total = float(local[own].sum())
        if joined.sum() < 0 or (total <= 0 and joined.sum() > 0):
            found = f"{hourly[gauge].mean():.1f} m3/s, {joined.mean():+.1f} beside the gauges above"
            problems.append(Problem("records", record.name, found, "no less water than the gauges above it"))
            continue
        share = _never_negative(joined) / total if total > 0 else np.zeros(HOURS)
        share.setflags(write=False)
        for at in own:
            years[stations[at].id] = FlowYear(
                stations[at].river, share, record.name, float(share.mean()), None
            )
    if problems:
        raise InputError(problems)
    return years


def _first_gauge(at: int, below: NDArray[np.int64], gauges: Mapping[int, Record]) -> int:
    """The next gauge at or below a station, -1 where none is."""
    while at >= 0 and at not in gauges:
        at = int(below[at])
    return at


def _way_h(upper: int, lower: int, below: NDArray[np.int64], travel_h: Array) -> float:
    hours = 0.0
    while upper != lower:
        hours += float(travel_h[upper])
        upper = int(below[upper])
    return hours


def _never_negative(flow: Array) -> Array:
    kept = np.maximum(flow, 0.0)
    return np.asarray(kept * (flow.sum() / kept.sum())) if kept.sum() > 0 else kept
