"""Small libraries of imported data for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.raster import Raster, write_cog
from resources.library import Entry, entries
from resources.sources.flow_series import FlowSeries, write_series
from resources.sources.house import write_weather
from resources.sources.importing import MANIFEST_SUFFIX, Manifest, sha256_of
from resources.weather import HourlyWeather


def _entry(
    folder: Path, name: str, data: Path, kind: Any, details: dict[str, Any], grade: Any = "measured"
) -> Entry:
    manifest = Manifest(
        id=name,
        format="made",
        kind=kind,
        grade=grade,
        source=f"made for a test: {name}",
        licence="none",
        data=data.name,
        data_sha256=sha256_of(data),
        originals=(),
        answers={},
        corrections=(),
        details=details,
    )
    (folder / f"{name}{MANIFEST_SUFFIX}").write_text(manifest.model_dump_json(), encoding="utf-8")
    return next(e for e in entries(folder)[0] if e.manifest.id == name)


def raster_entry(
    folder: Path,
    name: str,
    variable: str,
    values: NDArray[np.float64],
    bounds: tuple[float, float, float, float],
    **details: Any,
) -> Entry:
    """A raster (band, row, col) in WGS84 as an import leaves it."""
    data = folder / f"{name}.tif"
    write_cog(data, Raster(values=values, bounds=bounds))
    return _entry(folder, name, data, "raster", {"variable": variable, **details})


def weather_entry(folder: Path, name: str, weather: HourlyWeather, kind: str = "hourly-grid") -> Entry:
    """Hours of places as an import leaves them, a typical year."""
    data = folder / f"{name}.nc"
    write_weather(data, weather, year=2021)
    return _entry(folder, name, data, kind, {})


def flow_entry(folder: Path, name: str, *series: FlowSeries) -> Entry:
    """Discharge of gauges as an import of the user's own table leaves it."""
    data = folder / f"{name}.parquet"
    write_series(series, data)
    return _entry(folder, name, data, "flow-series", {}, "user")
