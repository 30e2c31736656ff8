"""The hours of a dispatch as a network: buses balance, bases are part of their province, flows are the run's."""

from __future__ import annotations

import subprocess
import warnings
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import peers
from gis_layers.errors import BalanceError, InputError
from planning.chain.field_hours import in_field
from planning.chain.nation_lines import TIE_LOSS_SHARE, LineInfo
from planning.chain.network_case import DispatchedHours, grid_case, hours_of_project, parse_hours
from planning.corridors import loss_share
from planning.hourly import HourlyResult
from planning.network.exchange.case import BALANCING, CaseFlows, GridCase, solve_case
from planning.network.exchange.files import Format, read_network, write_network
from planning.network.exchange.matpower import matpower_text
from planning.network.exchange.matpower_text import parse_case
from planning.network.field import DcHours
from planning.network.model import Network, Tie
from planning.network.year import YearFlows, solve_year
from planning.tables import load_tables

HOURS = 48
PLANTS = "yangcheng-jiangsu"


def some_run(gap_mw: float = 0.0) -> DispatchedHours:
    """Three provinces on ties of 500 and 1,000 kV, a fourth behind an LCC line from a base of the first.

    A VSC line joins the third to the first, and plants of the second feed the fourth. The second has few machines.
    Lines and ties have the ids and figures of the tables, not their places.
    """
    draw = np.random.default_rng(11)
    tables = load_tables()
    nodes = ("110000", "120000", "140000", "310000", "desert")
    interfaces = {tie.id: tie for tie in tables.interfaces}
    first, second = interfaces["110000-120000-500"], interfaces["120000-140000-1000"]
    ties = tuple(Tie(t.id, k, k + 1, t.kv, t.circuits, t.km, t.mw) for k, t in enumerate((first, second)))
    lines = [tables.corridor(name) for name in ("lingshao", "zhangbei", PLANTS)]
    flow = np.zeros((6, HOURS))
    flow[0] = draw.uniform(-900, 900, HOURS)
    flow[1] = draw.uniform(-2900, 2900, HOURS)
    flow[2] = draw.uniform(2500, 7000, HOURS)  # base to its province's line
    flow[3] = draw.uniform(-800, -100, HOURS)  # the base's own tie, from the province
    flow[4] = draw.uniform(-1200, 1200, HOURS)
    flow[5] = draw.uniform(0, 500, HOURS)
    flow[5, :5] = 0.0
    forward, reverse = np.maximum(flow, 0), np.maximum(-flow, 0)
    start, end = np.array([0, 1, 4, 4, 2, 1]), np.array([1, 2, 3, 0, 0, 3])
    shares = [loss_share(line).share for line in (first, second, lines[0], lines[1], lines[2])]
    loss = np.array([*shares[:3], TIE_LOSS_SHARE, *shares[3:]])
    load = np.array([[5000.0], [3000.0], [8000.0], [9000.0], [0.0]]) * draw.uniform(0.6, 1.0, (5, HOURS))
    out = np.zeros((5, HOURS))
    np.add.at(out, start, forward - reverse * (1 - loss[:, None]))
    np.add.at(out, end, reverse - forward * (1 - loss[:, None]))
    made = load + out
    made[1] += gap_mw
    infos = (
        LineInfo(first.id, None, first, None), LineInfo(second.id, None, second, None),
        LineInfo("lingshao", lines[0], None, None), LineInfo("tie-desert", None, None, "desert"),
        LineInfo("zhangbei", lines[1], None, None), LineInfo(PLANTS, lines[2], None, None),
    )  # fmt: skip
    most = np.array([first.mw, second.mw, 8000.0, 4000.0, 3000.0, 600.0])
    return DispatchedHours(
        name="some", tables=tables, node_ids=nodes, home=np.array([0, 1, 2, 3, 0]), lines=infos,
        from_node=start, to_node=end, capacity_mw=most, reverse_capacity_mw=np.array([*most[:2], 0, 4e3, 3e3, 0.0]),
        loss_share=loss, forward_mw=forward, reverse_mw=reverse, supply_mw={"wind": made}, load_mw=load,
        charge_mw=np.zeros_like(load), running_mw=np.array([[4e4], [300.0], [4e4], [4e4], [0.0]]) + 0 * load,
        network=Network(nodes, ties), rows=(0, 1),
    )  # fmt: skip


@pytest.fixture(scope="module")
def run() -> DispatchedHours:
    return some_run()


@pytest.fixture(scope="module")
def case(run: DispatchedHours) -> GridCase:
    """All hours."""
    return grid_case(run, range(HOURS))


@pytest.fixture(scope="module")
def flows(case: GridCase) -> CaseFlows:
    return solve_case(case)


