"""How each line is operated: least power, ramp, day curve or free, contracted energy; each with its reason.

No document publishes these for a line, so they are estimates by the kind of the line and of what feeds it, unless
its row or the scenario says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gis_layers.provenance import Tier
from planning.corridors import AC_KINDS, Corridor
from planning.table_rows import weakest

Rule = Literal["free", "curve"]

PEAK_HOURS = (7, 23)
"""[from, to) hours of the day (UTC+8) in which a curve runs at its full level."""
VALLEY_SHARE = 0.6
"""Level of the other hours. The same two steps as the sizing of a base with coal behind it asks for."""
TWO_STEP_CURVE: tuple[float, ...] = tuple(
    1.0 if PEAK_HOURS[0] <= hour < PEAK_HOURS[1] else VALLEY_SHARE for hour in range(24)
)
LCC_MIN_POWER_SHARE = 0.1
"""Line-commutated converters block below about 10 % of rated current: the current would become intermittent."""
LCC_RAMP_SHARE_PER_H = 0.4
"""Schedules of LCC lines move in a few steps a day, filters and tap changers with them; one step of the curve."""
VSC_RAMP_SHARE_PER_H = 1.0
"""Voltage-sourced converters go from nothing to rated power within the hour and far faster."""

_CURVE_SUPPLIES = ("coal", "coal_hydro", "coal_renewable")

_TWO_STEPS = (
    "; thermal plant behind the line, so a day curve of two steps, 7-23 h at 100 % and 60 % at night; "
    "general knowledge"
)
_TWO_STEPS_ZH = "; 线路配套火电, 故按两段日曲线: 7-23 时 100 %, 夜间 60 %; 一般常识"
_LCC = "estimate: LCC converters, at least 10 % of rated power and 40 % an hour"
_LCC_ZH = "估算: 常规直流换流站, 不低于额定功率 10 %, 每小时变化至多 40 %"
_VSC = "estimate: VSC converters, no least power, 100 % an hour"
_VSC_ZH = "估算: 柔性直流换流站, 无最小功率, 每小时变化至多 100 %"
_B2B = (
    "estimate: a back-to-back station that exchanges both ways, no least power, 100 % an hour; "
    "general knowledge"
)
_WORDS: dict[str, tuple[str, str]] = {
    "lcc": (_LCC_ZH + "; 其间不定曲线; 一般常识", _LCC + "; free between; general knowledge"),
    "curve": (_LCC_ZH + _TWO_STEPS_ZH, _LCC + _TWO_STEPS),
    "reversible": (
        "估算: 可反送的常规直流换流站, 无最小功率, 每小时变化至多 40 %; 不定曲线; 一般常识",
        "estimate: LCC converters that reverse, no least power, 40 % an hour; free; general knowledge",
    ),
    "vsc": (_VSC_ZH + "; 不定曲线; 一般常识", _VSC + "; free; general knowledge"),
    "vsc_curve": (_VSC_ZH + _TWO_STEPS_ZH, _VSC + _TWO_STEPS),
    "b2b": (
        "估算: 双向交换的背靠背换流站, 无最小功率, 每小时变化至多 100 %; 一般常识",
        _B2B,
    ),
    "ac": ("交流: 功率随电网分布, 无自身运行约束", "AC: power follows the grid; no rule of its own"),
}
_SOURCES = {key: en for key, (_, en) in _WORDS.items()}
SOURCES_ZH: dict[str, str] = {en: zh for zh, en in _WORDS.values()}
"""The usual rules' reasons in Chinese."""


@dataclass(frozen=True, slots=True)
class OperatingRule:
    """What the dispatch of a line has to keep, in shares of its rated power at the sending end."""

    rule: Rule
    """free: any power between the limits, hour by hour. curve: a curve the planner gave is the schedule, kept
    but for a price; an estimated one is the most of every hour, below which the dispatch is free."""
    min_power_share: float
    """Least power sent while the line runs, 0..1 of the rated power; 0 for lines that reverse. Whether a line is
    blocked is no choice of a linear dispatch, so it holds in every hour."""
    ramp_share_per_h: float | None
    """Largest change from hour to hour, of the rated power; None: no limit."""
    day_curve: tuple[float, ...] | None
    """24 shares of the level of the day, 0..1, the largest 1; hour 0 is 0:00-1:00 UTC+8. None where free."""
    annual_full_load_hours: float | None
    """Contracted energy of a year over the rated power, at the sending end [h/a]; None: no contract known."""
    source: str
    tier: Tier


def operating_rule(line: Corridor) -> OperatingRule:
    """The rule of a line: what its row gives, and for the rest the usual one of its kind and of what feeds it.

    Defaults: LCC and hybrid lines at least 10 % of rated power (their rectifiers are line-commutated) and 40 % an
    hour; VSC and back-to-back no least power and 100 % an hour; lines that reverse no least power; AC nothing. Lines
    with coal behind them follow a day curve of two steps; hydropower, wind and sun alone, exchange and the planner's
    own lines are free. No contracted energy is assumed.
    """
    usual = _usual(line)
    given = (
        line.rule, line.min_power_share, line.ramp_share_per_h, line.day_curve, line.annual_full_load_hours,
    )  # fmt: skip
    if all(value is None for value in given):
        return usual
    # A curve that is given is followed, whatever is usual for the kind.
    rule: Rule = line.rule or ("curve" if line.day_curve is not None else usual.rule)
    curve = line.day_curve or usual.day_curve or TWO_STEP_CURVE
    source, tier = line.operating_source or line.source, line.operating_tier or line.tier
    complete = all(value is not None for value in given[1:3]) and (line.rule is not None or line.day_curve)
    return OperatingRule(
        rule=rule,
        min_power_share=_or(line.min_power_share, usual.min_power_share),
        ramp_share_per_h=line.ramp_share_per_h
        if line.ramp_share_per_h is not None
        else usual.ramp_share_per_h,
        day_curve=curve if rule == "curve" else None,
        annual_full_load_hours=line.annual_full_load_hours,
        source=source if complete else f"{source}; {usual.source}",
        tier=tier if complete else weakest(tier, usual.tier),
    )


def _or(value: float | None, usual: float) -> float:
    return usual if value is None else value


def _usual(line: Corridor) -> OperatingRule:
    if line.kind in AC_KINDS:
        return OperatingRule("free", 0.0, None, None, None, _SOURCES["ac"], "estimated")
    if line.kind == "b2b":
        return OperatingRule("free", 0.0, VSC_RAMP_SHARE_PER_H, None, None, _SOURCES["b2b"], "estimated")
    curve = line.supply in _CURVE_SUPPLIES and not line.bidirectional
    shape = TWO_STEP_CURVE if curve else None
    rule: Rule = "curve" if curve else "free"
    if line.kind == "vsc":
        source = _SOURCES["vsc_curve" if curve else "vsc"]
        return OperatingRule(rule, 0.0, VSC_RAMP_SHARE_PER_H, shape, None, source, "estimated")
    if line.bidirectional:
        # Power passes through zero: without a decision whether the line is blocked there is no least power.
        return OperatingRule(
            "free", 0.0, LCC_RAMP_SHARE_PER_H, None, None, _SOURCES["reversible"], "estimated"
        )
    source = _SOURCES["curve" if curve else "lcc"]
    return OperatingRule(rule, LCC_MIN_POWER_SHARE, LCC_RAMP_SHARE_PER_H, shape, None, source, "estimated")
