"""Outlines, lines and places of a window in the map's metres, their buffer about them: of files, library, atlas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.boundary import table
from gis_layers.crs import ALBERS_CHINA, geometry_to_albers
from gis_layers.errors import InputError, Problem
from planning.siting.raster_tiles import Window
from resources.library import Entry
from resources.sources.areas import LAYER

ObjectArray = NDArray[np.object_]

LAKES_SOURCE: Final = "GSHHG lakes of 100 km2 and more"
TOWNS_SOURCE: Final = "GeoNames places; extent estimated at 10,000 people a km2 (general knowledge)"
PEOPLE_PER_KM2: Final = 10_000.0
"""Of built-up towns; the order of magnitude of China's urban construction land (general knowledge)."""
QUARTER_STEPS: Final = 16
"""Of a buffer's quarter circle: its edge is within 0.13 % of the distance."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """What lies in the window, ready to be drawn on tiles."""

    shapes: ObjectArray
    """(shape,) polygons in metres of the map, their buffer about them; they may overlap."""


def of_file(path: str, layer: str, rule_id: str, window: Window, buffer_m: float) -> Outlines:
    """The shapes of a vector file.

    Raises
    ------
    InputError
        Not there, not a vector file, no coordinate system, no such layer; lines or points without a buffer.
    """
    import pyogrio
    import pyogrio.raw
    import pyproj
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    if not Path(path).exists():
        raise InputError(Problem(path, rule_id, "no such file", "a vector file"))
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        if layer and layer not in names:
            raise InputError(Problem(path, f"{rule_id} layer", layer, f"one of {', '.join(names)[:200]}"))
        chosen = layer or names[0]
        crs = pyogrio.read_info(path, layer=chosen)["crs"]
        if crs is None:
            expected = "a coordinate system in the file; import it as a map layer and state it"
            raise InputError(Problem(path, f"{rule_id} crs", "none", expected))
        to_file = pyproj.Transformer.from_crs(ALBERS_CHINA, crs, always_xy=True)
        box = to_file.transform_bounds(*window.bounds_m, densify_pts=41)
        _, _, wkb, _ = pyogrio.raw.read(path, layer=chosen, columns=[], bbox=box, force_2d=True)
    except (DataSourceError, DataLayerError, IndexError, ValueError) as error:
        found = f"{error}"[:120]
        raise InputError(Problem(path, rule_id, found, "a vector file that can be read")) from error
    back = pyproj.Transformer.from_crs(crs, ALBERS_CHINA, always_xy=True)
    shapes = shapely.transform(
        shapely.from_wkb(wkb, on_invalid="ignore"),
        lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])),
    )
    return _ready(shapes, path, rule_id, window, buffer_m)


def of_entries(entries: Sequence[Entry], window: Window, buffer_m: float) -> Outlines:
    """Areas of the data library; InputError where an entry is something else or cannot be read."""
    found = [of_file(str(entry.data), LAYER, entry.manifest.id, window, buffer_m).shapes for entry in entries]
    return Outlines(np.concatenate(found))


def of_lakes(window: Window, buffer_m: float) -> Outlines:
    """Lakes of the atlas, 100 km2 and more."""
    import shapely

    held = table("lake").geometry
    near = held[shapely.intersects(held, window.box_deg())]
    return _ready(geometry_to_albers(near), "atlas", "lake", window, buffer_m)


def of_towns(window: Window, buffer_m: float) -> Outlines:
    """Places of 100,000 people and more, as discs of the area their people take."""
    import shapely

    held = table("city_point")
    lon, lat, people = (np.asarray(held.columns[name], dtype=float) for name in ("lon", "lat", "population"))
    radius_m = 1000.0 * np.sqrt(people / PEOPLE_PER_KM2 / np.pi)
    places = geometry_to_albers(shapely.points(lon, lat))
    discs = shapely.buffer(places, radius_m + buffer_m, quad_segs=QUARTER_STEPS)
    return Outlines(discs[shapely.intersects(discs, shapely.box(*window.bounds_m))])


def _ready(shapes: Any, where: str, rule_id: str, window: Window, buffer_m: float) -> Outlines:
    """Valid polygons that meet the padded window, with their buffer."""
    import shapely

    held = np.asarray(shapes, dtype=object)
    held = held[~(shapely.is_missing(held) | shapely.is_empty(held))]
    # Coordinates beyond the projection are infinite.
    held = held[np.isfinite(shapely.bounds(held)).all(axis=1)] if len(held) else held
    flat = buffer_m == 0 and len(held) and (shapely.get_dimensions(held) < 2).any()
    if flat:
        expected = "a buffer above 0 m: lines and points have no width"
        raise InputError(Problem(where, f"{rule_id} buffer_m", "0", expected))
    invalid = ~shapely.is_valid(held)
    if invalid.any():
        held[invalid] = shapely.make_valid(held[invalid], method="structure", keep_collapsed=False)
    # First cut to what can matter: buffers of a whole country's rivers take long.
    west, south, east, north = window.bounds_m
    near = shapely.box(west - buffer_m, south - buffer_m, east + buffer_m, north + buffer_m)
    held = held[shapely.intersects(held, near)]
    if buffer_m > 0 and len(held):
        held = shapely.buffer(held, buffer_m, quad_segs=QUARTER_STEPS)
    return Outlines(held)


__all__ = ["LAKES_SOURCE", "TOWNS_SOURCE", "Outlines", "of_entries", "of_file", "of_lakes", "of_towns"]
