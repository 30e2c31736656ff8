"""NASA POWER hourly files of one place, CSV and JSON.

Values are means of the hour that begins at the stamp. The header says UTC or LST; LST is UTC moved by the
longitude over 15 degrees, to whole hours. Source of the layout: NASA POWER, Hourly API documentation.
"""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gis_layers.errors import Problem
from gis_layers.provenance import Grade
from resources.sources.contract import Answers, Kind, Place, refuse
from resources.sources.hourly import Array, Column, HourlyRaw, Numbers
from resources.sources.hourly_format import HourlyFormat
from resources.sources.place import (
    PlaceRaw,
    held,
    in_order,
    join,
    minutes_of,
    numbers_of,
    raise_if,
    read_text,
    split_rows,
)

_ROLES = {
    "ALLSKY_SFC_SW_DWN": "ghi_w_per_m2",
    "ALLSKY_SFC_SW_DNI": "dni_w_per_m2",
    "ALLSKY_SFC_SW_DIFF": "dhi_w_per_m2",
    "T2M": "temperature_c",
    "PS": "pressure_pa",
}
_WIND = re.compile(r"WS(\d+)M$")
_MISSING = -999.0
_PLACE = re.compile(r"latitude\s+(-?[\d.]+)\s+longitude\s+(-?[\d.]+)", re.IGNORECASE)
_HEIGHT = re.compile(r"=\s*(-?[\d.]+)\s*meters", re.IGNORECASE)
_ZONE = re.compile(r"\bin\s+(UTC|LST)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"^(\w+)\s+.*\(([^()]*)\)\s*$")
_MARK = re.compile(r"range:\s*(-?[\d.]+)", re.IGNORECASE)


class NasaPower(HourlyFormat):
    """See the module."""

    id: ClassVar[str] = "nasa_power"
    kind: ClassVar[Kind] = "hourly-place"
    title_zh: ClassVar[str] = "NASA POWER 逐时数据（CSV、JSON）"
    title_en: ClassVar[str] = "NASA POWER hourly (CSV, JSON)"
    licence: ClassVar[str] = "NASA POWER data, free to use with acknowledgement"
    grade: ClassVar[Grade] = "reanalysis"
    source: ClassVar[str] = "NASA POWER (CERES SYN1deg irradiance, MERRA-2 meteorology)"

    def sniff(self, head: bytes, path: Path) -> float:
        text = head.decode("utf-8", errors="replace").lstrip("\ufeff \r\n")
        if text.startswith("-BEGIN HEADER-") and "NASA/POWER" in text:
            return 1.0
        if text.startswith("{"):
            marks = sum(mark in text for mark in ('"Feature"', '"parameter"', '"geometry"'))
            return 0.9 if marks == 3 else 0.0
        return 0.0

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        parts = [
            _read_json(path) if read_text(path).lstrip()[:1] == "{" else _read_csv(path) for path in paths
        ]
        return held(join(parts))


def _read_csv(path: Path) -> PlaceRaw:
    text = read_text(path)
    head, end, body = text.partition("-END HEADER-")
    if not end:
        raise refuse(path, "header", "no -END HEADER-", "the header of NASA POWER, whole")
    place, zone = _PLACE.search(head), _ZONE.search(head)
    if place is None or zone is None:
        found = "no location" if place is None else "no time standard"
        raise refuse(path, "header", found, "'Location: latitude ... longitude ...' and 'in UTC' or 'in LST'")
    lat, lon = float(place[1]), float(place[2])
    height = _HEIGHT.search(head)
    given = _MARK.search(head)
    units = {row[1]: row[2] for line in head.splitlines() if (row := _PARAMETER.match(line.strip()))}
    rows = split_rows(body)
    titles = rows[0] if rows else []
    if titles[:4] != ["YEAR", "MO", "DY", "HR"]:
        raise refuse(path, "columns", ",".join(titles[:4]) or "none", "YEAR,MO,DY,HR (hourly)")
    first_row = head.count("\n") + 3
    problems: list[Problem] = []
    wide = [row for row in rows[1:] if len(row) >= len(titles)]
    if len(wide) < len(rows) - 1:
        problems.append(
            Problem(str(path), "rows", f"{len(rows) - 1 - len(wide)} cut off", f"{len(titles)} cells")
        )
    marks = (_MISSING, float(given[1])) if given else (_MISSING,)
    table = {
        title: numbers_of(
            path, title, [row[at] for row in wide], first_row, problems, marks if at > 3 else ()
        )
        for at, title in enumerate(titles)
    }
    raise_if(problems)
    minutes = minutes_of(table["YEAR"], table["MO"], table["DY"], 60 * table["HR"])
    values = {title: table[title] for title in titles[4:]}
    where = Place(path.stem, lon, lat, float(height[1]) if height else None)
    return _raw(path, where, zone[1].upper(), minutes, values, units, first_row)


def _read_json(path: Path) -> PlaceRaw:
    try:
        document = json.loads(read_text(path))
        lon, lat, *height = (float(value) for value in document["geometry"]["coordinates"])
        series: dict[str, dict[str, Any]] = document["properties"]["parameter"]
        header = document["header"]
        zone = str(header["time_standard"]).upper()
        mark = float(header.get("fill_value", _MISSING))
        units = {name: str(entry["units"]) for name, entry in document["parameters"].items()}
        keys = sorted(next(iter(series.values())))
        stamps = np.array([[int(key[:4]), int(key[4:6]), int(key[6:8]), 60 * int(key[8:10])] for key in keys])
        values = {
            name: np.array([float(hours.get(key, mark)) for key in keys]) for name, hours in series.items()
        }
    except (ValueError, KeyError, TypeError, StopIteration, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"[:80]
        raise refuse(path, "file", found, "a whole hourly JSON of NASA POWER") from error
    if zone not in ("UTC", "LST"):
        raise refuse(path, "time_standard", zone, "UTC or LST")
    for column in values.values():
        column[(column == mark) | (column == _MISSING)] = np.nan
    minutes = minutes_of(*(stamps[:, at].astype(np.float64) for at in range(4)))
    where = Place(path.stem, lon, lat, height[0] if height else None)
    return _raw(path, where, zone, minutes, values, units, 1)


def _raw(
    path: Path,
    place: Place,
    zone: str,
    minutes: Numbers,
    values: dict[str, Array],
    units: dict[str, str],
    first_row: int,
) -> PlaceRaw:
    columns = []
    for name in values:
        wind = _WIND.match(name)
        role = "wind_speed_ms" if wind else _ROLES.get(name)
        if role is not None and not (wind and float(wind[1]) < 10):
            height = float(wind[1]) if wind else None
            columns.append(Column(name, role, units.get(name, ""), "beginning", height))
    if not columns:
        known = ", ".join((*_ROLES, "WS10M", "WS50M"))
        raise refuse(path, "parameters", ", ".join(values)[:80] or "none", f"some of {known}")
    minutes, kept, findings = in_order(path, minutes, values, first_row)
    offset = float(round(place.lon_deg / 15)) if zone == "LST" else 0.0
    return PlaceRaw((path,), place, tuple(columns), minutes, kept, offset, findings=tuple(findings))


FORMAT = NasaPower()
