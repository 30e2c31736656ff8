"""What the hours of a run say of provinces and nodes: net export, prices, loading; no Qt here.

Hours are those of a year without 29 February (8,760), UTC+8, named by their beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.desktop.charts.data import MONTH_STARTS, Array, line_flow
from planning.hourly import HOURS, HourlyResult
from planning.results import PowerFlowYear, Summary

FULL = 0.95
"""A line at or above this share of its capacity counts as full."""
Kind = Literal["hour", "month", "year"]


@dataclass(frozen=True, slots=True)
class Period:
    """What of the year is looked at: an hour (0..8759), a month (1..12) or all of it."""

    kind: Kind = "year"
    number: int = 0

    @property
    def hours(self) -> slice:
        """The hours of it."""
        if self.kind == "hour":
            return slice(self.number, self.number + 1)
        if self.kind == "month":
            return slice(int(MONTH_STARTS[self.number - 1]), int(MONTH_STARTS[self.number]))
        return slice(0, HOURS)


@dataclass(frozen=True, eq=False)
class Nation:
    """Figures of provinces and nodes; rows as in `adcodes` and `node_ids`, columns hours."""

    adcodes: tuple[str, ...]
    """Provinces of the result, as text."""
    net_export_mw: NDArray[np.float32]
    """(province, hour) at the province's own ends of all lines to others: > 0 sends, < 0 receives."""
    price_cny_per_mwh: NDArray[np.float32]
    """(province, hour) of its grids, weighted by their loads."""
    node_ids: tuple[str, ...]
    node_price_cny_per_mwh: NDArray[np.float32]
    """(node, hour) marginal cost of load at the node, of bases as well."""

    def province(self, adcode: str) -> int | None:
        """The province's row; None where the run does not have it."""
        return self.adcodes.index(adcode) if adcode in self.adcodes else None


def nation_of(summary: Summary, hourly: HourlyResult) -> Nation:
    """The nation of a result; kept for the result asked for last, for maps and charts ask in turns."""
    return _nation(_Pair(summary, hourly))


class _Pair:
    """Neither can be a key by value: the same objects are."""

    def __init__(self, summary: Summary, hourly: HourlyResult) -> None:
        self.summary, self.hourly = summary, hourly

    def __hash__(self) -> int:
        return hash((id(self.summary), id(self.hourly)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and other.summary is self.summary and other.hourly is self.hourly


@lru_cache(maxsize=2)
def _nation(pair: _Pair) -> Nation:
    summary, hourly = pair.summary, pair.hourly
    codes = [str(code) for code in dict.fromkeys(hourly.node_adcodes)]
    row_of = {int(code): row for row, code in enumerate(codes)}
    net = np.zeros((len(codes), HOURS), dtype=np.float32)
    for k, name in enumerate(hourly.line_ids):
        start, end = (row_of[hourly.node_adcodes[i]] for i in (hourly.line_from[k], hourly.line_to[k]))
        if start == end:
            continue
        line = summary.corridors.get(name)
        kept = 1.0 - (line.loss_share if line is not None else 0.0)
        forward, back = np.maximum(hourly.flow_mw[k], 0.0), np.maximum(-hourly.flow_mw[k], 0.0)
        net[start] += forward - kept * back
        net[end] += back - kept * forward
    price = np.empty_like(net)
    for row, code in enumerate(codes):
        own = [i for i in hourly.nodes_of(int(code)) if hourly.node_ids[i] not in hourly.base_nodes]
        nodes = own or list(hourly.nodes_of(int(code)))
        load, at = hourly.load_mw[nodes], hourly.price_cny_per_mwh[nodes]
        total = load.sum(axis=0)
        price[row] = np.where(total > 0, (load * at).sum(axis=0) / np.maximum(total, 1e-9), at.mean(axis=0))
    for values in (net, price):
        values.flags.writeable = False
    return Nation(tuple(codes), net, price, hourly.node_ids, hourly.price_cny_per_mwh)


def mean_of(values: NDArray[np.float32], period: Period) -> Array:
    """(row,) means over the hours of a period."""
    return np.asarray(values[:, period.hours].mean(axis=1, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Year:
    """How a line is used over the year."""

    mean_loading: float
    """Mean of |MW| over capacity. [-]"""
    peak_loading: float
    full_hours: int
    """Hours at or above `FULL` of the capacity."""


def line_years(summary: Summary, hourly: HourlyResult | None) -> Mapping[str, Year]:
    """Every corridor's use by the dispatch; of AC ties the peak is that of the AC power flow, where there is one."""
    answers = {}
    flow = summary.power_flow.year
    for name, line in summary.corridors.items():
        if line.capacity_mw <= 0:
            continue
        peak = line.peak_loading
        if flow is not None and name in flow.ties:
            peak = flow.ties[name].max_loading
        values = None if hourly is None else line_flow(hourly, name)
        if values is None:
            mean, full = line.sent_mwh / (HOURS * line.capacity_mw), 0
        else:
            share = np.abs(values) / line.capacity_mw
            mean, full = float(share.mean()), int((share >= FULL).sum())
        answers[name] = Year(mean, peak, full)
    return answers


def outage_effects(year: PowerFlowYear) -> dict[str, float]:
    """Share of the year's hours in which an outage of a line (a circuit, a pole, both poles, all circuits) lifts a tie
    above its capability, the worst of them; 1 where one parts the grid. [-]"""
    effects: dict[str, float] = {}
    for outage in year.outages:
        share = 1.0 if outage.cut_off else outage.hours_over / max(year.hours, 1)
        effects[outage.line] = max(share, effects.get(outage.line, 0.0))
    return effects


@dataclass(frozen=True, slots=True)
class Figures:
    """What a duration curve says in numbers, of the hours of a year."""

    highest: float
    p5: float
    """Exceeded in 5 % of the hours."""
    p50: float
    p95: float
    lowest: float
    mean: float
    hours_below_zero: int


def figures_of(values: Array) -> Figures:
    """Quantiles as a duration curve is read: p5 is exceeded in 5 % of the hours.

    Parameters
    ----------
    values
        (8760,), finite.
    """
    p5, p50, p95 = np.quantile(values, (0.95, 0.5, 0.05)).tolist()
    return Figures(
        float(values.max()), p5, p50, p95, float(values.min()), float(values.mean()), int((values < 0).sum())
    )
