"""`energymap site`: on the Kubuqi and in Hexi with the embedded atlas; keys, files, refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import run
from planning.report.csv_table import table_text

KUBUQI = (108.55, 40.1, 109.05, 40.4)
HEXI = (95.7, 40.35, 96.5, 40.7)
QUIET = ["--progress", "none"]


def area_file(folder: Path, box: tuple[float, float, float, float], name: str = "=试验区") -> Path:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    path = folder / "area.geojson"
    feature = {
        "type": "Feature", "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    path.write_text(json.dumps(feature), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def kubuqi(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The answer and the folder of its files."""
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("site")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run(
            ["site", str(area_file(folder, KUBUQI)), "--channel", "库布齐-上海", "--out", str(folder / "出"),
             "--total-mw", "1500", "--json", "--lang", "zh", *QUIET]
        )  # fmt: skip
    assert code == 0
    return json.loads(out.getvalue()), folder / "出"


def test_the_answer_has_its_keys_and_they_agree_with_each_other(kubuqi: tuple[dict[str, Any], Path]) -> None:
    told, _ = kubuqi
    assert {
        "area_km2",
        "eligible_km2",
        "audit",
        "capacity_mw",
        "supply_curve",
        "candidates",
        "grade",
        "sources",
    } <= set(told)
    # 0.5 x 0.3 degrees at 40.25N: 42.5 km by 33.3 km.
    assert told["area_km2"] == pytest.approx(42.5 * 33.3, rel=0.005)
    for name in ("wind", "pv"):
        rows = [row for row in told["audit"] if row["technology"] == name]
        taken = sum(row["in_order_km2"] for row in rows)
        assert taken + told["eligible_km2"][name] == pytest.approx(told["area_km2"], rel=1e-4)
        assert rows[-1]["left_km2"] == pytest.approx(told["eligible_km2"][name])
        by_class = [row for row in told["land_by_class"] if row["technology"] == name]
        assert told["capacity_mw"][name] == pytest.approx(
            sum(row["eligible_km2"] * row["density_mw_per_km2"] for row in by_class)
        )
    held = sum(c["capacity_mw"] for c in told["candidates"])
    assert held == pytest.approx(sum(told["capacity_of_sites_mw"].values()))
    assert told["supply_curve"][-1]["capacity_mw"] == pytest.approx(held)
    assert held <= sum(told["capacity_mw"].values())
    assert sum(c["chosen_mw"] for c in told["candidates"]) == pytest.approx(min(1500.0, held))
    assert told["grade"] == "reference"
    assert told["suitability"]["consistent"]
    assert sum(told["suitability"]["weight"].values()) == pytest.approx(1.0)
    assert told["request"]["judgements"]["matrix"][0][1] == 2


def test_kubuqi_costs_what_a_planner_would_expect(kubuqi: tuple[dict[str, Any], Path]) -> None:
    told, _ = kubuqi
    for site in told["candidates"]:
        assert 130 < site["lcoe_plant_cny_per_mwh"] < site["lcoe_cny_per_mwh"] < 300
        link = site["connection"]
        assert link["target"] == "kubuqi-shanghai"
        assert link["straight_km"] <= link["km"] <= 1.03 * link["straight_km"] + 1.5
        assert 0 < link["loss_share"] < 0.03
        assert link["path_lon_lat_deg"][-1] == [108.7, 40.2]


