"""Where a site's line may end: the channel that was named, or the nodes and converter stations of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from gis_layers.boundary import require_in_china
from gis_layers.crs import distance_km
from gis_layers.errors import InputError, Problem
from planning.corridors import Corridor
from planning.tables import Tables

NEAR_KM: Final = 150.0
"""Beyond the nearest node, how much further another may lie and still be cheaper to reach."""
NEAR_TIMES: Final = 1.5
_SAME_KM: Final = 5.0
"""Stations nearer to each other are told once."""


@dataclass(frozen=True, slots=True)
class Target:
    """A point of the grid, or the sending end of a channel."""

    id: str
    name_zh: str
    name_en: str
    lon_deg: float
    lat_deg: float
    kind: Literal["channel", "corridor", "node"]
    """channel: as the user placed it; corridor: an end of a line of the tables; node: a load centre."""
    north_west: bool
    """In the grid of 330 and 750 kV."""


def channel_target(words: str, tables: Tables, where: str = "--channel") -> Target:
    """The sending end a user names: 'lon,lat', or a line of the tables by id or name.

    Raises
    ------
    InputError
        Neither a place in China nor a line.
    """
    parts = words.replace("，", ",").split(",")
    if len(parts) == 2:
        try:
            lon, lat = float(parts[0]), float(parts[1])
        except ValueError:
            lon = lat = float("nan")
        if np.isfinite(lon) and np.isfinite(lat):
            return place_target(lon, lat, tables, where)
    wanted = words.strip()
    for line in tables.corridors:
        if wanted in (line.id, line.name_zh, line.name_en):
            return _of_line(line, tables)
    expected = "'lon,lat' in degrees, or a line of corridors.csv by id or name"
    raise InputError(Problem(where, "channel", words[:60], expected))


def place_target(lon_deg: float, lat_deg: float, tables: Tables, where: str = "--channel") -> Target:
    """The sending end at a place.

    Raises
    ------
    InputError
        Not in China.
    """
    province = require_in_china(lon_deg, lat_deg, where)
    regions = {node.region for node in tables.nodes if str(node.adcode) == province.adcode}
    name = f"{lon_deg:g}, {lat_deg:g}"
    return Target("channel", name, name, lon_deg, lat_deg, "channel", "NW" in regions)


def grid_targets(lon_deg: float, lat_deg: float, reach_km: float, tables: Tables) -> tuple[Target, ...]:
    """Nodes and converter stations around a place, nearest first.

    Parameters
    ----------
    lon_deg, lat_deg
        Middle of an area.
    reach_km
        Its radius.

    Notes
    -----
    Load centres and the Chinese ends of lines in service or under construction, as far off as one could still be the
    cheapest: 1.5 times the nearest and the area's size further. That a station has room for more is not checked.
    """
    own: list[Target] = []
    for line in tables.corridors:
        if line.status in ("in_service", "under_construction"):
            own += [t for t in (_of_line(line, tables), _of_line(line, tables, end=True)) if t is not None]
    own += [
        Target(
            n.node_id, f"{n.name_zh}负荷中心", f"{n.name_en} load centre", n.lon_deg, n.lat_deg, "node",
            n.region == "NW",
        )
        for n in tables.nodes
    ]  # fmt: skip
    km = distance_km([t.lon_deg for t in own], [t.lat_deg for t in own], lon_deg, lat_deg)
    limit = NEAR_TIMES * float(km.min()) + 2 * reach_km + NEAR_KM
    near = [own[i] for i in np.argsort(km, kind="stable") if km[i] <= limit]
    return _once(near)


def _of_line(line: Corridor, tables: Tables, end: bool = False) -> Target:
    node = line.to_node if end or line.from_node is None else line.from_node
    lon, lat = (line.to_lon_deg, line.to_lat_deg) if end else (line.from_lon_deg, line.from_lat_deg)
    zh, en = ("受端", "receiving end") if end else ("送端", "sending end")
    return Target(
        f"{line.id}{'/to' if end else ''}", f"{line.name_zh}{zh}", f"{line.name_en} ({en})", lon, lat, "corridor",
        tables.node(node).region == "NW",
    )  # fmt: skip


def _once(targets: Sequence[Target]) -> tuple[Target, ...]:
    kept: list[Target] = []
    for one in targets:
        if not kept or not (
            distance_km(
                [t.lon_deg for t in kept], [t.lat_deg for t in kept], one.lon_deg, one.lat_deg
            ) < _SAME_KM
        ).any():  # fmt: skip
            kept.append(one)
    return tuple(kept)
