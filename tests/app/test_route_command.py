"""The command line of new lines: the answer in both languages, the files, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run

NEAR = ["route", "--from", "北京", "--to", "120000", "--kind", "ac", "--kv", "500", "--mw", "1000"]
QUIET = ["--progress", "none"]


def test_the_answer_holds_way_length_and_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "way.geojson"
    assert run([*NEAR, "--json", "--geojson", str(file), *QUIET]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["from"]["node"] == "110000"
    parts = document["line_cny"] + document["crossings_cny"] + document["stations_cny"]
    assert document["investment_cny"] == pytest.approx(parts, abs=2)
    assert document["km"] > document["way_km"] >= document["straight_km"] - 0.01
    assert json.loads(file.read_text(encoding="utf-8"))["features"][0]["geometry"]["type"] == "LineString"


@pytest.mark.parametrize(("language", "said"), [("zh", "途经地形: 平地"), ("en", "over: plain")])
def test_it_is_told_in_the_readers_language(
    language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*NEAR, "--lang", language, *QUIET]) == 0
    assert said in capsys.readouterr().out


def test_bad_ends_and_figures_are_named_with_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["route", "--from", "125,30", "--to", "北京", "--lang", "en", *QUIET]) == 2
    assert "--from" in capsys.readouterr().err
    assert run(["route", "--from", "北京", "--to", "北京", "--lang", "zh", *QUIET]) == 2
    assert "相距至少 1 km 的两地" in capsys.readouterr().err
