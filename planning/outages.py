"""Lines out of service for a part of the year, as a scenario names them: `jiquan 07-01..07-15`, `lingshao`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.tables import Tables

HOURS: Final = 8760
_TEXT = re.compile(
    r"\s*([A-Za-z0-9][\w-]*)(?:[\s:]+(\d\d)-(\d\d)\s*(?:\.\.|~|至)\s*(\d\d)-(\d\d))?\s*", re.ASCII
)
EXPECTED: Final = "a line id, and where it is not the whole year MM-DD..MM-DD, as 'jiquan 07-01..07-15'"


@dataclass(frozen=True, slots=True)
class Outage:
    """One line out of service."""

    line: str
    """Id of a line, or of all ends of one."""
    first_day: int
    """Of the 365, 0 is 1 January; 29 February is dropped."""
    last_day: int
    """Still out; below `first_day` the outage runs over the turn of the year."""

    @property
    def whole_year(self) -> bool:
        return (self.last_day - self.first_day) % 365 == 364

    def out(self) -> NDArray[np.bool_]:
        """(hour,) hours of the year in which it is out."""
        day = np.arange(HOURS) // 24
        if self.first_day <= self.last_day:
            return np.asarray((day >= self.first_day) & (day <= self.last_day))
        return np.asarray((day >= self.first_day) | (day <= self.last_day))

    @property
    def text(self) -> str:
        """As it is typed."""
        if self.whole_year:
            return self.line
        return f"{self.line} {_day_text(self.first_day)}..{_day_text(self.last_day)}"


def read_outage(text: str, where: str = "lines.outages") -> Outage:
    """One outage from text.

    Raises
    ------
    InputError
        Not a line id with or without two days of the year.
    """
    found = re.fullmatch(_TEXT, text)
    if found is None:
        raise InputError(Problem(where, "outages", text[:60] or "nothing", EXPECTED))
    if found[2] is None:
        return Outage(found[1], 0, 364)
    days = []
    for month, day in ((found[2], found[3]), (found[4], found[5])):
        try:
            days.append(date(2021, int(month), int(day)).timetuple().tm_yday - 1)
        except ValueError as error:
            expected = "days of a year of 365 days, MM-DD"
            raise InputError(Problem(where, "outages", f"{month}-{day}", expected)) from error
    return Outage(found[1], days[0], days[1])


def outage_problems(texts: Iterable[str], tables: Tables, where: str) -> list[Problem]:
    """What is wrong with the outages of a scenario against its lines; `tables` hold its own lines too.

    Only DC lines and back-to-backs: of an AC line the power flow of the year would go on as if it stood.
    """
    kinds: dict[str, bool] = {tie.id: False for tie in tables.interfaces}
    for line in tables.corridors:
        kinds[line.id] = line.result_kind != "ac"
        if line.parent:
            kinds[line.parent] = kinds[line.id]
    problems: list[Problem] = []
    for text in texts:
        try:
            outage = read_outage(text, where)
        except InputError as error:
            problems += error.problems
            continue
        if outage.line not in kinds:
            problems.append(
                Problem(where, "lines.outages", outage.line, "a line id of corridors.csv or of the scenario")
            )
        elif not kinds[outage.line]:
            expected = "a DC line or a back-to-back; an AC line can be left out for the whole year by 'lines.without'"
            problems.append(Problem(where, "lines.outages", outage.line, expected))
    return problems


def hours_out(texts: Iterable[str]) -> Mapping[str, NDArray[np.bool_]]:
    """Line -> (hour,) hours of the year in which it is out, of all its outages."""
    held: dict[str, NDArray[np.bool_]] = {}
    for text in texts:
        outage = read_outage(text)
        held[outage.line] = held.get(outage.line, np.zeros(HOURS, dtype=np.bool_)) | outage.out()
    return held


def _day_text(day: int) -> str:
    return date.fromordinal(date(2021, 1, 1).toordinal() + day).strftime("%m-%d")
