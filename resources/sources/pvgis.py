"""PVGIS hourly series and typical years, CSV and JSON.

Times are UTC. Hourly series carry the minute of the satellite's or model's value (':10', ':30'); it stands for the
hour it lies in. Irradiance must be on the horizontal plane (slope 0). Source of the layouts: PVGIS user manual,
hourly radiation and TMY tools, European Commission JRC.
"""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from gis_layers.provenance import Grade
from resources.hours import HOURS
from resources.sources.contract import Answers, Finding, Kind, Place, refuse
from resources.sources.hourly import Array, Column, HourlyRaw
from resources.sources.hourly_format import HourlyFormat
from resources.sources.place import (
    PlaceRaw,
    held,
    in_order,
    in_typical_year,
    join,
    minutes_of,
    numbers_of,
    raise_if,
    read_text,
    split_rows,
)

_KNOWN = {
    "G(h)": ("ghi_w_per_m2", "W/m2"),
    "Gb(n)": ("dni_w_per_m2", "W/m2"),
    "Gd(h)": ("dhi_w_per_m2", "W/m2"),
    "G(i)": ("ghi_w_per_m2", "W/m2"),
    "Gb(i)": ("beam_horizontal_w_per_m2", "W/m2"),
    "T2m": ("temperature_c", "C"),
    "WS10m": ("wind_speed_ms", "m/s"),
    "SP": ("pressure_pa", "Pa"),
}
_STAMP = re.compile(r"^(\d{4})(\d{2})(\d{2}):(\d{2})(\d{2})$")
_HEAD = {
    "lat": re.compile(r"^Latitude.*?:\s*(-?[\d.]+)", re.MULTILINE),
    "lon": re.compile(r"^Longitude.*?:\s*(-?[\d.]+)", re.MULTILINE),
    "elevation": re.compile(r"^Elevation.*?:\s*(-?[\d.]+)", re.MULTILINE),
}
_SLOPE = re.compile(r"^Slope:\s*(-?[\d.]+)", re.MULTILINE)


class Pvgis(HourlyFormat):
    """See the module."""

    id: ClassVar[str] = "pvgis"
    kind: ClassVar[Kind] = "hourly-place"
    title_zh: ClassVar[str] = "PVGIS 逐时与典型年数据（CSV、JSON）"
    title_en: ClassVar[str] = "PVGIS hourly and typical year (CSV, JSON)"
    licence: ClassVar[str] = "PVGIS (c) European Union, free use with acknowledgement"
    grade: ClassVar[Grade] = "reanalysis"
    source: ClassVar[str] = "PVGIS, European Commission Joint Research Centre"

    def sniff(self, head: bytes, path: Path) -> float:
        text = head.decode("utf-8", errors="replace").lstrip("\ufeff \r\n")
        if text.startswith("{"):
            inside = '"meteo_data"' in text or '"tmy_hourly"' in text
            return 0.9 if inside and '"inputs"' in text else 0.0
        if text.startswith("Latitude (decimal degrees):"):
            return 0.95 if "Elevation (m):" in text else 0.5
        return 0.0

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        return held(join([_read(path) for path in paths]))


def _read(path: Path) -> PlaceRaw:
    text = read_text(path)
    return _json(path, text) if text.lstrip()[:1] == "{" else _csv(path, text)


def _csv(path: Path, text: str) -> PlaceRaw:
    lines = text.splitlines()
    title = next(
        (at for at, line in enumerate(lines) if line.lower().startswith(("time,", "time(utc),"))), None
    )
    if title is None:
        raise refuse(path, "columns", "no row that begins with time", "the hourly table of PVGIS")
    head = "\n".join(lines[:title])
    found = {name: pattern.search(head) for name, pattern in _HEAD.items()}
    lat, lon, high = (found[name] for name in ("lat", "lon", "elevation"))
    if lat is None or lon is None:
        raise refuse(path, "header", head[:40], "Latitude and Longitude (decimal degrees)")
    slope = _SLOPE.search(head)
    names = [cell.strip() for cell in lines[title].split(",")]
    rows = []
    for row in split_rows("\n".join(lines[title + 1 :])):
        if not _STAMP.match(row[0]):
            break
        rows.append(row)
    problems: list[Problem] = []
    short = [at for at, row in enumerate(rows) if len(row) < len(names)]
    if short:
        problems.append(
            Problem(f"{path} row {short[0] + title + 2}", "cells", str(len(rows[short[0]])), str(len(names)))
        )
        rows = [row for row in rows if len(row) >= len(names)]
    table = {
        name: numbers_of(path, name, [row[at] for row in rows], title + 2, problems)
        for at, name in enumerate(names)
        if at and name in {*_KNOWN, "Gd(i)", "Gr(i)"}
    }
    raise_if(problems)
    place = Place(path.stem, float(lon[1]), float(lat[1]), float(high[1]) if high else None)
    typical = names[0].lower() == "time(utc)"
    return _raw(
        path, place, [row[0] for row in rows], table, float(slope[1]) if slope else None, typical, title + 2
    )


