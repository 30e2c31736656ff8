"""What is found and asked of any raster: its system, bands, missing and impossible values, place and period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from gis_layers.importer.place import judge_crs, parse_crs
from gis_layers.importer.raster import suspected_fill
from resources.sources.contract import Answers, Finding, Grid, Guess, Question
from resources.sources.raster_mosaic import WINDOW, Mosaic, gaps
from resources.sources.raster_tile import Array, Tile
from resources.sources.raster_variables import (
    MONTH_DAYS,
    VARIABLES,
    YEAR_DAYS,
    RasterUnit,
    RasterVariable,
    factor,
    guess_variable,
)

_KEEP = "keep"
_PERIOD = re.compile(r"(?<!\d)((?:19|20)\d{2}(?:\s?[-–_]\s?(?:19|20)\d{2})?)(?!\d)")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file before it is opened: by the names its makers give."""

    variable: str = ""
    unit: str = ""
    height_m: float | None = None
    period: str = ""

    @property
    def layer(self) -> str:
        """Files of one layer belong on one map."""
        return f"{self.variable} {self.height_m:g} m" if self.height_m else self.variable


def crs_of(
    tiles: Sequence[Tile], answers: Answers, findings: list[Finding], questions: list[Question]
) -> str:
    """The one system of all tiles; '' where it must be asked for."""
    first = tiles[0]
    for tile in tiles:
        if tile.rotated:
            problem = Problem(tile.where, "transform", "rotated", "rows from west to east; warp it first")
            findings.append(Finding("rotated", "fatal", problem))
        if tile.flipped and tile is first:
            problem = Problem(tile.where, "rows", "from south to north", "from north to south")
            findings.append(Finding("south_up", "note", problem))
        if tile.holes:
            problem = Problem(
                tile.where, "rows, columns", f"{tile.holes} lacking", "an even grid; they stay empty"
            )
            findings.append(Finding("lines_lacking", "note", problem, {"lines": tile.holes}))
        if tile.crs != first.crs:
            problem = Problem(tile.where, "crs", tile.crs or "none", first.crs or "none, as the first")
            findings.append(Finding("tiles_crs", "fatal", problem))
    answered = answers.get("crs", "")
    if answered and parse_crs(answered) is None:
        problem = Problem(first.where, "crs", answered, "a system PROJ knows, e.g. EPSG:4490")
        findings.append(Finding("crs_unknown", "fatal", problem))
        return ""
    said, asked = judge_crs(first.crs or None, first.bounds)
    for found in said:
        weight: Literal["fatal", "note"] = (
            "fatal" if found.code in ("swapped", "crs_contradicted") else "note"
        )
        if found.code == "outside_china":
            continue
        bounds = ", ".join(f"{edge:.6g}" for edge in first.bounds)
        problem = Problem(
            first.where, "crs", f"{first.crs or 'none'} ({bounds})", CRS_EXPECTED.get(found.code, "WGS84")
        )
        findings.append(Finding(found.code, weight, problem))
    if first.crs:
        return first.crs
    questions.extend(question for question in asked if question.id == "crs")
    return answered


def variable_of(tile: Tile, known: Known, answers: Answers, questions: list[Question]) -> RasterVariable:
    """What the raster holds, by its name, the answer, or its own words."""
    if known.variable:
        return VARIABLES[known.variable]
    said = (
        tile.path.stem,
        tile.variable,
        *tile.names[:1],
        tile.tags.get("long_name", ""),
        tile.tags.get("standard_name", ""),
    )
    guesses = guess_variable(*said)
    rest = [
        Guess(id, 0.0, "list")
        for id in VARIABLES
        if id not in ("land_cover_class", *(guess.value for guess in guesses))
    ]
    questions.append(Question("variable", (*guesses, *rest), required=not guesses))
    wish = answers.get("variable", "")
    return VARIABLES[wish if wish in VARIABLES else guesses[0].value if guesses else "other"]


