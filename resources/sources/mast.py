"""Measured series of a mast or pyranometer, CSV with any columns: guesses what is what, asks, averages to hours.

An hour counts where at least 80 % of its records are there. Heights come from the columns' names
('WS_80m', '80米风速') or from the user.
"""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Finding, Guess, Kind, Place, Question, refuse
from resources.sources.hourly import Array, Column, HourlyRaw, Numbers, Stamp
from resources.sources.hourly_format import PARTIAL_QUESTION, HourlyFormat
from resources.sources.place import PlaceRaw, held, in_order, raise_if, read_text

COMPLETE_SHARE = 0.8
"""Of an hour's records that must be there."""
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dni_w_per_m2", re.compile(r"\bdni\b|direct.?normal|法向直|直接辐|直射", re.IGNORECASE)),
    ("dhi_w_per_m2", re.compile(r"\bdhi\b|diffuse|散射", re.IGNORECASE)),
    ("ghi_w_per_m2", re.compile(r"\bghi\b|global|pyrano|sol.?rad|irradian|总辐|辐照", re.IGNORECASE)),
    ("temperature_c", re.compile(r"temp|\bt2m\b|\bta\b|气温|温度", re.IGNORECASE)),
    ("pressure_pa", re.compile(r"press|baro|\bpa\b|气压", re.IGNORECASE)),
    ("wind_speed_ms", re.compile(r"\bws|wind.?sp|\bspd|speed|\bv_?\d|风速|anemo", re.IGNORECASE)),
)
_NOT = re.compile(
    r"dir|风向|\bwd|std|\bsd\b|dev|max|min|gust|标准差|最大|最小|极大|阵风|turb|count|module|panel|组件|湿",
    re.IGNORECASE,
)
_HEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:m(?![a-z/²\d])|米)", re.IGNORECASE)
_UNIT = re.compile(r"[\[(（]([^\])）]*)[\])）]")
_TIME = re.compile(r"time|date|stamp|日期|时间|时刻", re.IGNORECASE)
_FORMATS: tuple[tuple[str, str], ...] = (
    ("iso", "ISO8601"),
    ("y/m/d", "%Y/%m/%d %H:%M"),
    ("y/m/d s", "%Y/%m/%d %H:%M:%S"),
    ("compact", "%Y%m%d%H%M"),
    ("compact space", "%Y%m%d %H%M"),
    ("d/m/y", "%d/%m/%Y %H:%M"),
    ("m/d/y", "%m/%d/%Y %H:%M"),
    ("d/m/y s", "%d/%m/%Y %H:%M:%S"),
    ("m/d/y s", "%m/%d/%Y %H:%M:%S"),
    ("d.m.y", "%d.%m.%Y %H:%M"),
)
_MARKS = (-9999.0, 9999.0, -999.0, 99999.0, -99999.0, -6999.0, 6999.0, -7999.0)
_ROLES = tuple(role for role, _ in _NAMES)
SECOND_WIND = "wind_speed_second"
_STAMPS: tuple[Stamp, ...] = ("end", "beginning", "instant")
_NONE = "none"


