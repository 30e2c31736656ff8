from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from gis_layers.errors import InputError
from resources.hours import HOURS
from resources.weather import HourlyWeather, generate
from resources.wind import BASE_TURBINE, FLEET_TURBINE, WindTurbine, unit_power_curve, wind_capacity_factor
from tests.resources.hourly_places import PLACES, place_climate

LOSSLESS = {"availability_loss_share": 0.0, "other_loss_share": 0.0}


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate(*PLACES), seed=1)


def _constant(weather: HourlyWeather, speed_ms: float, density: float = 1.225) -> HourlyWeather:
    shape = weather.wind_speed_ms.shape
    return replace(
        weather,
        wind_speed_ms=np.full(shape, speed_ms, dtype=np.float32),
        air_density_kg_per_m3=np.full(shape, density, dtype=np.float32),
    )


@pytest.mark.parametrize("turbine", [BASE_TURBINE, FLEET_TURBINE], ids=["base", "fleet"])
@pytest.mark.parametrize("place", ["Jiuquan", "Lhasa", "Shanghai"])
def test_a_year_agrees_with_windpowerlibs_model_chain(
    weather: HourlyWeather, turbine: WindTurbine, place: str
) -> None:
    import windpowerlib

    one = list(PLACES).index(place)
    speed_curve, power_curve = unit_power_curve(turbine)
    machine = windpowerlib.WindTurbine(
        hub_height=turbine.hub_m,
        nominal_power=1.0,
        power_curve=pd.DataFrame({"wind_speed": speed_curve, "value": power_curve}),
    )
    times = pd.date_range("2019-01-01", periods=HOURS, freq="h", tz="Etc/GMT-8")
    density = weather.air_density_kg_per_m3[one].astype(np.float64)
    speed = weather.wind_speed_ms[one].astype(np.float64)
    # The roughness is asked for but plays no part once the Hellman exponent is given.
    columns = {("wind_speed", 100): speed, ("density", turbine.hub_m): density, ("roughness_length", 0): 0.1}
    table = pd.DataFrame(columns, index=times)
    chain = windpowerlib.ModelChain(
        machine,
        wind_speed_model="hellman",
        hellman_exp=turbine.shear_exponent,
        density_model="interpolation_extrapolation",
        density_correction=True,
        power_output_model="power_curve",
    )
    hub_speed, hub_density = chain.wind_speed_hub(table), table[("density", turbine.hub_m)]
    theirs = float(chain.calculate_power_output(hub_speed, hub_density).sum())
    bare = turbine.model_copy(update={**LOSSLESS, "wake": "none"})
    assert wind_capacity_factor(weather, bare)[one].sum(dtype=np.float64) == pytest.approx(theirs, rel=0.005)


@pytest.mark.parametrize("turbine", [BASE_TURBINE, FLEET_TURBINE], ids=["base", "fleet"])
def test_output_is_between_nothing_and_the_rated_power_less_losses(
    weather: HourlyWeather, turbine: WindTurbine
) -> None:
    cf = wind_capacity_factor(weather, turbine)
    kept = (1 - turbine.availability_loss_share) * (1 - turbine.other_loss_share)
    assert cf.shape == (len(PLACES), HOURS)
    assert np.isfinite(cf).all()
    assert (cf >= 0).all()
    assert cf.max() <= kept + 1e-6
    assert cf.max() > 0.9


def test_calm_and_storm_give_nothing_and_a_strong_wind_gives_full_power(weather: HourlyWeather) -> None:
    turbine = BASE_TURBINE.model_copy(update={**LOSSLESS, "hub_m": 100.0})
    by_speed = {
        speed: float(wind_capacity_factor(_constant(weather, speed), turbine).max())
        for speed in (0.0, 1.0, 14.0, 35.0, 60.0)
    }
    assert by_speed == {0.0: 0.0, 1.0: 0.0, 14.0: pytest.approx(1.0, abs=0.001), 35.0: 0.0, 60.0: 0.0}


def test_thin_air_costs_power_below_rated_speed_as_density_falls(weather: HourlyWeather) -> None:
    turbine = BASE_TURBINE.model_copy(update={**LOSSLESS, "wake": "none"})
    thick = float(wind_capacity_factor(_constant(weather, 7.0, 1.225), turbine)[0, 0])
    thin = float(wind_capacity_factor(_constant(weather, 7.0, 0.9), turbine)[0, 0])
    assert thin / thick == pytest.approx(0.9 / 1.225, rel=0.06)


def test_better_ground_and_a_larger_rotor_never_yield_less(weather: HourlyWeather) -> None:
    on_average = wind_capacity_factor(weather, BASE_TURBINE).sum(axis=1)
    climate = place_climate(*PLACES)
    on_good_ground = wind_capacity_factor(weather, BASE_TURBINE, climate.wind_speedup).sum(axis=1)
    assert (on_good_ground > on_average).all()
    larger = FLEET_TURBINE.model_copy(update={"rotor_m": 121.0})
    assert (
        wind_capacity_factor(weather, larger).sum(axis=1)
        > wind_capacity_factor(weather, FLEET_TURBINE).sum(axis=1)
    ).all()


def test_wakes_cost_a_few_percent_and_nothing_at_rated_power(weather: HourlyWeather) -> None:
    free = FLEET_TURBINE.model_copy(update={"wake": "none"})
    windy = list(PLACES).index("Jiuquan")
    share = (
        wind_capacity_factor(weather, FLEET_TURBINE)[windy].sum()
        / wind_capacity_factor(weather, free)[windy].sum()
    )
    assert 0.80 < share < 0.97
    strong = _constant(weather, 18.0)
    full = float(wind_capacity_factor(strong, free)[0, 0])
    assert float(wind_capacity_factor(strong, FLEET_TURBINE)[0, 0]) == pytest.approx(full, abs=1e-3)


def test_a_windy_desert_site_yields_what_new_bases_promise(weather: HourlyWeather) -> None:
    hours = dict(zip(PLACES, wind_capacity_factor(weather, BASE_TURBINE).sum(axis=1), strict=True))
    assert 2800 < hours["Jiuquan"] < 4000
    assert hours["Chengdu"] < 900


def test_default_machines_are_what_their_names_say() -> None:
    assert BASE_TURBINE.specific_power_w_per_m2 == pytest.approx(198.9, abs=0.1)
    assert FLEET_TURBINE.specific_power_w_per_m2 == pytest.approx(240.0, abs=0.1)
    for turbine in (BASE_TURBINE, FLEET_TURBINE):
        speed, power = unit_power_curve(turbine)
        assert power.max() == 1.0
        assert (np.diff(speed) > 0).all()


def test_an_unknown_curve_is_named(weather: HourlyWeather) -> None:
    turbine = BASE_TURBINE.model_copy(update={"curve": "Dutch mill"})
    with pytest.raises(InputError, match="Dutch mill"):
        wind_capacity_factor(weather, turbine)


def test_a_rotor_that_would_touch_the_ground_is_refused() -> None:
    with pytest.raises(ValidationError, match="half of rotor_m"):
        WindTurbine(name="x", rated_mw=3, rotor_m=200, hub_m=90, curve="V126/3000")
