"""Networks for other tools: what is written and read again flows the same, here and in the tools themselves."""

from __future__ import annotations

import csv
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import peers
from gis_layers.errors import InputError
from planning.network.ac import AcNetwork, Branches
from planning.network.exchange.case import CaseFlows, DcLines, GridCase, no_dc, solve_case
from planning.network.exchange.files import read_network, write_network
from planning.network.exchange.matpower import matpower_text
from tests.planning.network_cases import random_case

TOLERANCE_MVA = 1e-4
"""1e-6 p.u. of 100 MVA."""


def some_case(seed: int = 3, hours: int = 1, held: bool | None = None) -> GridCase:
    """A random network with two DC lines, one of which sends backward, and a name a spreadsheet would run."""
    drawn = random_case(seed, buses=8, hours=hours)
    network = drawn.network
    if held is not None:
        network = replace(network, holds_voltage=np.full(8, held) | (network.slack_share > 0))
    network = replace(network, bus_ids=("=1+1", *network.bus_ids[1:]))
    power = drawn.power_pu * network.base_mva
    wind = np.maximum(power, 0.0)
    dc = DcLines(
        ids=("hvdc-a", "hvdc-b"), kinds=("lcc", "vsc"), from_bus=np.array([1, 4]), to_bus=np.array([5, 2]),
        capacity_mw=np.array([40.0, 30.0]), reverse_capacity_mw=np.array([0.0, 30.0]),
        loss_share=np.array([0.05, 0.02]), loss_mw=np.zeros(2), sent_mw=np.tile([[20.0, -10.0]], (hours, 1)),
    )  # fmt: skip
    voltage = np.where(network.holds_voltage, 1.01, 1.0)
    return GridCase(
        name="some-case", network=network, base_kv=np.full(8, 500.0), hours=tuple(range(100, 100 + hours)),
        generation_mw={"wind": wind, "pv": 0.1 * wind}, demand_mw={"load": np.maximum(-power, 0.0) + 0.1 * wind},
        reactive_mvar=np.where(network.holds_voltage, 0.0, drawn.reactive_pu * network.base_mva),
        voltage_pu=voltage, dc=dc, place_deg=np.column_stack([np.linspace(100, 120, 8), np.linspace(25, 40, 8)]),
    )  # fmt: skip


def written(case: GridCase, folder: Path, name: str, form: Any) -> tuple[Path, CaseFlows]:
    flows = solve_case(case)
    assert flows.converged.all()
    (path,) = write_network(case, flows, folder / name, form)
    return path, flows


def test_what_a_bus_sends_is_generation_less_demand_and_dc_lines() -> None:
    case = some_case()
    plain = case.total_generation_mw[0] - case.total_demand_mw[0]
    # 20 MW leave bus 1, 19 arrive at 5; 10 leave 2 (the line is turned), 9.8 arrive at 4.
    expected = plain + np.array([0.0, -20.0, -10.0, 0.0, 9.8, 19.0, 0.0, 0.0])
    assert case.injection_mw[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "form"), [("n.m", "matpower"), ("n.json", "pandapower-json"), ("n.nc", "pypsa")]
)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_network_written_and_read_flows_the_same(tmp_path: Path, name: str, form: str, seed: int) -> None:
    case = some_case(seed)
    path, flows = written(case, tmp_path, name, form)
    again = solve_case(read_network(path))
    assert again.from_mva == pytest.approx(flows.from_mva, abs=TOLERANCE_MVA)
    assert again.to_mva == pytest.approx(flows.to_mva, abs=TOLERANCE_MVA)
    assert again.linear_mw == pytest.approx(flows.linear_mw, abs=TOLERANCE_MVA)
    assert again.loading == pytest.approx(flows.loading, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "form"), [("n.m", "matpower"), ("n.json", "pandapower-json"), ("n.nc", "pypsa")]
)
def test_buses_that_hold_no_voltage_keep_their_reactive_power(tmp_path: Path, name: str, form: str) -> None:
    case = replace(some_case(7), dc=no_dc(1))
    assert not case.network.holds_voltage.all()
    path, flows = written(case, tmp_path, name, form)
    found = solve_case(read_network(path))
    assert found.from_mva == pytest.approx(flows.from_mva, abs=TOLERANCE_MVA)
    assert found.voltage == pytest.approx(flows.voltage, abs=1e-6)


