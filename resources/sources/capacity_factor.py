"""Hourly capacity factors of regions, NetCDF of (time, region), as atlite and PyPSA models keep them.

Such files carry no time zone. PV shows it: the sun tells zone and end of the hour together. Wind does not, so
the zone of a wind file is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.hours import HOURS
from resources.sources.capacity_factor_file import write_capacity_factors
from resources.sources.contract import (
    Answers,
    Finding,
    Guess,
    Kind,
    Period,
    Place,
    Question,
    SourceReport,
    refuse,
)
from resources.sources.hourly import (
    Array,
    Numbers,
    Stamp,
    civil_year,
    cosine,
    hour_numbers,
    locate,
    wrap_edges,
    year_hours,
)
from resources.sources.hourly_checks import CLOCK_TOLERANCE_H, check_coverage, clock_shift_h, longest_run
from resources.sources.hourly_convert import MOST_FILLED_H, close_gaps
from resources.sources.hourly_format import ZONE_QUESTION
from resources.sources.netcdf_file import TIME, dimension, is_netcdf, open_dataset, variables_of
from resources.sources.netcdf_time import decode_minutes
from resources.sources.region_names import code_of_region, place_of_region
from resources.sources.variables import describe_field, understand

_VARIABLES = ("profile", "capacity_factor", "capacity_factors", "cf")
_MOST_VALUES = 60_000_000
_ABOVE_ONE = 1.02
_BELOW_ZERO = -0.001
_ROUNDING = 1e-6
_CLOCK_REGIONS = 8
"""So many are enough to tell the zone."""
_ENDS: dict[Stamp, float] = {"beginning": 0.0, "centre": 0.5, "end": 1.0}
_ZONES = (0.0, 8.0)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file in memory."""

    path: Path
    name: str
    unit: str
    regions: tuple[str, ...]
    values: Array
    """(region, step)"""
    minutes: Numbers


@dataclass(frozen=True, slots=True)
class _Settled:
    """How the file becomes ours."""

    values: Array
    numbers: Numbers
    years: tuple[int, ...]
    technology: str
    filled: int


@dataclass(frozen=True, slots=True)
class _CapacityFactorYear:
    id: str = "capacity_factor_year"
    kind: Kind = "capacity-factor-year"
    title_zh: str = "分区逐时容量系数（NetCDF）"
    title_en: str = "Hourly capacity factors of regions (NetCDF)"
    licence: str = "of who made the file"
    grade: Grade = "reanalysis"
    suffix: str = ".nc"

    def sniff(self, head: bytes, path: Path) -> float:
        if not is_netcdf(head):
            return 0.0
        return 0.0 if _variable(variables_of(path)) is None else 0.9

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        return _look(paths, answers)[0]

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        found, settled = _look(report.paths, answers)
        data = np.empty((len(settled.years), len(found.places), HOURS), dtype=np.float32)
        problems: list[Problem] = []
        filled = 0
        for at, year in enumerate(settled.years):
            progress(at / len(settled.years), "convert")
            data[at], count = _year(found, settled, year, problems)
            filled += count
        if filled and "yes" not in (answers.get("fix"), answers.get("fix:gap_short")):
            problems.append(
                Problem(str(report.paths[0]), "gap", f"{filled} h missing in short gaps", "no gaps")
            )
        if problems:
            raise InputError(problems)
        names = [place.name for place in found.places]
        write_capacity_factors(
            target, settled.technology, settled.years, names, [code_of_region(name) for name in names], data
        )
        return {
            "years": ", ".join(map(str, settled.years)),
            "places": len(names),
            "technology": settled.technology,
            "corrected_gap_short_values": filled,
        }


