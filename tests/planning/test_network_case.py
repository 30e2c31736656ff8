"""The hours of a dispatch as a network: buses balance, bases are part of their province, flows are the run's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import BalanceError, InputError
from planning.chain.nation_lines import LineInfo
from planning.chain.network_case import DispatchedHours, grid_case, parse_hours
from planning.network.exchange.case import BALANCING, solve_case
from planning.network.exchange.files import read_network, write_network
from planning.network.model import Network, Tie
from planning.network.year import solve_year
from planning.tables import load_tables

HOURS = 48
LOSS = 0.02


def some_run(gap_mw: float = 0.0) -> DispatchedHours:
    """Three provinces on two AC ties, a fourth behind a DC line from a base of the first."""
    draw = np.random.default_rng(11)
    nodes = ("110000", "120000", "130000", "310000", "desert")
    ties = (Tie("a-b", 0, 1, 500.0, 2, 150.0, 2000.0), Tie("b-c", 1, 2, 500.0, 2, 250.0, 2000.0))
    flow = np.zeros((4, HOURS))
    flow[0] = draw.uniform(-900, 900, HOURS)
    flow[1] = draw.uniform(-900, 900, HOURS)
    flow[2] = draw.uniform(500, 3000, HOURS)  # base to its province's line
    flow[3] = draw.uniform(-800, -100, HOURS)  # the base's own tie, from the province
    forward, reverse = np.maximum(flow, 0), np.maximum(-flow, 0)
    start, end = np.array([0, 1, 4, 4]), np.array([1, 2, 3, 0])
    loss = np.array([LOSS, LOSS, 0.05, 0.005])
    load = np.array([[5000.0], [3000.0], [8000.0], [9000.0], [0.0]]) * draw.uniform(0.6, 1.0, (5, HOURS))
    out = np.zeros((5, HOURS))
    np.add.at(out, start, forward - reverse * (1 - loss[:, None]))
    np.add.at(out, end, reverse - forward * (1 - loss[:, None]))
    made = load + out
    made[1] += gap_mw
    infos = tuple(LineInfo(name, None, None, None) for name in ("a-b", "b-c", "hvdc", "tie-desert"))
    return DispatchedHours(
        name="some", tables=load_tables(), node_ids=nodes, home=np.array([0, 1, 2, 3, 0]), lines=infos,
        from_node=start, to_node=end, capacity_mw=np.array([2000.0, 2000.0, 4000.0, 4000.0]),
        reverse_capacity_mw=np.array([2000.0, 2000.0, 0.0, 4000.0]), loss_share=loss, forward_mw=forward,
        reverse_mw=reverse, supply_mw={"wind": made}, load_mw=load, charge_mw=np.zeros_like(load),
        network=Network(nodes, ties), rows=(0, 1),
    )  # fmt: skip


def test_flows_are_those_of_the_run_with_the_slack_shared_by_load() -> None:
    run = some_run()
    case = grid_case(run, range(HOURS))
    found = solve_case(case)
    injection = np.zeros((5, HOURS))
    for row, (start, end) in enumerate(((0, 1), (1, 2))):
        f, r = run.forward_mw[row], run.reverse_mw[row]
        injection[start] += f - r * (1 - LOSS)
        injection[end] += r - f * (1 - LOSS)
    year = solve_year(run.network, injection, np.asarray(run.load_mw, dtype=np.float64))
    flow = found.from_mva.real.T
    assert flow == pytest.approx(year.flow_mw, abs=1e-4)
    # What the grids add is written as generation, so the one slack bus of the case has nothing left to do.
    assert np.abs(found.slack_mw).max() < 1e-4
    assert case.generation_mw[BALANCING].sum() == pytest.approx(year.added_mw.sum(), abs=1e-3)


def test_a_base_is_part_of_its_province_and_the_loss_of_its_tie_is_demand() -> None:
    run = some_run()
    case = grid_case(run, [7])
    assert case.network.bus_ids == ("110000", "120000", "130000", "310000")
    assert case.dc.ids == ("hvdc",)
    assert (case.dc.from_bus[0], case.dc.to_bus[0]) == (0, 3)
    assert case.generation_mw["wind"][0, 0] == pytest.approx(run.supply_mw["wind"][[0, 4], 7].sum())
    assert case.demand_mw["base_tie_loss"][0, 0] == pytest.approx(0.005 * run.reverse_mw[3, 7])
    # Behind DC alone: an island of one bus, in balance by itself.
    assert case.injection_mw[0, 3] == pytest.approx(0.0, abs=1e-9)
    assert [len(island) for island in case.network.islands()] == [3, 1]


def test_hours_that_do_not_add_up_are_not_written() -> None:
    assert grid_case(some_run(gap_mw=1.0), [3]).generation_mw[BALANCING][0].sum() < 50.0
    with pytest.raises(BalanceError, match="120000"):
        grid_case(some_run(gap_mw=30.0), [3])


def test_hours_are_numbers_ranges_and_names() -> None:
    run = some_run()
    peak = int(np.argmax(np.asarray(run.load_mw).sum(axis=0)))
    assert parse_hours("3,5-7,3", run) == (3, 5, 6, 7)
    assert parse_hours("peak", run) == (peak,)
    assert len(parse_hours("all", run)) == HOURS
    for text in ("48", "7-5", "noon", "", "1;2"):
        with pytest.raises(InputError, match="ranges as"):
            parse_hours(text, run)


@pytest.mark.parametrize(
    ("name", "form"), [("n.m", "matpower"), ("n.json", "pandapower-json"), ("n.nc", "pypsa")]
)
def test_a_run_written_and_read_flows_the_same(tmp_path: Path, name: str, form: str) -> None:
    case = grid_case(some_run(), [9])
    flows = solve_case(case)
    write_network(case, flows, tmp_path / name, form)  # type: ignore[arg-type]
    again = solve_case(read_network(tmp_path / name))
    # 1e-6 p.u. of 1,000 MVA.
    assert again.from_mva == pytest.approx(flows.from_mva, abs=1e-3)
    assert again.linear_mw == pytest.approx(flows.linear_mw, abs=1e-3)
