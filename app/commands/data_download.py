"""`energymap data download SERVICE|url`: only when asked, and only once the size was seen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.base import Context
from app.commands.data_pack import years_of
from app.commands.data_source import add_answers, add_library, answers_of, bring_in
from gis_layers.errors import InputError, Problem
from gis_layers.progress import part

if TYPE_CHECKING:
    from resources.download import Fetched, Offer, Wanted


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", metavar="SERVICE", help="nasa_power, pvgis, pvgis_tmy, or url")
    parser.add_argument(
        "what", nargs="+", metavar="LON LAT | URL", help="place in degrees, or the address of a file"
    )
    parser.add_argument("--years", default="", metavar="YEARS", help="calendar years, e.g. 2019-2021")
    parser.add_argument("--sha256", default="", metavar="HASH", help="of url: what the file must be")
    parser.add_argument("--base-url", default="", metavar="URL", help="another address of the same service")
    parser.add_argument(
        "--to", type=Path, metavar="DIR", help="where the files are kept (default: the user's own)"
    )
    parser.add_argument("--no-import", action="store_true", help="only fetch, do not bring into the library")
    parser.add_argument("--fresh", action="store_true", help="fetch again what is there already")
    parser.add_argument("--yes", action="store_true", help="agree to the size without being asked")
    parser.add_argument(
        "--proxy", default="", metavar="URL|none", help="default: ENERGYMAP_PROXY, the settings"
    )
    add_answers(parser)
    add_library(parser)


def _run(options: argparse.Namespace, context: Context) -> None:
    from resources.data_settings import proxy_to_use
    from resources.download import Net, fetch_all

    answers = answers_of(options)
    wanted, folder, format_id = _wanted(options)
    fetched = fetch_all(
        wanted,
        folder,
        _asker(options, context),
        net=Net(proxy=proxy_to_use(options.proxy)),
        fresh=options.fresh,
        progress=part(context.progress, 0.0, 1.0 if options.no_import else 0.7),
    )
    if not options.no_import:
        first = fetched[0].record
        more = {"downloaded_from": first.url.partition("?")[0], "downloaded": first.fetched}
        context = Context(context.language, context.as_json, part(context.progress, 0.7, 1.0), context.note)
        return bring_in([one.path for one in fetched], answers, options, context, more, format_id)
    document = {
        "files": [
            {"path": str(one.path), **one.record.model_dump(), "from_cache": one.from_cache}
            for one in fetched
        ]
    }
    context.answer(document, "\n".join(_lines(one, context) for one in fetched))
    return None


def _wanted(options: argparse.Namespace) -> tuple[tuple[Wanted, ...], Path, str]:
    """What to fetch, where to, and the format of a service's files."""
    from resources.download import Wanted, cache_folder, name_of
    from resources.download_parts import key
    from resources.sources.services import Request, files_of, service_of

    problems: list[Problem] = []
    years = years_of(options.years, problems)
    if options.service == "url":
        if len(options.what) != 1:
            problems.append(Problem("argument", "url", " ".join(options.what)[:80], "one address"))
        if options.years or options.base_url:
            problems.append(Problem("argument", "url", "--years or --base-url", "an address says all itself"))
        if options.sha256 and not (
            len(options.sha256) == 64 and set(options.sha256.lower()) <= set("0123456789abcdef")
        ):
            problems.append(Problem("argument", "--sha256", options.sha256[:70], "64 hexadecimal digits"))
        if problems:
            raise InputError(problems)
        (url,) = options.what
        # Files of one name from several places must not meet.
        folder = options.to or cache_folder() / key(url)[:12]
        return (Wanted(url, name_of(url), options.sha256.lower()),), folder, ""
    service = service_of(options.service)
    place = [_number(text, name, problems) for text, name in zip(options.what, ("LON", "LAT"), strict=False)]
    if len(options.what) != 2:
        problems.append(Problem("argument", "place", " ".join(options.what)[:80], "LON LAT"))
    if options.sha256:
        problems.append(Problem("argument", "--sha256", "with a service", "only with url"))
    if years and len(years) != years[-1] - years[0] + 1:
        problems.append(Problem("argument", "--years", options.years, "years in a row, e.g. 2019-2021"))
    if problems:
        raise InputError(problems)
    request = Request(place[0], place[1], *((years[0], years[-1]) if years else (0, 0)), options.base_url)
    return files_of(service, request), options.to or cache_folder(), service.format_id


def _number(text: str, name: str, problems: list[Problem]) -> float:
    try:
        return float(text)
    except ValueError:
        problems.append(Problem("argument", name, text[:40], "a number of degrees"))
        return float("nan")


def _asker(options: argparse.Namespace, context: Context) -> Callable[[tuple[Offer, ...]], bool]:
    """Shows what the download would cost and asks, unless --yes was given."""

    def agree(offers: tuple[Offer, ...]) -> bool:
        text = _offer_text(offers, context)
        print(f"energymap: {text}", file=sys.stderr, flush=True)
        if options.yes:
            return True
        if not sys.stdin.isatty():
            raise InputError(
                Problem("argument", "--yes", f"not given ({text})", "--yes to agree to the size")
            )
        print(context.pick("下载吗? [y/N] ", "Download it? [y/N] "), end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes", "是")

    return agree


def _offer_text(offers: tuple[Offer, ...], context: Context) -> str:
    pick = context.pick
    words = {
        "stated": pick("服务器所述", "as the server says"),
        "estimated": pick("估计, 服务不预先说明", "estimated; the service does not say beforehand"),
        "unknown": pick("大小未知", "size unknown"),
        "here": pick("已下载", "here already"),
    }
    parts = []
    for offer in offers:
        size = "" if offer.size_bytes is None else f"{offer.size_bytes / 1e6:,.1f} MB "
        had = f", {pick('已有', 'of it here')} {offer.part_bytes / 1e6:,.1f} MB" if offer.part_bytes else ""
        parts.append(f"{offer.wanted.name}: {size}({words[offer.known]}{had})")
    return "; ".join(parts)


def _lines(one: Fetched, context: Context) -> str:
    pick = context.pick
    lines = [
        f"{one.path}",
        f"  {one.record.size_bytes:,} B, SHA-256 {one.record.sha256}",
        f"  {pick('来自', 'from')} {one.record.url} ({one.record.fetched})",
    ]
    if one.from_cache:
        lines.append(f"  {pick('早已下载, 校验无误', 'here already, hash checked')}")
    if not one.record.size_stated:
        lines.append(
            f"  {pick('服务器未说明大小; 是否完整只能由格式判断', 'the server did not state the size; only the format tells whether it is whole')}"
        )
    return "\n".join(lines)


PARTS = (("download", "按需下载 (先示大小) · fetch data, size first", _arguments, _run),)
