"""`energymap corridors`: the table, one line with every figure, a scenario's lines, in Chinese and English."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from planning.scenario import load_scenario
from planning.scenario_toml import to_toml
from planning.tables import load_tables


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["corridors", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A scenario that changes a line and leaves one out."""
    data = load_scenario("2030-1200GW").model_dump(mode="json")
    data["lines"] |= {
        "without": ["jinsu"],
        "changed": [{"id": "lingshao", "mw": 7000.0, "source": "the contract", "tier": "official"}],
    }
    path = tmp_path / "mine.toml"
    path.write_text(to_toml(type(load_scenario("2030-1200GW")).model_validate(data)), encoding="utf-8")
    return path


def test_the_table_has_a_row_for_every_line_and_tie(capsys: pytest.CaptureFixture[str]) -> None:
    tables = load_tables()
    for language, missing in (("zh", "无文件电价"), ("en", "none on file")):
        lines = said(capsys, "--lang", language).splitlines()
        assert len(lines) == 1 + len(tables.corridors) + len(tables.interfaces)
        found = {line.split()[0]: line for line in lines[1:]}
        assert "48.80" in found["lingshao"]
        assert missing in found["luxi"]
        assert f"{missing} (" in found["gansu-zhejiang"]  # with the estimate behind it
        assert not found["luxi"].rstrip().endswith("0")


def test_one_line_shows_every_figure_with_year_tier_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    zh, en = (
        said(capsys, "--id", "zhangbei", "--lang", "zh"),
        said(capsys, "--id", "zhangbei", "--lang", "en"),
    )
    for words in (
        "送端: 张北, 3,000 MW",
        "调节端: 丰宁",
        "无文件电价",
        "文件未载明",
        "未核实",
        "公开发表",
        "估算",
    ):
        assert words in zh
    for words in ("receiving: Beijing (Yanqing), 3,000 MW", "none on file", "not stated", "[1] https://"):
        assert words in en
    assert said(capsys, "--id", "kunliulong", "--lang", "en").count("Kunbei (Wudongde)") == 2


def test_a_tie_shows_capability_and_impedance(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "--id", "140000-410000-1000", "--lang", "en")
    assert "transfer capability" in text
    assert "equivalent reactance" in text


def test_the_document_holds_value_unit_year_source_and_tier(capsys: pytest.CaptureFixture[str]) -> None:
    document: dict[str, Any] = json.loads(said(capsys, "--id", "jinsu", "--json"))
    (line,) = document["lines"]
    loss = line["figures"]["approved_loss_share"]
    assert (loss["value"], loss["unit"], loss["year"], loss["tier"]) == (0.07, "1", "2019", "published")
    assert "842" in loss["source_zh"]
    assert line["figures"]["tariff_valid_from"]["value"] is None
    assert line["figures"]["tariff_valid_from"]["text_en"] == "not stated"
    assert document["scenario"] is None


def test_a_scenario_shows_its_own_figures_and_what_it_leaves_out(
    capsys: pytest.CaptureFixture[str], scenario: Path
) -> None:
    document = json.loads(said(capsys, "--scenario", str(scenario), "--json"))
    lines = {line["id"]: line for line in document["lines"]}
    power = lines["lingshao"]["figures"]["mw"]
    assert (power["value"], power["source_en"], power["tier"]) == (7000.0, "the contract", "official")
    assert lines["lingshao"]["changed"]
    assert [base["id"] for base in lines["kunyu"]["bases"]] == ["hami"]
    assert lines["jinsu"]["state"] == "retired"
    table = said(capsys, "--scenario", str(scenario), "--status", "retired", "--lang", "zh").splitlines()
    assert [line.split()[0] for line in table[1:]] == ["jinsu"]
    assert "已改动" in said(capsys, "--scenario", str(scenario), "--lang", "zh")


@pytest.mark.parametrize(("status", "count"), [("under_construction", 6), ("planned", 7)])
def test_a_status_chooses_lines(capsys: pytest.CaptureFixture[str], status: str, count: int) -> None:
    document = json.loads(said(capsys, "--status", status, "--json"))
    assert {line["figures"]["status"]["value"] for line in document["lines"]} == {status}
    assert len(document["lines"]) == count


def test_the_file_has_a_row_a_figure_and_missing_ones_are_empty(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "lines.csv"
    assert str(path) in said(capsys, "--csv", str(path))
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["id"] for row in rows} >= set(load_tables().corridor_by_id)
    prices = {row["id"]: row for row in rows if row["figure"] == "tariff_cny_per_mwh"}
    assert prices["luxi"]["value"] == ""
    assert (prices["luxi"]["text_zh"], prices["luxi"]["text_en"]) == ("无文件电价", "none on file")
    assert float(prices["jinsu"]["value"]) == 51.1
    assert all(row["tier"] and row["source_zh"] and row["source_en"] for row in rows if row["value"])


def test_an_unknown_line_and_a_state_without_a_scenario_are_bad_input(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["corridors", "--id", "nowhere", "--lang", "zh"]) == 2
    assert "corridors.csv 或 interfaces.csv 中的线路编号" in capsys.readouterr().err
    assert run(["corridors", "--status", "retired", "--lang", "en"]) == 2
    assert "a scenario, whose state of lines this is" in capsys.readouterr().err
