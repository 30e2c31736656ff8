"""Sizing: what a base delivers adds up, more limit never costs less, a wish too great is explained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InfeasibleError, InputError
from planning.lp import solve
from planning.sizing import load_base_case, size_base
from planning.sizing.model import build_model, wanted_gw
from planning.sizing.resource import wind_and_pv
from tests.planning.sizing_cases import plain_base as case
from tests.planning.sizing_cases import plain_profiles as profiles


def test_a_sized_base_balances_and_keeps_its_limits() -> None:
    wind, pv = profiles()
    design = size_base(case(), wind_and_pv(wind, pv))
    hourly = design.hourly_mw
    supply = sum(hourly[k] for k in ("wind", "pv", "coal", "hydro", "discharge"))
    np.testing.assert_allclose(supply - hourly["charge"], hourly["delivered"], atol=1e-6)
    assert design.renewable_share >= 0.5 - 1e-5
    assert design.curtailment_rate <= 0.1 + 1e-5
    assert design.delivered_mwh == pytest.approx(4.0e6, rel=1e-5)
    assert design.max_balance_residual_mw < 1e-6
    assert design.lcoe_cny_per_mwh * design.delivered_mwh == pytest.approx(design.annual_cost_cny)


def test_ours_and_highs_agree_on_a_month() -> None:
    wind, pv = profiles(720)
    model = build_model(case(), wind_and_pv(wind, pv))
    ours = solve(model.program, "ipm", tolerance=1e-7)
    theirs = solve(model.program, "highs")
    assert ours.objective == pytest.approx(theirs.objective, rel=2e-6)


def test_a_higher_renewable_share_never_costs_less() -> None:
    wind, pv = profiles(720)
    costs = []
    for share in (0.3, 0.6, 0.8):
        limits = {"renewable_share_min": share, "curtailment_max_share": 0.3}
        costs.append(
            solve(build_model(case(limits=limits), wind_and_pv(wind, pv)).program, "highs").objective
        )
    assert costs[0] <= costs[1] + 1e-6 <= costs[2] + 2e-6


def test_the_profile_asked_for_has_the_hours_asked_for_and_stays_in_the_channel() -> None:
    wanted = wanted_gw(case())
    assert wanted.sum() == pytest.approx(4000.0, rel=1e-9)
    assert wanted.max() <= 1.0 + 1e-12
    assert wanted[3] < wanted[12]


def test_a_wish_no_wind_can_meet_names_the_limits() -> None:
    wind, pv = profiles(240)
    poor = case(
        wind={**case().wind.model_dump(), "max_capacity_mw": 10},  # type: ignore[union-attr]
        pv={**case().pv.model_dump(), "max_capacity_mw": 10},  # type: ignore[union-attr]
    )
    with pytest.raises(InfeasibleError) as caught:
        size_base(poor, wind_and_pv(wind, pv))
    assert any(c.limit in ("renewable_share_min", "full_load_hours_min") for c in caught.value.conflicts)


def test_a_wrong_key_and_a_wrong_sign_are_both_named(tmp_path: Path) -> None:
    path = tmp_path / "base.toml"
    path.write_text(
        'schema_version = 1\nid = "x"\nname_zh = "x"\nname_en = "x"\nprice_year = 2024\ndiscount_rate = 0.06\n'
        '[channel]\ncapacity_mw = -8000\n[delivery]\nkind = "flat"\nfull_load_hours_min = 4000\nhours = 3\n'
        "[wind]\nsites = [{ lon_deg = 110.0, lat_deg = 40.0 }]\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_base_case(path)
    text = str(caught.value)
    assert "capacity_mw" in text
    assert "hours" in text


BASE = """schema_version = 1
id = "x"
name_zh = "x"
name_en = "x"
price_year = 2024
discount_rate = "6.5 %"
[channel]
capacity_mw = "800万千瓦"
[delivery]
kind = "flat"
full_load_hours_min = "4500 小时"
[wind]
sites = [{ lon_deg = 110.0, lat_deg = 40.0 }]
capex_cny_per_kw = "4.2 元/瓦"
max_capacity_mw = "12 GW"
[thermal]
marginal_cost_cny_per_mwh = "0.28 元/千瓦时"
co2_t_per_mwh = "790 g/kWh"
max_capacity_mw = 4000
[storage]
max_energy_mwh = "5 GWh"
[limits]
investment_max_cny = "600 亿元"
land_km2_max = "30 万公顷"
renewable_share_min = "60%"
co2_max_t = "900 万吨"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "base.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_quantities_with_chinese_and_si_units_are_read_right(tmp_path: Path) -> None:
    case = load_base_case(written(tmp_path, BASE.replace("30 万公顷", "3000 平方公里")))
    assert case.discount_rate == 0.065
    assert case.channel.capacity_mw == 8000
    assert case.delivery.full_load_hours_min == 4500
    assert case.wind is not None
    assert case.wind.capex_cny_per_kw == 4200
    assert case.wind.max_capacity_mw == 12000
    assert case.thermal is not None
    assert case.thermal.marginal_cost_cny_per_mwh == 280
    assert case.thermal.co2_t_per_mwh == 0.79
    assert case.storage is not None
    assert case.storage.max_energy_mwh == 5000
    assert case.limits.investment_max_cny == 6e10
    assert case.limits.land_km2_max == 3000
    assert case.limits.renewable_share_min == 0.6
    assert case.limits.co2_max_t == 9e6


