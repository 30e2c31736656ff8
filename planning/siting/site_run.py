"""From an area to ranked sites: eligible land, its division, sites, hours, lines, costs, supply curve.

For `energymap site` and the window. Land, capacity and money are checked to add up at every step.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import from_albers
from gis_layers.errors import BalanceError, InputError, Problem
from gis_layers.progress import Progress, part, silent
from gis_layers.provenance import Grade
from planning.siting.candidates import Candidate, PlantCost, SiteLand, candidate, plant_costs, ranked
from planning.siting.clusters import ASIDE, Clusters, clusters_of
from planning.siting.connection import Network, dear_km_at, network_for
from planning.siting.eligibility import Eligibility
from planning.siting.land_split import LandShares, divide_land
from planning.siting.place_hours import places_of, site_hours
from planning.siting.request import SitingRequest
from planning.siting.site_shapes import outlines_of, place_names
from planning.siting.suitability import Suitability, suitability
from planning.siting.supply_curve import SupplyCurve, supply_curves
from planning.siting.targets import Target, channel_target, grid_targets
from planning.tables import Tables, load_tables
from resources.resource_data import EMBEDDED, ResourceData
from resources.served import Served

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SitingResult:
    """The answer for one area."""

    request: SitingRequest
    land: Eligibility
    density_mw_per_km2: Mapping[str, Array]
    """Technology -> (row, col), of eligible land."""
    capacity_alone_mw: Mapping[str, float]
    """Technology -> eligible land times density, as if it had all its land to itself."""
    divided: LandShares
    clusters: Clusters
    left_aside_mw: float
    """Capacity of land in no site: pieces too small, cells with hardly any."""
    suitability: Suitability
    full_load_hours: Mapping[str, Array]
    """Technology -> (row, col) of the cells of sites and others; NaN where nothing may be built. [h/a]"""
    dear_km: Array
    """(row, col) way to the grid in kilometres of flat ground."""
    candidates: tuple[Candidate, ...]
    """Cheapest first."""
    curves: tuple[SupplyCurve, ...]
    network: Network
    costs: Mapping[str, PlantCost]
    discount_rate: float
    served: Served
    seconds: float

    @property
    def grade(self) -> Grade:
        """Of the hours and of the layers the land rests on: the least known."""
        from resources.served import GRADES

        grades = {self.served.grade, *(layer.grade for layer in self.land.served)}
        return next(grade for grade in GRADES if grade in grades)

    @property
    def capacity_mw(self) -> Mapping[str, float]:
        """Technology -> capacity of all sites, the land divided."""
        names = self.request.technologies
        return {n: sum(c.shares[n].capacity_mw for c in self.candidates if n in c.shares) for n in names}


def run_siting(
    land: Eligibility,
    request: SitingRequest | None = None,
    data: ResourceData = EMBEDDED,
    tables: Tables | None = None,
    roads_km: Array | None = None,
    density_mw_per_km2: Mapping[str, Array | float] | None = None,
    progress: Progress = silent,
) -> SitingResult:
    """Sites of an area whose eligible land is known.

    Parameters
    ----------
    roads_km : (row, col)
        Distance to roads; None where none are given.
    density_mw_per_km2
        Technology -> of eligible land, one figure or (row, col), in place of that by classes of land.

    Raises
    ------
    InputError
        Nothing eligible for any technology asked for; nothing large enough for a site; a channel that is none;
        judgements that contradict each other; data that does not serve.
    BalanceError
        Land, capacity or energy does not add up.
    """
    began = time.perf_counter()
    ask = request or SitingRequest()
    table = tables or load_tables()
    rate = table.price("discount_rate_real_share") if ask.discount_rate is None else ask.discount_rate
    _known(ask, land)
    eligible: dict[str, Array] = {name: land.eligible_share[name] for name in ask.technologies}
    if not any(share.any() for share in eligible.values()):
        found = ", ".join(f"{name} 0 km2" for name in eligible)
        raise InputError(Problem("area", "eligible land", found, "land that the rules leave"))
    carries = land.density_mw_per_km2 if density_mw_per_km2 is None else density_mw_per_km2
    density = {
        name: np.broadcast_to(np.asarray(carries[name], dtype=np.float64), land.shape) for name in eligible
    }
    alone = {n: float((s * density[n]).sum()) * land.cell_km2 for n, s in eligible.items()}
    divided = divide_land(eligible, ask.land_use)
    names = tuple(divided.share)
    mw = {n: divided.share[n] * density[n] * land.cell_km2 for n in names}
    total = sum(mw.values(), np.zeros(land.shape))
    progress(0.02, "sites")
    usable = np.where(divided.used >= ask.least_cell_share, total, 0.0)
    clusters = clusters_of(usable, ask.least_mw, ask.most_mw)
    if not clusters.count:
        found = f"{total.sum():,.0f} MW in pieces of less"
        raise InputError(Problem("area", "sites", found, f"connected land for {ask.least_mw:g} MW"))
    progress(0.05, "connection")
    network = network_for(land, _targets(ask, land, table), data)
    places = places_of(land, total > 0)
    hours = site_hours(places, clusters.label, clusters.count, mw, ask.seed, data, part(progress, 0.15, 0.85))
    progress(0.86, "sites")
    on_land = places.of_cell >= 0
    full = {n: np.where(on_land, hours.place_hours[n][np.maximum(places.of_cell, 0)], np.nan) for n in names}
    x, y = np.meshgrid(land.x_m, land.y_m)
    dear_km = dear_km_at(network, x, y)
    figures = {
        "grid": dear_km, "slope": land.slope_percent, "elevation": land.elevation_m,
        "land": divided.used, "roads": roads_km,
    }  # fmt: skip
    suits = suitability(figures, full, mw, ask.judgements)
    costs = plant_costs(names, rate, table)
    progress(0.9, "sites")
    sites = [
        candidate(
            site, {n: hours.hours[n][number] for n in names}, costs, network, rate, table.coal_co2_t_per_mwh()
        )
        for number, site in enumerate(_site_lands(land, divided, clusters, mw, suits.score, dear_km))
    ]
    progress(0.97, "sites")
    result = SitingResult(
        request=ask, land=land, density_mw_per_km2=MappingProxyType(density),
        capacity_alone_mw=MappingProxyType(alone), divided=divided, clusters=clusters,
        left_aside_mw=float(total[clusters.label == ASIDE].sum()), suitability=suits,
        full_load_hours=MappingProxyType(full), dear_km=dear_km, candidates=ranked(sites, ask.total_mw),
        curves=supply_curves(sites), network=network, costs=MappingProxyType(costs), discount_rate=rate,
        served=hours.served, seconds=time.perf_counter() - began,
    )  # fmt: skip
    check_sums(result, total)
    progress(1.0, "sites")
    return result


def channel_known(request: SitingRequest) -> None:
    """Refuse a channel that is none before any work; InputError as `channel_target`."""
    if request.channel:
        channel_target(request.channel, load_tables())


def check_sums(result: SitingResult, total_mw: Array) -> None:
    """Land, capacity and money of the sites and what was left aside are the whole.

    Raises
    ------
    BalanceError
        `site_area`, `site_capacity`, `site_money`, with what was found and expected.
    """
    land, label = result.land, result.clusters.label
    aside = (label == ASIDE) & (total_mw > 0)
    used = result.divided.used
    aside_km2 = float(used[aside].sum()) * land.cell_km2
    no_density = float(used[(total_mw <= 0)].sum()) * land.cell_km2
    whole_km2 = float(used.sum()) * land.cell_km2
    sites_km2 = sum(c.land_km2 for c in result.candidates)
    _same("site_area", "km2", sites_km2 + aside_km2 + no_density, whole_km2)
    sites_mw = sum(c.capacity_mw for c in result.candidates)
    _same("site_capacity", "MW", sites_mw + result.left_aside_mw, float(total_mw.sum()))
    for c in result.candidates:
        if c.connection is None:
            continue
        paid = sum(
            s.lcoe_cny_per_mwh * s.energy_mwh * (1 - c.loss_share)
            for s in c.shares.values()
            if s.lcoe_cny_per_mwh is not None
        )
        _same("site_money", c.id, paid, c.plant_cny_per_year + c.connection_cny_per_year)


def _same(code: str, what: str, found: float, expected: float) -> None:
    if not abs(found - expected) <= 1e-6 * max(abs(expected), 1.0):
        raise BalanceError(code, what=what, found=found, expected=expected)


def _known(ask: SitingRequest, land: Eligibility) -> None:
    missing = [name for name in ask.technologies if name not in land.eligible_share]
    if missing:
        expected = f"technologies the rules are about: {', '.join(land.eligible_share)}"
        raise InputError(Problem("siting", "technologies", ", ".join(missing), expected))


def _targets(ask: SitingRequest, land: Eligibility, tables: Tables) -> tuple[Target, ...]:
    if ask.channel:
        return (channel_target(ask.channel, tables),)
    inside = land.inside_share > 0
    x, y = land.x_m[inside.any(axis=0)], land.y_m[inside.any(axis=1)]
    lon, lat = from_albers(x.mean(), y.mean())
    reach_km = float(np.hypot(np.ptp(x), np.ptp(y))) / 2e3
    return grid_targets(float(lon), float(lat), reach_km, tables)


def _site_lands(
    land: Eligibility,
    divided: LandShares,
    clusters: Clusters,
    mw: Mapping[str, Array],
    score: Array,
    dear_km: Array,
) -> list[SiteLand]:
    """What the cells of every site add up to, in the order of their numbers."""
    count = clusters.count
    row, col = np.nonzero(clusters.label != ASIDE)
    own = clusters.label[row, col]

    def summed(values: Array) -> Array:
        return np.asarray(np.bincount(own, weights=values[row, col], minlength=count), dtype=np.float64)

    total = sum(mw.values(), np.zeros(land.shape))
    mean_x = np.bincount(own, weights=total[row, col] * land.x_m[col], minlength=count) / summed(total)
    mean_y = np.bincount(own, weights=total[row, col] * land.y_m[row], minlength=count) / summed(total)
    apart = np.hypot(land.x_m[col] - mean_x[own], land.y_m[row] - mean_y[own])
    # A station stands where a line can leave, if there is such a cell.
    order = np.lexsort((apart, np.isinf(dear_km[row, col]), own))
    station = order[np.searchsorted(own[order], np.arange(count))]
    x, y = land.x_m[col[station]], land.y_m[row[station]]
    lon, lat = from_albers(x, y)
    outline = outlines_of(clusters.label, land.west_m, land.north_m, land.cell_m)
    names = place_names(lon, lat)
    used_km2 = summed(divided.used) * land.cell_km2
    inside_km2 = summed(land.inside_share) * land.cell_km2
    by_tech = {n: summed(divided.share[n]) * land.cell_km2 for n in mw}
    by_mw = {n: summed(values) for n, values in mw.items()}
    scored = summed(np.nan_to_num(score) * total) / summed(total)
    digits = max(3, len(str(count)))
    return [
        SiteLand(
            id=f"S{i + 1:0{digits}d}", names=names[i], x_m=float(x[i]), y_m=float(y[i]), lon_deg=float(lon[i]),
            lat_deg=float(lat[i]), land_km2=float(used_km2[i]), outline_km2=float(inside_km2[i]),
            technology_km2={n: float(v[i]) for n, v in by_tech.items()},
            capacity_mw={n: float(v[i]) for n, v in by_mw.items()},
            outline=outline[i], suitability=float(scored[i]),
        )
        for i in range(count)
    ]  # fmt: skip
