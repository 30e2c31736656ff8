"""A new line between two ends: its way, its length, and what every part of it costs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import distance_km, from_albers, to_albers
from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.measure import along
from gis_layers.provenance import Tier
from planning.corridors import interface_capability_mw
from planning.route.ends import End, provinces_along
from planning.route.figures import AC_KV, DC_KV, KINDS, PRICE_YEAR, LineKind, RouteCosts, route_costs
from planning.route.ground import (
    GROUNDS,
    MOST_DETOUR,
    Ground,
    abroad_along,
    crossing_km,
    flow_m3_per_s,
    ground_between,
    river_shapes,
)
from planning.route.way import cheapest_way
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]

STEP_KM: Final = 1.0
"""Between two looks at the ground when the line is costed."""
WIDER: Final = 3.0
"""Where no way leads within `MOST_DETOUR`, how far around the ends is looked again."""
TRIES: Final = 4
"""Of ways that would cut a corner of a neighbour's land."""
SAME_RIVER_KM: Final = 2.0
"""Of the way, between two crossings that are one."""
LEAST_KM: Final = 1.0
"""Ends closer than this are the same place."""
MOST_CIRCUITS: Final = 8
CLOSE_CNY: Final = 1.0
"""Largest gap between the sum of the parts and the whole."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one kind of ground."""

    from_km: float
    """Along the way."""
    way_km: float
    ground: str
    """One of `GROUNDS`."""
    mean_elevation_m: float
    desert: bool
    ice: bool
    factor: float
    """Cost of a kilometre over one on flat ground."""
    cost_cny: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """A river a common span does not cross."""

    at_km: float
    """Along the way."""
    name_zh: str
    name_en: str
    flow_m3_per_s: float
    cost_cny: float


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a new line and what it costs; tier 'estimated' throughout."""

    start: End
    end: End
    kind: LineKind
    kv: float
    mw: float
    circuits: int
    """AC circuits, or bipoles."""
    lon_deg: Array
    lat_deg: Array
    """(point,) corners of the way, both ends among them; straight (geodesic) between."""
    straight_km: float
    way_km: float
    """Along the way, on the ellipsoid."""
    km: float
    """Length to reckon with: the way times what real lines are longer than ways over 5' ground."""
    segments: tuple[Segment, ...]
    crossings: tuple[Crossing, ...]
    ground_km: Mapping[str, float]
    """Of the way by ground of `GROUNDS`, and 'above_3000_m', 'above_4000_m', 'desert', 'ice' beside."""
    provinces: tuple[str, ...]
    """Codes, in the order in which the way meets them."""
    line_cny: float
    crossings_cny: float
    stations_cny: float
    """Converter stations, or bays and transformers, of both ends."""
    price_year: int
    error_share: float
    """Worst error of the method on lines it was not fitted to. [-]"""
    tier: Tier

    @property
    def investment_cny(self) -> float:
        return self.line_cny + self.crossings_cny + self.stations_cny

    @property
    def detour(self) -> float:
        """Length over the straight line. [-]"""
        return self.km / self.straight_km


