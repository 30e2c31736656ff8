"""The hourly and monthly curves the report draws beside the result document; every part may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTH_HOURS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24


@dataclass(frozen=True, slots=True)
class Week:
    """Hours of one system: what generates, stacked, under what is asked for."""

    title_zh: str
    title_en: str
    start_hour: int
    """Of the year, 0..8759."""
    supply_mw: Mapping[str, Array]
    """Technology -> (hour,), from the bottom up; storage discharge as `battery`, `pumped`."""
    demand_mw: Array
    """(hour,) load of the nation, or what the base delivers."""


@dataclass(frozen=True, slots=True)
class BaseFlows:
    """The yearly money of a base, real; years 0..n."""

    discount_rate: float
    cost_cny: tuple[float, ...]
    """Investment, replacement, operation, fuel, less the value left at the end."""
    revenue_cny: tuple[float, ...]
    delivered_mwh: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ReportSeries:
    """What is left empty has no page, and the report says so."""

    monthly_generation_twh: Mapping[str, Array] = field(default_factory=dict)
    """Technology -> (12,)."""
    weeks: tuple[Week, ...] = ()
    """Of the nation."""
    corridor_duration_mw: Mapping[str, Array] = field(default_factory=dict)
    """Corridor id -> (point,) hourly power sent, falling, evenly spread over the year."""
    base_weeks: Mapping[str, Week] = field(default_factory=dict)
    """Base id -> a week."""
    base_flows: Mapping[str, BaseFlows] = field(default_factory=dict)
    """Base id -> its flows."""


def monthly_twh(power_mw: Array) -> Array:
    """(12,) energy of the months of an 8,760-hour year given its hourly power. [TWh]"""
    edges = np.concatenate([[0], np.cumsum(MONTH_HOURS)[:-1]])
    return np.asarray(np.add.reduceat(power_mw, edges) / 1e6, dtype=np.float64)


def duration_curve(power_mw: Array, points: int = 73) -> Array:
    """(points,) hourly power in falling order, from the highest hour to the lowest. [MW]"""
    ordered = np.sort(power_mw)[::-1]
    return np.asarray(ordered[np.round(np.linspace(0, len(ordered) - 1, points)).astype(np.intp)])
