"""Long work in the worker process: progress, result, cancel, a worker that fails or dies."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from planning.project_file import write_project
from planning.scenario_toml import to_toml
from tests.app.desktop.conftest import Answers
from tests.planning.summary_factory import make_summary

PROGRESS = (
    'print(\'{"share": 0.4, "what": "sizing: kubuqi", "remaining_s": 8.0}\', file=sys.stderr, flush=True)'
)


def worker(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A worker that does what the script says, with the arguments the real one would get."""
    source = "import json, os, sys, time\n" + textwrap.dedent(script)
    monkeypatch.setattr(
        "app.desktop.jobs.worker_command", lambda arguments: (sys.executable, ["-c", source, *arguments])
    )


def test_a_run_shows_progress_and_its_result_comes_into_the_project(
    window: MainWindow,
    answers: Answers,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    made = tmp_path / "made.gpkg"
    scenario = window.document.scenario
    summary = make_summary().model_copy(update={"scenario": scenario.id})
    write_project(made, summary, to_toml(scenario))
    worker(
        monkeypatch,
        f"""
        import shutil
        {PROGRESS}
        out = sys.argv[sys.argv.index("--out") + 1]
        os.makedirs(out)
        shutil.copy({str(made)!r}, os.path.join(out, "project.gpkg"))
        print("{{}}")
        """,
    )
    said: list[tuple[str, float, object]] = []
    window.runs.progressed.connect(lambda *row: said.append(row))
    window._actions["run"].trigger()
    assert not window._actions["run"].isEnabled()
    assert window._actions["cancel"].isEnabled()
    qtbot.waitUntil(lambda: window.document.summary is not None, timeout=20_000)
    assert said[0][1:] == (0.4, 8.0)
    assert window.document.summary == summary
    assert window.document.stale() == ()
    assert window._actions["run"].isEnabled()
    assert window.document.dirty
    answers.file = str(tmp_path / "报告")
    window._actions["export_results"].trigger()
    window.document.background.wait()
    assert (tmp_path / "报告" / f"{scenario.id}-results" / "project.gpkg").read_bytes() == made.read_bytes()
    window.close()
    assert list((tmp_path / "state" / "runs").iterdir()) == []


def test_a_run_can_be_cancelled_and_leaves_nothing(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worker(monkeypatch, f"{PROGRESS}\ntime.sleep(60)")
    window._actions["run"].trigger()
    qtbot.waitUntil(lambda: window.status.bar.isVisible(), timeout=20_000)
    window._actions["cancel"].trigger()
    qtbot.waitUntil(lambda: not window.runs.busy, timeout=20_000)
    assert "已取消" in window.log.toPlainText()
    assert list((tmp_path / "state" / "runs").iterdir()) == []
    assert window.document.summary is None


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('print("energymap: 输入有误", file=sys.stderr); sys.exit(2)', "输入有误"),
        ("import signal\nos.kill(os.getpid(), signal.SIGKILL)", "失败"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_that_fails_or_dies_is_told_and_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    window.bench.toolbox.add_pin(94.9, 36.4)
    before = window.document.workspace
    worker(monkeypatch, script)
    window._actions["run"].trigger()
    qtbot.waitUntil(lambda: not window.runs.busy, timeout=20_000)
    assert said in window.log.toPlainText()
    assert window.document.workspace == before
    assert window._actions["run"].isEnabled()


def test_only_one_run_goes_on_at_a_time(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker(monkeypatch, "time.sleep(60)")
    window.runs.on_run()
    first = window.runs.run
    window.runs.on_run()
    assert window.runs.run is first
    window.runs.on_cancel()
    qtbot.waitUntil(lambda: not window.runs.busy, timeout=20_000)
