"""`energymap network`: a network of another tool solved, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run
from tests.planning.test_network_exchange import CASE


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    path = tmp_path / "hand.m"
    path.write_text(CASE, encoding="utf-8")
    return path


def test_a_case_is_solved_and_written_again(hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = hand.with_name("again.m")
    arguments = ["network", "--read", str(hand), "--format", "matpower", "--out", str(out), "--json"]
    assert run(arguments) == 0
    document = json.loads(capsys.readouterr().out)
    (hour,) = document["hours"]
    assert hour["converged"] is True
    assert hour["lines"][0]["from_mw"] == pytest.approx(500.0)
    assert hour["lines"][1]["loading"] is None
    assert document["files"] == [str(out)]
    assert run(["network", "--read", str(out), "--json"]) == 0
    (again,) = json.loads(capsys.readouterr().out)["hours"]
    assert again["lines"][0]["from_mvar"] == pytest.approx(hour["lines"][0]["from_mvar"])


@pytest.mark.parametrize(("language", "words"), [("zh", "最大功率不平衡"), ("en", "largest imbalance")])
def test_the_answer_is_told_in_both_languages(
    hand: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["network", "--read", str(hand), "--lang", language]) == 0
    assert words in capsys.readouterr().out


def test_an_hour_without_a_solution_has_no_losses(hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand.write_text(CASE.replace("20 2 500", "20 2 5000"), encoding="utf-8")
    assert run(["network", "--read", str(hand), "--json"]) == 0
    (hour,) = json.loads(capsys.readouterr().out)["hours"]
    assert (hour["converged"], hour["ac_loss_mw"], hour["lines"][0]["loss_mw"]) == (False, None, None)
    assert run(["network", "--read", str(hand), "--lang", "en"]) == 0
    assert "not converged" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "neither"),
        (["2020", "--read", "x.m"], "both"),
        (["--read", "x.m", "--hours", "peak"], "no hours with --read"),
        (["--read", "x.m", "--format", "csv"], "--format alone"),
        (["--read", "missing.m"], "missing.m"),
        (["missing.gpkg"], "missing.gpkg"),
    ],
)
def test_what_cannot_be_done_is_one_message(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["network", *arguments, "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_the_ending_must_be_that_of_the_format(hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = hand.with_name("n.txt")
    assert run(["network", "--read", str(hand), "--format", "csv", "--out", str(out), "--lang", "zh"]) == 2
    assert "以 .csv 结尾的文件名" in capsys.readouterr().err
    assert not out.exists()
