"""One link run alone, with what it stands on, to the document it answers with."""

from __future__ import annotations

from pathlib import Path

from gis_layers.progress import Progress, silent
from planning.chain.accounts import line_energies, province_energies
from planning.chain.link_documents import LinkAnswer
from planning.chain.link_results import (
    answer_sources,
    base_size,
    dispatch_answer,
    resource_answer,
    tie_names,
)
from planning.chain.links import Link
from planning.chain.machines import machine_sources
from planning.chain.run import Chain
from planning.chain.sources import notes_of, resource_sources, water_notes, water_sources, worst_grade
from planning.chain.store import Store
from planning.chain.summary import NOTES, national_result
from planning.scenario import Scenario
from resources.served import Served

NOTES_OF_LINK: dict[Link, tuple[str, ...]] = {
    "resource": NOTES[:1],
    "sizing": (NOTES[0], NOTES[3]),
    "dispatch": (NOTES[0], NOTES[1], NOTES[4]),
    "power_flow": NOTES[:3],
    "cash_flow": NOTES,
}


def run_link(
    scenario: Scenario,
    link: Link,
    progress: Progress = silent,
    store: Store | None = None,
    library: Path | None = None,
) -> LinkAnswer:
    """Run the chain up to one link and answer with that link's document.

    Raises
    ------
    As `run_chain`.
    """
    return answer_of(Chain(scenario, progress, store, link, library=library))


def answer_of(chain: Chain) -> LinkAnswer:
    """The document of the link a chain was asked for."""
    scenario, tables, link = chain.scenario, chain.tables, chain.until
    found: dict[str, object] = {}
    if link == "resource":
        profiles = {spec.id: chain.profile(spec.id) for spec in scenario.bases}
        found["resource"] = resource_answer(scenario, tables, chain.nodes, profiles)
    elif link == "sizing":
        found["sizing"] = tuple(base_size(spec, chain.design(spec.id)) for spec in scenario.bases)
    elif link == "dispatch":
        nation, fleet = chain.nation
        done, trace, residual = chain.dispatched
        lines = line_energies(nation, done, trace)
        energies = province_energies(nation, done, lines)
        national = national_result(nation, done, fleet, lines, energies)
        found["dispatch"] = dispatch_answer(national, energies, residual)
    elif link == "power_flow":
        found["power_flow"] = chain.flows
        direct = {c.id: (c.name_zh, c.name_en) for c in tables.corridors if c.result_kind != "ac"}
        found["line_names"] = direct | tie_names(scenario, tables)
    else:
        found["cash_flow"] = chain.result.summary
    # Without a choice all is the atlas; then links that are stored ask for nothing behind them.
    served = Served()
    if link in ("resource", "dispatch", "cash_flow") or not scenario.resource.empty:
        served = chain.served(nodes=link != "sizing")
    flows = link != "resource" and (link != "sizing" or any(b.cascade is not None for b in scenario.bases))
    water = water_sources(chain.water) if flows else ()
    built = machine_sources(scenario, len(tables.nodes))
    # Behind the profiles only machines that were chosen are told.
    others = (*(row for row in built if link == "resource" or row.grade == "user"), *water)
    notes = notes_of(NOTES_OF_LINK[link], served)
    chain.progress(1.0, "done")
    return LinkAnswer(
        link=link,
        scenario=scenario.id,
        scenario_name_zh=scenario.name_zh,
        scenario_name_en=scenario.name_en,
        year=scenario.year,
        price_year=scenario.price_year,
        grade=worst_grade(served, water),
        uses=chain.uses(),
        sources=answer_sources(scenario, tables, link, resource_sources(served, scenario.seed), others),
        notes=(*notes, *water_notes(chain.water)) if flows else notes,
        **found,  # type: ignore[arg-type]
    )
