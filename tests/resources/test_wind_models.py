"""Turbulence, wakes, ice, shear and machines known by a few figures: the parts of the wind chain one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from gis_layers.errors import InputError
from resources.hours import HOURS, MONTH_HOURS
from resources.weather import HourlyWeather, generate
from resources.wind import BASE_TURBINE, farm_power_curve, machine, unit_power_curve, wind_capacity_factor
from resources.wind_curve import PowerCurve, at_turbulence, smoothed, with_storm_ramp, zero_turbulence_curve
from resources.wind_icing import Icing, ice_reports, iced_hours
from resources.wind_shear import shear_of_two_heights
from resources.wind_wake import SquareFarm, farm_efficiency, square_farm, thrust_coefficient
from tests.resources.hourly_places import place_climate

CUBIC_MS = np.arange(0.0, 25.01, 0.25)
CUBIC = np.where(CUBIC_MS >= 3, np.minimum((CUBIC_MS / 12) ** 3, 1.0), 0.0)


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate("Beijing", "Jiuquan"), seed=1)


# Turbulence


def test_smoothing_a_cube_adds_three_times_the_variance() -> None:
    # E[(v(1 + TI e))^3] = v^3 (1 + 3 TI^2); the normal is cut at three sigma, whose variance is 0.973.
    speed = np.linspace(0.0, 40.0, 801)
    power = (speed / 40) ** 3
    at = speed.searchsorted(10.0)
    assert smoothed(speed, power, 0.2)[at] / power[at] == pytest.approx(1 + 3 * 0.2**2, rel=0.005)


def test_at_the_curves_own_turbulence_nothing_changes() -> None:
    at, same = at_turbulence(CUBIC_MS, CUBIC, 0.10)
    np.testing.assert_allclose(same, np.interp(at, CUBIC_MS, CUBIC), atol=1e-12)


def test_more_turbulence_gives_more_below_and_less_around_rated_speed_and_spares_the_cut_out() -> None:
    at, rough = at_turbulence(CUBIC_MS, CUBIC, 0.18)
    calm = np.interp(at, CUBIC_MS, CUBIC)
    assert (rough[(at > 5) & (at < 9)] > calm[(at > 5) & (at < 9)]).all()
    assert (rough[(at > 11) & (at < 14)] < calm[(at > 11) & (at < 14)]).all()
    assert rough[-1] == pytest.approx(1.0, abs=1e-3)  # three sigma at 25 m/s reach below rated speed
    assert rough.max() <= 1.0


def test_the_zero_turbulence_curve_blurs_back_into_the_given_one() -> None:
    speed = np.arange(0.0, 25.001, 0.05)
    ideal = np.where(speed >= 3, np.minimum((speed / 11) ** 3, 1.0), 0.0)
    measured = smoothed(speed, ideal, 0.10)
    found = zero_turbulence_curve(speed, measured, 0.10)
    assert np.abs(found - ideal).max() < 0.05
    assert np.abs(found - ideal).mean() < 0.002


# Storm


def test_a_storm_ramp_leads_in_a_straight_line_from_the_cut_out_to_nothing() -> None:
    speed, power = with_storm_ramp(np.array([3.0, 12.0, 25.0]), np.array([0.0, 1.0, 1.0]), 33.0)
    assert np.interp([25.0, 29.0, 33.0], speed, power).tolist() == [1.0, 0.5, 0.0]


def test_a_storm_ramp_that_ends_before_the_cut_out_is_refused() -> None:
    with pytest.raises(InputError, match="above the curve's cut-out"):
        farm_power_curve(BASE_TURBINE.model_copy(update={"storm_end_ms": 15.0}))


# Wakes


def test_two_machines_in_a_row_lose_what_jensen_says() -> None:
    # Two machines, 5 rotor diameters apart, wind along the row: deficit (1 - sqrt(1 - Ct)) (r / (r + k x))^2.
    # Only one of the nineteen directions (0 degrees) and its neighbours bring wakes; at 90 degrees none.
    farm = SquareFarm(1, 2, 500.0)
    thrust = thrust_coefficient(CUBIC_MS, CUBIC)
    slow = (1 - np.sqrt(1 - np.interp(8.0, CUBIC_MS, thrust))) * (50 / (50 + 0.05 * 500)) ** 2
    in_wake = (8.0 * (1 - slow) / 8.0) ** 3
    at, efficiency = farm_efficiency(CUBIC_MS, CUBIC, 100.0, farm, decay=0.05)
    got = float(np.interp(8.0, at, efficiency))
    assert (1 + in_wake) / 2 < got < 1.0
    from resources import wind_wake

    weight, reach = wind_wake._shadows(farm, 100.0, 0.05)[0]
    assert reach[0, 1] == pytest.approx((50 / 75) ** 4)
    assert reach[1, 0] == 0.0
    assert weight == pytest.approx(0.5 / 18)


def test_the_overlap_of_rotor_and_wake_is_the_area_of_two_circles() -> None:
    from resources.wind_wake import _overlap

    got = _overlap(np.array([50.0, 50.0, 80.0, 80.0]), 50.0, np.array([0.0, 50.0, 20.0, 131.0]))
    half = 2 / 3 - np.sqrt(3) / (2 * np.pi)  # equal circles, centres one radius apart
    np.testing.assert_allclose(got, [1.0, half, 1.0, 0.0], atol=1e-9)


def test_one_machine_alone_loses_nothing_and_dense_and_large_farms_lose_more() -> None:
    def loss(mw: float, density: float) -> float:
        layout = square_farm(6.25, mw, density)
        at, efficiency = farm_efficiency(*unit_power_curve(BASE_TURBINE), 200.0, layout)
        return 1 - float(np.interp(7.0, at, efficiency))

    assert loss(6.25, 5.0) == 0.0
    losses = [loss(200, density) for density in (1.5, 3.0, 6.0, 12.0)]
    assert losses == sorted(losses)
    assert 0 < losses[0] < 0.06 < losses[-1] < 0.35
    assert loss(50, 5.0) < loss(200, 5.0) < loss(1000, 5.0)


def test_a_strong_wind_reaches_all_machines_with_full_power() -> None:
    at, efficiency = farm_efficiency(*unit_power_curve(BASE_TURBINE), 200.0, square_farm(6.25, 200, 5.0))
    assert efficiency[(at > 16) & (at < 24)] == pytest.approx(1.0)
    assert (efficiency <= 1.0).all()


def test_jensens_wakes_are_part_of_the_chain(weather: HourlyWeather) -> None:
    free = BASE_TURBINE.model_copy(update={"wake": "none"})
    farm = BASE_TURBINE.model_copy(update={"wake": "jensen", "farm_mw": 200.0, "density_mw_per_km2": 5.0})
    share = wind_capacity_factor(weather, farm)[1].sum() / wind_capacity_factor(weather, free)[1].sum()
    assert 0.85 < share < 0.98


def test_a_farm_without_size_or_density_is_refused() -> None:
    with pytest.raises(ValidationError, match="belong together"):
        BASE_TURBINE.model_validate({**BASE_TURBINE.model_dump(), "wake": "jensen", "farm_mw": 100})


# Ice


def _frosty(weather: HourlyWeather) -> HourlyWeather:
    """-5 C and sun, but on days 10 and 11 overcast; warm from day 12, 6 h, on."""
    temperature = np.full(weather.temperature_c.shape, -5.0, dtype=np.float32)
    temperature[:, 12 * 24 + 6 :] = 10.0
    ghi = np.full(weather.ghi_w_per_m2.shape, 400.0, dtype=np.float32)
    ghi[:, 10 * 24 : 12 * 24] = 1.0
    return replace(weather, temperature_c=temperature, ghi_w_per_m2=ghi)


def test_ice_forms_under_frosty_cloud_stays_a_while_and_thaws(weather: HourlyWeather) -> None:
    cold = _frosty(weather)
    iced = iced_hours(cold, Icing(stays_h=24))
    assert np.flatnonzero(iced[0]).tolist() == list(range(10 * 24, 12 * 24 + 6))
    brief = iced_hours(cold, Icing(stays_h=2))
    assert np.flatnonzero(brief[0]).tolist() == list(range(10 * 24, 12 * 24 + 2))
    report = ice_reports(cold)[0]
    assert (report.forming_h, report.iced_h, report.iea_class) == (48, 54, 2)


def test_humidity_decides_where_it_is_known(weather: HourlyWeather) -> None:
    cold = _frosty(weather)
    humid = np.full(cold.temperature_c.shape, 0.5, dtype=np.float32)
    humid[:, 100:110] = 0.99
    iced = iced_hours(cold, Icing(stays_h=0), humid)
    assert np.flatnonzero(iced[1]).tolist() == list(range(100, 110))


def test_ice_takes_its_share_of_the_output_of_iced_hours_only(weather: HourlyWeather) -> None:
    cold = _frosty(weather)
    icy = BASE_TURBINE.model_copy(update={"icing": Icing(lost_share=0.4)})
    with_ice, without = wind_capacity_factor(cold, icy), wind_capacity_factor(cold, BASE_TURBINE)
    iced = iced_hours(cold, Icing())
    np.testing.assert_allclose(with_ice[iced], 0.6 * without[iced], rtol=1e-6)
    np.testing.assert_array_equal(with_ice[~iced], without[~iced])


# Shear


def test_shear_finds_the_exponent_of_each_month_and_hour() -> None:
    rng = np.random.default_rng(3)
    low = rng.uniform(3.5, 12.0, (2, HOURS))
    exponent = np.where(np.arange(HOURS) % 24 < 12, 0.30, 0.10)[None, :] * np.array([[1.0], [0.5]])
    exponent[:, MONTH_HOURS[0]] += 0.05
    high = low * 2.0**exponent
    shear = shear_of_two_heights(low, 50.0, high, 100.0)
    np.testing.assert_allclose(shear.by_month_and_hour[0, 1, [0, 13]], [0.30, 0.10], atol=1e-9)
    np.testing.assert_allclose(shear.by_month_and_hour[1, 0, [0, 13]], [0.20, 0.10], atol=1e-9)
    assert shear.exponent[0] == pytest.approx(0.205, abs=0.01)


def test_gaps_fall_back_on_the_hour_of_day_and_then_the_place() -> None:
    low = np.full((1, HOURS), 6.0)
    high = low * 2.0**0.2
    low[:, MONTH_HOURS[4]] = np.nan
    low[:, np.arange(HOURS) % 24 == 5] = 1.0
    shear = shear_of_two_heights(low, 40.0, high, 80.0)
    np.testing.assert_allclose(shear.by_month_and_hour, 0.2)
    assert shear.hours_used[0] == (365 - 31) * 23


def test_shear_by_hour_is_what_the_chain_applies(weather: HourlyWeather) -> None:
    same = np.full((2, 12, 24), BASE_TURBINE.shear_exponent)
    usual = wind_capacity_factor(weather, BASE_TURBINE)
    np.testing.assert_allclose(wind_capacity_factor(weather, BASE_TURBINE, 1.0, same), usual, atol=0.018)
    np.testing.assert_array_equal(wind_capacity_factor(weather, BASE_TURBINE, 1.0, same[:, 0, 0]), usual)
    with pytest.raises(InputError, match="shear_exponent"):
        wind_capacity_factor(weather, BASE_TURBINE, 1.0, np.ones(5))


def test_heights_too_close_and_calm_masts_are_refused() -> None:
    with pytest.raises(InputError, match=r"1\.2 times"):
        shear_of_two_heights(np.full((1, HOURS), 6.0), 90.0, np.full((1, HOURS), 6.0), 100.0)
    with pytest.raises(InputError, match="at least 100"):
        shear_of_two_heights(np.full((1, HOURS), 1.0), 50.0, np.full((1, HOURS), 2.0), 100.0)


# Machines


def test_a_machine_of_three_figures_gets_the_curve_of_its_specific_power() -> None:
    new = machine(10.0, 230.0, 140.0)
    speed, power = unit_power_curve(new)
    assert new.specific_power_w_per_m2 == pytest.approx(240.7, abs=0.1)
    assert power.max() == 1.0
    # At 6 m/s its power coefficient must be that of a real machine.
    coefficient = np.interp(6.0, speed, power) * 240.7 / (0.5 * 1.225 * 6.0**3)
    assert 0.35 < coefficient < 0.5


def test_a_rotor_no_one_builds_for_that_power_is_refused() -> None:
    with pytest.raises(InputError, match="specific power"):
        machine(20.0, 100.0, 100.0)


def test_an_own_curve_is_taken_as_it_is() -> None:
    own = PowerCurve(name="own", speed_ms=(3, 8, 12, 25), power_share=(0, 0.5, 1, 1))
    turbine = BASE_TURBINE.model_copy(update={"curve": "", "own_curve": own})
    speed, power = unit_power_curve(turbine)
    assert speed.tolist() == [3, 8, 12, 25]
    assert power.tolist() == [0, 0.5, 1, 1]
    with pytest.raises(ValidationError, match="not both"):
        BASE_TURBINE.model_validate({**BASE_TURBINE.model_dump(), "own_curve": own})
