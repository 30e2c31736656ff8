"""The loss of a line of a small dispatched nation: what arrives at both grids, what ties carry, what is refused."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.fault_words import NOTES as WORDS
from gis_layers.errors import InputError
from planning.chain.fault_grid import grid_of
from planning.chain.faults import NOTES, fault_answer, lines_to_lose
from planning.chain.faults_every import fault_table
from planning.chain.field_hours import is_direct
from planning.chain.flows import power_flow_result, power_flows
from planning.chain.nation import Nation
from planning.chain.nation_lines import LineInfo, lines_of
from planning.chain.network_case import grid_case, hours_of_dispatch, parse_hours
from planning.chain.on_line import BATTERY_HOLD_H
from planning.dispatch.case import Storage
from planning.dispatch.check_case import validate
from planning.dispatch.solve import dispatch
from planning.network.exchange.case import solve_case
from planning.network.model import SET_VOLTAGE_PU
from planning.scenario import Scenario, load_scenario
from planning.tables import load_tables
from tests.planning.dispatch_cases import lines, plain_case

HOURS = 24
NINGXIA, ZHEJIANG, SHANGHAI, GANSU = range(4)


@pytest.fixture(scope="module")
def chain() -> Any:
    """Windy Ningxia sends to Zhejiang over Lingshao; Shanghai hangs on Zhejiang, Gansu on Ningxia."""
    tables, scenario = load_tables(), load_scenario("2020")
    line = tables.corridor("lingshao")
    ties = {t.id: t for t in tables.interfaces}
    names = ("310000-330000-500", "310000-330000-1000", "620000-640000-750")
    ends = [(NINGXIA, ZHEJIANG), (SHANGHAI, ZHEJIANG), (SHANGHAI, ZHEJIANG), (GANSU, NINGXIA)]
    size = [8000.0, *(ties[n].mw for n in names)]
    between = replace(
        lines(ends, size, [0.065, 0.01, 0.01, 0.01], [15.0] * 4, [0.0, *size[1:]]), ids=("lingshao", *names)
    )
    ones = np.ones(HOURS)
    size_mw, nodes = np.array([0.0, 1000.0, 0.0, 0.0]), 4
    one_way = np.full(nodes, 0.9)
    case = plain_case(
        [5000 * ones, (40_000 + 200 * np.arange(HOURS)), 15_000 * ones, 4000 * ones],
        [9000 * ones, 0 * ones, 0 * ones, 0 * ones],
        [8000.0, 50_000.0, 14_000.0, 6000.0], [200.0, 300.0, 320.0, 220.0], between,
        storages=(Storage("battery", size_mw, 2 * size_mw, one_way, one_way),),
    )  # fmt: skip
    ids = ("640000", "330000", "310000", "620000")
    case = validate(replace(case, node_ids=ids))
    infos = (
        LineInfo("lingshao", line, None, None),
        *(LineInfo(n, None, ties[n], None) for n in names),
    )
    nation = Nation(case, infos, tuple(int(i) for i in ids), ids)
    return SimpleNamespace(
        nation=(nation, None), dispatched=(dispatch(case), None, 0.0), scenario=scenario, tables=tables,
        uses=lambda: (),
    )  # fmt: skip


def test_a_bipole_block_tells_both_grids_and_shares_what_is_missing_by_load(chain: Any) -> None:
    answer = fault_answer(chain, "lingshao", "peak")
    case, done = chain.nation[0].case, chain.dispatched[0]
    assert answer.hour == HOURS - 1
    sent = done.forward_mw[0, answer.hour]
    assert answer.flow_mw == pytest.approx(sent)
    receiving, sending = answer.grids
    assert (receiving.node, sending.node) == ("330000", "640000")
    assert receiving.lost_mw == pytest.approx(sent * 0.935)
    assert sending.lost_mw == pytest.approx(-sent)
    assert set(receiving.nodes) == {"330000", "310000"}
    assert receiving.load_mw == pytest.approx(case.load_mw[[ZHEJIANG, SHANGHAI], answer.hour].sum())
    assert answer.solved
    assert answer.max_balance_pu < 1e-6
    # Shanghai gives by its share of the load; both ties to Zhejiang carry it, losses aside.
    share = case.load_mw[SHANGHAI].mean() / case.load_mw[[ZHEJIANG, SHANGHAI]].mean(axis=1).sum()
    more = sum(t.after_mw - t.before_mw for t in answer.ties if t.id.startswith("310000-330000"))
    assert more == pytest.approx(share * receiving.lost_mw, rel=0.02)
    assert receiving.lowest_hz < 50.0 < sending.lowest_hz
    (infeed,) = answer.infeeds
    assert infeed.infeed_mw == pytest.approx(sent * 0.935)
    assert infeed.miscr is not None
    assert infeed.miscr > 1.0
    half = fault_answer(chain, "lingshao", "peak", "pole")
    assert half.grids[0].lost_mw == pytest.approx(receiving.lost_mw / 2)
    assert half.grids[0].lowest_hz > receiving.lowest_hz


def test_all_hours_show_the_worst(chain: Any) -> None:
    every = fault_answer(chain, "lingshao", "all")
    lowest = [fault_answer(chain, "lingshao", str(h)).grids[0].lowest_hz for h in range(HOURS)]
    assert every.hours == HOURS
    assert every.grids[0].lowest_hz == pytest.approx(min(lowest))
    assert every.hour == int(np.argmin(lowest))


def test_a_tie_lost_is_taken_over_by_the_one_beside_it_and_a_last_tie_cuts_off(chain: Any) -> None:
    answer = fault_answer(chain, "310000-330000-1000", "peak")
    (other,) = answer.ties
    assert other.id == "310000-330000-500"
    assert other.after_mw == pytest.approx(other.before_mw + answer.flow_mw, rel=0.02)
    assert answer.fault == "tie"
    cut = fault_answer(chain, "620000-640000-750", "all")
    assert cut.splits in (("640000",), ("620000",))
    assert not cut.solved
    assert cut.ties == ()


def test_the_table_of_every_block_ranks_what_is_most_above_the_reserve_first(chain: Any) -> None:
    from planning.chain.faults_every import fault_table

    table = fault_table(chain, "all")
    bipole, pole = table.rows
    assert (bipole.fault, pole.fault) == ("bipole", "pole")
    assert bipole.name_zh == "灵绍"
    case, done = chain.nation[0].case, chain.dispatched[0]
    grid = grid_of(chain.nation[0], done)
    lost = 0.935 * done.forward_mw[0]
    reserve = grid.reserve_mw[[ZHEJIANG, SHANGHAI]].sum(axis=0)
    worst = int(np.argmax(lost - reserve))
    assert bipole.hour == worst
    assert bipole.reserve_short_mw == pytest.approx(max(lost[worst] - reserve[worst], 0.0))
    assert bipole.lost_over_reserve == pytest.approx(lost[worst] / reserve[worst])
    assert bipole.hours_reserve_short == (lost > reserve).sum()
    assert pole.lost_mw == pytest.approx(bipole.lost_mw / 2)
    alone = fault_answer(chain, "lingshao", str(bipole.hour))
    assert bipole.lowest_hz == pytest.approx(alone.grids[0].lowest_hz)
    assert bipole.miscr == pytest.approx(alone.infeeds[0].miscr)
    assert bipole.node == "330000"
    assert fault_table(chain, "peak").hours == 1
    assert case.hours == table.hours


def test_reserve_is_what_machines_on_line_have_left_and_batteries_for_a_while(chain: Any) -> None:
    nation, done = chain.nation[0], chain.dispatched[0]
    grid = grid_of(nation, done)
    coal, limit = done.thermal_mw["coal"], nation.case.thermals[0].capacity_mw[:, None]
    on = np.clip(coal / 0.85, 0, limit)
    battery = np.minimum(
        nation.case.storages[0].power_mw[:, None] - done.discharge_mw["battery"],
        done.soc_mwh["battery"] * 0.9 / BATTERY_HOLD_H,
    )
    expected = on - coal + np.maximum(battery, 0) + done.charge_mw["battery"]
    assert grid.reserve_mw[:4] == pytest.approx(expected)
    assert grid.running_mw[:4] == pytest.approx(on)
    # Stations and high-voltage buses have no machines.
    assert not grid.running_mw[4:].any()


def test_no_such_line_and_no_such_hour_are_named(chain: Any) -> None:
    with pytest.raises(InputError, match="lingshao"):
        fault_answer(chain, "nowhere", "peak")
    with pytest.raises(InputError, match="hour"):
        fault_answer(chain, "lingshao", "24")


def test_a_line_within_one_synchronous_grid_takes_no_infeed_from_it(chain: Any) -> None:
    """As Shanghaimiao-Shandong in the North: the ties carry what the line did, and the grid keeps the line's losses."""
    nation, _ = chain.nation
    case = nation.case
    start = case.lines.from_index.copy()
    start[0] = SHANGHAI
    wind = case.wind_mw.copy()
    wind[SHANGHAI] += 26_000.0 + 50.0 * np.arange(HOURS)
    case = validate(replace(case, wind_mw=wind, lines=replace(case.lines, from_index=start)))
    done = dispatch(case)
    assert done.forward_mw[0].max() > 1_000.0  # what the ties cannot take
    inside: Any = SimpleNamespace(**{
        **vars(chain), "nation": (replace(nation, case=case), None), "dispatched": (done, None, 0.0)
    })  # fmt: skip
    answer = fault_answer(inside, "lingshao", "all")
    assert answer.within_one_grid
    hour = answer.hour
    assert hour == int(np.argmax(done.forward_mw[0]))
    gained = -0.065 * done.forward_mw[0, hour]
    for grid in answer.grids:
        assert grid.lost_mw == pytest.approx(gained)
        assert grid.reserve_short_mw == 0.0
        assert grid.lowest_hz >= 50.0
    assert answer.hours_reserve_short == 0
    rows = {row.fault: row for row in fault_table(inside, "all").rows}
    assert rows["bipole"].within_one_grid
    assert rows["bipole"].lost_mw == pytest.approx(0.935 * done.forward_mw[0].max())
    assert (rows["bipole"].reserve_short_mw, rows["bipole"].hours_reserve_short) == (0.0, 0)
    assert not fault_table(chain, "all").rows[0].within_one_grid


