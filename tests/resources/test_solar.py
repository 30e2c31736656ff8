from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
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
from tests.resources.pvlib_chain import chain_hours

EPW = Path(__file__).parents[3] / "shared" / "reference" / "weather_epw"
FIXED, TRACKER = PvSystem(), PvSystem(mounting="single_axis")


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate(*PLACES), seed=1)


def _agrees(weather: HourlyWeather, system: PvSystem, name: str) -> None:
    """0.5 % over the year, 2 % in each hour around noon."""
    ours = pv_capacity_factor(weather, system)[0].astype(np.float64)
    theirs = chain_hours(weather, system)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.005), name
    noon = np.isin(np.arange(HOURS) % 24, (11, 12, 13)) & (theirs > 0.02)
    worst = np.abs(ours[noon] / theirs[noon] - 1).max()
    assert worst < 0.02, f"{name}: {worst:.4f}"


@pytest.mark.parametrize("system", [FIXED, TRACKER], ids=["fixed", "tracker"])
def test_a_year_agrees_with_pvlibs_model_chain_and_so_does_every_noon(system: PvSystem) -> None:
    _agrees(generate(place_climate("Golmud"), seed=1), system, "Golmud")


@pytest.mark.parametrize("system", [FIXED, TRACKER], ids=["fixed", "tracker"])
def test_a_typical_year_from_a_file_agrees_with_pvlibs_model_chain(system: PvSystem) -> None:
    if not EPW.is_dir():
        pytest.skip("no EPW files beside the project (../shared/reference/weather_epw)")
    for path in sorted(EPW.glob("*.epw")):
        _agrees(from_epw(path), system, path.name)


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
