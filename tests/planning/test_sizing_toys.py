"""Sizing: three hours of every technology, solved by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from planning.sizing import BaseDesign, BaseResource, size_base
from resources.csp import CspTower
from tests.planning.sizing_cases import BATTERY, COAL, PLANT, PV, SITE, WIND, given, river, toy

YEAR = 3 / 8760
"""Of a year's fixed cost in three hours."""


def near(values: np.ndarray, expected: list[float], off: float = 2e-3) -> None:
    np.testing.assert_allclose(values, expected, atol=off)


def balances(design: BaseDesign) -> None:
    assert design.max_balance_residual_mw < 1e-6
    assert design.objective_cny == pytest.approx(
        design.annual_cost_cny - design.income_cny, rel=1e-6, abs=1.0
    )


def test_coal_fills_what_wind_leaves_of_a_flat_delivery() -> None:
    case = toy(flat_mw=100, wind=WIND | {"capacity_mw": 100}, thermal=COAL | {"capacity_mw": 100})
    design = size_base(case, given(wind=[1.0, 0.5, 0.0]))
    near(design.hourly_mw["wind"], [100, 50, 0])
    near(design.hourly_mw["coal"], [0, 50, 100])
    fixed = 2 * 100e3 * 110 * YEAR
    assert design.annual_cost_cny == pytest.approx(fixed + 150 * 300, rel=1e-6)
    assert design.co2_t == pytest.approx(120, rel=1e-5)
    assert design.renewable_share == pytest.approx(0.5, rel=1e-5)
    balances(design)


def test_wind_cheaper_than_fuel_is_built_to_the_last_mw_that_pays() -> None:
    """A MW of wind costs 37.7 CNY in three hours; of the last 50 MW each saves 300 in one hour, of more none."""
    case = toy(flat_mw=100, wind=WIND, thermal=COAL | {"capacity_mw": 100})
    design = size_base(case, given(wind=[1.0, 1.0, 0.5]))
    # 100 MW give 100, 100, 50: a further MW gives half a MWh in hour 3 for 37.7 CNY, which saves 150: up to 200 MW.
    assert design.capacity_mw["wind"] == pytest.approx(200, abs=0.01)
    assert design.curtailed_mwh["profile_asks_less"] + design.curtailed_mwh["channel_full"] == pytest.approx(
        200, abs=0.05
    )
    assert sum(design.curtailed_mwh.values()) == pytest.approx(design.hourly_mw["curtailed"].sum(), abs=1e-6)


def test_what_exists_is_kept_up_but_not_paid_again() -> None:
    case = toy(flat_mw=100, wind=WIND | {"capacity_mw": 100, "existing_mw": 60})
    design = size_base(case, given(wind=[1.0, 1.0, 1.0]))
    assert design.investment_cny == pytest.approx(40e3 * 1000)
    assert design.annual_cost_cny == pytest.approx((40e3 * 100 + 100e3 * 10) * YEAR, rel=1e-6)
    balances(design)


def test_fixed_and_tracked_pv_stand_side_by_side_and_the_cheaper_energy_is_built() -> None:
    """Tracked PV gives 1.2 times the sun of fixed at 1.1 times the cost."""
    tracked = PV | {"capex_cny_per_kw": 1100.0}
    case = toy(flat_mw=50, pv_fixed=PV, pv_tracked=tracked, thermal=COAL | {"capacity_mw": 100})
    design = size_base(case, given(pv_fixed=[0.5, 0.5, 0.5], pv_tracked=[0.6, 0.6, 0.6]))
    assert design.capacity_mw["pv_fixed"] == pytest.approx(0, abs=0.01)
    assert design.capacity_mw["pv_tracked"] == pytest.approx(50 / 0.6, abs=0.01)
    balances(design)


def test_a_battery_carries_the_only_sun_through_the_dark_hours() -> None:
    """30 MW for two dark hours are 60/0.9 MWh in store and 60/0.81 MWh of sun."""
    design = size_base(toy(flat_mw=30, pv=PV, storage=BATTERY), given(pv=[1.0, 0.0, 0.0]))
    near(design.hourly_mw["charge"], [60 / 0.81, 0, 0])
    near(design.hourly_mw["discharge"], [0, 30, 30])
    near(design.storage_level_mwh, [60 / 0.9, 30 / 0.9, 0])
    assert design.storage_mwh == pytest.approx(60 / 0.9, abs=2e-3)
    assert design.capacity_mw["battery"] == pytest.approx(60 / 0.81, abs=2e-3)
    assert design.capacity_mw["pv"] == pytest.approx(30 + 60 / 0.81, abs=2e-3)
    assert design.facts["battery_simultaneous_mwh"] == 0.0
    balances(design)


