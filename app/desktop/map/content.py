"""The layers of the map from the embedded data and from a result; no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.desktop.map.colour import RAMPS, colourise
from app.desktop.map.layers import PathLayer, PathStyle, RasterLayer
from gis_layers import boundary
from gis_layers.grid import NORTH_DEG, WEST_DEG

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RasterView:
    """How one atlas layer is shown."""

    id: str
    group: str
    ramp: str
    low: float
    high: float
    year_is_sum: bool = False
    """Monthly layers: the year is the sum (energy, water) rather than the mean."""
    month_low: float = 0.0
    month_high: float = 0.0
    hide_below: float | None = None


RASTERS: tuple[RasterView, ...] = (
    RasterView("ghi_monthly", "group.resource", "sun", 900, 2200, True, 40, 240),
    RasterView("wind_speed_100m", "group.resource", "wind", 2, 10),
    RasterView("hydro_potential", "group.resource", "water", 0, 300, hide_below=0.5),
    RasterView("runoff", "group.resource", "water", 0, 1200),
    RasterView("elevation", "group.terrain", "earth", 0, 5500),
    RasterView("desert_class", "group.terrain", "sand", 0, 3, hide_below=0.5),
    RasterView("temperature_monthly", "group.terrain", "even", -10, 28, False, -30, 35),
    RasterView("rain_monthly", "group.terrain", "water", 0, 2000, True, 0, 350),
)


def raster_values(view: RasterView, month: int | None) -> Array:
    """(row, col) of a layer for a month (1-12) or the year."""
    from resources import atlas

    values = atlas.read(view.id).values
    if values.shape[0] == 1:
        shown = values[0]
    elif month is not None:
        shown = values[month - 1]
    else:
        shown = values.sum(axis=0) if view.year_is_sum else values.mean(axis=0)
    if view.hide_below is not None:
        shown = np.where(shown >= view.hide_below, shown, np.nan)
    return np.asarray(shown, dtype=np.float64)


def value_range(view: RasterView, month: int | None) -> tuple[float, float]:
    if month is not None and view.month_high > view.month_low:
        return view.month_low, view.month_high
    return view.low, view.high


def raster_layer(view: RasterView, month: int | None, visible: bool) -> RasterLayer:
    """The layer as a picture in degrees."""
    values = raster_values(view, month)
    low, high = value_range(view, month)
    return RasterLayer(
        id=view.id,
        rgba=colourise(values, RAMPS[view.ramp], low, high),
        west_deg=WEST_DEG,
        north_deg=NORTH_DEG,
        step_deg=63.0 / values.shape[1],
        visible=visible,
    )


def rings(geometry: Any) -> list[Array]:
    """All rings of polygons, or all lines, as (n, 2) arrays of degrees."""
    import shapely

    parts = shapely.get_parts(np.asarray(geometry, dtype=object))
    kinds = shapely.get_type_id(parts)
    polygons, lines = parts[kinds == 3], parts[kinds != 3]
    lines = np.concatenate([shapely.get_rings(polygons), shapely.get_parts(lines)])
    points, index = shapely.get_coordinates(lines, return_index=True)
    cuts = np.flatnonzero(np.diff(index)) + 1
    return [np.asarray(part) for part in np.split(points, cuts) if len(part) > 1]


FINE, MIDDLE, COARSE = 700.0, 2500.0, 1e9
"""Coarsest metres per pixel the three levels of detail are painted at."""


def base_layers() -> list[PathLayer]:
    """Neighbours, provinces, cities, counties, rivers, coast and the ten-stroke line, bottom first."""
    everywhere = [(COARSE, rings(boundary.neighbour_land().geometry.to_numpy()), True)]
    layers = [PathLayer("layer.neighbour", PathStyle("#c3c8cc", 0.6, "#f1efe9"), everywhere)]

    def three(name: boundary.AreaLayer) -> list[tuple[float, list[Array], bool]]:
        levels: tuple[tuple[boundary.Detail, float], ...] = ((0, FINE), (1, MIDDLE), (2, COARSE))
        return [(limit, rings(boundary.regions(name, level).geometry), True) for level, limit in levels]

    land = PathLayer("layer.land", PathStyle(None, 0.0, "#faf8f2"), three("province"))
    river = rings(boundary.rivers().geometry.to_numpy())
    lake = rings(boundary.lakes().geometry.to_numpy())
    layers += [
        land,
        PathLayer("layer.lake", PathStyle("#8fb6cf", 0.5, "#cfe0ea"), [(COARSE, lake, True)]),
        PathLayer("layer.river", PathStyle("#7fa9c9", 0.9), [(COARSE, river, False)], visible=False),
        PathLayer("layer.county", PathStyle("#c9c4ba", 0.4), three("county"), visible=False),
        PathLayer("layer.city", PathStyle("#b0aaa0", 0.6), three("city"), visible=False),
        PathLayer("layer.province", PathStyle("#6b747b", 0.9), three("province")),
        PathLayer(
            "layer.strokes",
            PathStyle("#30363c", 2.2),
            [(COARSE, rings(boundary.ten_stroke_line().geometry.to_numpy()), False)],
        ),
    ]
    return layers
