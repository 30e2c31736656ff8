"""Notes of `energymap fault` in both languages."""

from __future__ import annotations

NOTES: dict[str, tuple[str, str]] = {
    "fault_simplified": (
        "频率跌落按单机等值计算, 不计低频减载; 只示量级 (docs/network.md)",
        "the frequency dip is of one equivalent machine a grid: its order, not a record (docs/network.md)",
    ),
    "fault_sources_estimated": (
        "电源等值阻抗按在线机组容量估算, 不含省内电网",
        "source impedances are estimated from machines on line, without the grids inside provinces",
    ),
    "fault_on_line_estimated": (
        "在线容量与旋转备用按机组平均负载率 85% 估算, 调度不做机组组合",
        "machines on line and spinning reserve are estimated at 85 % loading; the dispatch commits no units",
    ),
    "fault_no_emergency_control": (
        "不计稳控切机、其他直流紧急支援与剩余极短时过负荷",
        "no generator tripping, no emergency power of other DC lines, no short-time overload of the other pole",
    ),
}

FAULTS: dict[str, tuple[str, str]] = {
    "pole": ("单极闭锁", "pole block"),
    "bipole": ("双极闭锁", "bipole block"),
    "tie": ("交流联络断开", "loss of an AC tie"),
}
ENDS: dict[str, tuple[str, str]] = {"receiving": ("受端", "receiving"), "sending": ("送端", "sending")}
