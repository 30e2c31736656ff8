"""`energymap optimum [SCENARIO]`: capacities and corridors chosen together, beside each province for itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context, add_store, open_store
from app.commands.resource_options import add_resource, add_water, with_choice
from app.optimum_words import NOTES, PRICES, REASONS, SYSTEMS, THINGS, money_name
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.expansion.spec import Alone, OptimumSpec

DEFAULT = "2030-1200GW"
ALONE: dict[str, tuple[Alone, ...]] = {
    "existing": ("existing",),
    "none": ("none",),
    "both": ("existing", "none"),
    "off": (),
}
SHOWN = 8
"""Provinces in the answer on the screen, at each end; all are in the document."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scenario", nargs="?", default=DEFAULT, metavar="ID|FILE.toml",
        help=f"a built-in scenario or a file of one; its [optimum] is the question (default {DEFAULT})",
    )  # fmt: skip
    parser.add_argument("--wind-pv-gw", type=float, metavar="GW", help="wind and PV in all, at least")
    parser.add_argument("--exactly", action="store_true", help="with --wind-pv-gw: and no more")
    parser.add_argument("--co2-mt", type=float, metavar="MT", help="largest CO2 emission of a year")
    parser.add_argument(
        "--share", type=float, metavar="SHARE", help="least renewable share of generation, 0 to 1"
    )
    parser.add_argument("--weeks", type=int, metavar="N", help="representative weeks, 1 to 52 (default 4)")
    parser.add_argument(
        "--step", type=int, metavar="H", help="hours of a step in them: 1, 2, 3, 4, 6 (default 4)"
    )
    parser.add_argument("--whole-lines", action="store_true", help="lines whole or not at all")
    parser.add_argument(
        "--alone", choices=tuple(ALONE), default="both",
        help="each province for itself: with the lines in service, with none, both (default), or left out",
    )  # fmt: skip
    parser.add_argument(
        "--replay", choices=("together", "all", "none"), default="together",
        help="which plans are dispatched over all 8,760 hours (default: together)",
    )  # fmt: skip
    add_store(parser)
    add_resource(parser)
    add_water(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="document, tables, workbook and GIS layers in DIR"
    )
    parser.add_argument(
        "--write-scenario", type=Path, metavar="FILE.toml", help="a scenario with what was chosen"
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    from gis_layers.files import replacing, writable_folder
    from gis_layers.progress import part
    from planning.chain.run import Chain
    from planning.expansion.document import document_of
    from planning.expansion.files import write_study
    from planning.expansion.of_scenario import ground_of
    from planning.expansion.scenario_out import scenario_of
    from planning.expansion.study import TOGETHER, study
    from planning.scenario import load_scenario
    from planning.scenario_toml import to_toml

    scenario = with_choice(load_scenario(options.scenario), options)
    spec = _spec(scenario.optimum, options)
    if options.out is not None:
        writable_folder(options.out)
    if options.write_scenario is not None:
        writable_folder(options.write_scenario.absolute().parent)
    progress = context.progress
    chain = Chain(scenario, part(progress, 0.0, 0.1), open_store(options, context), "resource",
                  library=options.library)  # fmt: skip
    ground = ground_of(chain, spec)
    done = study(
        ground.expansion, spec, part(progress, 0.1, 0.98), alone=ALONE[options.alone], replays=options.replay
    )
    document = document_of(ground, done)
    written: list[Path] = []
    if options.out is not None:
        progress(0.98, "outputs")
        written += write_study(options.out, document)
    if options.write_scenario is not None:
        made = scenario_of(ground, done.plans[TOGETHER], options.write_scenario.stem)
        with replacing(options.write_scenario) as temporary:
            temporary.write_text(to_toml(made), encoding="utf-8")
        written.append(options.write_scenario)
    progress(1.0, "done")
    if written:
        document["files"] = [str(path) for path in written]
    document["note_words"] = [{"code": c, "zh": NOTES[c][0], "en": NOTES[c][1]} for c in document["notes"]]
    context.answer(document, "\n".join([*_lines(document, context), *(str(p) for p in written)]))


def _spec(spec: OptimumSpec, options: argparse.Namespace) -> OptimumSpec:
    """The scenario's question with what the command line changes of it.

    Raises
    ------
    InputError
        A value out of range, or no target at all.
    """
    from pydantic import ValidationError

    from planning.expansion.spec import OptimumSpec

    changed: dict[str, Any] = {}
    names = {}
    for field, option, value in (
        ("wind_pv_min_gw", "--wind-pv-gw", options.wind_pv_gw),
        ("wind_pv_max_gw", "--exactly", options.wind_pv_gw if options.exactly else None),
        ("co2_max_mt", "--co2-mt", options.co2_mt),
        ("renewable_share_min", "--share", options.share),
        ("weeks", "--weeks", options.weeks),
        ("step_hours", "--step", options.step),
        ("whole_lines", "--whole-lines", options.whole_lines or None),
    ):
        names[field] = option
        if value is not None:
            changed[field] = value
    try:
        made = OptimumSpec.model_validate(spec.model_dump() | changed)
    except ValidationError as error:
        problems = [
            Problem(
                "argument", names.get(str(item["loc"][0]), str(item["loc"][0])), str(item["input"]),
                item["msg"].removeprefix("Input should be "),
            )
            for item in error.errors(include_url=False)
        ]  # fmt: skip
        raise InputError(problems) from error
    if not made.asks:
        raise InputError(
            Problem(
                "argument", "--wind-pv-gw, --co2-mt, --share", "nothing",
                "a target, here or in the file of the scenario",
            )
        )  # fmt: skip
    return made


def _lines(document: dict[str, Any], context: Context) -> list[str]:
    pick = context.pick
    column = 0 if context.language == "zh" else 1
    bn = pick("亿元/年", "bn CNY a year")

    def money(cny: float | None) -> str:
        if cny is None:
            return "–"
        return f"{cny / 1e8:,.0f}" if column == 0 else f"{cny / 1e9:,.1f}"

    lines = [
        f"{pick(document['scenario_name_zh'], document['scenario_name_en'])}: {pick('全国最优', 'national optimum')}"
    ]
    for name, gw in document["capacity_gw"].items():
        lines.append(
            f"  {THINGS[name][column]:<14}{gw['total_gw']:>9,.1f} GW  "
            f"({pick('既有', 'standing')} {gw['standing_gw']:,.1f} + {pick('新增', 'new')} {gw['added_gw']:,.1f})"
        )
    for line in document["lines"]:
        lines.append(
            f"  {pick(line['name_zh'], line['name_en']):<40}{line['built_mw']:>8,.0f} / {line['size_mw']:,.0f} MW"
        )
    for name, told in document["systems"].items():
        figures = told["weeks"]
        head = pick("周", "weeks")
        lines.append(f"{SYSTEMS[name][column]}: {money(figures['total_cny'])} {bn}")
        shown = [(head, figures)]
        if "replay" in told:
            shown.append((pick("8760 小时", "8,760 h"), told["replay"]))
        for over, f in shown:
            lines.append(
                f"  {over:<10}{money(f['total_cny']):>10} {bn}, {pick('弃电率', 'curtailment')} "
                f"{f['curtailment_rate']:.2%}, {pick('缺供', 'unserved')} {f['unserved_mwh']:,.0f} MWh, CO2 "
                f"{f['co2_mt']:,.0f} Mt, {pick('可再生占比', 'renewable')} {f['renewable_share']:.1%}"
            )
        parts = sorted(((v, k) for k, v in told["money_cny"].items() if abs(v) > 5e7), reverse=True)
        lines.append("    " + ", ".join(f"{money_name(k, column)} {money(v)}" for v, k in parts))
    value = document["value"]
    lines.append(pick("全国一盘棋的价值", "Value of the chessboard") + ":")
    for key, zh, en in (
        ("existing_lines_cny", "既有通道", "lines in service"),
        ("new_lines_cny", "新建通道", "new lines"),
        ("all_exchange_cny", "全部省间交换", "all exchange"),
    ):
        lines.append(f"  {pick(zh, en):<18}{money(value[key]):>10} {bn}")
    for price in document["target_prices"]:
        zh, en, unit_zh, unit_en, scale = PRICES[price["target"]]
        figure = price["cny_per_unit"] / scale
        lines.append(f"  {pick(zh, en)}: {figure:,.2f} {pick(unit_zh, unit_en)}")
    for other in ("existing", "none"):
        key = f"gain_from_{other}_cny"
        rows = [r for r in document["provinces"] if key in r]
        if rows:
            rows.sort(key=lambda r: -r[key])
            shown_rows = rows if len(rows) <= 2 * SHOWN else [*rows[:SHOWN], *rows[-SHOWN:]]
            told_rows = ", ".join(f"{pick(r['name_zh'], r['name_en'])} {money(r[key])}" for r in shown_rows)
            lines.append(f"  {pick('各省所得', 'gain of provinces')} ({SYSTEMS[other][column]}): {told_rows}")
    weeks = ", ".join(
        f"{w['week']} × {w['weight_weeks']:.1f} ({REASONS[w['reason']][column]})" for w in document["weeks"]
    )
    lines.append(f"  {pick('代表周', 'weeks')}: {weeks}")
    lines += [f"  {NOTES[code][column]}" for code in document["notes"]]
    return lines


COMMAND = Command("optimum", "全国最优 · capacities and corridors chosen together", _arguments, _run)
