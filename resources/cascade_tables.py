"""The stations of the large river cascades in order, and the natural flow of their rivers: tables with sources.

`cascade_stations.csv` and `cascade_flows.csv`. Design figures are second-hand or general knowledge; each row says
which. Levels below the normal one are general knowledge throughout and have a tier of their own.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier

Array = NDArray[np.float64]
River = Literal["yellow", "jinsha", "yalong", "dadu", "lancang", "yangtze"]
RIVERS: tuple[River, ...] = get_args(River)


@dataclass(frozen=True, slots=True)
class CascadeStation:
    """One hydropower station with what its simulation needs."""

    id: str
    river: River
    below: str
    """Id of the next station its water meets, '' at the end of the table."""
    name_zh: str
    name_en: str
    capacity_mw: float
    rated_head_m: float
    normal_level_m: float
    """Highest level of usual operation."""
    low_level_m: float | None
    """Lowest level of operation (dead level); None where not known, then from the storage curve."""
    flood_level_m: float | None
    """Highest level in the flood season; None where none is known."""
    flood_months: tuple[int, ...]
    """0..11, months in which `flood_level_m` holds."""
    usable_storage_m3: float
    """Between low and normal level."""
    total_storage_m3: float
    mean_flow_m3_s: float
    """Natural, long-term."""
    annual_mwh: float
    """Published design generation of a mean year; of some, with the stations upstream working."""
    simulated_mwh: float
    """Mean of ten simulated years of equal probability; computed once (`validation_cascade`), held by a test."""
    diverts: bool
    """Its turbines leave a stretch of river dry: the environmental flow does not pass them."""
    environmental_flow_m3_s: float | None
    """Where one is known; otherwise by rule."""
    measured_m3_per_kwh: float | None
    """Water used, mean of reported years 2009-15; for checks alone."""
    lon_deg: float
    lat_deg: float
    first_year: int | None
    """Complete from then on; None: before 2020."""
    tier: Tier
    source: str
    tail_water_m: float | None
    """Level below the dam where it is known; otherwise from rated head and storage."""
    levels_source: str
    """Of low and flood level and tail water; tier estimated."""

    @property
    def use_share(self) -> float:
        """What a dispatcher gets of the energy the simulation finds in the river: design over simulated. [-]

        Outages, reserve, withdrawals and spill for want of load are not in the simulation; the design knows them.
        """
        return self.annual_mwh / self.simulated_mwh


@dataclass(frozen=True, slots=True)
class RiverMonths:
    """Natural flow of a river at a gauge: its months and how far single years lie from their mean."""

    id: str
    river: River
    name_zh: str
    name_en: str
    station: str
    """Id of the station next to the gauge."""
    monthly_m3_s: tuple[float, ...]
    tier: Tier
    source: str
    cv: float
    """Coefficient of variation of the annual mean flow. [-]"""
    cs_over_cv: float
    """Skewness over cv, for Pearson III. [-]"""
    spread_tier: Tier
    spread_source: str
    gauge: str
    """Name in `river_gauges` of the gauge above which the rain is counted."""
    rain_monthly_mm: tuple[float, ...]
    """Mean of the atlas's rain over that catchment (`river_catchment`); computed once, held by a test."""


