"""`energymap route`: the least-cost way of a new line between two places, its length and its cost."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context
from app.commands.resource_options import add_resource, choice_of

if TYPE_CHECKING:
    from planning.route.plan import Route

SHOWN = 12
"""Stretches in the answer on the screen, the dearest; all are in the document."""
END = "LON,LAT|NODE|LINE"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="start", required=True, metavar=END,
        help="a place in degrees, a node by id or name, or a line of the tables by id: its sending station",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="end", required=True, metavar=END, help="the same; ID/to is a line's receiving station"
    )
    parser.add_argument("--kind", default="lcc", choices=("lcc", "vsc", "hybrid", "ac"), help="default: lcc")
    parser.add_argument("--kv", type=float, default=800.0, help="voltage, of a pole of DC (default 800)")
    parser.add_argument("--mw", type=float, default=8000.0, help="rated power of all circuits (default 8000)")
    parser.add_argument(
        "--circuits", type=int, metavar="N", help="AC circuits or bipoles (default: as the power needs)"
    )
    parser.add_argument(
        "--price-year", type=int, default=2024, metavar="YEAR", help="of the costs (default 2024)"
    )
    parser.add_argument(
        "--avoid", action="append", type=Path, default=[], metavar="FILE",
        help="polygons no line may cross (GeoJSON, GeoPackage, Shapefile); may be given several times",
    )  # fmt: skip
    parser.add_argument("--geojson", type=Path, metavar="FILE", help="write the way here")
    add_resource(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.route.avoid import excluded_areas
    from planning.route.document import route_document, write_geojson
    from planning.route.ends import end_of
    from planning.route.plan import plan_route
    from planning.tables import load_tables
    from resources.resource_data import open_resource

    tables = load_tables()
    start, end = end_of(options.start, tables, "--from"), end_of(options.end, tables, "--to")
    data = open_resource(choice_of(options), options.library, context.progress)
    route = plan_route(
        start, end, options.kind, options.kv, options.mw, circuits=options.circuits,
        price_year=options.price_year, avoid=excluded_areas(options.avoid, data), data=data,
    )  # fmt: skip
    document: dict[str, Any] = route_document(route)
    lines = _lines(route, context)
    if options.geojson is not None:
        write_geojson(options.geojson, route)
        document["file"] = str(options.geojson)
        lines.append(str(options.geojson))
    context.answer(document, "\n".join(lines))


def _lines(route: Route, context: Context) -> list[str]:
    from gis_layers.province import PROVINCES
    from planning.route.words import GROUND_WORDS, LINE_WORDS
    from planning.words import UnitSystem, plain_unit, shown, term, unit

    pick, language = context.pick, context.language
    system: UnitSystem = "cn" if language == "zh" else "si"
    km = plain_unit("km", language)

    def money(cny: float) -> str:
        return f"{shown(cny, 'money_cny', system)} {unit('money_cny', system, language)}"

    number = pick(f"{route.circuits} 回", f"{route.circuits} circuit(s)")
    lines = [
        (f"{pick(route.start.name_zh, route.start.name_en)} → {pick(route.end.name_zh, route.end.name_en)}: "
        f"{pick(*LINE_WORDS[route.kind])} {route.kv:g} kV, "
        f"{shown(route.mw, 'power_mw', system)} {unit('power_mw', system, language)}, {number}"),
        f"  {pick('长度', 'length')} {route.km:,.0f} {km} "
        + pick(
            f"(路径 {route.way_km:,.0f}, 直线 {route.straight_km:,.0f}, 曲折系数 {route.detour:.2f})",
            f"(way {route.way_km:,.0f}, straight {route.straight_km:,.0f}, ratio {route.detour:.2f})",
        ),
        (f"  {pick('投资', 'investment')} {money(route.investment_cny)} ±{route.error_share:.0%} "
        f"({route.price_year}{pick(' 年价', ' prices')}, {route.investment_cny / route.mw / 1e3:,.0f} "
        f"{pick('元/千瓦', 'CNY/kW')}, {term(route.tier, language)}): "
        f"{pick('线路', 'line')} {money(route.line_cny)}, {pick('跨江河', 'river crossings')} "
        f"{money(route.crossings_cny)}, {pick('两端站', 'stations')} {money(route.stations_cny)}"),
        "  " + pick("途经地形: ", "over: ") + ", ".join(
            f"{pick(*GROUND_WORDS[name])} {way:,.0f} {km}"
            for name, way in route.ground_km.items() if way >= 0.5
        ),
        "  " + pick("途经省区: ", "through: ") + ", ".join(
            pick(PROVINCES[code].name_zh, PROVINCES[code].name_en) for code in route.provinces
        ),
    ]  # fmt: skip
    for one in route.crossings:
        name = pick(one.name_zh or one.name_en, one.name_en or one.name_zh) or pick(
            "未命名河流", "unnamed river"
        )
        lines.append(
            f"  {pick('跨越', 'crosses')} {name} @ {one.at_km:,.0f} {km} "
            f"({one.flow_m3_per_s:,.0f} m³/s): {money(one.cost_cny)}"
        )
    for part in sorted(route.segments, key=lambda s: -s.cost_cny)[:SHOWN]:
        marks = [pick(*GROUND_WORDS[name]) for name in ("desert", "ice") if getattr(part, name)]
        lines.append(
            f"  {part.from_km:,.0f}–{part.from_km + part.way_km:,.0f} {km} "
            f"{pick(*GROUND_WORDS[part.ground])} {part.mean_elevation_m:,.0f} m"
            + "".join(f", {mark}" for mark in marks)
            + f" ×{part.factor:.2f}: {money(part.cost_cny)}"
        )
    return lines


COMMAND = Command("route", "新通道选线 · least-cost way of a new line, its length and cost", _arguments, _run)
