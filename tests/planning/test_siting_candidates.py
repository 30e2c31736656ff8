"""Sites: land divided, cut to size, costed by hand; sums that must agree; supply curve; sites side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label as connected

from gis_layers.errors import BalanceError, InputError
from planning.siting.candidates import Candidate, plant_costs, ranked
from planning.siting.clusters import ASIDE, clusters_of
from planning.siting.compare import compare_candidates
from planning.siting.land_split import LandUse, divide_land
from planning.siting.request import SitingRequest
from planning.siting.site_run import SitingResult, check_sums, run_siting
from planning.siting.suitability import Judgements, suitability, value
from planning.siting.supply_curve import TOGETHER, supply_curves
from planning.tables import load_tables
from tests.planning.siting_land import made_land

TABLES = load_tables()
DENSITY = {"wind": 5.0, "pv": 30.0}
KUBUQI = (108.5, 40.3)


@pytest.fixture(scope="module")
def kubuqi() -> SitingResult:
    """2,500 km2 of the Kubuqi, a quarter usable for wind and 15 % for PV, with a strip of nothing across it."""
    wind, pv = np.full((50, 50), 0.25), np.full((50, 50), 0.15)
    wind[20:23], pv[20:23] = 0.0, 0.0
    land = made_land(*KUBUQI, {"wind": wind, "pv": pv})
    return run_siting(
        land, density_mw_per_km2=DENSITY, request=SitingRequest(channel="kubuqi-shanghai", total_mw=2500.0)
    )


# -- land -----------------------------------------------------------------------------------------------------


def test_common_land_is_divided_by_parts_and_the_rest_goes_to_who_can_use_it() -> None:
    # Common 0.2, by 3 to 1: wind 0.15, PV 0.05; wind alone has 0.1 more.
    one = divide_land({"wind": np.array([[0.3]]), "pv": np.array([[0.2]])}, LandUse())
    assert one.share["wind"][0, 0] == pytest.approx(0.25)
    assert one.share["pv"][0, 0] == pytest.approx(0.05)
    # Three: 0.1 common to all by 3:1:1, 0.1 more to wind and PV by 3:1, 0.1 more to wind.
    three = divide_land(
        {"wind": np.array([[0.3]]), "pv": np.array([[0.2]]), "csp": np.array([[0.1]])}, LandUse()
    )
    assert three.share["csp"][0, 0] == pytest.approx(0.02)
    assert three.share["pv"][0, 0] == pytest.approx(0.02 + 0.025)
    assert three.share["wind"][0, 0] == pytest.approx(0.06 + 0.075 + 0.1)


def test_turbines_among_modules_use_the_land_twice_less_the_ground_they_stand_on() -> None:
    both = divide_land({"wind": np.array([[0.3]]), "pv": np.array([[0.2]])}, LandUse(rule="together"))
    assert both.share["wind"][0, 0] == 0.3
    assert both.share["pv"][0, 0] == pytest.approx(0.2 - 0.02 * 0.3)
    assert both.used[0, 0] == 0.3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
)
def test_divided_land_is_the_land_and_nobody_gets_more_than_it_may_use(
    share: list[float], part: list[float]
) -> None:
    eligible = {name: np.array([[v]]) for name, v in zip(("wind", "pv", "csp"), share, strict=True)}
    found = divide_land(eligible, LandUse(wind=part[0], pv=part[1], csp=part[2]))
    assert sum(float(s[0, 0]) for s in found.share.values()) == pytest.approx(max(share), abs=1e-9)
    for name, given_share in found.share.items():
        assert -1e-12 <= given_share[0, 0] <= eligible[name][0, 0] + 1e-9


# -- sites ----------------------------------------------------------------------------------------------------


def test_a_strip_is_cut_across_its_length_into_equal_parts_and_small_land_stays_aside() -> None:
    mw = np.zeros((7, 40))
    mw[2:4, :30] = 10.0  # 600 MW: three of 200
    mw[6, 38:] = 10.0  # 20 MW
    found = clusters_of(mw, 100.0, 250.0)
    assert found.count == 3
    assert [float(mw[found.label == i].sum()) for i in range(3)] == [200.0, 200.0, 200.0]
    # Across the length: each part ten columns.
    assert [sorted(set(np.nonzero(found.label == i)[1])) for i in range(3)] == [
        list(range(start, start + 10)) for start in (0, 10, 20)
    ]
    assert (found.aside_mw, found.aside_cells) == (20.0, 2)


def test_cells_that_meet_at_a_corner_hang_together_and_others_do_not() -> None:
    mw = np.zeros((6, 6))
    mw[[0, 1, 2], [0, 1, 2]] = 40.0
    mw[5, [0, 1, 2, 3]] = 40.0
    found = clusters_of(mw, 100.0, 1000.0)
    assert found.count == 2
    assert found.label[2, 2] == 0
    assert found.label[5, 0] == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.35, 0.95), st.floats(20.0, 200.0))
def test_sites_of_any_land_are_whole_large_enough_and_nothing_is_lost(
    seed: int, filled: float, least: float
) -> None:
    rng = np.random.default_rng(seed)
    mw = np.where(rng.random((25, 30)) < filled, rng.uniform(1, 8, (25, 30)), 0.0)
    found = clusters_of(mw, least, 2.5 * least)
    held = [float(mw[found.label == i].sum()) for i in range(found.count)]
    assert sum(held) + found.aside_mw == pytest.approx(mw.sum())
    for number, size in enumerate(held):
        assert least * (1 - 1e-9) <= size <= 2.5 * least * (1 + 1e-9)
        assert connected(found.label == number, structure=np.ones((3, 3)))[1] == 1
    assert (found.label[mw == 0] == ASIDE).all()
    again = clusters_of(mw, least, 2.5 * least)
    assert (again.label == found.label).all()


def test_sizes_that_leave_no_room_to_cut_are_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        clusters_of(np.ones((2, 2)), 200.0, 300.0)


# -- suitability ------------------------------------------------------------------------------------------------


def test_a_score_is_the_weighted_mean_of_stated_values_by_hand() -> None:
    judged = Judgements(criteria=("resource", "slope"), matrix=((1, 3), (1 / 3, 1)))
    wind = {"wind": np.array([[2250.0, 3500.0, 1000.0]])}
    mw = {"wind": np.array([[1.0, 1.0, 0.0]])}
    found = suitability({"slope": np.array([[10.0, 50.0, 0.0]])}, wind, mw, judged)
    # 2,250 h is half way from 1,500 to 3,000; 10 % half way from 0.9 to 0.4.
    assert found.score[0, 0] == pytest.approx(0.75 * 0.5 + 0.25 * 0.65)
    assert found.score[0, 1] == pytest.approx(0.75)
    assert np.isnan(found.score[0, 2])


def test_a_criterion_without_data_leaves_its_weight_to_the_others_and_says_so() -> None:
    wind, mw = {"wind": np.array([[2250.0]])}, {"wind": np.array([[1.0]])}
    found = suitability(
        {"grid": np.array([[50.0]]), "slope": None, "elevation": None, "land": np.array([[0.3]])},
        wind,
        mw,
        Judgements(),
    )
    assert found.left_out == ("slope", "elevation", "roads")
    assert sum(found.weight.values()) == pytest.approx(1.0)
    assert Judgements().weights().consistency_ratio < 0.05
    assert found.weight["resource"] / found.weight["grid"] == pytest.approx(
        Judgements().weights().by_criterion["resource"] / Judgements().weights().by_criterion["grid"]
    )


def test_no_way_to_the_grid_is_the_worst_value_and_no_gap_in_the_data() -> None:
    judged = Judgements(criteria=("resource", "grid"), matrix=((1, 1), (1, 1)))
    wind, mw = {"wind": np.array([[2250.0, 2250.0]])}, {"wind": np.array([[1.0, 1.0]])}
    found = suitability({"grid": np.array([[0.0, np.inf]])}, wind, mw, judged)
    assert found.score[0].tolist() == pytest.approx([0.75, 0.25])
    nowhere = suitability({"grid": np.array([[np.inf, np.inf]])}, wind, mw, judged)
    assert nowhere.left_out == ()
    assert nowhere.score[0].tolist() == pytest.approx([0.25, 0.25])


def test_values_are_level_beyond_their_points_and_better_never_scores_less() -> None:
    for name, rising in (
        ("wind", True),
        ("pv", True),
        ("grid", False),
        ("slope", False),
        ("elevation", False),
    ):
        points = Judgements().points(name)
        figures = np.linspace(points[0][0] - 1000, points[-1][0] + 1000, 500)
        steps = np.diff(value(figures, points))
        assert (steps >= 0).all() if rising else (steps <= 0).all()
        assert {value(figures, points).min(), value(figures, points).max()} == {0.0, 1.0}


# -- whole ------------------------------------------------------------------------------------------------------


def test_capacity_is_eligible_land_times_density(kubuqi: SitingResult) -> None:
    km2 = 47 * 50
    assert kubuqi.land.eligible_km2["wind"] == pytest.approx(km2 * 0.25)
    assert kubuqi.capacity_alone_mw["wind"] == pytest.approx(km2 * 0.25 * 5.0)
    assert kubuqi.capacity_alone_mw["pv"] == pytest.approx(km2 * 0.15 * 30.0)
    # Divided: 0.15 common by 3 to 1, 0.10 wind's alone.
    assert kubuqi.capacity_mw["wind"] == pytest.approx(km2 * (0.1 + 0.1125) * 5.0)
    assert kubuqi.capacity_mw["pv"] == pytest.approx(km2 * 0.0375 * 30.0)


def test_land_too_thin_or_too_small_for_a_site_is_told_with_its_capacity() -> None:
    wind = np.full((40, 40), 0.25)
    wind[:, 30:] = 0.004  # cells of hardly any land: 400 of them, 8 MW
    wind[:, 29] = 0.0
    wind[0, 29] = 0.5  # 2.5 MW, joined at a corner to the large piece
    wind[20, 35] = 0.5
    found = run_siting(
        made_land(*KUBUQI, {"wind": wind}),
        SitingRequest(technologies=("wind",)),
        density_mw_per_km2={"wind": 5.0},
    )
    assert found.capacity_mw["wind"] == pytest.approx(40 * 29 * 0.25 * 5.0 + 2.5)
    assert found.left_aside_mw == pytest.approx(399 * 0.004 * 5.0 + 2.5)
    assert found.left_aside_mw + found.capacity_mw["wind"] == pytest.approx(found.capacity_alone_mw["wind"])


def test_the_strip_parts_the_sites_and_none_is_too_large(kubuqi: SitingResult) -> None:
    assert len(kubuqi.candidates) == 4
    for site in kubuqi.candidates:
        assert 200.0 <= site.capacity_mw <= 2000.0
        assert site.outline.geom_type == "Polygon"
        assert site.name_zh.startswith("内蒙古自治区")


def test_costs_of_a_site_follow_by_hand_from_its_hours(kubuqi: SitingResult) -> None:
    site = kubuqi.candidates[0]
    rate = TABLES.price("discount_rate_real_share")
    annuity = rate / (1 - (1 + rate) ** -20)
    wind = (4200 * annuity + 55) * 1e3 / site.shares["wind"].full_load_hours
    assert site.shares["wind"].lcoe_plant_cny_per_mwh == pytest.approx(wind)
    assert site.shares["wind"].full_load_hours == pytest.approx(float(site.hours["wind"].sum(dtype=float)))
    link = site.connection
    assert link is not None
    output = sum(site.shares[n].capacity_mw * site.hours[n].astype(float) for n in site.shares)
    assert site.peak_mw == pytest.approx(float(output.max()))
    lost = (
        link.line.rated_loss_share
        * float((output**2).sum())
        / (link.line.capability_mw * float(output.sum()))
    )
    assert site.loss_share == pytest.approx(lost)
    yearly = sum(s.capacity_mw * kubuqi.costs[n].cny_per_mw_year for n, s in site.shares.items())
    expected = (yearly + link.line.cny_per_year) / (float(output.sum()) * (1 - lost))
    assert site.lcoe_cny_per_mwh == pytest.approx(expected)
    assert site.co2_saved_t == pytest.approx(site.delivered_mwh * TABLES.coal_co2_t_per_mwh())


def test_kubuqi_makes_what_its_plants_are_known_to_make(kubuqi: SitingResult) -> None:
    # Guide: wind farms of western Inner Mongolia 1,800 to 3,000 h, tracked PV 1,700 to 2,200 h per AC.
    for site in kubuqi.candidates:
        assert 1700 < site.shares["wind"].full_load_hours < 3200
        assert 1700 < site.shares["pv"].full_load_hours < 2300
        assert 120 < (site.lcoe_cny_per_mwh or 0) < 300
        assert -1 < (site.correlation or 2) < 0.3


def test_ranks_follow_cost_and_score_and_the_wished_total_takes_the_cheapest(kubuqi: SitingResult) -> None:
    sites = kubuqi.candidates
    assert [c.rank_lcoe for c in sites] == [1, 2, 3, 4]
    assert (np.diff([c.lcoe_cny_per_mwh for c in sites]) >= 0).all()
    assert sorted(c.rank_suitability for c in sites) == [1, 2, 3, 4]
    by_rank = sorted(sites, key=lambda c: c.rank_suitability)
    assert (np.diff([c.suitability for c in by_rank]) <= 0).all()
    assert sum(c.chosen_mw for c in sites) == pytest.approx(2500.0)
    assert sites[0].chosen_mw == pytest.approx(sites[0].capacity_mw)
    assert sites[1].chosen_mw == pytest.approx(2500.0 - sites[0].capacity_mw)
    assert sites[2].chosen_mw == 0.0


def test_the_supply_curve_never_falls_and_holds_all_the_sites_hold(kubuqi: SitingResult) -> None:
    sites = kubuqi.candidates
    for curve in kubuqi.curves:
        assert (np.diff([s.lcoe_cny_per_mwh for s in curve.steps]) >= 0).all()
        assert curve.capacity_mw == pytest.approx(sum(s.capacity_mw for s in curve.steps))
    by_name = {c.technology: c for c in kubuqi.curves}
    assert set(by_name) == {"wind", "pv", TOGETHER}
    assert by_name["wind"].capacity_mw == pytest.approx(kubuqi.capacity_mw["wind"])
    assert by_name[TOGETHER].capacity_mw == pytest.approx(sum(c.capacity_mw for c in sites))
    assert by_name[TOGETHER].delivered_mwh == pytest.approx(sum(c.delivered_mwh for c in sites))
    cost = sum(s.lcoe_cny_per_mwh * s.delivered_mwh for s in by_name[TOGETHER].steps)
    assert cost == pytest.approx(sum(c.plant_cny_per_year + c.connection_cny_per_year for c in sites))
    dearest = by_name["pv"].steps[-1]
    assert by_name["pv"].capacity_below_mw(dearest.lcoe_cny_per_mwh) == dearest.cumulative_mw
    assert by_name["pv"].capacity_below_mw(0.0) == 0.0


def test_sums_that_do_not_agree_end_the_run(kubuqi: SitingResult) -> None:
    total = sum(kubuqi.divided.share[n] * DENSITY[n] for n in DENSITY)
    check_sums(kubuqi, np.asarray(total))
    for wrong, code in (
        (replace(kubuqi.candidates[0], land_km2=1.0), "site_area"),
        (replace(kubuqi.candidates[0], plant_cny_per_year=1.0), "site_money"),
    ):
        with pytest.raises(BalanceError) as broken:
            check_sums(replace(kubuqi, candidates=(wrong, *kubuqi.candidates[1:])), np.asarray(total))
        assert broken.value.code == code


def test_a_site_no_way_leads_to_comes_last_and_is_in_no_curve(kubuqi: SitingResult) -> None:
    lost: Candidate = replace(kubuqi.candidates[0], connection=None)
    assert lost.lcoe_cny_per_mwh is None
    sites = ranked([lost, *kubuqi.candidates[1:]], 10_000.0)
    assert sites[-1].id == lost.id
    assert sites[-1].chosen_mw == 0.0
    everything = {c.technology: c for c in supply_curves(sites)}[TOGETHER]
    assert lost.id not in {s.candidate for s in everything.steps}


def test_a_report_can_be_printed_where_no_site_reaches_the_grid(kubuqi: SitingResult) -> None:
    from planning.report.siting_report import siting_pdf
    from planning.siting.area import area_of
    from planning.siting.rules import load_rules

    sites = ranked([replace(c, connection=None, loss_share=0.0) for c in kubuqi.candidates])
    alone = replace(kubuqi, candidates=sites, curves=supply_curves(sites))
    area = area_of(shapely.box(108.5, 39.9, 109.1, 40.3), "=name")
    assert siting_pdf(alone, area, load_rules(), "zh").startswith(b"%PDF")


def test_sites_stand_side_by_side_with_the_best_of_each_row(kubuqi: SitingResult) -> None:
    ids = [c.id for c in kubuqi.candidates[:3]]
    rows = {row.key: row for row in compare_candidates(kubuqi.candidates, ids[::-1])}
    assert rows["lcoe_cny_per_mwh"].best == (2,)
    assert rows["lcoe_cny_per_mwh"].values[2] == kubuqi.candidates[0].lcoe_cny_per_mwh
    assert "csp_mw" not in rows
    assert rows["investment_cny"].best == ()
    with pytest.raises(InputError, match="S999"):
        compare_candidates(kubuqi.candidates, ["S999"])


def test_a_higher_rate_costs_more_everywhere_and_moves_no_land(kubuqi: SitingResult) -> None:
    cheap, dear = (plant_costs(("wind", "pv"), rate, TABLES) for rate in (0.03, 0.08))
    for name in ("wind", "pv"):
        assert dear[name].cny_per_mw_year > cheap[name].cny_per_mw_year
        assert dear[name].cny_per_mw == cheap[name].cny_per_mw
    assert plant_costs(("wind",), 0.05, TABLES)["wind"].lcoe_cny_per_mwh(0.0) == float("inf")


def test_land_without_a_place_for_any_site_is_refused_in_words() -> None:
    nothing = made_land(*KUBUQI, {"wind": np.zeros((5, 5)), "pv": np.zeros((5, 5))})
    with pytest.raises(InputError, match="eligible land"):
        run_siting(nothing, density_mw_per_km2=DENSITY)
    little = made_land(*KUBUQI, {"wind": np.full((5, 5), 0.25), "pv": np.zeros((5, 5))})
    with pytest.raises(InputError, match="200 MW"):
        run_siting(little, density_mw_per_km2=DENSITY)


def test_towers_are_sites_too_where_they_are_asked_for() -> None:
    land = made_land(96.5, 40.5, {"csp": np.full((12, 12), 0.2)})
    found = run_siting(land, SitingRequest(technologies=("csp",)), density_mw_per_km2={"csp": 20.0})
    site = found.candidates[0]
    assert set(site.shares) == {"csp"}
    assert 2000 < site.shares["csp"].full_load_hours < 5500
    assert site.correlation is None
