"""Provinces coloured by net export or price: values in the reader's units, one scale for all hours, legends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.desktop.charts.data import MONTH_STARTS, Array, moment, nice_top
from app.desktop.charts.look import Look
from app.desktop.charts.national import Nation, Period, mean_of
from app.desktop.map.style import RasterStyle, VectorStyle
from app.desktop.texts import TEXTS, text
from app.messages import Language
from planning.hourly import HOURS

BALANCE, PRICE = "layer.balance", "layer.price"
WITHOUT = "#d5d9dc"
"""Provinces the run does not have."""
SHARES = (-0.6, -0.3, -0.05, 0.05, 0.3, 0.6)
"""Limits of the classes of net export, of the scale."""
PRICE_STEPS = (5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 500.0)
PRICE_CLASSES = 7


@dataclass(frozen=True, slots=True)
class Shown:
    """What a layer shows of a period."""

    values: Array
    """(province,) in the reader's unit; NaN where the run has no such province."""
    unit: str
    kind: str
    """Of `planning.words.QUANTITIES`."""
    field: str
    """What the values are of, with the unit."""
    style: VectorStyle


def period_words(period: Period, language: Language) -> str:
    """The period as a reader says it."""
    if period.kind == "hour":
        at = moment(period.number)
        return f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00"
    if period.kind == "month":
        return text("charts.month_n", language, n=period.number)
    return text("charts.whole_year", language)


def _style(field: str, palette: str, breaks: tuple[float, ...], low: float, high: float) -> VectorStyle:
    ramp = RasterStyle(
        palette=palette, classification="breaks", classes=len(breaks) + 1, breaks=breaks, low=low, high=high
    )
    return VectorStyle(
        line="#ffffff", width_px=0.6, other=WITHOUT, has_other=True, colour_field=field, ramp=ramp,
        other_zh=TEXTS["national.without"][0], other_en=TEXTS["national.without"][1],
    )  # fmt: skip


def balance_shown(nation: Nation, ids: tuple[str, ...], period: Period, look: Look) -> Shown:
    """Net export: power of an hour, energy of a month or of the year; > 0 sends.

    The scale is that of all hours (the 98th percentile of what provinces send or take), of all months, or of the
    year: so colours keep their meaning while the hours run.
    """
    kind = "power_mw" if period.kind == "hour" else "energy_mwh"
    hours = period.hours.stop - period.hours.start
    own = mean_of(nation.net_export_mw, period) * (1.0 if kind == "power_mw" else hours)
    scale = look.value(_balance_scale(nation, period.kind), kind)
    values = _placed(nation, ids, np.array([look.value(float(v), kind) for v in own]))
    field = f"{text('national.net_export', look.language)} ({look.unit(kind)})"
    breaks = tuple(float(f"{share * scale:.2g}") for share in SHARES)
    return Shown(values, look.unit(kind), kind, field, _style(field, "balance", breaks, -scale, scale))


@lru_cache(maxsize=6)
def _balance_scale(nation: Nation, kind: str) -> float:
    if kind == "hour":
        return nice_top(float(np.quantile(np.abs(nation.net_export_mw), 0.98)))
    if kind == "month":
        sums = np.add.reduceat(nation.net_export_mw, MONTH_STARTS[:-1], axis=1, dtype=np.float64)
        return nice_top(float(np.abs(sums).max()))
    return nice_top(float(np.abs(mean_of(nation.net_export_mw, Period())).max()) * HOURS)


def price_shown(nation: Nation, ids: tuple[str, ...], period: Period, look: Look) -> Shown:
    """Marginal price of the load of provinces, weighted by the loads of their grids; mean over the period."""
    kind = "price_cny_per_mwh"
    factor = look.value(1.0, kind)
    values = _placed(nation, ids, mean_of(nation.price_cny_per_mwh, period) * factor)
    low, step = price_scale(nation, period.kind)
    breaks = tuple(round((low + step * k) * factor, 6) for k in range(1, PRICE_CLASSES))
    field = f"{text('national.price', look.language)} ({look.unit(kind)})"
    style = _style(field, "sun", breaks, low * factor, (low + PRICE_CLASSES * step) * factor)
    return Shown(values, look.unit(kind), kind, field, style)


@lru_cache(maxsize=6)
def price_scale(nation: Nation, kind: str) -> tuple[float, float]:
    """Beginning and step of the classes in CNY/MWh, round numbers: of hours and months one scale, of the year its
    own."""
    values = nation.price_cny_per_mwh
    if kind == "year":
        means = mean_of(values, Period())
        low, high = float(means.min()), float(means.max())
    else:
        low, high = (float(v) for v in np.quantile(values, (0.02, 0.98)))
    step = next((s for s in PRICE_STEPS if PRICE_CLASSES * s >= high - low), PRICE_STEPS[-1])
    return float(np.floor(low / step) * step), step


def _placed(nation: Nation, ids: tuple[str, ...], own: Array) -> Array:
    """Values of the nation's provinces in the order of the layer's."""
    rows = [nation.province(code) for code in ids]
    return np.array([np.nan if row is None else own[row] for row in rows])
