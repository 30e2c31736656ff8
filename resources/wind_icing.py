"""Ice on the blades: in which hours it forms and stays, from temperature and cloud (or humidity), and what it costs.

A proxy for screening, not an icing model: in-cloud icing needs frost and a cloud around the hub, and of the cloud
only its shadow on the ground is known. Used by the wind chain and for the IEA ice class of a site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import InputError, Problem
from resources.air import LAPSE_K_PER_M
from resources.hours import DAYS, HOURS
from resources.weather import HourlyWeather
from resources.weather_solar import cos_zenith, day_clearness, hour_angle

Hourly = NDArray[np.float32]

_HUB_ABOVE_SCREEN_M: Final = 98.0
_PLACES_AT_ONCE: Final = 64


class Icing(BaseModel):
    """When blades ice and what that costs; the figures are estimated (docs/wind.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    coldest_c: float = Field(default=-10.0, ge=-40, lt=0)
    """Below, clouds hold hardly any liquid water."""
    overcast_clearness: float = Field(default=0.25, gt=0, lt=1)
    """A day whose GHI is less than this share of that above the atmosphere counts as under cloud. [-]"""
    humid_share: float = Field(default=0.95, gt=0, le=1)
    """Where relative humidity is known it decides in place of the clearness. [-]"""
    stays_h: float = Field(default=24.0, ge=0, le=240)
    """Ice stays so long after it has formed, less where it thaws (above 0 C). [h]"""
    lost_share: float = Field(default=0.5, ge=0, le=1)
    """Of output in iced hours. [-]"""


@dataclass(frozen=True, slots=True)
class IceReport:
    """Of one place's year."""

    forming_h: int
    """Hours in which ice forms (meteorological icing). [h]"""
    iced_h: int
    """Hours with ice on the blades (instrumental icing). [h]"""
    iea_class: int
    """1 (none to speak of) to 5 (severe), by the share of forming hours."""


def iced_hours(
    weather: HourlyWeather, icing: Icing, relative_humidity: Hourly | None = None
) -> NDArray[np.bool_]:
    """(place, hour) ice on the blades.

    Parameters
    ----------
    relative_humidity : (place, hour) or None
        0..1.
    """
    out = np.empty((len(weather), HOURS), dtype=np.bool_)
    for start in range(0, len(weather), _PLACES_AT_ONCE):
        some = slice(start, min(start + _PLACES_AT_ONCE, len(weather)))
        humid = None if relative_humidity is None else relative_humidity[some]
        forming, thaw = _forming(weather, some, icing, humid)
        out[some] = _stays(forming, thaw, icing.stays_h)
    return out


def ice_reports(
    weather: HourlyWeather, icing: Icing | None = None, relative_humidity: Hourly | None = None
) -> tuple[IceReport, ...]:
    """Icing of each place's year, with its IEA ice class.

    Notes
    -----
    Classes by meteorological icing: 0.5, 3, 5 and 10 % of the year, IEA Wind TCP Recommended Practice 13 (2nd ed.,
    2017), IEA ice classification.
    """
    rule = icing or Icing()
    iced = iced_hours(weather, rule, relative_humidity)
    forming = _forming(weather, slice(None), rule, relative_humidity)[0].sum(axis=1)
    limits = np.array([0.005, 0.03, 0.05, 0.10])
    return tuple(
        IceReport(int(f), int(i), 1 + int(np.searchsorted(limits, f / HOURS, side="right")))
        for f, i in zip(forming, iced.sum(axis=1), strict=True)
    )


def _forming(
    weather: HourlyWeather, some: slice, icing: Icing, humid: Hourly | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    hub_c = weather.temperature_c[some] - np.float32(LAPSE_K_PER_M * _HUB_ABOVE_SCREEN_M)
    frost = (hub_c <= 0) & (hub_c >= icing.coldest_c)
    if humid is None:
        cosine = cos_zenith(weather.lat_deg[some], hour_angle(weather.lon_deg[some]))
        clearness = day_clearness(weather.ghi_w_per_m2[some].astype(np.float64), cosine)
        cloud = np.repeat(clearness < icing.overcast_clearness, HOURS // DAYS, axis=1)
    else:
        if humid.shape != hub_c.shape or not ((humid >= 0) & (humid <= 1.1)).all():
            raise InputError(
                Problem("argument", "relative_humidity", f"shape {humid.shape}", f"{hub_c.shape} of 0..1")
            )
        cloud = humid >= icing.humid_share
    return frost & cloud, hub_c > 0


def _stays(forming: NDArray[np.bool_], thaw: NDArray[np.bool_], stays_h: float) -> NDArray[np.bool_]:
    hour = np.arange(forming.shape[1])
    formed = np.maximum.accumulate(np.where(forming, hour, -10_000), axis=1)
    thawed = np.maximum.accumulate(np.where(thaw, hour, -10_000), axis=1)
    return np.asarray((formed > thawed) & (hour - formed <= stays_h))
