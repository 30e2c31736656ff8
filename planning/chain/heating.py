"""Must-run coal of every node by the hour: heat in the season of heating, and the least load of units on line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from planning.table_rows import DATA, Row, read_table

Array = NDArray[np.float64]
HOURS = 8760

MIN_SHARE = 0.20
"""About half of the units on line at 40 % of capacity, the lowest load of most units."""
HEAT_SHARE = 0.50
"""Electric output of a unit that heats, share of its capacity: extraction units in heating hold 40 to 60 % (general
knowledge)."""

Month = Annotated[int, Field(ge=1, le=12)]
Day = Annotated[int, Field(ge=1, le=31)]


class Heating(Row):
    """Heating season of a node and how much of its thermal plant heats (`heating.csv`)."""

    node_id: str
    from_month: Month
    from_day: Day
    to_month: Month
    to_day: Day
    chp_share: Annotated[float, Field(ge=0, le=1)]
    """Of thermal capacity."""

    @property
    def id(self) -> str:
        return self.node_id

    def hours(self) -> NDArray[np.bool_]:
        """(hour,) within the season, which lasts over New Year."""
        start = (date(2021, self.from_month, self.from_day) - date(2021, 1, 1)).days
        end = (date(2021, self.to_month, self.to_day) - date(2021, 1, 1)).days
        day = np.arange(HOURS) // 24
        return np.asarray((day >= start) | (day < end))


@lru_cache(maxsize=1)
def heating_by_node() -> dict[str, Heating]:
    """The table; InputError with every bad row."""
    return {row.node_id: row for row in read_table(DATA / "heating.csv", Heating)}


def must_run_share(node_ids: Sequence[str]) -> Array:
    """(node, hour) must-run share of coal capacity: what heats at `HEAT_SHARE`, the rest at `MIN_SHARE`."""
    share = np.full((len(node_ids), HOURS), MIN_SHARE)
    table = heating_by_node()
    for row, node in enumerate(node_ids):
        if node in table:
            chp = table[node].chp_share
            share[row, table[node].hours()] = chp * HEAT_SHARE + (1.0 - chp) * MIN_SHARE
    return share
