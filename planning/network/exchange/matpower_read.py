"""A MATPOWER case, version 2, as a network: what `runpf` makes of it, without limits of reactive power."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.network.ac import Branches
from planning.network.exchange.build import built, refuse_size, text_of
from planning.network.exchange.case import DcLines, GridCase, no_dc
from planning.network.exchange.given_lines import GIVEN_LINE, GivenLine, as_dc_lines, joined
from planning.network.exchange.matpower import ISOLATED, PQ, PV, REF
from planning.network.exchange.matpower_text import CaseText, parse_case

Array = NDArray[np.float64]

COLUMNS = {"bus": 13, "gen": 10, "branch": 11, "dcline": 17}
"""The fewest a table of version 2 has."""
FINITE = {
    "bus": [1, 2, 3, 4, 5, 7, 9], "gen": [1, 2, 5, 7], "branch": [2, 3, 4, 8, 9, 10], "dcline": [2, 3, 7, 8, 15, 16],
}  # fmt: skip
"""Columns that go into the flow."""


def read_matpower(path: Path) -> GridCase:
    """The network of a case file (.m).

    Notes
    -----
    A bus holds its voltage where it is of type 2 or 3 and has a generator in service; the missing power is given at
    the reference buses. DC lines in service count as after `toggle_dcline`; those written as generators are lines again.

    Raises
    ------
    InputError
        Everything wrong at once: no base MVA, tables or columns missing, numbers of buses twice or unknown, branches
        without impedance, islands without a reference bus; a text that computes; a file that is too large.
    """
    case = parse_case(text_of(path), path.name)
    _check(case, path.name)
    bus = case.matrices["bus"]
    refuse_size(path.name, len(bus))
    used = bus[:, 1] != ISOLATED
    rows = np.flatnonzero(used)
    at = {int(number): k for k, number in enumerate(bus[rows, 0])}
    base = case.scalars["baseMVA"]
    gen = case.matrices.get("gen", np.zeros((0, 10)))
    on = (gen[:, 7] > 0) & np.isin(gen[:, 0], bus[rows, 0])
    fuels = case.cells.get("genfuel", ())
    generation: dict[str, Array] = {}
    voltage = bus[rows, 7].copy()
    kind = bus[rows, 1].copy()
    has_gen = np.zeros(len(rows), dtype=bool)
    reactive = -bus[rows, 3]
    lines = _given_lines(case, at)
    of_line = {k for _, pair in lines for k in pair}
    for k in np.flatnonzero(on):
        if int(k) in of_line:
            continue
        place = at[int(gen[k, 0])]
        carrier = fuels[k] if len(fuels) == len(gen) else "generation"
        generation.setdefault(carrier, np.zeros((1, len(rows))))[0, place] += gen[k, 1]
        has_gen[place] = True
        if kind[place] == PQ:
            reactive[place] += gen[k, 2]
        else:
            voltage[place] = gen[k, 5]
    dc = _dc(case, at)
    for ends, held in ((dc.from_bus, _dc_rows(case, at)[:, 7]), (dc.to_bus, _dc_rows(case, at)[:, 8])):
        free = kind[ends] == PQ  # toggle_dcline makes them hold their voltage
        voltage[ends[free]] = held[free]
        kind[ends[free]] = PV
        has_gen[ends] = True
    holds = (kind != PQ) & has_gen
    names = case.cells.get("bus_name", ())
    named = len(names) == len(bus) and len(set(names)) == len(names)
    return built(
        path.name,
        name=path.stem,
        bus_ids=tuple(names[r] if named else f"{bus[r, 0]:.0f}" for r in rows),
        base_mva=base,
        branches=_branches(case, at),
        shunt_pu=(bus[rows, 4] + 1j * bus[rows, 5]) / base,
        holds=holds,
        reference=holds & (kind == REF),
        base_kv=bus[rows, 9],
        generation_mw=generation or {"generation": np.zeros((1, len(rows)))},
        demand_mw={"load": bus[rows, 2][None]},
        reactive_mvar=reactive[None],
        voltage_pu=voltage,
        dc=joined(dc, as_dc_lines([line for line, _ in lines])),
    )


def _given_lines(case: CaseText, at: dict[int, int]) -> list[tuple[GivenLine, tuple[int, int]]]:
    """Lines written as two generators, a row of `dcline` out of service beside them; with the generators' rows."""
    table, gen = case.matrices.get("dcline", np.zeros((0, 17))), case.matrices.get("gen", np.zeros((0, 10)))
    fuels, names = case.cells.get("genfuel", ()), case.cells.get("dcline_name", ())
    own = [k for k, fuel in enumerate(fuels) if fuel == GIVEN_LINE]
    rows = [k for k, row in enumerate(table) if row[2] == 0]
    if len(fuels) != len(gen) or len(names) != len(table) or len(own) != 2 * len(rows):
        return []
    lines = []
    for number, k in enumerate(rows):
        pair = own[2 * number], own[2 * number + 1]
        first, last = gen[list(pair)]
        start, end = int(table[k, 0]), int(table[k, 1])
        sent, arriving = -float(first[1]), float(last[1])
        fits = (first[0], last[0]) == (start, end) and first[7] > 0 and last[7] > 0 and 0 <= arriving <= sent
        if not fits or start not in at or end not in at or first[2] or last[2]:
            return []
        lines.append((GivenLine(names[k], at[start], at[end], sent, arriving, float(table[k, 10])), pair))
    return lines


