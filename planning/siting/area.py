"""The area to be looked at: an outline of the user's, checked before anything is computed on it.

From a GeoJSON file (RFC 7946) or a polygon drawn on the map. Every problem is told at once; nothing is mended that
could be meant in two ways.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from gis_layers.crs import area_km2
from gis_layers.errors import InputError, Param, Problem
from gis_layers.measure import along, legs

LEAST_KM2: Final = 1.0
"""One cell of the answer."""
MOST_KM2: Final = 2_000_000.0
"""Above the largest province (1.66 million km2): more is a matter of `energymap endowment`, at 5 arc minutes."""
MOST_BYTES: Final = 64 << 20
EDGE_STEP_KM: Final = 5.0
"""Edges are geodesics; cut to this they are straight in any projection to within half a metre."""
SLIVER_SHARE: Final = 1e-3
"""Of an area beyond the border or shore that is cut off unasked: outlines are about 1 km true."""
_ISLETS_SHARE: Final = 5e-3
"""Land outside the outlines of less is told as sea: islets and shores that two maps draw apart."""
_WINDOW: Final = (73.0, 3.0, 136.0, 54.0)
"""Longitudes and latitudes of China."""


@dataclass(frozen=True, slots=True)
class AreaNote:
    """Something done with an outline, or not to be told from it; words in `app.messages` under its code."""

    code: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Area:
    """A checked outline: valid, on China's land, of a size that can be computed."""

    name: str
    outline: Any
    """Shapely (multi)polygon in WGS84 degrees, its long edges cut along geodesics."""
    area_km2: float
    """On the ellipsoid (Karney 2013)."""
    notes: tuple[AreaNote, ...] = ()


def read_area(path: Path, *, clip: bool = False) -> Area:
    """The area of a GeoJSON file; several polygons are taken together.

    Parameters
    ----------
    clip
        Consent to cut off what lies abroad or at sea.

    Raises
    ------
    InputError
        Not a GeoJSON file, or as `area_of`; all problems at once.
    """
    where = path.name
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            expected = f"at most {MOST_BYTES >> 20} MB: one outline; simplify it"
            raise InputError(Problem(str(path), "file", f"{size / 2**20:,.0f} MB", expected))
        document = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_no_constant)
    except OSError as error:
        raise InputError(
            Problem(str(path), "file", error.strerror or "unreadable", "a GeoJSON file")
        ) from error
    except (ValueError, RecursionError) as error:
        found = f"{error}"[:120]
        raise InputError(Problem(str(path), "file", found, "GeoJSON (UTF-8 text)")) from error
    problems: list[Problem] = []
    _check_crs(document, where, problems)
    shapes = list(_polygons(document, where, problems, "geometry"))
    if problems:
        raise InputError(problems)
    if not shapes:
        raise InputError(Problem(where, "features", "none", "at least one polygon"))
    return _checked(shapes, _name_of(document) or path.stem, where, clip, from_file=True)


def area_of(polygon: Any, name: str, *, clip: bool = False) -> Area:
    """The area of a shapely polygon or multipolygon in WGS84 degrees, as drawn in the window.

    Raises
    ------
    InputError
        Empty, not a polygon, crossing itself, longitude and latitude exchanged, projected coordinates, in part
        abroad or at sea without `clip`, without any land of China, too small, too large; all that can be told at
        once.
    """
    if getattr(polygon, "geom_type", "") not in ("Polygon", "MultiPolygon"):
        found = str(getattr(polygon, "geom_type", type(polygon).__name__))
        raise InputError(Problem(name, "geometry", found, "a polygon or multipolygon"))
    return _checked([polygon], name, name, clip, from_file=False)


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no coordinate")


# -- from GeoJSON -------------------------------------------------------------------------------------------


