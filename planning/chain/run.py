"""The whole chain of a scenario: resource, bases, fleet, dispatch, power flow, cash flow, one document."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, part, silent
from planning.chain.accounts import line_energies, province_energies
from planning.chain.bases import SettledBase, base_sites, settle_base, size_bases
from planning.chain.flows import power_flow_result, power_flows
from planning.chain.nation import Nation, build_nation
from planning.chain.profiles import base_profiles, node_profiles
from planning.chain.summary import (
    claim_result,
    corridor_results,
    link_sources,
    national_result,
    province_results,
    settle_nation,
)
from planning.chain.water import node_water, stations_of_bases
from planning.dispatch.green import GreenTrace, trace_green
from planning.dispatch.result import DispatchResult, check_balance
from planning.dispatch.solve import dispatch
from planning.fleet import allot_fleet
from planning.load import hourly_load_mw, scenario_consumption_mwh
from planning.results import BalanceResult, Summary
from planning.scenario import Scenario
from planning.scenario_lines import with_own_lines
from planning.tables import load_tables

Array = NDArray[np.float64]

NOTES = (
    "resource_reference_grade",
    "load_shape_synthetic",
    "ac_ties_estimated",
    "hydro_of_bases_existing",
    "tibet_taiwan_hongkong_macau",
)
"""Codes of what a reader must know; words in `planning.words`."""


@dataclass(frozen=True, slots=True)
class ChainResult:
    """The document and the hours behind it."""

    summary: Summary
    nation: Nation
    dispatched: DispatchResult
    trace: GreenTrace
    bases: Mapping[str, SettledBase]


def run_chain(scenario: Scenario, progress: Progress = silent) -> ChainResult:
    """Run all links.

    Raises
    ------
    InputError, InfeasibleError, SolverError, BalanceError, Cancelled
        From the links; nothing is written.
    """
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(link: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        seconds[link] = round(time.perf_counter() - began, 3)

    tables = with_own_lines(load_tables(), scenario)
    with timed("resource"):
        progress(0.0, "profiles")
        nodes = node_profiles(tables, scenario.seed, part(progress, 0.0, 0.06))
        of_bases = base_profiles(scenario.bases, scenario.seed, part(progress, 0.06, 0.08))
    with timed("sizing"):
        designs = size_bases(scenario, tables, of_bases, part(progress, 0.08, 0.58))
    with timed("fleet"):
        sized = {base_id: dict(design.capacity_mw) for base_id, (design, _) in designs.items()}
        fleet = allot_fleet(scenario, tables, nodes.resource, sized)
        users = {
            b.id: (b.cascade, b.cascade_stations, b.node) for b in scenario.bases if b.cascade is not None
        }
        taken = stations_of_bases(tables, users, scenario.year)
        waters = {
            node.node_id: node_water(
                node, float(fleet.node_mw["hydro"][i]), tables, nodes.rain_monthly_mm[i], scenario.year, taken
            )
            for i, node in enumerate(tables.nodes)
        }
        load = hourly_load_mw(tables.nodes, scenario_consumption_mwh(scenario, tables), scenario.year)
        wind_2020 = np.array([node.wind_2020_mw for node in tables.nodes])
        nation = build_nation(
            scenario,
            tables,
            fleet,
            load,
            nodes.wind(wind_2020, fleet.node_mw["wind"]),
            nodes.pv,
            waters,
            base_sites(scenario, designs, of_bases),
        )
    with timed("dispatch"):
        dispatched = dispatch(nation.case, part(progress, 0.58, 0.92))
        residual = check_balance(nation.case, dispatched)
        trace = trace_green(nation.case, dispatched)
        lines = line_energies(nation, dispatched, trace)
        energies = province_energies(nation, dispatched, lines)
    with timed("power_flow"):
        flows = power_flow_result(nation, power_flows(nation, dispatched, part(progress, 0.92, 0.97)))
    with timed("cash_flow"):
        progress(0.97, "cash flow")
        money, claim = settle_nation(scenario, tables, nation, lines)
        corridors = corridor_results(tables, nation, lines, money)
        price = {line.id: line.sale_price_cny_per_mwh for line in money.lines}
        bases = {
            spec.id: settle_base(
                scenario,
                tables,
                spec,
                designs[spec.id][0],
                corridors.get(spec.corridor_id or ""),
                price.get(spec.corridor_id or "", tables.node(spec.node).coal_benchmark_cny_per_mwh),
            )
            for spec in scenario.bases
        }
    summary = Summary(
        scenario=scenario.id,
        scenario_name_zh=scenario.name_zh,
        scenario_name_en=scenario.name_en,
        year=scenario.year,
        price_year=scenario.price_year,
        grade="reference",
        national=national_result(nation, dispatched, fleet, lines, energies),
        provinces=province_results(scenario, tables, nation, fleet, energies, money),
        corridors=corridors,
        bases={base_id: base.result for base_id, base in bases.items()},
        balance=BalanceResult(
            max_residual_mw=residual,
            money_residual_cny=money.money_residual_cny,
            energy_residual_mwh=max(abs(e.residual_mwh) for e in energies.values()),
        ),
        power_flow=flows,
        claim=claim_result(scenario, tables, fleet, claim),
        seconds=seconds,
        sources=link_sources(scenario, tables),
        notes=NOTES,
    )
    progress(1.0, "done")
    return ChainResult(summary, nation, dispatched, trace, bases)
