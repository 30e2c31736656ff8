"""Forecasts of wind and sun with errors as large as those of the day-ahead forecasts of the table.

What is forecast for an hour k hours ahead is what comes, plus sigma(k) z, where z is an AR(1) series over the hours with
correlation rho and unit variance, and sigma grows as the error of an AR(1) process does with its lead:

    sigma(k) = sigma(24) sqrt((1 - rho^2k) / (1 - rho^48))

so forecasts of one hour come steadily nearer as it approaches, and hours near one another err alike. (That is how the
error of a forecast of an AR(1) process grows: Box and Jenkins, Time Series Analysis: Forecasting and Control, chapter on
forecasting.) Of the sun the error is in proportion to what the hour can give at best, the greatest of that hour of the day within 15 days, so that nights are
known to be dark. Forecasts stay between 0 and what is possible; that shortens errors, so they are stretched until the
day-ahead RMSE is the one of the table, over capacity, of the sun over daylight hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.signal import lfilter

from gis_layers.errors import Problem
from planning.sizing.resource import BaseResource
from planning.table_rows import DATA, Row, raise_if, read_rows

Array = NDArray[np.float64]

TABLE: Final = DATA / "sizing_forecast.csv"
DAY_AHEAD_H: Final = 24
_DAYS: Final = 15
_DARK: Final = 1e-3
_MOST_STRETCH: Final = 8.0


class ForecastError(Row):
    """How far day-ahead forecasts of a technology err."""

    technology: str
    day_ahead_rmse_share: Annotated[float, Field(ge=0, le=0.5)]
    """Over capacity."""
    low: float
    high: float
    correlation_per_h: Annotated[float, Field(ge=0, lt=1)]
    note: str = ""

    @property
    def id(self) -> str:
        return self.technology


@lru_cache(maxsize=1)
def load_errors() -> dict[str, ForecastError]:
    """The table: wind, pv."""
    problems: list[Problem] = []
    rows = read_rows(TABLE, ForecastError, problems)
    found = {row.technology: row for row in rows}
    problems += [
        Problem(TABLE.name, "technology", "nothing", name) for name in ("wind", "pv") if name not in found
    ]
    raise_if(problems)
    return found


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Forecasts of one profile at any hour."""

    actual: Array
    """(hour,) what comes; the year is a round."""
    error: Array
    """(hour,) day-ahead error before it is cut."""
    ceiling: Array
    """(hour,) no forecast is above it."""
    growth: Array
    """(lead,) of the error over the day-ahead one; 0 at lead 0."""
    rmse: float
    """Of day-ahead forecasts as they are, over capacity."""

    def at(self, hour: int) -> Array:
        """(lead,) what is expected at `hour` for it and the hours after; the first is what comes."""
        index = (hour + np.arange(self.growth.size)) % self.actual.size
        made = self.actual[index] + self.growth * self.error[index]
        return np.asarray(np.clip(made, 0.0, self.ceiling[index]))


def forecasters(
    resource: BaseResource,
    horizon_h: int,
    seed: int,
    *,
    scale: float = 1.0,
    errors: Mapping[str, ForecastError] | None = None,
) -> dict[str, Forecaster]:
    """A forecaster for every profile of a resource.

    Parameters
    ----------
    scale
        Of all errors; 0 is perfect foresight within the horizon.
    seed
        Of the errors; wind has a series of its own, all that is of the sun shares one.
    """
    table = load_errors() if errors is None else errors
    rng = np.random.Generator(np.random.PCG64(seed))
    noise = {name: rng.standard_normal(resource.hours + 500) for name in ("wind", "pv")}
    found = {}
    for name, cf in resource.profiles.items():
        kind = "wind" if name == "wind" else "pv"
        row = table[kind]
        rho = row.correlation_per_h
        unit = ar1(noise[kind], rho)[500:]
        lead = np.arange(horizon_h, dtype=np.float64)
        growth = np.sqrt((1.0 - rho ** (2 * lead)) / (1.0 - rho ** (2 * DAY_AHEAD_H)))
        ceiling = np.ones(cf.size) if kind == "wind" else best_of_season(cf)
        lit = ceiling > _DARK
        unit = unit * ceiling / max(float(ceiling.max()), 1e-12)
        error, rmse = _stretched(np.asarray(cf), unit, ceiling, lit, row.day_ahead_rmse_share * scale)
        found[name] = Forecaster(np.asarray(cf), error, ceiling, growth, rmse)
    return found


def ar1(innovations: Array, correlation: float) -> Array:
    """(hour,) series of unit variance with this correlation from hour to hour."""
    scaled = innovations * np.sqrt(1.0 - correlation**2)
    scaled[0] = innovations[0]
    return np.asarray(lfilter([1.0], [1.0, -correlation], scaled))


def best_of_season(cf: Array) -> Array:
    """(hour,) the greatest of each hour of the day within 15 days either way."""
    days = cf.size // 24
    if days < 2:
        return np.maximum(cf, 0.0)
    table = cf[: days * 24].reshape(days, 24)
    reach = min(_DAYS, (days - 1) // 2)
    best = np.max([np.roll(table, shift, axis=0) for shift in range(-reach, reach + 1)], axis=0)
    return np.asarray(np.maximum(np.concatenate([best.ravel(), cf[days * 24 :]]), cf))


def _stretched(
    actual: Array, unit: Array, ceiling: Array, lit: NDArray[np.bool_], wanted: float
) -> tuple[Array, float]:
    """(error, RMSE of the cut forecast): stretched until the RMSE is the one wanted, or no longer grows."""

    def rmse(stretch: float) -> float:
        miss = np.clip(actual + stretch * wanted * unit, 0.0, ceiling) - actual
        return float(np.sqrt(np.mean(miss[lit] ** 2))) if lit.any() else 0.0

    if wanted <= 0 or not lit.any():
        return np.zeros(actual.size), 0.0
    low, high = 0.0, _MOST_STRETCH
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if rmse(middle) < wanted else (low, middle)
    return unit * wanted * high, rmse(high)
