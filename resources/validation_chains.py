"""The reference chains our kernels are held against: pvlib's and windpowerlib's ModelChain with the same models.

Slow by design (one place at a time, their own code); used by `energymap validate --full`, tests and benchmarks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resources.hours import GEOMETRY_YEAR, HOURS
from resources.solar import PvSystem, optimal_tilt_deg
from resources.weather import HourlyWeather
from resources.wind import WindTurbine, unit_power_curve

Array = NDArray[np.float64]


def pvlib_hours(weather: HourlyWeather, system: PvSystem, at: int = 0) -> Array:
    """(hour,) AC power over AC capacity of the place `at` by pvlib's ModelChain with the same models. [-]"""
    import pvlib

    times = pd.date_range(f"{GEOMETRY_YEAR}-01-01 00:30", periods=HOURS, freq="h", tz="Etc/GMT-8")
    place = pvlib.location.Location(
        float(weather.lat_deg[at]), float(weather.lon_deg[at]), "Etc/GMT-8", float(weather.elevation_m[at])
    )
    if system.mounting == "fixed":
        mount = pvlib.pvsystem.FixedMount(float(optimal_tilt_deg(weather.lat_deg)[at]), system.azimuth_deg)
    else:
        mount = pvlib.pvsystem.SingleAxisTrackerMount(0, 180, system.max_rotation_deg, True, system.gcr)
    losses = system.losses
    plant = pvlib.pvsystem.PVSystem(
        [
            pvlib.pvsystem.Array(
                mount,
                albedo=system.albedo,
                module_parameters={"pdc0": system.dc_ac_ratio, "gamma_pdc": system.gamma_pdc_per_k},
                temperature_model_parameters={
                    "u0": system.faiman_u0_w_per_m2_k,
                    "u1": system.faiman_u1_w_s_per_m3_k,
                },
            )
        ],
        inverter_parameters={
            "pdc0": 1 / system.inverter_efficiency,
            "eta_inv_nom": system.inverter_efficiency,
        },
        losses_parameters={
            "soiling": 100 * losses.soiling_share,
            "shading": 100 * losses.shading_share,
            "snow": 0,
            "mismatch": 100 * losses.mismatch_share,
            "wiring": 100 * losses.wiring_share,
            "connections": 100 * losses.connections_share,
            "lid": 100 * losses.light_induced_share,
            "nameplate_rating": 100 * losses.nameplate_share,
            "age": 0,
            "availability": 0,
        },
    )
    chain = pvlib.modelchain.ModelChain(
        plant,
        place,
        transposition_model="haydavies",
        aoi_model="physical",
        spectral_model="no_loss",
        temperature_model="faiman",
        dc_model="pvwatts",
        ac_model="pvwatts",
        losses_model="pvwatts",
    )
    columns = {
        "ghi": weather.ghi_w_per_m2,
        "dni": weather.dni_w_per_m2,
        "dhi": weather.dhi_w_per_m2,
        "temp_air": weather.temperature_c,
    }
    table = pd.DataFrame({name: v[at].astype(np.float64) for name, v in columns.items()}, index=times)
    table["wind_speed"] = weather.wind_speed_ms[at].astype(np.float64) * 0.1**0.2
    chain.run_model(table)
    return np.nan_to_num(np.asarray(chain.results.ac, dtype=np.float64)) * (1 - losses.ac_share)


def windpowerlib_hours(weather: HourlyWeather, turbine: WindTurbine, at: int = 0) -> Array:
    """(hour,) power over rated power of the place `at` by windpowerlib's ModelChain, density-corrected. [-]

    Without wakes and losses, which that chain does not know.
    """
    import windpowerlib

    speed, power = unit_power_curve(turbine)
    machine = windpowerlib.WindTurbine(
        hub_height=turbine.hub_m,
        nominal_power=1.0,
        power_curve=pd.DataFrame({"wind_speed": speed, "value": power}),
    )
    columns = {
        ("wind_speed", 100): weather.wind_speed_ms[at].astype(np.float64),
        ("density", turbine.hub_m): weather.air_density_kg_per_m3[at].astype(np.float64),
        ("roughness_length", 0): 0.1,  # asked for, without effect beside the Hellman exponent
    }
    times = pd.date_range(f"{GEOMETRY_YEAR}-01-01", periods=HOURS, freq="h", tz="Etc/GMT-8")
    table = pd.DataFrame(columns, index=times)
    chain = windpowerlib.ModelChain(
        machine,
        wind_speed_model="hellman",
        hellman_exp=turbine.shear_exponent,
        density_model="interpolation_extrapolation",
        density_correction=True,
        power_output_model="power_curve",
    )
    made = chain.calculate_power_output(chain.wind_speed_hub(table), table[("density", turbine.hub_m)])
    return np.nan_to_num(np.asarray(made, dtype=np.float64))


def bare(turbine: WindTurbine) -> WindTurbine:
    """The machine without wakes and losses."""
    return turbine.model_copy(
        update={"wake": "none", "availability_loss_share": 0.0, "other_loss_share": 0.0}
    )
