"""The command line as a planner meets it: messages, exit codes, nothing on stdout but the answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import messages
from app.cli import run
from gis_layers.errors import Conflict, InfeasibleError, InputError, Problem

ROOT = Path(__file__).parent.parent.parent


def test_help_is_there_at_once() -> None:
    best = 9.0
    for _ in range(8):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "app", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        best = min(best, time.perf_counter() - began)
        if best < 0.4:
            break
    assert "demo" in done.stdout
    assert best < 0.5


def test_an_unknown_command_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fly"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "fly" in err


def test_a_word_for_a_longitude_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["point", "east", "36"]) == 2
    assert "east" in capsys.readouterr().err


def test_a_message_names_field_found_and_expected_in_both_languages() -> None:
    error = InputError(Problem("base.toml", "channel_mw", "-8000", "a power above 0"))
    for language in ("zh", "en"):
        said = messages.say(error, language)  # type: ignore[arg-type]
        for word in ("base.toml", "channel_mw", "-8000", "a power above 0"):
            assert word in said


def test_an_infeasible_wish_names_the_limits_in_conflict() -> None:
    error = InfeasibleError("sizing_infeasible", [Conflict("renewable_share_min", 0.12, "-")])
    assert "renewable_share_min" in messages.say(error, "en")


CODE = re.compile(r'(?:EnergyMapError|InfeasibleError|BalanceError|SolverError)\(\s*"([a-z0-9_]+)"')


def test_every_error_code_in_the_source_has_words() -> None:
    codes = {
        code
        for folder in ("app", "gis_layers", "resources", "planning")
        for path in (ROOT / folder).rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert codes
    assert sorted(codes - set(messages.WORDS)) == []


def test_a_fault_of_the_program_is_one_message_and_the_trace_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("app.cli.build_parser", broken)
    assert run(["scenarios"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ZeroDivisionError: by nothing" in said
    trace = Path(said.split("details in ")[-1].split("详情见 ")[-1].split(",")[0])
    assert "build_parser" in trace.read_text(encoding="utf-8")
    trace.unlink()


def test_one_base_of_a_scenario_is_sized_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["size", "2030-1200GW", "--base", "zhangbei", "--json", "--progress", "none"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["id"] == "zhangbei"
    assert report["max_balance_residual_mw"] < 1e-3
    assert run(["size", "2030-1200GW", "--base", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_self_test_names_every_part_and_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--self-test", "--json", "--no-window", "--progress", "none"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["self_test"] == "passed"
    assert [row["part"] for row in report["checks"]] == [
        "atlas", "rasters", "NetCDF", "boundaries", "profiles", "solvers", "power flow", "report",
    ]  # fmt: skip
