"""`energymap size --study`: every study answers in one document, leaves its tables, refuses what it does not know."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from planning.base_study import STUDIES, write_study
from planning.sizing.resource import BaseResource
from resources.served import Served
from tests.planning.test_studies import WEEK, profiles

BASE = """
schema_version = 1
id = "toy"
name_zh = "试验基地"
name_en = "toy base"
price_year = 2024
discount_rate = 0.06
[channel]
capacity_mw = 1000
[delivery]
kind = "two_step"
peak_hours = [[8, 22]]
valley_level = 0.6
full_load_hours_min = 4000
[wind]
sites = [{ lon_deg = 110.0, lat_deg = 40.0 }]
max_capacity_mw = 5000
[pv]
sites = [{ lon_deg = 110.0, lat_deg = 40.0 }]
max_capacity_mw = 5000
[storage]
[thermal]
max_capacity_mw = 600
marginal_cost_cny_per_mwh = 280
co2_t_per_mwh = 0.79
[limits]
renewable_share_min = 0.5
curtailment_max_share = 0.1
"""
QUIET = ["--progress", "none"]
TABLES = {
    "pareto": {"pareto.csv"},
    "alternatives": {"alternatives.csv"},
    "tornado": {"tornado.csv"},
    "robust": {"robust.csv"},
    "replay": {"replay.csv", "replay_hours.csv"},
}
SHORT = {
    "pareto": ["--points", "3", "--quality", "co2"],
    "alternatives": ["--slack", "0.03"],
    "tornado": [],
    "robust": ["--years", "2"],
    "replay": ["--horizon", "12", "--error-seed", "3"],
}


@pytest.fixture
def base_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base whose year is a week, so that a study takes seconds."""

    def week(case: Any, seed: int, *_: Any) -> tuple[BaseResource, Served]:
        wind, pv = profiles(WEEK, seed)
        return BaseResource({"wind": wind, "pv": pv}), Served(places=1)

    monkeypatch.setattr("planning.base_study.resource_of_case", week)
    path = tmp_path / "base.toml"
    path.write_text(BASE, encoding="utf-8")
    return path


def finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(finite(v) for v in value.values())
    if isinstance(value, list):
        return all(finite(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_answers_in_one_document_and_leaves_its_tables(
    study: str, base_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "研究"
    words = ["size", str(base_file), "--study", study, "--out", str(out), *SHORT[study], *QUIET]
    assert run([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["study"] == study
    assert told["id"] == "toy"
    assert finite(told)
    assert {Path(name).name for name in told["files"]} == TABLES[study] | {f"{study}.json"}
    written = json.loads((out / f"{study}.json").read_text(encoding="utf-8"))
    assert {key: value for key, value in told.items() if key != "files"}.keys() == written.keys()
    for name in TABLES[study]:
        with (out / name).open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        assert rows
        assert None not in rows[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_study_is_told_in_both_languages(
    language: str, base_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for study in ("robust", "replay"):
        assert run(["size", str(base_file), "--study", study, *SHORT[study], *QUIET, "--lang", language]) == 0
        said = capsys.readouterr().out
        assert ("试验基地" in said) == (language == "zh")
        assert ("toy base" in said) == (language == "en")
        assert len(said.splitlines()) > 3


def test_options_of_another_study_and_without_a_study_are_refused_all_at_once(
    base_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["size", str(base_file), "--study", "pareto", "--horizon", "24", "--years", "3", *QUIET]) == 2
    said = capsys.readouterr().err
    assert "--horizon" in said
    assert "--years" in said
    assert run(["size", str(base_file), "--points", "5", *QUIET]) == 2
    assert "--points" in capsys.readouterr().err
    assert run(["size", "2030-1200GW", "--base", "zhangbei", "--study", "pareto", *QUIET]) == 2
    assert "--base" in capsys.readouterr().err


def test_a_figure_that_is_none_is_refused(base_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["--study", "pareto", "--points", "1"],
        ["--study", "alternatives", "--slack", "0"],
        ["--study", "robust", "--years", "1"],
        ["--study", "replay", "--horizon", "200"],
        ["--study", "replay", "--error-scale", "-1"],
    ):
        assert run(["size", str(base_file), *words, *QUIET]) == 2, words
        assert capsys.readouterr().err


def test_text_that_looks_like_a_formula_is_no_formula_in_the_tables(tmp_path: Path) -> None:
    write_study(tmp_path, {"study": "tornado"}, {"tornado.csv": [{"factor": "=1+1", "low": -2.0}]})
    with (tmp_path / "tornado.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert rows == [{"factor": "'=1+1", "low": "-2.0"}]
