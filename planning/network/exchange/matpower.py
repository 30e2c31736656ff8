"""A network as a MATPOWER case, version 2: the tables of appendix B of the MATPOWER manual as text.

Zimmerman and Murillo-Sanchez, MATPOWER User's Manual, tables B-1 (bus), B-2 (gen), B-3 (branch), B-5 (dcline); figures
are written with all their digits, so what is read back is what was written. A DC line is two generators of fuel
`dcline`, at its two ends; its row of `dcline` is out of service, for MATPOWER's would hold the voltage of both ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.exchange.case import GridCase
from planning.network.exchange.given_lines import GIVEN_LINE, GivenLine, given_ends

Array = NDArray[np.float64]

PQ, PV, REF, ISOLATED = 1, 2, 3, 4
Q_LIMIT_MVAR = 99999.0
"""Where a bus that holds its voltage has no limit."""
ANGLE_LIMIT_DEG = 360.0


def one_hour(case: GridCase, what: str) -> None:
    """InputError where a format that holds one hour is asked for several."""
    if len(case.hours) != 1:
        raise InputError(Problem("--hours", "hours", f"{len(case.hours):,} hours", f"one hour for {what}"))


def matpower_text(case: GridCase) -> str:
    """The case of its one hour.

    Raises
    ------
    InputError
        Several hours.
    """
    one_hour(case, "a MATPOWER case")
    network, holds, lines = case.network, case.holds[0], given_ends(case, 0)
    number = np.arange(1, network.buses + 1)
    reference = network.slack_share > 0
    kind = np.where(reference, REF, np.where(holds, PV, PQ))
    demand, shunt = case.total_demand_mw[0], case.shunt_mva[0]
    # A bus at its limit gives it by its generators; what else is given is demand.
    limited = network.holds_voltage & ~holds
    reactive = np.where(limited, 0.0, -case.reactive_mvar[0])
    one, none = np.ones(network.buses), np.zeros(network.buses)
    bus = np.column_stack([
        number, kind, demand, reactive, shunt.real, shunt.imag, one, case.voltage_pu, none,
        case.base_kv, one, 1.1 * one, 0.9 * one,
    ])  # fmt: skip
    gens, fuels = _generators(case, limited)
    for line in lines:
        for at, p_mw in ((line.start, -line.sent_mw), (line.end, line.arriving_mw)):
            gens.append(_gen(at, p_mw, 0.0, (0.0, 0.0), case))
            fuels.append(GIVEN_LINE)
    b = network.branches
    tap = np.where((b.ratio == 1.0) & (b.shift_rad == 0.0), 0.0, b.ratio)
    rate = np.where(np.isfinite(b.rating_mva), b.rating_mva, 0.0)
    many = np.ones(b.count)
    branch = np.column_stack([
        number[b.from_bus], number[b.to_bus], b.r_pu, b.x_pu, b.b_pu, rate, rate, rate, tap,
        np.rad2deg(b.shift_rad), many, -ANGLE_LIMIT_DEG * many, ANGLE_LIMIT_DEG * many,
    ])  # fmt: skip
    name = re.sub(r"\W", "_", case.name, flags=re.ASCII) or "case"
    text = [
        f"function mpc = network_{name}",
        f"% Hour {case.hours[0]} of the year (0 is 1 January 00:00, UTC+8). Power in MW and MVAr.",
        "% DC lines are generators of fuel dcline at both ends; mpc.dcline, out of service, tells what they are.",
        "mpc.version = '2';",
        f"mpc.baseMVA = {_number(network.base_mva)};",
        *_matrix("bus", "bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin", bus),
        *_matrix("gen", "bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin", np.array(gens).reshape(-1, 10)),
        *_matrix("branch", "fbus tbus r x b rateA rateB rateC ratio angle status angmin angmax", branch),
    ]
    if lines:
        head = "fbus tbus status Pf Pt Qf Qt Vf Vt Pmin Pmax QminF QmaxF QminT QmaxT loss0 loss1"
        text += _matrix("dcline", head, _dc_rows(case, lines))
    text += _cells("bus_name", network.bus_ids)
    text += _cells("branch_name", b.ids)
    if lines:
        text += _cells("dcline_name", case.dc.ids)
    text += _cells("genfuel", fuels)
    return "\n".join(text) + "\n"


def _generators(case: GridCase, limited: NDArray[np.bool_]) -> tuple[list[list[float]], list[str]]:
    """Rows and fuels; a bus that can hold its voltage has at least one, and they share its limits evenly."""
    own: list[tuple[int, float, str]] = [
        (int(k), float(values[0, k]), carrier)
        for carrier, values in case.generation_mw.items()
        for k in np.flatnonzero(values[0])
    ]
    given = {k for k, _, _ in own}
    network = case.network
    own += [
        (int(k), 0.0, "unknown")
        for k in np.flatnonzero(network.holds_voltage | (network.slack_share > 0))
        if int(k) not in given
    ]
    count = np.bincount([k for k, _, _ in own], minlength=network.buses)
    rows = []
    for k, p_mw, _ in own:
        low, high = (
            (limit / count[k] for limit in case.limits_mvar(0, k)) if network.holds_voltage[k] else (0.0, 0.0)
        )
        q_mvar = case.reactive_mvar[0, k] / count[k] if limited[k] else 0.0
        rows.append(_gen(k, p_mw, float(q_mvar), (low, high), case))
    return rows, [fuel for _, _, fuel in own]


def _gen(
    bus: int, p_mw: float, q_mvar: float, limits_mvar: tuple[float, float], case: GridCase
) -> list[float]:
    low, high = (float(np.clip(limit, -Q_LIMIT_MVAR, Q_LIMIT_MVAR)) for limit in limits_mvar)
    return [
        bus + 1, p_mw, q_mvar, high, low, float(case.voltage_pu[bus]), case.network.base_mva, 1, max(p_mw, 0.0),
        min(p_mw, 0.0),
    ]  # fmt: skip


def _dc_rows(case: GridCase, lines: list[GivenLine]) -> Array:
    """A row a line, from the end that sends in this hour."""
    dc, rows = case.dc, []
    for k, line in enumerate(lines):
        rows.append([
            line.start + 1, line.end + 1, 0, line.sent_mw, line.arriving_mw, 0, 0, case.voltage_pu[line.start],
            case.voltage_pu[line.end], 0, line.capacity_mw, 0, 0, 0, 0, dc.loss_mw[k] if line.sent_mw else 0.0,
            dc.loss_share[k],
        ])  # fmt: skip
    return np.array(rows, dtype=np.float64)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _matrix(name: str, head: str, rows: Array) -> list[str]:
    return [
        f"%\t{head}",
        f"mpc.{name} = [",
        *("\t" + "\t".join(map(_number, row)) + ";" for row in rows),
        "];",
    ]


def _cells(name: str, texts: Iterable[str]) -> list[str]:
    quoted = (re.sub(r"[\r\n%]", " ", text).replace("'", "''") for text in texts)
    return [f"mpc.{name} = {{", *(f"\t'{text}';" for text in quoted), "};"]
