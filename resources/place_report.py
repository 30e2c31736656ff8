"""The resource at one place, and its hourly output as a file: what `point` and `profile` answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from gis_layers.boundary import require_in_china
from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing
from resources import atlas
from resources.profile import profiles_of_weather
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import WEATHER, Served, count_served
from resources.solar import PvSystem, specific_yield_kwh_per_kwp
from resources.weather import HourlyWeather
from resources.wind import BASE_TURBINE

SOURCE_LAYERS = ("ghi_monthly", "wind_speed_100m", "temperature_monthly", "elevation")


def place_report(lon_deg: float, lat_deg: float, seed: int, data: ResourceData = EMBEDDED) -> dict[str, Any]:
    """Everything `energymap point` says, keyed with units; `data` in place of the atlas where it has values.

    Raises
    ------
    InputError
        A place outside China.
    """
    province = require_in_china(lon_deg, lat_deg)
    climate = data.climate_at(np.array([lon_deg]), np.array([lat_deg]))
    system = PvSystem()
    year = data.weather_at(climate, seed)
    profiles = profiles_of_weather(year.weather, system, BASE_TURBINE, year.speedup)
    served = count_served(data, climate, year)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.0
    return {
        "lon": lon_deg,
        "lat": lat_deg,
        "province": province.name_zh,
        "province_en": province.name_en,
        "adcode": int(province.adcode),
        "elevation_m": round(float(climate.elevation_m[0]), 1),
        "ghi_kwh_per_m2": round(float(climate.ghi_monthly_kwh_per_m2[0].sum()), 1),
        "ghi_monthly_kwh_per_m2": [round(float(v), 1) for v in climate.ghi_monthly_kwh_per_m2[0]],
        "wind_speed_100m_ms": round(float(climate.wind_speed_monthly_ms[0] @ days), 2),
        "wind_speed_monthly_ms": [round(float(v), 2) for v in climate.wind_speed_monthly_ms[0]],
        "wind_speedup_of_sites": round(float(climate.wind_speedup[0]), 3),
        "air_density_kg_per_m3": round(float(climate.air_density_kg_per_m3[0]), 4),
        "temperature_c": round(float(climate.temperature_monthly_c[0] @ days), 1),
        "pv_specific_yield_kwh_per_kwp": round(float(specific_yield_kwh_per_kwp(profiles.pv, system)[0]), 1),
        "pv_capacity_factor": round(float(profiles.pv[0].mean()), 4),
        "wind_capacity_factor": round(float(profiles.wind[0].mean()), 4),
        "grade": served.grade,
        "sources": source_lines(served),
        "resource": [row.as_plain() for row in served.rows],
    }


def source_lines(served: Served) -> list[str]:
    """What the figures of a place are of, for people: imported data, and the layers of the atlas they show."""
    lines = []
    for row in served.rows:
        if row.what == WEATHER:
            if row.entry:
                lines.append(f"hourly weather: {row.source} ({row.period}; {row.grade})")
            continue
        info = atlas.layer(row.what)
        if row.entry:
            lines.append(f"{info.title_en}: {row.source} ({row.period or row.entry}; {row.grade})")
        elif row.what in SOURCE_LAYERS:
            lines.append(f"{info.title_en}: {info.source} ({info.period}; {info.grade})")
    return lines


def write_place_profile(
    lon_deg: float,
    lat_deg: float,
    technology: Literal["pv", "wind"],
    path: Path,
    *,
    seed: int,
    weather: Path | None = None,
    data: ResourceData = EMBEDDED,
) -> dict[str, Any]:
    """Write the 8,760 hours of a place to CSV or Parquet, whole or not at all.

    Raises
    ------
    InputError
        A place outside China, an ending that is neither .csv nor .parquet, a folder that is not there, a
        weather file that cannot be used.
    """
    problems = []
    if path.suffix not in (".csv", ".parquet"):
        problems.append(Problem("--out", "ending", path.suffix or "none", ".csv or .parquet"))
    if not path.parent.is_dir():
        problems.append(Problem("--out", "folder", str(path.parent), "a folder that exists"))
    if problems:
        raise InputError(problems)
    require_in_china(lon_deg, lat_deg)
    year: HourlyWeather
    if weather is not None:
        from resources.sources.epw import from_epw

        year, speedup, grade, source = from_epw(weather), 1.0, "user", str(weather)
    else:
        climate = data.climate_at(np.array([lon_deg]), np.array([lat_deg]))
        found = data.weather_at(climate, seed)
        served = count_served(data, climate, found)
        year, speedup, grade = found.weather, float(found.speedup[0]), served.grade
        own = {row.entry: f"{row.source} ({', '.join(filter(None, (row.entry, row.period)))})"
               for row in served.rows if row.entry}  # fmt: skip
        generated = any(row.what == WEATHER and not row.entry for row in served.rows)
        source = "; ".join([*own.values(), *([f"embedded atlas, seed {seed}"] if generated else [])])
    profiles = profiles_of_weather(year, PvSystem(), BASE_TURBINE, speedup)
    factor = np.asarray((profiles.pv if technology == "pv" else profiles.wind)[0], dtype=np.float64)
    _write(path, technology, factor, year)
    return {
        "file": str(path),
        "technology": technology,
        "hours": len(factor),
        "capacity_factor": round(float(factor.mean()), 4),
        "full_load_hours": round(float(factor.sum()), 1),
        "grade": grade,
        "source": source,
    }


def _write(path: Path, technology: str, factor: np.ndarray[Any, Any], year: HourlyWeather) -> None:
    import pandas as pd

    hours = pd.date_range("2019-01-01", periods=len(factor), freq="h")  # a year without 29 February
    table = pd.DataFrame(
        {
            "hour": np.arange(len(factor)),
            "month_day_hour_utc8": hours.strftime("%m-%d %H:%M"),
            f"{technology}_capacity_factor": np.round(factor, 5),
            "ghi_w_per_m2": np.round(year.ghi_w_per_m2[0].astype(float), 1),
            "temperature_c": np.round(year.temperature_c[0].astype(float), 1),
            "wind_speed_100m_ms": np.round(year.wind_speed_ms[0].astype(float), 2),
        }
    )
    with replacing(path) as temporary:
        if path.suffix == ".csv":
            table.to_csv(temporary, index=False)
        else:
            table.to_parquet(temporary, index=False)
