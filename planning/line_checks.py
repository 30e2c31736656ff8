"""What is wrong with a line or an AC tie: ends, limits, curves, prices; the same for tables and for scenarios."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from planning.corridors import AC_KINDS, AC_KV, Corridor, Interface
from planning.operating_rules import OperatingRule, operating_rule
from planning.provinces import NodePlace

DC_KV = (50.0, 1500.0)
"""Of DC lines and back-to-back stations: no other voltage has ever been built or proposed. [kV]"""
_ROUNDING = 1e-9


class Fault(NamedTuple):
    """One thing that is wrong."""

    field: str
    found: str
    expected: str


def line_faults(line: Corridor, places: Container[str]) -> Iterator[Fault]:
    """What is wrong with a line beyond its single columns; `places` are the nodes by id."""
    for end in ("from_node", "to_node"):
        node = getattr(line, end)
        if node is None and not (end == "from_node" and line.scope == "foreign"):
            yield Fault(end, "nothing", "a node id: a line has two ends")
        elif node is not None and node not in places:
            yield Fault(end, str(node), "a node of nodes.csv")
    if line.scope == "interprovincial" and line.from_node is not None and line.from_node == line.to_node:
        yield Fault("to_node", line.to_node, "another node than from_node")
    if line.km == 0 and line.kind != "b2b":
        yield Fault("km", "0", "a length above 0; only a back-to-back station has none")
    yield from _kv_faults(line)
    yield from _price_faults(line)
    yield from _limit_faults(line)


def tie_faults(tie: Interface, places: Mapping[str, NodePlace]) -> Iterator[Fault]:
    """What is wrong with an AC tie."""
    ends = [places.get(tie.from_node), places.get(tie.to_node)]
    for key, node, place in zip(("from_node", "to_node"), (tie.from_node, tie.to_node), ends, strict=True):
        if place is None:
            yield Fault(key, node, "a node of nodes.csv")
    if tie.from_node == tie.to_node:
        yield Fault("to_node", tie.to_node, "another node than from_node")
    elif ends[0] is not None and ends[1] is not None and ends[0].sync_area != ends[1].sync_area:
        yield Fault("sync_area", f"{ends[0].sync_area}, {ends[1].sync_area}", "one synchronous grid")
    if tie.km <= 0:
        yield Fault("km", f"{tie.km:g}", "a length above 0: without it the impedance is 0")
    if tie.kv not in AC_KV:
        yield Fault("kv", f"{tie.kv:g}", "500, 750 or 1000 kV for AC")
    if tie.circuits < 1:
        yield Fault("circuits", f"{tie.circuits}", "1 or more")
    if tie.stated_mw is not None and tie.stated_mw <= 0:
        yield Fault("stated_mw", f"{tie.stated_mw:g}", "a power above 0, or nothing")


def _kv_faults(line: Corridor) -> Iterator[Fault]:
    if line.kind in AC_KINDS:
        if line.kv not in AC_KV:
            yield Fault("kv", f"{line.kv:g}", "500, 750 or 1000 kV for AC")
    elif not DC_KV[0] <= line.kv <= DC_KV[1]:
        yield Fault("kv", f"{line.kv:g}", f"{DC_KV[0]:g} to {DC_KV[1]:g} kV for DC")


def _price_faults(line: Corridor) -> Iterator[Fault]:
    if line.tariff_incl_loss_cny_per_mwh is not None and line.tariff_excl_loss_cny_per_mwh is not None:
        yield Fault("tariff", "with and without loss", "one of the two")
    start, stop = line.tariff_valid_from, line.tariff_valid_to
    if start and stop and stop < start[: len(stop)]:
        yield Fault("tariff_valid_to", stop, f"no day before tariff_valid_from, {start}")


def _limit_faults(line: Corridor) -> Iterator[Fault]:
    """Limits that contradict each other: no hour could keep them."""
    rule = operating_rule(line)
    if line.rule == "free" and line.day_curve is not None:
        yield Fault("day_curve", "a curve with rule = 'free'", "rule = 'curve', or no day curve")
    if line.kind in ("ac", "uhvac") and _given(line):
        yield Fault(_given(line)[0], "a rule of a line within an AC grid", "none: its power follows the grid")
        return
    if line.bidirectional and rule.min_power_share > 0:
        yield Fault(
            "min_power_share",
            f"{rule.min_power_share:g} of a line that goes both ways",
            "0: its power passes through 0",
        )
    if line.bidirectional and rule.annual_full_load_hours is not None:
        # The dispatch would send it there and back at once.
        yield Fault(
            "annual_full_load_hours",
            f"{rule.annual_full_load_hours:g} h of a line that goes both ways",
            "nothing: contracted energy goes one way",
        )
        return
    yield from _curve_faults(rule)
    yield from _energy_faults(rule)


def _given(line: Corridor) -> list[str]:
    names = ("rule", "min_power_share", "ramp_share_per_h", "day_curve", "annual_full_load_hours")
    return [name for name in names if getattr(line, name) is not None]


def _curve_faults(rule: OperatingRule) -> Iterator[Fault]:
    curve = rule.day_curve
    if curve is None:
        return
    if max(curve) == 0:
        yield Fault("day_curve", "0 in every hour", "a share above 0")
        return
    if min(curve) < rule.min_power_share - _ROUNDING:
        yield Fault(
            "day_curve",
            f"{min(curve):g} in its lowest hour",
            f"at least min_power_share, {rule.min_power_share:g}",
        )
    step = max(abs(curve[hour] - curve[hour - 1]) for hour in range(1, 24))
    if rule.ramp_share_per_h is not None and step > rule.ramp_share_per_h + _ROUNDING:
        yield Fault(
            "ramp_share_per_h",
            f"{rule.ramp_share_per_h:g}",
            f"at least the largest step of the day curve, {step:g}",
        )


def _energy_faults(rule: OperatingRule) -> Iterator[Fault]:
    hours = rule.annual_full_load_hours
    if hours is None:
        return
    least = 8760.0 * rule.min_power_share
    most = 365.0 * sum(rule.day_curve) if rule.day_curve is not None else 8760.0
    if not least - _ROUNDING <= hours <= most + _ROUNDING:
        yield Fault(
            "annual_full_load_hours",
            f"{hours:g}",
            f"{least:g} to {most:g}: what least power and day curve leave",
        )
