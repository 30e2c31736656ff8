"""The one door to pandapower: builds its network from ours, solves hours, checks that power adds up."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError
from planning.network.exchange.branch_kinds import NO_RATING_MVA, refuse_turned, two_voltages
from planning.network.exchange.case import GridCase
from planning.network.exchange.given_lines import GIVEN_LINE, given_ends
from planning.network.exchange.matpower import one_hour
from planning.network.model import BASE_KV, SET_VOLTAGE_PU, FlowAnswer, FlowCase, Network

Array = NDArray[np.float64]

BALANCE_TOLERANCE_MW = 1e-3
FREQUENCY_HZ = 50.0


def _build(network: Network, case: FlowCase) -> tuple[Any, NDArray[np.int64]]:
    """pandapower's network of one hour, and the buses in it; islands of one bus are left out.

    Its lines are the ties, then the joints.
    """
    import pandapower as pp

    net = pp.create_empty_network(f_hz=FREQUENCY_HZ, sn_mva=1000.0)
    size = len(network.bus_ids)
    none = np.zeros(size)
    reactive = none if case.reactive_mvar is None else case.reactive_mvar
    shunt = none if case.shunt_mvar is None else case.shunt_mvar
    free = np.zeros(size, dtype=bool)
    free[[*network.free, *case.released]] = True
    helper = np.zeros(size, dtype=bool)
    helper[list(network.helpers)] = True
    islands = [island for island in network.islands() if len(island) > 1]
    bus = np.sort(np.concatenate(islands)) if islands else np.zeros(0, dtype=np.int64)
    at = np.full(size, -1)
    at[bus] = np.arange(len(bus))
    pp.create_buses(net, len(bus), vn_kv=BASE_KV, name=[network.bus_ids[k] for k in bus])
    slack = [
        int(island[np.argmax(np.where(free[island] | helper[island], -np.inf, case.weight_mw[island]))])
        for island in islands
    ]
    for k in slack:
        pp.create_ext_grid(net, int(at[k]), vm_pu=SET_VOLTAGE_PU)
    held = np.setdiff1d(bus[~free[bus]], slack)
    given = bus[free[bus]]
    if held.size:
        pp.create_gens(net, at[held], p_mw=case.injection_mw[held], vm_pu=SET_VOLTAGE_PU)
    if given.size:
        pp.create_sgens(net, at[given], p_mw=case.injection_mw[given], q_mvar=reactive[given])
    for k in bus[shunt[bus] != 0]:
        pp.create_shunt(net, int(at[k]), q_mvar=-float(shunt[k]))
    series = [t.series_ohm for t in network.ties] + [(0.0, j.x_ohm) for j in network.joints]
    many = network.branches
    pp.create_lines_from_parameters(
        net, at[[t.from_bus for t in many]], at[[t.to_bus for t in many]],
        length_km=1.0, r_ohm_per_km=[r for r, _ in series], x_ohm_per_km=[x for _, x in series],
        c_nf_per_km=[*(t.capacitance_nf for t in network.ties), *(0.0 for _ in network.joints)],
        max_i_ka=[*(t.capability_mw / (np.sqrt(3.0) * BASE_KV) for t in network.ties), *(1e6 for _ in network.joints)],
    )  # fmt: skip
    return net, bus


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

    net, bus = _build(network, case)
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
        note = _why_not(net, network)
    count = len(network.ties)
    flow = net.res_line.p_from_mw.to_numpy(dtype=float)[:count]
    back = net.res_line.p_to_mw.to_numpy(dtype=float)[:count]
    sent = np.maximum(flow, back)
    loading = sent / np.array([t.capability_mw for t in network.ties])
    if not converged:
        return FlowAnswer(
            case.hour, case.label, False, None, case.dispatch_loss_mw, loading, flow, None,
            flow - case.scheduled_mw, note,
        )  # fmt: skip
    loss = float((flow + back).sum())
    injected = float(sum(net[f"res_{kind}"].p_mw.sum() for kind in ("ext_grid", "gen", "sgen")))
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
        voltage_bus=tuple(int(k) for k in bus),
    )


def _why_not(net: Any, network: Network) -> str:
    """Where the DC flow shows the strain: the tie with the largest angle across it."""
    count = len(network.ties)
    angle = net.res_bus.va_degree.to_numpy(dtype=float)
    start, end = (net.line[name].to_numpy(dtype=int)[:count] for name in ("from_bus", "to_bus"))
    across = np.abs(angle[start] - angle[end])
    worst = int(np.argmax(across))
    return f"flow_diverged: {network.ties[worst].id}, {across[worst]:.0f} deg; DC flow shown"


def write_case(case: GridCase, path: Path, form: Literal["json", "xlsx"]) -> None:
    """The network of one hour as pandapower itself stores it, JSON or Excel; text stays text in the workbook.

    Raises
    ------
    InputError
        Several hours; branches with a turns ratio or a phase shift.
    """
    import pandapower as pp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = _net_of(case)
        if form == "json":
            pp.to_json(net, str(path))
            return
        import pandas as pd
        from pandapower.io_utils import to_dict_of_dfs

        options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
        tables = to_dict_of_dfs(net, include_results=False, include_empty_tables=False)
        with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
            for name, table in tables.items():
                table.to_excel(writer, sheet_name=name)


def _net_of(case: GridCase) -> Any:
    """pandapower's network of a case of one hour."""
    import pandapower as pp

    what = "pandapower"
    one_hour(case, what)
    refuse_turned(case, what)
    network, holds, shunts = case.network, case.holds[0], case.shunt_mva[0]
    net = pp.create_empty_network(name=case.name, f_hz=FREQUENCY_HZ, sn_mva=network.base_mva)
    for k, name in enumerate(network.bus_ids):
        pp.create_bus(net, vn_kv=float(case.base_kv[k]), name=name, index=k)
        volt, reactive = float(case.voltage_pu[k]), float(case.reactive_mvar[0, k])
        if network.slack_share[k] > 0:
            pp.create_ext_grid(net, k, vm_pu=volt, name=f"slack {name}")
        made = {carrier: float(v[0, k]) for carrier, v in case.generation_mw.items() if v[0, k] != 0}
        if holds[k]:
            made = made or {"unknown": 0.0}
            low, high = (
                limit / len(made) if np.isfinite(limit) else np.nan for limit in case.limits_mvar(0, k)
            )
            for carrier, p_mw in made.items():
                pp.create_gen(
                    net, k, p_mw=p_mw, vm_pu=volt, name=f"{name} {carrier}", type=carrier, min_q_mvar=low,
                    max_q_mvar=high,
                )  # fmt: skip
        else:
            for carrier, p_mw in made.items():
                pp.create_sgen(net, k, p_mw=p_mw, name=f"{name} {carrier}", type=carrier)
            if reactive > 0:
                pp.create_sgen(net, k, p_mw=0.0, q_mvar=reactive, name=f"{name} reactive", type="reactive")
            elif reactive < 0:
                pp.create_load(net, k, p_mw=0.0, q_mvar=-reactive, name=f"{name} reactive", type="reactive")
        for kind, values in case.demand_mw.items():
            if values[0, k] != 0:
                pp.create_load(net, k, p_mw=float(values[0, k]), name=f"{name} {kind}", type=kind)
        if shunts[k]:
            pp.create_shunt(net, k, p_mw=shunts[k].real, q_mvar=-shunts[k].imag, name=f"{name} shunts")
    _add_branches(net, case)
    for line in given_ends(case, 0):
        pp.create_load(
            net, line.start, p_mw=line.sent_mw, name=line.id, type=GIVEN_LINE, max_p_mw=line.capacity_mw
        )
        pp.create_sgen(net, line.end, p_mw=line.arriving_mw, name=line.id, type=GIVEN_LINE)
    return net


