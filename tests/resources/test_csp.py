from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from pydantic import ValidationError

from gis_layers.errors import InputError
from resources.csp import CspBlock, CspTower, block, field_table, heat_profile, mirror_m2_per_mw
from resources.csp_dispatch import run_alone
from resources.hours import HOURS
from resources.weather import HourlyWeather, generate
from tests.resources.hourly_places import PLACES, place_climate

PLAIN = CspBlock(
    receiver_mw=4.0,
    storage_mwh=10.0,
    storage_loss_per_h=0.0,
    heat_idle_mw=0.5,
    heat_per_mwh=2.0,
    min_load_share=0.25,
    start_mwh=1.0,
    availability=1.0,
)


@pytest.fixture(scope="module")
def weather() -> HourlyWeather:
    return generate(place_climate(*PLACES), seed=1)


def test_a_field_is_best_with_a_high_sun_and_behind_the_receiver_worst() -> None:
    table = field_table(37.0, 200.0)
    assert ((table > 0) & (table < 0.85)).all()
    assert (np.diff(table[:12, 0]) > 0).all()  # the higher the better, to 55 degrees
    assert np.ptp(table[-1]) < 1e-12  # in the zenith the sun has no direction
    assert (np.diff(table[4]) < 0).all()  # a northern field sees a southern sun best
    level = field_table(0.0, 200.0)
    assert level[6, 0] == pytest.approx(level[6, -1], rel=1e-9)  # a round field knows no direction


def test_a_high_tower_pays_for_its_distances_in_air() -> None:
    assert (field_table(37.0, 100.0) > field_table(37.0, 300.0)).all()


def test_the_receiver_is_just_full_at_the_design_point() -> None:
    weather = generate(place_climate("Golmud"), seed=1)
    ones = {field.name: np.array(getattr(weather, field.name)) for field in fields(HourlyWeather)}
    ones["dni_w_per_m2"] = np.full((1, HOURS), 850.0, dtype=np.float32)
    ones["wind_speed_ms"] = np.zeros((1, HOURS), dtype=np.float32)
    profile = heat_profile(HourlyWeather(**ones))[0].reshape(365, 24)
    # 21 March, the hours beside true noon (12:00 local is 13:40 by the clock).
    assert profile[79, 13:15].max() == pytest.approx(1.0, abs=0.01)
    assert profile[171].max() == pytest.approx(
        1.0, abs=0.01
    )  # mirrors lean to the north: no gain at 77 degrees
    assert profile[355].max() < 1.0
    assert profile.max() <= 1.0
    assert (profile[:, :5] == 0).all()


def test_nothing_is_collected_below_the_receivers_least_nor_in_a_storm(weather: HourlyWeather) -> None:
    tower = CspTower()
    profile = heat_profile(weather, tower)
    assert profile.shape == (len(PLACES), HOURS)
    assert ((profile == 0) | (profile >= tower.receiver_min_share - 1e-6)).all()
    stormy = heat_profile(replace(weather, wind_speed_ms=np.full_like(weather.wind_speed_ms, 40.0)), tower)
    assert (stormy == 0).all()


def test_a_field_of_mirrors_follows_from_the_heat_balance_at_design() -> None:
    tower = CspTower()
    kept = tower.reflectivity * tower.cleanliness * tower.field_availability * tower.absorptance
    # Sun at 90 - 37 = 53 degrees in the south.
    optical = field_table(37.0, 200.0)[:, 0]
    at = optical[10] + (optical[11] - optical[10]) * 3 / 5
    assert mirror_m2_per_mw(37.0, tower) == pytest.approx(1.07e6 / (850 * at * kept))


