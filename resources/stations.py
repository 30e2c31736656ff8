"""The weather stations of the national standard GB 50736-2012, appendix A: anchors of the atlas layers."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Station:
    """One station; a figure that is doubtful or not printed is None."""

    id: int
    name_zh: str
    province_zh: str
    lat_deg: float
    lon_deg: float
    elevation_m: float
    period: str
    annual_temperature_c: float | None
    summer_wind_ms: float | None
    """Mean wind at 10 m over the three warmest months; a town station, sheltered."""
    winter_wind_ms: float | None
    """Mean wind at 10 m over the three coldest months."""
    winter_sunshine: float | None
    """Sunshine of December to February over its possible duration. [-]"""
    winter_pressure_hpa: float | None
    summer_pressure_hpa: float | None
    note: str
    """What was corrected or left out against the printed table, and why; else empty."""


@functools.cache
def stations() -> tuple[Station, ...]:
    """All stations in the order of their ids, the doubtful cells of the printed table mended or left out."""
    text = resources.files("resources").joinpath("data/stations_gb50736.csv").read_text(encoding="utf-8")
    return tuple(_station(row) for row in csv.DictReader(io.StringIO(text)))


def _station(row: dict[str, str]) -> Station:
    percent = _number(row["winter_sunshine_pct"])
    return Station(
        id=int(row["station_id"]),
        name_zh=row["station_zh"],
        province_zh=row["province_zh"],
        lat_deg=float(row["lat_deg"]),
        lon_deg=float(row["lon_deg"]),
        elevation_m=float(row["elevation_m"]),
        period=row["period"],
        annual_temperature_c=_number(row["annual_mean_temp_c"]),
        summer_wind_ms=_number(row["summer_mean_wind_ms"]),
        winter_wind_ms=_number(row["winter_mean_wind_ms"]),
        winter_sunshine=None if percent is None else percent / 100.0,
        winter_pressure_hpa=_number(row["winter_pressure_hpa"]),
        summer_pressure_hpa=_number(row["summer_pressure_hpa"]),
        note=row["note"],
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
