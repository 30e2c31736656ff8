"""Chinese for what problems of the national dispatch's case found and expect."""

from __future__ import annotations

DISPATCH: dict[str, str] = {
    "{}, one a line": "{0}, 每条线路一个",
    "{}, one a node": "{0}, 每个节点一个",
    "one a node": "每个节点一个",
    "a blank": "空值",
    "{} kinds": "{0} 个类型",
    "{} names": "{0} 个名称",
    "a node, {} to {}": "节点序号, {0} 至 {1}",
    "a share, or blank in all hours": "比例值, 或所有小时均为空",
    "a synchronous grid for every node": "每个节点所属的同步电网",
    "one synchronous grid, or a blank": "同一同步电网, 或为空",
    "an AC tie from {} to {}": "由 {0} 至 {1} 的交流联络线",
    "none, but {} is given": "无, 但给出了 {0}",
    "{} more rows like these": "另有 {0} 行同样的问题",
    "at least the curtailment cost, {}": "至少为弃电成本, {0}",
    "a line from a node to itself": "首尾为同一节点的线路",
    # a year beside statistics, and what a nation lacks
    "without a year": "不带年份",
    "beside {}": "与 {0} 同用",
    "only with a year, as 2020": "只与年份同用, 如 2020",
    "a year with published energies: {}": "有公布电量的年份: {0}",
    "load of {} TWh, no plant and no line to one": "用电 {0} TWh, 既无电源也无线路",
    "a plant or a line": "电源或线路",
    "a station of hydro_stations.csv": "hydro_stations.csv 中的电站",
    "a line of corridors.csv": "corridors.csv 中的线路",
    "a day as {}": "日期, 如 {0}",
    "nothing: wind, PV and nuclear alone open": "不填: 只有风电、光伏与核电分年初与年末",
    "modelled, but for wind, PV and nuclear": "modelled (风电、光伏与核电除外)",
    "all, but for wind and PV": "all (风电与光伏除外)",
}
