"""`energymap run SCENARIO --link LINK`: the chain up to one link, and that link's answer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.base import Command, Context, add_store, open_store
from app.commands.resource_options import add_resource, add_water, with_choice
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.chain.link_documents import LinkAnswer
    from planning.results import NationalResult

PROJECT = "project.gpkg"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="ID|FILE.toml", help="a built-in scenario or a file of one")
    parser.add_argument(
        "--link", required=True, metavar="LINK", help="resource, sizing, dispatch, power_flow or cash_flow"
    )
    add_store(parser)
    add_resource(parser)
    add_water(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="cash_flow: also a project with summary and hours in DIR"
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    from gis_layers.files import writable_folder
    from gis_layers.progress import part
    from planning.chain.hourly import hourly_result
    from planning.chain.link_run import answer_of
    from planning.chain.links import LINKS
    from planning.chain.run import Chain
    from planning.project_file import write_project
    from planning.scenario import load_scenario
    from planning.scenario_toml import text_as_run

    problems = []
    if options.link not in LINKS:
        problems.append(Problem("--link", "link", options.link, f"one of {', '.join(LINKS)}"))
    if options.out is not None and options.link != "cash_flow":
        problems.append(Problem("--out", "link", options.link, "cash_flow: a project holds the whole chain"))
    if problems:
        raise InputError(problems)
    scenario = with_choice(load_scenario(options.scenario), options)
    folder = writable_folder(options.out) if options.out is not None else None
    chain = Chain(
        scenario,
        part(context.progress, 0.0, 1.0 if folder is None else 0.9),
        open_store(options, context),
        options.link,
        library=options.library,
    )
    answer = answer_of(chain)
    if folder is not None:
        context.progress(0.9, f"outputs: {PROJECT}")
        result = chain.result
        text = text_as_run(scenario, options.scenario)
        write_project(folder / PROJECT, result.summary, text, {}, hourly_result(result))
        context.progress(1.0, "outputs: done")
    unanswered: set[str] = {link for link in LINKS if link != answer.link}
    document = answer.model_dump(mode="json", exclude=unanswered)
    context.answer(document, "\n".join(_lines(answer, context)))


def _lines(answer: LinkAnswer, context: Context) -> list[str]:
    """The answer for a terminal."""
    from app.commands.cash import claim_lines, settlement_lines
    from app.flow_lines import flow_year_lines
    from planning.words import link

    pick = context.pick
    lines = [
        f"{pick(answer.scenario_name_zh, answer.scenario_name_en)}: {link(answer.link, context.language)}"
    ]
    for use in answer.uses:
        done = (pick("沿用", "reused"), len(use.reused)), (pick("计算", "computed"), len(use.computed))
        said = ", ".join(f"{words} {count}" for words, count in done if count)
        lines.append(f"  {link(use.link, context.language)}: {said}, {use.seconds:.1f} s")
    for place in answer.resource or ():
        lines.append(
            f"  {pick(place.name_zh, place.name_en):<24}"
            f"{pick('风电', 'wind')} {place.wind_full_load_hours:6,.0f} h  "
            f"{pick('光伏', 'PV')} {place.pv_full_load_hours:6,.0f} h  "
            f"{pick('相关系数', 'correlation')} {place.wind_pv_correlation:+.2f}"
        )
    for base in answer.sizing or ():
        parts = ", ".join(f"{t} {mw:,.0f} MW" for t, mw in base.capacity_mw.items())
        lines.append(
            f"  {pick(base.name_zh, base.name_en):<24}{parts}, {base.storage_mwh:,.0f} MWh, "
            f"LCOE {base.lcoe_cny_per_mwh:,.1f} CNY/MWh"
        )
    if answer.dispatch is not None:
        nation = answer.dispatch.national
        parts = ", ".join(f"{t} {twh:,.1f}" for t, twh in nation.generation_twh.items())
        lines.append(f"  {pick('发电量', 'generation')} [TWh]: {parts}")
        lines.append(
            f"  {pick('用电量', 'load')} {nation.load_twh:,.1f} TWh, "
            f"{pick('弃电率', 'curtailment')} {nation.curtailment_rate:.2%}, "
            f"{pick('缺供电量', 'unserved')} {nation.unserved_mwh:,.0f} MWh"
        )
        lines += year_facts(nation, context)
    if answer.power_flow is not None:
        for hour in answer.power_flow.hours:
            loading = "–" if hour.max_loading is None else f"{hour.max_loading:.0%}"
            state = pick("收敛", "converged") if hour.converged else pick("不收敛", "not converged")
            lines.append(f"  {hour.time}  {hour.label:<12}{state}  {loading}")
        if answer.power_flow.year is not None:
            lines += flow_year_lines(answer.power_flow.year, dict(answer.line_names), context)
    if answer.cash_flow is not None:
        claim = answer.cash_flow.claim
        lines.append(
            f"  {pick('绿电收入', 'green receipts')} {claim.cash_cny / 1e9:,.1f} bn CNY, "
            f"{claim.gdp_share:.2%} {pick('占 GDP', 'of GDP')}"
        )
        lines += claim_lines(claim, context)[1:]
        if answer.cash_flow.settlement is not None:
            lines += settlement_lines(answer.cash_flow.settlement, answer.cash_flow.provinces, context)
    return lines


def year_facts(nation: NationalResult, context: Context) -> list[str]:
    """What the dispatch says of itself: gap, causes of curtailment, reserve, who went unserved."""
    from planning.dispatch_words import year_lines

    facts = year_lines(nation, context.language, "si")
    return [f"  {context.pick(*words)}: {figure}" for words, figure, _ in facts]


COMMAND = Command("run", "单个环节 · the chain up to one link", _arguments, _run)