def test_many_hours_come_back_from_pypsa_netcdf_with_their_numbers(tmp_path: Path) -> None:
    case = some_case(5, hours=4, held=True)
    path, flows = written(case, tmp_path, "n.nc", "pypsa")
    again = read_network(path)
    assert again.hours == (100, 101, 102, 103)
    assert again.total_generation_mw == pytest.approx(case.total_generation_mw, abs=1e-9)
    assert solve_case(again).from_mva == pytest.approx(flows.from_mva, abs=TOLERANCE_MVA)


@pytest.mark.parametrize(("name", "form"), [("n.m", "matpower"), ("n.json", "pandapower-json")])
def test_a_format_of_one_hour_refuses_two(tmp_path: Path, name: str, form: Any) -> None:
    case = some_case(hours=2)
    with pytest.raises(InputError, match="one hour"):
        write_network(case, solve_case(case), tmp_path / name, form)
    assert not list(tmp_path.iterdir())


def pandapower_net(path: Path) -> Any:
    import pandapower as pp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its optional accelerators
        net = pp.from_json(str(path)) if path.suffix == ".json" else pp.from_excel(str(path))
        pp.runpp(net, init="dc", calculate_voltage_angles=True, numba=False, tolerance_mva=1e-8)
    return net


def pandapower_flows(path: Path) -> np.ndarray:
    net = pandapower_net(path)
    return np.asarray(net.res_line.p_from_mw.to_numpy() + 1j * net.res_line.q_from_mvar.to_numpy())


@pytest.mark.parametrize(("name", "form"), [("n.json", "pandapower-json"), ("n.xlsx", "pandapower-xlsx")])
def test_pandapower_opens_what_is_written_and_finds_the_same_flows(
    tmp_path: Path, name: str, form: str
) -> None:
    path, flows = written(some_case(4, held=True), tmp_path, name, form)
    assert pandapower_flows(path) == pytest.approx(flows.from_mva[0], abs=TOLERANCE_MVA)


