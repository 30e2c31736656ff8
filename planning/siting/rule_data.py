"""The data each rule is applied with: a file the rule names, the user's data library, the embedded atlas, or none.

Files are opened to see that they can serve, and outlines of the window are read; rasters are read later, by tile.
A rule without data stays in the account as not applied.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Grade, Tier
from gis_layers.raster import Raster
from planning.siting import rule_outlines
from planning.siting.eligibility import TECHNOLOGIES, Technology
from planning.siting.raster_tiles import RasterLayer, Window, check_raster, resolution_m
from planning.siting.rules import (
    OUTLINE_KINDS,
    ElevationRule,
    LandCoverRule,
    LandUseRule,
    OutlineRule,
    RasterRule,
    Rule,
    RuleSet,
    SlopeRule,
)
from resources.atlas import layer as atlas_layer
from resources.eligible import ESTIMATED, KIND_SHARES, STEEP_KEPT, STEEP_M
from resources.library import Entry
from resources.resource_data import ResourceData
from resources.sources.land_cover_legends import LEGENDS, Legend

Array = NDArray[np.float64]

STEEPEST_NOT_SEEN_M: Final = 2_000.0
"""Elevation of coarser cells tells no slope one could build by; relief stands in."""
_COVER_OF_KIND: Final[Mapping[str, str]] = {
    "water": "water",
    "glacier": "snow",
    "settlement": "built",
    "farmland": "crop",
}


@dataclass(frozen=True, slots=True)
class Range:
    """Takes values from low to high, ends included; or all others."""

    low: float
    high: float
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Classes:
    """Takes a share by code."""

    taken: Mapping[Technology, Array]
    """technology -> (256,) share taken of a cell of that code; NaN where the code means no value. [-]"""


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule with its data."""

    id: str
    title_zh: str
    title_en: str
    technologies: tuple[Technology, ...]
    buffer_m: float
    nodata: Literal["exclude", "allow", "error"]
    tier: Tier
    layer: RasterLayer | rule_outlines.Outlines | None
    """None: there are no data, and the rule takes nothing."""
    test: Range | Classes | None
    """Of a raster; outlines take what lies in them, their buffer already about them."""
    source: str = ""
    grade: Grade | None = None
    resolution_m: float = 0.0


@dataclass(frozen=True, slots=True)
class GroundData:
    """Elevation of the window, for means of cells."""

    layer: RasterLayer
    source: str
    grade: Grade
    resolution_m: float

    @property
    def tells_slope(self) -> bool:
        """Whether it is fine enough."""
        return self.resolution_m <= STEEPEST_NOT_SEEN_M

    @property
    def slope_layer(self) -> RasterLayer:
        """Slope of the same heights."""
        return replace(self.layer, key=f"{self.layer.key} slope", slope=True)


def ground_of(data: ResourceData, window: Window, rules: RuleSet | None = None) -> GroundData:
    """Elevation: a file the rules name, else the library's, else the atlas's 5 arc minutes."""
    for rule in () if rules is None else rules.rules:
        if isinstance(rule, (SlopeRule, ElevationRule)) and rule.file:
            layer = _height_file(rule)
            return GroundData(layer, Path(rule.file).name, "user", resolution_m(layer))
    # A later raster lies over an earlier; one that lies elsewhere serves nothing here.
    for entry in reversed(data.rasters):
        if entry.manifest.details.get("variable") != "elevation_m":
            continue
        layer = RasterLayer(f"entry {entry.manifest.id}", str(entry.data), resampling="bilinear")
        with contextlib.suppress(InputError):
            check_raster(layer, entry.manifest.id, window)
            return GroundData(layer, entry.manifest.source, entry.manifest.grade, resolution_m(layer))
    raster = _plain(data.read("elevation"))
    layer = RasterLayer("atlas elevation", raster=raster, resampling="bilinear")
    return GroundData(layer, *atlas_source(data, "elevation"), resolution_m(layer))