def _rows(name: str) -> list[dict[str, str]]:
    with resources.files("resources").joinpath(f"data/{name}.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _number(text: str) -> float | None:
    return float(text) if text else None


@functools.cache
def cascade_stations() -> tuple[CascadeStation, ...]:
    """All stations, each river from the source down."""
    return tuple(_station(row) for row in _rows("cascade_stations"))


def _station(row: dict[str, str]) -> CascadeStation:
    first, last = row["flood_first_month"], row["flood_last_month"]
    return CascadeStation(
        id=row["id"],
        river=cast(River, row["cascade"]),
        below=row["below"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        capacity_mw=float(row["capacity_mw"]),
        rated_head_m=float(row["rated_head_m"]),
        normal_level_m=float(row["normal_level_m"]),
        low_level_m=_number(row["low_level_m"]),
        flood_level_m=_number(row["flood_level_m"]),
        flood_months=tuple(range(int(first) - 1, int(last))) if first else (),
        usable_storage_m3=float(row["usable_storage_hm3"]) * 1e6,
        total_storage_m3=float(row["total_storage_hm3"]) * 1e6,
        mean_flow_m3_s=float(row["mean_flow_m3_s"]),
        annual_mwh=float(row["annual_gwh"]) * 1e3,
        simulated_mwh=float(row["simulated_gwh"]) * 1e3,
        diverts=row["diverts"] == "1",
        environmental_flow_m3_s=_number(row["environmental_flow_m3_s"]),
        measured_m3_per_kwh=_number(row["measured_m3_per_kwh"]),
        lon_deg=float(row["lon_deg"]),
        lat_deg=float(row["lat_deg"]),
        first_year=int(row["first_year"]) if row["first_year"] else None,
        tier=cast(Tier, row["tier"]),
        source=row["source"],
        tail_water_m=_number(row["tail_water_m"]),
        levels_source=row["levels_source"],
    )


@functools.cache
def river_months() -> dict[River, RiverMonths]:
    """By river; one gauge each."""
    return {
        cast(River, row["cascade"]): RiverMonths(
            id=row["id"],
            river=cast(River, row["cascade"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            station=row["station"],
            monthly_m3_s=tuple(float(row[f"m{month:02d}_m3_s"]) for month in range(1, 13)),
            tier=cast(Tier, row["tier"]),
            source=row["source"],
            cv=float(row["cv"]),
            cs_over_cv=float(row["cs_over_cv"]),
            spread_tier=cast(Tier, row["spread_tier"]),
            spread_source=row["spread_source"],
            gauge=row["gauge"],
            rain_monthly_mm=tuple(float(row[f"rain{month:02d}_mm"]) for month in range(1, 13)),
        )
        for row in _rows("cascade_flows")
    }


def chosen_stations(
    rivers: Sequence[str] = (), ids: Sequence[str] = (), year: int | None = None
) -> tuple[CascadeStation, ...]:
    """Stations of rivers, or by id, upstream before downstream.

    Parameters
    ----------
    rivers, ids
        Either or both; nothing at all means every station.
    year
        Only stations complete in that year.

    Returns
    -------
    The stations; `below` of each names the next one *that is chosen*, so the water of a station left out
    goes on to the next below it.

    Raises
    ------
    InputError
        No such river or station; nothing is left.
    """
    table = {station.id: station for station in cascade_stations()}
    problems = [
        Problem("argument", "river", name, f"one of {', '.join(RIVERS)}")
        for name in rivers
        if name not in RIVERS
    ]
    problems += [
        Problem("argument", "station", id, "an id such as yellow-04") for id in ids if id not in table
    ]
    if problems:
        raise InputError(problems)
    wanted = {
        station.id
        for station in table.values()
        if ((not rivers and not ids) or station.river in rivers or station.id in ids)
        and (year is None or station.first_year is None or station.first_year <= year)
    }
    if not wanted:
        raise InputError(Problem("argument", "stations", "none", "at least one station that stands by then"))
    return upstream_first([_joined(table[id], table, wanted) for id in wanted])


def _joined(station: CascadeStation, table: dict[str, CascadeStation], wanted: set[str]) -> CascadeStation:
    import dataclasses

    below = station.below
    while below and below not in wanted:
        below = table[below].below
    return station if below == station.below else dataclasses.replace(station, below=below)


def upstream_first(stations: Sequence[CascadeStation]) -> tuple[CascadeStation, ...]:
    """Any stations in an order in which each comes after all that drain into it.

    Raises
    ------
    InputError
        A station that drains into itself by way of others, or into one that is not there.
    """
    by_id = {station.id: station for station in stations}
    depth: dict[str, int] = {}
    for station in stations:
        way = [station.id]
        while below := by_id[way[-1]].below:
            if below not in by_id or below in way:
                expected = "a station of the same cascade further down"
                raise InputError(Problem("cascade", f"below of {way[-1]}", below, expected))
            way.append(below)
        depth[station.id] = len(way)
    return tuple(sorted(stations, key=lambda s: (-depth[s.id], s.river, s.id)))
