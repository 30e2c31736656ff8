"""Hourly PV: from weather to the capacity factor of a plant, by pvlib's functions on whole arrays.

For profiles, sizing and dispatch. Capacity factors are per kW of AC (grid) capacity; the yield per kWp of
modules is `specific_yield_kwh_per_kwp`.
"""

from __future__ import annotations

import functools
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from gis_layers.errors import InputError, Problem
from resources import pv_kernel
from resources.hours import HOURS
from resources.pv_bifacial import RearTable, rear_table
from resources.pv_planes import FixedPlanes, Trackers, fixed_planes, trackers
from resources.weather import HourlyWeather

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

_SURFACE_WIND_FACTOR = (10.0 / 100.0) ** 0.2
"""Wind at 10 m, which cools the modules, over wind at 100 m: power law with exponent 0.2 (IEC 61400-1)."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PvLosses(_Frozen):
    """Shares lost, each of what is left by those before it. Defaults: PVWatts v5, with less shading."""

    soiling_share: float = Field(default=0.02, ge=0, lt=1)
    shading_share: float = Field(default=0.02, ge=0, lt=1)
    """Near shading, where rows do not backtrack."""
    mismatch_share: float = Field(default=0.02, ge=0, lt=1)
    wiring_share: float = Field(default=0.02, ge=0, lt=1)
    connections_share: float = Field(default=0.005, ge=0, lt=1)
    light_induced_share: float = Field(default=0.015, ge=0, lt=1)
    nameplate_share: float = Field(default=0.01, ge=0, lt=1)
    transformer_and_line_share: float = Field(default=0.02, ge=0, lt=1)
    """On the AC side."""
    availability_share: float = Field(default=0.01, ge=0, lt=1)
    """On the AC side."""

    @property
    def dc_share(self) -> float:
        """Lost before the inverter. [-]"""
        kept = 1.0
        for share in (
            self.soiling_share,
            self.shading_share,
            self.mismatch_share,
            self.wiring_share,
            self.connections_share,
            self.light_induced_share,
            self.nameplate_share,
        ):
            kept *= 1 - share
        return 1 - kept

    @property
    def ac_share(self) -> float:
        """Lost after the inverter. [-]"""
        return 1 - (1 - self.transformer_and_line_share) * (1 - self.availability_share)


class PvSystem(_Frozen):
    """A PV plant, per unit of its AC capacity."""

    mounting: Literal["fixed", "single_axis"] = "fixed"
    tilt_deg: float | None = Field(default=None, ge=0, le=90)
    """Tilt of fixed modules; none: the yearly optimum of the latitude (`optimal_tilt_deg`)."""
    azimuth_deg: float = Field(default=180.0, ge=0, lt=360)
    """Direction the fixed modules face, clockwise from north."""
    axis_azimuth_deg: float = Field(default=180.0, ge=0, lt=360)
    """Direction of the tracker's axis, clockwise from north; 180: north-south."""
    max_rotation_deg: float = Field(default=60.0, gt=0, le=90)
    """Of the tracker, to either side."""
    slope_deg: float = Field(default=0.0, ge=0, le=45)
    """Of the ground under the tracker; its axes lie on it and it backtracks by it."""
    slope_azimuth_deg: float = Field(default=180.0, ge=0, lt=360)
    """Direction in which that ground falls."""
    gcr: float = Field(default=0.4, gt=0, lt=1)
    """Ground coverage ratio of the tracker rows."""
    backtrack: bool = True
    dc_ac_ratio: float = Field(default=1.2, ge=0.5, le=3)
    gamma_pdc_per_k: float = Field(default=-0.0035, ge=-0.01, le=0)
    """Temperature coefficient of module power (mono PERC)."""
    anti_reflective: bool = False
    """Glass with an anti-reflective coat (index 1.29)."""
    bifaciality: float = Field(default=0.0, ge=0, le=1)
    """Power from light on the rear over that from the same light on the front; 0: one face."""
    rear_shade_share: float = Field(default=0.05, ge=0, lt=1)
    """Light on the rear lost to the mounting."""
    row_width_m: float = Field(default=2.4, gt=0, le=20)
    """Of a row across, along the modules (one module upright); matters for the rear only."""
    row_height_m: float = Field(default=1.5, gt=0, le=20)
    """Of the row's middle above ground; matters for the rear only."""
    sapm: tuple[float, float, float] | None = None
    """(a, b [s/m], delta T [K]) of the Sandia cell temperature in place of Faiman's u0 and u1."""
    faiman_u0_w_per_m2_k: float = Field(default=25.0, gt=0)
    faiman_u1_w_s_per_m3_k: float = Field(default=6.84, ge=0)
    inverter_efficiency: float = Field(default=0.98, gt=0.5, le=1)
    inverter_curve: tuple[float, float, float] | None = None
    """(c0, c1, c2): AC power = c0 + c1 p + c2 p2 of DC power p, both over AC capacity; none: PVWatts' curve of
    `inverter_efficiency`."""
    albedo: float = Field(default=0.2, ge=0, le=1)
    losses: PvLosses = PvLosses()


def optimal_tilt_deg(lat_deg: Array) -> Array:
    """Tilt of most yearly yield facing south, by Jacobson and Jadhav (2018), northern hemisphere. [deg]"""
    lat = np.asarray(lat_deg, dtype=np.float64)
    return np.asarray(
        np.clip(1.3793 + lat * (1.2011 + lat * (-0.014404 + lat * 0.000080509)), 0.0, 60.0), dtype=np.float64
    )


