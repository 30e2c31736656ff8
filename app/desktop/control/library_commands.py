"""What the worker process is told to do with the library: arguments of `energymap data`. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.desktop.importing.entries import Order
from gis_layers.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Fetch:
    """A download the user may want."""

    service: str
    """Of `resources.sources.services`, or 'url'."""
    name: str
    """In the reader's words."""
    lon_deg: float = 0.0
    lat_deg: float = 0.0
    years: tuple[int, ...] = ()
    """First and last; empty where the service has none."""
    url: str = ""
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a download takes, before anything is fetched."""

    size_bytes: int | None
    known: str
    """'stated', 'estimated', 'unknown', 'here': that of the least certain file."""
    files: int
    folder: Path


def import_source(order: Order, library: Path) -> list[str]:
    """Check a source and write its copy."""
    arguments = ["data", "import", *map(str, order.paths), "--format", order.format_id]
    for name, value in sorted(order.answers.items()):
        fix = name.removeprefix("fix:")
        arguments += ["--agree", fix] if fix != name else ["--answer", f"{name}={value}"]
    return [*arguments, "--library", str(library)]


def verify(identity: str, library: Path) -> list[str]:
    """Hash an entry again."""
    return ["data", "verify", identity, "--library", str(library)]


def pack(ids: Sequence[str], out: Path, library: Path) -> list[str]:
    """Entries into one file."""
    return ["data", "pack", *ids, "--out", str(out), "--library", str(library)]


def unpack(path: Path, library: Path) -> list[str]:
    """The entries of a pack into the library."""
    return ["data", "unpack", str(path), "--library", str(library)]


def download(fetch: Fetch) -> list[str]:
    """Fetch the files; the user has seen the size. They are brought in by the import dialog like any others."""
    what = [fetch.url] if fetch.service == "url" else [f"{fetch.lon_deg:.5f}", f"{fetch.lat_deg:.5f}"]
    years = ["--years", f"{fetch.years[0]}-{fetch.years[-1]}"] if fetch.years else []
    proxy = ["--proxy", fetch.proxy] if fetch.proxy else []
    # "--" would end the options too early: a western longitude cannot stand here, China has none.
    return ["data", "download", fetch.service, *what, *years, *proxy, "--no-import", "--yes"]


def cost_of(fetch: Fetch) -> Cost:
    """Ask what a download would take; in a thread, nothing is kept.

    Raises
    ------
    EnergyMapError
        As `resources.download.fetch_all`.
    """
    from resources.data_settings import proxy_to_use
    from resources.download import Net, Offer, Wanted, cache_folder, fetch_all, name_of
    from resources.download_parts import key
    from resources.sources.services import Request, files_of, service_of

    if fetch.service == "url":
        folder = cache_folder() / key(fetch.url)[:12]
        wanted: tuple[Wanted, ...] = (Wanted(fetch.url, name_of(fetch.url)),)
    else:
        folder = cache_folder()
        years = (fetch.years[0], fetch.years[-1]) if fetch.years else (0, 0)
        wanted = files_of(service_of(fetch.service), Request(fetch.lon_deg, fetch.lat_deg, *years))
    seen: list[Offer] = []

    def note(offers: tuple[Offer, ...]) -> bool:
        seen.extend(offers)
        return False

    try:
        done = fetch_all(wanted, folder, note, net=Net(proxy=proxy_to_use(fetch.proxy)))
    except Cancelled:
        pass
    else:  # all of it lies there already
        return Cost(sum(one.record.size_bytes for one in done), "here", len(done), folder)
    sizes = [offer.size_bytes - offer.part_bytes for offer in seen if offer.size_bytes is not None]
    order = ("unknown", "estimated", "stated", "here")
    known = min((offer.known for offer in seen), key=order.index, default="unknown")
    return Cost(sum(sizes) if len(sizes) == len(seen) else None, known, len(seen), folder)
