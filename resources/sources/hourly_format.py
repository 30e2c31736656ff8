"""What all formats of hourly weather share: look at samples, ask, then convert and check every hour by pieces."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.sources.contract import (
    Answers,
    Finding,
    Guess,
    Kind,
    Period,
    Place,
    Question,
    SourceReport,
    Variable,
)
from resources.sources.hourly import (
    Column,
    HourlyRaw,
    cosine,
    hour_numbers,
    hour_of_year,
    years_within,
)
from resources.sources.hourly_checks import (
    check_constant,
    check_coverage,
    check_values,
    clock_finding,
    clock_shift_h,
    merged,
)
from resources.sources.hourly_convert import Recipe, best_wind, by_role, possible_fields
from resources.sources.hourly_write import write_years
from resources.sources.running import sound_hours, to_hours
from resources.sources.shear import TARGET_HEIGHT_M, shear_answer, shear_question
from resources.sources.variables import ROLES, SIGNED, Unit, describe_field, understand

Array = NDArray[np.float64]

CHINA_LON_DEG, CHINA_LAT_DEG = (73.0, 136.0), (3.0, 55.0)
ZONE_QUESTION = "utc_offset_h"
PARTIAL_QUESTION = "partial"
_WINDOWS = 12
_WINDOW_STEPS = 48
_ALL_VALUES = 3_000_000
"""Up to this many values of a sample are looked at entirely."""
_ZONES = ("8", "0")


class HourlyFormat:
    """Base of the formats that become hourly weather; a format opens its files as `HourlyRaw`."""

    id: ClassVar[str]
    kind: ClassVar[Kind]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    licence: ClassVar[str]
    grade: ClassVar[Grade]
    source: ClassVar[str]
    suffix: ClassVar[str] = ".nc"
    partial_years: ClassVar[bool] = False
    """Whether years with long gaps may come in, for comparing only, where the answer to 'partial' is 'yes'."""

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        """The files as one source; raises InputError where they cannot be read at all."""
        raise NotImplementedError

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        """See `contract.SourceFormat.inspect`."""
        with self.open(paths, answers) as raw:
            return self._look(raw, answers)[0]

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        """See `contract.SourceFormat.write`."""
        with self.open(report.paths, answers) as raw:
            found, recipe = self._look(raw, answers)
            assert found.period is not None
            partial = self._partial(answers)
            return write_years(raw, recipe, found.period.years, answers, target, progress, partial=partial)

    def _partial(self, answers: Answers) -> bool:
        return self.partial_years and answers.get(PARTIAL_QUESTION) == "yes"

    def _look(self, raw: HourlyRaw, answers: Answers) -> tuple[SourceReport, Recipe]:
        where = str(raw.paths[0])
        findings = [*raw.findings, *_outside(raw, where)]
        questions = list(raw.questions)
        told = answers.get(ZONE_QUESTION, "")
        offset = _zone(told) if told else raw.utc_offset_h
        units: dict[str, Unit] = {}
        variables: list[Variable] = []
        light: tuple[Array, NDArray[np.int64]] | None = None
        samples: dict[str, tuple[Array, NDArray[np.int64]]] = {}
        for column in raw.columns:
            stamps = raw.stamps(column)
            rows, at = _sample(raw, column, len(stamps))
            largest = _largest(rows, column)
            understood = understand(
                where, column.name, column.role, column.unit, largest, answers.get(f"unit:{column.name}", "")
            )
            unit = units[column.name] = understood.unit
            if understood.finding is not None:
                findings.append(understood.finding)
                questions.append(_unit_question(column, understood.unit))
            values = rows * unit.scale + unit.offset
            if column.running:
                values = to_hours(values, hour_numbers(stamps[at], column.stamp, offset or 0.0))
            samples[column.name] = values, stamps[at]
            variables.append(
                describe_field(column.name, column.role, values, column.unit, unit.name, column.height_m)
            )
            findings += check_constant(where, column.name, values)
            if column.role == "ghi_w_per_m2":
                light = values, hour_numbers(stamps[at], column.stamp, offset or 0.0)
        lat, lon = (each[raw.sample_places] for each in (raw.lat_deg, raw.lon_deg))
        placed = bool(np.isfinite(lat).all() and np.isfinite(lon).all())
        shift = clock_shift_h(*light, lat, lon) if light is not None and placed else None
        offset, true_offset = self._clock(raw, where, offset, shift, bool(told), findings, questions)
        for column in raw.columns:
            values, stamps = samples[column.name]
            numbers = hour_numbers(stamps, column.stamp, true_offset)
            cos = cosine(lat, lon, hour_of_year(numbers))
            findings += check_values(where, column.name, column.role, values, cos)[1]
        years = self._coverage(raw, where, true_offset, findings, self._partial(answers))
        shear = self._wind_notes(raw, where, answers, findings, questions)
        findings += _derived(raw, where)
        report = SourceReport(
            paths=raw.paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=sum(path.stat().st_size for path in raw.paths),
            grade=self.grade,
            source=self.source,
            licence=self.licence,
            variables=tuple(variables),
            period=_period(raw, offset, years),
            places=_places(raw),
            grid=raw.grid,
            findings=merged(findings, 60),
            questions=tuple(questions),
        )
        return report, Recipe(units, true_offset, shear)

    def _clock(
        self,
        raw: HourlyRaw,
        where: str,
        offset: float | None,
        shift: float | None,
        told: bool,
        findings: list[Finding],
        questions: list[Question],
    ) -> tuple[float | None, float]:
        """The offset as said (None: must be asked) and as used once the user agrees."""
        by_sun = None if shift is None else (offset or 0.0) - round(shift)
        if offset is None:
            first = [f"{by_sun:g}"] if by_sun is not None else []
            choices = (*first, *(zone for zone in _ZONES if zone not in first))
            guesses = tuple(
                Guess(
                    value, 0.9 if first and number == 0 else 0.3, "sun" if first and number == 0 else "usual"
                )
                for number, value in enumerate(choices)
            )
            questions.append(Question(ZONE_QUESTION, guesses, free=True, required=True))
            return None, float(choices[0])
        found = clock_finding(where, offset, shift, told=told)
        if found is not None:
            findings.append(found)
        if found is not None and found.code == "clock_offset" and by_sun is not None:
            return offset, by_sun
        return offset, offset

    def _coverage(
        self, raw: HourlyRaw, where: str, offset: float, findings: list[Finding], partial: bool
    ) -> tuple[int, ...]:
        usable: set[int] | None = None
        for column in _one_of_each_clock(raw):
            numbers = hour_numbers(raw.stamps(column), column.stamp, offset)
            numbers = sound_hours(numbers) if column.running else numbers
            if partial and len(numbers):
                usable = set(years_within(numbers)) | (usable or set())
                continue
            found = check_coverage(where, numbers, raw.typical, column.name)
            findings += found.findings
            usable = set(found.years) if usable is None else usable & set(found.years)
        return tuple(sorted(usable or ()))

    def _wind_notes(
        self,
        raw: HourlyRaw,
        where: str,
        answers: Answers,
        findings: list[Finding],
        questions: list[Question],
    ) -> float:
        first, second = best_wind(raw.columns)
        exponent = shear_answer(answers)
        if first and first[0].height_m is None:
            problem = Problem(where, first[0].name, "no height", "the height of the anemometer")
            findings.append(Finding("height_unknown", "note", problem))
        if first and (first[0].height_m or 10.0) != TARGET_HEIGHT_M:
            how = "by the mean shear between the two heights" if second else f"by the power law, {exponent:g}"
            problem = Problem(where, first[0].name, f"{first[0].height_m or 10.0:g} m", f"100 m, {how}")
            findings.append(Finding("wind_lifted", "note", problem))
            if not second:
                questions.append(shear_question(exponent))
        return exponent


def _outside(raw: HourlyRaw, where: str) -> list[Finding]:
    (west, east), (south, north) = CHINA_LON_DEG, CHINA_LAT_DEG
    lon, lat = raw.lon_deg, raw.lat_deg
    # A place that is still to be asked for is NaN.
    bad = (lon < west) | (lon > east) | (lat < south) | (lat > north)
    if not bad.any():
        return []
    at = int(np.flatnonzero(bad)[0])
    found, expected = f"{lon[at]:g} {lat[at]:g}", f"{west:g} to {east:g} east, {south:g} to {north:g} north"
    return [Finding("outside_china", "fatal", Problem(where, "place", found, expected))]


def _zone(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -12 <= value <= 14:
        raise InputError(Problem("argument", ZONE_QUESTION, text, "hours ahead of UTC, -12 to 14"))
    return value


def _sample(raw: HourlyRaw, column: Column, steps: int) -> tuple[Array, NDArray[np.int64]]:
    """(sample place, step) values in the file's unit and the steps they are of."""
    if steps * len(raw.sample_places) <= _ALL_VALUES and (steps * len(raw.lon_deg) <= 4 * _ALL_VALUES):
        windows = [slice(0, steps)]
    else:
        starts = np.unique(np.linspace(0, max(steps - _WINDOW_STEPS, 0), _WINDOWS).astype(int))
        windows = [slice(int(start), min(int(start) + _WINDOW_STEPS, steps)) for start in starts]
    parts = [raw.sample(column, window).astype(np.float64) for window in windows]
    at = np.concatenate([np.arange(window.start, window.stop) for window in windows])
    at, first = np.unique(at, return_index=True)
    return np.concatenate(parts, axis=1)[:, first], at


