"""The field's terms in Chinese and English, and figures in the units a reader prefers.

Shared by the report, the tables and the window; docs/nomenclature.md is the same list for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planning.flow_words import failure_words

if TYPE_CHECKING:
    from planning.results import PowerFlowHour

Language = Literal["zh", "en"]
UnitSystem = Literal["cn", "si"]
"""cn: 万千瓦, 亿千瓦时, 元/千瓦时, 亿元; si: GW, TWh, CNY/MWh, bn CNY."""

MISSING = "–"
MOST_TIES = 6
"""Named in a note; the rest are counted."""

TERMS: dict[str, tuple[str, str]] = {
    "wind": ("风电", "wind"),
    "pv": ("光伏", "PV"),
    "hydro": ("水电", "hydro"),
    "nuclear": ("核电", "nuclear"),
    "coal": ("煤电", "coal"),
    "gas": ("气电", "gas"),
    "pumped": ("抽水蓄能", "pumped hydro"),
    "battery": ("电化学储能", "battery"),
    "base": ("基地", "base"),
    "corridor": ("输电通道", "corridor"),
    "province": ("省份", "province"),
    "capacity": ("装机容量", "capacity"),
    "generation": ("发电量", "generation"),
    "load": ("用电量", "load"),
    "demand": ("需求", "demand"),
    "import": ("受入电量", "import"),
    "export": ("外送电量", "export"),
    "sent": ("送端电量", "sent"),
    "delivered": ("受端电量", "delivered"),
    "loss": ("线损", "loss"),
    "loss_share": ("线损率", "loss share"),
    "curtailment_rate": ("弃电率", "curtailment rate"),
    "unserved": ("缺供电量", "unserved energy"),
    "full_load_hours": ("利用小时", "full-load hours"),
    "green_share": ("绿电占比", "green share"),
    "renewable_share": ("可再生占比", "renewable share"),
    "storage": ("储能容量", "storage"),
    "channel": ("通道容量", "channel"),
    "lcoe": ("平准化度电成本", "LCOE"),
    "npv": ("净现值", "NPV"),
    "irr": ("内部收益率", "IRR"),
    "investment": ("投资", "investment"),
    "receipts": ("绿电收入", "green receipts"),
    "payments": ("绿电支出", "green payments"),
    "cash": ("净现金流", "net cash"),
    "gdp": ("地区生产总值", "GDP"),
    "gdp_share": ("占 GDP", "share of GDP"),
    "tariff": ("输电价", "transmission tariff"),
    "sending_end": ("送端", "sending end"),
    "receiving_end": ("受端", "receiving end"),
    "published": ("公布方案", "published design"),
    "source": ("来源", "source"),
    "tier": ("可信度", "tier"),
    "official": ("官方", "official"),
    "estimated": ("估计", "estimated"),
    "published_tier": ("公开发表", "published"),
    "reference": ("参考级（重建）", "reference (reconstructed)"),
    "measured": ("实测级", "measured"),
    "reanalysis": ("再分析级", "reanalysis"),
    "user": ("用户数据", "user data"),
    "hourly_weather": ("逐时气象", "hourly weather"),
    "typical_year": ("典型年", "typical year"),
    "river_inflow": ("河川来水", "inflow of rivers"),
    "mean_year": ("多年平均", "long-term mean"),
    "as_generated": ("按 {0} 年实际发电", "as generated in {0}"),
    "exceeded_by": ("P = {0} %", "P = {0} %"),
    "share_of_places": ("占地点比例", "share of places"),
    "peak": ("最大负荷", "peak load"),
    "trough": ("最小负荷", "lowest load"),
    "met": ("达到", "met"),
    "not met": ("未达到", "not met"),
    "csp": ("光热", "CSP"),
    "together": ("合计", "together"),
    "candidate": ("候选场址", "candidate site"),
    "eligible_land": ("可用土地", "eligible land"),
    "suitability": ("适宜性", "suitability"),
    "supply_curve": ("供给曲线", "supply curve"),
    "connection": ("接入系统", "connection to the grid"),
}


NOTES: dict[str, tuple[str, str]] = {
    "resource_reference_grade": (
        "风、光资源为参考级：由公开资料重建并经校验，未经场址实测标定。",
        "Wind and sun are of reference grade: reconstructed from public material and validated, not measured at sites.",
    ),
    "load_shape_synthetic": (
        "各省逐时负荷形状由气候与公开特征合成，年电量取自情景。",
        "Hourly load shapes are synthetic, from climate and published features; yearly energy is the scenario's.",
    ),
    "ac_ties_estimated": (
        "省间交流断面的输电能力按回数、电压与长度估计。",
        "Capability of the AC ties between provinces is estimated from circuits, voltage and length.",
    ),
    "hydro_of_bases_existing": (
        "基地中的水电为已建电站：投资栏只计新增，度电成本、净现值与内部收益率按水电站现价重置成本计入。",
        "Hydro in bases stands already: the investment column counts new plant alone; LCOE, NPV and IRR count the station at what it would cost today.",
    ),
    "tibet_taiwan_hongkong_macau": (
        "台湾省、香港、澳门因缺少数据未参与调度；西藏的用电与电源数据大多为估计。",
        "Taiwan, Hong Kong and Macau are not dispatched for want of data; most figures of Tibet are estimates.",
    ),
    "weather_mixed": (
        "{0} 的地点用导入的逐时气象，其余 {1} 由月气候生成：两者之间小时上的相关不可比。",
        "{0} of the places take imported hourly weather, {1} hours generated from the monthly climate: between the two, correlation by the hour means nothing.",
    ),
    "water_year": (
        "来水年按频率 P = {0} %（{0} % 的年份来水更多）：各河同频率，偏于一致，全国丰枯因而偏极端。",
        "A year of water with P = {0} %: that share of years is wetter. All rivers take it at once, which makes the nation's wet and dry years more extreme than they are.",
    ),
    "wind_level_moved": (
        "导入逐时风速的年均值已按气候图层调整 {0} 至 {1}。",
        "The yearly mean of imported hourly wind was moved by {0} to {1} to that of the climate layer.",
    ),
    "sun_level_moved": (
        "导入逐时辐照的年总量已按气候图层调整 {0} 至 {1}。",
        "The yearly sum of imported hourly irradiation was moved by {0} to {1} to that of the climate layer.",
    ),
    "site_hours_high_wind": (
        "{0} 个场址的风电利用小时超过 {1}（最高 {2}）：高于现有风电场水平，须经测风核实。",
        "{0} site(s) have more than {1} full-load hours of wind (up to {2}), above what farms on land make today: to be measured first.",
    ),
    "site_hours_high_pv": (
        "{0} 个场址的光伏利用小时超过 {1}（最高 {2}），须核实。",
        "{0} site(s) have more than {1} full-load hours of PV (up to {2}); to be checked.",
    ),
    "site_hours_high_csp": (
        "{0} 个场址的光热利用小时超过 {1}（最高 {2}），须核实。",
        "{0} site(s) have more than {1} full-load hours of CSP (up to {2}); to be checked.",
    ),
    "site_unconnected": (
        "{0} 个场址没有可行的接入路径，未计入供给曲线。",
        "{0} site(s) have no way to the grid and are not in the supply curve.",
    ),
    "site_line_beyond_practice": (
        "{0} 个场址的接入线路超出常规长度或回路数，须改用更高电压或另选接入点。",
        "{0} site(s) need lines longer, or in more circuits, than is usual: a higher voltage or another point is wanted.",
    ),
    "site_criteria_left_out": (
        "缺少数据、未参与适宜性评分的准则：{0}；其权重按比例分给其余准则。",
        "Criteria without data, left out of the suitability: {0}; their weight went to the others in proportion.",
    ),
    "site_judgements_inconsistent": (
        "判断矩阵一致性比率为 {0}，高于 0.1，按要求仍予采用。",
        "The judgements' consistency ratio is {0}, above 0.1; they are used because it was asked for.",
    ),
    "site_total_not_reached": (
        "要求 {0} MW，已接入场址合计仅 {1} MW。",
        "{0} MW were asked for; connected sites hold {1} MW.",
    ),
    "site_rules_without_data": (
        "{0} 条规则没有数据、未作扣除：{1}。可用土地因此偏大。",
        "{0} rule(s) had no data and took nothing: {1}. Eligible land is too large by what they would take.",
    ),
}
"""Words of the codes in `Summary.notes`; figures stand behind the code: 'weather_mixed|12%|88%'."""

LINKS: dict[str, tuple[str, str]] = {
    "resource": ("资源与出力曲线", "resource and profiles"),
    "sizing": ("基地配比", "sizing of bases"),
    "fleet": ("电源布局", "fleet"),
    "dispatch": ("全国调度", "national dispatch"),
    "power_flow": ("交流潮流", "AC power flow"),
    "cash_flow": ("现金流", "cash flow"),
    "outputs": ("成果输出", "outputs"),
}
"""The links of the chain, keys of `Summary.seconds`."""

ITEMS: dict[str, tuple[str, str]] = {
    "load": ("用电量", "load"),
    "prices": ("价格规则", "price rules"),
    "market": ("合约与现货", "contract and spot"),
    "claim": ("命题", "claim"),
    "fleet": ("装机目标", "fleet"),
    "price": ("价格参数", "price"),
}
"""What a `LinkSource` speaks of, before its colon."""

PRICES: dict[str, tuple[str, str]] = {
    "carbon_2021_cny_per_t": ("2021 年碳价", "carbon price 2021"),
    "carbon_2024_peak_cny_per_t": ("2024 年碳价高点", "peak carbon price 2024"),
    "carbon_2030_cny_per_t": ("2030 年碳价", "carbon price 2030"),
    "certificate_2020_cny_per_mwh": ("2020 年绿证价格", "green certificate 2020"),
    "certificate_2030_cny_per_mwh": ("2030 年绿证价格", "green certificate 2030"),
    "discount_rate_real_share": ("实际折现率", "real discount rate"),
    "vat_share": ("增值税率", "value-added tax"),
    "coal_capacity_price_cny_per_kw_year": ("煤电容量电价", "capacity price of coal"),
}
"""The figures of `prices.csv` by id."""


TECHNOLOGY_COLOURS = {
    "wind": "#4f9bb8",
    "pv": "#e8b23a",
    "hydro": "#2f6db0",
    "nuclear": "#8c6bb1",
    "coal": "#7a7a7a",
    "gas": "#c08a5b",
    "battery": "#5aa469",
    "pumped": "#9cc5a1",
    "csp": "#c8553d",
}
"""One colour a technology on every map and chart."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How one kind of figure is shown: unit and factor from our base unit, for both preferences."""

    cn_unit_zh: str
    cn_unit_en: str
    cn_factor: float
    si_unit: str
    si_factor: float
    cn_digits: int = 0
    si_digits: int = 1


