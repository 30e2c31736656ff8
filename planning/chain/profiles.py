"""The resource link: which land stands for each node, and the hourly profiles of nodes and bases.

Wind and PV of a node are the mean of a few developable sites, spread over the node's better land. The
fleet that stood in 2020 has the machines of its time, what is added later the present ones or those the scenario
chooses: a node's profile is their mean by capacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.grid import CLIMATE, TERRAIN
from gis_layers.progress import Progress, part, silent
from planning.chain.profile_values import BaseProfiles, NodeProfiles
from planning.fleet import NodeResource
from planning.scenario import BaseSpec
from planning.tables import Tables
from resources import atlas
from resources.climate import PlaceClimate
from resources.eligible import HIGHEST_M, KINDS
from resources.hours import HOURS
from resources.land_rules import buildable_share
from resources.plant_choice import USUAL, PlantChoice, PvChoice, over
from resources.plant_machines import TRACKED, plant_profiles, pv_hours, some_weather, wind_hours
from resources.profile import choose_sites, region_profile, take
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import count_served, some
from resources.solar import PvSystem
from resources.wind import FLEET_TURBINE, wind_capacity_factor

Array = NDArray[np.float64]
Index = NDArray[np.int64]

FLEET_PV = PvSystem(dc_ac_ratio=1.0)
"""Provinces count PV by modules as often as by inverters; bases are per AC and oversize the modules."""
SITES_PER_NODE = 8
TOP_SHARE = {"wind": 0.35, "pv": 0.5}
"""Share of the eligible land, best first, that sites are chosen from: wind farms stand on the best ground."""


@dataclass(frozen=True, slots=True)
class Land:
    """The climate cells on land, with the node each lies in."""

    climate: PlaceClimate
    node: NDArray[np.str_]
    area_km2: Array
    eligible_km2: dict[str, Array]
    """By technology, what may be built on in each cell."""


def for_sites(climate: PlaceClimate, buildable_km2: Array) -> Array:
    """(cell,) of some land what sites may be chosen from.

    A cell stands with the hours of its centre: one whose centre is above the limit for farms would bring the wind
    of its ridges to the valleys that may be built on. Where nothing else is left, they count.
    """
    low = np.where(climate.elevation_m <= HIGHEST_M, buildable_km2, 0.0)
    return low if low.any() else buildable_km2


def land_cells(data: ResourceData = EMBEDDED) -> Land:
    """All land cells of the dispatched nodes with what may be built on in each (`eligible`)."""
    from gis_layers.boundary import locate
    from gis_layers.crs import cell_area_km2
    from gis_layers.raster import cell_area_km2 as fine_area_km2

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    node = locate(lon, lat, "dispatch_region")
    fine_land = atlas.read("land_share").values[0]
    land = _blocks(fine_land).mean(axis=(1, 3)).ravel()
    keep = np.flatnonzero((node != "") & (land > 0.3))
    climate = data.climate_at(lon[keep], lat[keep])
    half = CLIMATE.step_deg / 2
    area = cell_area_km2(CLIMATE.step_deg, lat[keep] - half, lat[keep] + half) * land[keep]
    land_km2 = fine_area_km2(TERRAIN) * np.nan_to_num(fine_land)
    eligible: dict[str, Array] = {
        kind: _blocks(land_km2 * share).sum(axis=(1, 3)).ravel()[keep]
        for kind, share in buildable_share(data).items()
    }
    return Land(climate=climate, node=node[keep], area_km2=np.asarray(area), eligible_km2=eligible)


def _blocks(terrain: Array) -> Array:
    """(row, 3, col, 3) of terrain cells by the climate cell they lie in."""
    return terrain.reshape(CLIMATE.rows, 3, CLIMATE.cols, 3)


def node_profiles(
    tables: Tables,
    seed: int,
    data: ResourceData = EMBEDDED,
    progress: Progress = silent,
    plant: PlantChoice = USUAL,
    library: Path | None = None,
) -> NodeProfiles:
    """Profiles and potentials of all nodes; one weather year for all sites, so that they move together.

    Parameters
    ----------
    plant : PlantChoice
        Of what is built; what stood in 2020 keeps its machines.
    library : Path or None
        Where imported power curves lie.

    Raises
    ------
    InputError
        As `ResourceData.weather_at`; a machine that is in no table or library.
    """
    land = land_cells(data)
    cells: list[int] = []
    owners: list[tuple[int, str, float]] = []
    potential: dict[str, dict[str, float]] = {}
    for index, node in enumerate(tables.nodes):
        own = land.node == node.node_id
        potential[node.node_id] = {}
        for kind in KINDS:
            eligible = np.where(own, land.eligible_km2[kind], 0.0)
            if not eligible.any():  # a node all above the height limit still has its fleet
                eligible = np.where(own, land.area_km2, 0.0)
            sites = choose_sites(
                land.climate,
                for_sites(land.climate, eligible),
                SITES_PER_NODE,
                kind,
                top_share=TOP_SHARE[kind],
            )
            for cell, share in zip(sites.cell, sites.weight, strict=True):
                cells.append(int(cell))
                owners.append((index, kind, float(share)))
            per_mw = tables.technology(kind, "land_km2_per_gw") / 1e3
            potential[node.node_id][kind] = float(eligible.sum()) / per_mw
    unique, back = np.unique(np.array(cells), return_inverse=True)
    climate = take(land.climate, unique)
    year = data.weather_at(climate, seed, part(progress, 0.05, 0.6))
    progress(0.62, "profiles: power curves")
    new = plant_profiles(plant, climate, year.weather, year.speedup, FLEET_PV, library)
    old_wind = wind_capacity_factor(year.weather, FLEET_TURBINE, year.speedup)
    chosen_pv = plant.pv != PvChoice()
    old_pv = pv_hours(PvChoice(), climate, year.weather, FLEET_PV) if chosen_pv else new.pv
    progress(0.95, "profiles: nodes")
    count, hours = len(tables.nodes), new.pv.shape[1]
    wind_2020, wind_new, pv, pv_2020 = (np.zeros((count, hours)) for _ in range(4))
    for index in range(count):
        for kind in ("wind", "pv"):
            mine = [k for k, (i, what, _) in enumerate(owners) if i == index and what == kind]
            places, shares = back[mine], np.array([owners[k][2] for k in mine])
            if kind == "pv":
                pv[index] = region_profile(new.pv[places], shares)
                pv_2020[index] = region_profile(old_pv[places], shares) if chosen_pv else pv[index]
            else:
                wind_new[index] = region_profile(new.wind[places], shares)
                wind_2020[index] = region_profile(old_wind[places], shares)
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
    return NodeProfiles(
        wind_2020, wind_new, pv, resource, rain, count_served(data, climate, year),
        pv_2020 if chosen_pv else None,
    )  # fmt: skip


def base_profiles(
    bases: Sequence[BaseSpec],
    seed: int,
    data: ResourceData = EMBEDDED,
    progress: Progress = silent,
    plant: PlantChoice = USUAL,
    library: Path | None = None,
) -> dict[str, BaseProfiles]:
    """Profiles of all bases, of the same weather year as the nodes'.

    Parameters
    ----------
    plant, library
        As `node_profiles`; a base's own choice goes before `plant`.

    Raises
    ------
    InputError
        As `node_profiles`.
    """
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
    climate = data.climate_at(np.array(lon), np.array(lat))
    year = data.weather_at(climate, seed, part(progress, 0.0, 0.7))
    wind, pv = np.empty((len(lon), HOURS), dtype=np.float32), np.empty((len(lon), HOURS), dtype=np.float32)
    for chosen, alike in _by_plant(bases, plant):
        # Bases of the same machines go through the kernels together.
        for kind, out in ((0, wind), (1, pv)):
            places = np.concatenate([rows[base_id][kind] for base_id in alike])
            weather, ground = some_weather(year.weather, places), take(climate, places)
            if kind == 0:
                speedup = year.speedup[places]
                out[places] = wind_hours(chosen.wind, ground, weather, speedup, library=library)
            else:
                out[places] = pv_hours(chosen.pv, ground, weather, TRACKED)
    return {
        base_id: BaseProfiles(
            wind=wind[wind_rows].mean(axis=0, dtype=np.float64),
            pv=pv[pv_rows].mean(axis=0, dtype=np.float64),
            served=count_served(data, *some(climate, year, np.concatenate([wind_rows, pv_rows]))),
        )
        for base_id, (wind_rows, pv_rows) in rows.items()
    }


def _by_plant(bases: Sequence[BaseSpec], plant: PlantChoice) -> list[tuple[PlantChoice, list[str]]]:
    """Ids of bases by the machines they have."""
    groups: list[tuple[PlantChoice, list[str]]] = []
    for base in bases:
        chosen = over(plant, base.plant)
        alike = next((ids for other, ids in groups if other == chosen), None)
        if alike is None:
            groups.append((chosen, [base.id]))
        else:
            alike.append(base.id)
    return groups
