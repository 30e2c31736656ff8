"""What the optimum chooses from: the nation as it stands, and what may be added to it, as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.dispatch.case import DispatchCase, Lines, hourly

Array = NDArray[np.float64]
Index = NDArray[np.int64]

RENEWABLES = ("wind", "pv")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a MW costs a year. [CNY/MW/a]"""

    capital: float
    """Annuity of the investment."""
    upkeep: float
    """Fixed operation and maintenance."""
    investment_cny_per_mw: float

    @property
    def yearly(self) -> float:
        return self.capital + self.upkeep


@dataclass(frozen=True, slots=True)
class Option:
    """One technology that may be added."""

    technology: str
    """wind, pv; a technology of the case's thermals; a kind of its storages."""
    cost: Cost
    min_mw: Array
    """(node,) that must be added."""
    max_mw: Array
    """(node,) that may be added; inf: no bound; 0: nothing."""
    per_mw: Array | None = None
    """(node, hour) output of one MW: wind and PV; thermal plant has (node, 1) of availability."""
    duration_h: float = 0.0
    """Of storage: energy over power."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be built, up to its size."""

    id: str
    kind: str
    from_index: int
    to_index: int
    mw: float
    bidirectional: bool
    loss_share: float
    cost_cny_per_mwh: float
    cost: Cost
    available_share: float = 1.0
    """Of its size, in every hour: outages."""