def test_units_of_another_dimension_and_texts_are_all_named_at_once(tmp_path: Path) -> None:
    text = BASE.replace("12 GW", "12 GWh").replace("4.2 元/瓦", "cheap").replace("30 万公顷", "3 吨")
    with pytest.raises(InputError) as caught:
        load_base_case(written(tmp_path, text))
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"wind.max_capacity_mw", "wind.capex_cny_per_kw", "limits.land_km2_max"}


def test_a_bare_number_in_quotes_is_in_the_field_s_own_unit(tmp_path: Path) -> None:
    case = load_base_case(written(tmp_path, BASE.replace("30 万公顷", "3000").replace("800万千瓦", "8,000")))
    assert case.limits.land_km2_max == 3000
    assert case.channel.capacity_mw == 8000


def found_by_check(**changes: object) -> set[str]:
    wind, pv = profiles(48)
    with pytest.raises(InputError) as caught:
        size_base(case(**changes), wind_and_pv(wind, pv))
    return {problem.field for problem in caught.value.problems}


def part(name: str, **changes: object) -> dict[str, object]:
    return {**getattr(case(), name).model_dump(), **changes}


def test_contradictions_are_found_before_anything_is_solved_and_all_at_once() -> None:
    thermal = part("thermal", max_capacity_mw=None, capacity_mw=600.0)
    assert found_by_check(
        thermal=thermal,
        wind=part("wind", capex_cny_per_kw=0.0, max_capacity_mw=None, min_capacity_mw=900.0),
        limits={"land_km2_max": 100.0, "investment_max_cny": 1e9, "storage_hours_min": 9.0, "co2_max_t": 1e3},
        storage=part("storage", max_duration_h=4.0),
    ) == {
        "wind.capex_cny_per_kw",
        "limits.land_km2_max",
        "limits.investment_max_cny",
        "limits.storage_hours_min",
        "limits.co2_max_t",
    }


def test_a_channel_larger_than_all_that_can_be_built_is_refused() -> None:
    assert found_by_check(
        channel={"capacity_mw": 50_000}, storage=part("storage", max_power_mw=100.0)
    ) == {"channel.capacity_mw"}  # fmt: skip


def test_backup_that_cannot_go_below_the_valley_has_nowhere_to_put_its_surplus() -> None:
    thermal = part("thermal", max_capacity_mw=None, capacity_mw=2000.0)
    assert found_by_check(storage=None, thermal=thermal) == {"thermal.min_load_share"}


def test_a_profile_steeper_than_the_channel_s_ramp_is_refused() -> None:
    channel = {"capacity_mw": 1000, "ramp_share_per_h": 0.05, "min_power_share": 0.6}
    assert found_by_check(channel=channel) == {"channel.ramp_share_per_h", "channel.min_power_share"}


def test_a_technology_without_its_hours_is_named() -> None:
    from planning.sizing import BaseResource

    wind, _ = profiles(48)
    with pytest.raises(InputError) as caught:
        size_base(case(), BaseResource({"wind": wind}))
    assert [problem.field for problem in caught.value.problems] == ["pv"]


def test_a_resource_outside_0_to_1_or_of_two_lengths_is_refused() -> None:
    from planning.sizing import BaseResource

    with pytest.raises(InputError) as caught:
        BaseResource({"wind": np.array([0.2, 1.2]), "pv": np.array([0.1, np.nan, 0.2]), "sun": np.zeros(2)})
    assert len(caught.value.problems) == 4


def test_a_design_is_packed_and_unpacked_whole() -> None:
    """The store of the chain keeps designs field by field."""
    from planning.chain.packing import put_together, take_apart
    from planning.sizing import BaseDesign

    wind, pv = profiles(240)
    design = size_base(case(), wind_and_pv(wind, pv))
    again = put_together(BaseDesign, take_apart(design, ("case",)), case=design.case)
    assert again.capacity_mw == design.capacity_mw
    assert again.duals_cny == design.duals_cny
    np.testing.assert_array_equal(again.levels["battery_mwh"], design.levels["battery_mwh"])