def height_of(
    variable: RasterVariable, known: Known, where: str, answers: Answers, findings: list[Finding],
    questions: list[Question],
) -> float | None:  # fmt: skip
    """Height above ground of a variable that has one, by name or answer. [m]"""
    if not variable.height:
        return None
    if known.height_m is not None:
        return known.height_m
    guess = re.search(r"(?<!\d)(\d{2,3})\s?m(?![a-z])", Path(where).name.lower())
    choices = (
        (Guess(guess[1], 0.8, "name"),)
        if guess
        else tuple(Guess(h, 0.2, "usual") for h in ("100", "50", "10", "150", "200"))
    )
    questions.append(Question("height_m", choices, free=True, required=not guess))
    text = answers.get("height_m", "") or (guess[1] if guess else "")
    try:
        height = float(text) if text else None
    except ValueError:
        height = -1.0
    if height is not None and not 1.0 <= height <= 300.0:
        problem = Problem(where, "height_m", text, "1 to 300 m above ground")
        findings.append(Finding("height", "fatal", problem))
        return None
    return height


CRS_EXPECTED = {
    "swapped": "longitude along the columns, latitude along the rows",
    "crs_missing": "a coordinate system in the file, or your answer",
    "crs_unknown": "a coordinate system PROJ knows",
    "crs_contradicted": "coordinates that the system allows",
    "beijing54": "WGS84 or CGCS2000; Beijing 1954 is tens of metres off",
    "xian80": "WGS84 or CGCS2000; Xi'an 1980 is tens of metres off",
    "cgcs2000": "WGS84; CGCS2000 agrees to within a metre",
}


@dataclass(slots=True)
class Beyond:
    """Values that cannot be."""

    count: int = 0
    low: float = float("inf")
    high: float = float("-inf")

    def add(self, values: Array, bad: NDArray[np.bool_]) -> None:
        """Count those of `values` that are bad."""
        if bad.any():
            self.count += int(bad.sum())
            self.low = min(self.low, float(values[bad].min()))
            self.high = max(self.high, float(values[bad].max()))


def fill_value(
    raw: Array, variable: RasterVariable, where: str, answers: Answers, findings: list[Finding],
    questions: list[Question],
) -> float | None:  # fmt: skip
    """An undeclared value that means missing, if the user agrees: a usual one, or 0 where nothing is 0."""
    there = raw[np.isfinite(raw)]
    value, share = suspected_fill(np.ma.MaskedArray(there, mask=False))
    zero = float((there == 0).mean()) if there.size else 0.0
    if value is None and variable.low > 0.0 and 0.001 <= zero < 1.0:
        value, share = 0.0, zero
    if value is None:
        return None
    questions.append(
        Question("nodata", (Guess(f"{value:.17g}", 0.9, "values"), Guess(_KEEP, 0.1, "declared")))
    )
    if answers.get("nodata") == _KEEP:
        return None
    problem = Problem(
        where,
        "nodata",
        f"{value:g} in {100 * share:.1f} % of the cells, not declared",
        "missing values declared",
    )
    findings.append(
        Finding(
            "nodata_suspected", "consent", problem, {"value": f"{value:g}", "percent": round(100 * share, 1)}
        )
    )
    return value


def bands_of(
    tile: Tile,
    variable: RasterVariable,
    newest: bool,
    answers: Answers,
    findings: list[Finding],
    questions: list[Question],
) -> tuple[int, ...]:
    """Which bands are taken, from 1."""
    if variable.months:
        if tile.bands != 12:
            problem = Problem(tile.where, "bands", str(tile.bands), "12, January first")
            findings.append(Finding("bands", "fatal", problem))
        return tuple(range(1, min(tile.bands, 12) + 1))
    if tile.bands == 1:
        return (1,)
    order = list(range(1, tile.bands + 1))
    if newest:
        order.reverse()
    names = {band: tile.names[band - 1] if band <= len(tile.names) else "" for band in order}
    questions.append(Question("band", tuple(Guess(str(band), 0.5, names[band] or "order") for band in order)))
    wish = answers.get("band", "")
    return (int(wish),) if wish.isdecimal() and int(wish) in names else (order[0],)


