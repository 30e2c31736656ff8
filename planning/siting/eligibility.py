"""What of an area may be built on, and the account of what took the rest: made by `exclusion`, used by the sites.

Shares are of cells of one metric equal-area grid, so that sums over cells are areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.provenance import Grade, Tier

Array = NDArray[np.float64]
Technology = Literal["wind", "pv", "csp"]
TECHNOLOGIES: Final[tuple[Technology, ...]] = ("wind", "pv", "csp")

SHARE_TOLERANCE: Final = 1e-9
AREA_TOLERANCE: Final = 1e-9
"""Relative, of an account's sum against the area."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What one rule took from one technology, in the order of the rules."""

    technology: Technology
    rule_id: str
    title_zh: str
    title_en: str
    source: str
    """Of the data the rule was applied with; '' where it was not applied."""
    tier: Tier
    """Of the rule's threshold, not of the data."""
    buffer_m: float
    alone_km2: float
    """What the rule would take of the area if it were the only one."""
    in_order_km2: float
    """What it takes of what the rules before it left."""
    left_km2: float
    """What is left after it."""
    nodata_km2: float
    """Part of the area for which the rule's data have no value."""
    applied: bool = True
    """False: there were no data, and the rule took nothing."""
    grade: Grade | None = None
    """Of the data; None where the rule was not applied."""
    resolution_m: float = 0.0
    """Cell size of the data the rule was applied with; 0 for outlines and where it was not applied."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """What is eligible on one class of land, and what it could carry."""

    technology: Technology
    land_class: str
    eligible_km2: float
    mw_per_km2: float | None
    """None: the table of densities has none for this class, and its land counts nothing."""
    capacity_mw: float
    tier: Tier
    source: str
    """Of the density."""


@dataclass(frozen=True, slots=True)
class ServedLayer:
    """A layer that was read for the account."""

    name: str
    source: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What of an area may be built on, technology by technology, on one metric equal-area grid.

    Raises
    ------
    InputError
        Arrays of different shapes, a cell size that is not above 0, or a share that is none (not in [0, 1], or
        more eligible than inside).
    BalanceError
        `area`: what the rules took and what is left are not the area (names the technology).
    """

    crs: str
    """The project's Albers (`gis_layers.crs.ALBERS_CHINA`)."""
    west_m: float
    north_m: float
    cell_m: float
    """Cell (row, col) reaches from west_m + col cell_m eastwards and from north_m - row cell_m southwards."""
    inside_share: Array
    """(row, col) share of each cell inside the area. [-]"""
    eligible_share: Mapping[str, Array]
    """'wind', 'pv', 'csp' -> (row, col) share of the cell that is eligible, <= inside_share. [-]"""
    slope_percent: Array | None
    """(row, col) mean slope, for cost surfaces; NaN where there is none. None: no elevation was read."""
    elevation_m: Array | None
    """(row, col) mean elevation; NaN where there is none."""
    audit: tuple[AuditRow, ...]
    """Technology by technology, rule by rule in order."""
    area_km2: float
    """The area in the equal-area projection: the sum of inside_share."""
    served: tuple[ServedLayer, ...]
    density_mw_per_km2: Mapping[str, Array] = field(default_factory=dict)
    """Technology -> (row, col) mean over the cell's eligible land by its classes; 0 where there is none."""
    by_class: tuple[ClassRow, ...] = ()
    """The same land by class, all of the area; a technology's rows add up to what is eligible."""

    def __post_init__(self) -> None:
        self._check_shares()
        self._check_account()
        held = [self.inside_share, *self.eligible_share.values(), *self.density_mw_per_km2.values()]
        held += [values for values in (self.slope_percent, self.elevation_m) if values is not None]
        for array in held:
            array.flags.writeable = False

    @property
    def shape(self) -> tuple[int, int]:
        return (int(self.inside_share.shape[0]), int(self.inside_share.shape[1]))

    @property
    def cell_km2(self) -> float:
        return self.cell_m**2 / 1e6

    @property
    def eligible_km2(self) -> Mapping[str, float]:
        """Technology -> area left."""
        return {name: float(share.sum()) * self.cell_km2 for name, share in self.eligible_share.items()}

    @property
    def x_m(self) -> Array:
        """(col,) centres of the cells."""
        return np.asarray(self.west_m + (np.arange(self.shape[1]) + 0.5) * self.cell_m)

    @property
    def y_m(self) -> Array:
        """(row,) centres of the cells, north to south."""
        return np.asarray(self.north_m - (np.arange(self.shape[0]) + 0.5) * self.cell_m)

    @property
    def capacity_mw(self) -> Mapping[str, float]:
        """Technology -> what its eligible land could carry if it had all of it to itself."""
        return {
            name: float((self.eligible_share[name] * density).sum()) * self.cell_km2
            for name, density in self.density_mw_per_km2.items()
        }

    def rows_of(self, technology: str) -> tuple[AuditRow, ...]:
        """The account of one technology."""
        return tuple(row for row in self.audit if row.technology == technology)

    def _check_shares(self) -> None:
        problems = []
        if not self.cell_m > 0:
            problems.append(Problem("eligibility", "cell_m", f"{self.cell_m:g}", "a size above 0"))
        low, high = -SHARE_TOLERANCE, 1.0 + SHARE_TOLERANCE
        whole = {"inside_share": self.inside_share, **self.eligible_share}
        for name, share in whole.items():
            if share.shape != self.inside_share.shape or share.ndim != 2:
                expected = f"(row, col) of {self.inside_share.shape}"
                problems.append(Problem("eligibility", name, f"{share.shape}", expected))
            elif not ((share >= low) & (share <= high)).all():
                bad = share[~((share >= low) & (share <= high))][0]
                problems.append(Problem("eligibility", name, f"{bad:g}", "shares from 0 to 1"))
            elif not (share <= self.inside_share + SHARE_TOLERANCE).all():
                problems.append(Problem("eligibility", name, "more than inside", "at most the share inside"))
        for name, values in (("slope_percent", self.slope_percent), ("elevation_m", self.elevation_m)):
            if values is not None and values.shape != self.inside_share.shape:
                expected = f"(row, col) of {self.inside_share.shape}"
                problems.append(Problem("eligibility", name, f"{values.shape}", expected))
        if problems:
            raise InputError(problems)

    def _check_account(self) -> None:
        self._same("inside", float(self.inside_share.sum()) * self.cell_km2, self.area_km2)
        for technology, eligible_km2 in self.eligible_km2.items():
            rows = self.rows_of(technology)
            taken_km2 = sum(row.in_order_km2 for row in rows)
            self._same(technology, taken_km2 + eligible_km2, self.area_km2)
            left_km2 = self.area_km2
            for row in rows:
                left_km2 -= row.in_order_km2
                self._same(technology, row.left_km2, left_km2)
            classes = [row.eligible_km2 for row in self.by_class if row.technology == technology]
            if classes:
                self._same(f"{technology}, by class", sum(classes), eligible_km2)

    def _same(self, region: str, found_km2: float, expected_km2: float) -> None:
        if not abs(found_km2 - expected_km2) <= AREA_TOLERANCE * max(self.area_km2, 1.0):
            raise BalanceError("area", region=region, found_km2=found_km2, expected_km2=expected_km2)
