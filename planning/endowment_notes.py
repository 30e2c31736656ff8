"""What the endowment rests on, and published values beside it: densities, rules, layers, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import TERRAIN
from gis_layers.provenance import Tier
from gis_layers.raster import cell_area_km2
from planning.endowment_sea import SeaRules
from planning.endowment_values import (
    Comparison,
    Figure,
    LandTechnology,
    RegionEndowment,
    RuleNote,
    Source,
)
from planning.endowment_yields import Yields
from planning.shipped_words import shipped_words
from planning.tables import Tables
from resources import atlas
from resources.eligible import Rule
from resources.people import census
from resources.resource_data import ResourceData
from resources.rooftop import RoofRules
from resources.years import INTERANNUAL, LASTING

Array = NDArray[np.float64]

LAYERS: Final = (
    "elevation", "desert_class", "wind_speed_100m", "wind_cf", "pv_yield", "complementarity", "ghi_monthly",
    "rain_monthly", "hydro_potential", "sea_depth",
)  # fmt: skip
GENERAL: Final = ("general knowledge, unverified", "通用知识, 未经验证")
NORTH_DEG: Final = 35.0
"""The desert areas of the published assessment lie in the north; Tibet's do not belong to it."""
_GEIDCO: Final = "GEIDCO, Energies 16 (2023) 4559"


def rule_notes(rules: Sequence[Rule]) -> tuple[RuleNote, ...]:
    return tuple(
        RuleNote(
            id=r.id,
            title_zh=r.title_zh,
            title_en=r.title_en,
            source=r.source,
            source_zh=r.source_zh,
            tier=r.tier,
        )
        for r in rules
    )


def figures(tables: Tables, sea: SeaRules, roofs: RoofRules, dc_ac: float) -> tuple[Figure, ...]:
    """Densities, shares and spreads, each with its source and tier."""
    found = []
    names = {
        "wind": ("陆上风电占地 (含机位间距)", "land of onshore wind, spacing included"),
        "pv": ("地面光伏占地 (按交流容量)", "land of ground PV, per AC capacity"),
    }
    for technology, (zh, en) in names.items():
        row = tables.technology_figure(technology, "land_km2_per_gw")
        found.append(
            Figure(
                what_zh=zh,
                what_en=en,
                value=row.value,
                unit="km2/GW",
                date=row.date,
                source=shipped_words(row.source, "en"),
                source_zh=shipped_words(row.source, "zh"),
                tier=row.tier,
            )
        )

    def estimated(zh: str, en: str, value: float, unit: str) -> None:
        source = {"source": GENERAL[0], "source_zh": GENERAL[1], "date": "2024-25"}
        tier: Tier = "estimated"
        found.append(Figure(what_zh=zh, what_en=en, value=value, unit=unit, tier=tier, **source))

    estimated("地面光伏容配比", "modules over AC capacity of ground PV", dc_ac, "1")
    estimated("海上风电最近离岸距离", "wind at sea, least distance to the coast", sea.nearest_km, "km")
    estimated("海上风电最远离岸距离", "wind at sea, greatest distance to the coast", sea.farthest_km, "km")
    estimated("海域可用比例", "share of the sea that may be used", sea.usable_share, "1")
    estimated("海上风电密度", "density of wind at sea", sea.density_mw_per_km2, "MW/km2")
    estimated("屋顶可用比例", "usable share of roofs", roofs.usable_share, "1")
    estimated("单位屋顶组件容量", "modules over usable roof", roofs.module_kw_per_m2, "kW/m2")
    estimated("人均屋顶, 城镇", "roof per person in towns", roofs.roof_m2_per_person_town, "m2")
    estimated("人均屋顶, 乡村", "roof per person in villages", roofs.roof_m2_per_person_village, "m2")
    for kind, zh, en in (("wind", "风电", "wind"), ("pv", "光伏", "PV")):
        parts = (
            INTERANNUAL["wind" if kind == "wind" else "pv"],
            *LASTING["wind" if kind == "wind" else "pv"],
        )
        sigma = float(np.sqrt(sum(p.sigma_share**2 for p in parts)))
        estimated(
            f"{zh}年电量的标准差 (年际与持久误差合计)",
            f"standard deviation of a year's {en} energy, year to year and lasting",
            sigma,
            "1",
        )
    return tuple(found)


def sources(data: ResourceData, assessment: Path | None, yields: Yields) -> tuple[Source, ...]:
    """Layers with their grade; the user's where they took an atlas layer's place."""
    found = []
    served = {layer: origin for origin in data.origins for layer in origin.serves}
    for id in LAYERS:
        info = atlas.layer(id)
        names = {
            "what_zh": info.title_zh.partition("：")[0].partition(":")[0],
            "what_en": info.title_en.partition(":")[0],
        }
        if (origin := served.get(id)) is not None:
            found.append(
                Source(
                    **names,
                    source=origin.source,
                    source_zh=origin.source,
                    period=origin.period or "as the source says",
                    period_zh=origin.period or "见来源",
                    grade=origin.grade,
                )
            )
            continue
        found.append(
            Source(
                **names,
                source=info.source,
                source_zh=info.source_zh,
                period=info.period,
                period_zh=info.period_zh,
                grade=info.grade,
            )
        )
    if assessment is not None:
        drawn = ", ".join(map(str, yields.spec.years)) if yields.spec is not None else ""
        found.append(
            Source(
                what_zh="逐单元评估 (利用小时与互补性)",
                what_en="assessment cell by cell (hours, complementarity)",
                source=assessment.name,
                source_zh=assessment.name,
                period=drawn or "as the file says",
                period_zh=drawn or "见文件",
                grade=yields.grade,
            )
        )
    people = f"census of {len(census())} provinces, 2020; GeoNames towns"
    found.append(
        Source(
            what_zh="人口分布 (屋顶)",
            what_en="people (roofs)",
            source=people,
            source_zh=f"2020 年 {len(census())} 省人口普查; GeoNames 城镇",
            period="2020",
            period_zh="2020",
            grade="reference",
        )
    )
    return tuple(found)


