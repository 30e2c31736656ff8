"""The commands `endowment` and `assess`: what they print, write and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import run
from app.commands.assess import years_of
from gis_layers.errors import InputError
from planning.report.endowment import read_endowment

NINGXIA = ["105.0", "37.0", "106.0", "38.0"]


@pytest.fixture(autouse=True)
def still_sea(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours at sea have tests of their own."""
    monkeypatch.setattr(
        "planning.endowment_sea._gross_hours", lambda sites, cells, *_: np.full(len(cells), 3000.0)
    )


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("assess") / "宁夏.nc"
    assert run(["assess", "--bounds", *NINGXIA, "--out", str(out), "--progress", "none", "--json"]) == 0
    return out


def test_an_assessment_of_a_window_says_what_it_measured(
    assessed: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "again.nc"
    code = run(["assess", "--bounds", *NINGXIA, "--out", str(out), "--progress", "none", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["cells"] == 16
    assert told["cell_hours"] == 2 * 16 * 8760
    assert told["grade"] == "reference"
    assert 1000 < told["mean_pv_kwh_per_kwp"] < 2000
    assert out.stat().st_size == assessed.stat().st_size


def test_an_endowment_takes_the_hours_of_an_assessment_and_says_how_far(
    assessed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = []
    for name, more in (("atlas", []), ("assessed", ["--assessment", str(assessed)])):
        file = tmp_path / f"{name}.json"
        assert run(["endowment", "--document", str(file), "--progress", "none", "--json", *more]) == 0
        told = json.loads(capsys.readouterr().out)
        documents.append(read_endowment(file))
    assert told["assessed_share"] == pytest.approx(documents[1].assessed_share)
    atlas, own = documents
    assert atlas.assessed_share is None
    assert 0 < (own.assessed_share or 0) < 0.05
    changed = {
        r.id
        for r, s in zip(atlas.regions, own.regions, strict=True)
        if r.wind.energy_mwh != s.wind.energy_mwh
    }
    # The window lies in Ningxia, Inner Mongolia and Gansu; no other province may feel it.
    assert "640000" in changed
    assert changed <= {"640000", "150000", "620000"}
    assert any("assessment" in s.what_en for s in own.sources)


def test_an_endowment_in_chinese_stands_in_planning_units_beside_published_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["endowment", "--lang", "zh", "--progress", "none"]) == 0
    words = capsys.readouterr().out
    for part in ("万千瓦", "亿千瓦时", "P90", "水能理论蕴藏量", "公布 694 吉瓦", "口径不同"):
        assert part in words


@pytest.mark.parametrize(
    ("words", "years"),
    [("2020", (2020,)), ("2018-2020", (2018, 2019, 2020)), ("2015, 2018", (2015, 2018)), ("1", (1,))],
)
def test_years_are_a_list_or_a_span(words: str, years: tuple[int, ...]) -> None:
    assert years_of(words) == years


@pytest.mark.parametrize("words", ["", "x", "2020-", "2020,2020", "2020-2018", "20200"])
def test_years_that_are_none_are_refused(words: str) -> None:
    with pytest.raises(InputError, match="--years"):
        years_of(words)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--step", "0.001"], "--step"),
        (["--bounds", "110", "40", "100", "30"], "--bounds"),
        (["--step", "0.3"], "step_deg"),
        (["--data", "no such"], "no such"),
    ],
)
def test_what_cannot_be_assessed_is_refused_before_the_work(
    arguments: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(
        [
            "assess",
            "--out",
            str(tmp_path / "x.nc"),
            "--progress",
            "none",
            "--library",
            str(tmp_path),
            *arguments,
        ]
    )
    assert code == 2
    assert word in capsys.readouterr().err
    assert not (tmp_path / "x.nc").exists()
