"""`plant`, `complement` and `mcp` from the command line: in both languages, as JSON, and with every word there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from app.cli import run
from app.commands.mcp import METHODS, WARNINGS
from app.commands.plant import EXAMPLES
from app.plant_words import FIGURES, told
from resources.measure_correlate import METHODS as ALL_METHODS
from resources.measure_correlate import Caution
from resources.plant import Figure, load_plant, plant_year


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_example_is_a_plant_that_runs(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plant", "--example", kind]) == 0
    path = tmp_path / f"{kind}.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    hours = tmp_path / "hours.parquet"
    assert run(["plant", str(path), "--json", "--out", str(hours)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == kind
    assert 300 < document["full_load_hours"] < 8760
    assert document["exceedance"]["p90_h"] < document["exceedance"]["p50_h"]
    assert hours.is_file()
    assert set(document["figures"]) <= set(FIGURES)
    for language in ("zh", "en"):
        assert run(["plant", str(path), "--lang", language]) == 0
    assert {f.id for f in plant_year(load_plant(path)).figures} == set(document["figures"])


def test_a_figure_says_name_value_unit_and_tier() -> None:
    figure = Figure("capex_cny_per_kw", 11772.5, "estimated")
    assert told(figure, "zh") == ("单位造价", "11,772 元/kW", "估计")
    assert told(figure, "en") == ("capital cost", "11,772 CNY/kW", "estimated")
    assert told(Figure("foundation", "monopile", "estimated"), "zh")[1] == "单桩"


def test_a_wrong_file_ends_with_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plant", "--lang", "en"]) == 2
    assert "--example" in capsys.readouterr().err
    (tmp_path / "a.toml").write_text("name = 'a'\nlon_deg = 94.9\nlat_deg = 36.4\n[pv]\ntilt = 3\n")
    assert run(["plant", str(tmp_path / "a.toml"), "--lang", "en"]) == 2
    assert "pv.tilt" in capsys.readouterr().err


def test_places_are_compared_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "places.csv"
    path.write_text("name,lon,lat\nGolmud,94.9,36.4\n", encoding="utf-8")
    assert run(["complement", str(path), "--json", "--progress", "none"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["pearson"]) == 2
    assert [step["name"] for step in document["order"]]
    assert run(["complement", str(path), "--lang", "zh", "--progress", "none"]) == 0
    assert "相关系数" in capsys.readouterr().out


def test_every_caution_and_method_has_words() -> None:
    assert set(WARNINGS) == set(get_args(Caution))
    assert set(METHODS) == set(ALL_METHODS)


def test_a_mast_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mcp", "mast", "era5", "--library", str(tmp_path), "--lang", "en"]) == 2
    assert "not in the library" in capsys.readouterr().err


def test_a_dry_year_of_a_river_brings_less_than_a_wet_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {}
    for year in ("wet", "mean", "dry"):
        hours = tmp_path / f"{year}.csv"
        assert run(["cascade", "yellow", "--year", year, "--json", "--out", str(hours)]) == 0
        found[year] = json.loads(capsys.readouterr().out)
        assert len(hours.read_text(encoding="utf-8").splitlines()) == 8761
    assert found["dry"]["annual_mwh"] < found["mean"]["annual_mwh"] < found["wet"]["annual_mwh"]
    names = [station["name_zh"] for station in found["mean"]["stations"]]
    assert names.index("龙羊峡") < names.index("李家峡") < names.index("刘家峡")
    assert run(["cascade", "jinsha", "yalong", "--lang", "zh"]) == 0
    assert "白鹤滩" in capsys.readouterr().out
    assert run(["cascade", "rhine", "--lang", "en"]) == 2
    assert "yellow" in capsys.readouterr().err
