"""The next hours of a base whose capacities stand, as one small programme that is solved again and again.

It is cut from the model of the year: capacities put in as figures, rows of a single column turned into bounds, what
reaches back over the window's beginning taken from the hours that were. Only bounds change from hour to hour, so HiGHS
goes on from the basis it has. Rows over the year are priced by their duals in the year's own answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gis_layers.errors import SolverError
from planning.lp.highs import loaded
from planning.lp.model import LinearProgram
from planning.sizing.case import BaseCase
from planning.sizing.model import Model, build_model
from planning.sizing.parts.wind_pv import NAMES as WIND_PV
from planning.sizing.resource import BaseResource

Array = NDArray[np.float64]
Index = NDArray[np.int64]

LEVELS = ("battery_level", "pumped_level", "reservoir", "csp_heat")
"""Stores whose level at the end of the window is held to a guide."""


@dataclass(frozen=True, slots=True)
class Step:
    """The first hour of a solved window."""

    values: dict[str, float]
    """By name of the hourly column. [GW, GWh]"""
    missing_gw: float


class Window:
    """The programme of the next hours, kept in HiGHS."""

    def __init__(
        self,
        case: BaseCase,
        capacities: Mapping[str, float],
        hours: int,
        year_hours: int,
        *,
        missing_price: float,
        guide_price: float,
        hourly_cost: Mapping[str, float],
    ) -> None:
        """
        Parameters
        ----------
        case
            Capacities given; without a cascade, whose power is part of what is asked for.
        capacities
            Values of the columns that are one figure for the year, by name. [GW, GWh]
        missing_price, guide_price
            Of energy not delivered, and of a level below the guide. [million CNY/GWh]
        hourly_cost
            Of each hourly column. [million CNY/GWh]
        """
        self.hours, self.year_hours = hours, year_hours
        back = 1 if case.thermal is None else max(1, case.thermal.min_up_h)
        whole = back + hours + 1
        profiles = _profiles_of(case)
        # Wind and sun at their fullest: an hour without any is no column's at all.
        full = build_model(case, BaseResource(dict.fromkeys(profiles, np.ones(whole))))
        program, columns = full.program, full.columns
        self.names = [name for name, index in columns.items() if index.size == whole]
        fixed = np.zeros(program.columns)
        for name, index in columns.items():
            if index.size == 1:
                fixed[index] = capacities.get(name, 0.0)
        # Of a somewhat longer year the middle, where no hour is the first or the last.
        stage = np.asarray(program.row_stage)
        rows = np.flatnonzero((stage >= back) & (stage < back + hours))
        self.row_hour = stage[rows] - back
        matrix = program.matrix.tocsr()[rows]
        at_full = matrix @ fixed
        self.gain = {
            name: 2.0 * (at_full - _at_half(case, profiles, name, whole, rows, fixed)) for name in profiles
        }
        constant = at_full - sum(self.gain.values(), np.zeros(rows.size))
        hourly = np.concatenate([columns[name] for name in self.names])
        body = matrix[:, hourly].tocoo()
        name_of, hour_of = body.col // whole, body.col % whole - back
        past = hour_of < 0
        self.back_row = body.row[past].astype(np.int64)
        self.back_value = body.data[past]
        self.back_name, self.back_hour = name_of[past], hour_of[past]
        self.reach = back
        inside = sp.csr_array(
            (body.data[~past], (body.row[~past], name_of[~past] * hours + hour_of[~past])),
            shape=(rows.size, len(self.names) * hours),
        )
        self.place = {name: k * hours + np.arange(hours) for k, name in enumerate(self.names)}
        self.cost = np.concatenate([np.full(hours, hourly_cost[name]) for name in self.names])
        self._bounds_of_year(case, profiles, constant)
        self._load(inside, missing_price, guide_price)

    def _bounds_of_year(self, case: BaseCase, profiles: tuple[str, ...], constant: Array) -> None:
        """(block, hour) bounds of all hours of the year, capacities put in, profiles at 0."""
        model = build_model(case, BaseResource(dict.fromkeys(profiles, np.ones(self.year_hours))))
        program = model.program
        blocks = hourly_blocks(np.asarray(program.row_stage), self.year_hours)
        taken = constant.reshape(-1, self.hours)[:, 0]
        shape = (len(blocks), self.year_hours)
        # A block without its first hour: what was before the year is free.
        self.low, self.high = np.full(shape, -np.inf), np.full(shape, np.inf)
        for k, block in enumerate(blocks):
            self.low[k, -block.size :] = program.row_lower[block] - taken[k]
            self.high[k, -block.size :] = program.row_upper[block] - taken[k]
        hourly = np.concatenate([model.columns[name] for name in self.names])
        self.column_low = program.lower[hourly].reshape(-1, self.year_hours)
        self.column_high = program.upper[hourly].reshape(-1, self.year_hours)

    def _load(self, inside: sp.csr_array, missing_price: float, guide_price: float) -> None:
        hours, count = self.hours, inside.shape[1]
        entries = np.diff(inside.indptr)
        self.single = np.flatnonzero(entries == 1)
        self.single_column = inside.indices[inside.indptr[self.single]].astype(np.int64)
        self.single_value = inside.data[inside.indptr[self.single]]
        self.kept = np.flatnonzero(entries > 1)
        body = inside[self.kept]
        # What is missing feeds the node in its hour; the balance are the first rows.
        missing = sp.csr_array(
            (np.ones(hours), (np.arange(hours), np.arange(hours))), shape=(self.kept.size, hours)
        )
        if not np.array_equal(self.kept[:hours], np.arange(hours)):
            raise SolverError("lp_structure", rows=int(self.kept.size))
        self.stores = [name for name in LEVELS if name in self.names]
        ends = [int(self.place[name][-1]) for name in self.stores]
        short = sp.csr_array((self.kept.size, len(ends)))
        guide = sp.csr_array((np.ones(len(ends)), (np.arange(len(ends)), ends)), shape=(len(ends), count))
        matrix = sp.vstack(
            [
                sp.hstack([body, missing, short]),
                sp.hstack([guide, sp.csr_array((len(ends), hours)), sp.eye_array(len(ends))]),
            ],
            format="csc",
        )
        self.columns = count + hours + len(ends)
        cost = np.concatenate([self.cost, np.full(hours, missing_price), np.full(len(ends), guide_price)])
        self.extra_high = np.full(hours + len(ends), np.inf)
        self.guided = hours - 1
        rows = matrix.shape[0]
        program = LinearProgram(
            cost, matrix, np.full(rows, -np.inf), np.full(rows, np.inf), np.zeros(self.columns),
            np.full(self.columns, np.inf),
        )  # fmt: skip
        self.solver = _simplex(program)
        self.every_row = np.arange(rows, dtype=np.int32)
        self.every_column = np.arange(self.columns, dtype=np.int32)

    def first_hour(
        self,
        start: int,
        forecast: Mapping[str, Array],
        wanted_gw: Array,
        beside_gw: Array,
        before: Mapping[str, Array],
        guide_gwh: Mapping[str, float],
    ) -> Step:
        """What is done in the first hour of the window.

        Parameters
        ----------
        start
            Hour of the year.
        forecast : by profile, (hour,)
            The first is what comes.
        wanted_gw, beside_gw : (hour,)
            Asked of the channel; power that comes of itself.
        before : by hourly column, (reach,)
            The hours that were, latest last.
        guide_gwh
            Least level by store at the end of the window, or of the year where that comes before.
        """
        self._guide_at(min(self.hours, self.year_hours - start) - 1)
        index = (start + np.arange(self.hours)) % self.year_hours
        low, high, column_low, column_high = (
            np.ascontiguousarray(bounds[:, index]).ravel()
            for bounds in (self.low, self.high, self.column_low, self.column_high)
        )
        for name, values in forecast.items():
            moved = self.gain[name] * values[self.row_hour]
            low -= moved
            high -= moved
        asked = slice(0, self.hours)
        low[asked] -= beside_gw
        high[asked] -= beside_gw
        if self.back_row.size:
            past = np.array(
                [before[self.names[k]][hour] for k, hour in zip(self.back_name, self.back_hour, strict=True)]
            )
            known = np.zeros(low.size)
            np.add.at(known, self.back_row, self.back_value * past)
            low, high = low - known, high - known
        column_low[self.place["delivered"]] = column_high[self.place["delivered"]] = wanted_gw
        self._tightened(low, high, column_low, column_high)
        guides = np.array([guide_gwh[name] for name in self.stores])
        solver = self.solver
        solver.changeRowsBounds(
            self.every_row.size,
            self.every_row,
            np.concatenate([low[self.kept], guides]),
            np.concatenate([high[self.kept], np.full(guides.size, np.inf)]),
        )
        solver.changeColsBounds(
            self.columns,
            self.every_column,
            np.concatenate([column_low, np.zeros(self.extra_high.size)]),
            np.concatenate([column_high, self.extra_high]),
        )
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A basis that leads nowhere is no verdict.
            solver.clearSolver()
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                status = solver.modelStatusToString(solver.getModelStatus())
                raise SolverError("lp_failed", solver="highs", status=status)
        x = np.asarray(solver.getSolution().col_value)
        return Step(
            {name: float(x[place[0]]) for name, place in self.place.items()},
            float(x[len(self.names) * self.hours]),
        )

    def _guide_at(self, hour: int) -> None:
        """Let the guides hold at this hour of the window."""
        if hour == self.guided:
            return
        for k, name in enumerate(self.stores):
            row = self.kept.size + k
            self.solver.changeCoeff(row, int(self.place[name][self.guided]), 0.0)
            self.solver.changeCoeff(row, int(self.place[name][hour]), 1.0)
        self.guided = hour

    def _tightened(self, low: Array, high: Array, column_low: Array, column_high: Array) -> None:
        """Rows of one column as bounds of it."""
        a, b = low[self.single] / self.single_value, high[self.single] / self.single_value
        least, most = np.minimum(a, b), np.maximum(a, b)
        np.maximum.at(column_low, self.single_column, least)
        np.minimum.at(column_high, self.single_column, most)
        # What the last digit lets cross is one figure.
        column_high[:] = np.maximum(column_low, column_high)


def hourly_blocks(stage: Index, hours: int) -> list[Index]:
    """Rows of each law, one an hour or one for every hour but the first; single rows of an hour are none."""
    rows = np.flatnonzero(stage >= 0)
    breaks = np.flatnonzero((np.diff(rows) != 1) | (np.diff(stage[rows]) != 1)) + 1
    return [block for block in np.split(rows, breaks) if block.size >= hours - 1]


def _profiles_of(case: BaseCase) -> tuple[str, ...]:
    found = [name for name in WIND_PV if getattr(case, name) is not None]
    return (*found, "csp_heat") if case.csp is not None else tuple(found)


def _at_half(
    case: BaseCase, profiles: tuple[str, ...], halved: str, hours: int, rows: Index, fixed: Array
) -> Array:
    """(row,) what fixed capacities make of the rows when one profile is 0.5 and the others 1."""
    given = {name: np.full(hours, 0.5 if name == halved else 1.0) for name in profiles}
    model: Model = build_model(case, BaseResource(given))
    return np.asarray(model.program.matrix.tocsr()[rows] @ fixed)


def _simplex(program: LinearProgram) -> highspy.Highs:
    solver = loaded(program)
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
    return solver