@dataclass(frozen=True, slots=True)
class Target:
    """What must be reached; None: not asked."""

    wind_pv_mw: float | None = None
    """Standing and new together, at least."""
    wind_pv_most_mw: float | None = None
    """And at most, where a planner asks where a given total stands best."""
    co2_t: float | None = None
    renewable_share: float | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """The choice: the case as it stands with the lines in service, and what may be added."""

    case: DispatchCase
    options: tuple[Option, ...]
    candidates: tuple[Candidate, ...]
    target: Target
    province: tuple[str, ...]
    """(node,) which province a node belongs to: bases to their home, both grids of Inner Mongolia to one."""
    land_mw: Mapping[str, tuple[Array, Array]]
    """wind, pv -> ((group, node) of 0 and 1, (group,) most that may be added in the group)."""
    standing_mw: Mapping[str, Array]
    """wind, pv -> (node,) what stands."""

    def option(self, technology: str) -> Option | None:
        """The option of a technology, or None."""
        return next((o for o in self.options if o.technology == technology), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is added."""

    added_mw: Mapping[str, Array]
    """By technology of the options: (node,)."""
    line_mw: Array
    """(candidate,)"""

    def total_mw(self, technology: str) -> float:
        """Over all nodes; 0 where it may not be built."""
        return float(self.added_mw[technology].sum()) if technology in self.added_mw else 0.0


def check_expansion(x: Expansion) -> Expansion:
    """The same value, its shapes and bounds proved.

    Raises
    ------
    InputError
        With all arrays of wrong shape or sign, and options that belong to nothing in the case.
    """
    problems = []
    n, hours = x.case.nodes, x.case.hours
    thermals = {t.technology for t in x.case.thermals}
    storages = {s.kind for s in x.case.storages}
    for option in x.options:
        where = f"options[{option.technology}]"
        known = option.technology in (*RENEWABLES, *thermals, *storages)
        if not known:
            problems.append(
                Problem("optimum", where, option.technology, "wind, pv, a thermal plant or a storage")
            )
        shaped = option.min_mw.shape == option.max_mw.shape == (n,)
        if not shaped or np.isnan(option.max_mw).any():
            problems.append(Problem("optimum", f"{where}.max_mw", "another shape", "one value a node"))
        elif (option.min_mw < 0).any() or (option.min_mw > option.max_mw).any():
            problems.append(
                Problem("optimum", f"{where}.min_mw", "above max_mw or below 0", "0 to max_mw at every node")
            )
        if option.technology in (*RENEWABLES, *thermals):
            shape = None if option.per_mw is None else option.per_mw.shape
            if shape not in ((n, hours), (n, 1)):
                problems.append(
                    Problem("optimum", f"{where}.per_mw", f"shape {shape}", "one value a node and hour")
                )
        elif option.duration_h <= 0:
            problems.append(
                Problem("optimum", f"{where}.duration_h", f"{option.duration_h:g}", "hours of storage")
            )
        if not option.cost.yearly > 0:
            problems.append(Problem("optimum", f"{where}.cost", f"{option.cost.yearly:g}", "a cost above 0"))
    for line in x.candidates:
        ends = 0 <= line.from_index < n and 0 <= line.to_index < n and line.from_index != line.to_index
        if not ends or not line.mw > 0 or not 0 <= line.loss_share < 0.5:
            problems.append(
                Problem("optimum", f"candidates[{line.id}]", "ends, size or loss", "a line between two nodes")
            )
        if line.id in x.case.lines.ids:
            problems.append(
                Problem("optimum", f"candidates[{line.id}]", line.id, "a line that is not in service")
            )
    if len(x.province) != n:
        problems.append(Problem("optimum", "province", f"{len(x.province)} values", "one a node"))
    if problems:
        raise InputError(problems)
    return x


def grown(x: Expansion, choice: Choice) -> DispatchCase:
    """The case with what was chosen, to be dispatched over all its hours."""
    case = x.case
    added = {o.technology: choice.added_mw.get(o.technology, np.zeros(case.nodes)) for o in x.options}

    def more(technology: str) -> Array | float:
        option = x.option(technology)
        if option is None or option.per_mw is None:
            return 0.0
        return np.asarray(option.per_mw * added[technology][:, None])

    thermals = []
    for thermal in case.thermals:
        extra = more(thermal.technology)
        if not np.any(extra):
            thermals.append(thermal)
            continue
        old = hourly(thermal.capacity_mw, case.hours)
        capacity = np.asarray(old + extra)
        # What is added is built to follow the rest: no must-run of its own.
        least = old * hourly(thermal.min_share, case.hours)
        share = np.divide(least, capacity, out=np.zeros_like(capacity), where=capacity > 0)
        thermals.append(replace(thermal, capacity_mw=capacity, min_share=share))
    storages = []
    for storage in case.storages:
        option = x.option(storage.kind)
        extra_mw = added.get(storage.kind, np.zeros(case.nodes))
        hours = option.duration_h if option is not None else 0.0
        storages.append(
            replace(
                storage,
                power_mw=storage.power_mw + extra_mw,
                energy_mwh=storage.energy_mwh + extra_mw * hours,
            )
        )
    return replace(
        case,
        wind_mw=np.asarray(case.wind_mw + more("wind")),
        pv_mw=np.asarray(case.pv_mw + more("pv")),
        thermals=tuple(thermals),
        storages=tuple(storages),
        lines=_with_lines(case.lines, x.candidates, choice.line_mw),
    )


LEAST_LINE_MW = 1.0
"""A line below this is none."""


def _with_lines(lines: Lines, candidates: tuple[Candidate, ...], mw: Array) -> Lines:
    built = [
        (c, float(size) * c.available_share)
        for c, size in zip(candidates, mw, strict=True)
        if size >= LEAST_LINE_MW
    ]
    if not built:
        return lines
    count = len(built)

    def joined(old: Array, new: list[float]) -> Array:
        return np.concatenate([old, np.asarray(new, dtype=np.float64)])

    def padded(old: Array | None, fill: float) -> Array | None:
        """Fields a new line leaves open: no limit, no schedule, no reactance."""
        if old is None:
            return None
        return np.concatenate([old, np.full((count, *old.shape[1:]), fill)])

    optional = {
        name: padded(getattr(lines, name), fill)
        for name, fill in (
            ("available_share", 1.0),
            ("min_power_share", 0.0),
            ("ramp_share_per_h", np.inf),
            ("curve_share", np.nan),
            ("reactance_ohm", np.nan),
            ("least_sent_mwh", 0.0),
        )
    }
    return replace(
        lines,
        ids=(*lines.ids, *(c.id for c, _ in built)),
        kinds=(*lines.kinds, *(c.kind for c, _ in built)),
        from_index=np.concatenate([lines.from_index, [c.from_index for c, _ in built]]).astype(np.int64),
        to_index=np.concatenate([lines.to_index, [c.to_index for c, _ in built]]).astype(np.int64),
        capacity_mw=joined(lines.capacity_mw, [size for _, size in built]),
        reverse_capacity_mw=joined(
            lines.reverse_capacity_mw, [size if c.bidirectional else 0.0 for c, size in built]
        ),
        loss_share=joined(lines.loss_share, [c.loss_share for c, _ in built]),
        cost_cny_per_mwh=joined(lines.cost_cny_per_mwh, [c.cost_cny_per_mwh for c, _ in built]),
        min_share=np.concatenate([lines.min_share, np.zeros((count, *lines.min_share.shape[1:]))]),
        **optional,
    )


def without_exchange(x: Expansion, alone: str) -> Expansion:
    """The same choice without new lines between provinces (`existing`), or with no lines between them (`none`)."""
    province = np.array(x.province)

    def inside(start: int, end: int) -> bool:
        return bool(province[start] == province[end])

    candidates = tuple(c for c in x.candidates if inside(c.from_index, c.to_index))
    if alone == "existing":
        return replace(x, candidates=candidates)
    lines = x.case.lines
    keep = np.flatnonzero(province[lines.from_index] == province[lines.to_index])
    return replace(x, candidates=candidates, case=replace(x.case, lines=some_lines(lines, keep)))


def some_lines(lines: Lines, keep: Index) -> Lines:
    """Only these lines."""
    values: dict[str, Any] = {}
    for name in Lines.__slots__:
        value = getattr(lines, name)
        if isinstance(value, tuple):
            values[name] = tuple(value[int(i)] for i in keep)
        elif value is not None:
            values[name] = value[keep]
    return replace(lines, **values)