QUANTITIES: dict[str, Quantity] = {
    # "500 100 m CNY" cannot be read: the counting units of Chinese planning keep their characters in English.
    # 1 万千瓦 = 10 MW; 1 亿千瓦时 = 1e5 MWh; 1 元/千瓦时 = 1000 CNY/MWh; 1 亿元 = 1e8 CNY.
    "power_mw": Quantity("万千瓦", "万千瓦", 1e-1, "GW", 1e-3, 0, 2),
    "energy_mwh": Quantity("亿千瓦时", "亿千瓦时", 1e-5, "TWh", 1e-6, 1, 2),
    "storage_mwh": Quantity("万千瓦时", "万千瓦时", 1e-1, "GWh", 1e-3, 0, 1),
    "price_cny_per_mwh": Quantity("元/千瓦时", "CNY/kWh", 1e-3, "CNY/MWh", 1.0, 4, 1),
    "money_cny": Quantity("亿元", "亿元", 1e-8, "bn CNY", 1e-9, 1, 2),
    "co2_t": Quantity("万吨", "万吨", 1e-4, "Mt", 1e-6, 0, 2),
}


UNITS_ZH: dict[str, str] = {
    "MW": "兆瓦", "GW": "吉瓦", "MWh": "兆瓦时", "TWh": "太瓦时", "h": "小时", "h/a": "小时/年", "s": "秒", "km": "公里", "km²": "平方公里",
    "CNY": "元", "CNY/t": "元/吨", "CNY/MWh": "元/兆瓦时",
}  # fmt: skip
"""Chinese words of plain units, which no preference changes. Symbols of physics (m/s, kWh/m², °C) stand in both."""


