"""Candidate sites: what each could hold, make and cost, at the plant and where its line ends.

LCOE is the annuity of the investment (real, before tax) and the yearly operation over a year's energy, in the price
year of the technology table. The way to the grid is in it, the long-distance channel is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_layers.provenance import Tier
from planning.siting.connection import Connection, Network, connect
from planning.siting.line_costs import Line
from planning.table_rows import weakest
from planning.tables import Tables
from planning.technology import annuity_factor
from resources.hours import HOURS

Array = NDArray[np.float64]

LOW_SHARE: Final = 0.1
"""Hours in which wind and sun together give less than this of their mean count as low."""


@dataclass(frozen=True, slots=True)
class PlantCost:
    """What a MW of a technology costs."""

    technology: str
    cny_per_mw: float
    """Investment."""
    cny_per_mw_year: float
    """Annuity and fixed operation."""
    tier: Tier

    def lcoe_cny_per_mwh(self, full_load_hours: float) -> float:
        """Cost of a MWh at the plant; inf where nothing is made."""
        return self.cny_per_mw_year / full_load_hours if full_load_hours > 0 else float("inf")


def plant_costs(technologies: Sequence[str], rate: float, tables: Tables) -> dict[str, PlantCost]:
    """Costs by the technology table; KeyError for a technology it does not hold."""
    found = {}
    for name in technologies:
        capex, om, life = (
            tables.technology_figure(name, q)
            for q in ("capex_cny_per_kw", "fixed_om_cny_per_kw_year", "life_years")
        )
        yearly = capex.value * annuity_factor(rate, life.value) + om.value
        found[name] = PlantCost(
            name, capex.value * 1e3, yearly * 1e3, weakest(capex.tier, om.tier, life.tier)
        )
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """One technology of a site."""

    technology: str
    land_km2: float
    capacity_mw: float
    full_load_hours: float
    energy_mwh: float
    """A year, before losses of the line."""
    lcoe_plant_cny_per_mwh: float
    lcoe_cny_per_mwh: float | None
    """Of a MWh that arrives; None where no way leads to the grid."""
    investment_cny: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site to compare with others."""

    id: str
    """S001, ... from the north."""
    name_zh: str
    name_en: str
    lon_deg: float
    lat_deg: float
    """Of its station: the cell nearest the middle of its capacity."""
    land_km2: float
    """Eligible land that it uses."""
    outline_km2: float
    """Of the cells it lies in."""
    shares: Mapping[str, Share]
    hours: Mapping[str, NDArray[np.float32]]
    """Technology -> (8760,) capacity factor. [-]"""
    outline: Any
    """Shapely, WGS84."""
    suitability: float
    """0..1, mean of its cells by capacity. [-]"""
    connection: Connection | None
    loss_share: float
    """Of its energy, on the line. [-]"""
    peak_mw: float
    """Highest hour of all together: what the line is built for."""
    correlation: float | None
    """Of wind and sun by the hour, -1..1; None without both. [-]"""
    low_share: float
    """Share of hours in which all together give less than a tenth of their mean. [-]"""
    co2_saved_t: float
    """A year, in place of coal power."""
    plant_cny_per_year: float
    rank_lcoe: int = 0
    """1: the cheapest; those without a way to the grid come last."""
    rank_suitability: int = 0
    chosen_mw: float = 0.0
    """Of the total asked for, cheapest sites first."""

    @property
    def capacity_mw(self) -> float:
        return sum(s.capacity_mw for s in self.shares.values())

    @property
    def energy_mwh(self) -> float:
        return sum(s.energy_mwh for s in self.shares.values())

    @property
    def delivered_mwh(self) -> float:
        return self.energy_mwh * (1.0 - self.loss_share)

    @property
    def capacity_factor(self) -> float:
        return self.energy_mwh / (self.capacity_mw * HOURS)

    @property
    def connection_cny_per_year(self) -> float:
        return self.connection.line.cny_per_year if self.connection else 0.0

    @property
    def lcoe_plant_cny_per_mwh(self) -> float:
        return self.plant_cny_per_year / self.energy_mwh

    @property
    def lcoe_cny_per_mwh(self) -> float | None:
        """Of a MWh at the end of the line; None where no way leads to the grid."""
        if self.connection is None:
            return None
        return (self.plant_cny_per_year + self.connection_cny_per_year) / self.delivered_mwh

    @property
    def investment_cny(self) -> float:
        line: Line | None = self.connection.line if self.connection else None
        return sum(s.investment_cny for s in self.shares.values()) + (line.investment_cny if line else 0.0)


