"""The optimum's programme in the making: its columns and rows by week and step, and where everything in it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planning.dispatch.case import hourly
from planning.expansion.case import Expansion, Option
from planning.expansion.weeks import WeekData, sample
from planning.lp import LinearProgram
from planning.lp.builder import ProgramBuilder

Array = NDArray[np.float64]
Index = NDArray[np.int64]

GW = 1e3
MILLION = 1e6
OVER = 5.0
"""A capacity beyond its bound costs so many times its price, where it is asked which bounds are in the way."""


@dataclass(slots=True)
class Built:
    """The programme and where everything in it is; columns are (week, step, member) or (member,)."""

    program: LinearProgram
    balance: Index
    """(week, step, node) rows."""
    added: dict[str, tuple[Index, Index]]
    """By technology: nodes and columns."""
    over: dict[str, tuple[Index, Index]]
    """The same of what is beyond the bounds (`wind_land` beyond the land's); empty unless asked."""
    lines: Index
    """(candidate,)"""
    slack: dict[str, int]
    """By target."""
    target_rows: dict[str, int]
    thermal: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    nuclear: tuple[Index, Index] | None = None
    hydro: tuple[Index, Index] | None = None
    charge: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    discharge: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    contract: tuple[Index, Index] | None = None
    forward: tuple[Index, Index] | None = None
    reverse: tuple[Index, Index] | None = None
    new_forward: tuple[Index, Index] | None = None
    new_reverse: tuple[Index, Index] | None = None
    curtailed: tuple[Index, Index] | None = None
    pushed: tuple[Index, Index] | None = None
    unserved: tuple[Index, Index] | None = None


class Maker:
    """The programme in the making: columns and rows by week and step."""

    def __init__(self, x: Expansion, data: WeekData, fixed_line_mw: Array | None, relax: bool) -> None:
        self.x, self.data, self.case = x, data, x.case
        self.b = ProgramBuilder()
        self.weeks, self.steps = data.load_mw.shape[1:]
        self.count = self.weeks * self.steps
        self.stage = np.arange(self.count).reshape(self.weeks, self.steps)
        self.hours = data.hours
        """(week, step)"""
        self.relax, self.fixed_line_mw = relax, fixed_line_mw
        need = self.first(data.load_mw - data.wind_mw - data.pv_mw) / GW
        self.balance = self.rows(need, need, self.case.nodes)
        self.built = Built(None, self.balance, {}, {}, np.zeros(0, dtype=np.int64), {}, {})  # type: ignore[arg-type]

    @staticmethod
    def first(values: Array) -> Array:
        """(node, week, step) -> (week, step, node)"""
        return np.ascontiguousarray(np.moveaxis(values, 0, 2))

    def sampled(self, values: Array) -> Array:
        """(node,) or (node, hour) -> (week, step, node)"""
        if values.ndim == 1:
            return np.broadcast_to(values, (self.weeks, self.steps, len(values)))
        return self.first(sample(hourly(values, self.case.hours), self.data.weeks, self.data.step_hours))

    def columns(
        self, members: Index, upper: Array | float, cost: Array | float, lower: Array | float = 0.0
    ) -> Index:
        """(week, step, member) columns; bounds [GW] spread to that shape, `cost` (member,) in CNY/MWh."""
        shape = (self.weeks, self.steps, len(members))
        price = np.broadcast_to(np.asarray(cost, dtype=np.float64), (len(members),))
        yearly = self.hours[:, :, None] * price * (GW / MILLION)
        top = np.broadcast_to(np.asarray(upper, dtype=np.float64), shape).ravel()
        low = np.broadcast_to(np.asarray(lower, dtype=np.float64), shape).ravel()
        made = self.b.columns(int(np.prod(shape)), cost=yearly.ravel(), lower=low, upper=top)
        return made.reshape(shape)

    def rows(self, lower: Array | float, upper: Array | float, members: int) -> Index:
        """(week, step, member) rows; bounds spread to that shape. [GW]"""
        shape = (self.weeks, self.steps, members)
        low = np.broadcast_to(np.asarray(lower, dtype=np.float64), shape).ravel()
        high = np.broadcast_to(np.asarray(upper, dtype=np.float64), shape).ravel()
        stage = np.broadcast_to(self.stage[:, :, None], shape).ravel()
        return self.b.rows(low, high, stage, int(np.prod(shape))).reshape(shape)

    def at(self, nodes: Index) -> Index:
        """(week, step, member) balance rows of nodes."""
        return np.asarray(self.balance[:, :, nodes])

    def capacity(self, option: Option) -> tuple[Index, Index]:
        """Nodes and columns of what may be added. [GW]"""
        nodes = np.flatnonzero(option.max_mw > 0)
        yearly = option.cost.yearly * GW / MILLION
        most = option.max_mw[nodes] / GW
        columns = self.b.columns(
            len(nodes), cost=yearly, lower=option.min_mw[nodes] / GW, upper=np.inf if self.relax else most
        )
        self.built.added[option.technology] = (nodes, columns)
        if self.relax:
            for place in np.flatnonzero(np.isfinite(most)):
                row = self.b.rows(-np.inf, most[place], -1, 1)
                self.b.put(row, columns[place], 1.0)
                self.beyond(option.technology, nodes[[place]], yearly, row)
        return nodes, columns

    def beyond(self, technology: str, nodes: Index, yearly: float, row: Index) -> None:
        """A way past a limit, at many times the price (`yearly`, million CNY a GW and year)."""
        columns = self.b.columns(len(nodes), cost=OVER * yearly)
        self.b.put(row, columns, -1.0)
        before = self.built.over.get(technology)
        if before is not None:
            nodes, columns = np.concatenate([before[0], nodes]), np.concatenate([before[1], columns])
        self.built.over[technology] = (nodes, columns)
