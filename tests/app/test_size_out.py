"""`energymap size --out`: the document and its hours; where there is no design, the limits in conflict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import run
from app.desktop.sized_result import read_hours
from planning.built_in_cases import case_path

QUIET = ["--progress", "none"]


def test_document_and_hours_are_left_and_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "dalad"
    assert run(["size", "dalad", "--out", str(out), "--json", *QUIET]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert json.loads((out / "design.json").read_text("utf-8")) == printed
    hours = read_hours(out / "hours.csv")
    assert hours["delivered_mw"].sum() == pytest.approx(printed["delivered_mwh"], rel=1e-6)
    np.testing.assert_allclose(hours["pv_fixed_mw"], hours["delivered_mw"], atol=2e-4)
    assert (hours["asked_most_mw"] == 1000.0).all()
    assert not (out / "infeasible.json").exists()


def test_where_there_is_no_design_the_conflict_is_left_as_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = (
        case_path("dalad").read_text("utf-8").replace("full_load_hours_min = 0", "full_load_hours_min = 4000")
    )
    base, out = tmp_path / "base.toml", tmp_path / "out"
    base.write_text(wish, encoding="utf-8")
    assert run(["size", str(base), "--out", str(out), *QUIET]) == 3
    assert "full_load_hours_min" in capsys.readouterr().err
    (conflict,) = json.loads((out / "infeasible.json").read_text("utf-8"))["conflicts"]
    assert (conflict["limit"], conflict["unit"]) == ("full_load_hours_min", "h")
    assert 1500.0 < conflict["amount"] < 2700.0
    assert not (out / "design.json").exists()


def test_an_output_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["size", "dalad", "--out", str(tmp_path / "file"), *QUIET]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
