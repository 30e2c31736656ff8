"""AC power flow: all hours and all single outages against pandapower, on the ties between provinces and a random grid.

pandapower's net is built once; its hours and outages run in a loop (runpp, its Newton) and its hours by
run_timeseries too: the faster of the two counts. Some hours tell its speed, for its time grows with their number.
Both are told in seconds of the processor as well, which a busy machine does not change much.
"""

from __future__ import annotations

import importlib.util
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peak import peak_mib
from planning.network.ac import AcNetwork
from planning.network.branch_flow import branch_flows, check_balance
from planning.network.contingency import solve_outages
from planning.network.model import Tie
from planning.network.newton import solve_states, unknowns_of
from planning.network.year import BASE_MVA, as_branches
from planning.tables import load_tables
from tests.planning.network_cases import RandomCase, in_pandapower, random_case

Array = NDArray[np.float64]
HOURS = 8760
PEER_HOURS = 120
ROUNDS = 3
TOLERANCE_MVA = 1e-7
NUMBA = importlib.util.find_spec("numba") is not None


def rows() -> list[dict[str, Any]]:
    made = []
    for name, case in (
        ("ties between provinces", nation()),
        ("random grid of 200 buses", random_case(5, 200, HOURS)),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its optional accelerators and of pandas' future
            made += [_year(name, case), _outages(name, case)]
    return made


def nation() -> RandomCase:
    """The network of the tables in 2030; flows on the ties drawn up to about their capability, in daily waves."""
    tables, draw = load_tables(), np.random.default_rng(0)
    at = {n.node_id: k for k, n in enumerate(tables.nodes)}
    lines = tables.interfaces_by(2030)
    ties = tuple(Tie(t.id, at[t.from_node], at[t.to_node], t.kv, t.circuits, t.km, t.mw) for t in lines)
    bus = np.unique([[t.from_bus, t.to_bus] for t in ties])
    place = np.full(len(at), -1)
    place[bus] = np.arange(len(bus))
    branches, n = as_branches(ties, place), len(bus)
    slack = np.zeros(n)
    first = AcNetwork(
        tuple(tables.nodes[k].node_id for k in bus), BASE_MVA, branches, np.zeros(n, dtype=np.complex128),
        np.ones(n, dtype=bool), np.ones(n),
    )  # fmt: skip
    for island in first.islands():
        slack[island[0]] = 1.0
    hour, count = np.arange(HOURS)[:, None], len(ties)
    wave = np.sin(2 * np.pi * (hour / 24 + draw.uniform(0, 1, count)))
    flow = draw.uniform(-0.4, 0.4, count) + 0.25 * wave + 0.1 * draw.normal(size=(HOURS, count))
    flow *= branches.rating_mva / BASE_MVA
    power = np.zeros((HOURS, n))
    for k in range(count):
        power[:, branches.from_bus[k]] += flow[:, k]
        power[:, branches.to_bus[k]] -= flow[:, k]
    network = AcNetwork(first.bus_ids, BASE_MVA, branches, first.shunt_pu, first.holds_voltage, slack)
    return RandomCase(network, power, np.zeros_like(power), np.full(n, 1.02))


def _timed(work: Callable[[], Any], rounds: int = 1) -> tuple[float, float, Any]:
    """Least wall and processor seconds, and the answer."""
    wall, cpu, answer = np.inf, np.inf, None
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        answer = work()
        wall, cpu = min(wall, time.perf_counter() - began), min(cpu, time.process_time() - worked)
    return wall, cpu, answer


def _runpp(net: Any, **more: Any) -> None:
    import pandapower as pp

    pp.runpp(net, init="dc", calculate_voltage_angles=True, numba=NUMBA, tolerance_mva=TOLERANCE_MVA, **more)


def _voltage(net: Any) -> NDArray[np.complex128]:
    return np.asarray(
        net.res_bus.vm_pu.to_numpy() * np.exp(1j * np.deg2rad(net.res_bus.va_degree.to_numpy()))
    )


def _year(name: str, case: RandomCase) -> dict[str, Any]:
    network = case.network
    share = unknowns_of(network).share

    def ours() -> Any:
        found = solve_states(network, case.power_pu, case.reactive_pu, case.voltage_pu)
        flows = branch_flows(network, found.voltage)
        injected = (case.power_pu + found.slack_pu @ share.T) * network.base_mva
        return found, flows, check_balance(network, found.voltage, flows, injected)

    wall, cpu, (found, _, balance) = _timed(ours, ROUNDS)
    hours = np.linspace(0, HOURS - 1, PEER_HOURS).astype(int)
    net = in_pandapower(case)
    element = _elements(case)
    _runpp(net)  # the first run loads
    theirs: list[Any] = []

    def loop() -> None:
        for hour in hours:
            for kind, column, part, values in element:
                net[kind].loc[:, column] = values[hour][part]
            _runpp(net)
            theirs.append(_voltage(net))

    loop_wall, loop_cpu, _ = _timed(loop)
    series_wall, series_cpu, series = _timed(lambda: _timeseries(net, element, hours))
    error = float(np.abs(np.array(theirs) - found.voltage[hours]).max())
    error = max(error, float(np.abs(series - np.abs(found.voltage[hours])).max()))
    peer_wall, peer_cpu = min((loop_wall, loop_cpu), (series_wall, series_cpu), key=lambda pair: pair[1])
    scale = HOURS / PEER_HOURS
    return _row(f"8,760 AC flows, {name}", case, wall, cpu, peer_wall * scale, peer_cpu * scale) | {
        "peer": f"pandapower, {PEER_HOURS} hours scaled; faster of runpp in a loop and run_timeseries; numba {NUMBA}",
        "peer_loop_cpu_s": round(loop_cpu * scale, 1),
        "peer_timeseries_cpu_s": round(series_cpu * scale, 1),
        "converged": int(found.converged.sum()),
        "max_error": error,
        "max_balance_pu": balance,
    }


def _elements(case: RandomCase) -> list[tuple[str, str, NDArray[np.int64], Array]]:
    """What changes from hour to hour in `in_pandapower`'s net: kind, column, buses of its rows, values (hour, bus)."""
    network, every = case.network, np.arange(case.network.buses)
    held = every[network.holds_voltage & ~(network.slack_share > 0)]
    others = every[~network.holds_voltage | (network.slack_share > 0)]
    power = case.power_pu * network.base_mva
    found = [("gen", "p_mw", held, power), ("sgen", "p_mw", others, power)]
    if not network.holds_voltage.all():
        reactive = np.where(network.slack_share > 0, 0.0, case.reactive_pu * network.base_mva)
        found.append(("sgen", "q_mvar", others, reactive))
    return [e for e in found if e[2].size]


def _timeseries(net: Any, element: Any, hours: NDArray[np.int64]) -> Array:
    """(hour, bus) voltages by pandapower's own series."""
    import pandas as pd
    from pandapower.control import ConstControl
    from pandapower.timeseries import DFData, OutputWriter, run_timeseries

    for kind, column, part, values in element:
        frame = pd.DataFrame(values[hours][:, part])
        ConstControl(
            net, element=kind, variable=column, element_index=list(net[kind].index),
            profile_name=list(frame.columns), data_source=DFData(frame),
        )  # fmt: skip
    writer = OutputWriter(net, time_steps=range(len(hours)), log_variables=[("res_bus", "vm_pu")])
    run_timeseries(
        net, time_steps=range(len(hours)), verbose=False, numba=NUMBA, init="dc", calculate_voltage_angles=True,
        tolerance_mva=TOLERANCE_MVA,
    )  # fmt: skip
    return np.asarray(writer.output["res_bus.vm_pu"].to_numpy(dtype=float))


def _outages(name: str, case: RandomCase) -> dict[str, Any]:
    network = case.network
    first = solve_states(network, case.power_pu[:1], case.reactive_pu[:1], case.voltage_pu)

    def ours() -> Any:
        return solve_outages(
            network, case.power_pu[0], case.reactive_pu[0], case.voltage_pu, start=first.voltage[0]
        )

    wall, cpu, found = _timed(ours, 5)
    solved = np.flatnonzero(~found.splits)
    net = in_pandapower(case)
    _runpp(net)
    theirs: list[Any] = []

    def loop() -> None:
        for k in solved:
            net.line.at[int(k), "in_service"] = False
            _runpp(net)
            theirs.append(_voltage(net))
            net.line.at[int(k), "in_service"] = True

    peer_wall, peer_cpu, _ = _timed(loop)
    return _row(f"N-1 of all branches, one hour, {name}", case, wall, cpu, peer_wall, peer_cpu) | {
        "outages": len(solved),
        "peer": f"pandapower, runpp in a loop over the outages that split nothing; numba {NUMBA}",
        "max_error": float(np.abs(np.array(theirs) - found.states.voltage[solved]).max()),
    }


def _row(
    name: str, case: RandomCase, wall: float, cpu: float, peer_wall: float, peer_cpu: float
) -> dict[str, Any]:
    return {
        "name": name,
        "buses": case.network.buses,
        "branches": case.network.branches.count,
        "ours_s": round(wall, 4),
        "ours_cpu_s": round(cpu, 4),
        "peer_s": round(peer_wall, 2),
        "peer_cpu_s": round(peer_cpu, 2),
        "ratio": round(peer_wall / wall, 1),
        "cpu_ratio": round(peer_cpu / cpu, 1),
        "must": 100,
        "peak_mib": round(peak_mib()),
    }


def main() -> None:
    for row in rows():
        print(json.dumps(row))


if __name__ == "__main__":
    main()
