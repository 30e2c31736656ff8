"""`energymap optimum`: what it refuses, and its words."""

from __future__ import annotations

import pytest

from app.cli import run
from app.messages import say
from app.optimum_words import LIMITS, NOTES, PRICES, REASONS, SYSTEMS, THINGS, money_name
from gis_layers.errors import Conflict, InfeasibleError
from planning.expansion.document import _PRICE_UNITS
from planning.expansion.document import NOTES as CODES
from planning.expansion.spec import BUILDABLE


def test_a_question_without_a_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["optimum", "2030-1200GW", "--lang", "en"]) == 2
    assert "expected a target" in capsys.readouterr().err


def test_values_out_of_range_are_named_by_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["optimum", "--share", "1.5", "--weeks", "99", "--step", "5", "--lang", "en"]) == 2
    told = capsys.readouterr().err
    for option in ("--share", "--weeks", "--step"):
        assert option in told


def test_what_is_in_the_way_is_told_in_words_of_both_languages() -> None:
    conflicts = [Conflict("optimum.co2_max_mt", 12.0, "Mt"), Conflict("optimum.wind_land", 3.0, "GW")]
    error = InfeasibleError("optimum_infeasible", conflicts)
    assert "年二氧化碳排放上限 (optimum.co2_max_mt)" in say(error, "zh")
    assert "land for wind (optimum.wind_land): would have to give 3 GW" in say(error, "en")


def test_everything_a_document_names_has_words() -> None:
    assert set(CODES) == set(NOTES)
    assert set(_PRICE_UNITS) == set(PRICES)
    assert set(BUILDABLE) <= set(THINGS)
    targets = {f"optimum.{t}" for t in (*_PRICE_UNITS, "lines")}
    bounds = {f"optimum.{t}" for t in BUILDABLE} | {"optimum.wind_land", "optimum.pv_land"}
    assert set(LIMITS) == targets | bounds
    assert set(SYSTEMS) == {"together", "existing", "none"}
    assert set(REASONS) == {"typical", "peak_residual", "longest_shortage"}
    for key in (
        "capital_wind",
        "upkeep_lines",
        "fuel_nuclear",
        "storage_use",
        "must_run",
        "rules",
        "unserved",
    ):
        for column in (0, 1):
            assert money_name(key, column)
