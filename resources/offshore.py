"""Offshore wind at a place or over a grid: foundation by depth, link by distance, cost and losses that follow.

For siting, sizing and the assessment of coastal provinces. All cost and loss figures are in `data/offshore.csv` with
their source; they are estimates for comparing places, not quotations.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_layers.errors import InputError, Problem
from gis_layers.grid import TERRAIN
from gis_layers.provenance import Provenance, Tier
from resources import atlas
from resources.foundations import FOUNDATIONS
from resources.weather import HourlyWeather
from resources.wind import Hourly, WindTurbine, machine, wind_capacity_factor
from resources.wind_wake import DECAY_OFFSHORE

Array = NDArray[np.float64]
Text = NDArray[np.str_]

LINKS: Final = ("ac", "dc")
SHEAR_EXPONENT: Final = 0.11
"""Power law over open sea; estimated (0.14 is the standard's value for design, above what is measured)."""
DENSITY_MW_PER_KM2: Final = 6.0
_EARTH_KM: Final = 6371.0
_HALF_CELL_KM: Final = 4.6


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the table."""

    value: float
    unit: str
    provenance: Provenance


@functools.cache
def figures() -> dict[str, Figure]:
    """All rows of `data/offshore.csv` by item."""
    with resources.files("resources").joinpath("data/offshore.csv").open(encoding="utf-8") as handle:
        return {row["item"]: _figure(row) for row in csv.DictReader(handle)}


def _figure(row: dict[str, str]) -> Figure:
    tier: Tier = "estimated" if row["tier"] == "estimated" else "published"
    return Figure(float(row["value"]), row["unit"], Provenance(row["source"], row["year"], tier))


@dataclass(frozen=True, slots=True)
class OffshoreSites:
    """Places at sea; NaN and "" where nothing can be built."""

    lon_deg: Array
    lat_deg: Array
    depth_m: Array
    """(place,) of the water, positive downwards."""
    distance_km: Array
    """(place,) to the nearest 5' cell of China that is mostly land; about 5 km uncertain."""
    foundation: Text
    """(place,) one of `FOUNDATIONS`, "" where it is too deep."""
    link: Text
    """(place,) one of `LINKS`, the cheaper one with its losses."""
    capex_cny_per_kw: Array
    capex_low_cny_per_kw: Array
    capex_high_cny_per_kw: Array
    electrical_loss_share: Array
    """(place,) from the machines to the shore. [-]"""
    availability_loss_share: Array
    """(place,) [-]"""

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.lon_deg)


def offshore_at(lon_deg: ArrayLike, lat_deg: ArrayLike, depth_m: ArrayLike | None = None) -> OffshoreSites:
    """Class, cost and losses at places.

    Parameters
    ----------
    lon_deg, lat_deg : one place or (place,)
    depth_m : (place,) or None
        From a survey; None: the atlas (ETOPO5, mean of 5' cells: 10 m of error and more are usual on slopes).

    Raises
    ------
    InputError
        A place outside the atlas or on land, or a depth that is not above 0; all places are named.

    Notes
    -----
    Cost: that of monopiles in 20 m of water, 30 km from shore, times a factor that rises in a straight line with depth
    within each foundation class, plus cable beyond 30 km. The link is the one that costs less when a percent of loss
    is valued at a percent of the farm's cost.
    """
    atlas.check_window(lon_deg, lat_deg)
    lon, lat = (
        np.array(v, dtype=np.float64)
        for v in np.broadcast_arrays(
            np.atleast_1d(np.asarray(lon_deg, float)), np.atleast_1d(np.asarray(lat_deg, float))
        )
    )
    depth = (
        _depth(lon, lat)
        if depth_m is None
        else np.array(np.broadcast_to(np.asarray(depth_m, float), lon.shape))
    )
    dry = np.flatnonzero(~(depth > 0))
    if len(dry):
        expected = "a place at sea (depth above 0 m)"
        raise InputError(
            [
                Problem(
                    f"place {i + 1} of {len(lon)}",
                    "LON LAT",
                    f"{lon[i]:g} {lat[i]:g}: depth {depth[i]:g} m",
                    expected,
                )
                for i in dry[:20]
            ]
        )
    return _sites(lon, lat, depth, shore_distance_km(lon, lat))


def offshore_grid(
    west: float, south: float, east: float, north: float
) -> tuple[OffshoreSites, NDArray[np.intp]]:
    """All sea cells of the 5' grid within bounds.

    Returns
    -------
    the cells, and (cell,) their index into the flat TERRAIN grid, to lay values out as a raster.

    Raises
    ------
    InputError
        Bounds outside the atlas or without sea.
    """
    atlas.check_window([west, east], [south, north])
    depth = np.asarray(atlas.read("sea_depth").values[0], dtype=np.float64).ravel()
    lon, lat = (a.ravel() for a in np.meshgrid(TERRAIN.lon_deg, TERRAIN.lat_deg))
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & (depth > 0)
    cells = np.flatnonzero(inside)
    if not len(cells):
        found = f"{west:g} {south:g} {east:g} {north:g}"
        raise InputError(Problem("argument", "bounds", found, "bounds with sea in them"))
    lon, lat = lon[cells], lat[cells]
    return _sites(lon, lat, depth[cells], shore_distance_km(lon, lat)), cells


def _depth(lon: Array, lat: Array) -> Array:
    from gis_layers.raster import sample

    # Nearest: a bilinear value would give cells of land a depth.
    return np.asarray(sample(atlas.read("sea_depth"), lon, lat, "nearest")[0], dtype=np.float64)


