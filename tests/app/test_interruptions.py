"""Full disks, closed folders, Ctrl-C and cut files: one message, the right exit code, nothing half-written."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli import run
from gis_layers.errors import EnergyMapError, InputError
from gis_layers.files import replacing
from planning.report.series import ReportSeries
from tests.planning.summary_factory import make_summary
from tests.resources.test_epw import _rows, _write

ROOT = Path(__file__).parent.parent.parent
PROFILE = ["profile", "116.4", "39.9", "--tech", "pv", "--lang", "en", "--progress", "none"]


def demo(out: Path) -> list[str]:
    return ["demo", "--out", str(out), "--scenario", "2020", "--lang", "en", "--progress", "none"]


def files_in(folder: Path) -> dict[str, int]:
    return {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """A shell starts what runs in the background with Ctrl-C ignored, and children inherit that."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def quick_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo with a made summary in place of the long calculation; everything after it is real."""
    result = SimpleNamespace(summary=make_summary())
    monkeypatch.setattr("planning.chain.run.run_chain", lambda *_: result)
    monkeypatch.setattr("planning.chain.series.monthly_series", lambda _: ReportSeries())
    monkeypatch.setattr("planning.chain.hourly.hourly_result", lambda _: None)


@pytest.fixture
def tiny_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of its own with as many KiB as asked for."""
    folder = tmp_path / "小盘 tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode
    except FileNotFoundError:
        done = 1
    if done:
        pytest.skip("mounting a small file system needs root on Linux")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing can be made."""
    if sys.platform == "win32" or os.geteuid() == 0:
        pytest.skip("root may write anywhere; Windows has other rules")
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


# disk full


