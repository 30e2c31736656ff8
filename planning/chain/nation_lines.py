"""Corridors, AC ties and the ties of bases as lines of the dispatch, with how each is operated.

What no table holds is a constant here, with its reason; docs/chain.md repeats them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from gis_layers.errors import Problem
from planning.chain.contracts import MONTH_OF_HOUR, SURPLUS, coal_share, hydro_share
from planning.corridors import Corridor, Interface, in_service, loss_share, tariff
from planning.dispatch.case import Lines
from planning.network.model import Tie
from planning.operating_rules import OperatingRule, operating_rule
from planning.outages import hours_out
from planning.scenario import BaseSpec, Scenario
from planning.table_rows import DATA, Row, raise_if, read_table
from planning.tables import Tables

Array = NDArray[np.float64]
HOURS = 8760

AC_HURDLE_CNY_PER_MWH = 15.0
"""Price on inter-provincial AC exchange: between 10 and 30 in most agreements; keeps power from circling."""
B2B_HURDLE_CNY_PER_MWH = 25.0
TIE_LOSS_SHARE = 0.005
"""Of the step-up from a base's converter station to its province's 750 or 500 kV grid."""
TIE_HURDLE_CNY_PER_MWH = 5.0
AC_BARRIER_CNY_PER_MWH = 25.0
"""The same where lines run by contract: provinces ran their own plants first. One figure for all ties, set so that the
energy between provinces comes near the published total of 2020 (1,536 TWh); docs/chain.md says how near."""
DC_AVAILABLE_SHARE = 0.95
"""Energy availability of a DC line: planned outages of ten days a year and forced ones of single poles (general
knowledge). They are planned outside the months of high load, so those have all of it and the others the less."""
_HIGH_LOAD_MONTHS = (1, 6, 7, 8, 9, 12)
PLANT_TIES = frozenset({"110000-150000W-500"})
"""Circuits of plants that stand in the receiver's grid (Tuoketuo to Beijing): no loop through the sender's, so no part
in Kirchhoff's law between provinces."""
LIMITS_KNOWN_THROUGH = 2025
"""Limits below the rated power were of their time: later years run at the rated power."""
_RAMP_THAT_BINDS = 1.0
"""A line that goes from nothing to rated power within the hour has no ramp in an hourly model."""


@dataclass(frozen=True, slots=True)
class LineInfo:
    """What a line of the dispatch is: a corridor, an AC tie, or the tie of a base to its province."""

    id: str
    corridor: Corridor | None
    interface: Interface | None
    base_id: str | None


class LineLimit(Row):
    """Most a line carried from a day on, below its rated power (`line_limits.csv`); holds until its next row."""

    id: str
    line_id: str
    mw: Annotated[float, Field(ge=0)]
    """At the sending end."""

    @property
    def day(self) -> date:
        """First day; `date` is YYYY-MM-DD."""
        return date.fromisoformat(self.date)


@lru_cache(maxsize=1)
def line_limits() -> tuple[LineLimit, ...]:
    """The table, in the order of days; InputError with every bad row and unknown day."""
    rows = read_table(DATA / "line_limits.csv", LineLimit)
    problems: list[Problem] = []
    for row in rows:
        try:
            date.fromisoformat(row.date)
        except ValueError:
            problems.append(Problem("line_limits.csv", row.id, row.date, "a day as 2020-07-01"))
    raise_if(problems)
    return tuple(sorted(rows, key=lambda row: row.day))


def hour_of(day: date, year: int) -> int:
    """First hour of a day in the 8,760 of a year, within 0 and 8,760; 29 February is 1 March."""
    if day.year != year:
        return 0 if day.year < year else HOURS
    before = (day - date(year, 1, 1)).days
    leap = before >= 60 and (date(year, 3, 1) - date(year, 2, 28)).days == 2
    return 24 * (before - (1 if leap else 0))


@lru_cache(maxsize=1)
def dc_available() -> Array:
    """(hour,) share of a DC line in service, of mean `DC_AVAILABLE_SHARE`; read-only."""
    high = np.isin(MONTH_OF_HOUR + 1, _HIGH_LOAD_MONTHS)
    share = np.where(high, 1.0, 1.0 - (1.0 - DC_AVAILABLE_SHARE) * HOURS / np.count_nonzero(~high))
    share.setflags(write=False)
    return share