def place_findings(mosaic: Mosaic, tiles: Sequence[Tile], findings: list[Finding]) -> None:
    """Where the mosaic lies: rolled, cut, resampled, with gaps."""
    where = tiles[0].where
    if tiles[0].longitudes == "0..360" and any(each.shift for each in mosaic.placed):
        problem = Problem(
            where, "longitude", f"{tiles[0].bounds[0]:g} to {tiles[0].bounds[2]:g}", "-180 to 180"
        )
        findings.append(Finding("longitudes_rolled", "note", problem))
    if mosaic.cut:
        percent = round(100 * mosaic.kept_share, 1)
        problem = Problem(where, "area", bounds_words(tiles), f"{window_words()} ({percent:g} % is kept)")
        findings.append(Finding("cut_to_china", "consent", problem, {"kept_percent": percent}))
    if mosaic.resampled:
        problem = Problem(
            where,
            "tiles",
            "several steps or alignments",
            f"one step ({mosaic.x_step:g}); nearest cells are taken",
        )
        findings.append(Finding("tiles_resampled", "note", problem))
    if open_parts := gaps(mosaic):
        shown = ", ".join(open_parts[:8]) + (" ..." if len(open_parts) > 8 else "")
        problem = Problem(where, "tiles", f"none over {shown}", "tiles side by side")
        findings.append(Finding("tiles_missing", "note", problem, {"count": len(open_parts)}))


def grid_of(tile: Tile, crs: str) -> Grid:
    """The report's words on the cells."""
    west, south, east, north = tile.bounds
    half_x, half_y = tile.x_step / 2, tile.y_step / 2
    return Grid(
        rows=tile.rows,
        columns=tile.cols,
        bounds=(west + half_x, south + half_y, east - half_x, north - half_y),
        step_deg=(tile.x_step, tile.y_step),
        crs=crs,
        longitudes=tile.longitudes,
    )


def rank(known: Known) -> tuple[int, float, str]:
    """Order in which layers are proposed: by variable, then nearest 100 m."""
    order = list(VARIABLES)
    at = order.index(known.variable) if known.variable in order else len(order)
    return at, abs((known.height_m or 100.0) - 100.0), known.variable


def file_tolerance(variable: RasterVariable, unit: RasterUnit) -> float:
    """By which overlapping tiles may differ, in the unit of the file."""
    return variable.tolerance / (abs(factor(unit, days_of(variable, 0))) or 1.0)


def days_of(variable: RasterVariable, at: int) -> float:
    """Days a band (from 0) stands for."""
    return float(MONTH_DAYS[at]) if variable.months and at < 12 else float(YEAR_DAYS)


def period_of(tile: Tile) -> str:
    """Years that tags or name speak of, '' where none."""
    for text in (tile.tags.get("PERIOD", ""), tile.tags.get("time_reference_year", ""), tile.path.stem):
        if found := _PERIOD.search(text.replace("_", " ").replace("  ", " ")):
            return re.sub(r"\s?[–_]\s?", "-", found[1])
    return ""


def bounds_words(tiles: Sequence[Tile]) -> str:
    """Outer bounds of all tiles."""
    edges = np.array([tile.bounds for tile in tiles])
    west, south = edges[:, 0].min(), edges[:, 1].min()
    east, north = edges[:, 2].max(), edges[:, 3].max()
    return f"{west:.6g} to {east:.6g}, {south:.6g} to {north:.6g}"


def window_words() -> str:
    """What is expected of a place."""
    west, south, east, north = WINDOW
    return f"values within {west:g}-{east:g}E, {south:g}-{north:g}N"
