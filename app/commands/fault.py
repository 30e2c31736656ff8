"""`energymap fault LINE`: what happens when a direct-current pole or bipole, or an AC tie, is lost; `--every`: all."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context, add_store, open_store
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.chain.fault_documents import FaultAnswer, FaultTable

STAND_STILL_MW = 0.5
WITHIN = ("两端在同一同步电网, 电力改走交流断面", "both ends in one synchronous grid: its AC ties take over")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "line", metavar="LINE", nargs="?", help="id of a DC line, a back-to-back or an AC tie"
    )
    parser.add_argument(
        "--every",
        action="store_true",
        help="a table of every pole and bipole, the worst for its receiving grid first",
    )
    parser.add_argument(
        "--scenario", default="2030-1200GW", metavar="ID|FILE.toml", help="default 2030-1200GW"
    )
    parser.add_argument(
        "--hour", default="peak", metavar="peak|N|all", help="hour of the year (default peak)"
    )
    parser.add_argument("--pole", action="store_true", help="one pole of a DC line, not both")
    add_store(parser)
    parser.add_argument(
        "--library", type=Path, metavar="DIR", help="folder of imported data (default: the user's)"
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.chain.faults import fault_answer
    from planning.chain.faults_every import fault_table
    from planning.chain.run import Chain
    from planning.scenario import load_scenario

    if options.every == (options.line is not None):
        raise InputError(
            Problem("command line", "LINE", options.line or "", "one line, or the table of every line")
        )
    chain = Chain(
        load_scenario(options.scenario),
        context.progress,
        open_store(options, context),
        "dispatch",
        library=options.library,
    )
    if options.every:
        table = fault_table(chain, options.hour)
        context.answer(_with_words(table), "\n".join(_table(table, context)))
        return
    answer = fault_answer(chain, options.line, options.hour, "pole" if options.pole else "bipole")
    context.answer(_with_words(answer), "\n".join(_lines(answer, context)))


def _with_words(answer: FaultAnswer | FaultTable) -> dict[str, Any]:
    from app.fault_words import NOTES

    document = answer.model_dump(mode="json")
    document["note_words"] = [
        {"code": code, "zh": NOTES[code][0], "en": NOTES[code][1]} for code in answer.notes
    ]
    return document


def _table(table: FaultTable, context: Context) -> list[str]:
    from app.fault_words import FAULTS, NOTES

    pick = context.pick
    lines = [
        pick(
            f"{len(table.rows)} 种闭锁, 各取 {table.hours} 个小时中对受端最重的一个:",
            f"{len(table.rows)} blocks, each in the worst of {table.hours} hour(s) for its receiving grid:",
        ),
        pick(
            "  缺额 MW  损失 MW   备用 MW  不足小时  极值 Hz  MISCR  受端  线路",
            "  short MW  lost MW  reserve MW  hours short  extreme Hz  MISCR  node  line",
        ),
    ]
    for row in table.rows:
        hertz = "-" if row.lowest_hz is None else f"{row.lowest_hz:.2f}"
        ratio = "-" if row.miscr is None else f"{row.miscr:.1f}"
        lines.append(
            f"  {row.reserve_short_mw:>8,.0f}{row.lost_mw:>9,.0f}{row.reserve_mw:>10,.0f}{row.hours_reserve_short:>6}{hertz:>8}{ratio:>7}  "
            f"{row.node:<8}{pick(row.name_zh, row.name_en)}, {pick(*FAULTS[row.fault])} (h {row.hour})"
            + (f", {pick(*WITHIN)}" if row.within_one_grid else "")
        )
    return lines + [f"  {pick(*NOTES[code])}" for code in table.notes]


def _lines(answer: FaultAnswer, context: Context) -> list[str]:
    from app.fault_words import ENDS, FAULTS, NOTES

    pick = context.pick
    lines = [
        f"{pick(answer.name_zh, answer.name_en)}: {pick(*FAULTS[answer.fault])}",
        pick(
            f"  第 {answer.hour} 小时, 故障前 {answer.flow_mw:,.0f} MW; 共看 {answer.hours} 个小时: "
            f"越限 {answer.hours_overloaded}, 备用不足 {answer.hours_reserve_short}, 无解 {answer.hours_unsolved}",
            f"  hour {answer.hour}, {answer.flow_mw:,.0f} MW before; {answer.hours} hour(s) looked at: "
            f"{answer.hours_overloaded} overloaded, {answer.hours_reserve_short} short of reserve, "
            f"{answer.hours_unsolved} without solution",
        ),
    ]
    if answer.within_one_grid:
        lines.append(f"  {pick(*WITHIN)}")
    for grid in answer.grids:
        what = (
            pick("失去", "lost") if grid.lost_mw >= 0 else pick("过剩", "surplus"),
            f"{abs(grid.lost_mw):,.0f} MW",
        )
        lines.append(
            f"  {pick(*ENDS[grid.end])} {grid.node}: {what[0]} {what[1]}, "
            f"{pick('备用', 'reserve')} {grid.reserve_mw:,.0f} MW, "
            f"{pick('极值频率', 'extreme frequency')} {grid.lowest_hz:.2f} Hz, "
            f"{pick('稳态', 'settled')} {grid.settled_hz:.2f} Hz"
        )
    if answer.splits:
        lines.append(f"  {pick('与电网解列', 'cut off')}: {', '.join(answer.splits)}")
    elif not answer.solved:
        lines.append(f"  {pick('该时刻潮流无解', 'no solution of the flow in this hour')}")
    for tie in answer.ties:
        lines.append(
            f"  {tie.id:<24}{tie.before_mw:>10,.0f} -> {tie.after_mw:>8,.0f} MW  "
            f"{tie.loading_before:>5.0%} -> {tie.loading_after:.0%}"
        )
    for infeed in answer.infeeds:
        if abs(infeed.infeed_mw) > STAND_STILL_MW:
            ratio = "-" if infeed.miscr is None else f"{infeed.miscr:.1f}"
            lines.append(f"  MISCR {infeed.id:<18}{infeed.infeed_mw:>8,.0f} MW  {ratio}")
    lines += [f"  {pick(*NOTES[code])}" for code in answer.notes]
    return lines


COMMAND = Command("fault", "直流闭锁与断线后果 · what happens when a line is lost", _arguments, _run)