@dataclass(frozen=True, slots=True)
class SiteLand:
    """What the cells of a site add up to."""

    id: str
    names: tuple[str, str]
    x_m: float
    y_m: float
    """Of the station, on the Albers map."""
    lon_deg: float
    lat_deg: float
    land_km2: float
    outline_km2: float
    technology_km2: Mapping[str, float]
    capacity_mw: Mapping[str, float]
    outline: Any
    suitability: float


def candidate(
    land: SiteLand,
    hours: Mapping[str, NDArray[np.float32]],
    costs: Mapping[str, PlantCost],
    network: Network | None,
    rate: float,
    co2_t_per_mwh: float,
) -> Candidate:
    """One site with its line and its figures.

    Parameters
    ----------
    hours
        Technology -> (8760,) capacity factor of the site.
    network
        None: the line is left out of the account, and the site has no LCOE with connection.
    co2_t_per_mwh
        Of the coal power its energy stands in for.
    """
    mw = {name: value for name, value in land.capacity_mw.items() if value > 0}
    own = {name: np.asarray(hours[name], dtype=np.float64) for name in mw}
    output = sum((mw[name] * own[name] for name in mw), np.zeros(HOURS))
    peak = float(output.max())
    link = connect(network, land.x_m, land.y_m, peak, rate) if network is not None and peak > 0 else None
    mean = float(output.mean())
    loss = link.line.loss_share(mean, float((output**2).mean())) if link else 0.0
    energy = float(output.sum())
    line_cny_per_mwh = link.line.cny_per_year / (energy * (1 - loss)) if link else 0.0
    shares = {}
    for name in mw:
        full = float(own[name].sum())
        at_plant = costs[name].lcoe_cny_per_mwh(full)
        shares[name] = Share(
            name, land.technology_km2[name], mw[name], full, mw[name] * full, at_plant,
            at_plant / (1 - loss) + line_cny_per_mwh if link else None, mw[name] * costs[name].cny_per_mw,
        )  # fmt: skip
    return Candidate(
        id=land.id, name_zh=land.names[0], name_en=land.names[1], lon_deg=land.lon_deg, lat_deg=land.lat_deg,
        land_km2=land.land_km2, outline_km2=land.outline_km2, shares=shares, hours={name: hours[name] for name in mw}, outline=land.outline,
        suitability=land.suitability, connection=link, loss_share=loss, peak_mw=peak,
        correlation=_correlation(own), low_share=float((output < LOW_SHARE * mean).mean()),
        co2_saved_t=energy * (1 - loss) * co2_t_per_mwh,
        plant_cny_per_year=sum(mw[name] * costs[name].cny_per_mw_year for name in mw),
    )  # fmt: skip


def ranked(sites: Sequence[Candidate], total_mw: float | None = None) -> tuple[Candidate, ...]:
    """The sites, cheapest first, with both ranks and what of a wished total each takes."""
    by_cost = sorted(
        sites,
        key=lambda c: (c.lcoe_cny_per_mwh is None, c.lcoe_cny_per_mwh or c.lcoe_plant_cny_per_mwh, c.id),
    )
    by_score = sorted(sites, key=lambda c: (-c.suitability, c.id))
    score_rank = {c.id: rank for rank, c in enumerate(by_score, start=1)}
    left = 0.0 if total_mw is None else total_mw
    found = []
    for rank, one in enumerate(by_cost, start=1):
        taken = min(left, one.capacity_mw) if one.connection is not None else 0.0
        left -= taken
        found.append(replace(one, rank_lcoe=rank, rank_suitability=score_rank[one.id], chosen_mw=taken))
    return tuple(found)


def _correlation(hours: Mapping[str, Array]) -> float | None:
    """Pearson's, of wind and sun by the hour."""
    sun = "pv" if "pv" in hours else "csp"
    if "wind" not in hours or sun not in hours:
        return None
    if not hours["wind"].std() > 0 or not hours[sun].std() > 0:
        return None
    return float(np.corrcoef(hours["wind"], hours[sun])[0, 1])
