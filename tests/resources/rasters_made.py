"""Rasters written for tests as users' files are: by rasterio and h5netcdf, with their usual faults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError
from resources.library import Entry, entries
from resources.sources.importing import import_source, inspect_source

Bounds = tuple[float, float, float, float]
BOX: Bounds = (100.0, 38.0, 102.0, 40.0)


def geotiff(
    path: Path,
    values: NDArray[Any],
    bounds: Bounds = BOX,
    *,
    crs: str | None = "EPSG:4326",
    south_up: bool = False,
    rotated: bool = False,
    unit: str = "",
    tags: Mapping[str, str] | None = None,
    **profile: Any,
) -> Path:
    """A GeoTIFF of (row, col) or (band, row, col) values."""
    import rasterio

    bands = values[None] if values.ndim == 2 else values
    west, south, east, north = bounds
    rows, cols = bands.shape[1:]
    transform = rasterio.Affine((east - west) / cols, 0.0, west, 0.0, -(north - south) / rows, north)
    if south_up:
        transform = rasterio.Affine(transform.a, 0.0, west, 0.0, -transform.e, south)
        bands = bands[:, ::-1]
    if rotated:
        transform = (
            transform @ rasterio.Affine.rotation(10.0)
            if hasattr(transform, "__matmul__")
            else (transform * rasterio.Affine.rotation(10.0))
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path, "w", driver="GTiff", width=cols, height=rows, count=len(bands), dtype=bands.dtype.name,
        crs=crs, transform=transform, **profile,
    ) as file:  # fmt: skip
        file.write(bands)
        if unit:
            file.units = (unit,) * len(bands)
        file.update_tags(**(tags or {}))
    return path


def answers_of(given: Mapping[str, str]) -> dict[str, str]:
    """Keyword answers: 'fix__code' is 'fix:code'."""
    return {key.replace("__", ":"): value for key, value in given.items()}


def imported(paths: list[Path], into: Path, format_id: str = "", **answers: str) -> Entry:
    """Import and find the entry."""
    manifest = import_source(paths, answers_of(answers), into, format_id=format_id)
    return next(entry for entry in entries(into)[0] if entry.manifest_path == manifest)


def weights(paths: list[Path], format_id: str = "", **answers: str) -> dict[str, str]:
    """Code of each finding -> its weight."""
    report = inspect_source(paths, answers_of(answers), format_id)
    return {found.code: found.weight for found in report.findings}


def refused(paths: list[Path], into: Path, format_id: str = "", **answers: str) -> str:
    """All problems of a refused import as text, after seeing that nothing was left behind."""
    try:
        import_source(paths, answers_of(answers), into, format_id=format_id)
    except InputError as error:
        assert not into.exists() or not list(into.iterdir())
        return "\n".join(str(problem) for problem in error.problems)
    raise AssertionError("imported")


def cells(entry: Entry) -> NDArray[np.float64]:
    """(band, row, col) of the copy, NaN where missing."""
    import rasterio

    with rasterio.open(entry.data) as file:
        raw = file.read(masked=True)
        return np.where(np.ma.getmaskarray(raw), np.nan, raw.data.astype(np.float64))
