"""The option --study of `energymap size`: front, alternatives, sensitivities, poor years, imperfect forecasts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Context
from app.commands.resource_options import choice_of

if TYPE_CHECKING:
    from planning.base_study import Wish

STUDIES = ("pareto", "alternatives", "tornado", "robust", "replay")
QUALITIES = {"renewable": "renewable_share", "co2": "co2"}
_OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "points": ("points", ("pareto",)),
    "quality": ("quality", ("pareto",)),
    "slack": ("slack_share", ("alternatives",)),
    "directions": ("directions", ("alternatives",)),
    "years": ("years", ("robust",)),
    "allowed_unmet": ("allowed_share", ("robust",)),
    "horizon": ("horizon_h", ("replay",)),
    "error_scale": ("error_scale", ("replay",)),
    "error_seed": ("error_seed", ("replay", "alternatives")),
}
"""Option -> field of the wish, and the studies that know it."""


def add_study(parser: argparse.ArgumentParser) -> None:
    """The options of studies."""
    group = parser.add_argument_group("studies")
    group.add_argument(
        "--study", choices=STUDIES,
        help="in place of one design: front of cost, near-optimal alternatives, sensitivities, the design that "
        "holds in poor years, the year under forecasts that err",
    )  # fmt: skip
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write the document here, with the hours of the design or the tables of the study",
    )
    group.add_argument("--points", type=int, metavar="N", help="pareto: points of the front (default 11)")
    group.add_argument(
        "--quality", choices=tuple(QUALITIES), help="pareto: renewable share or CO2 (default renewable)"
    )
    group.add_argument(
        "--slack", type=float, metavar="SHARE", help="alternatives: cost above the least (default 0.05)"
    )
    group.add_argument(
        "--directions", type=int, metavar="N", help="alternatives: random mixtures as well (default 0)"
    )
    group.add_argument("--years", type=int, metavar="N", help="robust: years of weather (default 5)")
    group.add_argument(
        "--allowed-unmet", type=float, metavar="SHARE",
        help="robust: of a year's energy that may be missing (default 0.000001)",
    )  # fmt: skip
    group.add_argument("--horizon", type=int, metavar="H", help="replay: hours looked ahead (default 36)")
    group.add_argument(
        "--error-scale", type=float, metavar="X", help="replay: forecast errors times this (default 1)"
    )
    group.add_argument(
        "--error-seed", type=int, metavar="N", help="seed of forecast errors and mixtures (default 0)"
    )


def only_with_study(options: argparse.Namespace) -> None:
    """Raise InputError for options of studies where none is asked for."""
    from gis_layers.errors import InputError, Problem

    problems = [
        Problem("command line", _flag(name), str(getattr(options, name)), "with --study")
        for name in _OPTIONS
        if getattr(options, name) is not None
    ]
    if problems:
        raise InputError(problems)


def run_study(options: argparse.Namespace, context: Context) -> None:
    """Run the study and answer with it."""
    from gis_layers.files import writable_folder
    from planning.base_out import refusals_kept
    from planning.base_study import study_base_file, write_study
    from resources.resource_data import open_resource

    wish = wish_of(options)
    # An output that cannot be written is said before the work, not after it.
    if options.out is not None:
        writable_folder(options.out)
    data = open_resource(choice_of(options), options.library)
    with refusals_kept(options.out):
        document, tables = study_base_file(
            Path(options.file), wish, options.seed, context.progress, data, options.library
        )
    files = [] if options.out is None else write_study(options.out, document, tables)
    document["files"] = [str(path) for path in files]
    context.answer(document, "\n".join([*_LINES[wish.study](document, context), *map(str, files)]))


def wish_of(options: argparse.Namespace) -> Wish:
    """What the options ask of the study.

    Raises
    ------
    InputError
        An option that the study does not know, or that goes with a scenario.
    """
    from gis_layers.errors import InputError, Problem
    from planning.base_study import Wish

    problems = []
    if options.base is not None:
        problems.append(Problem("command line", "--study", "with --base", "a BASE.toml or a built-in case"))
    values: dict[str, Any] = {}
    for name, (field, studies) in _OPTIONS.items():
        value = getattr(options, name)
        if value is None:
            continue
        if options.study not in studies:
            problems.append(
                Problem("command line", _flag(name), f"with --study {options.study}", f"--study {studies[0]}")
            )
        values[field] = QUALITIES[value] if name == "quality" else value
    if options.error_seed is not None and options.error_seed < 0:
        problems.append(Problem("command line", "--error-seed", str(options.error_seed), "0 or more"))
    if problems:
        raise InputError(problems)
    return Wish(study=options.study, **values)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _head(document: dict[str, Any], context: Context) -> str:
    words = {
        "pareto": ("成本前沿", "front of cost"),
        "alternatives": ("近优方案", "near-optimal alternatives"),
        "tornado": ("敏感性", "sensitivities"),
        "robust": ("丰枯年校验", "the design in poor years"),
        "replay": ("预测误差下的全年重演", "the year under forecasts that err"),
    }
    return f"{context.pick(document['name_zh'], document['name_en'])} · {context.pick(*words[document['study']])}"


def _sizes(design: dict[str, Any], context: Context) -> str:
    from planning.words import TERMS, term

    def called(name: str) -> str:
        return term(name, context.language) if name in TERMS else name

    parts = [f"{called(name)} {mw:,.0f}" for name, mw in design["capacity_mw"].items() if mw > 0]
    energy = context.pick("储能电量", "stored")
    return ", ".join(parts) + f" MW, {energy} {design['storage_mwh']:,.0f} MWh"


def _pareto(document: dict[str, Any], context: Context) -> list[str]:
    lines = [_head(document, context)]
    for point in document["points"]:
        if document["quality"] == "renewable_share":
            reached = f"{point['value_share']:8.2%}"
        else:
            reached = f"{point['value_t'] / 1e4:10,.1f} {context.pick('万吨', '10^4 t')} CO2"
        design = point["design"]
        lines.append(
            f"  {reached}  {point['cost_cny_per_year'] / 1e8:10,.3f} {context.pick('亿元/年', '10^8 CNY/a')}  "
            f"{design['lcoe_cny_per_mwh']:8.1f} CNY/MWh  {_sizes(design, context)}"
        )
    return lines


def _alternatives(document: dict[str, Any], context: Context) -> list[str]:
    within = context.pick("成本不超过最低值的", "cost within")
    lines = [f"{_head(document, context)} · {within} {document['slack_share']:.0%}"]
    lines += [
        f"  {row['capacity']:<16}{row['least']:>12,.0f} … {row['best']:>10,.0f} … {row['greatest']:>10,.0f} "
        f"{row['unit']}"
        for row in document["ranges"]
    ]
    return lines


def _tornado(document: dict[str, Any], context: Context) -> list[str]:
    base = f"LCOE {document['base']['lcoe_cny_per_mwh']:.1f} CNY/MWh"
    lines = [
        f"{_head(document, context)} · {base} · "
        + context.pick("低端/高端: 重新定容 (容量不变)", "low/high: sized anew (design held)")
    ]
    for bar in document["bars"]:
        told = []
        for side in ("low", "high"):
            end = bar[side]
            anew = "–" if end["resized"] is None else f"{end['resized']['lcoe_cny_per_mwh']:.1f}"
            held = "–" if end["held"] is None else f"{end['held']['lcoe_cny_per_mwh']:.1f}"
            told.append(f"{end['value']:g}: {anew} ({held})")
        lines.append(f"  {bar['factor']:<20}{told[0]:>28}{told[1]:>28}")
    return lines


def _robust(document: dict[str, Any], context: Context) -> list[str]:
    added = ", ".join(
        f"{name} +{value:,.0f}" for name, value in document["added"].items() if value >= 0.5
    ) or context.pick("无需增加", "nothing to add")
    lines = [f"{_head(document, context)} · {added}"]
    missing = context.pick("缺供", "missing")
    for year in document["years"]:
        before, after = year["before"], year["after"]
        lines.append(
            f"  {year['year']:<12}{missing} {before['unmet_mwh']:>12,.0f} → {after['unmet_mwh']:,.0f} MWh, "
            f"LCOE {before['lcoe_cny_per_mwh']:.1f} → {after['lcoe_cny_per_mwh']:.1f} CNY/MWh"
        )
    return lines


def _replay(document: dict[str, Any], context: Context) -> list[str]:
    sure, told = document["perfect_foresight"], document["forecast"]
    rows = (
        ("unmet_mwh", "缺供电量 MWh", "unmet MWh", ",.0f"),
        ("unmet_hours", "缺供小时", "unmet hours", ",.0f"),
        ("curtailment_rate", "弃电率", "curtailment", ".2%"),
        ("thermal_mwh", "火电电量 MWh", "backup MWh", ",.0f"),
        ("renewable_share", "可再生占比", "renewable share", ".2%"),
        ("lcoe_cny_per_mwh", "LCOE CNY/MWh", "LCOE CNY/MWh", ".2f"),
    )
    lines = [
        f"{_head(document, context)} · {context.pick('完美预见 → 有误差的预测', 'perfect foresight → forecasts')}"
    ]
    lines += [
        f"  {context.pick(zh, en):<20}{format(sure[name], form):>16} → {format(told[name], form)}"
        for name, zh, en, form in rows
    ]
    return lines


_LINES = {
    "pareto": _pareto,
    "alternatives": _alternatives,
    "tornado": _tornado,
    "robust": _robust,
    "replay": _replay,
}