def test_depth_self_discharge_and_cycling_cost_of_a_battery() -> None:
    part = BATTERY | {"depth_share": 0.8, "self_discharge_share_per_h": 0.05, "wear_cny_per_mwh": 9.0}
    design = size_base(toy(flat_mw=30, pv=PV, storage=part), given(pv=[1.0, 0.0, 0.0]))
    # Backwards: 30/0.9 before the last hour's loss, the same again and its loss before the second.
    last = 30 / 0.9 / 0.95
    first = (last + 30 / 0.9) / 0.95
    near(design.storage_level_mwh, [first, last, 0])
    assert design.storage_mwh == pytest.approx(first / 0.8, abs=2e-3)
    fixed = (design.capacity_mw["battery"] * 400e3 + design.storage_mwh * 700e3) * 0.12
    fixed += design.capacity_mw["pv"] * 110e3
    assert design.annual_cost_cny == pytest.approx(fixed * YEAR + 60 * (1 + 9), rel=1e-6)


@pytest.mark.parametrize(("duration_h", "expected_mw"), [(1.0, 60 / 0.81), (0.5, 120.0)])
def test_pumped_hydro_is_as_large_as_its_pump_or_its_lake_asks(duration_h: float, expected_mw: float) -> None:
    part = {"capex_cny_per_kw": 5000, "fixed_om_share_of_capex_per_year": 0.02, "life_years": 40,
            "efficiency_round_trip_share": 0.81, "duration_h": duration_h}  # fmt: skip
    design = size_base(toy(flat_mw=30, pv=PV, pumped=part), given(pv=[1.0, 0.0, 0.0]))
    assert design.capacity_mw["pumped"] == pytest.approx(expected_mw, abs=2e-3)
    near(design.hourly_mw["pumped"], [0, 30, 30])
    near(design.hourly_mw["pump"], [60 / 0.81, 0, 0])
    balances(design)


TOWER = {"solar_multiple": 3.0, "storage_h": 2.0, "no_load_share": 0.1, "min_load_share": 0.0, "start_h": 0.5,
         "storage_loss_per_h": 0.0, "availability": 1.0}  # fmt: skip
CSP = {"sites": SITE, **PLANT, "land_km2_per_mw": 0.03, "tower": TOWER}


def test_csp_of_three_times_the_sun_and_two_hours_of_salt_serves_three_hours() -> None:
    design = size_base(toy(flat_mw=10, csp=CSP), given(csp_heat=[1.0, 0.0, 0.0]))
    full = 1 / CspTower().net_efficiency
    assert design.capacity_mw["csp"] == pytest.approx(10, abs=1e-3)
    near(design.hourly_mw["csp"], [10, 10, 10])
    near(design.levels["csp_heat_mwh"], [20 * full, 10 * full, 0], 5e-3)
    balances(design)


def test_a_start_of_csp_takes_its_heat_and_an_idle_block_its_own() -> None:
    """Wind leaves the second hour to the sun of the first: 10 MW start, and pay for half an hour of full heat."""
    part = CSP | {"capacity_mw": 10, "variable_cny_per_mwh": 50.0, "tower": TOWER | {"min_load_share": 0.25}}
    case = toy(flat_mw=10, wind=WIND | {"capacity_mw": 10}, csp=part)
    design = size_base(case, given(wind=[1.0, 0.0, 1.0], csp_heat=[1.0, 0.0, 0.0]))
    full = 1 / CspTower().net_efficiency
    near(design.hourly_mw["csp"], [0, 10, 0], 0.05)
    near(design.hourly_mw["csp_start"][1:], [10, 0], 0.05)
    # Heat in equals heat out, exactly, whatever was kept or refused.
    drawn = 0.1 * full * design.hourly_mw["csp_online"] + 0.9 * full * design.hourly_mw["csp"]
    drawn = drawn + 0.5 * full * design.hourly_mw["csp_start"]
    level = design.levels["csp_heat_mwh"]
    step = level - np.roll(level, 1)
    np.testing.assert_allclose(step[1:], (design.hourly_mw["csp_heat_taken"] - drawn)[1:], atol=1e-9)
    assert drawn[1] == pytest.approx(15 * full, rel=1e-3)


