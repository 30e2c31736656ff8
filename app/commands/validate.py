"""`energymap validate [2020 | --full]`: published values beside ours; fails where an enforced tolerance is broken."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context, add_store
from gis_layers.errors import EnergyMapError, InputError, Problem

if TYPE_CHECKING:
    from resources.check import Check

_STEPS = {
    "validation embedded atlas": ("内置图层对照", "embedded atlas"),
    "validation typical years": ("典型年文件", "typical-year files"),
    "validation hourly weather": ("各省逐时气象", "hourly weather of the provinces"),
    "hourly weather": ("各省逐时气象", "hourly weather of the provinces"),
    "validation provinces": ("各省 2020 年逐时出力", "province profiles of 2020"),
    "validation published yields": ("公布的发电小时", "published yields"),
    "validation catchments": ("流域与梯级", "catchments and cascades"),
    "validation kernels": ("内核对照", "kernels beside reference chains"),
    "validation done": ("完成", "done"),
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "year",
        nargs="?",
        metavar="2020",
        help="a past year's scenario: its dispatch beside published energies, curtailment and lines",
    )
    add_store(parser)
    parser.add_argument(
        "--full",
        action="store_true",
        help="also typical years, province profiles, published yields, gauges, kernels, spread of years",
    )
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="DIR",
        help="folder with weather_epw and province_profiles_2020 (default: shared/reference beside the checkout)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.md",
        help="write the tables there; text around them in that file is kept",
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    if options.year is not None:
        named = [name for name in ("full", "reference", "out") if getattr(options, name)]
        if named:
            raise InputError(
                [Problem("command line", f"--{n}", f"beside {options.year}", "without a year") for n in named]
            )
        from app.commands.validate_nation import run_nation

        run_nation(options, context)
        return
    if options.store is not None:
        raise InputError([Problem("command line", "--store", "without a year", "only with a year, as 2020")])
    if options.full:
        _run_full(options, context)
        return
    only_full = [name for name in ("reference", "out") if getattr(options, name) is not None]
    if only_full:
        raise InputError(
            [Problem("command line", f"--{n}", "without --full", "only with --full") for n in only_full]
        )
    from resources.validation import run_checks

    checks = run_checks()
    document = {
        "passed": all(c.passed for c in checks if c.enforced),
        "checks": [_check_document(c) for c in checks],
    }
    context.answer(document, "\n".join(check_lines(checks, context)))
    _fail([c.name_en for c in checks if c.enforced and not c.passed])


def _run_full(options: argparse.Namespace, context: Context) -> None:
    from app.commands.validate_page import document_of, page, text_around, write_page
    from gis_layers.files import writable_folder
    from resources.validation_full import default_reference, run_full

    if options.out is not None:
        writable_folder(options.out.parent)
        text_around(options.out)  # refused before the work, not after
    column = 0 if context.language == "zh" else 1

    def progress(share: float, what: str) -> None:
        context.progress(share, _STEPS[what][column] if what in _STEPS else what)

    found = run_full(options.reference or default_reference(), progress)
    text = page(found, context.language)
    if options.out is not None:
        write_page(options.out, text)
    document = {
        "passed": not found.failed,
        "checks": [_check_document(c) for c in found.checks],
        **document_of(found),
    }
    context.answer(document, "\n".join([*check_lines(found.checks, context), "", text]))
    _fail([name[1] for name in found.failed])


def _fail(names: Sequence[str]) -> None:
    if names:
        raise EnergyMapError("validation_failed", count=len(names), names="; ".join(names))


def _check_document(c: Check) -> dict[str, Any]:
    return {
        "name": c.name_en,
        "name_zh": c.name_zh,
        "unit": c.unit,
        "published": c.published,
        "published_source": c.published_source,
        "ours": c.ours,
        "error": c.error,
        "tolerance": c.tolerance,
        "enforced": c.enforced,
        "passed": c.passed,
    }


def check_lines(checks: Sequence[Check], context: Context) -> list[str]:
    """The table of the short run."""
    mark = {True: context.pick("合格", "ok"), False: context.pick("不合格", "FAIL")}
    lines = [
        context.pick(
            "项目 | 单位 | 公布值 | 本图 | 误差 | 允许 | 结论",
            "check | unit | published | ours | error | tolerance | verdict",
        )
    ]
    for c in checks:
        verdict = mark[c.passed] if c.enforced else context.pick("仅列出", "reported")
        lines.append(
            " | ".join(
                [
                    context.pick(c.name_zh, c.name_en),
                    c.unit,
                    str(c.published),
                    str(c.ours),
                    "-" if c.error is None else f"{c.error:+.1%}",
                    "-" if c.tolerance is None else f"{c.tolerance:.0%}",
                    verdict,
                ]
            )
        )
    return lines


COMMAND = Command("validate", "与公布值对照 · our values beside published ones", _arguments, _run)
