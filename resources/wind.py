"""Hourly wind power: from wind at 100 m to the capacity factor of a wind farm.

For profiles, sizing and dispatch. The only module that imports windpowerlib (power curves, wake curves), and only
when it is called; windpowerlib reads its turbine tables from its own package, never from the network.
Method, measured errors and speed: docs/wind.md.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

import resources.wind_icing as wind_icing
import resources.wind_wake as wind_wake
from gis_layers.errors import InputError, Problem
from resources.machine_tables import nearest_type, oedb_folder
from resources.weather import HourlyWeather
from resources.wind_curve import (
    REFERENCE_TURBULENCE,
    PowerCurve,
    at_turbulence,
    cut_out_ms,
    fine,
    with_storm_ramp,
)
from resources.wind_kernel import SPEEDS_MS, PowerTable, power_table, run, stop_after_storm
from resources.wind_shear import hourly_factor

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

WEATHER_HEIGHT_M: Final = 100.0


class WindTurbine(BaseModel):
    """A machine of a wind farm; the farm's output is per unit of its rated power."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    rated_mw: float = Field(gt=0, le=30)
    rotor_m: float = Field(gt=0, le=350)
    hub_m: float = Field(gt=10, le=250)
    curve: str = ""
    """Power curve of windpowerlib's oedb table; taken per unit of its rated power, its speeds scaled by the
    cube root of the ratio of specific powers, so that a larger rotor reaches rated power earlier."""
    own_curve: PowerCurve | None = None
    """In place of `curve`: the machine's own, taken as it is."""
    shear_exponent: float = Field(default=0.14, ge=0, le=0.6)
    """Power law from 100 m to the hub."""
    turbulence_intensity: float | None = Field(default=None, gt=0, le=0.4)
    """Mean TI of the site at the hub; None leaves the curve as measured. [-]"""
    curve_turbulence_intensity: float = Field(default=REFERENCE_TURBULENCE, gt=0, le=0.4)
    """Of the curve's measurement. [-]"""
    storm_end_ms: float | None = Field(default=None, gt=0, le=40)
    """Power falls in a straight line from the cut-out to 0 here; None: a hard stop."""
    restart_ms: float | None = Field(default=None, gt=0, le=40)
    """After a stop by storm nothing is generated until the wind is below this; None: runs again at once."""
    wake: Literal["none", "dena_mean", "knorr_mean", "jensen"] = "dena_mean"
    """Wind efficiency of the farm: a speed reduction by windpowerlib's curves of measured farms, or wakes of a
    farm of `farm_mw` at `density_mw_per_km2`."""
    farm_mw: float | None = Field(default=None, gt=0)
    density_mw_per_km2: float | None = Field(default=None, gt=0, le=30)
    wake_decay: float = Field(default=wind_wake.DECAY_ONSHORE, gt=0, le=0.2)
    """Widening of wakes, m per m (Jensen's k). [-]"""
    icing: wind_icing.Icing | None = None
    """None: icing is within `other_loss_share`."""
    availability_loss_share: float = Field(default=0.03, ge=0, lt=1)
    other_loss_share: float = Field(default=0.03, ge=0, lt=1)
    """Cables and transformer, icing, blade soiling."""

    @model_validator(mode="after")
    def _rotor_clears_the_ground(self) -> Self:
        if self.hub_m <= self.rotor_m / 2:
            raise ValueError(f"hub_m {self.hub_m:g} must be more than half of rotor_m {self.rotor_m:g}")
        return self

    @model_validator(mode="after")
    def _one_curve_and_one_farm(self) -> Self:
        if bool(self.curve) == (self.own_curve is not None):
            raise ValueError("either curve or own_curve must be given, not both")
        if (self.wake == "jensen") != (self.farm_mw is not None and self.density_mw_per_km2 is not None):
            raise ValueError("wake 'jensen' and farm_mw with density_mw_per_km2 belong together")
        return self

    @property
    def specific_power_w_per_m2(self) -> float:
        return self.rated_mw * 1e6 / (np.pi / 4 * self.rotor_m**2)


