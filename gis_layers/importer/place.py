"""Where coordinates lie: which coordinate system is likely, and what a known one means in China."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from gis_layers.crs import ALBERS_CHINA, WGS84
from gis_layers.importer.datum import national_datum
from gis_layers.importer.report import Bounds, Finding, Guess, Question

if TYPE_CHECKING:
    import pyproj

CHINA: Bounds = (73.0, 3.0, 136.0, 54.5)
_ZONES_6 = range(13, 24)
_ZONES_3 = range(25, 46)
_CGCS2000_6_DEGREE = 4491
"""EPSG code of CGCS2000 / Gauss-Kruger zone 13; the next zones follow one by one."""
_CGCS2000_3_DEGREE = 4513
"""EPSG code of CGCS2000 / 3-degree Gauss-Kruger zone 25; the next zones follow one by one."""


@functools.lru_cache(maxsize=64)
def parse_crs(text: str) -> pyproj.CRS | None:
    """The coordinate system of a code or WKT; None where PROJ does not know it."""
    import pyproj

    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return None


def canonical(text: str) -> str:
    """'EPSG:4490' for a WKT that says the same, else the text itself."""
    crs = parse_crs(text)
    code = crs.to_epsg(min_confidence=70) if crs else None
    return f"EPSG:{code}" if code else text


def likely_crs(bounds: Bounds) -> tuple[Guess, ...]:
    """Systems in which these bounds would lie in China, best first; a zone's number in the easting counts.

    Gauss-Kruger coordinates without a zone number fit every zone: then none of them is named.
    """
    left, bottom, right, top = bounds
    if not all(math.isfinite(edge) for edge in bounds):
        return ()
    if _within(bounds, CHINA):
        return (Guess(WGS84, 0.9, "values"), Guess("EPSG:4490", 0.5, "values"))
    if -180.0 <= left <= right <= 180.0 and -90.0 <= bottom <= top <= 90.0:
        return (Guess(WGS84, 0.6, "values"),)
    found = []
    zone = int(left // 1e6)
    in_zone = zone == int(right // 1e6) and 2e5 < left % 1e6 <= right % 1e6 < 8e5
    if in_zone and zone in _ZONES_3:
        found.append(Guess(f"EPSG:{_CGCS2000_3_DEGREE + zone - _ZONES_3.start}", 0.6, "values"))
    if in_zone and zone in _ZONES_6:
        found.append(Guess(f"EPSG:{_CGCS2000_6_DEGREE + zone - _ZONES_6.start}", 0.5, "values"))
    found += [Guess("EPSG:3857", 0.5, "values"), Guess(ALBERS_CHINA, 0.4, "values")]
    return tuple(guess for guess in found if _lands_in_china(guess.value, bounds))


def bounds_in_degrees(crs_text: str | None, bounds: Bounds | None) -> Bounds | None:
    """Bounds on WGS84, edges followed; None where the system is unknown or cannot hold them."""
    crs = parse_crs(crs_text) if crs_text else None
    if crs is None or bounds is None or not all(math.isfinite(edge) for edge in bounds):
        return None
    import pyproj

    try:
        transformer = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
        west, south, east, north = transformer.transform_bounds(*bounds, densify_pts=21)
    except pyproj.exceptions.ProjError:
        return None
    found = (float(west), float(south), float(east), float(north))
    return found if all(math.isfinite(edge) for edge in found) else None


def judge_crs(declared: str | None, bounds: Bounds | None) -> tuple[list[Finding], list[Question]]:
    """What to say and to ask about the coordinate system of a layer.

    Parameters
    ----------
    declared
        Code or WKT as the file says, None where it says none.
    bounds
        In the layer's own units.
    """
    likely = likely_crs(bounds) if bounds else ()
    ask = Question("crs", likely, free=True, required=True)
    crs = parse_crs(declared) if declared else None
    findings: list[Finding] = []
    questions: list[Question] = []
    if bounds and (crs is None or crs.is_geographic) and _within(_exchanged(bounds), CHINA):
        findings.append(Finding("swapped"))
        choices = (Guess("swapped", 0.9, "values"), Guess("as_named", 0.1, "name"))
        questions.append(Question("order", choices, required=True))
        ask = Question("crs", likely_crs(_exchanged(bounds)), free=True, required=True)
    if crs is None:
        return [*findings, Finding("crs_unknown" if declared else "crs_missing")], [*questions, ask]
    datum = national_datum(crs)
    if datum is not None:
        findings.append(Finding(datum, warning=datum != "cgcs2000"))
    if questions:
        return findings, questions
    if crs.is_geographic and bounds and all(math.isfinite(edge) for edge in bounds):
        left, bottom, right, top = bounds
        if max(abs(left), abs(right)) > 360.0 or max(abs(bottom), abs(top)) > 90.5:
            return [*findings, Finding("crs_contradicted", {"crs": crs.name})], [ask]
    degrees = bounds_in_degrees(declared, bounds)
    if degrees is not None and not _meets(degrees, CHINA):
        findings.append(Finding("outside_china"))
    return findings, []


def in_china(degrees: Bounds | None) -> bool:
    """Whether bounds in degrees meet China's window."""
    return degrees is not None and _meets(degrees, CHINA)


def could_be_shifted(crs_text: str | None) -> bool:
    """Whether coordinates of this system are degrees that may be GCJ-02 in disguise."""
    crs = parse_crs(crs_text) if crs_text else None
    return crs is None or (crs.is_geographic and national_datum(crs) in (None, "cgcs2000"))


def _exchanged(bounds: Bounds) -> Bounds:
    return bounds[1], bounds[0], bounds[3], bounds[2]


def _lands_in_china(crs_text: str, bounds: Bounds) -> bool:
    degrees = bounds_in_degrees(crs_text, bounds)
    return degrees is not None and _within(degrees, CHINA)


def _within(inner: Bounds, outer: Bounds) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _meets(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