def _check_crs(document: object, where: str, problems: list[Problem]) -> None:
    """GeoJSON is WGS84 (RFC 7946); files of the older kind (2008) may say otherwise."""
    crs = document.get("crs") if isinstance(document, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    # CGCS2000 (4490) agrees with WGS84 to within decimetres.
    if named and not named.upper().endswith(("CRS84", "::4326", ":4326", "::4490", ":4490", "::4979")):
        expected = "WGS84 degrees (RFC 7946); convert it, or import it as a map layer"
        problems.append(Problem(where, "crs", named[:80], expected))


def _polygons(node: object, where: str, problems: list[Problem], field: str) -> Iterator[Any]:
    """Every polygon of a document; what is none is a problem."""
    kind = node.get("type") if isinstance(node, dict) else None
    if not isinstance(node, dict) or kind is None:
        problems.append(Problem(where, field, type(node).__name__, "a GeoJSON object with a type"))
    elif kind in ("FeatureCollection", "GeometryCollection"):
        key = "features" if kind == "FeatureCollection" else "geometries"
        members = node.get(key)
        if not isinstance(members, list):
            problems.append(Problem(where, key, type(members).__name__, "a list"))
            return
        for number, member in enumerate(members, start=1):
            yield from _polygons(member, where, problems, f"{key[:-1]} {number}")
    elif kind == "Feature":
        yield from _polygons(node.get("geometry"), where, problems, field)
    elif kind in ("Polygon", "MultiPolygon"):
        shape = _shape(node, where, problems, field)
        if shape is not None:
            yield shape
    else:
        problems.append(Problem(where, field, str(kind)[:40], "Polygon or MultiPolygon"))


def _shape(node: Mapping[str, Any], where: str, problems: list[Problem], field: str) -> Any:
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        made = shape({"type": node["type"], "coordinates": node["coordinates"]})
    except (ShapelyError, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        expected = "rings of at least four places [longitude, latitude], the last like the first"
        problems.append(Problem(where, field, f"{error}"[:80] or "no coordinates", expected))
        return None
    return made


def _name_of(document: Any) -> str:
    """A name the file gives, of the collection or of its only feature."""
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    only = features[0] if isinstance(features, list) and len(features) == 1 else {}
    properties = only.get("properties") if isinstance(only, dict) else None
    named = document.get("name") or (properties.get("name") if isinstance(properties, dict) else None)
    return str(named)[:120] if isinstance(named, str) else ""


# -- checks -------------------------------------------------------------------------------------------------


def _checked(shapes: list[Any], name: str, where: str, clip: bool, *, from_file: bool) -> Area:
    import shapely

    held = shapely.force_2d(np.array(shapes, dtype=object))
    problems = _problems(held, where)
    if problems:
        raise InputError(problems)
    notes = []
    outline = held[0]
    if len(held) > 1:
        outline = shapely.union_all(held)
        twice = float(sum(area_km2(one) for one in held) - area_km2(outline))
        notes.append(AreaNote("area_joined", {"count": len(held), "twice_km2": round(max(twice, 0.0), 1)}))
    if from_file:
        notes.append(AreaNote("area_datum", {}))
    outline = _along_geodesics(outline)
    whole_km2 = area_km2(outline)
    too_large = whole_km2 > MOST_KM2
    if too_large:
        expected = (
            f"at most {MOST_KM2:,.0f} km2: at 100 m more takes too long; ask for parts of it, or for the "
            "endowment of provinces"
        )
        problems.append(Problem(where, "area", f"{whole_km2:,.0f} km2", expected))
    elif whole_km2 < LEAST_KM2:
        expected = f"at least {LEAST_KM2:g} km2, one cell of the answer"
        problems.append(Problem(where, "area", f"{whole_km2:.4g} km2", expected))
    if not too_large:
        outline = _on_land(outline, whole_km2, where, clip, notes, problems)
    if problems:
        raise InputError(problems)
    return Area(name, outline, area_km2(outline), tuple(notes))


def _problems(shapes: Any, where: str) -> list[Problem]:
    """What is wrong with each outline as such, and with its coordinates."""
    import shapely

    problems: list[Problem] = []
    for number, shape in enumerate(shapes, start=1):
        field = "outline" if len(shapes) == 1 else f"outline {number}"
        if shape.is_empty:
            problems.append(Problem(where, field, "empty", "a polygon with an area"))
            continue
        west, south, east, north = (float(edge) for edge in shape.bounds)
        bounds = f"{west:.6g} to {east:.6g}, {south:.6g} to {north:.6g}"
        if not all(math.isfinite(edge) for edge in (west, south, east, north)):
            problems.append(Problem(where, field, "coordinates that are no numbers", "degrees"))
        elif max(abs(west), abs(east)) > 360.0 or max(abs(south), abs(north)) > 360.0:
            expected = "longitude and latitude in degrees (WGS84), not metres of a projection; convert it"
            problems.append(Problem(where, field, bounds, expected))
        elif not _meets(west, south, east, north) and _meets(south, west, north, east):
            expected = "longitude first, then latitude; they look exchanged"
            problems.append(Problem(where, field, bounds, expected))
        elif not shape.is_valid:
            reason = shapely.is_valid_reason(shape)
            expected = "a valid outline: rings that neither cross nor touch themselves, holes inside"
            problems.append(Problem(where, field, reason, expected))
        elif not shape.area > 0:
            problems.append(Problem(where, field, "no area", "a polygon with an area"))
    return problems


def _meets(west: float, south: float, east: float, north: float) -> bool:
    return west < _WINDOW[2] and east > _WINDOW[0] and south < _WINDOW[3] and north > _WINDOW[1]


def _along_geodesics(outline: Any) -> Any:
    """The same outline with long edges cut."""
    import shapely

    def dense(ring: Any) -> Any:
        places = shapely.get_coordinates(ring)
        lengths = legs([(float(x), float(y)) for x, y in places]).length_km
        if not (lengths > EDGE_STEP_KM).any():
            return places
        pieces = []
        for at in range(len(places) - 1):
            if lengths[at] > EDGE_STEP_KM:
                (x0, y0), (x1, y1) = places[at].tolist(), places[at + 1].tolist()
                track = along([(x0, y0), (x1, y1)], EDGE_STEP_KM)
                pieces.append(np.column_stack([track.lon_deg, track.lat_deg])[:-1])
            else:
                pieces.append(places[at : at + 1])
        return np.concatenate([*pieces, places[-1:]])

    made = [
        shapely.Polygon(dense(part.exterior), [dense(hole) for hole in part.interiors])
        for part in shapely.get_parts(outline)
    ]
    return made[0] if len(made) == 1 else shapely.make_valid(shapely.MultiPolygon(made))


def _on_land(
    outline: Any, whole_km2: float, where: str, clip: bool, notes: list[AreaNote], problems: list[Problem]
) -> Any:
    """The part in China; without consent to cut, what lies outside is a problem."""
    import shapely

    inside = _areas_only(shapely.intersection(outline, _near("province_0", outline)))
    inside_km2 = 0.0 if inside.is_empty else area_km2(inside)
    outside_share = max(0.0, 1.0 - inside_km2 / whole_km2)
    if outside_share == 0.0:
        return outline
    abroad = _areas_only(shapely.intersection(outline, _near("neighbour_land", outline)))
    abroad_share = min(0.0 if abroad.is_empty else area_km2(abroad) / whole_km2, outside_share)
    if abroad_share < _ISLETS_SHARE:
        abroad_share = 0.0
    sea_share = outside_share - abroad_share
    if inside_km2 < LEAST_KM2:
        if whole_km2 >= LEAST_KM2:
            found = f"{outside_share:.1%} outside ({abroad_share:.1%} abroad, {sea_share:.1%} at sea)"
            problems.append(Problem(where, "area", found, "land of China"))
        return outline
    if outside_share > SLIVER_SHARE and not clip:
        found = f"{abroad_share:.1%} abroad, {sea_share:.1%} at sea"
        expected = "an outline on the land of China; consent to cutting off the rest (clip), or draw it anew"
        problems.append(Problem(where, "area", found, expected))
        return outline
    params: dict[str, Param] = {
        "cut_km2": round(whole_km2 - inside_km2, 1),
        "abroad_percent": round(100 * abroad_share, 1),
        "sea_percent": round(100 * sea_share, 1),
    }
    notes.append(AreaNote("area_clipped", params))
    return inside


def _near(layer: str, outline: Any) -> Any:
    """Land of a layer about an outline."""
    import shapely

    from gis_layers.boundary import table

    west, south, east, north = (float(edge) for edge in outline.bounds)
    geometry = table(layer).geometry
    box = (west - 0.01, south - 0.01, east + 0.01, north + 0.01)
    meets = geometry[shapely.intersects(shapely.envelope(geometry), shapely.box(*box))]
    cut = [_areas_only(shapely.clip_by_rect(one, *box)) for one in meets]
    return shapely.union_all(np.array(cut, dtype=object)) if cut else shapely.Polygon()


def _areas_only(shape: Any) -> Any:
    """Polygons of a result of an overlay; points and lines, where outlines only touch, have no area."""
    import shapely

    flat = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)
