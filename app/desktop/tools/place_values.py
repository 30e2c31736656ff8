"""What pinned places are compared by: months at once, hours when they have been computed. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.measure import Place

Array = NDArray[np.float64]
SEED = 2020
"""The weather year of `energymap point` and `energymap profile`."""
WEEKS = 52


@dataclass(frozen=True, slots=True)
class PlaceMonths:
    """Monthly climate of one place, from the atlas."""

    elevation_m: float
    ghi_kwh_per_m2: Array
    """(12,) sum of the month."""
    wind_speed_ms: Array
    """(12,) mean at 100 m, area mean of the cell."""
    temperature_c: Array
    """(12,)"""

    @property
    def ghi_year_kwh_per_m2(self) -> float:
        return float(self.ghi_kwh_per_m2.sum())

    @property
    def wind_speed_year_ms(self) -> float:
        from resources.hours import DAYS_OF_MONTH

        return float(np.average(self.wind_speed_ms, weights=DAYS_OF_MONTH))


@dataclass(frozen=True, slots=True)
class PlaceYear:
    """Hourly output of one place; UTC+8, hour-beginning."""

    pv: Array
    """(8760,) per unit of AC capacity. [-]"""
    wind: Array
    """(8760,) per unit of rated power. [-]"""
    pv_yield_kwh_per_kwp: float
    turbine: str
    """Of the wind farm."""

    @property
    def correlation(self) -> float:
        """Pearson's, of hourly wind and PV; NaN where one of them never changes."""
        if self.pv.std() == 0 or self.wind.std() == 0:
            return float("nan")
        return float(np.corrcoef(self.pv, self.wind)[0, 1])

    def hourly(self, technology: str) -> Array:
        """(8760,) of "pv", "wind", or "mix": both at equal capacity."""
        if technology == "mix":
            return (self.pv + self.wind) / 2
        return self.pv if technology == "pv" else self.wind


def months_at(places: Sequence[Place]) -> list[PlaceMonths]:
    """Monthly climate of places, in milliseconds once the atlas is read.

    Raises
    ------
    InputError
        A place outside the atlas.
    """
    from resources import atlas

    if not places:
        return []
    climate = atlas.climate_at([p[0] for p in places], [p[1] for p in places])
    return [
        PlaceMonths(
            float(climate.elevation_m[i]),
            climate.ghi_monthly_kwh_per_m2[i],
            climate.wind_speed_monthly_ms[i],
            climate.temperature_monthly_c[i],
        )
        for i in range(len(places))
    ]


def year_at(place: Place, seed: int = SEED) -> PlaceYear:
    """Hourly PV and wind of one place, as `energymap point` has them; about half a second.

    Raises
    ------
    InputError
        A place outside the atlas.
    """
    from resources import atlas
    from resources.profile import profiles_of_weather
    from resources.solar import PvSystem, specific_yield_kwh_per_kwp
    from resources.weather import generate
    from resources.wind import BASE_TURBINE

    climate = atlas.climate_at([place[0]], [place[1]])
    system = PvSystem()
    profiles = profiles_of_weather(generate(climate, seed), system, BASE_TURBINE, climate.wind_speedup)
    return PlaceYear(
        profiles.pv[0].astype(np.float64),
        profiles.wind[0].astype(np.float64),
        float(specific_yield_kwh_per_kwp(profiles.pv, system)[0]),
        BASE_TURBINE.name,
    )


def typical_day(hourly: Array, month: int) -> Array:
    """(24,) mean of every hour of the day over a month, 1-12."""
    from resources.hours import MONTH_HOURS

    return np.asarray(hourly[MONTH_HOURS[month - 1]].reshape(-1, 24).mean(axis=0))


def week(hourly: Array, number: int) -> Array:
    """(168,) hours of week 1-52, counted from 1 January."""
    return hourly[168 * (number - 1) : 168 * number]


def month_means(hourly: Array) -> Array:
    """(12,) mean of each month."""
    from resources.hours import month_means as means

    return np.asarray(means(hourly[None, :])[0])