def _sites(lon: Array, lat: Array, depth: Array, distance: Array) -> OffshoreSites:
    f = {name: figure.value for name, figure in figures().items()}
    limits = np.array([f[f"{kind}_deepest"] for kind in FOUNDATIONS])
    kind = np.searchsorted(limits, depth, side="left")
    names = np.array([*FOUNDATIONS, ""])
    factor = np.full(len(depth), np.nan)
    shallow = 0.0
    for number, name in enumerate(FOUNDATIONS):
        here = kind == number
        span = (f[f"{name}_factor_shallow"], f[f"{name}_factor_deep"])
        factor[here] = np.interp(depth[here], [shallow, limits[number]], span)
        shallow = limits[number]

    beyond = np.maximum(distance - f["near_shore_km"], 0.0)
    ac_cost, dc_cost = beyond * f["ac_cable"], f["dc_station"] + beyond * f["dc_cable"]
    ac_loss = f["ac_loss"] + distance * f["ac_loss_per_km"]
    dc_loss = f["dc_loss"] + distance * f["dc_loss_per_km"]
    base = f["capex"] * factor
    direct = dc_cost + dc_loss * base < ac_cost + ac_loss * base
    extra = np.where(direct, dc_cost, ac_cost)
    away = np.minimum(
        f["availability_loss"] + distance * f["availability_loss_per_km"], f["availability_loss_most"]
    )
    built = names[kind] != ""
    return OffshoreSites(
        lon_deg=lon,
        lat_deg=lat,
        depth_m=depth,
        distance_km=distance,
        foundation=names[kind],
        link=np.where(built, np.where(direct, "dc", "ac"), ""),
        capex_cny_per_kw=base + extra,
        capex_low_cny_per_kw=f["capex_low"] * factor + extra,
        capex_high_cny_per_kw=f["capex_high"] * factor + extra,
        electrical_loss_share=np.where(built, f["array_loss"] + np.where(direct, dc_loss, ac_loss), np.nan),
        availability_loss_share=np.where(built, away, np.nan),
    )


def offshore_turbine(
    rated_mw: float = 10.0,
    rotor_m: float = 220.0,
    hub_m: float = 130.0,
    *,
    farm_mw: float = 500.0,
    density_mw_per_km2: float = DENSITY_MW_PER_KM2,
) -> WindTurbine:
    """A machine at sea in a farm of some size, without the losses that differ by place.

    Raises
    ------
    InputError
        No such machine.
    """
    bare = machine(rated_mw, rotor_m, hub_m)
    changes = {
        "shear_exponent": SHEAR_EXPONENT,
        "wake": "jensen",
        "farm_mw": farm_mw,
        "density_mw_per_km2": density_mw_per_km2,
        "wake_decay": DECAY_OFFSHORE,
        "availability_loss_share": 0.0,
        "other_loss_share": 0.0,
    }
    return WindTurbine.model_validate({**bare.model_dump(), **changes})


def offshore_capacity_factor(
    weather: HourlyWeather, sites: OffshoreSites, turbine: WindTurbine | None = None
) -> Hourly:
    """(place, hour) output on shore over rated power: wakes, availability and the link's losses included. [-]

    Parameters
    ----------
    weather : HourlyWeather
        At the sites, in their order.
    turbine : WindTurbine or None
        Of `offshore_turbine`; None: its default.

    Raises
    ------
    InputError
        A site too deep for any foundation; other places than those of the weather.
    """
    problems = [
        Problem(
            f"place {i + 1} of {len(sites)}",
            "depth_m",
            f"{sites.depth_m[i]:g}",
            f"at most {figures()['floating_deepest'].value:g} m",
        )
        for i in np.flatnonzero(sites.foundation == "")[:20]
    ]
    if len(weather) != len(sites):
        problems.append(Problem("argument", "weather", f"{len(weather)} places", f"{len(sites)}"))
    if problems:
        raise InputError(problems)
    kept = (1 - sites.availability_loss_share) * (1 - sites.electrical_loss_share)
    return wind_capacity_factor(weather, turbine or offshore_turbine(), kept_share=kept)


def shore_distance_km(lon_deg: Array, lat_deg: Array) -> Array:
    """(place,) to the edge of the nearest coastal cell of China, at least 0. [km]"""
    found, _ = _coast().query(_on_sphere(lon_deg, lat_deg))
    arc = 2 * np.arcsin(np.clip(found / 2, 0, 1)) * _EARTH_KM
    return np.asarray(np.maximum(arc - _HALF_CELL_KM, 0.0), dtype=np.float64)


@functools.cache
def _coast() -> Any:
    """Tree of the centres of China's coastal 5' cells, at least half of them land so that islets do not count."""
    from scipy.ndimage import binary_dilation
    from scipy.spatial import cKDTree

    from gis_layers.boundary import locate

    land = np.nan_to_num(atlas.read("land_share").values[0]) >= 0.5
    sea = np.isfinite(atlas.read("sea_depth").values[0])
    row, col = np.nonzero(land & binary_dilation(sea, np.ones((3, 3), dtype=np.bool_)))
    lon, lat = TERRAIN.lon_deg[col], TERRAIN.lat_deg[row]
    ours = locate(lon, lat, "province") != ""
    return cKDTree(_on_sphere(lon[ours], lat[ours]))


def _on_sphere(lon_deg: Array, lat_deg: Array) -> Array:
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
