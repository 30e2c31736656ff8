"""The national optimum: hand-computed choices, the same least cost as one undivided LP, money that adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gis_layers.errors import Cancelled, InfeasibleError, InputError
from planning.dispatch.result import check_balance
from planning.expansion.case import Expansion, Target, check_expansion, grown, without_exchange
from planning.expansion.plan import optimise
from planning.expansion.provinces import province_costs
from planning.expansion.replay import built_cny, weeks_figures
from planning.expansion.spec import OptimumSpec
from planning.expansion.study import study
from planning.expansion.told import Plan
from planning.expansion.weeks import WEEK_HOURS, choose_weeks, k_medoids, sample
from tests.planning.dispatch_cases import lines, plain_case
from tests.planning.expansion_cases import option, random_nation, two_nodes, undivided_cny

SHORT = 48
"""Hours of a case whose every hour is solved."""


def all_hours(x: Expansion, whole_lines: bool = False) -> Plan:
    """The optimum with every hour in it: a week as long as the case, in steps of an hour."""
    weeks = choose_weeks(x, 1, 1, period_hours=x.case.hours)
    levels = (np.array([0.0, x.case.hours]), np.zeros((2, int(x.case.hydro.stores.sum()))))
    return optimise(x, weeks, 1, whole_lines=whole_lines, levels=levels)


# -- by hand -------------------------------------------------------------------------------------


def test_a_line_is_built_where_wind_and_line_cost_less_than_wind_at_home() -> None:
    """A MW in B takes 2 / 0.9 MW of A's wind, 1 / 0.9 of line and 48 h of its use at 15: 9,720 / 0.9 = 10,800 CNY,
    against 4 x 3,000 at home and 48 x 300 of coal."""
    plan = all_hours(two_nodes(3_000.0, SHORT))
    assert plan.choice.added_mw["wind"] == pytest.approx([200 / 0.9, 0.0], rel=1e-4, abs=0.01)
    assert plan.choice.line_mw == pytest.approx([100 / 0.9], rel=1e-4)
    assert plan.total_cny == pytest.approx(1_080_000.0, rel=1e-5)
    assert plan.money_cny["capital_wind"] == pytest.approx(0.9 * 3_000 * 200 / 0.9, rel=1e-4)
    assert plan.money_cny["upkeep_lines"] == pytest.approx(0.1 * 3_000 * 100 / 0.9, rel=1e-4)
    assert plan.money_cny["line_use"] == pytest.approx(15 * 48 * 100 / 0.9, rel=1e-4)


def test_wind_is_built_at_home_where_the_line_is_dear() -> None:
    """A line at 5,000 makes a MW from A cost 13,022; at home it is 12,000."""
    plan = all_hours(two_nodes(5_000.0, SHORT))
    assert plan.choice.added_mw["wind"] == pytest.approx([0.0, 400.0], rel=1e-4, abs=0.01)
    assert plan.choice.line_mw == pytest.approx([0.0], abs=0.01)
    assert plan.total_cny == pytest.approx(1_200_000.0, rel=1e-5)


def test_the_value_of_planning_together_is_the_difference_by_hand() -> None:
    """Without the line B builds at home: 1,200,000 - 1,080,000; B gains all that A does not earn."""
    x = two_nodes(3_000.0, SHORT)
    together, alone = all_hours(x), all_hours(without_exchange(x, "existing"))
    assert alone.total_cny - together.total_cny == pytest.approx(120_000.0, rel=1e-3)
    mine, theirs = province_costs(together), province_costs(alone)
    gains = {name: theirs[name].total_cny - cost.total_cny for name, cost in mine.items()}
    assert sum(gains.values()) == pytest.approx(120_000.0, rel=1e-3)
    # A's wind earns exactly what it costs: free entry leaves no rent where land has no bound.
    assert gains["A"] == pytest.approx(0.0, abs=200.0)


def test_a_carbon_cap_has_the_price_of_what_replaces_coal() -> None:
    """With 50 MW of wind output allowed in B and no line, coal gives 50 MW: 50 x 48 x 0.8 = 1,920 t. A t less is
    1.25 MWh of coal, which only lost load replaces; so the cap just at 1,920 t binds nothing dearer than that."""
    x = two_nodes(5_000.0, SHORT, (0.0, 1_000.0), co2_t=0.0)
    plan = all_hours(x)
    assert plan.choice.added_mw["wind"][1] == pytest.approx(400.0, rel=1e-4)
    dear = replace(two_nodes(99_000.0, SHORT, (0.0, 1_000.0)), target=Target(co2_t=960.0))
    option_ = replace(dear.options[0], cost=replace(dear.options[0].cost, capital=4_400.0, upkeep=400.0))
    plan = all_hours(replace(dear, options=(option_,)))
    # Coal at 14,400 a MW is cheaper than wind at home, 4 x 4,800; 960 t are 25 MW of coal.
    assert plan.operation.co2_t.sum() == pytest.approx(960.0, rel=1e-4)
    assert plan.choice.added_mw["wind"][1] == pytest.approx(300.0, rel=1e-4)
    # A t less: 1 / (48 x 0.8) MW of coal replaced by wind, 4,800 CNY dearer a MW.
    assert plan.target_price["co2_max_mt"] / 1e6 == pytest.approx(4_800 / 38.4, rel=1e-3)


def test_a_renewable_share_is_met_and_priced_by_hand() -> None:
    """Half of 4,800 MWh from wind that is 4,800 CNY a MW dearer than coal: one point is 1 MW."""
    x = two_nodes(99_000.0, SHORT, (0.0, 1_000.0), renewable_share=0.5)
    dear = replace(x.options[0], cost=replace(x.options[0].cost, capital=4_400.0, upkeep=400.0))
    plan = all_hours(replace(x, options=(dear,)))
    assert weeks_figures(plan).renewable_share == pytest.approx(0.5, rel=1e-4)
    assert plan.target_price["renewable_share_min"] == pytest.approx(4_800.0, rel=1e-3)


def test_a_total_of_wind_and_sun_is_met_at_its_price() -> None:
    """800 MW asked where 400 pay: a MW more costs its 3,000 and the curtailment of 12 MWh at 1 CNY."""
    plan = all_hours(two_nodes(99_000.0, SHORT, (1_000.0, 1_000.0), wind_pv_mw=800.0))
    assert plan.choice.total_mw("wind") == pytest.approx(800.0, rel=1e-4)
    assert plan.target_price["wind_pv_min_gw"] == pytest.approx(3_012.0 * 1e3, rel=1e-5)


def test_ac_ties_share_a_flow_by_their_reactances() -> None:
    """A sends to B by a tie of 50 MW and by C, twice as far: the tie takes two thirds, so no more than 75 MW arrive. B's own
    coal gives the other 25 MW: 75 x 100 + 25 x 300 + 15 x (50 + 25 + 25) CNY an hour."""
    ones = np.ones(SHORT)
    ties = lines([(0, 1), (0, 2), (2, 1)], [50.0, 90.0, 90.0], [0.0] * 3, [15.0] * 3, [50.0, 90.0, 90.0])
    ties = replace(ties, kinds=("ac",) * 3, reactance_ohm=np.ones(3))
    none = np.zeros(3)
    case = plain_case(
        [0 * ones, 100 * ones, 0 * ones], [0 * ones] * 3, [200.0, 200.0, 0.0], [100.0, 300.0, 0.0], ties
    )
    x = replace(
        two_nodes(1.0, SHORT), case=replace(case, sync_area=("N",) * 3), options=(), candidates=(),
        province=("A", "B", "C"), standing_mw={"wind": none, "pv": none},
    )  # fmt: skip
    plan = all_hours(x)
    assert plan.operation.generation_mwh["coal"] / SHORT == pytest.approx([75.0, 25.0, 0.0], abs=1e-3)
    assert plan.total_cny / SHORT == pytest.approx(16_500.0, rel=1e-6)


def test_a_given_total_below_what_pays_has_a_price_below_nothing() -> None:
    """100 MW of wind where 400 pay: a MW more costs 3,000 and saves 0.25 x 48 MWh of coal at 300."""
    given = all_hours(two_nodes(99_000.0, SHORT, wind_pv_mw=100.0, wind_pv_most_mw=100.0))
    assert given.choice.total_mw("wind") == pytest.approx(100.0, rel=1e-4)
    assert given.target_price == {"wind_pv_min_gw": pytest.approx((3_000.0 - 3_600.0) * 1e3, rel=1e-4)}
    capped = all_hours(two_nodes(99_000.0, SHORT, wind_pv_most_mw=100.0))
    assert capped.target_price == {"wind_pv_max_gw": pytest.approx(600.0 * 1e3, rel=1e-4)}
    assert capped.total_cny == pytest.approx(given.total_cny, rel=1e-5)


# -- the same as one LP --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_all_hours_the_optimum_is_that_of_an_undivided_programme(seed: int) -> None:
    x = check_expansion(random_nation(seed, 24))
    standing = sum(float(mw.sum()) for mw in x.standing_mw.values())
    free = all_hours(x)
    emitted = float(free.operation.co2_t.sum())
    for target in (
        Target(),
        Target(wind_pv_mw=standing + 150.0),
        Target(co2_t=0.85 * emitted),
        Target(renewable_share=weeks_figures(free).renewable_share + 0.03),
    ):
        asked = replace(x, target=target)
        assert all_hours(asked).total_cny == pytest.approx(undivided_cny(asked), rel=2e-5)


def test_weeks_that_all_stand_for_themselves_cost_what_they_cost_one_by_one() -> None:
    """With nothing to be built the year is the sum of its days."""
    x = random_nation(4, 48)
    x = replace(x, options=(), candidates=(), land_mw={})
    days = choose_weeks(x, 2, 1, period_hours=24)
    assert days.weight.tolist() == [1.0, 1.0]
    levels = (np.array([0.0, 48.0]), np.zeros((2, 0)))
    from planning.dispatch.case import cut

    single = sum(undivided_cny(replace(x, case=cut(x.case, d, d + 24))) for d in (0, 24))
    assert optimise(x, days, 1, levels=levels).total_cny == pytest.approx(single, rel=2e-5)


# -- laws ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nation() -> Expansion:
    return random_nation(11, 24)


@pytest.fixture(scope="module")
def plan(nation: Expansion) -> Plan:
    return all_hours(nation)


def test_money_adds_up_by_component_and_by_province(plan: Plan) -> None:
    assert sum(plan.money_cny.values()) == pytest.approx(plan.total_cny, rel=1e-12)
    assert sum(c.total_cny for c in province_costs(plan).values()) == pytest.approx(plan.total_cny, rel=1e-9)
    built = built_cny(plan)
    for name, value in built.items():
        assert value == pytest.approx(plan.money_cny.get(name, 0.0), rel=1e-3, abs=2.0 * 400_000 / 365)


def test_energy_adds_up_in_the_year_of_the_weeks(plan: Plan) -> None:
    op, x = plan.operation, plan.expansion
    lost = np.concatenate([x.case.lines.loss_share, [c.loss_share for c in x.candidates]]) @ op.sent_mwh
    made = sum(float(v.sum()) for v in op.generation_mwh.values()) + float(op.unserved_mwh.sum())
    pushed = plan.money_cny["must_run"] / x.case.must_run_cny_per_mwh
    used = float(op.load_mwh.sum() + op.storage_loss_mwh.sum()) + lost
    assert made - pushed == pytest.approx(used, rel=1e-5)


def test_capacities_stay_within_their_bounds_and_their_land(plan: Plan) -> None:
    for one in plan.expansion.options:
        added = plan.choice.added_mw[one.technology]
        assert (added >= one.min_mw - 1e-9).all()
        assert (added <= one.max_mw + 1e-9).all()
    for technology, (member, most) in plan.expansion.land_mw.items():
        assert (member @ plan.choice.added_mw[technology] <= most * (1 + 1e-6)).all()
    assert (plan.choice.line_mw <= [c.mw for c in plan.expansion.candidates]).all()


def test_a_tighter_cap_is_never_cheaper_and_a_wider_choice_never_dearer(
    nation: Expansion, plan: Plan
) -> None:
    emitted = float(plan.operation.co2_t.sum())
    costs = [
        all_hours(replace(nation, target=Target(co2_t=share * emitted))).total_cny
        for share in (1.1, 0.9, 0.8)
    ]
    assert costs[0] == pytest.approx(plan.total_cny, rel=1e-5)
    assert costs[0] <= costs[1] * (1 + 1e-6) <= costs[2] * (1 + 2e-6)


def test_the_value_of_exchange_is_never_negative(nation: Expansion, plan: Plan) -> None:
    existing = all_hours(without_exchange(nation, "existing"))
    none = all_hours(without_exchange(nation, "none"))
    assert plan.total_cny <= existing.total_cny * (1 + 1e-6) <= none.total_cny * (1 + 2e-6)
    assert existing.choice.line_mw.size == 0
    assert none.operation.sent_mwh.size == 0


def test_whole_lines_are_whole_and_no_cheaper_than_lines_of_any_size(nation: Expansion, plan: Plan) -> None:
    whole = all_hours(nation, whole_lines=True)
    sizes = np.array([c.mw for c in nation.candidates])
    assert all(mw in (0.0, size) for mw, size in zip(np.round(whole.choice.line_mw, 3), sizes, strict=True))
    assert whole.bound_cny == pytest.approx(plan.total_cny, rel=1e-5)
    assert whole.total_cny >= plan.total_cny * (1 - 1e-6)


def test_the_grown_case_has_what_was_chosen_and_passes_the_dispatchs_checks(
    nation: Expansion, plan: Plan
) -> None:
    from planning.dispatch.check_case import validate
    from planning.dispatch.solve import dispatch

    case = validate(grown(nation, plan.choice))
    wind = nation.option("wind")
    assert wind is not None
    assert wind.per_mw is not None
    more = wind.per_mw * plan.choice.added_mw["wind"][:, None]
    assert case.wind_mw == pytest.approx(nation.case.wind_mw + more)
    battery = next(s for s in case.storages if s.kind == "battery")
    old = next(s for s in nation.case.storages if s.kind == "battery")
    assert battery.energy_mwh - old.energy_mwh == pytest.approx(3.0 * (battery.power_mw - old.power_mw))
    built = int((plan.choice.line_mw >= 1.0).sum())
    assert case.lines.count == nation.case.lines.count + built
    result = dispatch(case, window_hours=24, lookahead_hours=0)
    assert check_balance(case, result) < 1e-3


# -- what cannot be ------------------------------------------------------------------------------


def test_a_total_beyond_all_land_is_refused_with_what_is_missing() -> None:
    with pytest.raises(InfeasibleError) as caught:
        all_hours(two_nodes(3_000.0, SHORT, (100.0, 200.0), wind_pv_mw=1_300.0))
    assert [(c.limit, round(c.amount, 6), c.unit) for c in caught.value.conflicts] == [
        ("optimum.wind_pv_min_gw", 1.0, "GW")
    ]


def test_a_most_below_what_stands_is_refused_with_what_is_too_much() -> None:
    x = two_nodes(3_000.0, SHORT, wind_pv_most_mw=1_000.0)
    stands = replace(x, standing_mw={"wind": np.array([2_500.0, 0.0]), "pv": np.zeros(2)})
    with pytest.raises(InfeasibleError) as caught:
        all_hours(stands)
    assert [(c.limit, c.amount, c.unit) for c in caught.value.conflicts] == [
        ("optimum.wind_pv_max_gw", 1.5, "GW")
    ]


def test_a_cap_that_cannot_be_kept_names_the_bounds_in_its_way() -> None:
    """200 MW of wind give 50 of 100 MW; the rest is 50 x 48 x 0.8 t of coal, and 200 MW more of wind would do."""
    x = two_nodes(3_000.0, SHORT, (0.0, 200.0), co2_t=0.0)
    with pytest.raises(InfeasibleError) as caught:
        all_hours(replace(x, candidates=()))
    told = {c.limit: c.amount for c in caught.value.conflicts}
    assert told["optimum.co2_max_mt"] == pytest.approx(1_920.0 / 1e6, rel=1e-3)
    assert told["optimum.wind"] == pytest.approx(0.2, rel=1e-3)


def test_what_cannot_be_meant_is_named_all_at_once(nation: Expansion) -> None:
    bad = replace(
        nation,
        options=(
            replace(nation.options[0], per_mw=np.zeros((1, 1))),
            replace(option("tidal", 0.0, [1.0, 1.0, 1.0]), min_mw=np.array([2.0, 0.0, 0.0])),
        ),
        candidates=(replace(nation.candidates[0], to_index=0),),
    )
    with pytest.raises(InputError) as caught:
        check_expansion(bad)
    fields = {p.field for p in caught.value.problems}
    assert {"options[wind].per_mw", "options[tidal]", "options[tidal].min_mw", "options[tidal].cost",
            "candidates[ab]"} <= fields  # fmt: skip


def test_a_study_is_cancelled_where_its_progress_says_so() -> None:
    def stop(share: float, what: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        study(random_nation(3, WEEK_HOURS), OptimumSpec(weeks=1), stop, replays="none")


# -- weeks ---------------------------------------------------------------------------------------


def test_medoids_are_those_of_least_distance() -> None:
    """Two clumps on a line: 0, 1, 2 and 10, 11, 12; their middles."""
    place = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
    distance = np.abs(place[:, None] - place[None, :])
    assert k_medoids(distance, 2).tolist() == [1, 4]
    assert k_medoids(distance, 6).tolist() == [0, 1, 2, 3, 4, 5]


def test_weights_add_up_to_the_year_and_extreme_weeks_stand_for_themselves() -> None:
    x = random_nation(5, 24 * 21)
    chosen = choose_weeks(x, 6, 1, period_hours=24)
    assert chosen.weight.sum() == pytest.approx(21.0)
    assert chosen.extreme.sum() == 2
    assert chosen.weight[chosen.extreme].tolist() == [1.0, 1.0]
    residual = (x.case.load_mw - 2.0 * (x.case.wind_mw + x.case.pv_mw)).sum(axis=0)
    peak = chosen.start_hour[chosen.reason.index("peak_residual")]
    assert peak <= int(residual.argmax()) < peak + 24


def test_the_year_s_means_hold_after_scaling() -> None:
    from planning.expansion.weeks import week_data

    x = random_nation(6, 24 * 15)
    chosen = choose_weeks(x, 5, 1, period_hours=24)
    data = week_data(x, chosen, 1, (np.array([0.0, x.case.hours]), np.zeros((2, 0))))
    for kind, made, wanted in (
        ("load", data.load_mw, x.case.load_mw),
        ("pv", data.pv_mw, x.case.pv_mw),
        ("wind", data.wind_mw, x.case.wind_mw),
    ):
        mean = (made * data.hours[None]).sum(axis=(1, 2)) / data.hours.sum()
        miss = np.abs(mean / wanted.mean(axis=1) - 1.0).max()
        # Where a week would have to be scaled beyond reason the miss is told, not hidden.
        assert miss <= data.held[kind] + 1e-9
        assert kind == "wind" or miss < 1e-6
    raw = sample(x.case.load_mw, chosen, 1)
    extreme = np.flatnonzero(chosen.extreme)
    assert data.load_mw[:, extreme] == pytest.approx(raw[:, extreme])


def test_weeks_are_whole_weeks_of_the_year() -> None:
    assert WEEK_HOURS == 168
    with pytest.raises(InputError):
        choose_weeks(random_nation(1, 24), 1, 1)


# -- the whole study -----------------------------------------------------------------------------


def test_a_study_puts_plans_of_the_same_weeks_side_by_side_with_the_replay() -> None:
    """A week of a nation: the value of exchange is the sum of its two parts, and the hours' cost is near the weeks'."""
    x = replace(random_nation(3, WEEK_HOURS), target=Target(wind_pv_mw=100.0))
    told: list[float] = []
    done = study(x, OptimumSpec(weeks=1, step_hours=4), lambda share, what: told.append(share))
    assert set(done.plans) == {"together", "existing", "none"}
    assert not done.impossible
    assert told == sorted(told)
    assert told[-1] == 1.0
    new, every = done.value_cny("existing"), done.value_cny("none")
    assert new is not None
    assert every is not None
    assert -1e-6 * done.plans["together"].total_cny <= new <= every
    gains = sum(c.total_cny for c in done.provinces["none"].values())
    gains -= sum(c.total_cny for c in done.provinces["together"].values())
    assert gains == pytest.approx(every, rel=1e-6)
    replayed = done.replays["together"]
    assert sum(replayed.money_cny.values()) == pytest.approx(replayed.figures.total_cny, rel=1e-9)
    assert replayed.max_residual_mw < 1e-3
    assert done.replayed_value_cny("none") is None
    assert replayed.figures.load_mwh == pytest.approx(weeks_figures(done.plans["together"]).load_mwh)
