"""From what is drawn on the map to bases and lines of a scenario.

The land a base may use is what the chain itself would build on (`chain.profiles.land_cells`), cut by the outline.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from planning.scenario import BaseSpec, OwnLine, Site
from planning.tables import Tables, load_tables
from planning.workspace import Drawing

if TYPE_CHECKING:
    from planning.chain.profiles import Land

SITES = {"wind": 4, "pv": 3}
"""As many as the built-in bases have, at most: more change the mean profile by little."""
CHANNEL_HOURS = 4500.0
"""What the published desert bases are asked to carry. [h/a]"""
DRAWN = "drawn by the user"


def node_at(lon_deg: float, lat_deg: float, where: str) -> str:
    """The dispatch node a place lies in; InputError outside the dispatched provinces."""
    from gis_layers.boundary import locate

    node = str(locate(lon_deg, lat_deg, "dispatch_region")[0])
    if not node:
        found = f"{lon_deg:.3f}, {lat_deg:.3f}"
        raise InputError(Problem(where, "place", found, "a place in a province the dispatch holds"))
    return node


def base_from_polygon(
    drawing: Drawing,
    base_id: str,
    name_zh: str,
    name_en: str,
    corridor_id: str | None = None,
    channel_mw: float | None = None,
    tables: Tables | None = None,
) -> BaseSpec:
    """A base on the land within an outline; its size is left to the chain.

    Wind and PV sites are the better part of the buildable land inside, spread over it (`choose_sites`); the
    land limit is what may be built on there; the node is that of a point inside.

    Parameters
    ----------
    corridor_id
        The line it feeds, its own among them where `tables` hold them; None: the province's grid.
    channel_mw
        None: the line's rated power.

    Raises
    ------
    InputError
        The drawing is no area, lies outside, holds nothing to build on; or no channel is given. Takes a few
        seconds the first time: not for the thread of the window.
    """
    import shapely

    tables = tables or load_tables()
    if drawing.kind not in ("polygon", "rectangle", "circle"):
        raise InputError(Problem(drawing.name, "drawing", drawing.kind, "an area"))
    outline = shapely.make_valid(shapely.Polygon(drawing.rings[0], drawing.rings[1:]))
    inside = shapely.point_on_surface(outline)
    node = node_at(float(inside.x), float(inside.y), drawing.name)
    line = tables.corridor_by_id.get(corridor_id) if corridor_id else None
    channel = channel_mw if channel_mw is not None else line.mw if line is not None else None
    if channel is None:
        raise InputError(Problem(drawing.name, "channel_mw", "nothing", "a line with a rated power, or MW"))
    sites = _sites(outline, node, drawing.name)
    return BaseSpec(
        id=base_id,
        name_zh=name_zh,
        name_en=name_en,
        node=node,
        lon_deg=round(float(inside.x), 4),
        lat_deg=round(float(inside.y), 4),
        wind_sites=sites["wind"][0],
        pv_sites=sites["pv"][0],
        corridor_id=corridor_id,
        channel_mw=float(channel),
        channel_full_load_hours=CHANNEL_HOURS,
        land_max_km2=round(sites["wind"][1] + sites["pv"][1], 1),
    )


def line_between(
    start: tuple[float, float],
    end: tuple[float, float],
    line_id: str,
    name_zh: str,
    name_en: str,
    mw: float,
    kv: float = 800.0,
) -> OwnLine:
    """A DC line between two places (lon, lat); its length follows from the distance by `detour`."""
    from gis_layers.crs import distance_km

    straight = float(distance_km(start[0], start[1], end[0], end[1]))
    return OwnLine(
        id=line_id,
        name_zh=name_zh,
        name_en=name_en,
        kv=kv,
        mw=mw,
        km=round(straight * detour(load_tables()), 1),
        from_node=node_at(*start, line_id),
        to_node=node_at(*end, line_id),
        from_lon_deg=start[0],
        from_lat_deg=start[1],
        to_lon_deg=end[0],
        to_lat_deg=end[1],
        source=DRAWN,
        tier="estimated",
    )


def detour(tables: Tables) -> float:
    """Length of a line over the distance of its ends: the median of the table's long DC lines. [-]"""
    from gis_layers.crs import distance_km

    lines = [
        c for c in tables.corridors if c.dispatched and c.kind in ("lcc", "vsc", "hybrid") and c.km > 300
    ]
    straight = distance_km(
        [c.from_lon_deg for c in lines],
        [c.from_lat_deg for c in lines],
        [c.to_lon_deg for c in lines],
        [c.to_lat_deg for c in lines],
    )
    return float(np.median(np.array([c.km for c in lines]) / straight))


@lru_cache(maxsize=1)
def _land() -> Land:
    from planning.chain.profiles import land_cells

    return land_cells()


def _sites(outline: Any, node: str, where: str) -> dict[str, tuple[tuple[Site, ...], float]]:
    """By technology: sites, and buildable land within the outline in km2."""
    import shapely

    from gis_layers.grid import CLIMATE
    from planning.chain.profiles import TOP_SHARE
    from resources.profile import choose_sites, take

    land, half = _land(), CLIMATE.step_deg / 2
    lon, lat = np.asarray(land.climate.lon_deg), np.asarray(land.climate.lat_deg)
    west, south, east, north = shapely.bounds(outline)
    near = np.flatnonzero(
        (land.node == node)
        & (lon > west - half)
        & (lon < east + half)
        & (lat > south - half)
        & (lat < north + half)
    )
    boxes = shapely.box(lon[near] - half, lat[near] - half, lon[near] + half, lat[near] + half)
    cuts = shapely.intersection(boxes, outline)
    # Within one cell degrees are even enough for a share of its area.
    share = shapely.area(cuts) / shapely.area(boxes)
    answers = {}
    for kind in ("wind", "pv"):
        buildable: NDArray[np.float64] = land.eligible_km2[kind][near] * share
        if not buildable.any():
            raise InputError(Problem(where, kind, "no land to build on", "an area with buildable land"))
        chosen = choose_sites(
            take(land.climate, near),
            buildable,
            SITES[kind],
            "wind" if kind == "wind" else "pv",
            top_share=TOP_SHARE[kind],
        )
        points = shapely.point_on_surface(cuts[chosen.cell])
        places = tuple(
            Site(lon_deg=round(float(x), 4), lat_deg=round(float(y), 4))
            for x, y in zip(shapely.get_x(points), shapely.get_y(points), strict=True)
        )
        answers[kind] = (places, float(buildable.sum()))
    return answers