@pytest.fixture(scope="module")
def short(case: GridCase) -> int:
    """An hour in which one province is at its reactive limit and not all DC lines send forward."""
    assert case.support is not None
    hours = np.flatnonzero((case.support.released != 0).any(axis=1) & (case.dc.sent_mw < 0).any(axis=1))
    return int(hours[0])


def year_of(run: DispatchedHours) -> tuple[Network, YearFlows]:
    """The year as the power-flow link solves it, put together from its own parts."""
    injection = np.zeros((5, HOURS))
    for row, (start, end) in enumerate(((0, 1), (1, 2))):
        f, r = run.forward_mw[row], run.reverse_mw[row]
        injection[start] += f - r * (1 - run.loss_share[row])
        injection[end] += r - f * (1 - run.loss_share[row])
    dc = tuple(
        DcHours(line, start, end, f - kept * r, kept * f - r)
        for row, start, end in ((2, 0, 3), (4, 2, 0))
        for f, r in [(run.forward_mw[row], run.reverse_mw[row])]
        for kept in [1.0 - run.loss_share[row]]
        for line in [run.lines[row].corridor]
        if line is not None
    )
    load, running = np.asarray(run.load_mw, dtype=np.float64), np.asarray(run.running_mw, dtype=np.float64)
    made = in_field(run.network, dc, injection, load, running)
    return made.field.network, solve_year(
        made.field.network, made.injection_mw, made.load_mw, field=made.given
    )


def test_voltages_and_flows_are_those_of_the_run_with_the_slack_shared_by_load(
    run: DispatchedHours, case: GridCase, flows: CaseFlows
) -> None:
    network, year = year_of(run)
    assert flows.converged.all()
    assert case.network.bus_ids == tuple(network.bus_ids[k] for k in year.bus)
    assert pytest.approx(year.flow_mw, abs=1e-4) == flows.from_mva.real[:, :2].T
    assert flows.voltage == pytest.approx(year.voltage, abs=1e-7)
    assert case.support is not None
    assert (case.support.released == year.released).all()
    # What the grids add is written as generation, so the one slack bus of the case has nothing left to do.
    assert np.abs(flows.slack_mw).max() < 1e-4
    assert case.generation_mw[BALANCING].sum() == pytest.approx(year.added_mw.sum(), abs=1e-3)


def test_a_base_is_part_of_its_province_and_its_line_begins_at_its_station(
    run: DispatchedHours, case: GridCase
) -> None:
    ids = case.network.bus_ids
    assert ids == (
        "110000", "120000", "140000", "310000", "120000/1000kV", "140000/1000kV", "110000/lingshao",
        "310000/lingshao", "140000/zhangbei", "110000/zhangbei",
    )  # fmt: skip
    assert case.base_kv.tolist() == [500.0] * 4 + [1000.0] * 2 + [500.0] * 4
    assert case.dc.ids == ("lingshao", "zhangbei", PLANTS)
    ends = [(ids[a], ids[b]) for a, b in zip(case.dc.from_bus, case.dc.to_bus, strict=True)]
    assert ends == [
        ("110000/lingshao", "310000/lingshao"), ("140000/zhangbei", "110000/zhangbei"), ("120000", "310000"),
    ]  # fmt: skip
    assert case.generation_mw["wind"][7, 0] == pytest.approx(run.supply_mw["wind"][[0, 4], 7].sum())
    assert case.demand_mw["base_tie_loss"][7, 0] == pytest.approx(0.005 * run.reverse_mw[3, 7])
    # Behind DC and plants alone: an island of the province and its station, in balance by itself.
    assert [len(island) for island in case.network.islands()] == [8, 2]
    assert case.injection_mw[:, [3, 7]].sum(axis=1) == pytest.approx(np.zeros(HOURS), abs=1e-6)
    assert case.place_deg is not None
    lingshao = load_tables().corridor("lingshao")
    assert case.place_deg[7].tolist() == [lingshao.to_lon_deg, lingshao.to_lat_deg]


def test_hours_that_do_not_add_up_are_not_written() -> None:
    assert grid_case(some_run(gap_mw=1.0), [3]).generation_mw[BALANCING][0].sum() < 50.0
    with pytest.raises(BalanceError, match="120000"):
        grid_case(some_run(gap_mw=30.0), [3])


def test_hours_are_numbers_ranges_and_names(run: DispatchedHours) -> None:
    peak = int(np.argmax(np.asarray(run.load_mw).sum(axis=0)))
    assert parse_hours("3,5-7,3", run) == (3, 5, 6, 7)
    assert parse_hours("peak", run) == (peak,)
    assert len(parse_hours("all", run)) == HOURS
    for text in ("48", "7-5", "noon", "", "1;2"):
        with pytest.raises(InputError, match="ranges as"):
            parse_hours(text, run)