def plan_route(
    start: End,
    end: End,
    kind: LineKind,
    kv: float,
    mw: float,
    *,
    circuits: int | None = None,
    price_year: int = PRICE_YEAR,
    avoid: Sequence[Any] = (),
    data: ResourceData = EMBEDDED,
    costs: RouteCosts | None = None,
) -> Route:
    """The least-cost way between two ends and its cost.

    Parameters
    ----------
    kv, mw
        Voltage (of one pole, for DC) and rated power of all circuits or bipoles together.
    circuits
        AC circuits or bipoles; None: as few as the power needs. An AC circuit is reckoned to be lost
        (`corridors.interface_capability_mw`).
    price_year
        Of the costs, by the table's yearly rise.
    avoid
        Shapely polygons on the Albers map no line may cross.

    Raises
    ------
    InputError
        A kind, voltage or power that no line has; ends at one place; no way leads.
    BalanceError
        The parts do not add up to the whole.

    Notes
    -----
    Of all ways the one with the least cost of line and river crossings; stations do not depend on the way. Length and
    cost are then read along the way every kilometre, not on the cells it was found on.
    """
    table = costs or route_costs()
    _check(start, end, kind, kv, mw, circuits, price_year)
    straight = float(distance_km(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg))
    ground, lon, lat = _way(start, end, table, data, avoid)
    track = along(list(zip(lon.tolist(), lat.tolist(), strict=True)), STEP_KM)
    way_km = float(track.distance_km[-1])
    km = way_km * table.value["length_factor"]
    number = circuits or _circuits(kind, kv, mw, km, table)
    level = table.price_level(price_year)
    # Detours the ground does not show are as dear as the ground around them.
    flat_cny_per_km = number * table.line_cny_per_km(kind, kv) * level
    segments, ground_km = _segments(ground, track, flat_cny_per_km * table.value["length_factor"])
    crossings = _crossings(lon, lat, table, data, flat_cny_per_km)
    if kind == "ac":
        ends = float(np.interp(kv, AC_KV, [table.value[f"ac_{v}kv_end_cny"] for v in AC_KV]))
        stations = 2 * number * ends * level
    else:
        stations = table.value[f"stations_{kind}_cny_per_kw"] * mw * 1e3 * level
    if abs(sum(s.way_km for s in segments) - way_km) > 1e-6 * way_km:
        raise BalanceError("route_length", found_km=sum(s.way_km for s in segments), expected_km=way_km)
    return Route(
        start=start, end=end, kind=kind, kv=kv, mw=mw, circuits=number,
        lon_deg=_fixed(lon), lat_deg=_fixed(lat), straight_km=straight, way_km=way_km, km=km,
        segments=segments, crossings=crossings, ground_km=ground_km,
        provinces=provinces_along(track.lon_deg, track.lat_deg),
        line_cny=math.fsum(s.cost_cny for s in segments),
        crossings_cny=math.fsum(c.cost_cny for c in crossings),
        stations_cny=stations, price_year=price_year, error_share=table.value["cost_error_share"],
        tier=table.tier,
    )  # fmt: skip


def _check(
    start: End, end: End, kind: str, kv: float, mw: float, circuits: int | None, price_year: int
) -> None:
    problems = []
    if kind not in KINDS:
        problems.append(Problem("route", "kind", kind[:40], f"one of {', '.join(KINDS)}"))
    elif kind == "ac" and kv not in AC_KV:
        problems.append(Problem("route", "kv", f"{kv:g}", "500, 750 or 1000 kV for AC"))
    elif kind != "ac" and not DC_KV[0] <= kv <= DC_KV[-1]:
        problems.append(Problem("route", "kv", f"{kv:g}", f"{DC_KV[0]} to {DC_KV[-1]} kV for DC"))
    if not (math.isfinite(mw) and mw > 0):
        problems.append(Problem("route", "mw", f"{mw:g}", "a number above 0"))
    if circuits is not None and not 1 <= circuits <= MOST_CIRCUITS:
        problems.append(Problem("route", "circuits", f"{circuits}", f"1 to {MOST_CIRCUITS}"))
    if not 1980 <= price_year <= 2100:
        problems.append(Problem("route", "price_year", f"{price_year}", "1980 to 2100"))
    apart = float(distance_km(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg))
    if apart < LEAST_KM:
        found = f"{start.name_en} and {end.name_en}, {apart:.1f} km apart"
        problems.append(Problem("route", "ends", found, "two places at least 1 km apart"))
    if problems:
        raise InputError(problems)


def _way(
    start: End, end: End, costs: RouteCosts, data: ResourceData, avoid: Sequence[Any]
) -> tuple[Ground, Array, Array]:
    x, y = to_albers([start.lon_deg, end.lon_deg], [start.lat_deg, end.lat_deg])
    for detour in (MOST_DETOUR, WIDER):
        barred = list(avoid)
        for _ in range(TRIES):
            ground = ground_between(x, y, costs, data, barred, detour)
            found = cheapest_way(ground, x, y)
            if found is None:
                break
            cut = abroad_along(*found)
            if cut is None:
                lon, lat = from_albers(*found)
                lon[[0, -1]] = start.lon_deg, end.lon_deg
                lat[[0, -1]] = start.lat_deg, end.lat_deg
                return ground, lon, lat
            barred.append(cut)
    expected = "ends that a way over China's land and straits joins, around what is excluded"
    raise InputError(Problem("route", "way", f"none from {start.name_en} to {end.name_en}", expected))


