"""Rows of the dispatch that seldom bind, added to a window only where its answer breaks them.

Ramps of lines and thermal plant tie an hour to the one before and are soft: beyond the ramp a MWh has a price.
Spinning reserve of a synchronous grid is the sum of what its plants could give more. What one plant can give is
the least of several linear limits (capacity left, what its running units reach, water or charge at hand), so the
sum is concave and is met by rows each of which takes one limit of every plant: the one that is least where the
row is added (Kelley, The cutting-plane method for solving convex programs, J. SIAM 8 (1960) 703-712).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planning.dispatch.case import Array, DispatchCase, Index
from planning.dispatch.layout import SCALE_CNY, SCALE_MW, Layout, reserve_asked_mw
from planning.dispatch.reserve import providers

_TOLERANCE = 1e-6
"""In units of the LP: 1e-3 MW."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A row that can stand in any hour: now.x(t) + before.x(t-1) - slack <= right(t), in units of the LP."""

    now: tuple[Index, Array]
    """Columns of the hour and their coefficients."""
    before: tuple[Index, Array]
    right: Array
    """(hour of the case,)"""
    slack_price: float
    """Of the row's own slack; 0 if it has none."""
    slack_most: float


@dataclass(frozen=True, slots=True)
class Cut:
    """A template in an hour of the window."""

    template: Template
    hour: int

    def entries(self, columns: int) -> tuple[Index, Array]:
        """Columns of the window's program and coefficients; what lies before the window is left out."""
        now, before = self.template.now, self.template.before
        if self.hour == 0 or not len(before[0]):
            return self.hour * columns + now[0], now[1]
        index = np.concatenate([self.hour * columns + now[0], (self.hour - 1) * columns + before[0]])
        return index, np.concatenate([now[1], before[1]])

    def right(self, first_hour: int, before: Array | None) -> float:
        """Right side in a window that begins with `first_hour` of the case after the hour `before`."""
        at = first_hour + self.hour
        if at >= len(self.template.right):
            return np.inf
        right = float(self.template.right[at])
        columns, values = self.template.before
        if self.hour == 0 and len(columns):
            return np.inf if before is None else right - float(before[columns] @ values)
        return right


@dataclass(slots=True)
class _Ramps:
    """Quantities whose change is limited: a sum of columns each."""

    weights: list[tuple[Index, Array]]
    most: list[Array]
    """(hour,) of each, in units of the LP."""
    up: list[Template] = field(default_factory=list)
    down: list[Template] = field(default_factory=list)


class Cuts:
    """All seldom rows of a case; templates are made once and shared by all windows."""

    def __init__(self, case: DispatchCase, layout: Layout) -> None:
        self._layout = layout
        self._ramps = _ramps(case, layout)
        self._matrix, self._most = _stacked(self._ramps, layout.columns)
        _, self._providers = providers(case, layout)
        self._asked = reserve_asked_mw(case) / SCALE_MW
        self._patterns: dict[tuple[int, bytes], Template] = {}

    @property
    def any(self) -> bool:
        return bool(self._ramps.weights) or bool(self._providers)

    def broken(self, primal: Array, first_hour: int, before: Array | None) -> list[Cut]:
        """Rows that the answer of a window breaks.

        Parameters
        ----------
        primal : (hour, column)
        before : (column,) or None
            The hour before the window.
        """
        return self._broken_ramps(primal, first_hour, before) + self._broken_reserve(primal, first_hour)

    def _broken_ramps(self, primal: Array, first_hour: int, before: Array | None) -> list[Cut]:
        if not self._ramps.weights:
            return []
        level = primal @ self._matrix
        first = level[:1] if before is None else (before @ self._matrix)[None, :]
        change = np.diff(level, axis=0, prepend=first)
        beyond = np.abs(change) - self._most[first_hour : first_hour + len(primal)]
        return [
            Cut((self._ramps.up if change[hour, k] > 0 else self._ramps.down)[k], int(hour))
            for hour, k in np.argwhere(beyond > _TOLERANCE)
        ]

    def _broken_reserve(self, primal: Array, first_hour: int) -> list[Cut]:
        if not self._providers:
            return []
        hours = slice(first_hour, first_hour + len(primal))
        room = np.zeros((len(primal), len(self._asked)))
        least = []
        for provider in self._providers:
            limits = provider.limits(primal, hours)
            choice = limits.argmin(axis=0)
            least.append(choice)
            given = np.take_along_axis(limits, choice[None], axis=0)[0]
            np.add.at(room.T, provider.area, given.T)
        short = primal[:, self._layout.reserve_short.slice]
        room[:, self._layout.reserve_short.members] += short
        missing = self._asked[:, hours].T - room
        return [
            Cut(self._reserve_template(int(area), [c[hour] for c in least]), int(hour))
            for hour, area in np.argwhere(missing > _TOLERANCE)
        ]

    def _reserve_template(self, area: int, choice: list[Index]) -> Template:
        chosen = [
            np.where(p.area == area, c, -1).astype(np.int8)
            for p, c in zip(self._providers, choice, strict=True)
        ]
        key = (area, b"".join(c.tobytes() for c in chosen))
        if key not in self._patterns:
            columns, values, right = [], [], -self._asked[area].copy()
            for provider, picks in zip(self._providers, chosen, strict=True):
                index, factor, constant = provider.chosen(picks)
                columns.append(index)
                values.append(-factor)
                right += constant
            place = int(np.flatnonzero(self._layout.reserve_short.members == area)[0])
            columns.append(np.array([self._layout.reserve_short.first + place]))
            values.append(np.array([-1.0]))
            now = np.concatenate(columns).astype(np.int64), np.concatenate(values)
            # Windows and bound run beside each other: who comes second takes the first one's, for rows are told by it.
            self._patterns.setdefault(key, Template(now, _NOTHING, right, 0.0, 0.0))
        return self._patterns[key]


