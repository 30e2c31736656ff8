"""Bad lines and ties of the tables and of a scenario: named with file, row, field, what was found and is expected."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.messages import say
from app.problem_words import in_chinese
from gis_layers.errors import InputError, Problem
from planning.scenario import load_scenario, parse_scenario
from planning.table_rows import DATA
from planning.tables import load_tables

CURVE = "0.6 " * 7 + "1 " * 16 + "0.6"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in DATA.glob("*.csv"):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path


def spoilt(folder: Path, table: str, changes: dict[str, dict[str, str]]) -> list[Problem]:
    """The problems of the tables with some cells changed, by row id; columns the file lacks are added."""
    path = folder / table
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    columns = list(dict.fromkeys([*rows[0], *(name for cells in changes.values() for name in cells)]))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([row | changes.get(row["id"], {}) for row in rows])
    with pytest.raises(InputError) as caught:
        load_tables(folder)
    return list(caught.value.problems)


def by_row(problems: list[Problem]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(p.where.split("(")[-1].rstrip(")"), p.field): (p.found, p.expected) for p in problems}


def test_every_bad_line_is_named_with_its_row_at_once(folder: Path) -> None:
    problems = spoilt(folder, "corridors.csv", {
        "genan": {"from_node": ""},
        "tianguang": {"to_node": "450000"},
        "longzheng": {"to_node": "999999"},
        "jiangcheng": {"km": "0"},
        "chusui": {"kv": "20"},
        "wandian": {"kv": "800"},
        "debao": {"min_power_share": "0.2"},
        "lingshao": {"day_curve": CURVE, "min_power_share": "0.7"},
        "qishao": {"ramp_share_per_h": "0.1"},
        "xitai": {"annual_full_load_hours": "8000"},
        "jinsu": {"tariff_incl_loss_cny_per_mwh": "50"},
        "fufeng": {"tariff_valid_from": "2020-01-01", "tariff_valid_to": "2019"},
        "binjin": {"status": "own"},
        "changnanjing": {"interface_id": "nowhere"},
        "zhebei-fuzhou": {"rule": "free"},
    })  # fmt: skip
    said = by_row(problems)
    assert said["genan", "from_node"] == ("nothing", "a node id: a line has two ends")
    assert said["tianguang", "to_node"] == ("450000", "another node than from_node")
    assert said["longzheng", "to_node"] == ("999999", "a node of nodes.csv")
    assert said["jiangcheng", "km"][0] == "0"
    assert said["chusui", "kv"] == ("20", "50 to 1500 kV for DC")
    assert said["wandian", "kv"] == ("800", "500, 750 or 1000 kV for AC")
    assert said["debao", "min_power_share"] == (
        "0.2 of a line that goes both ways", "0: its power passes through 0",
    )  # fmt: skip
    assert said["lingshao", "day_curve"][1] == "at least min_power_share, 0.7"
    assert said["qishao", "ramp_share_per_h"] == ("0.1", "at least the largest step of the day curve, 0.4")
    assert said["xitai", "annual_full_load_hours"][0] == "8000"
    assert said["jinsu", "tariff"] == ("with and without loss", "one of the two")
    assert said["fufeng", "tariff_valid_to"] == ("2019", "no day before tariff_valid_from, 2020-01-01")
    assert said["binjin", "status"][0] == "own"
    assert said["changnanjing", "interface_id"] == ("nowhere", "a tie of interfaces.csv")
    assert said["zhebei-fuzhou", "rule"][1] == "none: its power follows the grid"
    assert len(problems) == 15
    # The first line of the file stands in row 2, as a spreadsheet counts.
    assert problems[0].where == "corridors.csv row 2 (genan)"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("mw", "-3000"), ("mw", "0"), ("kv", "-500"), ("km", "-1"), ("loss_pct", "60"), ("loss_pct", "-1"),
        ("min_power_share", "1.1"), ("min_power_share", "-0.1"), ("ramp_share_per_h", "-0.2"),
        ("day_curve", "0.5 0.5"), ("day_curve", "1.5 " + "1 " * 23), ("day_curve", "x " * 24),
        ("tariff_excl_loss_cny_per_mwh", "-1"), ("investment_cny", "0"), ("circuits", "0"),
        ("from_lat_deg", "120"), ("annual_full_load_hours", "9000"), ("rule", "both"),
    ],
)  # fmt: skip
def test_a_cell_out_of_its_range_is_named_by_row_and_column(folder: Path, column: str, cell: str) -> None:
    problems = spoilt(folder, "corridors.csv", {"longzheng": {column: cell}})
    assert all(p.where == "corridors.csv row 4" and p.field.startswith(column) for p in problems)


def test_bad_ties_are_named_with_their_row(folder: Path) -> None:
    said = by_row(
        spoilt(folder, "interfaces.csv", {
            "130000-150000W-500": {"km": "0"},
            "110000-150000W-500": {"to_node": "110000"},
            "120000-150000W-1000": {"stated_mw": "-5"},
            "140000-150000W-1000": {"to_node": "650000"},
            "110000-130000-500": {"kv": "330"},
            "110000-120000-500": {"circuits": "0"},
            "120000-130000-500": {"from_node": "999999"},
        })
    )  # fmt: skip
    assert said["130000-150000W-500", "km"] == ("0", "a length above 0: without it the impedance is 0")
    assert said["110000-150000W-500", "to_node"] == ("110000", "another node than from_node")
    assert said["120000-150000W-1000", "stated_mw"] == ("-5", "a power above 0, or nothing")
    assert said["140000-150000W-1000", "sync_area"][1] == "one synchronous grid"
    assert said["110000-130000-500", "kv"] == ("330", "500, 750 or 1000 kV for AC")
    assert said["110000-120000-500", "circuits"] == ("0", "1 or more")
    assert said["120000-130000-500", "from_node"] == ("999999", "a node of nodes.csv")
    assert len(said) == 7


def own(**given: Any) -> list[Problem]:
    line = {
        "id": "mine", "name_zh": "自", "name_en": "mine", "kv": 800.0, "mw": 8000.0, "km": 2000.0,
        "from_node": "630000", "to_node": "420000", "from_lon_deg": 94.9, "from_lat_deg": 36.4, "to_lon_deg": 114.3,
        "to_lat_deg": 30.6, "source": "drawn", "tier": "estimated",
    }  # fmt: skip
    data = load_scenario("2030-1200GW").model_dump(mode="json")
    data["lines"]["own"] = [{**line, **given}]
    with pytest.raises(InputError) as caught:
        parse_scenario(data, "mine.toml")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"to_node": "630000"}, "lines.own.0.to_node (mine)"),
        ({"from_node": "999999"}, "lines.own.0.from_node (mine)"),
        ({"km": 0.0}, "lines.own.0.km"),
        ({"mw": -1.0}, "lines.own.0.mw"),
        ({"kv": 20.0}, "lines.own.0.kv"),
        ({"day_curve": [1.0] * 23}, "lines.own.0.day_curve"),
        ({"day_curve": [2.0] + [1.0] * 23}, "lines.own.0.day_curve.0"),
        ({"min_power_share": 1.5}, "lines.own.0.min_power_share"),
        ({"min_power_share": 0.2, "bidirectional": True}, "lines.own.0.min_power_share (mine)"),
        (
            {"annual_full_load_hours": 4000.0, "bidirectional": True},
            "lines.own.0.annual_full_load_hours (mine)",
        ),
        ({"rule": "curve", "min_power_share": 0.8}, "lines.own.0.day_curve (mine)"),
        ({"rule": "free", "day_curve": [1.0] * 24}, "lines.own.0.day_curve (mine)"),
        ({"day_curve": [0.0] * 24}, "lines.own.0.day_curve (mine)"),
    ],
)
def test_an_own_line_that_cannot_be_is_named_with_its_field(given: dict[str, Any], field: str) -> None:
    assert field in {problem.field for problem in own(**given)}


def test_every_finding_is_said_in_chinese_too(folder: Path) -> None:
    problems = [
        *own(to_node="630000"), *own(rule="free", day_curve=[1.0] * 24), *own(day_curve=[0.0] * 24),
        *own(rule="curve", min_power_share=0.8), *own(rule="curve", ramp_share_per_h=0.1),
        *own(min_power_share=0.2, bidirectional=True), *own(annual_full_load_hours=100.0),
        *own(annual_full_load_hours=4000.0, bidirectional=True),
        *spoilt(folder, "corridors.csv", {
            "genan": {"from_node": ""}, "jiangcheng": {"km": "0"}, "chusui": {"kv": "20"}, "binjin": {"status": "own"},
            "fufeng": {"tariff_valid_from": "2020-01-01", "tariff_valid_to": "2019"}, "zhebei-fuzhou": {"rule": "free"},
            "jinsu": {"tariff_incl_loss_cny_per_mwh": "50"},
        }),
    ]  # fmt: skip
    for problem in problems:
        for words in (problem.found, problem.expected):
            said = in_chinese(words)
            if any(letter.isalpha() for letter in words) and words not in ("own",):
                assert any("\u4e00" <= letter <= "\u9fff" for letter in said), words
    text = say(InputError(problems), "zh")
    assert "corridors.csv" in text