def _height_file(rule: SlopeRule | ElevationRule) -> RasterLayer:
    return RasterLayer(f"file {rule.file} {rule.band}", rule.file, band=rule.band, resampling="bilinear")


def rules_applied(rules: RuleSet, data: ResourceData, window: Window) -> tuple[Applied, ...]:
    """Every rule of a set with the data it is applied with, in order.

    Areas of the library that no rule of the set is about come first: they were chosen to be kept free.

    Raises
    ------
    InputError
        Files that are missing, cannot be read, have no place on the Earth or none in the window; lines or points
        without a buffer: all problems of all rules at once.
    """
    problems: list[Problem] = []
    found: list[Applied] = []
    kinds = {rule.kind for rule in rules.rules}
    loose = [entry for entry in data.excluded if _what(entry) not in kinds & set(OUTLINE_KINDS)]
    if "areas" not in kinds:
        found += [_loose(entry, rules, window, problems) for entry in loose]
    for rule in rules.rules:
        try:
            found.append(_applied(rule, data, loose, window))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tuple(found)


def _applied(rule: Rule, data: ResourceData, loose: Sequence[Entry], window: Window) -> Applied:
    if isinstance(rule, SlopeRule):
        return _slope(rule, data, window)
    if isinstance(rule, ElevationRule):
        return _elevation(rule, data, window)
    if isinstance(rule, RasterRule):
        layer = RasterLayer(
            f"file {rule.file} {rule.band}", rule.file, band=rule.band, resampling=rule.resampling
        )
        check_raster(layer, rule.id, window)
        low = -np.inf if rule.low is None else rule.low
        high = np.inf if rule.high is None else rule.high
        return _with(rule, layer, Range(low, high, rule.takes == "outside"), Path(rule.file).name, "user")
    if isinstance(rule, OutlineRule):
        return _outline(rule, data, loose, window)
    return _cover(rule, data, window)


def _with(
    rule: Rule,
    layer: RasterLayer | rule_outlines.Outlines | None,
    test: Range | Classes | None,
    source: str,
    grade: Grade | None,
    titles: tuple[str, str] | None = None,
) -> Applied:
    zh, en = titles or rule.titles
    size = resolution_m(layer) if isinstance(layer, RasterLayer) else 0.0
    return Applied(
        rule.id, zh, en, rule.technologies, rule.buffer_m, rule.nodata, rule.tier, layer, test, source, grade, size
    )  # fmt: skip


# -- ground -------------------------------------------------------------------------------------------------


def _slope(rule: SlopeRule, data: ResourceData, window: Window) -> Applied:
    test = Range(np.nextafter(rule.limit_percent, np.inf), np.inf)
    if rule.file:
        held = _height_file(rule)
        layer = replace(held, key=f"{held.key} slope", slope=True)
        check_raster(layer, rule.id, window)
        return _with(rule, layer, test, Path(rule.file).name, "user")
    ground = ground_of(data, window)
    if ground.tells_slope:
        return _with(rule, ground.slope_layer, test, ground.source, ground.grade)
    relief = _relief(data)
    taken = np.full(256, np.nan)
    taken[:2] = 0.0, 1.0 - STEEP_KEPT
    titles = (
        f"{rule.titles[0]} (无高分辨率高程: 0.25° 内高差超过 {STEEP_M:g} m 者扣除 {1 - STEEP_KEPT:.0%})",
        f"{rule.titles[1]} ({1 - STEEP_KEPT:.0%} of hills over {STEEP_M:g} m within 0.25°: no fine elevation)",
    )
    source, grade = atlas_source(data, "elevation")
    plain = rule.model_copy(update={"buffer_m": 0.0, "tier": "estimated"})
    return _with(plain, relief, Classes(dict.fromkeys(TECHNOLOGIES, taken)), source, grade, titles)


def _elevation(rule: ElevationRule, data: ResourceData, window: Window) -> Applied:
    test = Range(np.nextafter(rule.max_m, np.inf), np.inf)
    if rule.file:
        layer = _height_file(rule)
        check_raster(layer, rule.id, window)
        return _with(rule, layer, test, Path(rule.file).name, "user")
    ground = ground_of(data, window)
    return _with(rule, ground.layer, test, ground.source, ground.grade)


