"""`energymap site`: what of an area can be built on, candidate sites with cost and line, supply curve."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.base import Command, Context
from app.commands.resource_options import add_resource, choice_of

if TYPE_CHECKING:
    from gis_layers.errors import Problem
    from planning.siting.request import SitingRequest
    from planning.siting.site_run import SitingResult
    from planning.words import UnitSystem

SHOWN = 12
"""Sites in the answer on the screen; all are in the files."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("area", type=Path, metavar="AREA.geojson", help="the area: polygons in WGS84")
    parser.add_argument(
        "--rules", default="desert_base", metavar="NAME|FILE.toml", help="set of rules (default desert_base)"
    )
    parser.add_argument(
        "--channel", default="", metavar="LON,LAT|LINE",
        help="where lines end: a place, or a line of the tables by id or name (default: the nearest grid nodes)",
    )  # fmt: skip
    parser.add_argument(
        "--technologies", default="wind,pv", metavar="LIST", help="of wind, pv, csp (default wind,pv)"
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE.toml",
        help="pairwise judgements of the criteria and value functions",
    )
    parser.add_argument(
        "--roads",
        type=Path,
        metavar="FILE",
        help="roads (GeoPackage, GeoJSON, Shapefile): a criterion of suitability",
    )
    parser.add_argument(
        "--together", action="store_true", help="PV and CSP between the turbines, in place of land divided"
    )
    parser.add_argument(
        "--pv-share", type=float, metavar="SHARE",
        help="of land both wind and PV could use, the part PV gets (default 0.25)",
    )  # fmt: skip
    parser.add_argument(
        "--total-mw", type=float, metavar="MW", help="mark the cheapest sites up to this capacity"
    )
    parser.add_argument("--least-mw", type=float, metavar="MW", help="smallest site (default 200)")
    parser.add_argument("--most-mw", type=float, metavar="MW", help="largest site (default 2000)")
    parser.add_argument("--discount-rate", type=float, metavar="RATE", help="real (default 0.05)")
    parser.add_argument("--seed", type=int, metavar="N", help="of generated hours (default 2020)")
    parser.add_argument(
        "--cell-m", type=float, default=1000.0, metavar="M", help="cells of the answer (default 1000)"
    )
    parser.add_argument(
        "--pixel-m", type=float, default=100.0, metavar="M", help="pixels of the rules (default 100)"
    )
    parser.add_argument("--clip", action="store_true", help="cut off what lies abroad or at sea")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write tables, layers and the report here")
    parser.add_argument("--review-number", default="", metavar="TEXT", help="审图号, printed on the map")
    add_resource(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from gis_layers.files import writable_folder
    from gis_layers.progress import part
    from planning.report.siting import write_siting
    from planning.siting.area import read_area
    from planning.siting.document import siting_document
    from planning.siting.exclusion import eligibility_of
    from planning.siting.roads import road_distance_km
    from planning.siting.rules import load_rules
    from planning.siting.site_run import channel_known, run_siting
    from resources.resource_data import open_resource

    request = request_of(options)
    channel_known(request)
    rules = load_rules(options.rules)
    area = read_area(options.area, clip=options.clip)
    # An output that cannot be written is said before the work, not after it.
    if options.out is not None:
        writable_folder(options.out)
    share = 0.8 if options.out is not None else 1.0
    data = open_resource(choice_of(options), options.library, part(context.progress, 0.0, 0.05))
    land = eligibility_of(
        area, rules, data, cell_m=options.cell_m, pixel_m=options.pixel_m,
        progress=part(context.progress, 0.05, 0.35 * share),
    )  # fmt: skip
    roads_km = road_distance_km(options.roads, land) if options.roads is not None else None
    result = run_siting(
        land, request, data, roads_km=roads_km, progress=part(context.progress, 0.35 * share, share)
    )
    document = siting_document(result, area, rules)
    files: list[Path] = []
    if options.out is not None:
        files = write_siting(
            options.out, result, area, rules, options.review_number, part(context.progress, share, 1.0)
        )
    document["files"] = [str(path) for path in files]
    lines = _lines(document, result, context)
    context.answer(document, "\n".join([*lines, *map(str, files)]))


def request_of(options: argparse.Namespace) -> SitingRequest:
    """What the options ask for.

    Raises
    ------
    InputError
        Options that are none; every one named.
    """
    from pydantic import ValidationError

    from gis_layers.errors import InputError
    from planning.siting.request import SitingRequest
    from planning.siting.suitability import read_judgements
    from planning.table_rows import problems_of

    wanted: dict[str, Any] = {
        "technologies": tuple(word.strip() for word in options.technologies.split(",") if word.strip()),
        "channel": options.channel,
        "roads": str(options.roads or ""),
        "land_use": {"rule": "together" if options.together else "divided"},
    }
    if options.pv_share is not None:
        wanted["land_use"] |= {"pv": options.pv_share, "wind": 1.0 - options.pv_share}
    for name in ("total_mw", "least_mw", "most_mw", "discount_rate", "seed"):
        if getattr(options, name) is not None:
            wanted[name] = getattr(options, name)
    if options.weights is not None:
        wanted["judgements"] = read_judgements(options.weights)
    try:
        return SitingRequest.model_validate(wanted)
    except ValidationError as error:
        raise InputError([_as_option(problem) for problem in problems_of(error, "command line")]) from error


def _as_option(problem: Problem) -> Problem:
    """The problem under the name of its option."""
    from dataclasses import replace

    name = problem.field.split(".")[0]
    if name == "land_use":
        name = "pv_share"
    known = ("technologies", "pv_share", "total_mw", "least_mw", "most_mw", "discount_rate", "seed")
    return replace(problem, field="--" + name.replace("_", "-")) if name in known else problem


def _lines(document: dict[str, Any], result: SitingResult, context: Context) -> list[str]:
    """The answer for the screen."""
    from app.messages import say
    from gis_layers.errors import EnergyMapError
    from planning.siting.document import note_text
    from planning.words import plain_unit, shown, term, unit

    pick, language = context.pick, context.language
    system: UnitSystem = "cn" if language == "zh" else "si"

    def money(value: float | None) -> str:
        return f"{shown(value, 'price_cny_per_mwh', system)} {unit('price_cny_per_mwh', system, language)}"

    def power(mw: float | None) -> str:
        return f"{shown(mw, 'power_mw', system)} {unit('power_mw', system, language)}"

    km2, hours = plain_unit("km²", language), plain_unit("h/a", language)
    size = f"{document['area']}: {document['area_km2']:,.0f} {km2}"
    lines = [f"{size} · {pick('规则', 'rules')} {document['rules']} · {term(document['grade'], language)}"]
    for told in document["area_notes"]:
        figures = {key: value for key, value in told.items() if key != "code"}
        lines.append("  " + say(EnergyMapError(told["code"], **figures), language))
    for name, own_km2 in document["eligible_km2"].items():
        lines.append(
            f"  {term(name, language)}: {pick('可用', 'eligible')} {own_km2:,.0f} {km2}, "
            f"{pick('独占可装', 'alone')} {power(document['capacity_mw'][name])}, "
            f"{pick('场址合计', 'in sites')} {power(document['capacity_of_sites_mw'].get(name))}"
        )
        taken = [row for row in document["audit"] if row["technology"] == name and row["in_order_km2"] > 0]
        for row in taken:
            lines.append(f"    {pick(row['title_zh'], row['title_en'])}: −{row['in_order_km2']:,.0f} {km2}")
    lines += [f"  {note_text(code, result, language)}" for code in document["notes"]]
    sites = result.candidates
    lines.append(
        pick(f"候选场址 {len(sites)} 个, 按含接入度电成本:", f"{len(sites)} candidate sites, cheapest first:")
    )
    for site in sites[:SHOWN]:
        parts = ", ".join(
            f"{term(name, language)} {power(s.capacity_mw)} {s.full_load_hours:,.0f} {hours}"
            for name, s in site.shares.items()
        )
        link = site.connection
        way = pick("无接入路径", "no way to the grid") if link is None else (
            f"{pick(link.target.name_zh, link.target.name_en)} {link.km:,.0f} {plain_unit('km', language)} "
            f"{link.line.kv} kV × {link.line.circuits}"
        )  # fmt: skip
        chosen = f", {pick('选用', 'chosen')} {power(site.chosen_mw)}" if site.chosen_mw > 0 else ""
        lines.append(
            f"  {site.id} {pick(site.name_zh, site.name_en)}: {money(site.lcoe_cny_per_mwh)} "
            f"({pick('电站', 'plant')} {money(site.lcoe_plant_cny_per_mwh)}), {parts}, {way}, "
            f"{term('suitability', language)} {site.suitability:.2f} ({site.rank_suitability}){chosen}"
        )
    return lines


COMMAND = Command(
    "site", "选址 · eligible land, candidate sites and supply curve of an area", _arguments, _run
)