def _add_branches(net: Any, case: GridCase) -> None:
    """Lines where both ends have one rated voltage, else impedances."""
    import pandapower as pp

    b, base = case.network.branches, case.network.base_mva
    for k, apart in enumerate(two_voltages(case)):
        ends = int(b.from_bus[k]), int(b.to_bus[k])
        rating = float(b.rating_mva[k]) if np.isfinite(b.rating_mva[k]) else NO_RATING_MVA
        if apart:
            own = rating / base
            pp.create_impedance(
                net, *ends, rft_pu=b.r_pu[k] * own, xft_pu=b.x_pu[k] * own, sn_mva=rating, name=b.ids[k],
                gf_pu=b.g_pu[k] / 2 / own, bf_pu=b.b_pu[k] / 2 / own,
            )  # fmt: skip
            continue
        kv = float(case.base_kv[ends[0]])
        ohm = kv**2 / base
        pp.create_line_from_parameters(
            net, *ends, length_km=1.0, r_ohm_per_km=b.r_pu[k] * ohm, x_ohm_per_km=b.x_pu[k] * ohm,
            c_nf_per_km=b.b_pu[k] / ohm / (2 * np.pi * FREQUENCY_HZ) * 1e9, g_us_per_km=b.g_pu[k] / ohm * 1e6,
            max_i_ka=rating / (np.sqrt(3.0) * kv), name=b.ids[k],
        )  # fmt: skip
