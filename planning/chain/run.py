"""The chain of a scenario, link by link: resource, sizing, dispatch, power flow, cash flow.

Each answer is asked for by the next link, looked for in the store, and computed where it is not there; so a
link whose inputs and whose upstream are unchanged is not computed again. What computes is imported when it is
needed: solvers and weather take seconds to load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis_layers.progress import Progress, part, silent
from planning.chain import packing
from planning.chain.accounts import line_energies, province_energies
from planning.chain.adequacy import check_islands
from planning.chain.answers import Answers
from planning.chain.bases import SettledBase, base_case, base_sites, settle_base, water_of_base
from planning.chain.claim_study import claim_sensitivity
from planning.chain.flows import power_flow_result, power_flows
from planning.chain.ground import ground_with
from planning.chain.in_service import provincial_cf
from planning.chain.line_loss import with_physical_losses
from planning.chain.link_documents import LinkUse
from planning.chain.links import (
    DISPATCH,
    RESOURCE,
    RESOURCE_OF_BASE,
    SIZING_OF_BASE,
    WATER,
    Link,
    keys_of,
    seen,
    seen_base,
    sizing_declares,
)
from planning.chain.machines import machine_sources
from planning.chain.money_document import physics_losses, sensitivity_result, settlement_result
from planning.chain.nation import Nation, build_nation, with_names
from planning.chain.profile_values import BaseProfiles, NodeProfiles
from planning.chain.settle import claim_of, settle_nation, traded_hours
from planning.chain.sources import notes_of, resource_sources, water_notes, water_sources, worst_grade
from planning.chain.steps import layout
from planning.chain.store import Entry, Store
from planning.chain.summary import (
    NOTES,
    claim_result,
    corridor_results,
    link_sources,
    national_result,
    province_results,
)
from planning.chain.water import Water, YearOfWater, node_waters, stations_of_bases, year_of_water
from planning.dispatch.green import GreenTrace, trace_green
from planning.dispatch.result import DispatchResult, check_balance
from planning.fleet import Fleet, allot_fleet
from planning.load import hourly_load_mw, scenario_consumption_mwh
from planning.results import BalanceResult, PowerFlowResult, Summary
from planning.scenario import Scenario
from planning.scenario_lines import with_own_lines
from planning.sizing import BaseDesign
from planning.tables import load_tables
from resources.choice import find_entries
from resources.power_curves import curve_entries
from resources.resource_data import ResourceData, open_resource
from resources.served import Served, merged

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChainResult:
    """The document and the hours behind it."""

    summary: Summary
    nation: Nation
    dispatched: DispatchResult
    trace: GreenTrace
    bases: Mapping[str, SettledBase]
    uses: tuple[LinkUse, ...]
    """What was computed and what was taken from the store."""


def run_chain(
    scenario: Scenario,
    progress: Progress = silent,
    store: Store | None = None,
    library: Path | None = None,
) -> ChainResult:
    """Run all links.

    Parameters
    ----------
    store
        Where answers of links are kept; the result is the same with and without it.
    library
        Folder of the imported data the scenario names; None: the user's own.

    Raises
    ------
    InputError, InfeasibleError, SolverError, BalanceError, Cancelled
        From the links; nothing is written but whole entries of the store.
    """
    return Chain(scenario, progress, store, "cash_flow", library=library).result


class Chain(Answers):
    """One run: every answer is asked for once, from the store or computed.

    Parameters
    ----------
    until
        The link wanted; progress is laid out for it.
    base
        Of the sizing: only this base is wanted.
    library
        As in `run_chain`.

    Raises
    ------
    InputError
        Imported data the scenario names is not in the library, or is not the same.
    """

    def __init__(
        self,
        scenario: Scenario,
        progress: Progress = silent,
        store: Store | None = None,
        until: Link = "cash_flow",
        base: str | None = None,
        library: Path | None = None,
    ) -> None:
        self.scenario, self.until, self.library = scenario, until, library
        # A curve's hash stands in the scenario; here is asked whether it is at hand, before anything is computed.
        curve_entries((scenario.plant, *(base.plant for base in scenario.bases)), library)
        self.keys = keys_of(scenario, ground_with(find_entries(scenario.resource, library).of_places))
        super().__init__(store, progress, layout(scenario, self.keys, store, until, base))
        self.tables = load_tables()
        self._profiles: dict[str, BaseProfiles] = {}
        self._designs: dict[str, BaseDesign] = {}

    # -- resource --------------------------------------------------------------------------------

    @cached_property
    def data(self) -> ResourceData:
        """Layers and hours of the scenario; opened when the first profile is computed."""
        return open_resource(seen(self.scenario, RESOURCE).resource, self.library, self._part("data"))

    @cached_property
    def nodes(self) -> NodeProfiles:
        """Profiles and potentials of the nodes."""
        count = len(self.tables.nodes)
        plain = seen(self.scenario, RESOURCE)
        seed, plant = plain.seed, plain.plant

        def compute(progress: Progress) -> Entry:
            from planning.chain.profiles import node_profiles

            made = node_profiles(self.tables, seed, self.data, progress, plant, self.library)
            return packing.pack_nodes(made)

        return self._have(
            "resource", "nodes", "nodes", self.keys.nodes,
            lambda entry: packing.unpack_nodes(entry, count),
            compute,
        )  # fmt: skip

    def profile(self, base_id: str) -> BaseProfiles:
        """Of one base; those of all bases that are not stored are computed together."""
        if base_id in self._profiles:
            return self._profiles[base_id]
        key = self.keys.profiles[base_id]
        found = self._look("resource", key, packing.unpack_profile)
        if found is not None:
            self._reused.setdefault("resource", []).append(base_id)
            self._profiles[base_id] = found
            return found
        from planning.chain.profiles import base_profiles

        wanted = (base_id, *self._share["profiles"][2])
        missing = [b for b in dict.fromkeys(wanted) if b not in self._profiles]
        specs = [seen_base(self.scenario, b, RESOURCE_OF_BASE | {"id"}) for b in missing]
        with self._timed("resource"):
            plain = seen(self.scenario, RESOURCE)
            made = base_profiles(
                specs, plain.seed, self.data, self._part("profiles"), plain.plant, self.library
            )
        for each, profile in made.items():
            entry = packing.pack_profile(profile)
            self._keep("resource", self.keys.profiles[each], entry)
            self._computed.setdefault("resource", []).append(each)
            self._profiles[each] = packing.unpack_profile(entry)
        return self._profiles[base_id]

    def served(self, *, nodes: bool = True) -> Served:
        """What gave the wind and sun of the bases, and of the nodes."""
        bases = [self.profile(spec.id).served for spec in self.scenario.bases]
        return merged([*([self.nodes.served] if nodes else []), *bases])

    @property
    def water(self) -> YearOfWater:
        """The year of the rivers' water."""
        return year_of_water(seen(self.scenario, WATER), self.library)

    # -- sizing ----------------------------------------------------------------------------------

    def design(self, base_id: str) -> BaseDesign:
        """One base as sized."""
        if base_id not in self._designs:
            plain = self.scenario.base(base_id)
            scenario = seen(self.scenario, sizing_declares(plain))
            spec = seen_base(self.scenario, base_id, SIZING_OF_BASE)
            case = base_case(
                scenario, self.tables, spec, water_of_base(scenario, self.tables, spec, self.library)
            )

            def compute(progress: Progress) -> Entry:
                from planning.sizing import size_base
                from planning.sizing.resource import wind_and_pv

                profile = self.profile(base_id)
                resource = wind_and_pv(profile.wind, profile.pv)
                design = size_base(case, resource, part(progress, 0.0, 1.0, f"{base_id}, "))
                return packing.pack_design(design)

            if not self._stored("sizing", self.keys.designs[base_id]):
                self.profile(base_id)
            self._designs[base_id] = self._have(
                "sizing", f"design {base_id}", base_id, self.keys.designs[base_id],
                lambda entry: packing.unpack_design(entry, case), compute,
            )  # fmt: skip
        return self._designs[base_id]

    def designs(self) -> dict[str, BaseDesign]:
        """All bases."""
        return {spec.id: self.design(spec.id) for spec in self.scenario.bases}

    # -- dispatch --------------------------------------------------------------------------------

    @cached_property
    def nation(self) -> tuple[Nation, Fleet]:
        """The case of the dispatch; made in a moment, so it is not stored."""
        designs, nodes = self.designs(), self.nodes
        profiles = {spec.id: self.profile(spec.id) for spec in self.scenario.bases}
        with self._timed("fleet"):
            scenario = seen(self.scenario, DISPATCH)
            tables = with_own_lines(self.tables, scenario)
            sized = {base_id: dict(design.capacity_mw) for base_id, design in designs.items()}
            fleet = allot_fleet(scenario, tables, nodes.resource, sized)
            users = {
                b.id: (b.cascade, b.cascade_stations, b.node) for b in scenario.bases if b.cascade is not None
            }
            taken = stations_of_bases(tables, users, scenario.year)
            year = year_of_water(scenario, self.library)
            waters = node_waters(tables, fleet.node_mw["hydro"], nodes.rain_monthly_mm, year, taken)
            load = hourly_load_mw(tables.nodes, scenario_consumption_mwh(scenario, tables), scenario.year)
            wind_2020 = np.array([node.wind_2020_mw for node in tables.nodes])
            pv_2020 = np.array([node.pv_2020_mw for node in tables.nodes])
            with_water: dict[str, tuple[BaseDesign, Water | None]] = {
                spec.id: (designs[spec.id], water_of_base(scenario, tables, spec, self.library))
                for spec in scenario.bases
            }
            nation = build_nation(
                scenario,
                tables,
                fleet,
                load,
                provincial_cf(scenario, tables, nodes, "wind", wind_2020, fleet.node_mw["wind"]),
                provincial_cf(scenario, tables, nodes, "pv", pv_2020, fleet.node_mw["pv"]),
                waters,
                base_sites(scenario, with_water, profiles),
            )
        return with_names(nation, with_own_lines(self.tables, self.scenario)), fleet

    @cached_property
    def dispatched(self) -> tuple[DispatchResult, GreenTrace, float]:
        nation, _ = self.nation
        case = nation.case

        def compute(progress: Progress) -> Entry:
            from planning.dispatch.solve import dispatch

            check_islands(case)
            done = dispatch(case, part(progress, 0.0, 0.95))
            return packing.pack_dispatch(done, trace_green(case, done))

        def unpack(entry: Entry) -> tuple[DispatchResult, GreenTrace, float]:
            done, trace = packing.unpack_dispatch(entry, case.nodes, case.lines.count)
            # Proven anew, stored or not.
            return done, trace, check_balance(case, done)

        return self._have("dispatch", "dispatch", "dispatch", self.keys.dispatch, unpack, compute)

    # -- power flow ------------------------------------------------------------------------------

    @cached_property
    def flows(self) -> PowerFlowResult:
        """AC flows of all hours, chosen ones in detail."""
        if not self._stored("power_flow", self.keys.power_flow):
            self.dispatched  # noqa: B018  asked for first, so that its time is its own

        def compute(progress: Progress) -> Entry:
            nation, _ = self.nation
            return packing.pack_flow(
                power_flow_result(nation, power_flows(nation, self.dispatched[0], progress))
            )

        return self._have(
            "power_flow", "power_flow", "power_flow", self.keys.power_flow, packing.unpack_flow, compute
        )

    # -- cash flow: settled anew in every run, for it takes no time and tells every name -----------

    @cached_property
    def result(self) -> ChainResult:
        """The whole chain."""
        scenario, tables = self.scenario, with_own_lines(self.tables, self.scenario)
        nation, fleet = self.nation
        dispatched, trace, residual = self.dispatched
        flows, designs, served = self.flows, self.designs(), self.served()
        year = self.water
        water = water_sources(year)
        self.progress(self._share["rest"][0], "cash flow")
        with self._timed("cash_flow"):
            lines = line_energies(nation, dispatched, trace)
            energies = province_energies(nation, dispatched, lines)
            traded = traded_hours(nation, dispatched, trace, lines)
            money = settle_nation(scenario, tables, traded)
            claim = claim_of(scenario, tables, money.lines)
            swings = claim_sensitivity(
                scenario, tables, traded, money, claim,
                lambda green: traded_hours(nation, dispatched, trace, lines, green),
            )  # fmt: skip
            settlement = settlement_result(
                tables,
                money,
                physics_losses(flows),
                by_hour=not scenario.market.empty,
                hours=nation.case.hours,
            )
            corridors = with_physical_losses(corridor_results(tables, nation, lines, money), flows)
            price = {line.id: line.sale_price_cny_per_mwh for line in money.lines}
            bases = {
                spec.id: settle_base(
                    scenario,
                    tables,
                    spec,
                    designs[spec.id],
                    corridors.get(spec.corridor_id or ""),
                    price.get(spec.corridor_id or "", tables.node(spec.node).coal_benchmark_cny_per_mwh),
                )
                for spec in scenario.bases
            }
        self._computed["cash_flow"] = ["cash_flow"]
        summary = Summary(
            scenario=scenario.id,
            scenario_name_zh=scenario.name_zh,
            scenario_name_en=scenario.name_en,
            year=scenario.year,
            price_year=scenario.price_year,
            grade=worst_grade(served, water),
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
            claim=claim_result(scenario, tables, fleet, claim, sensitivity_result(swings)),
            seconds={link: round(seconds, 3) for link, seconds in self.seconds.items()},
            sources=link_sources(scenario, tables),
            notes=(*notes_of(NOTES, served), *water_notes(year)),
            resource=(
                *resource_sources(served, scenario.seed),
                *machine_sources(scenario, len(tables.nodes)),
                *water,
            ),
            settlement=settlement,
        )
        self.progress(1.0, "done")
        return ChainResult(summary, nation, dispatched, trace, bases, self.uses())
