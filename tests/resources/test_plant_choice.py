"""Machines a scenario chooses: each choice does what its model does, and no choice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gis_layers.errors import InputError
from resources.csp import CspTower, block, heat_profile
from resources.hours import MONTH_HOURS
from resources.machine_tables import (
    USUAL_MACHINE,
    expected_name,
    listed,
    machine_types,
    machines,
    nearest_type,
    plant_problems,
    size_of,
)
from resources.plant_choice import BY_SITE_CLASS, USUAL, PlantChoice, PvChoice, WindChoice, over
from resources.plant_machines import (
    FIXED,
    TRACKED,
    class_turbines,
    plant_profiles,
    pv_at,
    pv_hours,
    site_classes,
    turbine_of,
    wind_hours,
)
from resources.profile import profiles_of_weather
from resources.pv_equipment import inverters, modules
from resources.resource_data import EMBEDDED
from resources.site_profile import site_profile
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import generate
from resources.wind import BASE_TURBINE, wind_capacity_factor
from resources.wind_icing import Icing, iced_hours
from tests.resources.hourly_places import PLACES, place_climate

CLIMATE = place_climate(*PLACES)
WEATHER = generate(CLIMATE, 2020)
GOLMUD = {"lon_deg": [94.9], "lat_deg": [36.4], "weight": [1.0]}


def pv(**choice: Any) -> np.ndarray:
    return pv_hours(PvChoice(**choice), CLIMATE, WEATHER)


def wind(**choice: Any) -> np.ndarray:
    return wind_hours(WindChoice(**choice), CLIMATE, WEATHER)


# -- nothing chosen ------------------------------------------------------------------------------


def test_without_a_choice_profiles_are_those_of_the_usual_machines_to_the_bit() -> None:
    plain = profiles_of_weather(WEATHER, PvSystem(mounting="single_axis"), BASE_TURBINE, CLIMATE.wind_speedup)
    chosen = plant_profiles(USUAL, CLIMATE, WEATHER, CLIMATE.wind_speedup)
    assert chosen.pv.tobytes() == plain.pv.tobytes()
    assert chosen.wind.tobytes() == plain.wind.tobytes()
    assert turbine_of(WindChoice()) is BASE_TURBINE
    assert pv_at(PvChoice(), CLIMATE, TRACKED) == (TRACKED, None)


def test_the_usual_machine_of_the_table_is_the_usual_turbine() -> None:
    typical = machines()[USUAL_MACHINE]
    of_turbine = BASE_TURBINE.rated_mw, BASE_TURBINE.rotor_m, BASE_TURBINE.hub_m
    assert (typical.rated_mw, typical.rotor_m, typical.hub_m) == of_turbine
    assert nearest_type(typical.rated_mw, typical.rotor_m) == BASE_TURBINE.curve
    np.testing.assert_array_equal(wind(machine=USUAL_MACHINE), wind())


# -- PV ------------------------------------------------------------------------------------------


def test_a_second_face_raises_the_yield_by_the_light_on_the_rear() -> None:
    one, two = pv(module="topcon"), pv(module="topcon", faces="bifacial")
    gain = two.sum(axis=1) / one.sum(axis=1) - 1
    assert ((gain > 0.04) & (gain < 0.12)).all()
    # Twice the share of rear light that counts, twice the gain, where the inverter does not clip.
    loose = PvSystem(dc_ac_ratio=0.8)
    faces = [
        pv_capacity_factor(WEATHER, loose.model_copy(update={"bifaciality": b})).sum(axis=1, dtype=np.float64)
        for b in (0.0, 0.4, 0.8)
    ]
    np.testing.assert_allclose(faces[2] - faces[0], 2 * (faces[1] - faces[0]), rtol=0.03)


def test_a_module_with_one_face_has_nothing_from_the_rear() -> None:
    np.testing.assert_array_equal(pv(module="cdte", faces="bifacial"), pv(module="cdte"))


def test_a_brighter_ground_and_wider_rows_bring_more_to_the_rear_only() -> None:
    rear = pv(faces="bifacial").sum()
    assert pv(faces="bifacial", albedo=0.5).sum() > 1.03 * rear
    assert pv(faces="bifacial", gcr=0.25).sum() > rear
    np.testing.assert_array_equal(pv(gcr=0.25), pv())  # fixed modules of one face


def test_dust_takes_most_in_the_desert_and_a_crew_each_week_leaves_little_of_it() -> None:
    golmud = EMBEDDED.climate_at(np.array([94.9]), np.array([36.4]))
    system, kept = pv_at(PvChoice(soiling="desert_class"), golmud)
    assert system.losses.soiling_share == 0.0
    assert kept is not None
    assert 0.03 < 1 - kept.mean() < 0.08
    washed = pv_at(PvChoice(soiling="desert_class", cleaning_every_days=7), golmud)[1]
    assert washed is not None
    assert 1 - washed.mean() < 0.01


def test_snow_takes_of_the_winter_and_nothing_of_the_summer() -> None:
    bare, snowed = pv(), pv(snow="by_climate")
    lost = np.array([1 - snowed[:, span].sum() / bare[:, span].sum() for span in MONTH_HOURS])
    assert lost[[0, 11]].min() > 0
    assert lost[5:8].max() == pytest.approx(0.0, abs=1e-6)
    system, _ = pv_at(PvChoice(snow="by_climate"), CLIMATE)
    assert system.losses.soiling_share == FIXED.losses.soiling_share  # the flat dust stays


def test_the_twentieth_year_is_weaker_by_what_the_warranty_says() -> None:
    module = modules()["topcon"]
    first, yearly = module.first_year_loss_share, module.yearly_loss_share
    assert first is not None
    assert yearly is not None
    kept = pv_at(PvChoice(module="topcon", year_of_operation=20), CLIMATE)[1]
    assert kept is not None
    np.testing.assert_allclose(kept, 1 - first - 18.5 * yearly)
    own = pv_at(PvChoice(module="topcon", year_of_operation=20, yearly_loss_share=0.01), CLIMATE)[1]
    assert own is not None
    np.testing.assert_allclose(own, 1 - first - 0.185)


def test_tilt_direction_ratio_and_inverter_are_the_plants() -> None:
    choice = PvChoice(
        mounting="fixed_tilt", tilt_deg=10.0, azimuth_deg=90.0, dc_ac_ratio=1.5, inverter="string"
    )
    system, _ = pv_at(choice, CLIMATE, TRACKED)
    assert (system.mounting, system.tilt_deg, system.azimuth_deg, system.dc_ac_ratio) == (
        "fixed",
        10,
        90,
        1.5,
    )
    assert system.inverter_curve == inverters()["string"].curve
    assert system.gamma_pdc_per_k == TRACKED.gamma_pdc_per_k  # no module was named


# -- wind ----------------------------------------------------------------------------------------


def test_ice_takes_winter_hours_only_and_half_of_each() -> None:
    free, iced = wind(), wind(ice="by_climate")
    ice = iced_hours(WEATHER, Icing())
    np.testing.assert_array_equal(iced[~ice], free[~ice])
    np.testing.assert_allclose(iced[ice], free[ice] * 0.5, rtol=1e-6)
    summer = slice(MONTH_HOURS[5].start, MONTH_HOURS[8].stop)
    assert not ice[:, summer].any()
    assert iced.sum() < free.sum()


def test_wakes_take_a_share_that_grows_with_the_farm_and_its_density() -> None:
    free = wind(wake="none").sum()
    lost = {
        name: 1 - wind(**choice).sum() / free
        for name, choice in (
            ("usual", {}),
            ("small", {"farm_mw": 50.0}),
            ("jensen", {"wake": "jensen"}),
            ("large", {"farm_mw": 800.0}),
            ("dense", {"density_mw_per_km2": 10.0}),
        )
    }
    assert 0.06 < lost["usual"] < 0.11
    assert 0.0 < lost["small"] < lost["jensen"] < lost["large"]
    assert lost["jensen"] < lost["dense"]


def test_a_larger_rotor_and_a_higher_hub_run_longer() -> None:
    hours = [wind(machine=f"class_{n}").sum() for n in (1, 2, 3)]
    assert hours == sorted(hours)
    assert wind(hub_m=160.0).sum() > wind(hub_m=120.0).sum() == wind().sum()


def test_each_site_gets_the_machine_of_its_class() -> None:
    climate = replace(
        CLIMATE,
        wind_speed_monthly_ms=CLIMATE.wind_speed_monthly_ms * np.linspace(0.8, 1.6, len(CLIMATE))[:, None],
    )
    weather = generate(climate, 3)
    choice = WindChoice(machine=BY_SITE_CLASS)
    classes = [site.wind_class for site in site_classes(choice, climate)]
    assert len(set(classes)) > 1
    found, turbines = wind_hours(choice, climate, weather, climate.wind_speedup), class_turbines(choice)
    for place, name in enumerate(classes):
        alone = wind_capacity_factor(weather, turbines[name], climate.wind_speedup)[place]
        np.testing.assert_array_equal(found[place], alone)
    assert turbines["S"] == turbines["I"]
    assert turbines["I"].specific_power_w_per_m2 > turbines["III"].specific_power_w_per_m2


def test_a_type_of_the_table_keeps_its_own_curve_and_one_of_another_size_is_stretched() -> None:
    known = turbine_of(WindChoice(machine="V126/3000"))
    assert (known.curve, known.rated_mw, known.rotor_m, known.hub_m) == ("V126/3000", 3.0, 126.0, 120.0)
    larger = turbine_of(WindChoice(machine="V126/3000", rated_mw=3.6, hub_m=140.0))
    assert (larger.rated_mw, larger.rotor_m, larger.hub_m) == (3.6, 126.0, 140.0)
    assert larger.curve == nearest_type(3.6, 126.0) != "V126/3000"


def test_losses_of_the_choice_are_the_farms() -> None:
    ratio = wind(availability_loss_share=0.1, other_loss_share=0.0).sum() / wind().sum()
    assert ratio == pytest.approx(0.9 / (0.97 * 0.97), rel=1e-4)


# -- names and contradictions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plant", "field", "near"),
    [
        ({"pv": {"module": "topcom"}}, "plant.pv.module", "perhaps topcon"),
        ({"pv": {"inverter": "centrale"}}, "plant.pv.inverter", "perhaps central"),
        ({"wind": {"machine": "class3"}}, "plant.wind.machine", "perhaps class_3"),
        ({"wind": {"machine": "v126/3000 "}}, "plant.wind.machine", "perhaps V126/3000"),
        ({"wind": {"machine": "by_site"}}, "plant.wind.machine", "by_site_class"),
        ({"wind": {"rated_mw": 30.0, "rotor_m": 120.0}}, "plant.wind.rated_mw", "specific power"),
        ({"wind": {"hub_m": 90.0}}, "plant.wind.hub_m", "more than half"),
    ],
)
def test_a_wrong_name_or_size_is_told_with_the_one_that_is_near(
    plant: dict[str, Any], field: str, near: str
) -> None:
    (problem,) = plant_problems(PlantChoice.model_validate(plant), "mine.toml", "plant.")
    assert (problem.where, problem.field) == ("mine.toml", field)
    assert near in problem.expected


def test_all_that_is_wrong_is_told_at_once() -> None:
    plant = PlantChoice(pv=PvChoice(module="x", inverter="y"), wind=WindChoice(machine="z"))
    assert len(plant_problems(plant, "mine.toml", "plant.")) == 3
    assert "one of" in expected_name("nothing like it", ("a", "b"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"wind": {"wake": "dena_mean", "farm_mw": 100.0}},
        {"wind": {"machine": BY_SITE_CLASS, "rotor_m": 200.0}},
        {"pv": {"modul": "topcon"}},
        {"pv": {"tilt_deg": "30"}},
        {"pv": {"dc_ac_ratio": 9.0}},
        {"wind": {"hub_m": float("nan")}},
        {"pv": {"year_of_operation": 1.5}},
    ],
)
def test_what_contradicts_itself_is_no_choice(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PlantChoice.model_validate(wrong)


def test_a_run_names_the_wrong_module_too() -> None:
    with pytest.raises(InputError, match="perhaps topcon"):
        pv(module="topkon")


def test_the_tables_of_forms_are_those_the_models_read() -> None:
    assert set(listed("pv_modules")) == set(modules())
    assert set(listed("pv_inverters")) == set(inverters())
    assert all(listed("pv_modules")[id] == (m.source, m.tier) for id, m in modules().items())
    assert {size_of(WindChoice(machine=name)).type for name in machine_types()} == set(machine_types())


# -- a base over its scenario ---------------------------------------------------------------------


def test_a_base_takes_its_own_choice_field_by_field_and_its_scenarios_elsewhere() -> None:
    scenario = PlantChoice(pv=PvChoice(module="topcon", faces="bifacial"), wind=WindChoice(hub_m=140.0))
    base = PlantChoice(pv=PvChoice(module="hjt"))
    both = over(scenario, base)
    assert (both.pv.module, both.pv.faces, both.wind.hub_m) == ("hjt", "bifacial", 140.0)
    assert over(scenario, USUAL) == scenario
    assert over(USUAL, base) == base


def test_what_belongs_together_is_not_mixed() -> None:
    scenario = PlantChoice(wind=WindChoice(machine="class_2", rated_mw=5.0, farm_mw=400.0))
    other = over(scenario, PlantChoice(wind=WindChoice(machine="class_1", wake="none"))).wind
    assert (other.machine, other.rated_mw, other.farm_mw, other.wake) == ("class_1", None, None, "none")
    by_class = PlantChoice(wind=WindChoice(machine=BY_SITE_CLASS, wake="none"))
    own = over(by_class, PlantChoice(wind=WindChoice(rotor_m=180.0, farm_mw=100.0))).wind
    assert (own.machine, own.rotor_m, own.wake, own.farm_mw) == (None, 180.0, None, 100.0)


# -- the profile of a technology over sites ---------------------------------------------------------


def test_a_site_profile_is_the_weighted_mean_of_its_sites() -> None:
    lon, lat = np.array([94.9, 109.8]), np.array([36.4, 41.6])
    climate = EMBEDDED.climate_at(lon, lat)
    year = EMBEDDED.weather_at(climate, 7)
    plain = profiles_of_weather(year.weather, TRACKED, BASE_TURBINE, year.speedup)
    weight = np.array([3.0, 1.0])
    for technology, hours in (("wind", plain.wind), ("pv_tracked", plain.pv)):
        found = site_profile(lon, lat, weight, technology, 7)  # type: ignore[arg-type]
        np.testing.assert_array_equal(found.capacity_factor, weight @ hours.astype(np.float64) / 4)
        assert found.served.places == 2
        assert found.served.grade == "reference"


def test_the_technology_decides_the_mounting_and_the_choice_all_else() -> None:
    chosen = PlantChoice(pv=PvChoice(mounting="single_axis", dc_ac_ratio=1.0))
    fixed = site_profile(**GOLMUD, technology="pv_fixed", seed=1, plant=chosen).capacity_factor
    tracked = site_profile(**GOLMUD, technology="pv_tracked", seed=1, plant=chosen).capacity_factor
    assert tracked.sum() > 1.1 * fixed.sum()
    assert fixed.sum() < site_profile(**GOLMUD, technology="pv_fixed", seed=1).capacity_factor.sum()


def test_the_heat_of_towers_is_per_megawatt_of_the_block() -> None:
    tower = CspTower(solar_multiple=2.0)
    found = site_profile(**GOLMUD, technology="csp", seed=1, tower=tower).capacity_factor
    climate = EMBEDDED.climate_at(np.array([94.9]), np.array([36.4]))
    share = heat_profile(EMBEDDED.weather_at(climate, 1).weather, tower)[0]
    np.testing.assert_allclose(found, share.astype(np.float64) * block(tower).receiver_mw)
    assert found.max() <= 2.0 / tower.net_efficiency + 1e-9


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"technology": "pv"}, "one of wind"),
        ({"weight": [0.0]}, "not all 0"),
        ({"weight": [1.0, 2.0]}, "as many"),
        ({"lon_deg": [104.0], "lat_deg": [47.0]}, "China"),
    ],
)
def test_sites_that_cannot_be_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        site_profile(**{**GOLMUD, "technology": "wind", "seed": 1, **wrong})