def test_free_salt_is_bought_as_far_as_the_dark_hours_need_it() -> None:
    """A plant of 1 hour of salt with 3 times the sun needs a second hour, at 100 CNY a kWh of heat."""
    tower = TOWER | {"storage_h": 1.0}
    part = CSP | {"tower": tower, "size_storage": True, "capex_storage_cny_per_kwh_heat": 100.0}
    design = size_base(toy(flat_mw=10, csp=part), given(csp_heat=[1.0, 0.0, 0.0]))
    full = 1 / CspTower().net_efficiency
    assert design.energy_mwh["csp_heat"] == pytest.approx(20 * full, rel=1e-4)
    more = 10 * full * 1e3 * 100
    assert design.investment_cny == pytest.approx(10e3 * 1000 + more, rel=1e-4)
    balances(design)


COMMITTED = COAL | {"capacity_mw": 100, "commitment": "relaxed", "min_load_share": 0.5, "no_load_share": 0.1}


def test_a_start_of_coal_is_paid_and_its_fuel_at_full_load_is_the_fuel_given() -> None:
    case = toy(
        flat_mw=100,
        wind=WIND | {"capacity_mw": 100},
        thermal=COMMITTED | {"start_cost_cny_per_mw": 100.0},
    )
    design = size_base(case, given(wind=[1.0, 0.0, 1.0]))
    near(design.hourly_mw["coal"], [0, 100, 0])
    near(design.hourly_mw["start"][1:], [100, 0])
    assert design.co2_t == pytest.approx(80, rel=1e-4)
    assert design.annual_cost_cny == pytest.approx(2 * 100e3 * 110 * YEAR + 100 * 300 + 100 * 100, rel=1e-5)
    balances(design)


def test_part_load_burns_more_a_mwh() -> None:
    """All day at 60 of 100 MW with 10 % no-load fuel: 0.1 x 100 + 0.9 x 60 = 64 MWh of full-load fuel an hour."""
    part = COAL | {"capacity_mw": 100, "min_load_share": 0.5, "no_load_share": 0.1}
    design = size_base(toy(flat_mw=60, thermal=part), given(wind=[0.0, 0.0, 0.0]))
    assert design.co2_t == pytest.approx(3 * 64 * 0.8, rel=1e-6)
    assert design.annual_cost_cny == pytest.approx(100e3 * 110 * YEAR + 3 * 64 * 300, rel=1e-6)
    balances(design)


def test_hours_on_line_push_the_wind_aside_and_that_is_told_as_the_cause() -> None:
    case = toy(flat_mw=100, wind=WIND | {"capacity_mw": 100}, thermal=COMMITTED | {"min_up_h": 2})
    design = size_base(case, given(wind=[1.0, 0.0, 1.0]))
    # It could also have turned since hour 0 and pushed the wind aside then: either way 50 MWh.
    assert design.hourly_mw["coal"].sum() == pytest.approx(150, abs=0.01)
    assert design.curtailed_mwh["backup_min_load"] == pytest.approx(50, abs=0.01)
    balances(design)


def test_a_ramp_leaves_coal_turning_before_it_is_needed() -> None:
    part = COAL | {"capacity_mw": 100, "ramp_share_per_h": 0.6}
    case = toy(flat_mw=100, wind=WIND | {"capacity_mw": 100}, thermal=part)
    design = size_base(case, given(wind=[1.0, 0.0, 0.0]))
    near(design.hourly_mw["coal"], [40, 100, 100])
    near(design.hourly_mw["curtailed"], [40, 0, 0])


def test_water_of_two_stations_arrives_an_hour_later_and_meets_a_flat_load() -> None:
    """Of 50 that come at first the upper lets 20 go at once, beside the 10 on their way to the lower."""
    water = river([[50, 0, 0], [0, 0, 0]], before_m3_s=10.0)
    case = toy(flat_mw=30, cascade={"stations": ["yellow-04"]}, thermal=COAL | {"capacity_mw": 100})
    design = size_base(case, BaseResource({}, water))
    near(design.hourly_mw["up"] + design.hourly_mw["down"], [30, 30, 30])
    near(design.hourly_mw["coal"], [0, 0, 0])
    near(design.hourly_mw["down"][:1], [10])
    release, level = design.levels["up_release_m3_s"], design.levels["up_hm3"]
    assert release[0] == pytest.approx(20, abs=2e-3)
    np.testing.assert_array_equal(design.levels["down_inflow_m3_s"], [10, release[0], release[1]])
    change = np.diff(level, prepend=0.0)
    np.testing.assert_allclose(change, 0.0036 * (np.array([50, 0, 0]) - release), atol=1e-12)
    assert level[-1] >= 0
    balances(design)


