"""Discharge or inflow as a plain CSV: a column of dates and one of flow, several columns, or a column of stations.

Days, hours (averaged to days where 20 and more are there), or months. The unit stands in the column's name, or is asked
with a guess from the embedded river at the place: m3/s, or a volume of the step (1e8 m3 or 1e4 m3 a month or day).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.sources.contract import Answers, Finding, Guess, Place, Question, refuse
from resources.sources.flow_format import FlowFormat, FlowRead, number_of
from resources.sources.flow_series import Dates, FlowSeries, Step, atlas_flow_m3_s, described, ordered
from resources.sources.place import read_text, split_rows

Array = NDArray[np.float64]

_FLOW = re.compile(
    r"discharge|inflow|stream.?flow|\bflow\b|runoff|\bq\b|流量|入库|来水|径流|m3/s|m\^3|m³|cms\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"date|time|month|日期|时间|年月|月份", re.IGNORECASE)
_STATION = re.compile(r"station|gauge|site|dam\b|站名|测站|站点|水库|电站", re.IGNORECASE)
_NOT_FLOW = re.compile(
    r"level|水位|flag|quality|质量|rain|降水|temp|风速|wind|lon|lat|经度|纬度|storage|库容", re.IGNORECASE
)
_PLACE: Final = {
    "lon_deg": re.compile(r"^lon|longitude|经度", re.IGNORECASE),
    "lat_deg": re.compile(r"^lat|latitude|纬度", re.IGNORECASE),
}
BOUNDS: Final = {"lon_deg": (73.0, 136.0), "lat_deg": (15.0, 55.0)}
_MARKS: Final = (-9999.0, -999.0, -99.0, 9999999.0, -99999.0)
_FORMATS: Final = (
    "ISO8601",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d",
    "%Y%m%d%H",
    "%Y.%m.%d",
    "%Y年%m月%d日",
)
_MONTH_FORMATS: Final = ("%Y-%m", "%Y/%m", "%Y%m", "%Y年%m月", "%Y.%m")
_MOST_NAMED: Final = 20
_HOURS_OF_A_DAY: Final = 20
_SECONDS_DAY: Final = 86_400.0
UNITS: Final[dict[str, re.Pattern[str]]] = {
    "m3/s": re.compile(r"m3/s|m\^3/s|m³/s|cms\b|立方米/秒|立方米每秒|m3 ?s-1", re.IGNORECASE),
    "1e8 m3": re.compile(r"亿|1e8|10\^?8", re.IGNORECASE),
    "1e4 m3": re.compile(r"万立方|万m|1e4|10\^?4", re.IGNORECASE),
    "l/s": re.compile(r"\bl/s|升/秒|litre", re.IGNORECASE),
}
"""Units a column may be in; those of volume are of the step."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One series of the file before its unit is known."""

    name: str
    column: str
    rows: NDArray[np.int64]
    place: Mapping[str, float]
    """'lon_deg' and 'lat_deg' where columns of the file say."""


class FlowCsv(FlowFormat):
    """See the module."""

    id: ClassVar[str] = "flow_csv"
    title_zh: ClassVar[str] = "流量、入库流量（CSV）"
    title_en: ClassVar[str] = "Discharge or inflow (CSV)"
    licence: ClassVar[str] = "of the owner of the measurement"
    source: ClassVar[str] = "measurement of the user"

    def sniff(self, head: bytes, path: Path) -> float:
        text = head.decode("utf-8", errors="replace")
        if text[:-4].count("\ufffd"):
            text = head.decode("gb18030", errors="replace")
        if (
            "\0" in text
            or path.suffix.lower() not in (".csv", ".txt", ".tsv", ".dat")
            or text.startswith("#")
        ):
            return 0.0
        lines = text.splitlines()
        flow = (
            any(_FLOW.search(cell) and not _NOT_FLOW.search(cell) for cell in _cells(lines[0]))
            if lines
            else False
        )
        dated = len(lines) > 1 and re.search(r"\d{4}[-/.年]?\d{1,2}", lines[1]) is not None
        return 0.7 if flow and dated else 0.0

    def read(self, paths: tuple[Path, ...], answers: Answers) -> FlowRead:
        if len(paths) > 1:
            raise refuse(paths[1], "file", "a second file", "one table; several stations as columns or rows")
        return _read(paths[0], answers)


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in re.split(r"[,;\t]", line)]


