"""`energymap point LON LAT`: the resource at one place."""

from __future__ import annotations

import argparse

from app.commands.base import Command, Context
from app.commands.place import add_place_arguments, monthly_row
from app.commands.resource_options import add_resource, choice_of


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--seed", type=int, default=2020, help="seed of the hourly year (default 2020)")
    add_resource(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.words import term
    from resources.place_report import place_report
    from resources.resource_data import open_resource

    data = open_resource(choice_of(options), options.library, context.progress)
    report = place_report(options.lon, options.lat, options.seed, data)
    pick = context.pick
    rows = [
        (pick("省份", "province"), pick(report["province"], report["province_en"]), ""),
        (pick("海拔", "elevation"), f"{report['elevation_m']:,.0f}", "m"),
        (pick("水平面总辐照量", "GHI"), f"{report['ghi_kwh_per_m2']:,.0f}", "kWh/m²·a"),
        (pick("100 m 平均风速", "wind speed, 100 m"), f"{report['wind_speed_100m_ms']:.2f}", "m/s"),
        (pick("空气密度", "air density"), f"{report['air_density_kg_per_m3']:.3f}", "kg/m³"),
        (pick("年均气温", "mean temperature"), f"{report['temperature_c']:.1f}", "°C"),
        (pick("光伏年利用小时", "PV yield"), f"{report['pv_specific_yield_kwh_per_kwp']:,.0f}", "kWh/kWp·a"),
        (pick("光伏容量系数 (交流)", "PV capacity factor (AC)"), f"{report['pv_capacity_factor']:.3f}", ""),
        (pick("风电容量系数", "wind capacity factor"), f"{report['wind_capacity_factor']:.3f}", ""),
    ]
    lines = [f"{options.lon:.4f}E {options.lat:.4f}N"]
    lines += [f"  {name:<26}{value:>12} {unit}" for name, value, unit in rows]
    for label, values, digits in (
        (pick("逐月总辐照 kWh/m²", "monthly GHI kWh/m²"), report["ghi_monthly_kwh_per_m2"], 0),
        (pick("逐月风速 m/s", "monthly wind m/s"), report["wind_speed_monthly_ms"], 1),
    ):
        lines.append(f"  {label:<26}{monthly_row(values, digits)}")
    lines.append(f"  {pick('等级', 'grade')}: {term(report['grade'], context.language)}")
    lines += [f"    {source}" for source in report["sources"]]
    context.answer(report, "\n".join(lines))


COMMAND = Command("point", "一点的资源 · the resource at one place", _arguments, _run)
