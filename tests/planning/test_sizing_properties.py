"""Sizing: laws that hold for any base, duals against differences, our solver against HiGHS."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InfeasibleError
from planning.lp import solve
from planning.sizing import BaseCase, BaseDesign, BaseResource, size_base
from planning.sizing.delivery import SEASONS, bounds_gw, profile_gw
from planning.sizing.model import LEAST_COST, Bound, Goal, build_model
from resources.hours import MONTH_OF_DAY
from tests.planning.sizing_cases import BATTERY, COAL, PV, WIND, given, random_case, toy

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_ours_and_highs_agree_on_a_random_base(seed: int) -> None:
    case, resource = random_case(seed)
    program = build_model(case, resource).program
    ours, theirs = solve(program, tolerance=1e-8), solve(program, "highs")
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_hour_of_a_random_base_adds_up_and_keeps_its_limits(seed: int) -> None:
    case, resource = random_case(seed)
    design = size_base(case, resource)
    assert design.max_balance_residual_mw < 1e-6
    assert design.objective_cny == pytest.approx(
        design.annual_cost_cny - design.income_cny, rel=1e-5, abs=1.0
    )
    limits = case.limits
    assert design.renewable_share >= float(limits.renewable_share_min or 0.0) - 1e-5
    assert design.curtailment_rate <= float(limits.curtailment_max_share or 1.0) + 1e-5
    low, high = bounds_gw(case.channel, case.delivery, resource.hours)
    assert (design.hourly_mw["delivered"] <= high * 1e3 + 1e-3).all()
    assert (design.hourly_mw["delivered"] >= low * 1e3 - 1e-2).all()
    for name, profile in resource.profiles.items():
        if name != "csp_heat":
            assert (design.hourly_mw[name] <= design.capacity_mw[name] * profile + 1e-9).all()
            assert (design.hourly_mw[name] >= 0).all()
    np.testing.assert_allclose(
        sum(design.hourly_mw[f"curtailed_{cause}"] for cause in design.curtailed_mwh),
        design.hourly_mw["curtailed"],
        atol=1e-9,
    )
    _battery_adds_up(case, design)
    _water_adds_up(resource, design)


def _battery_adds_up(case: BaseCase, design: BaseDesign) -> None:
    assert case.storage is not None
    one_way = float(np.sqrt(case.storage.efficiency_round_trip_share or 1.0))
    level = design.storage_level_mwh
    change = one_way * design.hourly_mw["charge"] - design.hourly_mw["discharge"] / one_way
    np.testing.assert_allclose(np.diff(level), change[1:], atol=1e-6)
    assert level[-1] - (level[0] - change[0]) > -1e-3
    assert (level <= design.storage_mwh + 1e-9).all()
    assert (level >= 0).all()
    assert np.minimum(design.hourly_mw["charge"], design.hourly_mw["discharge"]).max() < 1e-3


def _water_adds_up(resource: BaseResource, design: BaseDesign) -> None:
    water = resource.cascade
    if water is None:
        return
    for at, id in enumerate(water.ids):
        level = design.levels[f"{id}_hm3"]
        before = np.concatenate([[water.storage_start_m3[at] / 1e6], level[:-1]])
        net = design.levels[f"{id}_inflow_m3_s"] - design.levels[f"{id}_release_m3_s"]
        np.testing.assert_allclose(level - before, net * 0.0036, atol=1e-9)
        turbined = design.hourly_mw[id] / water.mw_per_m3_s[at]
        np.testing.assert_allclose(
            turbined + design.levels[f"{id}_spilt_m3_s"], design.levels[f"{id}_release_m3_s"], atol=1e-9
        )
        assert (design.levels[f"{id}_spilt_m3_s"] >= -1e-9).all()
        assert level[-1] >= water.storage_start_m3[at] / 1e6 - 1e-5
    lag = int(water.travel_steps[0])
    sent = design.levels["up_release_m3_s"]
    np.testing.assert_allclose(
        design.levels["down_inflow_m3_s"][lag:], sent[:-lag] + water.local_inflow_m3_s[1, lag:], atol=1e-9
    )


def tight(**changes: Any) -> tuple[BaseCase, BaseResource]:
    """A base on whose limits everything hangs."""
    hour = np.arange(168)
    rng = np.random.default_rng(7)
    wind = np.clip(0.35 + 0.3 * np.sin(hour / 9.0) + 0.1 * rng.standard_normal(168), 0, 1)
    sun = np.clip(np.sin((hour % 24 - 6) / 12 * np.pi), 0, 1) * rng.uniform(0.5, 1.0, 7)[hour // 24]
    parts: dict[str, Any] = {
        "discount_rate": 0.06,
        "delivery": {"kind": "two_step", "peak_hours": [[7, 22]], "valley_level": 0.6, "full_load_hours_min": 4500},
        "wind": WIND | {"capex_cny_per_kw": 4200.0},
        "pv": PV | {"capex_cny_per_kw": 3400.0},
        "storage": BATTERY | {"max_duration_h": 12.0},
        "thermal": COAL | {"capacity_mw": 60.0, "min_load_share": 0.3, "capex_cny_per_kw": 3700.0},
    }  # fmt: skip
    limits = {"renewable_share_min": 0.6, "curtailment_max_share": 0.05} | changes.pop("limits", {})
    if "investment_max_cny" in limits:
        # With the share given, what is cheapest also costs least to build: room to give way to coal.
        limits["renewable_share_min"] = 0.3
    return toy(**(parts | {"limits": limits} | changes)), given(wind=wind.tolist(), pv=sun.tolist())


def cost(case: BaseCase, resource: BaseResource) -> float:
    return solve(build_model(case, resource).program, "highs").objective


LOOSER = [
    ("renewable_share_min", [0.7, 0.6, 0.5, 0.0]),
    ("curtailment_max_share", [0.03, 0.05, 0.1, 1.0]),
    ("land_km2_max", [9.0, 10.5, 11.0, 100.0]),
    ("co2_max_t", [130e3, 140e3, 170e3, 1e7]),
    ("co2_intensity_max_t_per_mwh", [0.30, 0.32, 0.4, 1.0]),
    ("thermal_share_max", [0.37, 0.4, 0.5, 1.0]),
    ("investment_max_cny", [4.4e8, 4.6e8, 4.8e8, 1e10]),
    ("storage_power_share_min", [0.6, 0.5, 0.45, 0.0]),
    ("storage_hours_min", [11.0, 10.0, 8.0, 0.0]),
]


@pytest.mark.parametrize(("name", "values"), LOOSER)
def test_a_looser_limit_never_costs_more(name: str, values: list[float]) -> None:
    found = []
    for value in values:
        case, resource = tight(limits={name: value})
        try:
            found.append(cost(case, resource))
        except InfeasibleError:
            found.append(np.inf)
    assert np.isfinite(found[-1])
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(found))
    assert found[-1] < found[0], "the limit should bind at first"


STEPS = {
    "renewable_share_min": (-0.01, 1e-3),
    "curtailment_max_share": (0.01, 1e-3),
    "land_km2_max": (1.0, 1e-2),
    "co2_max_t": (1.0, 100.0),
    "co2_intensity_max_t_per_mwh": (1.0, 1e-4),
    "thermal_share_max": (0.01, 1e-3),
    "investment_max_cny": (1.0, 1e5),
    "storage_power_share_min": (-0.01, 1e-3),
    "storage_hours_min": (-1.0, 1e-2),
}
"""Natural unit in the field's own, signed so that it loosens; and the step of the difference."""