def _read(path: Path, answers: Answers) -> FlowRead:
    frame = _frame(path)
    names = [str(name) for name in frame.columns]
    out = FlowRead()
    time = _column("column:time", names, _TIME, answers, out, str(path), required=True)
    station = _column("column:station", [n for n in names if n != time], _STATION, answers, out, str(path))
    free = [name for name in names if name not in (time, station)]
    flows = [name for name in free if _FLOW.search(name) and not _NOT_FLOW.search(name)]
    said = answers.get("column:flow", "")
    if said and said != "all":
        if said not in free:
            raise InputError(
                Problem(str(path), "column:flow", said, f"one of {', '.join(free)[:120]} or all")
            )
        flows = [said]
    elif not flows:
        flows = [name for name in free if not _NOT_FLOW.search(name)][:1]
    if not flows:
        raise refuse(path, "columns", ", ".join(names)[:80], "a column of discharge or inflow")
    first = ("all",) if len(flows) > 1 else (flows[0],)
    others = tuple(name for name in free if name not in first)
    out.questions.append(
        Question(
            "column:flow", tuple(Guess(n, 0.8 if n in first else 0.2, "name") for n in (*first, *others))
        )
    )
    dates, step = _dates(path, frame[time])
    for part in _parts(path, frame, station, flows):
        values = _values(path, frame[part.column].iloc[part.rows], part.rows)
        _one(path, part, dates[part.rows], step, values, answers, out)
    return out


def _frame(path: Path) -> Any:
    import pandas as pd

    text = read_text(path)
    line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=line.count)
    if not line.count(delimiter):
        raise refuse(path, "columns", "one column", "a table with dates and flow")
    try:
        head, *rows = split_rows(text, delimiter)
    except csv.Error as error:
        raise refuse(path, "rows", str(error)[:80], "cells apart by commas") from error
    while head and not head[-1]:
        head.pop()
    width = len(head)
    problems = [
        Problem(f"{path} row {at}", "cells", str(len(row)), f"{width}, as in the header")
        for at, row in enumerate(rows, start=2)
        if len(row) < width or any(row[width:])
    ]
    if problems:
        raise InputError(problems[:_MOST_NAMED])
    frame = pd.DataFrame([row[:width] for row in rows], columns=head, dtype=str)
    if twice := [name for name in frame.columns if list(frame.columns).count(name) > 1]:
        raise refuse(path, "header", f"{twice[0]} twice", "each column its own name")
    if not len(frame):
        raise refuse(path, "rows", "none", "rows with dates and flow")
    return frame


def _column(
    id: str,
    names: list[str],
    pattern: re.Pattern[str],
    answers: Answers,
    out: FlowRead,
    where: str,
    required: bool = False,
) -> str:
    """The column of a job, '' for none; asked with the guess of its name first."""
    guess = next((name for name in names if pattern.search(name)), names[0] if required else "none")
    order = [
        guess,
        *([] if required else ["none"] if guess != "none" else []),
        *(n for n in names if n != guess),
    ]
    out.questions.append(Question(id, tuple(Guess(n, 0.8 if n == guess else 0.1, "name") for n in order)))
    chosen = answers.get(id, "") or guess
    if chosen not in order:
        raise InputError(Problem(where, id, chosen, f"one of {', '.join(order)[:120]}"))
    return "" if chosen == "none" else chosen


def _dates(path: Path, column: Any) -> tuple[NDArray[np.datetime64], str]:
    """(row,) stamps and whether they are hours, days or months."""
    import pandas as pd

    text = column.str.strip()
    months = text.str.fullmatch(r"\d{4}(?:[-/.年]\d{1,2}月?|\d{2})")
    forms = _MONTH_FORMATS if bool(months.all()) else _FORMATS
    best = max(forms, key=lambda form: pd.to_datetime(text, format=form, errors="coerce").notna().sum())
    parsed = pd.to_datetime(text, format=best, errors="coerce")
    bad = np.flatnonzero(parsed.isna().to_numpy())
    if len(bad):
        found = f"{text.iloc[int(bad[0])]} ({len(bad)} rows)"[:60]
        raise refuse(
            path, f"row {int(bad[0]) + 2} {column.name}", found, "a date such as 2021-06-01 or 2021-06"
        )
    stamps = parsed.to_numpy().astype("datetime64[m]")
    if months.all():
        return stamps, "month"
    single = np.unique(stamps)
    gaps = np.diff(single).astype(np.int64)
    usual = float(np.median(gaps)) if len(gaps) else 1440.0
    days_of_month = {int(str(day)[8:10]) for day in single.astype("datetime64[D]")[:400]}
    if (usual > 27 * 1440 and len(days_of_month) == 1) or 28 * 1440 <= usual <= 31 * 1440:
        return stamps, "month"
    if usual not in (1440.0,) and not (usual <= 720 and 1440 % usual == 0):
        raise refuse(path, str(column.name), f"a record every {usual / 60:g} h", "hours, days or months")
    return stamps, "day" if usual == 1440.0 else "hour"


