"""`energymap mcp MAST REFERENCE`: long-term wind at a mast from a reanalysis, both imported into the library."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.base import Command, Context

WARNINGS = {
    "less_than_a_year": ("重叠期不足一年", "the overlap is less than a year"),
    "months_missing": ("重叠期缺少部分月份", "months are missing from the overlap"),
    "weak_correlation": ("逐时相关偏弱", "the hourly correlation is weak"),
    "clock_offset": ("测风塔时钟可能有偏移", "the mast's clock may be off"),
    "short_reference": ("参考序列偏短", "the reference is short"),
    "seasons_uneven": ("重叠期季节分布不均", "the overlap's seasons are uneven"),
}
METHODS = {
    "linear": ("线性回归", "least squares"),
    "variance_ratio": ("方差比", "variance ratio"),
    "weibull_scale": ("威布尔尺度", "Weibull scale"),
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("mast", metavar="MAST", help="id of the imported mast record")
    parser.add_argument("reference", metavar="REFERENCE", help="id of the imported reanalysis")
    parser.add_argument("--library", type=Path, metavar="DIR", help="folder of imported data")


def _run(options: argparse.Namespace, context: Context) -> None:
    from resources.library import default_folder, named
    from resources.mast_correction import correct_mast

    folder = options.library or default_folder()
    done = correct_mast(named(folder, options.mast), named(folder, options.reference))
    number = 0 if context.language == "zh" else 1
    document = {
        "mast": done.mast,
        "reference": done.reference,
        "apart_km": round(done.apart_km, 1),
        "methods": [
            {
                "method": m.method,
                "mean_ms": round(m.mean_ms, 3),
                "sigma_share": round(m.total_sigma_share, 4),
                "correlation": round(m.correlation, 3),
                "overlap_hours": m.overlap_hours,
                "overlap_mean_ms": round(m.overlap_mean_ms, 3),
                "warnings": list(m.warnings),
            }
            for m in done.methods
        ],
    }
    first = done.methods[0]
    lines = [
        context.pick(
            f"{done.mast} 以 {done.reference} 订正 (相距 {done.apart_km:.0f} km), 重叠 {first.overlap_hours:,} h, "
            f"实测均值 {first.overlap_mean_ms:.2f} m/s, 逐时相关 {first.correlation:.2f}",
            f"{done.mast} corrected by {done.reference} ({done.apart_km:.0f} km apart), {first.overlap_hours:,} h "
            f"in common, measured mean {first.overlap_mean_ms:.2f} m/s, hourly correlation {first.correlation:.2f}",
        ),
        *(
            context.pick(
                f"  {METHODS[m.method][0]}: 长期均值 {m.mean_ms:.2f} m/s, 标准不确定度 {m.total_sigma_share:.1%}",
                f"  {METHODS[m.method][1]}: long-term mean {m.mean_ms:.2f} m/s, standard uncertainty {m.total_sigma_share:.1%}",
            )
            for m in done.methods
        ),
        *(f"  ! {WARNINGS[code][number]}" for code in first.warnings),
    ]
    context.answer(document, "\n".join(lines))


COMMAND = Command("mcp", "测风塔长期订正 · long-term correction of a mast record", _arguments, _run)