def _look(paths: tuple[Path, ...], answers: Answers) -> tuple[SourceReport, _Settled]:
    if len(paths) > 1:
        raise refuse(paths[1], "file", "a second file", "one file of one technology")
    read = _open(paths[0])
    where = str(read.path)
    findings: list[Finding] = []
    places = tuple(place_of_region(name) for name in read.regions)
    unknown = [place.name for place in places if np.isnan(place.lon_deg)]
    if unknown:
        problem = Problem(
            where, "regions", ", ".join(unknown)[:80], "names of provinces, to be found on the map"
        )
        findings.append(Finding("regions_unknown", "note", problem))
    if len(set(read.regions)) < len(read.regions):
        findings.append(
            Finding("regions_twice", "fatal", Problem(where, "regions", "a name twice", "each once"))
        )
    values, unit = _values(read, answers, findings)
    technology = _technology(read, values, places, answers)
    questions = [
        Question(
            "technology",
            tuple(Guess(name, 0.8 if name == technology else 0.2, "values") for name in _both(technology)),
        )
    ]
    known = np.array([not np.isnan(place.lon_deg) for place in places])
    offset, stamp = _clock(read, values, known, places, technology, answers, findings, questions)
    numbers = hour_numbers(read.minutes, stamp, offset)
    coverage = check_coverage(where, numbers, False, read.name)
    findings += coverage.findings
    variable = describe_field(read.name, "capacity_factor", values, read.unit, unit)
    steps = np.diff(read.minutes)
    if len(steps) and (steps <= 0).any():
        stamp_at = read.minutes[int(np.flatnonzero(steps <= 0)[0]) + 1].astype("datetime64[m]")
        problem = Problem(where, "time", f"{stamp_at} twice or out of order", "each hour once, in order")
        findings.append(Finding("duplicate_conflict", "fatal", problem))
    report = SourceReport(
        paths=paths,
        format_id=FORMAT.id,
        kind=FORMAT.kind,
        size_bytes=read.path.stat().st_size,
        grade=FORMAT.grade,
        source=f"capacity factors {read.path.name}",
        licence=FORMAT.licence,
        variables=(variable,),
        period=Period(
            first=str(read.minutes[0].astype("datetime64[m]")),
            last=str(read.minutes[-1].astype("datetime64[m]")),
            steps=len(read.minutes),
            step_min=float(np.median(steps)) if len(steps) else 0.0,
            calendar="standard",
            utc_offset_h=offset,
            stamp=stamp,
            years=coverage.years,
        ),
        places=places,
        findings=tuple(findings),
        questions=tuple(questions),
    )
    return report, _Settled(values, numbers, coverage.years, technology, 0)


def _open(path: Path) -> _Read:
    with open_dataset(path) as dataset:
        name = _variable({str(each): dataset[each].dims for each in dataset.data_vars})
        if name is None:
            raise refuse(
                path, "variables", ", ".join(map(str, dataset.data_vars))[:80], "profile(time, region)"
            )
        array = dataset[name]
        time = dimension(array.dims, TIME)
        other = next(str(dim) for dim in array.dims if dim != time)
        if array.size > _MOST_VALUES:
            raise refuse(path, name, f"{array.size} values", f"at most {_MOST_VALUES}")
        axis = dataset[time]
        try:
            minutes = decode_minutes(
                axis.values, str(axis.attrs.get("units", "")), str(axis.attrs.get("calendar", "standard"))
            )
            values = array.transpose(other, time).values.astype(np.float64)
            labels = dataset[other].values if other in dataset.variables else np.arange(array.sizes[other])
        except (ValueError, OSError) as error:
            raise refuse(path, name, str(error)[:80], "a whole NetCDF file, hours since ...") from error
        if not len(minutes):
            raise refuse(path, "time", "no steps", f"{HOURS} hours")
        regions = tuple(label.decode() if isinstance(label, bytes) else str(label) for label in labels)
        return _Read(path, name, str(array.attrs.get("units", "")), regions, values, minutes)


def _variable(dims: Mapping[str, Sequence[str]]) -> str | None:
    """The variable of (time, region), if there is one by a known name."""
    return next(
        (name for name in _VARIABLES if len(dims.get(name, ())) == 2 and dimension(dims[name], TIME)), None
    )


def _values(read: _Read, answers: Answers, findings: list[Finding]) -> tuple[Array, str]:
    """Values as shares of capacity, small faults mended, and the unit they were in."""
    where = str(read.path)
    largest = float(np.nanmax(read.values, initial=0.0))
    plain = not read.unit and largest <= 1.5
    understood = understand(
        where,
        read.name,
        "capacity_factor",
        "1" if plain else read.unit,
        min(largest, 1.0) if plain else largest,
    )
    if understood.finding is not None:
        findings.append(understood.finding)
    values = read.values * understood.unit.scale
    high, low = float(np.nanmax(values, initial=0.0)), float(np.nanmin(values, initial=0.0))
    if high > 1.0 + _ROUNDING:
        count = int((values > 1.0 + _ROUNDING).sum())
        problem = Problem(where, read.name, f"{count} values above 1, to {high:.4g}", "0 to 1")
        small = high <= _ABOVE_ONE
        findings.append(Finding("cf_above_one", "consent" if small else "fatal", problem, {"hours": count}))
    if low < -_ROUNDING:
        count = int((values < -_ROUNDING).sum())
        problem = Problem(where, read.name, f"{count} values below 0, to {low:.4g}", "0 to 1")
        small = low >= _BELOW_ZERO
        code = "negative_small" if small else "negative_large"
        findings.append(Finding(code, "consent" if small else "fatal", problem, {"hours": count}))
    return np.clip(values, 0.0, 1.0), understood.unit.name


