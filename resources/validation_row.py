"""What a full validation is made of: rows of ours beside the published, tables, and sections with their summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gis_layers.provenance import Tier

Words = tuple[str, str]
"""The same in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours, beside a published one where there is one."""

    group: str
    """Rows of a group are summed up together; the section has the group's name."""
    name: Words
    unit: str
    ours: float
    published: tuple[float, float] | None = None
    """Lowest and highest; equal where one value is published. None: a measure that stands alone."""
    year: str = ""
    """Year or period of the published value."""
    source: str = ""
    tier: Tier | None = None
    limit: float | None = None
    """Largest absolute value of the error (of `ours` itself where nothing is published)."""
    enforced: bool = False
    """False: the limit, where there is one, is reported; `energymap validate` does not fail on it."""
    digits: int = 0
    why: Words = ("", "")
    """Reason for the error, shown by a computed number; else empty."""

    @property
    def error(self) -> float | None:
        """Relative, signed, 0 within a published range, else from its nearer end; None without one. [-]"""
        if self.published is None:
            return None
        low, high = self.published
        nearest = min(max(self.ours, low), high)
        return (self.ours - nearest) / nearest

    @property
    def passed(self) -> bool:
        if self.limit is None:
            return True
        error = self.error
        return abs(self.ours if error is None else error) <= self.limit


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that read better side by side than as rows; the first column names the line."""

    title: Words
    head: tuple[Words, ...]
    lines: tuple[tuple[Words, tuple[float | None, ...]], ...]
    formats: tuple[str, ...]
    """Of each column after the first, as `format` takes them ('.0f', '+.1%')."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Bias and spread of a group's errors."""

    group: str
    count: int
    bias: float
    """Mean error. [-]"""
    spread: float
    """Standard deviation of the errors about it. [-]"""
    worst: float
    """The error farthest from 0. [-]"""
    worst_name: Words


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of comparison."""

    id: str
    title: Words
    rows: tuple[Row, ...]
    groups: Mapping[str, Words]
    tables: tuple[Table, ...] = ()
    notes: tuple[Words, ...] = ()
    """How it was compared, and what was left out."""
    unlisted: frozenset[str] = field(default_factory=frozenset)
    """Groups whose rows stand in a table already."""

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """One for each group with at least two errors, in the order of the groups."""
        found = (summarise(group, (row for row in self.rows if row.group == group)) for group in self.groups)
        return tuple(one for one in found if one is not None and one.count > 1)


def summarise(group: str, rows: Iterable[Row]) -> Summary | None:
    """Bias, spread and worst of rows; None where none of them has an error."""
    known = [(row.error, row.name) for row in rows if row.error is not None]
    if not known:
        return None
    errors = np.array([error for error, _ in known])
    at = int(np.argmax(np.abs(errors)))
    return Summary(
        group=group,
        count=len(known),
        bias=float(errors.mean()),
        spread=float(errors.std()),
        worst=float(errors[at]),
        worst_name=known[at][1],
    )
