"""The programme while it is put together: the node's balance, capacities, sums over the year, limits.

Units inside: GW, GWh, million CNY, kt of CO2, km2. An hour is a stage of the chain that `planning.lp` solves; columns may
reach over some hours, as water on its way does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.lp.builder import ProgramBuilder
from planning.sizing.fields import Capacity
from planning.technology import annuity_factor

Array = NDArray[np.float64]
Index = NDArray[np.int64]

HOURS = 8760
Slope = Callable[[Array], float]


@dataclass(frozen=True, slots=True)
class Limit:
    """A row 'activity >= bound' over the year, with the natural unit in which its limit is told."""

    name: str
    unit: str
    row: int
    slope: Slope
    """Of the answer x: by how much the row's bound falls when the limit gives by one natural unit."""
    slack: int | None
    """Column that lets it give, counted as the row is."""


@dataclass(frozen=True, slots=True)
class BoundLimit:
    """An upper bound of a column that is a limit: a largest capacity."""

    name: str
    unit: str
    column: int
    per_unit: float
    """Of the column, in one natural unit."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A parameter that moves many bounds at once, as the channel's capacity does."""

    name: str
    unit: str
    columns: Index
    per_unit: Array
    """(column,) by which their upper bounds rise with one natural unit."""
    rows: Index
    rows_per_unit: Array
    """(row,) by which their bounds rise."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A linear sum over the columns: sum of coefficient x column, plus a constant."""

    columns: Index
    coefficients: Array
    constant: float = 0.0

    def value(self, x: Array) -> float:
        return float(self.coefficients @ x[self.columns]) + self.constant

    def scaled(self, factor: float) -> Expression:
        return Expression(self.columns, self.coefficients * factor, self.constant * factor)


def added(*parts: Expression) -> Expression:
    """The sum of expressions."""
    if not parts:
        return Expression(np.zeros(0, dtype=np.int64), np.zeros(0))
    return Expression(
        np.concatenate([p.columns for p in parts]),
        np.concatenate([p.coefficients for p in parts]),
        sum(p.constant for p in parts),
    )


class Assembly:
    """What the parts of a base write their columns and rows into."""

    def __init__(self, hours: int, rate: float, elastic: bool = False) -> None:
        self.builder = ProgramBuilder()
        self.hours = hours
        self.rate = rate
        self.elastic = elastic
        self.year_share = hours / HOURS
        self.stage: Index = np.arange(hours, dtype=np.int64)
        self.balance = self.builder.rows(0.0, 0.0, self.stage, hours)
        self.columns: dict[str, Index] = {}
        self.rows: dict[str, Index] = {}
        self.limits: list[Limit] = []
        self.bounds: list[BoundLimit] = []
        self.sensitivities: list[Sensitivity] = []
        self.cost_constant = 0.0
        self._sums: dict[str, list[Expression]] = {}

    # -- the node ----------------------------------------------------------------------------------

    def supply(self, columns: Index, sign: float = 1.0) -> None:
        """Columns that feed the node (+1) or draw from it (-1), one an hour."""
        self.builder.put(self.balance, columns, sign)

    def hourly(
        self, name: str, *, cost: ArrayLike = 0.0, upper: ArrayLike = np.inf, size: ArrayLike = 1.0
    ) -> Index:
        """One column an hour, 0 or more; `size` is what is usual in it."""
        self.columns[name] = self.builder.columns(self.hours, cost=cost, upper=upper, size=size)
        return self.columns[name]

    def hourly_rows(self, lower: ArrayLike, upper: ArrayLike) -> Index:
        return self.builder.rows(lower, upper, self.stage, self.hours)

    def later_rows(self, lower: ArrayLike, upper: ArrayLike) -> Index:
        """One row for every hour but the first, for what changes from hour to hour."""
        return self.builder.rows(lower, upper, self.stage[1:], self.hours - 1)

    def carry(self, rows: Index, level: Index, keep: float) -> None:
        """What a store keeps of the hour before; the year is a round, its first hour follows its last."""
        b = self.builder
        b.put(rows[1:], level[:-1], -keep)
        # A column of its own: the last level itself in the first row would tie the ends of the chain, and the answer
        # then misses its rows by 1e-6 (measured).
        start = b.columns(1)
        b.put(rows[:1], start, -keep)
        end = b.rows(0.0, 0.0, self.stage[-1], 1)
        b.put(end, level[-1:], 1.0)
        b.put(end, start, -1.0)

    # -- capacities --------------------------------------------------------------------------------

    def capacity(
        self,
        name: str,
        part: Capacity,
        *,
        capex: float,
        fixed_om: float,
        life_years: float,
        burden: float = 0.0,
        credit: float = 0.0,
    ) -> Index:
        """A capacity column [GW] with its annuity, upkeep and investment.

        capex, fixed_om : CNY/kW and CNY/kW/a, which are million CNY/GW
        burden : of the hours there are, million CNY/GW
        credit : of the capex, what columns of their own pay
        """
        low, high = part.bounds_mw
        factor = annuity_factor(self.rate, life_years)
        yearly = factor * (capex - credit) + fixed_om
        column = self.dense(f"{name}_capacity", yearly, low / 1e3, high / 1e3, burden)
        self.sum("investment", column, -credit)
        self.invest(column, capex, part.existing_mw / 1e3, factor * capex)
        if np.isfinite(high):
            self.bounds.append(BoundLimit(f"{name}_max_mw", "MW", int(column[0]), 1e-3))
        return column

    def dense(self, name: str, yearly: float, low: float, high: float, burden: float = 0.0) -> Index:
        """A column that is one figure for the whole year, with its cost of a year and of the hours there are."""
        cost = yearly * self.year_share + burden
        self.columns[name] = self.builder.columns(1, cost=cost, lower=low, upper=high)
        return self.columns[name]

    def invest(self, column: Index, capex: float, existing: float, annuity: float) -> None:
        """Count a column's investment; what exists is not paid again, neither at once nor by the year."""
        self.sum("investment", column, capex, constant=-capex * existing)
        self.cost_constant -= annuity * existing * self.year_share

    # -- sums over the year ------------------------------------------------------------------------

    def sum(self, name: str, columns: Index, coefficient: ArrayLike = 1.0, constant: float = 0.0) -> None:
        """Add columns to a sum: green, thermal, possible, taken, co2, land, investment, delivered, ..."""
        values = np.broadcast_to(np.asarray(coefficient, dtype=np.float64), columns.shape)
        self._sums.setdefault(name, []).append(Expression(columns, np.array(values), constant))

    def expression(self, *names: str) -> Expression:
        """The sum of the named sums; nothing counted is 0."""
        return added(*(part for name in names for part in self._sums.get(name, ())))

    # -- limits ------------------------------------------------------------------------------------

    def at_least(
        self, name: str, unit: str, activity: Expression, bound: float, slope: Slope, size: float
    ) -> None:
        """A limit 'activity >= bound' over the year.

        size
            Of the limit in the row's unit: the price of its slack is inverse to it, so that giving a tenth
            of one limit weighs as much as giving a tenth of another.
        """
        row = self.builder.rows(bound - activity.constant, np.inf, -1, 1)
        self.builder.put(row[0], activity.columns, activity.coefficients)
        slack: int | None = None
        if self.elastic:
            slack = int(self.builder.columns(1, cost=SLACK_COST / max(size, 1e-9))[0])
            self.builder.put(row, slack, 1.0)
        self.limits.append(Limit(name, unit, int(row[0]), slope, slack))


SLACK_COST = 1e7
"""Million CNY for giving the whole of a limit: above what any design costs."""
