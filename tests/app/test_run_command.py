"""`energymap run`: one link's document, the store beside it, and what is refused."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.cli import run
from app.messages import STEPS, step
from planning.chain.link_documents import LinkAnswer
from planning.project_file import read_workspace

ROOT = Path(__file__).parent.parent.parent


def test_an_unknown_link_and_a_project_of_half_a_chain_are_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", "2020", "--link", "siting", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "siting" in said
    assert "resource, sizing, dispatch, power_flow, cash_flow" in said
    assert run(["run", "2020", "--link", "dispatch", "--out", str(tmp_path / "x"), "--lang", "zh"]) == 2
    assert "cash_flow" in capsys.readouterr().err
    assert run(["run", "nowhere", "--link", "dispatch"]) == 2
    assert not (tmp_path / "x").exists()


def test_the_resource_of_a_scenario_is_one_document_and_the_second_time_it_is_reused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "2020", "--link", "resource", "--store", str(tmp_path / "s"), "--progress", "none"]
    assert run([*arguments, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert run([*arguments, "--json"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert [use["computed"] for use in first["uses"]] == [["nodes"]]
    assert [use["reused"] for use in second["uses"]] == [["nodes"]]
    assert first["resource"] == second["resource"]
    assert first["grade"] == "reference"
    assert all(source["source_zh"] and source["source_en"] for source in first["sources"])
    assert "dispatch" not in first
    answer = LinkAnswer.model_validate_json(json.dumps(second))
    assert answer.resource is not None
    qinghai = next(p for p in answer.resource if p.id == "630000")
    assert 1400 < qinghai.pv_full_load_hours < 2200
    assert run([*arguments, "--lang", "zh"]) == 0
    text = capsys.readouterr().out
    assert "沿用 1" in text
    assert "青海" in text


def test_a_damaged_store_is_told_on_stderr_and_the_answer_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "库 store"
    arguments = ["size", "2030-1200GW", "--base", "zhangbei", "--store", str(store), "--json", "--lang", "en"]
    assert run([*arguments, "--progress", "none"]) == 0
    first = json.loads(capsys.readouterr().out)
    for file in store.iterdir():
        file.write_bytes(file.read_bytes()[:-40])
    assert run([*arguments, "--progress", "json"]) == 0
    out, err = capsys.readouterr()
    notes = [json.loads(line)["note"] for line in err.splitlines() if '"note"' in line]
    assert len(notes) == 2  # the design, then the profile it asks for
    assert all("cannot be used" in note for note in notes)
    again = json.loads(out)
    assert {k: v for k, v in again.items() if k != "solve_seconds"} == {
        k: v for k, v in first.items() if k != "solve_seconds"
    }
    assert run([*arguments, "--progress", "json"]) == 0
    err = capsys.readouterr().err
    assert "reused sizing" in err
    assert '"note"' not in err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_killed_in_the_middle_leaves_whole_entries_only(tmp_path: Path) -> None:
    store = tmp_path / "links"
    command = [sys.executable, "-m", "app", "run", "2020", "--link", "dispatch", "--store", str(store)]
    worker = subprocess.Popen(
        [*command, "--progress", "json"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    for line in worker.stderr:  # the resource is done, the dispatch under way
        if re.search(r'"hour \d+ of', line):
            break
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    worker.stderr.close()
    assert [p.name.split("-")[0] for p in store.iterdir()] == ["resource"]
    for file in store.iterdir():
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            assert json.loads(archive.read("head.json"))["link"] == "resource"


@pytest.mark.slow
def test_the_cash_flow_alone_writes_a_project_the_window_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "2020", "--link", "cash_flow", "--store", str(tmp_path / "s"), "--json"]
    assert run([*arguments, "--out", str(tmp_path / "out"), "--progress", "none"]) == 0
    answer = LinkAnswer.model_validate_json(capsys.readouterr().out)
    file = read_workspace(tmp_path / "out" / "project.gpkg")
    stored = file.results[file.workspace.active]
    assert stored.summary == answer.cash_flow
    assert stored.hourly is not None
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["project.gpkg"]


def test_every_step_a_run_tells_has_words_in_both_languages() -> None:
    for what in (
        "hour 168 of 8760", "hourly weather", "dispatch", "reservoirs over the year", "power flow", "cash flow",
        "checking the balance of every node and hour", "reused resource", "reused sizing: kubuqi",
        "reused dispatch", "reused power_flow", "outputs: project.gpkg",
    ):  # fmt: skip
        assert step(what, "zh") != step(what, "en")
        assert re.search(r"[\u4e00-\u9fff]", step(what, "zh")), what
    assert step("hour 1680 of 8760", "en") == "dispatch, hour 1,680 of 8,760"
    assert all(zh != en for zh, en in STEPS.values())
