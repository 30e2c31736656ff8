"""`energymap data pack | unpack | verify-pack`: data for rooms without a network."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.base import Context
from app.commands.data_source import add_library, library_of
from gis_layers.errors import InputError, Problem

if TYPE_CHECKING:
    from resources.pack import PackManifest
    from resources.pack_cut import Selection


def _pack_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "ids", nargs="+", metavar="ID", help="entries of the library, as data list names them"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.energypack")
    parser.add_argument(
        "--years", default="", metavar="YEARS", help="of hourly data, e.g. 2019-2021 or 2018,2020"
    )
    parser.add_argument(
        "--area", default="", metavar="W,S,E,N", help="of hourly weather and rasters, degrees"
    )
    parser.add_argument(
        "--made-on", default="", metavar="YYYY-MM-DD", help="day in the manifest (default: today)"
    )
    add_library(parser)


def _pack(options: argparse.Namespace, context: Context) -> None:
    from app.cli import version
    from resources.library import entry_of
    from resources.pack import make_pack

    problems: list[Problem] = []
    selection, day = _selection(options, problems), _day(options.made_on, problems)
    chosen = []
    for id in options.ids:
        try:
            chosen.append(entry_of(library_of(options), id))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    made = make_pack(
        chosen,
        options.out,
        selection=selection,
        program_version=version(),
        made_on=day,
        progress=context.progress,
    )
    _tell(options.out, made, context, context.pick("已打包", "packed"))


def _selection(options: argparse.Namespace, problems: list[Problem]) -> Selection:
    from resources.pack_cut import Selection

    years = years_of(options.years, problems)
    bounds = None
    if options.area:
        try:
            west, south, east, north = (float(text) for text in options.area.split(","))
        except ValueError:
            west = south = east = north = float("nan")
        if west < east and south < north:
            bounds = (west, south, east, north)
        else:
            problems.append(Problem("argument", "--area", options.area, "west,south,east,north in degrees"))
    return Selection(years, bounds)


def years_of(text: str, problems: list[Problem]) -> tuple[int, ...]:
    """Years as '2020', '2019-2021' or '2018,2020'."""
    years: set[int] = set()
    for piece in filter(None, text.replace(" ", "").split(",")):
        found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", piece)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if not 1900 <= first <= last <= 2100:
            problems.append(Problem("argument", "--years", piece, "e.g. 2020, 2019-2021 or 2018,2020"))
        years.update(range(first, last + 1))
    return tuple(sorted(years))


def _day(text: str, problems: list[Problem]) -> date:
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        problems.append(Problem("argument", "--made-on", text, "YYYY-MM-DD"))
        return date.today()


def _unpack_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.energypack")
    add_library(parser)


def _unpack(options: argparse.Namespace, context: Context) -> None:
    from resources.unpack import unpack

    folder = library_of(options)
    done = unpack(options.file, folder, context.progress)
    added, skipped = ", ".join(done.added) or "–", ", ".join(done.skipped) or "–"
    text = context.pick(
        f"已入库: {added}\n已有, 跳过: {skipped}", f"brought in: {added}\nthere already: {skipped}"
    )
    context.answer({"library": str(folder), "added": done.added, "skipped": done.skipped}, text)


def _verify_pack(options: argparse.Namespace, context: Context) -> None:
    verify_file(options.file, context)


def verify_file(path: Path, context: Context) -> None:
    """Hash every byte of a pack and list what it holds and under which terms."""
    from resources.pack import verify_pack

    _tell(path, verify_pack(path, context.progress), context, context.pick("完好", "sound"))


def _tell(path: Path, made: PackManifest, context: Context, what: str) -> None:
    from app.source_words import GRADES, said

    pick = context.pick
    number = len(made.entries)
    count = pick(f"{number} 项", f"{number} {'entry' if number == 1 else 'entries'}")
    lines = [
        (
            f"{path}: {what}, {count}, {made.size_bytes / 1e6:,.1f} MB "
            f"({made.made_on}, energymap {made.program_version})"
        )
    ]
    for entry in made.entries:
        one = entry.manifest
        lines += [
            f"  {one.id}  {one.data_sha256[:12]}  {entry.size_bytes / 1e6:,.1f} MB",
            f"    {pick('来源', 'source')}: {one.source} ({said(GRADES, one.grade, context.language)})",
            f"    {pick('许可', 'licence')}: {one.licence}",
        ]
    context.answer({"file": str(path), **made.model_dump(mode="json")}, "\n".join(lines))


PARTS = (
    ("pack", "打包带走 · chosen entries in one file", _pack_arguments, _pack),
    ("unpack", "从数据包入库 · bring a pack in", _unpack_arguments, _unpack),
    ("verify-pack", "校验数据包 · check a pack and list its licences", _unpack_arguments, _verify_pack),
)