@pytest.mark.parametrize("name", STEPS)
def test_the_value_of_a_limit_is_the_slope_of_cost(name: str) -> None:
    value = {"renewable_share_min": 0.6, "curtailment_max_share": 0.05} | {n: v[1] for n, v in LOOSER}
    unit, step = STEPS[name]
    limits = {name: value[name]}

    def at(change: float) -> float:
        case, resource = tight(limits={**limits, name: value[name] + change})
        return cost(case, resource)

    case, resource = tight(limits=limits)
    dual = size_base(case, resource).duals_cny[name]
    # One-sided slopes bracket the dual: cost is convex in the limit and may have a corner there.
    up, down = (at(step) - at(0.0)) / step, (at(0.0) - at(-step)) / step
    slopes = sorted((-up * unit * 1e6, -down * unit * 1e6))
    slack = 1e-3 * max(abs(slopes[0]), abs(slopes[1])) + 1e-3 * dual + 1e-2
    assert slopes[0] - slack <= dual <= slopes[1] + slack
    assert dual > 0


def test_an_hour_of_the_channel_and_a_mw_of_it_are_worth_the_slope_of_cost() -> None:
    delivery = {"kind": "free", "full_load_hours_min": 6500}
    case, resource = tight(delivery=delivery)
    design = size_base(case, resource)

    def at(mw: float, hours: float) -> float:
        changed, _ = tight(delivery=delivery | {"full_load_hours_min": hours}, channel={"capacity_mw": mw})
        return cost(changed, resource)

    hour = (at(100, 6500) - at(100, 6499)) * 1e6
    assert design.duals_cny["full_load_hours_min"] == pytest.approx(hour, rel=1e-3)
    room = (at(100, 6500) - at(100.1, 6500 * 100 / 100.1)) / 0.1 * 1e6
    assert design.duals_cny["channel_mw"] == pytest.approx(room, rel=2e-2)
    assert room > 0


