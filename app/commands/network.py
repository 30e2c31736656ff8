"""`energymap network`: the network of a run for other tools, or a network of another tool solved here."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context, add_store, open_store, plain
from app.commands.resource_options import add_resource, add_water, with_choice
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.chain.network_case import DispatchedHours
    from planning.network.exchange.case import CaseFlows, GridCase

FORMATS = ("pandapower-json", "pandapower-xlsx", "matpower", "pypsa", "parquet", "csv", "gpkg")
"""Those of planning.network.exchange.files, which is not imported for --help."""
SHOWN = 12


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", nargs="?", metavar="RUN|SCENARIO", help="project.gpkg of a run, or a scenario (id or TOML)"
    )
    parser.add_argument("--read", type=Path, metavar="FILE", help="solve a network: .m, .json or .nc")
    parser.add_argument(
        "--hours", metavar="HOURS",
        help="peak (default), trough, transfer-1 to -3, N, N-M, all, or several with commas",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, help="what to write to --out")
    parser.add_argument("--out", type=Path, metavar="FILE")
    add_store(parser)
    add_resource(parser)
    add_water(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.network.exchange.case import solve_case
    from planning.network.exchange.files import read_network, write_network

    problems = []
    if (options.run is None) == (options.read is None):
        found = "neither" if options.run is None else "both"
        problems.append(Problem("argument", "network", found, "a run or scenario, or --read FILE"))
    if (options.format is None) != (options.out is None):
        found = "--format" if options.out is None else "--out"
        problems.append(Problem("argument", "output", f"{found} alone", "--format and --out together"))
    if options.read is not None and options.hours is not None:
        problems.append(Problem("--hours", "hours", options.hours, "no hours with --read"))
    if problems:
        raise InputError(problems)
    if options.read is not None:
        case = read_network(options.read)
    else:
        from planning.chain.network_case import grid_case, parse_hours

        run = _hours_of(options, context)
        case = grid_case(run, parse_hours(options.hours or "peak", run))
    flows = solve_case(case)
    files = () if options.out is None else write_network(case, flows, options.out, options.format)
    made = [str(path) for path in files]
    # A year of all lines is a long document: made only where it is printed.
    document = plain(_document(case, flows) | {"files": made}) if context.as_json else {}
    context.answer(document, "\n".join(_lines(case, flows, context) + made))


def _hours_of(options: argparse.Namespace, context: Context) -> DispatchedHours:
    """The dispatched year of a project, or of a scenario's chain as far as that."""
    from planning.chain.network_case import hours_of_chain, hours_of_project

    path = Path(options.run)
    project = path / "project.gpkg" if path.is_dir() else path
    if project.suffix.lower() == ".gpkg":
        return hours_of_project(project)
    from planning.chain.run import Chain
    from planning.scenario import load_scenario

    scenario = with_choice(load_scenario(options.run), options)
    store = open_store(options, context)
    return hours_of_chain(Chain(scenario, context.progress, store, "dispatch", library=options.library))


def _document(case: GridCase, flows: CaseFlows) -> dict[str, Any]:
    """What --json prints: a summary of every hour, every line of it, no figure for what has none."""
    from planning.network.exchange.tables import line_table

    table = line_table(case, flows).drop(columns=["hour", "converged"])
    count = case.network.branches.count + len(case.dc.ids)
    hours = []
    for k, hour in enumerate(case.hours):
        rows = table.iloc[k * count : (k + 1) * count]
        hours.append(
            {
                "hour": hour,
                "converged": bool(flows.converged[k]),
                "generation_mw": float(case.total_generation_mw[k].sum()),
                "demand_mw": float(case.total_demand_mw[k].sum()),
                "ac_loss_mw": float(flows.loss_mw[k].sum()),
                "dc_loss_mw": float(rows["loss_mw"][rows["kind"] != "ac"].sum()),
                "slack_mw": float(flows.slack_mw[k].sum()),
                "lines": rows.to_dict("records"),
            }
        )
    return {
        "name": case.name,
        "buses": case.network.buses,
        "branches": case.network.branches.count,
        "dc_lines": len(case.dc.ids),
        "islands": len(case.network.islands()),
        "max_balance_pu": flows.balance_pu,
        "hours": hours,
    }


def _lines(case: GridCase, flows: CaseFlows, context: Context) -> list[str]:
    """The answer for a terminal: the balance of every hour, the most loaded lines of the first."""
    pick, network = context.pick, case.network
    b, dc = network.branches, case.dc
    lines = [
        pick(
            f"{case.name}: {network.buses} 个节点, {b.count} 条交流支路, {len(dc.ids)} 条直流",
            f"{case.name}: {network.buses} buses, {b.count} AC branches, {len(dc.ids)} DC lines",
        )
    ]
    for k, hour in enumerate(case.hours[:SHOWN]):
        sent = float(abs(dc.sent_mw[k]).sum())
        lost = sent - float(dc.arriving_mw[k].sum())
        head = pick(f"  第 {hour} 小时: ", f"  hour {hour}: ")
        made, used = case.total_generation_mw[k].sum(), case.total_demand_mw[k].sum()
        if not flows.converged[k]:
            lines.append(head + pick("不收敛; 所示为直流潮流, 无网损",
                                     "not converged; the DC flow is shown, without losses"))  # fmt: skip
            continue
        lines.append(
            head + pick(
                f"出力 {made:,.1f} MW, 负荷 {used:,.1f} MW, 交流损耗 {flows.loss_mw[k].sum():,.2f} MW, "
                f"直流损耗 {lost:,.2f} MW, 平衡节点补足 {flows.slack_mw[k].sum():,.2f} MW",
                f"generation {made:,.1f} MW, demand {used:,.1f} MW, AC losses {flows.loss_mw[k].sum():,.2f} MW, "
                f"DC losses {lost:,.2f} MW, slack adds {flows.slack_mw[k].sum():,.2f} MW",
            )
        )  # fmt: skip
    if len(case.hours) > SHOWN:
        more = len(case.hours) - SHOWN
        lines.append(pick(f"  另有 {more:,} 小时", f"  and {more:,} hours more"))
    loading = flows.loading[0]
    order = sorted(range(b.count), key=lambda k: -loading[k] if loading[k] == loading[k] else 1.0)
    lines.append(pick(f"  第 {case.hours[0]} 小时, 负载率最高者:", f"  hour {case.hours[0]}, most loaded:"))
    for k in order[:SHOWN]:
        share = f"{loading[k]:.1%}" if loading[k] == loading[k] else "–"
        loss = f"{flows.loss_mw[0, k]:,.2f}" if flows.converged[0] else "–"
        lines.append(
            f"    {b.ids[k]:<28}{flows.from_mva[0, k].real:>12,.2f} MW  {pick('损耗', 'loss')} {loss:>9} MW"
            f"  {pick('负载率', 'loading')} {share:>7}"
        )
    solved = f"{int(flows.converged.sum()):,}/{len(case.hours):,}"
    lines.append(
        pick(
            f"  收敛 {solved}; 最大功率不平衡 {flows.balance_pu:.1e} p.u.",
            f"  converged {solved}; largest imbalance {flows.balance_pu:.1e} p.u.",
        )
    )
    return lines


COMMAND = Command(
    "network", "电网交换 · the network for other tools, and theirs solved here", _arguments, _run
)
