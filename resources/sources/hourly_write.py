"""Converts a whole source piece by piece, checks every hour on the way, and writes it in the house's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Param, Problem
from gis_layers.progress import Progress, silent
from resources import atlas
from resources.hours import HOURS
from resources.sources.contract import Answers, Finding
from resources.sources.hourly import (
    OUR_OFFSET_H,
    Column,
    Hourly,
    HourlyRaw,
    Numbers,
    civil_year,
    cosine,
    year_hours,
)
from resources.sources.hourly_checks import check_values, longest_run
from resources.sources.hourly_convert import (
    MOST_FILLED_H,
    Converter,
    Recipe,
    beam_and_diffuse,
    best_wind,
    by_role,
    close_gaps,
    density_100m,
    possible_fields,
    wind_100m,
)
from resources.sources.house import SLAB_HOURS, WeatherWriter, weather_writer

Array = NDArray[np.float64]

BUDGET_BYTES = 400 * 2**20
"""Held of the file's values at a time; about as much again is at work on them."""
_PLACES_AT_ONCE = 1024
_MARGIN_H = MOST_FILLED_H + 1
_MOST_PROBLEMS = 20
_LIGHT = ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "beam_horizontal_w_per_m2")


def write_years(
    raw: HourlyRaw,
    recipe: Recipe,
    years: tuple[int, ...],
    answers: Answers,
    target: Path,
    progress: Progress = silent,
    budget_bytes: int = BUDGET_BYTES,
    *,
    partial: bool = False,
) -> Mapping[str, Param]:
    """Write all years of a source; memory does not grow with the file.

    Parameters
    ----------
    partial
        Long gaps stay missing instead of ending the import; such a year is for comparing, not for yields.

    Returns
    -------
    Years, places and counts of hours corrected.

    Raises
    ------
    InputError
        What only a full reading shows: gaps, values beyond their limits, corrections not agreed to.
    """
    keep = _places_with_data(raw)
    lon, lat = raw.lon_deg[keep], raw.lat_deg[keep]
    elevation = raw.elevation_m[keep].copy()
    unknown = np.isnan(elevation)
    if unknown.any():
        elevation[unknown] = atlas.elevation_at(lon[unknown], lat[unknown])
    fields = possible_fields(raw.columns)
    work = _Work(raw, recipe, answers, fields, partial)
    band = max(1, budget_bytes // (len(raw.columns) * (SLAB_HOURS + 2 * _MARGIN_H) * 4))
    pieces = [
        (number, year, start, slice(first, min(first + band, len(raw.lon_deg))))
        for number, year in enumerate(years)
        for start in range(0, HOURS, SLAB_HOURS)
        for first in range(0, len(raw.lon_deg), band)
    ]
    if not pieces:
        raise InputError(Problem(str(raw.paths[0]), "years", "none complete", "8,760 hours of one year"))
    full_elevation = np.full(len(keep), np.nan)
    full_elevation[keep] = elevation
    row_of = np.cumsum(keep) - 1
    with weather_writer(target, years, lon, lat, elevation, fields) as out:
        for done, (number, year, start, places) in enumerate(pieces):
            progress(done / len(pieces), "convert")
            work.piece(out, number, year, start, places, keep, row_of, full_elevation)
    if work.problems:
        raise InputError(work.problems)
    return {
        "years": ", ".join("typical" if year == 0 else str(year) for year in years),
        "places": int(keep.sum()),
        "places_without_data": int((~keep).sum()),
        **({"hours_missing": work.missing} if partial else {}),
        **{f"corrected_{code}_values": count for code, count in sorted(work.corrected.items())},
    }


class _Band:
    """A source whose values of one band of places are kept while their pieces are at work."""

    def __init__(self, raw: HourlyRaw) -> None:
        self._raw = raw
        self._places = slice(0, 0)
        self._held: dict[str, tuple[slice, Hourly]] = {}

    def turn_to(self, places: slice) -> None:
        """Forget what is held; pieces of `places` come next."""
        self._places = places
        self._held.clear()

    def load(self, column: Column, steps: slice, places: slice) -> Hourly:
        """As `HourlyRaw.load`, for places within the band."""
        held = self._held.get(column.name)
        if held is None or not (held[0].start <= steps.start and steps.stop <= held[0].stop):
            count = len(self._raw.stamps(column))
            wide = slice(max(steps.start - 2, 0), min(steps.stop + 2, count))
            held = wide, self._raw.load(column, wide, self._places)
            if steps.stop - steps.start > 2 * _MARGIN_H or column.name not in self._held:
                self._held[column.name] = held
        rows = slice(places.start - self._places.start, places.stop - self._places.start)
        return held[1][rows, steps.start - held[0].start : steps.stop - held[0].start]


@dataclass(frozen=True, slots=True)
class _Here:
    """The piece at work."""

    year: int
    start: int
    inner: slice
    """Of the hours read, those of the piece."""
    places: slice
    kept: NDArray[np.bool_]


class _Work:
    """One import: what is read, what was corrected, what was found."""

    def __init__(
        self, raw: HourlyRaw, recipe: Recipe, answers: Answers, fields: tuple[str, ...], partial: bool
    ) -> None:
        self._partial = partial
        self.missing = 0
        self._here = _Here(0, 0, slice(0, 0), slice(0, 0), np.zeros(0, dtype=bool))
        self._where = str(raw.paths[0])
        self._raw, self._recipe, self._answers, self._fields = raw, recipe, answers, fields
        self._band = _Band(raw)
        self._converter = Converter(raw, recipe, self._band.load)
        self._roles = by_role(raw.columns)
        self.corrected: dict[str, int] = {}
        self.problems: list[Problem] = []

    def piece(
        self,
        out: WeatherWriter,
        number: int,
        year: int,
        start: int,
        places: slice,
        keep: NDArray[np.bool_],
        row_of: Numbers,
        elevation_m: Array,
    ) -> None:
        """Convert, check and write a twelfth of a year for one band of places."""
        self._band.turn_to(places)
        self._converter.turn_to(year)
        before, after = max(start - _MARGIN_H, 0), min(start + SLAB_HOURS + _MARGIN_H, HOURS)
        index = np.arange(before, after)
        hours = year_hours(civil_year(year))[index]
        inner = slice(start - before, start - before + SLAB_HOURS)
        for first in range(places.start, places.stop, _PLACES_AT_ONCE):
            some = slice(first, min(first + _PLACES_AT_ONCE, places.stop))
            kept = keep[some]
            if not kept.any() or len(self.problems) >= _MOST_PROBLEMS:
                continue
            self._here = _Here(year, start, inner, some, kept)
            made = self._convert(index, hours, some, kept, elevation_m[some][kept])
            for name in self._fields:
                values = made[name][:, inner]
                out.put(name, number, int(row_of[some][kept][0]), start, values)

    def _convert(
        self, index: Numbers, hours: Numbers, places: slice, kept: NDArray[np.bool_], elevation_m: Array
    ) -> dict[str, Array]:
        lat, lon = self._raw.lat_deg[places][kept], self._raw.lon_deg[places][kept]
        cos = cosine(lat, lon, index)
        parts: dict[str, Array] = {}
        for role, column in self._roles.items():
            values = self._converter.one(column, hours, places)[kept]
            parts[role] = self._checked(column.name, role, values, cos)
        made: dict[str, Array] = {}
        if "ghi_w_per_m2" in self._fields:
            made["ghi_w_per_m2"], made["dni_w_per_m2"], made["dhi_w_per_m2"] = beam_and_diffuse(
                {role: parts[role] for role in _LIGHT if role in parts}, lat, lon, index
            )
        if "temperature_c" in self._fields:
            made["temperature_c"] = parts["temperature_c"]
            made["air_density_kg_per_m3"] = density_100m(
                parts["temperature_c"], parts.get("pressure_pa"), elevation_m
            )
        if "wind_speed_ms" in self._fields:
            exponent = self._recipe.shear_exponent
            speed = wind_100m(self._converter, self._raw.columns, hours, places, exponent)[kept]
            name = best_wind(self._raw.columns)[0][0].name
            made["wind_speed_ms"] = self._checked(name, "wind_speed_ms", speed, cos)
        return made

    def _checked(self, name: str, role: str, values: Array, cos: Array) -> Array:
        """Values without small faults; what the user did not agree to becomes a problem."""
        mended, findings = check_values(self._where, name, role, values, cos)
        closed, count = close_gaps(mended, cos if role in _LIGHT else None)
        if count:
            problem = Problem(self._where, name, f"{count} h missing in gaps of up to 3 h", "no gaps")
            findings.append(Finding("gap_short", "consent", problem, {"hours": count}))
        for found in findings:
            agreed = "yes" in (self._answers.get("fix"), self._answers.get(found.consent_id))
            if found.weight == "consent" and agreed:
                hours = int(found.params.get("hours", 0))
                self.corrected[found.code] = self.corrected.get(found.code, 0) + hours
            elif not any(found.problem.field == one.field for one in self.problems):
                self.problems.append(found.problem)
        self._refuse_gaps(name, closed)
        return closed

    def _refuse_gaps(self, name: str, values: Array) -> None:
        """Long gaps of a column end the import, but for years that are partial by the user's will."""
        here = self._here
        missing = np.isnan(values[:, here.inner])
        if self._partial:
            self.missing += int(missing.sum())
            return
        if not missing.any() or any(name == one.field for one in self.problems):
            return
        row = int(np.flatnonzero(missing.any(axis=1))[0])
        length, first = longest_run(missing[row])
        at = int(np.flatnonzero(here.kept)[row]) + here.places.start
        numbers = year_hours(civil_year(here.year))
        begins = (numbers[here.start + first] + OUR_OFFSET_H).astype("datetime64[h]")
        more = " or more" if first + length == SLAB_HOURS else ""
        found = f"{length} h{more} missing from {begins} (UTC+8) at {self._raw.names[at]}"
        self.problems.append(Problem(self._where, name, found, f"gaps of at most {MOST_FILLED_H} h"))


def _places_with_data(raw: HourlyRaw) -> NDArray[np.bool_]:
    """(place,) False for cells that no looked-at step has a value for, as the sea of a land reanalysis."""
    keep = np.zeros(len(raw.lon_deg), dtype=bool)
    if raw.grid is None:
        return ~keep
    every = slice(0, len(keep))
    column = raw.columns[0]
    for step in np.unique(np.linspace(0, len(raw.stamps(column)) - 1, 4).astype(int)):
        keep |= np.isfinite(raw.load(column, slice(int(step), int(step) + 1), every)).any(axis=1)
    return keep if keep.any() else ~keep
