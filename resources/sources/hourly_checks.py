"""What can be wrong with hourly weather, and how it shows: clock, coverage, limits of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from resources.hours import HOURS
from resources.sources.contract import Finding
from resources.sources.hourly import (
    civil_year,
    cosine,
    hour_of_year,
    locate,
    wrap_edges,
    year_hours,
    years_within,
)
from resources.sources.hourly_convert import MOST_FILLED_H
from resources.sources.variables import ROLES
from resources.weather_solar import sun_year

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

CLOCK_TOLERANCE_H = 0.75
"""A clock off by more is another time zone or the other end of the hour; less is haze, cloud and terrain."""
_CLOCK_NOTED_H = 0.35
_SUN_HOURS_NEEDED = 60
_NIGHT_NOISE_W = 0.5
"""Packed files leave this much around 0 at night; it is rounded away without asking. [W/m2]"""
SMALL_NEGATIVE_W = 15.0
"""Thermal offset of a pyranometer at night reaches this; below, the values are not irradiance. [W/m2]"""
_TOO_BRIGHT_SHARE = 0.01
_IRRADIANCE = ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "beam_horizontal_w_per_m2")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which years of a source can be used."""

    years: tuple[int, ...]
    findings: tuple[Finding, ...]


def clock_shift_h(light: Array, numbers: Numbers, lat_deg: Array, lon_deg: Array) -> float | None:
    """Hours to add to the clock so that the light agrees with the sun; None where there is too little to tell.

    Parameters
    ----------
    light : (place, step)
        Irradiance or PV output of hours.
    numbers : (step,)
        UTC hours the values are said to stand for.

    Notes
    -----
    The shift of the sun's course (cosine of the zenith at hour centres) that correlates best with the values,
    to a tenth of an hour by a parabola through the best three of the quarter hours.
    """
    hour = hour_of_year(numbers)
    good = np.isfinite(light)
    if (good & (light > 0.02 * np.nanmax(light, initial=0.0))).sum() < _SUN_HOURS_NEEDED:
        return None
    values = np.where(good, light, 0.0)

    def fit(shift: float) -> float:
        sun = np.where(good, np.maximum(cosine(lat_deg, lon_deg, hour, shift), 0.0), 0.0)
        spread = float(sun.std() * values.std())
        return float(((sun - sun.mean()) * (values - values.mean())).mean()) / spread if spread > 0 else -1.0

    coarse = np.arange(-12.0, 12.0)
    best = float(coarse[int(np.argmax([fit(shift) for shift in coarse]))])
    fine = best + np.arange(-5, 6) * 0.25
    rated = np.array([fit(shift) for shift in fine])
    at = int(np.clip(np.argmax(rated), 1, len(fine) - 2))
    left, middle, right = rated[at - 1 : at + 2]
    bend = left - 2 * middle + right
    step = 0.25 * float(np.clip(0.5 * (left - right) / bend, -1, 1)) if bend < 0 else 0.0
    return float(fine[at]) + step


def check_coverage(where: str, numbers: Numbers, typical: bool, name: str) -> Coverage:
    """Years whose hours are there but for short gaps, and what the others lack.

    `numbers` are the sorted UTC hours of one column. Hours that an UTC year lacks at its edge are taken from
    its other end.
    """
    findings: list[Finding] = []
    usable: list[int] = []
    longest_of: list[tuple[int, int, int]] = []
    filled = 0
    years = [0] if typical else list(years_within(numbers)) if len(numbers) else []
    for year in years:
        absent = locate(numbers, wrap_edges(numbers, year)) < 0
        length, first = longest_run(absent)
        if length <= MOST_FILLED_H and not absent[[0, -1]].any():
            usable.append(year)
            filled += int(absent.sum())
        else:
            longest_of.append((year, length, first))
        if year in usable and _wrapped(numbers, year):
            problem = Problem(where, name, "a year of another time zone", "8,760 hours of UTC+8")
            findings.append(
                Finding("edge_hours_wrapped", "note", problem, {"hours": _wrapped(numbers, year)})
            )
    for year, length, first in longest_of:
        if length > HOURS // 2 and usable:
            continue
        begins = (np.datetime64(f"{civil_year(year):04d}-01-01T00") + _with_leap_day(first, year)).astype(str)
        found = f"{length} h without a row from {begins} (UTC+8)"
        expected = f"{HOURS} hours, gaps of at most {MOST_FILLED_H} h"
        weight = "note" if usable else "fatal"
        code = "year_left_out" if usable else "gap_long"
        findings.append(
            Finding(code, "note" if weight == "note" else "fatal", Problem(where, name, found, expected))
        )
    if filled:
        problem = Problem(
            where, name, f"{filled} h without a row in gaps of up to {MOST_FILLED_H} h", "no gaps"
        )
        findings.append(Finding("gap_short", "consent", problem, {"hours": filled}))
    if not years:
        problem = Problem(where, name, "no hours", f"{HOURS} hours")
        findings.append(Finding("gap_long", "fatal", problem))
    if _leap_day_cut(numbers, typical):
        problem = Problem(
            where,
            name,
            "8,760 steps that end on 30 December of a leap year",
            "stamps without 29 February, or the whole of 31 December",
        )
        findings.append(Finding("leap_day_shifted", "fatal", problem))
    return Coverage(tuple(usable), tuple(findings))


