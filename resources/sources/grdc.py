"""Discharge of the Global Runoff Data Centre: text files with a '#' header, one station each, days or months.

`YYYY-MM-DD;hh:mm;Value` with -999 for missing; months are dated day 00 and may have a second column, calculated from
days, which fills where the original is missing. Several files are several stations.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import numpy as np

from gis_layers.errors import InputError, Problem
from resources.sources.contract import Answers, Place, refuse
from resources.sources.flow_format import FlowFormat, FlowRead
from resources.sources.flow_series import FlowSeries, Step, described, ordered
from resources.sources.place import MOST_BYTES

_FIELD = re.compile(r"^#\s*([^:]+?)\s*:\s*(.*?)\s*$")
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_MISSING_BELOW = -998.0
_MOST_NAMED = 20


class Grdc(FlowFormat):
    """See the module."""

    id: ClassVar[str] = "grdc"
    title_zh: ClassVar[str] = "GRDC 站点流量（文本）"
    title_en: ClassVar[str] = "GRDC station discharge (text)"
    licence: ClassVar[str] = "GRDC data policy: for the user's own use, not to be passed on"
    source: ClassVar[str] = "Global Runoff Data Centre, Koblenz"

    def sniff(self, head: bytes, path: Path) -> float:
        text = head.decode("latin-1")
        marks = sum(mark in text for mark in ("GRDC", "GRDC-No.", "Field delimiter", "missing values"))
        return 0.95 if text.lstrip("\ufeff\xef\xbb\xbf").startswith("#") and marks >= 2 else 0.0

    def read(self, paths: tuple[Path, ...], answers: Answers) -> FlowRead:
        out = FlowRead()
        for path in paths:
            _read(path, out)
        return out


def _read(path: Path, out: FlowRead) -> None:
    """One file into the reading.

    Raises
    ------
    InputError
        Cut off before its data, no station, another unit, rows that are no flow: all of the file's at once.
    """
    lines = _text(path).splitlines()
    fields = _header(lines)
    problems: list[Problem] = []
    unit = fields.get("Unit of measure", "")
    if not re.fullmatch(r"m.{0,3}3?/s|m3 ?s-1", unit.encode("ascii", "replace").decode()):
        problems.append(Problem(str(path), "Unit of measure", unit or "none", "m3/s"))
    number, station = fields.get("GRDC-No.", ""), fields.get("Station", "")
    if not (number or station):
        problems.append(Problem(str(path), "Station", "none", "a station's name or GRDC number"))
    lon = _float(path, fields, "Longitude (DD)", -180, 180, problems)
    lat = _float(path, fields, "Latitude (DD)", -90, 90, problems)
    area = _float(path, fields, "Catchment area", -1000, 7e6, problems, begins=True)
    first = next(
        (at for at, line in enumerate(lines) if line and not line.startswith("#") and line[:1].isdigit()),
        None,
    )
    if first is None:
        problems.append(Problem(str(path), "rows", "none after the header", "rows of YYYY-MM-DD;hh:mm;value"))
        raise InputError(problems)
    dates: list[str] = []
    values: list[float] = []
    numbers: list[int] = []
    months = days = 0
    for at, line in enumerate(lines[first:], start=first + 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(";")]
        date = _DATE.match(cells[0])
        flow = _flow(cells[2:4]) if len(cells) >= 3 else None
        if date is None or flow is None or not _is_date(cells[0]):
            problems.append(Problem(f"{path} row {at}", "row", line[:40], "YYYY-MM-DD;hh:mm;value"))
            if len(problems) > _MOST_NAMED:
                break
            continue
        months += date[3] == "00"
        days += date[3] != "00"
        dates.append(cells[0][:7] if date[3] == "00" else cells[0])
        values.append(flow)
        numbers.append(at)
    if months and days:
        problems.append(Problem(str(path), "date", f"{months} months and {days} days", "one or the other"))
    said = fields.get("Data lines", "")
    if said.isdigit() and int(said) != len(values) and not problems:
        problems.append(Problem(str(path), "rows", f"{len(values)}", f"{said}, as the header says; cut off?"))
    if problems:
        raise InputError(problems)
    step: Step = "month" if months else "day"
    name = station or number
    title = f"{name} ({number})" if number and station else name
    stamps, flows, findings = ordered(
        str(path), np.array(dates, dtype="datetime64[D]"), np.array(values), step, np.array(numbers)
    )
    series = FlowSeries(
        name=title,
        river=fields.get("River", ""),
        place=None if lon is None or lat is None else Place(title, lon, lat),
        catchment_km2=area if area and area > 0 else None,
        step=step,
        dates=stamps,
        flow_m3_s=flows,
    )
    out.series.append(series)
    out.findings += findings
    out.variables.append(described(series, title, "m3/s", "m3/s"))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise refuse(
                path, "file", f"{path.stat().st_size / 2**20:.0f} MB", f"at most {MOST_BYTES >> 20} MB"
            )
        data = path.read_bytes()
    except OSError as error:
        raise refuse(path, "file", error.strerror or "error", "a file that can be read") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # what the centre writes: "km" with a superscript 2


def _header(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in lines:
        if not line.startswith("#"):
            if line[:1].isdigit():
                break
            continue
        found = _FIELD.match(line)
        if found:
            fields.setdefault(found[1], found[2])
        elif line[1:].strip().startswith("Data lines"):
            fields.setdefault("Data lines", line.split(":")[-1].strip())
    return fields


def _float(
    path: Path,
    fields: dict[str, str],
    name: str,
    low: float,
    high: float,
    problems: list[Problem],
    begins: bool = False,
) -> float | None:
    key = next((key for key in fields if key == name or (begins and key.startswith(name))), None)
    if key is None or fields[key] in ("", "-"):
        return None
    try:
        value = float(fields[key])
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        problems.append(Problem(str(path), name, fields[key][:20], f"{low:g} to {high:g}"))
        return None
    return value


def _flow(cells: list[str]) -> float | None:
    """The first value that is not missing; NaN where all are; None where a cell is no number."""
    flow = float("nan")
    for cell in cells[::-1]:
        if not cell:
            continue
        try:
            value = float(cell)
        except ValueError:
            return None
        if not np.isfinite(value):
            return None
        if value > _MISSING_BELOW:
            flow = value
    return flow


def _is_date(text: str) -> bool:
    try:
        np.datetime64(text[:7] if text.endswith("-00") else text, "D")
    except ValueError:
        return False
    return True


FORMAT = Grdc()
