"""`energymap validate`: published values beside ours; fails where an enforced tolerance is broken."""

from __future__ import annotations

import argparse

from app.commands.base import Command, Context
from gis_layers.errors import EnergyMapError


def _arguments(parser: argparse.ArgumentParser) -> None:
    pass


def _run(options: argparse.Namespace, context: Context) -> None:
    from resources.validation import run_checks

    checks = run_checks()
    document = {
        "passed": all(c.passed for c in checks if c.enforced),
        "checks": [
            {
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
            for c in checks
        ],
    }
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
    context.answer(document, "\n".join(lines))
    failed = [c for c in checks if c.enforced and not c.passed]
    if failed:
        raise EnergyMapError(
            "validation_failed", count=len(failed), names="; ".join(c.name_en for c in failed)
        )


COMMAND = Command("validate", "与公布值对照 · our values beside published ones", _arguments, _run)