def _parts(path: Path, frame: Any, station: str, flows: list[str]) -> list[_Part]:
    every = np.arange(len(frame))
    if not station:
        place = _said_place(path, frame, every)
        return [_Part(name if len(flows) > 1 else path.stem, name, every, place) for name in flows]
    labels = frame[station].str.strip().to_numpy()
    if (labels == "").any():
        row = int(np.flatnonzero(labels == "")[0]) + 2
        raise refuse(path, f"row {row} {station}", "empty", "the station of the row")
    parts = []
    for label in dict.fromkeys(labels):
        rows = np.flatnonzero(labels == label)
        place = _said_place(path, frame, rows)
        parts += [
            _Part(str(label) if len(flows) == 1 else f"{label} {name}", name, rows, place) for name in flows
        ]
    return parts


def _said_place(path: Path, frame: Any, rows: NDArray[np.int64]) -> dict[str, float]:
    """Longitude and latitude of a station from columns of those names, if it has one of each throughout."""
    said: dict[str, float] = {}
    for id, (low, high) in BOUNDS.items():
        name = next((name for name in frame.columns if _PLACE[id].search(name)), None)
        if name is None:
            continue
        values = np.unique(_values(path, frame[name].iloc[rows], rows))
        if len(values) == 1 and low <= values[0] <= high:
            said[id] = float(values[0])
    return said


def _values(path: Path, column: Any, rows: NDArray[np.int64]) -> Array:
    import pandas as pd

    text = column.str.strip().str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)
    empty = text.isin(["", "-", "--", "NA", "NaN", "nan", "NULL", "null", "None", "缺测"])
    values = pd.to_numeric(text.where(~empty, other="nan"), errors="coerce")
    bad = np.flatnonzero((values.isna() & ~empty).to_numpy())
    if len(bad):
        found = f"{text.iloc[int(bad[0])]} ({len(bad)} rows)"[:60]
        raise refuse(path, f"row {int(rows[bad[0]]) + 2} {column.name}", found, "a number")
    out = np.array(values, dtype=np.float64)
    out[np.isin(out, _MARKS) | ~np.isfinite(out)] = np.nan
    return out


def _one(
    path: Path, part: _Part, dates: Dates, step: str, values: Array, answers: Answers, out: FlowRead
) -> None:
    """One series: its place asked for, its days made of hours, its unit understood."""
    where = str(path)
    if step == "hour":
        stamps, flow, findings = _to_days(where, dates, values, part.rows + 2)
        kept: Step = "day"
    else:
        kept = "month" if step == "month" else "day"
        stamps, flow, findings = ordered(where, dates, values, kept, part.rows + 2)
    out.findings += findings
    place = _place(part.name, part.place, answers, out, where)
    unit = _unit(part, kept, stamps, flow, place, answers, out, where)
    scale = _scale(unit, kept, stamps) if step != "hour" or unit in ("m3/s", "l/s") else None
    if scale is None:
        raise refuse(path, part.column, f"{unit} by the hour", "m3/s where the record is hourly")
    area = number_of(answers, f"catchment_km2:{part.name}", None, 1.0, 7e6, where)
    series = FlowSeries(part.name, "", place, area, kept, stamps, flow * scale)
    out.series.append(series)
    out.variables.append(described(series, part.column, _said_unit(part.column) or "", unit))


def _place(name: str, said: Mapping[str, float], answers: Answers, out: FlowRead, where: str) -> Place | None:
    """Where the station is, if the file or the user says; without it nothing is held against the embedded rivers."""
    found = []
    for id, (low, high) in BOUNDS.items():
        guess = Guess(f"{said[id]:g}", 0.9, "values") if id in said else Guess("", 0.1, "usual")
        out.questions.append(Question(f"{id}:{name}", (guess,), free=True))
        found.append(number_of(answers, f"{id}:{name}", said.get(id), low, high, where))
    lon, lat = found
    return None if lon is None or lat is None else Place(name, lon, lat)