def longest_run(flags: NDArray[np.bool_]) -> tuple[int, int]:
    """Length and start of the longest run of True."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return int(ends[longest] - starts[longest]), int(starts[longest])


def check_values(
    where: str, name: str, role: str, values: Array, cos: Array, label: str = ""
) -> tuple[Array, list[Finding]]:
    """Values (place, hour) in our unit with small faults mended, and what is wrong with them.

    `cos` is the sun's cosine, used for irradiance. Missing values pass; long gaps are the caller's.
    """
    findings: list[Finding] = []
    limits = ROLES[role]
    out = values
    with np.errstate(invalid="ignore"):
        if role in _IRRADIANCE:
            negative = values < -_NIGHT_NOISE_W
            lowest = float(np.nanmin(values, initial=0.0))
            if negative.any():
                count = int(negative.sum())
                problem = Problem(where, name, f"{count} values below 0, to {lowest:.1f} W/m2", "0 at night")
                weight = "consent" if lowest >= -SMALL_NEGATIVE_W else "fatal"
                code = "negative_small" if weight == "consent" else "negative_large"
                findings.append(
                    Finding(code, "consent" if weight == "consent" else "fatal", problem, {"hours": count})
                )
            out = np.where(np.isnan(values), values, np.maximum(values, 0.0))
            findings += _too_bright(where, name, role, out, cos)
        bad = (out < limits.low) | (out > limits.high)
    if bad.any():
        place, hour = (int(at[0]) for at in np.nonzero(bad))
        found = f"{out[place, hour]:.4g} ({int(bad.sum())} values){label}"
        problem = Problem(where, name, found, f"{limits.low:g} to {limits.high:g}")
        findings.append(Finding("beyond_limits", "fatal", problem))
    return out, findings


def check_constant(where: str, name: str, values: Array) -> list[Finding]:
    """A column that never changes is a placeholder, not weather."""
    known = values[np.isfinite(values)]
    if known.size < 48 or float(np.ptp(known)) > 0.0:
        return []
    problem = Problem(where, name, f"always {known[0]:g}", "values that change")
    return [Finding("constant", "fatal", problem)]


def clock_finding(where: str, offset_h: float, shift_h: float | None, *, told: bool) -> Finding | None:
    """What the sun says of the clock; `told`: the user has given the time zone himself."""
    if shift_h is None:
        problem = Problem(where, "time zone", "no irradiance to check the clock by", "light at solar noon")
        return Finding("clock_unchecked", "note", problem)
    side = "later" if shift_h < 0 else "earlier"
    if abs(shift_h) < CLOCK_TOLERANCE_H:
        if abs(shift_h) < _CLOCK_NOTED_H:
            return None
        found = f"the light comes {abs(shift_h):.1f} h {side} than the hours' middles"
        problem = Problem(
            where, "time", found, "means of whole hours; sums hold, single hours are off by this"
        )
        return Finding("clock_minutes", "note", problem, {"off_h": round(shift_h, 2)})
    true = offset_h - round(shift_h)
    found = (
        f"UTC{offset_h:+g}, but the light comes {abs(shift_h):.1f} h {'later' if shift_h < 0 else 'earlier'}"
    )
    other_end = ", or stamps at the other end of their hour" if round(abs(shift_h)) == 1 else ""
    problem = Problem(where, "time zone", found, f"UTC{true:+g} by the sun{other_end}")
    return Finding(
        "clock_told_wrong" if told else "clock_offset",
        "fatal" if told else "consent",
        problem,
        {"utc_offset_h": true, "off_h": round(shift_h, 2)},
    )


def merged(findings: Sequence[Finding], most: int = 20) -> tuple[Finding, ...]:
    """One finding a code and field, the first; of each code at most some."""
    seen: dict[tuple[str, str], Finding] = {}
    for found in findings:
        seen.setdefault((found.code, found.problem.field), found)
    return tuple(seen.values())[:most]


def _too_bright(where: str, name: str, role: str, values: Array, cos: Array) -> list[Finding]:
    """Irradiance beyond what the sun can give at its height: Long and Dutton (2002), 'physically possible'."""
    normal = float(sun_year().normal_w_per_m2.max())
    above = np.maximum(cos, 0.0)
    most = {
        "ghi_w_per_m2": 1.5 * normal * above**1.2 + 100.0,
        "dhi_w_per_m2": 0.95 * normal * above**1.2 + 50.0,
        "dni_w_per_m2": np.full_like(cos, normal),
        "beam_horizontal_w_per_m2": normal * above + 50.0,
    }[role]
    bright = values > most
    lit = max(int((values > _NIGHT_NOISE_W).sum()), 1)
    if bright.sum() <= _TOO_BRIGHT_SHARE * lit:
        return []
    found = f"{bright.sum() / lit:.0%} of the lit hours brighter than the sun allows at its height"
    expected = "limits of Long and Dutton (2002); a wrong clock, unit or place looks like this"
    return [Finding("too_bright", "fatal", Problem(where, name, found, expected))]


def _wrapped(numbers: Numbers, year: int) -> int:
    """Hours of the year that come from the file's other end."""
    return int((wrap_edges(numbers, year) != year_hours(civil_year(year))).sum())


def _with_leap_day(hour: int, year: int) -> np.timedelta64:
    civil = civil_year(year)
    numbers = year_hours(civil)
    return np.timedelta64(int(numbers[min(hour, HOURS - 1)] - numbers[0]), "h")


def _leap_day_cut(numbers: Numbers, typical: bool) -> bool:
    """8,760 hours in a row from 1 January of a leap year: 29 February is there, 31 December is not."""
    if typical or len(numbers) != HOURS or int(numbers[-1] - numbers[0]) != HOURS - 1:
        return False
    first = numbers[0].astype("datetime64[h]")
    year = first.astype("datetime64[Y]")
    return bool(first == year.astype("datetime64[h]") and (int(year.astype(int)) + 1970) % 4 == 0)