_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0))


def ramp_groups(case: DispatchCase, layout: Layout) -> list[tuple[tuple[Index, Array], Array]]:
    """Every limited quantity: its columns with coefficients, and (hour,) the most it may change. [MW]"""
    found: list[tuple[tuple[Index, Array], Array]] = []
    lines = case.lines
    if lines.ramp_share_per_h is not None:
        parts: dict[int, list[tuple[int, float]]] = {}
        for group, sign in ((layout.contract, 1.0), (layout.forward, 1.0), (layout.reverse, -1.0)):
            for column, line in zip(group.columns, group.members, strict=True):
                parts.setdefault(int(line), []).append((int(column), sign))
        size = np.maximum(lines.capacity_mw, lines.reverse_capacity_mw)
        for line, entries in sorted(parts.items()):
            most = float(lines.ramp_share_per_h[line] * size[line])
            # it cannot change by more than from full back to full on
            if most < lines.capacity_mw[line] + lines.reverse_capacity_mw[line]:
                index = np.array([c for c, _ in entries], dtype=np.int64)
                found.append(((index, np.array([v for _, v in entries])), np.full(case.hours, most)))
    for thermal, group in zip(case.thermals, layout.thermals, strict=True):
        ramp = thermal.ramp_share_per_h
        if ramp is None:
            continue
        for column, node in zip(group.columns, group.members, strict=True):
            if ramp[node] < 1.0:
                capacity = thermal.capacity_mw[node]
                most_mw = np.broadcast_to(np.asarray(capacity * ramp[node]), (case.hours,))
                found.append(((np.array([column]), np.ones(1)), most_mw))
    return found


def _ramps(case: DispatchCase, layout: Layout) -> _Ramps:
    made = _Ramps([], [])
    price = case.ramp_cny_per_mwh / SCALE_CNY
    for (index, value), most_mw in ramp_groups(case, layout):
        most = most_mw / SCALE_MW
        # no change can be larger than all of it there and back
        top = 1e4
        made.weights.append((index, value))
        made.most.append(most)
        made.up.append(Template((index, value), (index, -value), most, price, top))
        made.down.append(Template((index, -value), (index, value), most, price, top))
    return made


def _stacked(ramps: _Ramps, columns: int) -> tuple[Array, Array]:
    """(column, quantity) coefficients and (hour, quantity) limits."""
    if not ramps.weights:
        return np.zeros((columns, 0)), np.zeros((0, 0))
    matrix = np.zeros((columns, len(ramps.weights)))
    for k, (index, value) in enumerate(ramps.weights):
        matrix[index, k] = value
    return matrix, np.stack(ramps.most, axis=1)