def pv_capacity_factor(
    weather: HourlyWeather,
    system: PvSystem,
    kept_monthly: Array | None = None,
    *,
    threads: int | None = None,
) -> Hourly:
    """(place, hour) AC output over AC capacity, 0..1, 0 at night. [-]

    Parameters
    ----------
    weather : HourlyWeather
    system : PvSystem
    kept_monthly : (place, 12) or None
        Share of the modules' power kept in each month on top of `system.losses`: soiling, snow, age
        (`pv_soiling`, `pv_snow`, `pv_ageing`). [-]
    threads : int or None
        At most so many (1 where processes share the cores already); none: the machine's cores. The result does
        not depend on it.

    Raises
    ------
    InputError
        `kept_monthly` of another shape or outside 0..1.

    Notes
    -----
    Sun at hour centres (NREL SPA), Hay-Davies transposition, glass reflection by the physical IAM on the
    beam, Faiman module temperature, PVWatts DC (linear temperature coefficient), itemised losses, PVWatts
    inverter with clipping; agrees with pvlib's ModelChain of the same models (tests). Hours are computed by
    `pv_kernel`; method, errors and speed: docs/pv.md.
    """
    if kept_monthly is not None:
        _check_kept(kept_monthly, len(weather))
    if len(weather) == 0:
        return np.zeros((0, HOURS), dtype=np.float32)
    return pv_kernel.run(
        weather,
        _planes(weather, system),
        _rear(system),
        _electrical(system),
        wind_factor=_SURFACE_WIND_FACTOR,
        albedo=system.albedo,
        kept_monthly=kept_monthly,
        threads=threads,
    )


def specific_yield_kwh_per_kwp(capacity_factor: Hourly, system: PvSystem) -> Array:
    """(place,) yearly AC energy per kWp of modules. [kWh/kWp]"""
    return np.asarray(capacity_factor.sum(axis=1, dtype=np.float64) / system.dc_ac_ratio)


def pvwatts_curve(efficiency: float) -> tuple[float, float, float]:
    """(c0, c1, c2) of AC power = c0 + c1 p + c2 p2 of DC power p, both over AC capacity: PVWatts v5."""
    scale = efficiency / 0.9637
    return -0.0059 * scale / efficiency, 0.9858 * scale, -0.0162 * scale * efficiency


def faiman_of_pvsyst(
    uc_w_per_m2_k: float = 29.0,
    uv_w_s_per_m3_k: float = 0.0,
    *,
    efficiency: float = 0.21,
    absorbed_share: float = 0.9,
) -> tuple[float, float]:
    """(u0, u1) with which Faiman's formula is PVsyst's cell temperature; defaults: PVsyst's of free rows.

    PVsyst warms the cells by the light absorbed and not turned into power: G a (1 - e) / (uc + uv wind).
    """
    heat_share = absorbed_share * (1 - efficiency)
    return uc_w_per_m2_k / heat_share, uv_w_s_per_m3_k / heat_share


def _planes(weather: HourlyWeather, system: PvSystem) -> FixedPlanes | Trackers:
    lon, lat = weather.lon_deg, weather.lat_deg
    if system.mounting == "fixed":
        tilt = optimal_tilt_deg(lat) if system.tilt_deg is None else np.full(len(lat), system.tilt_deg)
        return fixed_planes(lon, lat, tilt, system.azimuth_deg)
    return trackers(
        lon,
        lat,
        axis_azimuth_deg=system.axis_azimuth_deg,
        slope_deg=system.slope_deg,
        slope_azimuth_deg=system.slope_azimuth_deg,
        max_rotation_deg=system.max_rotation_deg,
        gcr=system.gcr,
        backtrack=system.backtrack,
    )


def _rear(system: PvSystem) -> RearTable | None:
    if not system.bifaciality:
        return None
    height_over_pitch = system.row_height_m * system.gcr / system.row_width_m
    return rear_table(system.gcr, height_over_pitch, system.bifaciality * (1 - system.rear_shade_share))


def _electrical(system: PvSystem) -> pv_kernel.Electrical:
    return pv_kernel.Electrical(
        dc_per_w_per_m2=system.dc_ac_ratio * (1 - system.losses.dc_share) / 1000.0,
        gamma_per_k=system.gamma_pdc_per_k,
        u0_w_per_m2_k=system.faiman_u0_w_per_m2_k,
        u1_w_s_per_m3_k=system.faiman_u1_w_s_per_m3_k,
        sapm=system.sapm,
        ac_curve=system.inverter_curve or pvwatts_curve(system.inverter_efficiency),
        ac_kept=1 - system.losses.ac_share,
        reflection=_reflection(system.anti_reflective),
    )


@functools.lru_cache(maxsize=2)
def _reflection(anti_reflective: bool) -> Hourly:
    """Physical IAM (De Soto et al. 2006) by the cosine of incidence; with a coat of index 1.29 or without."""
    cosine = np.linspace(0.0, 1.0, 4097)
    coat = 1.29 if anti_reflective else None
    import pvlib

    return pv_kernel.reflection_table(pvlib.iam.physical(np.degrees(np.arccos(cosine)), n_ar=coat))


def _check_kept(kept_monthly: Array, places: int) -> None:
    expected = f"shares of 0 to 1 of {places} places and 12 months"
    if kept_monthly.shape != (places, 12):
        raise InputError(Problem("argument", "kept_monthly", str(kept_monthly.shape), expected))
    wrong = ~((kept_monthly >= 0) & (kept_monthly <= 1))
    if wrong.any():
        place, month = np.argwhere(wrong)[0]
        where = f"place {place + 1} month {month + 1}"
        raise InputError(Problem(where, "kept_monthly", f"{kept_monthly[place, month]:g}", expected))
