"""The table of published yields (`data/published_yields.csv`), as read."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources
from typing import cast

from gis_layers.provenance import Tier
from resources.validation_row import Words


@dataclass(frozen=True, slots=True)
class Published:
    """One published yield or sum."""

    id: str
    technology: str
    """'wind', 'pv', 'dni', 'ghi'."""
    kind: str
    """'site', 'region', 'desert', 'province', 'national', 'year'."""
    name: Words
    place: tuple[float, float] | None
    """Longitude and latitude of a site."""
    adcode: str
    low: float
    high: float
    """Hours [h], or irradiation [kWh/m2]; as published, cut output not added back."""
    capacity_gw: float | None
    """Weight of a province."""
    kept_share: float
    """Share not cut; 1 where none is published. [-]"""
    basis: str
    """'dc', 'ac', 'rated', or a unit."""
    plant: str
    year: str
    tier: Tier
    source: str
    note: str

    @property
    def uncut(self) -> tuple[float, float]:
        """What would have been delivered without curtailment."""
        return self.low / self.kept_share, self.high / self.kept_share


@functools.cache
def published() -> tuple[Published, ...]:
    """All rows; where output and capacity are published, hours are output over either capacity."""
    with resources.files("resources").joinpath("data/published_yields.csv").open(encoding="utf-8") as handle:
        return tuple(_row(row) for row in csv.DictReader(handle))


def _row(row: dict[str, str]) -> Published:
    capacities = [float(row[key]) for key in ("capacity_low_gw", "capacity_high_gw") if row[key]]
    if row["generation_twh"]:
        least = capacities[0]
        # Between plants of mid-year and the mean of those of mid-year and the year's end.
        most = sum(capacities) / len(capacities)
        hours = sorted(float(row["generation_twh"]) * 1e3 / gw for gw in (least, most))
        low, high = hours[0], hours[-1]
        weight: float | None = most
    else:
        low, high = float(row["hours_low"]), float(row["hours_high"])
        weight = capacities[-1] if capacities else None
    return Published(
        id=row["id"],
        technology=row["technology"],
        kind=row["kind"],
        name=(row["name_zh"], row["name_en"]),
        place=(float(row["lon"]), float(row["lat"])) if row["lon"] else None,
        adcode=row["adcode"],
        low=low,
        high=high,
        capacity_gw=weight,
        kept_share=float(row["kept_share"]) if row["kept_share"] else 1.0,
        basis=row["basis"],
        plant=row["plant"],
        year=row["year"],
        tier=cast(Tier, row["tier"]),
        source=row["source"],
        note=row["note"],
    )
