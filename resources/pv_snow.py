"""Snow on PV modules: hourly from measured snowfall, or expected by month from the climate.

Hourly: Marion et al. (2013) with the changes of Ryberg and Freeman (2017, NREL/TP-6A20-68705), as pvlib.snow.
Monthly: Townsend and Powers (2011, doi:10.1109/PVSC.2011.6186627) by pvlib.snow, with a snow climate estimated
from monthly rain and temperature where none was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pvlib
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem

Array = NDArray[np.float64]

_SLIDE_AMOUNT: Final = 0.197
_SLIDE_W_PER_M2_K: Final = -80.0
_SNOW_CM_PER_MM: Final = 1.0
"""Depth of fresh snow per mm of water: 10 to 1 (estimated)."""
_EVENT_CM: Final = 5.0
"""Snow of a mean event (a day above 1 inch), where only the month's sum is known (estimated)."""
_ALL_SNOW_C, _ALL_RAIN_C = -4.0, 4.0
"""Monthly mean temperatures at and beyond which precipitation counts as all snow or all rain (estimated)."""


@dataclass(frozen=True, slots=True)
class SnowClimate:
    """Snow of mean months."""

    fall_cm: Array
    """(place, 12)"""
    events: Array
    """(place, 12) days with more than 2.5 cm."""


def covered_by_snowfall(
    snowfall_cm: Array, plane_w_per_m2: Array, temperature_c: Array, tilt_deg: Array
) -> Array:
    """(place, hour) share of the slant height that snow covers, bare before the first hour. [-]

    Parameters
    ----------
    snowfall_cm, plane_w_per_m2, temperature_c : (place, hour)
        Fresh snow, light on the modules, air.
    tilt_deg : (place,)

    Notes
    -----
    More than 1 cm in an hour covers the modules; snow slides by 0.197 sin(tilt) of the height in each later hour
    whose temperature is above irradiance / -80. Equals `pvlib.snow.coverage_nrel` (tests).
    """
    fresh = snowfall_cm > 1.0
    slides = temperature_c > plane_w_per_m2 / _SLIDE_W_PER_M2_K
    step = _SLIDE_AMOUNT * np.sin(np.radians(np.asarray(tilt_deg)))
    covered = np.zeros(snowfall_cm.shape)
    now = np.zeros(len(snowfall_cm))
    for hour in range(snowfall_cm.shape[1]):
        now = np.where(slides[:, hour] & (hour > 0), np.maximum(now - step, 0.0), now)
        now = np.where(fresh[:, hour], 1.0, now)
        covered[:, hour] = now
    return covered


def lost_to_cover(covered: Array, strings: int) -> Array:
    """Share of the DC power lost: a string that snow touches gives nothing (Gilman et al. 2018, eq. 11.8). [-]

    `strings`: that lie one above the other along the slant height; 1 for modules upright, 3 for one lying.

    Raises
    ------
    InputError
        Fewer than one string.
    """
    if strings < 1:
        raise InputError(Problem("argument", "strings", str(strings), "1 or more"))
    return np.asarray(pvlib.snow.dc_loss_nrel(covered, strings))


def snow_climate(rain_monthly_mm: Array, temperature_monthly_c: Array) -> SnowClimate:
    """Snow of mean months from the climate's rain and temperature; tier estimated.

    Parameters
    ----------
    rain_monthly_mm : (place, 12)
        All precipitation, as water.
    temperature_monthly_c : (place, 12)
    """
    frozen = np.clip((_ALL_RAIN_C - temperature_monthly_c) / (_ALL_RAIN_C - _ALL_SNOW_C), 0.0, 1.0)
    fall = rain_monthly_mm * frozen * _SNOW_CM_PER_MM
    return SnowClimate(fall_cm=fall, events=np.asarray(fall / _EVENT_CM))


def kept_under_snow(
    snow: SnowClimate,
    temperature_monthly_c: Array,
    plane_monthly_kwh_per_m2: Array,
    tilt_deg: Array,
    *,
    slant_height_m: float = 4.6,
    lower_edge_m: float = 0.8,
    relative_humidity: float = 0.6,
    string_factor: float = 0.75,
) -> Array:
    """(place, 12) expected share of the DC power kept in each month under snow. [-]

    Parameters
    ----------
    snow : SnowClimate
    temperature_monthly_c, plane_monthly_kwh_per_m2 : (place, 12)
        Air; light on the plane of the modules.
    tilt_deg : (place,)
    slant_height_m, lower_edge_m
        Of a row, and of its lower edge over the ground.
    relative_humidity
        Of the months with snow (estimated). [-]
    string_factor
        1 where one string spans the slant height, else 0.75 (Townsend and Previtali 2023).
    """
    loss = np.zeros(snow.fall_cm.shape)
    for place, tilt in enumerate(np.asarray(tilt_deg, dtype=np.float64)):
        if snow.events[place].any():
            loss[place] = pvlib.snow.loss_townsend(
                snow.fall_cm[place],
                snow.events[place],
                tilt,
                100.0 * relative_humidity,
                temperature_monthly_c[place],
                np.maximum(plane_monthly_kwh_per_m2[place], 1.0) * 1000.0,
                slant_height_m,
                lower_edge_m,
                string_factor=string_factor,
            )
    return np.asarray(1 - loss)
