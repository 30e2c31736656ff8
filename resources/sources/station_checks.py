"""What is found in the rows of a table of power stations, and what is done about it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import locate, regions
from gis_layers.errors import Problem
from resources.sources.contract import Answers, Finding, Guess, Question, Weight
from resources.sources.power_station_words import CHINA, UNITS, unit_in

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_NEAR_DEG = 0.3
"""A place this near a province is of it: coasts and borders are drawn coarser than stations are surveyed."""
_AT_SEA_DEG = 2.0
"""Offshore wind stands up to here from its province."""
_MOST_LEFT_OUT = 0.05
"""Of the rows that may be left out for impossible values, with consent; more, and columns are mixed up."""
_LARGEST_MW = 30_000.0
_MEDIAN_MW = (0.05, 3_000.0)
_YEARS = (1880, 2070)


@dataclass(slots=True)
class Stations:
    """Rows as understood; all arrays (row,)."""

    row: NDArray[np.int64]
    """As the spreadsheet counts."""
    name: list[str]
    unit: list[str]
    technology: list[str]
    fuel: list[str]
    status: list[str]
    year: Array
    capacity_mw: Array
    lon: Array
    lat: Array
    province: list[str]
    keep: Mask

    def drop(self, bad: Mask) -> None:
        self.keep &= ~bad


def numbers(cells: list[str]) -> Array:
    """Numbers; thousands may be marked; NaN where there is none."""
    values = np.full(len(cells), np.nan)
    for at, cell in enumerate(cells):
        text = cell.replace(",", "").replace("，", "").strip()
        try:
            values[at] = float(text)
        except ValueError:
            continue
    return np.asarray(np.where(np.isfinite(values), values, np.nan))


def years(cells: list[str]) -> Array:
    """Years at the beginning or end of what stands there; NaN where there is none."""
    found = [re.search(r"(?<!\d)(1[89]\d{2}|20\d{2})(?!\d)", cell) for cell in cells]
    years = np.array([float(one[1]) if one else np.nan for one in found])
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where((years >= _YEARS[0]) & (years <= _YEARS[1]), years, np.nan))


def only_china(stations: Stations, countries: list[str], where: str, findings: list[Finding]) -> None:
    abroad = np.array([bool(text) and not CHINA.search(text.strip()) for text in countries], dtype=bool)
    if abroad.any():
        problem = Problem(where, "country", f"{int(abroad.sum())} rows of other countries", "rows of China")
        findings.append(Finding("other_countries", "note", problem, {"rows": int(abroad.sum())}))
        stations.drop(abroad)


def capacity_unit(
    stations: Stations, column: str, where: str, answers: Answers, findings: list[Finding],
    questions: list[Question],
) -> float:  # fmt: skip
    """MW in one of the column's unit."""
    values = stations.capacity_mw[stations.keep]
    values = values[np.isfinite(values) & (values > 0)]
    said, answered = unit_in(column), answers.get("capacity_unit", "")
    if answered in UNITS:
        said = answered
    if not values.size:
        return UNITS.get(said, 1.0)
    middle, largest = float(np.median(values)), float(np.quantile(values, 0.99))
    fitting = [
        unit
        for unit in ("MW", "kW", "万千瓦", "GW")
        if _MEDIAN_MW[0] <= middle * UNITS[unit] <= _MEDIAN_MW[1] and largest * UNITS[unit] <= _LARGEST_MW
    ]
    found = f"{said or 'no unit'}, half of the values above {middle:g}"
    if said:
        if not (_MEDIAN_MW[0] <= middle * UNITS[said] <= _MEDIAN_MW[1]):
            problem = Problem(where, column, found, f"half above {_MEDIAN_MW[0]:g} to {_MEDIAN_MW[1]:g} MW")
            code = "unit_impossible" if answered or not fitting else "unit_wrong"
            findings.append(Finding(code, "fatal", problem))
            if code == "unit_wrong":
                questions.append(
                    Question("capacity_unit", tuple(Guess(unit, 0.5, "values") for unit in fitting))
                )
        return UNITS[said]
    choices = tuple(Guess(unit, 0.7 if unit == "MW" else 0.2, "values") for unit in fitting or ["MW"])
    questions.append(Question("capacity_unit", choices, required=not fitting or fitting[0] != "MW"))
    problem = Problem(where, column, found, f"{choices[0].value}, or your answer")
    findings.append(Finding("unit_missing", "note", problem, {"unit": choices[0].value}))
    return UNITS[choices[0].value]


