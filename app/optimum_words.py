"""Words (zh/en) of the national optimum: its systems, parts of cost, limits in conflict, weeks and notes."""

from __future__ import annotations

SYSTEMS: dict[str, tuple[str, str]] = {
    "together": ("全国一盘棋", "all together"),
    "existing": ("各省自谋, 仅用既有通道", "each for itself, lines in service only"),
    "none": ("各省自谋, 无省间交换", "each for itself, no exchange"),
}
MONEY: dict[str, tuple[str, str]] = {
    "capital": ("投资年金", "capital"),
    "upkeep": ("固定运维", "fixed operation"),
    "fuel": ("燃料与变动运维", "fuel and variable operation"),
    "storage_use": ("储能充电", "use of storage"),
    "line_use": ("线路使用", "use of lines"),
    "curtailment": ("弃电", "curtailment"),
    "must_run": ("压减必开机组", "must-run pushed down"),
    "rules": ("规则的代价", "price of the rules"),
    "unserved": ("缺供电", "load not served"),
}
THINGS: dict[str, tuple[str, str]] = {
    "wind": ("风电", "wind"),
    "pv": ("光伏", "PV"),
    "battery": ("电池", "battery"),
    "pumped": ("抽水蓄能", "pumped hydro"),
    "coal": ("煤电", "coal"),
    "gas": ("气电", "gas"),
    "nuclear": ("核电", "nuclear"),
    "hydro": ("水电", "hydro"),
    "lines": ("线路", "lines"),
}
LIMITS: dict[str, tuple[str, str]] = {
    "optimum.wind_pv_min_gw": ("风光总装机下限", "least wind and PV in all"),
    "optimum.wind_pv_max_gw": ("风光总装机上限", "most wind and PV in all"),
    "optimum.co2_max_mt": ("年二氧化碳排放上限", "largest CO2 emission of a year"),
    "optimum.renewable_share_min": ("可再生发电占比下限", "least renewable share of generation"),
    "optimum.wind_land": ("风电可用土地", "land for wind"),
    "optimum.pv_land": ("光伏可用土地", "land for PV"),
    "optimum.wind": ("所设风电上限", "bounds set on wind"),
    "optimum.pv": ("所设光伏上限", "bounds set on PV"),
    "optimum.battery": ("所设电池上限", "bounds set on batteries"),
    "optimum.pumped": ("所设抽水蓄能上限", "bounds set on pumped hydro"),
    "optimum.coal": ("所设煤电上限", "bounds set on coal"),
    "optimum.gas": ("所设气电上限", "bounds set on gas"),
    "optimum.lines": ("可建线路的容量", "size of the lines that may be built"),
}
PRICES: dict[str, tuple[str, str, str, str, float]] = {
    "wind_pv_min_gw": ("再多 1 GW 风光", "one GW more of wind and PV", "万元/年", "10k CNY a year", 1e4),
    "wind_pv_max_gw": (
        "允许再多 1 GW 风光可节省",
        "one GW more allowed saves",
        "万元/年",
        "10k CNY a year",
        1e4,
    ),
    "co2_max_mt": ("碳排放再少 1 吨", "one t of CO2 less", "元", "CNY", 1e6),
    "renewable_share_min": (
        "占比再高 1 个百分点",
        "one percentage point more",
        "亿元/年",
        "100m CNY a year",
        1e8,
    ),
}
"""Words, unit, and what the figure of the document is divided by."""
REASONS: dict[str, tuple[str, str]] = {
    "typical": ("典型周", "typical"),
    "peak_residual": ("净负荷最高", "highest residual load"),
    "longest_shortage": ("净负荷均值最高", "highest mean residual load"),
}
NOTES: dict[str, tuple[str, str]] = {
    "existing_costs": (
        "既有电源与线路的投资和固定运维不计: 各方案相同",
        "Capital and fixed operation of what stands are not counted: they are the same in all plans",
    ),
    "tariffs": (
        "输电价不是全国的成本, 不计; 线路按使用计 15 元/MWh (估计)",
        "Transmission tariffs are no cost of the nation and not counted; use of a line counts 15 CNY/MWh (estimated)",
    ),
    "whole": (
        "线路按比例建设, 除非要求整条建设 (--whole-lines)",
        "Lines are built in any proportion unless whole ones are asked for (--whole-lines)",
    ),
    "prices": (
        "各省得失按节点边际电价结算, 目标的代价由建设地承担",
        "Provinces settle at nodal prices; what a target makes dear is paid where it is built",
    ),
}
CONFLICT_HEAD = (
    "目标无法实现。以下先列目标的缺口, 再列为此须放宽的限制:",
    "The target cannot be met. First by how much it is missed, then what would have to give for it:",
)


def money_name(key: str, column: int) -> str:
    """'capital_wind' in words."""
    if key in MONEY:
        return MONEY[key][column]
    kind, _, thing = key.partition("_")
    gap = "" if column == 0 else " "
    return f"{THINGS[thing][column]}{gap}{MONEY[kind][column]}"
