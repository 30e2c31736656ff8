"""A server on this machine that answers as told: well, or by dropping, stalling, corrupting and lying."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; the server's `answers` by path decide."""

    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers.items())))
        path = urlsplit(self.path).path
        answer = self.server.answers.get(path)
        if answer is None:
            self.begin(404)
        else:
            with contextlib.suppress(ConnectionError):
                answer(self)
        self.close_connection = True

    @property
    def is_head(self) -> bool:
        return self.command == "HEAD"

    @property
    def gets(self) -> int:
        """How many times this path was asked for, this time included; HEAD apart."""
        path = urlsplit(self.path).path
        return sum(verb == "GET" and urlsplit(p).path == path for verb, p, _ in self.server.seen)

    def begin(self, status: int = 200, **headers: object) -> None:
        """Status and headers, '_' for '-' in their names."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def send(self, data: bytes) -> None:
        """A piece of the body; of HEAD none."""
        if not self.is_head:
            self.wfile.write(data)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """`seen` keeps (verb, path, headers) of every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.release = threading.Event()
        """Set at the end; what stalls waits for it."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the test."""


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def whole(data: bytes, kind: str = "application/octet-stream", ranges: bool = True) -> Answer:
    """A file as a good server gives it, with ETag and, where wanted, ranges."""
    tag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'

    def answer(handler: Handler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if ranges and asked and handler.headers.get("If-Range", tag) == tag:
            start = int(asked[1])
            if start >= len(data):
                handler.begin(416, Content_Range=f"bytes */{len(data)}", Content_Length=0)
                return
            rest = data[start:]
            where = f"bytes {start}-{len(data) - 1}/{len(data)}"
            handler.begin(206, Content_Length=len(rest), Content_Range=where, ETag=tag, Content_Type=kind)
            handler.send(rest)
            return
        more = {"Accept_Ranges": "bytes"} if ranges else {}
        handler.begin(Content_Length=len(data), ETag=tag, Content_Type=kind, **more)
        handler.send(data)

    return answer


def dropping(data: bytes, at: int, times: int, ranges: bool = True) -> Answer:
    """As `whole`, but the line breaks after `at` more bytes, the first `times` times."""
    good = whole(data, ranges=ranges)

    def answer(handler: Handler) -> None:
        if handler.is_head or handler.gets > times:
            good(handler)
            return
        send = handler.send
        handler.send = lambda body: send(body[:at])  # type: ignore[method-assign]
        good(handler)

    return answer
