"""`energymap demo --out DIR`: the whole chain, from raster to cash flow, and its files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.commands.base import Command, Context, add_store, open_store
from app.commands.resource_options import add_resource, add_water, with_choice


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--scenario", default="2030-1200GW", metavar="ID|FILE.toml", help="default: 2030-1200GW (the claim)"
    )
    parser.add_argument("--review-number", default="", metavar="TEXT", help="审图号 printed on every map")
    add_store(parser)
    add_resource(parser)
    add_water(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from app.commands.cash import claim_lines, settlement_lines
    from app.commands.run import year_facts
    from gis_layers.files import writable_folder
    from gis_layers.progress import part
    from planning.chain.hourly import hourly_result
    from planning.chain.run import run_chain
    from planning.chain.series import monthly_series
    from planning.report.write import write_outputs
    from planning.scenario import load_scenario
    from planning.scenario_toml import text_as_run

    scenario = with_choice(load_scenario(options.scenario), options)
    folder = writable_folder(options.out)
    store = open_store(options, context)
    result = run_chain(scenario, part(context.progress, 0.0, 0.85), store, options.library)
    files = write_outputs(
        folder,
        result.summary,
        monthly_series(result),
        text_as_run(scenario, options.scenario),
        options.review_number,
        part(context.progress, 0.85, 1.0),
        hourly_result(result),
    )
    claim, settlement = result.summary.claim, result.summary.settlement
    text = "\n".join(
        [
            context.pick(
                f"送端省份绿电收入 {claim.cash_cny / 1e8:,.0f} 亿元, 占其 {claim.gdp_year} 年 GDP 的 "
                f"{claim.gdp_share:.1%} (主张: {claim.target_share:.0%}).",
                f"Green power brings the sending provinces {claim.cash_cny / 1e9:,.1f} bn CNY, "
                f"{claim.gdp_share:.1%} of their {claim.gdp_year} GDP (the claim: {claim.target_share:.0%}).",
            ),
            *claim_lines(claim, context)[1:],
            *year_facts(result.summary.national, context),
            *(settlement_lines(settlement, result.summary.provinces, context) if settlement else ()),
            context.pick("结果文件:", "Results:"),
            *[f"  {path}" for path in files],
        ]
    )
    context.answer(json.loads(result.summary.model_dump_json()), text)


COMMAND = Command("demo", "全链演示 · the whole chain, raster to cash flow", _arguments, _run)
