"""`energymap cascade RIVER ...`: a year of the stations of a river in order, wet, mean or dry."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.commands.base import Command, Context

YEARS: dict[str, float | None] = {"mean": None, "wet": 0.10, "normal": 0.50, "dry": 0.90}
"""Share of years that bring as much or more; None: the long-term mean."""
WORDS = {
    "mean": ("多年平均", "long-term mean"),
    "wet": ("丰水年 (P=10 %)", "wet year (P = 10 %)"),
    "normal": ("平水年 (P=50 %)", "normal year (P = 50 %)"),
    "dry": ("枯水年 (P=90 %)", "dry year (P = 90 %)"),
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "river",
        nargs="+",
        metavar="RIVER",
        help="yellow, jinsha, yalong, dadu, lancang, yangtze; several at once",
    )
    parser.add_argument("--year", choices=tuple(YEARS), default="mean", help="default mean")
    parser.add_argument("--complete-in", type=int, metavar="YEAR", help="only stations that stand by then")
    parser.add_argument(
        "--floods", type=int, metavar="SEED", help="rain days drawn from a seed; default smooth"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.csv|.parquet", help="hourly power of every station")


def _run(options: argparse.Namespace, context: Context) -> None:
    from resources.cascade import cascade_hydrology
    from resources.cascade_run import run_cascade
    from resources.cascade_tables import chosen_stations
    from resources.hours_file import check_target, write_hours
    from resources.river_inflow import basin_years

    if options.out is not None:
        check_target(options.out)
    stations = chosen_stations(options.river, year=options.complete_in)
    years = basin_years({s.river for s in stations}, exceedance=YEARS[options.year], seed=options.floods)
    run = run_cascade(cascade_hydrology(stations, years))
    if options.out is not None:
        write_hours(options.out, {f"{s.id}_mw": run.power_mw[i] for i, s in enumerate(stations)}, digits=3)
    total, design = float(run.annual_mwh.sum()), sum(s.annual_mwh for s in stations)
    rows: list[dict[str, Any]] = [
        {
            "id": s.id,
            "name_zh": s.name_zh,
            "name_en": s.name_en,
            "capacity_mw": s.capacity_mw,
            "annual_mwh": round(float(run.annual_mwh[i]), 0),
            "design_mwh": s.annual_mwh,
            "spilt_share": round(float(run.spilt_share[i]), 4),
            "mean_flow_m3_s": round(float(run.hydrology.mean_flow_m3_s[i]), 1),
            "travel_to_next_h": round(float(run.hydrology.travel_h[i]), 2),
            "tier": s.tier,
            "source": s.source,
        }
        for i, s in enumerate(stations)
    ]
    document = {
        "rivers": sorted({s.river for s in stations}),
        "year": options.year,
        "annual_mwh": round(total, 0),
        "design_mwh": design,
        "grade": "reference",
        "stations": rows,
    }
    number = 0 if context.language == "zh" else 1
    unit = context.pick("亿千瓦时", "TWh")
    scale = 1e5 if context.language == "zh" else 1e6
    lines = [
        context.pick(
            f"{len(stations)} 座电站, {WORDS[options.year][0]}: {total / scale:,.1f} {unit}, 设计 {design / scale:,.1f}"
            f" ({total / design - 1:+.0%}); 按规则曲线运行, 不计检修、备用与取水",
            f"{len(stations)} stations, {WORDS[options.year][1]}: {total / scale:,.1f} {unit}, design "
            f"{design / scale:,.1f} ({total / design - 1:+.0%}); by rule curves, without outages, reserve, withdrawals",
        ),
        *(
            f"  {row['name_zh' if number == 0 else 'name_en']}: {row['capacity_mw']:,.0f} MW, "
            f"{row['annual_mwh'] / scale:,.2f} {unit} "
            + context.pick(
                f"(设计 {row['design_mwh'] / scale:,.2f}), 弃水 {row['spilt_share']:.0%}",
                f"(design {row['design_mwh'] / scale:,.2f}), spilt {row['spilt_share']:.0%}",
            )
            for row in rows
        ),
    ]
    context.answer(document, "\n".join(lines))


COMMAND = Command("cascade", "梯级水电的一年 · a year of the stations of a river", _arguments, _run)