FORMS = [("n.m", "matpower"), ("n.json", "pandapower-json"), ("n.nc", "pypsa")]


def test_a_project_keeps_its_hours_to_a_tenth_of_a_megawatt_and_flows_near_the_run(
    run: DispatchedHours, flows: CaseFlows, short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(values: np.ndarray) -> np.ndarray:
        return np.round(values, 1).astype(np.float32)

    none = kept(np.zeros((5, HOURS)))
    hourly = HourlyResult(
        run.node_ids, (110000, 120000, 140000, 310000, 110000), ("desert",), tuple(x.id for x in run.lines),
        tuple(run.from_node.tolist()), tuple(run.to_node.tolist()), {"wind": kept(run.supply_mw["wind"])}, none,
        kept(run.load_mw), none, none, kept(run.forward_mw - run.reverse_mw), none, kept(run.running_mw),
    )  # fmt: skip
    scenario = SimpleNamespace(bases=(SimpleNamespace(id="desert", node="110000"),))
    summary = SimpleNamespace(scenario="some")
    of = SimpleNamespace(summary=summary, scenario=scenario, tables=run.tables, kept=hourly)
    monkeypatch.setattr("planning.chain.network_case.project_hours", lambda _: of)
    case = grid_case(hours_of_project(Path("p.gpkg")), [short])
    found = solve_case(case)
    assert case.network.bus_ids == grid_case(run, [short]).network.bus_ids
    assert found.from_mva[0] == pytest.approx(flows.from_mva[short], abs=0.5)
    assert np.abs(found.voltage[0]) == pytest.approx(np.abs(flows.voltage[short]), abs=1e-4)
    of.kept = replace(hourly, running_mw=None)
    with pytest.raises(InputError, match=r"p.gpkg.*running_mw.*run it again"):
        hours_of_project(Path("p.gpkg"))


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_an_hour_written_and_read_flows_the_same(
    run: DispatchedHours, flows: CaseFlows, short: int, tmp_path: Path, name: str, form: Format
) -> None:
    case = grid_case(run, [short])
    write_network(case, solve_case(case), tmp_path / name, form)
    again = read_network(tmp_path / name)
    found = solve_case(again)
    assert again.network.bus_ids == case.network.bus_ids
    assert again.base_kv == pytest.approx(case.base_kv)
    # 1e-6 p.u. of 1,000 MVA.
    assert np.abs(found.voltage[0]) == pytest.approx(np.abs(flows.voltage[short]), abs=1e-6)
    order = [again.network.branches.ids.index(name) for name in case.network.branches.ids]
    assert found.from_mva[0, order] == pytest.approx(flows.from_mva[short], abs=1e-3)
    assert found.to_mva[0, order] == pytest.approx(flows.to_mva[short], abs=1e-3)
    assert found.linear_mw[0, order] == pytest.approx(flows.linear_mw[short], abs=1e-3)
    assert (again.network.holds_voltage == case.holds[0]).all()
    # Lines are lines again, from the end that sends.
    sent = {n: s for n, s in zip(again.dc.ids, np.abs(again.dc.sent_mw[0]), strict=True) if s > 0}
    assert {n.removesuffix(" reverse"): s for n, s in sent.items()} == pytest.approx(
        {n: abs(s) for n, s in zip(case.dc.ids, case.dc.sent_mw[0], strict=True) if s != 0}
    )
    assert again.dc.arriving_mw[0].sum() == pytest.approx(case.dc.arriving_mw[0].sum())
    # What was read is written again.
    write_network(again, found, tmp_path / f"again{Path(name).suffix}", form)
    twice = solve_case(read_network(tmp_path / f"again{Path(name).suffix}"))
    assert twice.voltage == pytest.approx(found.voltage, abs=1e-7)


def test_many_hours_keep_their_filters_and_limits_in_pypsa_netcdf(
    case: GridCase, flows: CaseFlows, tmp_path: Path
) -> None:
    assert case.support is not None
    assert np.ptp(case.support.shunt_mvar, axis=0).max() > 0
    assert np.ptp(case.support.released, axis=0).max() > 0
    write_network(case, flows, tmp_path / "n.nc", "pypsa")
    again = read_network(tmp_path / "n.nc")
    found = solve_case(again)
    assert np.abs(found.voltage) == pytest.approx(np.abs(flows.voltage), abs=1e-6)
    order = [again.network.branches.ids.index(name) for name in case.network.branches.ids]
    assert found.from_mva[:, order] == pytest.approx(flows.from_mva, abs=1e-3)


@pytest.mark.parametrize(("name", "form"), [("n.json", "pandapower-json"), ("n.xlsx", "pandapower-xlsx")])
def test_pandapower_finds_the_voltages_and_flows_of_the_run(
    run: DispatchedHours,
    case: GridCase,
    flows: CaseFlows,
    short: int,
    tmp_path: Path,
    name: str,
    form: Format,
) -> None:
    import pandapower as pp

    hour = grid_case(run, [short])
    write_network(hour, solve_case(hour), tmp_path / name, form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its optional accelerators
        net = (
            pp.from_json(str(tmp_path / name))
            if form.endswith("json")
            else pp.from_excel(str(tmp_path / name))
        )
        pp.runpp(net, numba=False)
    assert net.res_bus.vm_pu.to_numpy() == pytest.approx(np.abs(flows.voltage[short]), abs=1e-6)
    theirs = dict(zip(net.line.name, net.res_line.p_from_mw + 1j * net.res_line.q_from_mvar, strict=True))
    theirs |= dict(
        zip(net.impedance.name, net.res_impedance.p_from_mw + 1j * net.res_impedance.q_from_mvar, strict=True)
    )
    ids = case.network.branches.ids
    assert np.array([theirs[name] for name in ids]) == pytest.approx(flows.from_mva[short], abs=1e-3)
    # Limits are those of the run: a bus that holds gives no more than it can.
    gens = net.gen.join(net.res_gen[["q_mvar"]])
    assert (gens.q_mvar <= gens.max_q_mvar.fillna(np.inf) + 1e-6).all()
    assert gens.max_q_mvar.notna().any()
    assert net.res_gen.p_mw.sum() > 0


def test_pandapower_finds_the_same_in_the_figures_of_the_matpower_case(
    run: DispatchedHours, flows: CaseFlows, short: int
) -> None:
    import pandapower as pp
    from pandapower.converter.pypower import from_ppc

    text = parse_case(matpower_text(grid_case(run, [short])), "n.m")
    table = text.matrices
    ppc = {
        "version": "2", "baseMVA": text.scalars["baseMVA"], "bus": table["bus"], "branch": table["branch"],
        "gen": np.pad(table["gen"], ((0, 0), (0, 11))),
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = from_ppc(ppc, f_hz=50)
        pp.runpp(net, numba=False)
    # No DC line is in service there: their power stands as generators, so a plain power flow is the run's.
    assert (table["dcline"][:, 2] == 0).all()
    assert net.res_bus.vm_pu.to_numpy() == pytest.approx(np.abs(flows.voltage[short]), abs=1e-6)
    assert net.res_bus.va_degree.to_numpy() == pytest.approx(
        np.degrees(np.angle(flows.voltage[short])), abs=1e-5
    )


PEER = """
import logging, sys, warnings
import numpy as np, pypsa
logging.disable(logging.CRITICAL); warnings.simplefilter("ignore")
n = pypsa.Network(sys.argv[1])
n.pf(x_tol=1e-9)
every = {name: t.p0[name].to_numpy() for t in (n.lines_t, n.transformers_t) for name in t.p0.columns}
np.savez(sys.argv[2], names=list(every), p0=np.stack(list(every.values()), axis=1),
         buses=list(n.buses.index), voltage=n.buses_t.v_mag_pu[n.buses.index].to_numpy())
"""


@pytest.mark.slow
def test_pypsa_finds_the_voltages_and_flows_of_the_run(
    case: GridCase, flows: CaseFlows, tmp_path: Path
) -> None:
    python = peers.python(peers.PYPSA, make=False)
    if python is None:
        pytest.skip("PyPSA's environment is not there (./run bench sizing makes it)")
    write_network(case, flows, tmp_path / "n.nc", "pypsa")
    subprocess.run(
        [str(python), "-c", PEER, str(tmp_path / "n.nc"), str(tmp_path / "t.npz")],
        check=True,
        capture_output=True,
    )
    theirs = np.load(tmp_path / "t.npz")
    assert theirs["buses"].tolist() == list(case.network.bus_ids)
    assert theirs["voltage"] == pytest.approx(np.abs(flows.voltage), abs=1e-6)
    order = [theirs["names"].tolist().index(name) for name in case.network.branches.ids]
    assert theirs["p0"][:, order] == pytest.approx(flows.from_mva.real, abs=1e-3)


def test_tables_tell_filters_limits_and_what_is_short(
    case: GridCase, flows: CaseFlows, short: int, tmp_path: Path
) -> None:
    import pandas

    _, buses = write_network(case, flows, tmp_path / "n.parquet", "parquet")
    table = pandas.read_parquet(buses)
    rows = table[table["hour"] == short].set_index("bus")
    assert not rows.loc["120000", "holds"]
    assert rows.loc["120000", "q_max_mvar"] == pytest.approx(0.30 * 300.0)
    assert rows.loc["110000/lingshao", "shunt_mvar"] > 0
    assert rows.loc["120000/1000kV", "kv"] == 1000.0
    assert rows["q_max_mvar"].isna()["110000/lingshao"]
