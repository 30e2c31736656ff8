"""Flow of rivers as its files have it: series of stations, their checks, the checked copy and its reading.

Shared by the formats of kind "flow-series". Values are m3/s; a missing value is NaN, never 0. A stamp is the day, or
the first day of the month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from gis_layers.grid import EAST_DEG, NORTH_DEG, SOUTH_DEG, WEST_DEG
from resources.hours import DAYS
from resources.hydro import hourly_from_monthly
from resources.sources.contract import Finding, Guess, Place, Question, Variable, refuse

Array = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Step = Literal["day", "month"]

FLOW_ROLE: Final = "discharge_m3_per_s"
MOST_FILLED: Final[dict[Step, int]] = {"day": 10, "month": 1}
"""Longest gap, in steps, that is filled by a straight line once the user agrees."""
FAR_FROM_ATLAS: Final = 5.0
"""Times, up or down, the mean may lie from the embedded river's before the user is asked."""
SPIKE_TIMES: Final = 20.0
"""A value that many times the next largest is named."""
NATURE_QUESTION: Final = "flow_nature"
_SEARCH_CELLS: Final = 2
_FEBRUARY_29: Final = 59


@dataclass(frozen=True, slots=True)
class FlowSeries:
    """Flow at one station; stamps increase, none twice, none left out."""

    name: str
    river: str
    place: Place | None
    catchment_km2: float | None
    step: Step
    dates: Dates
    """(step,) datetime64[D]."""
    flow_m3_s: Array
    """(step,) NaN where missing."""
    regulated: bool = False
    """What a reservoir above lets go, by the user's word, and not the river's own flow."""

    @property
    def mean_m3_s(self) -> float:
        """Of the months' means, so that a season that is missing more often does not weigh less."""
        month = self.dates.astype("datetime64[M]").astype(np.int64) % 12
        known = np.isfinite(self.flow_m3_s)
        means = [self.flow_m3_s[known & (month == m)].mean() for m in np.unique(month[known])]
        return float(np.mean(means)) if means else float("nan")

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years without a missing value."""
        return tuple(
            int(year)
            for year in np.unique(self.dates.astype("datetime64[Y]").astype(np.int64) + 1970)
            if self._complete(int(year)) is not None
        )

    def _complete(self, year: int) -> Array | None:
        inside = self.dates.astype("datetime64[Y]") == np.datetime64(f"{year:04d}", "Y")
        values = self.flow_m3_s[inside]
        length = 12 if self.step == "month" else 366 if _leap(year) else 365
        return values if len(values) == length and np.isfinite(values).all() else None

    def year_m3_s(self, year: int) -> Array:
        """(365,) days or, of a monthly series, (8760,) hours of a year; 29 February dropped.

        Raises
        ------
        InputError
            The year is not complete.
        """
        values = self._complete(year)
        if values is None:
            found = f"years {', '.join(map(str, self.years)) or 'none'}"
            raise refuse(Path(self.name), f"year {year}", found, "a complete year of the series")
        if self.step == "month":
            return hourly_from_monthly(values)
        return np.delete(values, _FEBRUARY_29) if len(values) > DAYS else values


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def ordered(
    where: str, dates: Dates, values: Array, step: Step, rows: NDArray[np.int64]
) -> tuple[Dates, Array, list[Finding]]:
    """Stamps in order without gaps; what stands twice or was out of order is told.

    A stamp that is there twice with two values is fatal: nobody can say which is right.
    """
    findings: list[Finding] = []
    stamp_type = "datetime64[D]" if step == "day" else "datetime64[M]"
    stamps = dates.astype(stamp_type).astype(np.int64)
    if (np.diff(stamps) < 0).any():
        row = int(np.flatnonzero(np.diff(stamps) < 0)[0]) + 1
        problem = Problem(
            f"{where} row {int(rows[row])}", "date", str(dates[row]), "dates that increase; sorted"
        )
        findings.append(Finding("out_of_order", "note", problem))
    order = np.argsort(stamps, kind="stable")
    sorted_stamps, sorted_values = stamps[order], values[order]
    twice = np.flatnonzero(np.diff(sorted_stamps) == 0)
    if len(twice):
        one, other = sorted_values[twice], sorted_values[twice + 1]
        same = (one == other) | (np.isnan(one) & np.isnan(other))
        at = int(twice[0] if same.all() else twice[~same][0])
        text = f"{sorted_stamps[at : at + 1].astype(stamp_type)[0]} twice ({len(twice)} such)"
        problem = Problem(f"{where} row {int(rows[order[at + 1]])}", "date", text, "each date once")
        if same.all():
            findings.append(Finding("date_twice_same", "note", problem, {"dates": len(twice)}))
        else:
            findings.append(Finding("date_twice", "fatal", problem, {"dates": int((~same).sum())}))
    unique, first = np.unique(sorted_stamps, return_index=True)
    whole = np.arange(unique[0], unique[-1] + 1)
    filled = np.full(len(whole), np.nan)
    filled[unique - unique[0]] = sorted_values[first]
    return whole.astype(stamp_type).astype("datetime64[D]"), filled, findings


def checked(where: str, series: FlowSeries) -> list[Finding]:
    """What is wrong with the values of a series that is in order."""
    findings: list[Finding] = []
    flow = series.flow_m3_s
    label = series.name
    negative = flow < 0
    if negative.any():
        at = int(np.flatnonzero(negative)[0])
        found = f"{flow[at]:g} on {series.dates[at]} ({int(negative.sum())} values)"
        problem = Problem(where, label, found, "0 or more; taken as missing")
        findings.append(Finding("flow_negative", "consent", problem, {"values": int(negative.sum())}))
    sound = np.where(negative, np.nan, flow)
    known = sound[np.isfinite(sound)]
    if not known.size or not known.any():
        found = "no values" if not known.size else "0 throughout"
        return [*findings, Finding("flow_none", "fatal", Problem(where, label, found, "a river that flows"))]
    if spikes := _spikes(where, series, sound):
        findings += spikes
        sound[int(np.nanargmax(sound))] = np.nan
    findings += _gaps(where, series, sound)
    findings += _beside_atlas(where, series, sound)
    return findings


def _spikes(where: str, series: FlowSeries, sound: Array) -> list[Finding]:
    ranked = np.sort(sound[np.isfinite(sound)])
    if len(ranked) < 3 or ranked[-1] <= SPIKE_TIMES * max(ranked[-2], 1e-9):
        return []
    at = int(np.nanargmax(sound))
    problem = Problem(
        where,
        series.name,
        f"{sound[at]:g} m3/s on {series.dates[at]}",
        f"next largest {ranked[-2]:g}; taken as missing",
    )
    return [Finding("flow_spike", "consent", problem)]


def _gaps(where: str, series: FlowSeries, sound: Array) -> list[Finding]:
    mended, filled = fill_short(sound, MOST_FILLED[series.step])
    findings: list[Finding] = []
    if filled:
        found = f"{filled} missing in gaps of up to {MOST_FILLED[series.step]}"
        problem = Problem(where, series.name, found, "no gaps; a straight line across")
        findings.append(Finding("gap_short", "consent", problem, {"steps": filled}))
    whole = _with_flow(series, mended)
    years = np.unique(series.dates.astype("datetime64[Y]").astype(np.int64) + 1970)
    if len(lost := [int(year) for year in years if int(year) not in whole.years]):
        text = f"{len(lost)} of {len(years)} years with longer gaps or an open end, first {lost[0]}"
        problem = Problem(where, series.name, text, "complete years")
        fatal = len(lost) == len(years)
        findings.append(
            Finding(
                "gap_long" if fatal else "year_left_out",
                "fatal" if fatal else "note",
                problem,
                {"years": len(lost)},
            )
        )
    return findings


def atlas_flow_m3_s(place: Place) -> float | None:
    """Largest mean flow of the embedded rivers within two cells of a place; None outside the window or the rivers."""
    if not (WEST_DEG <= place.lon_deg < EAST_DEG and SOUTH_DEG < place.lat_deg <= NORTH_DEG):
        return None
    from gis_layers.grid import TERRAIN
    from resources import atlas

    row = int((NORTH_DEG - place.lat_deg) / TERRAIN.step_deg)
    col = int((place.lon_deg - WEST_DEG) / TERRAIN.step_deg)
    near = atlas.read("river_flow").values[0][
        max(row - _SEARCH_CELLS, 0) : row + _SEARCH_CELLS + 1,
        max(col - _SEARCH_CELLS, 0) : col + _SEARCH_CELLS + 1,
    ]
    return float(np.nanmax(near)) if np.isfinite(near).any() else None


def _beside_atlas(where: str, series: FlowSeries, sound: Array) -> list[Finding]:
    if series.place is None:
        return []
    problem: Problem
    mean = _with_flow(series, sound).mean_m3_s
    if series.catchment_km2:
        depth_mm = mean * 365 * 86_400 / (series.catchment_km2 * 1e6) * 1e3
        if depth_mm > 6000:
            found = f"{mean:g} m3/s from {series.catchment_km2:g} km2: {depth_mm:.0f} mm a year"
            problem = Problem(where, series.name, found, "at most 6,000 mm; another unit?")
            return [Finding("flow_unit", "fatal", problem, {"depth_mm": round(depth_mm)})]
    if not (WEST_DEG <= series.place.lon_deg < EAST_DEG and SOUTH_DEG < series.place.lat_deg <= NORTH_DEG):
        found = f"{series.place.lon_deg:g} {series.place.lat_deg:g}"
        problem = Problem(
            where, series.name, found, f"{WEST_DEG:g}..{EAST_DEG:g} E, {SOUTH_DEG:g}..{NORTH_DEG:g} N"
        )
        return [Finding("outside_china", "fatal", problem)]
    ours = atlas_flow_m3_s(series.place)
    if (
        ours is None
        or 1 / FAR_FROM_ATLAS <= mean / ours <= FAR_FROM_ATLAS
        or mean < 1.0 > ours / FAR_FROM_ATLAS
    ):
        return []
    problem = Problem(
        where,
        series.name,
        f"mean {mean:.3g} m3/s",
        f"about {ours:.3g} m3/s, the embedded river there; unit, place?",
    )
    return [Finding("flow_far_from_atlas", "consent", problem, {"found_m3_s": mean, "atlas_m3_s": ours})]


def mended(series: FlowSeries) -> FlowSeries:
    """A series with what its findings ask consent for done: negatives and a spike missing, short gaps filled."""
    flow = np.where(series.flow_m3_s < 0, np.nan, series.flow_m3_s)
    if _spikes("", series, flow):
        flow[int(np.nanargmax(flow))] = np.nan
    return _with_flow(series, fill_short(flow, MOST_FILLED[series.step])[0])


def _with_flow(series: FlowSeries, flow: Array) -> FlowSeries:
    import dataclasses

    return dataclasses.replace(series, flow_m3_s=flow)


def fill_short(values: Array, most: int) -> tuple[Array, int]:
    """Straight lines across gaps of at most `most` steps, none at the ends; and how many values that were."""
    missing = np.isnan(values)
    edges = np.diff(np.concatenate(([0], missing.astype(np.int8), [0])))
    out = values.copy()
    filled = 0
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        if start > 0 and end < len(values) and end - start <= most:
            out[start:end] = np.interp(
                np.arange(start, end), (start - 1, end), (values[start - 1], values[end])
            )
            filled += int(end - start)
    return out, filled


def described(series: FlowSeries, column: str, unit_found: str, unit: str) -> Variable:
    """A series as a variable of the report."""
    known = series.flow_m3_s[np.isfinite(series.flow_m3_s)]
    return Variable(
        name=column,
        role=FLOW_ROLE,
        unit_found=unit_found,
        unit_understood=unit,
        low=float(known.min()) if known.size else None,
        high=float(known.max()) if known.size else None,
        mean=float(known.mean()) if known.size else None,
        missing_share=1.0 - known.size / max(series.flow_m3_s.size, 1),
    )


def nature_question() -> Question:
    """Is it the river's own flow, or what a reservoir above lets go? Nothing in a file tells."""
    return Question(NATURE_QUESTION, (Guess("natural", 0.5, "usual"), Guess("regulated", 0.5, "usual")))