def _said_unit(column: str) -> str | None:
    return next((unit for unit, pattern in UNITS.items() if pattern.search(column)), None)


def _scale(unit: str, step: Step, dates: Dates) -> Array:
    """(step,) m3/s of one unit; a volume is spread over its day or month."""
    if unit in ("m3/s", "l/s"):
        return np.full(len(dates), 1.0 if unit == "m3/s" else 1e-3)
    seconds = np.full(len(dates), _SECONDS_DAY)
    if step == "month":
        start = dates.astype("datetime64[M]")
        days = (start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")
        seconds = days.astype(np.float64) * _SECONDS_DAY
    return (1e8 if unit == "1e8 m3" else 1e4) / seconds


def _unit(
    part: _Part,
    step: Step,
    dates: Dates,
    values: Array,
    place: Place | None,
    answers: Answers,
    out: FlowRead,
    where: str,
) -> str:
    """The unit that holds: answered, named by the column, or the one nearest to the embedded river."""
    said = _said_unit(part.column)
    by_river = _nearest_unit(step, dates, values, place)
    first = said or by_river or "m3/s"
    id = f"unit:{part.column}"
    if not any(question.id == id for question in out.questions):
        order = [first, *(unit for unit in UNITS if unit != first)]
        basis = "name" if said else "values"
        guesses = tuple(Guess(unit, 0.9 if unit == first else 0.1, basis) for unit in order)
        out.questions.append(Question(id, guesses, required=said is None and by_river is None))
    chosen = answers.get(id, "") or first
    if chosen not in UNITS:
        raise InputError(Problem(where, id, chosen, f"one of {', '.join(UNITS)}"))
    if said is None and not answers.get(id):
        problem = Problem(where, part.column, "no unit", f"{chosen}, by the size of the values")
        out.findings.append(Finding("unit_guessed", "note", problem))
    return chosen


def _nearest_unit(step: Step, dates: Dates, values: Array, place: Place | None) -> str | None:
    ours = atlas_flow_m3_s(place) if place is not None else None
    if not ours or not np.nanmax(values, initial=0.0) > 0:
        return None
    means = {unit: float(np.nanmean(values * _scale(unit, step, dates))) for unit in UNITS}
    return min(means, key=lambda unit: abs(np.log(max(means[unit], 1e-12) / ours)))


def _to_days(
    where: str, stamps: NDArray[np.datetime64], values: Array, rows: NDArray[np.int64]
) -> tuple[Dates, Array, list[Finding]]:
    """Means of the days of an hourly record; NaN where too few of its values are there."""
    findings: list[Finding] = []
    minutes = stamps.astype("datetime64[m]").astype(np.int64)
    order = np.argsort(minutes, kind="stable")
    minutes, flow = minutes[order], values[order]
    twice = np.flatnonzero(np.diff(minutes) == 0)
    if len(twice):
        differ = twice[
            ~((flow[twice] == flow[twice + 1]) | (np.isnan(flow[twice]) & np.isnan(flow[twice + 1])))
        ]
        at = int(differ[0]) if len(differ) else int(twice[0])
        text = f"{np.datetime64(int(minutes[at]), 'm')} twice ({len(twice)} such)"
        problem = Problem(f"{where} row {int(rows[order[at + 1]])}", "date", text, "each stamp once")
        code, weight = ("date_twice", "fatal") if len(differ) else ("date_twice_same", "note")
        findings.append(
            Finding(code, "fatal" if weight == "fatal" else "note", problem, {"dates": len(twice)})
        )
        keep = np.concatenate([[True], np.diff(minutes) != 0])
        minutes, flow = minutes[keep], flow[keep]
    usual = int(np.median(np.diff(minutes))) if len(minutes) > 1 else 60
    day = minutes // 1440
    first = int(day[0])
    known = np.isfinite(flow)
    count = np.bincount(day[known] - first, minlength=int(day[-1]) - first + 1)
    total = np.bincount(day[known] - first, flow[known], minlength=len(count))
    enough = count * usual >= _HOURS_OF_A_DAY * 60
    mean = np.where(enough, total / np.maximum(count, 1), np.nan)
    return (first + np.arange(len(count))).astype("datetime64[D]"), mean, findings


FORMAT = FlowCsv()
