"""How much of a technology a square kilometre of a class of land carries: the table `siting_density.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from gis_layers.errors import Problem
from planning.siting.eligibility import ClassRow, Technology
from planning.siting.rules import COVER_CLASSES
from planning.table_rows import DATA, Row, raise_if, read_rows

Array = NDArray[np.float64]

CLIMATE_CLASSES: Final = ("other", "desert", "steppe")
"""Of land without a land-cover map; 'other' also of pixels without a class."""
LAND_CLASSES: Final = (*COVER_CLASSES, *CLIMATE_CLASSES)
TABLE: Final = DATA / "siting_density.csv"


class DensityFigure(Row):
    """Capacity a km2 of eligible land carries: spacing and roads in it; of PV and CSP as AC."""

    technology: Technology
    land_class: str
    mw_per_km2: Annotated[float, Field(gt=0, le=200)]
    low: Annotated[float, Field(gt=0, le=200)] | None = None
    high: Annotated[float, Field(gt=0, le=200)] | None = None
    note: str = ""

    @property
    def id(self) -> str:
        return f"{self.technology}.{self.land_class}"


@dataclass(frozen=True, slots=True)
class DensityTable:
    """Figures by technology and class."""

    figures: Mapping[tuple[str, str], DensityFigure]

    def of(self, technology: Technology, land_class: str) -> DensityFigure | None:
        """None: the technology is not built on this class, so far as the table knows."""
        return self.figures.get((technology, land_class))

    def by_class(self, technology: Technology, names: Sequence[str]) -> Array:
        """(class,) MW/km2, 0 where the table has none."""
        found = [self.of(technology, name) for name in names]
        return np.array([0.0 if figure is None else figure.mw_per_km2 for figure in found])

    def row(self, technology: Technology, land_class: str, eligible_km2: float) -> ClassRow:
        """Land of a class and what it could carry."""
        figure = self.of(technology, land_class)
        if figure is None:
            return ClassRow(technology, land_class, eligible_km2, None, 0.0, "estimated", "")
        return ClassRow(
            technology,
            land_class,
            eligible_km2,
            figure.mw_per_km2,
            eligible_km2 * figure.mw_per_km2,
            figure.tier,
            figure.source,
        )


def load_density(path: Path | None = None) -> DensityTable:
    """The program's table, or another of the same columns.

    Raises
    ------
    InputError
        Every bad row: unknown class, a range that does not hold the figure, a class twice.
    """
    return _own() if path is None else _load(path)


@lru_cache(maxsize=1)
def _own() -> DensityTable:
    return _load(TABLE)


def _load(path: Path) -> DensityTable:
    problems: list[Problem] = []
    rows = read_rows(path, DensityFigure, problems)
    for row in rows:
        where = f"{path.name} {row.id}"
        if row.land_class not in LAND_CLASSES:
            problems.append(Problem(where, "land_class", row.land_class, f"one of {', '.join(LAND_CLASSES)}"))
        low, high = row.low or row.mw_per_km2, row.high or row.mw_per_km2
        if not low <= row.mw_per_km2 <= high:
            problems.append(Problem(where, "low, high", f"{low:g}, {high:g}", f"about {row.mw_per_km2:g}"))
    raise_if(problems)
    return DensityTable({(row.technology, row.land_class): row for row in rows})
