"""`energymap size BASE.toml`, or `size SCENARIO --base ID`: size one complementary base, or study it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.commands.base import Command, Context, add_store, open_store
from app.commands.base_studies import add_study, only_with_study, run_study
from app.commands.resource_options import add_resource, add_water, choice_of, with_choice


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="BASE.toml", help="a base; with --base a scenario (id or TOML)")
    parser.add_argument("--base", metavar="ID", help="the base of the scenario to size alone")
    parser.add_argument("--seed", type=int, default=2020, help="seed of the hourly year (default 2020)")
    add_study(parser)
    add_store(parser)
    add_resource(parser)
    add_water(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    if options.study is not None:
        run_study(options, context)
        return
    only_with_study(options)
    from functools import partial

    from gis_layers.files import writable_folder
    from planning.base_out import refusals_kept, write_design
    from planning.base_run import size_base_file, size_scenario_base
    from planning.scenario import load_scenario
    from resources.resource_data import open_resource

    keep = None
    if options.out is not None:
        # An output that cannot be written is said before the work, not after it.
        writable_folder(options.out)
        keep = partial(write_design, options.out)
    with refusals_kept(options.out):
        if options.base is not None:
            scenario, store = load_scenario(options.file), open_store(options, context)
            scenario = with_choice(scenario, options)
            report = size_scenario_base(
                scenario, options.base, context.progress, store, options.library, keep
            )
        else:
            data = open_resource(choice_of(options), options.library)
            report = size_base_file(
                Path(options.file), options.seed, context.progress, data, options.library, keep
            )
    pick = context.pick
    lines = [f"{pick(report['name_zh'], report['name_en'])}: {report['status']}"]
    lines += [f"  {name:<12}{value:>12,.0f} MW" for name, value in report["capacity_mw"].items()]
    lines += [
        f"  {pick('储能电量', 'storage'):<12}{report['storage_mwh']:>12,.0f} MWh",
        f"  {pick('外送电量', 'delivered'):<12}{report['delivered_mwh'] / 1e6:>12,.2f} TWh",
        f"  {pick('通道利用小时', 'channel hours'):<12}{report['channel_full_load_hours']:>12,.0f} h",
        f"  {pick('可再生占比', 'renewable'):<12}{report['renewable_share']:>12.1%}",
        f"  {pick('弃电率', 'curtailment'):<12}{report['curtailment_rate']:>12.1%}",
        f"  {'LCOE':<12}{report['lcoe_cny_per_mwh']:>12,.1f} CNY/MWh",
    ]
    lines.append(
        f"  {pick('求解', 'solver'):<12}{report['solver']} {report['solve_seconds']:.1f} s, "
        f"gap {report['gap']:.1e}, "
        f"{pick('最大不平衡', 'max imbalance')} {report['max_balance_residual_mw']:.1e} MW"
    )
    context.answer(report, "\n".join([*lines, *_published(report, context)]))


def _published(report: Mapping[str, Any], context: Context) -> list[str]:
    """The published design beside ours, for a case that has one."""
    pick = context.pick
    rows = report.get("published", ())
    if not rows:
        return []
    lines = [f"  {pick('公布值', 'published')} / {pick('本方案', 'ours')}:"]
    for row in rows:
        ours = "–" if row["ours"] is None else f"{row['ours']:,.4g}"
        gap = "" if row["difference_share"] is None else f" ({row['difference_share']:+.1%})"
        lines.append(
            f"    {row['quantity']:<26}{row['published']:>12,.4g} / {ours} {row['unit']}{gap}; "
            f"{row['date']}, {row['tier']}: {pick(row['why_zh'], row['why_en'])}"
        )
    return lines


COMMAND = Command("size", "基地定容 · size one complementary base", _arguments, _run)
