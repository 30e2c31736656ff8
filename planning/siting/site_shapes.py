"""Outlines and names of sites on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import from_albers

Array = NDArray[np.float64]


def outlines_of(label: NDArray[np.int32], west_m: float, north_m: float, cell_m: float) -> list[Any]:
    """The outline of every site along its cells, shapely in WGS84, in the order of their numbers."""
    import shapely
    from rasterio.features import shapes
    from rasterio.transform import Affine

    count = int(label.max(initial=-1)) + 1
    parts: list[list[Any]] = [[] for _ in range(count)]
    transform = Affine(cell_m, 0.0, west_m, 0.0, -cell_m, north_m)
    grid = np.ascontiguousarray(label, dtype=np.int32)
    # Four neighbours: rings that touch themselves at a corner are no valid polygons.
    for shape, number in shapes(grid, mask=grid >= 0, connectivity=4, transform=transform):
        rings = [np.asarray(ring) for ring in shape["coordinates"]]
        parts[int(number)].append(shapely.Polygon(rings[0], rings[1:]))
    found = []
    for own in parts:
        together = shapely.union_all(own) if len(own) > 1 else own[0]
        found.append(shapely.transform(together, lambda xy: np.column_stack(from_albers(xy[:, 0], xy[:, 1]))))
    return found


def cell_squares(
    row: NDArray[np.int64], col: NDArray[np.int64], west_m: float, north_m: float, cell_m: float
) -> Any:
    """(cell,) shapely squares in WGS84."""
    import shapely

    left, top = west_m + col * cell_m, north_m - row * cell_m
    x = np.stack([left, left + cell_m, left + cell_m, left, left], axis=1)
    y = np.stack([top - cell_m, top - cell_m, top, top, top - cell_m], axis=1)
    lon, lat = from_albers(x, y)
    return shapely.polygons(np.stack([lon, lat], axis=2))


def place_names(lon_deg: Array, lat_deg: Array) -> list[tuple[str, str]]:
    """(zh, en) of places: county, with its province; English has the province and the Chinese name of the county."""
    from gis_layers.boundary import locate, table
    from gis_layers.province import PROVINCES

    counties = table("county_1")
    name = dict(zip((str(c) for c in counties.columns["adcode"]), counties.columns["name_zh"], strict=True))
    county, province = locate(lon_deg, lat_deg, "county"), locate(lon_deg, lat_deg, "province")
    found = []
    for code, own in zip(county, province, strict=True):
        where = PROVINCES.get(str(own))
        zh, en = (where.name_zh, where.name_en) if where else ("", "")
        local = str(name.get(str(code), ""))
        found.append((f"{zh}{local}", f"{local}, {en}" if local else en))
    return found