def _check(case: CaseText, where: str) -> None:
    problems = []
    version = case.words.get("version", "")
    if version != "2" and case.scalars.get("version") != 2:
        problems.append(Problem(where, "mpc.version", version or "nothing", "version 2"))
    base = case.scalars.get("baseMVA")
    if base is None or not base > 0 or not np.isfinite(base):
        found = "nothing" if base is None else f"{base:g}"
        problems.append(Problem(where, "mpc.baseMVA", found, "a number above 0"))
    for name, least in COLUMNS.items():
        table = case.matrices.get(name)
        if table is None or not len(table):
            if name in ("bus", "branch"):
                problems.append(
                    Problem(where, f"mpc.{name}", "nothing", f"a table of {least} columns or more")
                )
        elif table.shape[1] < least:
            found = f"{table.shape[1]} columns"
            problems.append(Problem(where, f"mpc.{name}", found, f"a table of {least} columns or more"))
    if problems:
        raise InputError(problems)
    bus = case.matrices["bus"]
    numbers, count = np.unique(bus[:, 0], return_counts=True)
    for number in numbers[count > 1]:
        problems.append(Problem(f"{where} mpc.bus", "bus_i", f"{number:g} twice", "each number once"))
    for row, kind in enumerate(bus[:, 1]):
        if kind not in (1, 2, 3, 4):
            problems.append(Problem(f"{where} mpc.bus row {row + 1}", "type", f"{kind:g}", "1, 2, 3 or 4"))
    for name, count_of_ends in (("gen", 1), ("branch", 2), ("dcline", 2)):
        ends = case.matrices.get(name, np.zeros((0, 2)))[:, :count_of_ends]
        for at, end in zip(*np.nonzero(~np.isin(ends, numbers)), strict=True):
            place = f"{where} mpc.{name} row {at + 1}"
            problems.append(Problem(place, "bus", f"{ends[at, end]:g}", "a bus of mpc.bus"))
    for name, columns in FINITE.items():
        figures = case.matrices.get(name, np.zeros((0, 20)))[:, columns]
        for at in np.flatnonzero(~np.isfinite(figures).all(axis=1)):
            place = f"{where} mpc.{name} row {at + 1}"
            problems.append(Problem(place, "value", "Inf or NaN", "a number"))
    for at in np.flatnonzero(case.matrices.get("dcline", np.zeros((0, 17)))[:, 3] < 0):
        place = f"{where} mpc.dcline row {at + 1}"
        problems.append(Problem(place, "Pf", "a number below 0", "0 or more, sent from fbus"))
    if problems:
        raise InputError(problems[:20])


def _branches(case: CaseText, at: dict[int, int]) -> Branches:
    table = case.matrices["branch"]
    names = case.cells.get("branch_name", ())
    rows = [k for k, row in enumerate(table) if row[10] > 0 and int(row[0]) in at and int(row[1]) in at]
    b = table[rows]
    named = len(names) == len(table) and len(set(names)) == len(names)
    return Branches(
        ids=tuple(names[k] if named else f"{table[k, 0]:.0f}-{table[k, 1]:.0f} (row {k + 1})" for k in rows),
        from_bus=np.array([at[int(n)] for n in b[:, 0]], dtype=np.int64),
        to_bus=np.array([at[int(n)] for n in b[:, 1]], dtype=np.int64),
        r_pu=b[:, 2],
        x_pu=b[:, 3],
        g_pu=np.zeros(len(rows)),
        b_pu=b[:, 4],
        ratio=np.where(b[:, 8] == 0, 1.0, b[:, 8]),
        shift_rad=np.deg2rad(b[:, 9]),
        rating_mva=np.where(b[:, 5] == 0, np.inf, b[:, 5]),
    )


def _dc_rows(case: CaseText, at: dict[int, int]) -> Array:
    table = case.matrices.get("dcline", np.zeros((0, 17)))
    return table[[row[2] > 0 and int(row[0]) in at and int(row[1]) in at for row in table]]


def _dc(case: CaseText, at: dict[int, int]) -> DcLines:
    rows = _dc_rows(case, at)
    if not len(rows):
        return no_dc(1)
    every, names = case.matrices["dcline"], case.cells.get("dcline_name", ())
    kept = names if len(names) == len(every) == len(rows) else [f"dcline-{k + 1}" for k in range(len(rows))]
    return DcLines(
        ids=tuple(kept),
        kinds=("dc",) * len(rows),
        from_bus=np.array([at[int(n)] for n in rows[:, 0]], dtype=np.int64),
        to_bus=np.array([at[int(n)] for n in rows[:, 1]], dtype=np.int64),
        capacity_mw=rows[:, 10],
        reverse_capacity_mw=np.maximum(-rows[:, 9], 0.0),
        loss_share=rows[:, 16],
        loss_mw=rows[:, 15],
        sent_mw=rows[None, :, 3],
    )
