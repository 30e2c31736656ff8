"""Chinese for what problems of a new line's ends and figures found and expect."""

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
}
