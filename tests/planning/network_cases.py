"""Random small networks for the tests of the power flow, and the same in pandapower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.network.ac import AcNetwork, Branches

Array = NDArray[np.float64]
KV = 500.0


@dataclass(frozen=True, slots=True)
class RandomCase:
    network: AcNetwork
    power_pu: Array
    reactive_pu: Array
    voltage_pu: Array


def random_case(seed: int, buses: int | None = None, hours: int = 1) -> RandomCase:
    """A connected network with a few loops; some buses hold their voltage; injections as of a quiet hour."""
    draw = np.random.default_rng(seed)
    n = buses or int(draw.integers(2, 15))
    tree = [(k, int(draw.integers(0, k))) for k in range(1, n)]
    loops = [tuple(draw.choice(n, 2, replace=False).tolist()) for _ in range(int(draw.integers(0, n)))]
    ends = np.array([*tree, *loops], dtype=np.int64)
    m = len(ends)
    x = draw.uniform(0.01, 0.08, m)
    branches = Branches(
        ids=tuple(f"line-{k}" for k in range(m)),
        from_bus=ends[:, 0],
        to_bus=ends[:, 1],
        r_pu=x * draw.uniform(0.05, 0.3, m),
        x_pu=x,
        g_pu=np.zeros(m),
        b_pu=draw.uniform(0.0, 0.05, m),
        ratio=np.ones(m),
        shift_rad=np.zeros(m),
        rating_mva=draw.uniform(50.0, 200.0, m),
    )
    holds = draw.random(n) < 0.4
    holds[0] = True
    slack = np.zeros(n)
    slack[0] = 1.0
    network = AcNetwork(
        tuple(f"bus-{k}" for k in range(n)), 100.0, branches, np.zeros(n, dtype=np.complex128), holds, slack
    )
    power = draw.normal(0.0, 0.25, (hours, n))
    return RandomCase(network, power, 0.3 * draw.normal(0.0, 0.25, (hours, n)), np.where(holds, 1.01, 1.0))


def in_pandapower(case: RandomCase, hour: int = 0) -> Any:
    """The same network and hour for pandapower."""
    import pandapower as pp

    network, b = case.network, case.network.branches
    net = pp.create_empty_network(f_hz=50.0, sn_mva=network.base_mva)
    for name in network.bus_ids:
        pp.create_bus(net, vn_kv=KV, name=name)
    ohm = KV**2 / network.base_mva
    for k in range(b.count):
        pp.create_line_from_parameters(
            net, int(b.from_bus[k]), int(b.to_bus[k]), length_km=1.0, r_ohm_per_km=b.r_pu[k] * ohm,
            x_ohm_per_km=b.x_pu[k] * ohm, c_nf_per_km=b.b_pu[k] / ohm / (2 * np.pi * 50.0) * 1e9, max_i_ka=1.0,
        )  # fmt: skip
    for bus in range(network.buses):
        p, q = (values[hour, bus] * network.base_mva for values in (case.power_pu, case.reactive_pu))
        if network.slack_share[bus] > 0:
            pp.create_ext_grid(net, bus, vm_pu=case.voltage_pu[bus])
            pp.create_sgen(net, bus, p_mw=p, q_mvar=0.0)
        elif network.holds_voltage[bus]:
            pp.create_gen(net, bus, p_mw=p, vm_pu=case.voltage_pu[bus])
        else:
            pp.create_sgen(net, bus, p_mw=p, q_mvar=q)
    return net


def pandapower_voltage(net: Any) -> NDArray[np.complex128]:
    """(bus,) solved by pandapower's Newton. [p.u.]"""
    import pandapower as pp

    pp.runpp(net, init="dc", calculate_voltage_angles=True, numba=False, tolerance_mva=1e-7)
    found = net.res_bus
    return np.asarray(found.vm_pu.to_numpy() * np.exp(1j * np.deg2rad(found.va_degree.to_numpy())))
