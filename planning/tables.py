"""All tables of the program in one frozen value: nodes, lines, technologies, rivers, designs, prices.

`load_tables()` reads `planning/data`; every problem of every file is reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from gis_layers.errors import Problem
from gis_layers.provenance import Provenance
from planning.corridors import Corridor, Interface
from planning.hydro_stations import HydroStation
from planning.line_checks import Fault, line_faults, tie_faults
from planning.prices import GridTariff, NationalFigure, Price
from planning.provinces import Figure, Node, NodePlace, gather
from planning.table_rows import DATA, raise_if, read_rows, row_number
from planning.technology import PublishedDesign, TechnologyFigure


@dataclass(frozen=True, slots=True)
class Tables:
    """Every figure that is not computed, as read."""

    nodes: tuple[Node, ...]
    figures: tuple[Figure, ...]
    corridors: tuple[Corridor, ...]
    interfaces: tuple[Interface, ...]
    technologies: tuple[TechnologyFigure, ...]
    hydro_stations: tuple[HydroStation, ...]
    designs: tuple[PublishedDesign, ...]
    prices: tuple[Price, ...]
    national: tuple[NationalFigure, ...]
    grid_tariffs: tuple[GridTariff, ...]
    node_by_id: Mapping[str, Node]
    corridor_by_id: Mapping[str, Corridor]
    _technology: Mapping[str, TechnologyFigure]
    _price: Mapping[str, Price]

    def node(self, node_id: str) -> Node:
        """A node by id; KeyError where there is none."""
        return self.node_by_id[node_id]

    def corridor(self, corridor_id: str) -> Corridor:
        """A line by id; KeyError where there is none."""
        return self.corridor_by_id[corridor_id]

    def technology(self, technology: str, quantity: str) -> float:
        """Value of a quantity, in the unit its name ends with; KeyError where the table has none."""
        return self._technology[f"{technology}.{quantity}"].value

    def technology_figure(self, technology: str, quantity: str) -> TechnologyFigure:
        """The same with range and source."""
        return self._technology[f"{technology}.{quantity}"]

    def price(self, price_id: str) -> float:
        """Value of a price or rate by id; KeyError where there is none."""
        return self._price[price_id].value

    def national_figure(self, figure_id: str) -> float:
        """A published national total by id; KeyError where there is none."""
        return next(f.value for f in self.national if f.id == figure_id)

    def interfaces_by(self, year: int) -> tuple[Interface, ...]:
        """AC ties that stand by the end of `year`."""
        return tuple(tie for tie in self.interfaces if tie.year <= year)

    def cascade(self, name: str, year: int) -> tuple[HydroStation, ...]:
        """Stations of a river complete by the end of `year`, from the source down."""
        own = [s for s in self.hydro_stations if s.cascade == name and s.year <= year]
        return tuple(sorted(own, key=lambda s: s.position))

    def provenance(self, node_id: str, field: str) -> Provenance:
        """Source, date and tier of one figure of a node; KeyError where there is none."""
        for figure in self.figures:
            if figure.node_id == node_id and figure.field == field:
                return Provenance(figure.source, figure.date, figure.tier)
        raise KeyError((node_id, field))

    def coal_cost_cny_per_mwh(self) -> dict[str, float]:
        """Fuel and variable operation of coal power by node. [CNY/MWh]

        The national coal price times the coal rate, scaled by the node's benchmark price over the
        capacity-weighted national one: benchmark prices follow the price of coal at the plant.
        """
        total = sum(node.coal_2020_mw for node in self.nodes)
        mean = sum(n.coal_benchmark_cny_per_mwh * n.coal_2020_mw for n in self.nodes) / total
        gce = self.technology("coal", "fuel_gce_per_kwh_supplied")
        fuel = gce / 1e3 * self.technology("coal", "fuel_price_cny_per_tce")
        other = self.technology("coal", "variable_om_cny_per_mwh")
        return {n.node_id: fuel * n.coal_benchmark_cny_per_mwh / mean + other for n in self.nodes}

    def coal_co2_t_per_mwh(self) -> float:
        """Emission of coal power per MWh. [t/MWh]"""
        gce = self.technology("coal", "fuel_gce_per_kwh_supplied")
        return gce / 1e3 * self.technology("coal", "co2_t_per_tce")


def load_tables(folder: Path | None = None) -> Tables:
    """Read and check all tables of `folder`, by default the program's own.

    Raises
    ------
    InputError
        Every bad row, unknown node, double id, impossible value of all files.
    """
    return _own_tables() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _own_tables() -> Tables:
    return _load(DATA)


def _load(folder: Path) -> Tables:
    problems: list[Problem] = []
    places = read_rows(folder / "nodes.csv", NodePlace, problems)
    figures = read_rows(folder / "province_figures.csv", Figure, problems)
    nodes = gather(places, figures, problems)
    corridors = read_rows(folder / "corridors.csv", Corridor, problems)
    interfaces = read_rows(folder / "interfaces.csv", Interface, problems)
    technologies = read_rows(folder / "technologies.csv", TechnologyFigure, problems)
    stations = read_rows(folder / "hydro_stations.csv", HydroStation, problems)
    designs = read_rows(folder / "bases.csv", PublishedDesign, problems)
    prices = read_rows(folder / "prices.csv", Price, problems)
    national = read_rows(folder / "national.csv", NationalFigure, problems)
    grids = read_rows(folder / "grid_tariffs.csv", GridTariff, problems)
    _check_lines(folder, {p.node_id: p for p in places}, corridors, interfaces, problems)
    known = {p.node_id for p in places}
    for station in stations:
        if station.node_id not in known:
            problems.append(Problem("hydro_stations.csv", station.id, station.node_id, "a node of nodes.csv"))
    for grid in grids:
        if grid.node_id not in known:
            problems.append(Problem("grid_tariffs.csv", grid.grid_zh, grid.node_id, "a node of nodes.csv"))
    raise_if(problems)
    return Tables(
        nodes=nodes,
        figures=figures,
        corridors=corridors,
        interfaces=interfaces,
        technologies=technologies,
        hydro_stations=stations,
        designs=designs,
        prices=prices,
        national=national,
        grid_tariffs=grids,
        node_by_id=MappingProxyType({n.node_id: n for n in nodes}),
        corridor_by_id=MappingProxyType({c.id: c for c in corridors}),
        _technology=MappingProxyType({t.id: t for t in technologies}),
        _price=MappingProxyType({p.id: p for p in prices}),
    )


def _check_lines(
    folder: Path,
    places: Mapping[str, NodePlace],
    corridors: tuple[Corridor, ...],
    interfaces: tuple[Interface, ...],
    problems: list[Problem],
) -> None:
    """Faults of lines and ties, each with its file and row."""
    ties = {tie.id for tie in interfaces}
    for line in corridors:
        faults = list(line_faults(line, places))
        if line.interface_id is not None and line.interface_id not in ties:
            faults.append(Fault("interface_id", line.interface_id, "a tie of interfaces.csv"))
        if line.status == "own":
            faults.append(Fault("status", line.status, "a line of the table, not of a scenario"))
        problems += _said(folder / "corridors.csv", line.id, faults)
    for tie in interfaces:
        problems += _said(folder / "interfaces.csv", tie.id, tie_faults(tie, places))


def _said(path: Path, row: str, faults: Iterable[Fault]) -> list[Problem]:
    return [Problem(f"{path.name} row {row_number(path, row)} ({row})", *fault) for fault in faults]
