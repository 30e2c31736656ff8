"""The resource link: which land stands for each node, and the hourly profiles of nodes and bases.

Wind and PV of a node are the mean of a few developable sites, spread over the node's better land. The
fleet that stood in 2020 has the machines of its time, what is added later the present ones: a node's wind
profile is their mean by capacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE
from gis_layers.progress import Progress, part, silent
from planning.chain.profile_values import BaseProfiles, NodeProfiles
from planning.fleet import NodeResource
from planning.scenario import BaseSpec
from planning.tables import Tables
from resources import atlas
from resources.climate import PlaceClimate
from resources.profile import choose_sites, profiles_of_weather, region_profile, take
from resources.solar import PvSystem
from resources.weather import generate
from resources.wind import BASE_TURBINE, FLEET_TURBINE

Array = NDArray[np.float64]
Index = NDArray[np.int64]

FLEET_PV = PvSystem(dc_ac_ratio=1.0)
"""Provinces count PV by modules as often as by inverters; bases are per AC and oversize the modules."""
SITES_PER_NODE = 8
TOP_SHARE = {"wind": 0.35, "pv": 0.5}
"""Share of the eligible land, best first, that sites are chosen from: wind farms stand on the best ground."""
HIGHEST_ELIGIBLE_M = 4000.0
ELIGIBLE_SHARE = {"wind": (0.08, 0.25, 0.20), "pv": (0.015, 0.15, 0.08)}
"""Share of land that may be built on: elsewhere, in deserts, in steppe. Orders of magnitude of published
assessments (general knowledge); the siting rules of a plan replace them."""
STEEP_FACTOR = 0.3
"""Of the share, where the ground of the 5' cells varies by more than 300 m within a climate cell."""


@dataclass(frozen=True, slots=True)
class Land:
    """The climate cells on land, with the node each lies in."""

    climate: PlaceClimate
    node: NDArray[np.str_]
    area_km2: Array
    eligible_km2: dict[str, Array]


def land_cells() -> Land:
    """All land cells of the dispatched nodes with what may be built on in each."""
    from gis_layers.boundary import locate
    from gis_layers.crs import cell_area_km2

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    node = locate(lon, lat, "dispatch_region")
    fine = np.nan_to_num(atlas.read("elevation").values[0]).reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)
    spread = (fine.max(axis=(1, 3)) - fine.min(axis=(1, 3))).ravel()
    land = (
        atlas.read("land_share").values[0].reshape(CLIMATE.rows, 3, CLIMATE.cols, 3).mean(axis=(1, 3)).ravel()
    )
    desert = np.nan_to_num(atlas.read("desert_class").values[0]).ravel().astype(int)
    keep = np.flatnonzero((node != "") & (land > 0.3))
    climate = atlas.climate_at(lon[keep], lat[keep])
    half = CLIMATE.step_deg / 2
    area = cell_area_km2(CLIMATE.step_deg, lat[keep] - half, lat[keep] + half) * land[keep]
    kind = np.choose(desert[keep], [0, 1, 1, 2])
    low = climate.elevation_m <= HIGHEST_ELIGIBLE_M
    steep = np.where(spread[keep] > 300.0, STEEP_FACTOR, 1.0)
    eligible = {t: area * np.array(shares)[kind] * steep * low for t, shares in ELIGIBLE_SHARE.items()}
    return Land(climate=climate, node=node[keep], area_km2=np.asarray(area), eligible_km2=eligible)


def node_profiles(tables: Tables, seed: int, progress: Progress = silent) -> NodeProfiles:
    """Profiles and potentials of all nodes; one weather year for all sites, so that they move together."""
    land = land_cells()
    cells: list[int] = []
    owners: list[tuple[int, str, float]] = []
    potential: dict[str, dict[str, float]] = {}
    for index, node in enumerate(tables.nodes):
        own = land.node == node.node_id
        potential[node.node_id] = {}
        for kind in ("wind", "pv"):
            eligible = np.where(own, land.eligible_km2[kind], 0.0)
            if not eligible.any():  # a node all above the height limit still has its fleet
                eligible = np.where(own, land.area_km2, 0.0)
            sites = choose_sites(
                land.climate,
                eligible,
                SITES_PER_NODE,
                "pv" if kind == "pv" else "wind",
                top_share=TOP_SHARE[kind],
            )
            for cell, share in zip(sites.cell, sites.weight, strict=True):
                cells.append(int(cell))
                owners.append((index, kind, float(share)))
            per_mw = tables.technology(kind, "land_km2_per_gw") / 1e3
            potential[node.node_id][kind] = float(eligible.sum()) / per_mw
    unique, back = np.unique(np.array(cells), return_inverse=True)
    climate = take(land.climate, unique)
    weather = generate(climate, seed, part(progress, 0.05, 0.6))
    progress(0.62, "profiles: power curves")
    new = profiles_of_weather(weather, FLEET_PV, BASE_TURBINE, climate.wind_speedup)
    old = profiles_of_weather(weather, FLEET_PV, FLEET_TURBINE, climate.wind_speedup)
    progress(0.95, "profiles: nodes")
    count, hours = len(tables.nodes), new.pv.shape[1]
    wind_2020, wind_new, pv = (np.zeros((count, hours)) for _ in range(3))
    for index in range(count):
        for kind in ("wind", "pv"):
            mine = [k for k, (i, what, _) in enumerate(owners) if i == index and what == kind]
            places, shares = back[mine], np.array([owners[k][2] for k in mine])
            if kind == "pv":
                pv[index] = region_profile(new.pv[places], shares)
            else:
                wind_new[index] = region_profile(new.wind[places], shares)
                wind_2020[index] = region_profile(old.wind[places], shares)
    resource = {
        node.node_id: NodeResource(
            wind_full_load_hours=float(wind_new[i].sum()),
            pv_full_load_hours=float(pv[i].sum()),
            wind_potential_mw=potential[node.node_id]["wind"],
            pv_potential_mw=potential[node.node_id]["pv"],
        )
        for i, node in enumerate(tables.nodes)
    }
    rain = np.stack(
        [
            np.average(
                land.climate.rain_monthly_mm[land.node == n.node_id],
                axis=0,
                weights=land.area_km2[land.node == n.node_id],
            )
            for n in tables.nodes
        ]
    )
    return NodeProfiles(wind_2020, wind_new, pv, resource, rain)


def base_profiles(
    bases: Sequence[BaseSpec], seed: int, progress: Progress = silent
) -> dict[str, BaseProfiles]:
    """Profiles of all bases, of the same weather year as the nodes'."""
    lon: list[float] = []
    lat: list[float] = []
    rows: dict[str, tuple[Index, Index]] = {}
    for base in bases:
        spans = []
        for sites in (base.wind_sites, base.pv_sites):
            spans.append(np.arange(len(lon), len(lon) + len(sites)))
            lon += [s.lon_deg for s in sites]
            lat += [s.lat_deg for s in sites]
        rows[base.id] = (spans[0], spans[1])
    if not lon:
        return {}
    climate = atlas.climate_at(np.array(lon), np.array(lat))
    weather = generate(climate, seed, part(progress, 0.0, 0.7))
    profiles = profiles_of_weather(
        weather, PvSystem(mounting="single_axis"), BASE_TURBINE, climate.wind_speedup
    )
    return {
        base_id: BaseProfiles(
            wind=profiles.wind[wind].mean(axis=0, dtype=np.float64),
            pv=profiles.pv[pv].mean(axis=0, dtype=np.float64),
        )
        for base_id, (wind, pv) in rows.items()
    }