def carried_share(line: Corridor, rule: OperatingRule, year: int, limits: Iterable[LineLimit]) -> Array:
    """(hour,) most the line carries in a year, share of its rated power.

    Nothing before the day it opened where `date` tells one of this year; its limits of that time; outages of a DC
    line in the months they are planned into; and of a line that usually follows a day curve the curve as a ceiling.
    A curve the planner gave is no ceiling but the schedule (`_corridor`).
    """
    share = np.ones(HOURS)
    assert line.mw is not None
    # What held the table's power does not hold a rated power of the planner's own.
    held = year <= LIMITS_KNOWN_THROUGH and "mw" not in line.changed_fields
    for limit in limits if held else ():
        if limit.line_id in (line.id, line.parent):
            share[hour_of(limit.day, year) :] = min(limit.mw / line.mw, 1.0)
    if line.status == "in_service" and len(line.date) == len("2020-12-30"):
        share[: hour_of(date.fromisoformat(line.date), year)] = 0.0
    if line.result_kind != "ac":
        share *= dc_available()
    if rule.day_curve is not None and line.day_curve is None:
        share *= np.tile(rule.day_curve, HOURS // 24)
    return share


def tie_reactance_ohm(tie: Interface | Corridor, mw: float) -> float:
    """Series reactance of an AC tie as the power flow has it (`planning.network.model.Tie`). [ohm at 500 kV]"""
    return Tie(tie.id, 0, 1, tie.kv, tie.circuits, tie.km, mw).series_ohm[1]


@dataclass(frozen=True, slots=True)
class _Line:
    info: LineInfo
    kind: str
    start: int
    end: int
    mw: float
    reverse_mw: float
    loss: float
    cost: float
    carried: Array | None = None
    contract: Array | None = None
    curve: Array | None = None
    min_power: float = 0.0
    ramp: float = np.inf
    reactance: float = np.nan
    least_mwh: float = 0.0


def lines_of(
    scenario: Scenario,
    tables: Tables,
    specs: Iterable[BaseSpec],
    at: Mapping[str, int],
    load_mw: Array | None = None,
    inflow_mw: Array | None = None,
) -> tuple[Lines, tuple[LineInfo, ...]]:
    """The lines of a scenario.

    Parameters
    ----------
    tables
        With the scenario's own lines among the corridors.
    specs
        Bases of the scenario.
    at
        Index of every node and base.
    load_mw, inflow_mw : (node, hour), optional
        Load, and water the turbines can use: what contracts go by where lines run by contract.
    """
    specs = tuple(specs)
    by_contract = scenario.lines.operation == "by_contract"
    of_base = {spec.corridor_id: spec.id for spec in specs if spec.corridor_id}
    without, out = set(scenario.lines.without), hours_out(scenario.lines.outages)
    rows: list[_Line] = []
    for line in in_service(tables.corridors, scenario.lines.in_service_by, scenario.lines.also):
        if line.id in without or line.parent in without or line.from_node is None or line.mw is None:
            continue
        row = _corridor(line, scenario.year, of_base.get(line.id), at)
        if (
            by_contract
            and row.curve is None
            and row.info.base_id is None
            and load_mw is not None
            and inflow_mw is not None
        ):
            row = _under_contract(row, line, tables, scenario.year, load_mw[row.end], inflow_mw[row.start])
        for name in {line.id, line.parent or line.id} & out.keys():
            row = _without_hours(row, out[name])
        rows.append(row)
    for tie in tables.interfaces_by(scenario.lines.in_service_by):
        if tie.id in without:
            continue
        ends, mw = (at[tie.from_node], at[tie.to_node]), tie.mw
        rows.append(
            _Line(
                LineInfo(tie.id, None, tie, None), "ac", *ends, mw, mw, loss_share(tie).share,
                AC_BARRIER_CNY_PER_MWH if by_contract else AC_HURDLE_CNY_PER_MWH,
                reactance=np.nan if tie.id in PLANT_TIES else tie_reactance_ohm(tie, mw),
            )
        )  # fmt: skip
    for spec in specs:
        # The converter station stands in the province's grid: the tie is as large as the channel.
        info = LineInfo(f"tie-{spec.id}", None, None, spec.id)
        size = spec.channel_mw
        rows.append(
            _Line(info, "ac", at[spec.id], at[spec.node], size, size, TIE_LOSS_SHARE, TIE_HURDLE_CNY_PER_MWH)
        )
    return _as_lines(rows), tuple(row.info for row in rows)


def _corridor(line: Corridor, year: int, base_id: str | None, at: Mapping[str, int]) -> _Line:
    assert line.mw is not None
    assert line.from_node is not None
    price, rule = tariff(line), operating_rule(line)
    own_ac = line.kind == "ac"
    ramp = rule.ramp_share_per_h
    carried = carried_share(line, rule, year, line_limits())
    hours = rule.annual_full_load_hours
    loss = loss_share(line).share
    # Documents charge what is delivered, the dispatch what is sent.
    toll = B2B_HURDLE_CNY_PER_MWH if price is None else price.cny_per_mwh * (1.0 - loss)
    return _Line(
        info=LineInfo(line.id, line, None, base_id),
        kind=line.result_kind,
        start=at[base_id or line.from_node],
        end=at[line.to_node],
        mw=line.mw,
        reverse_mw=line.mw if line.bidirectional else 0.0,
        loss=loss,
        cost=toll,
        carried=carried if (carried < 1.0).any() else None,
        # An estimated curve bounds the line; one the planner gave is what it is scheduled to send.
        curve=None if line.day_curve is None or rule.rule == "free" else np.tile(line.day_curve, HOURS // 24),
        # A line that is not there, or out, has no least power.
        min_power=rule.min_power_share if carried.min() >= rule.min_power_share else 0.0,
        ramp=ramp if ramp is not None and ramp < _RAMP_THAT_BINDS else np.inf,
        reactance=tie_reactance_ohm(line, line.mw) if own_ac else np.nan,
        least_mwh=0.0 if hours is None else min(hours * line.mw, float(carried.sum()) * line.mw),
    )


def _without_hours(row: _Line, out: NDArray[np.bool_]) -> _Line:
    """The line with some hours out of service: nothing it must or may carry then, and less over the year."""
    before = np.ones(HOURS) if row.carried is None else row.carried
    carried = np.where(out, 0.0, before)
    left = float(carried.sum() / before.sum()) if before.any() else 0.0
    return replace(
        row,
        carried=carried,
        contract=None if row.contract is None else np.where(out, 0.0, row.contract),
        min_power=0.0,
        least_mwh=row.least_mwh * left,
    )


def _under_contract(
    row: _Line, line: Corridor, tables: Tables, year: int, load_mw: Array, inflow_mw: Array
) -> _Line:
    """The line with what it carries by contract; one with coal carries that and no more.

    Outages are planned into the months of little water or load, so they are not taken from the others.
    """
    carried = np.ones(HOURS) if row.carried is None else row.carried
    outages = dc_available() if line.result_kind != "ac" else np.ones(HOURS)
    hydro = hydro_share(line, tables, year, inflow_mw)
    if hydro is not None:
        most = np.minimum(carried / outages, 1.0)
        contract = np.minimum(hydro, most)
        return replace(row, min_power=0.0, carried=np.minimum(SURPLUS * hydro, most), contract=contract)
    coal = coal_share(line, carried, load_mw, outages)
    return row if coal is None else replace(row, carried=coal, contract=coal, min_power=0.0)


def _as_lines(rows: list[_Line]) -> Lines:
    def each(name: str) -> Array:
        return np.array([getattr(row, name) for row in rows], dtype=np.float64)

    carried = None
    if any(row.carried is not None for row in rows):
        carried = np.stack([np.ones(HOURS) if row.carried is None else row.carried for row in rows])
    contract: Array = np.zeros(len(rows))
    if any(row.contract is not None for row in rows):
        contract = np.stack([np.zeros(HOURS) if row.contract is None else row.contract for row in rows])
    curve = None
    if any(row.curve is not None for row in rows):
        curve = np.stack([np.full(HOURS, np.nan) if row.curve is None else row.curve for row in rows])
    ramp, reactance, least = each("ramp"), each("reactance"), each("least_mwh")
    return Lines(
        ids=tuple(row.info.id for row in rows),
        kinds=tuple(row.kind for row in rows),
        from_index=np.array([row.start for row in rows], dtype=np.int64),
        to_index=np.array([row.end for row in rows], dtype=np.int64),
        capacity_mw=each("mw"),
        reverse_capacity_mw=each("reverse_mw"),
        loss_share=each("loss"),
        cost_cny_per_mwh=each("cost"),
        min_share=contract,
        available_share=carried,
        curve_share=curve,
        min_power_share=each("min_power"),
        ramp_share_per_h=ramp if np.isfinite(ramp).any() else None,
        reactance_ohm=reactance if np.isfinite(reactance).any() else None,
        least_sent_mwh=least if least.any() else None,
    )
