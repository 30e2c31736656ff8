"""The dispatch case of a scenario: provinces and bases as nodes, corridors and AC ties as lines.

Assumptions that no table holds are constants here, with their reason; docs/chain.md repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.chain.heating import must_run_share
from planning.chain.in_service import available, nuclear_mw
from planning.chain.nation_lines import LineInfo as LineInfo
from planning.chain.nation_lines import lines_of
from planning.chain.water import NO_WATER, Water
from planning.dispatch.case import DispatchCase, Hydro, Storage, Thermal
from planning.fleet import Fleet
from planning.scenario import BaseSpec, Scenario
from planning.tables import Tables

Array = NDArray[np.float64]
HOURS = 8760

RESERVE_SHARE = 0.03
"""Spinning reserve of a synchronous grid, share of its load: rules ask for 2 to 5 % (general knowledge)."""
COAL_RAMP_SHARE_PER_H = 0.6
"""1 % of rated power a minute, the usual rate of coal units (general knowledge)."""
REACH_SHARE = 0.15
"""Of capacity that a thermal unit gives within the ten minutes a spinning reserve has (general knowledge)."""


@dataclass(frozen=True, slots=True)
class BaseSite:
    """A sized base as the nation sees it."""

    spec: BaseSpec
    wind_mw: Array
    """(hour,) available."""
    pv_mw: Array
    water: Water | None
    coal_mw: float
    battery_mw: float
    battery_mwh: float


@dataclass(frozen=True, slots=True)
class Nation:
    """The case and who is who in it."""

    case: DispatchCase
    lines: tuple[LineInfo, ...]
    adcode_of_node: tuple[int, ...]
    home_of_node: tuple[str, ...]
    """Province node of every node; of a base, its home."""
    blocked_wind_mw: Array | None = None
    """(node, hour) wind that grids inside provinces could not take, beside the case's; None: none."""
    blocked_pv_mw: Array | None = None

    def blocked_mw(self, hours: int) -> Array:
        """(node, hour) both together."""
        parts = [mw for mw in (self.blocked_wind_mw, self.blocked_pv_mw) if mw is not None]
        return sum(parts, np.zeros((len(self.home_of_node), hours)))

    def blocked_mwh(self) -> dict[str, Array]:
        """(node,) wind and PV of the year that grids inside provinces could not take."""
        none = np.zeros(len(self.home_of_node))
        return {
            technology: none if mw is None else mw.sum(axis=1)
            for technology, mw in (("wind", self.blocked_wind_mw), ("pv", self.blocked_pv_mw))
        }


