"""Chinese for what problems of the market and of settlements found and expect."""

from __future__ import annotations

CASH: dict[str, str] = {
    "spans of whole hours, as 8-11, 17-21": "整点时段, 如 8-11, 17-21",
    "{} again": "{0} 重复",
    "each hour once": "每个小时一次",
    "numbers with commas between": "以逗号分隔的数值",
    "a contract price, for the rule is fixed": "合约电价, 因规则为给定价",
    "hours, for the ratio is not 1": "时段, 因比价不为 1",
    "hours that are not of the peak": "不属于高峰的时段",
    "a price above 0 in some hour of the day": "一日中至少一个小时电价大于 0",
    "at most the cap": "不高于上限",
    "hours 0 to {}, ranges as 0-23, or all": "小时 0 至 {0}, 范围如 0-23, 或 all",
    "a line between provinces of the run, as {}": "本算例的省间线路, 如 {0}",
    "a line as well": "同时指定线路",
    "{} CNY in an hour": "一小时 {0} 元",
    "24, 288 or 8760 values": "24、288 或 8760 个值",
}
