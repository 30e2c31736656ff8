"""`energymap endowment`: what every province, city or county has of wind, sun and water."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.base import Command, Context

if TYPE_CHECKING:
    from planning.endowment_values import Endowment
    from planning.words import UnitSystem

SHOWN = 12
"""Regions in the answer on the screen; all are in the files."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--level",
        choices=("province", "city", "county"),
        default="province",
        help="regions (default province)",
    )
    parser.add_argument(
        "--assessment",
        type=Path,
        metavar="FILE.nc",
        help="hours of `energymap assess` in place of the atlas's",
    )
    parser.add_argument("--library", type=Path, metavar="DIR", help="imported data the assessment names")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write workbook, CSV, GeoPackage, maps and JSON here"
    )
    parser.add_argument("--review-number", default="", metavar="TEXT", help="审图号, printed on the maps")
    parser.add_argument(
        "--document", type=Path, metavar="FILE.json", help="write the document alone (for the window)"
    )


def _run(options: argparse.Namespace, context: Context) -> None:
    from gis_layers.files import replacing, writable_folder
    from gis_layers.progress import part
    from planning.endowment import assess_endowment
    from planning.report.endowment import document_json, write_endowment

    # An output that cannot be written is said before the work, not after it.
    for folder in (options.out, options.document.parent if options.document else None):
        if folder is not None:
            writable_folder(folder)
    share = 0.55 if options.out else 1.0
    found = assess_endowment(
        options.level,
        options.assessment,
        library=options.library,
        progress=part(context.progress, 0.0, share),
    )
    if options.document is not None:
        with replacing(options.document) as temporary:
            temporary.write_text(document_json(found), encoding="utf-8")
    files: list[Path] = []
    if options.out is not None:
        files = write_endowment(options.out, found, options.review_number, part(context.progress, share, 1.0))
    document = {
        "level": found.level,
        "grade": found.grade,
        "period": found.period_en,
        "regions": len(found.regions),
        "assessed_share": found.assessed_share,
        "nation": found.nation.model_dump(mode="json"),
        "class_titles": {"wind": found.wind.class_titles, "pv": found.pv.class_titles},
        "comparisons": [
            {**c.model_dump(mode="json"), "error_share": c.error_share} for c in found.comparisons
        ],
        "files": [str(path) for path in files],
    }
    context.answer(document, "\n".join([*_lines(found, context), *map(str, files)]))


def _lines(e: Endowment, context: Context) -> list[str]:
    """The answer for the screen: the nation by class, the richest regions, what is published."""
    from planning.words import plain_unit, shown, term, unit

    pick, language = context.pick, context.language
    system: UnitSystem = "cn" if language == "zh" else "si"

    def power(mw: float) -> str:
        return f"{shown(mw, 'power_mw', system)} {unit('power_mw', system, language)}"

    def energy(mwh: float) -> str:
        return f"{shown(mwh, 'energy_mwh', system)} {unit('energy_mwh', system, language)}"

    n = e.nation
    lines = [
        f"{pick('全国资源禀赋', 'Endowment of China')} · {pick(e.period_zh, e.period_en)} · {term(e.grade, language)}",
    ]
    if e.assessed_share is not None:
        lines.append(
            f"  {pick('采用逐单元评估的可用土地', 'eligible land with assessed hours')}: {e.assessed_share:.1%}"
        )
    for technology, zh, en in (
        ("wind", "陆上风电", "onshore wind"),
        ("pv", "地面光伏 (交流)", "ground PV (AC)"),
    ):
        key = "wind" if technology == "wind" else "pv"
        land = n.wind if key == "wind" else n.pv
        hours = (
            "–"
            if land.full_load_hours is None
            else f"{land.full_load_hours:,.0f} {plain_unit('h/a', language)}"
        )
        lines.append(
            f"  {pick(zh, en)}: {land.eligible_km2:,.0f} {plain_unit('km²', language)}, {power(land.capacity_mw)}, "
            f"{energy(land.energy_mwh)} (P75 {energy(land.energy_p75_mwh)}, P90 {energy(land.energy_p90_mwh)}), {hours}"
        )
        told = e.wind if key == "wind" else e.pv
        own = "h/a" if key == "wind" else "kWh/kWp"
        for title, mw, mwh in zip(told.class_titles, land.class_mw, land.class_mwh, strict=True):
            lines.append(f"    {title:>12} {plain_unit(own, language)}: {power(mw)}, {energy(mwh)}")
    lines += [
        f"  {pick('屋顶光伏 (组件)', 'rooftop PV (modules)')}: {power(n.roof.capacity_mw)}, {energy(n.roof.energy_mwh)}",
        f"  {pick('海上风电', 'wind at sea')}: {power(n.sea_mw)}, {energy(n.sea_mwh)}",
        f"  {pick('水能理论蕴藏量 (平均功率)', 'theoretical hydro (mean power)')}: {power(n.hydro_mw)}",
        pick("风光可开发电量最多的地区:", "Most wind and sun:"),
    ]
    for r in sorted(e.regions, key=lambda r: -r.wind_pv_mwh)[:SHOWN]:
        name = pick(r.name_zh, r.name_en)
        lines.append(
            f"  {name}: {pick('风', 'wind')} {energy(r.wind.energy_mwh)}, {pick('光', 'PV')} {energy(r.pv.energy_mwh)}, "
            f"{pick('屋顶', 'roofs')} {energy(r.roof.energy_mwh)}, {pick('海上', 'sea')} {energy(r.sea_mwh)}"
        )
    lines.append(pick("与公布值对照 (未作拟合):", "Beside published values (nothing was fitted):"))
    for c in e.comparisons:
        alike = "" if c.alike else pick(" (口径不同)", " (not quite like with like)")
        own_unit = plain_unit(c.unit, language)
        lines.append(
            f"  {pick(c.what_zh, c.what_en)}: {pick('公布', 'published')} {c.published:,.0f} {own_unit}, "
            f"{pick('本图', 'ours')} {c.ours:,.0f} {own_unit}, {c.error_share:+.1%}{alike}"
        )
    return lines


COMMAND = Command("endowment", "资源禀赋 · endowment of provinces, cities, counties", _arguments, _run)
