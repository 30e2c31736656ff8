"""Words of power-station tables: names of columns, fuels and technologies, states; zh and en, of WRI, GEM and plain."""

from __future__ import annotations

import re
from collections.abc import Mapping

TECHNOLOGIES = (
    "wind", "wind_offshore", "pv", "csp", "hydro", "pumped", "nuclear", "coal", "gas", "oil", "biomass", "waste",
    "geothermal", "battery", "other",
)  # fmt: skip
"""Ours; the first eight of the dispatch by the names of the scenario, offshore wind and CSP apart."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name", "plant/projectname", "plantname", "projectname", "powerplant", "station", "电站名称", "名称", "电厂名称",
        "项目名称", "电站", "电厂",
    ),
    "unit": ("unit/phasename", "unitname", "phasename", "unit", "机组", "机组名称", "期次"),
    "capacity": ("capacity(mw)", "capacitymw", "capacity", "装机容量", "装机", "容量", "额定容量", "装机规模"),
    "fuel": ("fuel", "primaryfuel", "type", "燃料", "能源类型", "类型", "电源类型"),
    "technology": ("generatortechnology", "technology", "technologytype", "技术", "技术类型"),
    "status": ("status", "operationalstatus", "状态", "建设状态", "运行状态"),
    "year": (
        "commissioningdate", "commissioningyear", "startyear", "year", "投产年份", "投产时间", "投运年份", "年份",
    ),
    "country": ("country", "country/area", "countrylong", "国家", "国家/地区"),
}  # fmt: skip
"""Role -> names of its column, without case, spaces, underscores."""

UNITS: Mapping[str, float] = {"MW": 1.0, "kW": 1e-3, "GW": 1e3, "万千瓦": 10.0, "千瓦": 1e-3, "兆瓦": 1.0}
"""MW in one of each."""

_FUELS: tuple[tuple[str, str], ...] = (
    (r"pumped|抽水", "pumped"),
    (r"offshore|海上", "wind_offshore"),
    (r"wind|风", "wind"),
    (r"csp|thermal solar|solar thermal|concentrat|光热|太阳能热", "csp"),
    (r"solar|\bpv\b|photovolt|光伏|太阳能", "pv"),
    (r"nuclear|核", "nuclear"),
    (r"battery|batteries|储能|电池", "battery"),
    (r"geothermal|地热", "geothermal"),
    (r"waste|landfill|garbage|refuse|垃圾|填埋", "waste"),
    (r"bio|wood|bagasse|straw|生物质|秸秆|沼气", "biomass"),
    (r"coal|lignite|anthracite|petcoke|煤", "coal"),
    (r"oil|diesel|petroleum|燃油|石油|柴油", "oil"),
    (r"gas|lng|燃气|天然气", "gas"),
    (r"hydro|water|水电|水力", "hydro"),
)
_STATES: tuple[tuple[str, str], ...] = (
    (r"retired|shut|decommission|退役|关停", "retired"),
    (r"cancel|shelved|取消|搁置", "cancelled"),
    (r"pre-?construction|announced|permit|planned|proposed|development|规划|拟建|前期|核准", "planned"),
    (r"construction|在建|建设中", "construction"),
    (r"mothball|停运|封存", "mothballed"),
    (r"operat|commission|在运|运行|投产|投运", "operating"),
)
CHINA = re.compile(
    r"^(chn|hkg|twn|mac|cn|hk|tw|mo)$|china|hong kong|taiwan|maca[uo]|中国|香港|澳门|台湾", re.IGNORECASE
)


def plain(name: str) -> str:
    """A column's name without what people write differently."""
    return re.sub(r"[\s_]+", "", name.strip().lower().lstrip("\ufeff"))


def technology_of(fuel: str, technology: str = "") -> str | None:
    """Our technology of what a table says; None where it says nothing we know.

    The technology is asked first where it tells more than the fuel: pumped storage, offshore wind, CSP.
    """
    for pattern, ours in _FUELS[:2]:
        if re.search(pattern, f"{technology} {fuel}", re.IGNORECASE):
            return ours
    if re.search(r"solar|太阳能", fuel, re.IGNORECASE) and re.search(
        r"thermal|csp|光热", technology, re.IGNORECASE
    ):
        return "csp"
    for text in (fuel, technology):
        for pattern, ours in _FUELS:
            if text and re.search(pattern, text, re.IGNORECASE):
                return ours
    return None


def status_of(text: str) -> str:
    """Our state of what a table says; 'unknown' where it says nothing."""
    if not text.strip():
        return "unknown"
    return next((ours for pattern, ours in _STATES if re.search(pattern, text, re.IGNORECASE)), "unknown")


def unit_in(column: str) -> str:
    """The unit a column's name gives, '' where none."""
    found = re.search(
        r"万千瓦|兆瓦|千瓦|(?<![a-z])(?:mw|gw|kw)(?![a-z])", column.replace("_", " "), re.IGNORECASE
    )
    if not found:
        return ""
    text = found[0]
    return {"mw": "MW", "gw": "GW", "kw": "kW"}.get(text.lower(), text)
