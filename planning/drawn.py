"""From what is drawn on the map to bases and lines of a scenario.

The land a base may use is what the chain itself would build on (`chain.profiles.land_cells`), cut by the outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.measure import Place, along
from planning.corridors import interface_capability_mw
from planning.scenario import BaseSpec, OwnLine, Site
from planning.tables import Tables, load_tables
from planning.workspace import Drawing
from resources.choice import ResourceChoice

ATLAS = ResourceChoice()

if TYPE_CHECKING:
    from planning.chain.profiles import Land

SITES = {"wind": 4, "pv": 3}
"""As many as the built-in bases have, at most: more change the mean profile by little."""
CHANNEL_HOURS = 4500.0
"""What the published desert bases are asked to carry. [h/a]"""
EDGE_STEP_KM = 5.0
"""Of edges followed as geodesics: half a metre off at 45 N, nothing beside a cell."""
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
    resource: ResourceChoice = ATLAS,
    library: Path | None = None,
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
    resource, library
        Imported data by which land and sites are judged, and where it lies.

    Raises
    ------
    InputError
        The drawing is no area, lies outside, holds nothing to build on; no channel is given; imported data is
        not at hand. Takes a few
        seconds the first time: not for the thread of the window.
    """
    import shapely

    tables = tables or load_tables()
    if drawing.kind not in ("polygon", "rectangle", "circle"):
        raise InputError(Problem(drawing.name, "drawing", drawing.kind, "an area"))
    outline = shapely.make_valid(geodesic_outline(drawing.rings))
    inside = shapely.point_on_surface(outline)
    node = node_at(float(inside.x), float(inside.y), drawing.name)
    line = tables.corridor_by_id.get(corridor_id) if corridor_id else None
    channel = channel_mw if channel_mw is not None else line.mw if line is not None else None
    if channel is None:
        raise InputError(Problem(drawing.name, "channel_mw", "nothing", "a line with a rated power, or MW"))
    sites = _sites(outline, node, drawing.name, _land(resource, library))
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


def geodesic_outline(rings: Sequence[Sequence[Place]]) -> Any:
    """Shapely polygon (degrees) of an outline and its holes whose edges run as they are painted and measured:
    along geodesics, not straight in degrees, which leaves a long edge by tens of kilometres."""
    import shapely

    def dense(ring: Sequence[Place]) -> Any:
        track = along(ring, EDGE_STEP_KM)
        return np.column_stack([track.lon_deg, track.lat_deg])

    return shapely.Polygon(dense(rings[0]), [dense(ring) for ring in rings[1:]])


@dataclass(frozen=True, slots=True)
class LineType:
    """What a line drawn on the map is, to begin with; estimated, and every figure can be changed after."""

    id: str
    kind: Literal["lcc", "ac"]
    kv: float
    circuits: int

    def mw(self, km: float) -> float:
        """Rated power over a length, a multiple of 50: of a UHV DC line of today 8,000; of AC what its circuits
        carry with one of them out (`interface_capability_mw`). [MW]"""
        if self.kind == "lcc":
            return 8000.0
        return max(round(interface_capability_mw(self.kv, self.circuits, km) / 50.0) * 50.0, 50.0)


LINE_TYPES = (
    LineType("dc800", "lcc", 800.0, 1),
    LineType("ac1000", "ac", 1000.0, 2),
    LineType("ac500", "ac", 500.0, 2),
)


def line_km(start: Place, end: Place) -> float:
    """Length of a line between two places (lon, lat): their distance times `detour`. [km]"""
    from gis_layers.crs import distance_km

    straight = float(distance_km(start[0], start[1], end[0], end[1]))
    return round(straight * detour(load_tables()), 1)


def line_between(
    start: Place,
    end: Place,
    line_id: str,
    name_zh: str,
    name_en: str,
    mw: float,
    line_type: LineType = LINE_TYPES[0],
) -> OwnLine:
    """A line between two places (lon, lat); its length follows from the distance by `detour`.

    Loss and price are left to `corridors.loss_share` and `corridors.tariff`: estimates by voltage and length.

    Raises
    ------
    InputError
        An end outside the dispatched provinces.
    """
    return OwnLine(
        id=line_id,
        name_zh=name_zh,
        name_en=name_en,
        kind=line_type.kind,
        kv=line_type.kv,
        mw=mw,
        circuits=line_type.circuits,
        km=line_km(start, end),
        from_node=node_at(*start, line_id),
        to_node=node_at(*end, line_id),
        from_lon_deg=start[0],
        from_lat_deg=start[1],
        to_lon_deg=end[0],
        to_lat_deg=end[1],
        source=DRAWN,
        tier="estimated",
    )