def test_environmental_flow_is_let_go_though_it_could_be_kept() -> None:
    water = river([[50, 0, 0], [0, 0, 0]], before_m3_s=10.0, least_m3_s=10.0)
    # All wanted in the last hour: without the rule the upper station would keep its water.
    case = toy(
        flat_mw=100, cascade={"stations": ["yellow-04"]}, wind=WIND | {"capacity_mw": 100},
        thermal=COAL | {"capacity_mw": 100},
    )  # fmt: skip
    design = size_base(case, BaseResource({"wind": np.array([1.0, 1.0, 0.0])}, water))
    assert (design.levels["up_release_m3_s"] >= 10 - 1e-6).all()
    # 10, 10, 30: the last hour has 30 of the upper and 10 of the lower station.
    assert design.hourly_mw["coal"][2] == pytest.approx(60, abs=0.01)


def test_where_the_turbines_divert_the_river_the_environmental_flow_passes_beside_them() -> None:
    water = river([[50, 50, 50], [0, 0, 0]], before_m3_s=50.0, least_m3_s=10.0, diverts=True)
    case = toy(flat_mw=100, cascade={"stations": ["yellow-04"]}, thermal=COAL | {"capacity_mw": 100})
    design = size_base(case, BaseResource({}, water))
    assert (design.levels["up_spilt_m3_s"] >= 10 - 1e-6).all()
    assert design.hourly_mw["up"].sum() == pytest.approx(120, abs=0.01)
    assert design.hourly_mw["down"].sum() == pytest.approx(150, abs=0.01)


def test_a_reservoir_of_energy_keeps_its_water_for_the_still_hour() -> None:
    hydro = {"capacity_mw": 100, "inflow_monthly_mw": [20.0] * 12, "reservoir_mwh": 60, "cost_cny_per_mwh": 0}
    case = toy(flat_mw=60, wind=WIND | {"capacity_mw": 60}, hydro=hydro, thermal=COAL | {"capacity_mw": 100})
    design = size_base(case, given(wind=[1.0, 1.0, 0.0]))
    near(design.hourly_mw["coal"], [0, 0, 0])
    assert design.hourly_mw["hydro"][2] == pytest.approx(60, abs=0.01)
    flow = design.hourly_mw["hydro"] + design.hourly_mw["spill"]
    level = design.levels["reservoir_mwh"]
    np.testing.assert_allclose(level - np.roll(level, 1), 20 - flow, atol=1e-6)


def test_an_electrolyser_takes_what_the_wind_gives_and_its_hydrogen_is_counted() -> None:
    part = PLANT | {"capacity_mw": 60, "mwh_per_t_h2": 50.0, "price_cny_per_t_h2": 20000.0}
    case = toy(wind=WIND | {"capacity_mw": 100}, electrolyser=part)
    design = size_base(case, given(wind=[1.0, 0.5, 0.0]))
    near(design.hourly_mw["electrolyser"], [60, 50, 0])
    assert design.products["hydrogen_t"] == pytest.approx(110 / 50, rel=1e-4)
    assert design.income_cny == pytest.approx(110 / 50 * 20000, rel=1e-4)
    balances(design)


def test_yearly_tonnes_are_made_at_least() -> None:
    tonnes = 8760 / 3
    part = PLANT | {"mwh_per_t_h2": 50.0, "tonnes_per_year_min": tonnes}
    case = toy(wind=WIND | {"capacity_mw": 100}, electrolyser=part)
    design = size_base(case, given(wind=[1.0, 0.5, 0.0]))
    assert design.products["hydrogen_t"] == pytest.approx(1.0, rel=1e-4)
    # 50 MWh in two hours of wind need 25 MW.
    assert design.capacity_mw["electrolyser"] == pytest.approx(25, abs=0.01)


