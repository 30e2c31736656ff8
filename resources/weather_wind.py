"""Hourly wind speed from a latent field: Weibull, daily cycle by height of the land, month means kept.

Used by the weather generator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, log_ndtr

from resources.hours import HOURS, MONTH_HOURS, month_means, smooth_season

Array = NDArray[np.float64]

PLAIN_CYCLE = (0.07, 0.0)
"""Relative amplitude and solar hour of the maximum at 100 m over plains: the night jet. [-, h]"""
PLATEAU_CYCLE = (0.22, 15.5)
"""The same over high land, where the sun stirs the wind of the upper air down in the afternoon. [-, h]"""
PLATEAU_FROM_M, PLATEAU_FULL_M = 800.0, 3000.0

_SHAPES = np.linspace(0.8, 8.0, 721)
_SPREADS = np.sqrt(gamma(1 + 2 / _SHAPES) / gamma(1 + 1 / _SHAPES) ** 2 - 1)


def wind_from_latent(
    latent: Array, lon_deg: Array, elevation_m: Array, speed_monthly_ms: Array, weibull_shape: Array
) -> Array:
    """(place, hour) wind speed with the given monthly means and the given Weibull shape of the year. [m/s]

    Parameters
    ----------
    latent : (place, hour)
        Standard normal field.
    speed_monthly_ms : (place, 12)
    weibull_shape : (place,)
        Shape of the hourly speeds of the whole year, season and daily cycle included. [-]
    """
    course = np.repeat(smooth_season(speed_monthly_ms), 24, axis=1) * daily_cycle(lon_deg, elevation_m)
    course = np.maximum(course, 0.2 * speed_monthly_ms.mean(axis=1, keepdims=True))
    shape = shape_within(weibull_shape, course)
    # Weibull quantile of the normal's probability; log_ndtr keeps the calm end exact.
    reduced = (-log_ndtr(-latent)) ** (1 / shape)[:, None]
    speed = course * reduced / gamma(1 + 1 / shape)[:, None]
    scale = speed_monthly_ms / month_means(speed)
    for month, hours in enumerate(MONTH_HOURS):
        speed[:, hours] *= scale[:, month, None]
    return np.asarray(speed)


def daily_cycle(lon_deg: Array, elevation_m: Array) -> Array:
    """(place, hour) factor of mean 1: speed of the hour of day over the day's mean. [-]

    First harmonics fitted on 31 provinces of ERA5 capacity factors (half their relative amplitude, as power
    there goes about with the square of speed).
    """
    plateau = np.clip((elevation_m - PLATEAU_FROM_M) / (PLATEAU_FULL_M - PLATEAU_FROM_M), 0, 1)[:, None]
    solar_hour = (np.arange(24) + 0.5)[None, :] + (np.asarray(lon_deg)[:, None] - 120) / 15
    plain_wave = PLAIN_CYCLE[0] * np.cos(np.pi / 12 * (solar_hour - PLAIN_CYCLE[1]))
    plateau_wave = PLATEAU_CYCLE[0] * np.cos(np.pi / 12 * (solar_hour - PLATEAU_CYCLE[1]))
    return np.tile(1 + (1 - plateau) * plain_wave + plateau * plateau_wave, (1, HOURS // 24))


def shape_within(weibull_shape: Array, course: Array) -> Array:
    """(place,) shape around the course of season and day that gives the year's shape with it. [-]

    Relative variances multiply: ``1 + cv_year^2 = (1 + cv_within^2) mean(course^2) / mean(course)^2``.
    """
    spread_year = np.interp(weibull_shape, _SHAPES, _SPREADS)
    course_moment = (course**2).mean(axis=1) / course.mean(axis=1) ** 2
    within = np.sqrt(np.maximum((1 + spread_year**2) / course_moment - 1, 0.04))
    return np.asarray(np.interp(-within, -_SPREADS, _SHAPES))
