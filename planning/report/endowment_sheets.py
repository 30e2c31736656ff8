"""The endowment as a workbook: one row a region, classes, what the rules took, what it rests on; both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planning.endowment_values import Endowment, LandTechnology, RegionEndowment
from planning.report.excel_columns import plain, tier
from planning.report.sheets import Cell, Column, Sheet, Style, column_sum, write_sheets
from planning.words import converted, term
from resources.foundations import FOUNDATIONS

TECHNOLOGY_WORDS: dict[LandTechnology, tuple[str, str]] = {
    "wind": ("陆上风电", "onshore wind"),
    "pv": ("地面光伏", "ground PV"),
}
FOUNDATION_WORDS = {
    "monopile": ("单桩", "monopile"),
    "jacket": ("导管架", "jacket"),
    "floating": ("漂浮式", "floating"),
}
GW, TWH, KM2 = "万千瓦 / 10 MW", "亿千瓦时/年 / 0.1 TWh/a", "平方公里 / km²"
MONTHS = tuple(range(1, 13))


def write_endowment_workbook(path: Path, endowment: Endowment) -> None:
    """Write all sheets; the same content gives the same bytes."""
    write_sheets(path, "资源禀赋 · Endowment", endowment_sheets(endowment))


def endowment_sheets(e: Endowment) -> list[Sheet]:
    """All sheets in order."""
    return [
        _regions(e),
        _classes(e),
        _audit(e),
        _sea(e),
        _months(e),
        _comparisons(e),
        _figures(e),
        _sources(e),
    ]


def cn_power(mw: float) -> float:
    return converted(mw, "power_mw", "cn")


def cn_energy(mwh: float) -> float:
    return converted(mwh, "energy_mwh", "cn")


Read = Callable[[RegionEndowment], float | None]


def _of_land(key: LandTechnology) -> list[tuple[str, str, str, bool, Read]]:
    """Chinese, English, unit, whether it adds up over regions, and the figure."""
    zh, en = TECHNOLOGY_WORDS[key]
    ac = (" (交流)", " (AC)") if key == "pv" else ("", "")
    return [
        (f"{zh}可用土地", f"{en}, eligible land", KM2, True, lambda r: r.of(key).eligible_km2),
        (f"{zh}容量{ac[0]}", f"{en}, capacity{ac[1]}", GW, True, lambda r: cn_power(r.of(key).capacity_mw)),
        (f"{zh}电量 P50", f"{en}, energy P50", TWH, True, lambda r: cn_energy(r.of(key).energy_mwh)),
        (f"{zh}电量 P75", f"{en}, energy P75", TWH, False, lambda r: cn_energy(r.of(key).energy_p75_mwh)),
        (f"{zh}电量 P90", f"{en}, energy P90", TWH, False, lambda r: cn_energy(r.of(key).energy_p90_mwh)),
        (f"{zh}利用小时", f"{en}, full-load hours", plain("h/a"), False, lambda r: r.of(key).full_load_hours),
    ]


def _regions(e: Endowment) -> Sheet:
    """Every quantity that a planner asks for first; sums are live."""
    land: list[tuple[str, str, str, bool, Read]] = [("土地面积", "land", KM2, True, lambda r: r.land_km2)]
    for key in TECHNOLOGY_WORDS:
        land += _of_land(key)
    land += [
        ("屋顶光伏容量 (组件)", "rooftop PV, capacity (modules)", GW, True, lambda r: cn_power(r.roof.capacity_mw)),
        ("屋顶光伏电量", "rooftop PV, energy", TWH, True, lambda r: cn_energy(r.roof.energy_mwh)),
        ("海上风电容量", "wind at sea, capacity", GW, True, lambda r: cn_power(r.sea_mw) if r.sea else None),
        ("海上风电电量", "wind at sea, energy", TWH, True, lambda r: cn_energy(r.sea_mwh) if r.sea else None),
        ("水能理论蕴藏量", "theoretical hydro, mean power", GW, True, lambda r: cn_power(r.hydro_mw)),
        ("风光互补性", "complementarity of wind and sun", "-1..1", False, lambda r: r.complementarity),
    ]  # fmt: skip
    columns = (*_names(), *(Column(zh, en, unit, _style(unit), 15) for zh, en, unit, _, _ in land))
    rows = tuple((*_named(r), *(read(r) for *_, read in land)) for r in e.regions)
    sums: list[Cell] = ["全国", "China", ""]
    for index, (*_, adds, read) in enumerate(land, start=3):
        sums.append(
            column_sum(index, [read(r) for r in e.regions], len(e.regions)) if adds else read(e.nation)
        )
    grade = f"{term(e.grade, 'zh')} / {term(e.grade, 'en')}"
    note = (
        f"时段 {e.period_zh} · 等级 {grade} · P75/P90 为单年, 区域内误差视为同向, 不可相加 / period {e.period_en}; P75, P90: "
        "one year, errors of a region taken to go the same way: they do not add up"
    )
    return Sheet("资源禀赋", "可开发风光水资源 · Endowment", columns, rows, note, tuple(sums), 3)


def _style(unit: str) -> Style:
    return "four" if unit == "-1..1" else "one"


def _classes(e: Endowment) -> Sheet:
    """Eligible land, capacity and energy of every class of quality."""
    columns = (
        *_names(),
        Column("技术", "technology", width=22),
        Column("利用小时等级", "class of hours", "h/a; 光伏 / PV: kWh/kWp", width=20),
        Column("可用土地", "eligible land", KM2, "one", 14),
        Column("容量", "capacity", GW, "one", 14),
        Column("电量 P50", "energy P50", TWH, "two", 18),
    )
    rows: list[tuple[Cell, ...]] = []
    for r in (e.nation, *e.regions):
        for key, (zh, en) in TECHNOLOGY_WORDS.items():
            land = r.of(key)
            for k, title in enumerate(e.technology(key).class_titles):
                if r is not e.nation and not land.class_km2[k]:
                    continue
                rows.append(
                    (
                        *_named(r), f"{zh} / {en}", title, land.class_km2[k], cn_power(land.class_mw[k]),
                        cn_energy(land.class_mwh[k]),
                    )
                )  # fmt: skip
    return Sheet("质量等级", "按质量等级 · Classes of quality", columns, tuple(rows), frozen_columns=3)


def _audit(e: Endowment) -> Sheet:
    """What each rule took, in order and alone."""
    columns = (
        *_names(),
        Column("技术", "technology", width=22),
        Column("规则", "rule", width=34),
        Column("Rule", "", width=40),
        Column("依次扣除", "taken of what was left", KM2, "one", 16),
        Column("单独扣除", "would take alone", KM2, "one", 16),
        Column("剩余可用", "left at the end", KM2, "one", 16),
    )
    rows: list[tuple[Cell, ...]] = []
    for r in (e.nation, *e.regions):
        for key, (zh, en) in TECHNOLOGY_WORDS.items():
            land = r.of(key)
            for k, rule in enumerate(e.technology(key).rules):
                rows.append(
                    (
                        *_named(r), f"{zh} / {en}", rule.title_zh, rule.title_en, land.taken_km2[k],
                        land.alone_km2[k], land.eligible_km2,
                    )
                )  # fmt: skip
    note = "依次扣除之和加剩余等于土地面积 / taken in order and what is left add up to the land"
    return Sheet("土地核算", "规则扣除的土地 · Audit of land", columns, tuple(rows), note, frozen_columns=3)


def _sea(e: Endowment) -> Sheet:
    """Wind at sea by foundation."""
    columns = (
        *_names(),
        Column("基础", "foundation", width=20),
        Column("可用海域", "usable sea", KM2, "one", 14),
        Column("容量", "capacity", GW, "one", 14),
        Column("电量", "energy", TWH, "two", 18),
    )
    rows: list[tuple[Cell, ...]] = []
    for r in (e.nation, *e.regions):
        if r.sea is None:
            continue
        for k, name in enumerate(FOUNDATIONS):
            zh, en = FOUNDATION_WORDS[name]
            rows.append(
                (
                    *_named(r), f"{zh} / {en}", r.sea.usable_km2[k], cn_power(r.sea.capacity_mw[k]),
                    cn_energy(r.sea.energy_mwh[k]),
                )
            )  # fmt: skip
    note = (
        "按最近海岸作技术性归集, 不表示任何海域界线或管辖 / assigned to the nearest coast as plain geometry: it says nothing "
        "of boundaries or jurisdiction"
    )
    return Sheet("海上风电", "海上风电 · Wind at sea", columns, tuple(rows), note, frozen_columns=3)


def _months(e: Endowment) -> Sheet:
    """Wind, sun and rain by month."""
    heads = (
        ("风速", "wind at 100 m", "m/s", "two"),
        ("总辐照", "irradiation", "kWh/m²", "one"),
        ("降水", "rain", "mm", "one"),
    )
    columns = [*_names()]
    for zh, en, unit, style in heads:
        columns += [
            Column(f"{zh} {m} 月", f"{en}, {m}", unit, "two" if style == "two" else "one", 10) for m in MONTHS
        ]
    rows = tuple((*_named(r), *r.wind_ms, *r.sun_kwh_per_m2, *r.rain_mm) for r in (e.nation, *e.regions))
    return Sheet("逐月", "风、光、雨的逐月均值 · By month", tuple(columns), rows, "全部土地的均值 / mean over all land", None, 3)  # fmt: skip


def _comparisons(e: Endowment) -> Sheet:
    columns = (
        Column("项目", "item", width=28), Column("Item", "", width=40), Column("单位", "unit", width=8),
        Column("公布值", "published", "", "one"), Column("本图", "ours", "", "one"),
        Column("误差", "error", "", "share"), Column("口径一致", "like with like", width=14),
        Column("来源", "source", width=44), Column("可信度", "tier", width=20),
        Column("说明", "remark", width=70), Column("Remark", "", width=70),
    )  # fmt: skip
    rows = tuple(
        (
            c.what_zh, c.what_en, c.unit, c.published, c.ours, c.error_share, "是 / yes" if c.alike else "否 / no",
            c.source, tier(c.tier), c.remark_zh, c.remark_en,
        )
        for c in e.comparisons
    )  # fmt: skip
    note = "未对公布值作任何拟合 / nothing was fitted to the published values"
    return Sheet("对照", "与公布值对照 · Beside published values", columns, rows, note)


def _figures(e: Endowment) -> Sheet:
    columns = (
        Column("项目", "item", width=40), Column("Item", "", width=48), Column("数值", "value", "", "four"),
        Column("单位", "unit", width=12), Column("年份", "year", width=12), Column("来源", "source", width=60),
        Column("Source", "", width=60), Column("可信度", "tier", width=20),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (f.what_zh, f.what_en, f.value, f.unit, f.date, f.source_zh or f.source, f.source, tier(f.tier))
        for f in e.figures
    ]
    for key, (zh, en) in TECHNOLOGY_WORDS.items():
        rows += [
            (f"{zh}: {r.title_zh}", f"{en}: {r.title_en}", None, "", "", r.source_zh, r.source, tier(r.tier))
            for r in e.technology(key).rules
        ]
    return Sheet("参数", "密度、规则与误差 · Figures", columns, tuple(rows))


def _sources(e: Endowment) -> Sheet:
    columns = (
        Column("项目", "item", width=32), Column("Item", "", width=40), Column("来源", "source", width=70),
        Column("Source", "", width=70), Column("时段", "period", width=40), Column("等级", "grade", width=34),
    )  # fmt: skip
    rows = tuple(
        (
            s.what_zh, s.what_en, s.source_zh, s.source, f"{s.period_zh} / {s.period}",
            f"{term(s.grade, 'zh')} / {term(s.grade, 'en')}",
        )
        for s in e.sources
    )  # fmt: skip
    return Sheet("来源", "数据来源 · Sources", columns, rows)


def _names() -> tuple[Column, ...]:
    return (
        Column("地区", "region", width=20),
        Column("Region", "", width=20),
        Column("代码", "code", width=10),
    )


def _named(r: RegionEndowment) -> tuple[Cell, ...]:
    return (r.name_zh, r.name_en, r.id)