def _largest(rows: Array, column: Column) -> float:
    known = np.abs(rows[np.isfinite(rows)]) if column.role in SIGNED else rows[np.isfinite(rows)]
    if not known.size:
        return float("nan")
    # A running total of a day is compared as the mean of its lit hours.
    return float(known.max()) / (10.0 if column.running else 1.0)


def _unit_question(column: Column, unit: Unit) -> Question:
    others = [other.name for other in ROLES[column.role].units if other.name != unit.name]
    guesses = (Guess(unit.name, 0.8, "values"), *(Guess(other, 0.1, "values") for other in others))
    return Question(f"unit:{column.name}", guesses)


def _one_of_each_clock(raw: HourlyRaw) -> list[Column]:
    """One column of each distinct set of stamps."""
    seen: dict[tuple[int, int, int, str], Column] = {}
    for column in raw.columns:
        stamps = raw.stamps(column)
        key = (len(stamps), int(stamps[0]), int(stamps[-1]), column.stamp) if len(stamps) else (0, 0, 0, "")
        seen.setdefault(key, column)
    return list(seen.values())


def _period(raw: HourlyRaw, offset: float | None, years: tuple[int, ...]) -> Period:
    columns = raw.columns
    stamps = [raw.stamps(column) for column in columns]
    filled = [each for each in stamps if len(each)]
    first, last = (
        (min(int(each[0]) for each in filled), max(int(each[-1]) for each in filled)) if filled else (0, 0)
    )
    steps = max((len(each) for each in filled), default=0)
    gaps = np.diff(max(filled, key=len)) if steps > 1 else np.array([0])
    kinds = {column.stamp for column in columns}
    return Period(
        first=str(np.datetime64(first, "m")),
        last=str(np.datetime64(last, "m")),
        steps=steps,
        step_min=float(np.median(gaps)),
        calendar="typical" if raw.typical else raw.calendar,
        utc_offset_h=offset,
        stamp=kinds.pop() if len(kinds) == 1 else "mixed",
        years=years,
    )


