"""A network as a MATPOWER case, version 2: the tables of appendix B of the MATPOWER manual as text.

Zimmerman and Murillo-Sanchez, MATPOWER User's Manual, tables B-1 (bus), B-2 (gen), B-3 (branch), B-5 (dcline); figures
are written with all their digits, so what is read back is what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.exchange.case import GridCase

Array = NDArray[np.float64]

PQ, PV, REF, ISOLATED = 1, 2, 3, 4
Q_LIMIT_MVAR = 99999.0
"""Provinces hold their voltage whatever reactive power that takes."""
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
    network = case.network
    number = np.arange(1, network.buses + 1)
    reference = network.slack_share > 0
    kind = np.where(reference, REF, np.where(network.holds_voltage, PV, PQ))
    demand, shunt = case.total_demand_mw[0], network.shunt_pu * network.base_mva
    one, none = np.ones(network.buses), np.zeros(network.buses)
    bus = np.column_stack([
        number, kind, demand, -case.reactive_mvar[0], shunt.real, shunt.imag, one, case.voltage_pu, none,
        case.base_kv, one, 1.1 * one, 0.9 * one,
    ])  # fmt: skip
    gens, fuels = [], []
    for carrier, values in case.generation_mw.items():
        for k in np.flatnonzero(values[0]):
            gens.append(_gen(int(k), float(values[0, k]), case))
            fuels.append(carrier)
    given = {int(row[0]) - 1 for row in gens}
    for k in np.flatnonzero(network.holds_voltage | reference):
        if int(k) not in given:  # a bus holds its voltage by a generator
            gens.append(_gen(int(k), 0.0, case))
            fuels.append("unknown")
    b = network.branches
    tap = np.where((b.ratio == 1.0) & (b.shift_rad == 0.0), 0.0, b.ratio)
    rate = np.where(np.isfinite(b.rating_mva), b.rating_mva, 0.0)
    many = np.ones(b.count)
    branch = np.column_stack([
        number[b.from_bus], number[b.to_bus], b.r_pu, b.x_pu, b.b_pu, rate, rate, rate, tap,
        np.rad2deg(b.shift_rad), many, -ANGLE_LIMIT_DEG * many, ANGLE_LIMIT_DEG * many,
    ])  # fmt: skip
    name = re.sub(r"\W", "_", case.name, flags=re.ASCII) or "case"
    lines = [
        f"function mpc = network_{name}",
        f"% Hour {case.hours[0]} of the year (0 is 1 January 00:00, UTC+8). Power in MW and MVAr.",
        "% DC lines count after mpc = toggle_dcline(mpc, 'on').",
        "mpc.version = '2';",
        f"mpc.baseMVA = {_number(network.base_mva)};",
        *_matrix("bus", "bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin", bus),
        *_matrix("gen", "bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin", np.array(gens).reshape(-1, 10)),
        *_matrix("branch", "fbus tbus r x b rateA rateB rateC ratio angle status angmin angmax", branch),
    ]
    if case.dc.ids:
        head = "fbus tbus status Pf Pt Qf Qt Vf Vt Pmin Pmax QminF QmaxF QminT QmaxT loss0 loss1"
        lines += _matrix("dcline", head, _dc_rows(case))
    lines += _cells("bus_name", network.bus_ids)
    lines += _cells("branch_name", b.ids)
    if case.dc.ids:
        lines += _cells("dcline_name", case.dc.ids)
    lines += _cells("genfuel", fuels)
    return "\n".join(lines) + "\n"


def _gen(bus: int, p_mw: float, case: GridCase) -> list[float]:
    return [
        bus + 1, p_mw, 0.0, Q_LIMIT_MVAR, -Q_LIMIT_MVAR, float(case.voltage_pu[bus]), case.network.base_mva, 1,
        max(p_mw, 0.0), min(p_mw, 0.0),
    ]  # fmt: skip


def _dc_rows(case: GridCase) -> Array:
    """A row a line, from the end that sends in this hour."""
    dc, rows = case.dc, []
    for k in range(len(dc.ids)):
        sent = float(dc.sent_mw[0, k])
        ends = (dc.from_bus[k], dc.to_bus[k]) if sent >= 0 else (dc.to_bus[k], dc.from_bus[k])
        most = dc.capacity_mw[k] if sent >= 0 else dc.reverse_capacity_mw[k]
        rows.append([
            ends[0] + 1, ends[1] + 1, 1, abs(sent), dc.arriving_mw[0, k], 0, 0, case.voltage_pu[ends[0]],
            case.voltage_pu[ends[1]], 0, most, -Q_LIMIT_MVAR, Q_LIMIT_MVAR, -Q_LIMIT_MVAR, Q_LIMIT_MVAR,
            dc.loss_mw[k] if sent else 0.0, dc.loss_share[k],
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
