"""`energymap profile LON LAT --tech pv|wind --out FILE`: the hourly year of one place as a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.base import Command, Context
from app.commands.place import add_place_arguments
from app.commands.resource_options import add_resource, choice_of


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--tech", choices=("pv", "wind"), required=True)
    parser.add_argument(
        "--weather", type=Path, metavar="FILE.epw", help="measured or typical year instead of the atlas"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv|.parquet")
    parser.add_argument("--seed", type=int, default=2020, help="seed of the hourly year (default 2020)")
    add_resource(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from resources.place_report import write_place_profile
    from resources.resource_data import open_resource

    data = open_resource(choice_of(options), options.library, context.progress)
    report = write_place_profile(
        options.lon,
        options.lat,
        options.tech,
        options.out,
        seed=options.seed,
        weather=options.weather,
        data=data,
    )
    hours, grade = f"{report['full_load_hours']:,.0f}", report["grade"]
    context.answer(
        report,
        context.pick(
            f"{options.out}: 8760 小时, 年利用小时 {hours} h, {grade}",
            f"{options.out}: 8,760 hours, {hours} full-load hours, {grade}",
        ),
    )


COMMAND = Command("profile", "一点的逐时出力 · the hourly output of one place", _arguments, _run)
