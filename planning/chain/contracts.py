"""What lines carried before the power markets: hydropower its stations' share, coal a curve by the receiver's load.

Priority plans and agreements between governments set the energy of a line for the year and its curve for the day.
No public document has them for every line, so two rules stand for them: a line built for stations carries the share of
their power that its own capacity is of theirs, with the water of its node; a line with coal behind it runs at the most it
carried at that time in the month of the receiver's highest load, in proportion to that load in the others, and by its
day curve. Against the published energies of 2020: docs/chain.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import Problem
from planning.corridors import Corridor
from planning.table_rows import DATA, Row, read_table
from planning.tables import Tables

Array = NDArray[np.float64]
HOURS = 8760
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_OF_HOUR = np.repeat(np.arange(12), 24 * np.array(_MONTH_DAYS))
"""(hour,) 0 is January."""
SURPLUS = 1.25
"""Most a hydropower line carries over its stations' share: what other stations have over is spread over all lines."""
_COAL = ("coal", "coal_hydro", "coal_renewable")


class LineSupply(Row):
    """Stations a line was built for (`line_supply.csv`)."""

    line_id: str
    stations: str
    """Ids of `hydro_stations.csv`, spaces between."""

    @property
    def id(self) -> str:
        return self.line_id


@lru_cache(maxsize=1)
def line_supply() -> dict[str, LineSupply]:
    """The table by line; InputError with every bad row."""
    return {row.line_id: row for row in read_table(DATA / "line_supply.csv", LineSupply)}


def hydro_share(line: Corridor, tables: Tables, year: int, inflow_mw: Array) -> Array | None:
    """(hour,) of its rated power that a line carries for its stations; None where it has none complete by `year`, or
    carries power both ways.

    Of the stations' design energy it takes min(1, line MW / stations MW), spread over the year as its node's water.

    Parameters
    ----------
    inflow_mw : (hour,)
        What the turbines of the line's sending node can use.
    """
    row = line_supply().get(line.id)
    # What a contract pays for would be sent there and back at once.
    if row is None or line.mw is None or line.bidirectional:
        return None
    ids = row.stations.split()
    stations = [s for s in tables.hydro_stations if s.id in ids and s.year <= year]
    mw = sum(s.mw for s in stations)
    total = float(inflow_mw.sum())
    if mw <= 0 or total <= 0:
        return None
    # Two lines share a station's two banks: neither takes more than its own part.
    lines = sum(1 for other in line_supply().values() if set(other.stations.split()) == set(ids))
    most = 1.0 / lines if line.mw * lines >= mw else line.mw / mw
    energy = sum(s.design_mwh for s in stations) * min(most, line.mw / mw)
    return np.minimum(inflow_mw * (energy / total) / line.mw, 1.0)


def coal_share(line: Corridor, carried: Array, load_mw: Array, outages: Array | float = 1.0) -> Array | None:
    """(hour,) of its rated power that a line with coal behind it carries; None for other lines.

    Parameters
    ----------
    carried : (hour,)
        Most it carries, day curve included, share of the rated power.
    load_mw : (hour,)
        Of the receiving node.
    outages : (hour,)
        Share that outages leave in `carried`: they are planned into the months of low load, so not counted twice.
    """
    if line.supply not in _COAL or line.bidirectional:
        return None
    return np.minimum(carried * month_shape(load_mw) / outages, 1.0)


def month_shape(load_mw: Array) -> Array:
    """(hour,) mean load of the hour's month over that of the highest month."""
    mean = np.bincount(MONTH_OF_HOUR, load_mw) / np.bincount(MONTH_OF_HOUR)
    highest = float(mean.max())
    return np.asarray((mean / highest)[MONTH_OF_HOUR] if highest > 0 else np.ones(HOURS))


def stations_known(tables: Tables, rows: Sequence[LineSupply]) -> list[Problem]:
    """Rows that name a line or station no table has."""
    known = {s.id for s in tables.hydro_stations}
    lost = [
        Problem("line_supply.csv", row.line_id, station, "a station of hydro_stations.csv")
        for row in rows
        for station in row.stations.split()
        if station not in known
    ]
    return lost + [
        Problem("line_supply.csv", "line_id", row.line_id, "a line of corridors.csv")
        for row in rows
        if row.line_id not in tables.corridor_by_id
    ]
