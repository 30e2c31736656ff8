"""Words of the inputs of the national optimum, Chinese and English."""

from __future__ import annotations

OPTIMUM_WORDS: dict[str, tuple[str, str]] = {
    "optimum": ("全国最优", "national optimum"),
    "wind_pv_min_gw": ("风光总装机下限", "least wind and PV in all"),
    "wind_pv_max_gw": ("风光总装机上限", "most wind and PV in all"),
    "co2_max_mt": ("年二氧化碳排放上限", "largest CO2 emission of a year"),
    "build": ("可新建的电源", "what may be built"),
    "new_lines": ("可新建线路", "lines may be built"),
    "corridors": ("可建的线路", "lines that may be built"),
    "whole_lines": ("线路整条建设", "lines whole or not at all"),
    "bounds": ("分地区装机界限", "bounds by node"),
    "technology": ("电源", "technology"),
    "min_mw": ("新增下限", "least that is added"),
    "max_mw": ("新增上限", "most that is added"),
    "existing_year": ("既有风光取自年份", "wind and PV that stood at the end of"),
    "weeks": ("代表周数", "representative weeks"),
    "step_hours": ("周内步长", "step within the weeks"),
}
