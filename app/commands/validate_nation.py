"""`energymap validate 2020`: a past year as the chain dispatches it, beside what was published of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.commands.base import Context, open_store
from gis_layers.errors import EnergyMapError

if TYPE_CHECKING:
    from planning.validation_nation import Comparison

_SECTIONS = {
    "national": ("全国", "Nation"),
    "lines": ("直流线路送电量", "Energy sent by DC lines"),
    "exchange": ("区间交换", "Exchange"),
    "provinces": ("各省", "Provinces"),
}
_TIERS = {
    "official": ("官方", "official"),
    "published": ("公布", "published"),
    "estimated": ("估计", "estimated"),
}


def run_nation(options: argparse.Namespace, context: Context) -> None:
    """Run the built-in scenario of the year up to the dispatch, and compare.

    Raises
    ------
    InputError
        No such scenario, or nothing published of its year.
    EnergyMapError
        'validation_failed': figures outside the limit they are held to.
    """
    from planning.chain.run import Chain
    from planning.scenario import load_scenario
    from planning.tables import load_tables
    from planning.validation_nation import compare_nation, require_year

    scenario, tables = load_scenario(options.year), load_tables()
    require_year(scenario.year, tables)
    chain = Chain(scenario, context.progress, open_store(options, context), "dispatch")
    rows = compare_nation(chain.nation[0], chain.dispatched[0], tables, scenario.year)
    context.progress(1.0, "done")
    missed = [row.name[1] for row in rows if row.met is False]
    document = {
        "scenario": scenario.id,
        "year": scenario.year,
        "passed": not missed,
        "comparisons": [_document(row) for row in rows],
    }
    context.answer(document, "\n".join(lines_of(rows, context)))
    if missed:
        raise EnergyMapError("validation_failed", count=len(missed), names="; ".join(missed))


def _document(row: Comparison) -> dict[str, Any]:
    return {
        "section": row.section,
        "name": row.name[1],
        "name_zh": row.name[0],
        "unit": row.unit,
        "ours": row.ours,
        "published": row.published,
        "error": row.error,
        "error_is": "difference" if row.points else "relative",
        "limit": row.limit,
        "met": row.met,
        "year": row.year,
        "source": row.source,
        "tier": row.tier,
        "note": row.note,
    }


def lines_of(rows: tuple[Comparison, ...], context: Context) -> list[str]:
    """The table for a terminal, section by section."""
    pick, column = context.pick, 0 if context.language == "zh" else 1
    verdict = {
        True: pick("合格", "ok"),
        False: pick("不合格", "FAIL"),
        None: pick("仅列出", "shown"),
    }
    lines = [
        pick(
            "项目 | 单位 | 本程序 | 公布 | 误差 | 允许 | 结论 | 可信度",
            "figure | unit | ours | published | error | limit | verdict | tier",
        )
    ]
    for section, title in _SECTIONS.items():
        own = [row for row in rows if row.section == section]
        if not own:
            continue
        lines.append(f"— {title[column]}")
        for row in own:
            lines.append(
                " | ".join(
                    [
                        row.name[column],
                        "%" if row.unit == "1" else row.unit,
                        *(_number(value, row) for value in (row.ours, row.published)),
                        f"{100.0 * row.error:+.1f} {pick('点', 'points') if row.points else '%'}",
                        "–" if row.limit is None else f"{100.0 * row.limit:.0f}",
                        verdict[row.met],
                        _TIERS[row.tier][column],
                    ]
                )
            )
    return lines


def _number(value: float, row: Comparison) -> str:
    return f"{100.0 * value:.1f}" if row.unit == "1" else f"{value:,.1f}"