BASE_TURBINE: Final = WindTurbine(
    name="new base, 6.25 MW, 200 m rotor", rated_mw=6.25, rotor_m=200.0, hub_m=120.0, curve="SWT142/3150"
)
"""Low specific power (199 W/m2), as in the desert bases; curve of a machine of the same specific power."""
FLEET_TURBINE: Final = WindTurbine(
    name="fleet of 2019-2020, 2 MW, 103 m rotor", rated_mw=2.0, rotor_m=103.0, hub_m=85.0, curve="V126/3000"
)
"""Stands for the onshore fleet of 2019-2020 (240 W/m2), to compare with its published hours."""


def wind_capacity_factor(
    weather: HourlyWeather,
    turbine: WindTurbine,
    speedup: Array | float = 1.0,
    shear_exponent: Array | None = None,
    kept_share: Array | None = None,
) -> Hourly:
    """(place, hour) farm output at the grid over rated power, 0..1. [-]

    Parameters
    ----------
    weather : HourlyWeather
    turbine : WindTurbine
    speedup : (place,) or one value
        Speed of the sites over the area mean of the weather (`PlaceClimate.wind_speedup`). [-]
    shear_exponent : (place,) or (place, 12, 24) or None
        Power law from 100 m to the hub, e.g. measured by a mast (`wind_shear`), by month and hour of day; None:
        the turbine's own. [-]
    kept_share : (place,) or None
        Share left after losses that differ by place, beside those of the turbine. [-]

    Raises
    ------
    InputError
        The turbine's curve is not in windpowerlib's table; an array has another shape.

    Notes
    -----
    Power law to the hub, wake, density-corrected power curve (Svenningsen 2010, as in windpowerlib) tabulated over
    speed and density and read at the nearest entry (`wind_kernel`), then availability and other losses.
    """
    count = len(weather)
    to_hub = np.broadcast_to(np.asarray(speedup, dtype=np.float64), (count,))
    lift = turbine.hub_m / WEATHER_HEIGHT_M
    pattern = None
    if shear_exponent is None:
        to_hub = to_hub * lift**turbine.shear_exponent
    elif np.shape(shear_exponent) == (count,):
        to_hub = to_hub * lift ** np.asarray(shear_exponent)
    elif np.shape(shear_exponent) == (count, 12, 24):
        pattern = hourly_factor(np.asarray(shear_exponent), lift)
    else:
        expected = f"({count},) or ({count}, 12, 24)"
        raise InputError(Problem("argument", "shear_exponent", str(np.shape(shear_exponent)), expected))

    if kept_share is not None and not (
        np.shape(kept_share) == (count,) and bool(((kept_share >= 0) & (kept_share <= 1)).all())
    ):
        raise InputError(Problem("argument", "kept_share", str(np.shape(kept_share)), f"({count},) of 0..1"))

    iced = wind_icing.iced_hours(weather, turbine.icing) if turbine.icing else None
    stops = turbine.restart_ms is not None
    cut_out = cut_out_ms(*_storm_curve(turbine)) if stops else 0.0

    def touch(some: slice, hub: Hourly, out: Hourly) -> None:
        if turbine.restart_ms is not None:
            stop_after_storm(hub, out, cut_out, turbine.restart_ms)
        if iced is not None and turbine.icing is not None:
            out[iced[some]] *= np.float32(1 - turbine.icing.lost_share)
        if kept_share is not None:
            out *= kept_share[some, None].astype(np.float32)

    table = _power_table(turbine)
    changed = touch if stops or iced is not None or kept_share is not None else None
    return run(table, weather.wind_speed_ms, weather.air_density_kg_per_m3, to_hub, pattern, changed)