def write_series(series: Sequence[FlowSeries], target: Path) -> None:
    """The checked copy: one Parquet table, a row a station and date."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [
        pa.table(
            {
                "station": pa.array([one.name] * len(one.dates)).dictionary_encode(),
                "river": pa.array([one.river] * len(one.dates)).dictionary_encode(),
                "lon_deg": np.full(len(one.dates), np.nan if one.place is None else one.place.lon_deg),
                "lat_deg": np.full(len(one.dates), np.nan if one.place is None else one.place.lat_deg),
                "catchment_km2": np.full(len(one.dates), one.catchment_km2 or np.nan),
                "step": pa.array([one.step] * len(one.dates)).dictionary_encode(),
                "date": pa.array(one.dates.astype("datetime64[D]")),
                "flow_m3_per_s": one.flow_m3_s,
                "regulated": np.full(len(one.dates), one.regulated),
            }
        )
        for one in series
    ]
    pq.write_table(pa.concat_tables(tables).unify_dictionaries(), target)


def read_series(path: Path) -> tuple[FlowSeries, ...]:
    """The series of a checked copy.

    Raises
    ------
    InputError
        Not such a copy.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, memory_map=False).to_pydict()
        groups = {
            name: np.flatnonzero(np.array(table["station"]) == name)
            for name in dict.fromkeys(table["station"])
        }
        made = []
        for name, rows in groups.items():
            at = int(rows[0])
            lon, lat, area = (table[key][at] for key in ("lon_deg", "lat_deg", "catchment_km2"))
            made.append(
                FlowSeries(
                    name=name,
                    river=table["river"][at],
                    place=None if np.isnan(lon) else Place(name, lon, lat),
                    catchment_km2=None if np.isnan(area) else area,
                    step="month" if table["step"][at] == "month" else "day",
                    dates=np.array(table["date"], dtype="datetime64[D]")[rows],
                    flow_m3_s=np.array(table["flow_m3_per_s"], dtype=np.float64)[rows],
                    regulated=bool(table["regulated"][at]),
                )
            )
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise refuse(path, "file", str(error)[:80], "a checked copy of flow series") from error
    return tuple(made)
