"""The one door to pandapower: builds its network from ours, solves hours, checks that power adds up."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.network.model import BASE_KV, SET_VOLTAGE_PU, FlowAnswer, FlowCase, Network

Array = NDArray[np.float64]

BALANCE_TOLERANCE_MW = 1e-3


def _build(network: Network, case: FlowCase) -> tuple[Any, dict[int, int]]:
    """pandapower's network of one hour, and tie -> line index; islands of one bus are left out."""
    import pandapower as pp

    net = pp.create_empty_network(f_hz=50.0, sn_mva=1000.0)
    bus_of: dict[int, int] = {}
    for island in network.islands():
        if len(island) < 2:
            continue
        slack = int(island[np.argmax(case.weight_mw[island])])
        for bus in island:
            index = int(bus)
            bus_of[index] = int(pp.create_bus(net, vn_kv=BASE_KV, name=network.bus_ids[index]))
            if index == slack:
                pp.create_ext_grid(net, bus_of[index], vm_pu=SET_VOLTAGE_PU)
            else:
                pp.create_gen(net, bus_of[index], p_mw=float(case.injection_mw[index]), vm_pu=SET_VOLTAGE_PU)
    line_of: dict[int, int] = {}
    for k, tie in enumerate(network.ties):
        r, x = tie.series_ohm
        line_of[k] = int(
            pp.create_line_from_parameters(
                net,
                bus_of[tie.from_bus],
                bus_of[tie.to_bus],
                length_km=1.0,
                r_ohm_per_km=r,
                x_ohm_per_km=x,
                c_nf_per_km=tie.capacitance_nf,
                max_i_ka=tie.capability_mw / (np.sqrt(3.0) * BASE_KV),
                name=tie.id,
            )
        )
    return net, line_of


def solve_flows(network: Network, cases: Sequence[FlowCase]) -> list[FlowAnswer]:
    """AC power flow (Newton) of each hour; where it does not converge, a DC flow, marked as such.

    Raises
    ------
    BalanceError
        A converged hour in which injections less losses is not 0 to 1e-3 MW.
    """
    with warnings.catch_warnings():
        # pandapower warns of its optional accelerators and of pandas' future; neither concerns the answer.
        warnings.simplefilter("ignore")
        return [_solve(network, case) for case in cases]


def _solve(network: Network, case: FlowCase) -> FlowAnswer:
    import pandapower as pp

    net, line_of = _build(network, case)
    note = ""
    try:
        pp.runpp(
            net, init="dc", calculate_voltage_angles=True, numba=False, tolerance_mva=1e-6, max_iteration=30
        )
        converged = bool(net.converged)
    except pp.LoadflowNotConverged:
        converged = False
    if not converged:
        pp.rundcpp(net, numba=False)
        note = _why_not(net, network, line_of)
    order = [line_of[k] for k in range(len(network.ties))]
    flow = net.res_line.p_from_mw.to_numpy(dtype=float)[order]
    back = net.res_line.p_to_mw.to_numpy(dtype=float)[order]
    sent = np.maximum(flow, back)
    loading = sent / np.array([t.capability_mw for t in network.ties])
    if not converged:
        return FlowAnswer(
            case.hour, case.label, False, None, case.dispatch_loss_mw, loading, flow, None,
            flow - case.scheduled_mw, note,
        )  # fmt: skip
    loss = float((flow + back).sum())
    injected = float(net.res_ext_grid.p_mw.sum() + net.res_gen.p_mw.sum())
    if abs(injected - loss) > BALANCE_TOLERANCE_MW:
        raise BalanceError("flow_balance", hour=case.hour, injected_mw=injected, loss_mw=loss)
    return FlowAnswer(
        hour=case.hour,
        label=case.label,
        converged=True,
        loss_mw=loss,
        dispatch_loss_mw=case.dispatch_loss_mw,
        loading=loading,
        flow_mw=flow,
        voltage_pu=net.res_bus.vm_pu.to_numpy(dtype=float),
        difference_mw=flow - case.scheduled_mw,
        note=note,
    )


def _why_not(net: Any, network: Network, line_of: dict[int, int]) -> str:
    """Where the DC flow shows the strain: the tie with the largest angle across it."""
    angle = net.res_bus.va_degree.to_numpy(dtype=float)
    across = np.abs(angle[net.line.from_bus.to_numpy(dtype=int)] - angle[net.line.to_bus.to_numpy(dtype=int)])
    worst = int(np.argmax(across))
    tie = next(network.ties[k].id for k, index in line_of.items() if index == worst)
    return f"flow_diverged: {tie}, {across[worst]:.0f} deg; DC flow shown"