def plain_unit(name: str, language: Language) -> str:
    """A unit that no preference changes, in the reader's language."""
    return UNITS_ZH.get(name, name) if language == "zh" else name


def term(key: str, language: Language) -> str:
    """The field's word; KeyError for an unknown key."""
    return TERMS[key][0 if language == "zh" else 1]


def unit(kind: str, system: UnitSystem, language: Language = "zh") -> str:
    """The unit a kind of figure is shown in."""
    quantity = QUANTITIES[kind]
    if system == "si":
        return quantity.si_unit
    return quantity.cn_unit_zh if language == "zh" else quantity.cn_unit_en


def converted(value: float, kind: str, system: UnitSystem) -> float:
    """A figure in our base unit (the key's ending) in the unit of the preference."""
    quantity = QUANTITIES[kind]
    return value * (quantity.cn_factor if system == "cn" else quantity.si_factor)


def shown(value: float | None, kind: str, system: UnitSystem) -> str:
    """The number as text without its unit; a dash where it is missing."""
    quantity = QUANTITIES[kind]
    digits = quantity.cn_digits if system == "cn" else quantity.si_digits
    return number(None if value is None else converted(value, kind, system), digits)


def percent(value: float | None, digits: int = 1) -> str:
    """A share as per cent; a dash where it is missing."""
    return MISSING if value is None else f"{number(value * 100, digits)} %"