def _circuits(kind: LineKind, kv: float, mw: float, km: float, costs: RouteCosts) -> int:
    """As few circuits or bipoles as carry the power."""
    if kind != "ac":
        number = math.ceil(mw / costs.bipole_mw(kv) - 1e-9)
        if number <= MOST_CIRCUITS:
            return max(1, number)
        most = costs.bipole_mw(kv) * MOST_CIRCUITS
    else:
        for number in range(1, MOST_CIRCUITS + 1):
            most = interface_capability_mw(kv, number, km)
            if most >= mw:
                return number
    found = f"{mw:,.0f} MW over {km:,.0f} km at {kv:g} kV"
    raise InputError(Problem("route", "mw", found, f"at most {most:,.0f} MW, with {MOST_CIRCUITS} circuits"))


def _segments(
    ground: Ground, track: Any, cny_per_km: float
) -> tuple[tuple[Segment, ...], Mapping[str, float]]:
    """Stretches of one ground each, and the kilometres of every ground."""
    step_km = np.diff(track.distance_km)
    x, y = to_albers(track.lon_deg, track.lat_deg)
    cells = ground.cell_of((x[:-1] + x[1:]) / 2.0, (y[:-1] + y[1:]) / 2.0)
    kind, elevation = ground.kind.ravel()[cells], ground.elevation_m.ravel()[cells]
    desert, ice = ground.desert.ravel()[cells], ground.ice.ravel()[cells]
    factor = ground.factor.ravel()[cells]
    # A straight piece may cut the corner of a cell that is closed: there the ground before it goes on.
    if not np.isfinite(factor).all():
        last = np.maximum.accumulate(np.where(np.isfinite(factor), np.arange(len(factor)), 0))
        factor = factor[last]
    height = np.digitize(elevation, (3000.0, 4000.0))
    key = np.stack([kind, height, desert, ice, np.round(factor, 6)])
    begins = np.concatenate([[0], np.flatnonzero((np.diff(key, axis=1) != 0).any(axis=0)) + 1, [len(kind)]])
    segments = []
    for a, b in itertools.pairwise(begins):
        length = float(step_km[a:b].sum())
        segments.append(
            Segment(
                float(track.distance_km[a]), length, GROUNDS[int(kind[a])],
                float(np.average(elevation[a:b], weights=step_km[a:b])), bool(desert[a]), bool(ice[a]),
                float(factor[a]), length * float(factor[a]) * cny_per_km,
            )
        )  # fmt: skip
    parts = {name: float(step_km[kind == i].sum()) for i, name in enumerate(GROUNDS)}
    beside = {
        "above_3000_m": elevation >= 3000,
        "above_4000_m": elevation >= 4000,
        "desert": desert,
        "ice": ice,
    }
    parts |= {name: float(step_km[mask].sum()) for name, mask in beside.items()}
    return tuple(segments), MappingProxyType(parts)


def _crossings(
    lon: Array, lat: Array, costs: RouteCosts, data: ResourceData, flat_cny_per_km: float
) -> tuple[Crossing, ...]:
    """Rivers the way crosses whose towers are their own, in order; one river within two kilometres once."""
    import shapely

    shapes, names = river_shapes()
    x, y = to_albers(lon, lat)
    way = shapely.linestrings(np.column_stack([x, y]))
    met: list[tuple[float, int, float, float]] = []
    for number in np.flatnonzero(shapely.intersects(shapes, way)).tolist():
        points = shapely.get_coordinates(shapely.intersection(shapes[number], way))
        at = shapely.line_locate_point(way, shapely.points(points)) / 1e3
        met += [(float(km), number, *point) for km, point in zip(at, points.tolist(), strict=True)]
    if not met:
        return ()
    met.sort()
    at_lon, at_lat = from_albers([point[2] for point in met], [point[3] for point in met])
    flows = flow_m3_per_s(data, at_lon, at_lat)
    crossings: list[Crossing] = []
    for (km, number, _, _), flow in zip(met, flows.tolist(), strict=True):
        worth = crossing_km(flow, costs)
        if worth > 0 and not (crossings and km - crossings[-1].at_km < SAME_RIVER_KM):
            crossings.append(Crossing(km, *names[number], flow, worth * flat_cny_per_km))
    return tuple(crossings)


def _fixed(values: Array) -> Array:
    values.flags.writeable = False
    return values