def build_nation(
    scenario: Scenario,
    tables: Tables,
    fleet: Fleet,
    load_mw: Array,
    wind_cf: Array,
    pv_cf: Array,
    waters: Mapping[str, Water],
    bases: Mapping[str, BaseSite],
) -> Nation:
    """The case of a scenario.

    Parameters
    ----------
    load_mw, wind_cf, pv_cf : (province node, hour)
        In the order of `tables.nodes`; capacity factors of the node's own fleet at the year's end, without bases,
        yields chosen (`in_service`).
    waters
        Hydropower by province node, without that of bases.
    bases
        By base id, in the order of the scenario.
    """
    nodes, sites = tables.nodes, list(bases.values())
    count, extra = len(nodes), len(sites)
    ids = tuple(n.node_id for n in nodes) + tuple(s.spec.id for s in sites)
    homes = tuple(n.node_id for n in nodes) + tuple(s.spec.node for s in sites)
    at = {node_id: index for index, node_id in enumerate(ids)}
    zeros = np.zeros((extra, HOURS))

    def fleet_mw(technology: str, of_base: Array) -> Array:
        return np.concatenate([fleet.node_mw[technology], of_base])

    none = np.zeros(extra)
    coal_cost = tables.coal_cost_cny_per_mwh()
    availability = tables.technology("coal", "availability_share")
    coal_min = must_run_share([homes[i] for i in range(count + extra)])
    # A base's coal keeps its units on line for the channel all year.
    coal_min[count:] = tables.technology("coal", "min_load_share")
    coal = Thermal(
        technology="coal",
        capacity_mw=fleet_mw("coal", np.array([s.coal_mw for s in sites])) * availability,
        min_share=coal_min,
        cost_cny_per_mwh=np.array([coal_cost[h] for h in homes]),
        co2_t_per_mwh=np.full(count + extra, tables.coal_co2_t_per_mwh()),
        ramp_share_per_h=np.full(count + extra, COAL_RAMP_SHARE_PER_H),
        unit_min_share=np.full(count + extra, tables.technology("coal", "min_load_share")),
        reserve_reach_share=np.full(count + extra, REACH_SHARE),
    )
    gas = Thermal(
        technology="gas",
        capacity_mw=fleet_mw("gas", none) * tables.technology("gas", "availability_share"),
        min_share=np.zeros(count + extra),
        cost_cny_per_mwh=np.full(count + extra, tables.technology("gas", "variable_cost_cny_per_mwh")),
        co2_t_per_mwh=np.full(count + extra, tables.technology("gas", "co2_t_per_mwh")),
        reserve_reach_share=np.full(count + extra, REACH_SHARE),
    )
    water = [waters[n.node_id] for n in nodes] + [s.water if s.water is not None else NO_WATER for s in sites]
    inflow, least = np.stack([w.inflow_mw for w in water]), np.stack([w.least_mw for w in water])
    turbined = np.minimum(inflow, np.array([w.capacity_mw for w in water])[:, None])
    hydro = Hydro(
        capacity_mw=np.array([w.capacity_mw for w in water]),
        inflow_mw=inflow,
        reservoir_mwh=np.stack([w.reservoir_mwh for w in water]),
        min_release_share=np.divide(
            np.minimum(least, turbined), turbined, out=np.zeros_like(turbined), where=turbined > 0
        ),
        initial_share=np.array([w.start_share for w in water]),
    )
    nuclear = np.concatenate([nuclear_mw(scenario, tables, fleet), np.zeros((extra, HOURS))])
    wind = available(scenario, tables, fleet, "wind", wind_cf)
    pv = available(scenario, tables, fleet, "pv", pv_cf)
    load = np.concatenate([load_mw, zeros])
    lines, infos = lines_of(scenario, tables, [s.spec for s in sites], at, load, turbined)
    case = DispatchCase(
        node_ids=ids,
        load_mw=load,
        wind_mw=np.concatenate([wind.mw, *[s.wind_mw[None] for s in sites]]),
        pv_mw=np.concatenate([pv.mw, *[s.pv_mw[None] for s in sites]]),
        nuclear_mw=nuclear,
        nuclear_min_share=np.full(count + extra, tables.technology("nuclear", "min_load_share")),
        nuclear_cost_cny_per_mwh=np.full(
            count + extra, tables.technology("nuclear", "variable_cost_cny_per_mwh")
        ),
        thermals=(coal, gas),
        hydro=hydro,
        storages=_storages(tables, fleet, sites),
        lines=lines,
        sync_area=tuple(tables.node(h).sync_area for h in homes),
        reserve_share=np.full(count + extra, RESERVE_SHARE),
    )
    adcodes = tuple(tables.node(h).adcode for h in homes)
    return Nation(
        case=case,
        lines=infos,
        adcode_of_node=adcodes,
        home_of_node=homes,
        blocked_wind_mw=np.concatenate([wind.blocked_mw, zeros]),
        blocked_pv_mw=np.concatenate([pv.blocked_mw, zeros]),
    )


def with_names(nation: Nation, tables: Tables) -> Nation:
    """The nation with corridors as `tables` name them, the planner's own among them; links know ids alone."""
    rows = tables.corridor_by_id
    lines = tuple(
        LineInfo(x.id, rows[x.id], None, x.base_id) if x.corridor is not None else x for x in nation.lines
    )
    return replace(nation, lines=lines)


def _storages(tables: Tables, fleet: Fleet, sites: list[BaseSite]) -> tuple[Storage, ...]:
    size = len(fleet.node_ids) + len(sites)
    storages = []
    for kind, powers, energies in (
        ("pumped", np.zeros(len(sites)), np.zeros(len(sites))),
        ("battery", np.array([s.battery_mw for s in sites]), np.array([s.battery_mwh for s in sites])),
    ):
        default_h = tables.technology("pumped", "duration_h") if kind == "pumped" else 2.0
        power = fleet.node_mw[kind]
        one_way = np.sqrt(tables.technology(kind, "efficiency_round_trip_share"))
        storages.append(
            Storage(
                kind=kind,
                power_mw=np.concatenate([power, powers]),
                energy_mwh=np.concatenate([power * fleet.duration_h.get(kind, default_h), energies]),
                efficiency_charge=np.full(size, one_way),
                efficiency_discharge=np.full(size, one_way),
            )
        )
    return tuple(storages)
