"""Long work in the worker process: progress, result, cancel, a worker that fails or dies."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from planning.edits import set_field
from planning.project_file import StoredResult, write_project
from planning.scenario_toml import to_toml
from tests.app.desktop.conftest import Answers
from tests.app.desktop.test_link_page import answer_of
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
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worker(monkeypatch, "time.sleep(60)")
    window.runs.on_run()
    first = window.runs.run
    folders = list((tmp_path / "state" / "runs").iterdir())
    for again in (
        window.runs.on_run, window.runs.on_run_cash, window.runs.on_run_sizing, window.runs.on_size_base,
    ):  # fmt: skip
        again()
    assert window.runs.run is first
    assert list((tmp_path / "state" / "runs").iterdir()) == folders
    window.runs.on_cancel()
    qtbot.waitUntil(lambda: not window.runs.busy, timeout=20_000)


LINK_COMMANDS = {
    "run_resource": "resource",
    "run_sizing": "sizing",
    "run_dispatch": "dispatch",
    "run_flow": "power_flow",
}


@pytest.mark.parametrize("command", LINK_COMMANDS)
def test_one_link_answers_on_a_page_of_its_own_and_replaces_no_result(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    link = LINK_COMMANDS[command]
    result = StoredResult(make_summary(), window.document.scenario, None)
    window.document.set_result(window.document.scenario.id, result)
    answer = tmp_path / "answer.json"
    answer.write_text(answer_of(link).model_dump_json(), encoding="utf-8")
    asked = tmp_path / "asked.json"
    worker(
        monkeypatch,
        f"""
        {PROGRESS}
        print(json.dumps({{"note": "存储的环节答案 x.link 不可用"}}), file=sys.stderr, flush=True)
        open({str(asked)!r}, "w").write(json.dumps(sys.argv[1:]))
        sys.stdout.reconfigure(encoding="utf-8")
        print(open({str(answer)!r}, encoding="utf-8").read())
        """,
    )
    window._actions[command].trigger()
    assert not window._actions[command].isEnabled()
    qtbot.waitUntil(lambda: not window.runs.busy, timeout=20_000)
    arguments = json.loads(asked.read_text(encoding="utf-8"))
    assert arguments[0] == "run"
    assert arguments[arguments.index("--link") + 1] == link
    assert arguments[arguments.index("--store") + 1] == str(tmp_path / "state" / "links")
    assert window.link_page.answer == answer_of(link)
    assert window.docks.docks["link"].isVisible()
    assert window.document.summary == make_summary()
    assert "不可用" in window.log.toPlainText()
    assert list((tmp_path / "state" / "runs").iterdir()) == []
    assert window._actions[command].isEnabled()
    # An input this link reads makes its answer stale, one that only later links read does not.
    document, page = window.document, window.link_page
    document.apply(
        set_field(document.workspace, document.scenario.id, "prices.certificate_cny_per_mwh", 33.0)
    )
    assert not page._badge.isVisibleTo(page)
    document.apply(set_field(document.workspace, document.scenario.id, "seed", 7))
    assert page._badge.isVisibleTo(page)
    document.undo()
    assert not page._badge.isVisibleTo(page)


def test_the_cash_flow_replaces_the_result_and_an_earlier_report_is_no_longer_its_own(
    window: MainWindow, answers: Answers, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = tmp_path / "made.gpkg"
    scenario = window.document.scenario
    summary = make_summary().model_copy(update={"scenario": scenario.id})
    write_project(made, summary, to_toml(scenario))
    worker(
        monkeypatch,
        f"""
        import shutil
        out = sys.argv[sys.argv.index("--out") + 1]
        os.makedirs(out)
        shutil.copy({str(made)!r}, os.path.join(out, "project.gpkg"))
        print("{{}}")
        """,
    )
    window.runs.last_out = tmp_path
    window._actions["run_cash"].trigger()
    qtbot.waitUntil(lambda: window.document.summary is not None, timeout=20_000)
    assert window.document.summary == summary
    answers.file = str(tmp_path / "x")
    window._actions["export_results"].trigger()
    assert not (tmp_path / "x").exists()
    assert answers.asked == []


def test_the_status_bar_says_from_which_link_on_a_result_is_stale(window: MainWindow) -> None:
    document = window.document
    scenario = document.scenario
    document.set_result(scenario.id, StoredResult(make_summary(), scenario, None))
    assert window.status.stale.text() == ""
    document.apply(set_field(document.workspace, scenario.id, "prices.certificate_cny_per_mwh", 33.0))
    assert window.status.stale.text() == "模型已过期：1 项输入已改，从现金流起"
    document.apply(set_field(document.workspace, scenario.id, "load.consumption_twh", 12_345.0))
    assert window.status.stale.text() == "模型已过期：2 项输入已改，从全国调度起"
    window.state.set_language("en")
    assert window.status.stale.text() == "Stale from national dispatch on (inputs changed: 2)"
    document.undo()
    document.undo()
    assert window.status.stale.text() == ""


def test_the_links_stand_in_the_toolbar_with_short_words(window: MainWindow) -> None:
    buttons = [window.commands.toolbar.widgetForAction(window._actions[k])
               for k in (*LINK_COMMANDS, "run_cash", "run")]  # fmt: skip
    assert all(isinstance(b, QToolButton) for b in buttons)
    assert [b.text() for b in buttons] == ["评估", "定容", "调度", "潮流", "现金流", "全链"]
    places = [b.x() for b in buttons]
    assert places == sorted(places)
    window.state.set_language("en")
    assert [b.text() for b in buttons] == ["Resource", "Sizing", "Dispatch", "Flow", "Cash", "Chain"]