def check_rows(
    stations: Stations, technologies: list[str | None], where: str, findings: list[Finding]
) -> None:
    """Rows without a capacity or place, with impossible ones, of unknown fuel."""
    capacity = stations.capacity_mw
    with np.errstate(invalid="ignore"):
        cases = (
            ("capacity_missing", np.isnan(capacity) | (capacity == 0), "capacity", "MW above 0"),
            ("capacity_negative", capacity < 0, "capacity", "MW above 0"),
            ("capacity_beyond", capacity > _LARGEST_MW, "capacity", f"at most {_LARGEST_MW:g} MW"),
            ("place_missing", ~np.isfinite(stations.lon), "coordinates", "longitude and latitude"),
        )
    rows = int(stations.keep.sum())
    for code, bad, field, expected in cases:
        bad = bad & stations.keep
        if bad.any():
            findings.append(_rows_finding(stations, code, bad, where, field, expected, rows))
            stations.drop(bad)
    unknown = Counter(
        stations.fuel[at] or "nothing" for at in np.flatnonzero(stations.keep) if technologies[at] is None
    )
    if unknown:
        found = ", ".join(f"{name} ({count})" for name, count in unknown.most_common(8))
        problem = Problem(where, "fuel", found, "a fuel or technology we know; taken as 'other'")
        findings.append(Finding("fuel_unknown", "note", problem, {"rows": sum(unknown.values())}))


def _rows_finding(
    stations: Stations, code: str, bad: Mask, where: str, field: str, expected: str, of: int
) -> Finding:
    """A correction: these rows are left out. Too many: the columns must be wrong."""
    count = int(bad.sum())
    rows = ", ".join(str(number) for number in stations.row[bad][:6])
    names = ", ".join(stations.name[at] for at in np.flatnonzero(bad)[:3] if stations.name[at])
    weight: Weight = (
        "fatal" if count > max(_MOST_LEFT_OUT * of, 1) and code not in _MAY_BE_MANY else "consent"
    )
    more = " ..." if count > 6 else ""
    problem = Problem(f"{where} rows {rows}{more}", field, f"{count} of {of} rows ({names})", expected)
    return Finding(code, weight, problem, {"rows": count})


_MAY_BE_MANY = ("capacity_missing", "place_missing")


def find_provinces(stations: Stations, where: str, findings: list[Finding]) -> None:
    """The province of each; places that are exchanged one by one, at sea, abroad."""
    import shapely

    at = np.flatnonzero(stations.keep)
    if not at.size:
        return
    codes = locate(stations.lon[at], stations.lat[at])
    lost = at[codes == ""]
    if lost.size:
        turned = (np.abs(stations.lon[lost]) <= 90.0) & (locate(stations.lat[lost], stations.lon[lost]) != "")
        if turned.any():
            exchanged = np.zeros(len(stations.keep), dtype=bool)
            exchanged[lost[turned]] = True
            of = int(stations.keep.sum())
            finding = _rows_finding(
                stations, "place_exchanged", exchanged, where, "coordinates", "longitude, then latitude", of
            )
            findings.append(Finding(finding.code, "consent", finding.problem, finding.params))
            stations.lon[exchanged], stations.lat[exchanged] = (
                stations.lat[exchanged].copy(), stations.lon[exchanged].copy(),
            )  # fmt: skip
            codes = locate(stations.lon[at], stations.lat[at])
            lost = at[codes == ""]
    for index, code in zip(at, codes, strict=True):
        stations.province[index] = str(code)
    if not lost.size:
        return
    provinces = regions("province", 1)
    tree = shapely.STRtree(provinces.geometry)
    near, distance = tree.query_nearest(
        shapely.points(stations.lon[lost], stations.lat[lost]), all_matches=False, return_distance=True
    )
    bad = np.zeros(len(stations.keep), dtype=bool)
    for point, region, degrees in zip(near[0], near[1], distance, strict=True):
        index = lost[point]
        reach = _AT_SEA_DEG if stations.technology[index].startswith("wind") else _NEAR_DEG
        if degrees <= reach:
            stations.province[index] = provinces.ids[region]
        else:
            bad[index] = True
    if bad.any():
        of = int(stations.keep.sum())
        findings.append(
            _rows_finding(
                stations, "outside_china", bad, where, "coordinates", "a place in China or its sea", of
            )
        )
        stations.drop(bad)


def find_twins(
    stations: Stations, where: str, answers: Answers, findings: list[Finding], questions: list[Question]
) -> None:
    """Rows that say the same of the same place twice."""
    seen: dict[tuple[Any, ...], int] = {}
    twins = np.zeros(len(stations.keep), dtype=bool)
    for at in np.flatnonzero(stations.keep):
        key = (
            stations.name[at], stations.unit[at], stations.technology[at], stations.status[at],
            float(stations.capacity_mw[at]), str(stations.year[at]),
            round(float(stations.lon[at]), 3), round(float(stations.lat[at]), 3),
        )  # fmt: skip
        twins[at] = key in seen
        seen.setdefault(key, int(at))
    if not twins.any():
        return
    choices = (Guess("keep_first", 0.6, "values"), Guess("keep_all", 0.4, "values"))
    questions.append(Question("duplicates", choices))
    names = ", ".join(
        dict.fromkeys(stations.name[at] for at in np.flatnonzero(twins)[:20] if stations.name[at])
    )
    problem = Problem(
        where, "rows", f"{int(twins.sum())} rows that repeat another ({names[:120]})", "each once"
    )
    findings.append(Finding("duplicates", "note", problem, {"rows": int(twins.sum())}))
    if answers.get("duplicates") != "keep_all":
        stations.drop(twins)
