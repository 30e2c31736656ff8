"""One file on its way: tried again where the line breaks, gone on with where it broke, refused where it is wrong."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from gis_layers.errors import Cancelled, EnergyMapError
from gis_layers.files import replacing
from gis_layers.progress import Progress
from resources.download_line import Chunk, Head, LineBroken, Net, ask
from resources.download_parts import (
    PART_SUFFIX,
    RECORD_SUFFIX,
    Fetched,
    Offer,
    PartState,
    Record,
    beside,
    drop_part,
    key,
    read_record,
    read_state,
    state_path,
    without_secrets,
)
from resources.sources.importing import sha256_of

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 60.0
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class Busy(Exception):
    """The server asks to come again."""

    def __init__(self, status: int, after_s: float) -> None:
        super().__init__(f"HTTP {status}")
        self.after_s = after_s


class Waiting:
    """Counts tries without a new byte and waits between them, a little longer each time."""

    def __init__(self, net: Net, tick: Callable[[], None]) -> None:
        self._net, self._tick, self._failed = net, tick, 0

    def went_on(self) -> None:
        self._failed = 0

    def wait(self, url: str, why: str, least_s: float = 0.0) -> None:
        self._failed += 1
        if self._failed >= self._net.tries:
            code = "download_stalled" if why == "stalled" else "download_broken"
            raise EnergyMapError(code, url=without_secrets(url), why=why, tries=self._failed)
        pause = min(max(self._net.backoff_s * 2 ** (self._failed - 1), least_s), _LONGEST_WAIT_S)
        until = time.monotonic() + pause
        while (left := until - time.monotonic()) > 0:
            self._tick()
            time.sleep(min(left, 0.1))


def refuse_status(head: Head, url: str, said: str = "") -> None:
    """Raise for an answer that is none."""
    if head.status in _AGAIN:
        after = head.headers.get("retry-after", "")
        raise Busy(head.status, float(after) if after.isdigit() else 0.0)
    raise EnergyMapError("download_refused", url=without_secrets(url), status=head.status, said=said)


class Transfer:
    """One file on its way."""

    def __init__(self, offer: Offer, folder: Path, net: Net, progress: Progress) -> None:
        self._offer, self._wanted, self._net, self._progress = offer, offer.wanted, net, progress
        self._path = folder / offer.wanted.name
        self._part = beside(self._path, PART_SUFFIX)
        self._shown = without_secrets(offer.wanted.url)
        self._count = 0
        self._total = offer.size_bytes
        self._stated: int | None = None
        self._resumed = 0
        self._head: Head | None = None

    def run(self) -> Fetched:
        if self._offer.known == "here":
            record = read_record(self._path)
            assert record is not None
            return Fetched(self._path, record, True, 0)
        waiting = Waiting(self._net, self._tick)
        while True:
            self._tick()
            before = self._held()
            try:
                self._try(before)
                break
            except LineBroken as error:
                # A line that breaks again and again at the same byte is no use; one that moves on is.
                if self._held() > before:
                    waiting.went_on()
                waiting.wait(self._shown, str(error))
            except Busy as busy:
                waiting.wait(self._shown, str(busy), busy.after_s)
        return self._finish()

    def _held(self) -> int:
        """Bytes of the part that may be gone on with; what may not is dropped."""
        state = read_state(self._path)
        if state is None or not state.validator or state.url_sha256 != key(self._wanted.url):
            drop_part(self._path)
        return self._part.stat().st_size if self._part.is_file() else 0

    def _try(self, held: int) -> None:
        headers = {}
        if held and (state := read_state(self._path)) is not None:
            headers = {"Range": f"bytes={held}-", "If-Range": state.validator}
        answer = ask("GET", self._wanted.url, headers, self._net, self._tick)
        with contextlib.closing(answer):
            head = next((event for event in answer if isinstance(event, Head)), None)
            if head is None:
                raise LineBroken("cut off")
            body = (event for event in answer if isinstance(event, Chunk))
            start = self._start(head, held, body)
            self._take(head, start, body)

    def _start(self, head: Head, held: int, body: Iterator[Chunk]) -> int:
        """Where the body goes in the file; 0 where the server sends all of it again."""
        if head.status == 206 and held:
            said = _RANGE.match(head.headers.get("content-range", ""))
            state = read_state(self._path)
            if said is not None and state is not None and int(said[1]) == held:
                total = None if said[3] == "*" else int(said[3])
                if total == state.total_bytes and _validator(head) in ("", state.validator):
                    self._stated = self._total = total
                    self._resumed = held
                    return held
        if head.status in (206, 416):  # not what was asked for: once more, from the beginning
            drop_part(self._path)
            raise LineBroken("another range than asked for")
        if head.status not in (200, 203):
            refuse_status(head, self._shown, _said(body))
        self._resumed = 0
        size = None if head.encoded else head.size_bytes()
        self._stated = size
        offered = self._offer.size_bytes if self._offer.known == "stated" else None
        if None not in (size, offered) and size != offered:
            raise EnergyMapError(
                "download_size", url=self._shown, said_bytes=offered or 0, found_bytes=size or 0
            )
        self._stated = size if size is not None else offered
        self._total = self._stated or self._offer.size_bytes
        if (self._total or 0) > self._net.most_bytes:
            raise EnergyMapError("download_too_large", url=self._shown, most_bytes=self._net.most_bytes)
        return 0

    def _take(self, head: Head, start: int, body: Iterator[Chunk]) -> None:
        self._head = head
        validator = "" if head.encoded else _validator(head)
        state = PartState(url_sha256=key(self._wanted.url), validator=validator, total_bytes=self._stated)
        if start == 0:
            state_path(self._path).write_text(state.model_dump_json(), encoding="utf-8")
        most = self._stated if self._stated is not None else self._net.most_bytes
        self._count = start
        with self._part.open("r+b" if start else "wb") as out:
            out.seek(start)
            for chunk in body:
                if self._count == 0:
                    self._refuse_page(head, chunk.data)
                self._count += len(chunk.data)
                if self._count > most:
                    self._lied()
                out.write(chunk.data)
                self._tick()
            out.flush()
            os.fsync(out.fileno())
        if self._stated is not None and self._count != self._stated:
            raise LineBroken("cut off")

    def _refuse_page(self, head: Head, first: bytes) -> None:
        """A page for people (a login, a notice) instead of data, although the server says all is well."""
        text = first[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.headers.get("content-type", "").startswith("text/html") or text.startswith(
            (b"<!doctype html", b"<html")
        ):
            drop_part(self._path)
            title = re.search(rb"<title[^>]*>([^<]{1,80})", first, re.IGNORECASE)
            said = title[1].decode("utf-8", "replace").strip() if title else ""
            raise EnergyMapError("download_page", url=self._shown, said=said)

    def _lied(self) -> None:
        stated, count = self._stated, self._count
        drop_part(self._path)
        if stated is None:
            raise EnergyMapError("download_too_large", url=self._shown, most_bytes=self._net.most_bytes)
        raise EnergyMapError("download_size", url=self._shown, said_bytes=stated, found_bytes=count)

    def _finish(self) -> Fetched:
        assert self._head is not None
        found = sha256_of(self._part)
        if self._wanted.sha256 and found != self._wanted.sha256:
            drop_part(self._path)
            raise EnergyMapError(
                "download_hash", url=self._shown, found=found[:16], expected=self._wanted.sha256[:16]
            )
        if not self._wanted.sha256 and self._goes_on():
            size = self._count
            drop_part(self._path)
            raise EnergyMapError("download_size", url=self._shown, said_bytes=size, found_bytes=size + 1)
        record = Record(
            url=self._shown,
            url_sha256=key(self._wanted.url),
            size_bytes=self._count,
            sha256=found,
            size_stated=self._stated is not None,
            etag=self._head.headers.get("etag", ""),
            last_modified=self._head.headers.get("last-modified", ""),
            fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        os.replace(self._part, self._path)
        with replacing(beside(self._path, RECORD_SUFFIX)) as temporary:
            temporary.write_text(record.model_dump_json(indent=2), encoding="utf-8")
        drop_part(self._path)
        return Fetched(self._path, record, False, self._resumed)

    def _goes_on(self) -> bool:
        """Whether a server that gives ranges has bytes beyond the size it stated."""
        head = self._head
        if head is None or self._stated is None or head.headers.get("accept-ranges", "") != "bytes":
            return False
        try:
            for event in ask(
                "GET", self._wanted.url, {"Range": f"bytes={self._count}-"}, self._net, self._tick
            ):
                if isinstance(event, Head):
                    said = _RANGE.match(event.headers.get("content-range", ""))
                    return event.status == 206 and said is not None and int(said[1]) == self._count
        except (LineBroken, EnergyMapError) as error:
            if isinstance(error, Cancelled):
                raise
        return False

    def _tick(self) -> None:
        total = self._total or self._offer.size_bytes
        share = min(self._count / total, 1.0) if total else 0.0
        of = f" / {total / 1e6:,.1f}" if total else ""
        self._progress(share, f"download: {self._wanted.name} {self._count / 1e6:,.1f}{of} MB")


def _said(body: Iterator[Chunk]) -> str:
    """What the server says of its refusal, in short."""
    text = b""
    with contextlib.suppress(LineBroken):
        for chunk in body:
            text += chunk.data
            if len(text) > 4096:
                break
    plain = re.sub(r"<[^>]*>|[{}\"\[\]]", " ", text.decode("utf-8", "replace"))
    return " ".join(plain.split())[:200]


def _validator(head: Head) -> str:
    """What says that it is still the same file: a strong ETag, else the date."""
    tag = head.headers.get("etag", "")
    return tag if tag and not tag.startswith("W/") else head.headers.get("last-modified", "")
