"""Reads a year of hourly weather from an EnergyPlus weather file (EPW), strictly: all problems at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from resources.hours import DAYS_OF_MONTH, HOURS
from resources.sources.contract import Answers, Finding, Kind, Period, Place, SourceReport, Variable
from resources.sources.hourly import TYPICAL_YEAR, civil_year, year_hours
from resources.sources.hourly_checks import clock_finding, clock_shift_h
from resources.sources.house import FIELDS, write_weather
from resources.sources.shear import DEFAULT_SHEAR_EXPONENT, shear_answer, shear_question
from resources.sources.variables import describe_field
from resources.weather import HourlyWeather

Array = NDArray[np.float64]

_HEADER_LINES = 8
_FIELDS = 35
# name: (column, lowest, highest, the file's mark for missing)
_COLUMNS = {
    "dry_bulb_c": (6, -70.0, 60.0, 99.9),
    "pressure_pa": (9, 40000.0, 110000.0, 999999.0),
    "ghi_w_per_m2": (13, 0.0, 1500.0, 9999.0),
    "dni_w_per_m2": (14, 0.0, 1500.0, 9999.0),
    "dhi_w_per_m2": (15, 0.0, 1500.0, 9999.0),
    "wind_speed_ms": (21, 0.0, 60.0, 999.0),
}
_LOCATION = {
    "latitude_deg": (6, 15.0, 55.0),
    "longitude_deg": (7, 73.0, 136.0),
    "time_zone_h": (8, 8.0, 8.0),
    "elevation_m": (9, -500.0, 9000.0),
}
_GAS_CONSTANT = 287.05
_GRAVITY = 9.80665


def from_epw(path: Path, shear_exponent: float = DEFAULT_SHEAR_EXPONENT) -> HourlyWeather:
    """Weather of one place over 8,760 hours.

    Irradiances are kept as the file has them, also where they do not close. Row 1 of the file is the hour
    that ends at 01:00, our hour 0. Wind at 10 m is lifted to 100 m by the power law; density is that of dry
    air at 100 m.

    Raises
    ------
    InputError
        Not a readable EPW of a place in China in UTC+8 with 8,760 complete hours; carries every problem, each
        with the file, the line and the field (of a field with many bad lines, the first and the count).
    """
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise InputError(Problem(str(path), "file", error.strerror or "error", "a readable EPW")) from error

    problems: list[Problem] = []
    place = _location(str(path), lines[0] if lines else "", problems)
    rows = [line.split(",") for line in lines[_HEADER_LINES:] if line.strip()]
    if len(rows) != HOURS:
        problems.append(Problem(str(path), "rows of data", str(len(rows)), f"{HOURS} (one common year)"))
    _check_width_and_dates(str(path), rows, problems)
    values = {
        name: _column(str(path), rows, name, *limits, problems=problems) for name, limits in _COLUMNS.items()
    }
    if problems:
        raise InputError(problems)

    kelvin = values["dry_bulb_c"] + 273.15
    pressure_100m = values["pressure_pa"] * np.exp(-_GRAVITY * 100.0 / (_GAS_CONSTANT * kelvin))
    return HourlyWeather(
        lon_deg=np.array([place["longitude_deg"]]),
        lat_deg=np.array([place["latitude_deg"]]),
        elevation_m=np.array([place["elevation_m"]]),
        ghi_w_per_m2=_row(values["ghi_w_per_m2"]),
        dni_w_per_m2=_row(values["dni_w_per_m2"]),
        dhi_w_per_m2=_row(values["dhi_w_per_m2"]),
        temperature_c=_row(values["dry_bulb_c"]),
        wind_speed_ms=_row(values["wind_speed_ms"] * (100.0 / 10.0) ** shear_exponent),
        air_density_kg_per_m3=_row(pressure_100m / (_GAS_CONSTANT * (kelvin - 0.65))),
    )


def _row(values: Array) -> NDArray[np.float32]:
    return values.astype(np.float32)[None, :]


def _number(text: str) -> float:
    """The number, or NaN where the text is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _location(path: str, line: str, problems: list[Problem]) -> dict[str, float]:
    parts = line.split(",")
    if parts[0].strip().upper().lstrip("\ufeff") != "LOCATION" or len(parts) < 10:
        found = line[:40] or "nothing"
        problems.append(Problem(f"{path} row 1", "header", found, "LOCATION with 10 fields"))
        return {}
    place = {}
    for name, (column, low, high) in _LOCATION.items():
        value = _number(parts[column])
        if not low <= value <= high:
            expected = f"{low:g}" if low == high else f"{low:g} to {high:g} (China)"
            problems.append(Problem(f"{path} row 1", name, parts[column].strip() or "nothing", expected))
        place[name] = value
    return place