def moved_line(line: OwnLine, start: Place, end: Place) -> OwnLine:
    """An own line between other places: its nodes and length follow, what it carries stays.

    Raises
    ------
    InputError
        An end outside the dispatched provinces.
    """
    return line.model_copy(
        update={
            "from_node": node_at(*start, line.id),
            "to_node": node_at(*end, line.id),
            "from_lon_deg": start[0],
            "from_lat_deg": start[1],
            "to_lon_deg": end[0],
            "to_lat_deg": end[1],
            "km": line_km(start, end),
            # Both were of the old way.
            "investment_cny": None,
            "route": (),
        }
    )


def moved_base(
    base: BaseSpec, place: Place, resource: ResourceChoice = ATLAS, library: Path | None = None
) -> BaseSpec:
    """A base elsewhere: its converter stands at `place`, its node is the grid there, and its sites move along
    by as much.

    Sun and wind are those of the new sites. What rests on the old place and cannot move is refused: a line that
    starts elsewhere, a river.

    Raises
    ------
    InputError
        The place or a site falls outside the dispatched provinces, in another node than the base's, or on land
        that cannot be built on; or the base has a river in its node. Takes a few seconds the first time.
    """
    problems: list[Problem] = []
    node = node_at(*place, base.id)
    if node != base.node and base.cascade is not None:
        problems.append(Problem(base.id, "cascade", base.cascade, "the river's own province"))
    if node != base.node and base.corridor_id is not None:
        problems.append(
            Problem(
                base.id, "corridor_id", base.corridor_id, f"a place in {base.node}, where its line starts"
            )
        )
    east, north = place[0] - base.lon_deg, place[1] - base.lat_deg
    sites = {}
    for kind in ("wind", "pv"):
        old: tuple[Site, ...] = getattr(base, f"{kind}_sites")
        shifted = [(round(s.lon_deg + east, 4), round(s.lat_deg + north, 4)) for s in old]
        for number, (lon, lat) in enumerate(shifted, start=1):
            if not _buildable(_land(resource, library), kind, lon, lat, node):
                found = f"{lon:.2f}, {lat:.2f}"
                problems.append(
                    Problem(base.id, f"{kind}_sites.{number}", found, f"land of {node} that can be built on")
                )
        sites[f"{kind}_sites"] = shifted
    if problems:
        raise InputError(problems)
    return base.model_copy(
        update={
            "node": node,
            "lon_deg": round(place[0], 4),
            "lat_deg": round(place[1], 4),
            **{
                key: tuple(Site(lon_deg=lon, lat_deg=lat) for lon, lat in places)
                for key, places in sites.items()
            },
        }
    )


def _buildable(land: Land, kind: str, lon_deg: float, lat_deg: float, node: str) -> bool:
    """Whether the climate cell of a place lies in a node and has land for the technology."""
    from gis_layers.grid import CLIMATE

    half = CLIMATE.step_deg / 2
    lon, lat = np.asarray(land.climate.lon_deg), np.asarray(land.climate.lat_deg)
    here = (np.abs(lon - lon_deg) <= half) & (np.abs(lat - lat_deg) <= half) & (land.node == node)
    return bool((land.eligible_km2[kind][here] > 0).any())


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


@lru_cache(maxsize=2)
def _land(resource: ResourceChoice, library: Path | None) -> Land:
    from planning.chain.profiles import land_cells
    from resources.resource_data import open_resource

    return land_cells(open_resource(resource, library))


def _sites(outline: Any, node: str, where: str, land: Land) -> dict[str, tuple[tuple[Site, ...], float]]:
    """By technology: sites, and buildable land within the outline in km2."""
    import shapely

    from gis_layers.grid import CLIMATE
    from planning.chain.profiles import TOP_SHARE, for_sites
    from resources.profile import choose_sites, take

    half = CLIMATE.step_deg / 2
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
        climate = take(land.climate, near)
        chosen = choose_sites(
            climate,
            for_sites(climate, buildable),
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