def _places(raw: HourlyRaw) -> tuple[Place, ...]:
    if raw.grid is not None:
        return ()
    return tuple(
        Place(
            raw.names[at],
            float(raw.lon_deg[at]),
            float(raw.lat_deg[at]),
            None if np.isnan(raw.elevation_m[at]) else float(raw.elevation_m[at]),
        )
        for at in range(len(raw.lon_deg))
    )


def _derived(raw: HourlyRaw, where: str) -> list[Finding]:
    """What is not in the file and is made of something else, or cannot be."""
    roles = by_role(raw.columns)
    notes = []
    fields = possible_fields(raw.columns)
    if "ghi_w_per_m2" in roles and not {
        "dni_w_per_m2",
        "dhi_w_per_m2",
        "beam_horizontal_w_per_m2",
    } & set(roles):
        problem = Problem(where, "beam", "GHI only", "split by Erbs, Klein and Duffie (1982)")
        notes.append(Finding("beam_split", "note", problem))
    if "air_density_kg_per_m3" in fields and "pressure_pa" not in roles:
        problem = Problem(where, "pressure", "none", "standard atmosphere at the place's height")
        notes.append(Finding("pressure_of_height", "note", problem))
    absent = [name for name in ("ghi_w_per_m2", "temperature_c", "wind_speed_ms") if name not in fields]
    if absent:
        problem = Problem(where, ", ".join(absent), "not in the file", "needed for PV or wind power")
        notes.append(Finding("fields_absent", "note" if len(absent) < 3 else "fatal", problem))
    if np.isnan(raw.elevation_m).any():
        problem = Problem(where, "elevation", "none", "of the embedded atlas")
        notes.append(Finding("elevation_estimated", "note", problem))
    return notes