def test_a_firm_profile_s_hour_is_worth_the_slope_of_cost() -> None:
    case, resource = tight()
    fewer, _ = tight(delivery=case.delivery.model_dump() | {"full_load_hours_min": 4499.0})
    slope = (cost(case, resource) - cost(fewer, resource)) * 1e6
    assert size_base(case, resource).duals_cny["full_load_hours_min"] == pytest.approx(slope, rel=1e-2)


def test_a_largest_capacity_is_worth_the_slope_of_cost() -> None:
    def at(most: float) -> tuple[BaseCase, BaseResource]:
        return tight(wind=WIND | {"capex_cny_per_kw": 4200.0, "max_capacity_mw": most})

    dual = size_base(*at(40.0)).duals_cny["wind_max_mw"]
    assert dual > 0
    assert dual == pytest.approx((cost(*at(40.0)) - cost(*at(40.1))) / 0.1 * 1e6, rel=1e-2)


def test_bounds_on_measures_make_a_front_that_rises() -> None:
    coal = COAL | {"max_capacity_mw": 60.0, "min_load_share": 0.3, "capex_cny_per_kw": 3700.0}
    case, resource = tight(thermal=coal, limits={"renewable_share_min": 0.0, "curtailment_max_share": 1.0})
    free = size_base(case, resource)
    costs = []
    for share in (1.0, 0.8, 0.6, 0.4):
        most = free.co2_t / 1e3 * share
        design = size_base(case, resource, bounds=[Bound("co2", {"co2": 1.0}, high=most)])
        assert design.co2_t <= free.co2_t * share * (1 + 1e-5)
        costs.append(design.annual_cost_cny)
    assert costs[0] == pytest.approx(free.annual_cost_cny, rel=1e-6)
    assert all(a <= b * (1 + 1e-7) for a, b in pairwise(costs))


def test_another_goal_within_a_cost_bound_finds_a_design_near_the_optimum() -> None:
    case, resource = tight()
    best = size_base(case, resource, goal=LEAST_COST)
    near = Bound("cost", {"cost": 1.0}, high=best.objective_cny / 1e6 * 1.05)
    least_wind = size_base(case, resource, goal=Goal({"wind_capacity": 1.0}), bounds=[near])
    assert least_wind.capacity_mw["wind"] < best.capacity_mw["wind"] - 1
    assert least_wind.annual_cost_cny <= best.annual_cost_cny * 1.05 * (1 + 1e-5)


