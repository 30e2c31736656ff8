"""What a dispatched year says of itself, in Chinese and English: how far from the best, why energy was curtailed, who
went short, which reserve was missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from planning.results import NationalResult
from planning.tables import load_tables
from planning.words import Language, UnitSystem, percent, shown, unit

Pair = tuple[str, str]
Line = tuple[Pair, str, float]
"""What it is, its figure with unit, and the bare figure to sort by."""

CAUSE_WORDS: dict[str, Pair] = {
    "blocked": ("省内送出受限", "grid inside the province"),
    "no_outlet": ("无外送线路", "no line leads out"),
    "line_limit": ("断面或通道满载", "line or section full"),
    "schedule": ("计划曲线或合约", "day curve or contract"),
    "ramp": ("爬坡受限", "ramping"),
    "kirchhoff": ("交流潮流分布", "flow shared over AC loops"),
    "must_run": ("机组最小出力", "least output of plant"),
    "storage_full": ("储能已满", "storage full"),
    "surplus": ("全网供大于求", "surplus everywhere"),
}
AREA_WORDS: dict[str, Pair] = {
    "NC": ("华北—华中", "North and Central"),
    "NE": ("东北", "Northeast"),
    "NW": ("西北", "Northwest"),
    "E": ("华东", "East"),
    "SW": ("西南", "Southwest"),
    "S": ("南方", "South"),
    "YN": ("云南", "Yunnan"),
}
MOST_SHORT = 5
LEAST_MWH = 1.0
SMALL_MWH = 1e6
"""Below it in GWh or 万千瓦时: in TWh nothing would be left of it."""


def moment(hour: int) -> str:
    """Month, day and hour of an hour of the 8,760."""
    return f"{datetime(2021, 1, 1) + timedelta(hours=hour):%m-%d %H:00}"


def year_lines(national: NationalResult, language: Language, units: UnitSystem) -> list[Line]:
    """A line a fact; what a result of an older program does not hold is left out."""
    names = {key: (node.name_zh, node.name_en) for key, node in load_tables().node_by_id.items()}
    column = 0 if language == "zh" else 1

    def energy(mwh: float) -> str:
        kind = "energy_mwh" if mwh >= SMALL_MWH else "storage_mwh"
        return f"{shown(mwh, kind, units)} {unit(kind, units, language)}"

    def power(mw: float) -> str:
        return f"{shown(mw, 'power_mw', units)} {unit('power_mw', units, language)}"

    lines: list[Line] = []
    if national.gap_share is not None:
        words = ("与全年整体优化的差距（上限）", "gap to the undivided year, at most")
        lines.append((words, percent(national.gap_share, 2), national.gap_share))
    for cause, twh in (national.curtailed_twh_by_cause or {}).items():
        named = CAUSE_WORDS[cause]
        lines.append(((f"弃风弃光：{named[0]}", f"curtailed: {named[1]}"), energy(twh * 1e6), twh * 1e6))
    if national.reserve_short_mwh is not None and not national.reserve_short_mwh:
        lines.append((("旋转备用", "spinning reserve"), ("各小时均满足", "kept in every hour")[column], 0.0))
    for area, mwh in (national.reserve_short_mwh or {}).items():
        named = AREA_WORDS.get(area, (area, area))
        lines.append(((f"备用缺口：{named[0]}电网", f"reserve short: {named[1]} grid"), energy(mwh), mwh))
    for short in national.shortages[:MOST_SHORT]:
        named = names.get(short.node, (short.node, short.node))
        hours = f"{short.hours} {'小时' if language == 'zh' else 'h'}"
        most = ("最大", "at most")[column]
        said = f"{energy(short.mwh)}, {hours}, {most} {power(short.worst_mw)} ({moment(short.worst_hour)})"
        lines.append(((f"缺电：{named[0]}", f"short of power: {named[1]}"), said, short.mwh))
    return lines
