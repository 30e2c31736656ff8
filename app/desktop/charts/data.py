"""What the charts draw, from the hours of a run; no Qt here.

An hour is an index 0..8759 of a year without 29 February, UTC+8, named by its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planning.hourly import HOURS, STACK, HourlyResult
from planning.report.series import MONTH_HOURS

Array = NDArray[np.float64]
ScopeKind = Literal["nation", "province", "base", "sized"]

MONTH_STARTS = np.concatenate([[0], np.cumsum(MONTH_HOURS)])
"""(13,) first hour of each month, and the end of the year."""
HOUR_POINTS = 1500
"""Up to so many hours in view are drawn one by one; more as daily means."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An hour of the year as a date."""

    month: int
    day: int
    hour: int


@dataclass(frozen=True, slots=True)
class Balance:
    """The hours of the nation, a province or a base. Every array is (8760,), MW, and not negative.

    sum(supply) + received = load + charge + sent in every hour of a province or base. For the nation nothing
    is received, and what is `sent` is lost on corridors.
    """

    kind: ScopeKind
    supply: Mapping[str, Array]
    """By the names of `STACK`, from the bottom up."""
    received: Array
    """Net of all lines, with the losses within the province taken off."""
    sent: Array
    load: Array
    charge: Array
    curtailed: Array
    use: Array | None = None
    """Of a base sized alone: what its electrolyser takes."""


@dataclass(frozen=True, slots=True)
class View:
    """Series made ready for a stretch of the year: `edges` (n + 1,) in hours, every series (n,) means."""

    edges: Array
    series: Mapping[str, Array]
    step_h: int


