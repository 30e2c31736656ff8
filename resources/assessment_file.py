"""An assessment's file read a month at a time: maps of single years, whatever number of years it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.grid import Grid

Hourly = NDArray[np.float32]

VERSION = 1
EXPECTED = "an assessment of this program"


@dataclass(frozen=True, slots=True)
class AssessedYear:
    """Maps of one year."""

    year: int
    wind_hours: Hourly
    """(row, col) full-load hours of the year; NaN beyond the land. [h]"""
    pv_hours: Hourly
    """(row, col) [kWh/kWp]"""
    complementarity: Hourly
    """(row, col)"""


@dataclass(frozen=True, slots=True)
class AssessmentHead:
    """What a file holds, without its maps."""

    path: Path
    grid: Grid
    years: tuple[int, ...]

    def read_years(self) -> Iterator[AssessedYear]:
        """The years in their order, each read when it is asked for; of its months one at a time is held.

        Raises
        ------
        InputError
            The file cannot be read any more.
        """
        with opened(self.path) as file:
            for place, year in enumerate(self.years):
                wind, pv = (_sum_of_months(file.variables[n], place) for n in ("wind_hours", "pv_hours"))
                yield AssessedYear(year, wind, pv, np.asarray(file.variables["complementarity"][place]))


def assessment_head(path: Path) -> AssessmentHead:
    """What a file of an assessment holds.

    Raises
    ------
    InputError
        Not readable, or not an assessment.
    """
    with opened(path) as file:
        grid = Grid(rows=file.dimensions["row"].size, cols=file.dimensions["column"].size)
        return AssessmentHead(path, grid, tuple(int(year) for year in file.variables["year"][:]))


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The open file of an assessment.

    Raises
    ------
    InputError
        Not readable, or not an assessment.
    """
    import h5netcdf

    try:
        with h5netcdf.File(path, "r") as file:
            if int(file.attrs.get("energymap_assessment", 0)) != VERSION:
                raise InputError(Problem(str(path), "file", "another NetCDF", EXPECTED))
            yield file
    except (OSError, KeyError, ValueError) as error:
        raise InputError(Problem(str(path), "file", str(error)[:80], EXPECTED)) from error


def _sum_of_months(variable: Any, place: int) -> Hourly:
    total = np.array(variable[place, 0], dtype=np.float32)
    for month in range(1, 12):
        total += variable[place, month]
    return total
