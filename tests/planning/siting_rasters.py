"""A square of the map with rasters and lines on it, laid out so that every answer can be counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import rasterio
import shapely

from gis_layers.crs import ALBERS_CHINA, area_km2, from_albers
from planning.siting.area import Area
from planning.siting.rules import RuleSet

WEST_M, NORTH_M = 200_000.0, 4_300_000.0
"""Ordos, on whole kilometres."""


def on_map(shape: Any) -> Any:
    """A shape of the map's metres in degrees, its edges cut so that they stay where they are."""
    dense = shapely.segmentize(shape, 2_000.0)
    return shapely.transform(dense, lambda xy: np.column_stack(from_albers(xy[:, 0], xy[:, 1])))


def area_on_map(shape: Any, name: str = "square") -> Area:
    outline = on_map(shape)
    return Area(name, outline, area_km2(outline))


def square(side_km: float = 20.0) -> Area:
    """Its north-western corner at (WEST_M, NORTH_M)."""
    return area_on_map(shapely.box(WEST_M, NORTH_M - side_km * 1e3, WEST_M + side_km * 1e3, NORTH_M))


def write_raster(path: Path, values: Any, pixel_m: float = 100.0, *, west_m: float = WEST_M, north_m: float = NORTH_M,
                 nodata: float | None = None) -> str:  # fmt: skip
    """One band on the map's metres, its corner at the square's."""
    profile = {
        "driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1,
        "dtype": values.dtype.name, "crs": ALBERS_CHINA, "nodata": nodata,
        "transform": rasterio.Affine(pixel_m, 0, west_m, 0, -pixel_m, north_m),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as file:
        file.write(values, 1)
    return str(path)


def write_shapes(path: Path, shapes: list[Any], kind: str) -> str:
    """A GeoPackage in degrees of shapes given in metres of the map."""
    held = np.array([on_map(shape) for shape in shapes], dtype=object)
    pyogrio.raw.write(
        path, layer="shapes", driver="GPKG", geometry=shapely.to_wkb(held), field_data=[], fields=np.array([], dtype=object),
        geometry_type=kind, crs="EPSG:4326",
    )  # fmt: skip
    return str(path)


def rule_set(*rules: dict[str, Any]) -> RuleSet:
    return RuleSet.model_validate(
        {"name": "test", "rules": [{"source": "made for a test", **rule} for rule in rules]}
    )
