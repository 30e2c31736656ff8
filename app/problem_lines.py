"""Chinese for what is found wrong with lines and AC ties, in tables and in scenarios, and for what is expected."""

from __future__ import annotations

LINES: dict[str, str] = {
    # expected
    "a node id: a line has two ends": "节点编号: 线路须有两端",
    "a length above 0; only a back-to-back station has none": "大于 0 的长度; 只有背靠背换流站没有长度",
    "a length above 0: without it the impedance is 0": "大于 0 的长度: 否则阻抗为 0",
    "{} kV for DC": "直流为 {0} kV",
    "{} to {} kV for DC": "直流为 {0} 至 {1} kV",
    "1 or more": "1 或以上",
    "a power above 0, or nothing": "大于 0 的功率, 或留空",
    "no day before tariff_valid_from, {}": "不早于 tariff_valid_from ({0}) 的日期",
    "rule = 'curve', or no day curve": "rule = 'curve', 或不给日曲线",
    "none: its power follows the grid": "不填: 其功率随电网分布",
    "0: its power passes through 0": "0: 其功率经过 0",
    "nothing: contracted energy goes one way": "不填: 合约电量只有一个方向",
    "a share above 0": "大于 0 的比例",
    "at least min_power_share, {}": "不低于 min_power_share ({0})",
    "at least the largest step of the day curve, {}": "不低于日曲线的最大台阶, {0}",
    "{} to {}: what least power and day curve leave": "{0} 至 {1}: 最小功率与日曲线所允许的范围",
    "a line of the table, not of a scenario": "表中的线路, 而非情景的线路",
    "a line id of corridors.csv or interfaces.csv": "corridors.csv 或 interfaces.csv 中的线路编号",
    "one figure at least that is changed": "至少一项改动",
    "mw or year": "mw 或 year",
    "the tie, {}": "该交流断面, {0}",
    "a line between two nodes": "两个节点之间的线路",
    "a line this scenario changes": "此情景改动过的线路",
    "a line that is not yet left out": "尚未退役的线路",
    "a line that is left out": "已退役的线路",
    "24 shares, or spans that cover the day, as 0-7 60 %; 7-23 100 %; 23-24 60 %": (
        "24 个比例, 或覆盖全天的时段, 如 0-7 60 %; 7-23 100 %; 23-24 60 %"
    ),
    "a scenario, whose state of lines this is": "情景, 此为其中线路的状态",
    # found
    "{} of a line that goes both ways": "双向线路的 {0}",
    "{} {} times": "{0} 出现 {1} 次",
    "{} h of a line that goes both ways": "双向线路的 {0} 小时",
    "a curve with rule = 'free'": "rule = 'free' 却有日曲线",
    "a rule of a line within an AC grid": "交流电网内线路的运行约束",
    "0 in every hour": "各小时均为 0",
    "{} in its lowest hour": "最低小时为 {0}",
    "a figure of an AC tie": "交流断面没有此项",
    "{}, a part of the AC tie {}": "{0}, 交流断面 {1} 的一部分",
    "{}, a line within one node": "{0}, 节点内部的线路",
    "{} numbers": "{0} 个数",
    "hour {} again": "第 {0} 小时重复",
    "nothing for hour {}": "缺第 {0} 小时",
}
