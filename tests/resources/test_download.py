"""Downloads against a server on this machine, good and bad; nothing beyond 127.0.0.1 is asked."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import Cancelled, EnergyMapError, InputError
from resources.download import Fetched, Net, Offer, Wanted, fetch_all, name_of, read_record
from resources.download_parts import without_secrets
from tests.resources.download_server import Answer, Handler, Server, dropping, serving, whole

DATA = np.random.default_rng(4).bytes(300_000)
SHA256 = hashlib.sha256(DATA).hexdigest()
NET = Net(proxy="none", connect_s=2.0, stall_s=0.5, tries=3, backoff_s=0.02)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def fetch(
    server: Server, folder: Path, answer: Answer | None = None, net: Net = NET, **more: object
) -> Fetched:
    """Fetch /a.bin as told by `answer` without being asked."""
    if answer is not None:
        server.answers["/a.bin"] = answer
    wanted = Wanted(server.url("/a.bin"), "a.bin", str(more.pop("sha256", "")), more.pop("estimate", None))  # type: ignore[arg-type]
    (one,) = fetch_all([wanted], folder, lambda offers: True, net=net, **more)  # type: ignore[arg-type]
    return one


def failed(server: Server, folder: Path, answer: Answer, net: Net = NET, **more: object) -> EnergyMapError:
    """The error of a download that must not come about; nothing whole may lie there."""
    with pytest.raises(EnergyMapError) as caught:
        fetch(server, folder, answer, net, **more)
    assert not (folder / "a.bin").exists()
    assert read_record(folder / "a.bin") is None
    return caught.value


def verbs(server: Server) -> list[str]:
    return [verb for verb, _, _ in server.seen]


def test_a_file_comes_whole_after_its_size_was_shown(server: Server, tmp_path: Path) -> None:
    shown: list[tuple[Offer, ...]] = []

    def agree(offers: tuple[Offer, ...]) -> bool:
        assert verbs(server) == ["HEAD"]  # nothing was fetched before the user agreed
        shown.append(offers)
        return True

    server.answers["/a.bin"] = whole(DATA)
    steps: list[float] = []
    (one,) = fetch_all(
        [Wanted(server.url("/a.bin"), "a.bin")],
        tmp_path,
        agree,
        net=NET,
        progress=lambda share, what: steps.append(share),
    )
    assert (shown[0][0].size_bytes, shown[0][0].known) == (len(DATA), "stated")
    assert one.path.read_bytes() == DATA
    assert (one.record.sha256, one.record.size_bytes, one.record.size_stated) == (SHA256, len(DATA), True)
    assert one.record.url == server.url("/a.bin")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "a.bin.download.json"]
    assert steps[-1] == 1.0
    assert all(0.0 <= share <= 1.0 for share in steps)


def test_who_does_not_agree_gets_nothing(server: Server, tmp_path: Path) -> None:
    server.answers["/a.bin"] = whole(DATA)
    with pytest.raises(Cancelled):
        fetch_all([Wanted(server.url("/a.bin"), "a.bin")], tmp_path, lambda offers: False, net=NET)
    assert list(tmp_path.iterdir()) == []
    assert verbs(server) == ["HEAD"]


def test_what_is_there_is_not_fetched_again_unless_it_was_changed_or_is_wanted_fresh(
    server: Server, tmp_path: Path
) -> None:
    fetch(server, tmp_path, whole(DATA))
    count = len(server.seen)
    again = fetch(server, tmp_path)
    assert again.from_cache
    assert len(server.seen) == count
    assert not fetch(server, tmp_path, fresh=True).from_cache
    (tmp_path / "a.bin").write_bytes(DATA[:-1] + b"x")
    assert not fetch(server, tmp_path).from_cache
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_broken_line_is_gone_on_with_where_it_broke(server: Server, tmp_path: Path) -> None:
    one = fetch(server, tmp_path, dropping(DATA, 100_000, times=2))
    assert one.path.read_bytes() == DATA
    ranges = [h.get("Range", "") for verb, _, h in server.seen if verb == "GET"]
    starts = [int(text[6:-1]) if text else 0 for text in ranges[:3]]
    assert starts[0] == 0 < starts[1] < starts[2] <= 200_000
    assert one.resumed_bytes == starts[2]


def test_more_drops_than_tries_do_no_harm_as_long_as_it_goes_on(server: Server, tmp_path: Path) -> None:
    one = fetch(server, tmp_path, dropping(DATA, 70_000, times=4))
    assert one.path.read_bytes() == DATA


def test_a_server_without_ranges_begins_again(server: Server, tmp_path: Path) -> None:
    one = fetch(server, tmp_path, dropping(DATA, 100_000, times=2, ranges=False))
    assert one.path.read_bytes() == DATA
    assert one.resumed_bytes == 0


def test_a_part_of_an_earlier_run_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    failed(server, tmp_path, dropping(DATA, 100_000, times=1), net=Net("none", tries=1, stall_s=0.5))
    had = (tmp_path / "a.bin.part").stat().st_size
    assert 0 < had <= 100_000
    seen: list[int] = []
    server.answers["/a.bin"] = whole(DATA)
    (one,) = fetch_all(
        [Wanted(server.url("/a.bin"), "a.bin")],
        tmp_path,
        lambda offers: not seen.append(offers[0].part_bytes),  # type: ignore[func-returns-value]
        net=NET,
    )
    assert seen == [had]
    assert one.resumed_bytes == had
    assert one.path.read_bytes() == DATA


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(server: Server, tmp_path: Path) -> None:
    failed(server, tmp_path, dropping(DATA, 100_000, times=1), net=Net("none", tries=1, stall_s=0.5))
    other = DATA[::-1]
    one = fetch(server, tmp_path, whole(other))
    assert one.path.read_bytes() == other


def test_a_server_that_minds_ranges_but_not_whether_the_file_changed_is_seen_through(
    server: Server, tmp_path: Path
) -> None:
    failed(server, tmp_path, dropping(DATA, 100_000, times=1), net=Net("none", tries=1, stall_s=0.5))
    other = DATA[::-1]

    def careless(handler: Handler) -> None:
        if "If-Range" in handler.headers:
            del handler.headers["If-Range"]
        whole(other)(handler)

    assert fetch(server, tmp_path, careless).path.read_bytes() == other


def test_the_wrong_range_is_not_taken(server: Server, tmp_path: Path) -> None:
    def wrong(handler: Handler) -> None:
        if "Range" in handler.headers and handler.headers["Range"] != f"bytes={len(DATA)}-":
            where = f"bytes 10-{len(DATA) - 1}/{len(DATA)}"
            handler.begin(206, Content_Length=len(DATA) - 10, Content_Range=where)
            handler.send(DATA[10:])
        else:
            dropping(DATA, 100_000, times=1)(handler)

    assert fetch(server, tmp_path, wrong).path.read_bytes() == DATA


def lying(said: int, sent: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.begin(Content_Length=said)
        handler.send(sent)

    return answer


def test_less_than_was_said_is_refused(server: Server, tmp_path: Path) -> None:
    error = failed(server, tmp_path, lying(len(DATA) + 1, DATA))
    assert error.code == "download_broken"
    assert error.params["why"] == "cut off"
    assert error.params["tries"] == NET.tries


def test_a_first_word_that_is_not_kept_is_refused(server: Server, tmp_path: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.begin(Content_Length=1000 if handler.is_head else len(DATA))
        handler.send(DATA)

    error = failed(server, tmp_path, answer)
    assert (error.code, error.params["said_bytes"], error.params["found_bytes"]) == (
        "download_size",
        1000,
        len(DATA),
    )


def test_more_than_was_said_is_refused(server: Server, tmp_path: Path) -> None:
    def short_word(handler: Handler) -> None:
        if handler.headers.get("Range") == "bytes=1000-":
            where = f"bytes 1000-{len(DATA) - 1}/{len(DATA)}"
            handler.begin(206, Content_Length=len(DATA) - 1000, Content_Range=where)
            handler.send(DATA[1000:])
        else:
            handler.begin(Content_Length=1000, Accept_Ranges="bytes")
            handler.send(DATA)

    assert failed(server, tmp_path, short_word).code == "download_size"
    by_hash = failed(server, tmp_path, lying(1000, DATA), sha256=SHA256)
    assert by_hash.code == "download_hash"


def test_without_a_size_a_file_may_come_but_that_is_recorded(server: Server, tmp_path: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.begin()
        handler.send(DATA)

    offers: list[Offer] = []
    server.answers["/a.bin"] = answer
    (one,) = fetch_all(
        [Wanted(server.url("/a.bin"), "a.bin")],
        tmp_path,
        lambda some: not offers.extend(some),  # type: ignore[func-returns-value]
        net=NET,
    )
    assert (offers[0].size_bytes, offers[0].known) == (None, "unknown")
    assert one.path.read_bytes() == DATA
    assert not one.record.size_stated


def test_chunks_without_their_end_are_a_broken_line(server: Server, tmp_path: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.begin(Transfer_Encoding="chunked")
        if not handler.is_head:
            handler.send(b"%x\r\n%s\r\n" % (1000, DATA[:1000]))
            if handler.gets > 2:
                handler.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(DATA) - 1000, DATA[1000:]))

    one = fetch(server, tmp_path, answer)
    assert one.path.read_bytes() == DATA
    assert verbs(server).count("GET") == 3  # one for the size HEAD did not give


def test_a_download_packed_for_the_way_is_unpacked(server: Server, tmp_path: Path) -> None:
    packed = gzip.compress(DATA + bytes(100_000))

    def answer(handler: Handler) -> None:
        handler.begin(Content_Length=len(packed), Content_Encoding="gzip")
        handler.send(packed)

    assert fetch(server, tmp_path, answer).path.read_bytes() == DATA + bytes(100_000)
    assert all(headers["Accept-Encoding"] == "identity" for _, _, headers in server.seen)


def test_other_bytes_than_the_hash_says_are_refused_and_thrown_away(server: Server, tmp_path: Path) -> None:
    broken = bytearray(DATA)
    broken[150_000] ^= 1
    error = failed(server, tmp_path, whole(bytes(broken)), sha256=SHA256)
    assert error.code == "download_hash"
    assert list(tmp_path.iterdir()) == []
    assert fetch(server, tmp_path, whole(DATA), sha256=SHA256).record.sha256 == SHA256


def stalling(after: int) -> Answer:
    def answer(handler: Handler) -> None:
        if handler.is_head:
            whole(DATA)(handler)
            return
        handler.begin(Content_Length=len(DATA))
        handler.send(DATA[:after])
        handler.server.release.wait(20)

    return answer


def test_a_stalled_line_is_given_up_after_some_tries(server: Server, tmp_path: Path) -> None:
    began = time.monotonic()
    error = failed(server, tmp_path, stalling(1000), net=Net("none", stall_s=0.3, tries=2, backoff_s=0.01))
    assert error.code == "download_stalled"
    assert time.monotonic() - began < 5.0


def test_a_stalled_line_that_wakes_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    def once(handler: Handler) -> None:
        (stalling(1000) if handler.gets == 1 else whole(DATA))(handler)

    assert fetch(server, tmp_path, once).path.read_bytes() == DATA


def test_cancel_is_heard_at_once_even_while_nothing_comes(server: Server, tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.4, stop.set).start()

    def progress(share: float, what: str) -> None:
        if stop.is_set():
            raise Cancelled

    server.answers["/a.bin"] = stalling(1000)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        fetch_all(
            [Wanted(server.url("/a.bin"), "a.bin")],
            tmp_path,
            lambda offers: True,
            net=Net("none", stall_s=15.0),
            progress=progress,
        )
    assert time.monotonic() - began < 1.5
    assert not (tmp_path / "a.bin").exists()


def busy(status: int, times: int, **headers: object) -> Answer:
    def answer(handler: Handler) -> None:
        if handler.is_head or handler.gets > times:
            whole(DATA)(handler)
        else:
            handler.begin(status, Content_Length=0, **headers)

    return answer


def test_a_busy_server_is_asked_again_and_its_wait_is_kept(server: Server, tmp_path: Path) -> None:
    began = time.monotonic()
    assert fetch(server, tmp_path, busy(503, 1, Retry_After=1)).path.read_bytes() == DATA
    assert time.monotonic() - began >= 1.0
    assert failed(server, tmp_path / "b", busy(429, 9)).params["why"] == "HTTP 429"


def test_a_refusal_is_not_tried_again_and_says_what_the_server_says(server: Server, tmp_path: Path) -> None:
    def answer(handler: Handler) -> None:
        body = b'{"message": "Location over the sea. Please, select another location"}'
        handler.begin(400, Content_Length=len(body), Content_Type="application/json")
        handler.send(body)

    error = failed(server, tmp_path, answer, estimate=1000)
    assert (error.code, error.params["status"]) == ("download_refused", 400)
    assert "Location over the sea" in str(error.params["said"])
    assert verbs(server) == ["GET"]
    with pytest.raises(EnergyMapError, match="404"):
        fetch_all([Wanted(server.url("/gone"), "gone")], tmp_path, lambda o: True, net=NET)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/octet-stream"])
def test_a_page_instead_of_data_is_not_kept(server: Server, tmp_path: Path, kind: str) -> None:
    page = b"\n<!DOCTYPE html><html><head><title>Please log in</title></head></html>"
    error = failed(server, tmp_path, whole(page, kind))
    assert (error.code, error.params["said"]) == ("download_page", "Please log in")
    assert list(tmp_path.iterdir()) == []


def leading(where: Callable[[Handler], str]) -> Answer:
    return lambda handler: handler.begin(302, Location=where(handler), Content_Length=0)


def test_redirects_are_followed_but_not_in_a_circle_and_only_on_the_web(
    server: Server, tmp_path: Path
) -> None:
    server.answers["/b.bin"] = whole(DATA)
    assert fetch(server, tmp_path, leading(lambda h: "/b.bin")).path.read_bytes() == DATA
    assert failed(server, tmp_path / "b", leading(lambda h: "/a.bin")).code == "download_redirects"
    assert failed(server, tmp_path / "c", leading(lambda h: "file:///etc/passwd")).code == "download_insecure"


@pytest.mark.parametrize(
    "url", ["ftp://a.org/x", "file:///etc/passwd", "a.org/x", "http://", "http://u:p@a.org/x"]
)
def test_only_plain_addresses_of_the_web_are_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fetch_all([Wanted(url, "x")], tmp_path, lambda offers: True, net=NET)
    assert "u:p" not in str(caught.value)


def test_a_server_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url("/a.bin")
    with pytest.raises(EnergyMapError) as caught:
        fetch_all([Wanted(url, "a.bin")], tmp_path, lambda offers: True, net=NET)
    assert caught.value.code == "download_broken"
    assert caught.value.params["why"] in ("Connection refused", "no connection"), caught.value.params


def test_what_does_not_fit_is_refused(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        failed(server, tmp_path, whole(DATA), net=Net("none", most_bytes=1000)).code == "download_too_large"
    )
    endless = lambda handler: (handler.begin(), handler.send(DATA))  # noqa: E731
    assert failed(server, tmp_path, endless, net=Net("none", most_bytes=1000)).code == "download_too_large"  # type: ignore[arg-type]
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10**6})())
    assert failed(server, tmp_path, whole(DATA)).code == "disk_full"


def test_a_proxy_is_asked_instead_of_the_server(server: Server, tmp_path: Path) -> None:
    server.answers["/a.bin"] = whole(DATA)
    wanted = Wanted("http://data.invalid/a.bin", "a.bin")
    net = Net(proxy=server.url(""), stall_s=0.5, tries=2, backoff_s=0.01)
    (one,) = fetch_all([wanted], tmp_path, lambda offers: True, net=net)
    assert one.path.read_bytes() == DATA
    assert server.seen[0][1] == "http://data.invalid/a.bin"


def test_a_dead_proxy_is_named_without_its_password(tmp_path: Path) -> None:
    with serving() as gone:
        address = gone.url("").removeprefix("http://")
    net = Net(proxy=f"http://me:hush@{address}", connect_s=1.0, tries=1)
    with pytest.raises(EnergyMapError) as caught:
        fetch_all([Wanted("http://data.invalid/a", "a")], tmp_path, lambda offers: True, net=net)
    assert caught.value.code == "download_proxy"
    assert "hush" not in str(caught.value)


def test_keys_and_tokens_are_not_kept() -> None:
    assert without_secrets("https://a.org/x?lat=1&token=abc&X-Amz-Signature=d") == (
        "https://a.org/x?lat=1&token=...&X-Amz-Signature=..."
    )
    assert without_secrets("https://a.org/x?lat=1&b=%20") == "https://a.org/x?lat=1&b=%20"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.org/b/GHI%20China.tif?x=1", "GHI_China.tif"),
        ("https://a.org/", "download"),
        ("https://a.org/%2e%2e%2f%2e%2e%2fetc", "etc"),
        ("https://a.org/..", "download"),
    ],
)
def test_the_name_of_an_address_is_a_plain_file_name(url: str, name: str) -> None:
    assert name_of(url) == name
