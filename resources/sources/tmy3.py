"""TMY3 files (CSV): typical years in local standard time, each row the hour that ends at its stamp.

Source: Wilcox and Marion, Users Manual for TMY3 Data Sets, NREL/TP-581-43156 (2008).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

import numpy as np

from gis_layers.errors import Problem
from gis_layers.provenance import Grade
from resources.hours import HOURS
from resources.sources.contract import Answers, Finding, Kind, Place, refuse
from resources.sources.hourly import Column, HourlyRaw
from resources.sources.hourly_format import HourlyFormat
from resources.sources.place import (
    PlaceRaw,
    held,
    in_order,
    in_typical_year,
    minutes_of,
    numbers_of,
    raise_if,
    read_text,
    split_rows,
)

_KNOWN = {
    "GHI (W/m^2)": ("ghi_w_per_m2", "W/m^2", None),
    "DNI (W/m^2)": ("dni_w_per_m2", "W/m^2", None),
    "DHI (W/m^2)": ("dhi_w_per_m2", "W/m^2", None),
    "Dry-bulb (C)": ("temperature_c", "C", None),
    "Pressure (mbar)": ("pressure_pa", "mbar", None),
    "Wspd (m/s)": ("wind_speed_ms", "m/s", 10.0),
}
_MISSING = (-9900.0, 9999.0, -9999.0)


class Tmy3(HourlyFormat):
    """See the module."""

    id: ClassVar[str] = "tmy3"
    kind: ClassVar[Kind] = "hourly-place"
    title_zh: ClassVar[str] = "TMY3 典型年（CSV）"
    title_en: ClassVar[str] = "TMY3 typical year (CSV)"
    licence: ClassVar[str] = "of who made the file"
    grade: ClassVar[Grade] = "measured"
    source: ClassVar[str] = "TMY3 file of the user"

    def sniff(self, head: bytes, path: Path) -> float:
        lines = head.decode("utf-8", errors="replace").splitlines()
        return 0.95 if len(lines) > 1 and lines[1].startswith("Date (MM/DD/YYYY),Time (HH:MM)") else 0.0

    def open(self, paths: tuple[Path, ...], answers: Answers) -> AbstractContextManager[HourlyRaw]:
        if len(paths) > 1:
            raise refuse(paths[1], "file", "a second file", "one TMY3 file")
        return held(_read(paths[0]))


def _read(path: Path) -> PlaceRaw:
    rows = split_rows(read_text(path))
    if len(rows) < 3 or len(rows[0]) < 7:
        raise refuse(
            path, "header", ",".join(rows[0])[:60] if rows else "nothing", "code,name,state,zone,lat,lon,m"
        )
    problems: list[Problem] = []
    zone, lat, lon, height = (
        float(numbers_of(path, name, [rows[0][at]], 1, problems)[0])
        for at, name in ((3, "time zone"), (4, "latitude"), (5, "longitude"), (6, "elevation"))
    )
    titles, data = rows[1], rows[2:]
    short = [at for at, row in enumerate(data) if len(row) < len(titles)]
    if short:
        problems.append(
            Problem(f"{path} row {short[0] + 3}", "cells", str(len(data[short[0]])), str(len(titles)))
        )
        data = [row for row in data if len(row) >= len(titles)]
    values = {
        name: numbers_of(path, name, [row[titles.index(name)] for row in data], 3, problems, _MISSING)
        for name in _KNOWN
        if name in titles
    }
    dates = np.array([_three(row[0], "/") for row in data]).reshape(-1, 3)
    clocks = np.array([_three(row[1], ":") for row in data]).reshape(-1, 3)
    bad = np.flatnonzero(~(np.isfinite(dates).all(axis=1) & np.isfinite(clocks[:, :2]).all(axis=1)))
    if len(bad):
        row = data[int(bad[0])]
        found = f"{row[0]} {row[1]}"[:40]
        problems.append(Problem(f"{path} row {int(bad[0]) + 3}", "date", found, "MM/DD/YYYY and HH:MM"))
    if not values:
        problems.append(Problem(str(path), "columns", ", ".join(titles)[:80], f"some of {', '.join(_KNOWN)}"))
    raise_if(problems)
    # The hour that ends at 24:00 belongs to its day: placed by its beginning.
    begins = minutes_of(dates[:, 2], dates[:, 0], dates[:, 1], clocks[:, 0] * 60 + clocks[:, 1] - 60)
    minutes = in_typical_year(begins)
    kept = minutes >= 0
    findings: list[Finding] = []
    if int(kept.sum()) != HOURS:
        problem = Problem(str(path), "rows", str(int(kept.sum())), f"{HOURS} hours of a typical year")
        findings.append(Finding("rows_typical", "fatal", problem))
    minutes, values, more = in_order(
        path, minutes[kept], {name: each[kept] for name, each in values.items()}, 3
    )
    columns = tuple(
        Column(name, role, unit, "beginning", high)
        for name, (role, unit, high) in _KNOWN.items()
        if name in values
    )
    place = Place(rows[0][1] or path.stem, lon, lat, height)
    return PlaceRaw((path,), place, columns, minutes, values, zone, typical=True, findings=(*findings, *more))


def _three(text: str, mark: str) -> list[float]:
    parts = [*text.split(mark), "0", "0"][:3]
    try:
        return [float(part) for part in parts]
    except ValueError:
        return [float("nan")] * 3


FORMAT = Tmy3()
