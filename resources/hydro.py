"""What water makes of a river: hourly inflow from monthly flow, power from flow and head, a cascade as one
energy reservoir.

A cascade is counted in electric energy, as a composite reservoir (Arvanitidis and Rosing, Composite
representation of a multireservoir hydroelectric power system, IEEE Trans. PAS-89, 1970): a cubic metre
stored at a station is worth the heads of that station and of all below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem

Array = NDArray[np.float64]

HOURS = 8760
MONTH_HOURS = np.array([744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720, 744])
GRAVITY_MS2 = 9.80665
WATER_DENSITY_KG_PER_M3 = 1000.0
EFFICIENCY = 0.9
"""Turbine, generator and transformer together."""


@dataclass(frozen=True, slots=True)
class Station:
    """One power station of a cascade, upstream first in any sequence of them."""

    name: str
    capacity_mw: float
    head_m: float
    mean_flow_m3_s: float
    storage_m3: float
    """Usable volume; 0 is run of river."""
    annual_mwh: float
    """Published mean annual generation."""


@dataclass(frozen=True, slots=True)
class CascadeEnergy:
    """A cascade as one plant with one reservoir, in electric energy."""

    capacity_mw: float
    inflow_mw: Array
    """(hour,) energy of the natural inflow if all of it went through the turbines below it."""
    reservoir_mwh: float
    annual_mwh: float
    """Sum of the stations' published mean generation."""


def power_mw(flow_m3_s: Array | float, head_m: float, efficiency: float = EFFICIENCY) -> Array:
    """Electric power of a flow through a head: rho g Q H eta. [MW]"""
    return np.asarray(
        WATER_DENSITY_KG_PER_M3 * GRAVITY_MS2 * np.asarray(flow_m3_s) * head_m * efficiency / 1e6,
        dtype=np.float64,
    )


def stored_mwh(volume_m3: float, head_m: float, efficiency: float = EFFICIENCY) -> float:
    """Electric energy of a volume let down through a head. [MWh]"""
    return WATER_DENSITY_KG_PER_M3 * GRAVITY_MS2 * volume_m3 * head_m * efficiency / 3.6e9


def hourly_from_monthly(monthly_mean: Array) -> Array:
    """A smooth, never negative year whose monthly means are exactly those given.

    Parameters
    ----------
    monthly_mean : (12,)
        Any quantity that is 0 or more.

    Returns
    -------
    (8760,)
        Linear between values at mid-month, the mid-month values corrected until each month's mean is met
        (Sheng and Zwiers, Climate Dynamics 14, 1998); where that would fall below zero the month's
        own flat mean is kept.

    Raises
    ------
    InputError
        Not twelve values, or one below zero.
    """
    mean = np.asarray(monthly_mean, dtype=np.float64)
    if mean.shape != (12,) or not np.all(np.isfinite(mean)) or np.any(mean < 0):
        raise InputError(
            Problem("monthly flow", "values", str(monthly_mean), "twelve numbers of 0 or more, January first")
        )
    edges = np.concatenate([[0], np.cumsum(MONTH_HOURS)])
    middle = (edges[:-1] + edges[1:]) / 2
    hour = np.arange(HOURS) + 0.5
    # The operator from mid-month values to monthly means is a 12 x 12 circulant-like matrix.
    basis = np.empty((HOURS, 12))
    around = np.concatenate([[middle[-1] - HOURS], middle, [middle[0] + HOURS]])
    for month in range(12):
        unit = np.zeros(12)
        unit[month] = 1.0
        basis[:, month] = np.interp(hour, around, np.concatenate([[unit[-1]], unit, [unit[0]]]))
    month_of_hour = np.repeat(np.arange(12), MONTH_HOURS)
    to_means = np.zeros((12, 12))
    np.add.at(to_means, month_of_hour, basis)
    to_means /= MONTH_HOURS[:, None]
    year = basis @ np.linalg.solve(to_means, mean)
    for month in np.unique(month_of_hour[year < 0]):
        year[month_of_hour == month] = mean[month]
    return np.asarray(year, dtype=np.float64)


def cascade_energy(
    stations: Sequence[Station], monthly_flow_shape: Array, efficiency: float = EFFICIENCY
) -> CascadeEnergy:
    """A cascade as one energy reservoir.

    Parameters
    ----------
    stations
        Upstream first, all on one river.
    monthly_flow_shape : (12,)
        Monthly mean flow at a gauge of the river, in any unit: only its shape is used.

    Returns
    -------
    CascadeEnergy
        Inflow energy is scaled so that what the turbines can take of it without any storage, plus what
        the storage can shift, is not below the published generation: the natural energy of the mean flow
        itself (every station's flow times its own head), which published generation stays under by spill.

    Raises
    ------
    BalanceError
        The energy of the hourly inflow is not that of the mean flow.
    """
    shape = np.asarray(monthly_flow_shape, dtype=np.float64)
    mean_shape = float(np.sum(shape * MONTH_HOURS) / HOURS)
    hourly_shape = hourly_from_monthly(shape / mean_shape)
    natural_mw = sum(float(power_mw(s.mean_flow_m3_s, s.head_m, efficiency)) for s in stations)
    inflow_mw = natural_mw * hourly_shape
    if abs(inflow_mw.sum() - natural_mw * HOURS) > 1e-6 * max(natural_mw * HOURS, 1.0):
        raise BalanceError("inflow_energy", found_mwh=float(inflow_mw.sum()), expected_mwh=natural_mw * HOURS)
    heads = np.array([s.head_m for s in stations])
    below = np.cumsum(heads[::-1])[::-1]
    reservoir = sum(
        stored_mwh(s.storage_m3, float(head), efficiency) for s, head in zip(stations, below, strict=True)
    )
    return CascadeEnergy(
        capacity_mw=sum(s.capacity_mw for s in stations),
        inflow_mw=inflow_mw,
        reservoir_mwh=reservoir,
        annual_mwh=sum(s.annual_mwh for s in stations),
    )


def routed_rain_shape(
    rain_monthly_mm: Array, residence_months: float = 1.0, base_share: float = 0.25
) -> Array:
    """Monthly flow shape of a catchment from its rain, where no gauge is at hand.

    Parameters
    ----------
    rain_monthly_mm : (12,)
    residence_months
        Time constant of a linear reservoir between rain and flow.
    base_share
        Share of the year's flow that groundwater and snow spread evenly.

    Returns
    -------
    (12,)
        Mean 1. [-]
    """
    rain = np.asarray(rain_monthly_mm, dtype=np.float64)
    if rain.sum() <= 0:
        return np.ones(12)
    keep = np.exp(-1.0 / max(residence_months, 1e-6))
    store, flow = 0.0, np.zeros(12)
    for month in range(60):  # the fifth year is periodic to machine accuracy
        store = store * keep + rain[month % 12]
        flow[month % 12] = store * (1.0 - keep)
    shape = (1.0 - base_share) * flow / flow.mean() + base_share
    return np.asarray(shape / shape.mean(), dtype=np.float64)
