"""The endowment: how much wind, sun and water every province, city or county has, at what quality.

Eligible land times density is capacity, capacity times the hours of its own cell is energy; roofs, sea and rivers
beside them. What counties hold is what their cities, provinces and the nation hold, or it is an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import locate, table
from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.grid import TERRAIN
from gis_layers.progress import Progress, part, silent
from gis_layers.zonal import Zones, zones
from planning.endowment_notes import LAYERS, comparisons, figures, rule_notes, sources
from planning.endowment_sea import Sea, SeaRules, assess_sea
from planning.endowment_values import (
    FORMAT,
    LEVELS,
    Endowment,
    LandEndowment,
    LandTechnology,
    Level,
    RegionEndowment,
    RoofEndowment,
    SeaEndowment,
    Technology,
)
from planning.endowment_yields import Yields, assessed_yields, atlas_yields, p_shares
from planning.table_rows import DATA
from planning.tables import Tables, load_tables
from resources import atlas
from resources.eligible import Rule, audit, share_left
from resources.foundations import FOUNDATIONS
from resources.land_rules import rules_of
from resources.potential import Potential, mean_over, potential
from resources.resource_data import EMBEDDED, ResourceData, open_resource
from resources.rooftop import RoofRules, rooftops
from resources.solar import PvSystem

Array = NDArray[np.float64]

NATION: Final = "100000"
TECHNOLOGIES: Final[tuple[LandTechnology, ...]] = ("wind", "pv")
EDITION: Final = 2
"""Grows when the same inputs give another endowment, so that kept ones are computed anew."""
SUM_TOLERANCE: Final = 1e-6
"""Relative, of sums over regions: outlines of a county and its province meet within rounding."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same for every level."""

    data: ResourceData
    yields: Yields
    rules: Mapping[LandTechnology, tuple[Rule, ...]]
    kept: Mapping[LandTechnology, Array]
    density_mw_per_km2: Mapping[LandTechnology, float]
    """PV: AC."""
    dc_ac: float
    roofs: RoofRules
    sea: Sea
    hydro_mw: Array
    """(cell,) of cells with hydro potential whose centre lies in China."""
    hydro_lon_deg: Array
    hydro_lat_deg: Array


@dataclass(frozen=True, slots=True)
class Columns:
    """Every figure of a level as arrays, (region,) or (region, part)."""

    ids: tuple[str, ...]
    values: Mapping[str, Array]
    """What adds up over regions, by name with its unit."""
    means: Mapping[str, Array]
    """What does not."""


def assess_endowment(
    level: Level = "province",
    assessment: Path | None = None,
    *,
    library: Path | None = None,
    tables: Tables | None = None,
    sea_rules: SeaRules | None = None,
    progress: Progress = silent,
) -> Endowment:
    """The endowment of every region of a level.

    Parameters
    ----------
    assessment
        A file of `assessment.run_assessment` whose hours take the place of the embedded atlas's.
    library
        Folder of imported data that the assessment names; None: the user's own.

    Raises
    ------
    InputError
        The assessment cannot be read, or data it names is not in the library.
    BalanceError
        `endowment`: regions do not add up to their city, province or nation; `area` as `eligible.audit`.
    Cancelled
        From `progress`.
    """
    tables = tables or load_tables()
    sea_rules = sea_rules or SeaRules()
    roofs = RoofRules()
    progress(0.0, "endowment: hours")
    ground = _ground(assessment, library, tables, sea_rules, roofs, part(progress, 0.0, 0.55))
    wanted = LEVELS[: LEVELS.index(level) + 1]
    held: dict[Level, Columns] = {}
    for number, one in enumerate(wanted):
        progress(0.55 + 0.4 * number / len(wanted), f"endowment: {one}")
        held[one] = columns_of(ground, one)
    progress(0.95, "endowment: checks")
    for finer in wanted[1:]:
        for coarser in wanted[: wanted.index(finer)]:
            check_sums(held[finer], parents(finer, coarser), held[coarser], finer)
    answer = _document(level, held[level], held["province"], ground, tables, sea_rules, roofs, assessment)
    progress(1.0, "done")
    return answer


