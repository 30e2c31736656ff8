"""The nation of a year: what stood, what was taken, what lines carried, who was short, and the year beside statistics."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gis_layers.errors import InputError
from planning.chain.adequacy import check_islands, shortages
from planning.chain.contracts import (
    coal_share,
    hydro_share,
    line_supply,
    month_shape,
    stations_known,
)
from planning.chain.heating import HEAT_SHARE, MIN_SHARE, heating_by_node, must_run_share
from planning.chain.in_service import (
    Added,
    added_share,
    additions,
    available,
    measured_factor,
    scaled,
    standing_share,
    taken_limit,
    utilisation,
)
from planning.chain.nation import Nation
from planning.chain.nation_lines import (
    DC_AVAILABLE_SHARE,
    LineLimit,
    carried_share,
    hour_of,
    line_limits,
    lines_of,
)
from planning.dispatch.solve import dispatch
from planning.fleet import Fleet
from planning.load import hourly_load_mw
from planning.operating_rules import operating_rule
from planning.scenario import load_scenario
from planning.scenario_check import cross_check
from planning.tables import Tables, load_tables
from planning.validation_nation import (
    Comparison,
    _national,
    compare_nation,
    published_energies,
    require_year,
    years_published,
)
from tests.planning.dispatch_cases import lines, plain_case, two_nodes

HOURS = 8760


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


# what stood


def test_additions_come_by_the_months_of_the_table_and_evenly_where_it_has_none() -> None:
    row = Added(id="a", technology="wind", year=2020, through_month=6, share=0.1, date="2020", tier="estimated",
                source="the test")  # fmt: skip
    known, even = added_share("wind", 2020, [row]), added_share("wind", 2021, [row])
    assert known[181 * 24] == pytest.approx(0.1, abs=1e-3)
    assert known[-1] == pytest.approx(1.0, abs=1e-3)
    assert even[HOURS // 2] == pytest.approx(0.5, abs=1e-3)
    assert (np.diff(known) > 0).all()


def test_the_table_of_additions_rises_through_every_year() -> None:
    for technology, year in {(row.technology, row.year) for row in additions()}:
        assert (np.diff(added_share(technology, year, additions())) > 0).all()


def test_the_fleet_of_2020_opens_with_that_of_2019_and_ends_with_its_own(tables: Tables) -> None:
    scenario = load_scenario("2020")
    end = np.array([node.wind_2020_mw for node in tables.nodes])
    stands = end[:, None] * standing_share(scenario, tables, "wind", end)
    assert stands[:, 0].sum() == pytest.approx(210_050, rel=2e-3)
    assert stands[:, -1].sum() == pytest.approx(end.sum(), rel=1e-3)
    # two thirds of the year's additions came in December, so the mean is far below the middle
    assert stands.mean(axis=1).sum() < 0.5 * (210_050 + end.sum()) - 15_000
    assert (standing_share(load_scenario("2030-1200GW"), tables, "wind", end) == 1.0).all()


def test_hours_are_moved_to_the_statistics_and_no_hour_passes_the_rated_power() -> None:
    own = np.array([[0.0, 0.2, 0.9, 0.5], [0.1, 0.1, 0.1, 0.1]])
    moved = scaled(own, np.array([1.2, 0.5]))
    assert moved.max() <= 1.0
    assert moved.sum(axis=1) == pytest.approx(own.sum(axis=1) * [1.2, 0.5])
    assert moved[0, 0] == 0.0
    with pytest.raises(ValueError, match="of a profile"):
        scaled(own, np.array([3.0, 1.0]))


def test_measured_hours_put_curtailment_back_and_a_node_without_them_stays(tables: Tables) -> None:
    flat = np.full((len(tables.nodes), HOURS), 0.25)
    factor = dict(zip([n.node_id for n in tables.nodes], measured_factor(tables, "wind", flat), strict=True))
    assert factor["620000"] == pytest.approx(1787 / (1 - 0.076) / 2190)
    assert factor["540000"] == 1.0
    sun = measured_factor(tables, "pv", flat)
    assert sun == pytest.approx(np.full(len(sun), 1169 / 0.98 / 2190))


def test_the_limit_inside_a_province_loses_the_published_share_and_nothing_where_all_was_taken() -> None:
    profile = np.array([[0.0, 0.5, 1.0, 1.0], [0.2, 0.4, 0.6, 0.8]])
    limit = taken_limit(profile, np.array([0.9, 1.0]))
    # a tenth of 2.5 lies above the limit of two hours at full power: 2 (1 - x) = 0.25
    assert limit == pytest.approx([0.875, 0.8])
    assert np.maximum(profile - limit[:, None], 0.0).sum(axis=1) == pytest.approx([0.25, 0.0])


def test_what_is_blocked_and_what_is_taken_are_what_was_there(tables: Tables) -> None:
    scenario = load_scenario("2020")
    nodes = len(tables.nodes)
    profile = np.random.default_rng(1).random((nodes, HOURS)) ** 2
    fleet = Fleet(tuple(n.node_id for n in tables.nodes), {"wind": np.full(nodes, 1e3)}, {}, {})
    got = available(scenario, tables, fleet, "wind", profile)
    stands = 1e3 * standing_share(scenario, tables, "wind", np.full(nodes, 1e3))
    assert np.allclose(got.mw + got.blocked_mw, profile * stands)
    lost = got.blocked_mw.sum(axis=1) / (profile * stands).sum(axis=1)
    assert lost == pytest.approx(1.0 - utilisation(tables, "wind"), abs=0.01)


def test_heat_holds_plants_on_in_the_season_of_the_place_alone() -> None:
    share = must_run_share(["230000", "440000"])
    chp = heating_by_node()["230000"].chp_share
    assert share[0, 0] == pytest.approx(chp * HEAT_SHARE + (1 - chp) * MIN_SHARE)
    assert share[0, 24 * 200] == MIN_SHARE
    # from 15 October, the 288th day
    assert share[0, 24 * 286 + 23] == MIN_SHARE
    assert share[0, 24 * 287] > MIN_SHARE
    assert (share[1] == MIN_SHARE).all()


def test_every_node_with_winter_heating_has_a_season(tables: Tables) -> None:
    assert {n.node_id for n in tables.nodes if n.winter_heating} == set(heating_by_node())


def test_the_quarters_of_2020_stand_to_each_other_as_they_grew(tables: Tables) -> None:
    node = [tables.node("440000")]
    use = {"440000": 1e8}
    uneven, even = hourly_load_mw(node, use, 2020)[0], hourly_load_mw(node, use, 2021)[0]
    first, last = slice(0, 90 * 24), slice(273 * 24, HOURS)
    assert uneven.sum() == pytest.approx(1e8)
    assert uneven[first].sum() / uneven[last].sum() < 0.93 * even[first].sum() / even[last].sum()


# what lines carried


def test_days_become_hours_and_29_february_is_left_out() -> None:
    assert hour_of(date(2020, 3, 1), 2020) == 59 * 24
    assert hour_of(date(2021, 7, 1), 2021) == hour_of(date(2020, 7, 1), 2020) == 181 * 24
    assert hour_of(date(2019, 5, 1), 2020) == 0
    assert hour_of(date(2021, 5, 1), 2020) == HOURS


def test_a_line_carries_nothing_before_its_day_and_then_no_more_than_it_was_held_to(tables: Tables) -> None:
    line = tables.corridor("qingyu")
    rule = operating_rule(line)
    opened = hour_of(date(2020, 12, 30), 2020)
    held = LineLimit(
        id="x", line_id="qingyu", mw=2000.0, date="2020-12-31", tier="estimated", source="the test"
    )
    share = carried_share(line, rule, 2020, [held])
    assert (share[:opened] == 0.0).all()
    assert share[opened : opened + 24] == pytest.approx(1.0)
    assert share[opened + 24 :] == pytest.approx(0.25)
    # limits are of their time
    later = carried_share(line, rule, 2030, [held])
    assert later.mean() == pytest.approx(DC_AVAILABLE_SHARE)
    assert later[24 * 200] == 1.0
    assert later[24 * 100] < 0.92


def test_every_limit_and_every_station_of_the_tables_is_one_there_is(tables: Tables) -> None:
    assert all(row.line_id in tables.corridor_by_id for row in line_limits())
    assert all(row.mw <= (tables.corridor(row.line_id).mw or 0.0) for row in line_limits())
    assert stations_known(tables, tuple(line_supply().values())) == []


def test_a_hydropower_line_takes_the_share_of_its_stations_that_its_capacity_is(tables: Tables) -> None:
    water = np.full(HOURS, 1e4)
    line = tables.corridor("puqiao")
    share = hydro_share(line, tables, 2020, water)
    assert share is not None
    # Nuozhadu: 5,850 MW, 23.9 TWh
    assert share.sum() * 5000.0 == pytest.approx(23.9e6 * 5000 / 5850)
    both = [hydro_share(tables.corridor(x), tables, 2020, water) for x in ("binjin", "niucong")]
    energy = [float(s.sum()) * (tables.corridor(x).mw or 0) for s, x in zip(both, ("binjin", "niucong"), strict=True)
              if s is not None]  # fmt: skip
    assert len(energy) == 2
    assert energy[0] == pytest.approx(57.1e6 / 2)
    assert sum(energy) <= 57.1e6
    assert hydro_share(tables.corridor("lingshao"), tables, 2020, water) is None
    both_ways = line.model_copy(update={"bidirectional": True})
    assert hydro_share(both_ways, tables, 2020, water) is None


def test_a_line_with_coal_follows_the_months_of_its_receiver(tables: Tables) -> None:
    load = np.ones(HOURS)
    load[: 31 * 24] = 0.5
    shape = month_shape(load)
    assert shape[0] == pytest.approx(0.5)
    assert shape[-1] == 1.0
    line = tables.corridor("lingshao")
    share = coal_share(line, np.full(HOURS, 0.9), load)
    assert share is not None
    assert share[0] == pytest.approx(0.45)
    assert coal_share(tables.corridor("fufeng"), np.ones(HOURS), load) is None


def test_contracts_stay_within_what_lines_carry_and_bind_only_where_the_scenario_says_so(
    tables: Tables,
) -> None:
    places = {node.node_id: i for i, node in enumerate(tables.nodes)}
    load, water = np.full((len(places), HOURS), 3e4), np.full((len(places), HOURS), 3e4)
    made, infos = lines_of(load_scenario("2020"), tables, (), places, load, water)
    assert made.available_share is not None
    assert (made.min_share <= made.available_share + 1e-12).all()
    at = {info.id: i for i, info in enumerate(infos)}
    july = hour_of(date(2020, 7, 1), 2020)
    noon = 12
    jiquan = made.available_share[at["jiquan"]]
    assert jiquan[noon] == pytest.approx(6 / 12)
    assert jiquan[july + noon] == pytest.approx(8 / 12)
    assert made.reactance_ohm is not None
    ac = np.array([info.interface is not None for info in infos])
    assert np.isfinite(made.reactance_ohm[ac]).sum() == ac.sum() - 1
    assert np.isnan(made.reactance_ohm[~ac]).all()
    free, _ = lines_of(load_scenario("2030-1200GW"), tables, (), places, load, water)
    assert not free.min_share.any()


def test_a_curve_the_planner_gives_is_a_schedule_and_an_estimated_one_a_ceiling(tables: Tables) -> None:
    places = {node.node_id: i for i, node in enumerate(tables.nodes)}
    curve = tuple(0.4 if hour < 8 else 0.9 for hour in range(24))
    line = tables.corridor("lingshao").model_copy(update={"day_curve": curve})
    rows = tuple(line if row.id == line.id else row for row in tables.corridors)
    given = replace(tables, corridors=rows, corridor_by_id={row.id: row for row in rows})
    scenario = load_scenario("2030-1200GW")
    made, infos = lines_of(scenario, given, (), places)
    at = {info.id: i for i, info in enumerate(infos)}
    assert made.curve_share is not None
    assert made.curve_share[at["lingshao"]].reshape(-1, 24) == pytest.approx(np.tile(curve, (365, 1)))
    assert np.isnan(np.delete(made.curve_share, at["lingshao"], axis=0)).all()
    usual, _ = lines_of(scenario, tables, (), places)
    assert usual.curve_share is None
    assert usual.available_share is not None
    assert made.available_share is not None
    # The estimate holds nights at 60 %; in July no outage is planned.
    night = 24 * 190 + 2
    assert usual.available_share[at["lingshao"], night] == pytest.approx(0.6)
    assert made.available_share[at["lingshao"], night] == pytest.approx(1.0)


def test_a_line_out_of_service_sends_nothing_in_that_hour() -> None:
    case = two_nodes(hours=3)
    half = np.array([[1.0, 0.0, 0.5]])
    done = dispatch(replace(case, lines=replace(case.lines, available_share=half)))
    assert done.forward_mw[0] == pytest.approx([50.0, 0.0, 25.0])
    assert done.thermal_mw["coal"][1] == pytest.approx([15.0, 60.0, 37.5])


# who was short


def test_a_node_with_load_and_no_way_to_be_served_is_named() -> None:
    alone = plain_case(
        [[10.0], [20.0], [5.0]],
        [[0.0]] * 3,
        [50.0, 0.0, 0.0],
        [300.0] * 3,
        lines([(0, 2)], [9.0], [0.0], [5.0]),
    )
    with pytest.raises(InputError) as caught:
        check_islands(alone)
    (problem,) = caught.value.problems
    assert problem.field == "nodes B"
    joined = lines([(0, 2), (1, 2)], [9.0, 9.0], [0.0, 0.0], [5.0, 5.0])
    check_islands(replace(alone, lines=joined))
    closed = lines([(0, 2), (1, 2)], [9.0, 0.0], [0.0, 0.0], [5.0, 5.0])
    with pytest.raises(InputError):
        check_islands(replace(alone, lines=closed))


def test_who_went_unserved_is_told_with_hours_and_the_worst_of_them() -> None:
    case = plain_case(
        [[5.0, 30.0, 40.0], [1.0, 1.0, 1.5]], [[0.0] * 3] * 2, [20.0, 1.0], [300.0] * 2, lines([], [], [], [])
    )
    nation = Nation(replace(case, node_ids=("630000", "640000")), (), (630000, 640000), ("630000", "640000"))
    first, second = shortages(nation, dispatch(nation.case))
    assert (first.node, first.hours, first.first_hour, first.worst_hour) == ("630000", 2, 1, 2)
    assert first.mwh == pytest.approx(30.0)
    assert first.worst_mw == pytest.approx(20.0)
    assert second.mwh == pytest.approx(0.5)


# beside statistics


def test_an_error_is_relative_but_for_shares(tables: Tables) -> None:
    def of(ours: float, published: float, limit: float | None, points: bool) -> Comparison:
        return Comparison("national", ("", ""), "", ours, published, limit, points, 2020, "", "estimated")

    assert of(110.0, 100.0, 0.05, False).error == pytest.approx(0.1)
    assert of(110.0, 100.0, 0.05, False).met is False
    assert of(0.045, 0.03, 0.02, True).met is True
    assert of(9.0, 1.0, None, False).met is None


def test_published_lines_are_lines_of_the_tables_and_a_year_without_figures_is_refused(
    tables: Tables,
) -> None:
    for row in published_energies():
        if row.kind != "total":
            assert set(row.subject.split()) <= set(tables.corridor_by_id)
    assert years_published(tables) == (2020, 2024)
    with pytest.raises(InputError):
        require_year(2030, tables)


@pytest.mark.slow
def test_2020_as_it_was(tables: Tables) -> None:
    from planning.chain.run import Chain

    chain = Chain(load_scenario("2020"), until="dispatch")
    rows = compare_nation(chain.nation[0], chain.dispatched[0], tables, 2020)
    national = [row for row in rows if row.section == "national"]
    assert len(national) == 10
    assert [row.name[1] for row in national if row.met is False] == []
    held = [row for row in rows if row.section == "lines" and row.limit is not None]
    assert len(held) == 10
    assert [row.name[1] for row in held if row.met is not True] == []


def test_a_limit_whose_power_is_ours_is_no_published_one() -> None:
    for limit in line_limits():
        assert limit.tier == "estimated" or not re.search(r"\bours\b|general knowledge", limit.source), (
            limit.id
        )


def test_curtailment_is_told_with_and_without_what_its_inputs_hold_of_it(tables: Tables) -> None:
    """100 MWh that could be sent, 2 of them curtailed by the dispatch, 3 more beyond the limits inside provinces."""
    some, none = np.array([[100.0]]), np.zeros((1, 1))
    result: Any = SimpleNamespace(
        wind_mw=some, pv_mw=some, hydro_mw=some, nuclear_mw=some, thermal_mw={"coal": some}, discharge_mw={},
        curtailed_wind_mw=np.array([[2.0]]), curtailed_pv_mw=np.array([[2.0]]),
    )  # fmt: skip
    nation: Any = SimpleNamespace(
        case=SimpleNamespace(wind_mw=some, pv_mw=some),
        blocked_mwh=lambda: {"wind": np.array([3.0]), "pv": none},
    )
    rows = {row.name[1]: row for row in _national(nation, result, tables, 2020)}
    assert rows["wind curtailed"].ours == pytest.approx(5 / 103)
    alone = rows["wind curtailed: of it found by the dispatch"]
    assert alone.ours == pytest.approx(2 / 103)
    assert alone.met is None
    assert rows["PV curtailed"].ours == pytest.approx(0.02)
    assert "PV curtailed: of it found by the dispatch" not in rows


def test_only_what_statistics_are_kept_of_opens_is_measured_or_taken() -> None:
    scenario = load_scenario("2020")
    assert cross_check(scenario, "x") == []
    wrong = {
        **scenario.fleet,
        "coal": scenario.fleet["coal"].model_copy(update={"opening_gw": 2000.0, "yields": "as_measured"}),
        "nuclear": scenario.fleet["nuclear"].model_copy(update={"taken": "as_published"}),
    }
    found = [p.field for p in cross_check(scenario.model_copy(update={"fleet": wrong}), "x")]
    assert found == [
        "fleet.coal.opening_gw",
        "fleet.coal.opening_gw",
        "fleet.coal.yields",
        "fleet.nuclear.taken",
    ]
