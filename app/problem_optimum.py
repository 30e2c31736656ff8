"""Chinese for what problems of the national optimum's question found and expect."""

from __future__ import annotations

OPTIMUM: dict[str, str] = {
    "a node id or the id of a base": "节点编号或基地编号",
    "at least min_mw, {}": "不小于 min_mw, 即 {0}",
    "at least wind_pv_min_gw, {}": "不小于 wind_pv_min_gw, 即 {0}",
    "a technology that may be built": "可新建的电源",
    "each node and technology once": "每个节点的每种电源只写一次",
    "wind, pv or battery at a base": "基地处只能是 wind、pv 或 battery",
    "a line of corridors.csv not in service, or an own line": "corridors.csv 中未投运的线路, 或自定线路",
    "a target, here or in the file of the scenario": "一个目标, 写在此处或情景文件中",
    "wind, pv, a thermal plant or a storage": "wind、pv、火电或储能",
    "one value a node": "每个节点一个值",
    "one value a node and hour": "每个节点每小时一个值",
    "another shape": "数组形状不同",
    "above max_mw or below 0": "大于 max_mw 或小于 0",
    "0 to max_mw at every node": "每个节点在 0 至 max_mw 之间",
    "hours of storage": "储能小时数",
    "a cost above 0": "大于 0 的成本",
    "ends, size or loss": "端点、容量或线损",
    "a line between two nodes": "两个节点之间的线路",
    "a line that is not in service": "未投运的线路",
    "at least a week, {}": "至少一周, 即 {0}",
}