def test_pv_between_the_turbines_needs_land_only_for_what_does_not_fit() -> None:
    """20 km2 of wind take half their area of PV for nothing; 15 km2 of PV need 5 of their own."""
    case = toy(
        wind=WIND | {"capacity_mw": 100},
        pv=PV | {"capacity_mw": 500},
        limits={"land_pv_under_wind_share": 0.5, "land_km2_max": 25.0},
    )
    resource = given(wind=[1.0, 1.0, 1.0], pv=[1.0, 1.0, 1.0])
    assert size_base(case, resource).land_km2 == pytest.approx(25.0)


def test_the_greatest_net_present_value_fills_the_channel_and_no_more() -> None:
    """A MWh sells at 300; a MW costs 110,000 a year and sells 8,760 MWh through a channel of 100 MW."""
    case = toy(goal="npv", prices={"delivered_cny_per_mwh": 300, "years": 20}, wind=WIND)
    design = size_base(case, given(wind=[1.0, 1.0, 1.0]))
    assert design.capacity_mw["wind"] == pytest.approx(100, abs=0.01)
    profit = 100 * (8760 * 300 - 110e3)
    assert design.npv_cny == pytest.approx(20 * profit, rel=1e-4)
    assert design.duals_cny["channel_mw"] == pytest.approx((8760 * 300 - 110e3) * YEAR, rel=1e-4)


def test_prices_by_the_hour_let_a_battery_wait_for_the_dear_hour() -> None:
    hours = [100.0, 100.0, 900.0] + [100.0] * 21
    cheap = BATTERY | {"capex_power_cny_per_kw": 1.0, "capex_energy_cny_per_kwh": 1.0}
    case = toy(
        goal="npv",
        prices={"delivered_by_hour_cny_per_mwh": hours},
        wind=WIND | {"capacity_mw": 40},
        storage=cheap,
    )
    design = size_base(case, given(wind=[1.0, 1.0, 0.0]))
    # 80 MWh of wind become 64.8 in the hour of 900, which beats 100 on the spot.
    near(design.hourly_mw["delivered"], [0, 0, 64.8], 0.01)


def test_the_line_makes_the_receiving_end_dearer_by_its_loss_and_its_cost() -> None:
    line = {"capacity_mw": 100, "loss_share": 0.05, "capex_cny_per_kw": 2000, "life_years": 20,
            "fixed_om_share_of_capex_per_year": 0.01}  # fmt: skip
    case = toy(flat_mw=50, wind=WIND | {"capacity_mw": 50}, channel=line)
    design = size_base(case, given(wind=[1.0, 1.0, 1.0]))
    sending = 110e3 / 8760
    yearly = 100e3 * 2000 * (1 / 20 + 0.01)
    assert design.lcoe_cny_per_mwh == pytest.approx(sending, rel=1e-5)
    assert design.lcoe_receiving_cny_per_mwh == pytest.approx(
        (sending * 50 * 8760 + yearly) / (0.95 * 50 * 8760), rel=1e-5
    )
    tariff = case.model_copy(update={"channel": case.channel.model_copy(
        update={"capex_cny_per_kw": None, "tariff_cny_per_mwh": 60.0})})  # fmt: skip
    other = size_base(tariff, given(wind=[1.0, 1.0, 1.0]))
    assert other.lcoe_receiving_cny_per_mwh == pytest.approx(sending / 0.95 + 60, rel=1e-5)


def test_carbon_and_coal_saved_are_told_against_the_reference_at_the_receiving_end() -> None:
    case = toy(
        flat_mw=100, wind=WIND | {"capacity_mw": 50}, channel={"capacity_mw": 100, "loss_share": 0.1},
        thermal=COAL | {"capacity_mw": 100, "fuel_tce_per_mwh": 0.3},
        reference={"co2_t_per_mwh": 0.78, "fuel_tce_per_mwh": 0.302},
    )  # fmt: skip
    design = size_base(case, given(wind=[1.0, 1.0, 1.0]))
    assert design.co2_saved_t == pytest.approx(270 * 0.78 - 150 * 0.8, rel=1e-5)
    assert design.coal_saved_tce == pytest.approx(270 * 0.302 - 150 * 0.3, rel=1e-5)


def test_a_design_is_frozen() -> None:
    design = size_base(toy(wind=WIND | {"capacity_mw": 10}), given(wind=[1.0, 1.0, 1.0]))
    with pytest.raises(dataclasses.FrozenInstanceError):
        design.gap = 0.0  # type: ignore[misc]
