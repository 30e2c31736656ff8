"""Where a new line begins and ends: a place, a node, or the converter station of a line of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gis_layers.boundary import locate, province_at, require_in_china, table
from gis_layers.errors import InputError, Problem
from planning.tables import Tables


@dataclass(frozen=True, slots=True)
class End:
    """One end of a line, on China's land."""

    name_zh: str
    name_en: str
    node: str
    """Whose grid it belongs to; '' where the dispatch has none (Taiwan, Hong Kong, Macau)."""
    lon_deg: float
    lat_deg: float
    kind: Literal["place", "node", "station"]


def end_of(words: str, tables: Tables, where: str = "--from") -> End:
    """The end a user names.

    Parameters
    ----------
    words
        'LON,LAT' in degrees; a node by id or name; a line of `corridors.csv` by id (its sending station), or by
        id and '/to' (its receiving one).

    Raises
    ------
    InputError
        None of these; a place outside China or on water.
    """
    text = words.strip()
    place = _place(text)
    if place is not None:
        return end_at(*place, tables, where)
    wanted = text.casefold()
    for node in tables.nodes:
        if wanted in (node.node_id.casefold(), node.name_zh, node.name_en.casefold()):
            return End(node.name_zh, node.name_en, node.node_id, node.lon_deg, node.lat_deg, "node")
    line_id, slash, part = text.partition("/")
    line = tables.corridor_by_id.get(line_id)
    if line is not None and (not slash or part in ("from", "to")):
        if part == "to":
            return End(
                f"{line.name_zh}受端", f"{line.name_en} (receiving end)", line.to_node, line.to_lon_deg,
                line.to_lat_deg, "station",
            )  # fmt: skip
        if line.from_node is not None:
            return End(
                f"{line.name_zh}送端", f"{line.name_en} (sending end)", line.from_node, line.from_lon_deg,
                line.from_lat_deg, "station",
            )  # fmt: skip
    expected = "'lon,lat' in degrees, a node by id or name, or a line of corridors.csv by id (ID or ID/to)"
    raise InputError(Problem(where, "end", text[:60] or "nothing", expected))


def end_at(lon_deg: float, lat_deg: float, tables: Tables, where: str = "--from") -> End:
    """The end at a place.

    Raises
    ------
    InputError
        Abroad, at sea or in a lake.
    """
    province = require_in_china(lon_deg, lat_deg, where)
    lake = _lake_at(lon_deg, lat_deg)
    if lake is not None:
        found = f"{lon_deg:g} {lat_deg:g} ({lake})" if lake else f"{lon_deg:g} {lat_deg:g}"
        raise InputError(Problem(where, "lon, lat", found, "a place on land, not in a lake"))
    node = str(locate(lon_deg, lat_deg, "dispatch_region")[0])
    known = tables.node_by_id.get(node)
    at = f"{lon_deg:.2f}E {lat_deg:.2f}N"
    zh, en = (known.name_zh, known.name_en) if known is not None else (province.name_zh, province.name_en)
    return End(f"{zh} {at}", f"{en} {at}", node if known is not None else "", lon_deg, lat_deg, "place")


def provinces_along(lon_deg: np.ndarray, lat_deg: np.ndarray) -> tuple[str, ...]:
    """Codes of the provinces points lie in, in the order in which they are first met."""
    codes = locate(lon_deg, lat_deg)
    return tuple(dict.fromkeys(str(code) for code in codes if code))


def is_in_china(lon_deg: float, lat_deg: float) -> bool:
    """Whether a place lies on China's land."""
    return province_at(lon_deg, lat_deg) is not None


def _place(text: str) -> tuple[float, float] | None:
    parts = text.replace("，", ",").split(",")
    if len(parts) != 2:
        return None
    try:
        lon, lat = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    return (lon, lat) if np.isfinite(lon) and np.isfinite(lat) else None


def _lake_at(lon_deg: float, lat_deg: float) -> str | None:
    """English name ('' where it has none) of the lake of 100 km2 and more a place lies in; None on land."""
    import shapely

    lakes = table("lake")
    inside = np.flatnonzero(shapely.intersects_xy(lakes.geometry, lon_deg, lat_deg))
    return str(lakes.columns["name_en"][inside[0]] or "") if len(inside) else None