def test_an_impossible_wish_names_limits_and_amounts_with_which_it_becomes_possible() -> None:
    case, resource = tight(
        wind=WIND | {"capacity_mw": 40.0}, pv=PV | {"capacity_mw": 40.0},
        limits={"renewable_share_min": 0.9, "curtailment_max_share": 0.05},
    )  # fmt: skip
    with pytest.raises(InfeasibleError) as caught:
        size_base(case, resource)
    give = {conflict.limit: (conflict.amount, conflict.unit) for conflict in caught.value.conflicts}
    assert give
    assert all(np.isfinite(amount) for amount, _ in give.values())
    share = 0.9 - give.get("renewable_share_min", (0.0, ""))[0] / 100 - 1e-4
    taken = 0.05 + give.get("curtailment_max_share", (0.0, ""))[0] / 100 + 1e-4
    mended, _ = tight(
        wind=WIND | {"capacity_mw": 40.0},
        pv=PV | {"capacity_mw": 40.0},
        delivery=case.delivery.model_dump() | {"unmet_penalty_cny_per_mwh": 1e5},
        limits={"renewable_share_min": share, "curtailment_max_share": taken},
    )
    missed_h = size_base(mended, resource).unmet_mwh / 100 * 8760 / 168
    assert missed_h <= give.get("full_load_hours_min", (0.0, ""))[0] + 1.0


def test_what_is_not_delivered_has_its_price_and_is_counted() -> None:
    case, resource = tight(
        delivery={"kind": "flat", "full_load_hours_min": 8000, "unmet_penalty_cny_per_mwh": 200.0},
        limits={"renewable_share_min": 0.6},
    )  # fmt: skip
    design = size_base(case, resource)
    assert design.unmet_mwh > 0
    assert design.delivered_mwh + design.unmet_mwh == pytest.approx(8000 * 100 * 168 / 8760, rel=1e-6)
    assert design.objective_cny == pytest.approx(design.annual_cost_cny + 200 * design.unmet_mwh, rel=1e-6)


def test_a_seasonal_profile_has_its_levels_its_day_curve_and_its_hours() -> None:
    case = toy(
        wind=WIND,
        delivery={"kind": "seasonal", "full_load_hours_min": 4000, "peak_hours": [[8, 20]], "valley_level": 0.5,
                  "season_levels": {"winter": 1.0, "spring": 0.6, "summer": 0.9, "autumn": 0.7}},
    )  # fmt: skip
    profile = profile_gw(case.channel, case.delivery)
    month = np.repeat(MONTH_OF_DAY, 24)
    assert profile.sum() == pytest.approx(4000 * 0.1, rel=1e-9)
    assert profile[3] == pytest.approx(0.5 * profile[12])
    winter, spring = (profile[np.isin(month, SEASONS[s])] for s in ("winter", "spring"))
    assert spring.mean() == pytest.approx(0.6 * winter.mean())


def test_a_band_is_kept_between_its_shares_of_the_profile() -> None:
    delivery = {"kind": "band", "full_load_hours_min": 4500, "peak_hours": [[7, 22]], "valley_level": 0.6,
                "band_low_share": 0.7, "band_high_share": 1.3}  # fmt: skip
    case, resource = tight(delivery=delivery)
    firm, _ = tight()
    design, strict = size_base(case, resource), size_base(firm, resource)
    profile = profile_gw(firm.channel, firm.delivery, 168) * 1e3
    assert (design.hourly_mw["delivered"] >= 0.7 * profile - 1e-2).all()
    assert (design.hourly_mw["delivered"] <= np.minimum(1.3 * profile, 100) + 1e-2).all()
    assert design.annual_cost_cny < strict.annual_cost_cny


def test_least_power_and_ramp_of_the_channel_are_kept() -> None:
    channel = {"capacity_mw": 100, "min_power_share": 0.1, "ramp_share_per_h": 0.05}
    case, resource = tight(delivery={"kind": "free", "full_load_hours_min": 4000}, channel=channel)
    delivered = size_base(case, resource).hourly_mw["delivered"]
    assert delivered.min() >= 10 - 1e-2
    assert np.abs(np.diff(delivered)).max() <= 5 + 1e-2
