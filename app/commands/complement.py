"""`energymap complement PLACES.csv`: how wind and sun of a set of places complete each other."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.commands.base import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="PLACES.csv", help="name, lon, lat [, technology, mw]")
    parser.add_argument("--seed", type=int, default=2020, help="of generated hours (default 2020)")
    parser.add_argument("--out", type=Path, metavar="FILE.csv|.parquet", help="the hours of every series")


def _run(options: argparse.Namespace, context: Context) -> None:
    from resources.hours_file import check_target, write_hours
    from resources.place_set import read_places, set_report

    if options.out is not None:
        check_target(options.out)
    report = set_report(read_places(options.file), options.seed, progress=context.progress)
    names = [member.name for member in report.members]
    if options.out is not None:
        columns = {f"{name}_capacity_factor": report.capacity_factor[i] for i, name in enumerate(names)}
        write_hours(options.out, {**columns, "all_capacity_factor": report.output})
    matrix = report.correlations.pearson
    storage = report.storage
    document: dict[str, Any] = {
        "members": [
            {"name": m.name, "lon_deg": m.lon_deg, "lat_deg": m.lat_deg, "technology": m.technology, "mw": m.capacity_mw}
            for m in report.members
        ],
        "grade": "reference",
        "full_load_hours": round(float(report.output.sum()), 1),
        "pearson": [[_number(v, 4) for v in row] for row in matrix],
        "rank": [[_number(v, 4) for v in row] for row in report.correlations.rank],
        "ramps": [
            {"step_h": r.step_h, "sigma": round(r.sigma, 5), "down_1_percent": round(r.down_1_percent, 5),
             "up_99_percent": round(r.up_99_percent, 5)}
            for r in report.ramps
        ],
        "storage": [
            {"firm": round(float(f), 5), "hours_of_mean": _number(c, 2)}
            for f, c in zip(storage.firm, storage.capacity_h, strict=True)
        ],
        "droughts": {
            "longest_h": report.droughts.longest_h,
            "deepest_h": round(report.droughts.deepest_h, 2),
            "share_of_hours": round(report.droughts.hours_share, 5),
            "spells": len(report.droughts.spells),
        },
        "order": [
            {"name": s.name, "variation": round(s.variation, 4), "variation_gain": round(s.variation_gain, 4),
             "firm": round(s.firm, 4), "longest_drought_h": s.drought_h, "storage_h": _number(s.storage_h, 2)}
            for s in report.steps
        ],
    }  # fmt: skip
    width = max(len(name) for name in names)
    drought = report.droughts
    lines = [
        context.pick(
            f"{len(names)} 条逐时曲线, 合计年利用小时 {report.output.sum():,.0f} h (参考级数据)",
            f"{len(names)} hourly series, {report.output.sum():,.0f} full-load hours together (reference grade)",
        ),
        context.pick("相关系数 (皮尔逊):", "correlation (Pearson):"),
        *(
            f"  {name:<{width}} " + " ".join(f"{v:>6.2f}" for v in row)
            for name, row in zip(names, matrix, strict=True)
        ),
        context.pick(
            f"最长低谷 {drought.longest_h} h, 最深缺口相当于平均出力 {drought.deepest_h:.0f} h, 共 {len(drought.spells)} 次",
            f"longest drought {drought.longest_h} h, deepest {drought.deepest_h:.0f} h of mean output, {len(drought.spells)} spells",
        ),
        context.pick(
            "平稳出力所需储能 (平均出力的小时数):", "storage for a firm output (hours of mean output):"
        )
        + " "
        + ", ".join(
            f"{share:.0%}: {'-' if c != c else f'{c:,.0f} h'}"
            for share, c in zip((0.5, 0.6, 0.7, 0.8, 0.9), storage.capacity_h, strict=True)
        ),
        context.pick("逐个加入, 波动最小者先:", "added one by one, the steadiest first:"),
        *(
            context.pick(
                f"  {s.name:<{width}} 变差系数 {s.variation:.3f}, 保证出力 {s.firm:.3f}, 最长低谷 {s.drought_h} h",
                f"  {s.name:<{width}} variation {s.variation:.3f}, firm {s.firm:.3f}, longest drought {s.drought_h} h",
            )
            for s in report.steps
        ),
    ]
    context.answer(document, "\n".join(lines))


def _number(value: float, digits: int) -> float | None:
    """JSON knows no NaN."""
    return None if value != value else round(float(value), digits)


COMMAND = Command(
    "complement", "多点风光互补 · how wind and sun of places complete each other", _arguments, _run
)
