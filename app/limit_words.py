"""Words (zh/en) for the limits of a base: in conflicts, and for what one more unit of each is worth.

A limit's id is `planning.sizing`'s; a test holds the list against it.
"""

from __future__ import annotations

from typing import Literal

from app.optimum_words import LIMITS as OPTIMUM_LIMITS

LIMITS: dict[str, tuple[str, str]] = {
    "full_load_hours_min": ("通道利用小时下限", "least full-load hours of the channel"),
    "full_load_hours_max": ("通道利用小时上限", "most full-load hours of the channel"),
    "renewable_share_min": ("可再生占比下限", "least renewable share"),
    "curtailment_max_share": ("弃电率上限", "largest curtailment rate"),
    "thermal_share_max": ("火电电量占比上限", "largest share of thermal energy"),
    "storage_power_share_min": ("储能功率占新能源装机下限", "least storage power over wind and PV"),
    "storage_hours_min": ("储能时长下限", "least hours of storage"),
    "co2_max_t": ("年二氧化碳排放上限", "largest CO2 emission of a year"),
    "co2_intensity_max_t_per_mwh": ("二氧化碳排放强度上限", "largest CO2 intensity"),
    "land_km2_max": ("用地上限", "most land"),
    "investment_max_cny": ("投资上限", "most investment"),
    "battery_max_cycles": ("电池年循环次数上限", "most battery cycles a year"),
    "hydrogen_t": ("年制氢量下限", "least hydrogen of a year"),
    "channel_mw": ("通道容量", "channel capacity"),
    "wind_max_mw": ("风电装机上限", "most wind capacity"),
    "pv_max_mw": ("光伏装机上限", "most PV capacity"),
    "pv_fixed_max_mw": ("固定式光伏装机上限", "most fixed PV capacity"),
    "pv_tracked_max_mw": ("跟踪式光伏装机上限", "most tracked PV capacity"),
    "csp_max_mw": ("光热装机上限", "most CSP capacity"),
    "battery_max_mw": ("电池功率上限", "most battery power"),
    "battery_max_mwh": ("电池电量上限", "most battery energy"),
    "pumped_max_mw": ("抽水蓄能装机上限", "most pumped hydro capacity"),
    "thermal_max_mw": ("火电装机上限", "most thermal capacity"),
    "electrolyser_max_mw": ("电解槽装机上限", "most electrolyser capacity"),
    "capacity_bounds": ("装机给定值与上下限", "given capacities and their bounds"),
}

_UNITS: dict[str, tuple[str, str]] = {
    "%": ("个百分点", "percentage points"),
    "h": ("小时", "h"),
    "km2": ("平方公里", "km2"),
    "t": ("吨", "t"),
    "t/MWh": ("吨/兆瓦时", "t/MWh"),
    "CNY": ("元", "CNY"),
    "1/a": ("次/年", "cycles a year"),
}


def limit_name(limit: str, language: Literal["zh", "en"]) -> str:
    """A limit in words, with its id; the id alone where there are none."""
    found = LIMITS.get(limit) or OPTIMUM_LIMITS.get(limit)
    return limit if found is None else f"{found[0 if language == 'zh' else 1]} ({limit})"


def limit_unit(unit: str, language: Literal["zh", "en"]) -> str:
    """The unit a limit gives by, in words."""
    found = _UNITS.get(unit)
    return unit if found is None else found[0 if language == "zh" else 1]
