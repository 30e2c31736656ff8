"""What pinned places are compared by: months at once, hours when they have been computed. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis_layers.measure import Place

if TYPE_CHECKING:
    from resources.climate import PlaceClimate
    from resources.resource_data import Origin, ResourceData

Array = NDArray[np.float64]
SEED = 2020
"""The weather year of `energymap point` and `energymap profile`."""
WEEKS = 52
LAYERS = ("ghi_monthly", "wind_speed_100m", "temperature_monthly", "elevation")
"""Behind the months shown and the hours made from them."""


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
    imported: tuple[Origin, ...] = ()
    """What of the scenario's own data is in it; the rest is the embedded atlas."""

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


def months_at(places: Sequence[Place], data: ResourceData | None = None) -> list[PlaceMonths]:
    """Monthly climate of places, in milliseconds once the atlas is read.

    Parameters
    ----------
    data
        What the scenario takes wind and sun from; None: the embedded atlas.

    Raises
    ------
    InputError
        A place outside the atlas.
    """
    from resources.resource_data import EMBEDDED

    if not places:
        return []
    climate = (data or EMBEDDED).climate_at(
        np.array([p[0] for p in places]), np.array([p[1] for p in places])
    )
    return [
        PlaceMonths(
            float(climate.elevation_m[i]),
            climate.ghi_monthly_kwh_per_m2[i],
            climate.wind_speed_monthly_ms[i],
            climate.temperature_monthly_c[i],
        )
        for i in range(len(places))
    ]


def months_of(places: Sequence[Place], data: ResourceData | None = None) -> dict[Place, PlaceMonths]:
    """`months_at` by place."""
    return dict(zip(places, months_at(places, data), strict=True))


def year_at(place: Place, seed: int = SEED, data: ResourceData | None = None) -> PlaceYear:
    """Hourly PV and wind of one place, as `energymap point` has them; about half a second.

    Parameters
    ----------
    data
        As `months_at`; where it has hours for the place, these are taken.

    Raises
    ------
    InputError
        A place outside the atlas; as `ResourceData.weather_at`.
    """
    from resources.profile import profiles_of_weather
    from resources.resource_data import EMBEDDED
    from resources.solar import PvSystem, specific_yield_kwh_per_kwp
    from resources.wind import BASE_TURBINE

    serving = data or EMBEDDED
    climate = serving.climate_at(np.array([place[0]]), np.array([place[1]]))
    served = serving.weather_at(climate, seed)
    system = PvSystem()
    profiles = profiles_of_weather(served.weather, system, BASE_TURBINE, served.speedup)
    return PlaceYear(
        profiles.pv[0].astype(np.float64),
        profiles.wind[0].astype(np.float64),
        float(specific_yield_kwh_per_kwp(profiles.pv, system)[0]),
        BASE_TURBINE.name,
        origins_at(place, serving, climate),
    )


def origins_at(place: Place, data: ResourceData, climate: PlaceClimate) -> tuple[Origin, ...]:
    """The imported layers and hours behind the figures of a place, each once."""
    from resources.served import entry_at

    found = [entry_at(data, layer, *place) for layer in LAYERS]
    found += data.hours_at(climate)
    return tuple(dict.fromkeys(origin for origin in found if origin is not None))


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