def test_a_name_like_a_formula_is_text_in_the_workbook_and_marked_in_the_csv(tmp_path: Path) -> None:
    import openpyxl

    case = some_case()
    path, flows = written(case, tmp_path, "n.xlsx", "pandapower-xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = [cell for row in openpyxl.load_workbook(path)["bus"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
    lines, buses = write_network(case, flows, tmp_path / "n.csv", "csv")
    with buses.open(encoding="utf-8-sig", newline="") as file:
        assert next(row["bus"] for row in csv.DictReader(file)) == "'=1+1"
    with lines.open(encoding="utf-8-sig", newline="") as file:
        assert not any(value.startswith("=") for row in csv.DictReader(file) for value in row.values())


def test_tables_hold_every_line_and_bus_and_add_up(tmp_path: Path) -> None:
    import geopandas
    import pandas

    case = some_case(hours=2)
    flows = solve_case(case)
    lines, buses = (
        pandas.read_parquet(p) for p in write_network(case, flows, tmp_path / "n.parquet", "parquet")
    )
    assert len(lines) == 2 * (case.network.branches.count + 2)
    assert len(buses) == 16
    first = lines[lines["hour"] == 100]
    # What enters the lines at all ends is what they lose.
    assert (first["from_mw"] + first["to_mw"]).sum() == pytest.approx(first["loss_mw"].sum())
    # What buses send into branches, slack included, is what branches lose.
    ac = first[first["kind"] == "ac"]
    own = buses[buses["hour"] == 100]
    assert (own["injection_mw"] + own["slack_mw"]).sum() == pytest.approx(ac["loss_mw"].sum(), abs=1e-6)
    turned = first[first["id"] == "hvdc-b"].iloc[0]
    assert (turned["from_mw"], turned["to_mw"]) == pytest.approx((-9.8, 10.0))
    (layers,) = write_network(case, flows, tmp_path / "n.gpkg", "gpkg")
    drawn = geopandas.read_file(layers, layer="lines")
    assert len(drawn) == len(lines)
    assert drawn.geometry.iloc[0].geom_type == "LineString"


# Two buses, r = 0, x = 0.1, both at 1 p.u.: 500 MW of 100 MVA base are 30 degrees (P = sin / x). The third bus hangs
# on a transformer of ratio 1.25 without load: it stands at 1 / 1.25 = 0.8 p.u.
CASE = """function mpc = hand
%% by hand
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [ % type Pd Qd Gs Bs area Vm Va kV zone Vmax Vmin
    10 3   0 0 0 0 1 1 0 500 1 1.1 0.9;
    20 2 500 0 0 0 1 1 0 500 1 1.1 0.9
    30 1   0 0 0 0 1 1 0 220 1 1.1 0.9;
];
mpc.gen = [
    10 500 0 999 -999 1 100 1 999 0;
    20   0 0 999 -999 1 100 1 999 0;
    20  77 0 999 -999 1 100 0 999 0; % out of service
];
mpc.branch = [
    10 20 0 0.1 0 800 0 0 0    0 1 -360 360;
    10 30 0 0.2 0   0 0 0 1.25 0 1 -360 360;
    10 30 0 0.3 0   0 0 0 0    0 0 -360 360;
];
mpc.bus_name = { 'it''s'; 'b % c'; 'c' };
"""


def read_text(text: str, folder: Path) -> GridCase:
    path = folder / "hand.m"
    path.write_text(text, encoding="utf-8")
    return read_network(path)


def test_a_matpower_case_by_hand_has_its_known_solution(tmp_path: Path) -> None:
    case = read_text(CASE, tmp_path)
    flows = solve_case(case)
    assert case.network.bus_ids == ("it's", "b % c", "c")
    assert case.network.branches.count == 2
    assert np.degrees(np.angle(flows.voltage[0])) == pytest.approx([0.0, -30.0, 0.0], abs=1e-6)
    assert np.abs(flows.voltage[0]) == pytest.approx([1.0, 1.0, 0.8], abs=1e-9)
    assert flows.from_mva[0, 0].real == pytest.approx(500.0)
    # Q = (1 - cos 30 deg) / x at both ends.
    assert flows.from_mva[0, 0].imag == pytest.approx(100.0 * (1 - np.sqrt(3) / 2) / 0.1, abs=1e-5)
    assert flows.loading[0, 0] == pytest.approx(500.0 / 800.0)
    assert np.isnan(flows.loading[0, 1])
    assert flows.loss_mw[0].sum() == pytest.approx(0.0, abs=1e-6)


def test_what_is_written_of_a_transformer_is_read_again(tmp_path: Path) -> None:
    case = read_text(CASE.replace("1.25 0 1", "1.25 7.5 1"), tmp_path)
    again = read_text(matpower_text(case), tmp_path)
    assert again.network.branches.ratio.tolist() == [1.0, 1.25]
    assert again.network.branches.shift_rad == pytest.approx(np.deg2rad([0.0, 7.5]))
    assert solve_case(again).from_mva == pytest.approx(solve_case(case).from_mva, abs=1e-9)
    with pytest.raises(InputError, match="transformer"):
        write_network(case, solve_case(case), tmp_path / "n.json", "pandapower-json")
    # PyPSA knows ratios and shifts.
    path, flows = written(case, tmp_path, "n.nc", "pypsa")
    third = read_network(path)
    assert third.network.branches.ratio.tolist() == [1.0, 1.25]
    assert solve_case(third).from_mva == pytest.approx(flows.from_mva, abs=1e-9)


def test_branches_between_rated_voltages_keep_impedance_charging_and_rating(tmp_path: Path) -> None:
    text = CASE.replace("30 0 0.2 0   0 0 0 1.25 0 1", "30 0.01 0.2 0.3 700 0 0 0 0 1")
    case = read_text(text.replace("30 1   0 0", "30 1  40 7"), tmp_path)
    assert case.base_kv.tolist() == [500.0, 500.0, 220.0]
    assert case.network.branches.rating_mva.tolist() == [800.0, 700.0]
    for name, form in (("n.json", "pandapower-json"), ("n.nc", "pypsa")):
        path, flows = written(case, tmp_path, name, form)
        again = read_network(path)
        assert solve_case(again).from_mva == pytest.approx(flows.from_mva, abs=1e-6), name
        assert again.network.branches.rating_mva == pytest.approx([800.0, 700.0]), name
    net = pandapower_net(tmp_path / "n.json")
    assert net.res_impedance.p_from_mw.to_numpy() == pytest.approx(flows.from_mva.real[0, 1:], abs=1e-6)
    assert net.res_impedance.q_from_mvar.to_numpy() == pytest.approx(flows.from_mva.imag[0, 1:], abs=1e-6)


def test_a_dc_line_that_no_longer_fits_its_other_end_stays_generation_and_demand(tmp_path: Path) -> None:
    case = some_case(4, held=True)
    path, _ = written(case, tmp_path, "n.m", "matpower")
    text = path.read_text(encoding="utf-8")
    whole = read_network(path)
    assert whole.dc.ids == ("hvdc-a", "hvdc-b")
    # Without the words that tell what the generators are, the flow is the same.
    path.write_text(text.replace("'dcline'", "'other'"), encoding="utf-8")
    plain = read_network(path)
    assert plain.dc.ids == ()
    assert plain.injection_mw == pytest.approx(whole.injection_mw)
    assert whole.injection_mw == pytest.approx(case.injection_mw)


def test_an_hour_beyond_the_network_is_written_with_the_dc_flow_and_no_losses(tmp_path: Path) -> None:
    import pandas

    case = read_text(CASE.replace("20 2 500", "20 2 5000"), tmp_path)
    flows = solve_case(case)
    lines = pandas.read_parquet(write_network(case, flows, tmp_path / "n.parquet", "parquet")[0])
    assert not lines["converged"].any()
    assert lines["from_mw"].tolist() == pytest.approx([5000.0, 0.0])
    assert lines["loss_mw"].isna().all()


def test_branches_without_any_rating_stay_without(tmp_path: Path) -> None:
    one, nothing = np.ones(1), np.zeros(1)
    branches = Branches(
        ("l",),
        np.array([0]),
        np.array([1]),
        0.01 * one,
        0.1 * one,
        nothing,
        nothing,
        one,
        nothing,
        np.inf * one,
    )
    network = AcNetwork(
        ("a", "b"), 100.0, branches, np.zeros(2, complex), np.ones(2, bool), np.array([1.0, 0.0])
    )
    case = GridCase(
        "two", network, np.full(2, 500.0), (0,), {"coal": np.array([[50.0, 0.0]])},
        {"load": np.array([[0.0, 50.0]])}, np.zeros((1, 2)), np.ones(2), no_dc(1),
    )  # fmt: skip
    for name, form in (("n.m", "matpower"), ("n.json", "pandapower-json"), ("n.nc", "pypsa")):
        path, _ = written(case, tmp_path, name, form)
        assert np.isinf(read_network(path).network.branches.rating_mva).all(), name


PEER = """
import logging, sys, warnings
import numpy as np, pypsa
logging.disable(logging.CRITICAL); warnings.simplefilter("ignore")
n = pypsa.Network(sys.argv[1])
n.lpf(); linear = n.lines_t.p0[n.lines.index].to_numpy(copy=True)
n.pf(x_tol=1e-9); full = n.lines_t.p0[n.lines.index].to_numpy(copy=True)
np.savez(sys.argv[2], linear=linear, full=full)
"""


@pytest.mark.slow
def test_pypsa_opens_what_is_written_and_finds_the_same_flows(tmp_path: Path) -> None:
    python = peers.python(peers.PYPSA, make=False)
    if python is None:
        pytest.skip("PyPSA's environment is not there (./run bench sizing makes it)")
    path, flows = written(some_case(4, hours=3, held=True), tmp_path, "n.nc", "pypsa")
    subprocess.run(
        [str(python), "-c", PEER, str(path), str(tmp_path / "t.npz")], check=True, capture_output=True
    )
    theirs = np.load(tmp_path / "t.npz")
    assert theirs["linear"] == pytest.approx(flows.linear_mw, abs=TOLERANCE_MVA)
    assert theirs["full"] == pytest.approx(flows.from_mva.real, abs=TOLERANCE_MVA)
