"""What every technology of a base is to the programme, and what it answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planning.sizing.assembly import Assembly, Index

Array = NDArray[np.float64]

DUST_MW = 1e-3
"""Capacities below are none at all: an interior answer leaves dust where a vertex would leave nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A solution by the names of its columns, in MW and MWh."""

    x: Array
    columns: Mapping[str, Index]
    hours: int

    def series(self, name: str) -> Array:
        """(hour,) MW, noise below 0 taken off."""
        return np.asarray(np.maximum(self.x[self.columns[name]], 0.0) * 1e3)

    def single(self, name: str) -> float:
        value = float(self.x[self.columns[name][0]]) * 1e3
        return value if value >= DUST_MW else 0.0


@dataclass(slots=True)
class Adjustable:
    """A series that may take up the solver's noise within its own bounds."""

    name: str
    low: Array
    high: Array


@dataclass(slots=True)
class Draft:
    """One technology's year while the noise is settled; arrays (hour,)."""

    capacity_mw: dict[str, float] = field(default_factory=dict)
    energy_mwh: dict[str, float] = field(default_factory=dict)
    hourly_mw: dict[str, Array] = field(default_factory=dict)
    sign: dict[str, float] = field(default_factory=dict)
    """Of the series that meet at the node: +1 feeds it, -1 draws from it."""
    levels: dict[str, Array] = field(default_factory=dict)
    """MWh, or hm3 of water, at the end of the hour."""
    adjustable: list[Adjustable] = field(default_factory=list)
    kept: dict[str, Array] = field(default_factory=dict)
    """Series that settling does not move, for `Piece.finish`."""
    facts: dict[str, float] = field(default_factory=dict)
    """What a check found, by a name that ends with its unit."""

    def net_mw(self, hours: int) -> Array:
        total = np.zeros(hours)
        for name, sign in self.sign.items():
            total += sign * self.hourly_mw[name]
        return total


@dataclass(frozen=True, slots=True)
class Account:
    """What a technology's year costs and gives."""

    investment_cny: float = 0.0
    """Of what is new."""
    fixed_cny: float = 0.0
    """Annuities and upkeep of a whole year."""
    variable_cny: float = 0.0
    """Of the hours there are."""
    income_cny: float = 0.0
    """From what is sold beside electricity."""
    land_km2: float = 0.0
    co2_t: float = 0.0
    fuel_tce: float = 0.0
    green_mwh: float = 0.0
    thermal_mwh: float = 0.0
    possible_mwh: float = 0.0
    """What wind and PV could have given."""
    taken_mwh: float = 0.0
    store_loss_mwh: float = 0.0
    """What a store took in and did not give back."""
    products: Mapping[str, float] = field(default_factory=dict)
    """By a name that ends with its unit."""


class Piece(Protocol):
    """A technology of a base."""

    def add(self, a: Assembly) -> None:
        """Write columns and rows."""
        ...

    def read(self, answer: Answer) -> Draft:
        """The hours of an answer, own conservation laws exact."""
        ...

    def finish(self, draft: Draft) -> None:
        """Bring what follows from settled hours up to them."""
        ...

    def account(self, draft: Draft, rate: float) -> Account:
        """Money, land and fuel of settled hours."""
        ...
