"""A made-up country of 100,000 km2 as files: 100 m land cover and heights, roads, lakes and reserves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import rasterio
import shapely
from numpy.typing import NDArray

from gis_layers.crs import ALBERS_CHINA, area_km2, from_albers
from planning.siting.area import Area
from planning.siting.rules import RuleSet

WEST_M, NORTH_M = 0.0, 4_400_000.0
"""Where Inner Mongolia, Ningxia and Gansu lie; nothing else of it is theirs."""
MARGIN_M = 10_000.0
PIXEL_M = 100.0


SIDE_KM = 360.0


def make(folder: Path, side_km: float = SIDE_KM, seed: int = 5) -> RuleSet:
    """Write the files; the rules that name them."""
    rng = np.random.default_rng(seed)
    pixels = round((side_km * 1e3 + 2 * MARGIN_M) / PIXEL_M)
    cover = _cover(rng, pixels)
    _write(folder / "cover.tif", cover, 0)
    _write(folder / "dem.tif", _height(rng, pixels), None)
    south_west = np.array([WEST_M, NORTH_M - side_km * 1e3])
    extent = side_km * 1e3
    roads = [
        shapely.LineString(
            south_west + rng.uniform(0, extent, 2) + np.cumsum(rng.normal(0, 2500, (25, 2)), axis=0)
        )
        for _ in range(1200)
    ]
    lakes = [
        shapely.Point(south_west + rng.uniform(0, extent, 2)).buffer(rng.uniform(200, 4000))
        for _ in range(400)
    ]
    reserves = [
        shapely.Point(south_west + rng.uniform(0, extent, 2)).buffer(rng.uniform(4e3, 2e4)) for _ in range(15)
    ]
    files = {
        name: _shapes(folder / f"{name}.gpkg", shapes, kind)
        for name, shapes, kind in (
            ("road", roads, "LineString"), ("lake", lakes, "Polygon"), ("reserve", reserves, "Polygon"),
        )
    }  # fmt: skip
    legend = {"file": str(folder / "cover.tif"), "legend": "esa_worldcover"}
    dem = str(folder / "dem.tif")
    source = {"source": "benchmark"}
    return RuleSet.model_validate(
        {
            "name": "benchmark",
            "rules": [
                {"id": "reserve", "kind": "protected", "file": files["reserve"], "buffer_m": 500, **source},
                {"id": "lake", "kind": "water", "file": files["lake"], "buffer_m": 300, **source},
                {"id": "road", "kind": "road", "file": files["road"], "buffer_m": 300, **source},
                {"id": "wet", "kind": "land_cover", "classes": ["water", "wetland"], "buffer_m": 300, **legend, **source},
                {"id": "built", "kind": "land_cover", "classes": ["built"], "buffer_m": 1000, "technologies": ["wind"], **legend, **source},
                {"id": "tree", "kind": "land_cover", "classes": ["tree"], **legend, **source},
                {"id": "high", "kind": "elevation", "max_m": 3000, "file": dem, **source},
                {"id": "steep_wind", "kind": "slope", "max_percent": 17, "technologies": ["wind"], "file": dem, **source},
                {"id": "steep_sun", "kind": "slope", "max_percent": 10, "technologies": ["pv", "csp"], "file": dem, **source},
                {"id": "use", "kind": "land_use", **legend, **source},
            ],
        }
    )  # fmt: skip


def area(side_km: float = SIDE_KM) -> Area:
    """A ragged outline of about 100,000 km2, four fifths of the square."""
    angle = np.linspace(0, 2 * np.pi, 181)[:-1]
    half = side_km * 500.0
    radius = half * np.minimum(1 / np.maximum(np.abs(np.cos(angle)), np.abs(np.sin(angle))), 1.15)
    radius *= 0.93 + 0.05 * np.sin(17 * angle)
    ring = np.column_stack([WEST_M + half + radius * np.cos(angle), NORTH_M - half + radius * np.sin(angle)])
    outline = _degrees(shapely.Polygon(ring))
    return Area("benchmark", outline, area_km2(outline))


def write_area(path: Path) -> None:
    """The outline alone, for a peer."""
    outline = np.array([area().outline], dtype=object)
    pyogrio.raw.write(
        path, layer="area", driver="GPKG", geometry=shapely.to_wkb(outline), field_data=[],
        fields=np.array([], dtype=object), geometry_type="Polygon", crs="EPSG:4326",
    )  # fmt: skip


def _degrees(shape: Any) -> Any:
    dense = shapely.segmentize(shape, 2_000.0)
    return shapely.transform(dense, lambda xy: np.column_stack(from_albers(xy[:, 0], xy[:, 1])))


def _smooth(rng: np.random.Generator, pixels: int, coarse: int) -> NDArray[np.float32]:
    """Noise of one size of hills, bilinear between nodes."""
    from scipy.ndimage import zoom

    nodes = rng.standard_normal((pixels // coarse + 2,) * 2).astype(np.float32)
    return np.asarray(zoom(nodes, coarse, order=1)[:pixels, :pixels], dtype=np.float32)


def _height(rng: np.random.Generator, pixels: int) -> NDArray[np.float32]:
    height = 1400 + 500 * _smooth(rng, pixels, 400) + 90 * _smooth(rng, pixels, 40)
    return np.asarray(height + 12 * _smooth(rng, pixels, 8), dtype=np.float32)


def _cover(rng: np.random.Generator, pixels: int) -> NDArray[np.uint8]:
    """Mostly bare and grass; woods, fields, towns, water in patches of their own size."""
    cover = np.where(_smooth(rng, pixels, 60) > 0.4, 30, 60).astype(np.uint8)
    for code, coarse, above in ((10, 40, 1.5), (40, 30, 1.5), (50, 12, 2.1), (80, 16, 2.2), (90, 10, 2.3)):
        cover[_smooth(rng, pixels, coarse) > above] = code
    return cover


def _write(path: Path, values: NDArray[Any], nodata: float | None) -> None:
    profile = {
        "driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1,
        "dtype": values.dtype.name, "crs": ALBERS_CHINA, "nodata": nodata, "tiled": True, "blockxsize": 512,
        "blockysize": 512, "compress": "deflate",
        "transform": rasterio.Affine(PIXEL_M, 0, WEST_M - MARGIN_M, 0, -PIXEL_M, NORTH_M + MARGIN_M),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as file:
        file.write(values, 1)


def _shapes(path: Path, shapes: list[Any], kind: str) -> str:
    pyogrio.raw.write(
        path, layer="shapes", driver="GPKG", geometry=shapely.to_wkb(np.array(shapes, dtype=object)), field_data=[],
        fields=np.array([], dtype=object), geometry_type=kind, crs=ALBERS_CHINA,
    )  # fmt: skip
    return str(path)
