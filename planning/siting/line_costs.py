"""What a line from a site to the grid costs: voltages, circuits, stations, losses; and ground that is dear to cross.

Figures with source and tier: `planning/data/siting_connection.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from gis_layers.errors import InputError, Problem
from gis_layers.provenance import Tier
from planning.prices import Price
from planning.table_rows import DATA, figure_problems, raise_if, read_rows, steps_of, weakest
from planning.technology import annuity_factor

FILE: Final = "siting_connection.csv"
VOLTAGES_KV: Final = (220, 330, 500, 750)
LADDERS: Final[Mapping[bool, tuple[int, ...]]] = MappingProxyType({True: (330, 750), False: (220, 500)})
"""Voltages that grids are built with: in the north-west (True) and elsewhere."""
_OF_A_LINE = ("cny_per_km", "mw", "reach_km", "loss_share_per_100km", "station_cny_per_kw", "bay_cny")


class ConnectionFigure(Price):
    """One figure of `siting_connection.csv`."""


@dataclass(frozen=True, slots=True)
class LineClass:
    """One circuit of a voltage on flat ground."""

    kv: int
    cny_per_km: float
    mw: float
    reach_km: float
    loss_share_per_100km: float
    """At `mw`."""
    station_cny_per_kw: float
    bay_cny: float


@dataclass(frozen=True, slots=True)
class ConnectionCosts:
    """All figures of the table."""

    lines: Mapping[int, LineClass]
    """By kV."""
    life_years: float
    fixed_om_share_per_year: float
    most_circuits: float
    """Of one voltage from one site."""
    slope_factors: tuple[tuple[float, float], ...]
    """(from slope in per cent, cost over flat ground), rising."""
    height_factors: tuple[tuple[float, float], ...]
    """(from elevation in m, cost over low ground), rising."""
    desert_factor: float
    forbidden_above_m: float
    tier: Tier
    """The weakest of the figures."""


@dataclass(frozen=True, slots=True)
class Line:
    """A connection of some power over some way, of the cheapest voltage."""

    kv: int
    circuits: int
    capability_mw: float
    investment_cny: float
    cny_per_year: float
    """Annuity and operation."""
    rated_loss_share: float
    """Of the power at full use of all circuits."""
    beyond_practice: bool
    """Longer, or of more circuits, than lines of any voltage on offer are in practice."""

    def loss_share(self, mean_mw: float, mean_square_mw2: float) -> float:
        """Share of the year's energy lost: losses go with the square of the power.

        With p the power of an hour, loss = rated_loss_share * p^2 / capability, so its share of the energy is
        rated_loss_share * mean(p^2) / (capability * mean(p)).
        """
        return (
            self.rated_loss_share * mean_square_mw2 / (self.capability_mw * mean_mw) if mean_mw > 0 else 0.0
        )


def connection_costs(folder: Path | None = None) -> ConnectionCosts:
    """Read and check the table, by default the program's own.

    Raises
    ------
    InputError
        Every bad row, missing figure and impossible value.
    """
    return _own() if folder is None else _load(folder)


_ABOVE_ZERO = ("_cny_per_km", "_mw", "_reach_km", "_years", "_circuits", "_above_m")
"""Ends of the names of figures that may not be 0."""


@lru_cache(maxsize=1)
def _own() -> ConnectionCosts:
    return _load(DATA)


def _load(folder: Path) -> ConnectionCosts:
    problems: list[Problem] = []
    rows = read_rows(folder / FILE, ConnectionFigure, problems)
    held = {row.id: row.value for row in rows}
    wanted = [f"line_{kv}kv_{name}" for kv in VOLTAGES_KV for name in _OF_A_LINE]
    wanted += ["line_life_years", "line_fixed_om_share_per_year", "line_most_circuits", "factor_desert"]
    wanted.append("forbidden_above_m")
    problems += figure_problems(
        FILE,
        held,
        wanted,
        lambda name: 1.0 if name.startswith("factor_") else 0.0,
        lambda name: name.endswith(_ABOVE_ZERO),
    )
    raise_if(problems)
    return ConnectionCosts(
        lines=MappingProxyType(
            {kv: LineClass(kv, *(held[f"line_{kv}kv_{name}"] for name in _OF_A_LINE)) for kv in VOLTAGES_KV}
        ),
        life_years=held["line_life_years"],
        fixed_om_share_per_year=held["line_fixed_om_share_per_year"],
        most_circuits=held["line_most_circuits"],
        slope_factors=steps_of(held, "factor_slope_", "_percent"),
        height_factors=steps_of(held, "factor_height_", "_m"),
        desert_factor=held["factor_desert"],
        forbidden_above_m=held["forbidden_above_m"],
        tier=weakest(*(row.tier for row in rows)),
    )


def cheapest_line(
    power_mw: float,
    km: float,
    dear_km: float,
    rate: float,
    north_west: bool,
    costs: ConnectionCosts,
) -> Line:
    """The line of least yearly cost for a power over a way.

    Parameters
    ----------
    power_mw
        Highest power of the year.
    km
        Length of the way, for losses and reach.
    dear_km
        The same with every kilometre counted as often as it costs more than one on flat ground.
    rate
        Real discount rate. [1/a]
    north_west
        Whether the grid is one of 330 and 750 kV, or one of 220 and 500 kV.

    Raises
    ------
    InputError
        A power or a length that is none.

    Notes
    -----
    A voltage whose lines do not reach so far, or would be too many, is taken only where every one is. The value of what is lost is not weighed
    in the choice; it is in the cost of the energy that arrives.
    """
    if not (power_mw > 0 and km >= 0 and dear_km >= km * (1 - 1e-9) and math.isfinite(dear_km)):
        found = f"{power_mw:g} MW, {km:g} km, {dear_km:g} km"
        raise InputError(Problem("connection", "power_mw, km, dear_km", found, "a power above 0, a way"))
    offered = [costs.lines[kv] for kv in LADDERS[north_west]]
    within = [
        line for line in offered if km <= line.reach_km and _circuits(power_mw, line) <= costs.most_circuits
    ]
    yearly = annuity_factor(rate, costs.life_years) + costs.fixed_om_share_per_year
    found_lines = []
    for line in within or offered:
        circuits = _circuits(power_mw, line)
        investment = (
            circuits * (line.cny_per_km * dear_km + line.bay_cny) + line.station_cny_per_kw * power_mw * 1e3
        )
        found_lines.append(
            Line(
                line.kv, circuits, circuits * line.mw, investment, investment * yearly,
                min(line.loss_share_per_100km * km / 100.0, 1.0), not within,
            )
        )  # fmt: skip
    return min(found_lines, key=lambda line: line.cny_per_year)


def _circuits(power_mw: float, line: LineClass) -> int:
    return max(1, math.ceil(power_mw / line.mw - 1e-9))