class NotDispatched:
    """A chain that has its scenario and tables and must not be asked for more."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.tables = scenario, load_tables()


@pytest.mark.parametrize(
    ("line", "hour", "found"),
    [("nowhere", "peak", "nowhere"), ("lingshao", "noon", "noon"), ("lingshao", "8760", "8760")],
)
def test_what_cannot_be_is_refused_before_the_year_is_dispatched(line: str, hour: str, found: str) -> None:
    chain: Any = NotDispatched(load_scenario("2020"))
    with pytest.raises(InputError, match=found):
        fault_answer(chain, line, hour)
    if line == "lingshao":
        with pytest.raises(InputError, match=found):
            fault_table(chain, hour)


def test_lines_that_can_be_lost_are_those_the_scenario_runs() -> None:
    scenario, tables = load_scenario("2020"), load_tables()
    fewer = scenario.model_copy(
        update={"lines": scenario.lines.model_copy(update={"without": ("lingshao",)})}
    )
    all_, rest = lines_to_lose(scenario, tables), lines_to_lose(fewer, tables)
    assert set(all_) - set(rest) == {"lingshao"}
    at = {node.node_id: k for k, node in enumerate(tables.nodes)}
    infos = lines_of(scenario, tables, (), at)[1]
    assert set(all_) == {i.id for i in infos if i.interface is not None or is_direct(i)}
    # Of 2024: not yet in service.
    assert "zhongheng" not in all_


def test_every_note_has_words() -> None:
    assert set(NOTES) == set(WORDS)


def test_the_year_tells_voltages_losses_and_outages_of_every_line(chain: Any) -> None:
    nation, done = chain.nation[0], chain.dispatched[0]
    found = power_flows(nation, done)
    year = found.year
    assert year is not None
    assert year.converged == HOURS
    assert year.failures == ()
    assert year.check_voltage_pu is not None
    assert year.check_mw is not None
    # 1e-6 p.u. of 1,000 MVA; pandapower ends at 1e-6 MVA.
    assert year.check_voltage_pu < 1e-6
    assert year.check_mw < 1e-3
    assert {(o.kind, o.line) for o in year.outages} >= {
        ("pole", "lingshao"), ("bipole", "lingshao"), ("circuit", "310000-330000-1000"), ("tie", "620000-640000-750"),
    }  # fmt: skip
    cut = next(o for o in year.outages if o.kind == "tie" and o.line == "620000-640000-750")
    assert cut.cut_off in (("640000",), ("620000",))
    loss = year.losses["lingshao"]
    assert loss.sent_mwh == pytest.approx(done.forward_mw[0].sum())
    assert loss.settled_loss_mwh == pytest.approx(0.065 * loss.sent_mwh)
    assert 0.0 < loss.physics_loss_mwh < loss.settled_loss_mwh
    assert set(year.voltages) == {"640000", "330000", "310000", "620000"}
    assert {(s.line, s.end) for s in year.stations} == {("lingshao", "from"), ("lingshao", "to")}
    low = min(v.min_pu for v in year.voltages.values())
    assert 0.9 < low < SET_VOLTAGE_PU
    assert low <= min(s.min_pu for s in year.stations)


def test_an_hour_beyond_the_nose_is_explained_and_has_no_losses(chain: Any) -> None:
    nation, done = chain.nation[0], chain.dispatched[0]
    row = [info.id for info in nation.lines].index("620000-640000-750")
    forward = done.forward_mw.copy()
    forward[row, HOURS - 1] = 200_000.0
    found = power_flows(nation, replace(done, forward_mw=forward))
    assert found.year is not None
    assert found.year.converged == HOURS - 1
    (why,) = found.year.failures
    assert (why.cause, why.line, why.hour) == ("tie", "620000-640000-750", HOURS - 1)
    assert why.most_mw < why.asked_mw
    assert set(why.nodes) == {"620000", "640000"}
    result = power_flow_result(nation, found)
    bad = next(h for h in result.hours if h.hour == HOURS - 1)
    assert (bad.converged, bad.loss_mwh, bad.failure) == (False, None, why)
    assert bad.max_loading is not None
    assert all(o.hour != HOURS - 1 for o in found.year.outages)


def test_the_hours_written_for_other_tools_are_those_of_the_power_flow_link(chain: Any) -> None:
    nation, done = chain.nation[0], chain.dispatched[0]
    found = power_flows(nation, done)
    run = hours_of_dispatch("small", chain.tables, nation, done)
    hours = [answer.hour for answer in found.answers]
    case = grid_case(run, hours)
    flows = solve_case(case)
    network = case.network
    assert network.bus_ids[:4] == nation.case.node_ids
    assert "330000/lingshao" in network.bus_ids
    for k, answer in enumerate(found.answers):
        assert answer.flow_mw == pytest.approx(flows.from_mva.real[k, :3], abs=1e-3)
        assert answer.voltage_pu == pytest.approx(np.abs(flows.voltage[k]), abs=1e-6)
    assert np.abs(flows.slack_mw).max() < 1e-4
    assert parse_hours("peak", run) == (HOURS - 1,)
