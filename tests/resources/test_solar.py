from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import pytest
from pydantic import ValidationError

from resources.hours import HOURS
from resources.solar import (
    PvLosses,
    PvSystem,
    optimal_tilt_deg,
    pv_capacity_factor,
    specific_yield_kwh_per_kwp,
)
from resources.sources.epw import from_epw
from resources.weather import HourlyWeather, generate
from resources.weather_solar import cos_zenith, hour_angle
from tests.resources.hourly_places import PLACES, place_climate

EPW = Path(__file__).parents[3] / "shared" / "reference" / "weather_epw"
FIXED, TRACKER = PvSystem(), PvSystem(mounting="single_axis")


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate(*PLACES), seed=1)


def _chain_hours(weather: HourlyWeather, system: PvSystem) -> float:
    """Full-load hours of the first place by pvlib's ModelChain with the same models."""
    times = pd.date_range("2019-01-01 00:30", periods=HOURS, freq="h", tz="Etc/GMT-8")
    place = pvlib.location.Location(
        float(weather.lat_deg[0]), float(weather.lon_deg[0]), "Etc/GMT-8", float(weather.elevation_m[0])
    )
    if system.mounting == "fixed":
        mount = pvlib.pvsystem.FixedMount(float(optimal_tilt_deg(weather.lat_deg)[0]), system.azimuth_deg)
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
    table = pd.DataFrame({name: v[0].astype(np.float64) for name, v in columns.items()}, index=times)
    table["wind_speed"] = weather.wind_speed_ms[0].astype(np.float64) * 0.1**0.2
    chain.run_model(table)
    return float(np.nansum(chain.results.ac)) * (1 - losses.ac_share)


@pytest.mark.parametrize("system", [FIXED, TRACKER], ids=["fixed", "tracker"])
def test_a_year_agrees_with_pvlibs_model_chain(system: PvSystem) -> None:
    golmud = generate(place_climate("Golmud"), seed=1)
    ours = float(pv_capacity_factor(golmud, system).sum(dtype=np.float64))
    assert ours == pytest.approx(_chain_hours(golmud, system), rel=0.005)


@pytest.mark.parametrize("system", [FIXED, TRACKER], ids=["fixed", "tracker"])
def test_a_typical_year_from_a_file_agrees_with_pvlibs_model_chain(system: PvSystem) -> None:
    if not EPW.is_dir():
        pytest.skip("no EPW files beside the project (../shared/reference/weather_epw)")
    for path in sorted(EPW.glob("*.epw")):
        year = from_epw(path)
        ours = float(pv_capacity_factor(year, system).sum(dtype=np.float64))
        assert ours == pytest.approx(_chain_hours(year, system), rel=0.005), path.name


@pytest.mark.parametrize("system", [FIXED, TRACKER], ids=["fixed", "tracker"])
def test_output_is_between_nothing_and_the_inverter_and_nothing_at_night(
    weather: HourlyWeather, system: PvSystem
) -> None:
    cf = pv_capacity_factor(weather, system)
    assert cf.shape == (len(PLACES), HOURS)
    assert np.isfinite(cf).all()
    assert (cf >= 0).all()
    assert (cf <= 1 - system.losses.ac_share + 1e-6).all()
    night = cos_zenith(weather.lat_deg, hour_angle(weather.lon_deg)) <= 0
    assert (cf[night] == 0).all()


def test_sunny_places_yield_more_and_all_yields_are_of_this_world(weather: HourlyWeather) -> None:
    yields = dict(
        zip(PLACES, specific_yield_kwh_per_kwp(pv_capacity_factor(weather, FIXED), FIXED), strict=True)
    )
    assert yields["Lhasa"] > yields["Beijing"] > yields["Guangzhou"] > yields["Chengdu"]
    assert 1600 < yields["Golmud"] < 1950
    assert 1150 < yields["Beijing"] < 1450
    assert 650 < yields["Chengdu"] < 900


def test_a_tracker_gains_where_the_beam_is_strong(weather: HourlyWeather) -> None:
    gain = pv_capacity_factor(weather, TRACKER).sum(axis=1) / pv_capacity_factor(weather, FIXED).sum(axis=1)
    names = list(PLACES)
    assert 1.08 < gain[names.index("Golmud")] < 1.30
    assert gain[names.index("Chengdu")] < gain[names.index("Golmud")]


def test_more_modules_behind_an_inverter_give_more_energy_but_less_each(weather: HourlyWeather) -> None:
    small, large = PvSystem(dc_ac_ratio=1.0), PvSystem(dc_ac_ratio=1.6)
    cf_small, cf_large = pv_capacity_factor(weather, small), pv_capacity_factor(weather, large)
    assert (cf_large >= cf_small - 1e-6).all()
    assert (
        specific_yield_kwh_per_kwp(cf_large, large) < specific_yield_kwh_per_kwp(cf_small, small) + 15
    ).all()


def test_heat_costs_yield(weather: HourlyWeather) -> None:
    warmer = replace(weather, temperature_c=weather.temperature_c + np.float32(10))
    ratio = pv_capacity_factor(warmer, PvSystem(dc_ac_ratio=0.8)).sum(axis=1)
    ratio = ratio / pv_capacity_factor(weather, PvSystem(dc_ac_ratio=0.8)).sum(axis=1)
    # 10 K at 0.35 %/K off a module that works at about its rated temperature.
    assert ((ratio > 0.955) & (ratio < 0.975)).all()


def test_losses_multiply() -> None:
    losses = PvLosses(
        soiling_share=0.1,
        shading_share=0.2,
        mismatch_share=0,
        wiring_share=0,
        connections_share=0,
        light_induced_share=0,
        nameplate_share=0,
        transformer_and_line_share=0.02,
        availability_share=0.05,
    )
    assert losses.dc_share == pytest.approx(0.28)
    assert losses.ac_share == pytest.approx(0.069)


def test_the_best_tilt_is_flatter_than_the_latitude_in_china() -> None:
    tilt = optimal_tilt_deg(np.array([25.0, 40.0, 50.0]))
    assert (tilt < [25.0, 40.0, 50.0]).all()
    assert (np.diff(tilt) > 0).all()


@pytest.mark.parametrize(
    "bad", [{"tilt_deg": 95}, {"dc_ac_ratio": -1}, {"gamma_pdc_per_k": 0.003}, {"tilt": 3}]
)
def test_a_plant_that_cannot_be_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        PvSystem(**bad)
