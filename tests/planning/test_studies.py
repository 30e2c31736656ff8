"""Studies of a base: a front that only rises, alternatives within their cost, sensitivities, designs for poor years."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import pytest

from gis_layers.errors import Cancelled, InfeasibleError, InputError
from planning.lp import solve
from planning.sizing import size_base
from planning.sizing.model import Bound, Goal, build_model
from planning.sizing.resource import BaseResource, wind_and_pv
from planning.sizing.studies import near_optimal, pareto_front, robust_design, tornado
from planning.sizing.studies.alternatives import Alternatives, free_capacities
from planning.sizing.studies.held import held_years, sizes_of, with_sizes
from planning.sizing.studies.pareto import Front, Quality
from planning.sizing.studies.robust import p90_year
from planning.sizing.studies.tornado import FACTORS, Range, load_ranges, vary
from tests.planning.sizing_cases import plain_base as base
from tests.planning.sizing_cases import plain_profiles, random_case

WEEK = 168


def profiles(hours: int = WEEK, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    return plain_profiles(hours, seed)


def week() -> BaseResource:
    return wind_and_pv(*profiles())


@lru_cache(maxsize=2)
def front(quality: Quality) -> Front:
    return pareto_front(base(), week(), quality, 6)


@lru_cache(maxsize=1)
def alternatives() -> Alternatives:
    return near_optimal(base(), week(), 0.05, directions=3, seed=4)


# -- front -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", ["renewable_share", "co2"])
def test_a_better_design_never_costs_less_and_no_point_is_dominated(quality: Quality) -> None:
    points = front(quality).points
    assert len(points) == 6
    costs = [p.cost_cny for p in points]
    values = [p.value for p in points]
    assert all(a < b for a, b in itertools.pairwise(costs))
    better = values if quality == "renewable_share" else [-v for v in values]
    assert all(a < b for a, b in itertools.pairwise(better))
    # Every step is as dear as the one before or dearer: over CO2, whose rows are fixed, the front is convex.
    if quality == "co2":
        prices = front(quality).price_cny()
        assert all(a <= b * (1 + 1e-4) for a, b in itertools.pairwise(prices))


def test_the_ends_of_the_front_are_the_cheapest_design_and_the_one_with_least_backup() -> None:
    points = front("renewable_share").points
    cheapest = size_base(base(), week())
    assert points[0].cost_cny == pytest.approx(cheapest.objective_cny, rel=1e-6)
    assert points[0].design.capacity_mw == pytest.approx(cheapest.capacity_mw, rel=1e-3, abs=0.5)
    model = build_model(base(), week(), goal=Goal({"thermal": 1.0}))
    least_gwh = solve(model.program, "highs").objective
    assert points[-1].design.hourly_mw["coal"].sum() == pytest.approx(least_gwh * 1e3, abs=1.0)


def test_every_point_of_the_front_is_the_cheapest_of_its_bound_by_another_solver() -> None:
    for point in front("renewable_share").points[1:-1:2]:
        share = point.bound
        bound = Bound("share", {"delivered": 1 - share, "thermal": -1.0}, low=0.0)
        found = solve(build_model(base(), week(), bounds=[bound]).program, "highs").objective
        assert point.cost_cny == pytest.approx(
            found * 1e6 + build_model(base(), week()).objective_constant * 1e6, rel=1e-6
        )
        assert point.value == pytest.approx(share, abs=1e-6)
        assert point.design.gap < 1e-7
        backup_mwh = point.design.hourly_mw["coal"].sum()
        assert backup_mwh / point.design.delivered_mwh == pytest.approx(1 - share, abs=1e-6)


def test_a_looser_bound_never_costs_more() -> None:
    costs = []
    for most_kt in (4.0, 8.0, 12.0, 1e3):
        bound = Bound("co2", {"co2": 1.0}, high=most_kt)
        costs.append(size_base(base(), week(), bounds=[bound]).objective_cny)
    assert all(a >= b * (1 - 1e-7) for a, b in itertools.pairwise(costs))


def test_a_front_needs_backup_and_two_points() -> None:
    with pytest.raises(InputError) as caught:
        pareto_front(base(thermal=None), week(), points=1)
    assert "points" in str(caught.value)
    assert "thermal" in str(caught.value)


def test_a_front_is_cancelled_by_its_progress() -> None:
    def stop(share: float, what: str) -> None:
        if share > 0.05:
            raise Cancelled

    with pytest.raises(Cancelled):
        pareto_front(base(), week(), points=5, progress=stop)


def test_two_programmes_that_fall_back_on_highs_at_once_wait_for_one_another() -> None:
    program = build_model(base(), week()).program

    def told(share: float, what: str) -> None:
        """Watched, so that HiGHS runs in a thread of its own."""

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: solve(program, "highs", progress=told).objective, range(4)))
    assert found == pytest.approx([found[0]] * 4)


def test_a_base_that_needs_no_backup_has_a_front_of_one_design() -> None:
    case, resource = random_case(0)
    assert len(pareto_front(case, resource, "renewable_share", 5).points) == 1
    assert len(pareto_front(case, resource, "co2", 5).points) == 1


# -- alternatives ----------------------------------------------------------------------------------


def test_alternatives_stay_within_their_cost_and_hold_the_cheapest_design_between_their_ends() -> None:
    found = alternatives()
    assert not found.failed
    assert len(found.designs) == 2 * len(found.best_size) + 3
    for design in found.designs:
        assert found.best_cost_cny * (1 - 1e-6) <= design.cost_cny <= found.most_cost_cny * (1 + 1e-6)
    for name, size in found.best_size.items():
        least, greatest = found.range_of(name)
        assert least <= size <= greatest
        assert greatest - least > 1.0


def test_the_least_wind_within_five_percent_is_that_of_another_solver() -> None:
    found = alternatives()
    bound = Bound("near", {"cost": 1.0}, high=found.most_cost_cny * 1e-6)
    model = build_model(base(), week(), goal=Goal({"wind_capacity": 1.0}), bounds=[bound])
    least_mw = solve(model.program, "highs").objective * 1e3
    ours = next(d for d in found.designs if d.name == "wind_min").size["wind"]
    # The small weight on cost may move it by a megawatt at most.
    assert least_mw - 0.01 <= ours <= least_mw + 1.01


def test_more_slack_never_narrows_a_range() -> None:
    tight = near_optimal(base(), week(), 0.02)
    for name in tight.best_size:
        inner, outer = tight.range_of(name), alternatives().range_of(name)
        assert outer[0] <= inner[0] + 1.1
        assert outer[1] >= inner[1] - 1.1


def test_the_same_seed_draws_the_same_mixtures() -> None:
    again = near_optimal(base(), week(), 0.05, directions=3, seed=4)
    drawn = [d for d in alternatives().designs if d.name.startswith("direction")]
    repeated = [d for d in again.designs if d.name.startswith("direction")]
    for a, b in zip(drawn, repeated, strict=True):
        assert a.size == pytest.approx(b.size, rel=1e-3, abs=0.5)


def test_a_capacity_that_is_given_is_no_alternative() -> None:
    wind = {**base().wind.model_dump(), "capacity_mw": 600.0, "max_capacity_mw": None}  # type: ignore[union-attr]
    assert free_capacities(base(wind=wind)) == ["pv", "thermal", "battery", "battery_energy"]


# -- sensitivities ---------------------------------------------------------------------------------


def test_sized_anew_is_never_dearer_than_the_design_held_and_bars_come_widest_first() -> None:
    rows = [
        r for r in load_ranges() if r.factor in ("wind_capex", "fuel_price", "discount_rate", "wind_resource")
    ]
    # Without wishes of the year both columns are under the same rules.
    found = tornado(base(limits={}), week(), ranges=rows)
    swings = [bar.swing_cny_per_mwh() for bar in found.bars]
    assert swings == sorted(swings, reverse=True)
    assert {bar.range.factor for bar in found.bars} == {r.factor for r in rows}
    for bar in found.bars:
        for end in (bar.low, bar.high):
            assert end.sized is not None
            assert end.held is not None
            if end.held.unmet_mwh < 1.0:
                assert end.sized.lcoe_cny_per_mwh <= end.held.design.lcoe_cny_per_mwh * (1 + 1e-6)


def test_dearer_turbines_raise_the_cost_of_a_held_design_by_their_annuity() -> None:
    row = next(r for r in load_ranges() if r.factor == "wind_capex")
    found = tornado(base(), week(), ranges=[row])
    end = found.bars[0].high.held
    assert end is not None
    mw = found.base.capacity_mw["wind"]
    annuity = 0.06 / (1 - 1.06**-20)
    more_cny = mw * 1e3 * 4200 * (row.high - 1) * annuity * WEEK / 8760
    assert end.design.annual_cost_cny - found.base.annual_cost_cny == pytest.approx(more_cny, rel=1e-3)


def test_more_hours_of_the_channel_change_no_cost_of_a_mwh_where_everything_grows_alike() -> None:
    # A toy without limits of its own size is in proportion: a known answer of the sizing as a whole.
    row = next(r for r in load_ranges() if r.factor == "channel_hours")
    bar = tornado(base(), week(), ranges=[row]).bars[0]
    assert bar.swing_cny_per_mwh() < 1e-4


def test_an_end_without_a_design_says_why_and_leaves_the_others() -> None:
    poor = base(wind={**base().wind.model_dump(), "max_capacity_mw": 700},  # type: ignore[union-attr]
                pv={**base().pv.model_dump(), "max_capacity_mw": 600},  # type: ignore[union-attr]
                limits={"renewable_share_min": 0.65})  # fmt: skip
    row = Range(
        factor="wind_resource",
        kind="times",
        low=0.3,
        high=1.0,
        unit="1",
        date="2024",
        tier="estimated",
        source="test",
    )
    bar = tornado(poor, week(), ranges=[row]).bars[0]
    assert bar.low.sized is None
    assert isinstance(bar.low.problem, InfeasibleError)
    assert bar.low.problem.conflicts
    assert bar.low.held is not None
    assert bar.low.held.unmet_mwh > 0
    assert bar.high.sized is not None


def test_every_row_of_the_table_has_a_source_and_changes_something() -> None:
    rows = load_ranges()
    assert {row.factor for row in rows} == set(FACTORS)
    for row in rows:
        assert row.source
        case, resource = vary(base(), week(), row, row.high)
        touched = row.factor not in ("csp_capex", "pumped_capex", "electrolyser_capex")
        changed = case != base() or any(
            (resource.profiles[n] != week().profiles[n]).any() for n in ("wind", "pv")
        )
        assert changed == touched, row.factor


# -- years -----------------------------------------------------------------------------------------


def test_a_held_design_in_its_own_year_is_itself() -> None:
    design = size_base(base(), week())
    year = held_years(base(), design, {"own": week()})["own"]
    assert year.unmet_mwh == 0.0
    assert year.design.lcoe_cny_per_mwh == pytest.approx(design.lcoe_cny_per_mwh, rel=1e-5)
    assert sizes_of(year.design) == pytest.approx(sizes_of(design), rel=1e-6)


def test_what_a_dead_calm_leaves_undelivered_is_counted_by_hand() -> None:
    # Wind and backup alone, two days; the second has no wind: all but the backup's 0.9 of capacity is missing.
    case = base(pv=None, storage=None, limits={}, delivery={"kind": "flat", "full_load_hours_min": 4380},
                thermal={**base().thermal.model_dump(), "capacity_mw": 200.0, "max_capacity_mw": None,  # type: ignore[union-attr]
                         "min_load_share": 0.0})  # fmt: skip
    full = BaseResource({"wind": np.full(48, 0.5)})
    design = size_base(case, full)
    calm = BaseResource({"wind": np.r_[np.full(24, 0.5), np.zeros(24)]})
    year = held_years(case, design, {"calm": calm})["calm"]
    assert year.unmet_mwh == pytest.approx(24 * (500 - 0.9 * 200), rel=1e-6)
    assert year.unmet_hours == 24
    np.testing.assert_allclose(year.unmet_mw[:24], 0.0, atol=1e-3)


def test_the_robust_design_holds_where_the_first_does_not_and_only_adds() -> None:
    wind, pv = profiles()
    day = np.arange(WEEK) // 24
    years = {
        "mean": week(),
        "poor": wind_and_pv(wind * 0.85, pv * 0.9),
        "drought": wind_and_pv(np.where(day == 3, 0.1 * wind, wind), pv),
    }
    found = robust_design(base(), years)
    before = {y.name: y.before.unmet_mwh for y in found.years}
    assert before["mean"] == 0.0
    assert before["poor"] > 1.0
    assert before["drought"] > 1.0
    for year in found.years:
        asked = year.after.design.delivered_mwh + year.after.unmet_mwh
        assert year.after.unmet_mwh <= found.allowed_share * asked
    assert all(mw >= 0 for mw in found.added.values())
    assert sum(found.added.values()) > 1.0
    assert found.added_investment_cny > 0
    assert set(found.steps) <= {"poor", "drought"}


def test_a_design_that_holds_already_is_left_alone() -> None:
    wind, pv = profiles()
    found = robust_design(base(), {"mean": week(), "rich": wind_and_pv(np.minimum(wind * 1.1, 1), pv)})
    assert found.steps == ()
    assert all(mw == 0 for mw in found.added.values())


def test_a_poor_year_beyond_the_largest_capacities_names_the_conflict() -> None:
    wind, pv = profiles()
    case = base(thermal={**base().thermal.model_dump(), "max_capacity_mw": 350})  # type: ignore[union-attr]
    with pytest.raises(InfeasibleError) as caught:
        robust_design(case, {"mean": week(), "calm": wind_and_pv(wind * 0.01, pv * 0.01)})
    assert caught.value.conflicts


def test_the_p90_year_has_the_yield_that_nine_in_ten_exceed() -> None:
    years = [wind_and_pv(*profiles(WEEK, seed)) for seed in range(4)]
    poor = p90_year(years)
    # One year of wind: pooled spread near 6 %, so about 1.28 x 6 % below the mean.
    mean = np.mean([y.profiles["wind"].mean() for y in years])
    assert 0.88 < poor.profiles["wind"].mean() / mean < 0.96
    assert 0.93 < poor.profiles["pv"].mean() / years[0].profiles["pv"].mean() < 0.99


def test_capacities_put_into_a_case_as_the_least_may_still_grow() -> None:
    design = size_base(base(), week())
    more = with_sizes(base(), design, at_least=True)
    assert more.wind is not None
    assert more.wind.bounds_mw == (pytest.approx(design.capacity_mw["wind"]), 5000.0)
    again = size_base(more, week())
    assert again.objective_cny == pytest.approx(design.objective_cny, rel=1e-6)