def _technology(read: _Read, values: Array, places: tuple[Place, ...], answers: Answers) -> str:
    """'pv' where most of the nights are dark in every region, whatever the zone; else 'wind'."""
    said = answers.get("technology", "")
    if said in ("pv", "wind"):
        return said
    hour = (read.minutes // 60) % 24
    by_hour = np.array([np.nanmean(values[:, hour == at]) for at in range(24) if (hour == at).any()])
    return "pv" if (by_hour < 0.02 * by_hour.max(initial=1e-9)).sum() >= 6 else "wind"


def _both(first: str) -> tuple[str, str]:
    return ("pv", "wind") if first == "pv" else ("wind", "pv")


def _clock(
    read: _Read,
    values: Array,
    known: NDArray[np.bool_],
    places: tuple[Place, ...],
    technology: str,
    answers: Answers,
    findings: list[Finding],
    questions: list[Question],
) -> tuple[float, Stamp]:
    """Zone and end of the hour: as answered, as the sun shows, or UTC by the usage of NetCDF."""
    where = str(read.path)
    told = answers.get(ZONE_QUESTION, "")
    stamp = next((name for name in _ENDS if name == answers.get("stamp")), None)
    if told and not re.match(r"^-?\d+(\.\d+)?$", told):
        raise InputError(Problem("argument", ZONE_QUESTION, told, "hours ahead of UTC, -12 to 14"))
    shift = None
    if technology == "pv" and known.any():
        some = np.flatnonzero(known)[:: max(1, int(known.sum()) // _CLOCK_REGIONS)]
        lat = np.array([places[at].lat_deg for at in some])
        lon = np.array([places[at].lon_deg for at in some])
        shift = clock_shift_h(values[some], hour_numbers(read.minutes, "beginning", 0.0), lat, lon)
    if shift is None:
        guesses = (Guess("0", 0.5, "usual"), Guess("8", 0.5, "usual"))
        questions.append(Question(ZONE_QUESTION, guesses, free=True, required=True))
        return float(told or 0.0), stamp or "beginning"
    rated = sorted((abs(shift + zone + late), zone, name) for zone in _ZONES for name, late in _ENDS.items())
    _, by_sun, end = rated[0]
    if told or stamp:
        zone, end = float(told or by_sun), stamp or end
        off = shift + zone + _ENDS[end]
        if abs(off) >= CLOCK_TOLERANCE_H:
            found = f"UTC{zone:+g}, stamps at the {end} of the hour: the light is off by {-off:.1f} h"
            problem = Problem(
                where, "time zone", found, f"UTC{by_sun:+g}, {rated[0][2]} of the hour, by the sun"
            )
            findings.append(Finding("clock_told_wrong", "fatal", problem, {"off_h": round(off, 2)}))
        return zone, end
    expected = f"UTC{by_sun:+g}, stamps at the {end} of the hour, by the sun"
    params: dict[str, Param] = {"utc_offset_h": by_sun, "stamp": end, "off_h": round(shift, 2)}
    if rated[0][0] >= CLOCK_TOLERANCE_H:
        found = f"noon {-shift:.1f} h after that of UTC"
        problem = Problem(where, "time zone", found, "UTC or UTC+8")
        findings.append(Finding("clock_told_wrong", "fatal", problem, params))
    elif by_sun != 0.0:
        found = f"no zone (UTC by usage), but the light comes {-shift:.1f} h after it"
        findings.append(
            Finding("clock_offset", "consent", Problem(where, "time zone", found, expected), params)
        )
    elif end != "beginning":
        problem = Problem(where, "time", "no word on the end of the hour", expected)
        findings.append(Finding("clock_stamp", "note", problem, params))
    return by_sun, end


def _year(
    report: SourceReport, settled: _Settled, year: int, problems: list[Problem]
) -> tuple[NDArray[np.float32], int]:
    """(region, 8760) of a year, short gaps closed."""
    index = locate(settled.numbers, wrap_edges(settled.numbers, year))
    values = np.where(index >= 0, settled.values[:, index], np.nan)
    lat = np.array([place.lat_deg for place in report.places])
    lon = np.array([place.lon_deg for place in report.places])
    sunny = settled.technology == "pv" and bool(np.isfinite(lon).all())
    closed, filled = close_gaps(values, cosine(lat, lon, np.arange(HOURS)) if sunny else None)
    missing = np.isnan(closed)
    if missing.any():
        row = int(np.flatnonzero(missing.any(axis=1))[0])
        length, first = longest_run(missing[row])
        begins = (year_hours(civil_year(year))[first] + 8).astype("datetime64[h]")
        found = f"{length} h missing from {begins} (UTC+8) in {report.places[row].name}"
        expected = f"gaps of at most {MOST_FILLED_H} h"
        problems.append(Problem(str(report.paths[0]), report.variables[0].name, found, expected))
    return np.clip(closed, 0.0, 1.0).astype(np.float32), filled


FORMAT = _CapacityFactorYear()
