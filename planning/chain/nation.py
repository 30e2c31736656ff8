"""The dispatch case of a scenario: provinces and bases as nodes, corridors and AC ties as lines.

Assumptions that no table holds are constants here, with their reason; docs/chain.md repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.chain.water import NO_WATER, Water
from planning.corridors import Corridor, Interface, in_service, loss_share, tariff
from planning.dispatch.case import DispatchCase, Hydro, Lines, Storage, Thermal
from planning.fleet import Fleet
from planning.scenario import BaseSpec, Scenario
from planning.tables import Tables

Array = NDArray[np.float64]
HOURS = 8760

HEATING_MIN_SHARE = 0.42
"""Must-run share of coal capacity in heating provinces from mid November to mid March: heat and power units
are about half of the fleet there and run at 60-80 % of capacity when heating (general knowledge)."""
MIN_SHARE = 0.20
"""Otherwise: about half of the units on line at 40 % of capacity, the lowest load of most units."""
HEATING_DAYS = (74, 319)
"""15 March and 15 November as days of the year."""
AC_HURDLE_CNY_PER_MWH = 15.0
"""Price on inter-provincial AC exchange: between 10 and 30 in most agreements; keeps power from circling."""
B2B_HURDLE_CNY_PER_MWH = 25.0
TIE_LOSS_SHARE = 0.005
"""Of the step-up from a base's converter station to its province's 750 or 500 kV grid."""
TIE_HURDLE_CNY_PER_MWH = 5.0


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
class LineInfo:
    """What a line of the dispatch is: a corridor, an AC tie, or the tie of a base to its province."""

    id: str
    corridor: Corridor | None
    interface: Interface | None
    base_id: str | None


@dataclass(frozen=True, slots=True)
class Nation:
    """The case and who is who in it."""

    case: DispatchCase
    lines: tuple[LineInfo, ...]
    adcode_of_node: tuple[int, ...]
    home_of_node: tuple[str, ...]
    """Province node of every node; of a base, its home."""


def must_run_share(heating: Array) -> Array:
    """(node, hour) must-run share of coal capacity; `heating` is (node,) of 0 or 1."""
    day = np.arange(HOURS) // 24
    winter = (day < HEATING_DAYS[0]) | (day >= HEATING_DAYS[1])
    return np.where(winter[None, :] & (heating[:, None] > 0), HEATING_MIN_SHARE, MIN_SHARE)


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
        In the order of `tables.nodes`; capacity factors of the node's own fleet, without bases.
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
    home = np.array([at[h] for h in homes])
    zeros = np.zeros((extra, HOURS))

    def fleet_mw(technology: str, of_base: Array) -> Array:
        return np.concatenate([fleet.node_mw[technology], of_base])

    none = np.zeros(extra)
    coal_cost = tables.coal_cost_cny_per_mwh()
    heating = np.array([float(n.winter_heating) for n in nodes])[home]
    availability = tables.technology("coal", "availability_share")
    coal_min = must_run_share(heating)
    # A base's coal keeps its units on line for the channel all year.
    coal_min[count:] = tables.technology("coal", "min_load_share")
    coal = Thermal(
        technology="coal",
        capacity_mw=fleet_mw("coal", np.array([s.coal_mw for s in sites])) * availability,
        min_share=coal_min,
        cost_cny_per_mwh=np.array([coal_cost[h] for h in homes]),
        co2_t_per_mwh=np.full(count + extra, tables.coal_co2_t_per_mwh()),
    )
    gas = Thermal(
        technology="gas",
        capacity_mw=fleet_mw("gas", none) * tables.technology("gas", "availability_share"),
        min_share=np.zeros(count + extra),
        cost_cny_per_mwh=np.full(count + extra, tables.technology("gas", "variable_cost_cny_per_mwh")),
        co2_t_per_mwh=np.full(count + extra, tables.technology("gas", "co2_t_per_mwh")),
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
    nuclear = fleet_mw("nuclear", none) * tables.technology("nuclear", "availability_share")
    lines, infos = _lines(scenario, tables, bases, at)
    case = DispatchCase(
        node_ids=ids,
        load_mw=np.concatenate([load_mw, zeros]),
        wind_mw=np.concatenate([wind_cf * fleet.node_mw["wind"][:, None], *[s.wind_mw[None] for s in sites]]),
        pv_mw=np.concatenate([pv_cf * fleet.node_mw["pv"][:, None], *[s.pv_mw[None] for s in sites]]),
        nuclear_mw=np.repeat(nuclear[:, None], HOURS, axis=1),
        nuclear_min_share=np.full(count + extra, tables.technology("nuclear", "min_load_share")),
        nuclear_cost_cny_per_mwh=np.full(
            count + extra, tables.technology("nuclear", "variable_cost_cny_per_mwh")
        ),
        thermals=(coal, gas),
        hydro=hydro,
        storages=_storages(tables, fleet, sites),
        lines=lines,
    )
    adcodes = tuple(tables.node(h).adcode for h in homes)
    return Nation(case=case, lines=infos, adcode_of_node=adcodes, home_of_node=homes)


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


def _lines(
    scenario: Scenario, tables: Tables, bases: Mapping[str, BaseSite], at: Mapping[str, int]
) -> tuple[Lines, tuple[LineInfo, ...]]:
    of_base = {s.spec.corridor_id: s.spec.id for s in bases.values() if s.spec.corridor_id}
    without = set(scenario.lines.without)
    rows: list[tuple[LineInfo, str, int, int, float, float, float, float]] = []
    for line in in_service(tables.corridors, scenario.lines.in_service_by, scenario.lines.also):
        if line.id in without or line.parent in without or line.from_node is None or line.mw is None:
            continue
        start = of_base.get(line.id, line.from_node)
        price = tariff(line)
        cost = price.cny_per_mwh if price is not None else B2B_HURDLE_CNY_PER_MWH
        reverse = line.mw if line.bidirectional else 0.0
        info = LineInfo(line.id, line, None, of_base.get(line.id))
        rows.append(
            (
                info,
                line.result_kind,
                at[start],
                at[line.to_node],
                line.mw,
                reverse,
                loss_share(line).share,
                cost,
            )
        )
    for tie in tables.interfaces_by(scenario.lines.in_service_by):
        info = LineInfo(tie.id, None, tie, None)
        share = loss_share(tie).share
        rows.append(
            (info, "ac", at[tie.from_node], at[tie.to_node], tie.mw, tie.mw, share, AC_HURDLE_CNY_PER_MWH)
        )
    for site in bases.values():
        # The converter station stands in the province's grid: the tie is as large as the channel.
        spec = site.spec
        info = LineInfo(f"tie-{spec.id}", None, None, spec.id)
        size = spec.channel_mw
        rows.append(
            (info, "ac", at[spec.id], at[spec.node], size, size, TIE_LOSS_SHARE, TIE_HURDLE_CNY_PER_MWH)
        )
    infos = tuple(r[0] for r in rows)
    lines = Lines(
        ids=tuple(info.id for info in infos),
        kinds=tuple(r[1] for r in rows),
        from_index=np.array([r[2] for r in rows], dtype=np.int64),
        to_index=np.array([r[3] for r in rows], dtype=np.int64),
        capacity_mw=np.array([r[4] for r in rows]),
        reverse_capacity_mw=np.array([r[5] for r in rows]),
        loss_share=np.array([r[6] for r in rows]),
        cost_cny_per_mwh=np.array([r[7] for r in rows]),
        min_share=np.zeros(len(rows)),
    )
    return lines, infos