@dataclass(frozen=True, slots=True)
class _Table:
    """A file cut into columns."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    frame: Any
    first_row: int
    """Of the data, counted from 1."""


class Mast(HourlyFormat):
    """See the module."""

    id: ClassVar[str] = "mast"
    kind: ClassVar[Kind] = "hourly-place"
    title_zh: ClassVar[str] = "测风塔、测光站实测（CSV）"
    title_en: ClassVar[str] = "Mast or pyranometer record (CSV)"
    licence: ClassVar[str] = "of the owner of the measurement"
    grade: ClassVar[Grade] = "measured"
    source: ClassVar[str] = "measurement of the user"
    partial_years: ClassVar[bool] = True

    def sniff(self, head: bytes, path: Path) -> float:
        text = head.decode("utf-8", errors="replace")
        if text[:-4].count("\ufffd"):
            text = head.decode("gb18030", errors="replace")
        if "\0" in text or path.suffix.lower() not in (".csv", ".txt", ".tsv", ".dat"):
            return 0.0
        first = "\n".join(text.splitlines()[:20])
        known = sum(bool(pattern.search(first)) for _, pattern in _NAMES)
        return (
            min(0.3 + 0.1 * known, 0.6)
            if known and (_TIME.search(first) or re.search(r"\d{4}[-/]\d", first))
            else 0.0
        )

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        if len(paths) > 1:
            raise refuse(paths[1], "file", "a second file", "one file of one mast")
        return held(_read(paths[0], answers))


def _read(path: Path, answers: Answers) -> PlaceRaw:
    table = _cut(path)
    problems: list[Problem] = []
    questions: list[Question] = []
    findings: list[Finding] = []
    minutes, used = _times(path, table, answers, questions, problems)
    chosen = _mapping(table, used, answers, questions, problems, path)
    place = _place(path, answers, questions, problems)
    stamp = _stamp(answers, questions)
    questions.append(Question(PARTIAL_QUESTION, (Guess("no", 0.5, "usual"), Guess("yes", 0.5, "usual"))))
    values = {name: _numbers(path, table, name, problems) for name in chosen.values()}
    raise_if(problems)
    minutes, values, more = in_order(path, minutes, values, table.first_row)
    findings += more
    hourly_minutes, hourly = _to_hours(path, minutes, values, stamp, findings)
    columns = []
    for role, name in chosen.items():
        is_wind = role in ("wind_speed_ms", SECOND_WIND)
        height = _height(name, answers, questions, problems, path) if is_wind else None
        unit = answers.get(f"unit:{name}", "") or table.units[table.names.index(name)]
        columns.append(Column(name, "wind_speed_ms" if is_wind else role, unit, "beginning", height))
    raise_if(problems)
    if not columns:
        raise refuse(
            path, "columns", ", ".join(table.names)[:80], "a column of irradiance, temperature or wind"
        )
    return PlaceRaw(
        (path,),
        place,
        tuple(columns),
        hourly_minutes,
        hourly,
        None,
        findings=tuple(findings),
        questions=tuple(questions),
    )


def _cut(path: Path) -> _Table:
    """Header, units and data of a file whose first lines may be remarks."""
    import pandas as pd

    text = read_text(path)
    lines = text.splitlines()
    head = [line for line in lines[:60] if line.strip()]
    delimiter = max(",;\t", key=lambda mark: sum(line.count(mark) for line in head))
    width = max((line.count(delimiter) for line in head), default=0)
    if not width:
        raise refuse(path, "columns", "one column", "a table with time and values")
    first = next(
        (
            at
            for at, line in enumerate(lines[:60])
            if line.count(delimiter) == width and _is_data(line, delimiter)
        ),
        None,
    )
    if first is None:
        raise refuse(path, "rows", "no row of numbers in the first 60", "a table with time and values")
    above = [line for line in lines[:first] if line.count(delimiter) == width]
    if not above:
        raise refuse(path, "header", "none", "a row with the names of the columns")
    cells = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in above]
    # A row of remarks above has few cells filled; units may stand below the names.
    at = max(range(len(cells)), key=lambda row: (sum(map(bool, cells[row])), -row))
    titles, under = cells[at], cells[at + 1] if at + 1 < len(cells) else []
    units = tuple(
        found[1] if (found := _UNIT.search(title)) else (under[at] if at < len(under) else "")
        for at, title in enumerate(titles)
    )
    names = tuple(title or f"column {at + 1}" for at, title in enumerate(titles))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse(path, "header", f"{twice} twice", "each column its own name")
    frame = pd.read_csv(
        io.StringIO("\n".join(lines[first:])),
        sep=delimiter,
        header=None,
        names=list(names),
        index_col=False,
        skip_blank_lines=True,
        na_values=["NULL", "null", "--", "-", "NAN", "None"],
        low_memory=False,
    )
    return _Table(names, units, frame, first + 1)


def _is_data(line: str, delimiter: str) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
    return (
        sum(bool(re.match(r"^-?[\d.]+(e-?\d+)?$", cell, re.IGNORECASE)) for cell in cells[1:]) * 2
        >= len(cells) - 1
    )


def _times(
    path: Path, table: _Table, answers: Answers, questions: list[Question], problems: list[Problem]
) -> tuple[Numbers, set[str]]:
    """(row,) minutes from 1970 of the stamps, and the columns they stand in."""
    import pandas as pd

    said = answers.get("column:time", "")
    names = (
        [said]
        if said in table.names
        else [name for name in table.names if _TIME.search(name)][:2] or [table.names[0]]
    )
    joined = table.frame[names[0]].astype(str)
    for name in names[1:]:
        if ":" in str(table.frame[name].iloc[0]) or str(table.frame[name].iloc[0]).isdigit():
            joined = joined + " " + table.frame[name].astype(str)
    questions.append(
        Question("column:time", tuple(Guess(name, 0.8, "name") for name in [*names, *table.names]))
    )
    joined = joined.str.strip()
    sample = joined.iloc[np.unique(np.linspace(0, len(joined) - 1, 200).astype(int))]
    fitting = [
        (id, form)
        for id, form in _FORMATS
        if pd.to_datetime(sample, format=form, errors="coerce").notna().mean() > 0.9
    ]
    wanted = answers.get("time_format", "")
    usable = [pair for pair in fitting if pair[0] == wanted] or fitting
    if not usable:
        problems.append(
            Problem(str(path), names[0], str(sample.iloc[0])[:30], "a date and time, e.g. 2021-06-01 00:10")
        )
        return np.zeros(len(joined), dtype=np.int64), set(names)
    if len(fitting) > 1:
        guesses = tuple(Guess(id, 0.5, "values") for id, _ in fitting)
        questions.append(Question("time_format", guesses, required=True))
    parsed = pd.to_datetime(joined, format=usable[0][1], errors="coerce")
    bad = np.flatnonzero(parsed.isna().to_numpy())
    if len(bad):
        where = f"{path} row {int(bad[0]) + table.first_row}"
        problems.append(
            Problem(where, names[0], f"{joined.iloc[int(bad[0])]} ({len(bad)} rows)"[:60], "a date and time")
        )
    minutes = parsed.to_numpy().astype("datetime64[m]").astype(np.int64)
    return minutes, set(names)


def _mapping(
    table: _Table,
    used: set[str],
    answers: Answers,
    questions: list[Question],
    problems: list[Problem],
    path: Path,
) -> dict[str, str]:
    """Role -> column, as guessed or answered; 'none' leaves a role out."""
    free = [name for name in table.names if name not in used]
    guessed: dict[str, list[str]] = {role: [] for role in _ROLES}
    for name in free:
        role = next(
            (role for role, pattern in _NAMES if pattern.search(name) and not _NOT.search(name)), None
        )
        if role is not None:
            guessed[role].append(name)
    winds = sorted(guessed["wind_speed_ms"], key=lambda name: abs((_height_in(name) or 10.0) - 100.0))
    others = [name for name in winds[1:] if _height_in(name) not in (None, _height_in(winds[0]))]
    proposals = {role: names[:1] for role, names in guessed.items()}
    proposals["wind_speed_ms"], proposals[SECOND_WIND] = winds[:1], others[:1]
    chosen: dict[str, str] = {}
    for role, first in proposals.items():
        id = f"column:{role}"
        rest = [name for name in free if name not in first]
        order = [*first, _NONE, *rest] if first else [_NONE, *rest]
        questions.append(
            Question(id, tuple(Guess(name, 0.8 if name in first else 0.1, "name") for name in order))
        )
        answer = answers.get(id, "") or order[0]
        if answer != _NONE and answer not in free:
            problems.append(Problem(str(path), id, answer, f"one of {', '.join(free)[:120]} or none"))
        elif answer != _NONE:
            chosen[role] = answer
    return chosen


def _height_in(name: str) -> float | None:
    found = _HEIGHT.search(name) or re.search(r"(?:ws|v|spd|speed)_?(\d{2,3})(?!\d)", name, re.IGNORECASE)
    return float(found[1]) if found else None


def _height(
    name: str, answers: Answers, questions: list[Question], problems: list[Problem], path: Path
) -> float | None:
    """Height of an anemometer: as answered, as its name says, else asked for."""
    id = f"height_m:{name}"
    guess = _height_in(name)
    known = (Guess(f"{guess:g}", 0.9, "name"),) if guess else (Guess("10", 0.2, "usual"),)
    questions.append(Question(id, known, free=True, required=guess is None))
    return _number_answer(id, answers, guess, 1.0, 400.0, problems, path)


def _place(path: Path, answers: Answers, questions: list[Question], problems: list[Problem]) -> Place:
    for id in ("lon_deg", "lat_deg"):
        questions.append(Question(id, (), free=True, required=True))
    questions.append(Question("elevation_m", (Guess("atlas", 0.5, "atlas"),), free=True))
    lon, lat = (
        _number_answer(id, answers, float("nan"), low, high, problems, path)
        for id, low, high in (("lon_deg", 73.0, 136.0), ("lat_deg", 3.0, 55.0))
    )
    height = None
    if answers.get("elevation_m", "atlas") != "atlas":
        height = _number_answer("elevation_m", answers, None, -500.0, 9000.0, problems, path)
    return Place(path.stem, float(lon or np.nan), float(lat or np.nan), height)


def _number_answer(
    id: str,
    answers: Answers,
    default: float | None,
    low: float,
    high: float,
    problems: list[Problem],
    path: Path,
) -> float | None:
    text = answers.get(id, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        problems.append(Problem(str(path), id, text, f"{low:g} to {high:g}"))
    return value


def _stamp(answers: Answers, questions: list[Question]) -> Stamp:
    questions.append(Question("stamp", tuple(Guess(name, 0.4, "usual") for name in _STAMPS)))
    return next((name for name in _STAMPS if name == answers.get("stamp")), _STAMPS[0])


def _numbers(path: Path, table: _Table, name: str, problems: list[Problem]) -> Array:
    import pandas as pd

    column = table.frame[name]
    values = pd.to_numeric(column, errors="coerce")
    bad = np.flatnonzero((values.isna() & column.notna()).to_numpy())
    if len(bad):
        where = f"{path} row {int(bad[0]) + table.first_row}"
        problems.append(
            Problem(where, name, f"{column.iloc[int(bad[0])]} ({len(bad)} rows)"[:60], "a number")
        )
    out: Array = values.to_numpy(dtype=np.float64, copy=True)
    out[np.isin(out, _MARKS)] = np.nan
    return out


def _to_hours(
    path: Path, minutes: Numbers, values: dict[str, Array], stamp: Stamp, findings: list[Finding]
) -> tuple[Numbers, dict[str, Array]]:
    """Means of the hours, by their beginnings; NaN where less than 80 % of an hour's records are there."""
    steps = np.diff(minutes)
    step = int(np.median(steps)) if len(steps) else 60
    if step < 1 or step > 60 or 60 % step:
        problem = Problem(
            str(path), "time", f"a record every {step} minutes", "1, 5, 10, 15, 20, 30 or 60 minutes"
        )
        findings.append(Finding("step", "fatal", problem))
        return minutes, values
    begins = minutes - (step if stamp == "end" else 0)
    hour = begins // 60
    each, owner = np.unique(hour, return_inverse=True)
    out = {name: _mean(column, owner, len(each), step) for name, column in values.items()}
    if step < 60:
        counts = np.bincount(owner)
        thin = int((counts < COMPLETE_SHARE * 60 / step).sum())
        found = f"{step}-minute records, {thin} of {len(each)} hours with less than 80 % of them"
        findings.append(Finding("averaged", "note", Problem(str(path), "time", found, "hourly means")))
    return np.asarray(each * 60), out


def _mean(column: Array, owner: NDArray[np.int64], hours: int, step: int) -> Array:
    known = np.isfinite(column)
    count = np.bincount(owner[known], minlength=hours)
    total = np.bincount(owner[known], weights=column[known], minlength=hours)
    enough = count >= COMPLETE_SHARE * 60 / step
    return np.asarray(np.where(enough, total / np.maximum(count, 1), np.nan))


FORMAT = Mast()
