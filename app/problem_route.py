"""Chinese for what problems of new lines, outages and ensembles found and expect."""

from __future__ import annotations

ROUTE: dict[str, str] = {
    "'lon,lat' in degrees, a node by id or name, or a line of corridors.csv by id (ID or ID/to)": (
        "以度为单位的 '经度,纬度', 节点编号或名称, 或 corridors.csv 中线路的编号 (编号 或 编号/to)"
    ),
    "a place on land, not in a lake": "陆地上的地点, 不在湖中",
    "{} to {} kV for DC": "直流为 {0} 至 {1} kV",
    "{} and {}, {} km apart": "{0} 与 {1}, 相距 {2} km",
    "two places at least 1 km apart": "相距至少 1 km 的两地",
    "ends that a way over China's land and straits joins, around what is excluded": (
        "可经中国陆地与海峡、绕开禁入区连通的两端"
    ),
    "none from {} to {}": "从 {0} 到 {1} 没有路径",
    "{} MW over {} km at {} kV": "{2} kV 下 {1} km 输送 {0} MW",
    "at most {} MW, with {} circuits": "至多 {0} MW, 共 {1} 回",
    "a line id, and where it is not the whole year MM-DD..MM-DD, as 'jiquan 07-01..07-15'": (
        "线路编号, 非全年时加 月-日..月-日, 如 'jiquan 07-01..07-15'"
    ),
    "days of a year of 365 days, MM-DD": "365 天之内的日期, 月-日",
    "a line id of corridors.csv or of the scenario": "corridors.csv 或情景中的线路编号",
    "a DC line or a back-to-back; an AC line can be left out for the whole year by 'lines.without'": (
        "直流线路或背靠背; 交流线路只能用 'lines.without' 全年不计入"
    ),
    "whole numbers and ranges, as {}": "整数与区间, 如 {0}",
    "numbers, as {}": "数值, 如 {0}",
    "{} has generated weather": "{0} 用的是生成的气象",
    "at most {} values": "至多 {0} 个值",
}