def test_all_files_are_there_whole_and_hold_the_same_figures(kubuqi: tuple[dict[str, Any], Path]) -> None:
    import pyogrio
    from pypdf import PdfReader

    told, out = kubuqi
    assert sorted(p.name for p in out.iterdir()) == sorted(Path(p).name for p in told["files"])
    document = json.loads((out / "siting.json").read_text("utf-8"))
    assert document == {key: value for key, value in told.items() if key != "files"}
    rows = list(csv.DictReader((out / "candidates.csv").read_text("utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == [c["id"] for c in told["candidates"]]
    assert float(rows[0]["lcoe_cny_per_mwh"]) == told["candidates"][0]["lcoe_cny_per_mwh"]
    hours = np.genfromtxt(out / "hours.csv", delimiter=",", names=True, encoding="utf-8-sig")
    assert len(hours) == 8760
    assert len((out / "hours.csv").read_text("utf-8-sig").splitlines()[12].split(",")[1]) <= 6  # 0.1234
    first = told["candidates"][0]
    full = first["technologies"]["wind"]["full_load_hours"]
    assert hours[f"{first['id']}_wind"].sum() == pytest.approx(full, abs=0.5)
    layers = {
        name: pyogrio.read_info(out / "siting.gpkg", layer=name)
        for name, _ in pyogrio.list_layers(out / "siting.gpkg")
    }
    assert set(layers) == {"eligible_cells", "candidates", "connections"}
    assert layers["candidates"]["features"] == layers["connections"]["features"] == len(rows)
    cells = pyogrio.read_dataframe(out / "siting.gpkg", layer="eligible_cells")
    assert cells.wind_eligible_share.sum() == pytest.approx(told["eligible_km2"]["wind"])
    assert cells[cells.candidate == first["id"]].pv_share.sum() == pytest.approx(
        first["technologies"]["pv"]["land_km2"]
    )
    for name, word in (("report_zh.pdf", "候选场址"), ("report_en.pdf", "Candidate sites")):
        text = "".join(page.extract_text() for page in PdfReader(out / name).pages)
        assert word in text
        assert first["id"] in text


def test_a_name_that_looks_like_a_formula_is_none_in_any_table() -> None:
    rows = table_text([{"name": "=1+1", "figure": -1.5}, {"name": "@x", "figure": None}]).splitlines()
    assert rows == ["name,figure", "'=1+1,-1.5", "'@x,"]


def test_hexi_is_told_in_english_with_the_north_western_voltages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = area_file(tmp_path, HEXI, "Hexi")
    assert run(["site", str(path), "--technologies", "pv", "--lang", "en", *QUIET]) == 0
    words = capsys.readouterr().out
    for part in ("candidate sites", "330 kV", "Jiuquan-Hunan (sending end)", "CNY/MWh", "Gansu", "no data"):
        assert part in words
    assert "光伏" not in words


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--technologies", "wind,tidal"], "--technologies"),
        (["--technologies", ""], "--technologies"),
        (["--channel", "nowhere"], "--channel"),
        (["--channel", "2.35,48.85"], "China"),
        (["--least-mw", "500", "--most-mw", "600"], "most_mw"),
        (["--pv-share", "1.5"], "--pv-share"),
        (["--rules", "no_such_set"], "no_such_set"),
        (["--discount-rate", "-0.1"], "--discount-rate"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_the_work(
    more: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = area_file(tmp_path, KUBUQI)
    out = tmp_path / "none"
    assert run(["site", str(path), "--out", str(out), "--lang", "en", *QUIET, *more]) == 2
    assert word in capsys.readouterr().err
    assert not out.exists()


def test_judgements_of_a_file_are_used_and_those_that_contradict_each_other_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = area_file(tmp_path, KUBUQI)
    weights = tmp_path / "weights.toml"
    text = 'criteria = ["resource", "grid", "land"]\nmatrix = [[1, 5, 0.2], [0.2, 1, 5], [5, 0.2, 1]]\n'
    weights.write_text(text, "utf-8")
    ask = ["site", str(path), "--weights", str(weights), "--json", "--lang", "en", *QUIET]
    assert run(ask) == 2
    said = capsys.readouterr().err
    assert "consistency ratio" in said
    assert "weights.toml" in said
    weights.write_text("allow_inconsistent = true\n" + text, "utf-8")
    assert run(ask) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["suitability"]["weight"] == pytest.approx({"resource": 1 / 3, "grid": 1 / 3, "land": 1 / 3})
    assert any(note.startswith("site_judgements_inconsistent") for note in told["notes"])
    assert told["request"]["judgements"]["matrix"][0] == [1, 5, 0.2]
