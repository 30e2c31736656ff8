"""Power a PV plant keeps as it ages, and what clipping by a small inverter costs.

For yields over the life of a plant: the first year's loss of a warranty, then a constant loss a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from resources.solar import PvSystem, pv_capacity_factor, pvwatts_curve
from resources.weather import HourlyWeather

Array = NDArray[np.float64]


def kept_by_age(years: int, first_year_loss_share: float, yearly_loss_share: float) -> Array:
    """(year,) mean share of the new modules' power in each year of operation. [-]

    Warranties promise 1 - first at the end of year 1 and `yearly` less, of the first power, each year after; a
    year's mean is that of its two ends. Jordan and Kurtz (2013, doi:10.1002/pip.1182) found medians of 0.5 % a
    year in the field. What light takes in the first days is in the first year's loss: set
    `PvLosses.light_induced_share` to 0 when this is used.

    Raises
    ------
    InputError
        No years, shares outside 0..1, or a plant that would be worn out before the last year.
    """
    last = first_year_loss_share + yearly_loss_share * max(years - 1, 0)
    problems = [
        Problem("argument", name, f"{value:g}", expected)
        for name, value, good, expected in (
            ("years", years, years >= 1, "1 or more"),
            ("first_year_loss_share", first_year_loss_share, 0 <= first_year_loss_share < 1, "0 to 1"),
            ("yearly_loss_share", yearly_loss_share, 0 <= yearly_loss_share < 1, "0 to 1"),
            ("loss after the last year", last, last < 1, "below 1"),
        )
        if not good
    ]
    if problems:
        raise InputError(problems)
    ends = 1 - first_year_loss_share - yearly_loss_share * np.arange(years)
    return np.asarray((np.concatenate([[1.0], ends[:-1]]) + ends) / 2)


def clipped_share(weather: HourlyWeather, system: PvSystem, kept_monthly: Array | None = None) -> Array:
    """(place,) share of the year's energy that the inverter's limit cuts off. [-]

    Against the same modules on an inverter too large to be reached, with the same efficiency curve in absolute
    terms. Computed from hourly means: within an hour clouds come and go, so the true share is higher at places
    of broken cloud (docs/pv.md).
    """
    c0, c1, c2 = system.inverter_curve or pvwatts_curve(system.inverter_efficiency)
    small = 0.5  # the least DC/AC ratio of a plant: light of 2,000 W/m2 would be clipped
    scale = system.dc_ac_ratio / small
    wide = PvSystem.model_validate(
        system.model_dump() | {"dc_ac_ratio": small, "inverter_curve": (c0 / scale, c1, c2 * scale)}
    )
    free = pv_capacity_factor(weather, wide, kept_monthly).sum(axis=1, dtype=np.float64) * scale
    got = pv_capacity_factor(weather, system, kept_monthly).sum(axis=1, dtype=np.float64)
    return np.asarray(np.maximum(1 - got / np.maximum(free, 1e-9), 0.0))
