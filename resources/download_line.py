"""One request to a server in a thread of its own, so that who waits for it can stop at once.

Redirects are followed a few times, to http and https only and never from https down to http. Compressed
transfer is not asked for: sizes and ranges then are those of the file.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from gis_layers.errors import EnergyMapError, InputError, Problem
from resources.data_settings import NO_PROXY

MOST_REDIRECTS = 5
_CHUNK = 1 << 16
_TICK_S = 0.1
_HELD = 32
"""Chunks between the network and the disk."""


@dataclass(frozen=True, slots=True)
class Net:
    """How the network is reached and how long it is waited for."""

    proxy: str = ""
    """'' is the system's, 'none' none."""
    connect_s: float = 15.0
    stall_s: float = 30.0
    """Without a byte for this long the line counts as stalled."""
    tries: int = 5
    """In a row without a new byte."""
    backoff_s: float = 1.0
    """Before the second try; doubled each time, to a minute."""
    most_bytes: int = 200 * 2**30


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer begins."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    url: str
    """After redirects."""

    def size_bytes(self) -> int | None:
        """Of this answer's body; None where it is not said."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isdigit() else None

    @property
    def encoded(self) -> bool:
        """Packed for the way although that was not asked for."""
        return self.headers.get("content-encoding", "identity") != "identity"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the body."""

    data: bytes
    wire_bytes: int
    """That came over the line up to here."""


class LineBroken(Exception):
    """The line broke, stalled or never came about; another try may do better."""


def check_address(url: str, where: str = "url") -> None:
    """Refuse what is no plain address of the web.

    Raises
    ------
    InputError
        Another scheme than http and https, no host, or a name and password inside.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(
            Problem("argument", where, url[:120], "an address that begins with http:// or https://")
        )
    if parts.username or parts.password:
        found = f"a name or password for {host}"
        raise InputError(Problem("argument", where, found, "an address without one"))


def ask(
    method: str, url: str, headers: Mapping[str, str], net: Net, tick: Callable[[], None]
) -> Generator[Head | Chunk, None, None]:
    """The head of the answer, then its body piece by piece (of HEAD none).

    Parameters
    ----------
    tick
        Called ten times a second while nothing comes; what it raises ends the request at once.

    Raises
    ------
    LineBroken
        Another try may do better: no connection, cut off, stalled.
    EnergyMapError
        `download_redirects`, `download_insecure`, `download_proxy`.
    """
    line = _Line(method, url, headers, net)
    line.start()
    last = time.monotonic()
    try:
        while True:
            try:
                event = line.events.get(timeout=_TICK_S)
            except queue.Empty:
                tick()
                if time.monotonic() - last > net.stall_s:
                    raise LineBroken("stalled") from None
                continue
            last = time.monotonic()
            if event is None:
                return
            if isinstance(event, Exception):
                raise _ours(event, url)
            yield event
    finally:
        line.stop.set()


class _Line(threading.Thread):
    def __init__(self, method: str, url: str, headers: Mapping[str, str], net: Net) -> None:
        super().__init__(daemon=True, name="download")
        self.events: queue.Queue[Head | Chunk | Exception | None] = queue.Queue(_HELD)
        self.stop = threading.Event()
        self._method, self._url, self._net = method, url, net
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "energymap", **headers}

    def run(self) -> None:
        try:
            self._run()
            self._put(None)
        except Exception as error:
            self._put(error)

    def _put(self, event: Head | Chunk | Exception | None) -> None:
        while not self.stop.is_set():
            try:
                return self.events.put(event, timeout=_TICK_S)
            except queue.Full:
                continue

    def _run(self) -> None:
        with requests.Session() as session:
            # No netrc: what logs in somewhere else is nobody's business here.
            session.trust_env = False
            url = self._url
            for _ in range(MOST_REDIRECTS + 1):
                with session.request(
                    self._method,
                    url,
                    headers=dict(self._headers),
                    stream=True,
                    allow_redirects=False,
                    timeout=(self._net.connect_s, self._net.stall_s),
                    proxies=_proxies(url, self._net.proxy),
                    verify=_authorities(),
                ) as answer:
                    if not answer.is_redirect:
                        headers = {name.lower(): value for name, value in answer.headers.items()}
                        self._put(Head(answer.status_code, headers, url))
                        if self._method != "HEAD":
                            self._body(answer.raw)
                        return
                    url = _next(url, answer.headers["Location"])
        raise EnergyMapError("download_redirects", url=self._url, most=MOST_REDIRECTS)

    def _body(self, raw: urllib3.response.BaseHTTPResponse) -> None:
        for data in raw.stream(_CHUNK, decode_content=True):
            if self.stop.is_set():
                return
            self._put(Chunk(data, raw.tell()))


def _next(url: str, location: str) -> str:
    """Where a redirect leads."""
    there = urljoin(url, location)
    scheme = urlsplit(there).scheme
    if scheme not in ("http", "https") or (scheme == "http" and urlsplit(url).scheme == "https"):
        raise EnergyMapError("download_insecure", url=url, why=f"it leads on to {there[:120]}")
    return there


def _proxies(url: str, proxy: str) -> dict[str, str]:
    if proxy == NO_PROXY:
        return {}
    if proxy:
        return {"http": proxy, "https": proxy}
    return {
        name: value for name, value in requests.utils.get_environ_proxies(url, no_proxy=None).items() if value
    }


def _authorities() -> str | bool:
    """A company's own certificates where the environment names them."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True


def _ours(error: Exception, url: str) -> Exception:
    """A library's error as ours; one that another try cannot mend as it is."""
    host = urlsplit(url).hostname or ""
    if isinstance(error, requests.exceptions.SSLError):
        return EnergyMapError("download_insecure", url=host, why="its certificate cannot be trusted")
    if isinstance(error, requests.exceptions.ProxyError):
        return EnergyMapError("download_proxy", url=host)
    broken = (requests.RequestException, urllib3.exceptions.HTTPError, ConnectionError, TimeoutError)
    if isinstance(error, broken):
        return LineBroken(_plain_reason(error))
    return error


def _plain_reason(error: Exception) -> str:
    """In short and without the address of a proxy, which may hold a password."""
    chain: list[BaseException] = []
    inner: BaseException | None = error
    while inner is not None and inner not in chain:
        chain.append(inner)
        within = (getattr(inner, "reason", None), *inner.args, inner.__cause__, inner.__context__)
        inner = next((one for one in within if isinstance(one, BaseException)), None)
    for one in chain:
        if isinstance(one, OSError) and one.strerror and not isinstance(one, requests.RequestException):
            return one.strerror
    if any(isinstance(one, urllib3.exceptions.NewConnectionError) for one in chain):
        return "no connection"
    waited = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    return "stalled" if any(isinstance(one, waited) for one in chain) else "cut off"