def endowment_key(assessment: Path | None = None) -> str:
    """A name for what an endowment is computed from: this version's rules, its atlas, its tables, the assessment.

    Raises
    ------
    InputError
        The assessment cannot be read.
    """
    digest = hashlib.sha256(f"{FORMAT} {EDITION}".encode())
    for path in (*(atlas.layer(id).path for id in LAYERS), DATA / "technologies.csv"):
        digest.update(path.read_bytes())
    if assessment is not None:
        try:
            with assessment.open("rb") as handle:
                digest.update(hashlib.file_digest(handle, "sha256").digest())
        except OSError as error:
            found = error.strerror or type(error).__name__
            raise InputError(
                Problem(str(assessment), "file", found, "an assessment of this program")
            ) from error
    return digest.hexdigest()[:16]


def parents(finer: Level, coarser: Level) -> dict[str, str]:
    """Code of a region -> that of the province or city it lies in."""
    rows = table(f"{finer}_1").columns
    return {str(a): str(b) for a, b in zip(rows["adcode"], rows[f"{coarser}_adcode"], strict=True)}


def check_sums(finer: Columns, parent: Mapping[str, str], coarser: Columns, level: str) -> None:
    """What the parts of a region hold is what the region holds.

    Raises
    ------
    BalanceError
        `endowment`: names the quantity and the region that is furthest off.
    """
    index = {identity: k for k, identity in enumerate(coarser.ids)}
    into = np.array([index[parent[identity]] for identity in finer.ids])
    for name, expected in coarser.values.items():
        if not expected.size:
            continue
        found = np.zeros_like(expected)
        np.add.at(found, into, finer.values[name])
        scale = np.maximum(np.abs(expected), 1e-6 * max(float(np.abs(expected).max()), 1e-12))
        gap = np.abs(found - expected) / scale
        if float(gap.max()) > SUM_TOLERANCE:
            worst = np.unravel_index(int(np.argmax(gap)), gap.shape)
            raise BalanceError(
                "endowment",
                quantity=name,
                region=coarser.ids[int(worst[0])],
                level=level,
                found=float(found[worst]),
                expected=float(expected[worst]),
            )


# -- what is the same for every level ------------------------------------------------------------------------


def _ground(
    assessment: Path | None,
    library: Path | None,
    tables: Tables,
    sea_rules: SeaRules,
    roofs: RoofRules,
    progress: Progress,
) -> Ground:
    from resources.validation_hydro import in_china

    yields = atlas_yields() if assessment is None else assessed_yields(assessment)
    spec = yields.spec
    data = EMBEDDED if spec is None else open_resource(spec.choice, library)
    rules = rules_of(data)
    progress(0.1, "endowment: sea")
    sea = assess_sea(sea_rules, data, part(progress, 0.1, 0.95))
    power = np.nan_to_num(data.read("hydro_potential").values[0]) * in_china()
    row, col = np.nonzero(power)
    return Ground(
        data=data,
        yields=yields,
        rules=rules,
        kept={t: share_left(rules[t]) for t in TECHNOLOGIES},
        density_mw_per_km2={t: 1e3 / tables.technology(t, "land_km2_per_gw") for t in TECHNOLOGIES},
        dc_ac=(spec.pv if spec is not None else PvSystem()).dc_ac_ratio,
        roofs=roofs,
        sea=sea,
        hydro_mw=power[row, col],
        hydro_lon_deg=TERRAIN.lon_deg[col],
        hydro_lat_deg=TERRAIN.lat_deg[row],
    )


def columns_of(ground: Ground, level: Level) -> Columns:
    """All figures of a level."""
    held = zones(level)
    values: dict[str, Array] = {"land_km2": held.region_km2}
    means: dict[str, Array] = {}
    for technology in TECHNOLOGIES:
        _land(ground, technology, held, values)
    roof = rooftops(level, ground.roofs, pv_yield_kwh_per_kwp=ground.yields.layers.pv)
    values |= {
        "roof_people": roof.people,
        "roof_km2": roof.roof_km2,
        "roof_mw": roof.capacity_mw,
        "roof_mwh": roof.energy_mwh,
    }
    _water(ground, level, held, values)
    either = np.maximum(ground.kept["wind"], ground.kept["pv"])
    values["either_km2"] = held.total(either)
    means["complementarity"] = mean_over(ground.yields.layers.complementarity, either, held)
    _months(ground.data, held, means)
    return Columns(held.ids, values, means)


