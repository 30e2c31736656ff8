"""`energymap plant PLANT.toml`: a year of one PV, wind, offshore or tower plant with its own machines and losses."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.commands.base import Command, Context

EXAMPLES = {
    "pv": """name = "example PV plant"
lon_deg = 94.9
lat_deg = 36.4

[pv]
mounting = "single_axis"   # or "fixed"
module = "topcon"          # mono_perc, topcon, hjt, cdte, or a make with module_library = "CEC Modules.csv"
inverter = "string"        # central, string, or a make with inverter_library
bifacial = true
dc_ac_ratio = 1.3
cleaning_every_days = 60
""",
    "wind": """name = "example wind farm"
lon_deg = 109.8
lat_deg = 41.6

[wind]
rated_mw = 6.25
rotor_m = 200.0
hub_m = 120.0              # or with curve_file = "curve.csv" (wind speed m/s, power kW)
farm_mw = 200.0
density_mw_per_km2 = 5.0
icing = false
""",
    "offshore": """name = "example wind farm at sea"
lon_deg = 121.9
lat_deg = 33.2

[offshore]
rated_mw = 10.0
rotor_m = 220.0
hub_m = 130.0
farm_mw = 500.0
""",
    "csp": """name = "example solar tower"
lon_deg = 97.4
lat_deg = 37.4

[csp]
solar_multiple = 2.4
storage_h = 10.0
clock_from = 17            # the block starts from 17 h on
clock_to = 24
""",
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="PLANT.toml")
    parser.add_argument("--example", choices=tuple(EXAMPLES), help="print a file to begin with")
    parser.add_argument("--out", type=Path, metavar="FILE.csv|.parquet", help="the 8,760 hours")


def _run(options: argparse.Namespace, context: Context) -> None:
    from app.plant_words import KINDS, told
    from gis_layers.errors import InputError, Problem
    from resources.hours_file import check_target, write_hours
    from resources.plant import load_plant, plant_year

    if options.example:
        sys.stdout.write(EXAMPLES[options.example])
        return
    if options.file is None:
        raise InputError(Problem("argument", "PLANT.toml", "nothing", "a file, or --example KIND"))
    if options.out is not None:
        check_target(options.out)
    year = plant_year(load_plant(options.file))
    if options.out is not None:
        write_hours(options.out, {f"{year.kind}_capacity_factor": year.capacity_factor})
    rows = [told(figure, context.language) for figure in year.figures]
    first = year.yields.rows[0]
    document = {
        "name": year.plant.name,
        "kind": year.kind,
        "lon_deg": year.plant.lon_deg,
        "lat_deg": year.plant.lat_deg,
        "full_load_hours": round(year.full_load_hours, 1),
        "monthly_full_load_hours": [round(float(value), 2) for value in year.monthly_h],
        "exceedance": {
            f"p{round(100 * p)}_h": round(value, 1)
            for p, value in zip(year.yields.exceedances, first.values, strict=True)
        },
        "figures": {f.id: f.value if isinstance(f.value, str) else round(f.value, 5) for f in year.figures},
        "tiers": {f.id: f.tier for f in year.figures},
        "hours_of": year.source or f"generated, seed {year.plant.seed}",
    }
    title = KINDS[year.kind][0 if context.language == "zh" else 1]
    lines = [
        context.pick(
            f"{year.plant.name}: {title}, 年利用小时 {year.full_load_hours:,.0f} h (按交流或额定容量)",
            f"{year.plant.name}: {title}, {year.full_load_hours:,.0f} full-load hours (per AC or rated capacity)",
        ),
        context.pick("逐月 (h): ", "by month (h): ") + " ".join(f"{v:.0f}" for v in year.monthly_h),
        context.pick("单年超越概率 (h): ", "exceeded in one year (h): ")
        + ", ".join(
            f"P{round(100 * p)} {v:,.0f}" for p, v in zip(year.yields.exceedances, first.values, strict=True)
        ),
        *(f"{name}: {value} ({tier})" for name, value, tier in rows),
    ]
    context.answer(document, "\n".join(lines))


COMMAND = Command(
    "plant", "一座电站的一年 · a year of one plant, its machines and losses named", _arguments, _run
)
