"""Hourly PV: from weather to the capacity factor of a plant, by pvlib's functions on whole arrays.

For profiles, sizing and dispatch. Capacity factors are per kW of AC (grid) capacity; the yield per kWp of
modules is `specific_yield_kwh_per_kwp`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pvlib
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from resources.hours import HOURS
from resources.weather import HourlyWeather
from resources.weather_solar import cos_zenith, hour_angle, sun_year

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

_PLACES_AT_ONCE = 32
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
    max_rotation_deg: float = Field(default=60.0, gt=0, le=90)
    """Of the horizontal north-south tracker."""
    gcr: float = Field(default=0.4, gt=0, lt=1)
    """Ground coverage ratio of the tracker rows."""
    backtrack: bool = True
    dc_ac_ratio: float = Field(default=1.2, ge=0.5, le=3)
    gamma_pdc_per_k: float = Field(default=-0.0035, ge=-0.01, le=0)
    """Temperature coefficient of module power (mono PERC)."""
    faiman_u0_w_per_m2_k: float = Field(default=25.0, gt=0)
    faiman_u1_w_s_per_m3_k: float = Field(default=6.84, ge=0)
    inverter_efficiency: float = Field(default=0.98, gt=0.5, le=1)
    albedo: float = Field(default=0.2, ge=0, le=1)
    losses: PvLosses = PvLosses()


def optimal_tilt_deg(lat_deg: Array) -> Array:
    """Tilt of most yearly yield facing south, by Jacobson and Jadhav (2018), northern hemisphere. [deg]"""
    lat = np.asarray(lat_deg, dtype=np.float64)
    return np.asarray(
        np.clip(1.3793 + lat * (1.2011 + lat * (-0.014404 + lat * 0.000080509)), 0.0, 60.0), dtype=np.float64
    )


def pv_capacity_factor(weather: HourlyWeather, system: PvSystem) -> Hourly:
    """(place, hour) AC output over AC capacity, 0..1, 0 at night. [-]

    Notes
    -----
    Sun at hour centres (NREL SPA), Hay-Davies transposition, glass reflection by the physical IAM on the
    beam, Faiman module temperature, PVWatts DC (linear temperature coefficient), itemised losses, PVWatts
    inverter with clipping; agrees with pvlib's ModelChain of the same models (tests).
    """
    out = np.zeros((len(weather), HOURS), dtype=np.float32)
    for start in range(0, len(weather), _PLACES_AT_ONCE):
        some = slice(start, min(start + _PLACES_AT_ONCE, len(weather)))
        angle = hour_angle(weather.lon_deg[some])
        cosine = cos_zenith(weather.lat_deg[some], angle)
        lit = (cosine > 0) & (weather.ghi_w_per_m2[some] > 0)
        row, hour = np.nonzero(lit)
        lat = weather.lat_deg[some]
        zenith = np.degrees(np.arccos(cosine[lit]))
        azimuth = _azimuth_deg(np.radians(lat)[row], angle[lit], sun_year().declination_rad[hour])
        tilt, facing = _orientation(system, zenith, azimuth, optimal_tilt_deg(lat)[row])
        effective, poa = _plane_irradiance(
            system,
            tilt,
            facing,
            zenith,
            azimuth,
            ghi=weather.ghi_w_per_m2[some][lit].astype(np.float64),
            dni=weather.dni_w_per_m2[some][lit].astype(np.float64),
            dhi=weather.dhi_w_per_m2[some][lit].astype(np.float64),
            extra=sun_year().normal_w_per_m2[hour],
        )
        module_c = pvlib.temperature.faiman(
            poa,
            weather.temperature_c[some][lit].astype(np.float64),
            weather.wind_speed_ms[some][lit].astype(np.float64) * _SURFACE_WIND_FACTOR,
            u0=system.faiman_u0_w_per_m2_k,
            u1=system.faiman_u1_w_s_per_m3_k,
        )
        dc = pvlib.pvsystem.pvwatts_dc(effective, module_c, system.dc_ac_ratio, system.gamma_pdc_per_k)
        dc = np.maximum(dc, 0.0) * (1 - system.losses.dc_share)
        eta = system.inverter_efficiency
        ac = pvlib.inverter.pvwatts(dc, 1.0 / eta, eta_inv_nom=eta)
        part = np.zeros(lit.shape, dtype=np.float32)
        part[lit] = np.clip(ac * (1 - system.losses.ac_share), 0.0, 1.0)
        out[some] = part
    return out


def specific_yield_kwh_per_kwp(capacity_factor: Hourly, system: PvSystem) -> Array:
    """(place,) yearly AC energy per kWp of modules. [kWh/kWp]"""
    return np.asarray(capacity_factor.sum(axis=1, dtype=np.float64) / system.dc_ac_ratio)


def _azimuth_deg(lat_rad: Array, angle: Array, declination: Array) -> Array:
    """Sun's azimuth clockwise from north. [deg]"""
    from_south = np.arctan2(
        np.sin(angle), np.cos(angle) * np.sin(lat_rad) - np.tan(declination) * np.cos(lat_rad)
    )
    return np.asarray(180.0 + np.degrees(from_south))


def _orientation(system: PvSystem, zenith: Array, azimuth: Array, best_tilt: Array) -> tuple[Array, Array]:
    """Tilt and azimuth of the modules at each lit hour. [deg]"""
    if system.mounting == "fixed":
        tilt = best_tilt if system.tilt_deg is None else np.full_like(zenith, system.tilt_deg)
        return tilt, np.full_like(zenith, system.azimuth_deg)
    tracker = pvlib.tracking.singleaxis(
        zenith,
        azimuth,
        axis_tilt=0.0,
        axis_azimuth=180.0,
        max_angle=system.max_rotation_deg,
        backtrack=system.backtrack,
        gcr=system.gcr,
    )
    return np.asarray(tracker["surface_tilt"]), np.asarray(tracker["surface_azimuth"])


def _plane_irradiance(
    system: PvSystem,
    tilt: Array,
    facing: Array,
    zenith: Array,
    azimuth: Array,
    *,
    ghi: Array,
    dni: Array,
    dhi: Array,
    extra: Array,
) -> tuple[Array, Array]:
    """Irradiance that reaches the cells, and on the plane of the modules. [W/m2]"""
    incidence = pvlib.irradiance.aoi(tilt, facing, zenith, azimuth)
    beam = dni * np.maximum(np.cos(np.radians(incidence)), 0.0)
    sky = pvlib.irradiance.haydavies(tilt, facing, dhi, dni, extra, zenith, azimuth)
    ground = pvlib.irradiance.get_ground_diffuse(tilt, ghi, albedo=system.albedo)
    diffuse = np.asarray(sky) + np.asarray(ground)
    return np.asarray(beam * pvlib.iam.physical(incidence) + diffuse), np.asarray(beam + diffuse)
