"""Hourly tables of one place that fit in memory: rows to numbers with their faults named, and the open source."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.hours import GEOMETRY_YEAR
from resources.sources.contract import Finding, Grid, Place, Question, refuse
from resources.sources.hourly import Array, Column, Hourly, HourlyRaw, Numbers

MOST_BYTES = 512 * 2**20
_MOST_NAMED = 20
_SAME = 1e-9


@dataclass(slots=True)
class PlaceRaw:
    """A `hourly.HourlyRaw` of one place in memory."""

    paths: tuple[Path, ...]
    place: Place
    columns: tuple[Column, ...]
    minutes: Numbers
    """(step,) increasing stamps on the file's clock, minutes from 1970."""
    values: Mapping[str, Array]
    utc_offset_h: float | None
    typical: bool = False
    calendar: str = "standard"
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    grid: Grid | None = None
    sample_places: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    @property
    def lon_deg(self) -> Array:
        return np.array([self.place.lon_deg])

    @property
    def lat_deg(self) -> Array:
        return np.array([self.place.lat_deg])

    @property
    def elevation_m(self) -> Array:
        height = self.place.elevation_m
        return np.array([np.nan if height is None else height])

    @property
    def names(self) -> tuple[str, ...]:
        return (self.place.name,)

    def stamps(self, column: Column) -> Numbers:
        """See `HourlyRaw`."""
        return self.minutes

    def load(self, column: Column, steps: slice, places: slice) -> Hourly:
        """See `HourlyRaw`."""
        return self.values[column.name][steps].astype(np.float32)[None, :][places]

    def sample(self, column: Column, steps: slice) -> Hourly:
        """See `HourlyRaw`."""
        return self.load(column, steps, slice(0, 1))


@contextmanager
def held(raw: PlaceRaw) -> Iterator[HourlyRaw]:
    """A source in memory, as a format's `open` gives it."""
    yield raw