def test_a_day_of_a_plant_by_hand() -> None:
    profile = np.zeros((1, 24))
    profile[0, 8:12] = [0.5, 1.0, 1.0, 1.0]  # heat 2, 4, 4, 4; full load takes 2.5, a start 1
    year = run_alone(profile, PLAIN)
    # Hour 8: 2 are too few for start and full load. Hour 9: 6 - 1 - 2.5 = 2.5 left. Then 4 in, 2.5 out.
    np.testing.assert_allclose(year.stored_mwh[0, 8:16], [2, 2.5, 4, 5.5, 3, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(year.power[0, 8:16], [0, 1, 1, 1, 1, 1, 0, 0])
    assert year.starts[0] == 1
    assert year.refused_mwh[0] == 0


def test_an_evening_plant_waits_until_its_salt_is_full() -> None:
    profile = np.zeros((1, 48))
    profile[0, 8:14] = 1.0
    evening = run_alone(profile, replace(PLAIN, receiver_mw=1.5), clock_from=18)  # collects 9 of 10
    assert (evening.power[0, :18] == 0).all()
    assert evening.power[0, 18] == pytest.approx(1.0)
    full = run_alone(profile, PLAIN, clock_from=18)  # 4 an hour: full in the third, so it starts
    assert (full.power[0, :10] == 0).all()
    assert full.power[0, 10] == pytest.approx(1.0)


def test_what_neither_salt_nor_block_can_take_is_refused() -> None:
    profile = np.zeros((1, 24))
    profile[0, 8:16] = 1.0
    year = run_alone(profile, PLAIN)
    # 32 in; a start 1, then 2.5 an hour from the eighth on; the salt holds 10 at the end of sunshine.
    taken = 1 + 2.5 * 8
    assert year.refused_mwh[0] == pytest.approx(32 - taken - 10)


def test_heat_is_conserved_and_storage_lifts_the_yield(weather: HourlyWeather) -> None:
    profile = heat_profile(weather)
    yields = []
    for hours in (0.0, 6.0, 12.0):
        plant = block(CspTower(storage_h=hours))
        year = run_alone(profile, plant)  # raises unless heat in and out agree
        assert ((year.power >= 0) & (year.power <= plant.availability + 1e-12)).all()
        assert (year.stored_mwh <= plant.storage_mwh + 1e-9).all()
        running = year.power > 0
        assert (year.power[running] >= plant.min_load_share * plant.availability - 1e-9).all()
        yields.append(year.full_load_hours)
    assert (yields[1] > yields[0]).all()
    assert (yields[2] >= yields[1]).all()


def test_yields_are_of_this_world(weather: HourlyWeather) -> None:
    """Sanity, not validation: no design yield of a Chinese plant is among the facts of the project."""
    tower = CspTower()
    year = run_alone(heat_profile(weather, tower), block(tower))
    by_name = dict(zip(PLACES, year.full_load_hours, strict=True))
    assert by_name["Golmud"] > by_name["Beijing"] > by_name["Chengdu"]
    dni = dict(zip(PLACES, weather.dni_w_per_m2.sum(axis=1, dtype=float) / 1000, strict=True))
    for name in ("Golmud", "Lhasa", "Jiuquan"):
        lat = float(weather.lat_deg[list(PLACES).index(name)])
        mirrors_m2 = mirror_m2_per_mw(lat, tower) * block(tower).receiver_mw
        # Net electricity over DNI on the mirrors: towers are said to reach 12 to 18 %.
        assert 0.12 < by_name[name] * 1000 / (dni[name] * mirrors_m2) < 0.18, name


def test_part_load_is_less_efficient_by_the_idle_heat() -> None:
    plant = block(CspTower())
    full = plant.heat_idle_mw + plant.heat_per_mwh
    assert 1 / full == pytest.approx(CspTower().net_efficiency)
    half = 0.5 / (plant.heat_idle_mw + 0.5 * plant.heat_per_mwh)
    assert half < CspTower().net_efficiency


@pytest.mark.parametrize("bad", [{"solar_multiple": 0.0}, {"storage_h": -1}, {"salt": 1}])
def test_a_tower_that_cannot_be_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        CspTower(**bad)


def test_profiles_and_clocks_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(InputError) as caught:
        run_alone(np.full((1, 24), 1.5), PLAIN, clock_from=20, clock_to=10)
    assert {p.field for p in caught.value.problems} == {"profile", "clock"}
