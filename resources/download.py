"""Downloads, only when asked for: size first, resumed where they broke off, checked, whole or not at all.

What arrives goes to `<name>.part` and becomes `<name>` once its length, its hash where one is known, and its first
bytes are right. Beside it a record says where it came from. A download that is there already is not made again.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gis_layers.errors import Cancelled, EnergyMapError
from gis_layers.files import writable_folder
from gis_layers.progress import Progress, part, silent
from resources.data_settings import user_folder
from resources.download_file import Busy, Transfer, Waiting, refuse_status
from resources.download_line import Head, LineBroken, Net, ask, check_address
from resources.download_parts import (
    PART_SUFFIX,
    Fetched,
    Offer,
    Record,
    Wanted,
    beside,
    drop_part,
    key,
    read_record,
    read_state,
)
from resources.sources.importing import sha256_of

__all__ = [
    "Fetched",
    "Net",
    "Offer",
    "Record",
    "Wanted",
    "cache_folder",
    "fetch_all",
    "name_of",
    "read_record",
]

_SPARE_BYTES = 64 * 2**20
"""Left free on the disk."""
_PLAIN_NAME = re.compile(r"[^\w.\-]+")


def cache_folder() -> Path:
    """Where downloads are kept; not made here."""
    return user_folder() / "downloads"


def name_of(url: str) -> str:
    """A plain file name for an address."""
    last = unquote(urlsplit(url).path.rpartition("/")[2])
    return _PLAIN_NAME.sub("_", last).strip("._")[-100:] or "download"


def fetch_all(
    wanted: Sequence[Wanted],
    folder: Path,
    agree: Callable[[tuple[Offer, ...]], bool],
    *,
    net: Net | None = None,
    fresh: bool = False,
    progress: Progress = silent,
) -> tuple[Fetched, ...]:
    """Fetch files one after the other, once the user has seen what they cost.

    Parameters
    ----------
    folder
        Of downloads; made if need be.
    agree
        Shown all offers before anything is fetched; False stops.
    fresh
        Fetch again what is there already.

    Raises
    ------
    InputError
        An address that is none; the folder cannot be written.
    Cancelled
        The user did not agree, or stopped. What had come is kept to go on with.
    EnergyMapError
        `download_*`: the server is out of reach, refuses, stalls, lies about the size, sends a page or other
        bytes than expected; `disk_full`.
    """
    net = net or Net()
    for one in wanted:
        check_address(one.url)
    writable_folder(folder)
    offers = tuple(_offer(one, folder, net, fresh, progress) for one in wanted)
    if any(offer.known != "here" for offer in offers) and not agree(offers):
        raise Cancelled
    needed = sum((offer.size_bytes or 0) - offer.part_bytes for offer in offers if offer.known != "here")
    if needed + _SPARE_BYTES > shutil.disk_usage(folder).free:
        raise EnergyMapError("disk_full", path=str(folder))
    done = []
    for number, offer in enumerate(offers):
        within = part(progress, number / len(offers), (number + 1) / len(offers))
        done.append(Transfer(offer, folder, net, within).run())
    progress(1.0, "download")
    return tuple(done)


def _offer(wanted: Wanted, folder: Path, net: Net, fresh: bool, progress: Progress) -> Offer:
    path = folder / wanted.name
    record = read_record(path)
    own = key(wanted.url)
    if not fresh and record is not None and record.url_sha256 == own and path.is_file():
        found = sha256_of(path)
        if found == record.sha256 and wanted.sha256 in ("", found):
            return Offer(wanted, record.size_bytes, "here")
    state = read_state(path)
    if fresh or state is None or state.url_sha256 != own:
        drop_part(path)
    here = beside(path, PART_SUFFIX)
    had = here.stat().st_size if here.is_file() else 0
    if wanted.estimate_bytes is not None:
        return Offer(wanted, wanted.estimate_bytes, "estimated", had)
    size = _asked_size(wanted.url, net, progress)
    return Offer(wanted, size, "unknown" if size is None else "stated", had)


def _asked_size(url: str, net: Net, progress: Progress) -> int | None:
    """What the server says of the size before anything is sent; None where it does not."""

    def tick() -> None:
        progress(0.0, "download")

    waiting = Waiting(net, tick)
    while True:
        tick()
        try:
            for method in ("HEAD", "GET"):
                head = _first(method, url, net, tick)
                if head.status in (200, 203):
                    if not head.encoded and head.size_bytes() is not None:
                        return head.size_bytes()
                elif method == "GET":
                    refuse_status(head, url)
            return None
        except LineBroken as error:
            waiting.wait(url, str(error))
        except Busy as busy:
            waiting.wait(url, str(busy), busy.after_s)


def _first(method: str, url: str, net: Net, tick: Callable[[], None]) -> Head:
    for event in ask(method, url, {}, net, tick):
        if isinstance(event, Head):
            return event
    raise LineBroken("cut off")