def _check_width_and_dates(path: str, rows: list[list[str]], problems: list[Problem]) -> None:
    narrow = [i for i, row in enumerate(rows) if len(row) < _FIELDS]
    if narrow:
        where = f"{path} row {narrow[0] + _HEADER_LINES + 1}"
        count = f" (and {len(narrow) - 1} more rows)" if len(narrow) > 1 else ""
        problems.append(Problem(where, "fields", f"{len(rows[narrow[0]])}{count}", f"at least {_FIELDS}"))
    hour_of_year = 0
    for month, days in enumerate(DAYS_OF_MONTH, start=1):
        for day in range(1, days + 1):
            for hour in range(1, 25):
                if hour_of_year >= len(rows):
                    return
                found = [part.strip() for part in rows[hour_of_year][1:4]]
                if [_number(part) for part in found] != [month, day, hour]:
                    where = f"{path} row {hour_of_year + _HEADER_LINES + 1}"
                    expected = f"{month},{day},{hour} (hours in order, no 29 February)"
                    problems.append(Problem(where, "month,day,hour", ",".join(found) or "nothing", expected))
                    return
                hour_of_year += 1


def _column(
    path: str,
    rows: list[list[str]],
    name: str,
    column: int,
    low: float,
    high: float,
    missing: float,
    *,
    problems: list[Problem],
) -> Array:
    texts = [row[column] if len(row) > column else "" for row in rows]
    values = np.array([_number(text) for text in texts])
    bad = np.flatnonzero(~((values >= low) & (values <= high)))
    if len(bad):
        first = int(bad[0])
        found = "missing" if values[first] == missing else (texts[first].strip() or "nothing")
        count = f" (and {len(bad) - 1} more rows)" if len(bad) > 1 else ""
        where = f"{path} row {first + _HEADER_LINES + 1}"
        problems.append(Problem(where, name, f"{found}{count}", f"{low:g} to {high:g}"))
    return values


@dataclass(frozen=True, slots=True)
class _Epw:
    id: str = "epw"
    kind: Kind = "hourly-place"
    title_zh: str = "EPW 典型年气象文件"
    title_en: str = "EPW weather file (typical year)"
    licence: str = "of the data set in the file (CSWD: CMA and Tsinghua University)"
    grade: Grade = "measured"
    suffix: str = ".nc"

    def sniff(self, head: bytes, path: Path) -> float:
        start = head.decode("utf-8", errors="replace").lstrip("\ufeff").upper()
        return 1.0 if start.startswith("LOCATION,") else 0.0

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        path = paths[0]
        findings: list[Finding] = [
            Finding("one_file_only", "fatal", Problem(str(other), "file", "a second file", "one EPW"))
            for other in paths[1:]
        ]
        places: tuple[Place, ...] = ()
        variables: tuple[Variable, ...] = ()
        try:
            shear = shear_answer(answers)
            year = from_epw(path, shear)
        except InputError as error:
            findings += [Finding("bad_row", "fatal", problem) for problem in error.problems]
        else:
            places = (
                Place(path.stem, *(float(at[0]) for at in (year.lon_deg, year.lat_deg, year.elevation_m))),
            )
            variables = tuple(describe_field(name, name, getattr(year, name)) for name in FIELDS)
            light = year.ghi_w_per_m2.astype(np.float64)
            shift = clock_shift_h(light, year_hours(civil_year(TYPICAL_YEAR)), year.lat_deg, year.lon_deg)
            clock = clock_finding(str(path), 8.0, shift, told=True)
            findings += [clock] if clock is not None else []
        findings.append(
            Finding(
                "wind_lifted", "note", Problem(str(path), "wind_speed_ms", "10 m", "100 m, by the power law")
            )
        )
        return SourceReport(
            paths=paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=path.stat().st_size,
            grade=self.grade,
            source=f"EPW {path.name}",
            licence=self.licence,
            variables=variables,
            period=Period("01-01T01:00", "12-31T24:00", HOURS, 60.0, "typical", 8.0, "end", (0,)),
            places=places,
            findings=tuple(findings),
            questions=(shear_question(DEFAULT_SHEAR_EXPONENT),),
        )

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> dict[str, Param]:
        write_weather(target, from_epw(report.paths[0], shear_answer(answers)))
        return {"years": 1, "places": 1}


FORMAT = _Epw()
