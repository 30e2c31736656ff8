"""Hourly wind power: from wind at 100 m to the capacity factor of a wind farm, by windpowerlib's curves.

For profiles, sizing and dispatch. The only module that imports windpowerlib, and only when it is called;
windpowerlib reads its turbine tables from its own package, never from the network.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_layers.errors import InputError, Problem
from resources.hours import HOURS
from resources.weather import HourlyWeather

Array = NDArray[np.float64]
Hourly = NDArray[np.float32]

WEATHER_HEIGHT_M: Final = 100.0
_PLACES_AT_ONCE = 64
_SPEED_STEP_MS = 0.05
_SPEEDS = np.arange(0.0, 40.0 + _SPEED_STEP_MS / 2, _SPEED_STEP_MS)
_DENSITY_STEP = 0.05
_DENSITIES = np.arange(0.5, 1.601, _DENSITY_STEP)


class WindTurbine(BaseModel):
    """A machine of a wind farm; the farm's output is per unit of its rated power."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    rated_mw: float = Field(gt=0, le=30)
    rotor_m: float = Field(gt=0, le=350)
    hub_m: float = Field(gt=10, le=250)
    curve: str
    """Power curve of windpowerlib's oedb table; taken per unit of its rated power, its speeds scaled by the
    cube root of the ratio of specific powers, so that a larger rotor reaches rated power earlier."""
    shear_exponent: float = Field(default=0.14, ge=0, le=0.6)
    """Power law from 100 m to the hub."""
    wake: Literal["none", "dena_mean", "knorr_mean"] = "dena_mean"
    """Wind efficiency of the farm, a speed reduction by windpowerlib's curves of measured farms."""
    availability_loss_share: float = Field(default=0.03, ge=0, lt=1)
    other_loss_share: float = Field(default=0.03, ge=0, lt=1)
    """Cables and transformer, icing, blade soiling."""

    @model_validator(mode="after")
    def _rotor_clears_the_ground(self) -> Self:
        if self.hub_m <= self.rotor_m / 2:
            raise ValueError(f"hub_m {self.hub_m:g} must be more than half of rotor_m {self.rotor_m:g}")
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
    weather: HourlyWeather, turbine: WindTurbine, speedup: Array | float = 1.0
) -> Hourly:
    """(place, hour) farm output at the grid over rated power, 0..1. [-]

    Parameters
    ----------
    weather : HourlyWeather
    turbine : WindTurbine
    speedup : (place,) or one value
        Speed of the sites over the area mean of the weather (`PlaceClimate.wind_speedup`). [-]

    Raises
    ------
    InputError
        The turbine's curve is not in windpowerlib's table.

    Notes
    -----
    Power law to the hub, wake as speed reduction, density-corrected power curve (Svenningsen 2010, as in
    windpowerlib) tabulated over speed and density and read bilinearly, then availability and other losses.
    """
    table = _power_table(turbine)
    to_hub = np.broadcast_to(np.asarray(speedup, dtype=np.float64), (len(weather),))
    to_hub = to_hub * (turbine.hub_m / WEATHER_HEIGHT_M) ** turbine.shear_exponent
    kept = (1 - turbine.availability_loss_share) * (1 - turbine.other_loss_share)
    out = np.empty((len(weather), HOURS), dtype=np.float32)
    for start in range(0, len(weather), _PLACES_AT_ONCE):
        some = slice(start, min(start + _PLACES_AT_ONCE, len(weather)))
        speed = weather.wind_speed_ms[some].astype(np.float64) * to_hub[some, None]
        density = weather.air_density_kg_per_m3[some].astype(np.float64)
        out[some] = np.clip(_look_up(table, speed, density) * kept, 0.0, 1.0)
    return out


def _look_up(table: Array, speed: Array, density: Array) -> Array:
    """Bilinear reading of the (density, speed) table; 0 beyond its last speed, ends of density held."""
    at = np.minimum(speed / _SPEED_STEP_MS, table.shape[1] - 1.001)
    column = at.astype(np.int64)
    right = at - column
    level = np.clip((density - _DENSITIES[0]) / _DENSITY_STEP, 0.0, table.shape[0] - 1.001)
    row = level.astype(np.int64)
    up = level - row
    flat = table.ravel()
    cell = row * table.shape[1] + column
    low = flat[cell] * (1 - right) + flat[cell + 1] * right
    cell += table.shape[1]
    high = flat[cell] * (1 - right) + flat[cell + 1] * right
    return np.asarray(low * (1 - up) + high * up)


@lru_cache(maxsize=16)
def _power_table(turbine: WindTurbine) -> Array:
    """(density, speed) output per unit of rated power, wake included, losses not."""
    from windpowerlib.power_output import power_curve
    from windpowerlib.wake_losses import reduce_wind_speed

    curve_speed, curve_power = unit_power_curve(turbine)
    reached = _SPEEDS if turbine.wake == "none" else reduce_wind_speed(_SPEEDS, turbine.wake)
    rows = [
        power_curve(
            reached, curve_speed, curve_power, np.full_like(_SPEEDS, density), density_correction=True
        )
        for density in _DENSITIES
    ]
    table = np.clip(np.asarray(rows, dtype=np.float64), 0.0, 1.0)
    table[:, -1] = 0.0
    table.setflags(write=False)
    return table


def unit_power_curve(turbine: WindTurbine) -> tuple[Array, Array]:
    """Speeds [m/s] and power per unit of rated power [-] of the turbine at standard density.

    Raises
    ------
    InputError
        The curve is not in windpowerlib's table.
    """
    import windpowerlib
    from windpowerlib.wind_turbine import get_turbine_data_from_file

    tables = Path(windpowerlib.__file__).parent / "oedb"
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