def moment(hour: int) -> Moment:
    """The date of an hour of the year.

    Raises
    ------
    ValueError
        Not within 0..8759.
    """
    if not 0 <= hour < HOURS:
        raise ValueError(f"hour {hour} is not in the year")
    month = int(np.searchsorted(MONTH_STARTS, hour, side="right"))
    inside = hour - int(MONTH_STARTS[month - 1])
    return Moment(month, inside // 24 + 1, inside % 24)


def balance(hourly: HourlyResult, kind: ScopeKind, identity: str = "") -> Balance | None:
    """Who supplies and who takes, hour by hour; None where the run does not have the province or base.

    Parameters
    ----------
    identity
        The province's adcode as text, or the base's id.
    """
    nodes: NDArray[np.intp] | None = None
    if kind == "province":
        nodes = hourly.nodes_of(int(identity))
        if not len(nodes):
            return None
    elif kind == "base":
        if identity not in hourly.node_ids:
            return None
        nodes = np.array([hourly.node_ids.index(identity)], dtype=np.intp)

    def total(values: NDArray[np.float32]) -> Array:
        chosen = values if nodes is None else values[nodes]
        return np.asarray(chosen.sum(axis=0, dtype=np.float64))

    supply = {k: total(hourly.supply_mw[k]) for k in STACK if k in hourly.supply_mw}
    supply = {k: v for k, v in supply.items() if v.max(initial=0.0) > 0.0}
    load, charge = total(hourly.load_mw), total(hourly.charge_mw)
    net = load + charge - sum(supply.values(), np.zeros(HOURS))
    return Balance(
        kind=kind,
        supply=supply,
        received=np.zeros(HOURS) if kind == "nation" else np.maximum(net, 0.0),
        sent=np.maximum(-net, 0.0),
        load=load,
        charge=charge,
        curtailed=total(hourly.curtailed_mw),
    )


def reduced(series: Mapping[str, Array], first: float, last: float, most: int = HOUR_POINTS) -> View:
    """The hours first..last of every series, as daily means where there are more than `most` of them.

    Each series is (8760,). A day is never cut: the stretch grows to whole days when days are shown.
    """
    start, end = max(int(np.floor(first)), 0), min(int(np.ceil(last)), HOURS)
    start = min(start, HOURS - 1)
    end = min(max(end, start + 1), HOURS)
    if end - start <= most:
        return View(
            np.arange(start, end + 1, dtype=np.float64), {k: v[start:end] for k, v in series.items()}, 1
        )
    start, end = start // 24 * 24, -(-end // 24) * 24
    days = {k: v[start:end].reshape(-1, 24).mean(axis=1) for k, v in series.items()}
    return View(np.arange(start, end + 1, 24, dtype=np.float64), days, 24)


def month_by_hour(values: Array) -> Array:
    """(12, 24) means of an hourly year, month by hour of day; NaN hours are left out."""
    answer = np.full((12, 24), np.nan)
    for month in range(12):
        days = values[MONTH_STARTS[month] : MONTH_STARTS[month + 1]].reshape(-1, 24)
        known = ~np.isnan(days)
        count = known.sum(axis=0)
        sums = np.where(known, days, 0.0).sum(axis=0)
        answer[month] = np.where(count > 0, sums / np.maximum(count, 1), np.nan)
    return answer


def falling(values: Array) -> Array:
    """The duration curve: the hours from the highest to the lowest."""
    return np.sort(values)[::-1]


def correlation(a: Array, b: Array) -> float:
    """Pearson's coefficient; NaN where one of them does not change."""
    da, db = a - a.mean(), b - b.mean()
    size = float(np.sqrt((da @ da) * (db @ db)))
    return float(da @ db) / size if size > 1e-9 else float("nan")


def correlation_by_month(a: Array, b: Array) -> Array:
    """(12,) Pearson's coefficient of the hours of each month."""
    edges = [(int(MONTH_STARTS[m]), int(MONTH_STARTS[m + 1])) for m in range(12)]
    return np.array([correlation(a[i:j], b[i:j]) for i, j in edges])


def correlation_by_month_and_hour(a: Array, b: Array) -> Array:
    """(12, 24) Pearson's coefficient over the days of a month at one hour of the day.

    Taken at the same hour of each day, so the daily course of the sun does not count: what is left is whether a
    sunny day is a windy one.
    """
    answer = np.full((12, 24), np.nan)
    for month in range(12):
        rows = slice(int(MONTH_STARTS[month]), int(MONTH_STARTS[month + 1]))
        x, y = a[rows].reshape(-1, 24), b[rows].reshape(-1, 24)
        for hour in range(24):
            answer[month, hour] = correlation(x[:, hour], y[:, hour])
    return answer


def available(b: Balance, technology: str) -> Array:
    """Wind or PV before curtailment, which is split by what each fed in at the hour. [MW]

    The run keeps the curtailment of both together; where neither fed in, each counts for half.
    """
    wind, pv = (b.supply.get(t, np.zeros(HOURS)) for t in ("wind", "pv"))
    both = wind + pv
    own = wind if technology == "wind" else pv
    share = np.divide(own, both, out=np.full(HOURS, 0.5), where=both > 0)
    return np.asarray(own + share * b.curtailed)


def complementarity(a: Array, b: Array) -> float:
    """How much steadier the two are together: 1 - sd(a + b) / (sd(a) + sd(b)). [0..1]

    0 where they rise and fall as one, 1 where one fills exactly what the other lacks; NaN where neither changes.
    """
    apart = float(a.std() + b.std())
    return 1.0 - float((a + b).std()) / apart if apart > 1e-9 else float("nan")


def residual_load(b: Balance) -> Array:
    """(8760,) load less wind and PV fed in; below 0 they alone exceed it. [MW]"""
    zero = np.zeros(HOURS)
    return b.load - b.supply.get("wind", zero) - b.supply.get("pv", zero)


def line_flow(hourly: HourlyResult, line_id: str) -> Array | None:
    """(8760,) MW sent, > 0 from the corridor's first end to its second; None where the run has no such line."""
    index = hourly.line(line_id)
    return None if index is None else hourly.flow_mw[index].astype(np.float64)


def week_around(hour: int) -> tuple[int, int]:
    """The 168 hours with `hour` in their middle, pushed inside the year: first, end."""
    first = min(max(hour - 84, 0), HOURS - 168)
    return first, first + 168


def nice_top(value: float) -> float:
    """A round number at or above `value`, so that an axis does not tremble while one pans; 1 for nothing."""
    if not value > 0:
        return 1.0
    scale = 10.0 ** np.floor(np.log10(value))
    return float(
        next(
            m * scale
            for m in (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10)
            if m * scale >= value
        )
    )