def _land(
    ground: Ground,
    technology: LandTechnology,
    held: Zones,
    values: dict[str, Array],
) -> None:
    account = audit(ground.rules[technology], held)
    # Hours of PV are per module: the potential is of modules, and capacity is told as AC.
    per_ac = ground.dc_ac if technology == "pv" else 1.0
    density = ground.density_mw_per_km2[technology] * per_ac
    kept, layers = ground.kept[technology], ground.yields.layers
    found: Potential = potential(technology, kept, layers, density, held)
    years = ground.yields.wind_years if technology == "wind" else ground.yields.pv_years
    by_year = np.empty((len(held.ids), len(years)))
    for number, one in enumerate(years):
        by_year[:, number] = held.total(kept * np.nan_to_num(one)) * density
    values |= {
        f"{technology}_taken_km2": account.taken_km2,
        f"{technology}_alone_km2": account.alone_km2,
        f"{technology}_eligible_km2": account.eligible_km2,
        f"{technology}_class_km2": found.area_km2,
        f"{technology}_class_mw": found.capacity_mw / per_ac,
        f"{technology}_class_mwh": found.energy_mwh,
        f"{technology}_year_mwh": by_year,
        f"{technology}_assessed_km2": held.total(kept * ground.yields.assessed),
    }


def _water(ground: Ground, level: Level, held: Zones, values: dict[str, Array]) -> None:
    """Rivers by the cell a reach begins in, sea by the coast it is nearest to."""
    index = {identity: k for k, identity in enumerate(held.ids)}

    def summed(lon: Array, lat: Array, what: Array) -> Array:
        code = locate(lon, lat, level)
        if len(lost := np.flatnonzero(code == "")):
            raise BalanceError(
                "endowment",
                quantity="water",
                region=f"{lon[lost[0]]:.3f} {lat[lost[0]]:.3f}",
                level=level,
                found=0.0,
                expected=float(np.atleast_1d(what[lost[0]]).sum()),
            )
        total = np.zeros((len(held.ids), *what.shape[1:]))
        np.add.at(total, np.array([index[str(c)] for c in code], dtype=np.int64), what)
        return total

    values["hydro_mw"] = summed(ground.hydro_lon_deg, ground.hydro_lat_deg, ground.hydro_mw)
    sea = ground.sea
    kind = np.eye(len(FOUNDATIONS))[sea.foundation]
    for name, what in (
        ("sea_usable_km2", sea.usable_km2),
        ("sea_mw", sea.capacity_mw),
        ("sea_mwh", sea.energy_mwh),
    ):
        values[name] = summed(sea.coast_lon_deg, sea.coast_lat_deg, what[:, None] * kind)


def _months(data: ResourceData, held: Zones, means: dict[str, Array]) -> None:
    """Monthly means over all land."""

    def fine(layer: str) -> Array:
        values = np.nan_to_num(data.read(layer).values)
        return np.asarray(np.repeat(np.repeat(values, 3, axis=1), 3, axis=2), dtype=np.float64)

    speed = np.nan_to_num(data.read("wind_speed_100m").values[0])
    for name, values in (
        ("wind_ms", speed * fine("wind_month_ratio")),
        ("sun_kwh_per_m2", fine("ghi_monthly")),
        ("rain_mm", fine("rain_monthly")),
    ):
        means[name] = held.total(values).T / np.maximum(held.region_km2, 1e-9)[:, None]


# -- the document --------------------------------------------------------------------------------------------


def _document(
    level: Level,
    held: Columns,
    provinces: Columns,
    ground: Ground,
    tables: Tables,
    sea_rules: SeaRules,
    roofs: RoofRules,
    assessment: Path | None,
) -> Endowment:
    rows = table(f"{level}_1").columns
    codes = [str(code) for code in rows["adcode"]]
    at = {code: k for k, code in enumerate(codes)}
    english = rows.get("name_en")
    regions = []
    for k, identity in enumerate(held.ids):
        row = at[identity]
        name = str(rows["name_zh"][row])
        known = "" if english is None or english[row] is None else str(english[row])
        province = identity if level == "province" else str(rows["province_adcode"][row])
        regions.append(_region(held, k, identity, name, known or name, province))
    nation = _region(_whole(provinces), 0, NATION, "全国", "China", NATION)
    technologies = {t: _technology(ground, t) for t in TECHNOLOGIES}
    eligible = sum(float(provinces.values[f"{t}_eligible_km2"].sum()) for t in TECHNOLOGIES)
    assessed = sum(float(provinces.values[f"{t}_assessed_km2"].sum()) for t in TECHNOLOGIES)
    years = ground.yields.years
    told = "、".join(map(str, years)), ", ".join(map(str, years))
    return Endowment(
        level=level,
        grade=ground.yields.grade,
        period_zh=f"{told[0]} 年" if years else "多年平均 (代表年)",
        period_en=told[1] if years else "mean of many years (typical year)",
        wind=technologies["wind"],
        pv=technologies["pv"],
        pv_dc_ac=ground.dc_ac,
        regions=tuple(regions),
        nation=nation,
        figures=figures(tables, sea_rules, roofs, ground.dc_ac),
        sources=sources(ground.data, assessment, ground.yields),
        comparisons=comparisons(nation, ground.kept, ground.yields, ground.density_mw_per_km2, ground.dc_ac),
        assessed_share=None if assessment is None else assessed / eligible,
        years=years,
    )


