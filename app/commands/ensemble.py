"""`energymap ensemble`: a scenario over seeds, water years, outages and variants, in parallel here or on Dask."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.base import Command, Context
from app.commands.resource_options import add_library

if TYPE_CHECKING:
    from planning.ensemble.run import Ensemble
    from planning.ensemble.statistics import Spread

SHOWN = 12
"""Corridors on the screen, those that carry or change most; all are in the files."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="ID|FILE.toml", help="a built-in scenario or a file of one")
    parser.add_argument("--seeds", default="", metavar="LIST", help="of generated weather: 1-10, or 3,7,12")
    parser.add_argument("--years", default="", metavar="LIST", help="of imported hours: 2011-2020")
    parser.add_argument(
        "--water", default="", metavar="LIST", help="exceedance of the rivers' water in per cent: 10,50,90"
    )
    parser.add_argument(
        "--without", default="", metavar="LIST",
        help="lines out of service, a member each: jiquan,lingshao:07-01..07-15; + joins several in one",
    )  # fmt: skip
    parser.add_argument(
        "--variants", default="", metavar="LIST", help="further scenarios, by id or file, beside the first"
    )
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes here (default: as memory and cores allow)"
    )
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="a Dask scheduler such as tcp://host:8786"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--store", type=Path, metavar="DIR", help="keep answers of links here (default: in the folder)"
    )
    add_library(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.ensemble.document import ensemble_document
    from planning.ensemble.lists import numbers, outages, whole_numbers
    from planning.ensemble.members import EnsembleSpec, members_of
    from planning.ensemble.run import run_ensemble
    from planning.report.ensemble import write_ensemble
    from planning.scenario import load_scenario

    spec = EnsembleSpec(
        seeds=whole_numbers(options.seeds, "--seeds"),
        weather_years=whole_numbers(options.years, "--years"),
        water_pct=numbers(options.water, "--water"),
        outages=outages(options.without),
    )
    names = [options.scenario, *(name.strip() for name in options.variants.split(",") if name.strip())]
    variants = [(Path(name).stem if name.endswith(".toml") else name, load_scenario(name)) for name in names]
    ensemble = run_ensemble(
        members_of(variants, spec), options.out, workers=options.workers, cluster=options.cluster,
        store=options.store, library=options.library, progress=context.progress,
    )  # fmt: skip
    files = write_ensemble(options.out, ensemble)
    document = ensemble_document(ensemble) | {"files": [str(path) for path in files]}
    context.answer(document, "\n".join([*_lines(ensemble, context), *map(str, files)]))


def _lines(ensemble: Ensemble, context: Context) -> list[str]:
    from app.messages import say
    from planning.ensemble.answers import FIGURES
    from planning.ensemble.document import corridor_names

    pick, failed, names = context.pick, ensemble.failed, corridor_names(ensemble)
    count = len(ensemble.members)
    lines = [
        pick(
            f"{count} 个成员: 完成 {count - len(failed)} (沿用 {ensemble.reused}), 失败 {len(failed)}",
            f"{count} members: {count - len(failed)} done ({ensemble.reused} reused), {len(failed)} failed",
        ),
        pick("P90 为 90 % 的成员超过的值", "P90 is exceeded by 90 % of the members"),
    ]
    for answer in failed:
        assert answer.failure is not None
        said = say(answer.failure.error(), context.language).replace("\n", "; ")
        lines.append(f"  {pick('失败', 'failed')}: {answer.name}: {said}")
    for group in ensemble.groups:
        out = group.outage or pick("线路全部在运", "all lines in service")
        lines.append(f"{group.variant} · {out}")
        for name, spread in group.figures.items():
            zh, en, kind = FIGURES[name]
            lines.append(f"  {pick(zh, en)}: {_levels(spread, kind, context)}")
        lines += _carried(group.corridor_mwh, names, context)
    for one in ensemble.differences:
        out = one.outage or pick("线路全部在运", "all lines in service")
        lines.append(
            pick(
                f"{one.variant} · {out}: 与首个方案 (线路全部在运) 之差",
                f"{one.variant} · {out}: less the first variant with all lines in service",
            )
        )
        for name, spread in one.figures.items():
            zh, en, kind = FIGURES[name]
            lines.append(f"  {pick(zh, en)}: {_levels(spread, kind, context)}")
        lines += _carried(one.corridor_mwh, names, context)
    return lines


def _carried(
    corridors: Mapping[str, Spread], names: Mapping[str, tuple[str, str]], context: Context
) -> list[str]:
    most = sorted(corridors.items(), key=lambda item: -abs(item[1].mean))[:SHOWN]
    return [f"    {context.pick(*names[id])}: {_levels(one, 'energy_mwh', context)}" for id, one in most]


def _levels(spread: Spread, kind: str, context: Context) -> str:
    from planning.words import UnitSystem, number, percent, shown, unit

    language = context.language
    system: UnitSystem = "cn" if language == "zh" else "si"

    def said(value: float) -> str:
        return percent(value, 2) if kind == "share" else shown(value, kind, system)

    if spread.count == 1:
        return said(spread.mean) + ("" if kind == "share" else f" {unit(kind, system, language)}")
    levels = ", ".join(f"{name.upper()} {said(value)}" for name, value in spread.levels.items())
    tail = "" if kind == "share" else f" {unit(kind, system, language)}"
    return (
        f"{context.pick('平均', 'mean')} {said(spread.mean)}, {levels}{tail} "
        f"({context.pick('成员', 'members')} {number(spread.count)})"
    )


COMMAND = Command(
    "ensemble", "集合计算 · a scenario over weather, water, outages and variants", _arguments, _run
)