def read_text(path: Path) -> str:
    """A whole text file; UTF-8, else GB18030.

    Raises
    ------
    InputError
        Not readable, too large, or no text.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise refuse(
                path, "file", f"{size / 2**20:.0f} MB", f"a table of at most {MOST_BYTES / 2**20:.0f} MB"
            )
        data = path.read_bytes()
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "a file that can be read") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(path, "file", "bytes that are no text", "text in UTF-8 or GB18030")


def split_rows(text: str, delimiter: str = ",") -> list[list[str]]:
    """Cells of all lines that are not blank, stripped."""
    return [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        if any(cell.strip() for cell in row)
    ]


def numbers_of(
    path: Path,
    name: str,
    texts: Sequence[str],
    first_row: int,
    problems: list[Problem],
    missing: Sequence[float] = (),
) -> Array:
    """(row,) values of a column, NaN where empty or marked missing; texts that are no number become problems."""
    values = np.full(len(texts), np.nan)
    bad = 0
    for at, text in enumerate(texts):
        if not text or text.lower() in ("nan", "na", "null", "none", "-", "--"):
            continue
        try:
            values[at] = float(text)
        except ValueError:
            if not bad:
                problems.append(Problem(f"{path} row {at + first_row}", name, text[:40], "a number"))
            bad += 1
    if bad > 1:
        last = problems.pop()
        problems.append(Problem(last.where, name, f"{last.found} (and {bad - 1} more rows)", last.expected))
    for mark in missing:
        values[np.abs(values - mark) < _SAME] = np.nan
    return values


def minutes_of(year: Array, month: Array, day: Array, minute_of_day: Array) -> Numbers:
    """(row,) minutes from 1970 of calendar dates; -1 << 40 where there is no such date."""
    known = np.isfinite(year) & np.isfinite(month) & np.isfinite(day) & np.isfinite(minute_of_day)
    whole = [np.where(known, each, 1).astype(np.int64) for each in (year, month, day)]
    good = (
        known & (whole[1] >= 1) & (whole[1] <= 12) & (whole[2] >= 1) & (whole[0] > 1800) & (whole[0] < 2200)
    )
    y, m, d = (np.where(good, each, 1970 if at == 0 else 1) for at, each in enumerate(whole))
    months = ((y - 1970) * 12 + (m - 1)).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (d - 1)
    good &= dates.astype("datetime64[M]") == months
    minutes = dates.astype(np.int64) * 1440 + np.where(known, minute_of_day, 0.0).round().astype(np.int64)
    return np.where(good, minutes, np.int64(-1) << 40)


def in_typical_year(minutes: Numbers) -> Numbers:
    """Stamps moved to the year a typical file stands in, month, day and hour kept; 29 February marked by -1."""
    when = minutes.astype("datetime64[m]")
    months = when.astype("datetime64[M]")
    into = (minutes - months.astype("datetime64[m]").astype(np.int64)).astype(np.int64)
    month = months.astype(np.int64) % 12
    start = (
        ((GEOMETRY_YEAR - 1970) * 12 + month).astype("datetime64[M]").astype("datetime64[m]").astype(np.int64)
    )
    leap_day = (month == 1) & (into >= 28 * 1440)
    return np.where(leap_day, -1, start + into)


def in_order(
    path: Path, minutes: Numbers, values: Mapping[str, Array], first_row: int = 1
) -> tuple[Numbers, dict[str, Array], list[Finding]]:
    """Rows by time, each stamp once, and what was wrong: order, stamps twice, rows without a date."""
    findings: list[Finding] = []
    where = str(path)
    dated = minutes >= 0
    if not dated.all():
        row = int(np.flatnonzero(~dated)[0]) + first_row
        problem = Problem(
            f"{where} row {row}", "time", f"{int((~dated).sum())} rows without a date", "a date"
        )
        findings.append(Finding("no_date", "fatal", problem))
    steps = np.diff(minutes[dated])
    if (steps < 0).any():
        row = int(np.flatnonzero(steps < 0)[0]) + first_row + 1
        problem = Problem(
            f"{where} row {row}", "time", "earlier than the row before", "rows in order of time"
        )
        findings.append(Finding("out_of_order", "consent", problem))
    kept = np.flatnonzero(dated)
    kept = kept[np.argsort(minutes[kept], kind="stable")]
    again = np.flatnonzero(np.diff(minutes[kept]) == 0) + 1
    if len(again):
        differing = [
            int(at)
            for at in again
            if any(not _alike(column[kept[at]], column[kept[at - 1]]) for column in values.values())
        ]
        shown = differing or [int(again[0])]
        stamp = str(minutes[kept[shown[0]]].astype("datetime64[m]"))
        count = len(differing) or len(again)
        what = "with other values" if differing else "with the same values"
        problem = Problem(where, "time", f"{stamp} twice {what} ({count} rows)", "each hour once")
        code = "duplicate_conflict" if differing else "duplicate_times"
        findings.append(Finding(code, "fatal" if differing else "consent", problem, {"hours": count}))
        kept = np.delete(kept, again)
    return minutes[kept], {name: column[kept] for name, column in values.items()}, findings


def join(parts: list[PlaceRaw]) -> PlaceRaw:
    """Files of one place, one after the other or beside each other in time, as one."""
    first = parts[0]
    if len(parts) == 1:
        return first
    findings = [found for part in parts for found in part.findings]
    for part in parts[1:]:
        here, there = (part.place, first.place)
        if abs(here.lon_deg - there.lon_deg) > 1e-3 or abs(here.lat_deg - there.lat_deg) > 1e-3:
            found, expected = f"{here.lon_deg:g} {here.lat_deg:g}", f"{there.lon_deg:g} {there.lat_deg:g}"
            findings.append(
                Finding("other_place", "fatal", Problem(str(part.paths[0]), "place", found, expected))
            )
        if part.utc_offset_h != first.utc_offset_h:
            problem = Problem(
                str(part.paths[0]), "time zone", f"UTC{part.utc_offset_h:+g}", f"UTC{first.utc_offset_h:+g}"
            )
            findings.append(Finding("other_zone", "fatal", problem))
    columns = {column.name: column for part in parts for column in part.columns}
    for part in parts:
        for name in columns.keys() - part.values.keys():
            problem = Problem(str(part.paths[0]), name, "not in this file", "in all files of the place")
            findings.append(Finding("column_absent", "fatal", problem))
    minutes = np.concatenate([part.minutes for part in parts])
    values = {
        name: np.concatenate([part.values.get(name, np.full(len(part.minutes), np.nan)) for part in parts])
        for name in columns
    }
    minutes, kept, more = in_order(first.paths[0], *_by_time(minutes, values))
    return PlaceRaw(
        tuple(path for part in parts for path in part.paths),
        first.place,
        tuple(columns.values()),
        minutes,
        kept,
        first.utc_offset_h,
        first.typical,
        findings=(*findings, *more),
    )


def _by_time(minutes: Numbers, values: dict[str, Array]) -> tuple[Numbers, dict[str, Array]]:
    """Files may be given in any order: that is no fault of theirs."""
    order = np.argsort(minutes, kind="stable")
    return minutes[order], {name: column[order] for name, column in values.items()}


def raise_if(problems: Sequence[Problem]) -> None:
    """Stop with all problems of a file, if there are any."""
    if problems:
        raise InputError(problems[:_MOST_NAMED])


def _alike(a: float, b: float) -> bool:
    return bool(a == b or (np.isnan(a) and np.isnan(b)))
