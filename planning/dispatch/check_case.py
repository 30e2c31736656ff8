"""What a dispatch case must be before it is solved: every array's shape, sign and range, and sense together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.dispatch.case import Array, DispatchCase, Lines, Thermal

_MOST_NAMED = 20
"""Problems of one array that are named one by one; the rest is counted."""


@dataclass(slots=True)
class _Checker:
    case: DispatchCase
    problems: list[Problem] = field(default_factory=list)

    def say(self, name: str, found: str, expected: str) -> None:
        self.problems.append(Problem("dispatch case", name, found, expected))

    def array(
        self,
        name: str,
        values: Array | None,
        shapes: tuple[tuple[int, ...], ...],
        low: float,
        high: float,
        *,
        ids: tuple[str, ...] = (),
        blank: bool = False,
        endless: bool = False,
        above: bool = False,
    ) -> None:
        """`blank` allows nan, `endless` infinity; `above` asks for more than `low`. None is a field left out."""
        if values is None:
            return
        if values.shape not in shapes:
            want = " or ".join(str(s) for s in shapes)
            self.say(name, f"shape {values.shape}", f"shape {want}")
            return
        missing = (np.isnan(values) & (not blank)) | (np.isinf(values) & (not endless))
        if missing.any():
            self._name(name, values, missing, "a number", ids)
            return
        bad = np.asarray(((values <= low) if above else (values < low)) | (values > high))
        if bad.any():
            top = "or more" if np.isinf(high) else f"to {high:g}"
            self._name(name, values, bad, f"above {low:g}" if above else f"{low:g} {top}", ids)

    def _name(
        self, name: str, values: Array, bad: NDArray[np.bool_], expected: str, ids: tuple[str, ...]
    ) -> None:
        """One problem a row (its first fault), so that a bad hour is not told 8,760 times."""
        rows = np.unique(np.argwhere(bad)[:, 0])
        for row in rows[:_MOST_NAMED]:
            of_row = np.argwhere(bad[row])
            place = (int(row), *(int(i) for i in of_row[0])) if values.ndim > 1 else (int(row),)
            label = f" ({ids[row]})" if row < len(ids) else ""
            number = float(values[place])
            found = "a blank" if np.isnan(number) else f"{number:g}"
            self.say(f"{name}[{', '.join(map(str, place))}]{label}", found, expected)
        if len(rows) > _MOST_NAMED:
            self.say(name, f"{len(rows) - _MOST_NAMED} more rows like these", expected)


def validate(case: DispatchCase) -> DispatchCase:
    """The same case, proved to be of one piece.

    Raises
    ------
    InputError
        With every array of wrong shape, sign or range (array, row and its name, found, expected), line to
        nowhere, and price order under which an optimum would burn energy.
    """
    check = _Checker(case)
    n, h = case.nodes, case.hours
    node, hourly, inf = (n,), (n, h), np.inf
    ids = case.node_ids
    for name in ("load_mw", "wind_mw", "pv_mw", "nuclear_mw"):
        check.array(name, getattr(case, name), (hourly,), 0.0, inf, ids=ids)
    check.array("nuclear_min_share", case.nuclear_min_share, (node,), 0.0, 1.0, ids=ids)
    check.array("nuclear_cost_cny_per_mwh", case.nuclear_cost_cny_per_mwh, (node,), 0.0, inf, ids=ids)
    for thermal in case.thermals:
        _thermal(check, thermal)
    hydro = case.hydro
    check.array("hydro.capacity_mw", hydro.capacity_mw, (node,), 0.0, inf, ids=ids)
    check.array("hydro.inflow_mw", hydro.inflow_mw, (hourly,), 0.0, inf, ids=ids)
    check.array("hydro.reservoir_mwh", hydro.reservoir_mwh, (node, hourly), 0.0, inf, ids=ids)
    check.array("hydro.min_release_share", hydro.min_release_share, (node, hourly), 0.0, 1.0, ids=ids)
    check.array("hydro.initial_share", hydro.initial_share, (node,), 0.0, 1.0, ids=ids)
    for storage in case.storages:
        where = f"storages[{storage.kind}]"
        check.array(f"{where}.power_mw", storage.power_mw, (node,), 0.0, inf, ids=ids)
        check.array(f"{where}.energy_mwh", storage.energy_mwh, (node,), 0.0, inf, ids=ids)
        check.array(f"{where}.efficiency_charge", storage.efficiency_charge, (node,), 1e-3, 1.0, ids=ids)
        check.array(
            f"{where}.efficiency_discharge", storage.efficiency_discharge, (node,), 1e-3, 1.0, ids=ids
        )
        if storage.cost_cny_per_mwh < case.curtailment_cny_per_mwh:
            check.say(
                f"{where}.cost_cny_per_mwh",
                f"{storage.cost_cny_per_mwh:g}",
                f"at least the curtailment cost, {case.curtailment_cny_per_mwh:g}",
            )
        if not 0.0 <= storage.initial_share <= 1.0:
            check.say(f"{where}.initial_share", f"{storage.initial_share:g}", "0 to 1")
    _lines(check, case.lines)
    _system(check)
    if check.problems:
        raise InputError(check.problems)
    return case


def _thermal(check: _Checker, thermal: Thermal) -> None:
    case, where = check.case, f"thermals[{thermal.technology}]"
    node, hourly, ids, inf = (case.nodes,), (case.nodes, case.hours), case.node_ids, np.inf
    check.array(f"{where}.capacity_mw", thermal.capacity_mw, (node, hourly), 0.0, inf, ids=ids)
    check.array(f"{where}.min_share", thermal.min_share, (node, hourly), 0.0, 1.0, ids=ids)
    check.array(f"{where}.cost_cny_per_mwh", thermal.cost_cny_per_mwh, (node,), 0.0, inf, ids=ids)
    check.array(f"{where}.co2_t_per_mwh", thermal.co2_t_per_mwh, (node,), 0.0, inf, ids=ids)
    check.array(
        f"{where}.ramp_share_per_h", thermal.ramp_share_per_h, (node,), 0.0, inf,
        ids=ids, endless=True, above=True,
    )  # fmt: skip
    check.array(f"{where}.unit_min_share", thermal.unit_min_share, (node,), 0.0, 1.0, ids=ids)
    check.array(f"{where}.reserve_reach_share", thermal.reserve_reach_share, (node,), 0.0, 1.0, ids=ids)
    check.array(f"{where}.least_mwh", thermal.least_mwh, (node,), 0.0, inf, ids=ids)


def _lines(check: _Checker, lines: Lines) -> None:
    case, count = check.case, lines.count
    line, hourly, ids, inf = (count,), (count, case.hours), lines.ids, np.inf
    check.array("lines.capacity_mw", lines.capacity_mw, (line,), 0.0, inf, ids=ids)
    check.array("lines.reverse_capacity_mw", lines.reverse_capacity_mw, (line,), 0.0, inf, ids=ids)
    check.array("lines.loss_share", lines.loss_share, (line,), 0.0, 0.5, ids=ids)
    check.array(
        "lines.cost_cny_per_mwh", lines.cost_cny_per_mwh, (line,), case.curtailment_cny_per_mwh, inf, ids=ids
    )
    check.array("lines.min_share", lines.min_share, (line, hourly), 0.0, 1.0, ids=ids)
    check.array("lines.available_share", lines.available_share, (hourly,), 0.0, 1.0, ids=ids)
    check.array("lines.min_power_share", lines.min_power_share, (line,), 0.0, 1.0, ids=ids)
    check.array(
        "lines.ramp_share_per_h", lines.ramp_share_per_h, (line,), 0.0, inf, ids=ids, endless=True, above=True
    )
    check.array("lines.curve_share", lines.curve_share, (hourly,), 0.0, 1.0, ids=ids, blank=True)
    check.array(
        "lines.reactance_ohm", lines.reactance_ohm, (line,), 0.0, inf, ids=ids, blank=True, above=True
    )
    check.array("lines.least_sent_mwh", lines.least_sent_mwh, (line,), 0.0, inf, ids=ids)
    curve = lines.curve_share
    if curve is not None and curve.shape == hourly:
        blank = np.isnan(curve)
        for row in np.flatnonzero(blank.any(axis=1) & ~blank.all(axis=1)):
            hour = int(np.argmax(blank[row]))
            check.say(
                f"lines.curve_share[{row}, {hour}] ({ids[row]})", "a blank", "a share, or blank in all hours"
            )
    for end in ("from_index", "to_index"):
        index = getattr(lines, end)
        if index.shape != line:
            check.say(f"lines.{end}", f"shape {index.shape}", f"shape {line}")
            continue
        for row in np.flatnonzero((index < 0) | (index >= case.nodes)):
            name = f" ({ids[row]})"
            check.say(f"lines.{end}[{row}]{name}", f"{index[row]}", f"a node, 0 to {case.nodes - 1}")
    if lines.from_index.shape == lines.to_index.shape == line:
        for row in np.flatnonzero(lines.from_index == lines.to_index):
            check.say(f"lines[{row}] ({ids[row]})", "a line from a node to itself", "two different nodes")
    if len(lines.kinds) != count:
        check.say("lines.kinds", f"{len(lines.kinds)} kinds", f"{count}, one a line")


def _system(check: _Checker) -> None:
    """Synchronous grids, the reserve they keep, and lines of Kirchhoff's within one of them."""
    case, lines = check.case, check.case.lines
    node, ids = (case.nodes,), case.node_ids
    check.array("reserve_share", case.reserve_share, (node,), 0.0, 1.0, ids=ids)
    check.array("reserve_mw", case.reserve_mw, (node, (case.nodes, case.hours)), 0.0, np.inf, ids=ids)
    for name in ("curve", "ramp", "reserve", "target"):
        price = getattr(case, f"{name}_cny_per_mwh")
        if not 0.0 <= price < np.inf:
            check.say(f"{name}_cny_per_mwh", f"{price:g}", "0 or more")
    areas = case.sync_area
    if not areas:
        for name in ("reserve_share", "reserve_mw"):
            if getattr(case, name) is not None:
                check.say("sync_area", f"none, but {name} is given", "a synchronous grid for every node")
        return
    if len(areas) != case.nodes:
        check.say("sync_area", f"{len(areas)} names", f"{case.nodes}, one a node")
        return
    if lines.reactance_ohm is None or lines.reactance_ohm.shape != (lines.count,):
        return
    for row in np.flatnonzero(np.isfinite(lines.reactance_ohm)):
        ends = (int(lines.from_index[row]), int(lines.to_index[row]))
        if min(ends) < 0 or max(ends) >= case.nodes:
            continue
        a, b = areas[ends[0]], areas[ends[1]]
        if a != b:
            check.say(
                f"lines.reactance_ohm[{row}] ({lines.ids[row]})",
                f"an AC tie from {a} to {b}",
                "one synchronous grid, or a blank",
            )