def number(value: float | None, digits: int = 0) -> str:
    """A plain number, thousands separated, with a true minus and no minus zero; a dash where it is missing."""
    if value is None:
        return MISSING
    # Adding 0 turns -0.0 into 0.0.
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")


def note(code: str, language: Language) -> str:
    """The sentence of a note with its figures; a text that is no code stays as it is."""
    name, *figures = code.split("|")
    return NOTES[name][0 if language == "zh" else 1].format(*figures) if name in NOTES else code


def link(key: str, language: Language) -> str:
    """The name of a link of the chain; an unknown one stays as it is."""
    return LINKS[key][0 if language == "zh" else 1] if key in LINKS else key


def item(what: str, language: Language) -> str:
    """What a source speaks of: 'fleet: wind' in the reader's language; unknown parts stay as they are."""
    head, colon, tail = what.partition(": ")
    column = 0 if language == "zh" else 1
    name = ITEMS[head][column] if head in ITEMS else head
    if not colon:
        return name
    rest = {**TERMS, **PRICES}.get(tail, (tail, tail))[column]
    return f"{name}：{rest}" if language == "zh" else f"{name}: {rest}"


def flow_note(hour: PowerFlowHour, names: Mapping[str, str], language: Language) -> str:
    """What a planner must know of an AC hour: ties beyond their estimated capability, or why it failed.

    names
        Line id -> name in the language.
    """
    zh = language == "zh"
    if hour.failure is not None:
        return failure_words(hour.failure, names, language)
    if not hour.converged:
        code, _, rest = hour.note.partition(": ")
        if code != "flow_diverged":
            return hour.note
        tie, _, angle = rest.partition(", ")
        degrees = angle.split(" ")[0]
        where = names.get(tie, tie)
        return (
            f"不收敛：{where} 两端相角差 {degrees}°，改用直流潮流显示"
            if zh
            else f"did not converge: {degrees} degrees across {where}; the DC flow is shown instead"
        )
    if not hour.overloaded:
        return ""
    worst = [
        f"{names.get(line, line)} {loading:.0%}"
        for line, loading in list(hour.overloaded.items())[:MOST_TIES]
    ]
    more = len(hour.overloaded) - len(worst)
    if zh:
        return f"{len(hour.overloaded)} 条断面超过估计能力：" + "、".join(worst) + (" 等" if more else "")
    return (
        f"{len(hour.overloaded)} ties beyond their estimated capability: "
        + ", ".join(worst)
        + (f" and {more} more" if more else "")
    )