@lru_cache(maxsize=8)
def _power_table(turbine: WindTurbine) -> PowerTable:
    """(density, speed) output per unit of rated power, wake and losses included."""
    kept = (1 - turbine.availability_loss_share) * (1 - turbine.other_loss_share)
    reached = SPEEDS_MS
    if turbine.wake in ("dena_mean", "knorr_mean"):
        from windpowerlib.wake_losses import reduce_wind_speed

        reached = np.asarray(reduce_wind_speed(SPEEDS_MS, turbine.wake), dtype=np.float64)
    return power_table(reached, *farm_power_curve(turbine), kept)


def farm_power_curve(turbine: WindTurbine) -> tuple[Array, Array]:
    """Speeds [m/s] and power per unit of rated power [-] of the farm at standard density: storm control,
    turbulence and Jensen's wakes included, measured wake curves and losses not.

    Raises
    ------
    InputError
        As `unit_power_curve`.
    """
    speed, power = _storm_curve(turbine)
    if turbine.turbulence_intensity is not None:
        speed, power = at_turbulence(
            speed, power, turbine.turbulence_intensity, turbine.curve_turbulence_intensity
        )
    if turbine.farm_mw is not None and turbine.density_mw_per_km2 is not None:
        layout = wind_wake.square_farm(turbine.rated_mw, turbine.farm_mw, turbine.density_mw_per_km2)
        at, efficiency = wind_wake.farm_efficiency(speed, power, turbine.rotor_m, layout, turbine.wake_decay)
        speed, power = fine(speed, power)
        power = power * np.interp(speed, at, efficiency)
    return speed, power


def _storm_curve(turbine: WindTurbine) -> tuple[Array, Array]:
    speed, power = unit_power_curve(turbine)
    if turbine.storm_end_ms is None:
        return speed, power
    if turbine.storm_end_ms <= cut_out_ms(speed, power):
        expected = f"above the curve's cut-out, {cut_out_ms(speed, power):g} m/s"
        raise InputError(Problem("argument", "storm_end_ms", f"{turbine.storm_end_ms:g}", expected))
    return with_storm_ramp(speed, power, turbine.storm_end_ms)


def machine(rated_mw: float, rotor_m: float, hub_m: float, *, name: str = "") -> WindTurbine:
    """A machine of which only rated power, rotor and hub height are known.

    Its curve is that of the machine of windpowerlib's table (three-bladed, 1.5 MW and more) whose specific power is
    nearest, stretched to its own.

    Raises
    ------
    InputError
        No machine of the table has a specific power within a quarter of the one asked for.
    """
    label = name or f"{rated_mw:g} MW, {rotor_m:g} m rotor"
    nearest = nearest_type(rated_mw, rotor_m)
    return WindTurbine(name=label, rated_mw=rated_mw, rotor_m=rotor_m, hub_m=hub_m, curve=nearest)


def unit_power_curve(turbine: WindTurbine) -> tuple[Array, Array]:
    """Speeds [m/s] and power per unit of rated power [-] of the turbine at standard density.

    Raises
    ------
    InputError
        The curve is not in windpowerlib's table.
    """
    if turbine.own_curve is not None:
        return turbine.own_curve.arrays
    from windpowerlib.wind_turbine import get_turbine_data_from_file

    tables = oedb_folder()
    try:
        curve = get_turbine_data_from_file(turbine.curve, str(tables / "power_curves.csv"))
        machine = get_turbine_data_from_file(turbine.curve, str(tables / "turbine_data.csv")).iloc[0]
    except KeyError as error:
        expected = "a power curve of windpowerlib's table"
        raise InputError(Problem("argument", "curve", turbine.curve, expected)) from error
    rated_w = float(machine["nominal_power"])
    model_specific = rated_w / (np.pi / 4 * float(machine["rotor_diameter"]) ** 2)
    stretch = (turbine.specific_power_w_per_m2 / model_specific) ** (1 / 3)
    speed = curve["wind_speed"].to_numpy(dtype=np.float64) * stretch
    power = curve["value"].to_numpy(dtype=np.float64) / rated_w
    return speed, np.minimum(power, 1.0)
