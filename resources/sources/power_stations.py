"""Tables of power stations: WRI Global Power Plant Database, trackers of Global Energy Monitor, plain CSV.

The copy is a GeoPackage of points (layer 'stations') in WGS84 with our technology, MW, state and year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem
from gis_layers.importer.coordinates import parse_all
from gis_layers.importer.datum import DATUMS, Datum, to_wgs84
from gis_layers.progress import Progress, silent
from gis_layers.provenance import Grade
from gis_layers.vector import VectorLayer, read_layer, write_layer
from resources.sources.contract import (
    Answers,
    Finding,
    Kind,
    Place,
    Question,
    SourceReport,
    Variable,
    Weight,
)
from resources.sources.power_station_words import (
    COLUMNS,
    UNITS,
    plain,
    status_of,
    technology_of,
    unit_in,
)
from resources.sources.station_checks import (
    Stations,
    capacity_unit,
    check_rows,
    find_provinces,
    find_twins,
    numbers,
    only_china,
    years,
)
from resources.sources.station_table import StationRows, as_csv, read_table, roles

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LAYER = "stations"
_SHOWN_PLACES = 5_000


@dataclass(frozen=True, slots=True)
class PowerStations:
    """One kind of table; see the module."""

    id: str
    title_zh: str
    title_en: str
    licence: str
    source: str
    grade: Grade
    needs: tuple[str, ...]
    """Columns that show it, plain; () any table with coordinates and a capacity."""
    kind: Kind = "stations"
    suffix: str = ".gpkg"
    wgs84: bool = True
    """The makers say so."""

    def sniff(self, head: bytes, path: Path) -> float:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return (0.6 if self.id == "gem_tracker" else 0.3) if head[:4] == b"PK\x03\x04" else 0.0
        names = _header_names(head)
        if self.needs:
            return 0.95 if all(one in names for one in self.needs) else 0.0
        capacity = any(name.startswith(word) for name in names for word in COLUMNS["capacity"])
        placed = any(name in ("lat", "latitude", "纬度") for name in names)
        return 0.6 if capacity and placed else 0.0

    def inspect(self, paths: tuple[Path, ...], answers: Answers) -> SourceReport:
        return self._look(paths, answers)[0]

    def write(
        self, report: SourceReport, answers: Answers, target: Path, progress: Progress = silent
    ) -> Mapping[str, Param]:
        import shapely

        _, stations = self._look(report.paths, answers)
        if stations is None or not stations.keep.any():
            raise InputError(
                Problem(str(report.paths[0]), "rows", "none left", "at least one station in China")
            )
        progress(0.5, "stations")
        at = np.flatnonzero(stations.keep)

        def some(values: list[str]) -> list[str | None]:
            return [values[index] or None for index in at]

        write_layer(
            target,
            LAYER,
            shapely.points(stations.lon[at], stations.lat[at]),
            "Point",
            {
                "name": some(stations.name),
                "unit": some(stations.unit),
                "technology": some(stations.technology),
                "capacity_mw": stations.capacity_mw[at],
                "status": some(stations.status),
                "year": stations.year[at],
                "province": some(stations.province),
                "fuel_in_file": some(stations.fuel),
                "row_in_file": stations.row[at],
            },
        )
        return _sums(stations)

    # -- looking -------------------------------------------------------------------------------------------

    def _look(self, paths: tuple[Path, ...], answers: Answers) -> tuple[SourceReport, Stations | None]:
        from resources.sources.contract import refuse

        if len(paths) > 1:
            raise refuse(paths[1], "file", "a second file", "one table of stations")
        path = paths[0]
        where = str(path)
        findings: list[Finding] = []
        questions: list[Question] = []
        with as_csv(path) as table_path:
            table = read_table(table_path, answers)
        columns = roles(table, answers, questions)
        self._from_importer(table, where, findings, questions)
        stations = None
        variables: tuple[Variable, ...] = ()
        if all(role in columns for role in ("lon", "lat", "capacity", "fuel")):
            stations, variable = self._understood(table, columns, where, answers, findings, questions)
            variables = (variable,)
        else:
            lacking = [role for role in ("lon", "lat") if role not in columns]
            if lacking and not any(question.id in lacking for question in questions):
                problem = Problem(where, ", ".join(lacking), "no column", "longitude and latitude")
                findings.append(Finding("no_coordinates", "fatal", problem))
        report = SourceReport(
            paths=paths,
            format_id=self.id,
            kind=self.kind,
            size_bytes=path.stat().st_size,
            grade=self.grade,
            source=self.source or f"power stations {path.name}",
            licence=self.licence,
            variables=variables,
            places=() if stations is None else _places(stations),
            findings=tuple(findings),
            questions=tuple(questions),
        )
        return report, stations

    def _from_importer(
        self, table: StationRows, where: str, findings: list[Finding], questions: list[Question]
    ) -> None:
        """What the importer of tables found, in the words of sources."""
        shown = {"swapped", "datum_shifted", "crs_missing", "crs_unknown"}
        for found in table.layer.findings:
            if found.code in shown and not (self.wgs84 and found.code == "datum_shifted"):
                weight: Weight = "note"
                problem = Problem(where, "coordinates", _FOUND[found.code], _EXPECTED[found.code])
                findings.append(Finding(found.code, weight, problem, dict(found.params)))
        for question in table.layer.questions:
            if question.id == "crs" or (question.id == "datum" and self.wgs84):
                continue
            questions.append(question)

    def _understood(
        self, table: StationRows, columns: Mapping[str, str], where: str, answers: Answers,
        findings: list[Finding], questions: list[Question],
    ) -> tuple[Stations, Variable]:  # fmt: skip
        def cells(role: str) -> list[str]:
            return table.columns[columns[role]] if role in columns else [""] * count

        count = len(table.columns[columns["lon"]])
        filled = np.array([any(row) for row in zip(*table.columns.values(), strict=True)], dtype=bool)
        x, y = parse_all(cells("lon")), parse_all(cells("lat"))
        if answers.get("order", "swapped") == "swapped" and table.layer.table and table.layer.table.swapped:
            x, y = y, x
        datum: Datum = next((one for one in DATUMS if one == answers.get("datum")), "wgs84")
        placed = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180.0) & (np.abs(y) <= 180.0)
        lon, lat = np.full(count, np.nan), np.full(count, np.nan)
        lon[placed], lat[placed] = to_wgs84(datum, x[placed], y[placed])
        technologies = [
            technology_of(fuel, kind) for fuel, kind in zip(cells("fuel"), cells("technology"), strict=True)
        ]
        stations = Stations(
            row=np.arange(count) + table.first_row,
            name=cells("name"),
            unit=cells("unit"),
            technology=[one or "other" for one in technologies],
            fuel=cells("fuel"),
            status=[status_of(text) for text in cells("status")],
            year=years(cells("year")),
            capacity_mw=numbers(cells("capacity")),
            lon=lon,
            lat=lat,
            province=[""] * count,
            keep=filled.copy(),
        )
        only_china(stations, cells("country"), where, findings)
        scale = capacity_unit(stations, columns["capacity"], where, answers, findings, questions)
        stations.capacity_mw *= scale
        check_rows(stations, technologies, where, findings)
        find_provinces(stations, where, findings)
        find_twins(stations, where, answers, findings, questions)
        kept = stations.capacity_mw[stations.keep]
        variable = Variable(
            name=columns["capacity"],
            role="capacity_mw",
            unit_found=unit_in(columns["capacity"]),
            unit_understood=next((name for name, one in UNITS.items() if one == scale), "MW"),
            low=float(kept.min()) if kept.size else None,
            high=float(kept.max()) if kept.size else None,
            mean=float(kept.mean()) if kept.size else None,
            missing_share=1.0 - kept.size / max(int(filled.sum()), 1),
        )
        return stations, variable


_FOUND = {
    "swapped": "longitude and latitude exchanged",
    "datum_shifted": "names that speak of GCJ-02 or BD-09",
    "crs_missing": "no degrees of China",
    "crs_unknown": "an unknown system",
}
_EXPECTED = {
    "swapped": "longitudes of 73 to 136, latitudes of 3 to 54",
    "datum_shifted": "WGS84; your answer decides",
    "crs_missing": "longitude and latitude in degrees",
    "crs_unknown": "longitude and latitude in degrees",
}


def _header_names(head: bytes) -> set[str]:
    """Plain column names of the first line."""
    from gis_layers.importer.encoding import detect

    text = head.decode(detect(head).value, errors="replace").splitlines()
    line = text[0] if text else ""
    delimiter = max(",;\t|", key=line.count)
    return {plain(name.strip('" ')) for name in line.split(delimiter)}


def _places(stations: Stations) -> tuple[Place, ...]:
    at = np.flatnonzero(stations.keep)[:_SHOWN_PLACES]
    return tuple(
        Place(stations.name[index], float(stations.lon[index]), float(stations.lat[index])) for index in at
    )


def _sums(stations: Stations) -> dict[str, Param]:
    """Stations and MW: by technology and province of what runs (or says nothing of its state), by state of all."""
    sums: dict[str, Param] = {"stations": int(stations.keep.sum())}
    running: Counter[tuple[str, str]] = Counter()
    states: Counter[str] = Counter()
    for at in np.flatnonzero(stations.keep):
        states[stations.status[at]] += float(stations.capacity_mw[at])  # type: ignore[assignment]
        if stations.status[at] in ("operating", "unknown"):
            running[stations.technology[at], stations.province[at]] += float(stations.capacity_mw[at])  # type: ignore[assignment]
    for technology in dict.fromkeys(key[0] for key in sorted(running)):
        whole = sum(mw for (one, _), mw in running.items() if one == technology)
        sums[f"running_mw:{technology}"] = round(whole, 3)
    for (technology, province), mw in sorted(running.items()):
        sums[f"running_mw:{technology}:{province}"] = round(mw, 3)
    for state, mw in sorted(states.items()):
        sums[f"mw:{state}"] = round(mw, 3)
    return sums


def open_stations(path: Path) -> VectorLayer:
    """The copy: points with name, unit, technology, capacity_mw, status, year, province."""
    return read_layer(path, LAYER)


FORMATS = (
    PowerStations(
        "wri_power_plants", "WRI 全球电厂数据库（CSV）", "WRI Global Power Plant Database (CSV)",
        "CC BY 4.0 (World Resources Institute)", "Global Power Plant Database, World Resources Institute",
        "reference", ("capacitymw", "latitude", "longitude", "primaryfuel"),
    ),
    PowerStations(
        "wri_power_plants_raw", "WRI 电厂原始表（CSV）", "WRI raw power plants (CSV)",
        "CC BY 4.0 (World Resources Institute)", "Global Power Plant Database, raw table, World Resources Institute",
        "reference", ("powerplantid", "capacity(mw)", "fuel", "latitude", "longitude"),
    ),
    PowerStations(
        "gem_tracker", "全球能源监测 GEM 追踪表（CSV、Excel）", "Global Energy Monitor trackers (CSV, Excel)",
        "CC BY 4.0 (Global Energy Monitor)", "trackers of Global Energy Monitor",
        "reference", ("capacity(mw)", "status", "latitude", "longitude", "startyear"),
    ),
    PowerStations(
        "power_stations", "电站表（CSV、Excel）", "Power stations (CSV, Excel)",
        "of who made the file", "", "user", (), wgs84=False,
    ),
)  # fmt: skip