@pytest.mark.parametrize(
    ("tiny_disk", "whole"),
    [
        (100, set()),
        (280, {"summary.json"}),
        (600, {"summary.json", "results.xlsx"}),
        (1000, {"summary.json", "results.xlsx"}),
    ],
    indirect=["tiny_disk"],
)
@pytest.mark.usefixtures("quick_chain")
def test_a_demo_on_a_full_disk_says_so_once_and_leaves_whole_files_only(
    tiny_disk: Path, whole: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(demo(tiny_disk)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("energymap: No space left on the disk for ")
    assert err.count("\n") == 1
    assert {name for name in files_in(tiny_disk) if not name.startswith("maps/")} == whole


@pytest.mark.parametrize("tiny_disk", [64], indirect=True)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_profile_on_a_full_disk_keeps_the_one_that_was_there(
    tiny_disk: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tiny_disk / f"p.{ending}"
    path.write_text("earlier", encoding="utf-8")
    assert run([*PROFILE, "--out", str(path)]) == 1
    assert "No space left" in capsys.readouterr().err
    assert files_in(tiny_disk) == {path.name: 7}
    assert path.read_text(encoding="utf-8") == "earlier"


def _fails_with(error: Exception) -> Callable[..., None]:
    def writer(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise error

    return writer


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.usefixtures("quick_chain")
def test_earlier_results_outlive_a_disk_that_fills_up(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.xlsx").write_bytes(b"earlier")
    monkeypatch.setattr("planning.report.write.write_workbook", _fails_with(OSError(number, "full")))
    assert run(demo(tmp_path)) == 1
    assert str(tmp_path / "results.xlsx") in capsys.readouterr().err
    assert (tmp_path / "results.xlsx").read_bytes() == b"earlier"
    assert set(files_in(tmp_path)) == {"summary.json", "results.xlsx"}


def test_a_full_disk_that_a_library_hides_is_found_by_asking_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    def write() -> None:
        with replacing(tmp_path / "project.gpkg") as path:
            path.write_bytes(b"half")
            path.with_name(path.name + "-journal").write_bytes(b"half")
            raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(sqlite3.OperationalError):
        write()  # there is room: the error is what it says
    monkeypatch.setattr("gis_layers.files.tempfile.TemporaryFile", full)
    with pytest.raises(EnergyMapError) as caught:
        write()
    assert caught.value.code == "disk_full"
    assert files_in(tmp_path) == {}


# places that cannot be written


@pytest.mark.usefixtures("quick_chain")
def test_a_demo_into_a_closed_folder_is_bad_input(
    closed_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in (closed_folder, closed_folder / "new"):
        assert run(demo(out)) == 2
        assert str(closed_folder) in capsys.readouterr().err
    assert files_in(closed_folder) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("arguments", [demo(Path("/proc/energymap")), [*PROFILE, "--out", "/proc/p.csv"]])
def test_a_place_that_takes_no_files_is_bad_input_and_named_as_the_user_wrote_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "/proc/" in err
    assert ".part" not in err


def test_a_folder_in_the_place_of_the_file_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "p.csv"
    target.mkdir()
    assert run([*PROFILE, "--out", str(target)]) == 2
    assert str(target) in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["p.csv"]


def test_a_file_held_open_elsewhere_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "in use", str(source), None, str(target))

    monkeypatch.setattr("gis_layers.files.os.replace", held)
    with pytest.raises(InputError, match="not open elsewhere"), replacing(tmp_path / "a.xlsx") as path:
        path.write_bytes(b"new")
    assert files_in(tmp_path) == {}


def test_something_missing_that_is_read_meanwhile_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a.xlsx"):
        (tmp_path / "fonts" / "absent.otf").read_bytes()


# Ctrl-C


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_a_demo_promptly_with_one_message_and_no_process_left(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", *demo(tmp_path / "out")[:-2], "--progress", "line"]
    started = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert started.stderr is not None
        first = started.stderr.readline()  # the chain is running
        time.sleep(0.5)
        began = time.monotonic()
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=30)
        took_s = time.monotonic() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
    assert first.startswith("[")
    assert started.returncode == 130
    assert took_s < 10.0
    assert out == ""
    said = [line for line in err.splitlines() if not line.startswith("[")]
    assert said == ["energymap: Cancelled; no half-written file was left behind"]
    assert files_in(tmp_path) == {}
    with pytest.raises(ProcessLookupError):
        os.killpg(started.pid, 0)


@pytest.mark.parametrize(
    ("step", "file", "kind"),
    [
        ("write_workbook", "results.xlsx", signal.SIGINT),
        ("write_project", "project.gpkg", signal.SIGTERM),
        ("report_pdf", "report.pdf", signal.SIGINT),
    ],
)
@pytest.mark.usefixtures("quick_chain")
def test_a_stop_while_a_file_is_written_leaves_the_earlier_one(
    tmp_path: Path,
    step: str,
    file: str,
    kind: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def pressed(*_: object) -> None:
        signal.raise_signal(kind)

    (tmp_path / file).write_bytes(b"earlier")
    monkeypatch.setattr("planning.report.write.all_maps", lambda *_: {})
    monkeypatch.setattr(f"planning.report.write.{step}", pressed)
    assert run(demo(tmp_path)) == 130
    assert capsys.readouterr().err == "energymap: Cancelled; no half-written file was left behind\n"
    assert (tmp_path / file).read_bytes() == b"earlier"
    assert not [name for name in files_in(tmp_path) if ".part" in name]


# weather files cut short


@pytest.mark.parametrize("share", [0.0, 0.00001, 0.0005, 0.002, 0.1, 0.5, 0.9, 0.9999])
def test_a_weather_file_cut_anywhere_is_bad_input_and_no_profile_is_written(
    tmp_path: Path, share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    weather = _write(tmp_path / "站 cut.epw", _rows())
    whole = weather.read_bytes()
    weather.write_bytes(whole[: int(len(whole) * share)])
    assert run([*PROFILE, "--weather", str(weather), "--out", str(tmp_path / "p.csv")]) == 2
    assert "cut.epw" in capsys.readouterr().err
    assert set(files_in(tmp_path)) == {weather.name}
