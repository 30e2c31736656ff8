"""`energymap validate 2020`: what it refuses, and the table it shows."""

from __future__ import annotations

import pytest

from app.cli import run
from app.commands.base import Context
from app.commands.validate_nation import lines_of
from app.messages import Language
from planning.validation_nation import Comparison

ROWS = (
    Comparison(
        "national", ("弃风率", "wind curtailed"), "1", 0.041, 0.03, 0.02, True, 2020, "NEA", "published"
    ),
    Comparison("lines", ("吉泉", "Changji-Guquan"), "TWh", 60.0, 43.9, 0.15, False, 2020, "SG", "published"),
    Comparison("lines", ("锡泰", "Ximeng-Taizhou"), "TWh", 26.5, 16.7, None, False, 2020, "-", "estimated"),
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1850"], "1850"),
        (["2030-1200GW"], "a year with published energies: 2020, 2024"),
        (["2020", "--full"], "--full"),
        (["--store", "x"], "--store"),
    ],
)
def test_what_has_no_statistics_and_what_does_not_go_together_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", *arguments, "--lang", "en", "--progress", "none"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "curtailed", "missed", "shown"),
    [
        (
            "en",
            "wind curtailed | % | 4.1 | 3.0 | +1.1 points | 2 | ok | published",
            "FAIL",
            "– | shown | estimated",
        ),
        ("zh", "弃风率 | % | 4.1 | 3.0 | +1.1 点 | 2 | 合格 | 公布", "不合格", "– | 仅列出 | 估计"),
    ],
)
def test_the_table_tells_met_missed_and_what_is_only_shown(
    language: Language, curtailed: str, missed: str, shown: str
) -> None:
    lines = lines_of(ROWS, Context(language, as_json=False, progress=lambda share, what: None))
    assert curtailed in lines
    assert missed in next(line for line in lines if "43.9" in line)
    assert "+36.7 %" in next(line for line in lines if "43.9" in line)
    assert shown in next(line for line in lines if "16.7" in line)