def _whole(provinces: Columns) -> Columns:
    """The nation as one region: sums, and means by the provinces' land."""
    land = provinces.values["land_km2"]
    values = {name: v.sum(axis=0, keepdims=True) for name, v in provinces.values.items()}
    means = {}
    for name, v in provinces.means.items():
        weight = provinces.values["either_km2"] * np.isfinite(v) if name == "complementarity" else land
        mean = weight @ np.nan_to_num(v) / weight.sum()
        means[name] = np.asarray(mean).reshape(1, *v.shape[1:])
    return Columns((NATION,), values, means)


def _technology(ground: Ground, technology: LandTechnology) -> Technology:
    from resources.potential import QUALITY_HOURS

    limits = QUALITY_HOURS[technology]
    empty = np.zeros((1, len(limits) + 1))
    titles = Potential(technology, ("",), limits, empty, empty, empty).class_titles()
    shares: list[float | None] = [None, None]
    if not ground.yields.years:
        shares = [float(v) for v in p_shares(technology, np.empty((0, 1)))[:, 0]]
    return Technology(
        rules=rule_notes(ground.rules[technology]),
        limits_h=limits,
        class_titles=titles,
        density_mw_per_km2=ground.density_mw_per_km2[technology],
        p75_share=shares[0],
        p90_share=shares[1],
    )


def _region(held: Columns, k: int, identity: str, zh: str, en: str, province: str) -> RegionEndowment:
    def one(name: str) -> float:
        return float(held.values[name][k])

    def many(values: Mapping[str, Array], name: str) -> tuple[float, ...]:
        return tuple(float(v) for v in values[name][k])

    sea = SeaEndowment(
        usable_km2=many(held.values, "sea_usable_km2"),
        capacity_mw=many(held.values, "sea_mw"),
        energy_mwh=many(held.values, "sea_mwh"),
    )
    both = float(held.means["complementarity"][k])
    return RegionEndowment(
        id=identity,
        name_zh=zh,
        name_en=en,
        province=province,
        land_km2=one("land_km2"),
        wind=_land_of(held, k, "wind"),
        pv=_land_of(held, k, "pv"),
        roof=RoofEndowment(
            people=one("roof_people"),
            roof_km2=one("roof_km2"),
            capacity_mw=one("roof_mw"),
            energy_mwh=one("roof_mwh"),
        ),
        sea=sea if sum(sea.usable_km2) > 0 else None,
        hydro_mw=one("hydro_mw"),
        complementarity=both if np.isfinite(both) else None,
        wind_ms=many(held.means, "wind_ms"),
        sun_kwh_per_m2=many(held.means, "sun_kwh_per_m2"),
        rain_mm=many(held.means, "rain_mm"),
    )


def _land_of(held: Columns, k: int, technology: LandTechnology) -> LandEndowment:
    def many(name: str) -> tuple[float, ...]:
        return cast(tuple[float, ...], tuple(map(float, held.values[f"{technology}_{name}"][k])))

    class_mw, class_mwh = many("class_mw"), many("class_mwh")
    capacity, energy = sum(class_mw), sum(class_mwh)
    by_year = held.values[f"{technology}_year_mwh"][k]
    p75, p90 = (float(v) for v in p_shares(technology, by_year[:, None])[:, 0])
    return LandEndowment(
        taken_km2=many("taken_km2"),
        alone_km2=many("alone_km2"),
        eligible_km2=float(held.values[f"{technology}_eligible_km2"][k]),
        class_km2=many("class_km2"),
        class_mw=class_mw,
        class_mwh=class_mwh,
        capacity_mw=capacity,
        energy_mwh=energy,
        energy_p75_mwh=energy * p75,
        energy_p90_mwh=energy * p90,
        full_load_hours=energy / capacity if capacity > 0 else None,
    )