def _json(path: Path, text: str) -> PlaceRaw:
    try:
        document: dict[str, Any] = json.loads(text)
        location = document["inputs"]["location"]
        outputs = document["outputs"]
        typical = "tmy_hourly" in outputs
        hourly: list[dict[str, Any]] = outputs["tmy_hourly" if typical else "hourly"]
        stamp = "time(UTC)" if typical else "time"
        times = [str(row[stamp]) for row in hourly]
        names = [name for name in hourly[0] if name in {*_KNOWN, "Gd(i)", "Gr(i)"}]
        table = {name: np.array([_value(row[name]) for row in hourly]) for name in names}
        place = Place(
            path.stem,
            float(location["longitude"]),
            float(location["latitude"]),
            None if location.get("elevation") is None else float(location["elevation"]),
        )
        fixed = document["inputs"].get("mounting_system", {}).get("fixed", {})
        slope = None if typical or not fixed else float(fixed["slope"]["value"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise refuse(
            path, "file", f"{type(error).__name__}: {error}"[:80], "a whole hourly JSON of PVGIS"
        ) from error
    return _raw(path, place, times, table, slope, typical, 1)


def _value(cell: Any) -> float:
    return float("nan") if cell is None else float(cell)


def _raw(
    path: Path,
    place: Place,
    times: list[str],
    table: dict[str, Array],
    slope_deg: float | None,
    typical: bool,
    first_row: int,
) -> PlaceRaw:
    findings: list[Finding] = []
    parts = _stamp_parts(path, times)
    minutes = minutes_of(parts[:, 0], parts[:, 1], parts[:, 2], parts[:, 3] * 60 + parts[:, 4])
    values = dict(table)
    if not typical and "Gb(i)" in values and "Gd(i)" in values:
        values["G(i)"] = values["Gb(i)"] + values["Gd(i)"] + values.get("Gr(i)", 0.0)
    inclined = {"G(i)", "Gb(i)"} & values.keys()
    if inclined and slope_deg != 0.0:
        found = "no slope in the header" if slope_deg is None else f"a plane of {slope_deg:g} degrees"
        problem = Problem(str(path), "slope", found, "irradiance on the horizontal plane (slope 0)")
        findings.append(Finding("inclined_plane", "fatal", problem))
    columns = tuple(
        Column(name, *_KNOWN[name], "beginning" if typical else "instant", 10.0 if name == "WS10m" else None)
        for name in _KNOWN
        if name in values
    )
    if not columns:
        raise refuse(path, "columns", ", ".join(table)[:80] or "none", f"some of {', '.join(_KNOWN)}")
    values = {column.name: values[column.name] for column in columns}
    if typical:
        minutes = in_typical_year(minutes - minutes % 60)
        kept = minutes >= 0
        order = np.argsort(minutes[kept], kind="stable")
        minutes = minutes[kept][order]
        values = {name: column[kept][order] for name, column in values.items()}
        if len(minutes) != HOURS:
            problem = Problem(str(path), "rows", str(len(minutes)), f"{HOURS} hours of a typical year")
            findings.append(Finding("rows_typical", "fatal", problem))
    minutes, values, more = in_order(path, minutes, values, first_row)
    return PlaceRaw((path,), place, columns, minutes, values, 0.0, typical, findings=(*findings, *more))


def _stamp_parts(path: Path, times: list[str]) -> NDArray[np.float64]:
    matches = [_STAMP.match(text) for text in times]
    bad = next((at for at, found in enumerate(matches) if found is None), None)
    if bad is not None or not matches:
        raise refuse(path, "time", times[bad][:30] if bad is not None else "no rows", "YYYYMMDD:HHMM (UTC)")
    return np.array([[float(part) for part in found.groups()] for found in matches if found is not None])


FORMAT = Pvgis()
