"""Gauges and dams with published mean flow, by which the embedded rivers are judged."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class RiverGauge:
    """A place on a river of the embedded network with what is published of it."""

    name: str
    name_zh: str
    river: str
    kind: str
    """'gauge' or 'dam'."""
    lon_deg: float
    lat_deg: float
    """Of the 5' cell in which the embedded network has the river, at most two cells from the place itself."""
    catchment_km2: float | None
    mean_flow_m3_s: float
    level_m: float | None
    """Tail water of a dam: normal level less rated head."""
    tier: str
    source: str


@functools.cache
def river_gauges() -> tuple[RiverGauge, ...]:
    """All rows of `river_gauges.csv`, gauges first."""
    with resources.files("resources").joinpath("data/river_gauges.csv").open(encoding="utf-8") as handle:
        return tuple(
            RiverGauge(
                name=row["name"],
                name_zh=row["name_zh"],
                river=row["river"],
                kind=row["kind"],
                lon_deg=float(row["lon"]),
                lat_deg=float(row["lat"]),
                catchment_km2=float(row["catchment_km2"]) if row["catchment_km2"] else None,
                mean_flow_m3_s=float(row["mean_flow_m3_s"]),
                level_m=float(row["level_m"]) if row["level_m"] else None,
                tier=row["tier"],
                source=row["source"],
            )
            for row in csv.DictReader(handle)
        )
