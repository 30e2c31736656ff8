"""The dispatch nodes: 31 provinces, Inner Mongolia as its two grids, with what each had, used and earned.

Figures come from `data/province_figures.csv` (one figure a row, with unit, source, tier); `Node` gathers
those the chain needs. A figure a node lacks is an error of the table, not a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gis_layers.errors import Problem
from gis_layers.provenance import Tier
from planning.table_rows import Row, weakest

Region = Literal["N", "NE", "NW", "E", "C", "SW", "S"]
SyncArea = Literal["NC", "NE", "NW", "E", "SW", "S", "YN"]
"""Grids that swing together: North and Central are one through Changnanjing; the Southwest has been apart
from Central since 2019 (Chongqing-Hubei back-to-back), Yunnan from the South since 2016."""
LoadClimate = Literal["cold", "cold_dry", "north", "hot_summer", "subtropical", "mild", "plateau"]

FLEET = ("coal", "gas", "nuclear", "hydro", "pumped", "wind", "pv")
"""Technologies with a capacity of 2020 in every node; hydro is without pumped storage."""


class NodePlace(Row):
    """Identity and place of a node (`nodes.csv`)."""

    node_id: str
    adcode: int
    name_zh: str
    name_en: str
    region: Region
    sync_area: SyncArea
    lon_deg: float
    lat_deg: float
    load_climate: LoadClimate
    winter_heating: bool


class Figure(Row):
    """One figure of one node (`province_figures.csv`)."""

    node_id: str
    field: str
    value: float
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A node with its figures; capacities at the end of 2020, energies of 2020."""

    node_id: str
    adcode: int
    name_zh: str
    name_en: str
    region: Region
    sync_area: SyncArea
    lon_deg: float
    lat_deg: float
    load_climate: LoadClimate
    winter_heating: bool
    gdp_2020_cny: float
    gdp_2024_cny: float
    consumption_2020_mwh: float
    """All electricity used: final use, own use of plants and losses of grids."""
    consumption_2024_mwh: float
    peak_load_2024_mw: float
    """Highest load the grid company dispatched about 2024: without self-supplied plants."""
    coal_2020_mw: float
    """Thermal less gas; holds biomass and waste."""
    gas_2020_mw: float
    nuclear_2020_mw: float
    hydro_2020_mw: float
    pumped_2020_mw: float
    wind_2020_mw: float
    pv_2020_mw: float
    wind_2024_mw: float
    pv_2024_mw: float
    thermal_2020_mwh: float
    nuclear_2020_mwh: float
    hydro_2020_mwh: float
    """As statistics count it: with what pumped storage gave back."""
    wind_2020_mwh: float
    pv_2020_mwh: float
    coal_benchmark_cny_per_mwh: float
    """Coal power's benchmark price at the plant's busbar, with VAT."""
    tier: Tier
    """The weakest tier of all its figures."""

    def capacity_2020_mw(self) -> dict[str, float]:
        """By technology of `FLEET`. [MW]"""
        return {tech: float(getattr(self, f"{tech}_2020_mw")) for tech in FLEET}

    def natural_hydro_2020_mwh(self) -> float:
        """Hydro energy of 2020 that rivers made: statistics less pumped storage at 1,060 h (the national
        33.5 TWh of 31.5 GW), at most 6,000 h of the conventional capacity. [MWh]
        """
        rest = self.hydro_2020_mwh - 1060.0 * self.pumped_2020_mw
        return min(max(rest, 0.0), 6000.0 * self.hydro_2020_mw)

    def gdp_cny(self, year: int) -> float:
        """GDP of 2020 or 2024, current prices of that year.

        Raises
        ------
        KeyError
            Another year: the table has no other.
        """
        return {2020: self.gdp_2020_cny, 2024: self.gdp_2024_cny}[year]


_UNITS = {"_mw": "MW", "_mwh": "MWh", "_cny": "CNY", "_cny_per_mwh": "CNY/MWh", "_pct": "%", "_hours": "h"}
_PLACE = ("node_id", "adcode", "name_zh", "name_en", "region", "sync_area", "lon_deg", "lat_deg")
_FIGURES = tuple(
    name for name in Node.__slots__ if name not in (*_PLACE, "load_climate", "winter_heating", "tier")
)


def gather(
    places: Iterable[NodePlace], figures: Iterable[Figure], problems: list[Problem]
) -> tuple[Node, ...]:
    """Nodes in the order of the table, each with all its figures; problems are appended."""
    by_node: dict[str, dict[str, Figure]] = {place.node_id: {} for place in places}
    for figure in figures:
        where = f"province_figures.csv {figure.node_id}"
        if figure.node_id not in by_node:
            problems.append(Problem(where, "node_id", figure.node_id, "a node of nodes.csv"))
            continue
        if figure.field in by_node[figure.node_id]:
            problems.append(Problem(where, figure.field, "twice", "once"))
        suffix = next((s for s in sorted(_UNITS, key=len, reverse=True) if figure.field.endswith(s)), "")
        if _UNITS.get(suffix) != figure.unit:
            problems.append(Problem(where, figure.field, figure.unit, f"unit {_UNITS.get(suffix, '?')}"))
        if figure.value < 0:
            problems.append(Problem(where, figure.field, f"{figure.value:g}", "0 or more"))
        by_node[figure.node_id][figure.field] = figure
    nodes = []
    for place in places:
        own = by_node[place.node_id]
        missing = [name for name in _FIGURES if name not in own]
        if missing:
            problems.append(
                Problem(f"province_figures.csv {place.node_id}", ", ".join(missing), "nothing", "a figure")
            )
            continue
        values: dict[str, Any] = {n: getattr(place, n) for n in (*_PLACE, "load_climate", "winter_heating")}
        values |= {name: own[name].value for name in _FIGURES}
        nodes.append(Node(**values, tier=weakest(*(own[name].tier for name in _FIGURES))))
    return tuple(nodes)


def by_adcode(values: Mapping[str, float], nodes: Iterable[Node]) -> dict[int, float]:
    """Values of nodes summed to provinces: the two grids of Inner Mongolia become one."""
    sums: dict[int, float] = {}
    for node in nodes:
        if node.node_id in values:
            sums[node.adcode] = sums.get(node.adcode, 0.0) + values[node.node_id]
    return sums
