"""Imported data on the command line: `--resource`, `--library` and what the answers say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from tests.resources.library_factory import raster_entry

PLACE = ("100.5", "40.5")
BOX = (100.0, 40.0, 101.0, 41.0)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    raster_entry(tmp_path, "survey", "ghi_kwh_per_m2_year", np.full((1, 40, 40), 2000.0), BOX)
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run([*arguments, "--json", "--progress", "none"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_place_is_told_from_the_imported_raster_and_names_it(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    own = answer(capsys, "point", *PLACE, "--resource", "survey", "--library", str(library))
    plain = answer(capsys, "point", *PLACE)
    assert own["ghi_kwh_per_m2"] == pytest.approx(2000.0, abs=0.1)
    assert abs(plain["ghi_kwh_per_m2"] - 2000.0) > 50.0
    # More sun, more power; the wind is the atlas's as before.
    ratio = own["ghi_kwh_per_m2"] / plain["ghi_kwh_per_m2"]
    gain = own["pv_specific_yield_kwh_per_kwp"] / plain["pv_specific_yield_kwh_per_kwp"]
    assert gain == pytest.approx(ratio, rel=0.05)
    assert own["wind_capacity_factor"] == plain["wind_capacity_factor"]
    served = {row["what"]: row["entry"] for row in own["resource"]}
    assert served["ghi_monthly"] == "survey"
    assert served["wind_speed_100m"] == ""
    assert any("made for a test: survey" in line for line in own["sources"])
    assert not any("survey" in line for line in plain["sources"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_id_the_library_does_not_hold_is_bad_input_that_names_what_it_holds(
    capsys: pytest.CaptureFixture[str], library: Path, language: str
) -> None:
    arguments = ["point", *PLACE, "--resource", "surfey", "--library", str(library), "--lang", language]
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert "surfey" in said
    assert "survey" in said


def test_a_profile_says_which_data_it_is_of(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    out = str(library / "pv.csv")
    own = answer(
        capsys, "profile", *PLACE, "--tech", "pv", "--out", out, "--resource", "survey", "--library",
        str(library),
    )  # fmt: skip
    plain = answer(capsys, "profile", *PLACE, "--tech", "pv", "--out", out)
    assert own["full_load_hours"] > 1.05 * plain["full_load_hours"]
    assert "survey" in own["source"]
    assert plain["source"] == "embedded atlas, seed 2020"
