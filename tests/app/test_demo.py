"""`energymap demo`: the whole chain writes every file it promises, and leaves nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import run
from planning.project_file import read_project


def test_the_demo_of_2020_writes_what_it_promises(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "结果 out"
    assert run(["demo", "--out", str(out), "--scenario", "2020", "--json", "--progress", "none"]) == 0
    printed = json.loads(capsys.readouterr().out)
    for name in ("summary.json", "results.xlsx", "report.pdf", "project.gpkg"):
        assert (out / name).stat().st_size > 10_000
    assert len(list((out / "maps").glob("*.png"))) >= 8
    assert not [p for p in out.rglob("*") if ".part" in p.name]
    written = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert written["claim"]["cash_cny"] == printed["claim"]["cash_cny"]
    for key in ("national", "provinces", "corridors", "bases", "balance", "power_flow", "claim", "seconds"):
        assert key in written
    assert read_project(out / "project.gpkg").summary.scenario == "2020"


def test_a_folder_that_cannot_be_made_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert run(["demo", "--out", str(blocked / "out"), "--scenario", "2020"]) == 2
    assert str(blocked) in capsys.readouterr().err


def test_an_unknown_scenario_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--out", str(tmp_path / "o"), "--scenario", "2031"]) == 2
    assert "2031" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_a_place_abroad_and_a_swapped_place_are_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["point", "10", "50"]) == 2
    assert run(["point", "36.4", "94.9"]) == 2
    assert "swapped" in capsys.readouterr().err


def test_a_point_answers_with_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["point", "94.9", "36.42", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["province"] == "青海省"
    assert 1700 < report["ghi_kwh_per_m2"] < 2100
    assert len(report["wind_speed_monthly_ms"]) == 12
    assert report["grade"] == "reference"
    assert report["sources"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_profile_is_a_year_of_hours(tmp_path: Path, ending: str) -> None:
    import pandas as pd

    path = tmp_path / f"p.{ending}"
    assert run(["profile", "116.4", "39.9", "--tech", "wind", "--out", str(path)]) == 0
    table = pd.read_csv(path) if ending == "csv" else pd.read_parquet(path)
    assert len(table) == 8760
    assert table["wind_capacity_factor"].between(0, 1).all()


def test_a_profile_with_another_ending_is_refused(tmp_path: Path) -> None:
    assert run(["profile", "116.4", "39.9", "--tech", "pv", "--out", str(tmp_path / "p.txt")]) == 2
    assert not list(tmp_path.iterdir())
