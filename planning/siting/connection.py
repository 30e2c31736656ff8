"""The cheapest line of every candidate: way, voltage, circuits, cost, loss.

One sweep from all points the lines may end at (`least_cost`) over the cost of the ground (`cost_surface`), then the
cheapest voltage for the power (`line_costs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import distance_km, from_albers, to_albers
from planning.siting.cost_surface import CostSurface, surface_for
from planning.siting.eligibility import Eligibility
from planning.siting.least_cost import Ways, cheapest_ways
from planning.siting.line_costs import ConnectionCosts, Line, cheapest_line, connection_costs
from planning.siting.targets import Target
from resources.resource_data import EMBEDDED, ResourceData

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Network:
    """Ways from all ground around an area to the points its lines may end at."""

    targets: tuple[Target, ...]
    surface: CostSurface
    ways: Ways
    costs: ConnectionCosts


@dataclass(frozen=True, slots=True)
class Connection:
    """A line from a station among a site's cells to the grid."""

    target: Target
    lon_deg: Array
    lat_deg: Array
    """(point,) of the way, from the station to the end."""
    km: float
    """Along the way, on the ellipsoid."""
    dear_km: float
    """The same with every kilometre counted as often as it costs one on flat ground."""
    straight_km: float
    line: Line


def network_for(
    land: Eligibility,
    targets: Sequence[Target],
    data: ResourceData = EMBEDDED,
    costs: ConnectionCosts | None = None,
) -> Network:
    """All ways of an area; InputError where there is no point to end at."""
    table = costs or connection_costs()
    surface = surface_for(land, targets, table, data)
    ends = surface.cell_of(*to_albers([t.lon_deg for t in targets], [t.lat_deg for t in targets]))
    return Network(tuple(targets), surface, cheapest_ways(surface.factor, surface.cell_m, ends), table)


def dear_km_at(network: Network, x_m: Array, y_m: Array) -> Array:
    """Cost distance to the grid of points on the Albers map, any shape; inf where no way leads. [km]"""
    cells = network.surface.cell_of(x_m.ravel(), y_m.ravel())
    return np.asarray(network.ways.dear_m.ravel()[cells].reshape(x_m.shape) / 1e3)


def connect(network: Network, x_m: float, y_m: float, power_mw: float, rate: float) -> Connection | None:
    """The cheapest connection of a station; None where no way leads to the grid.

    Parameters
    ----------
    x_m, y_m
        On the Albers map.
    power_mw
        Highest power of the year.
    rate
        Real discount rate. [1/a]
    """
    surface, ways = network.surface, network.ways
    start = int(surface.cell_of(np.array([x_m]), np.array([y_m]))[0])
    dear_m = float(ways.dear_m.ravel()[start])
    if not np.isfinite(dear_m):
        return None
    target = network.targets[int(ways.source.ravel()[start])]
    path = ways.path(start)
    step_x, step_y = surface.centres(path)
    on_map_m = float(np.hypot(np.diff(step_x), np.diff(step_y)).sum())
    lon, lat = from_albers(step_x, step_y)
    own_lon, own_lat = from_albers(x_m, y_m)
    # The way begins at the station and ends at the target, not in the middle of their cells.
    lon = np.concatenate([[float(own_lon)], lon[1:-1], [target.lon_deg]])
    lat = np.concatenate([[float(own_lat)], lat[1:-1], [target.lat_deg]])
    km = float(distance_km(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
    dearness = dear_m / on_map_m if on_map_m > 0 else float(surface.factor.ravel()[start])
    straight = float(distance_km(float(own_lon), float(own_lat), target.lon_deg, target.lat_deg))
    line = cheapest_line(power_mw, km, km * dearness, rate, target.north_west, network.costs)
    return Connection(target, *_corners(lon, lat), km, km * dearness, straight, line)


def _corners(lon: Array, lat: Array) -> tuple[Array, Array]:
    """The way without the points on which it goes straight on."""
    if len(lon) < 3:
        return lon, lat
    east, north = np.diff(lon), np.diff(lat)
    turn = np.abs(east[:-1] * north[1:] - east[1:] * north[:-1])
    kept = np.concatenate(
        [[True], turn > 1e-3 * np.hypot(east[:-1], north[:-1]) * np.hypot(east[1:], north[1:]), [True]]
    )
    return lon[kept], lat[kept]