def comparisons(
    nation: RegionEndowment,
    kept: Mapping[LandTechnology, Array],
    yields: Yields,
    density_mw_per_km2: Mapping[LandTechnology, float],
    dc_ac: float,
) -> tuple[Comparison, ...]:
    """Published values beside ours; none was fitted, and errors are told as they are."""
    from resources.validation_hydro import POTENTIAL_GW

    wind_h = nation.wind.full_load_hours or 0.0
    pv_h = nation.pv.full_load_hours or 0.0
    found = [
        Comparison(
            what_zh="水能理论蕴藏量",
            what_en="theoretical hydro potential",
            unit="GW",
            published=POTENTIAL_GW,
            ours=nation.hydro_mw / 1e3,
            alike=True,
            source="national survey of hydropower resources, 2003",
            tier="published",
            remark_zh="平均功率; 两者均计 10 MW 及以上河流",
            remark_en="mean power; both count rivers of 10 MW and more",
        ),
        Comparison(
            what_zh="陆上风电利用小时",
            what_en="hours of onshore wind",
            unit="h/a",
            published=2097.0,
            ours=wind_h,
            alike=False,
            source="national mean of 2020 (281.7 GW, utilisation 97 %)",
            tier="published",
            remark_zh="公布值为 2020 年在运机组 (选址较好、机型较旧), 已扣弃电; 本图为全部可开发土地、新机型, 未扣弃电",
            remark_en="published: the fleet of 2020 (good sites, older machines, after curtailment); ours: all "
            "eligible land, new machines, before curtailment",
        ),
        Comparison(
            what_zh="光伏利用小时 (按组件)",
            what_en="hours of PV, per module",
            unit="h/a",
            published=1160.0,
            ours=pv_h / dc_ac,
            alike=False,
            source="national mean of 2020 (253 GW, utilisation 98 %)",
            tier="published",
            remark_zh="公布值含东部与屋顶电站, 已扣弃电; 本图为可开发土地, 主要在西北荒漠",
            remark_en="published: with the east and roofs, after curtailment; ours: eligible land, mostly deserts "
            "of the north-west",
        ),
    ]
    desert = _northern_desert()
    area = cell_area_km2(TERRAIN)
    for technology, hours, gw in (("wind", 2513.0, 600.0), ("pv", 1759.0, 10_700.0)):
        key: LandTechnology = "wind" if technology == "wind" else "pv"
        weight = desert * kept[key] * area
        values = yields.layers.of(key)
        weight = np.where(np.isfinite(values), weight, 0.0)
        mean = float((weight * np.nan_to_num(values)).sum() / weight.sum())
        zh, en = ("风电", "wind") if key == "wind" else ("光伏", "PV")
        where = (
            f"公布值为九个沙漠戈壁地区; 本图为 {NORTH_DEG:g}°N 以北全部荒漠气候区",
            f"published: nine desert areas; ours: all land of desert climate north of {NORTH_DEG:g}N",
        )
        per_module = ("; 本图按组件容量", "; ours per module capacity") if key == "pv" else ("", "")
        share = ("; 土地可用比例为估计", "; the usable share of land is an estimate")
        found.append(
            Comparison(
                what_zh=f"北方沙漠戈壁{zh}利用小时",
                what_en=f"hours of {en} in northern deserts",
                unit="h/a",
                published=hours,
                ours=mean,
                alike=False,
                source=_GEIDCO,
                tier="published",
                remark_zh=where[0] + per_module[0],
                remark_en=where[1] + per_module[1],
            )
        )
        found.append(
            Comparison(
                what_zh=f"北方沙漠戈壁{zh}技术可开发量",
                what_en=f"technical capacity of {en} in northern deserts",
                unit="GW",
                published=gw,
                ours=float(weight.sum()) * density_mw_per_km2[key] / 1e3,
                alike=False,
                source=_GEIDCO,
                tier="published",
                remark_zh=where[0] + share[0],
                remark_en=where[1] + share[1],
            )
        )
    return tuple(found)


def _northern_desert() -> Array:
    """(row, col) share of China's land of desert climate in the north; centre of the cell decides."""
    from resources.validation_hydro import in_china

    kind = np.nan_to_num(atlas.read("desert_class").values[0]).astype(int)
    desert = np.repeat(np.repeat((kind == 1) | (kind == 2), 3, axis=0), 3, axis=1)
    return np.asarray(desert & in_china() & (TERRAIN.lat_deg[:, None] >= NORTH_DEG), dtype=np.float64)