def atlas_source(data: ResourceData, id: str) -> tuple[str, Grade]:
    """Source and grade of a layer of the atlas, or of what was laid over it."""
    tags = data.read(id).tags
    grade: Grade = tags.get("GRADE", atlas_layer(id).grade)  # type: ignore[assignment]
    return tags.get("SOURCE", atlas_layer(id).source), grade


def _plain(raster: Raster) -> Raster:
    """One band; 0 where there is no value: the sea's height, no desert."""
    return Raster(np.nan_to_num(raster.values[:1]), raster.bounds, raster.crs)


def _relief(data: ResourceData) -> RasterLayer:
    """1 where the 5' cells of a 0.25° cell differ by more than `eligible.STEEP_M`, 0 elsewhere."""
    raster = data.read("elevation")
    height = np.nan_to_num(raster.values[0])
    rows, cols = height.shape
    spread = np.ptp(height.reshape(rows // 3, 3, cols // 3, 3), axis=(1, 3)) > STEEP_M
    return RasterLayer(
        "atlas relief", raster=Raster(spread[None].astype(np.float64), raster.bounds, raster.crs)
    )


# -- land cover ---------------------------------------------------------------------------------------------


def _cover(rule: LandCoverRule | LandUseRule, data: ResourceData, window: Window) -> Applied:
    found = cover_layer(rule, data, window)
    if found is not None:
        layer, legend, source, grade = found
        if isinstance(rule, LandCoverRule):
            shares = dict.fromkeys(rule.classes, rule.taken_share)
            return _with(rule, layer, _classes(legend, dict.fromkeys(TECHNOLOGIES, shares)), source, grade)
        by_technology = {
            technology: {
                name: 1.0 - rule.usable_share(technology, name) for _, _, name in legend.classes.values()
            }
            for technology in TECHNOLOGIES
        }
        return _with(rule, layer, _classes(legend, by_technology), source, grade)
    if isinstance(rule, LandCoverRule):
        return _with(rule, None, None, "", None)
    titles = (
        f"{rule.titles[0]} (无土地覆盖图: 按气候分荒漠、草原、其他)",
        f"{rule.titles[1]} (no land-cover map: desert, steppe, other by climate)",
    )
    taken: dict[Technology, Array] = {}
    for technology in TECHNOLOGIES:
        other, desert, steppe = KIND_SHARES["wind" if technology == "wind" else "pv"]
        taken[technology] = np.full(256, np.nan)
        taken[technology][:4] = 1.0 - np.array([other, desert, desert, steppe])
    layer = desert_layer(data)
    source, grade = atlas_source(data, "desert_class")
    return _with(rule, layer, Classes(taken), f"{source}; {ESTIMATED}", grade, titles)


def desert_layer(data: ResourceData) -> RasterLayer:
    """The atlas's kinds of land by climate: 0 other, 1 and 2 desert, 3 steppe."""
    return RasterLayer("atlas desert_class", raster=_plain(data.read("desert_class")))


def cover_layer(
    rule: LandCoverRule | LandUseRule | OutlineRule, data: ResourceData, window: Window
) -> tuple[RasterLayer, Legend, str, Grade] | None:
    """The land-cover map a rule goes by: its file's, or the library's."""
    if isinstance(rule, (LandCoverRule, LandUseRule)) and rule.file:
        legend = LEGENDS[rule.legend]
        layer = RasterLayer(
            f"file {rule.file} {rule.band}", rule.file, band=rule.band, missing=legend.missing
        )
        check_raster(layer, rule.id, window)
        return layer, legend, f"{Path(rule.file).name} ({legend.title_en})", "user"
    entry = data.land_cover
    if entry is None:
        return None
    found = LEGENDS.get(str(entry.manifest.details.get("legend", "")))
    if found is None:
        name = str(entry.manifest.details.get("legend", "none"))
        raise InputError(Problem(entry.manifest.id, "legend", name, f"one of {', '.join(LEGENDS)}"))
    layer = RasterLayer(f"entry {entry.manifest.id}", str(entry.data), missing=found.missing)
    check_raster(layer, rule.id, window)
    return layer, found, entry.manifest.source, entry.manifest.grade


def _classes(legend: Legend, shares: Mapping[Technology, Mapping[str, float]]) -> Classes:
    taken: dict[Technology, Array] = {}
    made: list[tuple[Mapping[str, float], Array]] = []
    for technology, by_class in shares.items():
        # One array for technologies that are taken alike: what it takes is then computed once.
        table = next((held for same, held in made if same == by_class), None)
        if table is None:
            table = np.full(256, np.nan)
            for code, (_, _, name) in legend.classes.items():
                table[code] = by_class.get(name, 0.0)
            made.append((by_class, table))
        taken[technology] = table
    return Classes(taken)


# -- outlines -----------------------------------------------------------------------------------------------


def _outline(rule: OutlineRule, data: ResourceData, loose: Sequence[Entry], window: Window) -> Applied:
    if rule.file:
        shapes = rule_outlines.of_file(rule.file, rule.layer, rule.id, window, rule.buffer_m)
        return _with(rule, shapes, None, Path(rule.file).name, "user")
    wanted = (
        loose if rule.kind == "areas" else [entry for entry in data.excluded if _what(entry) == rule.kind]
    )
    if wanted:
        shapes = rule_outlines.of_entries(wanted, window, rule.buffer_m)
        source = "; ".join(entry.manifest.source for entry in wanted)
        return _with(rule, shapes, None, source, wanted[0].manifest.grade)
    name = _COVER_OF_KIND.get(rule.kind)
    found = cover_layer(rule, data, window) if name else None
    if found is not None and name:
        layer, legend, source, grade = found
        test = _classes(legend, {technology: {name: 1.0} for technology in TECHNOLOGIES})
        return _with(rule, layer, test, source, grade)
    if rule.kind == "water":
        titles = f"{rule.titles[0]} (100 km² 以上的湖泊)", f"{rule.titles[1]} (lakes of 100 km² and more)"
        lakes = rule_outlines.of_lakes(window, rule.buffer_m)
        return _with(rule, lakes, None, rule_outlines.LAKES_SOURCE, "reference", titles)
    if rule.kind == "settlement":
        titles = (
            f"{rule.titles[0]} (10 万人以上城镇, 按人口估计范围)",
            f"{rule.titles[1]} (towns of 100,000 and more, extent estimated by population)",
        )
        towns = rule_outlines.of_towns(window, rule.buffer_m)
        return _with(rule, towns, None, rule_outlines.TOWNS_SOURCE, "reference", titles)
    return _with(rule, None, None, "", None)


def _loose(entry: Entry, rules: RuleSet, window: Window, problems: list[Problem]) -> Applied:
    """The rule of areas of the library that no rule of the set is about."""
    manifest, what = entry.manifest, _what(entry)
    taken = {rule.id for rule in rules.rules}
    id = re.sub(r"[^a-z0-9_]+", "_", manifest.id.lower())[:36].strip("_") or "areas"
    while id in taken:
        id += "_"
    layer: rule_outlines.Outlines | None = None
    try:
        layer = rule_outlines.of_entries([entry], window, 0.0)
    except InputError as error:
        problems.extend(error.problems)
    titles = {
        "protected": ("自然保护地", "protected areas"),
        "red_line": ("生态保护红线", "ecological red lines"),
    }
    zh, en = titles.get(what, (what, what))
    return Applied(
        id, zh, en, TECHNOLOGIES, 0.0, "allow", "official", layer, None, manifest.source, manifest.grade
    )


def _what(entry: Entry) -> str:
    return str(entry.manifest.details.get("what", "protected"))


__all__ = ["Applied", "Classes", "GroundData", "Range", "ground_of", "rules_applied"]
